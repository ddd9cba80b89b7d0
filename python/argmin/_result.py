"""The result of a search: a dict whose keys are attributes too, as SciPy's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ._scipy import AnyDict, join, kin

_Result = TypeVar("_Result", bound="OptimizeResult")

# What a reader wants first; other fields follow in their own order.
_FIRST = (
    "message",
    "success",
    "status",
    "fun",
    "x",
    "nit",
    "converged",
    "flag",
    "function_calls",
    "iterations",
    "root",
)


@kin
class OptimizeResult(AnyDict):
    """The result of a search. Every key is an attribute too: ``r["x"]`` is ``r.x``.

    Which fields there are depends on the problem and the method. Common ones are

    x : array or tree of arrays
        The solution, or without success the best point found.
    fun : float
        The value at ``x``.
    success : bool
        Whether ``x`` is a solution, by a test that the method's own stopping test alone does not decide.
    status, message : int, str
        Why the search has ended: SciPy's number of the method, and in words.
    nit, nfev, njev, nhev : int
        The numbers of iterations, and of evaluations of the function, its gradient and its Hessian.

    Examples
    --------
    >>> r = OptimizeResult(x=np.array([1.0, 2.0]), success=True, fun=0.5)
    >>> r.fun
    0.5
    >>> r
     success: True
         fun: 0.5
           x: [ 1.000e+00  2.000e+00]
    """

    if not TYPE_CHECKING:
        __init__ = dict.__init__  # also where a class of SciPy's among the bases has one of its own

    def __new__(cls: type[_Result], *args: Any, **kwargs: Any) -> _Result:
        join()
        return dict.__new__(cls)

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __dir__(self) -> list[str]:
        return list(self)

    def __repr__(self) -> str:
        return _table(self, 0, 1) if self else f"{type(self).__name__}()"

    def copy(self) -> OptimizeResult:
        """A shallow copy."""
        return type(self)(self)


def _ordered(fields: dict[Any, Any]) -> Iterable[tuple[Any, Any]]:
    place = {name: i for i, name in enumerate(_FIRST)}
    return sorted(fields.items(), key=lambda item: place.get(item[0], len(place)))


def _number(x: float) -> str:
    return np.format_float_scientific(x, precision=3, pad_left=2, unique=False) if np.isfinite(x) else f"{x:>10}"


def _table(fields: dict[Any, Any], indent: int, margin: int) -> str:
    """The fields, one below the other, their names aligned at the right."""
    width = max(len(str(name)) for name in fields) + margin
    lines = []
    for name, value in _ordered(fields):
        text = _text(value, indent + width + 2).replace("\n", "\n" + " " * (width + 2))
        lines.append(f"{str(name).rjust(width)}: {text}")
    return "\n".join(lines)


def _text(value: Any, indent: int) -> str:
    if isinstance(value, dict) and value:
        return _table(value, indent, 0)
    formatter: Any = {"float_kind": _number}
    with np.printoptions(linewidth=76 - indent, edgeitems=2, threshold=12, formatter=formatter):
        return str(value)
