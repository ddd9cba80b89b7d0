"""Linear systems of derivatives: written out where they are small, else by products alone. None is solved without a check."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .. import _door

SMALL = 64  # unknowns up to which a system is written out: then a product for each costs no more than an iteration would

Product = Callable[[np.ndarray], np.ndarray]


def dense(A: np.ndarray, b: np.ndarray, *, symmetric: bool, eps: float) -> np.ndarray:
    """The solution of ``A x = b``, of shapes (..., n, n) and (..., n), where each system must be regular.

    With ``symmetric`` each must be positive definite, as Hessians are at minimizers that are isolated.
    """
    lead = np.broadcast_shapes(A.shape[:-2], b.shape[:-1])
    A, b = np.broadcast_to(A, lead + A.shape[-2:]), np.broadcast_to(b, lead + b.shape[-1:])
    if b.shape[-1] == 0:
        return np.array(b)
    bad = ~(np.isfinite(A).all((-1, -2)) & np.isfinite(b).all(-1))
    if bad.any():
        raise FloatingPointError(f"{_member(bad)}the derivatives at the solution are not finite")
    singular, indefinite = _condition(A, symmetric, eps)
    if singular.any():
        what = "the Hessian at the solution is singular: the minimizer is not isolated" if symmetric else (
            "the Jacobian at the solution is singular")
        raise FloatingPointError(f"{_member(singular)}{what}, and has no derivative")
    if indefinite.any():
        raise FloatingPointError(f"{_member(indefinite)}the Hessian at the solution has a negative eigenvalue: it is no minimizer")
    return np.linalg.solve(A, b[..., None])[..., 0]


def _condition(A: np.ndarray, symmetric: bool, eps: float) -> tuple[np.ndarray, np.ndarray]:
    """Whether each matrix is singular to its precision, and whether one that is symmetric is indefinite.

    The rows and columns are scaled to a diagonal of ones first, or to largest entries of one, so that units do not matter.
    """
    n = A.shape[-1]
    limit = 10 * n * eps
    if symmetric:
        d = np.abs(np.diagonal(A, axis1=-2, axis2=-1))
        s = np.sqrt(np.where(d > 0, d, 1.0))
        values = np.linalg.eigvalsh(A / s[..., :, None] / s[..., None, :])
        top = np.abs(values).max(-1)
        return np.abs(values).min(-1) <= limit * top, values[..., 0] < -limit * top
    rows = np.abs(A).max(-1, keepdims=True)
    A = A / np.where(rows > 0, rows, 1.0)
    columns = np.abs(A).max(-2, keepdims=True)
    values = np.linalg.svd(A / np.where(columns > 0, columns, 1.0), compute_uv=False)
    return values[..., -1] <= limit * values[..., 0], np.zeros(A.shape[:-2], bool)


def _member(bad: np.ndarray) -> str:
    return f"member {int(np.flatnonzero(bad)[0])}: " if bad.size > 1 else ""


def by_products(matvec: Product, b: np.ndarray, *, symmetric: bool, tol: float, method: str | None, maxiter: int | None) -> np.ndarray:
    """The solution of ``A x = b`` for vectors of n numbers, by an iterative method of the library. One not reached is an error."""

    def product(v: np.ndarray, out: np.ndarray) -> None:
        out[:] = matvec(v.copy())

    if not np.isfinite(b).all():
        raise FloatingPointError("the derivatives at the solution are not finite")
    options = {"method": method or ("CG" if symmetric else "GMRES"), "tol": tol, "maxiter": maxiter}
    if options["method"] == "GMRES":
        options["restart"] = min(len(b), 100)
    try:
        x: np.ndarray = _door.solve("linear", options, {"b": b}, {"matvec": _door.Function(product, (len(b),), (len(b),))})["x"]
    except _door.Failure as e:
        raise FloatingPointError(f"the derivative of the solution is not found: {e}") from None
    return x
