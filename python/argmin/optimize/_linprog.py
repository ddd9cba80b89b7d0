"""Linear programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .._door import methods
from .._errors import InputError, OptimizeWarning
from .._quadratic import is_sparse, quadratic
from .._result import OptimizeResult
from .._vector import warn
from ._vertex import vertex

_STATUS = {"converged": 0, "iteration limit": 1, "infeasible": 2, "unbounded": 3}
_MESSAGES = (
    "Optimization terminated successfully.",
    "Iteration limit reached.",
    "The problem is infeasible.",
    "The problem is unbounded.",
    "Numerical difficulties encountered.",
)
_HIGHS = ("highs", "highs-ds", "highs-ipm")
_OLD = ("interior-point", "revised simplex", "simplex")
_HINTS = (  # options of SciPy for what there is none of here
    "disp",
    "presolve",
    "simplex_dual_edge_weight_strategy",
    "mip_rel_gap",
)
_TOLERANCES = ("primal_feasibility_tolerance", "dual_feasibility_tolerance", "ipm_optimality_tolerance", "tol")


def linprog(
    c: Any,
    A_ub: Any = None,
    b_ub: Any = None,
    A_eq: Any = None,
    b_eq: Any = None,
    bounds: Any = (0, None),
    method: str = "highs",
    callback: Any = None,
    options: Any = None,
    x0: Any = None,
    integrality: Any = None,
) -> OptimizeResult:
    """Minimize ``c @ x`` over x with ``A_ub @ x <= b_ub``, ``A_eq @ x == b_eq`` and bounds.

    Parameters
    ----------
    c : array of shape (n,)
    A_ub, A_eq : array or sparse matrix of shape (m, n), optional
    b_ub, b_eq : array of shape (m,), optional
    bounds : pair, or sequence of n pairs, optional
        Limits of all variables, or of each; None for none. By default variables are at least 0.
    method : str, optional
        "highs" and its kin are an interior point method here, from whose answer a vertex is found where there are many
        solutions; or a method of quadratic programs: "ProximalInteriorPoint", "DualActiveSet", "OSQP", "PDHG".
    callback : optional
        Not taken, as by SciPy's "highs".
    options : dict, optional
        ``maxiter``, ``tol``, and SciPy's three tolerances, the smallest of which counts.
    x0 : optional
        Not used.
    integrality : optional
        Zeros; there are no integer programs here.

    Returns
    -------
    OptimizeResult
        ``x``, ``fun``, ``slack`` (of ``A_ub``), ``con`` (of ``A_eq``), ``success``, ``status`` (0 solved, 1 limit of
        iterations, 2 infeasible, 3 unbounded, 4 numerical difficulties), ``message``, ``nit``; of ``ineqlin``,
        ``eqlin``, ``lower`` and ``upper`` the ``residual`` and the ``marginals``: how the least value changes with each
        limit. Without a solution these, ``x`` and ``fun`` are None.

    Examples
    --------
    >>> r = linprog([-1, 4], A_ub=[[-3, 1], [1, 2]], b_ub=[6, 4], bounds=[(None, None), (-3, None)])
    >>> r.x.round(6), round(r.fun, 6), r.ineqlin.marginals.round(6) + 0
    (array([10., -3.]), -22.0, array([ 0., -1.]))
    """
    options = dict(options or {})
    known = {name.lower(): name for name in methods()["quadratic"]}
    if not isinstance(method, str) or method.lower() not in (*_HIGHS, *_OLD, *known):
        raise InputError(f"Unknown solver {method!r}; the methods are {', '.join((*_HIGHS, *known.values()))}")
    if callback is not None:
        raise NotImplementedError("linprog takes no callback: an iteration has no basis to show")
    if integrality is not None and np.any(np.asarray(integrality) != 0):
        raise NotImplementedError("linprog has no integer variables here; scipy.optimize.linprog has")
    if x0 is not None:
        warn("x0 is used only when method is 'revised simplex', which there is not here.", OptimizeWarning)
    tolerances = [float(options[k]) for k in _TOLERANCES if options.get(k) is not None]
    unknown = {k: v for k, v in options.items() if k not in (*_HINTS, *_TOLERANCES, "maxiter")}
    if unknown:
        warn(f"Unrecognized options detected: {unknown}.", OptimizeWarning)
    c = _vector(c, "c")
    n = c.size
    A_ub, b_ub = _rows(A_ub, b_ub, "ub", n)
    A_eq, b_eq = _rows(A_eq, b_eq, "eq", n)
    lo, hi = _bounds(bounds, n)
    r = _solve(c, A_ub, b_ub, A_eq, b_eq, lo, hi, known.get(method.lower()), options.get("maxiter"), tolerances)
    status = _STATUS.get(r["reason"], 4)
    out = OptimizeResult(message=_MESSAGES[status], success=status == 0, status=status, fun=None, x=None,
                         nit=int(r.get("nit", 0)), slack=None, con=None)
    for name in ("lower", "upper", "eqlin", "ineqlin"):
        out[name] = OptimizeResult(residual=None, marginals=None)
    if status == 4:
        out["message"] += f" ({r['reason']})"
    if status in (0, 1, 4) and "x" in r:
        _fill(out, r, c, A_ub, b_ub, A_eq, b_eq, lo, hi)
    return out


def _solve(c: np.ndarray, A_ub: Any, b_ub: np.ndarray, A_eq: Any, b_eq: np.ndarray, lo: np.ndarray, hi: np.ndarray,
           method: str | None, maxiter: Any, tolerances: list[float]) -> dict[str, Any]:
    """The solution by the library, or at once where limits or empty rows leave no doubt."""
    if np.any(lo > hi) or np.any(lo == np.inf) or np.any(hi == -np.inf):
        return {"reason": "infeasible"}
    data = {"c": c, "lower": lo, "upper": hi}
    if b_ub.size:
        data["G"], data["h"] = A_ub, b_ub
    if b_eq.size:
        data["A"], data["b"] = A_eq, b_eq
    tol = min(tolerances) if tolerances else 1e-9
    r = quadratic(data, method=method or "", tol=max(tol, 1e-12), maxiter=None if maxiter is None else max(int(maxiter), 1))
    if r["reason"] == "converged":
        r["x"] = vertex(r["x"], c, A_ub, b_ub, A_eq, b_eq, lo, hi, r.get("z", np.zeros(0)), r["w"])
    return r


def _fill(out: OptimizeResult, r: Mapping[str, Any], c: np.ndarray, A_ub: Any, b_ub: np.ndarray, A_eq: Any, b_eq: np.ndarray,
          lo: np.ndarray, hi: np.ndarray) -> None:
    """The point, what is left to each limit, and what each is worth."""
    x = r["x"]
    w = np.where((lo == hi) | (np.abs(r["w"]) > 0), r["w"], 0.0)
    out.update(x=x, fun=float(c @ x), slack=b_ub - A_ub @ x, con=b_eq - A_eq @ x)
    y, z = (np.asarray(r.get(k, np.zeros(0))) for k in "yz")
    out.ineqlin.update(residual=out.slack, marginals=-z)
    out.eqlin.update(residual=out.con, marginals=-y)
    out.lower.update(residual=x - lo, marginals=np.maximum(-w, 0.0))
    out.upper.update(residual=hi - x, marginals=np.minimum(-w, 0.0))


def _vector(v: Any, name: str) -> np.ndarray:
    try:
        a: np.ndarray = np.array(v, dtype=np.float64).squeeze()
    except (TypeError, ValueError):
        raise TypeError(f"Invalid input for linprog: {name} must be a 1-D array of numerical coefficients") from None
    if np.size(v) == 1:
        a = a.reshape(-1)
    if a.size == 0 and name == "c" or a.ndim != 1:
        raise InputError(f"Invalid input for linprog: {name} must be a 1-D array and must not have more than one non-singleton dimension")
    if not np.isfinite(a).all():
        raise InputError(f"Invalid input for linprog: {name} must not contain values inf, nan, or None")
    return a


def _rows(A: Any, b: Any, which: str, n: int) -> tuple[Any, np.ndarray]:
    """The matrix, sparse if it is given so, and the limits of some rows, none by default."""
    if A is None:
        A = np.zeros((0, n))
    elif not is_sparse(A):
        try:
            A = np.array(A, dtype=np.float64)
        except (TypeError, ValueError):
            raise TypeError(f"Invalid input for linprog: A_{which} must be a 2-D array of numerical values") from None
        if A.size == 0 and A.ndim < 2:
            A = A.reshape(0, n)
    if len(A.shape) != 2 or A.shape[1] != n:
        raise InputError(
            f"Invalid input for linprog: A_{which} must have exactly two dimensions, and the number of columns in A_{which} must "
            f"be equal to the size of c; its shape is {tuple(A.shape)}, and c has {n} elements"
        )
    if not np.isfinite(A.data if is_sparse(A) else A).all():
        raise InputError(f"Invalid input for linprog: A_{which} must not contain values inf, nan, or None")
    b = np.zeros(0) if b is None else _vector(b, f"b_{which}")
    if b.size != A.shape[0]:
        raise InputError(
            f"Invalid input for linprog: b_{which} must be a 1-D array; b_{which} must not have more than one non-singleton "
            f"dimension and the number of rows in A_{which} must equal the number of values in b_{which}; they are "
            f"{A.shape[0]} and {b.size}"
        )
    return A, b


def _bounds(bounds: Any, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Limits of each variable: None and NaN are none."""
    if hasattr(bounds, "lb") and hasattr(bounds, "ub"):
        bounds = np.column_stack([np.broadcast_to(np.asarray(v, np.float64), (n,)) for v in (bounds.lb, bounds.ub)])
    if bounds is None or np.size(bounds) == 0:
        bounds = (0, None)
    try:
        b = np.array(bounds, dtype=np.float64)
    except (TypeError, ValueError) as e:
        raise InputError(f"Invalid input for linprog: unable to interpret bounds, check values and dimensions: {e}") from None
    if b.ndim > 2:
        raise InputError(f"Invalid input for linprog: provide a 2-D array for bounds, not a {b.ndim}-D array.")
    if b.shape in ((2,), (1, 2)):
        b = np.tile(b.reshape(2), (n, 1))
    elif b.shape == (2, n) and n != 2:
        raise InputError(f"Invalid input for linprog: provide a {n} x 2 array for bounds, not a 2 x {n} array.")
    elif b.shape != (n, 2):
        raise InputError(
            f"Invalid input for linprog: unable to interpret bounds with this dimension tuple: {b.shape if b.ndim > 1 else (1, b.size)}."
        )
    return np.where(np.isnan(b[:, 0]), -np.inf, b[:, 0]), np.where(np.isnan(b[:, 1]), np.inf, b[:, 1])


def linprog_verbose_callback(res: Mapping[str, Any]) -> None:
    """Print the state of a linear program, a result with ``x``, ``fun``, ``slack``, ``con``, ``nit`` and ``message``."""
    for name in ("message", "nit", "x", "fun", "slack", "con"):
        print(f"{name:>8}: {res.get(name)}")
