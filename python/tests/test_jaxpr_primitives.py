"""Each primitive of JAX that programs have: value, gradient and batch as in JAX."""

import numpy as np
import pytest

jax = pytest.importorskip("jax")
jnp = jax.numpy
lax = jax.lax
jax.config.update("jax_enable_x64", True)

from argmin import _program as programs  # noqa: E402
from argmin._jaxpr import program_of  # noqa: E402

rng = np.random.default_rng(1)
x5, y5 = rng.normal(size=5), rng.normal(size=5)
pos = rng.uniform(0.5, 2, size=5)
unit = rng.uniform(-0.9, 0.9, size=5)
m34, m43, m44 = rng.normal(size=(3, 4)), rng.normal(size=(4, 3)), rng.normal(size=(4, 4))
spd = m44 @ m44.T + 4 * np.eye(4)
t234 = rng.normal(size=(2, 3, 4))
ints = np.array([3, -7, 0, 5, 2], np.int32)
image = rng.normal(size=(2, 3, 8, 7))
kernel = rng.normal(size=(4, 3, 3, 2))

CASES = {
    **{
        f.__name__: (f, pos)
        for f in (
            jnp.abs,
            jnp.negative,
            jnp.sign,
            jnp.square,
            jnp.exp,
            jnp.exp2,
            jnp.expm1,
            jnp.log,
            jnp.log1p,
            jnp.log2,
            jnp.sqrt,
            jnp.cbrt,
            jnp.sin,
            jnp.cos,
            jnp.tan,
            jnp.sinh,
            jnp.cosh,
            jnp.tanh,
            jnp.arcsinh,
            jax.nn.sigmoid,
            jax.nn.softplus,
            jax.nn.relu,
            jax.nn.gelu,
            jax.nn.silu,
            jax.nn.elu,
            jax.nn.softmax,
            jax.nn.log_softmax,
            jax.nn.relu6,
            jax.nn.selu,
            jnp.floor,
            jnp.ceil,
            jnp.isfinite,
            jnp.reciprocal,
            lax.rsqrt,
            jax.scipy.special.erf,
            jax.scipy.special.erfc,
            jax.scipy.special.gammaln,
            jax.scipy.special.digamma,
            jax.scipy.special.i0e,
            jax.scipy.special.i1e,
            jax.scipy.special.ndtr,
            jax.scipy.special.log_ndtr,
            jax.scipy.special.entr,
            jnp.sort,
            jnp.argsort,
            jnp.cumsum,
            jnp.cumprod,
            lax.cummax,
            lax.cummin,
            jnp.argmax,
            jnp.argmin,
            jnp.median,
            jnp.var,
            jnp.std,
            jnp.prod,
            jnp.max,
            jnp.min,
            jnp.mean,
            jax.nn.logsumexp,
            jnp.ptp,
            jnp.flip,
            jnp.diff,
            jnp.diag,
            jnp.nan_to_num,
            jnp.sinc,
            jnp.trunc,
        )
    },
    "arcsin": (lambda x: jnp.arcsin(x) + jnp.arccos(x) ** 2 + jnp.arctan(x) + jnp.arctanh(x), unit),
    "arccosh": (lambda x: jnp.arccosh(1 + x), pos),
    "erfinv": (jax.scipy.special.erfinv, unit),
    "round": (lambda x: jnp.round(x * 3) + lax.round(x * 3), x5),
    "round_half": (lambda x: lax.round(x), np.array([0.5, 1.5, -0.5, -2.5, 2.5])),
    "arithmetic": (lambda a, b: a + b * a - a / b, x5, pos),
    "rem": (lambda a, b: jnp.fmod(a, b) + jnp.remainder(a, b), 5 * x5, pos),
    "power": (lambda a, b: a**b, pos, x5),
    "integer_pow": (lambda a: a**3 + a**-2 + a**7 + a**0 + a**1, x5),
    "pow_int": (lambda a: lax.pow(a, jnp.array([2, 0, -1, 3, 1])), x5),
    "atan2": (lambda a, b: jnp.arctan2(a, b) + jnp.hypot(a, b), x5, y5),
    "maximum": (lambda a, b: jnp.maximum(a, b) * jnp.minimum(a, 2 * b), x5, y5),
    "maximum_tie": (lambda a, b: jnp.maximum(a, b) + 3 * jnp.minimum(a, b), np.zeros(3), np.zeros(3)),
    "relu_zero": (lambda a: jax.nn.relu(a) + jnp.maximum(a, 0), np.zeros(3)),
    "abs_zero": (lambda a: jnp.abs(a), np.zeros(3)),
    "max_tie": (lambda a: jnp.max(a), np.array([1.0, 2.0, 2.0])),
    "logaddexp": (jnp.logaddexp, x5, y5),
    "compare": (
        lambda a, b: jnp.where((a > b) & ~(a >= 0.5) | (a <= b) ^ (a < 0) | (a == b) | (a != 1), a, b * 2),
        x5,
        y5,
    ),
    "clip": (lambda a: jnp.clip(a, -0.5, 0.5) ** 2, x5),
    "clamp": (lambda a, lo, hi: lax.clamp(lo, a, hi), x5, np.full(5, -0.3), np.full(5, 0.4)),
    "clamp_edge": (lambda a: lax.clamp(0.0, a, 1.0), np.array([0.0, 1.0, 0.5])),
    "select_n": (lambda a, b, c: lax.select_n(jnp.array([0, 1, 2, 1, 0]), a, b, c), x5, y5, pos),
    "integers": (
        lambda i, j: (
            i // 3,
            i % 3,
            i << 1,
            i >> 1,
            i & j,
            i | j,
            i ^ j,
            ~i,
            lax.shift_right_logical(i, jnp.int32(3)),
            -i,
            abs(i),
        ),
        ints,
        ints[::-1].copy(),
    ),
    "int64": (
        lambda i: (lax.shift_right_logical(i.astype(jnp.int64), jnp.int64(3)), i.astype(jnp.int64) * 2**40),
        ints,
    ),
    "div_int": (lambda i: lax.div(i, jnp.int32(2)) + lax.rem(i, jnp.int32(2)), ints),
    "convert": (
        lambda x: (x.astype(jnp.int32), x.astype(jnp.float32), (x > 0).astype(jnp.float64), x.astype(bool)),
        x5,
    ),
    "igamma": (
        lambda a, x: jax.scipy.special.gammainc(a, x) + jax.scipy.special.gammaincc(a, x) ** 2,
        pos,
        pos[::-1].copy(),
    ),
    "betainc": (lambda x: jax.scipy.special.betainc(2.0, 3.0, x), (unit + 1) / 2),
    "polygamma": (lambda x: jax.scipy.special.polygamma(1, x), pos),
    "zeta": (lambda x: jax.scipy.special.zeta(2.0, x), pos),
    "xlogy": (lambda a, b: jax.scipy.special.xlogy(a, b) + jax.scipy.special.rel_entr(a, b), pos, pos[::-1].copy()),
    "reduce": (lambda t: (t.sum((0, 2)), t.max(1), t.min(-1), t.prod((1, 2)), (t > 0).any(0), (t > 0).all(1)), t234),
    "cumulative": (
        lambda t: (
            jnp.cumsum(t, 1),
            lax.cumsum(t, 1, reverse=True),
            lax.cumprod(t, 2),
            lax.cumlogsumexp(t, 0),
            lax.cummax(t, 2, reverse=True),
        ),
        t234,
    ),
    "argreduce": (lambda t: (t.argmax(1), t.argmin(-1)), t234),
    "sorting": (
        lambda t: (jnp.sort(t, 1), jnp.argsort(t, 0), lax.sort((jnp.round(t), t), dimension=1, num_keys=2)),
        t234,
    ),
    "top_k": (lambda t: lax.top_k(t, 2), t234),
    "shapes": (
        lambda t: (
            t.reshape(4, 6),
            t.transpose(2, 0, 1),
            t[:, None],
            jnp.squeeze(t[:1], 0),
            t[::-1, ::2, 1:3],
            jnp.broadcast_to(t, (5, 2, 3, 4)),
            jnp.concatenate([t, 2 * t], 1),
            jnp.stack([t, t]),
            jnp.split(t, 2, -1),
            jnp.tile(t, (2, 1, 1)),
            jnp.repeat(t, 2, 1),
            jnp.roll(t, 1, 2),
        ),
        t234,
    ),
    "pad": (lambda m: lax.pad(m, 1.5, ((1, 2, 1), (-1, 3, 0))), m34),
    "iota": (lambda x: x * jnp.arange(5) + jnp.eye(5) @ x + jnp.linspace(0, 1, 5) + jnp.tri(5) @ x, x5),
    "dynamic": (
        lambda x, i: lax.dynamic_slice(x, (i,), (2,)) * lax.dynamic_update_slice(x, 2 * x[:2], (i,))[1:3],
        x5,
        np.int32(4),
    ),
    "index_rows": (lambda m: (m[jnp.array([2, 0, 2])], m[:, jnp.array([[1], [3]])], m[-1], m[1, 2]), m34),
    "index_pairs": (lambda m: m[jnp.array([2, 0, 1]), jnp.array([3, 1, -1])], m34),
    "index_mixed": (
        lambda t: (t[jnp.array([1, 0]), :, jnp.array([3, 1])], t[:, jnp.array([0, 2]), 1:3], t[..., jnp.array([0])]),
        t234,
    ),
    "index_clip": (
        lambda m: (
            m.at[jnp.array([7, -9, 1])].get(mode="clip"),
            m.at[jnp.array([7, 1])].get(mode="fill", fill_value=2.5),
        ),
        m34,
    ),
    "index_fill": (lambda t: t.at[jnp.array([1, 5]), jnp.array([2, 0])].get(mode="fill", fill_value=-1.0), t234),
    "take_along": (lambda t: jnp.take_along_axis(t, jnp.argsort(t, 1), 1), t234),
    "scatter": (lambda m, u: m.at[jnp.array([2, 0])].set(u), m34, m34[:2] * 2),
    "scatter_add": (
        lambda m, u: (
            m.at[jnp.array([2, 0, 2])].add(u),
            m.at[jnp.array([0, 1]), jnp.array([3, 3])].add(u[0, :2]),
            m.at[1].multiply(u[0]),
        ),
        m34,
        m34 * 2,
    ),
    "scatter_extremes": (
        lambda m, u: (m.at[jnp.array([2, 0])].max(u), m.at[jnp.array([2, 1])].min(u)),
        m34,
        m34[:2] * 2,
    ),
    "scatter_drop": (
        lambda m, u: (m.at[jnp.array([2, 9])].set(u), m.at[jnp.array([-12, 1])].add(u, mode="drop")),
        m34,
        m34[:2] * 2,
    ),
    "scatter_slice": (lambda t, u: t.at[:, 1:3, 2].set(u), t234, m34[:2, :2]),
    "one_hot": (lambda x: jax.nn.one_hot(jnp.array([1, 4, 9]), 5) @ x, x5),
    "segment_sum": (lambda x: jax.ops.segment_sum(x, jnp.array([0, 2, 2, 1, 0]), 3), x5),
    "bincount": (lambda x: jnp.bincount(jnp.array([0, 2, 2, 1, 0]), x, length=4), x5),
    "searchsorted": (lambda x: jnp.searchsorted(jnp.sort(x), 0.1), x5),
    "interp": (lambda x: jnp.interp(x, jnp.linspace(-3, 3, 7), jnp.arange(7.0) ** 2), x5),
    "dot": (
        lambda a, b, x: (
            a @ b,
            x @ x,
            a @ m44[:, 0],
            jnp.einsum("ij,kj->ik", a, a),
            jnp.tensordot(a, b, 1),
            jnp.outer(x, x),
        ),
        m34,
        m43,
        x5,
    ),
    "dot_batch": (
        lambda t: (
            jnp.einsum("bij,bkj->bik", t, t),
            jnp.einsum("bij,bij->i", t, t),
            jnp.matmul(t, t.transpose(0, 2, 1)),
        ),
        t234,
    ),
    "dot_int": (lambda i: i @ i, ints),
    "vdot": (lambda x, y: jnp.vdot(x, y) + jnp.inner(x, y) + jnp.linalg.norm(x) + jnp.linalg.norm(y, 1), x5, y5),
    "cross": (lambda a: jnp.cross(a[0, :3], a[1, :3]), m34),
    "conv": (lambda x, w: lax.conv_general_dilated(x, w, (1, 2), ((1, 2), (0, 1))), image, kernel),
    "conv_nhwc": (
        lambda x, w: lax.conv_general_dilated(
            x, w, (2, 1), "SAME", rhs_dilation=(1, 2), dimension_numbers=("NHWC", "HWIO", "NHWC")
        ),
        image.transpose(0, 2, 3, 1).copy(),
        kernel.transpose(2, 3, 1, 0).copy(),
    ),
    "conv_transposed": (
        lambda x, w: lax.conv_transpose(x, w, (2, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")),
        image.transpose(0, 2, 3, 1).copy(),
        kernel.transpose(2, 3, 1, 0).copy(),
    ),
    "conv_groups": (
        lambda x, w: lax.conv_general_dilated(x, w, (1, 1), "VALID", feature_group_count=3),
        image,
        rng.normal(size=(6, 1, 2, 2)),
    ),
    "convolve": (lambda x, y: jnp.convolve(x, y, mode="same"), x5, y5[:3].copy()),
    "max_pool": (lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 1, 2, 3), (1, 1, 2, 2), "SAME"), image),
    "avg_pool": (
        lambda x: lax.reduce_window(x, 0.0, lax.add, (1, 1, 2, 2), (1, 1, 2, 1), "VALID", window_dilation=(1, 1, 2, 1)),
        image,
    ),
    "min_pool": (lambda x: lax.reduce_window(x, jnp.inf, lax.min, (1, 1, 2, 2), (1, 1, 1, 1), "VALID"), image),
    "cholesky": (jnp.linalg.cholesky, spd),
    "cho_solve": (
        lambda b: (
            lambda a: (
                jax.scipy.linalg.cholesky(a, lower=False),
                jax.scipy.linalg.cho_solve(jax.scipy.linalg.cho_factor(a), a[0]),
            )
        )(b @ b.T + jnp.eye(4)),
        m44,
    ),
    "triangular": (
        lambda a: (
            jax.scipy.linalg.solve_triangular(a, a[0], lower=True),
            jax.scipy.linalg.solve_triangular(a, a, trans=1),
            lax.linalg.triangular_solve(a, a, lower=True, transpose_a=True),
            lax.linalg.triangular_solve(a, a[:2], unit_diagonal=True),
        ),
        spd,
    ),
    "solve": (
        lambda a, b: (jnp.linalg.solve(a, b), jnp.linalg.solve(a, b[:, 0]), jnp.linalg.inv(a)),
        m44,
        m44[:, :2].copy(),
    ),
    "solve_spd": (lambda a: jax.scipy.linalg.solve(a, a[0], assume_a="pos"), spd),
    "det": (lambda a: (jnp.linalg.det(a), jnp.linalg.slogdet(a)), m44),
    "det_batch": (lambda a: jnp.linalg.slogdet(jnp.stack([a, a[::-1], 2 * a]))[1], m44),
    "lu": (lambda a: lax.linalg.lu(a), m44),
    "qr": (lambda a: (jnp.linalg.qr(a)[1] ** 2, jnp.abs(jnp.linalg.qr(a)[0])), m43),
    "eigh": (lambda a: (jnp.linalg.eigh(a)[0], jnp.linalg.eigh(a)[1] ** 2, jnp.linalg.eigvalsh(a)), spd),
    "svd": (
        lambda a: (
            jnp.linalg.svd(a, full_matrices=False)[0] ** 2,
            jnp.linalg.svd(a, compute_uv=False),
            jnp.linalg.norm(a, "nuc"),
            jnp.linalg.norm(a, 2),
        ),
        m43,
    ),
    "pinv": (lambda a: jnp.linalg.pinv(a), m43),
    "lstsq": (lambda a, b: jnp.linalg.lstsq(a, b)[0], m43, m43[:, 0].copy()),
    "matrix_power": (lambda a: jnp.linalg.matrix_power(a, 3), m44),
    "expm": (lambda a: jax.scipy.linalg.expm(a / 4), m44),
    "cg": (lambda a: jax.scipy.sparse.linalg.cg(lambda v: a @ v, a[0], tol=1e-14)[0], spd),
    "gmres": (lambda a: jax.scipy.sparse.linalg.gmres(lambda v: a @ v, a[0] * 2, tol=1e-14)[0], m44 + 5 * np.eye(4)),
    "custom_linear_solve": (
        lambda a, b: lax.custom_linear_solve(
            lambda v: a @ v, b, lambda _, v: jnp.linalg.solve(a, v), lambda _, v: jnp.linalg.solve(a.T, v)
        ),
        m44,
        m44[0].copy(),
    ),
    "scan": (lambda x: lax.scan(lambda c, v: (c * 0.5 + v, jnp.sin(c)), 0.1, x), x5),
    "scan_reverse": (
        lambda x: lax.scan(lambda c, v: ((c[0] * v, c[1] + v), c[0] + c[1]), (1.0, 0.0), x, reverse=True),
        x5,
    ),
    "scan_length": (
        lambda x: lax.scan(lambda c, _: (jnp.cos(c) @ m44[:, :1] * x[:4], None), x[:4], None, length=3)[0],
        x5,
    ),
    "fori": (lambda x: lax.fori_loop(0, 4, lambda i, c: c * jnp.cos(x) + i, x), x5),
    "cond": (
        lambda x: (
            lax.cond(x[0] > 0, lambda v: v**2, lambda v: jnp.sin(v), x),
            lax.switch(1, [jnp.sin, jnp.cos, jnp.tan], x),
        ),
        x5,
    ),
    "map": (lambda t: lax.map(lambda m: jnp.sum(m @ m.T), t), t234),
    "associative_scan": (lambda x: lax.associative_scan(lambda a, b: a * b, x), x5),
    "checkpoint": (lambda x: jax.checkpoint(lambda v: jnp.sin(jnp.exp(v)))(x), x5),
    "inner_grad": (lambda x: jax.grad(lambda v: jnp.sum(jnp.sin(v) ** 3))(x), x5),
    "inner_hessian": (lambda x: jax.hessian(lambda v: jnp.sum(jnp.exp(v) * v[::-1]))(x), x5),
    "inner_vmap": (lambda t: jax.vmap(lambda m: jnp.linalg.solve(m @ m.T + jnp.eye(3), m))(t), t234),
    "inner_jacobian": (lambda x: jax.jacfwd(lambda v: v**2 * v[0])(x), x5),
    "stop_gradient": (lambda x: x * lax.stop_gradient(x), x5),
    "where_nan": (lambda x: jnp.where(x > 0, jnp.sqrt(jnp.where(x > 0, x, 1.0)), 0.0), x5),
    "polyval": (lambda x: jnp.polyval(jnp.array([1.0, 2.0, 3.0]), x), x5),
    "cov": (lambda m: (jnp.cov(m), jnp.corrcoef(m)), m34),
    "quantile": (lambda x: (jnp.quantile(x, 0.3), jnp.percentile(x, jnp.array([10.0, 60.0]))), x5),
    "logpdf": (
        lambda x: jax.scipy.stats.norm.logpdf(x) + jax.scipy.stats.norm.logcdf(x) + jax.scipy.stats.t.logpdf(x, 3.0),
        x5,
    ),
    "logpdf_positive": (lambda x: jax.scipy.stats.gamma.logpdf(x, 2.0) + jax.scipy.stats.poisson.logpmf(2, x), pos),
    "gather_window": (lambda x: jax.vmap(lambda i: lax.dynamic_slice(x, (i,), (2,)))(jnp.arange(6)), x5),
    "vmapped_cond": (lambda x: jax.vmap(lambda v: lax.cond(v > 0, jnp.sin, jnp.exp, v))(x), x5),
    "vmapped_scatter": (lambda m: jax.vmap(lambda r, i: r.at[i].add(3 * r[0]))(m, jnp.array([0, 2, 3])), m34),
    "attention": (
        lambda t: jax.nn.dot_product_attention(t[:, :, None], t[:, :, None], 2 * t[:, :, None]),
        t234.astype(np.float32),
    ),
    "layer_norm": (lambda t: jax.nn.standardize(t, axis=-1), t234),
}


def results(f, args):
    """The leaves of f, and the gradients of their sum with weights in the floating-point arguments."""

    def total(*args):
        leaves = [y for y in jax.tree_util.tree_leaves(f(*args)) if jnp.issubdtype(y.dtype, jnp.floating)]
        return sum(
            (jnp.sum(y * jnp.cos(jnp.arange(y.size, dtype=y.dtype)).reshape(y.shape)) for y in leaves), jnp.zeros(())
        )

    floats = tuple(i for i, a in enumerate(args) if jnp.issubdtype(a.dtype, jnp.floating))

    def both(*args):
        return jax.tree_util.tree_leaves(f(*args)), jax.grad(total, argnums=floats)(*args) if floats else ()

    return total, floats, both


@pytest.mark.parametrize("name", CASES)
def test_primitive(name):
    f, *args = CASES[name]
    args = [jnp.asarray(a) for a in args]
    total, floats, both = results(f, args)
    want, grads = jax.jit(both)(*args)
    p = program_of(f, *args)
    for g, w in zip(p(*args), want, strict=True):
        assert g.dtype == w.dtype and g.shape == w.shape
        tol = 1e-12 if g.dtype == np.float64 else 1e-6
        np.testing.assert_allclose(g, w, rtol=tol, atol=tol)
    if floats:
        back = programs.value_and_grad(program_of(total, *args), floats)(*args)[1:]
        for g, w in zip(back, grads, strict=True):
            np.testing.assert_allclose(
                g, w, rtol=1e-9 if g.dtype == np.float64 else 1e-5, atol=1e-11 if g.dtype == np.float64 else 1e-5
            )
    # A batch of two: the arguments, and floating-point ones that are a little larger.
    more = [np.asarray(a) * (1.05 if i in floats else 1) for i, a in enumerate(args)]
    more = [m.astype(a.dtype) for m, a in zip(more, args)]
    got = programs.vmap(p, [0] * len(args), 2)(*[np.stack([a, m]) for a, m in zip(args, more)])
    for k, member in enumerate((args, more)):
        for g, w in zip(got, p(*member), strict=True):
            tol = 1e-9 if g.dtype == np.float64 else 1e-5
            np.testing.assert_allclose(g[k], w, rtol=tol, atol=tol)
