"""Solutions as differentiable functions of their data, of NumPy, JAX, PyTorch and TensorFlow arrays."""

from ._convex import QP, ConeProgram, ConeSolution, Solution
from ._implicit import Layer, fixed_point, minimizer, root

__all__ = ["QP", "ConeProgram", "ConeSolution", "Layer", "Solution", "fixed_point", "minimizer", "root"]
