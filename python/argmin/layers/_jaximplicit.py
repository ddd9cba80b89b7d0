"""Solutions of functions of JAX, which may be transformed: jit, vmap, jvp, grad, to any order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .._errors import InputError
from .._jax import backend
from . import _linear
from ._implicit import Layer, masked

Leaves = list[Any]


class _Programs:
    """The condition of a batch for arguments of one kind, and what is compiled for it."""

    def __init__(self, layer: Layer, fun: Callable[..., Any], x0: Any, params: Any) -> None:
        self.layer, self.fun = layer, fun
        starts, self.tree = jax.tree_util.tree_flatten(x0)
        leaves, self.ptree = jax.tree_util.tree_flatten(params)
        self.batch = _batch(layer, (x0, params))
        self.shapes = [s.shape[1:] if layer.batch else s.shape for s in starts]
        self.sizes = [int(np.prod(s)) for s in self.shapes]
        self.n = sum(self.sizes)
        self.dtypes = [s.dtype for s in starts]
        bad = next((d for d in self.dtypes if not jnp.issubdtype(d, jnp.floating)), None)
        if bad is not None:
            raise InputError(f"x0 has a tensor of type {bad}, want floating-point numbers")
        self.dtype = jnp.result_type(*self.dtypes, jnp.float32)
        self.eps = max(float(jnp.finfo(d).eps) for d in self.dtypes)
        self.search = jax.jit(fun)  # of one member, for searches
        self.residual = jax.jit(self.condition)
        self.jacobian = jax.jit(self._jacobian)
        self.push = jax.jit(lambda x, v, p: jax.jvp(lambda x: self.condition(x, p), (x,), (v,))[1])
        self.pull = jax.jit(lambda x, v, p: jax.vjp(lambda x: self.condition(x, p), x)[1](v)[0])
        self.tangent = jax.jit(
            self._tangent
        )  # so that a derivative outside of jit is not one operation after the other
        self.solve = self._solution()

    def split(self, x: Any) -> Any:
        """The tree of vectors, the last axis of x."""
        parts, first = [], 0
        for size, shape, dtype in zip(self.sizes, self.shapes, self.dtypes):
            parts.append(x[..., first : first + size].reshape(*x.shape[:-1], *shape).astype(dtype))
            first += size
        return jax.tree_util.tree_unflatten(self.tree, parts)

    def vector(self, tree: Any) -> Any:
        """A tree like that of one member as a vector."""
        structure: Any
        parts, structure = jax.tree_util.tree_flatten(tree)
        if structure != self.tree:
            raise InputError(f"the value of fun has the structure {structure}, want {self.tree}, as x0 has")
        for p, shape in zip(parts, self.shapes):
            if jnp.shape(p) != shape:
                raise InputError(f"the value of fun has an array of shape {jnp.shape(p)}, want {shape}, as x0 has")
        return jnp.concatenate([jnp.ravel(p).astype(self.dtype) for p in parts])

    def condition(self, x: Any, params: Leaves) -> Any:
        """F of the members, of the shape of x, (B, n)."""

        def one(x: Any, params: Leaves) -> Any:
            def value(x: Any) -> Any:
                return self.fun(self.split(x), *jax.tree_util.tree_unflatten(self.ptree, params))

            if self.layer.symmetric:
                return jax.grad(value)(x)
            y = self.vector(value(x))
            return y - x if self.layer.kind == "fixed_point" else y

        return jax.vmap(one)(x, params) if self.layer.batch else one(x[0], params)[None]

    def _jacobian(self, x: Any, params: Leaves) -> Any:
        """The Jacobians of the members, of shape (B, n, n)."""
        push = jax.linearize(lambda x: self.condition(x, params), x)[1]
        return _written(push, x)

    # The search, on the host.

    def host(self, start: Any, params: Leaves) -> tuple[np.ndarray, ...]:
        """The solution, which variables are held, and whether it is one, for arrays."""
        start, params = np.asarray(start), [jnp.asarray(p) for p in params]
        layer, system = self.layer, _System(self, params)
        members = [
            (
                self.split(jnp.asarray(start[i])),
                jax.tree_util.tree_unflatten(self.ptree, [p[i] for p in params] if layer.batch else params),
            )
            for i in range(len(start))
        ]
        solved = _with(layer, self.search).solve(backend(), self.vector, members, system, self.eps)
        layer.warn(solved)
        return solved.x.astype(self.dtype), solved.held.astype(self.dtype), solved.ok.astype(self.dtype)

    def _solution(self) -> Callable[..., Any]:
        @jax.custom_jvp
        def solve(start: Any, params: Leaves) -> Any:
            if not any(
                isinstance(a, jax.core.Tracer) for a in (start, *params)
            ):  # an exception of fun comes back as it is
                return tuple(map(jnp.asarray, self.host(start, params)))
            B, n = start.shape
            like = [jax.ShapeDtypeStruct(s, self.dtype) for s in ((B, n), (B, n), (B,))]
            return tuple(jax.pure_callback(self.host, like, start, params, vmap_method="sequential"))

        @solve.defjvp
        def rule(primals: Any, tangents: Any) -> Any:
            (start, params), (_, dparams) = primals, tangents
            x, held, ok = solve(start, params)
            held, ok = jax.lax.stop_gradient(held), jax.lax.stop_gradient(ok)
            return (x, held, ok), (self.tangent(x, params, dparams, held, ok), jnp.zeros_like(held), jnp.zeros_like(ok))

        return solve

    def _tangent(self, x: Any, params: Leaves, dparams: Leaves, held: Any, ok: Any) -> Any:
        """The derivative of the solution along tangents of the parameters, itself differentiable in all there is."""

        def product(v: Any) -> Any:
            return held * v + (1 - held) * self.push(x, (1 - held) * v, params)

        b = (held - 1) * jax.jvp(lambda p: self.condition(x, p), (params,), (dparams,))[1]
        like = jax.ShapeDtypeStruct(b.shape, b.dtype)

        def written(ok: Any, A: Any, b: Any) -> np.ndarray:
            self.layer.trust(np.asarray(ok))
            y = _linear.dense(
                np.asarray(A, np.float64), np.asarray(b, np.float64), symmetric=self.layer.symmetric, eps=self.eps
            )
            return y.astype(self.dtype)

        def small(transposed: bool) -> Any:
            def solve(_: Any, b: Any) -> Any:
                A = _written(product, x)
                return jax.pure_callback(
                    written, like, ok, jnp.swapaxes(A, 1, 2) if transposed else A, b, vmap_method="broadcast_all"
                )

            return solve

        def iterated(way: Any) -> Any:
            def host(ok: Any, x: Any, params: Leaves, held: Any, b: Any) -> np.ndarray:
                self.layer.trust(np.asarray(ok))
                tol = 1e-10 if self.eps < 1e-12 else 1e-5
                y = self.layer.iterate(
                    _flat(way, jnp.asarray(x), [jnp.asarray(p) for p in params]),
                    np.asarray(b, np.float64),
                    np.asarray(held),
                    tol,
                )
                return y.astype(self.dtype)

            return lambda _, b: jax.pure_callback(host, like, ok, x, params, held, b, vmap_method="sequential")

        forward, back = (
            (small(False), small(True)) if self.n <= _linear.SMALL else (iterated(self.push), iterated(self.pull))
        )
        return jax.lax.custom_linear_solve(product, b, forward, back, symmetric=self.layer.symmetric)


class _System:
    """The condition for given parameters, on NumPy arrays."""

    def __init__(self, programs: _Programs, params: Leaves) -> None:
        self.programs, self.params, self.n = programs, params, programs.n

    def _at(self, x: np.ndarray) -> Any:
        return jnp.asarray(x, self.programs.dtype)

    def residual(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.programs.residual(self._at(x), self.params), np.float64)

    def jacobian(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.programs.jacobian(self._at(x), self.params), np.float64)

    def product(self, x: np.ndarray) -> _linear.Product:
        return _flat(self.programs.push, self._at(x), self.params)


def _flat(way: Any, x: Any, params: Leaves) -> _linear.Product:
    """A product on vectors of NumPy."""
    return lambda v: np.asarray(way(x, jnp.asarray(v, x.dtype).reshape(x.shape), params), np.float64).reshape(-1)


def _written(product: Callable[[Any], Any], like: Any) -> Any:
    """The matrices of a linear map of (B, n), one for each member, by a product for each variable."""
    B, n = like.shape
    columns = jax.vmap(lambda e: product(jnp.broadcast_to(e, (B, n))))(jnp.eye(n, dtype=like.dtype))
    return jnp.moveaxis(columns, 0, 2)


def _with(layer: Layer, fun: Callable[..., Any]) -> Layer:
    """The layer of another function, with the same settings."""
    other = Layer.__new__(Layer)
    other.__dict__ = {**layer.__dict__, "fun": fun}
    return other


def _batch(layer: Layer, trees: Any) -> int:
    """The number of members."""
    if not layer.batch:
        return 1
    sizes: dict[int, str] = {}
    for path, leaf in jax.tree_util.tree_flatten_with_path(trees)[0]:
        if not leaf.shape:
            raise InputError("x0 or a parameter is a scalar, want a leading axis of members (batch=True)")
        sizes.setdefault(leaf.shape[0], jax.tree_util.keystr(path))
    if len(sizes) != 1:
        raise InputError("the arrays have batches of " + ", ".join(map(str, sizes)))
    return int(next(iter(sizes)))


def _hoisted(layer: Layer, x0: Any, params: tuple[Any, ...]) -> tuple[Callable[..., Any], list[Any]]:
    """The function with the traced values that it takes from elsewhere as further parameters, and these."""
    if layer.batch:  # which are the same for all members
        one = jax.tree_util.tree_map(lambda a: a[0], (x0, params))
        fun, consts = jax.closure_convert(layer.fun, one[0], *one[1])
    else:
        fun, consts = jax.closure_convert(layer.fun, x0, *params)
    if not consts:
        return layer.fun, []
    if layer.batch:
        size = jax.tree_util.tree_leaves(x0)[0].shape[0]
        consts = [jnp.broadcast_to(c, (size, *jnp.shape(c))) for c in consts]
    return fun, list(consts)


def call(layer: Layer, x0: Any, params: tuple[Any, ...]) -> Any:
    """The solution as a tree of arrays like x0."""
    x0, params = jax.tree_util.tree_map(jnp.asarray, (x0, params))
    if any(isinstance(b, jax.core.Tracer) for b in jax.tree_util.tree_leaves(layer.bounds)):
        raise InputError("bounds has traced values, want constants: they have no derivative, and no value within jit")
    if not _batch(layer, (x0, params)):  # nothing to solve
        return jax.lax.stop_gradient(x0)
    fun, consts = _hoisted(layer, x0, params)
    params = (*params, *consts)
    leaves, structure = jax.tree_util.tree_flatten((x0, params))
    key = structure, tuple((a.shape, a.dtype) for a in leaves), bool(jax.config.read("jax_enable_x64"))
    p = layer.programs.get(key) if not consts else None
    if p is None:
        p = _Programs(layer, fun, x0, params)
        if not consts:
            layer.programs[key] = p
    starts = jax.lax.stop_gradient(jax.tree_util.tree_leaves(x0))
    start = jnp.concatenate([s.reshape(p.batch, -1).astype(p.dtype) for s in starts], axis=1)
    x, _, _ = p.solve(start, jax.tree_util.tree_leaves(params))
    return p.split(x if layer.batch else x[0])
