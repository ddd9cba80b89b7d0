"""Bounds and constraints, with SciPy's names. SciPy's own are taken too, wherever these are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass
class Bounds:
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


@dataclass
class LinearConstraint:
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


@dataclass
class NonlinearConstraint:
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
