"""Rosenbrock's function and its derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np


def rosen(x: Any) -> Any:
    """Rosenbrock's function: ``sum(100 (x[i+1] - x[i]²)² + (1 - x[i])²)``, along the first axis.

    Examples
    --------
    >>> float(rosen(np.array([1.0, 2.0])))
    100.0
    """
    x = np.asarray(x)
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2, axis=0)


def rosen_der(x: Any) -> np.ndarray:
    """The gradient of ``rosen`` at ``x`` of shape (n,)."""
    x = np.asarray(x)
    t = x[1:] - x[:-1] ** 2
    g = np.zeros_like(x, dtype=np.result_type(x, np.float64))
    g[1:] += 200 * t
    g[:-1] -= 400 * x[:-1] * t + 2 * (1 - x[:-1])
    return g


def rosen_hess(x: Any) -> np.ndarray:
    """The Hessian of ``rosen`` at ``x`` of shape (n,), of shape (n, n)."""
    x = np.atleast_1d(np.asarray(x))
    d = np.zeros(x.size, dtype=np.result_type(x, np.float64))
    d[1:] += 200
    d[:-1] += 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    return np.diag(d) + np.diag(-400 * x[:-1], 1) + np.diag(-400 * x[:-1], -1)


def rosen_hess_prod(x: Any, p: Any) -> np.ndarray:
    """The Hessian of ``rosen`` at ``x`` times ``p``, both of shape (n,)."""
    return np.asarray(rosen_hess(x) @ np.asarray(p))
