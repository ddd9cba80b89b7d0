"""The older functions of scipy.optimize, one for each method, which return tuples."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .._errors import OptimizeWarning
from .._result import OptimizeResult
from ._call import tuple_of
from ._minimize import minimize

_EPS = 1.4901161193847656e-8


def _given(**options: Any) -> dict[str, Any]:
    return {k: v for k, v in options.items() if v is not None}


def _gradient(approximate: Any, fprime: Any) -> Any:
    """The gradient argument: of fprime, of the function itself, or none."""
    return None if approximate else True if fprime is None else fprime


def _said(r: OptimizeResult, disp: Any, category: type[Warning] = OptimizeWarning) -> None:
    """Prints the end of a search, and warns of one without success, as SciPy does with ``disp``."""
    if not disp:
        return
    if not r.success:
        warnings.warn(r.message, category, stacklevel=3)
    print(r.message)
    for label, key in (
        ("Current function value", "fun"),
        ("Iterations", "nit"),
        ("Function evaluations", "nfev"),
        ("Gradient evaluations", "njev"),
    ):
        if key in r:
            print(f"         {label}: {r[key]:f}" if key == "fun" else f"         {label}: {r[key]}")


def _flag(r: OptimizeResult) -> int:
    return int(r.status)


def _out(r: OptimizeResult, full_output: Any, retall: Any, *fields: Any) -> Any:
    if full_output:
        return (r.x, *fields, r.allvecs) if retall else (r.x, *fields)
    return (r.x, r.allvecs) if retall else r.x


def fmin(
    func: Callable[..., Any],
    x0: Any,
    args: Any = (),
    xtol: float = 1e-4,
    ftol: float = 1e-4,
    maxiter: Any = None,
    maxfun: Any = None,
    full_output: Any = 0,
    disp: Any = 1,
    retall: Any = 0,
    callback: Any = None,
    initial_simplex: Any = None,
) -> Any:
    """Minimize by Nelder and Mead's method: ``x``, with ``full_output`` ``(x, fun, iterations, calls, flag)``."""
    r = minimize(
        func,
        np.ravel(x0),
        args,
        "Nelder-Mead",
        callback=callback,
        options=_given(
            xatol=xtol,
            fatol=ftol,
            maxiter=maxiter,
            maxfev=maxfun,
            return_all=retall or None,
            initial_simplex=initial_simplex,
        ),
    )
    _said(r, disp, RuntimeWarning)
    return _out(r, full_output, retall, r.fun, r.nit, r.nfev, _flag(r))


def fmin_powell(
    func: Callable[..., Any],
    x0: Any,
    args: Any = (),
    xtol: float = 1e-4,
    ftol: float = 1e-4,
    maxiter: Any = None,
    maxfun: Any = None,
    full_output: Any = 0,
    disp: Any = 1,
    retall: Any = 0,
    callback: Any = None,
    direc: Any = None,
) -> Any:
    """Minimize by Powell's method: ``x``, with ``full_output`` ``(x, fun, directions, iterations, calls, flag)``."""
    r = minimize(
        func,
        np.ravel(x0),
        args,
        "Powell",
        callback=callback,
        options=_given(xtol=xtol, ftol=ftol, maxiter=maxiter, maxfev=maxfun, return_all=retall or None, direc=direc),
    )
    _said(r, disp, RuntimeWarning)
    return _out(r, full_output, retall, r.fun, r.get("direc"), r.nit, r.nfev, _flag(r))


def fmin_bfgs(
    f: Callable[..., Any],
    x0: Any,
    fprime: Any = None,
    args: Any = (),
    gtol: float = 1e-5,
    norm: float = np.inf,
    epsilon: Any = _EPS,
    maxiter: Any = None,
    full_output: Any = 0,
    disp: Any = 1,
    retall: Any = 0,
    callback: Any = None,
    xrtol: float = 0,
    c1: float = 1e-4,
    c2: float = 0.9,
    hess_inv0: Any = None,
) -> Any:
    """Minimize by BFGS: ``x``, with ``full_output`` ``(x, fun, gradient, inverse Hessian, calls, gradient calls,
    flag)``."""
    r = minimize(
        f,
        np.ravel(x0),
        args,
        "BFGS",
        fprime,
        callback=callback,
        options=_given(
            gtol=gtol,
            norm=norm,
            eps=epsilon if fprime is None else None,
            maxiter=maxiter,
            return_all=retall or None,
            xrtol=xrtol or None,
            c1=c1,
            c2=c2,
            hess_inv0=hess_inv0,
        ),
    )
    _said(r, disp)
    return _out(r, full_output, retall, r.fun, r.jac, r.get("hess_inv"), r.nfev, r.njev, _flag(r))


def fmin_cg(
    f: Callable[..., Any],
    x0: Any,
    fprime: Any = None,
    args: Any = (),
    gtol: float = 1e-5,
    norm: float = np.inf,
    epsilon: Any = _EPS,
    maxiter: Any = None,
    full_output: Any = 0,
    disp: Any = 1,
    retall: Any = 0,
    callback: Any = None,
    c1: float = 1e-4,
    c2: float = 0.4,
) -> Any:
    """Minimize by nonlinear conjugate gradients: ``x``, with ``full_output`` ``(x, fun, calls, gradient calls,
    flag)``."""
    r = minimize(
        f,
        np.ravel(x0),
        args,
        "CG",
        fprime,
        callback=callback,
        options=_given(
            gtol=gtol,
            norm=norm,
            eps=epsilon if fprime is None else None,
            maxiter=maxiter,
            return_all=retall or None,
            c1=c1,
            c2=c2,
        ),
    )
    _said(r, disp)
    return _out(r, full_output, retall, r.fun, r.nfev, r.njev, _flag(r))


def fmin_ncg(
    f: Callable[..., Any],
    x0: Any,
    fprime: Any,
    fhess_p: Any = None,
    fhess: Any = None,
    args: Any = (),
    avextol: float = 1e-5,
    epsilon: Any = _EPS,
    maxiter: Any = None,
    full_output: Any = 0,
    disp: Any = 1,
    retall: Any = 0,
    callback: Any = None,
    c1: float = 1e-4,
    c2: float = 0.9,
) -> Any:
    """Minimize by Newton's method with conjugate gradients: ``x``, with ``full_output`` ``(x, fun, calls, gradient
    calls, Hessians, flag)``."""
    r = minimize(
        f,
        np.ravel(x0),
        args,
        "Newton-CG",
        fprime,
        hess=fhess,
        hessp=fhess_p,
        callback=callback,
        options=_given(xtol=avextol, maxiter=maxiter, return_all=retall or None, c1=c1, c2=c2),
    )
    _said(r, disp)
    return _out(r, full_output, retall, r.fun, r.nfev, r.njev, r.nhev, _flag(r))


def fmin_l_bfgs_b(
    func: Callable[..., Any],
    x0: Any,
    fprime: Any = None,
    args: Any = (),
    approx_grad: Any = 0,
    bounds: Any = None,
    m: int = 10,
    factr: float = 1e7,
    pgtol: float = 1e-5,
    epsilon: float = 1e-8,
    iprint: Any = None,
    maxfun: int = 15000,
    maxiter: int = 15000,
    disp: Any = None,
    callback: Any = None,
    maxls: int = 20,
) -> Any:
    """Minimize within bounds by L-BFGS-B: ``(x, fun, {"grad", "task", "nit", "funcalls", "warnflag"})``.

    Without ``fprime`` the function returns its value and gradient, unless ``approx_grad`` is set.
    """
    r = minimize(
        func,
        np.ravel(x0),
        args,
        "L-BFGS-B",
        _gradient(approx_grad, fprime),
        bounds=bounds,
        callback=callback,
        options=_given(
            maxcor=m,
            ftol=factr * np.finfo(float).eps,
            gtol=pgtol,
            eps=epsilon if approx_grad else None,
            maxfun=maxfun,
            maxiter=maxiter,
            maxls=maxls,
        ),
    )
    info = {"grad": r.jac, "task": r.message, "funcalls": r.nfev, "nit": r.nit, "warnflag": r.status}
    return r.x, r.fun, info


def fmin_tnc(
    func: Callable[..., Any],
    x0: Any,
    fprime: Any = None,
    args: Any = (),
    approx_grad: Any = 0,
    bounds: Any = None,
    epsilon: float = 1e-8,
    scale: Any = None,
    offset: Any = None,
    messages: int = 15,
    maxCGit: int = -1,
    maxfun: Any = None,
    eta: float = -1,
    stepmx: float = 0,
    accuracy: float = 0,
    fmin: float = 0,
    ftol: float = -1,
    xtol: float = -1,
    pgtol: float = -1,
    rescale: float = -1,
    disp: Any = None,
    callback: Any = None,
) -> Any:
    """Minimize within bounds by a truncated Newton method: ``(x, calls, status)``."""
    r = minimize(
        func,
        np.ravel(x0),
        args,
        "TNC",
        _gradient(approx_grad, fprime),
        bounds=bounds,
        callback=callback,
        options=_given(
            eps=epsilon if approx_grad else None,
            scale=scale,
            offset=offset,
            maxCGit=maxCGit,
            maxfun=maxfun,
            eta=eta,
            stepmx=stepmx,
            accuracy=accuracy,
            minfev=fmin,
            ftol=ftol,
            xtol=xtol,
            gtol=pgtol,
            rescale=rescale,
        ),
    )
    return r.x, r.nfev, r.status


def fmin_slsqp(
    func: Callable[..., Any],
    x0: Any,
    eqcons: Any = (),
    f_eqcons: Any = None,
    ieqcons: Any = (),
    f_ieqcons: Any = None,
    bounds: Any = (),
    fprime: Any = None,
    fprime_eqcons: Any = None,
    fprime_ieqcons: Any = None,
    args: Any = (),
    iter: int = 100,
    acc: float = 1e-6,
    iprint: int = 1,
    disp: Any = None,
    full_output: Any = 0,
    epsilon: Any = _EPS,
    callback: Any = None,
) -> Any:
    """Minimize with constraints by sequential least squares: ``x``, with ``full_output`` ``(x, fun, iterations,
    status, message)``."""
    args = tuple_of(args)
    constraints = [{"type": "eq", "fun": c, "args": args} for c in eqcons] + [
        {"type": "ineq", "fun": c, "args": args} for c in ieqcons
    ]
    for kind, f, df in (("eq", f_eqcons, fprime_eqcons), ("ineq", f_ieqcons, fprime_ieqcons)):
        if f is not None:
            constraints.append({"type": kind, "fun": f, "jac": df, "args": args})
    r = minimize(
        func,
        np.ravel(x0),
        args,
        "SLSQP",
        fprime,
        bounds=bounds or None,
        constraints=constraints,
        callback=callback,
        options=_given(maxiter=iter, ftol=acc, eps=epsilon if fprime is None else None),
    )
    if iprint > 0 and (disp is None or disp):
        print(f"{r.message}    (Exit mode {r.status})")
    return (r.x, r.fun, r.nit, r.status, r.message) if full_output else r.x


def fmin_cobyla(
    func: Callable[..., Any],
    x0: Any,
    cons: Any,
    args: Any = (),
    consargs: Any = None,
    rhobeg: float = 1.0,
    rhoend: float = 1e-4,
    maxfun: int = 1000,
    disp: Any = None,
    catol: float = 2e-4,
    *,
    callback: Any = None,
) -> Any:
    """Minimize with constraints ``c(x, *args) >= 0`` by linear models: ``x``."""
    args = tuple_of(args)
    listed = list(cons) if isinstance(cons, (list, tuple)) else [cons]
    for c in listed:
        if not callable(c):
            raise TypeError("cons must be a sequence of callable functions or a single callable function.")
    r = minimize(
        func,
        np.ravel(x0),
        args,
        "COBYLA",
        callback=callback,
        options=_given(rhobeg=rhobeg, tol=rhoend, maxiter=maxfun, catol=catol),
        constraints=[
            {"type": "ineq", "fun": c, "args": args if consargs is None else tuple_of(consargs)} for c in listed
        ],
    )
    if disp:
        print(r.message)
    return r.x
