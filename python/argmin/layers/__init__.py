"""Solutions as differentiable functions of their data, of NumPy, JAX and PyTorch arrays."""

from ._convex import QP, ConeProgram, ConeSolution, Solution

__all__ = ["QP", "ConeProgram", "ConeSolution", "Solution"]
