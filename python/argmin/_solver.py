"""Solvers of problems that are programs: a whole solve runs in the library, without a call back to Python."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from . import _door
from . import _program as programs
from ._program import Builder, Program, Type

# How many problems of different shapes a solver keeps.
_ROOM = 64


class Frontend(Protocol):
    """How functions are traced, and what trees they take."""

    def flatten(self, tree: Any) -> tuple[list[np.ndarray], Any]:
        """The arrays of a tree, and its structure, which can be compared and hashed."""

    def unflatten(self, structure: Any, leaves: Sequence[Any]) -> Any:
        """The tree of arrays."""

    def trace(
        self, fun: Callable[..., Any], structures: Sequence[Any], types: Sequence[Sequence[Type]]
    ) -> tuple[Program, Any]:
        """The program of a function for arguments of these structures and types, and the structure of its result."""


@functools.cache
def facts() -> dict[str, Any]:
    """What the library says about its methods, their options, and the ways in which a solve can end."""
    return _door.solve("programs", {}, {})


# SciPy's names of methods that have another one here.
_ALIASES = {
    "lbfgs": "LBFGS",
    "bfgs": "BFGS",
    "lbfgsb": "LBFGSB",
    "cg": "NonlinearCG",
    "newtoncg": "NewtonCG",
    "neldermead": "NelderMead",
    "lm": "LevenbergMarquardt",
    "trf": "TrustRegionReflective",
    "dogbox": "TrustRegionReflective",
    "hybr": "Hybrid",
    "krylov": "NewtonKrylov",
    "broyden1": "Broyden",
    "anderson": "AndersonAcceleration",
}

# Names of options that users know from SciPy and jaxopt.
_OPTION_ALIASES = {
    "maxiter": "max_iter",
    "history_size": "memory",
    "maxcor": "memory",
    "gtol": "tol",
    "linesearch": "line_search",
    "stepsize": "step_size",
}


def find_method(method: str | None, kind: str | None, bounded: bool) -> tuple[str, str]:
    """The kind of problem and the name of the method."""
    kinds = facts()["methods"]
    if kind is not None and kind not in kinds:
        raise ValueError(f"kind is {kind!r}, want one of {', '.join(kinds)}")
    base = kind or "minimize"
    if method is None:
        return ("bounded_least_squares" if base == "least_squares" else "bounded") if bounded and base in (
            "minimize",
            "least_squares",
        ) else base, ""
    key = method.lower().replace("-", "").replace("_", "")
    for k in [kind] if kind else list(kinds):
        for name in kinds[k]:
            if name.lower() == key or name == _ALIASES.get(key):
                return k, name
    if kind is not None:  # least_squares with the name of a method that takes bounds
        for name in kinds.get("bounded_" + kind, {}):
            if name.lower() == key or name == _ALIASES.get(key):
                return "bounded_" + kind, name
        raise ValueError(f"method is {method!r}, want one of {', '.join(kinds[kind])} for problems of the kind {kind}")
    raise ValueError(f"method is {method!r}, want one of {', '.join(n for k in kinds for n in kinds[k])}")


def solve_program(p: Program, n: int, kind: str, method: str, options: Mapping[str, Any]) -> Program:
    """The program of a whole solve: from the start, bounds if the kind has some, and data to the answer and its state.

    ``p`` takes the ``n`` arrays of the parameters, then the data.
    """
    start, data = p.takes[:n], p.takes[n:]
    takes = start * (3 if kind.startswith("bounded") else 1) + data
    b = Builder()
    ins = [b.variable() for _ in takes]
    constants = [b.variable() for _ in p.constants]
    state = Type((len(facts()["state"]),), np.dtype(np.float64))
    wide = np.result_type(*(t.dtype for t in start)) if start else state.dtype
    moving = len(takes) - len(data)
    operands = [*_as(b, ins[:moving], takes[:moving], wide), *ins[moving:], *constants]
    params = {"kind": kind, "method": method, "options": dict(options), "program": _widened(p, n, wide), "n": n}
    *found, end = b.emit("solver", operands, [*(Type(t.shape, wide) for t in start), state], params)
    return b.program(ins + constants, [*_as(b, found, start, wide, back=True), end], takes, [*start, state], p.constants)


def _as(b: Builder, xs: Sequence[Any], types: Sequence[Type], wide: Any, back: bool = False) -> list[Any]:
    """Arrays in the type of elements of the search, or from it back in their own."""
    return [
        x if t.dtype == wide else b.emit("convert_element_type", [x], [to], {"new_dtype": programs.dtype_name(to.dtype)})[0]
        for x, t, to in ((x, t, t if back else Type(t.shape, wide)) for x, t in zip(xs, types))
    ]


def _widened(p: Program, n: int, wide: Any) -> dict[str, Any]:
    """A program whose first ``n`` arrays, and its results, have the type of elements of the search: parameters may be of several."""
    floats = [t for t in (*p.takes[:n], *p.gives) if t.dtype.kind == "f"]
    if all(t.dtype == wide for t in floats):
        return p.body
    b = Builder()

    def write(args: list[int]) -> list[Any]:
        own = _as(b, args[:n], p.takes[:n], wide, back=True)
        return _as(b, b.emit("call", [*own, *args[n:]], p.gives, {"program": p.body}), p.gives, wide)

    return b.inner(len(p.takes) + len(p.constants), write)


class State:
    """How a solve ended. In a batch each number has one entry per member.

    Attributes
    ----------
    n_iter, n_fev, n_jev, n_failed : int
        Iterations, evaluations of the objective, of its gradient, and line searches that failed.
    error, value, step_size : float
        What ``tol`` bounds, the objective at the answer, and the last step as a multiple of the method's direction.
    status : str
        How the solve ended, such as ``"converged"`` or ``"iteration limit"``.
    success : bool
        Whether it converged.
    """

    def __init__(self, numbers: np.ndarray) -> None:
        self._numbers = numbers

    def __getattr__(self, name: str) -> Any:
        names = facts()["state"]
        if name not in names:
            raise AttributeError(f"the state has no {name!r}; it has {', '.join(names)}, status and success")
        v = self._numbers[..., names.index(name)]
        if name in ("error", "value", "step_size"):
            return float(v) if v.ndim == 0 else v
        return int(v) if v.ndim == 0 else v.astype(np.int64)

    @property
    def status(self) -> Any:
        """How the solve ended, in words."""
        codes = facts()["codes"]
        return codes[self.code] if self._numbers.ndim == 1 else np.asarray(codes, dtype=object)[self.code]

    @property
    def success(self) -> Any:
        """Whether it converged."""
        return self.code == facts()["codes"].index("converged")

    def __repr__(self) -> str:
        if self._numbers.ndim > 1:
            ends, counts = np.unique(self.status.astype(str), return_counts=True)
            return f"State({', '.join(f'{n} {end}' for end, n in zip(ends, counts))})"
        return (
            f"State({self.status} after {self.n_iter} iterations and {self.n_fev} evaluations: "
            f"error {self.error:.3g}, value {self.value:.9g})"
        )


@dataclass(frozen=True)
class Result:
    """The answer of a solver: the parameters, and how the solve ended."""

    params: Any
    state: State


@dataclass
class _Problem:
    """A problem for arguments of certain types."""

    solve: Program
    starts: int  # arrays of the parameters


def _plain(name: str, value: Any) -> Any:
    """The value of an option as Python's own number or string."""
    value = value.item() if isinstance(value, np.generic) else value
    if value is not None and not isinstance(value, (bool, int, float, str)):
        hint = "; data of fun are given after x0" if name == "args" else ""
        raise TypeError(f"option {name} is {value!r}, want a number, a string or a bool{hint}")
    return value


class Solver:
    """Solves problems whose function is traced once and then runs in the library, without Python.

    Use :class:`argmin.programs.Solver` for JAX functions, :class:`argmin.num.Solver` for those of ``argmin.num``.

    Parameters
    ----------
    fun : callable
        ``fun(params, *data)``: the objective, a scalar; for least squares the residuals; for roots and fixed points
        what has the structure of ``params``. Both may be any trees of arrays.
    method : str, optional
        One of ``LBFGS`` (the default), ``BFGS``, ``NonlinearCG``, ``GradientDescent``, ``Newton``, ``NewtonCG``,
        ``TrustRegion``, ``NelderMead``; within bounds ``LBFGSB``, ``ProjectedGradient``; for least squares
        ``LevenbergMarquardt``, ``GaussNewton``, ``Dogleg``, ``TrustRegionReflective`` (the default within bounds); for
        roots ``Newton``, ``NewtonKrylov``, ``Broyden``, ``Hybrid``; for fixed points ``AndersonAcceleration``,
        ``FixedPointIteration``. SciPy's names work where the method is the same.
    kind : str, optional
        ``"minimize"`` (the default), ``"least_squares"``, ``"root"`` or ``"fixed_point"``, if the
        method does not say it.
    **options
        Of all methods: ``max_iter``, ``tol``, ``linear`` (the solver of the derivative's linear system: ``"cg"``,
        ``"minres"``, ``"gmres"``, ``"bicgstab"``, ``"cholesky"``, ``"lu"``), ``unroll``, ``allow_unconverged``; and the
        method's own, such as ``memory`` or ``line_search`` (``"zoom"``, ``"backtracking"``, ``"hager-zhang"``).
    """

    frontend: Frontend

    def __init__(
        self, fun: Callable[..., Any], method: str | None = None, *, kind: str | None = None, **options: Any
    ) -> None:
        if not callable(fun):
            raise TypeError(f"fun is a {type(fun).__name__}, want a function")
        self.fun, self.method, self.kind = fun, method, kind
        self.options = {_OPTION_ALIASES.get(k, k): _plain(k, v) for k, v in options.items()}
        self._bounded = find_method(method, kind, False)[0].startswith("bounded")
        self._problems: dict[Any, _Problem] = {}

    def problem(self, trees: Sequence[Any], bounded: bool) -> tuple[_Problem, list[np.ndarray], Any]:
        """The problem for a start and data, their arrays, and the structure of the start."""
        flat = [self.frontend.flatten(t) for t in trees]
        start, structure = flat[0]
        start = [a if np.issubdtype(a.dtype, np.floating) else a.astype(np.float64) for a in start]
        leaves = [start, *[a for a, _ in flat[1:]]]
        key = (bounded, tuple(s for _, s in flat), tuple((a.shape, a.dtype) for group in leaves for a in group))
        p = self._problems.get(key)
        if p is None:
            structures = [s for _, s in flat]
            types = [[Type(a.shape, a.dtype) for a in group] for group in leaves]
            p = self._problems[key] = self._compile(structures, types, bounded)
            while len(self._problems) > _ROOM:
                del self._problems[next(iter(self._problems))]
        return p, [a for group in leaves for a in group], structure

    def _compile(self, structures: Sequence[Any], types: Sequence[Sequence[Type]], bounded: bool) -> _Problem:
        program, _ = self.frontend.trace(self.fun, structures, types)
        kind, method = find_method(self.method, self.kind, bounded)
        if bounded and not kind.startswith("bounded"):
            raise ValueError(
                f"method is {self.method!r}, want LBFGSB, ProjectedGradient or TrustRegionReflective for bounds"
            )
        if kind in ("minimize", "bounded") and (len(program.gives) != 1 or program.gives[0].shape != ()):
            raise ValueError(f"fun returned {', '.join(t.name for t in program.gives)}, want a scalar")
        return _Problem(solve_program(program, len(types[0]), kind, method, self.options), len(types[0]))

    def bounds(self, kind_bounded: bool, structure: Any, start: Sequence[np.ndarray], bounds: Any) -> list[np.ndarray]:
        """The arrays of lower and upper bounds, for each array of the start."""
        if not kind_bounded:
            return []
        if bounds is not None and (not isinstance(bounds, (list, tuple)) or len(bounds) != 2):
            raise ValueError(
                f"bounds is {bounds!r}, want a pair: the lower bounds and the upper bounds, each like x0, or a number, "
                "or None"
            )
        both = []
        for what, b, fill in zip(("lower", "upper"), bounds or (None, None), (-np.inf, np.inf)):
            if b is None or np.ndim(b) == 0 and not isinstance(b, (dict, list, tuple)):
                leaves = [np.asarray(fill if b is None else b)] * len(start)
            else:
                leaves, s = self.frontend.flatten(b)
                if s != structure:
                    raise ValueError(
                        f"the {what} bounds are {b!r}, whose structure is not that of x0; want bounds=(lower, upper), "
                        "each like x0"
                    )
            for leaf, a in zip(leaves, start):
                both.append(np.broadcast_to(np.asarray(leaf, a.dtype), a.shape))
        return both

    def run(self, x0: Any, *data: Any, bounds: tuple[Any, Any] | None = None) -> Result:
        """Solve from ``x0``.

        Parameters
        ----------
        x0 : tree of arrays
            Where the solve begins.
        *data : trees of arrays
            The other arguments of the function.
        bounds : pair of trees, optional
            Lower and upper bounds, each a tree like ``x0``, one number for all, or None for none.

        Returns
        -------
        Result
            ``params``, a tree like ``x0``, and ``state``. A solve that did not converge is not an error: see
            ``state.status``.
        """
        bounded = bounds is not None or self._bounded
        p, leaves, structure = self.problem((x0, *data), bounded)
        start = leaves[: p.starts]
        out = p.solve(*start, *self.bounds(bounded, structure, start, bounds), *leaves[p.starts :])
        return Result(self.answer(x0, structure, out[: p.starts]), State(out[p.starts]))

    def answer(self, x0: Any, structure: Any, leaves: Sequence[np.ndarray]) -> Any:
        """The tree of the parameters, in the arrays of the start."""
        return self.frontend.unflatten(structure, leaves)

    def run_batch(self, x0: Any, *data: Any, in_axes: Any = 0, bounds: tuple[Any, Any] | None = None) -> Result:
        """Solve a batch of problems, each to its own end.

        Parameters
        ----------
        x0, *data, bounds
            As in :meth:`run`; those with a batch have it as the axis that ``in_axes`` gives.
        in_axes : int, None, or a tuple of these
            The axis of the batch in ``x0`` and in each of ``data``; None for those that all members share. The bounds
            are shared.
        """
        trees = (x0, *data)
        axes = tuple(in_axes) if isinstance(in_axes, (tuple, list)) else (in_axes,) * len(trees)
        if len(axes) != len(trees):
            raise ValueError(
                f"in_axes has {len(axes)} entries, want {len(trees)}: one for x0 and one for each of the data"
            )
        flat = [self.frontend.flatten(t) for t in trees]
        sizes = {a.shape[axis] for (group, _), axis in zip(flat, axes) if axis is not None for a in group}
        if len(sizes) != 1:
            raise ValueError(f"the batch has the sizes {sorted(sizes)}, want one size along in_axes")
        size = sizes.pop()
        member = [
            self.frontend.unflatten(s, [a if axis is None else np.take(a, 0, axis) for a in group])
            for (group, s), axis in zip(flat, axes)
        ]
        bounded = bounds is not None or self._bounded
        p, first, structure = self.problem(member, bounded)
        limits = self.bounds(bounded, structure, first[: p.starts], bounds)
        each = [axis for (group, _), axis in zip(flat, axes) for _ in group]
        each = each[: p.starts] + [None] * len(limits) + each[p.starts :]
        leaves = [a for group, _ in flat for a in group]
        mapped = _mapped(p.solve, tuple(each), size)
        out = mapped(*leaves[: p.starts], *limits, *leaves[p.starts :])
        return Result(self.answer(x0, structure, out[: p.starts]), State(out[p.starts]))


def _mapped(program: Program, axes: tuple[int | None, ...], size: int) -> Program:
    """A program over a batch, kept with the program."""
    kept = program.__dict__.setdefault("_mapped", {})
    if (axes, size) not in kept:
        kept[axes, size] = programs.vmap(program, axes, size)
    mapped: Program = kept[axes, size]
    return mapped
