"""NumPy's functions that argmin.num makes of others: values are NumPy's, gradients those of differences."""

import numpy as np
import pytest

from argmin import num

rng = np.random.default_rng(1)
A, B = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
V, W = rng.normal(size=5), rng.normal(size=3)
HOLES = np.array([[1.0, np.nan, 2.0], [3.0, -1.0, np.nan]])
XP, FP = np.array([0.0, 1.0, 2.5]), np.array([1.0, -1.0, 3.0])

CASES = {
    "isinf": lambda m: m.isinf(np.array([1, np.inf, np.nan])),
    "nan_to_num": lambda m: m.nan_to_num(np.array([1, -np.inf, np.nan])),
    "floor_divide": lambda m: m.floor_divide(A, B),
    "fmod": lambda m: m.fmod(A, B),
    "sinc": lambda m: m.sinc(np.append(V, 0.0)),
    "heaviside": lambda m: m.heaviside(np.append(V, 0.0), 0.5),
    "isclose": lambda m: m.isclose(np.array([1.0, np.inf, 2.0]), np.array([1 + 1e-9, np.inf, 3.0])),
    "count_nonzero": lambda m: m.count_nonzero(np.array([0, 1, 2])),
    "average": lambda m: m.average(A, 1, np.arange(1.0, 5)),
    "nansum": lambda m: m.nansum(HOLES, 0),
    "nanmean": lambda m: m.nanmean(HOLES, 1),
    "nanmax": lambda m: m.nanmax(HOLES, 1),
    "nanmin": lambda m: m.nanmin(HOLES, 1),
    "hstack": lambda m: m.hstack([A, B]),
    "split": lambda m: m.split(A, [1, 3], 1)[1],
    "repeat": lambda m: m.repeat(V, [1, 0, 2, 1, 3]),
    "pad": lambda m: m.pad(A, ((1, 0), (0, 2)), constant_values=3.0),
    "roll": lambda m: m.roll(A, 2, 1),
    "interp": lambda m: m.interp(np.array([-1.0, 0.5, 2.0, 9.0]), XP, FP),
}
SMOOTH = {
    "reciprocal": lambda m, x: m.reciprocal(x + 9),
    "degrees": lambda m, x: m.degrees(x) + m.radians(x),
    "ptp": lambda m, x: m.ptp(x, 1),
    "quantile": lambda m, x: m.quantile(x, 0.3, 1),
    "median": lambda m, x: m.median(x, 0),
    "cov": lambda m, x: m.cov(x),
    "corrcoef": lambda m, x: m.corrcoef(x),
    "moveaxis": lambda m, x: m.moveaxis(x, 0, -1),
    "column_stack": lambda m, x: m.column_stack([x[0], x[1]]),
    "append": lambda m, x: m.append(x, B),
    "roll": lambda m, x: m.roll(x, -3),
    "tile": lambda m, x: m.tile(x, (2, 1, 2)),
    "take_along_axis": lambda m, x: m.take_along_axis(x, np.array([[1], [0], [2]]), 1),
    "diagonal": lambda m, x: m.diagonal(x),
    "inner": lambda m, x: m.inner(x, B),
    "vdot": lambda m, x: m.vdot(x, B),
    "tensordot": lambda m, x: m.tensordot(x, B, ([0], [0])),
    "kron": lambda m, x: m.kron(x, B[:2]),
    "cross": lambda m, x: m.cross(x[:, :3], B[:, :3]),
    "trapezoid": lambda m, x: m.trapezoid(x, np.array([0.0, 1.0, 3.0, 4.0])),
    "convolve": lambda m, x: m.convolve(x[0], W),
    "polyval": lambda m, x: m.polyval(W, x),
    "vander": lambda m, x: m.vander(x[0], 3),
    "interp": lambda m, x: m.interp(x, XP, FP),
    "broadcast_arrays": lambda m, x: m.broadcast_arrays(x[0], B)[0],
    "atleast_2d": lambda m, x: m.atleast_2d(x[0]),
}


@pytest.mark.parametrize("name", CASES)
def test_values(name):
    np.testing.assert_allclose(CASES[name](num), CASES[name](np), rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("name", SMOOTH)
def test_values_and_gradients(name):
    f = SMOOTH[name]
    np.testing.assert_allclose(f(num, A), f(np, A), rtol=1e-12, atol=1e-13)
    weights = rng.normal(size=np.shape(f(np, A)))
    g = num.grad(lambda x: num.sum(weights * f(num, x)))(A)
    h = 1e-6
    for k in np.ndindex(A.shape):
        e = np.zeros_like(A)
        e[k] = h
        slope = np.sum(weights * (f(np, A + e) - f(np, A - e))) / (2 * h)
        assert g[k] == pytest.approx(slope, rel=1e-6, abs=1e-6)
