"""Programs as functions of TensorFlow with a derivative, eager and within tf.function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from ._convex import FIRST_ORDER


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


def call(program: Any, data: dict[str, Any]) -> tuple[Any, ...]:
    """The unknowns of a program as tensors like the first of the data that is one."""
    like = next(a for a in data.values() if isinstance(a, (tf.Tensor, tf.Variable)))
    names, k = tuple(data), len(program.unknowns)

    @tf.custom_gradient  # type: ignore[untyped-decorator, unused-ignore]
    def solve(*tensors: Any) -> Any:
        def run(*arrays: np.ndarray) -> list[Any]:
            solution, codes = program.run(dict(zip(names, arrays)))
            return [*solution.values(), codes]

        out = _host(run, tensors, [None] * (k + 1))

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
                    raise RuntimeError(FIRST_ORDER)

                return _host(pull, inputs, [t.shape for t in tensors]), again

            return [tf.cast(g, t.dtype) for g, t in zip(once(*tensors, *out, *cts), tensors)]

        return [tf.cast(v, like.dtype) for v in out[:k]], grad

    tensors = [
        tf.convert_to_tensor(a if isinstance(a, (tf.Tensor, tf.Variable)) else np.asarray(a), like.dtype) for a in data.values()
    ]
    return tuple(solve(*(tf.stop_gradient(t) if name in program.unknowns else t for name, t in zip(names, tensors))))
