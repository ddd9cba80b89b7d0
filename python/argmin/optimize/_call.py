"""What the functions of this package share: functions of the user on vectors, options, warnings, results."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .. import _door
from .._errors import InputError, OptimizeWarning, ShapeError
from .._result import OptimizeResult
from .._vector import in_python, warn


def method_of(kind: str, name: str) -> tuple[str, dict[str, Any]]:
    """The name of a method as the library spells it, and what is known about it."""
    for known, about in _door.methods()[kind].items():
        if known.lower() == name.lower():
            return known, about
    raise InputError(f"Unknown solver {name}; the methods are {', '.join(sorted(_door.methods()[kind]))}")


def tuple_of(args: Any) -> tuple[Any, ...]:
    """The further arguments of a function, which may be one that is no tuple."""
    return args if isinstance(args, tuple) else (args,)


def mapping(options: Any) -> dict[str, Any]:
    """The options of a method as a dict of their own; None has none."""
    if options is not None and not isinstance(options, Mapping):
        raise TypeError(f"options is a {type(options).__name__}, want a dict")
    return dict(options or {})


def vector(x0: Any, what: str = "x0") -> np.ndarray:
    """A start point as floating-point numbers, without a copy where it is one."""
    x = np.atleast_1d(np.asarray(x0))
    if x.dtype.kind not in "fiub":
        raise InputError(f"'{what}' has elements of type {x.dtype}, want real numbers")
    return x.astype(np.float64, copy=False)


def own_options(options: Mapping[str, Any], about: Mapping[str, Any], elsewhere: set[str]) -> dict[str, Any]:
    """The options that a method has. Those that it does not have, and no other place, are warned of."""
    unknown = [k for k in options if k not in about["options"] and k not in elsewhere]
    if unknown:
        warn(f"Unknown solver options: {', '.join(unknown)}", OptimizeWarning)
    return whole({k: v for k, v in options.items() if k in about["options"] and v is not None})


def whole(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options with counts, which SciPy takes as floating-point numbers too, as integers."""
    counts = ("maxiter", "maxfev", "maxfun", "maxcor", "maxls", "max_nfev")
    return {
        k: (2**62 if v == np.inf else int(v)) if k in counts and isinstance(v, (float, np.floating)) else v
        for k, v in options.items()
    }


def scalar_function(fun: Callable[..., Any], args: tuple[Any, ...]) -> Callable[..., float]:
    """``fun(x, *args)`` of a number."""

    def call(x: np.ndarray, f: np.ndarray) -> float:
        return number(fun(float(x[0]), *args))

    return call


def number(value: Any) -> float:
    """The value of an objective, which may come as an array of one element."""
    if isinstance(value, float):
        return value
    a = np.asarray(value)
    if a.size != 1 or a.dtype.kind not in "fiub":
        raise InputError(
            "The user-provided objective function must return a scalar value; it returned "
            + (f"an array of shape {a.shape}" if a.dtype.kind in "fiub" else f"{type(value).__name__}")
        )
    return float(a.reshape(())) if a.ndim else float(a)


def fill(to: np.ndarray, value: Any, what: str) -> None:
    """Set a vector of the library to the elements of what a function has returned."""
    if value is None:
        raise ShapeError(f"{what} is None, want {to.size} elements")
    a = dense(value)
    if a.size != to.size:
        raise ShapeError(f"{what} has shape {a.shape}, want {to.size} elements")
    to[:] = a.reshape(-1) if a.ndim != 1 else a


def dense(a: Any) -> np.ndarray:
    """A matrix as an array: an array, a sparse matrix or a linear operator."""
    if hasattr(a, "toarray"):
        return np.asarray(a.toarray(), dtype=np.float64)
    if hasattr(a, "matmat") and hasattr(a, "shape"):
        return np.asarray(a.matmat(np.eye(a.shape[1])), dtype=np.float64)
    return np.asarray(a, dtype=np.float64)


def workers_of(workers: Any) -> int:
    """The number of threads that may call a function at once: SciPy's ``workers`` as a number."""
    if workers is None:
        return 1
    if callable(workers):
        return 1  # the caller maps by it
    n = int(workers)
    return (os.cpu_count() or 1) if n == -1 else n


def solve(
    kind: str, options: Mapping[str, Any], arrays: Mapping[str, Any], functions: Mapping[str, Any]
) -> OptimizeResult:
    """The result of a problem, with an ``InputError`` for what the library refuses."""
    try:
        return OptimizeResult(_door.solve(kind, options, arrays, functions))
    except _door.Failure as e:
        raise InputError(in_python(str(e), options)) from None
