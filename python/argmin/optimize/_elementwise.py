"""Searches in one variable, elementwise: many in lockstep, so that ``f`` is called with arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .._errors import InputError
from .._result import OptimizeResult

_CONVERGED, _INVALID, _LIMIT, _NOT_FINITE, _STOPPED, _GOING = 0, -1, -2, -3, -4, 1
_BAD_ORDER = -5


class _Search:
    """The elements of a search: their points and values by name, flat, and how each has ended."""

    def __init__(self, f: Any, args: Any, points: Sequence[Any]) -> None:
        if not callable(f):
            raise InputError("`f` must be callable.")
        args = args if isinstance(args, tuple) else (args,)
        arrays = [np.asarray(a) for a in (*points, *args)]
        for a in arrays[: len(points)]:
            if a.dtype.kind not in "fiub":
                raise InputError(f"a point has elements of type {a.dtype}, want real numbers")
        try:
            arrays = list(np.broadcast_arrays(*arrays))
        except ValueError:
            raise InputError(f"the points and args have shapes {[np.shape(a) for a in (*points, *args)]}, which do not broadcast") from None
        self.shape = arrays[0].shape
        self.dtype = np.result_type(np.float32, *(a.dtype for a in arrays[: len(points)] if a.dtype.kind == "f")) \
            if any(a.dtype.kind == "f" for a in arrays[: len(points)]) else np.dtype(np.float64)
        self.points = [np.array(a.reshape(-1), dtype=self.dtype) for a in arrays[: len(points)]]
        self.f, self.args = f, [a.reshape(-1) for a in arrays[len(points):]]
        n = self.points[0].size
        self.status = np.full(n, _GOING)
        self.nfev, self.nit = np.zeros(n, int), np.zeros(n, int)

    @property
    def going(self) -> np.ndarray:
        """The numbers of the elements that have not ended."""
        return np.flatnonzero(self.status == _GOING)

    def value(self, at: np.ndarray, x: np.ndarray) -> np.ndarray:
        """The values of the elements ``at`` at ``x``."""
        if not at.size:
            return np.zeros(0, self.dtype)
        y = np.asarray(self.f(x, *(a[at] for a in self.args)))
        if y.dtype.kind not in "fiub":
            raise InputError(f"f returned elements of type {y.dtype}, want real numbers")
        if y.shape != x.shape:
            if y.ndim:
                raise InputError(f"f returned an array of shape {y.shape} for points of shape {x.shape}; they are to be the same")
            y = np.broadcast_to(y, x.shape)
        self.nfev[at] += 1
        return y.astype(self.dtype)

    def end(self, at: np.ndarray, status: int) -> None:
        """The elements end, unless they have."""
        at = at[self.status[at] == _GOING]
        self.status[at] = status

    def result(self, **fields: Any) -> OptimizeResult:
        """The result; fields are flat arrays, or tuples of them."""

        def shaped(v: Any) -> Any:
            if isinstance(v, tuple):
                return tuple(shaped(a) for a in v)
            a = v.copy().reshape(self.shape)
            return a if a.shape else a[()]

        return OptimizeResult(success=shaped(self.status == _CONVERGED), status=shaped(self.status),
                              **{k: shaped(v) for k, v in fields.items()}, nfev=shaped(self.nfev), nit=shaped(self.nit))

    def tell(self, callback: Any, **fields: Any) -> bool:
        """Calls the callback; reports whether it ends the search."""
        if callback is None:
            return False
        try:
            callback(self.result(**fields))
        except StopIteration:
            self.end(self.going, _STOPPED)
            return True
        return False


def _tolerances(given: Any, dtype: Any, xrtol: float) -> dict[str, float]:
    """Tolerances by name, with their defaults."""
    info = np.finfo(dtype)
    tol = {"xatol": 4 * float(info.smallest_normal), "xrtol": xrtol, "fatol": float(info.smallest_normal), "frtol": 0.0}
    for name, v in dict(given or {}).items():
        if name not in tol:
            raise InputError(f"tolerances has the key {name!r}, want {', '.join(tol)}")
        if v is not None:
            if not (np.isscalar(v) and float(v) >= 0):  # type: ignore[arg-type]
                raise InputError(f"Tolerances must be non-negative scalars; {name} is {v!r}")
            tol[name] = float(v)  # type: ignore[arg-type]
    return tol


def _limit(maxiter: Any, default: int) -> int:
    if maxiter is None:
        return default
    if maxiter != int(maxiter) or maxiter < 0:
        raise InputError(f"`maxiter` must be a non-negative integer, not {maxiter!r}")
    return int(maxiter)


def _ends(init: Any, count: int, what: str) -> tuple[Any, ...]:
    ends = tuple(init)
    if len(ends) != count:
        raise InputError(f"init has {len(ends)} elements, want {count}: {what}")
    return ends


def find_root(
    f: Callable[..., Any], init: Any, /, *, args: Any = (), tolerances: Any = None, maxiter: Any = None, callback: Any = None
) -> OptimizeResult:
    """Find a root of each of many functions of one variable, between two points, by Chandrupatla's method.

    Parameters
    ----------
    f : callable
        ``f(x, *args)`` is the value at each element of ``x``.
    init : pair of arrays
        Points at which ``f`` has different signs; they and ``args`` broadcast.
    args : tuple of arrays, optional
    tolerances : dict, optional
        "xatol", "xrtol" (of the bracket's width), "fatol", "frtol" (of the value, relative to the smaller one at the start).
    maxiter : int, optional
        Default as many as bisection takes.
    callback : callable, optional
        ``callback(result)`` at the start and after every iteration; StopIteration ends the search.

    Returns
    -------
    OptimizeResult
        With ``x``, ``f_x``, ``bracket``, ``f_bracket``, ``success``, ``status`` (0 solved, -1 no change of sign, -2 limit of
        iterations, -3 a value that is not finite, -4 ended by the callback), ``nfev``, ``nit``, each for every element.

    Examples
    --------
    >>> r = find_root(lambda x, c: x**3 - c, (0.0, 5.0), args=(np.array([1.0, 8.0, 27.0]),))
    >>> r.x.round(6)
    array([1., 2., 3.])
    """
    s = _Search(f, args, _ends(init, 2, "two ends of a bracket"))
    tol = _tolerances(tolerances, s.dtype, 4 * float(np.finfo(s.dtype).eps))
    limit = _limit(maxiter, int(np.log2(np.finfo(s.dtype).max) - np.log2(np.finfo(s.dtype).smallest_normal)))
    a, b = s.points
    everyone = np.arange(a.size)
    fa, fb = s.value(everyone, a.copy()), s.value(everyone, b.copy())
    c, fc = a.copy(), fa.copy()
    small = tol["fatol"] + tol["frtol"] * np.minimum(np.abs(fa), np.abs(fb))
    t = np.full(a.size, 0.5, s.dtype)

    def state() -> dict[str, Any]:
        first, ordered = np.abs(fb) < np.abs(fa), a < b
        return {
            "x": np.where(first, b, a), "f_x": np.where(first, fb, fa),
            "bracket": (np.where(ordered, a, b), np.where(ordered, b, a)),
            "f_bracket": (np.where(ordered, fa, fb), np.where(ordered, fb, fa)),
        }

    def judge() -> None:
        least = np.minimum(np.abs(fa), np.abs(fb))
        x = np.where(np.abs(fb) < np.abs(fa), b, a)
        s.end(np.flatnonzero(least <= small), _CONVERGED)
        s.end(np.flatnonzero(~(np.isfinite(a) & np.isfinite(b) & np.isfinite(fa) & np.isfinite(fb))), _NOT_FINITE)
        s.end(np.flatnonzero(np.sign(fa) == np.sign(fb)), _INVALID)
        s.end(np.flatnonzero(np.abs(b - a) < tol["xatol"] + tol["xrtol"] * np.abs(x)), _CONVERGED)

    with np.errstate(all="ignore"):
        judge()
        stopped = s.tell(callback, **state())
        for _ in range(limit):
            i = s.going
            if stopped or not i.size:
                break
            x = a[i] + t[i] * (b[i] - a[i])
            fx = s.value(i, x)
            same = np.sign(fx) == np.sign(fa[i])
            c[i], fc[i] = np.where(same, a[i], b[i]), np.where(same, fa[i], fb[i])
            b[i], fb[i] = np.where(same, b[i], a[i]), np.where(same, fb[i], fa[i])
            a[i], fa[i] = x, fx
            s.nit[i] += 1
            judge()
            t[i] = _step(a[i], b[i], c[i], fa[i], fb[i], fc[i], tol)
            stopped = s.tell(callback, **state())
    s.end(s.going, _LIMIT)
    return s.result(**_known(s, state()))


def _known(s: _Search, state: dict[str, Any]) -> dict[str, Any]:
    """The state with NaN where a search without a bracket or with values that are not finite has found nothing."""
    lost = np.isin(s.status, (_INVALID, _NOT_FINITE))
    for name in ("x", "f_x"):
        state[name] = np.where(lost, np.nan, state[name])
    return state


def _step(a: np.ndarray, b: np.ndarray, c: np.ndarray, fa: np.ndarray, fb: np.ndarray, fc: np.ndarray, tol: dict[str, float]) -> np.ndarray:
    """Where the next point is between a and b: by inverse quadratic interpolation where that is safe, else in the middle.

    (Chandrupatla, "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function without using
    derivatives", 1997.)
    """
    xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
    quadratic = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
    t = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    t = np.where(quadratic & np.isfinite(t), t, 0.5)
    best = np.where(np.abs(fa) < np.abs(fb), a, b)
    edge = np.minimum(0.5 * (tol["xatol"] + tol["xrtol"] * np.abs(best)) / np.abs(b - a), 0.5)
    return np.asarray(np.clip(t, edge, 1 - edge))


def find_minimum(
    f: Callable[..., Any], init: Any, /, *, args: Any = (), tolerances: Any = None, maxiter: int = 100, callback: Any = None
) -> OptimizeResult:
    """Find a local minimum of each of many functions of one variable, by Brent's steps within a bracket.

    Parameters
    ----------
    f, args, callback
        As of ``find_root``.
    init : three arrays
        ``xl < xm < xr`` with ``f(xm) <= f(xl)`` and ``f(xm) <= f(xr)``.
    tolerances : dict, optional
        "xatol", "xrtol" (of the bracket's half width), "fatol", "frtol" (of the difference of the bracket's values).
    maxiter : int, optional

    Returns
    -------
    OptimizeResult
        As of ``find_root``, with brackets of three points.

    Examples
    --------
    >>> r = find_minimum(lambda x, c: (x - c) ** 2, (-9.0, 0.0, 9.0), args=(np.array([1.0, 2.0]),))
    >>> r.x.round(6)
    array([1., 2.])
    """
    s = _Search(f, args, _ends(init, 3, "the ends of a bracket around its middle"))
    tol = _tolerances(tolerances, s.dtype, float(np.sqrt(np.finfo(s.dtype).eps)))
    limit = _limit(maxiter, 100)
    a, m, b = s.points
    everyone = np.arange(a.size)
    swap = a > b
    a, b = np.where(swap, b, a), np.where(swap, a, b)
    fa, fm, fb = (s.value(everyone, v.copy()) for v in (a, m, b))
    p, fp = m.copy(), fm.copy()  # the points before the best: the second best,
    o, fo = m.copy(), fm.copy()  # and the one before that
    before, last = b - a, b - a  # the last two steps

    def state() -> dict[str, Any]:
        return {"x": m, "f_x": fm, "bracket": (a, m, b), "f_bracket": (fa, fm, fb)}

    def width() -> np.ndarray:
        return np.asarray(np.abs(m) * tol["xrtol"] + tol["xatol"])

    def judge() -> None:
        finite = np.isfinite(a) & np.isfinite(b) & np.isfinite(fa) & np.isfinite(fb) & np.isfinite(m) & np.isfinite(fm)
        s.end(np.flatnonzero(~finite), _NOT_FINITE)
        s.end(np.flatnonzero((fm > fa) | (fm > fb) | (m < a) | (m > b)), _INVALID)
        close = np.maximum(m - a, b - m) <= 2 * width()
        flat = fa + fb - 2 * fm <= 2 * (tol["fatol"] + tol["frtol"] * np.abs(fm))
        s.end(np.flatnonzero(close | flat), _CONVERGED)

    with np.errstate(all="ignore"):
        judge()
        stopped = s.tell(callback, **state())
        for _ in range(limit):
            i = s.going
            if stopped or not i.size:
                break
            step = _downhill(a[i], m[i], b[i], p[i], fp[i], fm[i], o[i], fo[i], before[i], width()[i])
            x = m[i] + step
            fx = s.value(i, x)
            before[i], last[i] = last[i], step
            better, right = fx <= fm[i], x > m[i]
            for end, f_end, side in ((a, fa, right), (b, fb, ~right)):  # a better point makes the old one an end, another is one
                new = np.where(better & side, m[i], np.where(~better & ~side, x, end[i]))
                f_new = np.where(better & side, fm[i], np.where(~better & ~side, fx, f_end[i]))
                end[i], f_end[i] = new, f_new
            second = better | (fx <= fp[i]) | (p[i] == m[i])
            o[i], fo[i] = np.where(second, p[i], x), np.where(second, fp[i], fx)
            p[i], fp[i] = np.where(better, m[i], np.where(second, x, p[i])), np.where(better, fm[i], np.where(second, fx, fp[i]))
            m[i], fm[i] = np.where(better, x, m[i]), np.where(better, fx, fm[i])
            s.nit[i] += 1
            judge()
            stopped = s.tell(callback, **state())
    s.end(s.going, _LIMIT)
    return s.result(**_known(s, state()))


def _downhill(a: np.ndarray, m: np.ndarray, b: np.ndarray, p: np.ndarray, fp: np.ndarray, fm: np.ndarray, o: np.ndarray,
              fo: np.ndarray, before: np.ndarray, width: np.ndarray) -> np.ndarray:
    """The step from the middle: to the least value of a parabola where that is safe, else a golden section of the longer side.

    (Brent, "Algorithms for Minimization without Derivatives", 1973, chapter 5.)
    """
    golden = np.where(m - a > b - m, a - m, b - m) * (3 - np.sqrt(5)) / 2
    r, q = (m - p) * (fm - fo), (m - o) * (fm - fp)
    parabola = -((m - o) * q - (m - p) * r) / (2 * (q - r))
    safe = np.isfinite(parabola) & (np.abs(parabola) < 0.5 * np.abs(before)) & (m + parabola > a) & (m + parabola < b)
    step = np.where(safe, parabola, golden)
    least = np.minimum(width, 0.5 * np.maximum(m - a, b - m))
    near_end = safe & ((m + step - a < 2 * width) | (b - m - step < 2 * width))
    step = np.where(near_end, np.copysign(least, (a + b) / 2 - m), step)
    return np.asarray(np.where(np.abs(step) < least, np.copysign(least, np.where(step == 0, golden, step)), step))


def bracket_root(
    f: Callable[..., Any], xl0: Any, xr0: Any = None, *, xmin: Any = None, xmax: Any = None, factor: Any = None, args: Any = (),
    maxiter: int = 1000,
) -> OptimizeResult:
    """Bracket a root of each of many functions of one variable, from two points outwards in both directions.

    Parameters
    ----------
    f, args
        As of ``find_root``.
    xl0, xr0 : array
        The start; ``xr0`` is by default ``xl0 + 1``.
    xmin, xmax : array, optional
        The furthest points; steps halve the distance to them.
    factor : float, optional
        By what steps grow; default 2.
    maxiter : int, optional

    Returns
    -------
    OptimizeResult
        With ``bracket`` and ``f_bracket`` of two points, ``success``, ``status`` (0 a bracket, -1 none up to the limits, -2 limit of
        iterations, -3 a value that is not finite, -5 the start is not ``xmin <= xl0 < xr0 <= xmax``), ``nfev``, ``nit``.

    Examples
    --------
    >>> r = bracket_root(lambda x: x - 100.0, 0.0)
    >>> bool(r.bracket[0] <= 100.0 <= r.bracket[1])
    True
    """
    xl0 = np.asarray(xl0)
    given = (xl0, xl0 + 1 if xr0 is None else xr0, -np.inf if xmin is None else xmin, np.inf if xmax is None else xmax,
             2.0 if factor is None else factor)
    s = _Search(f, args, given)
    a, b, low, high, grow = s.points
    if np.any(grow <= 1):
        raise InputError(f"`factor` must be greater than 1, not {factor}")
    limit = _limit(maxiter, 1000)
    s.end(np.flatnonzero(~((low <= a) & (a < b) & (b <= high))), _BAD_ORDER)
    fa, fb = (np.full(a.shape, np.nan, s.dtype) for _ in range(2))
    i = s.going
    fa[i], fb[i] = s.value(i, a[i]), s.value(i, b[i])
    l0, r0 = a.copy(), b.copy()  # the inner ends of what has been found last on either side
    fl, fr = fa.copy(), fb.copy()

    def judge() -> None:
        i = s.going
        crossed = [np.sign(u[i]) * np.sign(v[i]) <= 0 for u, v in ((fa, fl), (fr, fb), (fl, fr))]
        for which, (lo, f_lo, hi, f_hi) in zip(crossed, ((a, fa, l0, fl), (r0, fr, b, fb), (l0, fl, r0, fr))):
            at = i[which & (s.status[i] == _GOING)]
            x, fx, y, fy = lo[at].copy(), f_lo[at].copy(), hi[at].copy(), f_hi[at].copy()
            different = x < y
            at = at[different]
            a[at], fa[at], b[at], fb[at] = x[different], fx[different], y[different], fy[different]
            s.end(at, _CONVERGED)
        i = s.going
        s.end(i[~(np.isfinite(fa[i]) & np.isfinite(fb[i]))], _NOT_FINITE)
        i = s.going
        s.end(i[(a[i] <= low[i]) & (b[i] >= high[i])], _INVALID)

    with np.errstate(all="ignore"):
        judge()
        width = b - a
        for k in range(1, limit + 1):
            i = s.going
            if not i.size:
                break
            l0[i], fl[i], r0[i], fr[i] = a[i], fa[i], b[i], fb[i]
            _outwards(s, i, a, fa, low, -width[i], grow[i], k)
            _outwards(s, i, b, fb, high, width[i], grow[i], k)
            s.nit[i] += 1
            judge()
    s.end(s.going, _LIMIT)
    return s.result(bracket=(a, b), f_bracket=(fa, fb))


def _outwards(s: _Search, i: np.ndarray, x: np.ndarray, fx: np.ndarray, limit: np.ndarray, width: np.ndarray, grow: np.ndarray, k: int) -> None:
    """Moves an end of brackets: by steps that grow, or towards a finite limit, of which it comes closer by the factor."""
    end = limit[i]
    free = ~np.isfinite(end)
    to = np.where(free, x[i] + width * (grow - 1) * grow ** (k - 1), x[i] + (end - x[i]) * (1 - 1 / grow))
    to = np.where(~free & (np.abs(end - to) <= 4 * np.finfo(s.dtype).eps * np.maximum(np.abs(end), np.abs(x[i]))), end, to)
    move = to != x[i]
    at = i[move]
    x[at] = to[move]
    fx[at] = s.value(at, x[at])


def bracket_minimum(
    f: Callable[..., Any], xm0: Any, *, xl0: Any = None, xr0: Any = None, xmin: Any = None, xmax: Any = None, factor: Any = None,
    args: Any = (), maxiter: int = 1000,
) -> OptimizeResult:
    """Bracket a minimum of each of many functions of one variable, from three points downhill.

    Parameters
    ----------
    f, args
        As of ``find_root``.
    xm0, xl0, xr0 : array
        The start; ``xl0`` and ``xr0`` are by default 0.5 away, or half the way to a limit.
    xmin, xmax, factor, maxiter
        As of ``bracket_root``.

    Returns
    -------
    OptimizeResult
        As of ``bracket_root``, with three points; status -1 is a function that falls up to the limit, which is its minimizer.

    Examples
    --------
    >>> r = bracket_minimum(lambda x: (x - 40.0) ** 2, 0.0)
    >>> bool(r.bracket[0] <= 40.0 <= r.bracket[2])
    True
    """
    xm0 = np.asarray(xm0, dtype=None if np.asarray(xm0).dtype.kind == "f" else np.float64)
    low, high = (np.asarray(d if v is None else v) for v, d in ((xmin, -np.inf), (xmax, np.inf)))
    half = np.asarray(0.5, xm0.dtype)
    if xl0 is None:
        xl0 = xm0 - np.minimum(half, (xm0 - low) / 2)
    if xr0 is None:
        xr0 = xm0 + np.minimum(half, (high - xm0) / 2)
    s = _Search(f, args, (xl0, xm0, xr0, low, high, 2.0 if factor is None else factor))
    a, m, b, low, high, grow = s.points
    if np.any(grow <= 1):
        raise InputError(f"`factor` must be greater than 1, not {factor}")
    limit = _limit(maxiter, 1000)
    s.end(np.flatnonzero(~((low <= a) & (a < m) & (m < b) & (b <= high))), _BAD_ORDER)
    fa, fm, fb = (np.full(a.shape, np.nan, s.dtype) for _ in range(3))
    i = s.going
    fa[i], fm[i], fb[i] = s.value(i, a[i]), s.value(i, m[i]), s.value(i, b[i])
    left = fa < fb  # the direction of descent, as far as the middle does not decide it
    sign = np.where(left, -1.0, 1.0).astype(s.dtype)
    width = np.where(left, m - a, b - m)
    far = np.where(left, low, high)
    # From here on: u behind, m, v ahead.
    u, fu, v, fv = np.where(left, b, a), np.where(left, fb, fa), np.where(left, a, b), np.where(left, fa, fb)

    def judge() -> None:
        i = s.going
        s.end(i[~(np.isfinite(fu[i]) & np.isfinite(fm[i]) & np.isfinite(fv[i]))], _NOT_FINITE)
        i = s.going
        s.end(i[(fm[i] <= fu[i]) & (fm[i] <= fv[i]) & ((fm[i] < fu[i]) | (fm[i] < fv[i]))], _CONVERGED)
        i = s.going
        s.end(i[v[i] == far[i]], _INVALID)

    with np.errstate(all="ignore"):
        judge()
        for k in range(1, limit + 1):
            i = s.going
            if not i.size:
                break
            u[i], fu[i], m[i], fm[i] = m[i], fm[i], v[i], fv[i]
            _outwards(s, i, v, fv, far, sign[i] * width[i], grow[i], k)
            s.nit[i] += 1
            judge()
    s.end(s.going, _LIMIT)
    first, last = np.where(left, v, u), np.where(left, u, v)
    f_first, f_last = np.where(left, fv, fu), np.where(left, fu, fv)
    return s.result(bracket=(first, m, last), f_bracket=(f_first, fm, f_last))
