"""Indexing as in NumPy, and differences of neighbours."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .._program import Type
from ._array import Array, apply, promote
from ._functions import (
    add,
    astype,
    axes_of,
    flip,
    given,
    holds_traced,
    less,
    multiply,
    one,
    reshape,
    shape_of,
    transpose,
    where,
)


def diff(x: Any, n: int = 1, axis: int = -1) -> Any:
    """Differences of neighbours along an axis, n times."""
    x = given(x)
    before = (slice(None),) * axes_of(x, axis)[0]
    for _ in range(n):
        x = getitem(x, (*before, slice(1, None))) - getitem(x, (*before, slice(None, -1)))
    return x


def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    """The elements at indices along an axis; None is the flat array.

    Negative indices count from the end. Traced ones that are out of range are moved into it.
    """
    x = given(x)
    x, axis = (reshape(x, [-1]), 0) if axis is None else (x, axis)
    (k,) = axes_of(x, axis)
    s, i = shape_of(x), places(x, k, indices)
    return apply("take", [x, i], [Type(s[:k] + shape_of(i) + s[k + 1 :], promote(x))], {"axis": k})[0]


def places(x: Any, axis: int, indices: Any) -> Any:
    """Indices along an axis, counted from its start."""
    n, i = shape_of(x)[axis], given(indices)
    if promote(i).kind not in "iu" and np.size(i):
        raise TypeError(f"an index of an array of shape {shape_of(x)} is {i!r}, want integers; a mask is for where")
    if isinstance(i, Array):
        i = astype(i, np.int32)
        return where(less(i, 0), add(i, np.int32(n)), i)
    i = np.asarray(i)
    if ((i < -n) | (i >= n)).any():
        raise IndexError(f"indices from {i.min()} to {i.max()} are out of range for axis {axis} of length {n}")
    return np.where(i < 0, i + n, i).astype(np.int32)


def getitem(x: Any, index: Any) -> Any:
    """NumPy's indexing by integers, slices, None, an ellipsis, arrays of integers, and masks that are not traced."""
    items = _without_masks(x, list(index) if isinstance(index, tuple) else [index])
    used = len([i for i in items if i is not None and i is not Ellipsis])
    ndim = len(shape_of(x))
    if used > ndim:
        raise IndexError(f"{used} indices for an array of shape {shape_of(x)}")
    at = next((n for n, i in enumerate(items) if i is Ellipsis), None)
    if at is None:
        items += [slice(None)] * (ndim - used)
    else:
        items[at : at + 1] = [slice(None)] * (ndim - used)
    start, limit, strides, reverse, shape, arrays = [], [], [], [], [], []
    k = 0
    for i in items:
        if i is None:
            shape.append(1)
            continue
        n = shape_of(x)[k]
        if isinstance(i, slice):
            lo, hi, step = i.indices(n)
            count = len(range(lo, hi, step))
            first = lo if step > 0 else lo + (count - 1) * step
            step_ = step if step > 0 else -step
            start.append(first if count else 0)
            limit.append(first + (count - 1) * step_ + 1 if count else 0)
            strides.append(step_)
            if step < 0:
                reverse.append(k)
            shape.append(count)
        elif isinstance(i, (int, np.integer)) and not isinstance(i, bool):
            if not -n <= i < n:
                raise IndexError(f"index {i} is out of range for axis {k} of length {n}")
            start.append(int(i) % n)
            limit.append(int(i) % n + 1)
            strides.append(1)
        else:
            i = places(x, k, i)
            start.append(0)
            limit.append(n)
            strides.append(1)
            arrays.append((len(shape), i))
            shape.append(n)
        k += 1
    if start:
        cut = tuple(len(range(a, b, c)) for a, b, c in zip(start, limit, strides))
        x = one("slice", [x], cut, promote(x), {"start_indices": start, "limit_indices": limit, "strides": strides})
    if reverse:
        x = flip(x, reverse)
    x = reshape(x, shape) if tuple(shape) != shape_of(x) else x
    if not arrays:
        return x
    apart = [n for n, i in enumerate(items) if not (i is None or isinstance(i, slice))]
    if apart != list(range(apart[0], apart[-1] + 1)):  # then NumPy puts the axes of indices in front
        front = [axis for axis, _ in arrays]
        x = transpose(x, front + [axis for axis in range(len(shape)) if axis not in front])
        arrays = [(n, i) for n, (_, i) in enumerate(arrays)]
    return _advanced(x, arrays)


def _without_masks(x: Any, items: list[Any]) -> list[Any]:
    """Indices with the places at which masks are true instead of these."""
    out: list[Any] = []
    s = shape_of(x)
    given_axes = sum(0 if i is None or i is Ellipsis else np.ndim(i) if _is_mask(i) else 1 for i in items)
    k = 0
    for i in items:
        if not _is_mask(i):
            out.append(i)
            k += len(s) - given_axes if i is Ellipsis else i is not None
            continue
        mask = np.asarray(i)
        if mask.shape != s[k : k + mask.ndim]:
            raise IndexError(f"a mask has shape {mask.shape}, want {s[k : k + mask.ndim]} for an array of shape {s}")
        out += np.nonzero(mask)
        k += mask.ndim
    return out


def _is_mask(i: Any) -> bool:
    return (isinstance(i, np.ndarray) and i.dtype == bool and i.ndim > 0) or (
        isinstance(i, list) and len(i) > 0 and not holds_traced(i) and np.asarray(i).dtype == bool
    )


def _advanced(x: Any, arrays: list[tuple[int, Any]]) -> Any:
    """Indexing by arrays of integers from 0 on, which broadcast with each other, of adjacent axes."""
    first, s = arrays[0][0], shape_of(x)
    flat: Any = np.int32(0)
    for k, i in arrays:
        flat = add(multiply(flat, np.int32(s[k])), i)
    merged = s[:first] + (math.prod(s[first : first + len(arrays)]),) + s[first + len(arrays) :]
    return take(reshape(x, merged), flat, first)


__all__ = ["diff", "take"]
