"""Programs as functions of TensorFlow with a derivative, eager and within tf.function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from . import _second
from ._convex import even, lead


def _host(f: Callable[..., Any], tensors: Sequence[Any], shapes: Sequence[Any]) -> list[Any]:
    """What a function of NumPy arrays returns, as tensors of 64 bits of these shapes: now, or when the graph runs."""
    if all(hasattr(t, "numpy") for t in tensors) and tf.executing_eagerly():
        return [tf.convert_to_tensor(np.asarray(v, np.float64)) for v in f(*(np.asarray(t.numpy(), np.float64) for t in tensors))]
    out = tf.numpy_function(
        lambda *arrays: [np.asarray(v, np.float64) for v in f(*arrays)],
        [tf.cast(t, tf.float64) for t in tensors],
        [tf.float64] * len(shapes),
        stateful=False,
    )
    return [tf.ensure_shape(v, s) for v, s in zip(out, shapes)]


class _TensorFlow(_second.Arrays):
    cat, where, wide = staticmethod(tf.concat), staticmethod(tf.where), staticmethod(tf.broadcast_to)
    turn = staticmethod(tf.linalg.matrix_transpose)
    solve = staticmethod(lambda a, b: tf.linalg.solve(a, b[..., None])[..., 0])
    full = staticmethod(lambda like, a: tf.convert_to_tensor(a, like.dtype))


def _second_order(program: Any, names: Sequence[str], inputs: Sequence[Any], cts: Sequence[Any]) -> list[Any]:
    """The cotangents of the data, the solution and its cotangents for those of the derivative of the solution."""
    _second.refuse(program)
    n, k = len(names), len(program.unknowns)
    types = [t.dtype for t in inputs]
    inputs = [tf.identity(tf.cast(t, tf.float64)) for t in inputs]  # one tensor may be several of the data
    data, rest, given = inputs[:n], inputs[n : n + k + 1], inputs[n + k + 1 :]

    def find(*arrays: np.ndarray) -> list[Any]:
        solution = dict(zip(program.unknowns, arrays[n:]))
        return list(_second.active(program, dict(zip(names, arrays)), solution, np.asarray(arrays[-1])))

    sizes = dict(zip(names, (t.shape for t in data)))
    batch = lead(sizes)
    shapes = [[*batch, sizes["G"][-2] if "G" in sizes else 0], [*batch, sizes["c"][-1]]]
    rows, sides = _host(find, [tf.stop_gradient(t) for t in (*data, *rest)], shapes)
    with tf.GradientTape() as outer:
        outer.watch((data, given))
        with tf.GradientTape() as tape:
            tape.watch(data)
            solution = _second.near(_TensorFlow, {name: t for name, t in zip(names, data) if name not in program.unknowns}, rows, sides)
        none = tf.UnconnectedGradients.ZERO
        grads = tape.gradient(solution, data, output_gradients=list(given), unconnected_gradients=none)
    of_data, of_given = outer.gradient(grads, (data, given), output_gradients=[tf.cast(t, tf.float64) for t in cts], unconnected_gradients=none)
    return [tf.cast(t, d) for t, d in zip((*of_data, *(tf.zeros_like(t) for t in rest), *of_given), types)]


def _shapes(program: Any, data: dict[str, Any]) -> list[Any]:
    """The shapes of the unknowns and the codes, with None for what is known only when the graph runs."""
    if any(s.rank is None for s in data.values()):
        return [None] * (len(program.unknowns) + 1)
    batch = lead(data)
    sizes = [next((data[name][-1] for name in group if name in data), 0) for group in (("c",), ("b",), ("h", "low"))]
    known = program.lengths(*sizes) if None not in sizes else dict.fromkeys(program.unknowns)
    return [[*batch, known[u]] for u in program.unknowns] + [list(batch)]


class _Like:
    """NumPy's names of what :func:`even` needs."""

    abs, where, amax = staticmethod(tf.abs), staticmethod(tf.where), staticmethod(tf.reduce_max)
    swapaxes = staticmethod(lambda a, i, j: tf.linalg.matrix_transpose(a))


def _eps(type_: Any) -> float:
    return float(np.finfo(type_.as_numpy_dtype).eps)


def call(program: Any, data: dict[str, Any]) -> tuple[Any, ...]:
    """The unknowns of a program as tensors of the type of the first of the data that is one of real numbers."""
    given = {name: tf.convert_to_tensor(a) for name, a in data.items() if isinstance(a, (tf.Tensor, tf.Variable))}
    real = [t.dtype for name, t in given.items() if t.dtype.is_floating and name not in program.unknowns]
    dtype = real[0] if real else tf.float32
    if "Q" in given and given["Q"].shape.rank and given["Q"].shape[-1] and given["Q"].dtype in (tf.float32, tf.float16, tf.bfloat16):
        given["Q"] = even(_Like, given["Q"], 2.0**-7 if given["Q"].dtype == tf.bfloat16 else _eps(given["Q"].dtype))
    given = {name: t if t.dtype.is_floating else tf.cast(t, dtype) for name, t in given.items()}
    names, k = tuple(data), len(program.unknowns)

    @tf.custom_gradient  # type: ignore[untyped-decorator, unused-ignore]
    def solve(*tensors: Any) -> Any:
        def run(*arrays: np.ndarray) -> list[Any]:
            solution, codes = program.run(dict(zip(names, arrays)))
            return [*solution.values(), codes]

        out = _host(run, tensors, _shapes(program, {name: t.shape for name, t in zip(names, tensors)}))

        def grad(*cts: Any) -> Any:
            def pull(*arrays: np.ndarray) -> list[Any]:
                n = len(names)
                given, solution, codes, ct = arrays[:n], arrays[n : n + k], arrays[n + k], arrays[n + k + 1 :]
                grads = program.pull(
                    dict(zip(names, given)), dict(zip(program.unknowns, solution)), dict(zip(program.unknowns, ct)), np.asarray(codes)
                )
                return [grads[name] for name in names]

            @tf.custom_gradient  # type: ignore[untyped-decorator, unused-ignore]
            def once(*inputs: Any) -> Any:
                def again(*cts: Any) -> Any:
                    return _second_order(program, names, inputs, cts)

                return _host(pull, inputs, [t.shape for t in tensors]), again

            return [tf.cast(g, t.dtype) for g, t in zip(once(*tensors, *out, *cts), tensors)]

        return [tf.cast(v, dtype) for v in out[:k]], grad

    tensors = [tf.convert_to_tensor(given[name] if name in given else np.asarray(a), dtype) for name, a in data.items()]
    return tuple(solve(*(tf.stop_gradient(t) if name in program.unknowns else t for name, t in zip(names, tensors))))
