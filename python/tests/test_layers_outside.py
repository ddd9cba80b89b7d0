"""Layers as parts of programs of PyTorch, JAX and TensorFlow: types, empty parts, copies, loops, transformations."""

import copy
import pickle

import numpy as np
import pytest
import scipy.sparse
from frameworks import require

from argmin._errors import ConvergenceWarning, InputError
from argmin.layers import QP, ConeProgram, fixed_point, minimizer


@pytest.fixture
def torch():
    return require("torch")


@pytest.fixture
def tf():
    return require("tensorflow")


@pytest.fixture
def jax():
    jax = require("jax")
    jax.config.update("jax_enable_x64", True)
    return jax


def squares(x, a):
    return ((x - a) ** 2).sum()


def test_whole_numbers_give_real_solutions(torch, jax, tf):
    """Data of integers: the solution is not rounded to them, and has its derivative."""
    Q = np.array([[2, 0], [0, 4]])
    c = torch.ones(2, requires_grad=True)
    x = QP()(torch.tensor(Q), c).x
    assert x.dtype == torch.float32
    np.testing.assert_allclose(torch.autograd.grad(x.sum(), c)[0], [-0.5, -0.25])
    assert QP()(torch.tensor(Q), torch.tensor([1, 1])).x.tolist() == [-0.5, -0.25]
    assert QP()(jax.numpy.asarray(Q), jax.numpy.array([1, 1])).x.tolist() == [-0.5, -0.25]
    assert QP()(tf.constant(Q), tf.constant([1, 1])).x.numpy().tolist() == [-0.5, -0.25]
    assert QP()(tf.constant(Q), tf.constant([1.0, 1.0])).x.dtype == tf.float32


def test_types_are_promoted(torch):
    Q = torch.eye(2, requires_grad=True)
    c = torch.ones(2, dtype=torch.float64, requires_grad=True)
    x = QP()(Q, c).x
    assert x.dtype == torch.float64
    of_Q, of_c = torch.autograd.grad(x.sum(), (Q, c))
    assert of_Q.dtype == torch.float32 and of_c.dtype == torch.float64


@pytest.mark.parametrize("type_", ["float32", "float64"])
def test_blocks_without_rows(torch, jax, tf, type_):
    """Rows that are not there, as None and as arrays of no rows (qpth, qpax: no equations or no inequalities)."""
    n = 3
    data = [2 * np.eye(n), np.array([1.0, -2.0, 3.0]), np.zeros((0, n)), np.zeros(0), np.zeros((0, n)), np.zeros(0)]
    x = -data[1] / 2
    want = [-0.25 * (x[:, None] + x), np.full(n, -0.5)]
    t = [torch.tensor(a, dtype=getattr(torch, type_), requires_grad=True) for a in data]
    of_torch = torch.autograd.grad(QP()(*t).x.sum(), t)
    of_jax = jax.grad(lambda *a: QP()(*a).x.sum(), tuple(range(6)))(*(jax.numpy.asarray(a, type_) for a in data))
    f = [tf.constant(a, type_) for a in data]
    with tf.GradientTape() as tape:
        tape.watch(f)
        total = tf.reduce_sum(QP()(*f).x)
    for grads in (of_torch, of_jax, tape.gradient(total, f)):
        for g, w, a in zip(grads, want + data[2:], data):
            assert tuple(g.shape) == a.shape and type_ in str(g.dtype)
            np.testing.assert_allclose(np.asarray(g), w, rtol=1e-6)


def test_a_matrix_that_is_trained_stays_symmetric(torch):
    """Q as a parameter of its own: the gradient is symmetric, of first and second order."""
    torch.manual_seed(0)
    Q = torch.nn.Parameter(torch.eye(3) + 0.2)
    c = torch.tensor([1.0, -2.0, 0.5])
    for _ in range(5):
        x = QP()(Q, c, lower=torch.full((3,), -0.7)).x
        (g,) = torch.autograd.grad(((x - 0.3) ** 2).sum(), Q, create_graph=True)
        (h,) = torch.autograd.grad((g**2).sum(), Q)
        np.testing.assert_array_equal(g.detach(), g.detach().T)
        np.testing.assert_allclose(h, h.T, atol=1e-6)
        with torch.no_grad():
            Q -= 0.1 * g + 0.001 * h


def test_second_derivatives_by_symmetric_matrices(torch):
    D = torch.tensor([[0.3, -0.4], [-0.4, 0.1]], dtype=torch.float64)
    Q0, c = torch.tensor([[2.0, 0.5], [0.5, 1.0]], dtype=torch.float64), torch.tensor([1.0, -1.0], dtype=torch.float64)

    def along(t):
        return (QP()(Q0 + t * D, c, lower=torch.full((2,), -0.4, dtype=torch.float64)).x ** 2).sum()

    t = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(along, (t,)) and torch.autograd.gradgradcheck(along, (t,))


def test_transformations_without_rows(torch):
    """torch.func of programs that have no multipliers of rows."""
    c = torch.tensor([1.0, 2.0], dtype=torch.float64)
    eye = torch.eye(2, dtype=torch.float64)
    np.testing.assert_allclose(torch.func.jacrev(lambda c: QP()(eye, c).x)(c), -np.eye(2), atol=1e-9)
    hessian = torch.func.jacrev(torch.func.jacrev(lambda c: QP()(eye * c[0], c).x.sum()))(c)
    np.testing.assert_allclose(hessian, [[-4, 1], [1, 0]], atol=1e-7)
    cone = torch.func.jacrev(lambda c: ConeProgram([])(eye, c, eye[:0], c[:0]).x)(c)
    np.testing.assert_allclose(cone, -np.eye(2), atol=1e-9)


def test_equal_programs_of_jax_are_compiled_once(jax):
    """A loop of training that makes its layer in each step: what JAX keeps does not grow."""
    from argmin.layers import _jax

    jnp = jax.numpy
    Q, rows = jnp.eye(2), scipy.sparse.eye_array(2, format="csr")

    def step(c, tol=1e-9):
        return jax.grad(lambda c: (QP(tol=tol)(Q, c, lower=-jnp.ones(2)).x ** 2).sum())(c)

    sparse = QP()

    def sparse_step(c):
        return jax.grad(lambda c: (sparse(Q, c, G=rows, h=jnp.ones(2)).x ** 2).sum())(c)

    first, other = step(jnp.array([0.5, 2.0])), sparse_step(jnp.array([0.5, 2.0]))
    np.testing.assert_allclose(first, [1, 0], atol=1e-8)
    np.testing.assert_allclose(other, [1, 4], atol=1e-8)
    count = len(_jax._kept)
    for k in range(3):
        np.testing.assert_allclose(step(jnp.array([0.5, 2.0])), first)
        np.testing.assert_allclose(sparse_step(jnp.array([0.5, 2.0])), other)
    assert len(_jax._kept) == count
    step(jnp.ones(2), 1e-7)
    sparse(Q, jnp.ones(2), G=2 * rows, h=jnp.ones(2))
    assert len(_jax._kept) == count + 2
    np.testing.assert_allclose(sparse(Q, -jnp.ones(2) * 5, G=4 * rows, h=jnp.ones(2)).x, [0.25, 0.25], atol=1e-8)


def test_layers_of_keras(tf):
    """A layer of Keras that is fitted: its graph has batches of a size that is not known (cvxpylayers: model.fit)."""

    class Clipped(tf.keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.w = self.add_weight(shape=(3, 2), initializer="ones")

        def call(self, x):
            return QP()(tf.eye(2), x @ self.w, lower=-0.5 * tf.ones(2)).x

    tf.keras.utils.set_random_seed(0)
    model = tf.keras.Sequential([Clipped()])
    model.compile("sgd", "mse")
    x = np.random.default_rng(0).normal(size=(24, 3)).astype("float32")
    losses = model.fit(x, np.zeros((24, 2), "float32"), batch_size=8, epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_shapes_in_graphs(tf):
    seen = {}

    @tf.function(input_signature=[tf.TensorSpec(s) for s in ([None, 2], [None, 1, 2], [None, 1], None)])
    def batch(c, G, low, any_c):
        s = QP()(tf.eye(2), c, G=G, low=low)
        seen.update({name: v.shape.as_list() for name, v in s._asdict().items()})
        return s.x, QP()(tf.eye(2), any_c).x

    x, other = batch(tf.ones((3, 2)), tf.ones((3, 1, 2)), -tf.ones((3, 1)), tf.ones(2))
    assert seen == {"x": [None, 2], "y": [None, 0], "z": [None, 1], "w": [None, 2]}
    np.testing.assert_allclose(x, np.full((3, 2), -0.5), rtol=1e-6)
    np.testing.assert_allclose(other, [-1, -1], rtol=1e-6)


def test_modules_are_copied_and_saved(torch):
    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.qp, self.inner = torch.nn.Linear(3, 2), QP(), minimizer(squares)

        def forward(self, x):
            least = self.inner(torch.zeros(2), self.first.bias)
            return self.qp(torch.eye(2), self.first(x), lower=-torch.ones(2)).x + least

    torch.manual_seed(0)
    net, x = Net(), torch.randn(4, 3)
    want = net(x)
    want.sum().backward()
    same = Net()
    same.load_state_dict(net.state_dict())
    assert list(net.state_dict()) == ["first.weight", "first.bias"]
    for other in (copy.deepcopy(net), same):
        np.testing.assert_array_equal(other(x).detach(), want.detach())
    assert net.double()(x.double()).dtype == torch.float64
    c = torch.ones(2)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(net.qp))(torch.eye(2), c).x, net.qp(torch.eye(2), c).x)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(net.inner))(c, c), c)


def test_copies_of_layers_that_jax_has_compiled(jax):
    layer = minimizer(squares)
    a = jax.numpy.ones(2)
    jax.grad(lambda a: layer(0 * a, a).sum())(a)
    for other in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        np.testing.assert_allclose(jax.grad(lambda a, f=other: f(0 * a, a).sum())(a), [1, 1])


def test_batches_of_nobody(torch, jax, tf):
    """A batch that a filter has left empty."""
    a = torch.ones(0, 2, requires_grad=True)
    minimizer(squares, batch=True)(torch.zeros(0, 2), a).sum().backward()
    assert a.grad.shape == (0, 2)
    empty = jax.numpy.ones((0, 2))
    assert jax.grad(lambda a: minimizer(squares, batch=True)(empty, a).sum())(empty).shape == (0, 2)
    t = tf.ones((0, 2))
    assert minimizer(lambda x, a: tf.reduce_sum((x - a) ** 2), batch=True)(t, t).shape == (0, 2)
    assert QP()(torch.eye(2), a).x.shape == (0, 2)


def test_no_derivatives_are_asked_for(torch):
    a = torch.tensor([1.0, 2.0], requires_grad=True)
    for mode in (torch.no_grad, torch.inference_mode):
        with mode():
            x, y = QP()(torch.eye(2), a).x, fixed_point(lambda x, a: 0.5 * x + a)(torch.zeros(2), a)
        assert not x.requires_grad and not y.requires_grad
        np.testing.assert_allclose(y, [2, 4], rtol=1e-6)
    Q, h = torch.eye(2), torch.zeros(1)
    QP()(Q, a, G=torch.ones(1, 2), h=h).x[0].backward()
    assert Q.grad is None and h.grad is None and a.grad is not None


def test_limits_that_are_infinite(torch):
    """Rows and bounds that limit nothing, in derivatives of first and second order."""
    inf = np.inf
    data = [np.eye(2), [1.0, -5.0], [[1.0, 1.0], [1.0, 0.0]], [inf, 2.0], [-inf, -inf], [inf, 1.0]]
    Q, c, G, h, lower, upper = t = [torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in data]
    s = QP()(Q, c, G=G, h=h, lower=lower, upper=upper)
    first = torch.autograd.grad((s.x**2).sum(), t, create_graph=True)
    second = torch.autograd.grad(sum((g**2).sum() for g in first), t)
    np.testing.assert_allclose(s.x.detach(), [-1, 1], atol=1e-9)
    np.testing.assert_allclose(first[5].detach(), [0, 2], atol=1e-8)
    assert all(torch.isfinite(g).all() for g in (*first, *second))


def test_a_member_that_is_infeasible(torch, jax, tf):
    """The warning names it; the others keep their values and derivatives, in 32 bits, in each framework."""
    c, h = np.array([[1, 2], [3, 4], [5, 6]], "float32"), np.array([[1, 1], [-1, -1], [2, 2]], "float32")
    G = np.array([[1, 0], [-1, 0]], "float32")
    want = np.array([[0, 4], [0, 0], [0, 12]])
    tc, jnp = torch.tensor(c, requires_grad=True), jax.numpy
    with pytest.warns(ConvergenceWarning, match=r"infeasible \(member 1\)"):
        x = QP()(torch.eye(2), tc, G=torch.tensor(G), h=torch.tensor(h)).x
    (torch.where(x.isnan(), 0.0, x) ** 2).sum().backward()
    np.testing.assert_allclose(tc.grad, want, atol=1e-5)

    def one(c, h):
        x = QP()(jnp.eye(2, dtype="float32"), c, G=G, h=h).x
        return jnp.sum(jnp.where(jnp.isnan(x), 0, x) ** 2)

    with pytest.warns(ConvergenceWarning, match=r"infeasible \(member 1\)"):
        got = jax.jit(jax.vmap(jax.grad(one)))(c, h)
    np.testing.assert_allclose(got, want, atol=1e-5)

    @tf.function
    def slope(c, h):
        with tf.GradientTape() as tape:
            tape.watch(c)
            x = QP()(tf.eye(2), c, G=G, h=h).x
            total = tf.reduce_sum(tf.where(tf.math.is_nan(x), 0.0, x) ** 2)
        return tape.gradient(total, c)

    with pytest.warns(ConvergenceWarning, match=r"infeasible \(member 1\)"):
        got = slope(tf.constant(c), tf.constant(h))
    np.testing.assert_allclose(got, want, atol=1e-5)


def test_mistakes_are_named(torch, jax, tf):
    eye, ones = torch.eye(2), torch.ones(2)
    with pytest.raises(InputError, match="c is None, want an array"):
        QP()(eye, None, eye, ones)
    with pytest.raises(InputError, match="A is None, want an array"):
        ConeProgram([("nonnegative", 2)])(eye, ones, None, ones)
    with pytest.raises(InputError, match=r"c has shape \(0,\), want at least one variable"):
        QP()(torch.zeros(0, 0), torch.zeros(0))
    unreal = np.ones(2) * 1j
    for c in (unreal, torch.tensor(unreal), jax.numpy.asarray(unreal), tf.constant(unreal)):
        with pytest.raises(InputError, match="c has numbers of type .*complex.*, want real ones"):
            QP()(np.eye(2), c)
    with pytest.raises(InputError, match="Q is a sparse tensor, want a dense one"):
        QP()(eye.to_sparse(), ones)
    with pytest.raises(InputError, match="Q is a tensor on the device meta"):
        QP()(eye.to("meta"), ones)
    with pytest.raises(NotImplementedError, match="use batch=True for vmap"):
        torch.func.vmap(lambda a: minimizer(squares)(torch.zeros(2), a))(eye)
    with pytest.raises(InputError, match="x0 of x has type int32, want floating-point numbers"):
        minimizer(lambda x, a: tf.reduce_sum(a))(tf.zeros(2, tf.int32), tf.ones(2))


@pytest.mark.parametrize("type_", ["float16", "float32"])
def test_products_that_rounding_leaves_unsymmetric(torch, jax, tf, type_):
    """Covariances of few digits, the two triangles of which differ by rounding; what differs by more is an error."""
    rng = np.random.default_rng(0)
    B = rng.normal(size=(60, 60)).astype(type_)
    Q = ((B * np.linspace(0.5, 3, 60).astype(type_)) @ B.T + 5 * np.eye(60, dtype=type_)).astype(type_)
    Q[3, 7] *= 1 + 2 * np.finfo(type_).eps  # in whatever order the products were summed
    Q[0, 1] = np.nextafter(Q[0, 1], Q.dtype.type(9))
    c = np.ones(60, type_)
    want = np.linalg.solve((Q.astype(float) + Q.T.astype(float)) / 2, -np.ones(60))
    t = torch.tensor(Q, requires_grad=True)
    of_torch = QP()(t, torch.tensor(c)).x
    for x in (of_torch.detach(), QP()(jax.numpy.asarray(Q), c).x, QP()(tf.constant(Q), c).x, QP()(Q, c).x):
        np.testing.assert_allclose(np.asarray(x), want, rtol=0, atol=20 * np.finfo(type_).eps * np.abs(want).max())
    (g,) = torch.autograd.grad(of_torch.sum(), t)
    np.testing.assert_array_equal(g, g.T)
    with pytest.raises(InputError, match="Q is not symmetric"):
        QP()(torch.stack([1000 * t.detach(), torch.tril(t.detach())]), torch.tensor(c))


def test_bounds_that_are_numbers(torch, jax):
    other = QP()(jax.numpy.eye(2), [1.0, -9.0], lower=0, upper=0.0).x
    for x in (QP()(torch.eye(2), torch.ones(2), lower=0.0).x, other):
        np.testing.assert_allclose(np.asarray(x), [0, 0], atol=1e-8)
