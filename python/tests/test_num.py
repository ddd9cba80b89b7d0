"""argmin.num: NumPy's functions while traced and at once, gradients, batches, loops, and minimizers."""

import json

import numpy as np
import pytest
from gradients import differences

from argmin import num

rng = np.random.default_rng(3)
pos = rng.uniform(0.5, 2, size=(3, 4))
unit = rng.uniform(-0.9, 0.9, size=(3, 4))
x34, y34, y4 = rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), rng.normal(size=4)
m4 = rng.normal(size=(4, 4))
spd = m4 @ m4.T + 4 * np.eye(4)

# Functions that NumPy has by the same name, with arguments.
SAME = [
    *[
        (name, pos)
        for name in (
            "exp exp2 expm1 log log1p log2 log10 sqrt cbrt sin cos tan arctan sinh cosh tanh arcsinh floor ceil trunc "
            "round abs negative sign square isfinite isnan sum prod max min mean var std argmax argmin cumsum cumprod "
            "sort argsort ravel transpose squeeze flip diff"
        ).split()
    ],
    *[(name, unit) for name in ("arcsin", "arccos", "arctanh")],
    ("arccosh", 1 + pos),
    *[
        (name, x34, y34)
        for name in (
            "add subtract multiply divide mod maximum minimum arctan2 hypot logaddexp equal not_equal less "
            "less_equal greater greater_equal"
        ).split()
    ],
    ("power", pos, y4),
    ("power", x34, 3),
    ("add", x34, 2),
    ("multiply", np.arange(3), 2),
    ("divide", np.arange(3), 2),
    ("outer", y4, y4),
    ("dot", x34, y4),
    ("matmul", x34, m4),
    ("matmul", y4, m4),
    ("matmul", np.stack([m4, m4]), m4),
    ("where", x34 > 0, x34, 2.0),
    ("clip", x34, -0.5, 0.5),
    ("trace", m4),
    ("diag", y4),
    ("diag", m4),
    ("tril", m4),
    ("triu", m4),
    ("reshape", x34, (2, 6)),
    ("expand_dims", x34, 1),
    ("broadcast_to", y4, (3, 4)),
    ("swapaxes", x34, 0, 1),
]


@pytest.mark.parametrize("case", SAME, ids=lambda c: c[0])
def test_as_numpy(case):
    name, *args = case
    want, f = getattr(np, name)(*args), getattr(num, name)
    arrays = [a for a in args if isinstance(a, np.ndarray)]
    others = [a for a in args if not isinstance(a, np.ndarray)]  # after the arrays, in all cases
    for got in (f(*args), num.jit(lambda *a: f(*a, *others))(*arrays)):
        assert np.shape(got) == np.shape(want)
        np.testing.assert_allclose(got, want, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("name", ["sum", "prod", "max", "min", "mean", "var", "std"])
@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1)])
def test_reductions(name, axis):
    for keep in (False, True):
        got = num.jit(lambda x: getattr(num, name)(x, axis=axis, keepdims=keep))(x34)
        np.testing.assert_allclose(got, getattr(np, name)(x34, axis=axis, keepdims=keep), rtol=1e-13)


@pytest.mark.parametrize(
    "index",
    [
        0,
        -1,
        slice(1, None),
        (slice(None), 2),
        (slice(None, None, -1), slice(3, 0, -2)),
        (..., None, 1),
        (None, 1),
        np.array([2, 0, -1]),
        (slice(None), np.array([[1, 3], [0, -4]])),
        (np.array([0, 2]), np.array([1, -1])),
        (1, np.array([0, 3])),
        (slice(2, 1), 0),
    ],
    ids=str,
)
def test_indexing(index):
    got = num.jit(lambda x: x[index])(x34)
    np.testing.assert_array_equal(got, x34[index])


def test_linear_algebra():
    f = num.jit(
        lambda a, b: (
            num.linalg.solve(a, b),
            num.linalg.inv(a),
            num.linalg.det(a),
            num.linalg.slogdet(a),
            num.linalg.cholesky(a),
            num.linalg.eigh(a)[0],
            num.linalg.norm(b),
            num.einsum("ij,j->i", a, b),
            num.linalg.svd(a)[1],
        )
    )
    want = (
        np.linalg.solve(spd, y4),
        np.linalg.inv(spd),
        np.linalg.det(spd),
        tuple(np.linalg.slogdet(spd)),
        np.linalg.cholesky(spd),
        np.linalg.eigh(spd)[0],
        np.linalg.norm(y4),
        spd @ y4,
        np.linalg.svd(spd)[1],
    )
    for g, w in zip(f(spd, y4), want):
        np.testing.assert_allclose(g, w, rtol=1e-10, atol=1e-12)
    q, r = num.jit(num.linalg.qr)(x34.T)
    np.testing.assert_allclose(q @ r, x34.T, atol=1e-13)
    np.testing.assert_allclose(
        num.linalg.solve_triangular(np.tril(spd), y4, lower=True), np.linalg.solve(np.tril(spd), y4), rtol=1e-12
    )


def test_types_are_numpys():
    f32 = np.ones(3, np.float32)
    assert num.jit(lambda x: 2 * x + 1)(f32).dtype == np.float32
    assert num.jit(lambda x, y: x + y)(f32, np.ones(3)).dtype == np.float64
    assert num.jit(lambda x: x / 2)(np.arange(3)).dtype == np.float64
    assert num.jit(lambda x: x + 1)(np.arange(3, dtype=np.int32)).dtype == np.int32
    assert num.jit(lambda x: num.sum(x > 0))(f32) == 3


def model(w, x, y):
    return num.mean(num.softplus(-y * (x @ w["slope"] + w["level"]))) + 0.1 * num.sum(w["slope"] ** 2)


@pytest.fixture
def data():
    return rng.normal(size=(30, 3)), np.sign(rng.normal(size=30))


def test_gradients(data):
    w = {"slope": np.ones(3), "level": np.array(0.5)}
    value, g = num.value_and_grad(model)(w, *data)
    assert set(g) == {"slope", "level"}
    np.testing.assert_allclose(
        g["slope"], differences(lambda s: model({**w, "slope": s}, *data), w["slope"]), atol=1e-8
    )
    gx = num.grad(model, argnums=(1, 2))(w, *data)
    assert gx[0].shape == (30, 3) and gx[1].shape == (30,)

    def f(x):
        return num.sum(num.exp(x) * x[::-1]) + x[0] ** 3

    x = np.array([0.3, -0.2, 0.7])
    h = num.hessian(f)(x)
    np.testing.assert_allclose(h, differences2(num.grad(f), x), atol=1e-7)
    np.testing.assert_allclose(num.hvp(f, x, np.array([1.0, 2.0, 3.0])), h @ [1, 2, 3], rtol=1e-12)
    y, dy = num.jvp(f, [x], [np.ones(3)])
    np.testing.assert_allclose(dy, num.grad(f)(x).sum(), rtol=1e-12)
    np.testing.assert_allclose(num.vjp(num.exp, x)[1](x)[0], np.exp(x) * x, rtol=1e-12)
    assert num.jacobian(lambda x: num.outer(x, x))(x).shape == (3, 3, 3)
    assert num.grad(lambda x: num.stop_gradient(x) * x)(3.0) == 3


def differences2(g, x, e=1e-5):
    return np.array([(g(x + e * d) - g(x - e * d)) / (2 * e) for d in np.eye(x.size)])


def test_loops_and_branches():
    decay = 0.5

    def f(a, xs):
        c, ys = num.scan(lambda c, x: (decay * c + a * x, num.sin(c)), 0.0, xs)
        return c + num.sum(ys)

    xs = np.array([1.0, 2.0, 3.0])
    c, total = 0.0, 0.0
    for x in xs:
        total, c = total + np.sin(c), 0.5 * c + 2 * x
    np.testing.assert_allclose(num.jit(f)(2.0, xs), c + total, rtol=1e-14)
    np.testing.assert_allclose(
        num.grad(f)(2.0, xs), differences(lambda a: float(f(float(a), xs)), np.array(2.0)), rtol=1e-8
    )
    assert num.jit(lambda x: num.while_loop(lambda s: s[0] < 100, lambda s: (2 * s[0], s[1] + 1), (x, 0))[1])(1.0) == 7
    g = num.grad(lambda x: num.cond(x > 0, lambda v: v**2, lambda v: -v, x))
    assert g(3.0) == 6 and g(-3.0) == -1
    np.testing.assert_array_equal(num.vmap(g)(np.array([3.0, -3.0])), [6, -1])
    assert num.fori_loop(0, 5, lambda i, x: x * 2, 1.0) == 32
    assert num.grad(num.checkpoint(lambda x: num.sin(x) ** 2))(0.3) == pytest.approx(np.sin(0.6))


def test_batches():
    xs = rng.normal(size=(5, 3))
    f = num.vmap(lambda x, a: a * x / num.sum(x**2), (0, None))
    np.testing.assert_allclose(f(xs, 2.0), 2 * xs / (xs**2).sum(1, keepdims=True), rtol=1e-13)
    pairs = num.vmap(lambda a: num.vmap(lambda b: num.dot(a, b))(xs))(xs)  # one uses the other's array
    np.testing.assert_allclose(pairs, xs @ xs.T, rtol=1e-13)
    np.testing.assert_allclose(num.vmap(lambda d: d["a"] + 1, 1)({"a": xs}), xs.T + 1)


def test_solver(data):
    s = num.Solver(model, "BFGS", tol=1e-10)
    w0 = {"slope": np.zeros(3), "level": np.zeros(())}
    r = s.run(w0, *data)
    assert r.state.success and r.state.n_iter > 0
    assert all(np.abs(g).max() < 1e-9 for g in num.grad(model)(r.params, *data).values())
    batch = s.run_batch(w0, data[0], np.stack([data[1], -data[1]]), in_axes=(None, None, 0))
    np.testing.assert_allclose(batch.params["slope"][1], -batch.params["slope"][0], atol=1e-8)
    assert batch.state.status.tolist() == ["converged"] * 2


def test_argmin_has_derivatives():
    inner = num.Solver(lambda x, a: num.sum((x - a) ** 2) + num.sum(x**4), tol=1e-12)

    def x_of(a):
        return num.sum(inner.argmin(np.zeros(2), a) ** 2)

    a = np.array([1.0, 3.0])
    np.testing.assert_allclose(num.grad(x_of)(a), differences(lambda a: float(x_of(a)), a, 1e-4), rtol=1e-6)
    h = num.hessian(x_of)(a)
    np.testing.assert_allclose(h, differences2(num.grad(x_of), a, 1e-4), atol=1e-5)
    # A minimum of a minimum: the outer solve differentiates the inner one.
    r = num.minimize(lambda a: (x_of(a) - 1) ** 2 + 0.1 * num.sum(a**2), a, tol=1e-9)
    assert r.state.success
    np.testing.assert_allclose(num.vmap(num.grad(x_of))(np.stack([a, 2 * a]))[1], num.grad(x_of)(2 * a), rtol=1e-9)


def test_kinds():
    t = np.linspace(0, 1, 20)
    y = 2 * np.exp(-3 * t)
    fit = num.minimize(lambda p, t, y: p[0] * num.exp(p[1] * t) - y, np.array([1.0, -1.0]), t, y, kind="least_squares")
    np.testing.assert_allclose(fit.params, [2, -3], rtol=1e-8)
    root = num.minimize(lambda x, a: x * num.exp(x) - a, 1.0, 2.0, kind="root")
    assert root.params * np.exp(root.params) == pytest.approx(2)
    fixed = num.minimize(lambda x, a: num.cos(a * x), 1.0, 1.0, kind="fixed_point", tol=1e-10)
    assert fixed.params == pytest.approx(np.cos(fixed.params))
    bound = num.minimize(lambda x: num.sum((x - 3) ** 2), np.zeros(2), bounds=(None, 1.0))
    np.testing.assert_allclose(bound.params, [1, 1])
    grid = num.minimize(lambda x: num.sum((x - 3) ** 2), np.zeros(2), bounds=(np.zeros(2), np.array([1.0, 5.0])))
    np.testing.assert_allclose(grid.params, [1, 3])
    within = num.Solver(lambda x, hi: num.sum((x - 3) ** 2) + 0 * num.sum(hi), "LBFGSB")
    slope = num.grad(lambda hi: num.sum(within.argmin(np.zeros(2), hi, bounds=(0.0, hi)) ** 2))
    np.testing.assert_allclose(slope(np.array([1.0, 5.0])), [2, 0], atol=1e-8)
    limited = num.minimize(lambda x: num.sum((x - 3) ** 4), np.zeros(2), max_iter=2)
    assert not limited.state.success and limited.state.status == "iteration limit"


def test_mistakes_are_named():
    with pytest.raises(TypeError, match=r"bool\(\) needs the numbers of an array of shape \(3,\)"):
        num.jit(lambda x: x if x else -x)(np.ones(3))
    with pytest.raises(TypeError, match="a function of NumPy needs the numbers"):
        num.jit(lambda x: np.linalg.norm(x))(np.ones(3))
    with pytest.raises(ValueError, match=r"shapes \(3,\) and \(4,\) do not fit"):
        num.jit(lambda x: x @ np.ones(4))(np.ones(3))
    with pytest.raises(TypeError, match=r"returned f64\[3\], want a real number"):
        num.grad(lambda x: x)(np.ones(3))
    with pytest.raises(TypeError, match=r"what scan carries changed from f64\[\] to f64\[2\]"):
        num.scan(lambda c, x: (c + np.ones(2), None), 0.0, np.ones(3))
    with pytest.raises(IndexError, match="index 5 is out of range for axis 0 of length 3"):
        num.jit(lambda x: x[5])(np.ones(3))
    kept = []
    num.jit(lambda x: kept.append(x) or x)(np.ones(3))
    with pytest.raises(RuntimeError, match="kept outside of the function"):
        num.sin(kept[0])


def test_program_is_json():
    p = num.program_of(lambda x: num.sum(x**2), np.ones(3))
    assert [e["op"] for e in json.loads(p.text)["eqns"]] == ["integer_pow", "reduce_sum"]
    assert p(np.array([1.0, 2.0, 3.0]))[0] == 14
