"""Functions of a tree of tensors, as functions of the vector of a search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ._backend import Leaves, Objective
from ._door import TreeFunction
from ._errors import InputError
from ._space import Space
from ._vector import Raw

SCHEMES = ("2-point", "3-point")  # of finite differences


class _TreeRaw:
    """A function of vectors, which is a function of a tree as well."""

    def __init__(self, call: Raw, tree: TreeFunction) -> None:
        self._call, self.tree = call, tree

    def __call__(self, *vectors: np.ndarray) -> float | None:
        return self._call(*vectors)


class Functions:
    """The functions of the objective, as the search on the vector calls them."""

    def __init__(
        self, space: Space, fun: Callable[..., Any], args: tuple[Any, ...], jac: Any, allow_unused: bool
    ) -> None:
        self.space, self.fun, self.args, self.jac = space, fun, args, jac
        self.allow_unused = allow_unused
        self.scheme = jac if jac in SCHEMES else None
        self.first: list[tuple[np.ndarray, float, np.ndarray]] = []  # what the first evaluation gave
        self.pack = space.backend.packer(space.slots, "the gradient", allow_unused)
        self.extra = 0  # evaluations that the search does not count
        self.pair = jac is True or jac is None and self._gives_pair()

    def _objective(self, pair: bool) -> Objective:
        return Objective(self.fun, self.args, self.space.tree, self.space.slots, pair)

    @property
    def by_framework(self) -> bool:
        """Whether the framework differentiates the objective."""
        return self.jac is None and not self.pair and self.space.backend.differentiates

    def _gives_pair(self) -> bool:
        """Whether the function gives (value, gradient), by an evaluation at the start."""
        space, b = self.space, self.space.backend
        known = b.gives_pair(self._objective(False))
        if known is not None:
            return known
        result = self.fun(space.tree.build(space.leaves(space.x0)), *self.args)
        if type(result) is not tuple and not isinstance(result, list):
            if not hasattr(result, "__iter__") or hasattr(result, "shape") or isinstance(result, (str, bytes, Mapping)):
                value = b.number(result)
                if b.differentiates:
                    self.extra = 1  # it is made again, with its gradient
                else:
                    self.first = [(space.x0.copy(), value, np.empty(0))]
                return False
            result = tuple(result)
        if len(result) != 2:
            raise ValueError(f"fun returned {len(result)} values, want the value, or the value and the gradients")
        g = np.empty_like(space.base)
        self.pack(space.tree.flatten(result[1], "the gradient"), g)
        self.first = [(space.x0.copy(), b.number(result[0]), space.own(g))]
        return True

    def value(self) -> Raw:
        """The value alone."""
        space, fun, args, first, pair = self.space, self.fun, self.args, self.first, self.pair
        build, leaves, number = space.tree.build, space.leaves, space.backend.number

        def value(x: np.ndarray, f: np.ndarray) -> float:
            if first and (first[0][0] == x).all():
                return first.pop()[1]
            result = fun(build(leaves(x)), *args)
            if pair:
                result, _ = result
            return number(result)

        return value

    def value_and_gradient(self) -> Raw:
        """The value and the gradient, by the function itself or by the framework."""
        space, first, free = self.space, self.first, self.space.free
        compiled = self._compiled()
        if compiled is not None:
            return compiled
        evaluate, pack, number = self._evaluate(), self.pack, space.backend.number

        def other(result: Any, g: np.ndarray) -> float:
            value, gradient = result
            pack(gradient, g)
            return number(value)

        if free is None:
            return self._direct(evaluate, other)
        make, every, whole = space.make, space.all, np.empty_like(space.base)

        def fun_grad(x: np.ndarray, f: np.ndarray, g: np.ndarray) -> float:
            if first and (first[0][0] == x).all():
                _, value, g[:] = first.pop()
                return value
            value = other(evaluate(make(every(x))), whole)
            g[:] = whole[free]
            return value

        return fun_grad

    def _direct(self, evaluate: Callable[[Leaves], Any], other: Callable[[Any, np.ndarray], float]) -> Raw:
        """The most common case, with nothing between the search and the function that need not be.

        ``evaluate`` is the function of the tensors, ``other`` takes what it gives.
        """
        first, space, tree = self.first, self.space, self.space.tree
        make = space.make

        def fun_grad(x: np.ndarray, f: np.ndarray, g: np.ndarray) -> float:
            if first and (first[0][0] == x).all():
                _, value, g[:] = first.pop()
                return value
            return other(evaluate(make(x.copy())), g)

        arrays = space.backend.arrays(space.slots, make)
        if arrays is None:
            return fun_grad
        shapes = tuple([s.shape for s in space.slots])
        keys, container = tree.one_level_of_strings
        if self.by_framework or container is None:
            return _TreeRaw(fun_grad, TreeFunction(evaluate, (), (), list, shapes, arrays, other))
        flatten = tree.flatten

        def other_tree(result: Any, g: np.ndarray) -> float:
            value, gradient = result
            return other((value, flatten(gradient, "the gradient")), g)

        return _TreeRaw(fun_grad, TreeFunction(self.fun, self.args, keys, container, shapes, arrays, other_tree))

    def _evaluate(self) -> Callable[[Leaves], tuple[Any, Leaves]]:
        """The value and the gradient as functions of the tensors."""
        fun, args, build, flatten = self.fun, self.args, self.space.tree.build, self.space.tree.flatten
        if self.by_framework:
            return self.space.backend.value_and_gradient(self._objective(False))

        def evaluate(leaves: Leaves) -> tuple[Any, Leaves]:
            value, gradient = fun(build(leaves), *args)
            return value, flatten(gradient, "the gradient")

        return evaluate

    def _compiled(self) -> Raw | None:
        space, free = self.space, self.space.free
        program = space.backend.compiled(self._objective(self.pair))
        if program is None:
            return None
        try:
            out = program(space.all(space.x0))
        except Exception:  # whatever it is, the way that is not compiled says it better, or works
            return None
        self.first.append((space.x0.copy(), float(out[0]), space.own(out[1:]).astype(float)))
        first, every = self.first, space.all if free is not None else np.ndarray.copy

        def fun_grad(x: np.ndarray, f: np.ndarray, g: np.ndarray) -> float:
            if first and (first[0][0] == x).all():
                _, value, g[:] = first.pop()
                return value
            out = program(every(x))
            g[:] = out[1:] if free is None else out[1:][free]
            return float(out[0])

        return fun_grad

    def gradient(self) -> Raw:
        """The gradient alone, by the user's jac."""
        space, jac, args, free, pack = self.space, self.jac, self.args, self.space.free, self.pack

        def grad(x: np.ndarray, g: np.ndarray) -> None:
            tree = space.tree.flatten(jac(space.tree.build(space.leaves(x)), *args), "the gradient")
            whole = np.empty_like(space.base)
            pack(tree, whole)
            g[:] = whole if free is None else whole[free]

        return grad

    def hessian_product(self, hessp: Callable[..., Any] | None) -> Raw | None:
        """The product of the Hessian with a vector, by the user's function or by the framework."""
        space, args, free = self.space, self.args, self.space.free
        pack = space.backend.packer(space.slots, "the product with the Hessian", hessp is None or self.allow_unused)
        by_framework = None
        if hessp is None:
            if callable(self.jac) or self.scheme or self.jac is False:
                return None
            by_framework = space.backend.hessian_product(self._objective(self.pair))
            if by_framework is None:
                return None
        build, flatten = space.tree.build, space.tree.flatten

        def product(x: np.ndarray, p: np.ndarray, hp: np.ndarray) -> None:
            at, along = space.leaves(x), space.tangent(p)
            if by_framework is not None:
                made = by_framework(at, along)
            elif hessp is not None:
                made = flatten(hessp(build(at), build(along), *args), "the product with the Hessian")
            whole = np.empty_like(space.base)
            pack(made, whole)
            hp[:] = whole if free is None else whole[free]

        return product

    def hessian(self, hess: Callable[..., Any]) -> Raw:
        """The Hessian, from its blocks by name."""
        space, args = self.space, self.args

        def hessian(x: np.ndarray, h: np.ndarray) -> None:
            n = space.base.size
            whole = np.zeros((n, n))
            rows = space.tree.flatten(hess(space.tree.build(space.leaves(x)), *args), "the Hessian")
            for a, row in zip(space.slots, rows):
                for b, block in zip(space.slots, space.tree.flatten(row, f"the Hessian of {a.name}")):
                    if block is None:
                        continue
                    of = f"the Hessian of {a.name} and {b.name}"
                    v = space.backend.array(block, of)
                    if v.shape != a.shape + b.shape:
                        raise InputError(f"{of} has shape {v.shape}, want {a.shape + b.shape}")
                    whole[a.first : a.last, b.first : b.last] = v.reshape(a.last - a.first, b.last - b.first)
            h[:] = (whole if space.free is None else whole[np.ix_(space.free, space.free)]).reshape(-1)

        return hessian
