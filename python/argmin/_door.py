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

_decode = json.JSONDecoder().raw_decode

_loaded = False


class TreeFunction(NamedTuple):
    """A function of the user's of a tree of arrays of float64, which is a dict of one level, or an array alone.

    The extension calls it without a function of Python in between. It gives a value and a tree of gradients.
    """

    fun: Callable[..., Any]  # fun(tree, *args)
    args: tuple[Any, ...]
    keys: tuple[str, ...]  # of the dicts; none for an array alone
    container: type  # dict or OrderedDict
    shapes: tuple[tuple[int, ...], ...]  # of the arrays
    views: Callable[[np.ndarray], list[np.ndarray]]  # the arrays as parts of a vector
    other: Callable[[Any, np.ndarray], float]  # of what fun gave and the gradient to fill in, if that is of other types


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
        if a.dtype not in TYPES:
            a = a.astype(np.float64)
        given.append((name, np.ascontiguousarray(a) if a.ndim else a))
    calls = tuple([(name, *f) for name, f in functions.items()]) if functions else ()
    if not isinstance(options, str):
        options = _json({k: v for k, v in options.items() if v is not None})
    handle, code, message, info = _core.solve(kind, options, tuple(given), calls, _view)
    try:
        if code:
            raise Failure(message)
        result: dict[str, Any] = _decode(info)[0]
        for a in result.pop("arrays"):
            shape = tuple(a["shape"])
            v = np.empty(shape, TYPES[a["type"]])
            _core.read(handle, a["name"], v)
            result[a["name"]] = v if shape else v[()]
        return result
    finally:
        _core.free(handle)


def run(kind: str, options: str, names: Sequence[str], arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    """``solve`` for results that are arrays alone, named by their places: a list of them, without the checks.

    The arrays have types of argmin.h, and options are JSON.
    """
    load()
    given = tuple([(n, a if a.flags.c_contiguous else a.copy()) for n, a in zip(names, arrays)])
    handle, code, message, info = _core.solve(kind, options, given, (), _view)
    try:
        if code:
            raise Failure(message)
        out = []
        for name, shape, dtype in _layout(info):
            v = np.empty(shape, dtype)
            _core.read(handle, name, v)
            out.append(v)
        return out
    finally:
        _core.free(handle)


@functools.lru_cache(256)
def _layout(info: str) -> list[tuple[str, tuple[int, ...], np.dtype[Any]]]:
    """The arrays that an info describes."""
    arrays = [(a["name"], tuple(a["shape"]), TYPES[a["type"]]) for a in _decode(info)[0]["arrays"]]
    return sorted(arrays, key=lambda a: (len(a[0]), a[0]))


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


__all__: Sequence[str] = ["Failure", "Function", "TreeFunction", "solve"]
