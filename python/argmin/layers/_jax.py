"""Programs as functions of JAX, with a derivative, which may be transformed: jit, grad, vmap."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from . import _second
from ._convex import even, lead, rank


class _JAX(_second.Arrays):
    cat, where, wide = staticmethod(jnp.concatenate), staticmethod(jnp.where), staticmethod(jnp.broadcast_to)
    turn = staticmethod(lambda a: jnp.swapaxes(a, -1, -2))
    solve = staticmethod(lambda a, b: jnp.linalg.solve(a, b[..., None])[..., 0])
    full = staticmethod(lambda like, a: jnp.asarray(a, like.dtype))


# How many functions are kept: one for each kind of program and of its data.
_ROOM = 256
_kept: dict[Any, Callable[..., Any]] = {}


def call(program: Any, data: dict[str, Any]) -> tuple[Any, ...]:
    """The unknowns of a program as JAX arrays."""
    names = tuple(data)
    dtype = jnp.result_type(*data.values())
    dtype = dtype if jnp.issubdtype(dtype, jnp.floating) else jnp.result_type(float)
    Q = data.get("Q")
    if Q is not None and Q.dtype in (jnp.float32, jnp.float16, jnp.bfloat16) and Q.size:
        data = {**data, "Q": even(jnp, jnp.asarray(Q), float(jnp.finfo(Q.dtype).eps))}
    arrays = [jnp.asarray(a, dtype) for a in data.values()]
    own = any(a.ndim > rank(name) for name, a in zip(names, arrays))  # the data have a batch without vmap
    # JAX compiles each function of its own, and keeps what it has compiled, so that equal programs must be one function.
    key = (type(program), repr(program.options), id(program) if program.fixed else None, names, str(dtype), own)
    solve = _kept.get(key)
    if solve is None:
        if not program.fixed:  # else the key has the place of this object, which the function keeps
            program = copy.copy(program)
            program.options = copy.deepcopy(program.options)
        solve = _kept[key] = _function(program, names, dtype, own)
        while len(_kept) > _ROOM:
            _kept.pop(next(iter(_kept)), None)
    given = (jax.lax.stop_gradient(a) if name in program.unknowns else a for name, a in zip(names, arrays))
    result: tuple[Any, ...] = solve(*given)
    return result[:-1]


def _function(program: Any, names: tuple[str, ...], dtype: Any, own: bool) -> Callable[..., Any]:
    """The unknowns and the codes as a function of the data of these names; own says whether these are a batch."""

    def shapes(*arrays: Any) -> tuple[jax.ShapeDtypeStruct, ...]:
        sizes = {name: a.shape for name, a in zip(names, arrays)}
        batch = lead(sizes)
        n, p, m = sizes["c"][-1], sizes["b"][-1] if "b" in sizes else 0, next((sizes[k][-1] for k in ("h", "low") if k in sizes), 0)
        lengths = program.lengths(n, p, m)
        unknowns = tuple(jax.ShapeDtypeStruct((*batch, lengths[u]), dtype) for u in program.unknowns)
        return (*unknowns, jax.ShapeDtypeStruct(batch, dtype))  # the last is the code

    core = {name: rank(name) for name in names}

    def flat(arrays: Any) -> tuple[dict[str, np.ndarray], tuple[int, ...]]:
        """The data with the axes of vmap as one batch, and these axes. One that all members share has ones there."""
        as64 = {name: np.asarray(a, np.float64) for name, a in zip(names, arrays)}
        if own:
            return as64, ()
        lead = np.broadcast_shapes(*(a.shape[: a.ndim - core[name]] for name, a in as64.items()))
        for name, a in as64.items():
            inner = a.shape[a.ndim - core[name]:]
            shared = all(d == 1 for d in a.shape[: a.ndim - core[name]]) and len(lead) > 0
            as64[name] = a.reshape(inner) if shared else np.broadcast_to(a, lead + inner).reshape((-1, *inner) if lead else inner)
        return as64, lead

    def host(*arrays: Any) -> tuple[np.ndarray, ...]:
        as64, lead = flat(arrays)
        solution, codes = program.run(as64)
        out = [*solution.values(), np.asarray(codes, np.float64)]
        if lead:
            inner = [v.shape[-1:] for v in solution.values()] + [()]
            alike = not codes.ndim  # all members share the whole program
            out = [np.broadcast_to(v, lead + i) if alike else v.reshape(lead + i) for v, i in zip(out, inner)]
        return tuple(v.astype(dtype) for v in out)

    def pull_host(arrays: Any, solution: Any, ct: Any) -> tuple[np.ndarray, ...]:
        as64, lead = flat(arrays)

        def members(v: Any) -> np.ndarray:
            a: np.ndarray = np.asarray(v, np.float64)
            return a.reshape(int(np.prod(a.shape[:-1])), a.shape[-1]) if lead else a

        if lead:
            count = int(np.prod(lead))
            as64 = {name: np.broadcast_to(a, (count, *a.shape)) if a.ndim == core[name] else a for name, a in as64.items()}
        codes = np.asarray(solution[-1], np.float64)
        grads = program.pull(as64, {u: members(v) for u, v in zip(program.unknowns, solution)},
                             {u: members(v) for u, v in zip(program.unknowns, ct)}, codes.reshape(-1) if lead else codes)
        return tuple(grads[name].reshape(a.shape).astype(a.dtype) for name, a in zip(names, arrays))

    @jax.custom_vjp
    def solve(*arrays: Any) -> Any:
        return jax.pure_callback(host, shapes(*arrays), *arrays, vmap_method="sequential" if own else "expand_dims")

    def forward(*arrays: Any) -> Any:
        out = solve(*arrays)
        return out, (arrays, out)

    @jax.custom_jvp
    def pull(arrays: Any, out: Any, ct: Any) -> Any:
        like = tuple(jax.ShapeDtypeStruct(a.shape, a.dtype) for a in arrays)
        return jax.pure_callback(pull_host, like, arrays, out, ct, vmap_method="sequential" if own else "broadcast_all")

    @pull.defjvp
    def again(primals: Any, tangents: Any) -> Any:
        _second.refuse(program)
        arrays, out, ct = primals
        rows, sides = active(arrays, out)

        def back(arrays: Any, ct: Any) -> Any:
            def solution(arrays: Any) -> Any:
                data = {name: a for name, a in zip(names, arrays) if name not in program.unknowns}
                return (*_second.near(_JAX, data, rows, sides), jnp.zeros_like(out[-1]))

            return jax.vjp(solution, arrays)[1](ct)[0]

        return pull(*primals), jax.jvp(back, (arrays, ct), (tangents[0], tangents[2]))[1]

    def active(arrays: Any, out: Any) -> Any:
        """Which limits are active at the solution, for :func:`_second.near`."""
        batch, length = out[0].shape[:-1], next((a.shape[-2] for name, a in zip(names, arrays) if name == "G"), 0)
        shapes = [jax.ShapeDtypeStruct((*batch, size), dtype) for size in (length, out[0].shape[-1])]

        def find(arrays: Any, out: Any) -> tuple[np.ndarray, ...]:
            data, solution = ([np.asarray(a, np.float64) for a in group] for group in (arrays, out))
            found = _second.active(program, dict(zip(names, data)), dict(zip(program.unknowns, solution)), solution[-1])
            return tuple(np.asarray(v, dtype) for v in found)

        fixed = jax.lax.stop_gradient((arrays, out))
        return jax.pure_callback(find, shapes, *fixed, vmap_method="sequential")

    solve.defvjp(forward, lambda kept, ct: pull(*kept, ct))
    whole: Callable[..., Any] = solve
    return whole
