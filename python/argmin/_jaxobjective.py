"""JAX objectives as programs, so that a search calls nothing outside of Go."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ._backend import Leaves, Objective
from ._jaxpr import program_of
from ._program import Program
from ._space import Space


class Raw(NamedTuple):
    """A program of the vector of what is not fixed."""

    body: str  # in the format of programs
    constants: list[np.ndarray]


def programs(space: Space, f: Objective, values_only: bool, second: bool) -> dict[str, Raw]:
    """The objective, with its gradient and the product of its Hessian with a vector where a method uses them.

    Raises Unsupported for a function that uses what programs do not have, and what JAX raises for one that it cannot trace.
    """
    known, key = _known(space, f, values_only, second)
    if key in known:
        return known[key]
    n = jax.ShapeDtypeStruct((space.x0.size,), np.float64)
    make: dict[str, Program] = {}
    if values_only:
        make["fun"] = program_of(lambda x: _number(_value(f, _leaves(space, x))), n)
    else:
        make["fun_grad"] = program_of(lambda x: _both(space, f, x), n)
    if second:
        make["hessp"] = program_of(lambda x, p: jax.jvp(lambda v: _both(space, f, v)[1], (x,), (p,))[1], n, n)
    known[key] = {name: Raw(p.text, p.constants) for name, p in make.items()}
    return known[key]


# The programs of jitted functions, which stand for what they were when they were traced.
_programs: weakref.WeakKeyDictionary[Any, dict[Hashable, dict[str, Raw]]] = weakref.WeakKeyDictionary()


def _known(space: Space, f: Objective, *more: bool) -> tuple[dict[Hashable, dict[str, Raw]], Hashable]:
    """Where the programs of a function are kept, and by what key; nowhere for one that may be another the next time."""
    if not isinstance(f.fun, jax.stages.Wrapped) or not all(isinstance(a, (bool, int, float, str)) for a in f.args):
        return {}, None
    held = None if space.free is None else (space.free.tobytes(), space.base.tobytes())
    args = tuple((type(a), a) for a in f.args)
    tree = (repr(f.tree.build(range(len(f.slots)))), tuple(f.tree.paths))
    try:
        return _programs.setdefault(f.fun, {}), (
            more,
            f.pair,
            tree,
            tuple((s.shape, s.like[0]) for s in f.slots),
            held,
            args,
        )
    except TypeError:  # something is not hashable
        return {}, None


def _leaves(space: Space, x: Any) -> Leaves:
    whole = x if space.free is None else jnp.asarray(space.base).at[space.free].set(x)
    return [whole[s.first : s.last].reshape(s.shape).astype(s.like[0]) for s in space.slots]


def _value(f: Objective, leaves: Leaves) -> Any:
    result = f.call(leaves)
    return f.pair_of(result)[0] if f.pair else result


def _number(value: Any) -> Any:
    return jnp.reshape(value, ()).astype(np.float64)


def _both(space: Space, f: Objective, x: Any) -> tuple[Any, Any]:
    """The value and the gradient as a vector."""
    leaves = _leaves(space, x)
    if f.pair:
        value, gradient = f.pair_of(f.call(leaves))
    else:
        value, gradient = jax.value_and_grad(f.call)(leaves)
    whole = jnp.concatenate([jnp.reshape(g, s.shape).ravel().astype(np.float64) for s, g in zip(space.slots, gradient)])
    return _number(value), whole if space.free is None else whole[space.free]


def attempt(make: Callable[[], dict[str, Raw]]) -> tuple[dict[str, Raw] | None, str]:
    """The programs, or None and why there are none."""
    if jax.dtypes.canonicalize_dtype(np.float64) != np.float64:
        return None, "JAX's 64-bit types are off"
    try:
        return make(), ""
    except Exception as e:  # of the user's function too, which the ordinary way shows
        return None, f"{type(e).__name__}: {str(e).splitlines()[0] if str(e) else ''}"
