"""Methods, tol and options."""

from collections import OrderedDict

import numpy as np
import pytest
from frameworks import NumPy, Quadratic, every, framework, require

from argmin._errors import OptimizeWarning

GRADIENT = ["CG", "BFGS", "L-BFGS-B", "TNC", "SLSQP", "trust-constr", "Newton-CG"]
HESSIAN = ["dogleg", "trust-ncg", "trust-exact", "trust-krylov"]
VALUES = ["Nelder-Mead", "Powell", "COBYLA", "COBYQA"]


@every
@pytest.mark.parametrize("method", GRADIENT)
def test_documented(cls, method):
    q = Quadratic(cls)
    q.near(q.minimize(q.pair, q.x0, method=method), atol=1e-4)
    q.near(q.minimize(q.pair, q.x0, method=method.upper()), atol=1e-4)


@every
@pytest.mark.parametrize("method", HESSIAN)
@pytest.mark.parametrize("alone", [True, False])
def test_with_hessians(cls, method, alone):
    """dict-minimize cannot. Products are found by the framework, or by differences of the gradients."""
    q = Quadratic(cls)
    if alone and cls is NumPy:
        with pytest.raises(ValueError, match=f"Method {method} needs the gradient"):
            q.minimize(q.value, q.x0, method=method)
        return
    r = q.minimize(q.value if alone else q.pair, q.x0, method=method, full_output=True)
    q.near(r.x, atol=1e-4)
    assert r.success


@pytest.mark.parametrize("method", VALUES)
def test_values_only(method):
    q = Quadratic(NumPy)
    with pytest.warns(RuntimeWarning, match=f"Method {method} does not use gradient information"):
        x = q.minimize(q.pair, q.x0, method=method, options={"maxiter": 4000})
    q.near(x, atol=0.05)


@every
def test_default(cls):
    """BFGS, with bounds L-BFGS-B, with constraints SLSQP."""
    q = Quadratic(cls)
    run = lambda **more: q.minimize(q.pair, q.x0, full_output=True, **more)  # noqa: E731
    assert run().message == run(method="BFGS").message and run().nfev == run(method="BFGS").nfev
    assert run(ub_dict=2).message == run(ub_dict=2, method="l-bfgs-b").message
    c = {"type": "ineq", "fun": lambda x: x["b"]}
    assert run(constraints=c).nit == run(constraints=c, method="slsqp").nit


@every
def test_unknown(cls):
    q = Quadratic(cls)
    with pytest.raises(ValueError, match=r"Unknown solver 'BFSG' \(did you mean 'BFGS'\?\)"):
        q.minimize(q.pair, q.x0, method="BFSG")
    with pytest.raises(TypeError, match="method is a int"):
        q.minimize(q.pair, q.x0, method=3)


@every
def test_unknown_option(cls):
    q = Quadratic(cls)
    with pytest.warns(OptimizeWarning, match=r"Unknown solver options: maxitr \(did you mean 'maxiter'\?\)") as record:
        q.near(q.minimize(q.pair, q.x0, options={"maxitr": 3}))
    assert record[0].filename == __file__


def test_tnc_has_no_maxiter():
    q = Quadratic(NumPy)
    with pytest.warns(OptimizeWarning, match="Unknown solver options: maxiter"):
        q.near(q.minimize(q.pair, q.x0, method="TNC", options={"maxiter": 0}))


@pytest.mark.parametrize("method", ["CG", "BFGS", "SLSQP", "trust-constr", "L-BFGS-B"])
def test_no_iterations(method):
    """x0 comes back, from L-BFGS-B too; a limit of the user's own is nothing to warn of."""
    q = Quadratic(NumPy)
    x = q.minimize(q.pair, q.x0, method=method, options={"maxiter": 0})
    q.near(x, a=q.x0["a"], b=q.x0["b"], atol=0)


@pytest.mark.parametrize("method", GRADIENT)
def test_disp(method, capsys):
    """It prints how the search ended, and warns of nothing."""
    q = Quadratic(NumPy)
    q.minimize(q.pair, q.x0, method=method, options={"disp": True})
    out = capsys.readouterr().out
    assert "Current function value: 0.000000" in out and "Function evaluations:" in out
    q.minimize(q.pair, q.x0, method=method, options={"disp": False})
    assert capsys.readouterr().out == ""


def test_options_and_tol():
    q = Quadratic(NumPy)
    loose = q.minimize(q.value, q.x0, tol=1e-1, method="BFGS", full_output=True)
    tight = q.minimize(q.value, q.x0, tol=1e-8, method="BFGS", full_output=True, jac="3-point")
    assert np.abs(loose.jac["a"]).max() <= 0.1 and np.abs(tight.jac["a"]).max() <= 1e-8
    r = q.minimize(
        q.pair,
        q.x0,
        method="L-BFGS-B",
        options={"maxcor": 5, "gtol": 1e-10, "ftol": 0, "maxiter": 50},
        full_output=True,
    )
    q.near(r.x, atol=1e-9)


@every
def test_a_method_of_ones_own(cls):
    """Called as SciPy calls it."""
    q = Quadratic(cls)

    def descent(fun, x0, args=(), jac=None, bounds=None, callback=None, rate=0.1, **rest):
        assert args == () and bounds == [(-np.inf, 2.0)] * 7
        x = np.array(x0)
        for _ in range(60):
            x = np.clip(x - rate * jac(x), -np.inf, [b for _, b in bounds])
            callback(x)
        return type("R", (dict,), {"__getattr__": dict.__getitem__})(x=x, fun=fun(x), success=True)

    seen = []
    x = q.minimize(q.pair, q.x0, method=descent, ub_dict=2.0, callback=seen.append, options={"rate": 0.25})
    q.near(x, a=2.0)
    assert len(seen) == 60 and list(seen[0]) == ["a", "b"]


def test_rosenbrock_as_the_peer():
    """At least as good a minimum as dict-minimize's, with each of its methods."""
    optimize = require("scipy.optimize")
    peer = require("dict_minimize.numpy_api").minimize
    fw = framework(NumPy)

    def fun(x):
        return optimize.rosen(x["a"]) + optimize.rosen(x["b"]), OrderedDict(
            (k, optimize.rosen_der(v)) for k, v in x.items()
        )

    x0 = OrderedDict(a=np.array([0.5, -0.4, 1.2]), b=np.array([0.1, -0.9, 0.3, 1.0, 1.3]))
    for method in ("CG", "BFGS", "L-BFGS-B", "TNC", "SLSQP", "trust-constr"):
        options = {"maxfun": 500} if method == "TNC" else None
        ours, theirs = (fun(f(fun, x0, method=method, options=options))[0] for f in (fw.minimize, peer))
        assert ours <= max(2 * theirs, 1e-7), (method, ours, theirs)
