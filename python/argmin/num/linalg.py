"""NumPy's linear algebra: ``from argmin.num import linalg``."""

from ._linalg import cholesky, det, eigh, eigvalsh, inv, norm, qr, slogdet, solve, solve_triangular, svd

__all__ = ["cholesky", "det", "eigh", "eigvalsh", "inv", "norm", "qr", "slogdet", "solve", "solve_triangular", "svd"]
