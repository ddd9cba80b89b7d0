"""Bounds and constraints, with SciPy's names. SciPy's own are taken too, wherever these are."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._errors import InputError
from ._scipy import AnyObject, join, kin


def _array(limit: Any) -> Any:
    """A number, or numbers in a list or of NumPy's, as an array; a tree, or an array of a framework, as it is."""
    if isinstance(limit, (int, float, np.ndarray, np.generic)):
        return np.atleast_1d(limit)
    if isinstance(limit, (list, tuple)) and all(isinstance(v, (int, float, np.generic)) for v in limit):
        return np.array(limit)
    return limit



@kin
@dataclass(eq=False)
class Bounds(AnyObject):
    """Limits of the variables: ``lb <= x <= ub``, elementwise.

    Parameters
    ----------
    lb, ub : float, array or tree
        The limits, broadcast to the variables; -inf and inf where there is none.
    keep_feasible : bool
        For SciPy's sake: bounds always hold wherever a function is evaluated.
    """

    lb: Any = -np.inf
    ub: Any = np.inf
    keep_feasible: Any = False

    def __post_init__(self) -> None:
        join()
        parts = _array(self.lb), _array(self.ub), _array(self.keep_feasible)
        arrays = [p for p in parts if isinstance(p, np.ndarray)]
        try:
            shape = np.broadcast_shapes(*[a.shape for a in arrays])
        except ValueError:
            raise InputError(
                "lb, ub and keep_feasible must be broadcastable: their shapes are "
                f"{', '.join([str(np.shape(p)) for p in parts])}"
            ) from None
        self.lb, self.ub, self.keep_feasible = (
            np.broadcast_to(p, shape) if isinstance(p, np.ndarray) else p for p in parts
        )

    def residual(self, x: Any) -> tuple[Any, Any]:
        """The distances of ``x`` from both limits, negative where it is outside."""
        return x - self.lb, self.ub - x


@kin
@dataclass(eq=False)
class LinearConstraint(AnyObject):
    """A condition on the solution: ``lb <= A x <= ub``, elementwise.

    Parameters
    ----------
    A : array of shape (m, n), or tree
        The coefficients. By name, each has the shape of the value followed by the shape of its tensor, and tensors that
        are missing do not count.
    lb, ub : float or array
        The limits, broadcast to the value; equal ones make an equation.
    keep_feasible : bool
        Whether the method "trust-constr" evaluates the objective only where the constraint holds.
    """

    A: Any
    lb: Any = -np.inf
    ub: Any = np.inf
    keep_feasible: Any = False

    def __post_init__(self) -> None:
        join()

    def residual(self, x: Any) -> tuple[Any, Any]:
        """The distances of ``A @ x`` from both limits, negative where it is outside."""
        value = np.asarray(self.A) @ x if isinstance(self.A, (list, tuple)) else self.A @ x
        return value - self.lb, self.ub - value


@kin
@dataclass(eq=False)
class NonlinearConstraint(AnyObject):
    """A condition on the solution: ``lb <= fun(x) <= ub``, elementwise.

    Parameters
    ----------
    fun : callable
        ``fun(x)`` is a number or an array.
    lb, ub : float or array
        The limits, broadcast to the value; equal ones make an equation.
    jac : callable or {"2-point", "3-point", None}
        ``jac(x)`` is the Jacobian. Otherwise it is found by the framework, or by finite differences.
    hess : callable or None
        ``hess(x, v)`` is the Hessian of ``v . fun``, for the method "trust-constr".
    keep_feasible : bool
        Whether the method "trust-constr" evaluates the objective only where the constraint holds.
    finite_diff_rel_step, finite_diff_jac_sparsity
        For SciPy's sake.
    """

    fun: Any
    lb: Any
    ub: Any
    jac: Any = "2-point"
    hess: Any = None
    keep_feasible: Any = False
    finite_diff_rel_step: Any = None
    finite_diff_jac_sparsity: Any = None

    def __post_init__(self) -> None:
        join()
        if self.hess is None and "scipy.optimize" in sys.modules:
            self.hess = sys.modules["scipy.optimize"].BFGS()  # which SciPy's methods want; those here take it for None
