"""Derivatives by finite differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .._errors import InputError

_EPS = 1.4901161193847656e-8  # the square root of the precision


def differences(
    fun: Callable[[np.ndarray], Any],
    x: np.ndarray,
    scheme: str = "2-point",
    rel_step: Any = None,
    abs_step: Any = None,
    lower: np.ndarray | None = None,
    upper: np.ndarray | None = None,
    mapped: Callable[..., Any] = map,
    at_x: Any = None,
    signed: bool = False,
) -> np.ndarray:
    """The derivatives of a function at ``x`` of shape (n,), of shape (n,) or (m, n).

    ``mapped`` evaluates the function at all points, as ``map`` does; ``at_x`` is the value at ``x`` where it is known.
    Steps stay
    within the bounds; absolute ones go up, or with ``signed`` away from 0.
    """
    cube = scheme == "3-point"
    if abs_step is not None:
        h = np.broadcast_to(np.asarray(abs_step, dtype=np.float64), x.shape) * (np.where(x < 0, -1, 1) if signed else 1)
        if (h == 0).any():  # which is no step: the default
            h = np.where(h == 0, _EPS * np.where(x < 0, -1, 1) * np.maximum(1, np.abs(x)), h)
    else:
        size = (
            np.finfo(float).eps ** (1 / 3 if cube else 1 / 2)
            if rel_step is None
            else np.asarray(rel_step, dtype=np.float64)
        )
        h = size * np.where(x >= 0, 1, -1) * (np.maximum(1, np.abs(x)) if rel_step is None else np.abs(x))
        h = np.where(x + h == x, _EPS * np.maximum(1, np.abs(x)), h)
    above, below = x + np.abs(h), x - np.abs(h)
    fits_up = np.ones(x.shape, bool) if upper is None else above <= upper
    fits_down = np.ones(x.shape, bool) if lower is None else below >= lower
    h = np.where(~fits_up & fits_down, -np.abs(h), np.where(~fits_down & fits_up, np.abs(h), h))

    def at(i: int, step: float) -> np.ndarray:
        y: np.ndarray = np.array(x)
        y[i] += step
        return y

    if cube:
        points = [p for i in range(x.size) for p in (at(i, -h[i]), at(i, h[i]))]
        values = [np.asarray(v, dtype=np.float64) for v in mapped(fun, points)]
        columns = [(values[2 * i + 1] - values[2 * i]) / ((x[i] + h[i]) - (x[i] - h[i])) for i in range(x.size)]
    else:
        points = ([x] if at_x is None else []) + [at(i, h[i]) for i in range(x.size)]
        values = ([] if at_x is None else [np.asarray(at_x)]) + [
            np.asarray(v, dtype=np.float64) for v in mapped(fun, points)
        ]
        columns = [(values[i + 1] - values[0]) / ((x[i] + h[i]) - x[i]) for i in range(x.size)]
    return np.stack(columns, axis=-1)


def approx_fprime(xk: Any, f: Callable[..., Any], epsilon: Any = _EPS, *args: Any) -> np.ndarray:
    """The derivatives of ``f(xk, *args)`` by forward differences with the step ``epsilon``.

    Examples
    --------
    >>> approx_fprime(np.array([1.0, 2.0]), lambda x: x[0] ** 2 + 3 * x[1]).round(6)
    array([2., 3.])
    """
    x = np.atleast_1d(np.asarray(xk, dtype=np.float64))

    def call(p: np.ndarray) -> Any:
        v = np.asarray(f(p, *args))
        return v.reshape(()) if v.size == 1 else v

    return differences(call, x, abs_step=epsilon)


def check_grad(
    func: Callable[..., Any],
    grad: Callable[..., Any],
    x0: Any,
    *args: Any,
    epsilon: float = _EPS,
    direction: str = "all",
    rng: Any = None,
    seed: Any = None,
) -> float:
    """The distance of a gradient from finite differences at ``x0``.

    With ``direction="random"`` only the derivative along one random direction is compared.
    """
    x = np.atleast_1d(np.asarray(x0, dtype=np.float64))
    if direction == "random":
        v = np.random.default_rng(rng if seed is None else seed).standard_normal(x.shape)
        along = differences(lambda t: np.asarray(func(x + t[0] * v, *args)).reshape(()), np.zeros(1), abs_step=epsilon)
        return float(np.abs(along[0] - np.sum(np.asarray(grad(x, *args)) * v)))
    if direction != "all":
        raise InputError(f"{direction} is not a valid string for ``direction`` argument")
    return float(np.sqrt(np.sum(np.abs(np.asarray(grad(x, *args)) - approx_fprime(x, func, epsilon, *args)) ** 2)))
