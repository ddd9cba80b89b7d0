"""JAX objectives that are read as programs: nothing is called during a search."""

import warnings
from collections import OrderedDict

import numpy as np
import pytest
from frameworks import Jax, Quadratic, framework, require

from argmin import OptimizeWarning

METHODS = [
    "BFGS",
    "CG",
    "L-BFGS-B",
    "TNC",
    "SLSQP",
    "trust-constr",
    "Newton-CG",
    "trust-ncg",
    "trust-exact",
    "Nelder-Mead",
]


@pytest.fixture(autouse=True)
def programs():
    require("jax")
    warnings.simplefilter("error", OptimizeWarning)  # of functions that are called after all


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["value", "pair", "jitted"])
def test_like_the_calls(method, kind):
    q, calls = Quadratic(Jax), []

    def fun(x, shift):
        calls.append(1)
        return q.value(x, shift) + q.fw.sum(x["a"]) ** 4 / 100 if kind != "pair" else q.pair(x, shift)

    fun = framework(Jax).lib.jit(fun) if kind == "jitted" else fun
    options = {"maxiter": 5000}
    if method == "TNC":
        options = {"maxfun": 5000}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        called = q.minimize(fun, q.x0, args=(2.0,), method=method, full_output=True, options=options)
        calls.clear()
        r = q.minimize(fun, q.x0, args=(2.0,), method=method, full_output=True, options=options, compile=True)
    assert len(calls) <= 3 and r.success == called.success and list(r.x) == ["a", "b"]
    assert abs(r.fun - called.fun) < 1e-5
    for k in r.x:
        np.testing.assert_allclose(r.x[k], called.x[k], atol=5e-3)


def test_fixed_bounds_scale_and_constraints():
    q = Quadratic(Jax)
    r = q.minimize(q.value, q.x0, fixed=["a"], lb_dict={"b": 0.5}, scale=2.0, compile=True, full_output=True)
    q.near(r.x, a=q.x0["a"], b=0.5)
    c = {"type": "ineq", "fun": lambda x: q.fw.sum(x["b"]) - 3.0}
    q.near(q.minimize(q.value, q.x0, constraints=c, compile=True), b=1.0, atol=1e-4)


def test_types_and_trees():
    fw = framework(Jax)
    x0 = {"l": [fw.tensor([1.0, 2.0], "float32"), (fw.tensor(3.0),)]}
    x = fw.minimize(
        lambda x: fw.sum((x["l"][0] - 1) ** 2).astype("float64") + (x["l"][1][0] + 1) ** 2, x0, compile=True
    )
    assert x["l"][0].dtype == np.float32 and x["l"][1][0].dtype == np.float64
    np.testing.assert_allclose(x["l"][1][0], -1, atol=1e-4)


def test_data_of_args():
    """Arrays that a function takes or encloses are constants of the program."""
    fw = framework(Jax)
    rng = np.random.default_rng(0)
    A, b = rng.normal(size=(20, 3)), rng.normal(size=20)

    def loss(x, b):
        return fw.sum((A @ x["w"] - b) ** 2)

    for scale in (1.0, 2.0):
        x = fw.minimize(loss, OrderedDict(w=fw.tensor(np.zeros(3))), args=(scale * b,), compile=True)
        np.testing.assert_allclose(x["w"], np.linalg.lstsq(A, scale * b, rcond=None)[0], atol=1e-5)


def test_jitted_functions_are_read_once():
    q, traces = Quadratic(Jax), []

    def value(x, shift):
        traces.append(1)
        return q.value(x, shift)

    fun = q.fw.lib.jit(value)
    for _ in range(3):
        for shift in (1.0, 2.0):
            q.near(q.minimize(fun, q.x0, args=(shift,), compile=True), a=shift)
    assert len(traces) <= 4
    q.near(q.minimize(fun, q.x0, args=(1.0,), compile=True, fixed=["a"]), a=q.x0["a"])
    q.near(q.minimize(fun, q.x0, args=(q.fw.tensor(4.0),), compile=True), a=4.0)


def test_callback_and_interrupts():
    q, seen = Quadratic(Jax), []
    q.minimize(q.value, q.x0, compile=True, callback=seen.append)
    assert seen and list(seen[0]) == ["a", "b"]

    def stop(x):
        raise KeyError("here")

    with pytest.raises(KeyError, match="here"):
        q.minimize(q.value, q.x0, compile=True, callback=stop)


def test_what_cannot_be_read():
    """A warning, and the function is called."""
    q = Quadratic(Jax)
    jax = q.fw.lib

    def by_numpy(x):
        return q.value({k: np.asarray(v) for k, v in x.items()}), q.pair(x)[1]

    def by_callback(x):
        shift = jax.pure_callback(lambda: np.float64(3.0), jax.ShapeDtypeStruct((), np.float64))
        return q.value(x, jax.lax.stop_gradient(shift))

    for fun in (by_numpy, by_callback):
        with pytest.warns(OptimizeWarning, match="compile=True: the function is called as it is"):
            q.near(q.minimize(fun, q.x0, compile=True))
    with jax.enable_x64(False), pytest.warns(OptimizeWarning, match="JAX's 64-bit types are off"):
        q.minimize(q.value, {k: np.asarray(v, np.float32) for k, v in q.x0.items()}, compile=True, method="L-BFGS-B")


def test_an_error_in_the_function_is_itself():
    q = Quadratic(Jax)
    e = ZeroDivisionError("here")

    def fails(x):
        raise e

    with pytest.raises(ZeroDivisionError) as got:
        q.minimize(fails, q.x0, compile=True)
    assert got.value is e
