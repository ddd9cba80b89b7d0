"""Minimize functions of named PyTorch tensors: the drop-in for ``dict_minimize.torch_api``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from . import _named
from ._documentation import documented
from ._torch import backend

__all__ = ["minimize"]


@documented(
    "PyTorch",
    start="""PyTorch tensors:
    float16, bfloat16, float32 or float64, on any device; those of a function and of the result are leaves
    with ``requires_grad``.""",
    gradient="""PyTorch finds the gradient then.""",
    products="""found by PyTorch for
    methods that use it, where it can, otherwise by differences of gradients.""",
    more="""
compile : bool
    Whether ``fun`` and its derivatives run in the library, without Python: they are read from the operations that
    PyTorch traces (see docs/python-programs.md). It must give the value alone. A function that uses operations that
    programs do not have, or decides by numbers, is called as usual.""",
    example=""">>> import torch
>>> from argmin.torch_api import minimize
>>> def fun(x, shift):
...     return ((x["w"] - shift) ** 2).sum() + x["b"] ** 2
>>> x = minimize(fun, {"w": torch.zeros(2), "b": torch.tensor(1.0)}, args=(3.0,), lb_dict={"b": 0.5})
>>> x["w"].detach().round(decimals=3), x["b"].detach()
(tensor([3., 3.]), tensor(0.5000))""",
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
