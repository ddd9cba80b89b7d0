"""What users of JAX's solvers have reported, tried with programs."""

import numpy as np
import pytest

jax = pytest.importorskip("jax")
jnp = jax.numpy
jax.config.update("jax_enable_x64", True)

from argmin import _program as programs  # noqa: E402
from argmin._jaxpr import program_of  # noqa: E402
from argmin.programs import Solver  # noqa: E402


def agrees(f, *args):
    """Value and gradient in the first argument are JAX's."""
    value, grad = programs.value_and_grad(program_of(f, *args), [0])(*args)
    want, slope = jax.value_and_grad(f)(*args)
    np.testing.assert_allclose(value, want, rtol=1e-12)
    np.testing.assert_allclose(grad, slope, rtol=1e-10, atol=1e-12)


def test_custom_jvp_in_scan():
    @jax.custom_jvp
    def f(x, y):
        return x * y

    f.defjvps(lambda t, _, x, y: 3 * t * y, None)
    agrees(lambda a: jax.lax.scan(lambda c, x: (f(c, x) + 0.1 * a, f(x, c)), a, jnp.arange(3.0))[0], 0.7)


def test_custom_vjp_in_vmap_and_scan():
    @jax.custom_vjp
    def f(x):
        return jnp.sin(x).sum()

    f.defvjp(lambda x: (jnp.sin(x).sum(), jnp.cos(x)), lambda r, g: (2 * g * r,))
    agrees(lambda x: jax.lax.scan(lambda c, r: (c + jax.vmap(f)(r).sum(), None), 0.0, x)[0], np.ones((4, 3, 2)))


def test_custom_jvp_of_integers():
    @jax.custom_jvp
    def f(x, n):
        return x * n

    @f.defjvp
    def _(primals, tangents):
        return f(*primals), 5.0 * tangents[0]

    agrees(lambda x: f(x, 3), 2.0)


def test_gradient_of_a_batch_of_matrix_exponentials():
    a = np.arange(18.0).reshape(2, 3, 3) / 10
    agrees(lambda x: jnp.sum(jax.vmap(jax.scipy.linalg.expm)(a * x)), 0.5)


def test_solve_with_an_adaptive_differential_equation():
    from jax.experimental.ode import odeint

    t = jnp.linspace(0.0, 1.0, 5)

    def loss(p):
        y = odeint(lambda y, _, k: -k * y, p[0], t, p[1], rtol=1e-10, atol=1e-10)
        return jnp.sum((y - 2 * jnp.exp(-1.5 * t)) ** 2)

    agrees(loss, np.array([1.0, 1.0]))
    r = Solver(loss, "LBFGS", tol=1e-6).run(np.array([1.0, 1.0]))
    np.testing.assert_allclose(r.params, [2, 1.5], atol=1e-5)


def test_labels_of_integers_in_the_derivative():
    x, labels = np.random.default_rng(0).normal(size=(20, 2)), np.arange(20) % 2

    def loss(w, x, labels, lam):
        return jnp.mean(jax.nn.softplus(jnp.where(labels == 1, -1.0, 1.0) * (x @ w))) + lam * jnp.sum(w**2)

    s = Solver(loss, tol=1e-10)
    g = jax.grad(lambda lam: jnp.sum(s.argmin(np.zeros(2), x, labels, lam) ** 2))
    e = 1e-5
    up, down = (jnp.sum(s.run(np.zeros(2), x, labels, 0.1 + d).params ** 2) for d in (e, -e))
    np.testing.assert_allclose(g(0.1), (up - down) / (2 * e), rtol=1e-5)


def test_derivative_of_a_solve_that_fails_is_an_error():
    s = Solver(lambda x, a: jnp.sum((x - a) ** 4), tol=1e-12, max_iter=1)
    with pytest.raises(Exception, match="argmin|converge|optimality"):
        jax.grad(lambda a: jnp.sum(s.argmin(np.zeros(2) + 9, a)))(1.0)


def test_loop_that_changes_sides():
    """A loop whose number of iterations depends on the parameters has a derivative in forward mode."""

    def f(x):
        return jax.lax.while_loop(lambda c: c[0] < 10.0, lambda c: (c[0] * x, c[1] + x), (1.0, 0.0))[1]

    y, dy = programs.jvp(program_of(f, 1.7), [0], [0])(1.7, 1.0)
    np.testing.assert_allclose([y, dy], jax.jvp(f, (1.7,), (1.0,)), rtol=1e-12)
    with pytest.raises(Exception, match="While|while|reverse"):
        programs.value_and_grad(program_of(f, 1.7), [0])(1.7)
