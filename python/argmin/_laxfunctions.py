"""Primitives of JAX with a function of one's own: of elements at places, and of two numbers for a reduction."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import jax
import jax.extend.core
import numpy as np

if TYPE_CHECKING:
    from ._jaxpr import Reader


def applied(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    """A function of the elements at places, each of which is there once."""
    p, d = e.params, e.params["dimension_numbers"]
    places = r.value(e.invars[1], ins[1])
    rows = None if places is None else np.asarray(places).reshape(-1, np.shape(places)[-1])
    apart = rows is not None and set(d.scatter_dims_to_operand_dims) <= set(d.inserted_window_dims) and len(np.unique(rows, axis=0)) == len(rows)
    if not p["unique_indices"] and not apart:
        raise r.refuse("scatter of a function at places that may be the same", e)
    own, shape = set((*d.inserted_window_dims, *d.operand_batching_dims)), e.invars[2].aval.shape
    window = iter(shape[i] for i in d.update_window_dims)
    sizes = [1 if i in own else next(window) for i in range(e.invars[0].aval.ndim)]
    numbers = jax.lax.GatherDimensionNumbers(
        d.update_window_dims,
        d.inserted_window_dims,
        d.scatter_dims_to_operand_dims,
        d.operand_batching_dims,
        d.scatter_indices_batching_dims,
    )

    def apply(x: Any, at: Any, update: Any) -> Any:
        old = jax.lax.gather(x, at, numbers, sizes, mode=p["mode"])
        run: Any = jax.core.eval_jaxpr
        each: Any = jax.vmap(lambda a, b: run(p["update_jaxpr"], p["update_consts"], a, b)[0])
        new = each(old.reshape(-1), update.reshape(-1)).reshape(shape)
        return jax.lax.scatter(x, at, new, d, mode=p["mode"], unique_indices=True)

    return r.traced(apply, e, ins)


def reduced(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    """A function of one's own that adds up, applied element after element."""
    n, dims = len(ins) // 2, e.params["dimensions"]
    step: Any = jax.extend.core.jaxpr_as_fun(e.params["jaxpr"])

    def reduce(*args: Any) -> Any:
        def parts(x: Any) -> Any:
            x = jax.numpy.moveaxis(x, dims, range(len(dims)))
            return x.reshape(-1, math.prod(x.shape[len(dims) :]))

        def add(carry: Any, x: Any) -> Any:
            return jax.vmap(step)(*carry, *x), None

        rows = [parts(x) for x in args[:n]]
        first = [jax.numpy.broadcast_to(x, row.shape[1:]) for x, row in zip(args[n:], rows)]
        out, _ = jax.lax.scan(add, first, rows)
        return [y.reshape(v.aval.shape) for y, v in zip(out, e.outvars)]

    return r.traced(reduce, e, ins)
