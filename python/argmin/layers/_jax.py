"""Programs as functions of JAX, with a derivative, which may be transformed: jit, grad, vmap."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np


def call(program: Any, data: dict[str, Any]) -> tuple[Any, ...]:
    """The unknowns of a program as JAX arrays."""
    names = tuple(data)
    dtype = jnp.result_type(*data.values())
    rank = {"Q": 2, "A": 2, "G": 2}

    def shapes(*arrays: Any) -> tuple[jax.ShapeDtypeStruct, ...]:
        sizes = {name: a.shape for name, a in zip(names, arrays)}
        batch = next(((s[0],) for name, s in sizes.items() if len(s) > rank.get(name, 1)), ())
        n, p, m = sizes["c"][-1], sizes["b"][-1] if "b" in sizes else 0, next((sizes[k][-1] for k in ("h", "low") if k in sizes), 0)
        lengths = {"x": n, "y": p, "z": m, "w": n, "s": p}
        return tuple(jax.ShapeDtypeStruct((*batch, lengths[u]), dtype) for u in program.unknowns)

    own = len(shapes(*data.values())[0].shape) > 1  # the data have a batch without vmap
    core = {name: rank.get(name, 1) for name in names}

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
        r = program.solve(as64)
        program.check(r)
        return tuple(np.broadcast_to(r[u], lead + r[u].shape[-1:]).astype(dtype) if lead and r[u].ndim == 1 else
                     r[u].reshape(*lead, -1 if r[u].size else 0).astype(dtype) if lead else r[u].astype(dtype) for u in program.unknowns)

    def pull_host(arrays: Any, solution: Any, ct: Any) -> tuple[np.ndarray, ...]:
        as64, lead = flat(arrays)

        def members(v: Any) -> np.ndarray:
            v = np.asarray(v, np.float64)
            flat: np.ndarray = v.reshape(int(np.prod(v.shape[:-1])), v.shape[-1]) if lead else v
            return flat

        if lead:
            count = int(np.prod(lead))
            as64 = {name: np.broadcast_to(a, (count, *a.shape)) if a.ndim == core[name] else a for name, a in as64.items()}
        grads = program.pull(as64, {u: members(v) for u, v in zip(program.unknowns, solution)},
                             {u: members(v) for u, v in zip(program.unknowns, ct)})
        return tuple(grads[name].reshape(a.shape).astype(a.dtype) for name, a in zip(names, arrays))

    @jax.custom_vjp
    def solve(*arrays: Any) -> Any:
        return jax.pure_callback(host, shapes(*arrays), *arrays, vmap_method="sequential" if own else "expand_dims")

    def forward(*arrays: Any) -> Any:
        out = solve(*arrays)
        return out, (arrays, out)

    def backward(kept: Any, ct: Any) -> Any:
        arrays, out = kept
        like = tuple(jax.ShapeDtypeStruct(a.shape, a.dtype) for a in arrays)
        return jax.pure_callback(pull_host, like, arrays, out, ct, vmap_method="sequential" if own else "broadcast_all")

    solve.defvjp(forward, backward)
    unknowns: tuple[Any, ...] = solve(*(jnp.asarray(a, dtype) for a in data.values()))
    return unknowns
