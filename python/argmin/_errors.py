"""The errors and warnings of the package."""

from __future__ import annotations

from ._scipy import AnyUserWarning, kin


class InputError(ValueError, AssertionError):
    """Something given to the package is not what it takes; the message names it.

    It is an AssertionError too, because programs written for dict-minimize expect that.
    """


class ShapeError(InputError, TypeError):
    """A function of the user has returned something of another shape than wanted. SciPy raises a TypeError there."""


class UnknownNameError(InputError, KeyError):
    """A name that the start point does not have."""

    def __str__(self) -> str:
        return ValueError.__str__(self)


@kin
class OptimizeWarning(AnyUserWarning):
    """Something about a search that may not be meant so, such as an option that its method does not have."""


class ConvergenceWarning(OptimizeWarning):
    """A search has ended without a solution, and nothing else would have said so."""
