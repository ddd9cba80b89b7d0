"""Systems of equations against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from frameworks import require

from argmin import optimize as ao

so = require("scipy.optimize")
METHODS = ("hybr", "lm", "broyden1", "broyden2", "anderson", "diagbroyden", "krylov", "df-sane")


def cubic(x):
    return np.array([x[0] + 0.5 * (x[0] - x[1]) ** 3 - 1, 0.5 * (x[1] - x[0]) ** 3 + x[1]])


def cubic_jac(x):
    d = 1.5 * (x[0] - x[1]) ** 2
    return np.array([[1 + d, -d], [-d, 1 + d]])


@pytest.mark.parametrize("method", METHODS)
def test_root(method):
    theirs, ours = (m.root(cubic, [0.0, 0.0], method=method) for m in (so, ao))
    assert ours.success
    np.testing.assert_allclose(ours.x, [0.8411639, 0.1588361], atol=1e-4)
    assert np.abs(ours.fun).max() < 1e-5
    assert ours.method == theirs.method == method
    assert ours.nfev <= 1.5 * theirs.nfev + 10


@pytest.mark.parametrize("method", ("hybr", "lm"))
def test_jacobian(method):
    want = so.root(cubic, [0.0, 0.0], method=method, jac=cubic_jac)
    for jac, fun in ((cubic_jac, cubic), (True, lambda x: (cubic(x), cubic_jac(x)))):
        r = ao.root(fun, [0.0, 0.0], method=method, jac=jac)
        np.testing.assert_allclose(r.x, want.x, atol=1e-7)
        assert r.success and want.success and r.njev >= 1
    r = ao.root(cubic, [0.0, 0.0], method=method, jac=lambda x: cubic_jac(x).T, options={"col_deriv": True})
    np.testing.assert_allclose(r.x, want.x, atol=1e-7)


def test_shapes_and_arguments():
    def f(x, a):
        shapes.add(x.shape)
        return x**2 - a

    for method in ("hybr", "lm", "krylov", "broyden1"):
        for module in (so, ao):
            shapes = set()
            r = module.root(f, np.full((2, 3), 1.5), args=(4.0,), method=method)
            assert shapes == {r.x.shape} == {(6,) if method in ("hybr", "lm") else (2, 3)}
        np.testing.assert_allclose(r.x, 2, rtol=1e-5)


def test_callback():
    seen = []
    ao.root(cubic, [0.0, 0.0], method="broyden1", callback=lambda x, f: seen.append((x, f)))
    np.testing.assert_allclose(cubic(seen[-1][0]), seen[-1][1])
    with pytest.warns(RuntimeWarning, match="does not accept callback"):
        ao.root(cubic, [0.0, 0.0], callback=print)


def test_warnings_and_errors():
    with pytest.warns(RuntimeWarning, match="does not use the jacobian"):
        ao.root(cubic, [0.0, 0.0], method="krylov", jac=cubic_jac)
    with pytest.warns(ao.OptimizeWarning, match="Unknown solver options: nonsense"):
        ao.root(cubic, [0.0, 0.0], options={"nonsense": 1})
    with pytest.raises(ValueError, match="Unknown solver"):
        ao.root(cubic, [0.0, 0.0], method="nonsense")
    with pytest.raises(ValueError, match="fun has shape"):
        ao.root(lambda x: x[:1], [0.0, 0.0])
    with pytest.raises(ValueError, match="jac has shape"):
        ao.root(cubic, [0.0, 0.0], jac=lambda x: np.ones((3, 3)))


def test_no_root_is_said():
    r = ao.root(lambda x: x**2 + 1, [1.0])
    assert not r.success and r.status != 1


def test_fsolve():
    theirs, ours = (m.fsolve(cubic, [0.0, 0.0], full_output=True) for m in (so, ao))
    np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-7)
    assert ours[2] == theirs[2] == 1 and ours[3] == theirs[3] and ours[1]["nfev"] <= theirs[1]["nfev"] + 4
    with pytest.raises(TypeError, match="fsolve"):
        ao.fsolve(lambda x: x[:1], [0.0, 0.0])
    with pytest.warns(RuntimeWarning):
        ao.fsolve(lambda x: x**2 + 1, [1.0])


@pytest.mark.parametrize("name", ("broyden1", "broyden2", "anderson", "diagbroyden", "newton_krylov"))
def test_nonlinear_solvers(name):
    x = getattr(ao, name)(cubic, [0.0, 0.0], f_tol=1e-8)
    assert np.abs(cubic(x)).max() < 1e-8
    with pytest.raises(TypeError, match="unexpected keyword argument 'nonsense'"):
        getattr(ao, name)(cubic, [0.0, 0.0], nonsense=1)
    with pytest.raises(ao.NoConvergence):
        getattr(ao, name)(lambda x: x**2 + 1, [1.0], maxiter=3)


@pytest.mark.parametrize("given", [False, True])
def test_the_factors_of_the_last_jacobian(given):
    a = np.array([[3.0, 1, 2], [1, 4, 0], [0, 2, 5]])

    def fun(x):
        return a @ x - 1 + 0.01 * x**2

    def jac(x):
        return a + np.diag(0.02 * x)

    x, info, ier, _ = ao.fsolve(fun, np.zeros(3), fprime=jac if given else None, full_output=True)
    r = np.zeros((3, 3))
    r[np.triu_indices(3)] = info["r"]
    np.testing.assert_allclose(info["fjac"] @ info["fjac"].T, np.eye(3), atol=1e-14)
    np.testing.assert_allclose(info["fjac"].T @ r, jac(x), atol=1e-2)  # updated, not evaluated at x
    np.testing.assert_allclose(info["qtf"], info["fjac"] @ info["fvec"])
    lm = ao.root(fun, np.zeros(3), method="lm", jac=jac if given else None)
    p = np.eye(3)[:, lm.ipvt]
    np.testing.assert_allclose(np.triu(lm.fjac.T).T @ np.triu(lm.fjac.T), (jac(x) @ p).T @ (jac(x) @ p), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(lm.cov_x, np.linalg.inv(jac(x).T @ jac(x)), rtol=1e-4)
    assert "jac" not in lm and not {"fjac", "r", "qtf"} & ao.root(fun, np.zeros(3), method="broyden1").keys()
