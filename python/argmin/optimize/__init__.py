"""The names of ``scipy.optimize``, on argmin: ``from argmin import optimize`` replaces the import."""

from . import elementwise
from .._constraints import Bounds, LinearConstraint, NonlinearConstraint
from .._errors import OptimizeWarning
from .._result import OptimizeResult
from ._curvefit import curve_fit
from ._differences import approx_fprime, check_grad
from ._fields import LbfgsInvHessProduct
from ._fmin import fmin, fmin_bfgs, fmin_cg, fmin_cobyla, fmin_l_bfgs_b, fmin_ncg, fmin_powell, fmin_slsqp, fmin_tnc
from ._isotonic import isotonic_regression
from ._leastsq import least_squares, leastsq
from ._limits import BFGS, SR1, HessianUpdateStrategy
from ._linesearch import LineSearchWarning, line_search
from ._linprog import linprog, linprog_verbose_callback
from ._lsqlinear import lsq_linear, nnls
from ._minimize import minimize
from ._options import show_options
from ._root import (
    NoConvergence,
    anderson,
    broyden1,
    broyden2,
    diagbroyden,
    excitingmixing,
    fsolve,
    linearmixing,
    newton_krylov,
    root,
)
from ._rootscalar import RootResults, bisect, brenth, brentq, fixed_point, newton, ridder, root_scalar, toms748
from ._rosen import rosen, rosen_der, rosen_hess, rosen_hess_prod
from ._scalar import BracketError, bracket, brent, fminbound, golden, minimize_scalar

__all__ = [
    "BFGS",
    "SR1",
    "Bounds",
    "BracketError",
    "HessianUpdateStrategy",
    "LbfgsInvHessProduct",
    "LineSearchWarning",
    "LinearConstraint",
    "NoConvergence",
    "NonlinearConstraint",
    "OptimizeResult",
    "OptimizeWarning",
    "RootResults",
    "anderson",
    "approx_fprime",
    "bisect",
    "bracket",
    "brent",
    "brenth",
    "brentq",
    "broyden1",
    "broyden2",
    "check_grad",
    "curve_fit",
    "diagbroyden",
    "elementwise",
    "excitingmixing",
    "fixed_point",
    "fmin",
    "fmin_bfgs",
    "fmin_cg",
    "fmin_cobyla",
    "fmin_l_bfgs_b",
    "fmin_ncg",
    "fmin_powell",
    "fmin_slsqp",
    "fmin_tnc",
    "fminbound",
    "fsolve",
    "golden",
    "least_squares",
    "isotonic_regression",
    "leastsq",
    "line_search",
    "linearmixing",
    "linprog",
    "linprog_verbose_callback",
    "lsq_linear",
    "minimize",
    "minimize_scalar",
    "newton",
    "newton_krylov",
    "nnls",
    "ridder",
    "root",
    "root_scalar",
    "rosen",
    "rosen_der",
    "rosen_hess",
    "rosen_hess_prod",
    "show_options",
    "toms748",
]

_ELSEWHERE = (
    "basinhopping",
    "brute",
    "differential_evolution",
    "direct",
    "dual_annealing",
    "linear_sum_assignment",
    "milp",
    "quadratic_assignment",
    "shgo",
    "BroydenFirst",
    "InverseJacobian",
    "KrylovJacobian",
)


def __getattr__(name: str) -> object:
    if name in _ELSEWHERE:
        raise AttributeError(f"argmin.optimize has no {name}; scipy.optimize has it")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
