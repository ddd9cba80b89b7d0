"""The nearest sorted numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._errors import InputError
from .._result import OptimizeResult
from ._call import solve


def isotonic_regression(y: Any, *, weights: Any = None, increasing: bool = True) -> OptimizeResult:
    """Find the sorted numbers nearest to ``y``: minimize ``sum(weights * (x - y)**2)`` over increasing x.

    Parameters
    ----------
    y : array of shape (n,)
        Finite numbers.
    weights : array of shape (n,), optional
        Positive; default ones.
    increasing : bool, optional
        Whether x increases, or else decreases.

    Returns
    -------
    OptimizeResult
        ``x``, of shape (n,); ``blocks``, where runs of equal elements begin and the last one ends, of shape (B+1,);
        ``weights``, the sum of each run, of shape (B,).

    Examples
    --------
    >>> r = isotonic_regression([1.0, 3.0, 2.0, 4.0])
    >>> r.x, r.blocks
    (array([1. , 2.5, 2.5, 4. ]), array([0, 1, 3, 4]))
    """
    y = np.asarray(y, dtype=np.float64)
    w = np.ones(y.shape) if weights is None else np.asarray(weights, dtype=np.float64)
    if y.ndim != 1:
        raise InputError(f"array has incorrect number of dimensions: {y.ndim}; expected 1")
    if w.shape != y.shape:
        raise InputError(f"Input arrays y and w must have one dimension of equal length. Their shapes are {y.shape} and {w.shape}.")
    if np.any(w <= 0):
        raise InputError("Weights w must be strictly positive.")
    for name, a in (("y", y), ("weights", w)):
        if not np.isfinite(a).all():
            raise InputError(f"{name}[{int(np.argmin(np.isfinite(a)))}] is not finite")
    if not y.size:
        return OptimizeResult(x=y, weights=w, blocks=np.zeros(1, np.intp))
    x = solve("isotonic", {"decreasing": not increasing}, {"y": y, "w": w}, {}).x
    starts = np.concatenate([[0], 1 + np.flatnonzero(np.diff(x)), [y.size]]).astype(np.intp)
    return OptimizeResult(x=x, weights=np.add.reduceat(w, starts[:-1]), blocks=starts)
