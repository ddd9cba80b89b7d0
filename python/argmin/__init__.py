"""Optimizers over named tensors.

``numpy_api``, ``jax_api``, ``torch_api`` and ``tensorflow_api`` have ``minimize`` for the tensors of a framework.
"""

from ._constraints import Bounds, LinearConstraint, NonlinearConstraint
from ._errors import ConvergenceWarning, InputError, OptimizeWarning
from ._result import OptimizeResult
from ._tree import register_pytree_node

__all__ = [
    "Bounds",
    "ConvergenceWarning",
    "InputError",
    "LinearConstraint",
    "NonlinearConstraint",
    "OptimizeResult",
    "OptimizeWarning",
    "register_pytree_node",
]
