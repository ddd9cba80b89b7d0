"""A small NumPy whose functions have gradients, batches and minimizers, without any framework.

A function is written with these functions and NumPy's operators. It is traced once, and then runs in the library, with
everything around it: gradients (:func:`grad`, :func:`jvp`, :func:`vjp`, :func:`jacobian`, :func:`hessian`), batches
(:func:`vmap`), and whole solves (:class:`Solver`), whose answers are differentiable, too.

>>> import numpy as np
>>> from argmin import num
>>> def rosenbrock(x, a):
...     return num.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (a - x[:-1]) ** 2)
>>> num.grad(rosenbrock)(np.zeros(2), 1.0).tolist()
[-2.0, 0.0]
>>> num.minimize(rosenbrock, np.zeros(2), 1.0, tol=1e-8).params.round(6).tolist()
[1.0, 1.0]

Arguments and results are NumPy arrays, numbers, or trees of them: dicts, lists and tuples.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import (
    arange,
    bool_,
    diag_indices,
    e,
    eye,
    finfo,
    float32,
    float64,
    full,
    geomspace,
    identity,
    inf,
    int32,
    int64,
    ix_,
    linspace,
    logspace,
    nan,
    ndim,
    newaxis,
    ones,
    pi,
    shape,
    size,
    tri,
    tril_indices,
    triu_indices,
    zeros,
)

from .._program import Program
from . import _compositions, _functions, _indexing, _linalg, _solvers, _transforms, linalg
from ._array import Array
from ._compositions import *  # noqa: F403
from ._functions import *  # noqa: F403
from ._indexing import *  # noqa: F403
from ._linalg import *  # noqa: F403
from ._solvers import *  # noqa: F403
from ._transforms import *  # noqa: F403


def zeros_like(x: Any) -> np.ndarray:
    """Zeros of the shape and type of x."""
    return np.zeros(_functions.shape_of(x), getattr(x, "dtype", None))


def ones_like(x: Any) -> np.ndarray:
    """Ones of the shape and type of x."""
    return np.ones(_functions.shape_of(x), getattr(x, "dtype", None))


def full_like(x: Any, value: Any) -> Any:
    """An array of the shape and type of x, with one value everywhere."""
    value = _functions.astype(value, getattr(x, "dtype", np.asarray(value).dtype))
    return _functions.broadcast_to(value, _functions.shape_of(x))


def _operators() -> None:
    """Give arrays NumPy's operators and methods."""
    f: Any = _functions
    for name, op in {
        "add": f.add, "sub": f.subtract, "mul": f.multiply, "truediv": f.divide, "mod": f.mod, "pow": f.power,
        "floordiv": _compositions.floor_divide,
        "matmul": _linalg.matmul, "and": f.bitwise_and, "or": f.bitwise_or, "xor": f.bitwise_xor,
    }.items():  # fmt: skip
        setattr(Array, f"__{name}__", op)
        setattr(Array, f"__r{name}__", _swapped(op))
    for name, op in {
        "eq": f.equal, "ne": f.not_equal, "lt": f.less, "le": f.less_equal, "gt": f.greater, "ge": f.greater_equal,
        "neg": f.negative, "abs": f.absolute, "invert": f.bitwise_not, "getitem": _indexing.getitem, "pos": lambda x: x,
    }.items():  # fmt: skip
        setattr(Array, f"__{name}__", op)
    methods = "sum prod max min mean var std any all argmax argmin argsort cumsum cumprod astype ravel squeeze swapaxes"
    for name in [*methods.split(), "clip", "round"]:
        setattr(Array, name, getattr(f, name))
    named: dict[str, Any] = {
        "dot": _linalg.dot,
        "take": _indexing.take,
        "__round__": lambda x, decimals=0: f.round(x, decimals or 0),
        "__divmod__": lambda x, y: (_compositions.floor_divide(x, y), f.mod(x, y)),
        "__rdivmod__": lambda x, y: (_compositions.floor_divide(y, x), f.mod(y, x)),
        "trace": _linalg.trace,
        "copy": _compositions.copy,
        "diagonal": _compositions.diagonal,
        "repeat": _compositions.repeat,
        "flatten": f.ravel,
        "reshape": lambda x, *s: f.reshape(x, s[0] if len(s) == 1 else s),
        "transpose": lambda x, *s: f.transpose(x, None if not s else s[0] if isinstance(s[0], tuple) else s),
        "T": property(f.transpose),
        "mT": property(lambda x: f.swapaxes(x, -1, -2)),
    }
    for name, value in named.items():
        setattr(Array, name, value)


def _swapped(op: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda a, b: op(b, a)


_operators()

__all__ = [
    "Array", "Program", "arange", "bool_", "diag_indices", "e", "eye", "finfo", "float32", "float64", "full",
    "full_like", "geomspace", "identity", "inf", "int32", "int64", "ix_", "linalg", "linspace", "logspace", "nan",
    "ndim", "newaxis", "ones", "ones_like", "pi", "shape", "size", "tri", "tril_indices", "triu_indices", "zeros",
    "zeros_like",
]  # fmt: skip
__all__ += _compositions.__all__
__all__ += _functions.__all__
__all__ += _indexing.__all__
__all__ += _linalg.__all__
__all__ += _solvers.__all__
__all__ += _transforms.__all__
