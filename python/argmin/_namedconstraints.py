"""Constraints on trees of tensors, as constraints on the vector."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ._backend import Leaves, Objective
from ._errors import InputError
from ._space import Space
from ._vector import Constraint, Raw


def constraints_of(space: Space, given: Any, args: tuple[Any, ...]) -> list[Constraint]:
    """The constraints on the vector: SciPy's dicts, or objects with ``fun`` or ``A``, ``lb`` and ``ub``."""
    if given is None:
        return []
    if isinstance(given, Mapping) or hasattr(given, "lb"):
        given = [given]
    return [_constraint(space, c, f"constraint {k}") for k, c in enumerate(given)]


def _constraint(space: Space, c: Any, what: str) -> Constraint:
    if isinstance(c, Mapping):
        kind = str(c.get("type", "")).lower()
        if kind not in ("eq", "ineq") or not callable(c.get("fun")):
            raise InputError(
                f'{what} has type {c.get("type")!r} and fun {c.get("fun")!r:.60}, want "eq" or "ineq" and a function'
            )
        extra = tuple(c.get("args", ()))
        return _nonlinear(space, c["fun"], extra, 0.0, 0.0 if kind == "eq" else np.inf, c.get("jac"), None, False, what)
    keep = bool(np.any(getattr(c, "keep_feasible", False)))
    if hasattr(c, "A"):
        return _linear(space, c.A, c.lb, c.ub, keep, what)
    if hasattr(c, "fun"):
        hess = getattr(c, "hess", None)
        return _nonlinear(space, c.fun, (), c.lb, c.ub, c.jac, hess if callable(hess) else None, keep, what)
    raise InputError(f"{what} is a {type(c).__name__}, want a dict, a NonlinearConstraint or a LinearConstraint")


def _interval(space: Space, lb: Any, ub: Any, shape: tuple[int, ...], what: str) -> tuple[np.ndarray, np.ndarray]:
    """The limits of a value."""
    limits = []
    for name, limit, default in (("lb", lb, -np.inf), ("ub", ub, np.inf)):
        a = space.backend.limits(default if limit is None else limit, f"{name} of {what}")
        try:
            limits.append(np.broadcast_to(a, shape).reshape(-1).astype(float))
        except ValueError:
            raise InputError(
                f"{name} of {what} has shape {a.shape}, which cannot be broadcast to that of the value, {shape}"
            ) from None
        if np.any(np.isnan(limits[-1])):
            raise InputError(f"{name} of {what} is NaN; an infinite limit is none")
    if np.any(limits[0] > limits[1]):
        raise InputError(f"{what} has a limit lb above its ub")
    return limits[0], limits[1]


def _linear(space: Space, A: Any, lb: Any, ub: Any, keep: bool, what: str) -> Constraint:
    n = space.base.size
    if isinstance(A, Mapping) or len(space.slots) == 1 and not space.tree.paths[0]:
        whole, shape = _coefficients(space, A, what)
    else:
        whole = np.atleast_2d(np.asarray(A.toarray() if hasattr(A, "toarray") else A, float))
        shape = whole.shape[:1]
        if whole.ndim != 2 or whole.shape[1] != n:
            raise InputError(
                f"A of {what} has shape {whole.shape}, want rows of {n}, the number of elements of x0, or names"
            )
    lower, upper = _interval(space, lb, ub, shape, what)
    if space.free is None:
        return Constraint(lower, upper, whole, keep_feasible=keep)
    held = space.base.copy()
    held[space.free] = 0
    moved = whole @ held  # by what is fixed
    return Constraint(lower - moved, upper - moved, whole[:, space.free], keep_feasible=keep)


def _coefficients(space: Space, A: Any, what: str) -> tuple[np.ndarray, tuple[int, ...]]:
    """The matrix of the coefficients by name, and the shape of the value."""
    blocks: list[np.ndarray | None] = []
    shape: tuple[int, ...] | None = None
    for s, a in zip(space.slots, space.tree.spread(A, f"A of {what}")):
        if a is None:
            blocks.append(None)
            continue
        v = space.backend.limits(a, f"A of {what}, {s.name},")
        k = v.ndim - len(s.shape)
        if k < 0 or v.shape[k:] != s.shape or shape not in (None, v.shape[:k]):
            before = "the shape of the value" if shape is None else str(shape)
            raise InputError(f"A of {what} has shape {v.shape} for {s.name}, want {before} followed by {s.shape}")
        shape = v.shape[:k]
        blocks.append(v)
    if shape is None:
        raise InputError(f"A of {what} has no names")
    m = int(np.prod(shape))
    whole = np.zeros((m, space.base.size))
    for s, block in zip(space.slots, blocks):
        if block is not None:
            whole[:, s.first : s.last] = block.reshape(m, s.last - s.first)
    return whole, shape


def _nonlinear(
    space: Space,
    fun: Callable[..., Any],
    args: tuple[Any, ...],
    lb: Any,
    ub: Any,
    jac: Any,
    hess: Callable[..., Any] | None,
    keep: bool,
    what: str,
) -> Constraint:
    build, array = space.tree.build, space.backend.array
    shape = np.shape(array(fun(build(space.leaves(space.x0)), *args), f"the value of {what}"))
    m = int(np.prod(shape))
    if m == 0:
        raise InputError(f"the value of {what} has shape {shape}, want at least one element")
    lower, upper = _interval(space, lb, ub, shape, what)

    def value(x: np.ndarray, c: np.ndarray) -> None:
        v = array(fun(build(space.leaves(x)), *args), f"the value of {what}")
        if v.shape != shape:
            raise InputError(f"the value of {what} has shape {v.shape}, it had {shape} at x0")
        c[:] = v.reshape(-1)

    second = None if hess is None else _hessian(space, hess, shape, what)
    return Constraint(lower, upper, None, value, _jacobian(space, fun, args, jac, shape, what), second, keep)


def _jacobian(
    space: Space, fun: Callable[..., Any], args: tuple[Any, ...], jac: Any, shape: tuple[int, ...], what: str
) -> Raw | None:
    """The Jacobian by the user's function or by the framework; None for finite differences."""
    m, n, build = int(np.prod(shape)), space.base.size, space.tree.build
    rows: Callable[[Leaves], Sequence[Any]] | None
    if callable(jac):

        def rows(leaves: Leaves) -> Sequence[Any]:
            return space.tree.flatten(jac(build(leaves), *args), f"the Jacobian of {what}")
    else:
        rows = space.backend.jacobian(Objective(fun, args, space.tree, space.slots, False))
    if rows is None:
        return None

    def jacobian(x: np.ndarray, j: np.ndarray) -> None:
        whole = np.zeros((m, n))
        for s, block in zip(space.slots, rows(space.leaves(x))):
            if block is None:
                continue
            v = space.backend.array(block, f"the Jacobian of {what} by {s.name}")
            if v.shape not in (shape + s.shape, (m, *s.shape)):
                raise InputError(f"the Jacobian of {what} by {s.name} has shape {v.shape}, want {shape + s.shape}")
            whole[:, s.first : s.last] = v.reshape(m, s.last - s.first)
        j[:] = (whole if space.free is None else whole[:, space.free]).reshape(-1)

    return jacobian


def _hessian(space: Space, hess: Callable[..., Any], shape: tuple[int, ...], what: str) -> Raw:
    """The Hessian of v . fun, a matrix of all elements."""
    n = space.base.size

    def hessian(x: np.ndarray, v: np.ndarray, h: np.ndarray) -> None:
        a = space.backend.array(
            hess(space.tree.build(space.leaves(x)), v.reshape(shape).copy()), f"the Hessian of {what}"
        )
        if a.shape != (n, n):
            raise InputError(
                f"the Hessian of {what} has shape {a.shape}, want {(n, n)}, for all elements of x0 in order"
            )
        h[:] = (a if space.free is None else a[np.ix_(space.free, space.free)]).reshape(-1)

    return hessian
