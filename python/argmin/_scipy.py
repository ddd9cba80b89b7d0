"""Kinship with SciPy: once ``scipy.optimize`` is loaded, classes of the package are subclasses of SciPy's.

A result, a warning or bounds made here then pass wherever SciPy or a program asks ``isinstance``. SciPy is not loaded
for that, as it takes longer to load than most searches take.
"""

from __future__ import annotations

import sys
from typing import Any, TypeVar

_Class = TypeVar("_Class", bound=type)


# Python lets a class get another base only if it has no builtin class among its own: these stand where SciPy's will.
class AnyObject:
    """The place of SciPy's class among the bases of one that is an object."""


class AnyDict(dict[str, Any]):
    """The place of SciPy's class among the bases of a dict."""


class AnyUserWarning(UserWarning):
    """The place of SciPy's class among the bases of a warning."""


class AnyRuntimeWarning(RuntimeWarning):
    """The place of SciPy's class among the bases of a warning of the run."""


class AnyException(Exception):
    """The place of SciPy's class among the bases of an exception."""


class AnyRuntimeError(RuntimeError):
    """The place of SciPy's class among the bases of an error of the run."""


_PLACES = (AnyObject, AnyDict, AnyUserWarning, AnyRuntimeWarning, AnyException, AnyRuntimeError)

# Where SciPy has the classes: not all are in scipy.optimize, or are SciPy's there where a program has put others.
_MODULES = ("scipy.optimize",) + tuple(
    f"scipy.optimize._{m}" for m in ("optimize", "constraints", "linesearch", "nonlin", "zeros_py")
)

_waiting: list[type] = []


def kin(cls: _Class) -> _Class:
    """A class that becomes a subclass of SciPy's of the same name."""
    _waiting.append(cls)
    return cls


def join() -> None:
    """Make those classes subclasses of SciPy's, if ``scipy.optimize`` is loaded and they are not yet."""
    if _waiting and "scipy.optimize" in sys.modules:
        _join()


def _join() -> None:
    spec = getattr(sys.modules["scipy.optimize"], "__spec__", None)
    if getattr(spec, "_initializing", False):
        return  # another thread is loading it
    while _waiting:
        cls = _waiting.pop(0)
        named = [getattr(sys.modules.get(m), cls.__name__, None) for m in _MODULES]
        theirs = [c for c in named if isinstance(c, type) and not issubclass(c, cls)]
        if theirs:
            cls.__bases__ = tuple(theirs[0] if b in _PLACES else b for b in cls.__bases__)
