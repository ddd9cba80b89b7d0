"""argmin.optimize.minimize against SciPy's."""

from __future__ import annotations

import warnings
from multiprocessing.pool import ThreadPool

import numpy as np
import pytest
from frameworks import require

from argmin import optimize as ao

so = require("scipy.optimize")
X0 = np.array([1.3, 0.7, 0.8, 1.9, 1.2])
GRADIENT = ("CG", "BFGS", "Newton-CG", "L-BFGS-B", "TNC", "SLSQP", "trust-constr")
HESSIAN = ("dogleg", "trust-ncg", "trust-exact", "trust-krylov")
VALUES = ("Nelder-Mead", "Powell", "COBYLA", "COBYQA")


def quadratic(x):
    return (x[0] - 1) ** 2 + (x[1] - 2.5) ** 2


def quadratic_der(x):
    return np.array([2 * (x[0] - 1), 2 * (x[1] - 2.5)])


def both(*args, **kwargs):
    """The results of SciPy and of argmin, with the warnings of each."""
    out = []
    for module in (so, ao):
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            r = module.minimize(*args, **kwargs)
        out.append((r, [str(w.message) for w in seen]))
    return out


@pytest.mark.parametrize("method", GRADIENT)
def test_rosenbrock_with_gradient(method):
    (theirs, _), (ours, _) = both(so.rosen, X0, method=method, jac=so.rosen_der)
    assert theirs.success and ours.success
    np.testing.assert_allclose(ours.x, np.ones(5), atol=1e-3)
    assert ours.fun <= theirs.fun + 1e-6
    assert ours.status == theirs.status
    assert ours.nfev <= 1.3 * theirs.nfev + 5


@pytest.mark.parametrize("method", HESSIAN)
def test_rosenbrock_with_hessian(method):
    start = [1.1, 1.2, 1.4, 2.0, 3.9]  # where the Hessian is positive definite, as SciPy's dogleg needs it
    (theirs, _), (ours, _) = both(so.rosen, start, method=method, jac=so.rosen_der, hess=so.rosen_hess)
    np.testing.assert_allclose(ours.x, np.ones(5), atol=1e-4)
    assert ours.status == theirs.status == 0 and ours.message == theirs.message
    np.testing.assert_allclose(ours.hess, so.rosen_hess(ours.x), rtol=1e-10)
    assert set(theirs.keys()) <= set(ours.keys())


@pytest.mark.parametrize("method", VALUES)
def test_quadratic_by_values(method):
    (theirs, _), (ours, _) = both(quadratic, [0.0, 0.0], method=method)
    np.testing.assert_allclose(ours.x, [1, 2.5], atol=1e-3)
    assert ours.success and "jac" not in ours and "njev" not in ours
    assert type(ours.status) is type(theirs.status) is int


@pytest.mark.parametrize("method", GRADIENT)
def test_fields_are_scipys(method):
    (theirs, _), (ours, _) = both(so.rosen, X0, method=method, jac=so.rosen_der)
    # what SciPy's search says of its own subproblems, which ours does not have
    own = {"cg_niter", "cg_stop_cond", "constr_nfev", "constr_njev", "constr_nhev", "constr_penalty"}
    missing = set(theirs.keys()) - set(ours.keys()) - own
    assert not missing, missing


def test_the_first_evaluations_are_the_same():
    seen = {so: [], ao: []}
    for module, points in seen.items():
        module.minimize(lambda x, p=points: (p.append(x.copy()), so.rosen(x))[1], X0, method="BFGS", jac=so.rosen_der)
    np.testing.assert_allclose(seen[ao][:5], seen[so][:5], rtol=1e-12)


@pytest.mark.parametrize("method", ("L-BFGS-B", "TNC", "SLSQP", "trust-constr", "Nelder-Mead", "Powell", "COBYQA"))
@pytest.mark.parametrize("form", (lambda m: m.Bounds([-1, -1], [0.5, 2]), lambda m: [(-1, 0.5), (None, 2)]))
def test_bounds(method, form):
    jac = None if method in VALUES else quadratic_der
    for module in (so, ao):
        r = module.minimize(quadratic, [0.0, 0.0], method=method, jac=jac, bounds=form(module))
        # SciPy's trust-constr ends 8e-4 from the bounds
        np.testing.assert_allclose(r.x, [0.5, 2], atol=1e-3 if (module, method) == (so, "trust-constr") else 2e-4)


@pytest.mark.parametrize("method", ("SLSQP", "trust-constr", "COBYLA", "COBYQA"))
@pytest.mark.parametrize("form", ("dict", "linear", "nonlinear"))
def test_constraints(method, form):
    for module in (so, ao):
        c = {
            "dict": {"type": "ineq", "fun": lambda x: 2 - x[0] - x[1]},
            "linear": module.LinearConstraint([[1, 1]], -np.inf, 2),
            "nonlinear": module.NonlinearConstraint(lambda x: x[0] + x[1], -np.inf, 2),
        }[form]
        r = module.minimize(quadratic, [0.0, 0.0], method=method, constraints=c)
        np.testing.assert_allclose(r.x, [0.25, 1.75], atol=1e-3)
        assert r.success


@pytest.mark.parametrize("jac", (lambda x: [[x[1], x[0]]], "2-point", "3-point"))
def test_trust_constr_has_the_values_and_multipliers_of_each_constraint(jac):
    def solve(m):
        return m.minimize(
            so.rosen,
            [0.3, 0.7],
            jac=so.rosen_der,
            hess=so.rosen_hess,
            method="trust-constr",
            bounds=[(0, 0.8), (None, None)],
            constraints=[
                m.LinearConstraint([[1, 1]], -3, 1.2),
                m.NonlinearConstraint(lambda x: x[0] * x[1], 0.1, 0.1, jac=jac),
            ],
        )

    theirs, ours = solve(so), solve(ao)
    for name in ("constr", "jac", "v"):
        assert [np.shape(a) for a in ours[name]] == [np.shape(a) for a in theirs[name]], name
        for a, b in zip(ours[name], theirs[name]):
            np.testing.assert_allclose(a, b, atol=1e-4)
    np.testing.assert_allclose(ours.lagrangian_grad, 0, atol=1e-6 if callable(jac) else 1e-5)
    np.testing.assert_allclose(ours.grad, so.rosen_der(ours.x), rtol=1e-10)
    assert ours.method == theirs.method and ours.niter == ours.nit


@pytest.mark.parametrize("kind", ("sparse", "operator", "dense"))
def test_sparse_and_operator_derivatives(kind):
    sparse = require("scipy.sparse")
    linalg = require("scipy.sparse.linalg")
    form = {"sparse": sparse.csr_array, "operator": linalg.aslinearoperator, "dense": np.asarray}[kind]
    c = ao.NonlinearConstraint(lambda x: x[0] ** 2 + x[1], -np.inf, 1, jac=lambda x: form(np.array([[2 * x[0], 1.0]])))
    r = ao.minimize(quadratic, [0.0, 0.0], method="SLSQP", jac=quadratic_der, constraints=[c])
    ref = so.minimize(
        quadratic, [0.0, 0.0], method="SLSQP", constraints={"type": "ineq", "fun": lambda x: 1 - x[0] ** 2 - x[1]}
    )
    np.testing.assert_allclose(r.x, ref.x, atol=1e-5)
    h = ao.minimize(so.rosen, X0, method="trust-ncg", jac=so.rosen_der, hess=lambda x: form(so.rosen_hess(x)))
    np.testing.assert_allclose(h.x, np.ones(5), atol=1e-4)
    if kind != "operator":
        line = ao.LinearConstraint(form(np.array([[1.0, 1.0]])), -np.inf, 2)
        np.testing.assert_allclose(ao.minimize(quadratic, [0, 0], constraints=line).x, [0.25, 1.75], atol=1e-6)


def test_inverse_hessian_of_lbfgsb():
    def f(x):
        return x[0] ** 2 + 5 * x[1] ** 2 + x[0] * x[1]

    h = ao.minimize(
        f, [3.0, -1.0], jac=lambda x: np.array([2 * x[0] + x[1], 10 * x[1] + x[0]]), method="L-BFGS-B"
    ).hess_inv
    want = np.linalg.inv([[2, 1], [1, 10]])
    assert h.shape == (2, 2) and h.dtype == np.float64
    np.testing.assert_allclose(h.todense(), want, rtol=0.2)
    np.testing.assert_allclose(h @ np.ones(2), h.todense().sum(axis=1))
    np.testing.assert_allclose(h.matvec([1, 0]), np.asarray(h)[:, 0])


@pytest.mark.parametrize("jac", (True, False))
def test_inverse_hessian_of_many_variables(jac):
    rng = np.random.default_rng(0)
    d = 1 + rng.random(150)
    given = {"jac": lambda x: d * x} if jac else {}
    r = ao.minimize(lambda x: 0.5 * np.sum(d * x * x), np.ones(150), method="L-BFGS-B", **given)
    h = r.hess_inv
    assert h.shape == (150, 150) and 1 <= h.n_corrs <= 10
    theirs = so.LbfgsInvHessProduct(h.sk, h.yk)
    v = rng.random(150)
    np.testing.assert_allclose(h @ v, theirs @ v, rtol=1e-10)
    np.testing.assert_allclose(h.todense(), theirs.todense(), rtol=1e-8, atol=1e-12)
    if jac:
        assert h.n_corrs == min(r.nit, 10)


@pytest.mark.parametrize("method", ("L-BFGS-B", "SLSQP", "TNC", "trust-constr"))
def test_fixed_variables(method):
    r = ao.minimize(so.rosen, [0.5, 2.0, 0.5], method=method, bounds=[(0, 3), (2, 2), (0, 3)])
    assert r.x[1] == 2
    if method != "trust-constr":
        assert np.isnan(r.jac[1]) and np.isfinite(r.jac[[0, 2]]).all()
    with_gradient = ao.minimize(
        so.rosen, [0.5, 2.0, 0.5], method=method, jac=so.rosen_der, bounds=[(0, 3), (2, 2), (0, 3)]
    )
    gradient = with_gradient.grad if method == "trust-constr" else with_gradient.jac
    np.testing.assert_allclose(gradient, so.rosen_der(with_gradient.x), rtol=1e-9)


@pytest.mark.parametrize("method", ("L-BFGS-B", "SLSQP", "TNC"))
def test_all_variables_fixed(method):
    (theirs, _), (ours, _) = both(
        lambda x, a: np.sum(x) + a, (1.0, 3.0), args=(2,), bounds=[(1, 1), (2, 2)], method=method
    )
    assert ours.success and ours.fun == theirs.fun == 5 and ours.nfev == theirs.nfev == 1
    assert ours.message == theirs.message == "All independent variables were fixed by bounds."
    if method == "SLSQP":
        (theirs, _), (ours, _) = both(
            np.sum,
            (1.0, 3.0),
            bounds=[(1, 1), (2, 2)],
            method=method,
            constraints={"type": "eq", "fun": lambda x: x[0]},
        )
        assert not ours.success and ours.message == theirs.message


@pytest.mark.parametrize("method", ("BFGS", "L-BFGS-B", "CG", "TNC", "SLSQP", "trust-constr"))
def test_workers(method):
    alone = ao.minimize(so.rosen, X0[:3], method=method)
    with ThreadPool(2) as pool:
        for workers in (2, pool.map, map):
            r = ao.minimize(so.rosen, X0[:3], method=method, options={"workers": workers})
            np.testing.assert_allclose(r.x, alone.x, rtol=1e-12)
            # The check of success takes gradients of the workers as given ones and its own differences as such:
            # it makes up to four more of the one or the other.
            assert abs(r.nfev - alone.nfev) <= 4 * (len(r.x) + 1)


def test_counts_of_a_map_are_the_calls():
    calls = []

    def f(x):
        calls.append(1)
        return so.rosen(x)

    assert ao.minimize(f, X0[:3], method="BFGS", options={"workers": map}).nfev == len(calls)


@pytest.mark.parametrize("method", ("BFGS", "CG", "Nelder-Mead", "L-BFGS-B", "SLSQP", "trust-constr"))
@pytest.mark.parametrize("limit", (3, 3.0))
def test_limits(method, limit):
    (theirs, _), (ours, _) = both(
        so.rosen,
        X0,
        method=method,
        jac=None if method == "Nelder-Mead" else so.rosen_der,
        options={"maxiter": int(limit)},
    )
    again = ao.minimize(
        so.rosen, X0, method=method, jac=None if method == "Nelder-Mead" else so.rosen_der, options={"maxiter": limit}
    )
    assert not ours.success and ours.status == theirs.status and ours.nit == 3
    assert again.nit == ours.nit and again.nfev == ours.nfev
    if method not in ("L-BFGS-B", "trust-constr"):  # SciPy's trust-constr speaks of evaluations, whatever the limit
        assert ours.message.strip(". ").lower() == theirs.message.strip(". ").lower()


def test_an_infinite_limit_leaves_the_other():
    def noisy(v):
        r, t = np.hypot(v[0], v[1]), np.arctan2(v[0], v[1])
        return np.sin(r * 20 + t) + r * 0.5

    for limits in ({"maxfev": np.inf}, {"maxiter": np.inf}):
        r = ao.minimize(noisy, [2, 2], method="Nelder-Mead", options=limits)
        assert r.nit <= 400 and (r.success or r.nfev >= 400 or r.nit >= 400)


def test_callbacks():
    for method in ("BFGS", "L-BFGS-B", "SLSQP", "TNC", "Nelder-Mead"):
        points, results = [], []
        jac = None if method == "Nelder-Mead" else so.rosen_der
        r = ao.minimize(so.rosen, X0, method=method, jac=jac, callback=points.append)
        ao.minimize(
            so.rosen,
            X0,
            method=method,
            jac=jac,
            callback=lambda intermediate_result: results.append(intermediate_result),
        )
        assert len(points) == len(results) == r.nit
        assert results[-1].fun == so.rosen(results[-1].x)
        np.testing.assert_array_equal(points[-1], results[-1].x)

    def stop(x):
        raise StopIteration

    (theirs, _), (ours, _) = both(so.rosen, X0, jac=so.rosen_der, method="BFGS", callback=stop)
    assert ours.nit == theirs.nit == 1 and ours.status == theirs.status == 99 and ours.message == theirs.message
    infos = []
    ao.minimize(
        so.rosen, X0, jac=so.rosen_der, method="trust-constr", callback=lambda x, info: bool(infos.append(info))
    )
    assert all("nit" in i and "niter" in i for i in infos)


@pytest.mark.parametrize(
    "method, given, text",
    (
        ("Nelder-Mead", {"jac": so.rosen_der}, "does not use gradient information"),
        ("BFGS", {"hess": so.rosen_hess}, "does not use Hessian information"),
        ("BFGS", {"hessp": so.rosen_hess_prod}, "Hessian-vector product information"),
        ("BFGS", {"bounds": [(0, 2)] * 5}, "cannot handle bounds"),
        ("BFGS", {"constraints": {"type": "ineq", "fun": np.sum}}, "cannot handle constraints"),
        ("BFGS", {"options": {"nonsense": 1}}, "Unknown solver options: nonsense"),
        ("SLSQP", {"options": {"return_all": True}}, "does not support the return_all option"),
        ("Nelder-Mead", {"bounds": [(2, 3)] * 5}, "Initial guess is not within the specified bounds"),
    ),
)
def test_warnings(method, given, text):
    (_, theirs), (_, ours) = both(so.rosen, X0, method=method, **given)
    assert any(text in w for w in theirs), theirs
    assert any(text in w for w in ours), ours


def test_ignored_options_of_constraints_are_warned_of():
    for given in ({"keep_feasible": True}, {"hess": ao.BFGS()}, {"finite_diff_rel_step": 0.1}):
        with pytest.warns(ao.OptimizeWarning, match="ignored"):
            ao.minimize(quadratic, [0, 0], method="SLSQP", constraints=ao.NonlinearConstraint(np.sum, -9, 9, **given))


def test_disp_warns_of_no_success(capsys):
    with pytest.warns(RuntimeWarning, match="Maximum number of iterations"):
        ao.minimize(so.rosen, np.zeros(10), method="Nelder-Mead", options={"maxiter": 1, "disp": True})
    assert "Maximum number of iterations" in capsys.readouterr().out


def test_nelder_mead_keeps_the_precision_of_the_start():
    def f(x):
        assert x.dtype == np.float32
        return so.rosen(x)

    ao.minimize(f, np.array([5, 4], np.float32), method="Nelder-Mead")


def test_jac_forms():
    for jac in (None, False, "2-point", "3-point", "cs", so.rosen_der):
        np.testing.assert_allclose(ao.minimize(so.rosen, X0, jac=jac, method="BFGS").x, np.ones(5), atol=1e-4)
    r = ao.minimize(lambda x: (so.rosen(x), so.rosen_der(x)), X0, jac=True)
    np.testing.assert_allclose(r.x, np.ones(5), atol=1e-5)


def test_custom_method():
    def mine(fun, x0, args, **options):
        return ao.OptimizeResult(x=x0, fun=fun(x0, *args), success=True, seen=options["bounds"])

    assert ao.minimize(so.rosen, X0, method=mine, bounds=[(0, 1)] * 5).seen == [(0, 1)] * 5


@pytest.mark.parametrize(
    "given, text",
    (
        ({"method": "nonsense"}, "Unknown solver"),
        ({"x0": np.ones((2, 2))}, "must only have one dimension"),
        ({"x0": ["a"]}, "real numbers"),
        ({"fun": lambda x: x}, "must return a scalar value"),
        ({"method": "Newton-CG"}, "Jacobian is required"),
        ({"method": "dogleg", "jac": so.rosen_der}, "Hessian is required"),
        ({"jac": "4-point"}, "want a function"),
        ({"jac": lambda x: np.ones(3)}, "gradient has shape"),
        ({"bounds": [(0, 1)]}, "number of bounds is not compatible"),
        ({"bounds": [(1, 0)] * 5}, "upper bound is less than"),
        ({"options": {"c1": 0.5, "c2": 0.1}, "method": "BFGS"}, "'c1' and 'c2'"),
        ({"options": {"hess_inv0": -np.eye(5)}, "method": "BFGS"}, "'hess_inv0' matrix isn't positive definite"),
        ({"constraints": {"type": "less", "fun": np.sum}}, "Unknown constraint type"),
        ({"constraints": 3}, "constraint 0 is 3, want a dict"),
        ({"constraints": [3]}, "want a dict, LinearConstraint or NonlinearConstraint"),
        ({"constraints": ao.LinearConstraint(np.ones((1, 3)), 0, 1)}, r"has shape \(1, 3\)"),
        ({"constraints": ao.NonlinearConstraint(np.sum, [0, 0, 0], 1)}, "limits of a constraint"),
    ),
)
def test_bad_input(given, text):
    call = {"fun": so.rosen, "x0": X0, **given}
    with pytest.raises((ValueError, TypeError), match=text):
        ao.minimize(call.pop("fun"), call.pop("x0"), **call)


def test_constraint_without_type_or_function():
    with pytest.raises(KeyError, match="no type"):
        ao.minimize(np.sum, [0, 0], constraints={"fun": np.sum})
    with pytest.raises(KeyError, match="no function"):
        ao.minimize(np.sum, [0, 0], constraints={"type": "eq"})


def test_exceptions_come_back_as_themselves():
    error = RuntimeError("mine")

    def raising(*_):
        raise error

    for given in (
        {"fun": raising},
        {"jac": raising},
        {"callback": raising},
        {"constraints": {"type": "eq", "fun": raising}},
    ):
        call = {"fun": so.rosen, **given}
        with pytest.raises(RuntimeError) as e:
            ao.minimize(call.pop("fun"), X0, **call)
        assert e.value is error


def test_rosen_is_scipys():
    x, p = np.array([0.3, -1.2, 2.0, 0.1]), np.arange(4.0)
    for name in ("rosen", "rosen_der", "rosen_hess"):
        np.testing.assert_allclose(getattr(ao, name)(x), getattr(so, name)(x))
    np.testing.assert_allclose(ao.rosen_hess_prod(x, p), so.rosen_hess_prod(x, p))


def test_show_options(capsys):
    text = ao.show_options("minimize", "bfgs", disp=False)
    assert all(o in text for o in ("gtol", "c1", "hess_inv0"))
    ao.show_options("root_scalar")
    assert "brentq" in capsys.readouterr().out
    with pytest.raises(ValueError, match="Unknown solver"):
        ao.show_options("nonsense")
    with pytest.raises(ValueError, match="Unknown solver"):
        ao.show_options("minimize", "nonsense")
