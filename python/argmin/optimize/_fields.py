"""The results of minimize with SciPy's fields of each method."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .._errors import InputError
from .._result import OptimizeResult
from .._vector import Constraint, Method, Raw
from ._trustconstr import TrustConstr


class LbfgsInvHessProduct:
    """The approximation of an inverse Hessian by L-BFGS-B, as a linear operator: the identity with corrections.

    Parameters
    ----------
    sk, yk : array of shape (k, n)
        The last steps, and the changes of the gradient over them, the newest last.

    Attributes
    ----------
    shape : tuple
        ``(n, n)``.
    dtype : dtype
        float64.

    Examples
    --------
    >>> h = LbfgsInvHessProduct([[1.0, 0.0]], [[2.0, 0.0]])
    >>> h @ np.ones(2), h.todense()
    (array([0.5, 1. ]), array([[0.5, 0. ],
           [0. , 1. ]]))
    """

    def __init__(self, sk: Any, yk: Any) -> None:
        self.sk, self.yk = (
            np.atleast_2d(np.asarray(sk, dtype=np.float64)),
            np.atleast_2d(np.asarray(yk, dtype=np.float64)),
        )
        if self.sk.shape != self.yk.shape or self.sk.ndim != 2:
            raise InputError(f"sk and yk have shapes {self.sk.shape} and {self.yk.shape}, want (k, n) both")
        self.n_corrs, n = self.sk.shape
        self.shape, self.dtype = (n, n), np.dtype(np.float64)
        self.rho = 1 / np.einsum("ij,ij->i", self.sk, self.yk)

    def matmat(self, x: Any) -> np.ndarray:
        """The product with a matrix of shape (n, k) (Nocedal & Wright, algorithm 7.4)."""
        q = np.array(x, dtype=np.float64)
        parts = []
        for s, y, rho in zip(self.sk[::-1], self.yk[::-1], self.rho[::-1]):
            parts.append(rho * (s @ q))
            q -= np.multiply.outer(y, parts[-1])
        for s, y, rho in zip(self.sk, self.yk, self.rho):
            q += np.multiply.outer(s, parts.pop() - rho * (y @ q))
        return q

    def todense(self) -> np.ndarray:
        """The matrix, of shape (n, n)."""
        return self.matmat(np.eye(self.shape[0]))

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return self.todense().astype(dtype or np.float64)

    # The matrix is symmetric, and the products with vectors of shape (n,) are the same.
    matvec = rmatvec = rmatmat = dot = __matmul__ = __mul__ = __call__ = matmat

    @property
    def T(self) -> LbfgsInvHessProduct:
        """The matrix is symmetric."""
        return self

    H = T

    def __repr__(self) -> str:
        return f"<{self.shape[0]}x{self.shape[1]} LbfgsInvHessProduct with dtype={self.dtype}>"


class _OfMatrix(LbfgsInvHessProduct):
    """The same by its matrix, which the library has where there are few variables."""

    def __init__(self, matrix: np.ndarray) -> None:
        super().__init__(np.zeros((0, len(matrix))), np.zeros((0, len(matrix))))
        self._matrix = matrix

    def matmat(self, x: Any) -> np.ndarray:
        return np.asarray(self._matrix @ np.asarray(x, dtype=np.float64))

    matvec = rmatvec = rmatmat = dot = __matmul__ = __mul__ = __call__ = matmat


class Pairs:
    """Keeps the last steps of a search by L-BFGS-B and the changes of the gradient, from what its callback gets."""

    def __init__(self, most: int) -> None:
        self.last: tuple[np.ndarray, np.ndarray] | None = None
        self.kept: deque[tuple[np.ndarray, np.ndarray]] = deque(maxlen=most)

    def add(self, x: np.ndarray, g: np.ndarray | None) -> None:
        """The point and the gradient after an iteration, as arrays that nobody else changes."""
        if g is None:
            return
        if self.last is not None:
            s, y = x - self.last[0], g - self.last[1]
            if s @ y > np.finfo(float).eps * (y @ y):  # as the method has it
                self.kept.append((s, y))
        self.last = x, g

    def before(self, callback: Any) -> Any:
        """A callback that keeps what it gets, and then calls the one given."""

        def call(x: np.ndarray, f: float, g: Any, counts: np.ndarray) -> None:
            self.add(x.copy(), g)
            if callback is not None:
                callback(x, f, g, counts)

        return call

    def watch(self, functions: dict[str, Raw]) -> None:
        """Has the first gradient, which no callback gets, kept too. One by differences is not seen."""
        for name in ("grad", "fun_grad"):
            if name in functions:
                functions[name] = self._watched(functions[name])

    def _watched(self, f: Raw) -> Raw:
        def call(x: np.ndarray, *out: np.ndarray) -> Any:
            v = f(x, *out)
            if self.last is None:
                self.last = x.copy(), out[-1].copy()
            return v

        return call

    def product(self, n: int) -> LbfgsInvHessProduct:
        """The approximation of the inverse Hessian."""
        steps, changes = (np.array([p[i] for p in self.kept]).reshape(-1, n) for i in (0, 1))
        return LbfgsInvHessProduct(steps, changes)


def fields(
    r: OptimizeResult,
    m: Method,
    report: TrustConstr | None,
    hessian: Callable[[np.ndarray], Any] | None,
    pairs: Pairs | None,
) -> OptimizeResult:
    """The result with the fields that SciPy has for the method."""
    if m.name == "Nelder-Mead" and "simplex" in r:
        r["final_simplex"] = (r.pop("simplex"), r.pop("simplex_fun"))
    if report is not None:
        report.finish(r)
    if m.name in ("COBYLA", "COBYQA"):
        r.setdefault("maxcv", 0.0)
    if m.name == "L-BFGS-B" and "hess_inv" in r:
        r["hess_inv"] = _OfMatrix(r.hess_inv)
    elif pairs is not None:
        r["hess_inv"] = pairs.product(r.x.size)
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
