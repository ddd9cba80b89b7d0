"""NumPy's linear algebra on arrays that may be traced. Matrices are the last two axes; axes before them are a batch."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from .._program import Type
from ._array import apply, promote
from ._functions import (  # noqa: A004
    absolute,
    axes_of,
    concatenate,
    equal,
    expand_dims,
    floating,
    given,
    multiply,
    one,
    power,
    ravel,
    reshape,
    shape_of,
    sqrt,
    square,
    sum,
    swapaxes,
    transpose,
    where,
)
from ._functions import max as max_
from ._functions import min as min_
from ._indexing import getitem

all_ = all


def matmul(a: Any, b: Any) -> Any:
    """The matrix product, as ``a @ b``."""
    a, b = given(a), given(b)
    d, s, t = promote(a, b), shape_of(a), shape_of(b)
    if not s or not t:
        raise ValueError(f"shapes {s} and {t}: a number has no matrix product, use *")
    if s[-1] != t[max(0, len(t) - 2)]:
        raise ValueError(f"shapes {s} and {t} do not fit: {s[-1]} columns and {t[max(0, len(t) - 2)]} rows")
    lead = np.broadcast_shapes(s[:-2], t[:-2])
    return one("matmul", [a, b], lead + s[-2:-1] + t[-1:] * (len(t) > 1), d, None, d)


def dot(a: Any, b: Any) -> Any:
    """The product of vectors or matrices: the sum over the last axis of a and the last but one of b."""
    a, b = given(a), given(b)
    if not shape_of(a) or not shape_of(b):
        return multiply(a, b)
    if len(shape_of(b)) < 3:
        return matmul(a, b)
    letters, m, n = "abcdefghijklmnopqrstuvwxyz", len(shape_of(a)), len(shape_of(b))
    left, right = letters[: m - 1], letters[m : m + n - 1]
    return einsum(f"{left}z,{right[:-1]}z{right[-1]}->{left}{right}", a, b)


def outer(a: Any, b: Any) -> Any:
    """All products of the elements of two vectors; other arrays are taken as flat ones."""
    return multiply(expand_dims(ravel(a), 1), expand_dims(ravel(b), 0))


def einsum(spec: str, *xs: Any, optimize: Any = None) -> Any:
    """Einstein's summation, such as ``"ij,jk->ik"``; without an arrow the letters that occur once are the result's.

    ``optimize`` is there for NumPy's sake, the order of products is the library's.
    """
    xs = tuple(given(x) for x in xs)
    terms, out = _einsum_terms(spec, [shape_of(x) for x in xs])
    parts = [_einsum_diagonal(x, term) for x, term in zip(xs, terms)]
    size: dict[str, int] = {}
    for x, term in parts:
        for c, n in zip(term, shape_of(x)):
            if size.setdefault(c, n) != n:
                raise ValueError(f"spec is {spec!r}, and axes of one letter have the lengths {size[c]} and {n}")
    d, clean = promote(*xs), ",".join(term for _, term in parts) + "->" + out
    return one("einsum", [x for x, _ in parts], tuple(size[c] for c in out), d, {"spec": clean}, d)


def _einsum_terms(spec: str, shapes: Sequence[tuple[int, ...]]) -> tuple[list[str], str]:
    """The letters of the axes of each array and of the result, with letters for an ellipsis, too."""
    left, arrow, out = spec.replace(" ", "").partition("->")
    terms = left.split(",")
    free = [c for c in string.ascii_letters if c not in spec]
    widths = [len(s) - len(t.replace("...", "")) if "..." in t else 0 for t, s in zip(terms, shapes)]
    if not arrow:
        letters = left.replace("...", "").replace(",", "")
        out = "..." * ("..." in left) + "".join(c for c in sorted(set(letters)) if letters.count(c) == 1)
    wide = free[: max(widths, default=0)]
    for k, width in enumerate(widths):
        terms[k] = terms[k].replace("...", "".join(wide[len(wide) - max(width, 0) :]))
    out = out.replace("...", "".join(wide))
    known = set("".join(terms))
    fits = len(terms) == len(shapes) and all_(len(t) == len(s) for t, s in zip(terms, shapes))
    if not fits or not set(out) <= known or len(set(out)) != len(out) or not known <= set(string.ascii_letters):
        raise ValueError(
            f"spec is {spec!r}, want a letter for each axis of arrays of the shapes {', '.join(map(str, shapes))}, "
            "and after -> letters of these, once each"
        )
    return terms, out


def _einsum_diagonal(x: Any, term: str) -> tuple[Any, str]:
    """The array with one axis for letters that occur twice."""
    for c in dict.fromkeys(term):
        while term.count(c) > 1:
            i, j = term.index(c), term.rindex(c)
            rest = [k for k in range(len(term)) if k not in (i, j)]
            n = np.arange(shape_of(x)[i])
            x = getitem(transpose(x, [*rest, i, j]), (Ellipsis, n, n))
            term = "".join(term[k] for k in rest) + c
    return x, term


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:  # noqa: A002
    """The norm of a vector or matrix, or along one axis or two; ord None is Euclid's norm, of all elements by default.

    Vectors have any number ``ord`` and ±inf, matrices ``"fro"``, ``"nuc"``, 1, -1, 2, -2 and ±inf.
    """
    x = given(x)
    if ord is None:
        return sqrt(sum(square(x), axis, keepdims))
    axes = axes_of(x, axis)
    if len(axes) == 1:
        return _vector_norm(x, ord, axes[0], keepdims)
    if len(axes) != 2:
        raise ValueError(f"norm {ord!r} is along {len(axes)} axes of an array of shape {shape_of(x)}, want 1 or 2")
    a, b = axes if axis is None else [k % len(shape_of(x)) for k in axis]
    if ord == "fro":
        return sqrt(sum(square(x), axes, keepdims))
    if ord in ("nuc", 2, -2):
        order = [k for k in range(len(shape_of(x))) if k not in axes]
        s = svd(transpose(x, [*order, a, b]), compute_uv=False)
        y = sum(s, -1) if ord == "nuc" else max_(s, -1) if ord == 2 else min_(s, -1)
    elif ord in (1, -1, np.inf, -np.inf):
        sums = sum(absolute(x), a if ord in (1, -1) else b, True)
        y = (max_ if ord > 0 else min_)(sums, axes)
    else:
        raise ValueError(f"ord is {ord!r}, want 'fro', 'nuc', 1, -1, 2, -2, inf or -inf for matrices")
    return reshape(y, [1 if k in axes else n for k, n in enumerate(shape_of(x))]) if keepdims else y


def _vector_norm(x: Any, ord: Any, axis: int, keepdims: bool) -> Any:  # noqa: A002
    if isinstance(ord, str):
        raise ValueError(f"ord is {ord!r}, want a number for vectors")
    if ord == 2:
        return sqrt(sum(square(x), axis, keepdims))
    size = absolute(x)
    if ord in (np.inf, -np.inf):
        return (max_ if ord > 0 else min_)(size, axis, keepdims)
    if ord == 0:
        return sum(where(equal(x, 0), 0.0, 1.0), axis, keepdims)
    return sum(size, axis, keepdims) if ord == 1 else power(sum(power(size, ord), axis, keepdims), 1.0 / ord)


def diag(x: Any, k: int = 0) -> Any:
    """Diagonal k of a matrix, or the matrix with a diagonal k; k > 0 is above the main one."""
    x = given(x)
    s = shape_of(x)
    if k and len(s) == 1:
        n, rows = s[0] + abs(k), np.arange(s[0]) + max(-k, 0)
        at = np.zeros((n, n), dtype=np.int32)
        at[rows, rows + k] = np.arange(s[0])
        return where(np.eye(n, k=k, dtype=bool), getitem(x, at), 0.0) if s[0] else np.zeros((n, n))
    if len(s) == 2 and (k or s[0] != s[1]):
        rows = np.arange(max(-k, 0), max(-k, 0) + max(0, min(s[0] + min(k, 0), s[1] - max(k, 0))))
        return getitem(x, (rows, rows + k))
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


def svd(x: Any, full_matrices: bool = False, compute_uv: bool = True) -> Any:
    """u, s and vᵀ of the singular value decomposition, reduced: min(m, n) singular values in descending order.

    Without ``compute_uv`` s alone. ``full_matrices`` can be true for square matrices only.
    """
    *lead, m, n = shape_of(x)
    if full_matrices and compute_uv and m != n:
        raise ValueError(f"full_matrices is True for a matrix of shape {(m, n)}, want False where it is not square")
    k, d = min(m, n), floating(x)
    types = [Type((*lead, k), d), Type((*lead, m, k), d), Type((*lead, k, n), d)]
    s, u, vt = apply("svd", [x], types, {"full_matrices": False, "compute_uv": True}, d)
    return (u, s, vt) if compute_uv else s


def vstack(xs: Any) -> Any:
    """Rows or matrices below each other."""
    xs = [given(x) for x in xs]
    return concatenate([expand_dims(x, 0) if len(shape_of(x)) == 1 else x for x in xs], 0)


__all__ = ["diag", "dot", "einsum", "matmul", "outer", "trace", "tril", "triu", "vstack"]
