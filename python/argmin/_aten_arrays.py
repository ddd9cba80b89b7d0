"""More rules of ATen's operations: convolutions, pooling, factors of matrices, and changes at places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import num
from ._aten_rules import rule
from ._program import Type, Unsupported
from .num._array import apply, promote
from .num._functions import shape_of


def _one(op: str, args: Sequence[Any], shape: Sequence[int], **params: Any) -> Any:
    return apply(op, args, [Type(tuple(shape), promote(args[0]))], params)[0]


@rule("convolution")
def _convolution(node: Any, x: Any, w: Any, bias: Any, stride: Any, padding: Any, dilation: Any, transposed: bool, out: Any, groups: int) -> Any:
    if transposed:
        raise Unsupported("a transposed convolution")
    rank = len(shape_of(x))
    k, axes, shape = rank - 2, list(range(rank)), node.meta["val"].shape

    def each(v: Any) -> list[int]:
        return [int(n) for n in v] * (k if len(v) == 1 else 1)

    y = _one(
        "conv_general_dilated", [x, w], shape, lhs_spec=axes, rhs_spec=axes, out_spec=axes, window_strides=each(stride),
        padding=[[p, p] for p in each(padding)], lhs_dilation=[1] * k, rhs_dilation=each(dilation), feature_group_count=groups,
    )  # fmt: skip
    return y if bias is None else y + num.reshape(bias, (1, -1, *[1] * k))


def _windows(x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any = 1) -> dict[str, Any]:
    """The parameters of a reduction over windows of the last two axes."""

    def each(v: Any) -> list[int]:
        v = [v] if isinstance(v, int) else list(v)
        return [int(n) for n in v] * (2 if len(v) == 1 else 1)

    before = [1] * (len(shape_of(x)) - 2)
    return {
        "window_dimensions": before + each(kernel),
        "window_strides": before + each(stride or kernel),
        "padding": [[0, 0] for _ in before] + [[p, p] for p in each(padding)],
        "base_dilation": before + [1, 1],
        "window_dilation": before + each(dilation),
    }


@rule("avg_pool2d")
def _average(
    node: Any, x: Any, kernel: Any, stride: Any = (), padding: Any = 0, ceil: bool = False, with_padding: bool = True, divisor: Any = None
) -> Any:
    if ceil:
        raise Unsupported("windows beyond the edge")
    p = _windows(x, kernel, stride, padding)
    shape = node.meta["val"].shape
    total = _one("reduce_window_sum", [x], shape, **p)
    if divisor is None and not with_padding:
        return total / _one("reduce_window_sum", [np.ones(shape_of(x), promote(x))], shape, **p)
    return total / (divisor or int(np.prod(p["window_dimensions"])))


@rule("max_pool2d_with_indices")
def _largest(node: Any, x: Any, kernel: Any, stride: Any = (), padding: Any = 0, dilation: Any = 1, ceil: bool = False) -> Any:
    if ceil:
        raise Unsupported("windows beyond the edge")
    return [_one("reduce_window_max", [x], node.meta["val"][0].shape, **_windows(x, kernel, stride, padding, dilation)), None]


@rule("_linalg_svd", "linalg_svd")
def _svd(node: Any, x: Any, full: bool = False, vectors: bool = True, **_: Any) -> Any:
    m, n = shape_of(x)[-2:]
    if vectors and full and m != n:
        raise Unsupported("all singular vectors of a matrix that is not square")
    if vectors:
        return list(num.linalg.svd(x))
    return [None, _one("svd", [x], (*shape_of(x)[:-2], min(m, n)), full_matrices=False, compute_uv=False), None]


@rule("linalg_qr")
def _qr(node: Any, x: Any, mode: str = "reduced") -> Any:
    if mode != "reduced":
        raise Unsupported(f"the mode {mode!r}")
    return list(num.linalg.qr(x))


@rule("cholesky_solve")
def _cholesky_solve(node: Any, b: Any, factor: Any, upper: bool = False) -> Any:
    lower = num.swapaxes(factor, -1, -2) if upper else factor
    return num.linalg.solve_triangular(lower, num.linalg.solve_triangular(lower, b, lower=True), lower=True, trans=True)


def _put(node: Any, x: Any, places: Any, values: Any, indexed: int, add: bool) -> Any:
    """Numbers put at places of the leading axes, or added there."""
    places, rank = num.astype(places, np.int32), len(shape_of(x))
    given = len(shape_of(places)) - 1
    window = rank - indexed
    return _one(
        "scatter-add" if add else "scatter", [x, places, values], shape_of(x), mode="clip",
        offset_dims=list(range(given, given + window)), collapsed_slice_dims=list(range(indexed)), start_index_map=list(range(indexed)),
    )  # fmt: skip


@rule("scatter_add")
def _scatter_add(node: Any, x: Any, dim: int, index: Any, values: Any) -> Any:
    shape = shape_of(index)
    grid = [index if k == dim % len(shape) else np.broadcast_to(i, shape) for k, i in enumerate(np.indices(shape, sparse=True))]
    part = num.expand_dims(values, 0)[(0, *(slice(n) for n in shape))]
    return _put(node, x, num.stack([num.astype(i, np.int32) for i in grid], -1), part, len(shape), True)


@rule("index_put")
def _index_put(node: Any, x: Any, indices: Sequence[Any], values: Any, accumulate: bool = False) -> Any:
    if any(i is None or promote(i) == bool for i in indices):
        raise Unsupported("a mask or a slice as a place")
    shape = np.broadcast_shapes(*(shape_of(i) for i in indices))
    wide = []
    for i, n in zip(indices, shape_of(x)):
        i = num.astype(i, np.int32)
        wide.append(num.broadcast_to(num.where(num.less(i, 0), i + n, i), shape))
    values = num.broadcast_to(values, (*shape, *shape_of(x)[len(wide) :]))
    return _put(node, x, num.stack(wide, -1), values, len(wide), accumulate)


@rule("topk")
def _topk(node: Any, x: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    shape = tuple(node.meta["val"][0].shape)
    types = [Type(shape, promote(x)), Type(shape, np.dtype(np.int32))]
    y, at = apply("top_k", [x if largest else -x], types, {"k": k, "axis": dim % len(shape)})
    return [y if largest else -y, at]


for _name, _op in {"special_i0e": "bessel_i0e", "special_i1e": "bessel_i1e", "igamma": "igamma", "igammac": "igammac"}.items():

    def _special(node: Any, *args: Any, op: str = _op) -> Any:
        shape = tuple(node.meta["val"].shape)
        return _one(op, [num.broadcast_to(a, shape) for a in args], shape)

    rule(_name)(_special)
