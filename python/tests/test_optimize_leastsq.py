"""Sums of squares and curve fitting against SciPy's."""

from __future__ import annotations

from multiprocessing.pool import ThreadPool

import numpy as np
import pytest
from frameworks import require

from argmin import optimize as ao

so = require("scipy.optimize")
T = np.linspace(0, 4, 40)
Y = 2.5 * np.exp(-1.3 * T) + 0.5 + 0.05 * np.sin(40 * T)


def rosenbrock(x):
    return np.array([10 * (x[1] - x[0] ** 2), 1 - x[0]])


def rosenbrock_jac(x):
    return np.array([[-20 * x[0], 10], [-1, 0]])


def model(t, a, b, c):
    return a * np.exp(-b * t) + c


@pytest.mark.parametrize("method", ("trf", "dogbox", "lm"))
@pytest.mark.parametrize("jac", ("2-point", "3-point", "cs", rosenbrock_jac))
def test_least_squares(method, jac):
    theirs, ours = (m.least_squares(rosenbrock, [-2.0, 1.0], jac, method=method) for m in (so, ao))
    assert ours.success and ours.status in (1, 2, 3, 4)
    np.testing.assert_allclose(ours.x, [1, 1], rtol=1e-6)
    assert ours.nfev <= 2 * theirs.nfev + 10
    assert set(theirs.keys()) <= set(ours.keys())
    np.testing.assert_allclose(ours.jac, rosenbrock_jac(ours.x), atol=1e-4)


@pytest.mark.parametrize("method", ("trf", "dogbox"))
def test_bounds(method):
    for bounds in (([-np.inf, 1.5], np.inf), ao.Bounds([-np.inf, 1.5], np.inf)):
        r = ao.least_squares(rosenbrock, [-2.0, 2.0], bounds=bounds, method=method)
        ref = so.least_squares(rosenbrock, [-2.0, 2.0], bounds=([-np.inf, 1.5], np.inf), method=method)
        np.testing.assert_allclose(r.x, ref.x, atol=1e-5)
        np.testing.assert_array_equal(r.active_mask, ref.active_mask)


@pytest.mark.parametrize(
    "loss",
    ("linear", "soft_l1", "huber", "cauchy", "arctan", lambda z: np.array([z, np.ones_like(z), np.zeros_like(z)])),
)
def test_losses(loss):
    y = Y.copy()
    y[::7] += 2
    theirs, ours = (
        m.least_squares(lambda p: model(T, *p) - y, [1.0, 1.0, 0.0], loss=loss, f_scale=0.1) for m in (so, ao)
    )
    assert ours.cost <= theirs.cost * (1 + 1e-6)


@pytest.mark.parametrize("kind", ("sparse", "operator"))
@pytest.mark.parametrize("method", ("trf", "dogbox"))
def test_sparse_and_operator_jacobians(kind, method):
    sparse, linalg = require("scipy.sparse"), require("scipy.sparse.linalg")
    form = {"sparse": sparse.csr_matrix, "operator": linalg.aslinearoperator}[kind]
    r = ao.least_squares(rosenbrock, [-2.0, 1.0], lambda x: form(rosenbrock_jac(x) + 0 * np.eye(2)), method=method)
    np.testing.assert_allclose(r.x, [1, 1], rtol=1e-6)
    pattern = ao.least_squares(rosenbrock, [-2.0, 1.0], jac_sparsity=sparse.csr_matrix([[1, 1], [1, 0]]), method=method)
    np.testing.assert_allclose(pattern.x, [1, 1], rtol=1e-6)
    assert sparse.issparse(pattern.jac)


@pytest.mark.parametrize("method", ("trf", "dogbox", "lm"))
def test_workers(method):
    alone = ao.least_squares(rosenbrock, [-2.0, 1.0], method=method)
    with ThreadPool(2) as pool:
        for workers in (2, pool.map):
            r = ao.least_squares(rosenbrock, [-2.0, 1.0], method=method, workers=workers)
            assert r.success
            np.testing.assert_allclose(r.x, alone.x, rtol=1e-6)


def test_callback_and_verbose(capsys):
    seen = []
    ao.least_squares(
        rosenbrock, [-2.0, 1.0], callback=lambda intermediate_result: seen.append(intermediate_result.cost)
    )
    assert seen[-1] < 1e-10
    r = ao.least_squares(rosenbrock, [-2.0, 1.0], callback=lambda x: True, verbose=2)
    assert r.status == -2 and not r.success
    assert "Iteration" in capsys.readouterr().out


def test_values_of_single_precision():
    x = np.linspace(0, 1, 100, dtype=np.float32)
    y = np.float32(0.5) * x + np.float32(1)
    r = ao.least_squares(lambda p: (p[0] + p[1] * x).astype(np.float32) - y, [-1.0, -1.0])
    np.testing.assert_allclose(r.x, [1, 0.5], atol=1e-3)


@pytest.mark.parametrize(
    "given, error, text",
    (
        ({"method": "nonsense"}, ValueError, "`method` must be"),
        ({"jac": "nonsense"}, ValueError, "`jac` must be"),
        ({"loss": "nonsense"}, ValueError, "`loss` must be"),
        ({"tr_solver": "nonsense"}, ValueError, "`tr_solver` must be"),
        ({"tr_options": {"tol": 1}}, TypeError, "unexpected tr_options"),
        ({"verbose": 3}, ValueError, "`verbose` must be"),
        ({"x0": np.ones((2, 2))}, ValueError, "at most 1 dimension"),
        ({"x_scale": "auto"}, ValueError, "`x_scale` must be"),
        ({"x_scale": -1.0}, ValueError, "`x_scale` must be"),
        ({"bounds": (0, 1), "x0": [2.0, 0.5]}, ValueError, "outside of provided bounds"),
        ({"bounds": (1, 0)}, ValueError, "strictly less"),
        ({"bounds": (1, 2, 3)}, ValueError, "2 elements"),
        ({"bounds": (0, [1, 2, 3])}, ValueError, "Inconsistent shapes"),
        ({"bounds": (0, 9), "method": "lm"}, ValueError, "doesn't support bounds"),
        ({"loss": "huber", "method": "lm"}, ValueError, "only 'linear' loss"),
        ({"jac": lambda x: np.ones((3, 2))}, ValueError, "wrong shape"),
        ({"jac_sparsity": np.ones((2, 2)), "tr_solver": "exact"}, ValueError, "incompatible"),
        ({"jac_sparsity": np.ones((3, 2))}, ValueError, "`jac_sparsity` has shape"),
        ({"fun": lambda x: np.array([np.nan, 1])}, ValueError, "not finite in the initial point"),
        ({"fun": lambda x: np.ones((2, 2))}, ValueError, "at most 1-d"),
        ({"fun": lambda x: x[:1], "method": "lm"}, ValueError, "less than the number of variables"),
    ),
)
def test_least_squares_bad_input(given, error, text):
    call = {"fun": rosenbrock, "x0": [1.0, 2.0], **given}
    with pytest.raises(error, match=text):
        ao.least_squares(call.pop("fun"), call.pop("x0"), **call)


def test_leastsq():
    theirs, ours = (m.leastsq(rosenbrock, [-2.0, 1.0], full_output=True) for m in (so, ao))
    np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-6)
    np.testing.assert_allclose(ours[1], theirs[1], rtol=1e-3)
    assert ours[4] in (1, 2, 3, 4) and ours[2]["nfev"] <= 2 * theirs[2]["nfev"]
    np.testing.assert_allclose(
        ao.leastsq(rosenbrock, [-2.0, 1.0], Dfun=lambda x: rosenbrock_jac(x).T, col_deriv=True)[0], [1, 1]
    )
    with pytest.raises(TypeError, match="Improper input"):
        ao.leastsq(lambda x: x[:1], [0.0, 1.0])
    with pytest.raises(TypeError, match=r"Dfun has shape \(3, 3\)"):
        ao.leastsq(rosenbrock, [0.0, 1.0], Dfun=lambda x: np.ones((3, 3)))


@pytest.mark.parametrize("method", ("lm", "trf", "dogbox"))
@pytest.mark.parametrize("sigma", (None, np.full(40, 0.1), 0.01 * np.eye(40)))
@pytest.mark.parametrize("absolute", (True, False))
def test_curve_fit(method, sigma, absolute):
    theirs, ours = (m.curve_fit(model, T, Y, sigma=sigma, absolute_sigma=absolute, method=method) for m in (so, ao))
    np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-4)
    np.testing.assert_allclose(ours[1], theirs[1], rtol=1e-2, atol=1e-7)


def test_curve_fit_forms():
    bounded = ao.curve_fit(model, T, Y, bounds=(0, [3, 1, 1]))[0]
    np.testing.assert_allclose(bounded, so.curve_fit(model, T, Y, bounds=(0, [3, 1, 1]))[0], atol=1e-4)
    y = Y.copy()
    y[3] = np.nan
    np.testing.assert_allclose(
        ao.curve_fit(model, T, y, nan_policy="omit")[0], so.curve_fit(model, T, y, nan_policy="omit")[0], rtol=1e-4
    )
    out = ao.curve_fit(model, T, Y, full_output=True)
    assert len(out) == 5 and out[2]["nfev"] > 0 and out[4] in (1, 2, 3, 4)
    with pytest.warns(ao.OptimizeWarning, match="Covariance of the parameters could not be estimated"):
        assert np.isinf(ao.curve_fit(lambda x, a, b: a * x, T, T + 0.1 * T**2)[1]).all()


@pytest.mark.parametrize(
    "given, error, text",
    (
        ({"ydata": []}, ValueError, "must not be empty"),
        ({"ydata": np.full(40, np.nan)}, ValueError, "infs or NaNs"),
        ({"sigma": np.ones(3)}, ValueError, "`sigma` has incorrect shape"),
        ({"nan_policy": "nonsense"}, ValueError, "nan_policy must be"),
        ({"f": lambda x: x}, ValueError, "Unable to determine number of fit parameters"),
        ({"method": "lm", "bounds": (0, 9)}, ValueError, "only works for unconstrained"),
        ({"nonsense": 1}, TypeError, "unexpected keyword argument 'nonsense'"),
        ({"maxfev": 3}, RuntimeError, "Optimal parameters not found"),
    ),
)
def test_curve_fit_bad_input(given, error, text):
    call = {"f": model, "xdata": T, "ydata": Y, **given}
    with pytest.raises(error, match=text):
        ao.curve_fit(call.pop("f"), call.pop("xdata"), call.pop("ydata"), **call)


@pytest.mark.parametrize("m, n, rank", [(6, 3, 3), (3, 3, 3), (6, 3, 2), (5, 1, 1), (4, 2, 0)])
def test_the_factors_of_leastsq(m, n, rank):
    rng = np.random.default_rng(m + n + rank)
    j = rng.normal(size=(m, rank)) @ rng.normal(size=(rank, n))
    b = rng.normal(size=m)
    _, cov, info, _, _ = ao.leastsq(lambda x: j @ x - b, np.zeros(n), Dfun=lambda x: j, full_output=True)
    r, p = np.triu(info["fjac"].T[:n]), np.eye(n)[:, info["ipvt"]]
    np.testing.assert_allclose(r.T @ r, (j @ p).T @ (j @ p), atol=1e-12)
    d = np.abs(np.diag(r))
    assert info["fjac"].shape == (n, m) and np.all(np.diff(d) <= 1e-12) and np.sum(d > 1e-12) == rank
    if rank < n:
        assert cov is None
    else:
        np.testing.assert_allclose(cov, np.linalg.inv(j.T @ j))
        np.testing.assert_allclose(r.T @ info["qtf"], p.T @ j.T @ info["fvec"], atol=1e-12)
