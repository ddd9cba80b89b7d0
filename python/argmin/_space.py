"""The vector on which a search works, and the tree of tensors that the user sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ._backend import Backend, Slot
from ._errors import InputError
from ._tree import Tree


class Space:
    """The vector of the elements that are not fixed, and the tensors of the tree.

    Attributes
    ----------
    tree : Tree
    slots : list of Slot
        Where the tensors lie in the vector of all elements.
    base : array of shape (N,)
        All elements at the start.
    free : array of shape (n,), or None
        The numbers of those that are not fixed; None: all.
    """

    def __init__(self, backend: Backend, x0: Any, fixed: Any) -> None:
        self.backend = backend
        self.tree = Tree(x0, backend.one_level)
        if not self.tree.names:
            raise InputError("x0 is empty, want at least one tensor")
        self.slots: list[Slot] = []
        parts, first = [], 0
        for name, leaf in zip(self.tree.names, self.tree.leaves):
            a, like, eps = backend.read(leaf, name)
            self.slots.append(Slot(name, first, first + a.size, a.shape, like, eps))
            parts.append(a.reshape(-1))
            first += a.size
        self.tree.leaves = []  # the start is not needed, and may be large
        self.base: np.ndarray = np.concatenate(parts, dtype=np.float64)
        if self.base.size == 0:
            raise InputError("x0 has no elements: the tensors are empty")
        self._check_finite()
        self.free = self._free(fixed)
        self.x0 = self.base if self.free is None else self.base[self.free]
        if self.x0.size == 0:
            raise InputError("x0 has no elements that are not fixed")
        self.make = backend.maker(self.slots)
        self.eps = max([s.eps for s, n in zip(self.slots, self._counts()) if n])  # of what is free

    def _check_finite(self) -> None:
        if np.isfinite(self.base).all():
            return
        for s in self.slots:
            bad = np.flatnonzero(~np.isfinite(self.base[s.first : s.last]))
            if bad.size:
                raise InputError(f"x0 of {s.name}: element {bad[0]} is {self.base[s.first + bad[0]]}")

    def _free(self, fixed: Any) -> np.ndarray | None:
        if fixed is None or isinstance(fixed, (list, tuple, set, frozenset)) and not fixed:
            return None
        if isinstance(fixed, Mapping) or isinstance(fixed, (bool, np.bool_)):
            chosen = [bool(v) for v in self.tree.spread(fixed, "fixed")]
        else:
            chosen = self.tree.select([fixed] if isinstance(fixed, str) else fixed, "fixed")
        parts = [np.arange(s.first, s.last) for s, is_fixed in zip(self.slots, chosen) if not is_fixed]
        return np.concatenate(parts) if parts else np.empty(0, int)

    def _counts(self) -> list[int]:
        """How many elements of each tensor are free."""
        if self.free is None:
            return [s.last - s.first for s in self.slots]
        return [int(np.count_nonzero((self.free >= s.first) & (self.free < s.last))) for s in self.slots]

    def all(self, x: np.ndarray) -> np.ndarray:
        """All elements, in memory of their own."""
        if self.free is None:
            return x.copy()
        v = self.base.copy()
        v[self.free] = x
        return v

    def own(self, v: np.ndarray) -> np.ndarray:
        """Those of all elements that are not fixed."""
        return v if self.free is None else v[self.free]

    def leaves(self, x: np.ndarray) -> list[Any]:
        """The tensors at a point."""
        return self.make(self.all(x))

    def solution(self, x: np.ndarray) -> Any:
        """The tree at a point, for the caller to keep."""
        return self.tree.build(self.backend.result(self.make)(self.all(x)))

    def tangent(self, p: np.ndarray) -> list[Any]:
        """The tensors of a direction, in which nothing that is fixed moves."""
        if self.free is None:
            return self.make(p.copy())
        v = np.zeros_like(self.base)
        v[self.free] = p
        return self.make(v)

    def limits(self, given: Any, default: float, what: str) -> np.ndarray:
        """Bounds or sizes of all elements: a number for all, or by name, broadcast to the tensors."""
        out = np.full(self.base.size, default)
        for s, value in zip(self.slots, self.tree.spread(given, what)):
            if value is None:
                continue
            of = f"{what} of {s.name}"
            a = self.backend.limits(value, of)
            try:
                out[s.first : s.last] = np.broadcast_to(a, s.shape).reshape(-1)
            except ValueError:
                raise InputError(f"{of} has shape {a.shape}, which cannot be broadcast to {s.shape}") from None
        return np.where(np.isnan(out), default, out)

    def bounds(self, lower: Any, upper: Any) -> tuple[np.ndarray | None, np.ndarray | None]:
        """The bounds of what is not fixed, into which the start is moved."""
        if lower is None and upper is None:
            return None, None
        lb, ub = self.limits(lower, -np.inf, "lb_dict"), self.limits(upper, np.inf, "ub_dict")
        for s in self.slots:
            lo, hi, x = lb[s.first : s.last], ub[s.first : s.last], self.base[s.first : s.last]
            bad = np.flatnonzero(lo > hi)
            if bad.size:
                raise InputError(
                    f"An upper bound is less than the corresponding lower bound: element {bad[0]} of {s.name} has "
                    f"the bounds {lo[bad[0]]} and {hi[bad[0]]}"
                )
            if self.free is not None and s.first not in self.free and np.any((x < lo) | (x > hi)):
                raise InputError(f"{s.name} is fixed outside of its bounds")
        lb, ub = self.own(lb), self.own(ub)
        self.x0 = np.clip(self.x0, lb, ub)
        return lb, ub

    def sizes(self, scale: Any) -> np.ndarray | None:
        """The scale of what is not fixed."""
        if scale is None:
            return None
        sizes = self.limits(scale, 1.0, "scale")
        for s in self.slots:
            bad = sizes[s.first : s.last][~((sizes[s.first : s.last] > 0) & np.isfinite(sizes[s.first : s.last]))]
            if bad.size:
                raise InputError(f"scale of {s.name} is {bad[0]}, want positive numbers")
        return self.own(sizes)
