"""One search on a vector of float64, with SciPy's names, options and warnings. The interfaces are written on it."""

from __future__ import annotations

import difflib
import functools
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from . import _door
from ._compiled import Compiled
from ._errors import OptimizeWarning
from ._result import OptimizeResult
from ._scipy import join

Raw = Callable[..., "float | None"]

# The vectors that functions of the objective take and set, by lengths: "n" variables, "1" number, "h" for n * n.
_SHAPES: dict[str, tuple[str, str]] = {
    "fun": ("n", "1"),
    "fun_grad": ("n", "1n"),
    "grad": ("n", "n"),
    "hess": ("n", "h"),
    "hessp": ("nn", "n"),
    "complex": ("nn", "11"),  # real and imaginary parts apart
}

# SciPy's options that are arguments of search, or are for the eyes.
_ELSEWHERE = ("disp", "iprint", "verbose", "return_all", "eps", "finite_diff_rel_step", "workers")


class Method(NamedTuple):
    """What is known of a method before a search."""

    name: str  # as SciPy spells it
    options: tuple[str, ...]  # the names of its own options
    bounds: bool  # it takes bounds
    constraints: bool  # it takes constraints
    hess: bool  # it needs the Hessian, or products with it
    values_only: bool  # it uses no gradient


class Constraint(NamedTuple):
    """A constraint on the vector: ``lower <= A x <= upper``, or the same of a function of m values.

    Functions fill in their last argument: ``fun(x, c)``, ``jac(x, j)`` with ``j`` of length m * n, row by row, and
    ``hess(x, v, h)`` with ``h`` of length n * n.
    """

    lower: np.ndarray
    upper: np.ndarray
    A: np.ndarray | None = None
    fun: Raw | None = None
    jac: Raw | None = None
    hess: Raw | None = None
    keep_feasible: bool = False


class Differences(NamedTuple):
    """How derivatives that are not given are found."""

    scheme: str | None = None  # "2-point" (the default), "3-point"
    rel_step: Any = None
    abs_step: Any = None
    func_error: float | None = None  # the relative error of the values
    workers: int | None = None  # how many threads evaluate at the same time


@functools.cache
def methods() -> dict[str, Method]:
    """The methods by their names in lower case."""
    known = _door.methods()["minimize"]
    return {
        name.lower(): Method(name, tuple(m["options"]), m["bounds"], m["constraints"], m["hess"], m["values_only"])
        for name, m in known.items()
    }


def method_named(name: str) -> Method:
    """The method with a name, in upper or lower case."""
    known = methods()
    if not isinstance(name, str):
        raise TypeError(f"method is a {type(name).__name__}, want a name, a callable or None")
    found = known.get(name.lower())
    if found is None:
        near = difflib.get_close_matches(name.lower(), known, 1)
        hint = f" (did you mean {known[near[0]].name!r}?)" if near else ""
        raise ValueError(f"Unknown solver {name!r}{hint}; the methods are {', '.join(m.name for m in known.values())}")
    return found


def default_method(bounded: bool, constrained: bool) -> Method:
    """The method for a problem for which none is chosen, as SciPy has it."""
    return method_named("SLSQP" if constrained else "L-BFGS-B" if bounded else "BFGS")


def split_options(method: Method, options: Mapping[str, Any] | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The options of the method itself, and those that are for the search. Others are warned of, as SciPy does."""
    own, other, unknown = {}, {}, []
    for name, value in (options or {}).items():
        if name in _ELSEWHERE and name not in method.options:
            other[name] = value
        elif name in method.options:
            own[name] = value
        else:
            unknown.append(name)
    if unknown:
        hints = [difflib.get_close_matches(str(name), method.options, 1) for name in unknown]
        known = "".join(f" (did you mean {near[0]!r}?)" for near in hints if near)
        warnings.warn(
            f"Unknown solver options: {', '.join(map(str, unknown))}{known}; those of {method.name} are "
            f"{', '.join(method.options)}",
            OptimizeWarning,
            stacklevel=_caller(),
        )
    return own, other


def _caller() -> int:
    """The stack level, for the function that calls this one, of the first frame that is not of this package."""
    level, frame = 1, sys._getframe(1)
    while frame is not None and str(frame.f_globals.get("__name__", "")).partition(".")[0] == "argmin":
        level, frame = level + 1, frame.f_back  # type: ignore[assignment]
    return level


def warn(text: str, category: type[Warning]) -> None:
    """Warn, at the line of the user that called this package."""
    join()
    warnings.warn(text, category, stacklevel=_caller())


def in_python(text: str, problem: Mapping[str, Any]) -> str:
    """What the library says of a problem, with the names of options as they are spelled here."""
    for package in ("minimize: ", "scalar: ", "root: ", "leastsq: "):
        text = text.removeprefix(package)
    names = [k for part in (problem, problem.get("method_options") or {}) for k in part]
    spelled = {name.replace("_", "").lower(): name for name in names if len(name) > 1}

    def spell(word: re.Match[str]) -> str:
        return spelled.get(word[0].lower(), word[0])

    return re.sub(r"\b[A-Z]+[a-z]\w*", spell, text)


def search(
    x0: np.ndarray,
    functions: Mapping[str, Raw],
    *,
    lower: np.ndarray | None = None,
    upper: np.ndarray | None = None,
    constraints: Sequence[Constraint] = (),
    method: Method | None = None,
    options: Mapping[str, Any] | None = None,
    tol: float | None = None,
    callback: Callable[[np.ndarray, float, np.ndarray | None, np.ndarray], None] | None = None,
    scale: np.ndarray | None = None,
    differences: Differences = Differences(),
    checkpoint: str | None = None,
    verification: bool = True,
) -> OptimizeResult:
    """Minimize a function of a vector by one of SciPy's methods.

    Parameters
    ----------
    x0 : array of shape (n,)
        The start.
    functions : dict
        ``fun(x, f)``, ``fun_grad(x, f, g)``, ``grad(x, g)``, ``hess(x, h)`` with ``h`` of length n * n and
        ``hessp(x, p, hp)``: each fills in its last arguments, or returns the value. All vectors are the search's own
        memory, which lives only during the call: what a user may keep must be a copy.
    lower, upper : array of shape (n,), optional
        Bounds, infinite where there is none.
    constraints : list of Constraint
    method : Method, optional
    options : dict, optional
        SciPy's options of the method.
    tol : float, optional
        For the method's own tolerances.
    callback : callable, optional
        ``callback(x, f, g, counts)`` after each iteration, with copies; ``g`` is None for methods without gradients,
        and counts are those of iterations, evaluations, gradients, Hessians, and the largest violation of a
        constraint. StopIteration ends the search.
    scale : array of shape (n,), optional
        The sizes of the variables.
    differences : Differences
    checkpoint : str, optional
        The name of a file that keeps the evaluations, from which the same call resumes.
    verification : bool
        Whether a success of the method is checked.

    Returns
    -------
    OptimizeResult
        With the fields of SciPy's, and ``reason``, the status in a word that is the same for all methods.
    """
    n = len(x0)
    constrained = bool(constraints)
    bounded = _bounded(lower, upper)
    method = method or default_method(bounded, constrained)
    if (method.hess or method.name == "Newton-CG") and not {"fun_grad", "grad"} & functions.keys():
        raise ValueError(f"Method {method.name} needs the gradient (jac)")
    own, other = split_options(method, options)
    if bounded and not method.bounds:
        warn(f"Method {method.name} cannot handle bounds.", RuntimeWarning)
    if constrained and not method.constraints:
        warn(f"Method {method.name} cannot handle constraints.", RuntimeWarning)
        constraints = ()
    takes_bounds = bounded and method.bounds
    history: list[np.ndarray] | None = [x0.copy()] if other.get("return_all") else None
    calls: dict[str, _door.Function] = {}
    arrays: dict[str, Any] = {"x0": x0, "scale": scale}
    programs = {}
    for name, given in functions.items():
        if isinstance(given, Compiled):
            programs[name] = given.program.body
            arrays |= {f"{name}.{i}": a for i, a in enumerate(given.program.constants)}
        else:
            calls[name] = _door.Function(given, *_lengths(name, n), getattr(given, "tree", None))
    if takes_bounds:
        arrays |= {"lower": lower, "upper": upper}
    arrays |= _steps(n, differences, other)
    for k, c in enumerate(constraints):
        arrays |= {f"constraints.{k}.lower": c.lower, f"constraints.{k}.upper": c.upper, f"constraints.{k}.A": c.A}
        m = len(c.lower)
        for name, f, takes, sets in (
            ("fun", c.fun, (n,), m),
            ("jac", c.jac, (n,), m * n),
            ("hess", c.hess, (n, m), n * n),
        ):
            if f is not None:
                calls[f"constraints.{k}.{name}"] = _door.Function(f, takes, (sets,))
    if callback is not None or history is not None:
        calls["callback"] = _door.Function(
            _callback(callback, history, method), (n, 1, 0 if method.values_only else n, 5), ()
        )
    scheme = differences.scheme
    if method.hess and not {"hess", "hessp"} & functions.keys():
        scheme = scheme or "2-point"
    problem = {
        "method": method.name,
        "programs": programs or None,
        "method_options": own or None,
        "tol": tol,
        "no_verification": None if verification else True,
        "checkpoint": checkpoint,
        "constraints": [{"keep_feasible": c.keep_feasible} for c in constraints] or None,
        "scheme": scheme,
        "func_error": differences.func_error,
        "workers": _workers(differences.workers, other),
    }
    try:
        result = OptimizeResult(_door.solve("minimize", problem, arrays, calls))
    except _door.Failure as e:
        raise ValueError(in_python(str(e), problem)) from None
    if history is not None:
        result["allvecs"] = history
    if bounded and not method.bounds:
        _outside(result, method, lower, upper)
    if other.get("disp") or other.get("verbose") or other.get("iprint", -1) > 0:
        _print(result)
    return result


@functools.lru_cache(maxsize=256)
def _lengths(name: str, n: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The lengths of the vectors that a function of the objective takes and sets."""
    sizes = {"n": n, "1": 1, "h": n * n}
    takes, sets = _SHAPES[name]
    return tuple([sizes[c] for c in takes]), tuple([sizes[c] for c in sets])


def _bounded(lower: np.ndarray | None, upper: np.ndarray | None) -> bool:
    return bool(lower is not None and np.any(lower > -np.inf) or upper is not None and np.any(upper < np.inf))


def _steps(n: int, d: Differences, options: Mapping[str, Any]) -> dict[str, Any]:
    """The steps of differences, from the options too, one for each variable or one for all."""
    rel, absolute = d.rel_step, d.abs_step
    if rel is None:
        rel = options.get("finite_diff_rel_step")
    if absolute is None and rel is None:
        absolute = options.get("eps")
    if rel is None and absolute is None:
        return {}
    steps = {"rel_step": rel, "abs_step": absolute}
    return {name: np.broadcast_to(np.asarray(s, float), (n,)) if s is not None else None for name, s in steps.items()}


def _workers(given: int | None, options: Mapping[str, Any]) -> int | None:
    workers = options.get("workers") if given is None else given
    if workers is None or isinstance(workers, (int, np.integer)):
        return None if workers is None else int(workers)
    raise TypeError(f"workers is a {type(workers).__name__}, want the number of threads that evaluate at the same time")


def _callback(callback: Callable[..., None] | None, history: list[np.ndarray] | None, method: Method) -> Raw:
    def call(x: np.ndarray, f: np.ndarray, g: np.ndarray, counts: np.ndarray) -> None:
        x = x.copy()
        if history is not None:
            history.append(x)
        if callback is not None:
            callback(x, float(f[0]), None if method.values_only else g.copy(), counts.copy())

    return call


def _outside(result: OptimizeResult, method: Method, lower: np.ndarray | None, upper: np.ndarray | None) -> None:
    """Take the success back if the method has gone out of the bounds that it has not been given."""
    x = result.x
    if (lower is not None and np.any(x < lower)) or (upper is not None and np.any(x > upper)):
        result["success"] = False
        result["message"] = f"{result.message} But x is outside of the bounds, which {method.name} cannot handle."


def _print(r: OptimizeResult) -> None:
    """What SciPy prints of a search with the option disp."""
    counts = (
        ("Iterations", "nit"),
        ("Function evaluations", "nfev"),
        ("Gradient evaluations", "njev"),
        ("Hessian evaluations", "nhev"),
    )
    lines: Iterable[str] = [f"{what}: {r[name]}" for what, name in counts if r.get(name)]
    print("\n         ".join([r.message, f"Current function value: {r.fun:f}", *lines]))
