"""Minima and roots of functions of one variable against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from frameworks import require

from argmin import optimize as ao

so = require("scipy.optimize")
BRACKETING = ("bisect", "brentq", "brenth", "ridder", "toms748")


def bowl(x):
    return (x - 1.5) ** 2 - 0.8


@pytest.mark.parametrize("method", ("brent", "golden", "bounded"))
def test_minimize_scalar(method):
    given = {"bounds": (-3, 4)} if method == "bounded" else {}
    for fun in (bowl, lambda x: np.cosh(x - 1) + 0.1 * x, lambda x: (x - 2) ** 4):
        theirs, ours = (m.minimize_scalar(fun, method=method, **given) for m in (so, ao))
        assert ours.success and theirs.success
        assert ours.fun <= theirs.fun + 1e-8
        assert ours.nfev <= theirs.nfev + 10
        assert set(theirs.keys()) <= set(ours.keys())


def test_minimize_scalar_of_arrays_and_with_arguments():
    r = ao.minimize_scalar(lambda x, a: np.array([(x - a) ** 2]), args=(3,))
    assert r.fun.shape == (1,) and abs(r.x[0] - 3) < 1e-6
    assert ao.minimize_scalar(bowl, method=lambda fun, args, **_: ao.OptimizeResult(x=7)).x == 7


@pytest.mark.parametrize(
    "given, text",
    (
        ({"method": "brent", "bounds": (0, 1)}, "incompatible"),
        ({"method": "bounded"}, "mandatory"),
        ({"bounds": (0, np.inf)}, "must be finite scalars"),
        ({"bounds": (0, 1, 2)}, "3 numbers, want two"),
        ({"bracket": (1,)}, "length 2 or 3"),
        ({"bracket": (0, -1, 1)}, r"\(xa < xb\) and \(xb < xc\)"),
        ({"bracket": (-1, 0, 1)}, r"\(f\(xb\) < f\(xa\)\) and \(f\(xb\) < f\(xc\)\)"),
        ({"options": {"xtol": -1}}, "tolerance should be >= 0"),
        ({"method": "nonsense"}, "Unknown solver"),
    ),
)
def test_minimize_scalar_bad_input(given, text):
    with pytest.raises(ValueError, match=text):
        ao.minimize_scalar(bowl, **given)


def test_older_functions():
    assert abs(ao.brent(bowl) - 1.5) < 1e-6 and abs(ao.golden(bowl, brack=(0, 1)) - 1.5) < 1e-6
    x, value, flag, calls = ao.fminbound(bowl, 0, 1, full_output=True, disp=0)
    assert abs(x - 1) < 1e-4 and flag == 0 and calls == so.fminbound(bowl, 0, 1, full_output=True)[3]
    assert len(ao.brent(bowl, full_output=True)) == 4 and len(ao.golden(bowl, full_output=True)) == 3
    with pytest.raises(ValueError, match="finite scalars"):
        ao.fminbound(bowl, np.zeros((1, 2)), 1)
    with pytest.raises(ao.BracketError, match="without finding a valid bracket"):
        ao.brent(lambda x: x**2 if -1 < x < 1 else 100.0, brack=(-1, 1))


def test_bracket():
    theirs, ours = so.bracket(bowl, 0, 0.1), ao.bracket(bowl, 0, 0.1)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    with pytest.raises(RuntimeError, match="without finding a valid bracket"):
        ao.bracket(lambda x: x**2 if -1 < x < 1 else 100.0, -1, 1)


def test_disp_warns():
    with pytest.warns(ao.OptimizeWarning, match="Maximum number"):
        ao.minimize_scalar(bowl, options={"disp": True, "maxiter": 1})


@pytest.mark.parametrize("method", BRACKETING)
def test_root_scalar_in_a_bracket(method):
    for fun in (lambda x: x**3 - 1, lambda x: np.cos(x) - x, lambda x: np.exp(x) - 2):
        theirs, ours = (m.root_scalar(fun, bracket=[-1, 2.5], method=method) for m in (so, ao))
        assert ours.converged is True and ours.flag == theirs.flag == "converged" and ours.method == method
        np.testing.assert_allclose(ours.root, theirs.root, atol=1e-10)
        assert ours.function_calls <= theirs.function_calls + 4
        root, r = getattr(ao, method)(fun, -1, 2.5, full_output=True)
        assert root == r.root == ours.root


@pytest.mark.parametrize("method", ("newton", "secant", "halley"))
def test_root_scalar_from_a_start(method):
    given = {
        "newton": {"fprime": lambda x: 3 * x**2},
        "secant": {"x1": 1.9},
        "halley": {"fprime": lambda x: 3 * x**2, "fprime2": lambda x: 6 * x},
    }[method]
    theirs, ours = (m.root_scalar(lambda x: x**3 - 8, x0=3.0, method=method, **given) for m in (so, ao))
    assert ours.converged
    np.testing.assert_allclose(ours.root, theirs.root, rtol=1e-10)


def test_a_function_with_its_derivatives_is_called_once_a_point():
    calls = []

    def f(x):
        calls.append(x)
        return x**2 - 2 * x - 1, 2 * x - 2, 2.0

    for given in ({"fprime": True}, {"fprime2": True, "method": "halley"}):
        calls.clear()
        r = ao.root_scalar(f, x0=3.0, **given)
        assert r.converged and r.function_calls == len(calls) == len(set(calls))


def test_complex_roots():
    assert abs(ao.root_scalar(lambda z: z - 1, x0=1 + 1j, x1=2 + 1.5j, method="secant").root - 1) < 1e-10
    assert abs(ao.newton(lambda z: z**2 + 1, 0.5 + 1j) - 1j) < 1e-10


def test_newton_of_arrays():
    a = np.array([1.0, 4.0, 9.0])
    np.testing.assert_allclose(ao.newton(lambda x: x**2 - a, np.ones(3)), [1, 2, 3])
    root, converged, flat = ao.newton(lambda x: x**2 - 1, [0.0, 2.0], lambda x: 2 * x, full_output=True)
    assert list(converged) == [False, True] and list(flat) == [True, False]


def test_nan_is_no_root():
    r = ao.root_scalar(lambda x: np.nan, bracket=(0, 1))
    assert r.converged is False and r.flag.startswith("The function value at x=0.0 is NaN")
    with pytest.raises((ValueError, RuntimeError), match="The function value at x"):
        ao.brentq(lambda x: np.nan, 0, 1)


def test_a_pole_is_no_root():
    """SciPy says "converged" at the pole of 1/x."""
    assert so.root_scalar(lambda x: 1 / (x - 1), bracket=(0.5, 1.7), method="bisect").converged
    assert not ao.root_scalar(lambda x: 1 / (x - 1), bracket=(0.5, 1.7), method="bisect").converged


@pytest.mark.parametrize(
    "given, text",
    (
        ({"bracket": (1, 2)}, r"f\(a\) and f\(b\) must have different signs"),
        ({"method": "brentq"}, "Bracket needed"),
        ({}, "neither bracket nor starting point"),
        ({"method": "newton"}, "x0 must not be None"),
        ({"method": "halley", "x0": 1}, "fprime2 must be specified"),
        ({"method": "nonsense"}, "Unknown solver"),
    ),
)
def test_root_scalar_bad_input(given, text):
    with pytest.raises(ValueError, match=text):
        ao.root_scalar(lambda x: x**2 + 1, **given)


def test_newton_bad_input():
    with pytest.raises(ValueError, match="tol too small"):
        ao.newton(bowl, 1.0, tol=0)
    with pytest.raises(ValueError, match="maxiter must be greater than 0"):
        ao.newton(bowl, 1.0, maxiter=0)
    with pytest.raises(RuntimeError, match="Failed to converge"):
        ao.newton(lambda x: x**2 + 1, 1.0, maxiter=5)


def test_fixed_point():
    def f(x, c):
        return np.sqrt(c / (x + 1))

    for method in ("del2", "iteration"):
        theirs, ours = (m.fixed_point(f, [1.2, 1.3], args=(np.array([10, 12.0]),), method=method) for m in (so, ao))
        np.testing.assert_allclose(ours, theirs, rtol=1e-7)
    with pytest.raises(RuntimeError, match="Failed to converge"):
        ao.fixed_point(lambda x: 2 * x, 1.0, method="iteration", maxiter=5)
    with pytest.raises(ValueError, match="method is 'other'"):
        ao.fixed_point(f, 1.0, args=(1,), method="other")
