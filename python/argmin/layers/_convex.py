"""Quadratic and cone programs as layers: batched in the library, differentiable in all of their data."""

from __future__ import annotations

import copy
import functools
import sys
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import _door
from .._errors import ConvergenceWarning, InputError
from .._quadratic import is_sparse, sparse_parts

_DEFAULTS = ("ProximalInteriorPoint", "HomogeneousEmbedding")
_NOTHING = ("infeasible", "unbounded", "not convex")  # ends at which there is no point to give


def rank(name: str) -> int:
    """The number of axes of the data or unknown of a name, without a batch."""
    return 2 if name in ("Q", "A", "G") else 0 if name == "code" else 1


def lead(shapes: Mapping[str, Any]) -> tuple[Any, ...]:
    """The axis of a batch of data of these shapes, if one of them has it."""
    return next((tuple(s[:1]) for name, s in shapes.items() if len(s) > rank(name)), ())


@functools.cache
def _names() -> list[str]:
    """The names of the codes."""
    names: list[str] = _door.solve("quadratic", {}, {"c": np.zeros(1), "Q": np.eye(1)})["codes"]
    return names


def solved(codes: np.ndarray) -> np.ndarray:
    """Which members have a solution."""
    members: np.ndarray = np.atleast_1d(codes) == _names().index("converged")
    return members


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


def even(xp: Any, Q: Any, eps: Any) -> Any:
    """Q without the differences across its diagonal that rounding to eps makes in a product such as ``B @ B.T``.

    Twice that of a sum of as many numbers as Q has columns, with random signs, counts as rounding.
    """
    turned = xp.swapaxes(Q, -1, -2)
    rounding = 2 * eps * Q.shape[-1] ** 0.5 * xp.amax(xp.abs(Q), (-2, -1), keepdims=True)
    return xp.where(xp.abs(Q - turned) <= rounding, Q / 2 + turned / 2, Q)


class _Program:
    """What both kinds of programs share: a solve and the derivative of a solution, on NumPy arrays."""

    kind: str
    unknowns: tuple[str, ...]

    def __init__(self, method: str | None, tol: float | None, maxiter: int | None, own: dict[str, Any], **options: Any) -> None:
        known = _door.methods()[self.kind]
        if method is not None and method not in known:
            raise InputError(f"method is {method!r}, want one of {', '.join(sorted(known))}")
        has = known[method or sorted(known, key=lambda name: name not in _DEFAULTS)[0]]["options"]
        for name in own:
            if name not in has:
                raise TypeError(f"{method or 'the default method'} has no option {name!r}; it has {', '.join(has) or 'none'}")
        self.options = {"method": method or "", "method_options": own, "tol": tol, "maxiter": maxiter, **options}
        self._last: _Program | None = None  # the one with the sparse matrices of the last call
        self.fixed: dict[str, Any] = {}  # sparse matrices, which are the same for all members, and constants

    def lengths(self, n: int, p: int, m: int) -> dict[str, int]:
        """The lengths of the unknowns, of n variables, p equations and m rows of inequalities."""
        return {"x": n, "y": p, "z": m, "w": n, "s": p}

    def _options(self, data: dict[str, np.ndarray]) -> dict[str, Any]:
        """The options for these data, among them which are shared by the members of a batch."""
        sizes = {}
        shared = list(self.fixed)
        for name, a in data.items():
            extra = a.ndim - rank(name)
            if extra not in (0, 1):
                raise InputError(f"{name} has shape {a.shape}, want {rank(name)} axes, or one more for a batch")
            if extra:
                sizes[name] = a.shape[0]
            else:
                shared.append(name)
        if len(set(sizes.values())) > 1:
            raise InputError("the arrays have batches of " + ", ".join(f"{size} ({name})" for name, size in sizes.items()))
        return {**self.options, "batched": bool(sizes), "shared": sorted(shared) if sizes else []}

    def _door(self, kind: str, options: dict[str, Any], arrays: dict[str, Any]) -> dict[str, Any]:
        dims = {}
        for name, a in self.fixed.items():
            parts, dims[name] = sparse_parts(name, a)
            arrays = {**arrays, **parts}
        try:
            return _door.solve(kind, {**options, "sparse": dims} if dims else options, arrays)
        except _door.Failure as e:
            raise InputError(str(e).removeprefix(kind + ": ")) from None

    def run(self, data: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """The solution by name, and the codes of its members. Those that are proven to have none are NaN, and warned of."""
        r = self._door(self.kind, self._options(data), data)
        codes, names = np.asarray(r["code"]), r["codes"]
        bad = [(i, names[c]) for i, c in enumerate(np.atleast_1d(codes)) if names[c] != "converged"]
        if bad:
            first = ", ".join(name + (f" (member {i})" if codes.ndim else "") for i, name in bad[:3])
            warnings.warn(f"{len(bad)} of {codes.size} programs have no solution: {first}", ConvergenceWarning, stacklevel=5)
        lost = np.isin(codes, [i for i, name in enumerate(names) if name in _NOTHING])
        solution = {name: np.where(lost[..., None], np.nan, r[name]) if lost.any() else r[name] for name in self.unknowns}
        return solution, codes

    def pull(self, data: dict[str, np.ndarray], solution: dict[str, np.ndarray], ct: dict[str, np.ndarray],
             codes: np.ndarray) -> dict[str, np.ndarray]:
        """The cotangents of the data for those of a solution.

        Of members of a batch without a solution they are NaN, unless nothing is asked of these: theirs are zero. What all members share
        has the sum of theirs.
        """
        options = self._options(data)
        bad = ~solved(codes)
        if bad.any() and not codes.ndim:
            raise FloatingPointError(f"the program has no solution to differentiate: {_names()[int(codes)]}")
        points = {name: solution[name] for name in self.unknowns}
        given = {name: np.asarray(ct[name]) if name in ct else np.zeros_like(points[name]) for name in points}
        asked = np.zeros(bad.size, bool)
        if bad.any():
            for name in points:
                asked |= bad & (given[name].reshape(bad.size, -1) != 0).any(axis=1)
                points[name], given[name] = (np.where(bad[:, None], 0.0, v) for v in (points[name], given[name]))
        start = [name for name in data if name in self.unknowns]
        options["shared"] = [name for name in options["shared"] if name not in start]
        arrays = {name: a for name, a in data.items() if name not in start}
        arrays |= points | {"d" + name: np.ascontiguousarray(v) for name, v in given.items()}
        grads = self._door(self.kind + "_vjp", options, arrays)
        out = {}
        for name, a in data.items():
            g = np.zeros(a.shape) if name in start else grads[name]
            if name == "Q":  # symmetric as Q is, so that a step along it keeps Q so
                g = (g + g.swapaxes(-1, -2)) / 2
            if options["batched"] and name not in start:
                wide = (slice(None),) + (None,) * (g.ndim - 1)
                g = np.where(bad[wide], np.where(asked[wide], np.nan, 0.0), g) if bad.any() else g
                g = g.sum(axis=0) if name in options["shared"] else g
            out[name] = g
        return out

    def _with(self, matrices: dict[str, Any]) -> _Program:
        """This program with sparse matrices; the same one again for the same matrices."""
        last = self._last
        if last is None or [(k, id(a)) for k, a in last.fixed.items()] != [(k, id(a)) for k, a in matrices.items()]:
            self._last = last = copy.copy(self)
            last.fixed, last._last = matrices, None
        return last

    def _call(self, data: dict[str, Any]) -> tuple[Any, ...]:
        """The unknowns for data of any framework, in which they are differentiable."""
        data = {name: np.asarray(a) if isinstance(a, (list, tuple)) else a for name, a in data.items()}
        for name in ("c", "A", "b") if self.kind == "conic" else ("c",):
            if data[name] is None:
                raise InputError(f"{name} is None, want an array, of zeros or without rows where there is nothing of it")
        if np.shape(data["c"])[-1:] == (0,):
            raise InputError(f"c has shape {tuple(np.shape(data['c']))}, want at least one variable")
        data = {name: a for name, a in data.items() if a is not None}
        for name, a in data.items():
            if "complex" in str(getattr(a, "dtype", "")):
                raise InputError(f"{name} has numbers of type {a.dtype}, want real ones")
        matrices = {name: a for name, a in data.items() if is_sparse(a)}
        if matrices:
            program = self._with(matrices)
            return program._call({name: a for name, a in data.items() if name not in matrices})
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
        if "Q" in data and getattr(data["Q"], "dtype", None) in (np.float16, np.float32):
            data["Q"] = even(np, data["Q"], float(np.finfo(data["Q"].dtype).eps))
        arrays = {name: np.asarray(a, dtype=np.float64) for name, a in data.items()}
        solution, _ = self.run(arrays)
        return tuple(solution[name] for name in self.unknowns)


class QP(_Program):
    """Quadratic programs as a layer.

    ``QP()(Q, c, A, b, G, h)`` is the solution of::

        min  1/2 x.Q.x + c.x   over x with  A x = b,  low <= G x <= h,  lower <= x <= upper

    for positive semidefinite ``Q``, as NumPy, JAX, PyTorch or TensorFlow arrays like those given, differentiable in all of them. Arrays with one more
    axis in front are batches, which are solved together, each to its own end; the others are shared by all members.

    ``Q``, ``A`` and ``G`` may be matrices of scipy.sparse, which are constants that all members share.

    Members of a batch that are infeasible, unbounded or not convex are NaN, with a warning; the others are not touched by them. The derivative
    in the data of such a member is NaN, or zero if the value computed from the solutions does not depend on it; ``torch.where(x.isnan(), 0.0, x)``
    and its like leave it out.

    Parameters
    ----------
    method : str, optional
        "ProximalInteriorPoint" (the default), "OSQP", "DualActiveSet" (small and dense, best from a warm start), "PDHG" (products only),
        "BoxCDQP" (no rows), "EqualityConstrainedQP" (no inequalities).
    tol : float, optional
        The largest residual of an accepted solution, relative to the program's numbers; default 1e-6 by "OSQP" and "PDHG", else 1e-9.
    maxiter : int, optional
    elastic : float, optional
        The price of violating a row by 1, so that there is always a solution: the rows count as ``elastic * sum(violations)``.
    squared : bool, optional
        Whether it is the price of half of the squares of the violations.
    **options
        The method's own, such as ``rho=1.0`` of "OSQP"; ``smoothing`` of the default method is a complementarity at which derivatives are
        taken, so that they are informative where a limit is about to become active.

    Examples
    --------
    >>> qp = QP()
    >>> x, *_ = qp(np.eye(2), np.array([-1.0, -3.0]), G=np.array([[1.0, 1.0]]), h=np.array([2.0]))
    >>> (x.round(6) + 0).tolist()
    [0.0, 2.0]
    """

    kind = "quadratic"
    unknowns = ("x", "y", "z", "w")

    def __init__(self, method: str | None = None, *, tol: float | None = None, maxiter: int | None = None, elastic: float | None = None,
                 squared: bool = False, **options: Any) -> None:
        if elastic is not None and not elastic > 0:
            raise InputError(f"elastic is {elastic}, want a positive price")
        price = {} if elastic is None else {"elastic": {"weight": float(elastic), "squared": bool(squared)}}
        tol = tol or (1e-9 if method not in ("OSQP", "PDHG") else None)
        super().__init__(method, tol, maxiter, {k: v for k, v in options.items() if v is not None}, **price)

    def lengths(self, n: int, p: int, m: int) -> dict[str, int]:
        """As of programs; an elastic one has its violations after the variables."""
        elastic = self.options.get("elastic")
        n += 0 if elastic is None else (p + m) * (1 if elastic["squared"] else 2)
        return {"x": n, "y": p, "z": m, "w": n}

    def __call__(self, Q: Any, c: Any, A: Any = None, b: Any = None, G: Any = None, h: Any = None, low: Any = None, lower: Any = None,
                 upper: Any = None, *, start: Solution | None = None) -> Solution:
        """The solution of the program with these data, of shapes (n, n), (n,), (p, n), (p,), (m, n), (m,), (m,), (n,) and (n,).

        Bounds may be numbers, for all variables.

        ``start`` is the solution of a program nearby, from which the search sets out; it takes no part in derivatives.
        """
        for name, a, limits in (("A", A, (b,)), ("G", G, (h, low))):
            if (a is None) != all(v is None for v in limits):
                raise InputError(f"{name} and its limits belong together: give both or neither")
        n = (np.shape(c) or (0,))[-1] if c is not None else 0
        lower, upper = (np.full(n, v, float) if isinstance(v, (int, float)) else v for v in (lower, upper))
        data = {"Q": Q, "c": c, "A": A, "b": b, "G": G, "h": h, "low": low, "lower": lower, "upper": upper}
        if start is not None:
            if "elastic" in self.options:
                raise InputError("an elastic program takes no start")
            rows = {"y": b is not None, "z": G is not None}
            data |= {name: a for name, a in start._asdict().items() if rows.get(name, True)}
        s = Solution(*self._call(data))
        return s if "elastic" not in self.options else Solution(s.x[..., :n], s.y, s.z, s.w[..., :n])


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
        super().__init__(None, tol or 1e-9, maxiter, {}, cones=listed)

    def __call__(self, Q: Any, c: Any, A: Any, b: Any) -> ConeSolution:
        """The solution of the program with these data, of shapes (n, n) or None, (n,), (m, n) and (m,)."""
        return ConeSolution(*self._call({"Q": Q, "c": c, "A": A, "b": b}))
