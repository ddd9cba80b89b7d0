"""compile=True of jax_api: the same searches, without a call of the function."""

import numpy as np
import pytest

jax = pytest.importorskip("jax")
jnp = jax.numpy
jax.config.update("jax_enable_x64", True)

from argmin._vector import methods  # noqa: E402
from argmin.jax_api import minimize  # noqa: E402


def fun(x, shift):
    return jnp.sum((x["a"] ** 2 - x["b"]) ** 2) + jnp.sum((shift - x["a"]) ** 2)


START = {"a": np.array([[0.5, 2.0]]), "b": np.array([0.3, 0.1])}


def start(dtype=jnp.float64):
    return {k: jnp.asarray(v, dtype) for k, v in START.items()}


@pytest.mark.parametrize("method", sorted({m.name for m in methods().values()}))
def test_same_search(method):
    calls = []

    def counted(x, shift):
        calls.append(1)
        return fun(x, shift)

    options = {"maxiter": 200}
    plain = minimize(fun, start(), args=(1.0,), method=method, options=options, full_output=True)
    quick = minimize(counted, start(), args=(1.0,), method=method, options=options, full_output=True, compile=True)
    assert len(calls) <= 2  # at the start, and to read it
    assert quick.status == plain.status and quick.nit == pytest.approx(plain.nit, abs=2)
    np.testing.assert_allclose(quick.fun, plain.fun, atol=1e-6)
    for k in START:
        np.testing.assert_allclose(quick.x[k], plain.x[k], atol=1e-3)


def test_bounds_constraints_fixed_and_types():
    quick, plain = (
        minimize(fun, start(), args=(1.0,), ub_dict={"a": 0.8}, fixed=["b"], compile=c, full_output=True)
        for c in (True, False)
    )
    np.testing.assert_allclose(quick.x["a"], plain.x["a"], atol=1e-6)
    np.testing.assert_array_equal(quick.x["b"], START["b"])
    limit = {"type": "ineq", "fun": lambda x: 0.5 - jnp.sum(x["a"])}
    r = minimize(fun, start(), args=(1.0,), constraints=limit, compile=True, full_output=True)
    assert r.success and float(r.x["a"].sum()) == pytest.approx(0.5, abs=1e-6)
    x = minimize(fun, start(jnp.float32), args=(1.0,), compile=True)
    assert x["a"].dtype == jnp.float32
    np.testing.assert_allclose(x["a"], 1, atol=1e-3)


def test_falls_back():
    def spectrum(x):
        return jnp.sum(jnp.abs(jnp.fft.fft(x - 1)) ** 2)

    np.testing.assert_allclose(minimize(spectrum, jnp.zeros(4), compile=True), 1, atol=1e-5)


def test_callback_stops():
    def stop(x):
        raise StopIteration

    r = minimize(fun, start(), args=(1.0,), callback=stop, compile=True, full_output=True)
    assert r.nit == 1 and not r.success
