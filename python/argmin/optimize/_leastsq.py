"""Sums of squares."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .._door import Function
from .._errors import InputError
from .._result import OptimizeResult
from ._call import dense, fill, solve, tuple_of, vector, workers_of
from ._differences import differences
from ._factors import covariance, pivoted

_MESSAGES = {
    -2: "Stopped because `callback` function raised `StopIteration` or returned `True`",
    -1: "Improper input parameters status returned from `leastsq`",
    0: "The maximum number of function evaluations is exceeded.",
    1: "`gtol` termination condition is satisfied.",
    2: "`ftol` termination condition is satisfied.",
    3: "`xtol` termination condition is satisfied.",
    4: "Both `ftol` and `xtol` termination conditions are satisfied.",
}
_TR_OPTIONS = {
    "regularize",
    "damp",
    "atol",
    "btol",
    "conlim",
    "maxiter",
    "show",
}  # they tune SciPy's solvers, ours need none
_LOSSES = ("linear", "soft_l1", "huber", "cauchy", "arctan")


def limits(bounds: Any, n: int) -> tuple[np.ndarray | None, np.ndarray | None]:
    """The limits of n variables from SciPy's forms: Bounds, or a pair of numbers or arrays; None where none is
    finite."""
    lb, ub = (bounds.lb, bounds.ub) if hasattr(bounds, "lb") else _two(bounds)
    out = []
    for what, b, free in (("Lower", lb, -np.inf), ("Upper", ub, np.inf)):
        if np.shape(b) not in ((), (n,)):
            raise InputError(
                f"Inconsistent shapes between bounds and `x0`: {what.lower()} has shape {np.shape(b)}, "
                f"x0 has {n} elements"
            )
        v = np.broadcast_to(np.asarray(b, dtype=np.float64), (n,)).copy()
        out.append(None if np.all(v == free) else v)
    if out[0] is not None and out[1] is not None and not np.all(out[0] <= out[1]):
        raise InputError("Each lower bound must be strictly less than each upper bound.")
    return out[0], out[1]


def _two(bounds: Any) -> tuple[Any, Any]:
    pair = tuple(bounds)
    if len(pair) != 2:
        raise InputError("`bounds` must contain 2 elements.")
    return pair[0], pair[1]


def tolerance(value: Any) -> Any:
    """A tolerance for the library, where 0 itself is asked for by a negative number."""
    return -1 if value is None or value == 0 else value


def _sparsity(pattern: Any, shape: tuple[int, int]) -> Any:
    """The rows of a pattern, compressed: (indptr, indices)."""
    if hasattr(pattern, "tocsr"):
        p = pattern.tocsr()
        p.sort_indices()
    else:
        a = np.asarray(pattern)
        if a.shape != shape:
            raise InputError(f"`jac_sparsity` has shape {a.shape}, want {shape}")
        rows, columns = np.nonzero(a)
        return np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=shape[0]))]), columns
    if p.shape != shape:
        raise InputError(f"`jac_sparsity` has shape {p.shape}, want {shape}")
    return p.indptr, p.indices


def least_squares(
    fun: Callable[..., Any],
    x0: Any,
    jac: Any = "2-point",
    bounds: Any = (-np.inf, np.inf),
    method: str = "trf",
    ftol: Any = 1e-8,
    xtol: Any = 1e-8,
    gtol: Any = 1e-8,
    x_scale: Any = None,
    loss: Any = "linear",
    f_scale: float = 1.0,
    diff_step: Any = None,
    tr_solver: Any = None,
    tr_options: Any = None,
    jac_sparsity: Any = None,
    max_nfev: Any = None,
    verbose: int = 0,
    args: Any = (),
    kwargs: Any = None,
    callback: Any = None,
    workers: Any = None,
) -> OptimizeResult:
    """Minimize half the sum of squares of residuals, or of a loss of the squares, within bounds.

    Parameters
    ----------
    fun : callable
        ``fun(x, *args, **kwargs)`` has the m residuals.
    x0 : array of shape (n,)
        The start.
    jac : {"2-point", "3-point", "cs"} or callable, optional
        The Jacobian of shape (m, n), an array, sparse matrix or linear operator; or how it is found by finite
        differences.
    bounds : pair of numbers or arrays of shape (n,), or Bounds, optional
        The limits of ``x``.
    method : {"trf", "dogbox", "lm"}, optional
    ftol, xtol, gtol : float or None, optional
        Bounds of the relative change of the cost, of the step, and of the gradient at the end; None: no such test.
    x_scale : array of shape (n,) or "jac", optional
        The size of a change of each variable.
    loss : {"linear", "soft_l1", "huber", "cauchy", "arctan"} or callable, optional
        Reduces the weight of residuals above ``f_scale``. ``loss(z)`` has the shape (3, m): values, first and second
        derivatives.
    diff_step : number or array of shape (n,), optional
        Relative step of finite differences.
    tr_solver : {"exact", "lsmr"}, optional
    tr_options : dict, optional
    jac_sparsity : array or sparse matrix of shape (m, n), optional
        Where the Jacobian may be nonzero.
    max_nfev : int, optional
    verbose : {0, 1, 2}, optional
        1 prints the end, 2 every iteration too.
    callback : callable, optional
        ``callback(intermediate_result)`` or ``callback(x)`` after every iteration; True or StopIteration ends the
        search.
    workers : int or callable, optional
        How many threads may call ``fun`` at once.

    Returns
    -------
    OptimizeResult
        With ``x``, ``cost``, ``fun``, ``jac``, ``grad``, ``optimality``, ``active_mask``, ``nfev``, ``njev``,
        ``status``,
        ``message``, ``success``.

    Examples
    --------
    >>> r = least_squares(lambda x: [10 * (x[1] - x[0] ** 2), 1 - x[0]], [2, 2])
    >>> r.x.round(6)
    array([1., 1.])
    """
    args, kwargs = tuple_of(args), kwargs or {}
    if np.ndim(x0) > 1:
        raise InputError("`x0` must have at most 1 dimension.")
    x0 = vector(x0).astype(np.float64)
    n = x0.size
    _check_names(jac, method, loss, verbose, tr_solver, (ftol, xtol, gtol), max_nfev)
    if x_scale is None and method == "lm":
        x_scale = "jac"
    lower, upper = limits(bounds, n)
    if method == "lm" and (lower is not None or upper is not None):
        raise InputError("Method 'lm' doesn't support bounds.")
    if lower is not None and np.any(x0 < lower) or upper is not None and np.any(x0 > upper):
        raise InputError("Initial guess is outside of provided bounds")
    raw = np.atleast_1d(np.asarray(fun(x0.copy(), *args, **kwargs)))
    f0 = raw.astype(np.float64)
    if f0.ndim > 1:
        raise InputError(f"`fun` must return at most 1-d array_like. f0.shape: {f0.shape}")
    if not np.all(np.isfinite(f0)):
        raise InputError("Residuals are not finite in the initial point.")
    m = f0.size
    if method == "lm" and m < n:
        raise InputError("Method 'lm' doesn't work when the number of residuals is less than the number of variables.")
    first: list[Any] = [f0]

    def residuals(x: np.ndarray, f: np.ndarray) -> None:
        if first and np.array_equal(x, x0):
            f[:] = first.pop()
            return
        fill(f, fun(x.copy(), *args, **kwargs), "fun")

    functions = {"fun": Function(residuals, (n,), (m,))}
    arrays: dict[str, Any] = {"x0": x0, "lower": lower, "upper": upper}
    options: dict[str, Any] = {
        "m": m,
        "method": method,
        "ftol": tolerance(ftol),
        "xtol": tolerance(xtol),
        "gtol": tolerance(gtol),
        "f_scale": float(f_scale),
        "max_nfev": max_nfev,
        "workers": workers_of(workers),
    }
    if raw.dtype in (np.float32, np.float16):
        options["func_error"] = float(np.finfo(raw.dtype).eps)
    if callable(workers) and not callable(jac) and jac_sparsity is None:
        jac = _mapped(fun, jac, diff_step, (lower, upper), args, kwargs, workers)
    if method != "lm" and (tr_solver is not None or tr_options):
        unknown = set(tr_options or {}) - _TR_OPTIONS
        if unknown:
            raise TypeError(
                f"least_squares() got unexpected tr_options {sorted(unknown)}; they are {sorted(_TR_OPTIONS)}"
            )
        options["method_options"] = {"tr_solver": tr_solver}
    if isinstance(x_scale, str):
        if x_scale != "jac":
            raise InputError("`x_scale` must be 'jac' or array_like with positive numbers.")
        options["jac_scale"] = True
    elif x_scale is not None:
        arrays["x_scale"] = _scale(x_scale, n)
    if callable(loss):
        functions["loss"] = Function(loss_function(loss, m), (m,), (m, m, m))
    else:
        options["loss"] = loss
    sparse = _jacobian(functions, arrays, options, fun, jac, jac_sparsity, tr_solver, x0, m, args, kwargs)
    if diff_step is not None:
        arrays["rel_step"] = np.atleast_1d(np.asarray(diff_step, dtype=np.float64))
    if callback is not None or verbose == 2:
        functions["callback"] = Function(_each(callback, verbose), (n, m, 4), ())
    r = solve("least_squares", options, arrays, functions)
    return _squares(r, sparse, verbose, method)


class _Residuals:
    """Residuals with further arguments, for maps that send them to other processes."""

    def __init__(self, fun: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.fun, self.args, self.kwargs = fun, args, kwargs

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return np.atleast_1d(np.asarray(self.fun(x, *self.args, **self.kwargs), dtype=np.float64))


def _mapped(
    fun: Any, scheme: str, step: Any, box: tuple[Any, Any], args: tuple[Any, ...], kwargs: dict[str, Any], mapped: Any
) -> Any:
    """The Jacobian by differences whose values a map of the user finds."""
    f = _Residuals(fun, args, kwargs)
    return lambda x, *args, **kwargs: differences(
        f, x, "2-point" if scheme == "cs" else scheme, step, None, *box, mapped=mapped, signed=True
    )


def _scale(x_scale: Any, n: int) -> np.ndarray:
    a = np.asarray(x_scale)
    if a.dtype.kind not in "fiu" or not np.all(np.isfinite(a)) or np.any(a <= 0):
        raise InputError("`x_scale` must be 'jac' or array_like with positive numbers.")
    if a.shape not in ((), (n,)):
        raise InputError(f"Inconsistent shapes between `x_scale` and `x0`: {a.shape} and {(n,)}.")
    return np.broadcast_to(a.astype(np.float64), (n,))


def _check_names(
    jac: Any, method: str, loss: Any, verbose: int, tr_solver: Any, tolerances: tuple[Any, ...], max_nfev: Any
) -> None:
    if method not in ("trf", "dogbox", "lm"):
        raise InputError("`method` must be 'trf', 'dogbox' or 'lm'.")
    if jac not in ("2-point", "3-point", "cs") and not callable(jac):
        raise InputError("`jac` must be '2-point', '3-point', 'cs' or callable.")
    if verbose not in (0, 1, 2):
        raise InputError("`verbose` must be in [0, 1, 2].")
    if loss not in _LOSSES and not callable(loss):
        raise InputError(f"`loss` must be one of {list(_LOSSES)} or a callable.")
    if tr_solver not in (None, "exact", "lsmr"):
        raise InputError("`tr_solver` must be None, 'exact' or 'lsmr'.")
    if method == "lm" and any(tol is None or tol < np.finfo(float).eps for tol in tolerances):
        raise InputError(
            f"All tolerances must be higher than machine epsilon ({np.finfo(float).eps:.2e}) for method 'lm'."
        )
    if all(tol is None or tol < np.finfo(float).eps for tol in tolerances):
        raise InputError(
            f"At least one of the tolerances must be higher than machine epsilon ({np.finfo(float).eps:.2e})."
        )
    if max_nfev is not None and max_nfev <= 0:
        raise InputError(f"`max_nfev` must be None or positive integer, not {max_nfev}.")
    if method == "lm" and loss != "linear":
        raise InputError("method='lm' supports only 'linear' loss function.")


def loss_function(loss: Callable[..., Any], m: int) -> Callable[..., None]:
    def call(z: np.ndarray, rho: np.ndarray, d1: np.ndarray, d2: np.ndarray) -> None:
        v = np.asarray(loss(z.copy()), dtype=np.float64)
        if v.shape != (3, m):
            raise InputError(f"The return value of `loss` callable has wrong shape {v.shape}, want {(3, m)}.")
        rho[:], d1[:], d2[:] = v

    return call


def _jacobian(
    functions: dict[str, Function],
    arrays: dict[str, Any],
    options: dict[str, Any],
    fun: Any,
    jac: Any,
    sparsity: Any,
    tr_solver: Any,
    x0: np.ndarray,
    m: int,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Adds the Jacobian to a problem; the pattern of a sparse one is returned."""
    n = x0.size
    if not callable(jac):
        options["scheme"] = jac
        if jac == "cs":
            functions["complex"] = Function(complex_residuals(fun, args, kwargs), (n, n), (m, m))
        if sparsity is None:
            return None
        if options["method"] == "lm":
            raise InputError("method='lm' does not support `jac_sparsity`.")
        if tr_solver == "exact":
            raise InputError("tr_solver='exact' is incompatible with `jac_sparsity`.")
        arrays["indptr"], arrays["indices"] = _sparsity(sparsity, (m, n))
        return arrays["indptr"], arrays["indices"], (m, n)
    j0 = jac(x0.copy(), *args, **kwargs)
    operator = hasattr(j0, "matmat") and not hasattr(j0, "toarray")
    if options["method"] == "lm" and (operator or hasattr(j0, "tocsr")):
        raise InputError("method='lm' works only with dense Jacobian matrices.")
    if tr_solver == "exact" and (operator or hasattr(j0, "tocsr")):
        raise InputError("tr_solver='exact' works only with dense Jacobian matrices.")
    if operator and options.get("jac_scale"):
        raise InputError("x_scale='jac' can't be used when `jac` returns LinearOperator.")
    if not hasattr(j0, "tocsr"):
        functions["jac"] = Function(lambda x, j: fill(j, jac(x.copy(), *args, **kwargs), "jac"), (n,), (m * n,))
        if np.atleast_2d(dense(j0)).shape != (m, n):
            raise InputError(f"The return value of `jac` has wrong shape: expected {(m, n)}, actual {np.shape(j0)}.")
        return None
    indptr, indices = _sparsity(j0, (m, n))
    arrays["indptr"], arrays["indices"] = indptr, indices

    def elements(x: np.ndarray, v: np.ndarray) -> None:
        j = jac(x.copy(), *args, **kwargs).tocsr()
        j.sort_indices()
        if not (np.array_equal(j.indptr, indptr) and np.array_equal(j.indices, indices)):
            raise InputError("the sparse matrix of `jac` has another pattern than at x0")
        v[:] = j.data

    functions["jac_sparse"] = Function(elements, (n,), (len(indices),))
    return indptr, indices, (m, n)


def complex_residuals(fun: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Callable[..., None]:
    """A function of complex numbers, for complex steps."""

    def call(re: np.ndarray, im: np.ndarray, to_re: np.ndarray, to_im: np.ndarray) -> None:
        v = np.asarray(fun(re + 1j * im, *args, **kwargs)).reshape(-1)
        to_re[:], to_im[:] = v.real, v.imag

    return call


def _each(callback: Any, verbose: int) -> Callable[..., None]:
    """The callback of an iteration, which may ask for the point or for a result."""
    named = callback is not None and set(inspect.signature(callback).parameters) == {"intermediate_result"}

    def call(x: np.ndarray, f: np.ndarray, counts: np.ndarray) -> None:
        nit, nfev, cost, optimality = counts.tolist()
        if verbose == 2:
            if nit <= 1:
                print(f"{'Iteration':^15}{'Total nfev':^15}{'Cost':^15}{'Optimality':^15}")
            print(f"{int(nit):^15}{int(nfev):^15}{cost:^15.4e}{optimality:^15.2e}")
        if callback is None:
            return
        if named:
            stop = callback(
                intermediate_result=OptimizeResult(x=x.copy(), fun=f.copy(), cost=cost, nit=int(nit), nfev=int(nfev))
            )
        else:
            stop = callback(x.copy())
        if stop is True:
            raise StopIteration

    return call


def _squares(r: OptimizeResult, sparse: Any, verbose: int, method: str) -> OptimizeResult:
    """The result with SciPy's fields."""
    elements = r.pop("jac_sparse", None)
    if elements is not None and sparse is not None:
        from scipy.sparse import (
            csr_matrix,
        )  # the caller has SciPy: the pattern came from it, or the result is wanted by it

        r["jac"] = csr_matrix((elements, sparse[1], sparse[0]), shape=sparse[2])
    if r.get("active_mask") is None:
        r["active_mask"] = np.zeros(r.x.size, int)
    r["active_mask"] = np.asarray(r["active_mask"], int)
    text = _MESSAGES.get(r.status)
    if text:
        r["message"] = text
    if method == "lm" and "njev" in r and not r.njev:
        r["njev"] = None
    if verbose:
        print(r.message)
        print(f"Function evaluations {r.nfev}, final cost {r.cost:.4e}, first-order optimality {r.optimality:.2e}.")
    return r


def leastsq(
    func: Callable[..., Any],
    x0: Any,
    args: Any = (),
    Dfun: Any = None,
    full_output: Any = False,
    col_deriv: Any = False,
    ftol: float = 1.49012e-8,
    xtol: float = 1.49012e-8,
    gtol: float = 0.0,
    maxfev: int = 0,
    epsfcn: Any = None,
    factor: float = 100,
    diag: Any = None,
) -> Any:
    """Minimize a sum of squares by MINPACK's method: ``(x, ier)``, with ``full_output`` ``(x, cov_x, info, message,
    ier)``."""
    args = tuple_of(args)
    x0 = vector(np.asarray(x0).ravel())
    n = x0.size
    f0 = np.atleast_1d(np.asarray(func(x0.copy(), *args), dtype=np.float64))
    m = f0.size
    if n > m:
        raise TypeError(
            f"Improper input: func input vector length N={n} must not exceed func output vector length M={m}"
        )
    functions = {"fun": Function(lambda x, f: fill(f, func(x.copy(), *args), "func"), (n,), (m,))}
    if Dfun is not None:

        def jacobian(x: np.ndarray, j: np.ndarray) -> None:
            d = np.asarray(Dfun(x.copy(), *args), dtype=np.float64)
            if d.size != j.size:
                raise TypeError(f"leastsq: Dfun has shape {d.shape}, want {(n, m) if col_deriv else (m, n)}")
            fill(j, d.T if col_deriv else d, "Dfun")

        functions["jac"] = Function(jacobian, (n,), (m * n,))
    arrays: dict[str, Any] = {"x0": x0}
    options: dict[str, Any] = {
        "m": m,
        "method": "lm",
        "ftol": tolerance(ftol),
        "xtol": tolerance(xtol),
        "gtol": tolerance(gtol),
        "max_nfev": maxfev or None,
        "func_error": epsfcn,
        "method_options": {"factor": factor},
    }
    if diag is not None:
        arrays["x_scale"] = 1 / np.asarray(diag, dtype=np.float64)
    else:
        options["jac_scale"] = True
    r = solve("least_squares", options, arrays, functions)
    flag = {0: 5, 1: 4, 2: 1, 3: 2, 4: 3}.get(r.status, 0)
    if not full_output:
        if flag not in (1, 2, 3, 4):
            warnings.warn(r.message, RuntimeWarning, stacklevel=2)
        return r.x, flag
    info = {"nfev": r.nfev, "fvec": r.fun, **pivoted(r.jac, r.fun)}
    return r.x, covariance(r.jac), info, r.message, flag
