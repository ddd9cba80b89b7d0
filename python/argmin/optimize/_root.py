"""Systems of equations."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .._door import Function
from .._errors import InputError, ShapeError
from .._result import OptimizeResult
from .._scipy import AnyException, kin
from ._call import fill, mapping, method_of, own_options, solve, tuple_of, vector
from ._factors import covariance, pivoted


# The solvers of linear systems that SciPy has for "krylov".
_KRYLOV = ("lgmres", "gmres", "bicgstab", "cgs", "minres", "tfqmr")


def root(
    fun: Callable[..., Any],
    x0: Any,
    args: Any = (),
    method: str = "hybr",
    jac: Any = None,
    tol: Any = None,
    callback: Any = None,
    options: Any = None,
) -> OptimizeResult:
    """Find a root of a system of n equations in n unknowns.

    Parameters
    ----------
    fun : callable
        ``fun(x, *args)``, with ``x`` of the shape of ``x0`` ("hybr" and "lm": of shape (n,)), has the values of the
        equations; with ``jac=True`` the values and the Jacobian.
    x0 : array of n elements, of any shape
        The start; complex numbers for all but "hybr" and "lm".
    args : tuple, optional
        Further arguments of ``fun`` and ``jac``.
    method : str, optional
        "hybr" (default), "lm", "broyden1", "broyden2", "anderson", "linearmixing", "diagbroyden", "excitingmixing",
        "krylov" or
        "df-sane".
    jac : bool or callable, optional
        The Jacobian, of shape (n, n), for "hybr" and "lm"; otherwise finite differences.
    tol : float, optional
        The method's own tolerance.
    callback : callable, optional
        ``callback(x, f)`` after every iteration. StopIteration from it ends the search.
    options : dict, optional
        The method's options.

    Returns
    -------
    OptimizeResult
        With ``x``, ``fun``, ``success``, ``status``, ``message``, ``nfev``, and more as the method has it.

    Examples
    --------
    >>> r = root(lambda x: [x[0] + 0.5 * (x[0] - x[1]) ** 3 - 1, 0.5 * (x[1] - x[0]) ** 3 + x[1]], [0, 0])
    >>> r.x.round(8)
    array([0.8411639, 0.1588361])
    """
    args = tuple_of(args)
    x0 = np.asarray(x0)
    name, about = method_of("root", method)
    if x0.dtype.kind == "c" and name not in ("hybr", "lm"):
        return _complex(fun, x0, args, name, jac, tol, callback, options)
    n = max(x0.size, 1)
    shape = (n,) if name in ("hybr", "lm") else x0.shape  # as SciPy has it
    options = mapping(options)
    differences = {k: options.pop(k, None) for k in ("eps", "epsfcn")}
    disp = options.pop("disp", False)
    if isinstance(options.get("jac_options"), dict):
        options.update(options.pop("jac_options"))
    for theirs, ours in (("nit", "maxiter"), ("maxfev", "maxiter") if name == "lm" else ("", "")):
        if theirs in options and ours in about["options"]:
            options[ours] = options.pop(theirs)
    if name == "hybr" and not options.get("maxfev", 1):
        options.pop("maxfev")
    if not isinstance(options.get("line_search", ""), str):
        options["line_search"] = options["line_search"] or "none"
    elsewhere = {"col_deriv", "band", "jac_options"}
    if name == "krylov":  # whose linear systems GMRES solves
        elsewhere |= {"ftol", "method"}
        if not callable(options.get("method", print)) and options["method"] not in _KRYLOV:
            raise InputError(f"method of the linear systems is {options['method']!r}, want one of {_KRYLOV}")
    own = own_options(options, about, elsewhere)
    both = jac is True
    jac = jac if callable(jac) and not both else None
    if (both or jac is not None) and name not in ("hybr", "lm"):
        warnings.warn(f"Method {method} does not use the jacobian (jac).", RuntimeWarning, stacklevel=2)
        jac = None
    kept: list[Any] = [None, None]

    def values(x: np.ndarray, f: np.ndarray) -> None:
        y = fun(x.reshape(shape).copy(), *args)
        if both:
            kept[:] = [x.copy(), y]
            y = y[0]
        fill(f, y, "fun")

    def jacobian(x: np.ndarray, j: np.ndarray) -> None:
        if both:
            if kept[0] is None or not np.array_equal(kept[0], x):
                kept[:] = [x.copy(), fun(x.reshape(shape).copy(), *args)]
            m = kept[1][1]
        else:
            m = jac(x.reshape(shape).copy(), *args)
        m = np.asarray(m)
        fill(j, m.T if options.get("col_deriv") else m, "jac")

    functions = {"fun": Function(values, (n,), (n,))}
    if (both or jac is not None) and name in ("hybr", "lm"):
        functions["jac"] = Function(jacobian, (n,), (n * n,))
    if callback is not None and name not in ("hybr", "lm"):

        def each(x: np.ndarray, f: np.ndarray, counts: np.ndarray) -> None:
            callback(x.reshape(shape).copy(), f.reshape(shape).copy())

        functions["callback"] = Function(each, (n, n, 3), ())
    elif callback is not None:
        warnings.warn(f"Method {method} does not accept callback.", RuntimeWarning, stacklevel=2)
    r = solve(
        "root",
        {"method": name, "method_options": own, "tol": tol, "func_error": differences["epsfcn"]},
        {"x0": vector(x0).reshape(-1), "abs_step": differences["eps"]},
        functions,
    )
    r["x"], r["fun"] = r["x"].reshape(shape), r["fun"].reshape(shape)
    r["method"] = name
    if name in ("hybr", "lm"):
        r.pop("nit", None)
        r |= _factors(name, r.pop("jac", None), r.fun.reshape(-1))
    if disp:
        print(r.message)
    return r


def _complex(
    fun: Any, x0: np.ndarray, args: tuple[Any, ...], name: str, jac: Any, tol: Any, callback: Any, options: Any
) -> OptimizeResult:
    """A root of a function of complex numbers: of its real and imaginary parts."""

    def number(v: np.ndarray) -> np.ndarray:
        return v.view(np.complex128).reshape(x0.shape)

    def parts(z: Any) -> np.ndarray:
        return np.ascontiguousarray(z, dtype=np.complex128).reshape(-1).view(np.float64)

    r = root(
        lambda v: parts(fun(number(v), *args)),
        parts(x0),
        method=name,
        jac=jac,
        tol=tol,
        callback=None if callback is None else (lambda v, f: callback(number(v), number(f))),
        options=options,
    )
    r["x"], r["fun"] = number(r.x), number(r.fun)
    return r


def _factors(name: str, jac: np.ndarray | None, f: np.ndarray) -> dict[str, Any]:
    """MINPACK's factors of the last Jacobian, by SciPy's names. None where it is not finite."""
    if jac is None or not (np.isfinite(jac).all() and np.isfinite(f).all()):
        return {}
    if name == "lm":
        return {"cov_x": covariance(jac), **pivoted(jac, f)}
    q, upper = np.linalg.qr(jac)
    return {"fjac": q.T.copy(), "r": upper[np.triu_indices(f.size)], "qtf": q.T @ f}


def fsolve(
    func: Callable[..., Any],
    x0: Any,
    args: Any = (),
    fprime: Any = None,
    full_output: Any = 0,
    col_deriv: Any = 0,
    xtol: float = 1.49012e-8,
    maxfev: int = 0,
    band: Any = None,
    epsfcn: Any = None,
    factor: float = 100,
    diag: Any = None,
) -> Any:
    """Find a root by Powell's hybrid method: ``x``, or with ``full_output`` ``(x, info, ier, message)``."""
    options = {
        "xtol": xtol,
        "maxfev": maxfev or None,
        "factor": factor,
        "epsfcn": epsfcn,
        "diag": None if diag is None else np.asarray(diag, dtype=np.float64),
        "col_deriv": col_deriv or None,
    }
    try:
        r = root(
            func,
            np.atleast_1d(x0).ravel(),
            args,
            "hybr",
            fprime,
            options={k: v for k, v in options.items() if v is not None},
        )
    except ShapeError as e:
        raise ShapeError(f"fsolve: {e}") from None
    if full_output:
        info = {"nfev": r.nfev, "fvec": r.fun, **{k: r[k] for k in ("fjac", "r", "qtf") if k in r}}
        if fprime is not None:
            info["njev"] = r.njev
        return r.x, info, r.status, r.message
    if not r.success:
        warnings.warn(r.message, RuntimeWarning, stacklevel=2)
    return r.x


@kin
class NoConvergence(AnyException):
    """A nonlinear solver has not found a root; the argument is the last point."""


def _nonlinear(name: str, doc: str, own: tuple[str, ...]) -> Callable[..., Any]:
    def find(
        F: Callable[..., Any],
        xin: Any,
        iter: Any = None,
        verbose: bool = False,
        maxiter: Any = None,
        f_tol: Any = None,
        f_rtol: Any = None,
        x_tol: Any = None,
        x_rtol: Any = None,
        tol_norm: Any = None,
        line_search: Any = "armijo",
        callback: Any = None,
        **kw: Any,
    ) -> Any:
        unknown = set(kw) - set(own)
        if unknown:
            raise TypeError(f"{name}() got an unexpected keyword argument {sorted(unknown)[0]!r}")
        options = {
            **kw,
            "maxiter": iter if iter is not None else maxiter,
            "fatol": f_tol,
            "ftol": f_rtol,
            "xatol": x_tol,
            "xtol": x_rtol,
            "line_search": line_search,
            "tol_norm": tol_norm,
            "disp": verbose,
        }
        r = root(
            F,
            xin,
            method="krylov" if name == "newton_krylov" else name,
            callback=callback,
            options={k: v for k, v in options.items() if v is not None},
        )
        if not r.success and iter is None:
            raise NoConvergence(r.x)
        return r.x

    find.__name__ = find.__qualname__ = name
    find.__doc__ = f"""Find a root by {doc}.

    ``F(x)`` has the shape of ``xin``. ``iter`` iterations are made, or as many as the tolerances need. Raises
    ``NoConvergence`` if
    there is no root. Further options: {", ".join(own)}.
    """
    return find


broyden1 = _nonlinear("broyden1", "Broyden's first method", ("alpha", "reduction_method", "max_rank"))
broyden2 = _nonlinear("broyden2", "Broyden's second method", ("alpha", "reduction_method", "max_rank"))
anderson = _nonlinear("anderson", "extended Anderson mixing", ("alpha", "w0", "M"))
linearmixing = _nonlinear("linearmixing", "a scalar approximation of the Jacobian", ("alpha",))
diagbroyden = _nonlinear("diagbroyden", "a diagonal approximation of the Jacobian", ("alpha",))
excitingmixing = _nonlinear("excitingmixing", "a tuned diagonal approximation of the Jacobian", ("alpha", "alphamax"))
newton_krylov = _nonlinear(
    "newton_krylov",
    "Krylov approximations of Newton's steps",
    ("rdiff", "method", "inner_maxiter", "inner_M", "outer_k"),
)
