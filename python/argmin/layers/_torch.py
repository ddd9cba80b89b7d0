"""Programs as functions of torch.autograd."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch


class _Function(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, program: Any, names: tuple[str, ...], *tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
        data = {name: t.detach().cpu().to(torch.float64).numpy() for name, t in zip(names, tensors)}
        r = program.solve(data)
        program.check(r)
        ctx.program, ctx.names, ctx.data = program, names, data
        ctx.solution = {name: r[name] for name in program.unknowns}
        ctx.codes, ctx.code_names = r["code"], r["codes"]
        ctx.like = tensors
        first = tensors[0]
        return tuple(torch.as_tensor(v, dtype=first.dtype, device=first.device) for v in ctx.solution.values())

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *ct: torch.Tensor | None) -> tuple[Any, ...]:
        ctx.program.refuse(ctx.codes, ctx.code_names)
        given = {name: c.detach().cpu().to(torch.float64).numpy() for name, c in zip(ctx.solution, ct) if c is not None}
        grads = ctx.program.pull(ctx.data, ctx.solution, given)
        return (None, None, *(torch.as_tensor(np.asarray(grads[name]), dtype=t.dtype, device=t.device)
                              for name, t in zip(ctx.names, ctx.like)))


def call(program: Any, data: dict[str, Any]) -> tuple[Any, ...]:
    """The unknowns of a program as tensors like the first of the data that is one."""
    like = next(a for a in data.values() if isinstance(a, torch.Tensor))
    tensors = [a if isinstance(a, torch.Tensor) else torch.as_tensor(np.asarray(a), dtype=like.dtype, device=like.device) for a in data.values()]
    names = tuple(data)
    order = sorted(range(len(names)), key=lambda i: not isinstance(list(data.values())[i], torch.Tensor))
    unknowns: tuple[Any, ...] = _Function.apply(program, tuple(names[i] for i in order), *(tensors[i] for i in order))
    return unknowns
