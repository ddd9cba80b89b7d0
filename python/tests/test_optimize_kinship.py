"""Results, warnings, errors and bounds of argmin.optimize where SciPy asks for its own classes."""

import copy
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest

import argmin.optimize as ao

so = pytest.importorskip("scipy.optimize")


def bowl(x):
    return float((x[0] - 1) ** 2 + (x[1] + 0.5) ** 2)


def test_classes_are_scipys_too():
    r, q = ao.minimize(bowl, [0.0, 0.0]), ao.root_scalar(lambda x: x**3 - 2, bracket=[0, 2])
    assert isinstance(r, so.OptimizeResult) and type(r) is ao.OptimizeResult
    assert isinstance(q, so.RootResults) and isinstance(q, so.OptimizeResult)
    for made in (r, q):
        for again in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made), made.copy()):
            assert type(again) is type(made) and again.keys() == made.keys()
    assert isinstance(ao.Bounds(0, 1), so.Bounds)
    assert issubclass(ao.OptimizeWarning, so.OptimizeWarning)
    with pytest.raises(so.NoConvergence):
        ao.broyden1(lambda x: x * x + 1, [1.0], maxiter=3)
    with warnings.catch_warnings(), pytest.raises(so.OptimizeWarning):
        warnings.simplefilter("error", so.OptimizeWarning)
        ao.minimize(bowl, [0.0, 0.0], options={"unknown": 1})


def test_classes_are_scipys_when_it_is_loaded_later():
    program = """
import sys
from argmin import optimize as ao
before = ao.minimize(ao.rosen, [1.0, 2.0], method="Nelder-Mead")
assert not any(m.startswith("scipy") for m in sys.modules)
import scipy.optimize as so
after = ao.minimize(ao.rosen, [1.0, 2.0], method="Nelder-Mead")
assert isinstance(before, so.OptimizeResult) and isinstance(after, so.OptimizeResult)
assert before.x.tolist() == after.x.tolist() and repr(before) == repr(after)
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_names_of_scipy_that_a_program_has_replaced():
    program = """
import scipy.optimize as so
theirs, kept = so.OptimizeResult, so.root_scalar
from argmin import optimize as ao
for name in ("OptimizeResult", "OptimizeWarning", "RootResults", "Bounds", "NoConvergence"):
    setattr(so, name, getattr(ao, name))
r = ao.minimize(ao.rosen, [1.0, 2.0])
assert isinstance(r, theirs) and isinstance(ao.root_scalar(lambda x: x - 1, bracket=[0, 3]), theirs)
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("finish", [ao.minimize, ao.fmin])
def test_finish_of_brute(finish):
    x = so.brute(bowl, ((-2, 2), (-2, 2)), finish=finish, disp=False)
    np.testing.assert_allclose(x, [1, -0.5], atol=1e-4)


def test_scipys_functions_take_bounds_and_constraints():
    limits = ao.Bounds([-2, -2], [2, 2])
    conditions = [ao.NonlinearConstraint(lambda x: x[0] + x[1], -1, 0.2), ao.LinearConstraint([[1, 0]], -1, 0.5)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # trust-constr says that a constraint looks linear
        de = so.differential_evolution(bowl, limits, constraints=conditions, rng=1)
        tr = so.minimize(bowl, [0, 0], bounds=limits, constraints=conditions, method="trust-constr")
    np.testing.assert_allclose(de.x, [0.5, -0.5], atol=1e-2)
    np.testing.assert_allclose(tr.x, [0.5, -0.5], atol=1e-4)
    hopped = so.basinhopping(
        bowl, [0, 0], niter=2, minimizer_kwargs={"method": lambda f, x, args=(), **_: ao.minimize(f, x, args)}
    )
    np.testing.assert_allclose(hopped.x, [1, -0.5], atol=1e-6)


def test_scipys_own_constraints_raise_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        r = ao.minimize(
            bowl,
            [0.0, 0.0],
            method="SLSQP",
            bounds=so.Bounds([-2, -2], [2, 2]),
            constraints=[
                so.NonlinearConstraint(lambda x: x[0] + x[1], -1, 0.2),
                so.LinearConstraint([[1, 0]], -1, 0.5),
            ],
        )
    np.testing.assert_allclose(r.x, [0.5, -0.5], atol=1e-6)


def test_bounds_are_arrays():
    b, c = ao.Bounds([0, 1], 2), ao.LinearConstraint(np.eye(2), [0, 1])
    assert b.lb.tolist() == [0, 1] and b.ub.tolist() == [2, 2]
    assert [r.tolist() for r in b.residual(np.array([0.5, 3.0]))] == [[0.5, 2.0], [1.5, -1.0]]
    assert [r.tolist() for r in c.residual(np.array([0.5, 3.0]))] == [[0.5, 2.0], [np.inf, np.inf]]
    assert b != ao.Bounds([0, 1], 2) and len({b, c}) == 2  # by identity, as SciPy's
    with pytest.raises(ValueError, match=r"lb, ub and keep_feasible must be broadcastable.*\(2,\), \(3,\)"):
        ao.Bounds([0, 0], [1, 1, 1])
