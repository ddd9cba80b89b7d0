"""Minima of functions of one variable, and brackets of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, cast

import numpy as np

from .._door import Function
from .._errors import InputError, OptimizeWarning
from .._result import OptimizeResult
from .._scipy import AnyRuntimeError, kin
from ._call import mapping, method_of, number, own_options, scalar_function, solve, tuple_of


def minimize_scalar(
    fun: Callable[..., Any],
    bracket: Any = None,
    bounds: Any = None,
    args: Any = (),
    method: Any = None,
    tol: Any = None,
    options: Any = None,
) -> OptimizeResult:
    """Find a local minimum of a function of one variable.

    Parameters
    ----------
    fun : callable
        ``fun(x, *args)`` is the value at the number ``x``.
    bracket : sequence of two or three numbers, optional
        Two points from which to search downhill for a bracket, or three that are one, for "brent" and "golden".
    bounds : sequence of two numbers, optional
        The smallest and the largest ``x``, for "bounded".
    args : tuple, optional
        Further arguments of ``fun``.
    method : {"brent", "bounded", "golden"} or callable, optional
        Default "bounded" with bounds, else "brent".
    tol : float, optional
        The method's own tolerance.
    options : dict, optional
        The method's options: ``maxiter``, ``disp``, and ``xtol`` or ``xatol``.

    Returns
    -------
    OptimizeResult
        With ``x``, ``fun``, ``success``, ``message``, ``nfev``, ``nit``.

    Examples
    --------
    >>> round(float(minimize_scalar(lambda x: (x - 2) ** 2 + 1).x), 6)
    2.0
    """
    options = mapping(options)
    args = tuple_of(args)
    if method is None:
        method = "brent" if bounds is None else "bounded"
    if callable(method):
        return cast(OptimizeResult, method(fun, args=args, bracket=bracket, bounds=bounds, **options))
    if bounds is not None and method.lower() in ("brent", "golden"):
        raise InputError(f"Use of `bounds` is incompatible with 'method={method.lower()}'.")
    if bounds is None and method.lower() == "bounded":
        raise InputError("The `bounds` parameter is mandatory for method `bounded`.")
    if bounds is not None:
        bounds = np.asarray([_finite(b) for b in pair(bounds, "bounds")])
    name, about = method_of("minimize_scalar", method)
    bracket = _bracket(fun, args, bracket) if name != "bounded" and bracket is not None else None
    for tolerance in (tol, options.get("xtol"), options.get("xatol")):
        if tolerance is not None and tolerance < 0:
            raise InputError(f"tolerance should be >= 0, got {tolerance!r}")
    disp = options.get("disp", 0)
    own = own_options(options, about, {"disp"})
    shape: list[tuple[int, ...]] = [()]

    def value(x: float, *args: Any) -> Any:
        v = fun(x, *args)
        shape[0] = np.shape(v)
        return v

    try:
        r = solve(
            "minimize_scalar",
            {"method": name, "method_options": own, "tol": tol},
            {"bracket": bracket, "bounds": bounds},
            {"fun": Function(scalar_function(value, args), (1,))},
        )
    except InputError as e:
        if bracket is None or bracket.size < 3 or "bracket" not in str(e).lower():
            raise
        raise InputError(
            f"Bracketing values (xa, xb, xc) do not fulfill this requirement: (f(xb) < f(xa)) and (f(xb) < f(xc)): {e}"
        ) from None
    if shape[0]:  # of a function of arrays, which gets its answer as one
        r["x"], r["fun"] = np.reshape(r.x, shape[0]), np.reshape(r.fun, shape[0])
    r["message"] = "\n" + r["message"] if name == "brent" or name == "golden" else r["message"]
    if disp:
        if not r.success:
            warnings.warn(r.message, OptimizeWarning, stacklevel=2)
        print(r.message)
    return r


def _finite(bound: Any) -> float:
    if np.size(bound) != 1 or not np.all(np.isfinite(bound)):
        raise InputError("Optimization bounds must be finite scalars.")
    return number(bound)


def _bracket(fun: Callable[..., Any], args: tuple[Any, ...], given: Any) -> np.ndarray:
    """A bracket of two points, or of three around a minimum, which are checked as SciPy does."""
    b = np.asarray([number(v) for v in given])
    if b.size not in (2, 3):
        raise InputError("Bracketing interval must be length 2 or 3 sequence.")
    if b.size == 3:
        if b[0] > b[2]:
            b = b[::-1].copy()
        if not b[0] < b[1] < b[2]:
            raise InputError("Bracketing values (xa, xb, xc) do not fulfill this requirement: (xa < xb) and (xb < xc)")
    return b


def pair(values: Any, what: str) -> Any:
    values = list(values)
    if len(values) != 2:
        raise InputError(f"{what} has {len(values)} numbers, want two")
    return values


def brent(
    func: Callable[..., Any],
    args: Any = (),
    brack: Any = None,
    tol: float = 1.48e-8,
    full_output: Any = 0,
    maxiter: int = 500,
) -> Any:
    """Find a local minimum by Brent's method: ``x``, or with ``full_output`` ``(x, fval, iterations, calls)``."""
    r = _bracketed(minimize_scalar(func, brack, args=args, method="brent", options={"xtol": tol, "maxiter": maxiter}))
    return (r.x, r.fun, r.nit, r.nfev) if full_output else r.x


def golden(
    func: Callable[..., Any],
    args: Any = (),
    brack: Any = None,
    tol: float = 1.4901161193847656e-8,
    full_output: Any = 0,
    maxiter: int = 5000,
) -> Any:
    """Find a local minimum by golden sections: ``x``, or with ``full_output`` ``(x, fval, calls)``."""
    r = _bracketed(minimize_scalar(func, brack, args=args, method="golden", options={"xtol": tol, "maxiter": maxiter}))
    return (r.x, r.fun, r.nfev) if full_output else r.x


def _bracketed(r: OptimizeResult) -> OptimizeResult:
    """The result of a search that has found a bracket; without one there is nothing to return."""
    if not r.success and "bracket" in r.message:
        raise BracketError(r.message.strip())
    return r


def fminbound(
    func: Callable[..., Any],
    x1: float,
    x2: float,
    args: Any = (),
    xtol: float = 1e-5,
    maxfun: int = 500,
    full_output: Any = 0,
    disp: int = 1,
) -> Any:
    """Find a local minimum between two points: ``x``, or with ``full_output`` ``(x, fval, flag, calls)``."""
    r = minimize_scalar(func, bounds=(x1, x2), args=args, method="bounded", options={"xatol": xtol, "maxiter": maxfun})
    if disp > 1 or disp == 1 and not r.success:
        print(r.message)
    return (r.x, r.fun, int(not r.success), r.nfev) if full_output else r.x


def bracket(
    func: Callable[..., Any],
    xa: float = 0.0,
    xb: float = 1.0,
    args: Any = (),
    grow_limit: float = 110.0,
    maxiter: int = 1000,
) -> Any:
    """Find three points around a local minimum, downhill from two: ``(xa, xb, xc, fa, fb, fc, calls)``.

    Raises
    ------
    BracketError
        If there are none, because the function is flat or falls without end.
    """
    try:
        r = solve(
            "bracket",
            {"grow_limit": grow_limit, "maxiter": maxiter},
            {"xa": float(xa), "xb": float(xb)},
            {"fun": Function(scalar_function(func, tuple_of(args)), (1,))},
        )
    except InputError as e:
        raise BracketError(f"The algorithm terminated without finding a valid bracket. {e}") from None
    return r.xa, r.xb, r.xc, r.fa, r.fb, r.fc, r.nfev


@kin
class BracketError(AnyRuntimeError):
    """No three points were found that enclose a minimum."""
