"""Quadratic and cone programs as layers: values, batches, derivatives by every framework, errors."""

import warnings

import numpy as np
import pytest

from argmin._errors import ConvergenceWarning, InputError
from argmin.layers import QP, ConeProgram

NAMES = ("Q", "c", "A", "b", "G", "h")


def programs(batch, n=8, p=3, m=6, seed=0):
    """Random feasible quadratic programs, the six arrays of each."""
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(batch, n, n))
    x = rng.normal(size=(batch, n))
    A, G = rng.normal(size=(batch, p, n)), rng.normal(size=(batch, m, n))
    return [root @ root.transpose(0, 2, 1) / n + 0.1 * np.eye(n), rng.normal(size=(batch, n)), A, np.einsum("kij,kj->ki", A, x), G,
            np.einsum("kij,kj->ki", G, x) + rng.uniform(size=(batch, m))]


def disc():
    """A linear objective over the unit disc, as a second-order cone."""
    return [np.array([0.6, -0.8]), np.array([[0.0, 0.0], [-1.0, 0.0], [0.0, -1.0]]), np.array([1.0, 0.0, 0.0])]


def test_conditions_of_optimality():
    Q, c, A, b, G, h = (a[0] for a in programs(1))
    x, y, z, w = QP()(Q, c, A, b, G, h)
    np.testing.assert_allclose(Q @ x + c + A.T @ y + G.T @ z, 0, atol=1e-8)
    np.testing.assert_allclose(A @ x, b, atol=1e-8)
    assert np.all(G @ x <= h + 1e-8) and np.all(z >= -1e-8)
    np.testing.assert_allclose(z * (G @ x - h), 0, atol=1e-8)


@pytest.mark.parametrize("method", [None, "OSQP"])
def test_a_batch_is_its_members(method):
    data = programs(5)
    qp = QP(method, tol=1e-9)
    together = qp(*data)
    for i in range(5):
        alone = qp(*(a[i] for a in data))
        for u, v in zip(together, alone):
            np.testing.assert_allclose(u[i], v, atol=1e-7)


def test_shared_arrays():
    data = [a[0] for a in programs(1)]
    many = np.linspace(-1, 1, 4)[:, None] * data[1]
    together = QP()(data[0], many, *data[2:]).x
    for i in range(4):
        np.testing.assert_allclose(together[i], QP()(data[0], many[i], *data[2:]).x, atol=1e-8)


def test_bounds_and_two_sides():
    x = QP()(np.eye(3), np.array([-5.0, 0.3, 5.0]), lower=-np.ones(3), upper=np.ones(3)).x
    np.testing.assert_allclose(x, [1, -0.3, -1], atol=1e-8)
    x = QP()(np.eye(2), np.array([-5.0, 5.0]), G=np.eye(2), low=np.zeros(2), h=np.array([2.0, np.inf])).x
    np.testing.assert_allclose(x, [2, 0], atol=1e-8)


def weights(solution):
    """A number that depends on all of a solution."""
    return sum((np.arange(1, 1 + v.shape[-1]) * v).sum() for v in solution if v.shape[-1])


def differences(layer, data, k, direction, eps=1e-5):
    moved = [[a + s * eps * direction if i == k else a for i, a in enumerate(data)] for s in (1, -1)]
    return (weights(layer(*moved[0])) - weights(layer(*moved[1]))) / (2 * eps)


CASES = {
    "one QP": (QP(), [a[0] for a in programs(1)]),
    "a batch of QPs": (QP(), programs(4)),
    "shared matrices": (QP(), [a[0] if a.ndim == 3 else a for a in programs(1)]),
    "one cone program": (lambda *a: ConeProgram([("second-order", 3)])(None, *a), disc()),
    "a batch of cone programs": (lambda *a: ConeProgram([("second-order", 3)])(None, *a), [np.stack([a, 1.5 * a]) for a in disc()]),
}


@pytest.fixture(params=CASES)
def case(request):
    return CASES[request.param]


def directions(data, seed=1):
    rng = np.random.default_rng(seed)
    for k, a in enumerate(data):
        d = rng.normal(size=a.shape)
        yield k, d + np.swapaxes(d, -1, -2) if a.ndim > 1 and a.shape[-1] == a.shape[-2] else d


def test_derivatives_in_torch(case):
    torch = pytest.importorskip("torch")
    layer, data = case
    tensors = [torch.tensor(a, requires_grad=True) for a in data]
    total = sum((torch.arange(1, 1 + v.shape[-1]) * v).sum() for v in layer(*tensors) if v.shape[-1])
    total.backward()
    for k, d in directions(data):
        assert abs((tensors[k].grad.numpy() * d).sum() - differences(layer, data, k, d)) < 1e-6 * (1 + np.abs(d).sum())


def test_derivatives_in_jax(case):
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    layer, data = case

    def f(*a):
        return sum((jax.numpy.arange(1, 1 + v.shape[-1]) * v).sum() for v in layer(*a) if v.shape[-1])

    arrays = [jax.numpy.asarray(a) for a in data]
    for grad in (jax.grad, lambda *a: jax.jit(jax.grad(*a))):
        g = grad(f, tuple(range(len(data))))(*arrays)
        for k, d in directions(data):
            assert abs((np.asarray(g[k]) * d).sum() - differences(layer, data, k, d)) < 1e-6 * (1 + np.abs(d).sum())


def test_derivatives_in_tensorflow(case):
    tf = pytest.importorskip("tensorflow")
    layer, data = case
    tensors = [tf.constant(a) for a in data]
    with tf.GradientTape() as tape:
        for t in tensors:
            tape.watch(t)
        total = sum(tf.reduce_sum(np.arange(1.0, 1 + v.shape[-1]) * v) for v in layer(*tensors) if v.shape[-1])
    g = tape.gradient(total, tensors)
    for k, d in directions(data):
        assert abs((g[k].numpy() * d).sum() - differences(layer, data, k, d)) < 1e-6 * (1 + np.abs(d).sum())


def test_vmap_in_jax():
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    data = [jax.numpy.asarray(a) for a in programs(3)]
    np.testing.assert_allclose(jax.vmap(lambda *a: QP()(*a).x)(*data), QP()(*data).x, atol=1e-9)
    one = jax.vmap(jax.grad(lambda c, *a: QP()(a[0], c, *a[1:]).x.sum()), in_axes=(0, *[None] * 5))
    each = one(data[1], data[0][0], *(a[0] for a in data[2:]))
    for i in range(3):
        alone = jax.grad(lambda c: QP()(data[0][0], c, *(a[0] for a in data[2:])).x.sum())(data[1][i])
        np.testing.assert_allclose(each[i], alone, atol=1e-8)


def test_dtypes_and_devices_stay():
    torch = pytest.importorskip("torch")
    x = QP()(torch.eye(2, dtype=torch.float32), torch.tensor([1.0, 2.0])).x
    assert x.dtype == torch.float32
    np.testing.assert_allclose(x.numpy(), [-1, -2], rtol=1e-6)


def test_a_program_without_a_solution_has_no_derivative():
    torch = pytest.importorskip("torch")
    h = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)  # x <= 1 and x >= 2
    with pytest.warns(ConvergenceWarning, match="1 of 1 programs have no solution: infeasible"):
        x = QP()(np.eye(1), np.zeros(1), G=np.array([[1.0], [-1.0]]), h=h).x
    with pytest.raises(FloatingPointError, match="infeasible"):
        x.sum().backward()


def test_infeasible_members_are_named_and_have_no_derivative():
    torch = pytest.importorskip("torch")
    G, h = np.array([[1.0], [-1.0]]), np.array([[1.0, 1.0], [2.0, -1.0], [1.0, -2.0]])  # x <= 1 and x >= 2 in the last
    c = torch.tensor([0.5], requires_grad=True)
    limits = torch.tensor(h, requires_grad=True)
    with pytest.warns(ConvergenceWarning, match=r"1 of 3 programs have no solution: infeasible \(member 2\)"):
        x = QP()(torch.eye(1, dtype=torch.float64), c.double(), G=torch.tensor(G), h=limits).x
    x.sum().backward()
    assert torch.isnan(c.grad).all()  # it is shared with the member that has none
    assert torch.isnan(limits.grad[2]).all() and torch.isfinite(limits.grad[:2]).all()


@pytest.mark.parametrize(
    "edit, message",
    [
        (dict(Q=np.ones((2, 2, 2, 2))), r"Q has shape \(2, 2, 2, 2\), want 2 axes, or one more"),
        (dict(c=np.ones(3)), "Q has shape"),
        (dict(A=np.ones((1, 2))), "A and its limits belong together"),
        (dict(h=np.ones(2)), "G and its limits belong together"),
        (dict(Q=np.array([[1.0, 2.0], [0.0, 1.0]])), "symmetric"),
        (dict(c=np.ones((3, 2)), Q=np.ones((2, 2, 2))), "batches of 2"),
    ],
)
def test_refused(edit, message):
    with pytest.raises(InputError, match=message), warnings.catch_warnings():
        QP()(**{"Q": np.eye(2), "c": np.ones(2), **edit})


def test_cones_that_do_not_exist():
    with pytest.raises(InputError, match='"secondorder".*did you mean "second-order"'):
        ConeProgram([("secondorder", 3)])(None, *disc())


def test_every_cone():
    """min c.x over a point of each cone near a given one: the projection, whose distance is zero for points inside."""
    for kind, size, inside in (("zero", 2, [0, 0]), ("nonnegative", 2, [1, 2]), ("second-order", 3, [2, 1, 1]), ("psd", 2, [2, 0.5, 1]),
                               ("exponential", 3, [0.1, 1, 3]), ("power", 0.3, [1, 1, 0.5])):
        n = len(inside)
        x = ConeProgram([(kind, size)], tol=1e-8)(np.eye(n), -np.array(inside, float), -np.eye(n), np.zeros(n)).x
        np.testing.assert_allclose(x, inside, atol=1e-5, err_msg=kind)
