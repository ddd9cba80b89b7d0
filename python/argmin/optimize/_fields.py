"""The results of minimize with SciPy's fields of each method."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .._result import OptimizeResult
from .._vector import Constraint, Method, Raw
from ._differences import differences


class LbfgsInvHessProduct:
    """The approximation of an inverse Hessian by L-BFGS-B, as a linear operator.

    Attributes
    ----------
    shape : tuple
        ``(n, n)``.
    dtype : dtype
        float64.

    Examples
    --------
    >>> h = LbfgsInvHessProduct(np.diag([2.0, 3.0]))
    >>> h @ np.ones(2)
    array([2., 3.])
    """

    def __init__(self, matrix: np.ndarray) -> None:
        self._matrix = matrix
        self.shape, self.dtype = matrix.shape, matrix.dtype

    def todense(self) -> np.ndarray:
        """The matrix, of shape (n, n)."""
        return np.array(self._matrix)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return self._matrix.astype(dtype or np.float64)

    def matvec(self, x: Any) -> np.ndarray:
        """The product with a vector of shape (n,) or (n, 1)."""
        return np.asarray(self._matrix @ np.asarray(x, dtype=np.float64))

    def matmat(self, x: Any) -> np.ndarray:
        """The product with a matrix of shape (n, k)."""
        return np.asarray(self._matrix @ np.asarray(x, dtype=np.float64))

    rmatvec, rmatmat, dot, __matmul__, __mul__, __call__ = matvec, matmat, matvec, matvec, matvec, matvec

    @property
    def T(self) -> LbfgsInvHessProduct:
        """The matrix is symmetric."""
        return self

    H = T

    def __repr__(self) -> str:
        return f"<{self.shape[0]}x{self.shape[1]} LbfgsInvHessProduct with dtype={self.dtype}>"


def fields(
    r: OptimizeResult,
    m: Method,
    started: float,
    constraints: Sequence[Constraint],
    box: tuple[Any, Any],
    hessian: Callable[[np.ndarray], Any] | None,
) -> OptimizeResult:
    """The result with the fields that SciPy has for the method."""
    if m.name == "Nelder-Mead" and "simplex" in r:
        r["final_simplex"] = (r.pop("simplex"), r.pop("simplex_fun"))
    if m.name == "trust-constr":
        _trust_constr(r, started, constraints, box)
    if m.name == "L-BFGS-B" and "hess_inv" in r:
        r["hess_inv"] = LbfgsInvHessProduct(r.hess_inv)
    if m.name in ("dogleg", "trust-ncg", "trust-exact", "trust-krylov") and hessian is not None and "hess" not in r:
        r["hess"] = hessian(r.x)
    if m.name == "SLSQP":
        r.setdefault("multipliers", np.zeros(0))
    if m.values_only:
        for name in ("njev", "nhev", "jac"):
            r.pop(name, None)
    elif m.name not in ("Newton-CG", "dogleg", "trust-ncg", "trust-exact", "trust-krylov", "trust-constr"):
        r.pop("nhev", None)
    return r


class _Values:
    """A constraint as a function that returns its values."""

    def __init__(self, fun: Raw, m: int) -> None:
        self.fun, self.m = fun, m

    def __call__(self, x: np.ndarray) -> np.ndarray:
        v = np.zeros(self.m)
        self.fun(x, v)
        return v


def _trust_constr(r: OptimizeResult, started: float, constraints: Sequence[Constraint], box: tuple[Any, Any]) -> None:
    """The values, Jacobians and multipliers of each constraint; bounds count as the last one, as in SciPy.

    The multipliers ``v`` are those of ``fun + v . constraint``.
    """
    n = r.x.size
    values: list[np.ndarray] = []
    jacobians: list[np.ndarray] = []
    for c in constraints:
        v, j = np.zeros(len(c.lower)), np.zeros((len(c.lower), n))
        if c.A is not None:
            v[:], j[:] = c.A @ r.x, c.A
        elif c.fun is not None:
            c.fun(r.x, v)
            if c.jac is not None:
                c.jac(r.x, j.reshape(-1))
            else:
                j[:] = differences(_Values(c.fun, len(c.lower)), r.x, lower=box[0], upper=box[1], at_x=v, signed=True)
        values.append(v)
        jacobians.append(j)
    multipliers = -np.asarray(r.get("multipliers", np.zeros(sum(map(len, values)))))
    each = np.split(multipliers, np.cumsum([len(a) for a in values])[:-1]) if values else []
    if box[0] is not None or box[1] is not None:
        values.append(r.x.copy())
        jacobians.append(np.eye(n))
        each.append(-np.asarray(r.get("bound_multipliers", np.zeros(n))))
    gradient = r.get("jac", np.full(n, np.nan))
    r.update(
        grad=gradient,
        lagrangian_grad=gradient + sum((j.T @ m for j, m in zip(jacobians, each)), np.zeros(n)),
        constr=values,
        jac=jacobians,
        v=each,
        niter=r.nit,
        constr_violation=r.get("maxcv", 0.0),
        execution_time=time.perf_counter() - started,
        method="tr_interior_point" if r.get("barrier_parameter") else "equality_constrained_sqp",
    )


def all_fixed(x: np.ndarray, fun: Callable[[np.ndarray], float], constraints: Sequence[Constraint]) -> OptimizeResult:
    """The result where the bounds leave one point."""
    worst = 0.0
    for c in constraints:
        v = np.zeros(len(c.lower))
        if c.A is not None:
            v[:] = c.A @ x
        elif c.fun is not None:
            c.fun(x, v)
        worst = max(worst, float(np.max(np.maximum(c.lower - v, v - c.upper), initial=0.0)))
    message = "All independent variables were fixed by bounds"
    if worst > 0:
        message += (
            f", but the independent variables do not satisfy the constraints exactly. (Maximum violation: {worst})."
        )
    else:
        message += " at values that satisfy the constraints." if constraints else "."
    return OptimizeResult(
        x=x,
        fun=fun(x),
        success=worst == 0,
        status=0 if worst == 0 else 1,
        message=message,
        nfev=1,
        njev=0,
        nhev=0,
        nit=0,
        maxcv=worst,
        reason="converged" if worst == 0 else "infeasible",
    )
