"""Minimize functions of named NumPy tensors: the drop-in for ``dict_minimize.numpy_api``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from . import _named
from ._backend import numpy_backend as backend
from ._documentation import documented

__all__ = ["minimize"]


@documented(
    "NumPy",
    start="""NumPy arrays:
    float16, float32, float64 or longdouble, of any byte order.""",
    gradient="""NumPy cannot differentiate, so the gradient is then found by finite differences.""",
    products="""differences of gradients.""",
    example=""">>> from collections import OrderedDict
>>> import numpy as np
>>> from argmin.numpy_api import minimize
>>> def fun(x, shift):
...     d = x["w"] - shift
...     return np.sum(d**2) + x["b"]**2, OrderedDict(w=2 * d, b=2 * x["b"])
>>> x = minimize(fun, OrderedDict(w=np.zeros(2), b=np.array(1.0)), args=(3.0,), lb_dict={"b": 0.5})
>>> x["w"].round(4), x["b"].round(4)
(array([3., 3.]), np.float64(0.5))""",
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
