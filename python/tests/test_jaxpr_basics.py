"""Programs of JAX functions: a solve, its derivative, batches, and what is refused."""

import numpy as np
import pytest

jax = pytest.importorskip("jax")
jnp = jax.numpy
jax.config.update("jax_enable_x64", True)

from argmin._jaxpr import program_of  # noqa: E402
from argmin.programs import Solver, Unsupported, solve  # noqa: E402


def ridge(w, x, y, lam):
    return jnp.mean(jax.nn.softplus(-y * (x @ w))) + lam * jnp.sum(w**2)


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    return rng.normal(size=(50, 4)), np.sign(rng.normal(size=50))


def test_value(data):
    w = np.arange(4.0)
    p = program_of(ridge, w, *data, 0.1)
    np.testing.assert_allclose(p(w, *data, 0.1)[0], ridge(w, *data, 0.1), rtol=1e-14)


def test_solve_and_derivatives(data):
    s = Solver(ridge, "LBFGS", tol=1e-10)
    r = s.run(np.zeros(4), *data, 0.1)
    assert r.state.success and r.state.status == "converged"
    assert np.abs(jax.grad(ridge)(r.params, *data, 0.1)).max() < 1e-10

    def outer(lam):
        return jnp.sum(s.argmin(np.zeros(4), *data, lam) ** 2)

    # By hand: dw = -H⁻¹ d∇/dλ.
    h = jax.hessian(ridge)(r.params, *data, 0.1)
    dw = -np.linalg.solve(h, 2 * r.params)
    np.testing.assert_allclose(jax.grad(outer)(0.1), 2 * r.params @ dw, rtol=1e-8)
    e = 1e-4
    second = (jax.grad(outer)(0.1 + e) - jax.grad(outer)(0.1 - e)) / (2 * e)
    np.testing.assert_allclose(jax.grad(jax.grad(outer))(0.1), second, rtol=1e-5)
    lams = jnp.array([0.1, 0.3])
    np.testing.assert_allclose(jax.jit(jax.vmap(jax.grad(outer)))(lams), [jax.grad(outer)(x) for x in lams], rtol=1e-9)


def test_batch(data):
    s = Solver(ridge, "LBFGS", tol=1e-10)
    lams = np.array([0.1, 0.3, 1.0])
    r = s.run_batch(np.zeros(4), *data, lams, in_axes=(None, None, None, 0))
    assert r.state.success.all()
    for k, lam in enumerate(lams):
        np.testing.assert_allclose(r.params[k], s.run(np.zeros(4), *data, lam).params, atol=1e-9)


def test_unknown_primitive_is_named():
    def spectrum(x):
        return jnp.sum(jnp.abs(jnp.fft.fft(x)) ** 2)

    with pytest.raises(Unsupported, match="^spectrum uses numbers of type complex128, .* at .*test_jaxpr_basics.py"):
        solve(spectrum, np.ones(4))

    def reduced(x):
        return jnp.sum(jax.lax.linalg.hessenberg(jnp.outer(x, x))[0])

    with pytest.raises(Unsupported, match="^reduced uses the primitive hessenberg, .* at .*test_jaxpr_basics.py"):
        solve(reduced, np.ones(4))


def test_bad_arguments():
    with pytest.raises(ValueError, match="method is 'LBFSG', want one of"):
        Solver(lambda x: x, "LBFSG")
    with pytest.raises(ValueError, match=r"fun returned f64\[3\], want a scalar"):
        solve(lambda x: x, np.ones(3))
    with pytest.raises(Exception, match='has no option "memroy" .did you mean "memory"'):
        solve(lambda x: jnp.sum(x**2), np.ones(3), method="LBFGS", memroy=3)
