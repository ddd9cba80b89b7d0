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
from numpy import arange, array, asarray, bool_, e, eye, float32, float64, full, inf, int32, int64, linspace, nan, newaxis, ones, pi, zeros

from . import linalg
from ._array import Array
from ._functions import (
    abs, absolute, add, all, amax, amin, any, arccos, arccosh, arcsin, arcsinh, arctan, arctan2, arctanh, argmax, argmin, argsort, astype,
    broadcast_to, cbrt, ceil, clip, concatenate, cos, cosh, cumprod, cumsum, diff, digamma, divide, equal, erf, erfc, erfinv, exp, exp2,
    expand_dims, expit, expm1, flip, floor, gammaln, getitem, greater, greater_equal, hypot, isfinite, isnan, less, less_equal, log, log1p,
    log2, log10, log_softmax, logaddexp, logical_and, logical_not, logical_or, logical_xor, logit, logsumexp, max, maximum, mean, min,
    minimum, mod, multiply, negative, not_equal, power, prod, ravel, relu, remainder, reshape, round, shape_of, sign, sin, sinh, softmax,
    softplus, sort, sqrt, square, squeeze, stack, std, stop_gradient, subtract, sum, swapaxes, take, tan, tanh, transpose, true_divide,
    trunc, var, where, xlogy)
from ._linalg import diag, dot, einsum, matmul, outer, trace, tril, triu, vstack
from ._solvers import Result, Solver, State, minimize
from ._transforms import (
    checkpoint, cond, fori_loop, grad, hessian, hvp, jacobian, jit, jvp, program_of, scan, value_and_grad, vjp, vmap, while_loop)
from .._program import Program


def zeros_like(x: Any) -> np.ndarray:
    """Zeros of the shape and type of x."""
    return np.zeros(shape_of(x), getattr(x, "dtype", None))


def ones_like(x: Any) -> np.ndarray:
    """Ones of the shape and type of x."""
    return np.ones(shape_of(x), getattr(x, "dtype", None))


def _operators() -> None:
    """Give arrays NumPy's operators and methods."""
    for name, f in {"add": add, "sub": subtract, "mul": multiply, "truediv": divide, "mod": mod, "pow": power, "matmul": matmul,
                    "and": logical_and, "or": logical_or, "xor": logical_xor}.items():
        setattr(Array, f"__{name}__", f)
        setattr(Array, f"__r{name}__", _swapped(f))
    for name, f in {"eq": equal, "ne": not_equal, "lt": less, "le": less_equal, "gt": greater, "ge": greater_equal}.items():
        setattr(Array, f"__{name}__", f)
    for name, g in {"neg": negative, "abs": absolute, "invert": logical_not, "getitem": getitem}.items():
        setattr(Array, f"__{name}__", g)
    setattr(Array, "__pos__", lambda x: x)
    for h in (sum, prod, max, min, mean, var, std, any, all, argmax, argmin, argsort, cumsum, cumprod, astype, ravel, squeeze, swapaxes, dot,
              take, clip, round):
        setattr(Array, h.__name__ if h not in _NAMES else _NAMES[h], h)
    setattr(Array, "reshape", lambda x, *s: reshape(x, s[0] if len(s) == 1 else s))
    setattr(Array, "transpose", lambda x, *s: transpose(x, None if not s else s[0] if isinstance(s[0], tuple) else s))
    setattr(Array, "flatten", ravel)
    setattr(Array, "T", property(transpose))
    setattr(Array, "mT", property(lambda x: swapaxes(x, -1, -2)))


def _swapped(f: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda a, b: f(b, a)


# The names of methods whose functions are named by their operations.
_NAMES = {sum: "sum", prod: "prod", max: "max", min: "min", any: "any", all: "all"}

_operators()

# The modules that hold these functions need no names of their own.
del Callable
