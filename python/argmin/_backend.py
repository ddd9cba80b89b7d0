"""What a framework must be able to do, and NumPy's way of it. Each other framework is a file of its own."""

from __future__ import annotations

import functools
import numbers
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ._door import Arrays
from ._errors import InputError
from ._program import Program, Type, Unsupported
from ._tree import Tree

Leaves = Sequence[Any]  # the tensors of a tree, in its order
FLOAT64 = np.dtype(np.float64)


class Slot(NamedTuple):
    """Where a tensor lies in the vector, and what kind of tensor it is."""

    name: str  # for errors
    first: int  # its elements are first:last of the vector, in row-major order
    last: int
    shape: tuple[int, ...]
    like: Any  # what the framework needs for another one: type, device
    eps: float  # the machine precision of its type


class Objective(NamedTuple):
    """A function of a tree, as the user gives it."""

    fun: Callable[..., Any]
    args: tuple[Any, ...]
    tree: Tree
    slots: Sequence[Slot]
    pair: bool  # it gives (value, gradient), not only the value

    def call(self, leaves: Leaves) -> Any:
        """What the function gives at tensors."""
        return self.fun(self.tree.build(leaves), *self.args)

    def pair_of(self, result: Any) -> tuple[Any, Leaves]:
        """The value and the tensors of the gradient, of a function with pair."""
        value, gradient = result
        return value, self.tree.flatten(gradient, "the gradient")


class Backend:
    """A framework. This one is NumPy, with the methods that others override."""

    name = "NumPy"
    differentiates = False  # whether the framework finds derivatives

    def one_level(self, value: Any) -> tuple[Sequence[Any], Callable[[Sequence[Any]], Any]] | None:
        """The children of a tree of a class that the framework knows, and what makes such trees; None for others."""
        return None

    def read(self, value: Any, name: str) -> tuple[np.ndarray, Any, float]:
        """The elements of a tensor of x0, what another one like it needs, and the precision of its type."""
        a = np.asarray(value, float) if isinstance(value, float) else np.asarray(value)
        if a.dtype.kind != "f":
            raise InputError(f"x0 of {name} has type {a.dtype}, want floating-point numbers")
        return a.astype(FLOAT64), a.dtype, float(np.finfo(a.dtype).eps)

    def maker(self, slots: Sequence[Slot]) -> Callable[[np.ndarray], list[Any]]:
        """A function that makes the tensors of a vector, which is theirs from then on."""
        places = [slice(s.first, s.last) for s in slots]
        if self.float64_views(slots):
            if all(len(s.shape) == 1 for s in slots):
                return lambda x: [x[at] for at in places]
            shapes = [None if len(s.shape) == 1 else s.shape for s in slots]
            return lambda x: [x[at] if shape is None else x[at].reshape(shape) for at, shape in zip(places, shapes)]
        types = [(at, s.shape, s.like) for at, s in zip(places, slots)]
        return lambda x: [x[at].reshape(shape).astype(dtype) for at, shape, dtype in types]

    def float64_views(self, slots: Sequence[Slot]) -> bool:
        """Whether the tensors that maker makes are NumPy's views of the vector."""
        return all([isinstance(s.like, np.dtype) and s.like == FLOAT64 for s in slots])

    def arrays(self, slots: Sequence[Slot], make: Callable[[np.ndarray], list[Any]]) -> Arrays | None:
        """How the extension makes and reads the tensors, of which ``make`` is the maker; None where only Python can."""
        return Arrays(make, self.float64_views(slots), np.ndarray, None, None)

    def result(self, slots: Sequence[Slot]) -> Callable[[np.ndarray], list[Any]]:
        """A function that makes the tensors of a solution; they are the caller's."""
        return self.maker(slots)

    def array(self, value: Any, what: str) -> np.ndarray:
        """A tensor as a NumPy array of floating-point numbers."""
        a = np.asarray(value)
        if a.dtype.kind != "f":
            raise InputError(f"{what} {_type_text(value, a)}, want floating-point numbers")
        return a

    def limits(self, value: Any, what: str) -> np.ndarray:
        """A bound, a scale or the like as an array of float64; None within it is NaN."""
        try:
            a = np.asarray(value)
            if a.dtype.kind not in "fiub" and a.dtype != object:
                raise TypeError
            return a.astype(FLOAT64)
        except (TypeError, ValueError):
            raise InputError(f"{what} is {value!r:.60}, want numbers") from None

    def number(self, value: Any) -> float:
        """The value of the objective."""
        if type(value) is float or type(value) is np.float64:
            return value
        a = self.array(value, "the value of the objective")
        if a.shape != ():
            raise InputError(f"the value of the objective has shape {a.shape}, want a scalar")
        return float(a)

    def packer(
        self, slots: Sequence[Slot], what: str, none_is_zero: bool = False
    ) -> Callable[[Leaves, np.ndarray], None]:
        """A function that sets a vector to tensors of the shapes of the slots."""
        array = self.array
        places = [(f"{what} of {s.name}", slice(s.first, s.last), s.shape, len(s.shape) == 1) for s in slots]

        def pack(leaves: Leaves, out: np.ndarray) -> None:
            for leaf, (of, place, shape, flat) in zip(leaves, places):
                if type(leaf) is not np.ndarray or leaf.dtype is not FLOAT64:
                    if leaf is None:
                        none_gradient(of, none_is_zero)
                        out[place] = 0
                        continue
                    leaf = array(leaf, of)
                if leaf.shape != shape:
                    raise InputError(f"{of} has shape {leaf.shape}, want {shape}")
                out[place] = leaf if flat else leaf.reshape(-1)

        return pack

    # What follows needs a framework that differentiates.

    def value_and_gradient(self, f: Objective) -> Callable[[Leaves], tuple[Any, Leaves]]:
        """A function of the tensors that gives the value and the gradient, tensor by tensor."""
        raise NotImplementedError

    def hessian_product(self, f: Objective) -> Callable[[Leaves, Leaves], Leaves] | None:
        """A function of the tensors of x and p that gives the Hessian at x times p; None where there is none."""
        return None

    def jacobian(self, f: Objective) -> Callable[[Leaves], Sequence[np.ndarray | None]] | None:
        """A function of the tensors that gives the derivatives of m values, (m, ...) by each tensor, None for zero."""
        return None

    def gives_pair(self, f: Objective) -> bool | None:
        """Whether a function gives (value, gradient); None if only a call can tell."""
        return None

    def program(self, fun: Callable[..., Any], types: Sequence[Type]) -> Program:
        """A function of tensors of these types as a program. Raises ``Unsupported`` where programs lack what it uses."""
        raise Unsupported("functions of this framework, which are not read")

    def compiled(self, f: Objective) -> Callable[[np.ndarray], np.ndarray] | None:
        """A function of the vector that gives the value, followed by the gradient, by one call into the framework.

        None where the function is not compiled. What is wrong with its values is an error of the first call.
        """
        return None


def _type_text(value: Any, a: np.ndarray) -> str:
    if value is None or isinstance(value, (str, bytes, numbers.Number)) or a.dtype == object:
        return f"is {value!r:.60}"
    return f"has type {a.dtype}"


def none_gradient(of: str, none_is_zero: bool) -> None:
    """Complain about a gradient that is None, unless that stands for zero."""
    if not none_is_zero:
        raise InputError(f"{of} is None: the value does not depend on it. Pass allow_unused=True to take that for zero")


@functools.cache
def numpy_backend() -> Backend:
    """NumPy."""
    return Backend()
