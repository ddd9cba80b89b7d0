"""Programs as functions of torch.autograd and torch.func."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import torch

from .._errors import InputError
from . import _second
from ._convex import even, rank


def _array(t: torch.Tensor) -> np.ndarray:
    return t.detach().cpu().to(torch.float64).numpy()


def _flat(size: int, dims: tuple[int | None, ...], names: tuple[str, ...], tensors: tuple[torch.Tensor, ...], every: bool) -> Any:
    """Tensors with the axis of vmap in front, together with that of a batch of their own, and the shape of both.

    Those that all members share stay as they are, unless every one is to have the axis.
    """
    moved = [t if d is None else t.movedim(d, 0) for t, d in zip(tensors, dims)]
    own = [t.dim() - (d is not None) - rank(name) for t, d, name in zip(tensors, dims, names)]
    batch = next((t.shape[1 if d is not None else 0] for t, d, o in zip(moved, dims, own) if o), None)
    lead = (size,) if batch is None else (size, batch)
    flat = []
    for t, d, o, name in zip(moved, dims, own, names):
        if d is None and not o and not every:
            flat.append(t)
            continue
        inner = t.shape[t.dim() - rank(name):]
        if d is None:
            t = t.unsqueeze(0)
        if batch is not None and not o:
            t = t.unsqueeze(1)
        flat.append(t.expand(*lead, *inner).reshape(math.prod(lead), *inner))
    return flat, lead, own


class _Solve(torch.autograd.Function):
    @staticmethod
    def forward(program: Any, names: tuple[str, ...], *tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
        solution, codes = program.run({name: _array(t) for name, t in zip(names, tensors)})
        first = tensors[0]
        unknowns = tuple(torch.as_tensor(v, dtype=first.dtype, device=first.device) for v in solution.values())
        return (*unknowns, torch.as_tensor(codes, dtype=torch.float64))

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.program, ctx.names, *tensors = inputs
        ctx.mark_non_differentiable(output[-1])
        ctx.save_for_backward(*tensors, *output)

    @staticmethod
    def backward(ctx: Any, *cts: torch.Tensor) -> tuple[Any, ...]:
        return (None, None, *_Pull.apply(ctx.program, ctx.names, *ctx.saved_tensors, *cts[:-1]))

    @staticmethod
    def vmap(info: Any, in_dims: Any, program: Any, names: tuple[str, ...], *tensors: torch.Tensor) -> Any:
        flat, lead, _ = _flat(info.batch_size, in_dims[2:], names, tensors, False)
        out = _Solve.apply(program, names, *flat)
        return tuple(v.reshape(*lead, *v.shape[1:]) for v in out), (0,) * len(out)


class _Pull(torch.autograd.Function):
    @staticmethod
    def forward(program: Any, names: tuple[str, ...], *tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
        data, rest = tensors[: len(names)], [_array(t) for t in tensors[len(names):]]
        k = len(program.unknowns)
        solution, codes, cts = dict(zip(program.unknowns, rest)), rest[k], dict(zip(program.unknowns, rest[k + 1:]))
        grads = program.pull({name: _array(t) for name, t in zip(names, data)}, solution, cts, codes)
        return tuple(torch.as_tensor(np.asarray(grads[name]), dtype=t.dtype, device=t.device) for name, t in zip(names, data))

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.program, ctx.names, *tensors = inputs
        ctx.save_for_backward(*tensors)

    @staticmethod
    def backward(ctx: Any, *cts: torch.Tensor) -> Any:
        program, names = ctx.program, ctx.names
        _second.refuse(program)
        n, k = len(names), len(program.unknowns)
        saved = ctx.saved_tensors
        data, rest, given = saved[:n], saved[n : n + k + 1], saved[n + k + 1 :]
        rows, sides = _Active.apply(program, names, *(t.detach() for t in data), *(t.detach() for t in rest))

        def pull(data: tuple[torch.Tensor, ...], given: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
            def solution(*data: torch.Tensor) -> tuple[torch.Tensor, ...]:
                wide = {name: t.double() for name, t in zip(names, data) if name not in program.unknowns}
                return tuple(v.to(given[0].dtype) for v in _second.near(_Torch, wide, rows, sides))

            grads: tuple[torch.Tensor, ...] = torch.func.vjp(solution, *data)[1](given)
            return grads

        of_data, of_given = torch.func.vjp(pull, data, given)[1](cts)
        return (None, None, *of_data, *(None for _ in rest), *of_given)

    @staticmethod
    def vmap(info: Any, in_dims: Any, program: Any, names: tuple[str, ...], *tensors: torch.Tensor) -> Any:
        every = (*names, *program.unknowns, "code", *program.unknowns)
        flat, lead, own = _flat(info.batch_size, in_dims[2:], every, tensors, True)
        grads = _Pull.apply(program, names, *flat)
        shaped = [g.reshape(*lead, *g.shape[1:]) for g in grads]
        # What the members of the layer's own batch share has the sum of their gradients.
        return tuple(g.sum(1) if len(lead) > 1 and not o else g for g, o in zip(shaped, own)), (0,) * len(grads)


class _Active(torch.autograd.Function):
    """Which limits are active at a solution."""

    @staticmethod
    def forward(program: Any, names: tuple[str, ...], *tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
        arrays = [_array(t) for t in tensors]
        n = len(names)
        found = _second.active(program, dict(zip(names, arrays)), dict(zip(program.unknowns, arrays[n:])), arrays[-1])
        return tuple(torch.as_tensor(v, device=tensors[0].device) for v in found)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.mark_non_differentiable(*output)

    @staticmethod
    def backward(ctx: Any, *cts: torch.Tensor) -> Any:
        return (None,) * len(ctx.needs_input_grad)

    @staticmethod
    def vmap(info: Any, in_dims: Any, program: Any, names: tuple[str, ...], *tensors: torch.Tensor) -> Any:
        flat, lead, _ = _flat(info.batch_size, in_dims[2:], (*names, *program.unknowns, "code"), tensors, True)
        out = _Active.apply(program, names, *flat)
        return tuple(v.reshape(*lead, *v.shape[1:]) for v in out), (0,) * len(out)


class _Torch(_second.Arrays):
    cat, where, wide = staticmethod(torch.cat), staticmethod(torch.where), staticmethod(torch.broadcast_to)
    turn = staticmethod(lambda a: a.transpose(-1, -2))
    solve = staticmethod(lambda a, b: torch.linalg.solve(a, b.unsqueeze(-1)).squeeze(-1))
    full = staticmethod(lambda like, a: torch.as_tensor(a, dtype=like.dtype, device=like.device))


def call(program: Any, data: dict[str, Any]) -> tuple[Any, ...]:
    """The unknowns of a program as tensors, of the type to which PyTorch promotes those of real numbers among the data."""
    given = {name: a for name, a in data.items() if isinstance(a, torch.Tensor)}
    for name, a in given.items():
        if a.layout != torch.strided:
            raise InputError(f"{name} is a sparse tensor, want a dense one, or a matrix of scipy.sparse, which is a constant")
        if a.is_meta:
            raise InputError(f"{name} is a tensor on the device meta, which has no numbers")
    types = [a.dtype for name, a in given.items() if a.is_floating_point() and name not in program.unknowns]
    dtype = functools.reduce(torch.promote_types, types) if types else torch.get_default_dtype()
    device = next(iter(given.values())).device
    if "Q" in given and given["Q"].dtype in (torch.float32, torch.float16, torch.bfloat16) and given["Q"].numel():
        given["Q"] = even(torch, given["Q"], torch.finfo(given["Q"].dtype).eps)
    names = sorted(data, key=lambda name: name not in given)
    tensors = [
        given[name].to(dtype) if name in given else torch.as_tensor(np.asarray(data[name]), dtype=dtype, device=device)
        for name in names
    ]
    tensors = [t.detach() if name in program.unknowns else t for name, t in zip(names, tensors)]  # a start
    result: tuple[Any, ...] = _Solve.apply(program, tuple(names), *tensors)
    return result[:-1]
