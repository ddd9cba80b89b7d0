"""JAX as a framework of tensors."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ._backend import FLOAT64, Backend, Leaves, Objective, Slot
from ._door import Arrays
from ._errors import InputError, OptimizeWarning
from ._program import Program, Type
from ._vector import warn


class JaxBackend(Backend):
    """JAX: a function that is jitted is compiled together with the way into and out of the vector."""

    name = "JAX"
    differentiates = True

    def one_level(self, value: Any) -> tuple[Sequence[Any], Callable[[Sequence[Any]], Any]] | None:
        node: Any
        children, node = jax.tree_util.tree_flatten(value, is_leaf=lambda v: v is not value)
        if jax.tree_util.treedef_is_leaf(node):
            return None
        return children, node.unflatten

    def read(self, value: Any, name: str) -> tuple[np.ndarray, Any, float]:
        a = np.asarray(value)
        if not jnp.issubdtype(a.dtype, jnp.floating):
            raise InputError(f"x0 of {name} has type {a.dtype}, want floating-point numbers")
        dtype = jax.dtypes.canonicalize_dtype(
            a.dtype if isinstance(value, (jax.Array, np.ndarray, np.generic)) else float
        )
        if a.dtype == FLOAT64 and dtype != FLOAT64 and not isinstance(value, float):
            warn(
                f"x0 of {name} has type float64, but JAX's 64-bit types are off, so that JAX works with {dtype}; "
                'jax.config.update("jax_enable_x64", True) turns them on',
                OptimizeWarning,
            )
        device = value.sharding if isinstance(value, jax.Array) and getattr(value, "committed", False) else None
        return a.astype(FLOAT64), (np.dtype(dtype), device), float(jnp.finfo(dtype).eps)

    def maker(self, slots: Sequence[Slot]) -> Callable[[np.ndarray], list[Any]]:
        split = _splitter(tuple((s.first, s.last, s.shape, s.like[0]) for s in slots))
        devices = [s.like[1] for s in slots]
        if not any(devices):
            return split
        return lambda x: [t if d is None else jax.device_put(t, d) for t, d in zip(split(x), devices)]

    def arrays(self, slots: Sequence[Slot], make: Callable[[np.ndarray], list[Any]]) -> Arrays | None:
        return Arrays(make, False, type(jnp.zeros(())), np.asarray, None)

    def array(self, value: Any, what: str) -> np.ndarray:
        a = np.asarray(value)
        if a.dtype.kind == "f":
            return a
        if jnp.issubdtype(a.dtype, jnp.floating):  # types that NumPy lacks
            return a.astype(np.float32)
        return super().array(value, what)

    def limits(self, value: Any, what: str) -> np.ndarray:
        a = np.asarray(value)
        return super().limits(a.astype(np.float32) if a.dtype.kind == "V" else value, what)

    def gives_pair(self, f: Objective) -> bool | None:
        if not isinstance(f.fun, jax.stages.Wrapped):
            return None
        leaves = [jax.ShapeDtypeStruct(s.shape, s.like[0]) for s in f.slots]
        try:
            result = jax.eval_shape(f.fun, f.tree.build(leaves), *f.args)  # traced, which jit does only once
        except Exception:
            return None  # the call says better what is wrong
        return isinstance(result, (tuple, list)) and len(result) == 2

    def value_and_gradient(self, f: Objective) -> Callable[[Leaves], tuple[Any, Leaves]]:
        both: Callable[[Leaves], tuple[Any, Leaves]] = jax.value_and_grad(f.call)
        return both

    def hessian_product(self, f: Objective) -> Callable[[Leaves, Leaves], Leaves] | None:
        build, flatten, pair = f.tree.build, f.tree.flatten, f.pair
        if pair and not isinstance(f.fun, jax.stages.Wrapped):  # it need not be one that JAX can trace
            return None

        def product(fun: Callable[[], Any], leaves: Leaves, p: Leaves, args: tuple[Any, ...]) -> Any:
            def value(v: Leaves) -> Any:
                return fun()(build(v), *args)

            gradient = (lambda v: flatten(value(v)[1], "the gradient")) if pair else jax.grad(value)
            return jax.jvp(gradient, (list(leaves),), (list(p),))[1]

        return _Program(f, "hessian_product", product)

    def jacobian(self, f: Objective) -> Callable[[Leaves], Sequence[np.ndarray | None]] | None:
        build = f.tree.build

        def derivatives(fun: Callable[[], Any], leaves: Leaves, args: tuple[Any, ...]) -> Any:
            return jax.jacrev(lambda v: jnp.ravel(fun()(build(v), *args)))(list(leaves))

        program = _Program(f, "jacobian", derivatives)
        return lambda leaves: [self.array(d, "the Jacobian") for d in program(leaves)]

    def program(self, fun: Callable[..., Any], types: Sequence[Type]) -> Program:
        from ._jaxpr import program_of

        return program_of(fun, *[jax.ShapeDtypeStruct(t.shape, t.dtype) for t in types])

    def compiled(self, f: Objective) -> Callable[[np.ndarray], np.ndarray] | None:
        build, flatten, slots, pair = f.tree.build, f.tree.flatten, f.slots, f.pair

        def on_vector(fun: Callable[[], Any], x: Any, args: tuple[Any, ...]) -> Any:
            leaves = [x[s.first : s.last].reshape(s.shape).astype(s.like[0]) for s in slots]
            if pair:
                value, tree = fun()(build(leaves), *args)
                gradient = flatten(tree, "the gradient")
            else:
                value, gradient = jax.value_and_grad(lambda v: fun()(build(v), *args))(leaves)
            # What is wrong here is said again, for the user, by the way that is not compiled.
            if value.shape != () or any(g.shape != s.shape for s, g in zip(slots, gradient)):
                raise InputError("a shape is wrong")
            if not all(jnp.issubdtype(v.dtype, jnp.floating) for v in (value, *gradient)):
                raise InputError("a type is wrong")
            return jnp.concatenate([jnp.ravel(v).astype(x.dtype) for v in (value, *gradient)])

        program, args, asarray = _compiled(f, "on_vector", on_vector), f.args, np.asarray
        return None if program is None else lambda x: asarray(program(x, args))


_programs: weakref.WeakKeyDictionary[Any, dict[Hashable, Any]] = weakref.WeakKeyDictionary()


def _compiled(f: Objective, what: str, function: Callable[..., Any]) -> Callable[..., Any] | None:
    """A compiled function(fun, ..., args), the same one as the last time for this fun and such trees. fun() is the
    user's function. None if that is not compiled itself: it may not be one that can be."""
    if not isinstance(f.fun, jax.stages.Wrapped):
        return None
    tree = jax.tree_util.tree_structure(f.tree.build(range(len(f.slots))))
    key = (what, f.pair, tree, tuple(f.tree.paths), tuple((s.shape, s.like[0]) for s in f.slots))
    try:
        known = _programs.setdefault(f.fun, {})
        if key not in known:
            # The program must not keep the function alive, by which it is known.
            known[key] = jax.jit(functools.partial(function, weakref.ref(f.fun)))
        program: Callable[..., Any] = known[key]
        return program
    except TypeError:  # something is not hashable
        return None


class _Program:
    """A function that is compiled if the user's function is, and if that does not fail."""

    def __init__(self, f: Objective, what: str, function: Callable[..., Any]) -> None:
        self._args, self._compiled = f.args, _compiled(f, what, function)
        self._plain = functools.partial(function, lambda: f.fun)
        self._ran = False

    def __call__(self, *inputs: Any) -> Any:
        if self._compiled is not None:
            try:
                result = self._compiled(*inputs, self._args)
                self._ran = True
                return result
            except Exception:
                if self._ran:
                    raise
                self._compiled = None  # such as with arguments that its own jit has as static
        return self._plain(*inputs, self._args)


@functools.lru_cache(maxsize=256)
def _splitter(parts: tuple[tuple[int, int, tuple[int, ...], Any], ...]) -> Callable[[np.ndarray], list[Any]]:
    """A compiled function that makes tensors of a vector."""

    def split(x: Any) -> list[Any]:
        return [x[first:last].reshape(shape).astype(dtype) for first, last, shape, dtype in parts]

    made: Callable[[np.ndarray], list[Any]] = jax.jit(split)
    return made


@functools.cache
def backend() -> Backend:
    """JAX."""
    return JaxBackend()
