"""Quadratic and cone programs as layers: batched in the library, differentiable in all of their data."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import _door
from .._errors import ConvergenceWarning, InputError

_RANK = {"Q": 2, "A": 2, "G": 2, "c": 1, "b": 1, "low": 1, "h": 1, "lower": 1, "upper": 1}


class Solution(NamedTuple):
    """A solution of a quadratic program, or a batch of them.

    Multipliers are how much the least value falls as a limit grows. There are none for limits that are not given.
    """

    x: Any  #: the variables, of shape (n,)
    y: Any  #: multipliers of ``A x = b``, of shape (p,)
    z: Any  #: multipliers of ``low <= G x <= h``, of shape (m,)
    w: Any  #: multipliers of ``lower <= x <= upper``, of shape (n,)


class ConeSolution(NamedTuple):
    """A solution of a cone program, or a batch of them."""

    x: Any  #: the variables, of shape (n,)
    y: Any  #: the multipliers, of shape (m,): how much the least value falls as ``b`` grows
    s: Any  #: the slacks ``b - A x``, of shape (m,)


class _Program:
    """What both kinds of programs share: a solve and the derivative of a solution, on NumPy arrays."""

    kind: str
    unknowns: tuple[str, ...]

    def __init__(self, method: str | None, tol: float | None, maxiter: int | None, **options: Any) -> None:
        self.options = {"method": method or "", "tol": tol, "maxiter": maxiter, **options}

    def _shared(self, data: dict[str, np.ndarray]) -> tuple[dict[str, Any], tuple[int, ...]]:
        """The options for these data, and the shape of the batch."""
        sizes = set()
        shared = []
        for name, a in data.items():
            extra = a.ndim - _RANK[name]
            if extra not in (0, 1):
                raise InputError(f"{name} has shape {a.shape}, want {_RANK[name]} axes, or one more for a batch")
            if extra:
                sizes.add(a.shape[0])
            else:
                shared.append(name)
        if len(sizes) > 1:
            raise InputError("the arrays have batches of " + ", ".join(
                f"{a.shape[0]} ({name})" for name, a in data.items() if a.ndim > _RANK[name]))
        batched = bool(sizes)
        return {**self.options, "batched": batched, "shared": sorted(shared) if batched else []}, tuple(sizes)

    def solve(self, data: dict[str, np.ndarray]) -> dict[str, Any]:
        """The solution by name, and the codes of its members."""
        options, _ = self._shared(data)
        try:
            return _door.solve(self.kind, options, data)
        except _door.Failure as e:
            raise InputError(str(e).removeprefix(self.kind + ": ")) from None

    def pull(self, data: dict[str, np.ndarray], solution: dict[str, np.ndarray], ct: dict[str, np.ndarray]) -> dict[str, Any]:
        """The cotangents of the data for those of a solution."""
        options, batch = self._shared(data)
        points = {name: solution[name] for name in self.unknowns if name in solution}
        given = {"d" + name: np.ascontiguousarray(ct[name]) if name in ct else np.zeros_like(points[name]) for name in points}
        try:
            grads = _door.solve(self.kind + "_vjp", options, {**data, **points, **given})
        except _door.Failure as e:
            raise InputError(str(e).removeprefix(self.kind + "_vjp: ")) from None
        for name in options["shared"]:  # what all members share has the sum of theirs
            if name in grads:
                grads[name] = grads[name].sum(axis=0)
        return grads

    def check(self, result: dict[str, Any]) -> None:
        """Warns of members without a solution."""
        codes = np.atleast_1d(result["code"])
        names = result["codes"]
        bad = [i for i, c in enumerate(codes) if names[c] != "converged"]
        if bad:
            first = ", ".join(f"{names[codes[i]]}" + (f" (member {i})" if codes.size > 1 else "") for i in bad[:3])
            warnings.warn(f"{len(bad)} of {codes.size} programs have no solution: {first}", ConvergenceWarning, stacklevel=4)

    def refuse(self, codes: np.ndarray, names: Sequence[str]) -> None:
        """Raises an error for derivatives of what is no solution."""
        bad = [(i, names[c]) for i, c in enumerate(np.atleast_1d(codes)) if names[c] != "converged"]
        if bad:
            raise FloatingPointError(f"{len(bad)} programs have no solution to differentiate, the first is number {bad[0][0]}: {bad[0][1]}")

    def _call(self, data: dict[str, Any]) -> tuple[Any, ...]:
        """The unknowns for data of any framework, in which they are differentiable."""
        data = {name: a for name, a in data.items() if a is not None}
        torch, jax, tf = (sys.modules.get(name) for name in ("torch", "jax", "tensorflow"))
        if torch is not None and any(isinstance(a, torch.Tensor) for a in data.values()):
            from . import _torch

            return _torch.call(self, data)
        if jax is not None and any(isinstance(a, jax.Array) for a in data.values()):
            from . import _jax

            return _jax.call(self, data)
        if tf is not None and any(isinstance(a, (tf.Tensor, tf.Variable)) for a in data.values()):
            from . import _tensorflow

            return _tensorflow.call(self, data)
        arrays = {name: np.asarray(a, dtype=np.float64) for name, a in data.items()}
        r = self.solve(arrays)
        self.check(r)
        return tuple(r[name] for name in self.unknowns)


class QP(_Program):
    """Quadratic programs as a layer.

    ``QP()(Q, c, A, b, G, h)`` is the solution of::

        min  1/2 x.Q.x + c.x   over x with  A x = b,  low <= G x <= h,  lower <= x <= upper

    for positive semidefinite ``Q``, as NumPy, JAX, PyTorch or TensorFlow arrays like those given, differentiable in all of them. Arrays with one more
    axis in front are batches, which are solved together, each to its own end; the others are shared by all members.

    Parameters
    ----------
    method : {"ProximalInteriorPoint", "OSQP"}, optional
    tol : float, optional
        The largest residual of an accepted solution, relative to the program's numbers; default 1e-6 by "OSQP", else 1e-9.
    maxiter : int, optional
    smoothing : float, optional
        A complementarity at which derivatives are taken, so that they are informative where a limit is about to become active; default 0.

    Examples
    --------
    >>> qp = QP()
    >>> x, *_ = qp(np.eye(2), np.array([-1.0, -3.0]), G=np.array([[1.0, 1.0]]), h=np.array([2.0]))
    >>> (x.round(6) + 0).tolist()
    [0.0, 2.0]
    """

    kind = "quadratic"
    unknowns = ("x", "y", "z", "w")

    def __init__(self, method: str | None = None, *, tol: float | None = None, maxiter: int | None = None, smoothing: float = 0.0) -> None:
        super().__init__(method, tol or 1e-9 if method != "OSQP" else tol, maxiter, smoothing=smoothing)

    def __call__(self, Q: Any, c: Any, A: Any = None, b: Any = None, G: Any = None, h: Any = None, low: Any = None, lower: Any = None,
                 upper: Any = None) -> Solution:
        """The solution of the program with these data, of shapes (n, n), (n,), (p, n), (p,), (m, n), (m,), (m,), (n,) and (n,)."""
        for name, a, limits in (("A", A, (b,)), ("G", G, (h, low))):
            if (a is None) != all(v is None for v in limits):
                raise InputError(f"{name} and its limits belong together: give both or neither")
        return Solution(*self._call({"Q": Q, "c": c, "A": A, "b": b, "G": G, "h": h, "low": low, "lower": lower, "upper": upper}))


class ConeProgram(_Program):
    """Cone programs as a layer.

    ``ConeProgram(cones)(Q, c, A, b)`` is the solution ``(x, y, s)`` of::

        min  1/2 x.Q.x + c.x   over x, s with  A x + s = b,  s in the cones

    as NumPy, JAX, PyTorch or TensorFlow arrays like those given, differentiable in all of them, for one program or a batch.

    Parameters
    ----------
    cones : list of (kind, size)
        In the order of the rows: ``("zero", n)``, ``("nonnegative", n)``, ``("second-order", n)``, ``("psd", order)`` (the lower triangle by
        columns, off-diagonal entries times the square root of 2), ``("exponential", 3)``, ``("power", alpha)``.
    tol : float, optional
    maxiter : int, optional

    Examples
    --------
    >>> socp = ConeProgram([("second-order", 3)])  # the point of the unit disc that is furthest to the left
    >>> A = np.array([[0.0, 0.0], [-1.0, 0.0], [0.0, -1.0]])
    >>> x, *_ = socp(None, np.array([1.0, 0.0]), A, np.array([1.0, 0.0, 0.0]))
    >>> (x.round(6) + 0).tolist()
    [-1.0, 0.0]
    """

    kind = "conic"
    unknowns = ("x", "y", "s")

    def __init__(self, cones: Sequence[tuple[str, float]], *, tol: float | None = None, maxiter: int | None = None) -> None:
        listed = [{"kind": kind, "alpha": float(size)} if kind == "power" else {"kind": kind, "dim": int(size)} for kind, size in cones]
        super().__init__(None, tol or 1e-9, maxiter, cones=listed)

    def __call__(self, Q: Any, c: Any, A: Any, b: Any) -> ConeSolution:
        """The solution of the program with these data, of shapes (n, n) or None, (n,), (m, n) and (m,)."""
        return ConeSolution(*self._call({"Q": Q, "c": c, "A": A, "b": b}))
