"""The names of ``scipy.optimize``, on argmin: ``from argmin import optimize`` replaces the import."""

from .._constraints import Bounds, LinearConstraint, NonlinearConstraint
from .._errors import OptimizeWarning
from .._result import OptimizeResult
from ._leastsq import curve_fit, least_squares, leastsq
from ._root import (
    NoConvergence, anderson, broyden1, broyden2, diagbroyden, excitingmixing, fsolve, linearmixing, newton_krylov, root,
)
from ._scalar import (
    BracketError, RootResults, bisect, bracket, brent, brenth, brentq, fixed_point, fminbound, golden, minimize_scalar, newton, ridder,
    root_scalar, toms748,
)
