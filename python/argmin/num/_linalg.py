"""NumPy's linear algebra on arrays that may be traced. Matrices are the last two axes; axes before them are a batch."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._program import Type
from ._array import apply, promote
from ._functions import (  # noqa: A004
    concatenate,
    expand_dims,
    floating,
    one,
    shape_of,
    sqrt,
    square,
    sum,
    swapaxes,
    where,
)


def matmul(a: Any, b: Any) -> Any:
    """The matrix product, as ``a @ b``."""
    d, s, t = promote(a, b), shape_of(a), shape_of(b)
    if not s or not t:
        raise ValueError(f"shapes {s} and {t}: a number has no matrix product, use *")
    if s[-1] != t[max(0, len(t) - 2)]:
        raise ValueError(f"shapes {s} and {t} do not fit: {s[-1]} columns and {t[max(0, len(t) - 2)]} rows")
    lead = np.broadcast_shapes(s[:-2], t[:-2])
    return one("matmul", [a, b], lead + s[-2:-1] + t[-1:] * (len(t) > 1), d, None, d)


def dot(a: Any, b: Any) -> Any:
    """The product of vectors or matrices."""
    return a * b if not shape_of(a) or not shape_of(b) else matmul(a, b)


def outer(a: Any, b: Any) -> Any:
    """All products of the elements of two vectors."""
    return expand_dims(a, 1) * expand_dims(b, 0)


def einsum(spec: str, *xs: Any) -> Any:
    """Einstein's summation, such as ``"ij,jk->ik"``. The result must be named."""
    d = promote(*xs)
    terms, _, out = spec.replace(" ", "").partition("->")
    if "->" not in spec or "." in spec or len(terms.split(",")) != len(xs):
        raise ValueError(
            f"spec is {spec!r}, want a letter for each axis of each of {len(xs)} arrays, and the result after ->"
        )
    size = {c: n for term, x in zip(terms.split(","), xs) for c, n in zip(term, shape_of(x), strict=True)}
    return one("einsum", list(xs), tuple(size[c] for c in out), d, {"spec": f"{terms}->{out}"}, d)


def norm(x: Any, axis: Any = None) -> Any:
    """The Euclidean norm along axes; None is all."""
    return sqrt(sum(square(x), axis))


def diag(x: Any) -> Any:
    """The diagonal of a matrix, or the matrix with a diagonal."""
    s = shape_of(x)
    eye = np.eye(s[-1], dtype=bool)
    if len(s) == 1:
        return where(eye, expand_dims(x, 0), 0.0)
    if s[-1] != s[-2]:
        raise ValueError(f"shape is {s}, want a square matrix")
    return sum(where(eye, x, 0.0), -1)


def trace(x: Any) -> Any:
    """The sum of the diagonal."""
    return sum(diag(x), -1)


def _sides(x: Any) -> tuple[int, int]:
    *_, m, n = shape_of(x)
    return m, n


def tril(x: Any, k: int = 0) -> Any:
    """The triangle on and below diagonal k, and zeros elsewhere."""
    return where(np.tri(*_sides(x), k, dtype=bool), x, 0.0)


def triu(x: Any, k: int = 0) -> Any:
    """The triangle on and above diagonal k, and zeros elsewhere."""
    return where(np.tri(*_sides(x), k - 1, dtype=bool), 0.0, x)


def _matrix(x: Any) -> tuple[tuple[int, ...], np.dtype[Any]]:
    s = shape_of(x)
    if len(s) < 2 or s[-1] != s[-2]:
        raise ValueError(f"shape is {s}, want square matrices")
    return s, floating(x)


def solve(a: Any, b: Any) -> Any:
    """The solution x of a x = b; b is a vector, or matrices of right-hand sides."""
    s, _ = _matrix(a)
    d, t = floating(a, b), shape_of(b)
    lead = np.broadcast_shapes(s[:-2], t[:-2])
    shape = t if len(t) < 2 and len(s) == 2 else lead + (t[-2:] if len(t) > 1 else t)
    return one("solve", [a, b], shape, d, None, d)


def solve_triangular(a: Any, b: Any, lower: bool = False, trans: bool = False) -> Any:
    """The solution x of a x = b for triangular a, or with trans of aᵀ x = b."""
    d = floating(a, b)
    params = {"left_side": True, "lower": lower, "transpose_a": trans, "unit_diagonal": False}
    return one("triangular_solve", [a, b], shape_of(b), d, params, d)


def inv(x: Any) -> Any:
    """The inverse. To solve a system, ``solve`` is faster and more accurate."""
    s, d = _matrix(x)
    return one("inv", [x], s, d, None, d)


def det(x: Any) -> Any:
    """The determinant."""
    s, d = _matrix(x)
    return one("det", [x], s[:-2], d, None, d)


def slogdet(x: Any) -> tuple[Any, Any]:
    """The sign of the determinant, and the logarithm of its absolute value."""
    s, d = _matrix(x)
    sign, log = apply("slogdet", [x], [Type(s[:-2], d)] * 2, None, d)
    return sign, log


def cholesky(x: Any) -> Any:
    """The lower triangular l with l lᵀ = (x + xᵀ) / 2; NaN where that is not positive definite."""
    s, d = _matrix(x)
    return one("cholesky", [(x + swapaxes(x, -1, -2)) / 2], s, d, None, d)


def eigh(x: Any) -> tuple[Any, Any]:
    """The eigenvalues of symmetric matrices in ascending order, and the eigenvectors as columns."""
    s, d = _matrix(x)
    v, w = apply("eigh", [x], [Type(s, d), Type(s[:-1], d)], None, d)
    return w, v


def eigvalsh(x: Any) -> Any:
    """The eigenvalues of symmetric matrices in ascending order."""
    s, d = _matrix(x)
    return one("eigvalsh", [x], s[:-1], d, None, d)


def qr(x: Any) -> tuple[Any, Any]:
    """Orthonormal columns q and upper triangular r with q r = x."""
    *lead, m, n = shape_of(x)
    k, d = min(m, n), floating(x)
    q, r = apply("qr", [x], [Type((*lead, m, k), d), Type((*lead, k, n), d)], {"full_matrices": False}, d)
    return q, r


def svd(x: Any) -> tuple[Any, Any, Any]:
    """u, s and vᵀ of the singular value decomposition, reduced: min(m, n) singular values in descending order."""
    *lead, m, n = shape_of(x)
    k, d = min(m, n), floating(x)
    types = [Type((*lead, k), d), Type((*lead, m, k), d), Type((*lead, k, n), d)]
    s, u, vt = apply("svd", [x], types, {"full_matrices": False, "compute_uv": True}, d)
    return u, s, vt


def vstack(xs: Any) -> Any:
    """Rows or matrices below each other."""
    return concatenate([expand_dims(x, 0) if len(shape_of(x)) == 1 else x for x in xs], 0)


__all__ = ["diag", "dot", "einsum", "matmul", "outer", "trace", "tril", "triu", "vstack"]
