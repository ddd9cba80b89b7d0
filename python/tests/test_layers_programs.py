"""Methods, sparse matrices, warm starts and elastic rows of QP layers, and members of a batch without a solution."""

import warnings

import numpy as np
import pytest
from frameworks import require

from argmin._errors import ConvergenceWarning, InputError
from argmin.layers import QP, ConeProgram

METHODS = {"ProximalInteriorPoint": {}, "OSQP": {"rho": 0.5, "no_polish": True}, "DualActiveSet": {}, "PDHG": {"every": 20}}


def program(seed=0, n=5, m=3, p=1):
    rng = np.random.default_rng(seed)
    L = rng.standard_normal((n, n))
    A, G = rng.standard_normal((p, n)), rng.standard_normal((m, n))
    return L @ L.T + np.eye(n), rng.standard_normal(n), A, A @ np.ones(n) / n, G, np.abs(rng.standard_normal(m)) + G @ np.ones(n) / n


@pytest.mark.parametrize("method", METHODS)
def test_methods_agree(method):
    want = QP()(*program())
    got = QP(method, tol=1e-9, **METHODS[method])(*program())
    for a, b in zip(got, want):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_methods_of_fewer_limits():
    Q, c, A, b, *_ = program()
    np.testing.assert_allclose(QP("EqualityConstrainedQP")(Q, c, A, b).x, QP()(Q, c, A, b).x, atol=1e-8)
    lower, upper = np.full(5, -0.1), np.full(5, 0.2)
    box = QP("BoxCDQP")(Q, c, lower=lower, upper=upper)
    np.testing.assert_allclose(box.x, QP()(Q, c, lower=lower, upper=upper).x, atol=1e-8)
    with pytest.raises(InputError, match="row"):
        QP("BoxCDQP")(Q, c, A, b)


def test_sparse_matrices():
    sp = require("scipy.sparse")
    Q, c, A, b, G, h = program()
    want = QP()(Q, c, A, b, G, h)
    for form in (sp.csr_array, sp.coo_matrix, sp.csc_array):
        for a, w in zip(QP()(form(Q), c, form(A), b, form(G), h), want):
            np.testing.assert_allclose(a, w, atol=1e-7)
    cs = np.stack([c, -c, 2 * c])
    batch = QP()(sp.csr_array(Q), cs, A, b, sp.csr_array(G), h)
    np.testing.assert_allclose(batch.x, QP()(Q, cs, A, b, G, h).x, atol=1e-7)


def test_sparse_and_large():
    sp = require("scipy.sparse")
    n = 20_000
    Q = sp.diags_array([np.full(n - 1, -1.0), np.full(n, 2.5), np.full(n - 1, -1.0)], offsets=[-1, 0, 1])
    c = -np.cos(np.arange(n) / 100)
    x, _, _, w = QP()(Q, c, upper=np.full(n, 0.5))
    assert np.all(x <= 0.5 + 1e-8)
    np.testing.assert_allclose(Q @ x + c + w, 0, atol=1e-7)


def test_gradients_beside_sparse_matrices():
    torch, sp = require("torch"), require("scipy.sparse")
    Q, c, A, b, G, h = program()
    grads = []
    for form in (np.asarray, sp.csr_array):
        t = torch.tensor(c, requires_grad=True)
        QP()(form(Q), t, A, b, form(G), h).x.square().sum().backward()
        grads.append(t.grad.numpy())
    np.testing.assert_allclose(grads[1], grads[0], atol=1e-6)


@pytest.mark.parametrize("method", ["DualActiveSet", "OSQP"])
def test_start(method):
    """From the solution itself no more iterations are needed than the limit allows; from nothing they are."""
    Q, c, A, b, G, h = program(n=20, m=30)
    h = h - 1.0
    solution = QP()(Q, c, A, b, G, h)
    short = QP(method, maxiter=1 if method == "OSQP" else 25, tol=1e-6)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = short(Q, c, A, b, G, h, start=solution)
    np.testing.assert_allclose(again.x, solution.x, atol=1e-5)


def test_start_takes_no_part_in_derivatives():
    torch = require("torch")
    data = program()
    s = QP()(*data)
    c = torch.tensor(data[1], requires_grad=True)
    x0 = torch.tensor(s.x, requires_grad=True)
    QP()(data[0], c, *data[2:], start=s._replace(x=x0)).x.sum().backward()
    assert x0.grad is None and c.grad.abs().sum() > 0


def test_elastic():
    """Two rows that contradict each other: the dearer side of the sum of violations wins."""
    G, h = np.array([[1.0], [-1.0]]), np.array([0.0, -2.0])  # x <= 0 and x >= 2
    with pytest.warns(ConvergenceWarning, match="infeasible"):
        assert np.isnan(QP()(np.eye(1), np.zeros(1), G=G, h=h).x).all()
    linear = QP(elastic=10.0)(np.eye(1), np.zeros(1), G=G, h=h)
    np.testing.assert_allclose(linear.x, [0.0], atol=1e-6)
    squared = QP(elastic=10.0, squared=True)(np.eye(1), np.zeros(1), G=G, h=h)
    np.testing.assert_allclose(squared.x, [20 / 21], atol=1e-6)
    assert squared.w.shape == (1,) and squared.z.shape == (2,)
    torch = require("torch")
    t = torch.tensor(h, requires_grad=True)
    QP(elastic=10.0, squared=True)(torch.eye(1, dtype=torch.float64), torch.zeros(1, dtype=torch.float64), G=torch.tensor(G), h=t).x.sum().backward()
    np.testing.assert_allclose(t.grad, [10 / 21, -10 / 21], atol=1e-6)


def test_options_are_checked():
    with pytest.raises(InputError, match="OSQP"):
        QP("osqp2")
    with pytest.raises(TypeError, match=r"OSQP has no option 'smoothing'; it has rho"):
        QP("OSQP", smoothing=1e-3)
    with pytest.raises(InputError, match="elastic"):
        QP(elastic=-1.0)
    with pytest.raises(InputError, match="rho"):
        QP("OSQP", rho="much")(*program())


def bad_batch():
    """Three programs x >= b, x <= 1, the second one infeasible."""
    return np.array([[0.5], [2.0], [0.25]])


def test_one_bad_member_does_not_lose_the_others():
    with pytest.warns(ConvergenceWarning, match=r"1 of 3 programs have no solution: infeasible \(member 1\)"):
        x = QP()(np.eye(1), np.zeros(1), lower=bad_batch(), upper=np.ones(1)).x
    np.testing.assert_allclose(x[[0, 2], 0], [0.5, 0.25], atol=1e-7)
    assert np.isnan(x[1, 0])


def torch_gradient(mask):
    torch = require("torch")
    lower, upper = torch.tensor(bad_batch(), requires_grad=True), torch.ones(1, dtype=torch.float64, requires_grad=True)
    x = QP()(torch.eye(1, dtype=torch.float64), torch.zeros(1, dtype=torch.float64), lower=lower, upper=upper).x
    (torch.where(x.isnan(), 0.0, x) if mask else x).sum().backward()
    return lower.grad.numpy(), upper.grad.numpy()


def jax_gradient(mask):
    jax = require("jax")
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy

    def total(lower, upper):
        x = QP()(jnp.eye(1), jnp.zeros(1), lower=lower, upper=upper).x
        return (jnp.where(jnp.isnan(x), 0.0, x) if mask else x).sum()

    return tuple(map(np.asarray, jax.grad(total, (0, 1))(jnp.asarray(bad_batch()), jnp.ones(1))))


def tensorflow_gradient(mask):
    tf = require("tensorflow")
    lower, upper = tf.Variable(bad_batch()), tf.Variable(np.ones(1))
    with tf.GradientTape() as tape:
        x = QP()(tf.eye(1, dtype=tf.float64), tf.zeros(1, tf.float64), lower=lower, upper=upper).x
        total = tf.reduce_sum(tf.where(tf.math.is_nan(x), tf.zeros_like(x), x) if mask else x)
    return tuple(g.numpy() for g in tape.gradient(total, (lower, upper)))


@pytest.mark.parametrize("gradient", [torch_gradient, jax_gradient, tensorflow_gradient])
@pytest.mark.filterwarnings("ignore:1 of 3 programs")
def test_gradients_beside_a_bad_member(gradient):
    lower, upper = gradient(mask=False)
    np.testing.assert_allclose(lower[:, 0], [1.0, np.nan, 1.0], atol=1e-7)
    assert np.isnan(upper).all()  # it is shared with the bad member
    lower, upper = gradient(mask=True)
    np.testing.assert_allclose(lower[:, 0], [1.0, 0.0, 1.0], atol=1e-7)
    np.testing.assert_allclose(upper, [0.0], atol=1e-7)


def differences(f, v, step=1e-5):
    cols = [(f(v + step * e) - f(v - step * e)) / (2 * step) for e in np.eye(v.size)]
    return np.stack(cols, axis=-1)


def solution_of_c(c):
    Q, _, A, b, G, h = program()
    return QP(tol=1e-11)(Q, c, A, b, G, h).x


def test_torch_func():
    torch = require("torch")
    Q, c, A, b, G, h = (torch.tensor(a) for a in program())
    want = differences(solution_of_c, c.numpy())

    def x(c, Q=Q):
        return QP(tol=1e-11)(Q, c, A, b, G, h).x

    np.testing.assert_allclose(torch.func.jacrev(x)(c), want, atol=1e-6)
    np.testing.assert_allclose(torch.autograd.functional.jacobian(x, c), want, atol=1e-6)
    cs = torch.stack([c, 2 * c, -c])
    np.testing.assert_allclose(torch.func.vmap(x)(cs), np.stack([solution_of_c(v.numpy()) for v in cs]), atol=1e-7)
    each = torch.func.vmap(torch.func.grad(lambda c: x(c).square().sum()))(cs)
    np.testing.assert_allclose(each[1], torch.func.grad(lambda c: x(c).square().sum())(cs[1]), atol=1e-6)
    np.testing.assert_allclose(torch.func.vmap(torch.func.jacrev(x))(cs)[0], want, atol=1e-6)
    nested = torch.func.vmap(x)(torch.stack([cs, cs + 1]))  # within, c has a batch of its own
    np.testing.assert_allclose(nested[1, 2], solution_of_c((cs + 1)[2].numpy()), atol=1e-7)
    whole = torch.func.jacrev(lambda Q: x(cs, Q).sum())(Q)  # Q is shared by a batch
    parts = sum(torch.func.grad(lambda Q, v=v: x(v, Q).sum())(Q) for v in cs)
    np.testing.assert_allclose(whole, parts, atol=1e-6)


def test_tf_function():
    tf = require("tensorflow")
    data = program()
    Q, c, A, b, G, h = (tf.constant(a) for a in data)
    layer = QP(tol=1e-11)

    @tf.function
    def value_and_gradient(c):
        with tf.GradientTape() as tape:
            tape.watch(c)
            x = layer(Q, c, A, b, G, h).x
            v = tf.reduce_sum(x**2)
        return x, tape.gradient(v, c)

    x, g = value_and_gradient(c)
    np.testing.assert_allclose(x, solution_of_c(data[1]), atol=1e-7)
    np.testing.assert_allclose(g, 2 * differences(solution_of_c, data[1]).T @ x.numpy(), atol=1e-5)


def test_jax_transformations():
    jax = require("jax")
    data = program()
    jax.config.update("jax_enable_x64", True)
    Q, c, A, b, G, h = (jax.numpy.asarray(a) for a in data)
    want = differences(solution_of_c, data[1])

    def x(c):
        return QP(tol=1e-11)(Q, c, A, b, G, h).x

    np.testing.assert_allclose(jax.jacrev(x)(c), want, atol=1e-6)
    cs = jax.numpy.stack([c, 2 * c])
    np.testing.assert_allclose(jax.jit(jax.vmap(jax.jacrev(x)))(cs)[0], want, atol=1e-6)


def test_least_absolute_values():
    """The README of cvxpylayers: minimize |A x - b|_1 over x >= 0, as a cone program, with a sum and its gradient."""
    torch = require("torch")
    rng = np.random.default_rng(0)
    m, n = 3, 2
    A, b = rng.standard_normal((m, n)), rng.standard_normal(m)

    def solve(A, b):
        eye, zero = torch.eye(m, dtype=torch.float64), torch.zeros((n, m), dtype=torch.float64)
        rows = torch.cat([torch.cat([A, -eye], 1), torch.cat([-A, -eye], 1), torch.cat([-torch.eye(n, dtype=torch.float64), zero], 1)])
        cost = torch.cat([torch.zeros(n, dtype=torch.float64), torch.ones(m, dtype=torch.float64)])
        right = torch.cat([b, -b, torch.zeros(n, dtype=torch.float64)])
        return ConeProgram([("nonnegative", 2 * m + n)])(None, cost, rows, right).x[:n]

    At, bt = torch.tensor(A, requires_grad=True), torch.tensor(b, requires_grad=True)
    solve(At, bt).sum().backward()
    want = differences(lambda v: np.atleast_1d(solve(torch.tensor(A), torch.tensor(v)).sum().numpy()), b)[0]
    np.testing.assert_allclose(bt.grad, want, atol=1e-5)
    want = differences(lambda v: np.atleast_1d(solve(torch.tensor(v.reshape(m, n)), torch.tensor(b)).sum().numpy()), A.ravel())[0]
    np.testing.assert_allclose(At.grad.reshape(-1), want, atol=1e-5)
