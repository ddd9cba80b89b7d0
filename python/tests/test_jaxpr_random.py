"""Random numbers and small types in JAX functions that are read."""

import numpy as np
import pytest

jax = pytest.importorskip("jax")
jnp = jax.numpy
jax.config.update("jax_enable_x64", True)

from argmin._jaxpr import Unsupported, program_of  # noqa: E402
from argmin.programs import Solver  # noqa: E402

KEY = jax.random.key(3)
OLD = jax.random.PRNGKey(4)
X = np.array([0.3, -1.2, 0.8])


def noise(x):
    return jnp.sum((x - jax.random.normal(KEY, (3,))) ** 2)


def split_inside(x):
    a, b = jax.random.split(jax.random.PRNGKey(0))
    return jnp.sum(x * jax.random.uniform(a, (3,))) + jax.random.gumbel(b)


@jax.jit
def jitted(x):
    key = jax.random.fold_in(jax.random.key(1), 7)
    return jnp.sum(jnp.where(jax.random.bernoulli(key, 0.5, x.shape), x, 0.0) ** 2)


def shuffled(x):
    return jnp.dot(x[jax.random.permutation(OLD, 3)], jax.random.choice(OLD, jnp.arange(3.0), (3,)))


def sampled(x):
    draws = jax.vmap(lambda k: jax.random.normal(k, (3,)))(jax.random.split(KEY, 5))
    return jnp.mean(jnp.sum((x + draws) ** 2, 1))


def scanned(x):
    return jax.lax.scan(lambda c, e: (c * 0.5 + jnp.sum(e * x), None), 0.0, jax.random.normal(KEY, (6, 3)))[0]


@pytest.mark.parametrize("fun", [noise, split_inside, jitted, shuffled, sampled, scanned], ids=lambda f: f.__name__)
def test_constant_keys(fun):
    (y,) = program_of(fun, X)(X)
    np.testing.assert_allclose(y, fun(X), rtol=1e-12, atol=1e-14)


def test_a_solve_with_noise():
    r = Solver(noise, tol=1e-10).run(jnp.zeros(3))
    np.testing.assert_allclose(r.params, jax.random.normal(KEY, (3,)), atol=1e-8)


def test_unsigned_arguments_and_constants():
    bits = np.array([1, 2**31, 2**32 - 1], np.uint32)

    def fun(x, b):
        return jnp.sum(x * ((b >> jnp.uint32(3)) ^ bits).astype(float))

    (y,) = program_of(fun, X, bits)(X, bits)
    np.testing.assert_allclose(y, fun(X, bits), rtol=1e-14)


def draws(x, key):
    a, b, c, d, e = jax.random.split(key, 5)
    y = x * jax.random.bernoulli(a, 0.5, x.shape) + x * jax.random.randint(b, x.shape, 0, 9)
    y += x[jax.random.permutation(c, 3)] * jax.random.laplace(d, x.shape) + jax.random.choice(e, jnp.arange(4.0))
    return jnp.sum(y * jax.random.truncated_normal(e, -1, 1)) + x[jax.random.categorical(e, jnp.zeros(3))]


def folded(x, key):
    keys = jax.vmap(lambda i: jax.random.fold_in(key, i))(jnp.arange(4))
    return jnp.mean(jax.vmap(lambda k: jnp.sum((x - jax.random.normal(k, x.shape)) ** 2))(keys))


def walked(x, key):
    def step(state, _):
        key, y = state
        key, sub = jax.random.split(key)
        return (key, jnp.sin(y + jax.random.normal(sub, x.shape))), None

    return jnp.sum(jax.lax.scan(step, (key, x), None, length=5)[0][1])


def small(x, key):
    return jnp.sum(x * jax.random.bits(key, x.shape, jnp.uint8)) + jnp.sum(x * (jax.random.bits(key, (3,), jnp.uint64) / 3))


def chosen(x, key):
    key = jnp.where(x[0] > 0, key, jax.random.fold_in(key, 1)) if key.dtype == np.uint32 else key
    keys = jax.random.split(key, (2, 3))
    return jnp.sum(x * jax.random.uniform(keys[1, 2], x.shape)) + jax.random.exponential(keys[0][::-1][0])


@pytest.mark.parametrize("fun", [draws, folded, walked, small, chosen], ids=lambda f: f.__name__)
@pytest.mark.parametrize("key", [KEY, OLD], ids=["new", "old"])
def test_keys_as_arguments(fun, key):
    """The numbers are JAX's own, for each key."""
    p = program_of(fun, X, key)
    for seed in (key, jax.random.fold_in(key, 5)):
        data = jax.random.key_data(seed) if seed is not OLD and seed.dtype != np.uint32 else seed
        np.testing.assert_allclose(p(X, data)[0], fun(X, seed), rtol=1e-12, atol=1e-13)


def test_seeds_as_arguments():
    def fun(x, seed):
        return jnp.sum(x * jax.random.normal(jax.random.PRNGKey(seed), x.shape))

    for seed in (np.int64(-7), np.int64(2**40 + 3), np.int32(5), np.uint32(2**32 - 1)):
        np.testing.assert_allclose(program_of(fun, X, seed)(X, seed)[0], fun(X, seed), rtol=1e-13)


def test_solves_for_keys():
    """A batch of solves, each with noise of its own."""
    solver = Solver(lambda x, k: jnp.sum((x - jax.random.normal(k, (3,))) ** 2), tol=1e-10)
    np.testing.assert_allclose(solver.run(jnp.zeros(3), KEY).params, jax.random.normal(KEY, (3,)), atol=1e-8)
    keys = jax.random.split(KEY, 4)
    r = solver.run_batch(jnp.zeros(3), keys, in_axes=(None, 0))
    np.testing.assert_allclose(r.params, jax.vmap(lambda k: jax.random.normal(k, (3,)))(keys), atol=1e-8)


def test_other_generators_are_refused():
    with pytest.raises(Unsupported, match="key<rbg>"):
        program_of(lambda x, k: jnp.sum(x * jax.random.normal(k, (3,))), X, jax.random.key(0, impl="rbg"))


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16])
def test_small_integers_wrap(dtype):
    n = np.array([100, 120, 7], dtype)

    def fun(x, n):
        m = n * n + 3 * n - jnp.asarray(200, jnp.int32).astype(n.dtype)
        return jnp.sum(x * (m // 2)) + jnp.sum(x * (-n)) + jnp.sum(m) * x[0] + jnp.sum(x * (n << 3)) + jnp.cumsum(n)[-1] * x[1]

    np.testing.assert_allclose(program_of(fun, X, n)(X, n)[0], fun(X, n), rtol=1e-13)


def test_integers_without_sign():
    n = np.array([2**64 - 1, 2**63 + 12345, 12345, 3], np.uint64)
    m = np.array([2**63 + 1, 7, 2**63, 2], np.uint64)

    def fun(n, m):
        return n // m, n % m, n < m, jnp.maximum(n, m), n.astype(float), n >> 3, n * m + 5, n.astype(jnp.uint32)

    for y, want in zip(program_of(fun, n, m)(n, m), fun(n, m)):
        np.testing.assert_array_equal(np.asarray(y).astype(want.dtype), want)
    with pytest.raises(Unsupported, match="sort of uint64"):
        program_of(jnp.sort, n)


def test_bits_of_numbers():
    def fun(x):
        bits = jax.lax.bitcast_convert_type(x, jnp.int64)
        back = jax.lax.bitcast_convert_type(bits ^ 1, jnp.float64)
        count = jax.lax.population_count(bits) + jax.lax.clz(bits) + jax.lax.clz(jnp.int32(5))
        return back, count, jnp.nextafter(x, 2.0), jnp.nextafter(x, -2.0), jnp.signbit(x), jnp.ldexp(jnp.where(x > 1e-9, x, 1.0), 3)

    x = np.array([0.0, -0.0, 1.0, -1.5, 5e-324, np.inf, np.nan])
    for y, want in zip(program_of(fun, x)(x), fun(x)):
        np.testing.assert_array_equal(y, want)


def test_small_types_are_named():
    with pytest.raises(Unsupported, match="float16.*programs have float64, float32"):
        program_of(lambda x: jnp.sum(x.astype(jnp.float16)), X)
    with pytest.raises(Unsupported, match="bfloat16"):
        program_of(lambda x: jnp.sum(x), X.astype(jnp.bfloat16))
    with pytest.raises(Unsupported, match="complex128"):
        program_of(lambda x: jnp.sum(jnp.abs(x + 1j)), X)
