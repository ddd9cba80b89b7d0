"""Arrays that record what is done with them."""

from __future__ import annotations

import functools
import math
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._program import DTYPES, Builder, Program, Type, literal

_state = threading.local()


def active() -> Builder | None:
    """The program that is being written, if any."""
    return getattr(_state, "builder", None)


class writing:
    """Writes to a program within a with statement."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder

    def __enter__(self) -> Builder:
        self.before, _state.builder = active(), self.builder
        return self.builder

    def __exit__(self, *error: object) -> None:
        _state.builder = self.before


class Array:
    """An array while a function is traced: its shape and the type of its elements are known, its numbers are not.

    It has NumPy's operators and methods. Decisions on numbers are made by :func:`argmin.num.where`,
    :func:`argmin.num.cond` and the loops.
    """

    __array_priority__ = 1000
    __hash__ = object.__hash__

    def __init__(self, builder: Builder, operand: Any, type_: Type) -> None:
        self._builder, self._operand, self._type = builder, operand, type_

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of elements along each axis."""
        return self._type.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the elements."""
        return self._type.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    if TYPE_CHECKING:  # the package gives them, from its functions

        def _operator(self, other: Any, /) -> Any: ...

        __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _operator
        __mod__ = __rmod__ = __pow__ = __rpow__ = __matmul__ = __rmatmul__ = _operator
        __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __lt__ = __le__ = __gt__ = __ge__ = __getitem__ = (
            _operator
        )

        def __neg__(self) -> Any: ...

        def __invert__(self) -> Any: ...

        def __getattr__(self, name: str) -> Any: ...

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("an array without axes has no length")
        return self.shape[0]

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __deepcopy__(self, memo: Any) -> Array:
        return self

    def __repr__(self) -> str:
        return f"Array({self._type.name}, traced)"

    def _unknown(self, what: str) -> TypeError:
        return TypeError(
            f"{what} needs the numbers of an array of shape {self.shape}, unknown while a function is traced; "
            "use argmin.num.where, cond or while_loop for decisions, and argmin.num's functions instead of NumPy's"
        )

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError(
            f"an array of shape {self.shape} does not change while a function is traced; make a new one by "
            "argmin.num.where, array, stack or concatenate"
        )

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **kwargs: Any) -> Any:
        """NumPy's operators with its own arrays on the left, and its elementwise functions, are those of argmin.num."""
        from .. import num

        f = getattr(num, _UFUNCS.get(ufunc.__name__, ufunc.__name__), None)
        if method == "__call__" and not kwargs and f is not None:
            return f(*args)
        if "out" in kwargs:
            raise TypeError(
                f"{ufunc.__name__} with out, or in place such as a += x, would change an array of NumPy by one of "
                f"shape {self.shape} that is traced, whose numbers are not known; write a = a + x"
            )
        what = ufunc.__name__ + ("" if method == "__call__" else "." + method)
        raise self._unknown(f"NumPy's {what}" + (f" with {', '.join(kwargs)}" if kwargs else ""))

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func in (np.shape, np.ndim, np.size):
            return func.__wrapped__(*args, **kwargs)
        name = f"{func.__module__}.{func.__name__}"
        raise TypeError(
            f"{name}: a function of NumPy needs the numbers of an array of shape {self.shape}, unknown while a "
            f"function is traced; use argmin.num's functions, which have the same names"
        )

    def item(self, *args: Any) -> Any:
        """An error: the numbers are not known."""
        raise self._unknown("item()")

    def tolist(self) -> Any:
        """An error: the numbers are not known."""
        raise self._unknown("tolist()")

    def __bool__(self) -> bool:
        raise self._unknown("bool()")

    def __float__(self) -> float:
        raise self._unknown("float()")

    def __int__(self) -> int:
        raise self._unknown("int()")

    def __index__(self) -> int:
        raise self._unknown("an index")

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        raise self._unknown("a function of NumPy")


_UFUNCS = {"invert": "bitwise_not", "psi": "digamma"}  # names that argmin.num does not have


def dtype_of(x: Any) -> np.dtype[Any] | type:
    """The type of elements of an array, or the type of a plain number, which adapts to arrays."""
    if isinstance(x, (bool, np.bool_)):
        return np.dtype(bool)
    if isinstance(x, (int, float)) and not isinstance(x, np.generic):
        return type(x)
    if isinstance(x, Array):
        return x.dtype
    d = np.asarray(x).dtype
    if d.kind not in "fiub":
        what = f"an array of type {d}" if np.ndim(x) else repr(x)
        raise TypeError(
            f"want arrays of real numbers, integers or bools, got {what}; bring what is no array into a function by "
            "a lambda or functools.partial"
        )
    return d if d in DTYPES else np.dtype(np.int64 if d.kind in "iu" else np.float64)


def promote(*xs: Any) -> np.dtype[Any]:
    """The type of elements in which arrays meet, by NumPy's rules: plain numbers take the type of the arrays."""
    ds = [dtype_of(x) for x in xs]
    arrays = [d for d in ds if isinstance(d, np.dtype)]
    plain = [d for d in ds if not isinstance(d, np.dtype)]
    if not arrays:
        return np.dtype(np.float64 if float in plain else np.int64)
    d = functools.reduce(np.promote_types, arrays)
    if plain and (d.kind == "b" or d.kind in "iu" and float in plain):
        return np.dtype(np.float64 if float in plain else np.int64)
    return d if d in DTYPES else np.dtype(np.float64)


def type_of(x: Any, dtype: Any = None) -> Type:
    """The type of an argument, with another type of elements if that is given."""
    d = np.dtype(dtype) if dtype is not None else promote(x)
    return Type(x.shape if isinstance(x, Array) else np.shape(x), d)


def operand(b: Builder, x: Any, dtype: Any = None) -> Any:
    """An argument as an operand of a program, in a type of elements."""
    t = type_of(x, dtype)
    if not isinstance(x, Array):
        a = x
        if not isinstance(a, np.ndarray) or a.dtype != t.dtype:
            a = np.asarray(x).astype(t.dtype)
        return b.constant(a) if a.ndim else literal(a, t.dtype)
    if x._builder is not b:
        raise RuntimeError(
            f"{x!r} belongs to a trace that has ended: it was kept outside of the function that was traced"
        )
    if x.dtype == t.dtype:
        return x._operand
    return b.emit("convert_element_type", [x._operand], [t], {"new_dtype": DTYPES[t.dtype]})[0]


_INNER = {"program", "body", "branches"}


def apply(op: str, args: Sequence[Any], gives: Sequence[Type], params: Any = None, dtype: Any = None) -> list[Any]:
    """Apply an operation: record it if an argument is traced, else run it at once. ``dtype`` converts the arguments."""
    traced = next((x for x in args if isinstance(x, Array)), None)
    b = active()
    # A program within the operation may use arrays of the functions around it, so that it belongs to the program there.
    if traced is not None or b is not None and params and not _INNER.isdisjoint(params):
        if b is None:
            raise RuntimeError(f"{traced!r} was kept outside of the function that was traced")
        outs = b.emit(op, [operand(b, x, dtype) for x in args], gives, params)
        return [Array(b, v, t) for v, t in zip(outs, gives)]
    types = tuple(type_of(x, dtype) for x in args)
    arrays = [np.asarray(x).astype(t.dtype, copy=False) for x, t in zip(args, types)]
    return _eager(op, types, tuple(gives), _Params(params))(*arrays)


class _Params:
    """Parameters that can be hashed."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return hash(repr(self.value))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Params) and repr(self.value) == repr(other.value)


@functools.lru_cache(512)
def _eager(op: str, takes: tuple[Type, ...], gives: tuple[Type, ...], params: _Params) -> Program:
    b = Builder()
    ins = [b.variable() for _ in takes]
    outs = b.emit(op, ins, gives, params.value)
    return b.program(ins, outs, list(takes), list(gives))


def write(
    b: Builder, fun: Callable[..., Any], ins: Sequence[int], types: Sequence[Type]
) -> tuple[list[Any], list[Type]]:
    """Write a function of flat arguments, which returns a flat list, to a program."""
    with writing(b):
        ys = fun([Array(b, v, t) for v, t in zip(ins, types)])
        return [operand(b, y) for y in ys], [type_of(y) for y in ys]
