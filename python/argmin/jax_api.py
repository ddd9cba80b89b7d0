"""Minimize functions of named JAX tensors: the drop-in for ``dict_minimize.jax_api``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from . import _named
from ._documentation import documented
from ._jax import backend

__all__ = ["minimize"]


@documented(
    "JAX",
    start="""JAX arrays:
    float16, bfloat16, float32, or with JAX's 64-bit types on float64.""",
    gradient="""JAX finds the gradient then. Functions made by ``jax.jit`` are the fastest: they are compiled once,
    together with what is around them.""",
    products="""found by JAX for methods
    that use it, where it can, otherwise by differences of gradients.""",
    more="""
compile : bool
    Whether ``fun`` and its derivatives run in the library, without Python and XLA: they are read from its
    operations (see docs/python-programs.md). It must give the value alone. A function that uses operations that
    programs do not have is called as usual. The first search takes milliseconds instead of XLA's time to compile.""",
    example=""">>> import jax
>>> import jax.numpy as jnp
>>> from argmin.jax_api import minimize
>>> @jax.jit
... def fun(x, shift):
...     return jnp.sum((x["w"] - shift) ** 2) + x["b"] ** 2
>>> x = minimize(fun, {"w": jnp.zeros(2), "b": jnp.array(1.0)}, args=(3.0,), lb_dict={"b": 0.5})
>>> bool(abs(x["w"] - 3).max() < 1e-3), float(x["b"])
(True, 0.5)""",
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
    compile: bool = False,
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
        compile=compile,
    )
