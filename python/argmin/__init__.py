"""Optimizers over named tensors.

``numpy_api``, ``jax_api``, ``torch_api`` and ``tensorflow_api`` have ``minimize`` for the tensors of a framework; ``optimize``
has the functions of ``scipy.optimize``; ``layers`` has solvers that a framework differentiates; ``programs`` runs functions of
JAX in Go; ``num`` is a small NumPy whose functions are traced. Each is imported when it is first used.
"""

import importlib
from typing import Any

from ._constraints import Bounds, LinearConstraint, NonlinearConstraint
from ._errors import ConvergenceWarning, InputError, OptimizeWarning
from ._result import OptimizeResult
from ._tree import register_pytree_node
from ._version import __version__

__all__ = [
    "Bounds",
    "ConvergenceWarning",
    "InputError",
    "LinearConstraint",
    "NonlinearConstraint",
    "OptimizeResult",
    "OptimizeWarning",
    "__version__",
    "register_pytree_node",
]

_modules = ("jax_api", "layers", "num", "numpy_api", "optimize", "programs", "tensorflow_api", "torch_api")


def __getattr__(name: str) -> Any:
    if name in _modules:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, *_modules])
