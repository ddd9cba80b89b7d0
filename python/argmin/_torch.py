"""PyTorch as a framework of tensors."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch.utils import _pytree

from ._backend import Backend, Leaves, Objective, Slot, none_gradient
from ._door import Arrays
from ._errors import InputError
from ._program import Program, Type

# The types that NumPy has.
_NUMPY = {torch.float64: np.float64, torch.float32: np.float32, torch.float16: np.float16}


class TorchBackend(Backend):
    """PyTorch: tensors stay on their device, of which the search sees one flat copy."""

    name = "PyTorch"
    differentiates = True

    def one_level(self, value: Any) -> tuple[Sequence[Any], Callable[[Sequence[Any]], Any]] | None:
        if isinstance(value, torch.Tensor) or type(value) not in _pytree.SUPPORTED_NODES:
            return None
        children, spec = _pytree.tree_flatten(value, is_leaf=lambda v: v is not value)
        return children, lambda made: _pytree.tree_unflatten(list(made), spec)

    def read(self, value: Any, name: str) -> tuple[np.ndarray, Any, float]:
        t = value if isinstance(value, torch.Tensor) else _tensor(value, name)
        if not t.dtype.is_floating_point:
            raise InputError(f"x0 of {name} has type {t.dtype}, want floating-point numbers")
        if t.layout is not torch.strided:
            raise InputError(f"x0 of {name} is sparse ({t.layout}), want a dense tensor")
        return _numpy(t), (t.dtype, t.device), float(torch.finfo(t.dtype).eps)

    def maker(self, slots: Sequence[Slot]) -> Callable[[np.ndarray], list[Any]]:
        from_numpy, cpu = torch.from_numpy, torch.device("cpu")
        kinds = {s.like for s in slots}
        if all(device == cpu and dtype in _NUMPY for dtype, device in kinds):
            # A part of the vector's memory for each: cheaper than parts of a tensor.
            ones = [(slice(s.first, s.last), s.shape) for s in slots]
            if kinds == {(torch.float64, cpu)}:
                if all(len(shape) == 1 for _, shape in ones):
                    parts = [at for at, _ in ones]
                    return lambda x: [from_numpy(x[at]).requires_grad_() for at in parts]
                return lambda x: [from_numpy(x[at].reshape(shape)).requires_grad_() for at, shape in ones]
            types = [_NUMPY[s.like[0]] for s in slots]

            def typed(x: np.ndarray) -> list[Any]:
                return [
                    from_numpy(x[at].reshape(shape).astype(dtype)).requires_grad_()
                    for (at, shape), dtype in zip(ones, types)
                ]

            return typed
        sizes = [s.last - s.first for s in slots]
        if len(kinds) == 1:
            ((dtype, device),) = kinds
            shapes = [s.shape for s in slots]

            def cast(x: np.ndarray) -> list[Any]:
                parts = from_numpy(x).to(dtype=dtype, device=device).split(sizes)
                return [p.detach().view(shape).requires_grad_() for p, shape in zip(parts, shapes)]

            return cast

        def mixed(x: np.ndarray) -> list[Any]:
            whole = {device: from_numpy(x).to(device=device) for device in {d for _, d in kinds}}
            return [
                whole[s.like[1]][s.first : s.last].view(s.shape).to(dtype=s.like[0]).detach().requires_grad_()
                for s in slots
            ]

        return mixed

    def arrays(self, slots: Sequence[Slot], make: Callable[[np.ndarray], list[Any]]) -> Arrays | None:
        if any(s.like[1].type != "cpu" or s.like[0] not in _NUMPY for s in slots):
            return None
        return Arrays(make, False, torch.Tensor, torch.Tensor.numpy, self.number)

    def result(self, slots: Sequence[Slot]) -> Callable[[np.ndarray], list[Any]]:
        make = self.maker(slots)
        # Each has its own memory, so that none keeps the others alive.
        return lambda x: [t.detach().clone().requires_grad_() for t in make(x)]

    def array(self, value: Any, what: str) -> np.ndarray:
        if isinstance(value, torch.Tensor):
            if not value.dtype.is_floating_point:
                raise InputError(f"{what} has type {value.dtype}, want floating-point numbers")
            return _numpy(value)
        return super().array(value, what)

    def limits(self, value: Any, what: str) -> np.ndarray:
        if isinstance(value, torch.Tensor):
            return _numpy(value)
        return super().limits(value, what)

    def number(self, value: Any) -> float:
        if isinstance(value, torch.Tensor):
            if not value.dtype.is_floating_point:
                raise InputError(f"the value of the objective has type {value.dtype}, want floating-point numbers")
            if value.ndim:
                raise InputError(f"the value of the objective has shape {tuple(value.shape)}, want a scalar")
            return value.item()
        return super().number(value)

    def packer(
        self, slots: Sequence[Slot], what: str, none_is_zero: bool = False
    ) -> Callable[[Leaves, np.ndarray], None]:
        places = [(f"{what} of {s.name}", slice(s.first, s.last), s.shape, len(s.shape) == 1) for s in slots]
        tensor, double = torch.Tensor, torch.float64

        def pack(leaves: Leaves, out: np.ndarray) -> None:
            for leaf, (of, place, shape, flat) in zip(leaves, places):
                if type(leaf) is tensor and leaf.dtype is double and leaf.is_cpu and not leaf.is_sparse:
                    a = leaf.detach().numpy()
                elif leaf is None:
                    none_gradient(of, none_is_zero)
                    out[place] = 0
                    continue
                else:
                    a = self.array(leaf, of)
                if a.shape != shape:
                    raise InputError(f"{of} has shape {a.shape}, want {shape}")
                out[place] = a if flat else a.reshape(-1)

        if all(s.like[1].type == "cpu" for s in slots):
            return pack

        def gather(leaves: Leaves, out: np.ndarray) -> None:
            """One transfer for all tensors of a device."""
            if all(
                type(leaf) is tensor
                and leaf.shape == s.shape
                and leaf.dtype.is_floating_point
                and leaf.device == slots[0].like[1]
                and leaf.layout is torch.strided
                for leaf, s in zip(leaves, slots)
            ):
                out[:] = torch.cat([leaf.detach().reshape(-1).to(double) for leaf in leaves]).cpu().numpy()
            else:
                pack(leaves, out)

        return gather

    def program(self, fun: Callable[..., Any], types: Sequence[Type]) -> Program:
        from ._aten import program_of

        return program_of(fun, types)

    def value_and_gradient(self, f: Objective) -> Callable[[Leaves], tuple[Any, Leaves]]:
        grad, tensor, call, build, args = torch.autograd.grad, torch.Tensor, f.fun, f.tree.build, f.args

        def both(leaves: Leaves) -> tuple[Any, Leaves]:
            value = call(build(leaves), *args)
            if not isinstance(value, tensor) or value.ndim or not value.requires_grad:
                self.number(value)  # for its errors
                raise InputError(
                    "the value of the objective was not made from x by differentiable operations of PyTorch; "
                    'return (value, gradients), or pass jac="2-point"'
                )
            return value, grad(value, leaves, allow_unused=True)

        return both

    def hessian_product(self, f: Objective) -> Callable[[Leaves, Leaves], Leaves] | None:
        if f.pair:  # its gradients are numbers, through which nothing can be differentiated
            return None
        grad = torch.autograd.grad

        def product(leaves: Leaves, p: Leaves) -> Leaves:
            first = grad(f.call(leaves), leaves, create_graph=True, allow_unused=True)
            used = [(g, v.detach()) for g, v in zip(first, p) if g is not None and g.requires_grad]
            if not used:  # a linear function
                return [torch.zeros_like(leaf) for leaf in leaves]
            second = grad([g for g, _ in used], leaves, [v for _, v in used], allow_unused=True)
            return [torch.zeros_like(leaf) if s is None else s for leaf, s in zip(leaves, second)]

        return product

    def jacobian(self, f: Objective) -> Callable[[Leaves], Sequence[np.ndarray | None]] | None:
        grad = torch.autograd.grad

        def rows(leaves: Leaves) -> Sequence[np.ndarray | None]:
            value = f.call(leaves)
            if not isinstance(value, torch.Tensor) or not value.requires_grad:
                raise InputError(
                    "the value of a constraint was not made from x by differentiable operations of PyTorch; give it jac"
                )
            each = [grad(v, leaves, retain_graph=True, allow_unused=True) for v in value.reshape(-1)]
            return [_stack(leaf, column) for leaf, column in zip(leaves, zip(*each))]

        return rows


def _stack(leaf: torch.Tensor, rows: Sequence[torch.Tensor | None]) -> np.ndarray | None:
    """The derivatives of several values by a tensor, where None is zero."""
    if all(g is None for g in rows):
        return None
    return np.stack([np.zeros(tuple(leaf.shape)) if g is None else _numpy(g) for g in rows])


def _tensor(value: Any, name: str) -> torch.Tensor:
    """A start that is no tensor: NumPy's arrays keep their type, numbers of Python get PyTorch's default."""
    try:
        return (
            torch.from_numpy(np.ascontiguousarray(value).reshape(np.shape(value)))
            if isinstance(value, (np.ndarray, np.generic))
            else torch.tensor(value)
        )
    except (TypeError, ValueError, RuntimeError):
        raise InputError(f"x0 of {name} is {value!r:.60}, want a tensor") from None


def _numpy(t: torch.Tensor) -> np.ndarray:
    """The elements as float64, where they are not already float64 or float32 on the CPU."""
    t = t.detach()
    if t.layout is not torch.strided:
        t = t.to_dense()
    if t.dtype not in (torch.float64, torch.float32):
        t = t.double()
    a: np.ndarray = t.cpu().numpy()
    return a


@functools.cache
def backend() -> Backend:
    """PyTorch."""
    return TorchBackend()
