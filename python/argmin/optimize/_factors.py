"""The factors of a Jacobian that MINPACK's functions return."""

from __future__ import annotations

from typing import Any

import numpy as np


def pivoted(jac: np.ndarray, f: np.ndarray) -> dict[str, Any]:
    """The factors ``J P = Q R`` of a Jacobian, with pivots, by the names of ``leastsq``.

    Parameters
    ----------
    jac : array of shape (m, n)
    f : array of shape (m,)

    Returns
    -------
    dict
        ``fjac``, of shape (n, m), whose transpose has R in its upper triangle and nothing below; ``ipvt``, of shape (n,): column j
        of J P is column ``ipvt[j]`` of J; and ``qtf``, the first n elements of ``Q.T @ f``. The diagonal of R does not grow.

    Examples
    --------
    >>> J = np.array([[1.0, 2.0], [0.0, 2.0], [1.0, 0.0]])
    >>> v = pivoted(J, np.ones(3))
    >>> R, P = np.triu(v["fjac"].T[:2]), np.eye(2)[:, v["ipvt"]]
    >>> np.allclose(R.T @ R, (J @ P).T @ (J @ P))
    True
    """
    m, n = jac.shape
    a, b, order = np.array(jac, float), np.array(f, float), np.arange(n)
    for k in range(min(m, n)):
        j = k + int(np.argmax(np.linalg.norm(a[k:, k:], axis=0)))
        a[:, [k, j]], order[[k, j]] = a[:, [j, k]], order[[j, k]]
        v = a[k:, k].copy()
        length = np.linalg.norm(v)
        if length == 0:
            break  # and so are all columns that are left
        v[0] += np.copysign(length, v[0])
        v /= np.linalg.norm(v)
        a[k:, k:] -= 2 * np.outer(v, v @ a[k:, k:])
        b[k:] -= 2 * v * (v @ b[k:])
        a[k + 1 :, k] = 0
    return {"fjac": a.T.copy(), "ipvt": order.astype(np.int32), "qtf": b[:n]}


def covariance(jac: np.ndarray) -> np.ndarray | None:
    """The inverse of ``J.T @ J``; None if J is singular, to rounding."""
    upper = np.linalg.qr(jac, "r")
    pivots = np.abs(np.diag(upper))
    if pivots.size < jac.shape[1] or not pivots.min() > max(jac.shape) * np.finfo(float).eps * pivots.max():
        return None
    root = np.linalg.inv(upper)
    inverse: np.ndarray = root @ root.T
    return inverse
