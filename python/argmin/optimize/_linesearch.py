"""A line search for the strong Wolfe conditions."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .._scipy import AnyRuntimeWarning, kin
from ._call import number, tuple_of


@kin
class LineSearchWarning(AnyRuntimeWarning):
    """A line search has found no step."""


def line_search(
    f: Callable[..., Any],
    myfprime: Callable[..., Any],
    xk: Any,
    pk: Any,
    gfk: Any = None,
    old_fval: Any = None,
    old_old_fval: Any = None,
    args: Any = (),
    c1: float = 1e-4,
    c2: float = 0.9,
    amax: Any = None,
    extra_condition: Any = None,
    maxiter: int = 10,
) -> tuple[Any, int, int, Any, Any, Any]:
    """Find a step along a direction at which the strong Wolfe conditions hold (Nocedal & Wright, algorithms 3.5 and
    3.6).

    Parameters
    ----------
    f, myfprime : callable
        ``f(x, *args)`` is the value and ``myfprime(x, *args)`` the gradient, of shape (n,).
    xk, pk : array of shape (n,)
        The point and the direction.
    gfk, old_fval, old_old_fval : optional
        The gradient and value at ``xk`` and the value before, where they are known.
    args : tuple, optional
    c1, c2 : float, optional
        The value falls by ``c1`` times what the slope promises, and the slope to ``c2`` times itself.
    amax : float, optional
        The largest step.
    extra_condition : callable, optional
        ``extra_condition(alpha, x, f, g)`` refuses a step by a false value.
    maxiter : int, optional

    Returns
    -------
    alpha : float or None
        The step, None if there is none.
    fc, gc : int
        The numbers of evaluations of the function and the gradient.
    new_fval, old_fval : float
    new_slope : array of shape (n,) or None
        The gradient at the step, as SciPy has it in this place.

    Examples
    --------
    >>> line_search(lambda x: x[0] ** 2, lambda x: 2 * x, np.array([1.0]), np.array([-1.0]))[0]
    1.0
    """
    args = tuple_of(args)
    x, p = np.atleast_1d(np.asarray(xk, dtype=np.float64)), np.atleast_1d(np.asarray(pk, dtype=np.float64))
    s = _Line(f, myfprime, x, p, args)
    f0 = s.value(0.0) if old_fval is None else number(old_fval)
    slope0 = float((s.gradient(0.0) if gfk is None else np.asarray(gfk)) @ p)
    s.njev = 0  # the gradient at the start counts for the caller
    fits = (
        (lambda a, v: True) if extra_condition is None else (lambda a, v: bool(extra_condition(a, x + a * p, v, s.g)))
    )
    first = 1.0
    if old_old_fval is not None and slope0 != 0:
        guess = 1.01 * 2 * (f0 - number(old_old_fval)) / slope0
        first = min(1.0, guess) if guess > 0 else 1.0
    limit = np.inf if amax is None else float(amax)
    a, f_a, _ = _search(s, f0, slope0, min(first, limit), limit, c1, c2, fits, maxiter)
    if a is None:
        warnings.warn("The line search algorithm did not converge", LineSearchWarning, stacklevel=2)
        return None, s.nfev, s.njev, None, f0, None
    return a, s.nfev, s.njev, f_a, f0, s.g


class _Line:
    """A function along a direction, with its calls counted and the last gradient kept."""

    def __init__(self, f: Any, fprime: Any, x: np.ndarray, p: np.ndarray, args: tuple[Any, ...]) -> None:
        self.f, self.fprime, self.x, self.p, self.args = f, fprime, x, p, args
        self.nfev = self.njev = 0
        self.g: np.ndarray = x

    def value(self, a: float) -> float:
        self.nfev += 1
        return number(self.f(self.x + a * self.p, *self.args))

    def gradient(self, a: float) -> np.ndarray:
        self.njev += 1
        self.g = np.asarray(self.fprime(self.x + a * self.p, *self.args), dtype=np.float64)
        return self.g

    def slope(self, a: float) -> float:
        return float(self.gradient(a) @ self.p)


def _search(
    s: _Line, f0: float, slope0: float, first: float, limit: float, c1: float, c2: float, fits: Any, maxiter: int
) -> Any:
    """Widens the step until an interval holds a good one."""
    before, f_before, slope_before, a = 0.0, f0, slope0, first
    for i in range(maxiter):
        if a <= 0:
            break
        f_a = s.value(a)
        if not f_a <= f0 + c1 * a * slope0 or i > 0 and f_a >= f_before:
            return _zoom(s, f0, slope0, (before, f_before, slope_before), (a, f_a), c1, c2, fits)
        slope = s.slope(a)
        if abs(slope) <= -c2 * slope0 and fits(a, f_a):
            return a, f_a, slope
        if slope >= 0:
            return _zoom(s, f0, slope0, (a, f_a, slope), (before, f_before), c1, c2, fits)
        if a >= limit:
            break
        before, f_before, slope_before, a = a, f_a, slope, min(2 * a, limit)
    return None, f0, None


def _zoom(
    s: _Line,
    f0: float,
    slope0: float,
    low: tuple[float, float, float],
    high: tuple[float, float],
    c1: float,
    c2: float,
    fits: Any,
) -> Any:
    """Narrows an interval whose low end has the lower value and a slope into it."""
    for _ in range(30):  # our choice: as many bisections as single precision has digits
        width = high[0] - low[0]
        curve = (high[1] - low[1] - low[2] * width) / width**2 if width else 0.0
        part = -low[2] / (2 * curve) / width if np.isfinite(curve) and curve > 0 else 0.5  # the minimum of a parabola
        a = low[0] + min(max(part, 0.1), 0.9) * width
        f_a = s.value(a)
        if not f_a <= f0 + c1 * a * slope0 or f_a >= low[1]:
            high = a, f_a
            continue
        slope = s.slope(a)
        if abs(slope) <= -c2 * slope0 and fits(a, f_a):
            return a, f_a, slope
        if slope * width >= 0:
            high = low[0], low[1]
        low = a, f_a, slope
    return None, f0, None
