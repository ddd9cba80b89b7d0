"""What users of other libraries of differentiable solvers reported, tried on layers."""

import numpy as np
import pytest
from frameworks import require

from argmin._errors import InputError
from argmin.layers import QP, fixed_point, minimizer, root


@pytest.fixture
def jax():
    jax = require("jax")
    jax.config.update("jax_enable_x64", True)
    return jax


@pytest.mark.parametrize("compiled", [False, True])
def test_values_of_a_closure_have_derivatives(jax, compiled):
    """A function that takes a differentiated value from around it (jaxopt: gradient through closure)."""
    jnp = jax.numpy

    def f(y):
        return jnp.sum(minimizer(lambda x: jnp.sum(x**2) - jnp.sum(x * y))(jnp.zeros(3)) * jnp.arange(3.0))

    g = jax.grad(f)
    np.testing.assert_allclose((jax.jit(g) if compiled else g)(jnp.ones(3)), np.arange(3) / 2, atol=1e-12)


def test_the_derivative_of_an_inverse_by_its_parameters(jax):
    """An inverse function by a root: its value and its slope by y, both differentiated by the parameters (jaxopt:
    gradients with respect to
    parameters of the condition through root finding)."""
    jnp = jax.numpy
    layer = root(lambda x, y, p: (p[0] * x**2 + p[1] * x) / (p[0] + p[1]) - y)

    def inverse(y, p):
        return layer(jnp.asarray(0.5), y, p)

    def closed(y, p):
        return (-p[1] + jnp.sqrt(p[1] ** 2 + 4 * p[0] * y * (p[0] + p[1]))) / (2 * p[0])

    p = jnp.array([1.3, 0.7])
    for k in (0, 1):
        got = jax.jit(jax.grad(lambda p, k=k: jax.value_and_grad(inverse)(0.5, p)[k]))(p)
        np.testing.assert_allclose(got, jax.grad(lambda p, k=k: jax.value_and_grad(closed)(0.5, p)[k])(p), rtol=1e-10)


def test_jacobians_of_layers(jax):
    """jax.jacobian, forward and reverse (cvxpylayers: calling jax.jacobian results in an error)."""
    jnp = jax.numpy
    Q = jnp.array([[2.0, 0.5], [0.5, 1.0]])
    np.testing.assert_allclose(jax.jacobian(lambda c: QP()(Q, c).x)(jnp.ones(2)), -np.linalg.inv(Q), atol=1e-8)
    layer = minimizer(lambda x, c: x @ Q @ x / 2 + c @ x)
    for jacobian in (jax.jacrev, jax.jacfwd):
        np.testing.assert_allclose(
            jax.jit(jacobian(lambda c: layer(jnp.zeros(2), c)))(jnp.ones(2)), -np.linalg.inv(Q), atol=1e-12
        )


def test_vmap_is_a_batch(jax):
    jnp = jax.numpy

    def fun(x, b):
        return jnp.sum((x - b) ** 2) + 0.1 * jnp.sum(x**4)

    b = jnp.arange(6.0).reshape(3, 2)
    one, many = minimizer(fun), minimizer(fun, batch=True)
    mapped = jax.vmap(jax.grad(lambda b: jnp.sum(jnp.sin(one(jnp.zeros(2), b)))))(b)
    whole = jax.grad(lambda b: jnp.sum(jnp.sin(many(jnp.zeros((3, 2)), b))))(b)
    np.testing.assert_allclose(mapped, whole, atol=1e-10)


def test_traced_bounds_are_named(jax):
    """Bounds made within a compiled function (pounce: traced bounds leak out of the callback)."""
    jnp = jax.numpy

    @jax.jit
    def f(b, upper):
        return minimizer(lambda x, b: jnp.sum((x - b) ** 2), bounds=(None, upper))(jnp.zeros(2), b)

    with pytest.raises(InputError, match="bounds has traced values"):
        f(jnp.ones(2), jnp.ones(2))


def test_errors_within_jit_keep_their_text(jax):
    jnp = jax.numpy
    layer = minimizer(lambda x, b: (jnp.sum(x) - b) ** 2)
    with pytest.raises(Exception, match="Hessian at the solution is singular"):
        jax.block_until_ready(jax.jit(jax.grad(lambda b: jnp.sum(layer(jnp.zeros(2), b))))(1.0))


def test_squares_of_errors_that_do_not_vanish():
    """A fit by least squares of squares, with residuals left over: terms of second order count (theseus: implicit
    derivatives slightly off)."""
    torch = require("torch")
    x = torch.linspace(0, 1, 9, dtype=torch.float64)
    layer = minimizer(lambda ab, y: ((y - ab[0] * x**2 - ab[1]) ** 4).sum())
    y = (torch.sin(5 * x) + 0.3).requires_grad_()
    assert torch.autograd.gradcheck(lambda y: layer(torch.tensor([1.0, 1.0], dtype=torch.float64), y), (y,))


def test_a_matrix_as_fixed_point():
    """A surface Green's function, of matrices, with a tuple of parameters (torchopt: an error in the derivative of
    such a function)."""
    torch = require("torch")
    torch.manual_seed(0)
    eye = torch.eye(3, dtype=torch.float64)
    layer = fixed_point(lambda g, p: torch.linalg.inv(p[0] * eye - p[1] - p[2] @ g @ p[2].T))
    h0, h1 = (0.3 * torch.randn(3, 3, dtype=torch.float64) for _ in range(2))
    p = [t.requires_grad_() for t in (torch.tensor(3.0, dtype=torch.float64), h0, h1)]
    assert torch.autograd.gradcheck(lambda *p: layer(eye / 3, p), p)
    assert torch.autograd.gradgradcheck(lambda e: layer(eye / 3, (e, h0.detach(), h1.detach())), p[:1])


def test_a_module_of_torch_by_its_parameters():
    """A network within the condition: its parameters as a dict, or else an error, as they would have no gradient."""
    torch = require("torch")
    torch.manual_seed(0)
    net = torch.nn.Linear(3, 3).double()
    z0 = torch.zeros(3, dtype=torch.float64)

    def cell(z, x, weights):
        return 0.3 * torch.tanh(torch.func.functional_call(net, weights, z)) + x

    layer, x = fixed_point(cell), torch.ones(3, dtype=torch.float64)
    weights = dict(net.named_parameters())
    layer(z0, x, weights).sum().backward()
    W = net.weight.detach().clone()
    d = torch.randn_like(W)

    def at(t):
        return layer(z0, x, {"weight": W + t * d, "bias": net.bias.detach()}).sum().item()

    assert abs((net.weight.grad * d).sum().item() - (at(1e-5) - at(-1e-5)) / 2e-5) < 1e-8
    with pytest.raises(
        InputError, match=r"shape \(3, 3\) that requires a gradient and is not among the parameters|shape \(3,\)"
    ):
        fixed_point(lambda z, x: 0.3 * torch.tanh(net(z)) + x)(z0, x)


def test_third_derivatives_are_refused():
    torch, tf = require("torch"), require("tensorflow")
    a = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    x = root(lambda x, a: x**3 - a)(torch.ones_like(a), a)
    (g,) = torch.autograd.grad(x, a, create_graph=True)
    (h,) = torch.autograd.grad(g, a, create_graph=True)
    np.testing.assert_allclose(h.item(), -2 / 9 * 2 ** (-5 / 3))
    with pytest.raises(NotImplementedError, match="not of third"):
        torch.autograd.grad(h, a)
    b = tf.constant(2.0, tf.float64)
    with tf.GradientTape() as third:
        third.watch(b)
        with tf.GradientTape() as second:
            second.watch(b)
            with tf.GradientTape() as first:
                first.watch(b)
                y = root(lambda x, a: x**3 - a)(tf.ones_like(b), b)
            g = first.gradient(y, b)
        h = second.gradient(g, b)
    np.testing.assert_allclose(h.numpy(), -2 / 9 * 2 ** (-5 / 3))
    with pytest.raises(NotImplementedError, match="not of third"):
        third.gradient(h, b)


def test_variables_of_tensorflow_are_named():
    tf = require("tensorflow")
    v = tf.Variable(2.0, dtype=tf.float64)
    with pytest.raises(InputError, match="fun uses the variable"):
        root(lambda x, a: x**3 - v)(tf.constant(1.0, tf.float64), tf.constant(1.0, tf.float64))
    with tf.GradientTape() as tape:  # as a parameter it is one
        x = root(lambda x, a: x**3 - a)(tf.constant(1.0, tf.float64), v)
    np.testing.assert_allclose(tape.gradient(x, v).numpy(), 2 ** (-2 / 3) / 3)


def test_programs_keep_the_type_of_tensorflow():
    """Float32 in, float32 out, for values and gradients (cvxpylayers: outputs and gradients are float64)."""
    tf = require("tensorflow")
    c = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(c)
        x = QP()(tf.eye(2), c).x
    assert x.dtype == tf.float32 and tape.gradient(x, c).dtype == tf.float32
    np.testing.assert_allclose(x.numpy(), [-1, -2], rtol=1e-6)
