"""JAX functions that run in the library, without XLA: whole solves, batched and differentiated, and no call back.

A JAX function is traced once (:func:`jax.make_jaxpr`) and rebuilt from its operations. What takes XLA seconds to
compile takes milliseconds here, and a solve does not return to Python before its end.

>>> import jax.numpy as jnp
>>> from argmin.programs import Solver
>>> def rosenbrock(x, a):
...     return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (a - x[:-1]) ** 2)
>>> r = Solver(rosenbrock, "LBFGS", tol=1e-4).run(jnp.zeros(4), 1.0)
>>> r.state.status
'converged'
>>> r.params.round(3).tolist()
[1.0, 1.0, 1.0, 1.0]
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from . import _jaxpr, _solver
from . import _program as programs
from ._laxtypes import is_key
from ._program import Program, Type, Unsupported
from ._solver import Result, State, _mapped


class _JAX:
    """Pytrees and jaxprs."""

    def flatten(self, tree: Any) -> tuple[list[np.ndarray], Any]:
        leaves, structure = jax.tree_util.tree_flatten(jax.tree_util.tree_map(_Key.of, tree))
        return [_array(x) for x in leaves], structure

    def unflatten(self, structure: Any, leaves: Sequence[Any]) -> Any:
        return jax.tree_util.tree_unflatten(structure, leaves)

    def trace(
        self, fun: Callable[..., Any], structures: Sequence[Any], types: Sequence[Sequence[Type]]
    ) -> tuple[Program, Any]:
        args = [
            jax.tree_util.tree_unflatten(s, [jax.ShapeDtypeStruct(t.shape, t.dtype) for t in ts])
            for s, ts in zip(structures, types)
        ]

        def with_keys(*args: Any) -> Any:
            return fun(*jax.tree_util.tree_map(_Key.back, args, is_leaf=lambda x: isinstance(x, _Key)))

        closed, out = jax.make_jaxpr(with_keys, return_shape=True)(*args)
        return _jaxpr.read(closed, _jaxpr.name_of(fun)), jax.tree_util.tree_structure(out)


@jax.tree_util.register_pytree_node_class
@dataclass
class _Key:
    """Random keys in a tree, as the numbers that they are made of."""

    data: Any
    kind: str

    @staticmethod
    def of(x: Any) -> Any:
        """A leaf, if it is of keys, as their numbers."""
        return _Key(jax.random.key_data(x), str(jax.random.key_impl(x))) if is_key(x) else x

    @staticmethod
    def back(x: Any) -> Any:
        """The leaf again."""
        return jax.random.wrap_key_data(x.data, impl=x.kind) if isinstance(x, _Key) else x

    def tree_flatten(self) -> tuple[tuple[Any], str]:
        return (self.data,), self.kind

    @classmethod
    def tree_unflatten(cls, kind: str, data: tuple[Any]) -> _Key:
        return cls(data[0], kind)


def _array(x: Any) -> np.ndarray:
    a = np.asarray(x)
    d = jax.dtypes.canonicalize_dtype(a.dtype)
    return a if a.dtype == d else a.astype(d)


class Solver(_solver.Solver):
    __doc__ = _solver.Solver.__doc__

    frontend = _JAX()

    def answer(self, x0: Any, structure: Any, leaves: Sequence[np.ndarray]) -> Any:
        """The tree of the parameters: JAX arrays if some of the start are, else NumPy's."""
        if any(isinstance(x, jax.Array) for x in jax.tree_util.tree_leaves(x0)):
            return jax.tree_util.tree_unflatten(structure, [jnp.asarray(x) for x in leaves])
        return jax.tree_util.tree_unflatten(structure, leaves)

    def argmin(self, x0: Any, *data: Any, bounds: tuple[Any, Any] | None = None) -> Any:
        """The answer as a differentiable JAX function of the data, under ``jit``, ``grad`` and ``vmap``.

        The derivative is implicit, from the condition that holds at the answer, to any order in reverse mode. With
        respect to ``x0`` it is zero. The derivative of a solve that ended far from a solution is an error.

        Returns
        -------
        tree of arrays
            Like ``x0``.
        """
        bounded = bounds is not None or self._bounded
        trees = [jax.tree_util.tree_map(lambda x: jnp.asarray(x), jax.tree_util.tree_map(_Key.of, t)) for t in (x0, *data)]
        blank = [jax.tree_util.tree_map(lambda a: np.zeros(a.shape, a.dtype), t) for t in trees]
        p, first, structure = self.problem(blank, bounded)
        leaves = [a for t in trees for a in jax.tree_util.tree_leaves(t)]
        starts = [jnp.asarray(x, a.dtype) for x, a in zip(leaves, first[: p.starts])]
        limits: list[Any] = []
        if bounded:
            if bounds is not None and any(isinstance(b, jax.core.Tracer) for b in jax.tree_util.tree_leaves(bounds)):
                limits = [
                    jnp.broadcast_to(jnp.asarray(x, a.dtype), a.shape)
                    for b in bounds
                    for x, a in zip(jax.tree_util.tree_leaves(b), starts)
                ]
            else:
                limits = [jnp.asarray(b) for b in self.bounds(True, structure, first[: p.starts], bounds)]
        out = function(p.solve, tuple(range(p.starts)))(*starts, *limits, *leaves[p.starts :])
        return jax.tree_util.tree_unflatten(structure, out[: p.starts])


def solve(
    fun: Callable[..., Any],
    x0: Any,
    *data: Any,
    method: str | None = None,
    kind: str | None = None,
    bounds: tuple[Any, Any] | None = None,
    **options: Any,
) -> Result:
    """Solve one problem: ``Solver(fun, method, kind=kind, **options).run(x0, *data, bounds=bounds)``.

    A :class:`Solver` that is kept does not trace ``fun`` again.
    """
    return Solver(fun, method, kind=kind, **options).run(x0, *data, bounds=bounds)


def function(program: Program, outs: tuple[int, ...] | None = None) -> Callable[..., list[Any]]:
    """A program as a JAX function of arrays, under ``jit``, ``grad`` to any order, and ``vmap``.

    ``outs`` are the results that have derivatives, by default those of floating-point numbers.
    """
    kept = program.__dict__.setdefault("_functions", {})
    if outs not in kept:
        kept[outs] = _function(program, outs)
    f: Callable[..., list[Any]] = kept[outs]
    return f


def _function(program: Program, outs: tuple[int, ...] | None) -> Callable[..., list[Any]]:
    if outs is None:
        outs = tuple(i for i, t in enumerate(program.gives) if np.issubdtype(t.dtype, np.floating))
    wrt = [i for i, t in enumerate(program.takes) if np.issubdtype(t.dtype, np.floating)]
    shapes = [jax.ShapeDtypeStruct(t.shape, t.dtype) for t in program.gives]
    run = functools.partial(_run, program)

    @jax.custom_vjp
    def f(*args: Any) -> list[Any]:
        return list(jax.pure_callback(run, shapes, *args, vmap_method="expand_dims"))

    def forward(*args: Any) -> tuple[list[Any], Any]:
        return f(*args), args

    def backward(args: Any, cts: Any) -> tuple[Any, ...]:
        back = (
            function(programs.vjp(program, wrt, outs)) if "_vjp" not in program.__dict__ else program.__dict__["_vjp"]
        )
        program.__dict__["_vjp"] = back
        g = back(*args, *[cts[i] for i in outs])[len(outs) :]
        return tuple(
            g[wrt.index(i)] if i in wrt else np.zeros(np.shape(a), jax.dtypes.float0) for i, a in enumerate(args)
        )

    f.defvjp(forward, backward)
    return f


def _run(program: Program, *args: Any) -> list[np.ndarray]:
    """A program on arrays that may have leading axes of a batch, of size 1 where the array is shared."""
    arrays = [np.asarray(a) for a in args]
    leads = [a.shape[: a.ndim - len(t.shape)] for a, t in zip(arrays, program.takes)]
    lead = np.broadcast_shapes(*leads) if leads else ()
    if not lead:
        out = program(*arrays)
        return [np.asarray(y, t.dtype) for y, t in zip(out, program.gives)]
    size = int(np.prod(lead))
    axes: list[int | None] = []
    for i, (a, s, t) in enumerate(zip(arrays, leads, program.takes)):
        shared = all(n == 1 for n in s)
        axes.append(None if shared else 0)
        arrays[i] = a.reshape(t.shape) if shared else np.broadcast_to(a, lead + t.shape).reshape((size, *t.shape))
    if all(axis is None for axis in axes):
        out = [y[None] for y in program(*arrays)]
    else:
        out = _mapped(program, tuple(axes), size)(*arrays)
    return [
        np.broadcast_to(np.asarray(y, t.dtype).reshape((-1, *t.shape)), (size, *t.shape)).reshape(lead + t.shape)
        for y, t in zip(out, program.gives)
    ]


__all__ = ["Program", "Result", "Solver", "State", "Unsupported", "function", "solve"]
