"""NumPy's functions on arrays that may be traced."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .._program import DTYPES, Type
from ._array import Array, apply, dtype_of, promote, type_of

Axes = int | Sequence[int] | None
builtin_abs, _some = abs, any

bool_ = np.dtype(bool)
int32 = np.dtype(np.int32)


def floating(*xs: Any) -> np.dtype[Any]:
    """The type in which functions of real numbers are computed."""
    d = promote(*xs)
    return d if d.kind == "f" else np.dtype(np.float64)


def one(
    op: str, args: Sequence[Any], shape: tuple[int, ...], dtype: Any, params: Any = None, convert: Any = None
) -> Any:
    """Apply an operation of one result."""
    return apply(op, args, [Type(tuple(shape), np.dtype(dtype))], params, convert)[0]


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of an argument."""
    return x.shape if isinstance(x, Array) else np.shape(x)


def given(x: Any) -> Any:
    """An argument, a list of arrays as the array of them."""
    return array(x) if isinstance(x, (list, tuple)) else x


def _unary(op: str, doc: str, params: Any = None) -> Callable[[Any], Any]:
    def f(x: Any) -> Any:
        x = given(x)
        d = floating(x)
        return one(op, [x], shape_of(x), d, params, d)

    f.__name__, f.__doc__ = op, doc
    return f


exp = _unary("exp", "The exponential of each element.")
exp2 = _unary("exp2", "2 to the power of each element.")
expm1 = _unary("expm1", "exp(x) - 1, without loss of digits near 0.")
log = _unary("log", "The natural logarithm.")
log1p = _unary("log1p", "log(1 + x), without loss of digits near 0.")
log2 = _unary("log2", "The logarithm to base 2.")
log10 = _unary("log10", "The logarithm to base 10.")
sqrt = _unary("sqrt", "The square root.")
cbrt = _unary("cbrt", "The cube root.")
sin = _unary("sin", "The sine.")
cos = _unary("cos", "The cosine.")
tan = _unary("tan", "The tangent.")
arcsin = _unary("asin", "The inverse sine.")
arccos = _unary("acos", "The inverse cosine.")
arctan = _unary("atan", "The inverse tangent.")
sinh = _unary("sinh", "The hyperbolic sine.")
cosh = _unary("cosh", "The hyperbolic cosine.")
tanh = _unary("tanh", "The hyperbolic tangent.")
arcsinh = _unary("asinh", "The inverse hyperbolic sine.")
arccosh = _unary("acosh", "The inverse hyperbolic cosine.")
arctanh = _unary("atanh", "The inverse hyperbolic tangent.")
floor = _unary("floor", "The largest integer that is not larger.")
ceil = _unary("ceil", "The smallest integer that is not smaller.")
trunc = _unary("trunc", "The integer part.")
erf = _unary("erf", "The error function.")
erfc = _unary("erfc", "1 - erf(x), without loss of digits.")
erfinv = _unary("erf_inv", "The inverse of the error function.")
gammaln = _unary("lgamma", "The logarithm of |Γ(x)|.")
digamma = _unary("digamma", "The derivative of gammaln.")
expit = _unary("logistic", "1 / (1 + exp(-x)).")
logit = _unary("logit", "log(x / (1 - x)), the inverse of expit.")
softplus = _unary("softplus", "log(1 + exp(x)), without overflow.")
relu = _unary("relu", "max(x, 0), whose derivative at 0 is 0.")


def _same(op: str, doc: str) -> Callable[[Any], Any]:
    def f(x: Any) -> Any:
        x = given(x)
        d = promote(x)
        return one(op, [x], shape_of(x), d, None, d)

    f.__name__, f.__doc__ = op, doc
    return f


abs = absolute = _same("absolute", "|x|; the derivative at 0 is 0.")  # noqa: A001
negative = _same("neg", "-x.")
sign = _same("sign", "-1, 0 or 1.")
square = _same("square", "x².")
stop_gradient = _same("stop_gradient", "x, with derivative 0.")


def _binary(op: str, doc: str, real: bool = False, logical: bool = False) -> Callable[[Any, Any], Any]:
    def f(a: Any, b: Any) -> Any:
        a, b = given(a), given(b)
        d = floating(a, b) if real else promote(a, b)
        return one(op, [a, b], np.broadcast_shapes(shape_of(a), shape_of(b)), bool_ if logical else d, None, d)

    f.__name__, f.__doc__ = op, doc
    return f


add = _binary("add", "a + b.")
subtract = _binary("sub", "a - b.")
multiply = _binary("mul", "a b.")
divide = true_divide = _binary("div", "a / b.", real=True)
mod = remainder = _binary("mod", "a - b ⌊a / b⌋.")
maximum = _binary("max", "The larger of two; of equal ones each has half of the derivative.")
minimum = _binary("min", "The smaller of two; of equal ones each has half of the derivative.")
arctan2 = _binary("atan2", "The angle of the point (b, a).", real=True)
hypot = _binary("hypot", "√(a² + b²), without overflow.", real=True)
logaddexp = _binary("logaddexp", "log(exp(a) + exp(b)), without overflow.", real=True)
xlogy = _binary("xlogy", "a log b, which is 0 where a is 0.", real=True)
equal = _binary("eq", "a == b.", logical=True)
not_equal = _binary("ne", "a != b.", logical=True)
less = _binary("lt", "a < b.", logical=True)
less_equal = _binary("le", "a <= b.", logical=True)
greater = _binary("gt", "a > b.", logical=True)
greater_equal = _binary("ge", "a >= b.", logical=True)
bitwise_and = _binary("and", "a and b, of bools or the bits of integers.")
bitwise_or = _binary("or", "a or b, of bools or the bits of integers.")
bitwise_xor = _binary("xor", "either a or b, of bools or the bits of integers.")


def logical_and(a: Any, b: Any) -> Any:
    """Whether a and b are both true, or not zero."""
    return bitwise_and(_truth(a), _truth(b))


def logical_or(a: Any, b: Any) -> Any:
    """Whether a or b is true, or not zero."""
    return bitwise_or(_truth(a), _truth(b))


def logical_xor(a: Any, b: Any) -> Any:
    """Whether one of a and b is true, or not zero, and the other is not."""
    return bitwise_xor(_truth(a), _truth(b))


def logical_not(x: Any) -> Any:
    """Whether x is false, or zero."""
    return bitwise_not(_truth(x))


def _truth(x: Any) -> Any:
    x = given(x)
    return x if promote(x).kind == "b" else not_equal(x, 0)


_nearest = _unary("round", "The nearest integer, of two the even one.", {"rounding_method": 1})


def round(x: Any, decimals: int = 0) -> Any:  # noqa: A001
    """The nearest number with so many decimals, of two the even one."""
    if decimals == 0:
        return _nearest(x)
    scale = 10.0 ** builtin_abs(decimals)
    return _nearest(x * scale) / scale if decimals > 0 else _nearest(x / scale) * scale


def bitwise_not(x: Any) -> Any:
    """Not x, of bools or the bits of integers."""
    d = promote(x)
    return one("not", [x], shape_of(x), d, None, d)


def power(a: Any, b: Any) -> Any:
    """a to the power of b."""
    if dtype_of(b) is int and promote(a).kind == "f":
        d = promote(a)
        return one("integer_pow", [a], shape_of(a), d, {"y": int(b)}, d)
    d = floating(a, b)
    return one("pow", [a, b], np.broadcast_shapes(shape_of(a), shape_of(b)), d, None, d)


def isfinite(x: Any) -> Any:
    """Whether each element is finite."""
    d = floating(x)
    return one("is_finite", [x], shape_of(x), bool_, None, d)


def isnan(x: Any) -> Any:
    """Whether each element is not a number."""
    d = floating(x)
    return one("isnan", [x], shape_of(x), bool_, None, d)


def where(condition: Any, a: Any = None, b: Any = None) -> Any:
    """a where the condition holds, and b elsewhere."""
    condition, a, b = given(condition), given(a), given(b)
    if a is None or b is None:
        raise TypeError("where needs a condition and two arrays; how many places hold is not known before it runs")
    d = promote(a, b)
    shape = np.broadcast_shapes(shape_of(condition), shape_of(a), shape_of(b))
    return one("where", [astype(condition, bool), astype(a, d), astype(b, d)], shape, d)


def clip(x: Any, lower: Any = None, upper: Any = None) -> Any:
    """x moved between lower and upper; None is no limit."""
    if lower is not None:
        x = maximum(x, lower)
    return x if upper is None else minimum(x, upper)


def astype(x: Any, dtype: Any) -> Any:
    """x with elements of another type."""
    d = np.dtype(dtype)
    if not isinstance(x, Array):
        return np.asarray(x).astype(d)
    if x.dtype == d:
        return x
    if d not in DTYPES:
        raise TypeError(f"dtype is {d}, want one of {', '.join(map(str, DTYPES))}")
    return one("convert_element_type", [x], x.shape, d, {"new_dtype": DTYPES[d]})


def axes_of(x: Any, axis: Axes) -> tuple[int, ...]:
    """The axes as numbers from 0 on; None is all."""
    n = len(shape_of(x))
    if axis is None:
        return tuple(range(n))
    axes = (axis,) if isinstance(axis, (int, np.integer)) else tuple(axis)
    for k in axes:
        if not -n <= k < n:
            raise ValueError(f"axis is {k}, want -{n} to {n - 1} for an array of shape {shape_of(x)}")
    return tuple(sorted(int(k) % n for k in axes))


def _reduction(op: str, doc: str, convert: Callable[[Any], Any] = promote) -> Callable[..., Any]:
    def f(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
        x = given(x)
        axes, d = axes_of(x, axis), convert(x)
        kept = [n for i, n in enumerate(shape_of(x)) if i not in axes]
        y = one(op, [x], tuple(kept), d, {"axes": list(axes)}, d)
        if keepdims:
            y = reshape(y, [1 if i in axes else n for i, n in enumerate(shape_of(x))])
        return y

    f.__name__, f.__doc__ = op, doc
    return f


def _number(x: Any) -> np.dtype[Any]:
    d = promote(x)
    return np.dtype(np.int64) if d.kind == "b" else d


sum = _reduction("reduce_sum", "The sum along axes; None is all.", _number)  # noqa: A001
prod = _reduction("reduce_prod", "The product along axes.", _number)
max = amax = _reduction("reduce_max", "The largest element along axes.")  # noqa: A001
min = amin = _reduction("reduce_min", "The smallest element along axes.")  # noqa: A001
any = _reduction("reduce_or", "Whether any element along axes is true.", lambda x: bool_)  # noqa: A001
all = _reduction("reduce_and", "Whether all elements along axes are true.", lambda x: bool_)  # noqa: A001
logsumexp = _reduction("logsumexp", "log Σ exp(x) along axes, without overflow.", floating)


def mean(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """The mean along axes; None is all."""
    x = given(x)
    return sum(astype(x, floating(x)), axis, keepdims) / math.prod(shape_of(x)[k] for k in axes_of(x, axis))


def var(x: Any, axis: Axes = None, ddof: int = 0, keepdims: bool = False) -> Any:
    """The variance along axes: the sum of squares over the number of elements less ddof."""
    x = given(x)
    n = math.prod(shape_of(x)[k] for k in axes_of(x, axis))
    return sum(square(x - mean(x, axis, keepdims=True)), axis, keepdims) / (n - ddof)


def std(x: Any, axis: Axes = None, ddof: int = 0, keepdims: bool = False) -> Any:
    """The standard deviation along axes."""
    return sqrt(var(x, axis, ddof, keepdims))


def softmax(x: Any, axis: Axes = -1) -> Any:
    """exp(x) over its sum along axes."""
    return exp(log_softmax(x, axis))


def log_softmax(x: Any, axis: Axes = -1) -> Any:
    """The logarithm of softmax."""
    return x - logsumexp(x, axis, keepdims=True)


def _position(op: str, doc: str) -> Callable[..., Any]:
    def f(x: Any, axis: int | None = None) -> Any:
        if axis is None:
            x, axis = reshape(x, [-1]), 0
        (k,) = axes_of(x, axis)
        s = shape_of(x)
        return one(op, [x], s[:k] + s[k + 1 :], int32, {"axes": [k], "index_dtype": "i32"}, promote(x))

    f.__name__, f.__doc__ = op, doc
    return f


argmax = _position("argmax", "The place of the largest element along an axis; None is the flat array.")
argmin = _position("argmin", "The place of the smallest element along an axis; None is the flat array.")


def _along(op: str, doc: str, name: str = "axis", default: int | None = None) -> Callable[..., Any]:
    def f(x: Any, axis: int | None = default) -> Any:
        x = given(x)
        if axis is None:
            x, axis = reshape(x, [-1]), 0
        d = _number(x)
        return one(op, [x], shape_of(x), d, {name: axes_of(x, axis)[0]}, d)

    f.__name__, f.__doc__ = op, doc
    return f


cumsum = _along("cumsum", "The running sum along an axis; None is the flat array.")
cumprod = _along("cumprod", "The running product along an axis; None is the flat array.")
sort = _along("sort", "The array sorted along an axis; None is the flat array.", "dimension", -1)


def argsort(x: Any, axis: int | None = -1) -> Any:
    """The places of the elements in their order along an axis; None is the flat array."""
    if axis is None:
        x, axis = reshape(x, [-1]), 0
    (k,) = axes_of(x, axis)
    s = shape_of(x)
    places = np.broadcast_to(
        np.arange(s[k], dtype=np.int32).reshape([-1 if i == k else 1 for i in range(len(s))]), s
    ).copy()
    return apply("sort", [x, places], [type_of(x), Type(s, int32)], {"dimension": k, "num_keys": 1})[1]


def reshape(x: Any, shape: int | Sequence[int]) -> Any:
    """The elements in another shape; one length may be -1."""
    new = (shape,) if isinstance(shape, (int, np.integer)) else tuple(int(n) for n in shape)
    size = math.prod(shape_of(x))
    if -1 in new:
        rest = math.prod(n for n in new if n != -1)
        new = tuple(size // rest if n == -1 else n for n in new) if rest else new
    if math.prod(new) != size or -1 in new:
        raise ValueError(f"shape is {shape}, which {size} elements of an array of shape {shape_of(x)} do not fill")
    return one("reshape", [x], new, promote(x), {"new_sizes": list(new)})


def ravel(x: Any) -> Any:
    """The elements as a vector."""
    return reshape(x, [-1])


def transpose(x: Any, axes: Sequence[int] | None = None) -> Any:
    """The axes in another order, by default reversed."""
    s = shape_of(x)
    perm = list(range(len(s)))[::-1] if axes is None else [int(k) % len(s) for k in axes]
    return one("transpose", [x], tuple(s[k] for k in perm), promote(x), {"permutation": perm})


def swapaxes(x: Any, a: int, b: int) -> Any:
    """Two axes exchanged."""
    perm = list(range(len(shape_of(x))))
    perm[a], perm[b] = perm[b], perm[a]
    return transpose(x, perm)


def expand_dims(x: Any, axis: int) -> Any:
    """A new axis of length 1."""
    s = list(shape_of(x))
    s.insert(axis % (len(s) + 1), 1)
    return reshape(x, s)


def squeeze(x: Any, axis: Axes = None) -> Any:
    """The array without axes of length 1."""
    s = shape_of(x)
    drop = [k for k, n in enumerate(s) if n == 1] if axis is None else axes_of(x, axis)
    return reshape(x, [n for k, n in enumerate(s) if k not in drop])


def broadcast_to(x: Any, shape: Sequence[int]) -> Any:
    """The array repeated to a shape."""
    np.broadcast_shapes(shape_of(x), tuple(shape))
    return one("broadcast_to", [x], tuple(shape), promote(x), {"shape": list(shape)})


def flip(x: Any, axis: Axes = None) -> Any:
    """The elements in reverse order along axes."""
    return one("rev", [x], shape_of(x), promote(x), {"dimensions": list(axes_of(x, axis))})


def concatenate(xs: Sequence[Any], axis: int | None = 0) -> Any:
    """Arrays one after the other along an axis; None is of the flat arrays."""
    xs = [given(x) for x in xs]
    if axis is None:
        xs, axis = [ravel(x) for x in xs], 0
    d, (k,) = promote(*xs), axes_of(xs[0], axis)
    s = list(shape_of(xs[0]))
    for x in xs:
        t = shape_of(x)
        if len(t) != len(s) or t[:k] + t[k + 1 :] != (*s[:k], *s[k + 1 :]):
            raise ValueError(f"shapes {', '.join(str(shape_of(x)) for x in xs)} differ on other axes than {axis}")
    s[k] = int(np.sum([shape_of(x)[k] for x in xs]))
    return one("concatenate", list(xs), tuple(s), d, {"dimension": k}, d)


def stack(xs: Sequence[Any], axis: int = 0) -> Any:
    """Arrays of one shape side by side along a new axis."""
    xs = [given(x) for x in xs]
    if len({shape_of(x) for x in xs}) != 1:
        raise ValueError(f"want arrays of one shape, these have {', '.join(str(shape_of(x)) for x in xs) or 'none'}")
    return concatenate([expand_dims(x, axis % (len(shape_of(x)) + 1)) for x in xs], axis)


def array(x: Any, dtype: Any = None) -> Any:
    """An array of a list, nested or not, of numbers and arrays."""
    if isinstance(x, (list, tuple)) and holds_traced(x):
        x = stack([array(v) for v in x])
    return np.array(x, dtype) if not isinstance(x, Array) else x if dtype is None else astype(x, dtype)


def asarray(x: Any, dtype: Any = None) -> Any:
    """The array itself, or an array of a list of numbers and arrays."""
    return np.asarray(x, dtype) if isinstance(x, np.ndarray) else array(x, dtype)


def holds_traced(x: Any) -> bool:
    return _some(isinstance(v, Array) or isinstance(v, (list, tuple)) and holds_traced(v) for v in x)


__all__ = [
    "abs", "absolute", "add", "all", "amax", "amin", "any", "arccos", "arccosh", "arcsin", "arcsinh", "arctan",
    "arctan2", "arctanh", "argmax", "argmin", "argsort", "array", "asarray",
    "astype", "bitwise_and", "bitwise_not", "bitwise_or", "bitwise_xor", "broadcast_to", "cbrt", "ceil", "clip",
    "concatenate", "cos", "cosh", "cumprod", "cumsum", "digamma", "divide", "equal", "erf", "erfc", "erfinv",
    "exp", "exp2", "expand_dims", "expit", "expm1", "flip", "floor", "gammaln", "greater", "greater_equal", "hypot",
    "isfinite", "isnan", "less", "less_equal", "log", "log10", "log1p", "log2", "log_softmax", "logaddexp",
    "logical_and", "logical_not", "logical_or", "logical_xor", "logit", "logsumexp", "max", "maximum", "mean", "min",
    "minimum", "mod", "multiply", "negative", "not_equal", "power", "prod", "ravel", "relu", "remainder", "reshape",
    "round", "sign", "sin", "sinh", "softmax", "softplus", "sort", "sqrt", "square", "squeeze", "stack", "std",
    "stop_gradient", "subtract", "sum", "swapaxes", "tan", "tanh", "transpose", "true_divide", "trunc",
    "var", "where", "xlogy",
]  # fmt: skip
