"""Functions of tensors as programs on the vector of a search, so that it evaluates them without Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._program import DTYPES, Builder, Program, Type, Unsupported, jvp, value_and_grad, vmap

_FLOAT = np.dtype(np.float64)


@dataclass(frozen=True)
class Compiled:
    """A function of a search as a program, from vectors of float64 to such vectors."""

    program: Program

    def __call__(self, *vectors: np.ndarray) -> None:
        """Fill in the last vectors, as functions of a search do."""
        n = len(self.program.takes)
        for v, y in zip(vectors[n:], self.program(*vectors[:n])):
            v[...] = y.reshape(-1)


def functions(
    program: Program,
    types: Sequence[Type],
    base: np.ndarray,
    free: np.ndarray | None,
    second: bool,
    values_only: bool,
) -> dict[str, Compiled]:
    """``fun``, or ``fun_grad`` and, for methods of second order, ``hessp`` and ``hess`` of a program of tensors.

    ``base`` has the elements of all tensors, ``free`` the places of those that the search changes, or None for all.
    Raises ``Unsupported`` where programs do not have what the function uses.
    """
    if len(program.gives) != 1 or int(np.prod(program.gives[0].shape)) != 1:
        raise Unsupported(f"the function gives {', '.join(t.name for t in program.gives)}, want a number")
    value = _of_vector(program, types, base, free)
    if values_only:
        return {"fun": Compiled(value)}
    n = value.takes[0].shape[0]
    pair = value_and_grad(value, [0])
    found = {"fun_grad": Compiled(pair)}
    if second:
        product = _select(jvp(_select(pair, [1]), [0], [0]), [1])
        rows = vmap(product, [None, 0], n)
        found["hessp"] = Compiled(product)
        if n <= 200:  # which a matrix of products with all directions is for
            found["hess"] = Compiled(_with_constant(rows, np.eye(n)))
    return found


def _of_vector(program: Program, types: Sequence[Type], base: np.ndarray, free: np.ndarray | None) -> Program:
    """A program of tensors as one of the vector of the elements that are free."""
    b = Builder()
    x = b.variable()
    n = base.size if free is None else free.size
    whole: Any = x
    if free is not None:
        places = np.arange(base.size, dtype=np.int32)
        places[free] = base.size + np.arange(n, dtype=np.int32)
        (both,) = b.emit("concatenate", [b.constant(base), x], [Type((base.size + n,), _FLOAT)], {"dimension": 0})
        (whole,) = b.emit("take", [both, b.constant(places)], [Type((base.size,), _FLOAT)], {"axis": 0})
    parts, first = [], 0
    for t in types:
        size = int(np.prod(t.shape))
        cut = {"start_indices": [first], "limit_indices": [first + size]}
        (part,) = b.emit("slice", [whole], [Type((size,), _FLOAT)], cut)
        (part,) = b.emit("reshape", [part], [Type(t.shape, _FLOAT)], {"new_sizes": list(t.shape)})
        if t.dtype != _FLOAT:
            (part,) = b.emit("convert_element_type", [part], [t], {"new_dtype": DTYPES[t.dtype]})
        parts.append(part)
        first += size
    data = [b.constant(c) for c in program.constants]
    (y,) = b.emit("call", [*parts, *data], program.gives, {"program": program.body})
    (y,) = b.emit("reshape", [y], [Type((), program.gives[0].dtype)], {"new_sizes": []})
    if program.gives[0].dtype != _FLOAT:
        (y,) = b.emit("convert_element_type", [y], [Type((), _FLOAT)], {"new_dtype": "f64"})
    return b.program([x], [y], [Type((n,), _FLOAT)], [Type((), _FLOAT)])


def _select(program: Program, which: Sequence[int]) -> Program:
    """A program with some of its results."""
    body = {**program.body, "out": [program.body["out"][i] for i in which]}
    return Program(body, program.takes, [program.gives[i] for i in which], program.constants)


def _with_constant(program: Program, last: np.ndarray) -> Program:
    """A program whose last argument is a constant."""
    return Program(program.body, program.takes[:-1], program.gives, [last, *program.constants])


__all__ = ["Compiled", "functions"]
