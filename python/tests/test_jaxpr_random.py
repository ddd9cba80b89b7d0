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


def test_keys_as_arguments_are_refused():
    with pytest.raises(Unsupported, match="dtype|type key"):
        program_of(lambda x, k: jnp.sum(x * jax.random.normal(k, (3,))), X, KEY)
    with pytest.raises(Unsupported, match="random numbers of a key that is no constant, by (random|threefry)"):
        program_of(lambda x, k: jnp.sum(x * jax.random.normal(k, (3,))), X, OLD)
    with pytest.raises(Unsupported, match="random numbers of a key that is no constant"):
        program_of(lambda x: jnp.sum(jax.random.normal(jax.random.fold_in(KEY, jnp.int32(x[0])), (3,))), X)


def test_small_types_are_named():
    with pytest.raises(Unsupported, match="float16.*programs have float64, float32"):
        program_of(lambda x: jnp.sum(x.astype(jnp.float16)), X)
    with pytest.raises(Unsupported, match="bfloat16"):
        program_of(lambda x: jnp.sum(x), X.astype(jnp.bfloat16))
    with pytest.raises(Unsupported, match="complex128"):
        program_of(lambda x: jnp.sum(jnp.abs(x + 1j)), X)
