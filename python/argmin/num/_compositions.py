"""NumPy's functions that are made of others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .._program import Type
from . import _functions as f
from . import _indexing as ix
from . import _linalg as la
from ._array import apply, promote

shape_of = f.shape_of


def isinf(x: Any) -> Any:
    """Whether elements are infinite."""
    return f.equal(f.abs(x), np.inf)


def nan_to_num(x: Any, nan: float = 0.0) -> Any:
    """x with nan in place of what is no number, and the largest numbers in place of infinite ones."""
    top = float(np.finfo(f.floating(x)).max)
    return f.clip(f.where(f.isnan(x), nan, x), -top, top)


def positive(x: Any) -> Any:
    """The array itself."""
    return f.given(x)


def reciprocal(x: Any) -> Any:
    """1 / x."""
    return f.divide(1.0, x)


def floor_divide(a: Any, b: Any) -> Any:
    """⌊a / b⌋."""
    return f.astype(f.floor(f.divide(a, b)), promote(a, b))


def fmod(a: Any, b: Any) -> Any:
    """The remainder of a / b, which has the sign of a."""
    return f.subtract(a, f.multiply(b, f.trunc(f.divide(a, b))))


def deg2rad(x: Any) -> Any:
    """Degrees as radians."""
    return f.multiply(x, math.pi / 180)


def rad2deg(x: Any) -> Any:
    """Radians as degrees."""
    return f.multiply(x, 180 / math.pi)


def sinc(x: Any) -> Any:
    """sin(πx) / (πx), which is 1 at 0."""
    zero = f.equal(x, 0)
    y = f.multiply(f.where(zero, 1.0, x), math.pi)
    return f.where(zero, 1.0, f.divide(f.sin(y), y))


def heaviside(x: Any, at_zero: Any) -> Any:
    """0 below 0, 1 above, and at_zero at 0."""
    return f.where(f.equal(x, 0), at_zero, f.where(f.less(x, 0), 0.0, 1.0))


def isclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8) -> Any:
    """Whether |a - b| <= atol + rtol |b|, or both are the same infinity."""
    near = f.less_equal(f.abs(f.subtract(a, b)), f.add(atol, f.multiply(rtol, f.abs(b))))
    return f.logical_or(f.equal(a, b), f.logical_and(near, f.isfinite(b)))


def allclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8) -> Any:
    """Whether all elements are close, as isclose has it."""
    return f.all(isclose(a, b, rtol, atol))


# Statistics.
def count_nonzero(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """How many elements along axes are not zero."""
    return f.sum(f.astype(f.not_equal(x, 0), np.int64), axis, keepdims)


def ptp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest element less the smallest one."""
    return f.subtract(f.max(x, axis, keepdims), f.min(x, axis, keepdims))


def average(x: Any, axis: int | None = None, weights: Any = None) -> Any:
    """The mean, with weights like x or along the axis."""
    if weights is None:
        return f.mean(x, axis)
    if shape_of(weights) != shape_of(x):
        k = f.axes_of(x, axis)[0]
        weights = f.reshape(weights, [n if i == k else 1 for i, n in enumerate(shape_of(x))])
        weights = f.broadcast_to(weights, shape_of(x))
    return f.divide(f.sum(f.multiply(x, weights), axis), f.sum(weights, axis))


def nansum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum of the elements that are numbers."""
    return f.sum(f.where(f.isnan(x), 0.0, x), axis, keepdims)


def nanmean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean of the elements that are numbers."""
    some = f.sum(f.astype(f.logical_not(f.isnan(x)), f.floating(x)), axis, keepdims)
    return f.divide(nansum(x, axis, keepdims), some)


def nanmax(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest element that is a number."""
    return f.max(f.where(f.isnan(x), -np.inf, x), axis, keepdims)


def nanmin(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The smallest element that is a number."""
    return f.min(f.where(f.isnan(x), np.inf, x), axis, keepdims)


def quantile(x: Any, q: Any, axis: int | None = None) -> Any:
    """The quantile q, a number from 0 to 1 or a list of them, between neighbours in proportion."""
    x, axis = (f.ravel(x), 0) if axis is None else (x, axis)
    if np.ndim(q):
        return f.stack([quantile(x, p, axis) for p in np.asarray(q)])
    x = f.sort(x, axis)
    place = float(q) * (shape_of(x)[axis] - 1)
    low = math.floor(place)
    a, b = (ix.take(x, min(i, shape_of(x)[axis] - 1), axis) for i in (low, low + 1))
    return f.add(a, f.multiply(f.subtract(b, a), place - low))


def percentile(x: Any, q: Any, axis: int | None = None) -> Any:
    """The quantile q / 100."""
    return quantile(x, np.asarray(q) / 100, axis)


def median(x: Any, axis: int | None = None) -> Any:
    """The middle element, or the mean of the two middle ones."""
    return quantile(x, 0.5, axis)


def cov(x: Any) -> Any:
    """The covariances of the rows of x, (n, samples), divided by samples - 1."""
    d = f.subtract(x, f.mean(x, -1, True))
    return f.divide(la.matmul(d, f.swapaxes(d, -1, -2)), shape_of(x)[-1] - 1)


def corrcoef(x: Any) -> Any:
    """The correlations of the rows of x, (n, samples)."""
    c = cov(x)
    s = f.sqrt(la.diag(c))
    return f.divide(c, la.outer(s, s))


# Shapes.
def moveaxis(x: Any, source: int, destination: int) -> Any:
    """The array with one axis moved to another place."""
    n = len(shape_of(x))
    order = [k for k in range(n) if k != source % n]
    order.insert(destination % n, source % n)
    return f.transpose(x, order)


def atleast_1d(x: Any) -> Any:
    """The array, a single number as one of one element."""
    return x if shape_of(x) else f.reshape(x, [1])


def atleast_2d(x: Any) -> Any:
    """The array, a vector as a row."""
    return x if len(shape_of(x)) > 1 else f.reshape(x, [1, -1])


def hstack(xs: Sequence[Any]) -> Any:
    """Arrays side by side: along the second axis, vectors along their only one."""
    xs = [atleast_1d(f.given(x)) for x in xs]
    return f.concatenate(xs, 0 if len(shape_of(xs[0])) == 1 else 1)


def column_stack(xs: Sequence[Any]) -> Any:
    """Vectors as the columns of a matrix."""
    xs = [f.given(x) for x in xs]
    return f.concatenate([f.reshape(x, [-1, 1]) if len(shape_of(x)) < 2 else x for x in xs], 1)


def append(x: Any, values: Any, axis: int | None = None) -> Any:
    """One array after the other; None is of the flat arrays."""
    return f.concatenate([f.ravel(x), f.ravel(values)] if axis is None else [x, values], axis or 0)


def split(x: Any, parts: int | Sequence[int], axis: int = 0) -> list[Any]:
    """Equal parts along an axis, or those between places."""
    n = shape_of(x)[axis]
    if isinstance(parts, int) and n % parts:
        raise ValueError(f"axis {axis} of length {n} does not split into {parts} equal parts")
    at = [n // parts * i for i in range(1, parts)] if isinstance(parts, int) else list(parts)
    before = (slice(None),) * (axis % len(shape_of(x)))
    return [ix.getitem(x, (*before, slice(a, b))) for a, b in zip([0, *at], [*at, n])]


def roll(x: Any, shift: int, axis: int | None = None) -> Any:
    """The elements moved along an axis, those that leave it come in at its other end; None is the flat array."""
    if axis is None:
        return f.reshape(roll(f.ravel(x), shift, 0), shape_of(x))
    n = shape_of(x)[axis]
    return ix.take(x, (np.arange(n) - shift) % max(n, 1), axis)


def tile(x: Any, reps: int | Sequence[int]) -> Any:
    """The array repeated along its axes."""
    reps = [reps] if isinstance(reps, int) else list(reps)
    x = f.reshape(x, [1] * (len(reps) - len(shape_of(x))) + list(shape_of(x)))
    for k, n in enumerate([1] * (len(shape_of(x)) - len(reps)) + reps):
        x = f.concatenate([x] * n, k) if n != 1 else x
    return x


def repeat(x: Any, repeats: int | Sequence[int], axis: int | None = None) -> Any:
    """Each element so many times; None is of the flat array."""
    x, axis = (f.ravel(x), 0) if axis is None else (x, axis)
    return ix.take(x, np.repeat(np.arange(shape_of(x)[axis]), repeats), axis)


def pad(x: Any, width: Any, mode: str = "constant", constant_values: Any = 0) -> Any:
    """The array with so many elements more before and after, for each axis: a constant, or its own.

    ``mode`` is "constant", "edge", "reflect", "symmetric" or "wrap", as in NumPy.
    """
    pairs = np.broadcast_to(np.asarray(width, int), (len(shape_of(x)), 2))
    if mode not in ("constant", "edge", "reflect", "symmetric", "wrap"):
        raise ValueError(f"mode is {mode!r}, want 'constant', 'edge', 'reflect', 'symmetric' or 'wrap'")
    if mode != "constant":
        for k, pair in enumerate(pairs.tolist()):
            own: Any = np.arange(shape_of(x)[k])
            x = ix.take(x, np.pad(own, pair, mode), k) if any(pair) else x  # type: ignore[call-overload]
        return x
    for k, (lo, hi) in enumerate(pairs.tolist()):
        s = shape_of(x)
        ends = [np.full((*s[:k], n, *s[k + 1 :]), constant_values, promote(x)) for n in (lo, hi)]
        x = f.concatenate([ends[0], x, ends[1]], k)
    return x


def broadcast_arrays(*xs: Any) -> list[Any]:
    """Arrays repeated to one shape."""
    shape = np.broadcast_shapes(*map(shape_of, xs))
    return [f.broadcast_to(x, shape) for x in xs]


def take_along_axis(x: Any, indices: Any, axis: int) -> Any:
    """The elements at indices along an axis, other ones for each place on the other axes."""
    (k,) = f.axes_of(x, axis)
    return apply("take_along", [x, f.astype(indices, np.int32)], [Type(shape_of(indices), promote(x))], {"axis": k})[0]


def dstack(xs: Sequence[Any]) -> Any:
    """Matrices side by side along the third axis."""
    xs = [f.given(x) for x in xs]
    wide = [x if len(shape_of(x)) > 2 else f.reshape(x, (*shape_of(atleast_2d(x)), 1)) for x in xs]
    return f.concatenate(wide, 2)


def fliplr(x: Any) -> Any:
    """The columns in reverse order."""
    return f.flip(x, 1)


def flipud(x: Any) -> Any:
    """The rows in reverse order."""
    return f.flip(x, 0)


def copy(x: Any) -> Any:
    """The same numbers; an array that is traced does not change."""
    return f.array(x)


def select(conditions: Sequence[Any], choices: Sequence[Any], default: Any = 0) -> Any:
    """The choice of the first condition that holds at each place."""
    for condition, choice in reversed(list(zip(conditions, choices, strict=True))):
        default = f.where(condition, choice, default)
    return default


def searchsorted(a: Any, v: Any, side: str = "left") -> Any:
    """How many elements of the sorted vector a are smaller than each of v, or with side "right" not larger."""
    if side not in ("left", "right"):
        raise ValueError(f"side is {side!r}, want 'left' or 'right'")
    before = f.less if side == "left" else f.less_equal
    return f.sum(f.astype(before(a, f.expand_dims(v, -1)), np.int64), -1)


def diagonal(x: Any) -> Any:
    """The diagonal of the matrix in the last two axes."""
    n = np.arange(min(shape_of(x)[-2:]))
    return ix.getitem(x, (Ellipsis, n, n))


# Products.
def inner(a: Any, b: Any) -> Any:
    """The sum of products along the last axes."""
    return tensordot(a, b, ([-1], [-1])) if shape_of(a) and shape_of(b) else f.multiply(a, b)


def vdot(a: Any, b: Any) -> Any:
    """The sum of products of the flat arrays."""
    return la.dot(f.ravel(a), f.ravel(b))


def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """The sum of products along pairs of axes: the last ones of a with the first ones of b, or those of two lists."""
    m, n = len(shape_of(a)), len(shape_of(b))
    left, right = (list(range(m - axes, m)), list(range(axes))) if isinstance(axes, int) else axes
    left, right = [np.atleast_1d(k).tolist() for k in (left, right)]
    left, right = [k % m for k in left], [k % n for k in right]
    free, other = [k for k in range(m) if k not in left], [k for k in range(n) if k not in right]
    shape = [shape_of(a)[k] for k in free] + [shape_of(b)[k] for k in other]
    count = math.prod(shape_of(a)[k] for k in left)
    x = f.reshape(f.transpose(a, free + left), [-1, count])
    return f.reshape(la.matmul(x, f.reshape(f.transpose(b, right + other), [count, -1])), shape)


def kron(a: Any, b: Any) -> Any:
    """The Kronecker product of two matrices or vectors."""
    if len(shape_of(a)) == len(shape_of(b)) == 1:
        return f.ravel(la.outer(a, b))
    (m, n), (p, q) = shape_of(a), shape_of(b)
    return f.reshape(f.multiply(f.reshape(a, [m, 1, n, 1]), f.reshape(b, [1, p, 1, q])), [m * p, n * q])


def cross(a: Any, b: Any) -> Any:
    """The cross product of vectors of three elements, in the last axis."""
    i, j = np.array([1, 2, 0]), np.array([2, 0, 1])
    return f.subtract(
        f.multiply(ix.take(a, i, -1), ix.take(b, j, -1)), f.multiply(ix.take(a, j, -1), ix.take(b, i, -1))
    )


def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    """The integral along an axis by the trapezoidal rule."""
    y = moveaxis(y, axis, -1)
    x = x if x is None or len(shape_of(x)) < 2 else moveaxis(x, axis, -1)
    after, before = ix.getitem(y, (Ellipsis, slice(1, None))), ix.getitem(y, (Ellipsis, slice(None, -1)))
    means = f.multiply(f.add(after, before), 0.5)
    return f.sum(f.multiply(means, dx if x is None else ix.diff(x)), -1)


def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """The convolution of two vectors: "full", its middle of the "same" length, or where they overlap fully, "valid"."""
    m, n = shape_of(a)[0], shape_of(v)[0]
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"mode is {mode!r}, want 'full', 'same' or 'valid'")
    padded = pad(a, n - 1)
    windows = np.arange(m + n - 1)[:, None] + np.arange(n)
    y = la.matmul(ix.take(padded, windows), f.flip(v))
    short, long = min(m, n), max(m, n)
    parts = {"full": (0, m + n - 1), "same": ((short - 1) // 2, long), "valid": (short - 1, long - short + 1)}
    start, size = parts[mode]
    return ix.getitem(y, slice(start, start + size))


def polyval(p: Any, x: Any) -> Any:
    """The polynomial with the coefficients p, of the highest power first, at x."""
    y: Any = f.multiply(x, 0.0)
    for k in range(shape_of(p)[0]):
        y = f.add(f.multiply(y, x), ix.getitem(p, k))
    return y


def vander(x: Any, n: int | None = None, increasing: bool = False) -> Any:
    """The powers n-1, …, 0 of x as columns, or 0, …, n-1; n is by default the length of x."""
    n = shape_of(x)[0] if n is None else n
    return f.stack([f.power(x, k) for k in (range(n) if increasing else range(n - 1, -1, -1))], 1)


def float_power(a: Any, b: Any) -> Any:
    """a to the power of b, as real numbers."""
    return f.power(f.astype(a, f.floating(a)), b)


def interp(x: Any, xp: Any, fp: Any) -> Any:
    """The function through the points (xp, fp), xp increasing, linear between them and constant beyond."""
    right = f.sum(f.astype(f.less_equal(xp, f.expand_dims(x, -1)), np.int32), -1)
    right = f.clip(right, np.int32(1), np.int32(shape_of(xp)[0] - 1))
    x0, x1, y0, y1 = (ix.take(a, i) for a in (xp, fp) for i in (f.subtract(right, np.int32(1)), right))
    t = f.clip(f.divide(f.subtract(x, x0), f.subtract(x1, x0)), 0.0, 1.0)
    return f.add(y0, f.multiply(t, f.subtract(y1, y0)))


around = rint = f.round
degrees, radians, fabs, row_stack = rad2deg, deg2rad, f.abs, la.vstack

__all__ = [
    "allclose", "append", "around", "atleast_1d", "atleast_2d", "average", "broadcast_arrays", "column_stack", "copy",
    "convolve", "corrcoef", "count_nonzero", "cov", "cross", "deg2rad", "degrees", "diagonal", "dstack",
    "fabs", "fliplr", "flipud", "float_power", "floor_divide",
    "fmod", "heaviside", "hstack", "inner", "interp", "isclose", "isinf", "kron", "median", "moveaxis", "nan_to_num",
    "nanmax", "nanmean", "nanmin", "nansum", "pad", "percentile", "polyval", "positive", "ptp", "quantile",
    "rad2deg",
    "radians", "reciprocal", "repeat", "rint", "roll", "row_stack", "searchsorted", "select", "sinc", "split",
    "take_along_axis",
    "tensordot", "tile", "trapezoid",
    "vander", "vdot",
]  # fmt: skip
