"""Programs as functions of TensorFlow, eager, with a derivative."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf


def call(program: Any, data: dict[str, Any]) -> tuple[Any, ...]:
    """The unknowns of a program as tensors like the first of the data that is one."""
    if not tf.executing_eagerly():
        raise RuntimeError("a program is called within a tf.function, where tensors have no values; call it from outside")
    like = next(a for a in data.values() if isinstance(a, (tf.Tensor, tf.Variable)))
    names = tuple(data)

    @tf.custom_gradient
    def solve(*tensors: Any) -> Any:
        arrays = {name: np.asarray(t.numpy(), np.float64) for name, t in zip(names, tensors)}
        r = program.solve(arrays)
        program.check(r)
        solution = {name: r[name] for name in program.unknowns}

        def grad(*cts: Any) -> Any:
            program.refuse(r["code"], r["codes"])
            given = {name: np.asarray(c.numpy(), np.float64) for name, c in zip(solution, cts)}
            grads = program.pull(arrays, solution, given)
            return [tf.convert_to_tensor(np.asarray(grads[name]), t.dtype) for name, t in zip(names, tensors)]

        return [tf.convert_to_tensor(v, like.dtype) for v in solution.values()], grad

    return tuple(solve(*(tf.convert_to_tensor(a if isinstance(a, (tf.Tensor, tf.Variable)) else np.asarray(a), like.dtype) for a in data.values())))
