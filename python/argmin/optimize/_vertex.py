"""From a solution of a linear program to one at a vertex."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._call import dense

_MOST = 500  # variables and rows up to which a vertex is looked for: it costs their cube


def vertex(
    x: np.ndarray,
    c: np.ndarray,
    A_ub: Any,
    b_ub: np.ndarray,
    A_eq: Any,
    b_eq: np.ndarray,
    lo: np.ndarray,
    hi: np.ndarray,
    z: np.ndarray,
    w: np.ndarray,
) -> np.ndarray:
    """A vertex of the set of solutions that x is one of, if it has one.

    An interior point method answers with a point in the middle of all solutions. From there one goes along directions that
    leave all active limits as they are, each time until a further limit is met. What is active is seen by the multipliers ``z`` of
    the rows and ``w`` of the bounds.
    """
    n = x.size
    if n > _MOST or b_ub.size + b_eq.size > _MOST:
        return x
    eye = np.eye(n)
    lower, upper = np.isfinite(lo), np.isfinite(hi)
    rows = np.vstack([dense(A_ub), eye[upper], -eye[lower]])
    limits = np.concatenate([b_ub, hi[upper], -lo[lower]])
    worth = np.abs(np.concatenate([z, np.maximum(w[upper], 0), np.maximum(-w[lower], 0)]))
    equations, right = dense(A_eq), b_eq
    size = 1 + np.abs(rows) @ np.abs(x) + np.abs(limits)
    left = limits - rows @ x
    held = (worth > 1e-7 * (1 + np.abs(c).max(initial=0))) & (left < 1e-5 * size) | (left < 1e-9 * size)
    start, x = x, x.copy()
    free = _null(np.vstack([equations, rows[held]]))
    while free.shape[1]:
        d = free[:, 0]
        if c @ d > 0:
            d = -d
        at, step = _first(rows, limits, held, x, d)
        if at < 0:
            at, step = _first(rows, limits, held, x, -d)
            if at < 0 or abs(c @ d) > 1e-12 * np.abs(c).max():
                return start if at < 0 else x  # a line of solutions has no end
            d = -d
        x += step * d
        held[at] = True
        free = _less(free, rows[at])
    m = np.vstack([equations, rows[held]])
    exact = x + np.linalg.lstsq(m, np.concatenate([right, limits[held]]) - m @ x, rcond=None)[0]
    exact = np.clip(exact, lo, hi)
    best = _violation(exact, rows, limits, equations, right) <= 1e-12 * size.max() + _violation(start, rows, limits, equations, right)
    close = c @ exact <= c @ start + 1e-8 * (1 + np.abs(c) @ np.abs(start))
    return exact if best and close else start


def _violation(x: np.ndarray, rows: np.ndarray, limits: np.ndarray, equations: np.ndarray, right: np.ndarray) -> float:
    return max(float(np.max(rows @ x - limits, initial=0.0)), float(np.max(np.abs(equations @ x - right), initial=0.0)))


def _null(m: np.ndarray) -> np.ndarray:
    """An orthonormal basis of the vectors whose product with m is zero."""
    if not m.shape[0]:
        return np.eye(m.shape[1])
    m = m / np.maximum(np.linalg.norm(m, axis=1, keepdims=True), np.finfo(float).tiny)
    _, s, v = np.linalg.svd(m)
    return np.array(v[int((s > 1e-10 * s[0]).sum()):].T)


def _first(rows: np.ndarray, limits: np.ndarray, held: np.ndarray, x: np.ndarray, d: np.ndarray) -> tuple[int, float]:
    """The limit that is met first from x along d, -1 for none, and after what step."""
    slope = rows @ d
    towards = ~held & (slope > 1e-9 * np.linalg.norm(rows, axis=1))
    if not towards.any():
        return -1, 0.0
    steps = np.where(towards, np.maximum(limits - rows @ x, 0) / np.where(towards, slope, 1), np.inf)
    at = int(np.argmin(steps))
    return at, float(steps[at])


def _less(free: np.ndarray, row: np.ndarray) -> np.ndarray:
    """The basis of the directions of free, less what changes the product with row: by a reflection."""
    v = row @ free
    v[0] += np.copysign(np.linalg.norm(v), v[0])
    return np.asarray((free - np.outer(free @ v, v) * (2 / (v @ v)))[:, 1:])
