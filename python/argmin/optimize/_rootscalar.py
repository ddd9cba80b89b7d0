"""Roots of functions of one variable, and fixed points."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._door import Function
from .._errors import InputError
from .._result import OptimizeResult
from .._scipy import AnyDict, kin
from ._call import method_of, number, own_options, scalar_function, solve, tuple_of
from ._scalar import pair

_RTOL = 4 * np.finfo(float).eps
_XTOL = 2e-12


@kin
class RootResults(OptimizeResult, AnyDict):
    """A root, with SciPy's fields: ``root``, ``iterations``, ``function_calls``, ``converged``, ``flag``,
    ``method``."""

    if not TYPE_CHECKING:
        __init__ = dict.__init__


_NEEDS_BRACKET = ("bisect", "brentq", "brenth", "ridder", "toms748")


def root_scalar(
    f: Callable[..., Any],
    args: Any = (),
    method: Any = None,
    bracket: Any = None,
    fprime: Any = None,
    fprime2: Any = None,
    x0: Any = None,
    x1: Any = None,
    xtol: Any = None,
    rtol: Any = None,
    maxiter: Any = None,
    options: Any = None,
) -> RootResults:
    """Find a root of a function of one variable.

    Parameters
    ----------
    f : callable
        ``f(x, *args)`` is the value at the number ``x``; with ``fprime=True`` the value and the derivative, with
        ``fprime2=True`` the second derivative too.
    args : tuple, optional
        Further arguments of ``f``, ``fprime`` and ``fprime2``.
    method : str, optional
        "bisect", "brentq", "brenth", "ridder" or "toms748", which need a bracket, "newton", "secant" or "halley",
        which need
        ``x0``. Default the best for what is given.
    bracket : sequence of two numbers, optional
        Points at which ``f`` has different signs.
    fprime, fprime2 : bool or callable, optional
        Derivatives.
    x0, x1 : float, optional
        The start, and the second point of "secant".
    xtol, rtol, maxiter : optional
        Tolerances and the largest number of iterations.
    options : dict, optional
        Further options of the method.

    Returns
    -------
    RootResults

    Examples
    --------
    >>> r = root_scalar(lambda x: x**3 - 1, bracket=[0, 3])
    >>> r.converged, round(float(r.root), 6)
    (True, 1.0)
    """
    args = tuple_of(args)
    f, fprime, fprime2, calls = _derivatives(f, fprime, fprime2)
    if method is None:
        method = _default(bracket, x0, x1, fprime, fprime2)
    name, about = method_of("root_scalar", method)
    own = own_options(
        {
            **(options or {}),
            **{k: v for k, v in (("xtol", xtol), ("rtol", rtol), ("maxiter", maxiter)) if v is not None},
        },
        about,
        {"disp", "full_output"},
    )
    _check_tolerances(name, own)
    functions = {"fun": Function(scalar_function(f, args), (1,))}
    arrays: dict[str, Any] = {}
    if name in _NEEDS_BRACKET:
        if bracket is None:
            raise InputError(f"Bracket needed for {name}")
        arrays["bracket"] = np.asarray([number(b) for b in pair(bracket, "bracket")])
    else:
        if x0 is None:
            raise InputError(f"x0 must not be None for {name}")
        if np.iscomplexobj(x0) or np.iscomplexobj(x1):
            return _complex_root(f, args, name, fprime, fprime2, x0, x1, own)
        arrays["x0"] = number(x0)
        if name == "halley" and not fprime2:
            raise InputError("fprime2 must be specified for halley")
        if name == "halley" and not fprime:
            raise InputError("fprime must be specified for halley")
        if name != "secant" and fprime:
            functions["fprime"] = Function(scalar_function(fprime, args), (1,))
        if name == "halley":
            functions["fprime2"] = Function(scalar_function(fprime2, args), (1,))
        if name == "secant" and x1 is not None:
            arrays["x1"] = number(x1)
    try:
        r = solve("root_scalar", {"method": name, "method_options": own}, arrays, functions)
    except InputError as e:
        if "same sign" in str(e):
            raise InputError(f"f(a) and f(b) must have different signs; {str(e).partition('bracket: ')[2]}") from None
        raise
    root = float(r.x) if name in _NEEDS_BRACKET else np.float64(r.x)
    flag = "converged" if r.success else "convergence error"
    if "NaN" in r.message:
        flag = (
            f"The function value at x={root} is NaN; solver cannot continue." if "function" in r.message else r.message
        )
    return RootResults(
        root=root,
        iterations=r.nit,
        function_calls=calls[0] if calls else r.nfev,
        converged=bool(r.success),
        flag=flag,
        method=name,
        **({} if r.success else {"message": r.message}),
    )


def _check_tolerances(name: str, own: dict[str, Any]) -> None:
    """Refuses tolerances and limits that SciPy refuses."""
    xtol, rtol, maxiter = own.get("xtol"), own.get("rtol"), own.get("maxiter")
    if xtol is not None and not xtol > 0:
        raise InputError(f"xtol too small ({xtol:g} <= 0)")
    if name in _NEEDS_BRACKET and rtol is not None and not rtol >= _RTOL:
        raise InputError(f"rtol too small ({rtol:g} < {_RTOL:g})")
    if maxiter is not None and maxiter < (0 if name in _NEEDS_BRACKET else 1):
        raise InputError(f"maxiter must be {'>= 0' if name in _NEEDS_BRACKET else 'greater than 0'}, not {maxiter}")


def _complex_root(
    f: Any, args: tuple[Any, ...], name: str, fprime: Any, fprime2: Any, x0: Any, x1: Any, own: dict[str, Any]
) -> RootResults:
    """A root of a function of a complex number."""
    calls = [0]

    def counted(z: Any, *args: Any) -> Any:
        calls[0] += 1
        return f(z, *args)

    first = {"newton": (fprime, None), "halley": (fprime, fprime2)}.get(name, (None, None))
    limit = own.get("maxiter", 50)
    start = np.asarray(x0, dtype=complex)
    x, converged, _ = _newton_array(
        counted, start, first[0], args, own.get("xtol", 1.48e-8), limit, first[1], x1, own.get("rtol", 0.0), True
    )
    return RootResults(
        root=complex(x),
        iterations=calls[0],
        function_calls=calls[0],
        converged=bool(converged),
        flag="converged" if converged else "convergence error",
        method=name,
    )


def _default(bracket: Any, x0: Any, x1: Any, fprime: Any, fprime2: Any) -> str:
    if bracket is not None:
        return "brentq"
    if x0 is None:
        raise InputError("Unable to select a solver as neither bracket nor starting point provided.")
    if fprime:
        return "halley" if fprime2 else "newton"
    return "secant" if x1 is not None else "newton"


def _derivatives(f: Any, fprime: Any, fprime2: Any) -> tuple[Any, Any, Any, list[int]]:
    """The function and its derivatives apart, where one function returns all; it is called once at each point, and its
    calls counted."""
    if fprime is not True and fprime2 is not True:
        return f, fprime, fprime2, []
    kept: dict[float, Any] = {}
    calls = [0]

    def part(i: int) -> Callable[..., Any]:
        def at(x: float, *args: Any) -> Any:
            if x not in kept:
                kept.clear()
                calls[0] += 1
                kept[x] = f(x, *args)
            return kept[x][i]

        return at

    last = 2 if fprime2 is True else 1
    slope = part(1) if fprime is True or fprime2 is True and not fprime else fprime
    return part(0), slope, part(last) if fprime2 is True else fprime2, calls


def _bracketing(name: str, doc: str) -> Callable[..., Any]:
    def find(
        f: Callable[..., Any],
        a: float,
        b: float,
        args: Any = (),
        xtol: float = _XTOL,
        rtol: float = _RTOL,
        maxiter: int = 100,
        full_output: bool = False,
        disp: bool = True,
    ) -> Any:
        return _root(root_scalar(f, args, name, (a, b), xtol=xtol, rtol=rtol, maxiter=maxiter), full_output, disp)

    find.__name__ = find.__qualname__ = name
    find.__doc__ = f"""Find a root between two points by {doc}.

    ``f(a, *args)`` and ``f(b, *args)`` have different signs. The root is within ``xtol + rtol * abs(root)``. Returns
    the root, with
    ``full_output`` also ``RootResults``; without ``disp`` a search that ends early is no error.
    """
    return find


def _root(r: RootResults, full_output: bool, disp: bool) -> Any:
    if disp and not r.converged:
        if r.method in _NEEDS_BRACKET and "NaN" in r.flag:
            raise InputError(r.flag)
        reason = r.get("message", "").partition("Failed to converge")[0]
        raise RuntimeError(f"{reason}Failed to converge after {r.iterations} iterations, value is {r.root}.")
    return (r.root, r) if full_output else r.root


bisect = _bracketing("bisect", "bisection")
brentq = _bracketing("brentq", "Brent's method with inverse quadratic steps")
brenth = _bracketing("brenth", "Brent's method with hyperbolic steps")
ridder = _bracketing("ridder", "Ridders' method")


def toms748(
    f: Callable[..., Any],
    a: float,
    b: float,
    args: Any = (),
    k: int = 1,
    xtol: float = _XTOL,
    rtol: float = _RTOL,
    maxiter: int = 100,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    """Find a root between two points by algorithm 748 of Alefeld, Potra and Shi, with ``k`` Newton-quadratic steps an
    iteration."""
    r = root_scalar(f, args, "toms748", (a, b), xtol=xtol, rtol=rtol, maxiter=maxiter, options={"k": k})
    return _root(r, full_output, disp)


def newton(
    func: Callable[..., Any],
    x0: Any,
    fprime: Any = None,
    args: Any = (),
    tol: float = 1.48e-8,
    maxiter: int = 50,
    fprime2: Any = None,
    x1: Any = None,
    rtol: float = 0.0,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    """Find a root from a start by Newton's method, by Halley's with ``fprime2``, by the secant method without
    ``fprime``.

    An array ``x0`` has a root found from each element, for functions of arrays. Returns the root, with ``full_output``
    also
    ``RootResults`` (for an array a tuple with the fields ``root``, ``converged`` and ``zero_der``).
    """
    if np.size(x0) > 1 or np.iscomplexobj(x0):
        return _newton_array(
            func,
            np.asarray(x0, dtype=np.result_type(np.asarray(x0), np.float64)),
            fprime,
            tuple_of(args),
            tol,
            maxiter,
            fprime2,
            x1,
            rtol,
            full_output,
        )
    method = "halley" if fprime2 is not None and fprime is not None else "newton" if fprime is not None else "secant"
    if tol <= 0:
        raise InputError(f"tol too small ({tol:g} <= 0)")
    if maxiter < 1:
        raise InputError("maxiter must be greater than 0")
    r = root_scalar(
        func,
        args,
        method,
        fprime=fprime,
        fprime2=fprime2,
        x0=number(x0),
        x1=x1,
        xtol=tol,
        rtol=rtol or None,
        maxiter=maxiter,
    )
    if not disp and "zero" in r.get("message", "").lower():
        warnings.warn(r.message, RuntimeWarning, stacklevel=2)
    return _root(r, full_output, disp)


class _Roots(NamedTuple):
    """What "newton" has found from each element of an array."""

    root: Any
    converged: Any
    zero_der: Any


def _newton_array(
    func: Any,
    x0: np.ndarray,
    fprime: Any,
    args: tuple[Any, ...],
    tol: float,
    maxiter: int,
    fprime2: Any,
    x1: Any,
    rtol: float,
    full_output: bool,
) -> Any:
    """Newton's, Halley's or the secant method for all elements at once, of functions that take arrays of the shape of
    ``x0``."""
    x = x0.copy()
    before = (
        x * (1 + 1e-4) + np.where(x.real >= 0, 1e-4, -1e-4)
        if x1 is None
        else np.array(np.broadcast_to(x1, x.shape), dtype=x0.dtype)
    )
    f_before = np.asarray(func(before, *args), dtype=x0.dtype) if fprime is None else None
    going = np.ones(x.shape, bool)
    flat = np.zeros(x.shape, bool)
    for _ in range(maxiter):
        f = np.asarray(func(x, *args), dtype=x0.dtype)
        if fprime is None:
            slope = np.divide(f - f_before, x - before, out=np.zeros_like(x), where=x != before)
            before, f_before = x.copy(), f
        else:
            slope = np.asarray(fprime(x, *args), dtype=x0.dtype)
        going &= f != 0
        flat = going & (slope == 0)
        step = np.divide(f, slope, out=np.zeros_like(x), where=going & ~flat)
        if fprime2 is not None:
            bend = np.divide(step * np.asarray(fprime2(x, *args)), 2 * slope, out=np.zeros_like(x), where=going & ~flat)
            step = np.where(np.abs(bend) < 1, step / (1 - bend), step)
        x = x - step
        going &= flat | (np.abs(step) > tol + rtol * np.abs(x))
        if not (going & ~flat).any():
            break
    converged = ~going
    if not x.ndim and not full_output and converged.all():
        return x[()]
    if not converged.any():
        raise RuntimeError(f"all elements failed to converge after {maxiter} iterations")
    if not converged.all() and not full_output:
        warnings.warn(f"some elements failed to converge after {maxiter} iterations", RuntimeWarning, stacklevel=3)
    return _Roots(x, converged, flat) if full_output else x


def fixed_point(
    func: Callable[..., Any], x0: Any, args: Any = (), xtol: float = 1e-8, maxiter: int = 500, method: str = "del2"
) -> Any:
    """Find ``x`` with ``func(x, *args) == x``, for each element of an array.

    Parameters
    ----------
    method : {"del2", "iteration"}
        Steffensen's method with Aitken's extrapolation, or plain iteration.
    """
    if method not in ("del2", "iteration"):
        raise InputError(f"method is {method!r}, want 'del2' or 'iteration'")
    args = tuple_of(args)
    x = np.asarray(x0, dtype=np.float64)
    for _ in range(maxiter):
        p = p1 = np.asarray(func(x, *args), dtype=np.float64)
        if method == "del2":
            p2 = np.asarray(func(p1, *args), dtype=np.float64)
            d = p2 - 2 * p1 + x
            p = np.where(d != 0, x - np.divide((p1 - x) ** 2, d, out=np.zeros_like(d), where=d != 0), p2)
        change = np.where(x != 0, np.divide(p - x, x, out=np.zeros_like(p), where=x != 0), p)
        if np.all(np.abs(change) < xtol):
            return p[()]
        x = p
    raise RuntimeError(f"Failed to converge after {maxiter} iterations, value is {x}")
