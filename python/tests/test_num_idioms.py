"""What users of NumPy write, on arrays of argmin.num: values and gradients beside NumPy's, and mistakes by name."""

import operator

import numpy as np
import pytest
import scipy.special
from gradients import differences

from argmin import num

rng = np.random.default_rng(0)
A, B, V = rng.normal(size=(3, 4)), rng.normal(size=(2, 3, 4)), rng.normal(size=5)
S = rng.normal(size=(3, 3))
T = np.linspace(0, 1, 12)
Y = 2 * np.exp(-3 * T) + 0.05 * rng.normal(size=12)
X, LABEL = rng.normal(size=(20, 3)), rng.integers(0, 2, size=20)
FROM, TO = np.triu_indices(4, 1)
MASK = np.arange(12).reshape(3, 4) % 3 != 0


class Reference:
    """NumPy, with the special functions that argmin.num has."""

    def __getattr__(self, name):
        if name == "logsumexp":
            return lambda x, axis=None: scipy.special.logsumexp(x, axis=axis)
        return getattr(np, name) if hasattr(np, name) else getattr(scipy.special, name)


ref = Reference()

IDIOMS = {
    "array of numbers": lambda m, x: m.array([x[0, 0], 2.0, x[1, 1] * x[0, 1]]),
    "array of rows": lambda m, x: m.array([[x[0, 0], 1.0], [0.0, x[1, 1]]]),
    "sum of a list": lambda m, x: m.sum([x[0, 0], 2 * x[1, 1]]),
    "a mask": lambda m, x: x[MASK],
    "a mask of rows": lambda m, x: x[[True, False, True]],
    "a mask and a number": lambda m, x: x[1, np.array([True, False, True, True])],
    "an ellipsis and a mask": lambda m, x: x[..., np.array([True, False, True, True])],
    "an open mesh": lambda m, x: x[np.ix_([0, 2], [1, 3])],
    "indices apart": lambda m, x: (x[None] * B)[0, :, [1, 2]],
    "two arrays apart": lambda m, x: (x[None] * B)[[0, 1], :, [1, -2]],
    "arrays and a new axis": lambda m, x: x[[0, 1], None, [1, 3]],
    "take of all": lambda m, x: m.take(x, [[0, 7], [11, -1]]),
    "take along": lambda m, x: m.take(x, [0, -1], axis=1),
    "diff along": lambda m, x: m.diff(x, 1, 0),
    "diff twice": lambda m, x: m.diff(x, n=2, axis=1),
    "norm 1": lambda m, x: m.linalg.norm(x, 1),
    "norm inf": lambda m, x: m.linalg.norm(x, np.inf, keepdims=True),
    "norm -2": lambda m, x: m.linalg.norm(x, -2),
    "norm nuc": lambda m, x: m.linalg.norm(x, "nuc"),
    "norm fro": lambda m, x: m.linalg.norm(x[None] * B, "fro", axis=(1, 2)),
    "norms 2": lambda m, x: m.linalg.norm(x[None] * B, 2, axis=(2, 0)),
    "norm of rows": lambda m, x: m.linalg.norm(x, axis=1, keepdims=True),
    "norm 3 of rows": lambda m, x: m.linalg.norm(x, 3, axis=1),
    "norm inf of rows": lambda m, x: m.linalg.norm(x, -np.inf, axis=-1),
    "einsum without an arrow": lambda m, x: m.einsum("ij,kj", x, x),
    "einsum of a diagonal": lambda m, x: m.einsum("ii->i", x @ x.T),
    "einsum of a trace": lambda m, x: m.einsum("ii", x @ x.T),
    "einsum with an ellipsis": lambda m, x: m.einsum("...i,i->...", x[None] * B, x[0]),
    "einsum of ellipses": lambda m, x: m.einsum("...ij,...jk", x, (x[None] * B).swapaxes(1, 2)),
    "einsum of capitals": lambda m, x: m.einsum("aB,aC->BC", x, x),
    "dot of stacks": lambda m, x: m.dot(x, (x[None] * B).swapaxes(1, 2)),
    "outer of matrices": lambda m, x: m.outer(x, x[0]),
    "kron of vectors": lambda m, x: m.kron(x[0], x[1, :2]),
    "diag 1": lambda m, x: m.diag(x, 1),
    "diag -1": lambda m, x: m.diag(x, -1),
    "a vector on diag 1": lambda m, x: m.diag(x[0], 1),
    "a vector on diag -2": lambda m, x: m.diag(x[0], -2),
    "diag of a wide matrix": lambda m, x: m.diag(x),
    "singular values": lambda m, x: m.linalg.svd(x, compute_uv=False),
    "svd": lambda m, x: m.linalg.svd(x, full_matrices=False)[1],
    "floor and rest": lambda m, x: x // 0.3 + x % 0.3 + divmod(x, 0.7)[1] + 2.0 // x,
    "round": lambda m, x: m.round(x, 1) + m.round(100 * x, -1) + round(x[0, 0], 2),
    "methods": lambda m, x: x.copy().repeat(2, axis=0) + x[:, :3].trace() + x.diagonal().sum(),
    "argsort of all": lambda m, x: x.ravel()[x.argsort(axis=None)],
    "concatenate flat": lambda m, x: m.concatenate([x, x[0]], axis=None),
    "dstack": lambda m, x: m.dstack([x, 2 * x]),
    "flips": lambda m, x: m.fliplr(x) * m.flipud(x),
    "pad edge": lambda m, x: m.pad(x, 1, "edge"),
    "pad reflect": lambda m, x: m.pad(x, ((1, 2), (0, 1)), mode="reflect"),
    "pad wrap": lambda m, x: m.pad(x, ((1, 2), (0, 0)), mode="wrap"),
    "convolve same": lambda m, x: m.convolve(x[0], x[1, :3], "same"),
    "convolve same, even": lambda m, x: m.convolve(x[0, :2], V, "same"),
    "convolve valid": lambda m, x: m.convolve(V, x[0], "valid"),
    "quantiles": lambda m, x: m.quantile(x, [0.2, 0.5], axis=1),
    "percentiles": lambda m, x: m.percentile(x, [10, 90]),
    "trapezoid along": lambda m, x: m.trapezoid(x, dx=0.5, axis=0),
    "vander": lambda m, x: m.vander(x[0], increasing=True),
    "select": lambda m, x: m.select([x < -0.5, x < 0.5], [x**2, 3 * x], 7.0),
    "full_like": lambda m, x: m.full_like(x, 2.0) * x,
    "float_power": lambda m, x: m.float_power(m.abs(x), 0.3),
    "identity": lambda m, x: x[:, :3] @ m.identity(3) + m.tri(3),
}


@pytest.mark.parametrize("name", IDIOMS)
def test_idioms(name):
    f = IDIOMS[name]
    want = f(np, A)
    for got in (f(num, A), num.jit(lambda x: f(num, x))(A)):
        assert np.shape(got) == np.shape(want)
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-13)
    if np.asarray(want).dtype.kind == "f":
        weights = rng.normal(size=np.shape(want))
        slope = num.grad(lambda x: num.sum(f(num, x) * weights))(A)
        np.testing.assert_allclose(slope, differences(lambda x: np.sum(f(np, x) * weights), A), rtol=1e-6, atol=1e-7)


def ode(m, p):
    def f(s):
        return m.array([s[1], -p[0] * m.sin(s[0]) - p[1] * s[1]])

    s, total = m.array([1.0, 0.0]), 0.0
    for y in Y:
        k = f(s)
        s = s + 0.05 * (k + f(s + 0.1 * k))
        total += (s[0] - y) ** 2
    return total


def gaussian_process(m, p):
    K = m.exp(p[1] - 0.5 * ((T[:, None] - T) / m.exp(p[0])) ** 2) + m.exp(p[2]) * m.identity(12)
    L = m.linalg.cholesky(K)
    half = m.linalg.solve(L, Y)
    return 0.5 * half @ half + m.log(m.diag(L)).sum() + m.linalg.slogdet(K)[1] + 0.5 * Y.T @ m.linalg.inv(K) @ Y


def network(m, w):
    hidden = m.tanh(X @ w[:6].reshape(3, 2) + w[6:8])
    return ((m.dot(hidden, w[8:10]) + w[10] - LABEL) ** 2).mean()


def censored(m, p):
    z = (T - p[0]) / m.exp(p[1])
    return -m.where(T > 0.8, m.log(0.5 * m.erfc(z / np.sqrt(2))), -0.5 * z**2 - p[1]).sum()


def garch(m, p):
    a, b = 0.5 / (1 + m.exp(-p))[:2]
    h, total = 0.1, 0.0
    for y in Y:
        h = 0.01 + a * y**2 + b * h
        total = total + m.log(h) + y**2 / h
    return total


OBJECTIVES = {
    "a robust fit": (lambda m, p: m.log1p(((Y - p[0] * m.exp(p[1] * T) - p[2]) / 0.1) ** 2).sum(), [1.0, -1.0, 0.2]),
    "a network": (network, rng.normal(size=11)),
    "a Gaussian process": (gaussian_process, [-1.0, 0.2, -2.0]),
    "factors of a matrix": (
        lambda m, w: ((w[:6].reshape(3, 2) @ w[6:].reshape(2, 4) - A)[MASK] ** 2).sum() + 0.1 * m.linalg.norm(w) ** 2,
        rng.normal(size=14),
    ),
    "a differential equation": (ode, [1.0, 0.5]),
    "a censored sample": (censored, [0.1, 0.2]),
    "variances in time": (garch, [0.3, 0.2, 0.1]),
    "a mixture": (
        lambda m, p: -m.logsumexp(p[:2] - m.logsumexp(p[:2]) - 0.5 * (V[:, None] - p[2:]) ** 2, axis=1).sum(),
        [0.1, 0.3, -1.0, 1.0],
    ),
    "classes": (
        lambda m, w: m.logsumexp(X @ w.reshape(3, 2), axis=1).mean()
        - (X @ w.reshape(3, 2))[np.arange(20), LABEL].mean()
        + 0.1 * m.linalg.norm(w, 2) ** 2,
        rng.normal(size=6),
    ),
    "distances": (
        lambda m, z: m.sum(
            (m.linalg.norm(z.reshape(4, 2)[FROM] - z.reshape(4, 2)[TO], axis=1) - 1) ** 2
        ),
        rng.normal(size=8),
    ),
    "principal axes": (
        lambda m, x: m.linalg.svd(x.reshape(4, 3), full_matrices=False)[1][1:].sum(),
        rng.normal(size=12),
    ),
    "NumPy's own functions": (
        lambda m, x: m.sum(np.exp(x) * np.maximum(A[0], x) + np.arctan2(1.0, x)),
        [0.1, 0.2, 0.3, 0.4],
    ),
}


@pytest.mark.parametrize("name", OBJECTIVES)
def test_objectives(name):
    f, x = OBJECTIVES[name][0], np.array(OBJECTIVES[name][1])
    value, slope = num.value_and_grad(lambda x: f(num, x))(x)
    np.testing.assert_allclose(value, f(ref, x), rtol=1e-10)
    np.testing.assert_allclose(slope, differences(lambda x: float(f(ref, x)), x), rtol=1e-5, atol=1e-6)
    batch = num.vmap(num.grad(lambda x: f(num, x)))(np.stack([1.01 * x, x]))
    np.testing.assert_allclose(batch[1], slope, rtol=1e-8, atol=1e-10)
    found = num.minimize(lambda x: f(num, x), x, max_iter=50)
    assert f(ref, found.params) < f(ref, x)


def test_truth_is_numpys():
    a, b = np.array([2, 0, 1]), np.array([1, 1, 0])
    for name in ("logical_and", "logical_or", "logical_xor", "bitwise_and", "bitwise_or", "bitwise_xor"):
        got = num.jit(getattr(num, name))(a, b)
        np.testing.assert_array_equal(got, getattr(np, name)(a, b))
        assert got.dtype == getattr(np, name)(a, b).dtype
    np.testing.assert_array_equal(num.jit(num.logical_not)(1.5 * a), [False, True, False])
    assert num.cond(0.5, lambda x: x, lambda x: -x, 3.0) == 3
    np.testing.assert_array_equal(num.jit(num.searchsorted)(T, np.array([0.3, 0.0])), np.searchsorted(T, [0.3, 0.0]))
    assert num.jit(lambda x: num.searchsorted(T, x, side="right"))(T[3]) == 4


MISTAKES = {
    "a complex number": (lambda x: num.sum(x * 1j), TypeError, "arrays of real numbers, integers or bools, got 1j"),
    "objects": (lambda x: x * np.array([1, None]), TypeError, "got an array of type object"),
    "assignment": (lambda x: operator.setitem(x, 0, 1.0), TypeError, r"shape \(3,\) does not change"),
    "in place": (lambda x: operator.iadd(np.ones(3), x), TypeError, "write a = a [+] x"),
    "a function of NumPy": (lambda x: np.sum(x), TypeError, r"numpy.sum: a function of NumPy needs the numbers"),
    "a reduction of NumPy": (lambda x: np.add.reduce(x), TypeError, r"NumPy's add.reduce needs the numbers"),
    "an index too large": (lambda x: x[np.array([0, 3])], IndexError, "from 0 to 3 are out of range for axis 0"),
    "take too far": (lambda x: num.take(x, -4), IndexError, "out of range for axis 0 of length 3"),
    "a mask of another shape": (lambda x: x[np.ones(4, bool)], IndexError, r"a mask has shape \(4,\), want \(3,\)"),
    "a traced mask": (lambda x: x[x > 0], TypeError, "want integers; a mask is for where"),
    "where alone": (lambda x: num.where(x > 0), TypeError, "where needs a condition and two arrays"),
    "unequal rows": (lambda x: num.array([x, x[:2]]), ValueError, r"arrays of one shape, these have \(3,\), \(2,"),
    "unequal axes": (lambda x: num.concatenate([x, num.outer(x, x)]), ValueError, r"shapes \(3,\), \(3, 3\) differ"),
    "einsum's letters": (lambda x: num.einsum("ij,j->i", x, x), ValueError, r"arrays of the shapes \(3,\), \(3,\)"),
    "einsum's lengths": (lambda x: num.einsum("i,i->", x, x[:2]), ValueError, "one letter have the lengths 3 and 2"),
    "a norm of nothing": (lambda x: num.linalg.norm(x, "fro"), ValueError, "ord is 'fro', want a number for vectors"),
    "item": (lambda x: x[0].item(), TypeError, r"item\(\) needs the numbers"),
    "full matrices": (lambda x: num.linalg.svd(x[:, None], full_matrices=True), ValueError, "False where it is not sq"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(name):
    f, kind, text = MISTAKES[name]
    with pytest.raises(kind, match=text):
        num.jit(f)(np.array([0.5, -0.3, 0.8]))


def test_mistakes_of_calls():
    x = np.ones(3)
    assert num.grad(lambda x, y: num.sum(x * y), argnums=-1)(x, 2 * x).tolist() == [1, 1, 1]
    with pytest.raises(ValueError, match="argnums is 2, and the function is called with 1 arg"):
        num.grad(num.sum, argnums=2)(x)
    with pytest.raises(TypeError, match="got 'a'; bring what is no array into a function by a lambda"):
        num.grad(lambda x, how: num.sum(x))(x, "a")
    with pytest.raises(TypeError, match="returned None, want a real number"):
        num.grad(lambda x: None)(x)
    with pytest.raises(TypeError, match="argument of a function with a Jacobian is a tree, want one array"):
        num.hessian(lambda p: p["a"] ** 2)({"a": 1.0})
    with pytest.raises(TypeError, match="result of a function with a Jacobian is a tree, want one array"):
        num.jacobian(lambda x: (x, x))(x)
    with pytest.raises(TypeError, match="want a number or None for each argument"):
        num.vmap(lambda d: d["a"], in_axes=({"a": 0},))({"a": x})
    with pytest.raises(TypeError, match="primals and tangents are lists"):
        num.jvp(num.sum, x, x)
    with pytest.raises(ValueError, match=r"tangent 0 has the shapes \[\(2,\)\], want those of"):
        num.jvp(num.sum, [x], [x[:2]])
    with pytest.raises(ValueError, match="a list is a tree of arrays, so make an array of it"):
        num.scan(lambda c, x: (c + x, c), 0.0, [1.0, 2.0])
    with pytest.raises(TypeError, match="option args is .*; data of fun are given after x0"):
        num.minimize(lambda x, a: num.sum((x - a) ** 2), x, args=(2.0,))
    with pytest.raises(ValueError, match="want a pair: the lower bounds and the upper bounds"):
        num.minimize(num.sum, x, bounds=[(0, 1), (0, 2), (0, 3)])
    with pytest.raises(ValueError, match=r"lower bounds are \(0, 1\), whose structure is not that of x0"):
        num.minimize(num.sum, x[:2], bounds=[(0, 1), (0, 2)])
