"""What SciPy reports of a search by "trust-constr"."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .._result import OptimizeResult
from .._vector import Constraint
from ._differences import differences


class TrustConstr:
    """The state of a search for its callback, and the fields of its result.

    The steps are not those of SciPy's method: no conjugate gradients and no penalty are in them, so that ``cg_niter`` and
    ``cg_stop_cond`` are 0 and ``constr_penalty`` is NaN. Bounds count as the last constraint.
    """

    def __init__(self, constraints: Sequence[Constraint], box: tuple[Any, Any]) -> None:
        self.started = time.perf_counter()
        self.box = box
        self.counts = {name: [0] * len(constraints) for name in ("fun", "jac", "hess")}
        self.given = constraints
        self.last: list[tuple[np.ndarray, np.ndarray] | None] = [None] * len(constraints)  # evaluations: point, value
        self.watched = [self._watch(i, c) for i, c in enumerate(constraints)]
        self.bounded = box[0] is not None or box[1] is not None
        inequalities = self.bounded or any(np.any(c.lower != c.upper) for c in constraints)
        self.method = "tr_interior_point" if inequalities else "equality_constrained_sqp"

    def _watch(self, i: int, c: Constraint) -> Constraint:
        """The constraint with its evaluations counted."""

        def counted(name: str, f: Any) -> Any:
            def call(*args: Any) -> Any:
                self.counts[name][i] += 1
                v = f(*args)
                if name == "fun":
                    self.last[i] = args[0].copy(), args[1].copy()
                return v

            return None if f is None else call

        return c._replace(fun=counted("fun", c.fun), jac=counted("jac", c.jac), hess=counted("hess", c.hess))

    def state(self) -> dict[str, Any]:
        """What is known of the search at any time."""
        none = [0] if self.bounded else []
        return {
            "method": self.method,
            "status": 0,
            "cg_niter": 0,
            "cg_stop_cond": 0,
            "constr_penalty": np.nan,
            "execution_time": time.perf_counter() - self.started,
            "constr_nfev": self.counts["fun"] + none,
            "constr_njev": self.counts["jac"] + none,
            "constr_nhev": self.counts["hess"] + none,
        }

    def at(self, x: np.ndarray, f: float, g: Any, counts: np.ndarray) -> OptimizeResult:
        """The state for a callback. What the iterations do not tell is NaN."""
        nit, nfev, njev, nhev, maxcv = counts.tolist()
        s = OptimizeResult(x=x, fun=f, grad=g, **self.state())
        s.update(nit=int(nit), niter=int(nit), nfev=int(nfev), njev=int(njev), nhev=int(nhev), constr_violation=maxcv)
        free = not self.given and not self.bounded and g is not None
        s.update(optimality=float(np.abs(g).max(initial=0.0)) if free else np.nan, tr_radius=np.nan)
        s["constr"] = self._values(x)
        if self.method == "tr_interior_point":
            s.update(barrier_parameter=np.nan, barrier_tolerance=np.nan)
        return s

    def _values(self, x: np.ndarray) -> list[np.ndarray]:
        values = []
        for c, last in zip(self.given, self.last):
            v = np.zeros(len(c.lower))
            if c.A is not None:
                v[:] = c.A @ x
            elif last is not None and np.array_equal(last[0], x):
                v = last[1].copy()
            elif c.fun is not None:
                c.fun(x, v)
            values.append(v)
        return values + ([x.copy()] if self.bounded else [])

    def _jacobians(self, x: np.ndarray, values: Sequence[np.ndarray]) -> list[np.ndarray]:
        all_of_them = []
        for c, v in zip(self.given, values):
            j = np.zeros((len(v), x.size))
            if c.A is not None:
                j[:] = c.A
            elif c.jac is not None:
                c.jac(x, j.reshape(-1))
            elif c.fun is not None:
                lower, upper = self.box
                j[:] = differences(_values_of(c.fun, len(v)), x, lower=lower, upper=upper, at_x=v, signed=True)
            all_of_them.append(j)
        return all_of_them + ([np.eye(x.size)] if self.bounded else [])

    def finish(self, r: OptimizeResult) -> None:
        """Adds the fields of the result. The multipliers ``v`` are those of ``fun + v . constraint``."""
        n = r.x.size
        values = self._values(r.x)
        jacobians = self._jacobians(r.x, values)
        rows = [len(c.lower) for c in self.given]
        multipliers = -np.asarray(r.get("multipliers", np.zeros(sum(rows))))
        each = np.split(multipliers, np.cumsum(rows)[:-1]) if rows else []
        if self.bounded:
            each.append(-np.asarray(r.get("bound_multipliers", np.zeros(n))))
        gradient = r.get("jac", np.full(n, np.nan))
        known = self.state()
        r.update({k: v for k, v in known.items() if k != "status"})
        r.update(
            grad=gradient,
            lagrangian_grad=gradient + sum((j.T @ m for j, m in zip(jacobians, each)), np.zeros(n)),
            constr=values,
            jac=jacobians,
            v=each,
            niter=r.nit,
            constr_violation=float(r.get("maxcv", 0.0)),
            optimality=float(r.get("optimality", np.nan)),
            tr_radius=float(r.get("tr_radius", np.nan)),
        )
        barrier = r.pop("barrier_parameter", 0.0)
        if self.method == "tr_interior_point":  # SciPy lowers both alike
            r["barrier_parameter"] = r["barrier_tolerance"] = float(barrier)


def _values_of(fun: Any, m: int) -> Callable[[np.ndarray], np.ndarray]:
    """A constraint as a function that returns its m values."""

    def call(x: np.ndarray) -> np.ndarray:
        v = np.zeros(m)
        fun(x, v)
        return v

    return call
