"""The way into the library: problems by names, with NumPy arrays and Python functions."""

from __future__ import annotations

import functools
import json
import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring_ascii
from typing import Any, NamedTuple

import numpy as np

from . import _core

_LIBRARY = {"win32": "argmin.dll", "darwin": "libargmin.dylib"}.get(sys.platform, "libargmin.so")

# The types of argmin.h, at the places of their constants.
TYPES = [np.dtype(t) for t in (np.float64, np.float32, np.int64, np.int32, np.bool_)]

_FLOAT64 = TYPES[0]

_decode = json.JSONDecoder().raw_decode

_loaded = False


class Arrays(NamedTuple):
    """How the extension makes the arrays of a framework, and reads them."""

    make: Callable[[np.ndarray], list[Any]]  # the arrays of a vector
    views: bool  # these are NumPy's views of it; or else they are made of a vector of their own
    type: type  # of the arrays
    read: Callable[[Any], np.ndarray] | None  # an array of this type as one of NumPy's; None: it is one
    number: Callable[[Any], float] | None  # a value of this type as a number; None: by read


class TreeFunction(NamedTuple):
    """A function of the user's of a tree of arrays: a dict of one level, a list, or an array alone.

    The extension calls it without a function of Python in between. It gives a value and a tree of gradients.
    """

    fun: Callable[..., Any]  # fun(tree, *args)
    args: tuple[Any, ...]
    keys: tuple[str, ...]  # of the dicts; none for a list, or an array alone
    container: type  # dict, OrderedDict or list; dict for an array alone
    shapes: tuple[tuple[int, ...], ...]  # of the arrays
    arrays: Arrays
    other: Callable[[Any, np.ndarray], float]  # of what fun gave and the gradient to fill in, if that is of other types

    def fields(self) -> tuple[Any, ...]:
        """What the extension reads."""
        return (*self[:5], *self.arrays, self.other)


class Function(NamedTuple):
    """A function of a problem, with the lengths of the vectors it takes and sets.

    ``call`` gets a NumPy array for each vector. They belong to the library: it fills in those of the values, and keeps
    none of them. It returns None, or the first number of the first value. ``tree`` is the same function in another form,
    which is called from the second time on.
    """

    call: Callable[..., float | None]
    takes: tuple[int, ...]
    sets: tuple[int, ...] = (1,)
    tree: TreeFunction | None = None


class Failure(Exception):
    """The library refuses a problem; the text says why."""


def _view(memory: memoryview) -> np.ndarray:
    return np.frombuffer(memory, dtype=np.float64)


def _json(value: Any) -> str:
    """The value as JSON. The numbers that JSON lacks are strings."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        v = float(value)
        return repr(v) if math.isfinite(v) else '"NaN"' if math.isnan(v) else '"Infinity"' if v > 0 else '"-Infinity"'
    if isinstance(value, Mapping):
        return "{" + ",".join([f"{_json(str(k))}:{_json(v)}" for k, v in value.items()]) + "}"
    if isinstance(value, np.ndarray):
        return _json(value.tolist())
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([_json(v) for v in value]) + "]"
    raise TypeError(f"an option is a {type(value).__name__}, want numbers, strings, lists of them or None")


def solve(
    kind: str, options: Mapping[str, Any] | str, arrays: Mapping[str, Any], functions: Mapping[str, Function] | None = None
) -> dict[str, Any]:
    """Solve a problem and return its result: flags, counts, messages and arrays by name.

    The options are names with values, or JSON. Raises ``Failure`` if the library refuses the problem, and the exception of a function that raised one.
    """
    load()
    given = []
    for name, value in arrays.items():
        if value is None:
            continue
        a = np.asarray(value)
        if a.dtype is not _FLOAT64 and a.dtype not in TYPES:
            a = a.astype(np.float64)
        given.append((name, a if a.flags.c_contiguous else np.ascontiguousarray(a)))
    calls = (
        tuple([(name, *f[:3], f.tree and f.tree.fields()) for name, f in functions.items()]) if functions else ()
    )
    if not isinstance(options, str):
        options = _json({k: v for k, v in options.items() if v is not None})
    fields, names, values = _solved(kind, options, tuple(given), calls)
    result: dict[str, Any] = _decode(f"{fields[:-1]}}}")[0] if fields != "{" else {}
    for name, v in zip(names, values):
        result[name] = v if v.shape else v[()]
    return result


def run(kind: str, options: str, names: Sequence[str], arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    """``solve`` for results that are arrays alone, named by their places: a list of them, without the checks.

    The arrays have types of argmin.h, and options are JSON.
    """
    load()
    given = tuple([(n, a if a.flags.c_contiguous else a.copy()) for n, a in zip(names, arrays)])
    _, names, values = _solved(kind, options, given, ())
    return [values[i] for i in _order(names)]


def _solved(
    kind: str, options: str, arrays: tuple[Any, ...], calls: tuple[Any, ...]
) -> tuple[str, tuple[str, ...], list[np.ndarray]]:
    """The fields of a result but its arrays, as JSON that lacks its end, and the arrays with their names."""
    handle, code, message, info = _core.solve(kind, options, arrays, calls, _view)
    try:
        if code:
            raise Failure(message)
        fields, _, described = info.rpartition('"arrays":')
        names, forms = _described(described)
        values = [np.empty(*form) for form in forms]
        for name, v in zip(names, values):
            _core.read(handle, name, v)
        return fields, names, values
    finally:
        _core.free(handle)


@functools.lru_cache(maxsize=256)
def _described(text: str) -> tuple[tuple[str, ...], list[tuple[tuple[int, ...], np.dtype[Any]]]]:
    """The arrays of a result, which are the same ones from problem to problem: names, and shapes with types."""
    arrays = _decode(text)[0]
    return tuple([a["name"] for a in arrays]), [(tuple(a["shape"]), TYPES[a["type"]]) for a in arrays]


@functools.lru_cache(maxsize=256)
def _order(names: tuple[str, ...]) -> list[int]:
    """The places of numbers in their order."""
    return sorted(range(len(names)), key=lambda i: int(names[i]))


def load() -> None:
    """Load the library, once."""
    global _loaded
    if not _loaded:
        _core.load(os.path.join(os.path.dirname(__file__), _LIBRARY))
        _loaded = True


@functools.cache
def methods() -> dict[str, dict[str, dict[str, Any]]]:
    """The methods of each kind of problem: their options, and what they are for."""
    return solve("methods", {}, {})


__all__: Sequence[str] = ["Arrays", "Failure", "Function", "TreeFunction", "solve"]
