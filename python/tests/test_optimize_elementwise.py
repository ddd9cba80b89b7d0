"""Roots, minima and brackets of many functions at once, beside SciPy's."""

import numpy as np
import pytest
from frameworks import require

from argmin.optimize import elementwise

theirs = require("scipy.optimize.elementwise")

CS = np.array([0.3, 2.0, 40.0])


def beside(name, f, *at, same=(), **kw):
    ours, scipys = getattr(elementwise, name)(f, *at, **kw), getattr(theirs, name)(f, *at, **kw)
    for key in ("success", "status", *same):
        np.testing.assert_allclose(np.asarray(ours[key], float), np.asarray(scipys[key], float), rtol=1e-5, atol=1e-6, err_msg=key)
    return ours, scipys


@pytest.mark.parametrize("f, init, args", [
    (lambda x: x**3 - 2 * x - 5, (2, 3), ()),
    (lambda x: x**2 + 1, (0, 1), ()),
    (lambda x: np.where(x > 0, np.nan, x), (-1.0, 3), ()),
    (lambda x: x, (-1, 1), ()),
    (lambda x: x**9, (-1, 4.0), ()),
    (lambda x: np.exp(x) - 1e10, (0.0, 50.0), ()),
    (lambda x: x - 1, (np.array([0, 1, 2.0]), 3.0), ()),
    (lambda x, c: x**2 - c, (0.0, 10.0), (CS,)),
    (lambda x, c: np.tanh(x - c), (np.full((2, 1), -5.0), 50.0), (CS,)),
    (lambda x: x - np.float32(0.5), (np.float32(0), np.float32(2)), ()),
])
def test_roots(f, init, args):
    ours, scipys = beside("find_root", f, init, args=args, same=("x",))
    assert np.shape(ours.x) == np.shape(scipys.x)
    assert ours.x.dtype == scipys.x.dtype
    assert np.max(ours.nfev) <= np.max(scipys.nfev)


@pytest.mark.parametrize("f, init, args", [
    (lambda x: (x - 1.3) ** 2, (-3, 0, 5), ()),
    (lambda x: np.cos(x), (0.0, 2.0, 6.0), ()),
    (lambda x: x**4 - x, (-2, 0, 3), ()),
    (lambda x: np.abs(x - 0.3), (-1, 0, 1), ()),
    (lambda x: x, (0, 1, 2), ()),
    (lambda x: np.where(x > 1, np.nan, x**2), (-1, 0, 2), ()),
    (lambda x, c: (x - c) ** 2, (-50.0, 1.0, 90.0), (CS,)),
    (lambda x, c: np.cosh(x - c), (3.0, 2.0, -5.0), (CS[:2],)),
    (lambda x: np.exp(x) - 2 * x, (-2.0, 0.0, np.array([2.0, 3.0, 4.0])), ()),
    (lambda x: x * 0 + 1, (0.0, 1.0, 2.0), ()),
])
def test_minima(f, init, args):
    ours, _ = beside("find_minimum", f, init, args=args, same=("x",))
    lo, mid, hi = ours.bracket
    ok = np.asarray(ours.success)
    assert np.all(~ok | (lo <= mid) & (mid <= hi))


@pytest.mark.parametrize("f, kw", [
    (lambda x: x - 100, {"xl0": 0.0}),
    (lambda x: x + 37, {"xl0": 0.0}),
    (lambda x: x**2 + 1, {"xl0": 0.0, "maxiter": 20}),
    (lambda x: x - 3, {"xl0": 0.0, "xr0": 1.0, "xmin": -1, "xmax": 2}),
    (lambda x: x - 1.9999, {"xl0": 0.0, "xr0": 1.0, "xmin": -1, "xmax": 2}),
    (lambda x: np.log(x), {"xl0": 2.0, "xr0": 3.0, "xmin": 0.0}),
    (lambda x: x, {"xl0": 3.0, "xr0": 1.0}),
    (lambda x, c: x - c, {"xl0": np.zeros(3), "args": (np.array([5.0, 50, -500]),)}),
    (lambda x: np.nan * x, {"xl0": 0.0}),
    (lambda x: x, {"xl0": 0.0}),
    (lambda x: x - 20, {"xl0": 0.0, "factor": 3.0}),
])
def test_brackets_of_roots(f, kw):
    ours, _ = beside("bracket_root", f, **kw)
    (lo, hi), (f_lo, f_hi) = ours.bracket, ours.f_bracket
    assert np.all(~np.asarray(ours.success) | (lo < hi) & (np.sign(f_lo) * np.sign(f_hi) <= 0))


@pytest.mark.parametrize("f, kw", [
    (lambda x: (x - 40) ** 2, {"xm0": 0.0}),
    (lambda x: (x + 7) ** 2, {"xm0": 0.0}),
    (lambda x: x, {"xm0": 0.0, "maxiter": 20}),
    (lambda x: x, {"xm0": 0.0, "xmin": -1.0}),
    (lambda x: (x - 1) ** 2, {"xm0": 1.0}),
    (lambda x, c: (x - c) ** 2, {"xm0": np.zeros(3), "args": (np.array([5.0, 50, -500]),)}),
    (lambda x: x * np.nan, {"xm0": 0.0}),
    (lambda x: x, {"xm0": 0.0, "xl0": 1.0}),
    (lambda x: x * 0 + 1, {"xm0": 0.0, "maxiter": 30}),
    (lambda x: np.cosh(x - 9), {"xm0": 0.0, "factor": 3.0, "xmax": 10.0}),
])
def test_brackets_of_minima(f, kw):
    ours, _ = beside("bracket_minimum", f, **kw)
    f_lo, f_mid, f_hi = ours.f_bracket
    assert np.all(~np.asarray(ours.success) | (f_mid <= f_lo) & (f_mid <= f_hi))


def test_done_elements_are_not_evaluated():
    seen = []
    elementwise.find_root(lambda x, c: (seen.append(x.size), x - c)[1], (0.0, 8.0), args=(np.array([4.0, 0.1]),))
    assert seen[0] == 2 and seen[-1] == 1


def test_callback_stops():
    def stop(r):
        if np.max(r.nit) == 2:
            raise StopIteration

    for find, init in ((elementwise.find_root, (0.0, 7.0)), (elementwise.find_minimum, (-4.0, 1.0, 7.0))):
        r = find(lambda x: x**3 - 20 if find is elementwise.find_root else (x - 2.2) ** 4, init, callback=stop)
        assert r.status == -4 and r.nit == 2


@pytest.mark.parametrize("call, message", [
    (lambda: elementwise.find_root(1, (0, 1)), "callable"),
    (lambda: elementwise.find_root(lambda x: x, (0, 1, 2)), "init has 3 elements"),
    (lambda: elementwise.find_root(lambda x: x, (np.zeros(2), np.zeros(3))), "broadcast"),
    (lambda: elementwise.find_root(lambda x: x, (0, 1j)), "real numbers"),
    (lambda: elementwise.find_root(lambda x: x[:1], (np.zeros(2), np.ones(2))), r"shape \(1,\)"),
    (lambda: elementwise.find_root(lambda x: x, (-1, 1), tolerances={"tol": 1}), "tol"),
    (lambda: elementwise.find_root(lambda x: x, (-1, 1), tolerances={"xatol": -1}), "non-negative"),
    (lambda: elementwise.find_root(lambda x: x, (-1, 1), maxiter=-1), "maxiter"),
    (lambda: elementwise.bracket_root(lambda x: x, 0.0, factor=1.0), "factor"),
])
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
