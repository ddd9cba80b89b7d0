"""Constraints by name, Hessians by name, and what else is beyond dict-minimize."""

import numpy as np
import pytest
from frameworks import Jax, NumPy, Quadratic, differentiating, every, framework, require

from argmin._constraints import LinearConstraint, NonlinearConstraint
from argmin._errors import InputError

METHODS = pytest.mark.parametrize("method", ["SLSQP", "trust-constr", "COBYLA", "COBYQA"])
pytestmark = pytest.mark.filterwarnings("ignore:Method .* does not use gradient")
ATOL = {"COBYLA": 1e-3, "trust-constr": 1e-3}


@METHODS
def test_kinds(method):
    q = Quadratic(NumPy)
    tol = ATOL.get(method, 1e-4)
    for c, solution in (
        ({"type": "ineq", "fun": lambda x: x["b"] - 0.5}, {"b": 0.5}),
        ({"type": "eq", "fun": lambda x: x["b"].sum() - 3.0}, {"b": 1.0}),
        (
            [NonlinearConstraint(lambda x: x["b"].sum(), 3, 3), LinearConstraint({"a": np.ones((2, 2))}, ub=8)],
            {"b": 1.0, "a": 2.0},
        ),
        (
            LinearConstraint({"a": np.eye(4).reshape(4, 2, 2), "b": 0 * np.ones((4, 3))}, ub=[1, 2, 3, 4]),
            {"a": [[1, 2], [3, 3]]},
        ),
        (LinearConstraint([[1, 1, 1, 1, 0, 0, 0]], -np.inf, 8), {"a": 2.0}),
    ):
        r = q.minimize(q.pair, q.x0, constraints=c, method=method, full_output=True, options={"maxiter": 5000})
        q.near(r.x, atol=tol, **solution)
        assert r.success and r.maxcv < 1e-4


@every
def test_values_of_the_framework(cls):
    """A Jacobian is found by the framework where it differentiates, by differences in NumPy."""
    q = Quadratic(cls)
    calls = []

    def con(x):
        calls.append(1)
        return q.fw.sum(x["b"] ** 2) + q.fw.sum(x["a"])

    for method in ("SLSQP", "trust-constr"):
        calls.clear()
        r = q.minimize(q.value, q.x0, constraints=NonlinearConstraint(con, 5.0, 5.0), method=method, full_output=True)
        assert r.success and abs(float(q.fw.array(con(r.x))) - 5) < 1e-4
        a, b = q.fw.array(r.x["a"]), q.fw.array(r.x["b"])
        lagrange = -2 * (a - 3).mean()
        np.testing.assert_allclose(2 * (a - 3), -lagrange, atol=1e-2)
        np.testing.assert_allclose(2 * (b + 1), -lagrange * 2 * b, atol=1e-2)


@differentiating
def test_jacobian_of_several_values(cls):
    """Compared with the derivatives by hand, with compiled functions too."""
    q = Quadratic(cls)
    for compiled in (False, True):
        con = lambda x: x["b"] ** 2 * q.fw.sum(x["a"])  # noqa: E731
        con = q.fw.compile(con) if compiled else con
        r = q.minimize(q.value, q.x0, constraints=NonlinearConstraint(con, 1.0, 2.0), method="SLSQP", full_output=True)
        v = q.fw.array(con(r.x))
        assert r.success and np.all(v > 1 - 1e-5) and np.all(v < 2 + 1e-5)


def test_jacobian_by_name():
    q = Quadratic(NumPy)
    c = NonlinearConstraint(lambda x: x["b"] ** 2, 1.5, 2, jac=lambda x: {"a": None, "b": np.diag(2 * x["b"])})
    for method in ("SLSQP", "trust-constr"):
        q.near(q.minimize(q.pair, q.x0, constraints=c, method=method), b=[1.5**0.5, -(1.5**0.5), 1.5**0.5], atol=3)
    c = NonlinearConstraint(lambda x: x["b"] ** 2, 1, 2, jac=lambda x: {"a": None, "b": 2 * x["b"]})
    with pytest.raises(InputError, match=r"the Jacobian of constraint 0 by 'b' has shape \(3,\), want \(3, 3\)"):
        q.minimize(q.pair, q.x0, constraints=c)


@every
def test_with_fixed_names(cls):
    q = Quadratic(cls)
    total = LinearConstraint({"a": np.ones((2, 2)), "b": np.ones(3)}, 5.0, 5.0)
    nonlinear = NonlinearConstraint(lambda x: q.fw.sum(x["a"]) + q.fw.sum(x["b"]), 5.0, 5.0)
    for c in (total, nonlinear):
        r = q.minimize(q.value, q.x0, constraints=c, fixed=["a"], full_output=True)
        q.near(r.x, a=q.fw.array(q.x0["a"]), b=0.5, atol=1e-4)


def test_scipys_own():
    optimize = require("scipy.optimize")
    q = Quadratic(NumPy)
    c = [
        optimize.NonlinearConstraint(lambda x: x["b"].sum(), 3, 3),
        optimize.LinearConstraint([[1, 1, 1, 1, 0, 0, 0]], ub=8),
    ]
    q.near(q.minimize(q.pair, q.x0, constraints=c), a=2.0, b=1.0, atol=1e-4)


@pytest.mark.parametrize(
    "c, match",
    [
        ({"type": "le", "fun": len}, "constraint 0 has type 'le'"),
        (3, "not iterable|constraint"),
        ([3], "constraint 0 is a int, want a dict"),
        (
            NonlinearConstraint(lambda x: x["b"], [0, 0], 1),
            r"lb of constraint 0 has shape \(2,\), which cannot be broadcast to that of the value, \(3,\)",
        ),
        (NonlinearConstraint(lambda x: x["b"], 2, 1), "constraint 0 has a limit lb above its ub"),
        (NonlinearConstraint(lambda x: x["b"], np.nan, 1), "lb of constraint 0 is NaN"),
        (NonlinearConstraint(lambda x: x["b"][:0], 0, 1), r"the value of constraint 0 has shape \(0,\)"),
        (NonlinearConstraint(lambda x: "text", 0, 1), "the value of constraint 0 is 'text'"),
        (LinearConstraint({"c": [1.0]}), "A of constraint 0 has 'c', which is not in x0"),
        (
            LinearConstraint({"a": np.ones(3)}),
            r"A of constraint 0 has shape \(3,\) for 'a', want the shape of the value followed by \(2, 2\)",
        ),
        (LinearConstraint(np.ones((1, 3))), r"A of constraint 0 has shape \(1, 3\), want rows of 7"),
    ],
)
def test_wrong(c, match):
    q = Quadratic(NumPy)
    with pytest.raises((InputError, TypeError), match=match):
        q.minimize(q.pair, q.x0, constraints=c)


def test_shape_that_changes():
    q, calls = Quadratic(NumPy), []

    def con(x):
        calls.append(1)
        return x["b"] if len(calls) < 3 else x["a"]

    with pytest.raises(InputError, match=r"the value of constraint 0 has shape \(2, 2\), it had \(3,\) at x0"):
        q.minimize(q.pair, q.x0, constraints={"type": "ineq", "fun": con})


def test_methods_without_constraints():
    q = Quadratic(NumPy)
    with pytest.warns(RuntimeWarning, match="Method BFGS cannot handle constraints."):
        q.near(q.minimize(q.pair, q.x0, method="BFGS", constraints={"type": "ineq", "fun": lambda x: x["b"]}))


def quartic(fw):
    """A function whose Hessian changes, for products to be wrong in."""

    def value(x):
        return fw.sum((x["a"] - 3) ** 4) + fw.sum((x["b"] + 1) ** 2) * (1 + fw.sum(x["a"]) ** 2) + fw.sum(x["a"] ** 2)

    return value


@differentiating
@pytest.mark.parametrize("compiled", [False, True])
def test_hessian_products(cls, compiled):
    """By the framework: against differences of its gradients."""
    from argmin._backend import Objective
    from argmin._space import Space

    q = Quadratic(cls)
    backend = __import__(f"argmin._{cls.name}", fromlist=["backend"]).backend()
    space = Space(backend, q.x0, None)
    fun = quartic(q.fw)
    f = Objective(q.fw.compile(fun) if compiled else fun, (), space.tree, space.slots, False)
    product, both = backend.hessian_product(f), backend.value_and_gradient(f)
    rng = np.random.default_rng(1)
    p = rng.normal(size=7)
    got = np.concatenate([q.fw.array(t).ravel() for t in product(space.leaves(space.x0), space.leaves(p))])
    h = 1e-5
    up, down = (
        np.concatenate([q.fw.array(t).ravel() for t in both(space.leaves(space.x0 + s * h * p))[1]]) for s in (1, -1)
    )
    np.testing.assert_allclose(got, (up - down) / (2 * h), rtol=1e-6, atol=1e-5)


@differentiating
@pytest.mark.parametrize("method", ["Newton-CG", "trust-ncg", "trust-krylov", "trust-exact", "dogleg", "trust-constr"])
def test_second_order_methods(cls, method):
    q = Quadratic(cls)
    r = q.minimize(quartic(q.fw), q.x0, method=method, full_output=True)
    best = q.minimize(quartic(q.fw), q.x0, method="BFGS", full_output=True)
    assert r.success and r.fun <= best.fun + 1e-6 and r.nhev > 0


@differentiating
def test_linear_functions_have_no_curvature(cls):
    q = Quadratic(cls)
    r = q.minimize(
        lambda x: q.fw.sum(x["a"]) + 0 * q.fw.sum(x["b"]),
        q.x0,
        method="trust-constr",
        lb_dict=-1.0,
        ub_dict=4.0,
        full_output=True,
    )
    np.testing.assert_allclose(q.fw.array(r.x["a"]), -1, atol=1e-4)


def test_hessian_by_blocks():
    q = Quadratic(NumPy)
    eye = {"a": 2 * np.eye(4).reshape(2, 2, 2, 2), "b": 2 * np.eye(3)}
    hess = lambda x: {"a": {"a": eye["a"], "b": None}, "b": {"a": None, "b": eye["b"]}}  # noqa: E731
    for fixed in (None, ["a"]):
        r = q.minimize(q.pair, q.x0, method="trust-exact", hess=hess, fixed=fixed, full_output=True)
        assert r.success and r.nit <= 10
    with pytest.raises(InputError, match=r"the Hessian of 'a' and 'b' has shape \(3, 2, 2\), want \(2, 2, 3\)"):
        q.minimize(
            q.pair,
            q.x0,
            method="trust-exact",
            hess=lambda x: {k: {"a": v, "b": np.ones((3, 2, 2))} for k, v in eye.items()},
        )


@every
def test_hessian_product_by_hand(cls):
    q = Quadratic(cls)
    r = q.minimize(
        q.pair,
        q.x0,
        method="trust-ncg",
        hessp=lambda x, p, s: {k: 2 * v for k, v in p.items()},
        args=(3.0,),
        full_output=True,
    )
    q.near(r.x, atol=1e-4)
    with pytest.raises(InputError, match="the product with the Hessian has no 'b'"):
        q.minimize(q.pair, q.x0, method="trust-ncg", hessp=lambda x, p: {"a": p["a"]})
    with pytest.raises(TypeError, match="hessp is a int"):
        q.minimize(q.pair, q.x0, method="trust-ncg", hessp=3)
    with pytest.raises(InputError, match="hess is 'exact', want a function"):
        q.minimize(q.pair, q.x0, method="trust-ncg", hess="exact")
    with pytest.raises(InputError, match="jac is 'exact', want True"):
        q.minimize(q.pair, q.x0, jac="exact")


def test_progress(capsys, monkeypatch):
    q = Quadratic(NumPy)
    require("tqdm")
    q.minimize(q.pair, q.x0, progress=True)
    err = capsys.readouterr().err
    assert "minimize" in err and "value" in err and "|gradient|" in err
    monkeypatch.setitem(__import__("sys").modules, "tqdm.auto", None)
    q.minimize(q.pair, q.x0, progress=True)
    err = capsys.readouterr().err
    assert "minimize: " in err and "iterations, value" in err
    q.minimize(q.pair, q.x0)
    assert capsys.readouterr().err == ""


@every
def test_checkpoint(cls, tmp_path):
    """A search that was interrupted goes on where it was."""
    fw, q = framework(cls), Quadratic(cls)
    path, calls = tmp_path / "run.ckpt", []
    fun = quartic(fw)

    def counted(x):
        calls.append(1)
        return fun(x)

    whole = q.minimize(fun, q.x0, full_output=True)

    def dies(x):
        if len(calls) == 8:
            raise KeyboardInterrupt
        return counted(x)

    with pytest.raises(KeyboardInterrupt):
        q.minimize(dies, q.x0, checkpoint=path, jac=None)
    calls.clear()
    r = q.minimize(counted, q.x0, checkpoint=path, full_output=True)
    assert r.nreplay > 0 and r.fun == whole.fun and r.nit == whole.nit
    for k in q.x0:
        np.testing.assert_array_equal(fw.array(r.x[k]), fw.array(whole.x[k]))


def test_compiled_functions_are_compiled_once():
    """With other values of args too; and programs do not outlive their function."""
    jax = require("jax")
    import gc

    from argmin._jax import _programs

    q, traces = Quadratic(Jax), []

    def value(x, shift):
        traces.append(1)
        return q.value(x, shift)

    fun = jax.jit(value)
    for shift in (1.0, 2.0, 3.0):
        q.near(q.minimize(fun, q.x0, args=(shift,)), a=shift)
    assert len(traces) <= 3
    gc.collect()
    before = len(_programs)
    del fun
    gc.collect()
    assert len(_programs) == before - 1


def test_static_arguments():
    """A jitted function with arguments that are no arrays is called as it is."""
    jax = require("jax")
    q = Quadratic(Jax)
    fun = jax.jit(lambda x, kind: q.value(x, {"two": 2.0}[kind]), static_argnums=1)
    for method in ("BFGS", "trust-ncg"):
        q.near(q.minimize(fun, q.x0, args=("two",), method=method), a=2.0, atol=1e-4)
