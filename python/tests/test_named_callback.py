"""The callback, and what minimize returns."""

from collections import OrderedDict

import numpy as np
import pytest
from frameworks import NumPy, Quadratic, every, require

from argmin._errors import ConvergenceWarning
from argmin._result import OptimizeResult

METHODS = [
    "CG",
    "BFGS",
    "L-BFGS-B",
    "TNC",
    "SLSQP",
    "trust-constr",
    "Newton-CG",
    "Nelder-Mead",
    "Powell",
    "COBYLA",
    "COBYQA",
]
quietly = pytest.mark.filterwarnings("ignore:Method .* does not use gradient")


@every
@pytest.mark.parametrize("method", METHODS[:6])
def test_once_per_iteration(cls, method):
    """With an OrderedDict like the result, also where SciPy gives trust-constr more."""
    q, seen = Quadratic(cls), []
    r = q.minimize(q.pair, q.x0, method=method, callback=seen.append, full_output=True)
    assert len(seen) >= r.nit >= 1
    for x in seen:
        assert isinstance(x, OrderedDict) and list(x) == ["a", "b"]
        assert {k: v.dtype for k, v in x.items()} == {k: v.dtype for k, v in q.x0.items()}
    q.near(seen[-1], a=q.fw.array(r.x["a"]), b=q.fw.array(r.x["b"]))


@every
def test_what_it_returns_does_not_matter(cls):
    q = Quadratic(cls)
    for method in ("L-BFGS-B", "trust-constr"):
        q.near(q.minimize(q.pair, q.x0, method=method, callback=lambda x: True), atol=1e-4)


@quietly
@pytest.mark.parametrize("method", METHODS)
def test_stop_iteration(method):
    """It ends the search, with TNC too, and there is nothing to warn of."""
    q, seen = Quadratic(NumPy), []

    def stop(x):
        seen.append(x)
        raise StopIteration

    r = q.minimize(q.pair, q.x0, method=method, callback=stop, full_output=True)
    assert len(seen) == 1 and not r.success and r.reason == "stopped"
    with np.errstate(all="raise"):
        q.minimize(q.pair, q.x0, method=method, callback=stop)


@every
def test_intermediate_result(cls):
    """SciPy's way: a callback whose only parameter has this name gets more than x."""
    q, seen = Quadratic(cls), []

    def callback(intermediate_result):
        seen.append(intermediate_result)

    q.minimize(q.pair, q.x0, callback=callback)
    assert all(isinstance(r, OptimizeResult) for r in seen)
    last = seen[-1]
    np.testing.assert_allclose(last.fun, q.fw.array(q.value(last.x)), atol=1e-12)
    assert last.nit == len(seen) and last.nfev >= last.nit


@every
def test_only_the_tree_is_returned(cls):
    q = Quadratic(cls)
    x = q.minimize(q.pair, q.x0)
    assert type(x) is OrderedDict and list(x) == list(q.x0)


@every
@pytest.mark.parametrize("method", METHODS[:7])
def test_full_output(cls, method):
    q = Quadratic(cls)
    r = q.minimize(q.pair, q.x0, method=method, full_output=True)
    assert (
        isinstance(r, OptimizeResult) and r.success is True and isinstance(r.message, str) and r.reason == "converged"
    )
    q.near(r.x, atol=1e-4)
    assert r.fun == pytest.approx(0, abs=1e-6) and r.nfev >= 1 and r.njev >= 1 and r.nit >= 1
    assert type(r.jac) is OrderedDict
    for k, g in r.jac.items():
        np.testing.assert_allclose(q.fw.array(g), q.fw.array(q.pair(r.x)[1][k]), atol=1e-8)
    assert " success: True" in repr(r)


def test_evaluations_are_counted():
    """All of them, those that find out what the function gives too."""
    for fun in ("pair", "value"):
        q, calls = Quadratic(NumPy), []
        f = getattr(q, fun)
        for method in ("L-BFGS-B", "trust-constr", "SLSQP"):
            calls.clear()
            r = q.minimize(lambda x, f=f: calls.append(1) or f(x), q.x0, lb_dict=-9, method=method, full_output=True)
            assert r.nfev == len(calls), (fun, method)


@every
def test_no_convergence_is_said(cls):
    """dict-minimize says nothing. Here there is a warning, at the line of the call."""
    q = Quadratic(cls)
    slope = lambda x: (q.value(x), {k: -g for k, g in q.pair(x)[1].items()})  # noqa: E731
    with pytest.warns(ConvergenceWarning, match="minimize has not converged: .*full_output=True") as record:
        q.minimize(slope, q.x0, method="L-BFGS-B")
    assert record[0].filename == __file__
    r = q.minimize(slope, q.x0, method="L-BFGS-B", full_output=True)
    assert not r.success


@every
def test_quiet(cls, recwarn):
    q = Quadratic(cls)
    q.minimize(q.pair, q.x0)
    q.minimize(q.pair, q.x0, options={"maxiter": 1})
    assert not [w for w in recwarn if w.category.__module__.startswith("argmin")]


def test_verify():
    """Without the check of a success there are as many evaluations as in SciPy."""
    optimize = require("scipy.optimize")
    q = Quadratic(NumPy)

    def fun(x):
        return optimize.rosen(x["a"].ravel()), {"a": optimize.rosen_der(x["a"].ravel()).reshape(2, 2), "b": 0 * x["b"]}

    checked, plain = (
        q.minimize(fun, q.x0, fixed=["b"], method="BFGS", verify=v, full_output=True) for v in (True, False)
    )
    theirs = optimize.minimize(optimize.rosen, q.x0["a"].ravel(), jac=optimize.rosen_der, method="BFGS")
    assert plain.nfev == theirs.nfev <= checked.nfev and plain.success
    np.testing.assert_allclose(plain.x["a"].ravel(), theirs.x, atol=1e-8)


def test_return_all():
    q = Quadratic(NumPy)
    r = q.minimize(q.pair, q.x0, options={"return_all": True}, full_output=True)
    assert len(r.allvecs) == r.nit + 1
    np.testing.assert_array_equal(r.allvecs[0], np.concatenate([v.ravel() for v in q.x0.values()]))


def test_representation_is_scipys():
    scipy = require("scipy.optimize")
    for fields in (
        dict(scipy.minimize(scipy.rosen, np.full(9, 2.0), jac=scipy.rosen_der)),
        {
            "x": np.array([np.inf, np.nan, -1.0]),
            "lower": {"a": 1, "bb": np.ones(3)},
            "message": "m",
            "jac": [np.ones(30), np.eye(2)],
        },
        {},
    ):
        assert repr(OptimizeResult(fields)) == repr(scipy.OptimizeResult(fields))


def test_result_is_a_dict_with_attributes():
    r = OptimizeResult(x=1)
    r.fun = 2
    assert r["fun"] == 2 and dir(r) == ["fun", "x"] and type(r.copy()) is OptimizeResult
    del r.x
    with pytest.raises(AttributeError):
        r.x
    with pytest.raises(AttributeError):
        del r.x
