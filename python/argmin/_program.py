"""Programs: functions from arrays to arrays as lists of operations, which the library runs without Python.

The format is described in ``internal/door/program``: equations on numbered variables, as JSON. Constants of a program
are arrays that it takes after its arguments.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import _door

# The types of elements that programs have, by the names of the format.
DTYPES = {
    np.dtype(np.float64): "f64",
    np.dtype(np.float32): "f32",
    np.dtype(np.int64): "i64",
    np.dtype(np.int32): "i32",
    np.dtype(np.uint32): "u32",
    np.dtype(np.bool_): "bool",
}


class Unsupported(NotImplementedError):
    """A function uses what programs do not have. The text names it, and the function."""


def dtype_name(dtype: Any) -> str:
    """A type of elements as the format writes it."""
    try:
        name = DTYPES.get(np.dtype(dtype))
    except TypeError:  # of JAX, such as random keys
        name = None
    if name is None:
        raise Unsupported(f"numbers of type {dtype}, but programs have {', '.join(map(str, DTYPES))}")
    return name


def element_type(dtype: Any) -> np.dtype[Any]:
    """NumPy's type of elements for the type of a tensor, if programs have it."""
    name = str(dtype).removeprefix("torch.")
    dtype_name(name)
    return np.dtype(name)


@dataclass(frozen=True)
class Type:
    """The type of an array: its shape and the type of its elements."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @functools.cached_property
    def name(self) -> str:
        """The type as the format writes it, such as ``f64[3,2]``."""
        return f"{dtype_name(self.dtype)}[{','.join(map(str, self.shape))}]"


def type_of(x: Any) -> Type:
    """The type of an array."""
    dtype_name(x.dtype)
    return Type(tuple(x.shape), np.dtype(x.dtype))


def literal(value: Any, dtype: Any) -> list[Any]:
    """A number as an operand."""
    d, name = np.dtype(dtype), dtype_name(dtype)
    v = np.asarray(value).astype(d).item()
    if isinstance(v, float) and not math.isfinite(v):
        v = "NaN" if math.isnan(v) else "Infinity" if v > 0 else "-Infinity"
    return [name, v]


@dataclass
class Program:
    """A function of arrays, with the constants that it takes after its arguments."""

    body: dict[str, Any]  # in the format
    takes: list[Type]  # the arguments, without the constants
    gives: list[Type]
    constants: list[np.ndarray] = field(default_factory=list)

    @functools.cached_property
    def text(self) -> str:
        """The program in the format."""
        return json.dumps(self.body, separators=(",", ":"))

    def __call__(self, *args: Any) -> list[np.ndarray]:
        """Run it on arrays, in the library."""
        if len(args) != len(self.takes):
            raise TypeError(f"a program takes {len(self.takes)} arrays, not {len(args)}")
        arrays = [_conform(i, a, t) for i, (a, t) in enumerate(zip(args, self.takes))] + self.constants
        if self._direct:
            return _door.run("program", self.text, self._names, arrays)
        result = _door.solve("program", self.text, dict(zip(self._names, arrays)))
        return [np.asarray(result[str(i)], t.dtype) for i, t in enumerate(self.gives)]

    @functools.cached_property
    def _names(self) -> list[str]:
        return [str(i) for i in range(len(self.takes) + len(self.constants))]

    @functools.cached_property
    def _direct(self) -> bool:
        """Whether all arrays go to the library, and come from it, in their own types."""
        return all(d in _door.TYPES for d in [t.dtype for t in self.takes + self.gives] + [c.dtype for c in self.constants])


def _conform(i: int, a: Any, t: Type) -> np.ndarray:
    v = a if type(a) is np.ndarray else np.asarray(a)
    if v.shape != t.shape:
        raise ValueError(f"argument {i} of a program has shape {v.shape}, want {t.shape}")
    return v if v.dtype == t.dtype else v.astype(t.dtype)


class Builder:
    """Writes a program, equation by equation."""

    def __init__(self) -> None:
        self.variables = 0
        self.constants: list[np.ndarray] = []
        self._places: dict[int, int] = {}  # variables of constants, by the identity of their arrays
        self._keep: list[Any] = []  # so that identities stay unique
        self._equations: list[list[dict[str, Any]]] = [[]]

    def variable(self) -> int:
        """A new variable."""
        self.variables += 1
        return self.variables - 1

    def constant(self, value: Any) -> Any:
        """An array, or a number, as an operand."""
        if id(value) in self._places:
            return self.received(self._places[id(value)], Type(np.shape(value), np.asarray(value).dtype))
        a = np.asarray(value)
        if a.ndim == 0:
            return literal(a, a.dtype)
        dtype_name(a.dtype)
        self._keep.append(value)
        self.constants.append(a)
        self._places[id(value)] = v = self.variable()
        self._order = getattr(self, "_order", []) + [v]
        return self.received(v, Type(a.shape, a.dtype))

    def received(self, v: int, t: Type) -> int:
        """What a program receives as a variable, in its type: the library's interface has no uint32, but float64."""
        return self.emit("convert_element_type", [v], [t], {"new_dtype": "u32"})[0] if t.dtype == np.uint32 else v

    def emit(
        self, op: str, operands: Sequence[Any], types: Iterable[Type], params: Mapping[str, Any] | None = None
    ) -> list[int]:
        """Append an equation and return the variables of its results."""
        names = [t.name for t in types]
        out = [self.variable() for _ in names]
        equation: dict[str, Any] = {"op": op, "in": list(operands), "out": out, "types": names}
        if params:
            equation["params"] = dict(params)
        self._equations[-1].append(equation)
        return out

    def inner(self, count: int, write: Callable[[list[int]], Sequence[Any]]) -> dict[str, Any]:
        """A program within an equation, of ``count`` arguments. ``write`` writes it and returns its results."""
        self._equations.append([])
        ins = [self.variable() for _ in range(count)]
        outs = list(write(ins))
        return {"in": ins, "eqns": self._equations.pop(), "out": outs}

    def program(
        self, ins: Sequence[int], outs: Sequence[Any], takes: list[Type], gives: list[Type], constants: Sequence[np.ndarray] = ()
    ) -> Program:
        """The whole program. ``constants`` are those whose variables are the last of ``ins``."""
        body = {"in": [*ins, *getattr(self, "_order", [])], "eqns": self._equations[0], "out": list(outs)}
        return Program(body, takes, gives, [*constants, *self.constants])


def apply(
    op: str, program: Program, takes: list[Type], gives: list[Type], params: Mapping[str, Any], extra: bool = True
) -> Program:
    """The program that applies an operation such as ``vjp`` to a program: to ``takes``, between which and what the
    operation adds the constants stand."""
    n = len(program.takes)
    b = Builder()
    ins = [b.variable() for _ in takes]
    constants = [b.variable() for _ in program.constants]
    operands = ins[:n] + constants + ins[n:] if extra else ins + constants
    outs = b.emit(op, operands, gives, {**params, "program": program.body})
    body = {"in": ins + constants, "eqns": b._equations[0], "out": outs}
    return Program(body, list(takes), list(gives), program.constants)


def vjp(program: Program, wrt: Sequence[int], outs: Sequence[int]) -> Program:
    """The program from arguments and cotangents of some results to these results and cotangents of arguments."""
    cts = [program.gives[i] for i in outs]
    gives = cts + [program.takes[i] for i in wrt]
    return apply("vjp", program, program.takes + cts, gives, {"wrt": list(wrt), "outs": list(outs)})


def jvp(program: Program, wrt: Sequence[int], outs: Sequence[int]) -> Program:
    """The program from arguments and tangents of some to some results and their tangents."""
    y = [program.gives[i] for i in outs]
    tangents = [program.takes[i] for i in wrt]
    return apply("jvp", program, program.takes + tangents, y + y, {"wrt": list(wrt), "outs": list(outs)})


def value_and_grad(program: Program, wrt: Sequence[int]) -> Program:
    """The program to all results and the gradient of the first one."""
    return apply(
        "value_and_grad", program, program.takes, program.gives + [program.takes[i] for i in wrt], {"wrt": list(wrt)}
    )


def vmap(program: Program, axes: Sequence[int | None], size: int) -> Program:
    """The program mapped over an axis of some of its arguments; the results have it first."""
    takes = [
        t if a is None else Type(t.shape[:a] + (size,) + t.shape[a:], t.dtype) for t, a in zip(program.takes, axes)
    ]
    gives = [Type((size, *t.shape), t.dtype) for t in program.gives]
    return apply("vmap", program, takes, gives, {"in_axes": [*axes, *[None] * len(program.constants)]})
