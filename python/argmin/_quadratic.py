"""Quadratic programs for the library: matrices of any form as arrays by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from . import _door
from ._errors import InputError


def is_sparse(a: Any) -> bool:
    """Whether a matrix is one of scipy.sparse."""
    return hasattr(a, "tocsr") and hasattr(a, "nnz")


def sparse_parts(name: str, a: Any) -> tuple[dict[str, np.ndarray], list[int]]:
    """A matrix of scipy.sparse as arrays by name, and its dimensions."""
    rows = a.tocsr()
    if rows is a:
        rows = a.copy()
    rows.sum_duplicates()
    parts = {
        f"{name}.indptr": np.asarray(rows.indptr, np.int64),
        f"{name}.indices": np.asarray(rows.indices, np.int64),
        f"{name}.values": np.asarray(rows.data, np.float64),
    }
    return parts, [int(d) for d in rows.shape]


def quadratic(data: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """The solution of a quadratic program, and ``reason``, how the search has ended.

    The data are those of ``argmin.layers.QP``, by name; None is for what the program lacks, and what has no rows.
    """
    arrays: dict[str, Any] = {}
    dims = {}
    for name, a in data.items():
        if a is None:
            continue
        if is_sparse(a):
            parts, dims[name] = sparse_parts(name, a)
            arrays.update(parts)
        else:
            arrays[name] = np.asarray(a, np.float64)
    if dims:
        options["sparse"] = dims
    try:
        r = _door.solve("quadratic", options, arrays)
    except _door.Failure as e:
        raise InputError(str(e).removeprefix("quadratic: ")) from None
    r["reason"] = r["codes"][int(r["code"])]
    return r
