"""The types of JAX's arrays in programs, which have fewer: small integers are int32, uint64 is int64, a random key two uint32.

Small integers are kept in the range of their own type after each operation that can leave it. Operations of uint64 are those of
int64 where the bits of both agree, and written here where they do not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from . import _program
from ._program import Type, Unsupported, literal

if TYPE_CHECKING:
    from ._jaxpr import Reader

SMALL: dict[Any, np.dtype[Any]] = {np.dtype(d): np.dtype(np.int32) for d in (np.int8, np.uint8, np.int16, np.uint16)}
# The tangents of integers, float0, are nothing.
STORED: dict[Any, np.dtype[Any]] = {**SMALL, np.dtype(np.uint64): np.dtype(np.int64), jax.dtypes.float0: np.dtype(np.bool_)}
_SIGN = -(2**63)


def is_key(x: Any) -> bool:
    """Whether an array, or the type of one, is of random keys."""
    return hasattr(x, "dtype") and jax.numpy.issubdtype(x.dtype, jax.dtypes.prng_key)


def dtype_of(dtype: Any) -> Any:
    """The type of elements in programs."""
    return STORED.get(dtype, dtype) if isinstance(dtype, np.dtype) else STORED.get(np.dtype(dtype), dtype)


def type_of(aval: Any) -> Type:
    """The type of an array in programs."""
    if is_key(aval):
        if aval.dtype.name != "key<fry>" or not getattr(jax.config, "jax_threefry_partitionable", True):
            raise Unsupported(f"random keys of the type {aval.dtype.name}, but programs have threefry2x32's, partitionable,")
        return Type((*aval.shape, 2), np.dtype(np.uint32))
    if aval.dtype in STORED:
        return Type(tuple(aval.shape), STORED[aval.dtype])
    return _program.type_of(aval)


def stored(value: Any) -> Any:
    """The value of an array as programs keep it."""
    if is_key(value):
        type_of(value)
        return np.asarray(jax.random.key_data(value))
    d = STORED.get(np.asarray(value).dtype)
    if d == np.bool_:
        return np.zeros(np.shape(value), d)
    return value if d is None else np.asarray(value).astype(d)


# The operations after which a small integer may be out of the range of its type.
_LEAVES = {
    *"add sub mul neg abs square integer_pow pow shift_left not div convert_element_type reduce_sum reduce_prod cumsum cumprod".split(),
    *"dot_general scatter-add scatter-mul conv_general_dilated reduce_window_sum".split(),
}


def kept(r: Reader, op: str, variable: Any, aval: Any) -> Any:
    """A result, wrapped to the range of its small type of integers."""
    if is_key(aval) or aval.dtype not in SMALL or op not in _LEAVES:
        return variable
    info, t = np.iinfo(aval.dtype), type_of(aval)
    if info.min == 0:
        return r.builder.emit("and", [variable, literal(info.max, np.int32)], [t])[0]
    by = literal(32 - info.bits, np.int32)
    (high,) = r.builder.emit("shift_left", [variable, by], [t])
    return r.builder.emit("shift_right_arithmetic", [high, by], [t])[0]


def refused(e: Any) -> str:
    """What an equation does that programs have not for its types, or nothing."""
    name = e.primitive.name
    types = {str(getattr(v.aval, "dtype", "")) for v in e.invars}
    if "uint64" in types and name in _ORDERED:
        return f"{name} of uint64"
    if name in ("shift_right_logical", "clz", "population_count") and types & {"int8", "int16"}:
        return f"{name} of small integers"
    if name in ("clz", "bitcast_convert_type") and types & {"uint8", "uint16"}:
        return f"{name} of small integers"
    return ""


_ORDERED = set(
    "sign abs sort argmax argmin top_k clamp reduce_max reduce_min cummax cummin pow scatter-max scatter-min scatter_max "
    "scatter_min lt_to le_to reduce_window_max reduce_window_min".split()
)

_INT64 = np.dtype(np.int64)


def unsigned(name: str) -> Callable[[Reader, Any, list[Any]], list[Any]] | None:
    """How an operation of uint64 is written that is another one than that of int64."""
    return {
        **dict.fromkeys(("lt", "le", "gt", "ge"), _compared),
        **dict.fromkeys(("max", "min"), _larger),
        **dict.fromkeys(("div", "rem"), _divided),
        "convert_element_type": _converted,
        "shift_right_arithmetic": lambda r, e, ins: r.emit(e, "shift_right_logical", ins),
    }.get(name)


def _op(r: Reader, op: str, like: Type, *ins: Any, **params: Any) -> Any:
    return r.builder.emit(op, ins, [like], params)[0]


def _bool(t: Type) -> Type:
    return Type(t.shape, np.dtype(np.bool_))


def _number(r: Reader, x: Any, t: Type, aval: Any = None) -> Any:
    """An operand as a variable of a shape."""
    if isinstance(x, list) or aval is not None and aval.shape != t.shape:
        return _op(r, "full", t, x, shape=list(t.shape))
    return x


def _turned(r: Reader, x: Any, t: Type) -> Any:
    """The number of int64 that is in the order of signed numbers where x is in that of unsigned ones."""
    return _op(r, "xor", t, _number(r, x, t), literal(_SIGN, np.int64))


def _compared(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    both = [_turned(r, x, type_of(v.aval)) for x, v in zip(ins, e.invars)]
    return r.emit(e, e.primitive.name, both)


def _larger(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    t = type_of(e.outvars[0].aval)
    y = _op(r, e.primitive.name, t, *(_turned(r, x, type_of(v.aval)) for x, v in zip(ins, e.invars)))
    return [_turned(r, y, t)]


def _divided(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    """Half of a number has no sign: its quotient, twice, is at most one too small. A divisor of 2^63 or more goes in once or not at all."""
    t = type_of(e.outvars[0].aval)
    a, b = (_number(r, x, t, v.aval) for x, v in zip(ins, e.invars))
    one, zero = literal(1, _INT64), literal(0, _INT64)
    positive = _op(r, "max", t, b, one)
    q = _op(r, "shift_left", t, _op(r, "div", t, _op(r, "shift_right_logical", t, a, one), positive), one)
    left = _op(r, "sub", t, a, _op(r, "mul", t, q, positive))
    once = _op(r, "ge", _bool(t), _turned(r, left, t), _turned(r, positive, t))
    q = _op(r, "add", t, q, _op(r, "convert_element_type", t, once, new_dtype="i64"))
    large = _op(r, "convert_element_type", t, _op(r, "ge", _bool(t), _turned(r, a, t), _turned(r, b, t)), new_dtype="i64")
    q = _op(r, "where", t, _op(r, "lt", _bool(t), b, zero), large, q)
    # By zero, XLA's quotient has all bits, and the remainder is the number.
    q = _op(r, "where", t, _op(r, "eq", _bool(t), b, zero), literal(-1, _INT64), q)
    return [q if e.primitive.name == "div" else _op(r, "sub", t, a, _op(r, "mul", t, q, b))]


def _converted(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    """To floating point as the sum of the halves of the bits."""
    name = _program.DTYPES.get(np.dtype(e.params["new_dtype"]))
    if name not in ("f64", "f32"):
        return r.emit(e, "convert_element_type", ins, new_dtype=name or _program.DTYPES[dtype_of(e.params["new_dtype"])])
    out, t = type_of(e.outvars[0].aval), type_of(e.invars[0].aval)
    wide = Type(t.shape, np.dtype(np.float64))
    x = _number(r, ins[0], t)
    high = _op(r, "convert_element_type", wide, _op(r, "shift_right_logical", t, x, literal(32, _INT64)), new_dtype="f64")
    low = _op(r, "convert_element_type", wide, _op(r, "and", t, x, literal(2**32 - 1, _INT64)), new_dtype="f64")
    y = _op(r, "add", wide, _op(r, "mul", wide, high, literal(2.0**32, np.float64)), low)
    return [y if name == "f64" else _op(r, "convert_element_type", out, y, new_dtype=name)]
