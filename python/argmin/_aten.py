"""PyTorch functions as programs: they are traced to a graph of ATen's operations, each of which is written with argmin.num."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch._decomp import core_aten_decompositions
from torch.fx.experimental.proxy_tensor import make_fx

from . import _aten_arrays as _aten_arrays  # which has rules of its own
from . import num
from ._aten_rules import RULES
from ._program import Program, Type, Unsupported, element_type
from .num._array import Array
from .num._functions import shape_of
from .num._transforms import trace
from .num._trees import flatten


def dtype_of(dtype: torch.dtype) -> np.dtype[Any]:
    """NumPy's type of elements; small integers, of which programs have none, are larger ones."""
    return np.dtype(np.int32) if dtype in (torch.int8, torch.uint8, torch.int16) else element_type(dtype)


def program_of(fun: Callable[..., Any], types: Sequence[Type]) -> Program:
    """The program of a function of tensors of these types. Raises ``Unsupported`` for what programs do not have."""
    name = getattr(fun, "__name__", type(fun).__name__)
    examples = [torch.zeros(t.shape, dtype=getattr(torch, t.dtype.name), requires_grad=t.dtype.kind == "f") for t in types]
    try:
        # Tensors that the function uses beside its arguments are constants of the graph.
        table = {k: v for k, v in core_aten_decompositions().items() if k is not torch.ops.aten.detach.default}
        graph = make_fx(_watched(fun), table, tracing_mode="fake", _allow_non_fake_inputs=True)(*examples)
    except Unsupported as error:
        raise Unsupported(f"{name} uses {error}") from None
    except Exception as error:  # of many types, from within PyTorch: decisions on numbers are the most common
        raise Unsupported(f"{name} cannot be traced by PyTorch: {type(error).__name__}: {_first_line(error)}") from error

    def run(*args: Any) -> Any:
        return _interpret(graph, args, name)

    return trace(run, [flatten(0)[1]] * len(types), [[t] for t in types])[0]


class _Watch(torch.overrides.TorchFunctionMode):
    """Refuses what is to have another derivative than its operations have: the graph does not say so."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if not torch.is_grad_enabled():
            raise Unsupported("torch.no_grad, or an autograd.Function of its own; programs have detach")
        return func(*args, **(kwargs or {}))


def _watched(fun: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any) -> Any:
        with torch.enable_grad(), _Watch():
            return fun(*args)

    return run


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), "")


def _interpret(graph: Any, args: Sequence[Any], name: str) -> Any:
    """The graph on arrays of argmin.num."""
    values: dict[Any, Any] = {}
    given = iter(args)

    def value(x: Any) -> Any:
        if isinstance(x, torch.fx.Node):
            return values[x]
        if isinstance(x, (list, tuple)):
            return [value(v) for v in x]
        return x

    for node in graph.graph.nodes:
        if node.op == "placeholder":
            values[node] = next(given)
        elif node.op == "get_attr":
            values[node] = constant(operator.attrgetter(node.target)(graph))
        elif node.op == "output":
            out = value(node.args[0])
            return out[0] if isinstance(out, list) and len(out) == 1 else out
        else:
            values[node] = _apply(node, value, name)
    raise AssertionError("a graph without an output")


def constant(t: torch.Tensor) -> np.ndarray:
    """A tensor beside the arguments."""
    d = dtype_of(t.dtype)
    return t.detach().cpu().resolve_neg().numpy().astype(d)


def _apply(node: Any, value: Callable[[Any], Any], name: str) -> Any:
    target = node.target
    if target is operator.getitem:
        return value(node.args[0])[node.args[1]]
    packet = getattr(target, "_overloadpacket", target)
    op = getattr(packet, "__name__", str(target))
    rule = RULES.get(op)
    if rule is None:
        raise Unsupported(f"{name} uses the operation {target}, which programs do not have{_place(node)}")
    want = node.meta.get("val")
    try:
        kwargs = {k: value(v) for k, v in node.kwargs.items() if k not in _IGNORED}
        got = rule(node, *[value(a) for a in node.args], **kwargs)
    except Unsupported as error:
        raise Unsupported(f"{name} uses {error} in {target}{_place(node)}") from None
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise Unsupported(f"{name} uses the operation {target} in a way that programs do not have: {error}{_place(node)}") from error
    return _like(got, want, name, node)


_IGNORED = {"layout", "device", "pin_memory", "memory_format", "non_blocking"}


def _like(got: Any, want: Any, name: str, node: Any) -> Any:
    """The result, of the type that PyTorch says; another shape is a mistake of a rule, and not passed on."""
    if isinstance(want, (list, tuple)):
        return [_like(g, w, name, node) for g, w in zip(got, want)]
    if not isinstance(want, torch.Tensor) or got is None:
        return got
    if tuple(want.shape) != shape_of(got):
        raise Unsupported(f"{name} uses {node.target}, which gave shape {shape_of(got)} instead of {tuple(want.shape)}")
    d = dtype_of(want.dtype)
    if isinstance(got, (Array, np.ndarray)) and got.dtype == d:
        return got
    return num.astype(got, d)


def _place(node: Any) -> str:
    """Where in the user's code an operation is."""
    for line in _frames(node.meta.get("stack_trace") or ""):
        return f" at {line}"
    return ""


def _frames(trace: str) -> Iterator[str]:
    for line in reversed(trace.splitlines()):
        if line.strip().startswith("File "):
            yield line.strip()


__all__ = ["program_of"]
