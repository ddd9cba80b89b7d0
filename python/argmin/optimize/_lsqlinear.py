"""Linear least squares within bounds."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._errors import InputError
from .._quadratic import is_sparse, quadratic
from .._result import OptimizeResult
from ._call import dense

_MESSAGES = {
    -1: "The algorithm was not able to make progress on the last iteration.",
    0: "The maximum number of iterations is exceeded.",
    1: "The first-order optimality measure is less than `tol`.",
    3: "The unconstrained solution is optimal.",
}


def lsq_linear(
    A: Any,
    b: Any,
    bounds: Any = (-np.inf, np.inf),
    method: str = "trf",
    tol: float = 1e-10,
    lsq_solver: Any = None,
    lsmr_tol: Any = None,
    max_iter: Any = None,
    verbose: int = 0,
    *,
    lsmr_maxiter: Any = None,
) -> OptimizeResult:
    """Minimize ``0.5 * norm(A @ x - b)**2`` over x within bounds.

    Parameters
    ----------
    A : array, sparse matrix or linear operator of shape (m, n)
        An operator becomes a dense matrix.
    b : array of shape (m,)
    bounds : pair of arrays or numbers, or Bounds, optional
        Each lower bound is less than its upper one.
    method : {"trf", "bvls"}, optional
        The same here: a quadratic program by an interior point method, and then least squares in the variables that are
        between their bounds, to rounding.
    tol : float, optional
        Of the optimality, the largest element of the gradient that no bound explains.
    lsq_solver, lsmr_tol, lsmr_maxiter : optional
        Checked, and not used.
    max_iter : int, optional
        The most iterations of the interior point method.
    verbose : {0, 1, 2}, optional

    Returns
    -------
    OptimizeResult
        ``x``, ``cost``, ``fun`` (``A @ x - b``), ``optimality``, ``active_mask`` (-1 at a lower bound, 1 at an upper one),
        ``unbounded_sol``, ``nit``, ``status``, ``message``, ``success``.

    Examples
    --------
    >>> r = lsq_linear([[1.0, 2.0], [3.0, 4.0]], [1.0, 2.0], bounds=(0, 0.3))
    >>> r.x.round(6), r.active_mask
    (array([0.28, 0.3 ]), array([0, 1]))
    """
    if method not in ("trf", "bvls"):
        raise InputError(f"`method` must be 'trf' or 'bvls', not {method!r}")
    if lsq_solver not in (None, "exact", "lsmr"):
        raise InputError("`solver` must be None, 'exact' or 'lsmr'.")
    if verbose not in (0, 1, 2):
        raise InputError("`verbose` must be in [0, 1, 2].")
    if max_iter is not None and max_iter <= 0:
        raise InputError("`max_iter` must be None or positive integer.")
    if not is_sparse(A):
        A = np.atleast_2d(dense(A))
    if len(A.shape) != 2:
        raise InputError("`A` must have at most 2 dimensions.")
    b = np.atleast_1d(np.asarray(b, dtype=np.float64))
    if b.ndim != 1:
        raise InputError("`b` must have at most 1 dimension.")
    m, n = A.shape
    if b.size != m:
        raise InputError(f"Inconsistent shapes between `A` and `b`. They are {(m, n)} and {b.shape}.")
    if not (np.isfinite(A.data if is_sparse(A) else A).all() and np.isfinite(b).all()):
        raise InputError("`A` and `b` must not contain infs or NaNs")
    lo, hi = _box(bounds, n)
    r = _solve(A, b, lo, hi, tol, max_iter)
    if verbose:
        print(r.message)
        print(f"Number of iterations {r.nit}, final cost {r.cost:.4e}, first-order optimality {r.optimality:.2e}.")
    return r


def _box(bounds: Any, n: int) -> tuple[np.ndarray, np.ndarray]:
    if hasattr(bounds, "lb") and hasattr(bounds, "ub"):
        bounds = bounds.lb, bounds.ub
    if len(bounds) != 2:
        raise InputError("`bounds` must contain 2 elements.")
    limits = [np.asarray(v, dtype=np.float64) for v in bounds]
    if any(v.ndim > 0 and v.shape != (n,) for v in limits):
        raise InputError(f"Bounds have wrong shape. They are {limits[0].shape} and {limits[1].shape}, want ({n},)")
    lo, hi = (np.broadcast_to(v, (n,)) for v in limits)
    if not np.all(lo < hi):
        raise InputError("Each lower bound must be strictly less than each upper bound.")
    return lo, hi


def _solve(A: Any, b: np.ndarray, lo: np.ndarray, hi: np.ndarray, tol: float, max_iter: Any) -> OptimizeResult:
    free: Any
    if is_sparse(A):
        q = _program(A, b, None, None, max_iter)
        free, x = (q["x"][: lo.size],), q["x"][: lo.size]
    else:
        free = np.linalg.lstsq(A, b, rcond=None)
        x = free[0]
    if np.all((x >= lo) & (x <= hi)):
        return _result(A, b, x, lo, hi, free, 0, 3)
    q = _program(A, b, lo, hi, max_iter)
    x = np.clip(q["x"][: lo.size], lo, hi)
    status = {"converged": 1, "iteration limit": 0}.get(q["reason"], -1)
    r = _result(A, b, x, lo, hi, free, int(q["nit"]), status)
    w = q["w"][: lo.size]
    room = np.minimum(np.where(np.isfinite(lo), x - lo, np.inf), np.where(np.isfinite(hi), hi - x, np.inf))
    scale = np.maximum(np.asarray(abs(A).sum(axis=0)).reshape(-1), np.finfo(float).tiny)
    r = _polished(A, b, lo, hi, np.abs(w) / scale > room * scale, r)
    if r.status == 1 and r.optimality > max(tol, 1e-8) * (1 + scale.max() * np.abs(b).max(initial=0)):
        r.update(status=-1, message=_MESSAGES[-1], success=False)
    return r


def _polished(A: Any, b: np.ndarray, lo: np.ndarray, hi: np.ndarray, held: np.ndarray, r: OptimizeResult) -> OptimizeResult:
    """The least squares in the variables that no bound holds, if that is a better point. What leaves its bounds is held in turn."""
    if is_sparse(A) and A.shape[1] > 1000:
        return r
    a = dense(A)
    at = np.where(r.x - lo < hi - r.x, lo, hi)
    for _ in range(lo.size):
        x = np.where(held, at, 0.0)
        x[~held] = np.linalg.lstsq(a[:, ~held], b - a[:, held] @ x[held], rcond=None)[0]
        out = (x < lo) | (x > hi)
        if not out.any():
            break
        at = np.where(out, np.where(x < lo, lo, hi), at)
        held = held | out
    x = np.clip(x, lo, hi)
    p = _result(a, b, x, lo, hi, r.unbounded_sol, r.nit, r.status)
    return p if p.optimality <= r.optimality else r


def _program(A: Any, b: np.ndarray, lo: Any, hi: Any, max_iter: Any) -> dict[str, Any]:
    """The program of x and the residuals, so that the condition of A is not squared."""
    m, n = A.shape
    none = np.full(m, np.inf)
    data: dict[str, Any] = {"c": np.zeros(n + m), "b": b}
    if is_sparse(A) or n + m > 200:
        from scipy import sparse

        data["Q"] = sparse.diags_array(np.r_[np.zeros(n), np.ones(m)])
        data["A"] = sparse.hstack([sparse.csr_array(A), -sparse.eye_array(m)], format="csr")
    else:
        data["Q"] = np.diag(np.r_[np.zeros(n), np.ones(m)])
        data["A"] = np.hstack([A, -np.eye(m)])
    if lo is not None:
        data["lower"], data["upper"] = np.concatenate([lo, -none]), np.concatenate([hi, none])
    return quadratic(data, tol=1e-10, maxiter=None if max_iter is None else int(max_iter))


def _result(A: Any, b: np.ndarray, x: np.ndarray, lo: np.ndarray, hi: np.ndarray, free: Any, nit: int, status: int) -> OptimizeResult:
    f = np.asarray(A @ x).reshape(-1) - b
    g = np.asarray(A.T @ f).reshape(-1)
    width = np.where(np.isfinite(lo) & np.isfinite(hi), hi - lo, np.maximum(np.abs(x), 1.0))
    near = 1e-8 * width
    mask = np.where(x - lo <= near, -1, np.where(hi - x <= near, 1, 0))
    rest = np.where(mask == -1, np.minimum(g, 0), np.where(mask == 1, np.maximum(g, 0), g))
    return OptimizeResult(
        x=x,
        fun=f,
        cost=0.5 * float(f @ f),
        optimality=float(np.abs(rest).max(initial=0.0)),
        active_mask=mask if status != 3 else np.zeros(x.size, int),
        unbounded_sol=free,
        nit=nit,
        status=status,
        message=_MESSAGES[status],
        success=status > 0,
    )


def nnls(A: Any, b: Any, *, maxiter: Any = None, atol: Any = None) -> tuple[np.ndarray, float]:
    """Minimize ``norm(A @ x - b)`` over ``x >= 0``: x, of shape (n,), and the norm.

    Parameters
    ----------
    A : array of shape (m, n)
    b : array of shape (m,)
    maxiter : int, optional
        The most iterations of the interior point method.
    atol : optional
        Not used, as in SciPy.

    Raises
    ------
    RuntimeError
        If there is no solution after ``maxiter`` iterations.

    Examples
    --------
    >>> x, norm = nnls([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], [2.0, 1.0, -1.0])
    >>> x.round(6), round(norm, 6)
    (array([1.5, 0. ]), 1.224745)
    """
    A, b = np.asarray(A, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if A.ndim != 2:
        raise InputError(f"Expected a 2D array, but the shape of A is {A.shape}")
    if b.ndim > 2 or b.ndim == 2 and b.shape[1] != 1 or b.ndim == 0:
        raise InputError(f"Expected a 1D array,(or 2D with one column), but the, shape of b is {b.shape}")
    b = b.reshape(-1)
    if b.size != A.shape[0]:
        raise InputError(
            f"Incompatible dimensions. The first dimension of A is {A.shape[0]}, while the shape of b is {(b.size,)}"
        )
    if not (np.isfinite(A).all() and np.isfinite(b).all()):
        raise InputError("array must not contain infs or NaNs")
    r = lsq_linear(A, b, (0, np.inf), max_iter=maxiter)
    if not r.success:
        if r.status == 0:
            raise RuntimeError("Maximum number of iterations reached.")
        raise RuntimeError(f"{r.message} The optimality is {r.optimality:.2e}.")
    return r.x, float(np.linalg.norm(r.fun))
