"""Second derivatives of solutions of quadratic programs.

Where the active limits are strict, the solution nearby is that of one linear system, the optimality conditions with these limits as equations. Its
derivatives of all orders are those of the solution, so a framework differentiates the system.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ._convex import lead, rank, solved

REFUSED = "the derivative of a solution of {}, cannot be differentiated again: that of a quadratic program without {} can"
_STRICT = 1e-6  # what a multiplier or the room of a limit must be, beside the program's numbers, to be other than zero


def refuse(program: Any) -> None:
    """Raise an error for programs whose derivative is of first order."""
    if program.kind != "quadratic":
        raise RuntimeError(REFUSED.format("a cone program", "cones"))
    if "elastic" in program.options:
        raise RuntimeError(REFUSED.format("an elastic program", "elastic rows"))
    if program.options["method_options"].get("smoothing"):
        raise RuntimeError(REFUSED.format("a program with smoothing", "smoothing"))
    if program.fixed:
        raise RuntimeError(REFUSED.format("a program with sparse matrices", "sparse matrices"))


class Arrays:
    """The operations of a framework that the linear system is made of; here NumPy's."""

    cat: Callable[..., Any] = staticmethod(lambda parts, axis: np.concatenate(parts, axis))
    where: Callable[..., Any] = staticmethod(np.where)
    wide: Callable[..., Any] = staticmethod(np.broadcast_to)
    turn: Callable[..., Any] = staticmethod(lambda a: np.swapaxes(a, -1, -2))
    solve: Callable[..., Any] = staticmethod(lambda a, b: np.linalg.solve(a, b[..., None])[..., 0])
    full: Callable[..., Any] = staticmethod(lambda like, a: np.asarray(a, like.dtype))


def near(xp: type[Arrays], data: Mapping[str, Any], rows: Any, sides: Any) -> tuple[Any, Any, Any, Any]:
    """The solution (x, y, z, w) whose active limits are known, as a function of the data.

    ``rows`` and ``sides`` are 1 where the upper limit of a row of G or of a variable is active, -1 where the lower one is, else 0.
    """
    c = data["c"]
    n = c.shape[-1]
    batch = lead({name: a.shape for name, a in data.items()})

    def member(name: str) -> Any:
        a = data[name]
        return xp.wide(a, (*batch, *a.shape[len(a.shape) - rank(name) :]))

    eye = xp.wide(xp.full(c, np.eye(n)), (*batch, n, n))
    zero = xp.full(c, 0.0)
    matrices, limits, on = [], [], []

    def limited(matrix: Any, side: Any, upper: str, lower: str) -> None:
        limit = side * zero
        for name, which in ((upper, 1), (lower, -1)):
            if name in data:
                limit = xp.where(side == which, member(name), limit)
        matrices.append(matrix)
        limits.append(limit)
        on.append(side * side)

    if "A" in data:
        b = member("b")
        matrices.append(member("A"))
        limits.append(b)
        on.append(xp.full(c, np.ones(tuple(b.shape))))
    if "G" in data:
        limited(member("G"), rows, "h", "low")
    if "lower" in data or "upper" in data:
        limited(eye, sides, "upper", "lower")
    q = (member("Q") + xp.turn(member("Q"))) / 2 if "Q" in data else eye * zero
    minus = xp.wide(-c, (*batch, n))
    if not matrices:
        x, dual = xp.solve(q, minus), minus[..., :0]
    else:
        g, active = xp.cat(matrices, -2), xp.cat(on, -1)
        g = g * active[..., None]
        # The multiplier of a limit that is not active is zero.
        m = active.shape[-1]
        idle = xp.full(c, np.eye(m)) * (1 - active)[..., None]
        system = xp.cat([xp.cat([q, xp.turn(g)], -1), xp.cat([g, idle], -1)], -2)
        both = xp.solve(system, xp.cat([minus, active * xp.cat(limits, -1)], -1))
        x, dual = both[..., :n], both[..., n:]
    p = data["b"].shape[-1] if "A" in data else 0
    m = data["G"].shape[-2] if "G" in data else 0
    w = dual[..., p + m :]
    return x, dual[..., :p], dual[..., p : p + m], w if w.shape[-1] else minus * 0


def active(program: Any, data: Mapping[str, np.ndarray], solution: Mapping[str, np.ndarray], codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which limits are active: ``rows`` and ``sides`` of :func:`near`. Where that is not strict, there is no second derivative: an error."""
    bad = np.flatnonzero(~solved(codes))
    if bad.size:
        raise FloatingPointError(f"the program{_member(bad, codes)} has no solution to differentiate twice")
    data = {name: a for name, a in data.items() if name not in program.unknowns}
    x = solution["x"]
    product = (data["G"] @ x[..., None])[..., 0] if "G" in data else np.zeros((*x.shape[:-1], 0))
    largest = 1 + max((np.abs(solution[name]).max(initial=0.0) for name in ("y", "z", "w")), default=0.0)
    found = []
    for what, at, name, upper, lower in (("rows of G", product, "z", "h", "low"), ("bounds", x, "w", "upper", "lower")):
        rooms = [
            np.broadcast_to(sign * (data[k] - at) if k in data else np.inf, at.shape) / (1 + np.abs(at)) for k, sign in ((upper, 1), (lower, -1))
        ]
        dual = solution[name] / largest if solution[name].shape == at.shape else np.zeros(at.shape)
        side = np.where(dual >= 0, 1.0, -1.0)
        room = np.where(dual >= 0, *rooms)
        side = np.where(np.minimum(*rooms) == room, side, np.where(np.abs(dual) > room, side, -side))
        room = np.where(side > 0, *rooms)
        equal = np.maximum(*rooms) <= _STRICT  # both limits are one equation
        loose = ~equal & (np.maximum(room, np.abs(dual)) < _STRICT)
        if loose.any():
            raise FloatingPointError(
                f"a solution{_member(np.argwhere(loose)[:, 0], codes)} is at limits whose multipliers are zero ({what}, place "
                f"{np.argwhere(loose)[0][-1]}): there is no second derivative"
            )
        found.append(np.where(equal | (np.abs(dual) > room), side, 0.0))
    rows, sides = found
    try:
        again = near(Arrays, data, rows, sides)[0]
    except np.linalg.LinAlgError:
        again = np.full(x.shape, np.nan)
    allowed = max(1e-6, 100 * (program.options["tol"] or 1e-6)) * (1 + np.abs(x).max(initial=0.0))
    wrong = ~(np.abs(again - x).max(axis=-1, initial=0.0) <= allowed)
    if wrong.any():
        raise FloatingPointError(
            f"the active rows and Q do not determine the solution{_member(np.flatnonzero(wrong), codes)}: there is no second derivative"
        )
    return rows, sides


def _member(members: Sequence[int] | np.ndarray, codes: np.ndarray) -> str:
    return f" of member {int(members[0])}" if codes.ndim else ""
