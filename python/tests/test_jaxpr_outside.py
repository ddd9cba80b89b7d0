"""JAX objectives of the kinds that users bring: value, gradient and product with the Hessian are JAX's."""

import dataclasses
import functools

import numpy as np
import pytest

jax = pytest.importorskip("jax")
jnp = jax.numpy
jax.config.update("jax_enable_x64", True)

from jax import lax  # noqa: E402
from jax.flatten_util import ravel_pytree  # noqa: E402
from jax.scipy import linalg, special, stats  # noqa: E402

from argmin import _program as programs  # noqa: E402
from argmin._jaxpr import program_of  # noqa: E402
from argmin.programs import Solver  # noqa: E402

rng = np.random.default_rng(11)
X = rng.normal(size=5)
SQUARE = 0.5 * rng.normal(size=16)
CASES = {}


def case(x0, *data):
    def add(fun):
        CASES[fun.__name__] = (fun, x0, data)
        return fun

    return add


def spd(x):
    a = x.reshape(4, 4)
    return a @ a.T + 4 * jnp.eye(4)


@case(SQUARE)
def matrices(x):
    s, a = spd(x), x.reshape(4, 4)
    w, v = jnp.linalg.eigh(s)
    half = jnp.trace((v * jnp.sqrt(w)) @ v.T)
    return half + jnp.linalg.norm(a + jnp.eye(4), "nuc") + jnp.sum(linalg.expm(0.3 * a) ** 2) + jnp.log(jnp.linalg.det(s))


@case(rng.normal(size=12))
def rectangles(x):
    a = x.reshape(4, 3)
    q, r = jnp.linalg.qr(a)
    u, s, vt = jnp.linalg.svd(a, full_matrices=False)
    return jnp.sum(r**2) + jnp.sum(q[0]) ** 2 + jnp.sum(jnp.sqrt(1 + s**2)) + (u[0] @ vt[:, 0]) ** 2 + jnp.sum(jnp.linalg.pinv(a) ** 2)


@case(np.array([0.7, 1.3, 2.1]))
def special_functions(x):
    y = special.gammaln(x) + special.betaln(x, 2.0) + special.erfinv(0.3 * x) + special.log_ndtr(x) + special.i0e(x)
    y += special.entr(x) + special.gammainc(2.0, x) + special.betainc(2.0, 3.0, x / 3) + special.zeta(2 + x, 1.0)
    y += special.exp1(x) + special.expi(x) + special.poch(x, 2.0) + special.factorial(x)
    return jnp.sum(y + special.hyp1f1(1.0, 2.0, x) + special.kl_div(x, 2.0) + jnp.sinc(x))


@case(np.array([0.1, 0.2]), rng.normal(size=20))
def densities(p, y):
    a, b = jnp.exp(p)
    log = stats.norm.logpdf(y, p[0], b) + stats.t.logpdf(y, 4.0, p[0], b) + stats.laplace.logpdf(y, p[0], b)
    log += stats.gamma.logpdf(jnp.exp(y), a, scale=b) + stats.beta.logpdf(jax.nn.sigmoid(y), a, b) + stats.cauchy.logpdf(y, p[0], b)
    log += stats.truncnorm.logpdf(y, -9.0, 9.0, p[0], b) + stats.vonmises.logpdf(y, b) + stats.gennorm.logpdf(y, a)
    return -jnp.mean(log + stats.norm.logcdf(y * b) + stats.poisson.logpmf(jnp.floor(jnp.exp(y)), a))


@case(X)
def choices(x):
    y = jnp.sum(jnp.select([x < -1, x < 0.5], [x**2, x**3], jnp.sin(x)))
    y += jnp.sum(jnp.piecewise(x, [x < 0, x >= 0], [lambda v: -v, lambda v: v**2]))
    y += jnp.sum(jax.vmap(lambda v: lax.cond(v > 0, jnp.square, lambda t: -3 * t, v))(x))
    return y + x[jnp.argmax(jnp.array([False, True, True]))] ** 2 + jnp.bincount(jnp.array([0, 1, 1]), length=3) @ x[:3]


@case(X)
def loops(x):
    """Among them a loop each of whose members runs to its own end."""
    steps = jax.vmap(lambda n: lax.while_loop(lambda s: s[0] < n, lambda s: (s[0] + 1, s[1] * 1.5), (0, 1.0))[1])(jnp.arange(5))
    y = lax.fori_loop(0, 5, lambda i, c: jnp.sin(c) + x[i], 0.0) + jnp.sum(lax.map(lambda e: jnp.exp(jnp.sin(e)), x, batch_size=2))
    scanned = lax.associative_scan(lambda a, b: (a[0] * b[0], b[0] * a[1] + b[1]), (jnp.tanh(x), x))[1]
    return y + jnp.sum((x - steps) ** 2) + jnp.sum(scanned**2)


@case(X)
def derivatives_inside(x):
    def f(v):
        return jnp.sin(jnp.outer(v, v)).sum(0)

    y, push = jax.linearize(jnp.sin, x)
    inner = jnp.sum(jax.jacfwd(f)(x) ** 2 + jax.jacrev(f)(x)) + jnp.trace(jax.hessian(lambda v: jnp.sum(jnp.cosh(v)))(x))
    return inner + jnp.sum(y * push(jnp.ones(5))) + jnp.sum(jax.checkpoint(jnp.cos)(x))


@case(X)
def rules(x):
    @functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
    def applied(f, v):
        return f(v)

    applied.defvjp(lambda f, v: (f(v), v), lambda f, v, g: (2 * g * jnp.cos(v),))

    @jax.custom_jvp
    def log1pexp(v):
        return jnp.log(1 + jnp.exp(v))

    @log1pexp.defjvp
    def _(primals, tangents):
        (v,), (t,) = primals, tangents
        return log1pexp(v), t * (1 - 1 / (1 + jnp.exp(v)))

    return jnp.sum(applied(jnp.sin, x)) + jnp.sum(jax.vmap(log1pexp)(x))


@jax.tree_util.register_dataclass
@dataclasses.dataclass
class Parameters:
    a: object
    b: dict


@case(Parameters(np.ones(2), {"u": np.zeros(3), "t": (np.zeros(()), [np.ones(1)])}), {"m": np.array([True, False, True]), "i": np.array([0, 2], np.uint8)})
def trees(p, d):
    y = jnp.sum((p.a - 2) ** 2) + jnp.sum(jnp.where(d["m"], jnp.cosh(p.b["u"] - 1), p.b["u"] ** 4))
    return y + (p.b["t"][0] + 1) ** 2 + jnp.sum(p.b["t"][1][0] ** 4) + jnp.sum(p.b["u"][d["i"]])


@case(X)
def places(x):
    y = jnp.zeros((4, 5)).at[1].set(x).at[2, ::2].add(x[:3] ** 2).at[jnp.array([0, 3]), jnp.array([1, 1])].multiply(3.0)
    y = y.at[jnp.array([0, 0]), 4].add(x[:2])
    z = x.at[jnp.array([0, 9, -1])].get(mode="fill", fill_value=2.0)
    top = lax.top_k(x**2, 2)[0].sum() + jnp.median(x) ** 2 + jnp.interp(x[0], jnp.arange(3.0), jnp.array([1.0, 2, 5]))
    return jnp.sum(jnp.sin(y)) + jnp.sum(z**2) + top + jnp.sum(jnp.cumprod(1 + 0.1 * x)) + lax.cumlogsumexp(x)[-1]


@case(0.2 * rng.normal(size=108), rng.normal(size=(2, 3, 8, 8)))
def convolutions(k, im):
    k = k.reshape(4, 3, 3, 3)
    y = lax.conv_general_dilated(im, k, (1, 1), [(2, 1), (0, 3)], rhs_dilation=(2, 1), lhs_dilation=(1, 2))
    z = lax.conv_general_dilated(im, k[:3, :1], (2, 1), "SAME", feature_group_count=3)
    t = lax.conv_transpose(im.transpose(0, 2, 3, 1), k.transpose(2, 3, 1, 0), (2, 2), "SAME")
    pool = lax.reduce_window(z, 0.0, lax.add, (1, 1, 3, 3), (1, 1, 2, 2), "SAME")
    return jnp.mean(jnp.tanh(y)) + jnp.mean(jax.nn.gelu(z) ** 2) + jnp.mean(jnp.tanh(t) ** 2) + jnp.mean(pool**2)


@case(X)
def sums_of_ones_own(x):
    rows = jnp.outer(x, x)
    log = lax.reduce(rows, -jnp.inf, jnp.logaddexp, (0,))
    total, product = lax.reduce((rows, 1 + rows**2), (0.0, 1.0), lambda a, b: (a[0] + b[0], a[1] * b[1]), (1,))
    return jnp.sum(log**2) + jnp.sum(total) + jnp.sum(jnp.log(product))


@case(X)
def numbers_apart(x):
    y = jnp.ldexp(x, 2) + jnp.float_power(jnp.abs(x) + 1, 1.5) + jnp.remainder(x, 2.0) + jnp.modf(x)[0] + jnp.frexp(x)[0]
    n = jnp.arange(5, dtype=jnp.uint8)
    return jnp.sum(y) + jnp.sum(x * n) + jnp.sum(x * jnp.array([1, 2, 3, 4, 5], jnp.int16)) + jnp.sum(x * (jnp.arange(5, dtype=jnp.uint64) // 2))


@case(np.array([0.3, 0.2]), np.linspace(0, 2, 9))
def differential_equation(p, t):
    from jax.experimental.ode import odeint

    k, c = jnp.exp(p)
    y = odeint(lambda y, t, k, c: jnp.array([y[1], -k * y[0] - c * y[1]]), jnp.array([1.0, 0.0]), t, k, c, rtol=1e-10, atol=1e-10)
    return jnp.sum((y[:, 0] - jnp.exp(-t)) ** 2)


@case(X, jax.random.PRNGKey(3))
def reparametrized(x, key):
    a, b = jax.random.split(key)
    y = jnp.sum(jax.random.gamma(a, jnp.exp(0.3 * x))) + jnp.sum(0.1 * jax.random.loggamma(b, 0.5 * jnp.exp(0.3 * x)))
    return y + jax.random.beta(b, jnp.exp(x[0]), 2.0) + jnp.sum(jax.random.dirichlet(a, jnp.ones(5)) * x**2)


FIRST = {"differential_equation", "rules", "special_functions"}  # JAX has no product with the Hessian of these


@pytest.mark.parametrize("name", CASES)
def test_as_jax(name):
    fun, x0, data = CASES[name]
    flat, unravel = ravel_pytree(jax.tree_util.tree_map(jnp.asarray, x0))
    n, leaves = len(jax.tree_util.tree_leaves(x0)), jax.tree_util.tree_leaves

    def of_vector(z):
        return fun(unravel(z), *data)

    both = programs.value_and_grad(program_of(fun, x0, *data), range(n))
    value, *slope = both(*leaves(x0), *leaves(data))
    slope = np.concatenate([np.ravel(g) for g in slope])
    want, gradient = jax.jit(jax.value_and_grad(of_vector))(flat)
    np.testing.assert_allclose(value, want, rtol=1e-10)
    np.testing.assert_allclose(slope, gradient, rtol=1e-10, atol=1e-10 * (1 + np.abs(gradient).max()))
    v = np.random.default_rng(0).normal(size=flat.shape)
    parts = leaves(unravel(jnp.asarray(v)))
    product = programs.jvp(both, range(n), range(1, n + 1))(*leaves(x0), *leaves(data), *parts)[n:]
    product = np.concatenate([np.ravel(h) for h in product])
    if name not in FIRST:
        want = jax.jit(lambda z: jax.jvp(jax.grad(of_vector), (z,), (v,))[1])(flat)
        np.testing.assert_allclose(product, want, rtol=1e-9, atol=1e-9 * (1 + np.abs(want).max()))


def test_parameters_of_two_types():
    x0 = {"a": np.zeros(3, np.float32), "b": np.zeros(3)}
    solver = Solver(lambda p, t: jnp.sum((p["a"] - 1) ** 2) + jnp.sum((p["b"] - t * p["a"]) ** 2), tol=1e-8)
    r = solver.run(x0, 2.0)
    assert r.state.status == "converged"
    assert {k: v.dtype for k, v in r.params.items()} == {"a": np.float32, "b": np.float64}
    np.testing.assert_allclose(r.params["b"], 2.0, atol=1e-6)
    bounded = solver.run(x0, 2.0, bounds=({"a": -1.0, "b": -2.0}, {"a": 0.5, "b": 9.0}))
    np.testing.assert_allclose(bounded.params["a"], 0.5)
    assert solver.run_batch(x0, np.array([1.0, 2.0]), in_axes=(None, 0)).params["b"].shape == (2, 3)
    np.testing.assert_allclose(jax.grad(lambda t: solver.argmin(x0, t)["b"].sum())(2.0), 3.0, rtol=1e-6)


def test_a_function_of_places():
    def fun(x):
        return jnp.sum(x.at[1:3].apply(jnp.exp)) + jnp.sum(x.at[jnp.array([4, -5])].apply(jnp.sin)) + jnp.sum(jnp.outer(x, x).at[2].apply(jnp.cos))

    np.testing.assert_allclose(program_of(fun, X)(X)[0], fun(jnp.asarray(X)), rtol=1e-13)
    with pytest.raises(NotImplementedError, match="at places that may be the same"):
        program_of(lambda x, i: jnp.sum(x.at[i].apply(jnp.exp)), X, np.array([1, 1]))
