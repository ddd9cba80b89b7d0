"""Bounds and constraints in SciPy's forms, and its strategies for their Hessians."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .._errors import InputError, OptimizeWarning, ShapeError, UnknownNameError
from .._vector import Constraint, Method, warn
from ._call import dense, fill, number, tuple_of
from ._differences import differences


class HessianUpdateStrategy:
    """A request for an approximation of a Hessian from gradients, which the methods that use one make by themselves."""


class BFGS(HessianUpdateStrategy):
    """The approximation of Broyden, Fletcher, Goldfarb and Shanno, as ``hess`` of a problem or constraint."""

    def __init__(
        self, exception_strategy: str = "skip_update", min_curvature: Any = None, init_scale: Any = "auto"
    ) -> None:
        self.exception_strategy, self.min_curvature, self.init_scale = exception_strategy, min_curvature, init_scale


class SR1(HessianUpdateStrategy):
    """The symmetric approximation of rank one, as ``hess`` of a problem or constraint."""

    def __init__(self, min_denominator: float = 1e-8, init_scale: Any = "auto") -> None:
        self.min_denominator, self.init_scale = min_denominator, init_scale


def limits(bounds: Any, n: int) -> tuple[np.ndarray | None, np.ndarray | None]:
    """The limits of n variables from SciPy's forms: Bounds, or a sequence of pairs with None for no limit."""
    if bounds is None:
        return None, None
    if hasattr(bounds, "lb"):
        lb, ub = bounds.lb, bounds.ub
    else:
        pairs = list(bounds)
        if len(pairs) != n:
            raise InputError(
                f"The number of bounds is not compatible with the length of `x0`: {len(pairs)} pairs for {n} variables"
            )
        lb, ub = [-np.inf] * n, [np.inf] * n
        for i, b in enumerate(pairs):
            try:
                lo, hi = b
                lb[i], ub[i] = -np.inf if lo is None else number(lo), np.inf if hi is None else number(hi)
            except (TypeError, ValueError):
                raise InputError(
                    f"bounds[{i}] is {b!r:.60}, want a pair (min, max) of numbers, with None for no bound"
                ) from None
    try:
        lower, upper = (np.broadcast_to(np.asarray(b, dtype=np.float64), (n,)).copy() for b in (lb, ub))
    except ValueError:
        raise InputError(
            f"The number of bounds is not compatible with the length of `x0`: {np.shape(lb)} and {np.shape(ub)} "
            f"for {n} variables"
        ) from None
    lower[np.isnan(lower)], upper[np.isnan(upper)] = -np.inf, np.inf
    if np.any(lower > upper):
        i = int(np.argmax(lower > upper))
        raise InputError(
            f"An upper bound is less than the corresponding lower bound: {upper[i]} < {lower[i]} of variable {i}."
        )
    return lower, upper


def listed_constraints(constraints: Any) -> list[Any]:
    if constraints is None:
        return []
    if isinstance(constraints, Mapping) or hasattr(constraints, "lb"):
        return [constraints] if constraints != {} else []
    try:
        return list(constraints)
    except TypeError:
        return [constraints]


def constraint(c: Any, x0: np.ndarray, method: Method, place: int = 0) -> Constraint:
    """A constraint in SciPy's forms, as the library takes it. Its function is called once, for the length of its
    values."""
    n = x0.size
    if isinstance(c, Mapping):
        return _old_constraint(c, x0, place)
    keep = bool(np.any(getattr(c, "keep_feasible", False)))
    if hasattr(c, "A"):
        a = np.atleast_2d(dense(c.A))
        if a.shape[1] != n:
            raise InputError(f"the matrix of a linear constraint has shape {a.shape}, want (m, {n})")
        lo, hi = _range(c.lb, c.ub, a.shape[0])
        if keep and method.name == "SLSQP":
            warn("Constraint option `keep_feasible` is ignored by this method.", OptimizeWarning)
        return Constraint(lo, hi, A=a, keep_feasible=keep)
    if not hasattr(c, "fun"):
        raise ShapeError(f"constraint {place} is {c!r:.60}, want a dict, LinearConstraint or NonlinearConstraint")
    m = np.atleast_1d(np.asarray(c.fun(x0.copy()), dtype=np.float64)).size
    lo, hi = _range(c.lb, c.ub, m)
    jac, hess = _derivatives(c, method, keep)
    return Constraint(
        lo,
        hi,
        fun=lambda x, v: fill(v, c.fun(x.copy()), "a constraint"),
        jac=(lambda x, j: fill(j, jac(x.copy()), "the Jacobian of a constraint")) if callable(jac) else None,
        hess=(lambda x, v, h: fill(h, hess(x.copy(), v.copy()), "the Hessian of a constraint"))
        if callable(hess) and not isinstance(hess, type)
        else None,
        keep_feasible=keep,
    )


def _derivatives(c: Any, method: Method, keep: bool) -> tuple[Any, Any]:
    """The Jacobian and the Hessian of a constraint; None where the library finds them."""
    jac, hess, step = getattr(c, "jac", None), getattr(c, "hess", None), getattr(c, "finite_diff_rel_step", None)
    ignored = {
        # SciPy's BFGS is the default of its constraints, and need not be meant.
        "hess": isinstance(hess, BFGS) or hess is not None and type(hess).__name__ != "BFGS",
        "keep_feasible": keep,
        "finite_diff_rel_step": step is not None,
        "finite_diff_jac_sparsity": getattr(c, "finite_diff_jac_sparsity", None) is not None,
    }
    if method.name == "SLSQP" and any(ignored.values()):
        names = ", ".join(f"`{k}`" for k, v in ignored.items() if v)
        warn(f"Constraint options {names} are ignored by this method.", OptimizeWarning)
    elif not callable(jac) and (jac in ("3-point", "cs") or step is not None):
        scheme = jac if jac == "2-point" else "3-point"
        return lambda x: differences(
            lambda p: np.atleast_1d(np.asarray(c.fun(p), dtype=np.float64)), x, scheme, step
        ), hess
    return jac, hess


def _range(lb: Any, ub: Any, m: int) -> tuple[np.ndarray, np.ndarray]:
    try:
        lower, upper = (np.broadcast_to(np.asarray(b, dtype=np.float64), (m,)).copy() for b in (lb, ub))
    except ValueError:
        raise InputError(
            f"the limits of a constraint have shapes {np.shape(lb)} and {np.shape(ub)}, its value has {m} elements"
        ) from None
    return lower, upper


def _old_constraint(c: Mapping[str, Any], x0: np.ndarray, place: int) -> Constraint:
    for key in ("type", "fun"):
        if key not in c:
            raise UnknownNameError(f"Constraint {place} has no {'type' if key == 'type' else 'function'} defined.")
    kind = str(c["type"]).lower()
    if kind not in ("eq", "ineq"):
        raise InputError(f"Unknown constraint type '{c['type']}'.")
    args = tuple_of(c.get("args", ()))
    fun, jac = c["fun"], c.get("jac")
    m = np.atleast_1d(np.asarray(fun(x0.copy(), *args), dtype=np.float64)).size
    return Constraint(
        np.zeros(m),
        np.zeros(m) if kind == "eq" else np.full(m, np.inf),
        fun=lambda x, v: fill(v, fun(x.copy(), *args), "a constraint"),
        jac=(lambda x, j: fill(j, jac(x.copy(), *args), "the Jacobian of a constraint")) if callable(jac) else None,
    )
