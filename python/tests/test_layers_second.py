"""Second derivatives of the solutions of quadratic programs, against differences of first ones."""

import numpy as np
import pytest
from frameworks import require
from layer_frameworks import FRAMEWORKS

from argmin.layers import QP, ConeProgram

NAMES = ["Q", "c", "A", "b", "G", "h", "low", "lower", "upper"]


def program(seed=1, n=5, p=2, m=6):
    """A program some of whose rows and bounds are active, at either limit."""
    rng = np.random.default_rng(seed)
    M, x = rng.normal(size=(n, n)), rng.normal(size=n)
    A, G = rng.normal(size=(p, n)), rng.normal(size=(m, n))
    room = rng.uniform(0.05, 0.5, size=(2, m))
    data = [M @ M.T + np.eye(n), -8 * x, A, A @ x, G, G @ x + room[0], G @ x - room[1], x - 0.4, x + 0.3]
    return [np.asarray(a) for a in data]


def loss(f, args, qp=None):
    s = (qp or QP(tol=1e-11))(*args[:6], *args[6:])
    return f.sum(s.x**3) + f.sum(f.sin(s.y)) + f.sum(s.z**2) + f.sum(s.w * s.w)


@pytest.fixture(params=FRAMEWORKS.values(), ids=FRAMEWORKS)
def f(request):
    return request.param()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_against_differences(f, seed):
    data = program(seed)
    solution = QP(tol=1e-11)(*data)
    assert np.any(np.abs(solution.z) > 1e-3) or np.any(np.abs(solution.w) > 1e-3)
    rng = np.random.default_rng(0)
    along = [rng.normal(size=a.shape) for a in data]
    along[0] = along[0] + along[0].T
    found = f.second(lambda *args: loss(f, args), [f.tensor(a) for a in data], [f.tensor(v) for v in along])
    e = 1e-5

    def slope(sign):
        return f.grad(lambda *args: loss(f, args), [f.tensor(a + sign * e * v) for a, v in zip(data, along)])

    for name, h, up, down in zip(NAMES, found, slope(1), slope(-1)):
        want = (up - down) / (2 * e)
        np.testing.assert_allclose(h, want, atol=1e-6 * (1 + np.abs(want).max()), err_msg=name)


def test_batches_and_what_members_share(f):
    data = program()
    costs = data[1] + 0.05 * np.random.default_rng(3).normal(size=(4, 5))

    def value(args, c):
        return loss(f, [args[0], c, *args[1:]])

    rest = [f.tensor(a) for i, a in enumerate(data) if i != 1]
    one = f.tensor(np.ones_like(data[0]))

    def product(c):
        """Of the gradient in Q, which all members share, along ones, and of that in c."""
        zeros = [f.tensor(np.zeros(tuple(a.shape))) for a in rest[1:]]
        return f.second(lambda *args: value(args[:-1], args[-1]), [*rest, f.tensor(c)], [one, *zeros, f.tensor(np.ones_like(c))])

    whole, each = product(costs), [product(c) for c in costs]
    np.testing.assert_allclose(whole[-1], np.stack([m[-1] for m in each]), rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(whole[0], sum(m[0] for m in each), rtol=1e-8, atol=1e-8)


def of_cost(f, call, c):
    c = f.tensor(c)
    return f.second(lambda c: f.sum(call(c) ** 3), [c], [c * 0 + 1])[0]


def test_a_vertex_moves_along_a_line(f):
    """At a vertex of a linear program x is h / 2, whose second derivative is zero, and that of its cube is 6 x (1/2)^2."""
    G, c = f.tensor(2 * np.eye(3)), f.tensor([-1.0, -2.0, -3.0])
    Q = f.tensor(np.zeros((3, 3)))
    h = [1.0, 2.0, 3.0]
    np.testing.assert_allclose(of_cost(f, lambda v: QP()(Q, c, G=G, h=v).x, h), 6 * np.array(h) / 2 / 4, rtol=1e-6)


def test_limits_that_are_equal_are_equations(f):
    Q, G = f.tensor(np.eye(2)), f.tensor(np.eye(2)[:1])
    c = f.tensor([-3.0, -4.0])
    np.testing.assert_allclose(of_cost(f, lambda v: QP()(Q, c, G=G, h=v, low=v).x, [0.5]), 6 * 0.5, rtol=1e-6)


def test_without_rows(f):
    Q = f.tensor(np.diag([1.0, 2.0]))
    np.testing.assert_allclose(of_cost(f, lambda v: QP()(Q, v).x, [1.0, 2.0]), [-6.0, -6 / 4], rtol=1e-6)


def test_float32(f):
    Q, G = f.tensor(np.eye(2), "float32"), f.tensor(np.ones((1, 2)), "float32")
    h = f.tensor([1.0], "float32")

    def twice(c):
        return f.second(lambda c: f.sum(QP()(Q, c, G=G, h=h).x ** 3), [c], [c * 0 + f.tensor([1.0, 0.0], "float32")])[0]

    h2 = twice(f.tensor([-3.0, -2.0], "float32"))
    assert h2.dtype == np.float32
    np.testing.assert_allclose(h2, [1.5, -1.5], atol=1e-4)  # x is (1 - c0 + c1) / 2 and (1 + c0 - c1) / 2


@pytest.mark.parametrize(
    "message, make",
    [
        ("place 0.*there is no second derivative", lambda f, Q: lambda c: QP()(Q, c, G=f.tensor(np.eye(2)), h=f.tensor([1.0, 5.0])).x),
        (
            "do not determine the solution|it is singular",
            lambda f, Q: lambda c: QP()(Q, c, f.tensor(np.ones((2, 2))), f.tensor([1.0, 1.0])).x,
        ),
    ],
    ids=["a multiplier of zero", "the same equation twice"],
)
def test_where_there_is_none(f, message, make):
    Q = f.tensor(np.eye(2))
    with pytest.raises((f.error, FloatingPointError), match=message):
        of_cost(f, make(f, Q), [-1.0, -2.0])


def test_the_member_is_named(f):
    Q, G, h = f.tensor(np.eye(2)), f.tensor(np.eye(2)), f.tensor([1.0, 5.0])
    with pytest.raises((f.error, FloatingPointError), match="member 1 is at limits whose multipliers are zero .rows of G, place 0"):
        of_cost(f, lambda c: QP()(Q, c, G=G, h=h).x, [[-3.0, -2.0], [-1.0, -2.0]])


@pytest.mark.parametrize(
    "kind, layer",
    [
        ("elastic", lambda f, c: QP(elastic=10.0)(f.tensor(np.eye(2)), c, G=f.tensor(np.ones((1, 2))), h=f.tensor([1.0])).x),
        ("smoothing", lambda f, c: QP(smoothing=1e-3)(f.tensor(np.eye(2)), c, G=f.tensor(np.ones((1, 2))), h=f.tensor([1.0])).x),
        (
            "cone program",
            lambda f, c: ConeProgram([("second-order", 3)])(
                None, c, f.tensor([[0.0, 0.0], [-1.0, 0.0], [0.0, -1.0]]), f.tensor([1.0, 0.0, 0.0])
            ).x,
        ),
    ],
    ids=["elastic", "smoothing", "cones"],
)
def test_what_is_of_first_order(f, kind, layer):
    with pytest.raises(RuntimeError, match=f"{kind}.* cannot be differentiated again"):
        of_cost(f, lambda c: layer(f, c), [-3.0, -2.0])


def test_transformations():
    jax, torch = require("jax"), require("torch")
    jax.config.update("jax_enable_x64", True)
    data = program()

    def in_jax(c):
        args = [jax.numpy.asarray(a) for a in data]
        return (QP(tol=1e-11)(args[0], c, *args[2:]).x ** 3).sum()

    def in_torch(c):
        args = [torch.tensor(a) for a in data]
        return (QP(tol=1e-11)(args[0], c, *args[2:]).x ** 3).sum()

    costs = data[1] + 0.05 * np.random.default_rng(3).normal(size=(3, 5))
    twice = jax.jacrev(jax.grad(in_jax))
    want = np.stack([twice(jax.numpy.asarray(c)) for c in costs])
    np.testing.assert_allclose(jax.jit(jax.vmap(twice))(costs), want, rtol=1e-8, atol=1e-9)
    again = torch.func.jacrev(torch.func.grad(in_torch))
    np.testing.assert_allclose(np.stack([again(torch.tensor(c)) for c in costs]), want, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(torch.func.vmap(again)(torch.tensor(costs)), want, rtol=1e-7, atol=1e-8)
    third = jax.jacrev(twice)(jax.numpy.asarray(costs[0]))
    e = 1e-5
    up, down = (twice(jax.numpy.asarray(costs[0] + s * e * np.eye(5)[0])) for s in (1, -1))
    np.testing.assert_allclose(third[:, :, 0], (up - down) / (2 * e), atol=1e-5)


def test_tf_function():
    tf = require("tensorflow")
    data = [tf.constant(a) for a in program()]

    def twice(c):
        with tf.GradientTape() as outer:
            outer.watch(c)
            with tf.GradientTape() as tape:
                tape.watch(c)
                value = tf.reduce_sum(QP(tol=1e-11)(data[0], c, *data[2:]).x ** 3)
            g = tape.gradient(value, c)
        return outer.gradient(g, c)

    np.testing.assert_allclose(tf.function(twice)(data[1]), twice(data[1]), rtol=1e-9)
