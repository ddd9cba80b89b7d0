"""Minimize functions of named TensorFlow tensors: the drop-in for ``dict_minimize.tensorflow_api``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from . import _named
from ._documentation import documented
from ._tensorflow import backend

__all__ = ["minimize"]


@documented(
    "TensorFlow",
    start="""TensorFlow
    tensors or variables: float16, bfloat16, float32 or float64; those of a function and of the result are
    eager tensors.""",
    gradient="""TensorFlow finds the gradient then. Functions made by ``tf.function`` are traced once, together with
    what is around them.""",
    products="""found by TensorFlow for
    methods that use it, where it can, otherwise by differences of gradients.""",
    example=""">>> import tensorflow as tf
>>> from argmin.tensorflow_api import minimize
>>> def fun(x, shift):
...     return tf.reduce_sum((x["w"] - shift) ** 2) + x["b"] ** 2
>>> x = minimize(fun, {"w": tf.zeros(2), "b": tf.constant(1.0)}, args=(3.0,), lb_dict={"b": 0.5})
>>> x["w"].numpy().round(3), x["b"].numpy()
(array([3., 3.], dtype=float32), np.float32(0.5))""",
)
def minimize(
    fun: Callable[..., Any],
    x0_dict: Any,
    *,
    lb_dict: Any = None,
    ub_dict: Any = None,
    args: Iterable[Any] = (),
    method: str | Callable[..., Any] | None = None,
    tol: float | None = None,
    callback: Callable[..., Any] | None = None,
    options: Mapping[str, Any] | None = None,
    jac: Any = None,
    hess: Any = None,
    hessp: Callable[..., Any] | None = None,
    constraints: Any = (),
    fixed: Any = None,
    scale: Any = None,
    allow_unused: bool = False,
    progress: bool = False,
    checkpoint: str | os.PathLike[str] | None = None,
    verify: bool = True,
    full_output: bool = False,
) -> Any:
    return _named.minimize(
        backend(),
        fun,
        x0_dict,
        lb_dict=lb_dict,
        ub_dict=ub_dict,
        args=args,
        method=method,
        tol=tol,
        callback=callback,
        options=options,
        jac=jac,
        hess=hess,
        hessp=hessp,
        constraints=constraints,
        fixed=fixed,
        scale=scale,
        allow_unused=allow_unused,
        progress=progress,
        checkpoint=checkpoint,
        verify=verify,
        full_output=full_output,
    )
