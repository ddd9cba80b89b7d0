"""Objectives as JAX functions: value, gradient and minimum in the library, against JAX."""

import numpy as np
import pytest

jax = pytest.importorskip("jax")
jnp = jax.numpy
jax.config.update("jax_enable_x64", True)

from jax.flatten_util import ravel_pytree  # noqa: E402
from jax_objectives import OBJECTIVES  # noqa: E402

from argmin import _program as programs  # noqa: E402
from argmin._jaxpr import program_of  # noqa: E402
from argmin.programs import Solver  # noqa: E402


def test_there_are_thirty():
    assert len(OBJECTIVES) >= 30


@pytest.mark.parametrize("name", OBJECTIVES)
def test_objective(name):
    o = OBJECTIVES[name]
    flat0, unravel = ravel_pytree(jax.tree_util.tree_map(jnp.asarray, o.x0))
    value_and_grad = jax.jit(jax.value_and_grad(lambda x: o.fun(unravel(x), *o.data)))
    # Value and gradient at the start and near it.
    p = programs.value_and_grad(program_of(o.fun, o.x0, *o.data), range(len(jax.tree_util.tree_leaves(o.x0))))
    rng = np.random.default_rng(0)
    for x in (flat0, flat0 + 0.1 * rng.normal(size=flat0.shape)):
        leaves = jax.tree_util.tree_leaves(unravel(x))
        value, *grad = p(*leaves, *jax.tree_util.tree_leaves(o.data))
        want, slope = value_and_grad(x)
        scale = 1 + np.abs(slope).max()
        np.testing.assert_allclose(value, want, rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(np.concatenate([g.ravel() for g in grad]), slope, rtol=1e-10, atol=1e-10 * scale)
    # The minimum is one for JAX too; where it is one point, Newton's method in JAX does not move it. Line searches see
    # values only, whose rounding hides the last half of the digits; Newton's steps need no line search near the end.
    start = o.x0
    for method, accuracy in (("LBFGS", 1e-7), ("Newton", 1e-10)):
        r = Solver(o.fun, method, tol=1e-11, max_iter=3000).run(start, *o.data)
        assert r.state.status in ("converged", "stalled"), r.state
        start = r.params
        x = ravel_pytree(r.params)[0]
        value, slope = value_and_grad(x)
        np.testing.assert_allclose(r.state.value, value, rtol=1e-10, atol=1e-10)
        assert np.linalg.norm(slope) <= 1e-7, r.state
        if o.unique:
            e = 1e-5 * np.eye(x.size)  # a Hessian of a few digits is enough for the length of the step
            h = np.array([(value_and_grad(x + d)[1] - value_and_grad(x - d)[1]) / 2e-5 for d in e])
            h = (h + h.T) / 2
            assert np.linalg.eigvalsh(h).min() > 0
            step = np.linalg.solve(h, slope)
            assert np.abs(step).max() <= accuracy * (1 + np.abs(x).max()), (np.abs(step).max(), r.state)
