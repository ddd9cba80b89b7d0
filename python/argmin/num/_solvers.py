"""Solvers of problems that are written with argmin.num."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import _solver
from .._program import Program, Type
from .._solver import Result, State, facts, find_method
from . import _transforms as tr
from ._array import Array, active, apply, promote, type_of
from ._trees import flatten, unflatten


class _Frontend:
    def flatten(self, tree: Any) -> tuple[list[np.ndarray], Any]:
        leaves, structure = flatten(tree)
        return [np.asarray(x, promote(x)) for x in leaves], structure

    def unflatten(self, structure: Any, leaves: Sequence[Any]) -> Any:
        return unflatten(structure, leaves)

    def trace(
        self, fun: Callable[..., Any], structures: Sequence[Any], types: Sequence[Sequence[Type]]
    ) -> tuple[Program, Any]:
        return tr.trace(fun, structures, types)


class Solver(_solver.Solver):
    __doc__ = _solver.Solver.__doc__

    frontend = _Frontend()

    def argmin(self, x0: Any, *data: Any, bounds: tuple[Any, Any] | None = None) -> Any:
        """The answer as a differentiable function of the data, for :func:`grad`, :func:`vmap` and the rest.

        The derivative is implicit, from the condition that holds at the answer, in both modes and to any order. With
        respect to ``x0`` it is zero. The derivative of a solve that ended far from a solution is an error.

        >>> import numpy as np
        >>> from argmin import num
        >>> s = num.Solver(lambda x, a: num.sum((x - a) ** 2) + num.sum(x**4), tol=1e-10)
        >>> slope = num.grad(lambda a: s.argmin(np.zeros(1), a)[0])(3.0)
        >>> round(float(slope), 6)  # 2 (x - a) + 4 x³ = 0 at x = 1
        0.142857
        """
        if active() is None and not any(isinstance(x, Array) for t in (x0, *data) for x in flatten(t)[0]):
            return self.run(x0, *data, bounds=bounds).params
        bounded = bounds is not None or self._bounded
        kind, method = find_method(self.method, self.kind, bounded)
        start, structure = flatten(tr._floats(x0))
        p = tr._Inner(self.fun, [unflatten(structure, start), *data], "argmin")
        limits: list[Any] = []
        if kind.startswith("bounded"):
            for b, fill in zip(bounds or (None, None), (-np.inf, np.inf)):
                leaves = (
                    flatten(b)[0] if isinstance(b, (dict, list, tuple)) else [fill if b is None else b] * len(start)
                )
                limits += [_spread(x, type_of(a)) for x, a in zip(leaves, start)]
        n = len(start)
        gives = p.types[:n] + [Type((len(facts()["state"]),), np.dtype(np.float64))]
        params = {"kind": kind, "method": method, "options": self.options, "program": p.body, "n": n}
        return unflatten(structure, apply("solver", p.leaves[:n] + limits + p.leaves[n:], gives, params)[:n])


def _spread(x: Any, t: Type) -> Any:
    from ._functions import astype, broadcast_to

    return broadcast_to(astype(x, t.dtype), t.shape)


def minimize(
    fun: Callable[..., Any],
    x0: Any,
    *data: Any,
    method: str | None = None,
    kind: str | None = None,
    bounds: tuple[Any, Any] | None = None,
    **options: Any,
) -> Result:
    """Solve one problem: ``Solver(fun, method, kind=kind, **options).run(x0, *data, bounds=bounds)``.

    >>> import numpy as np
    >>> from argmin import num
    >>> r = num.minimize(lambda x: num.sum((x - np.array([1.0, 2.0])) ** 2), np.zeros(2))
    >>> r.params.tolist()
    [1.0, 2.0]
    """
    return Solver(fun, method, kind=kind, **options).run(x0, *data, bounds=bounds)


__all__ = ["Result", "Solver", "State", "minimize"]
