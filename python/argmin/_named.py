"""Minimize a function of a tree of tensors: the one function behind the modules of the frameworks."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from . import _progress
from ._backend import Backend
from ._compiled import functions as compiled
from ._errors import ConvergenceWarning, InputError
from ._functions import SCHEMES, Functions
from ._namedconstraints import constraints_of
from ._program import Type, Unsupported, element_type
from ._result import OptimizeResult
from ._space import Space
from ._vector import Constraint, Differences, Method, Raw, default_method, method_named, search, warn

# The methods that use the Hessian, or products with it, where there is one.
_SECOND_ORDER = ("newton-cg", "trust-constr", "dogleg", "trust-ncg", "trust-exact", "trust-krylov")

# The limits that users may set, by the reason of a search that has reached one.
_LIMITS = ("maxiter", "maxfev", "maxfun")


def minimize(
    backend: Backend,
    fun: Callable[..., Any],
    x0: Any,
    *,
    lb_dict: Any = None,
    ub_dict: Any = None,
    args: Iterable[Any] = (),
    method: Any = None,
    tol: float | None = None,
    callback: Callable[..., Any] | None = None,
    options: Mapping[str, Any] | None = None,
    jac: Any = None,
    hess: Any = None,
    hessp: Any = None,
    constraints: Any = (),
    fixed: Any = None,
    scale: Any = None,
    allow_unused: bool = False,
    progress: bool = False,
    checkpoint: Any = None,
    verify: bool = True,
    full_output: bool = False,
    compile: bool = False,
) -> Any:
    """Minimize over a tree of tensors; the modules of the frameworks describe it."""
    if not callable(fun):
        raise TypeError(f"fun is a {type(fun).__name__}, want a function")
    if not (jac is None or isinstance(jac, (bool, np.bool_)) or jac in SCHEMES or callable(jac)):
        raise InputError(f"jac is {jac!r:.60}, want True, False, a function, or one of {', '.join(SCHEMES)}")
    arguments = tuple(args)
    space = Space(backend, x0, fixed)
    lower, upper = space.bounds(lb_dict, ub_dict)
    rows = constraints_of(space, constraints, arguments)
    chosen = _method(method, lower, upper, rows)
    functions = Functions(space, fun, arguments, jac, allow_unused)
    raw = _functions(functions, chosen, hess, hessp)
    if compile and chosen is not None and functions.by_framework and not callable(hess) and hessp is None:
        raw |= _programs(space, fun, arguments, chosen)
    differences = _differences(space, functions, hess)
    if tol is None and differences.func_error and not {"fun_grad", "grad"} & raw.keys():
        if chosen is not None and "gtol" in chosen.options:  # what central differences of such values still show
            options = {"gtol": 4 * differences.func_error ** (2 / 3), **(options or {})}
    bar = _progress.bar(progress, options)
    tell = _callback(space, callback, bar)
    try:
        if chosen is None:
            result = _custom(method, space, raw, lower, upper, rows, tell, options)
        else:
            result = search(
                space.x0,
                raw,
                lower=lower,
                upper=upper,
                constraints=rows,
                method=chosen,
                options=options,
                tol=tol,
                callback=tell,
                scale=space.sizes(scale),
                differences=differences,
                checkpoint=None if checkpoint is None else str(checkpoint),
                verification=verify,
            )
    finally:
        bar.close()
    if full_output:
        return _full(space, result, functions)
    _warn(result, options)
    return space.solution(result.x)


def _programs(space: Space, fun: Callable[..., Any], args: tuple[Any, ...], method: Method) -> dict[str, Raw]:
    """The functions that can run in the library; none if the function uses what programs do not have."""

    def of_tensors(*leaves: Any) -> Any:
        return fun(space.tree.build(leaves), *args)

    of_tensors.__name__ = getattr(fun, "__name__", "fun")
    try:
        types = [Type(s.shape, element_type(a.dtype)) for s, a in zip(space.slots, space.leaves(space.x0))]
        program = space.backend.program(of_tensors, types)
        return dict(
            compiled(
                program, types, space.base, space.free, method.name.lower() in _SECOND_ORDER, method.values_only
            )
        )
    except Unsupported:
        return {}


def _method(
    method: Any, lower: np.ndarray | None, upper: np.ndarray | None, rows: Sequence[Constraint]
) -> Method | None:
    """The method; None for a function of the user's."""
    if method is None:
        return default_method(lower is not None or upper is not None, bool(rows))
    return None if callable(method) else method_named(method)


def _functions(f: Functions, method: Method | None, hess: Any, hessp: Any) -> dict[str, Raw]:
    """The functions of the vector that a method uses."""
    if method is not None and method.values_only:
        if f.pair or callable(f.jac):
            warn(f"Method {method.name} does not use gradient information (jac).", RuntimeWarning)
        return {"fun": f.value()}
    raw: dict[str, Raw] = {}
    if f.pair or f.by_framework:
        raw["fun_grad"] = f.value_and_gradient()
    else:
        raw["fun"] = f.value()
        if callable(f.jac):
            raw["grad"] = f.gradient()
    if callable(hess):
        raw["hess"] = f.hessian(hess)
    elif hess is not None and hess not in SCHEMES:
        raise InputError(f"hess is {hess!r:.60}, want a function, or one of {', '.join(SCHEMES)}")
    if hessp is not None and not callable(hessp):
        raise TypeError(f"hessp is a {type(hessp).__name__}, want a function")
    second = method is not None and method.name.lower() in _SECOND_ORDER
    if hessp is not None or second and hess is None:
        product = f.hessian_product(hessp)
        if product is not None:
            raw["hessp"] = product
    return raw


def _differences(space: Space, f: Functions, hess: Any) -> Differences:
    """How what is missing is found. Functions of types with few digits need longer steps, and both sides."""
    scheme = f.scheme or (hess if isinstance(hess, str) else None)
    if space.eps <= 2.3e-16:
        return Differences(scheme)
    return Differences(scheme or "3-point", func_error=space.eps)


def _callback(space: Space, callback: Callable[..., Any] | None, bar: _progress.Bar) -> Callable[..., None] | None:
    if callback is None and not bar.shown:
        return None
    whole_result = callback is not None and _wants_result(callback)

    def tell(x: np.ndarray, f: float, g: np.ndarray | None, counts: np.ndarray) -> None:
        bar.show(f, g, counts)
        if callback is None:
            return
        at = space.solution(x)
        if whole_result:
            nit, nfev, njev = (int(c) for c in counts[:3])
            callback(intermediate_result=OptimizeResult(x=at, fun=f, nit=nit, nfev=nfev, njev=njev))
        else:
            callback(at)  # what it returns does not matter, as in dict-minimize

    return tell


def _wants_result(callback: Callable[..., Any]) -> bool:
    """Whether a callback has SciPy's one parameter for all there is to know."""
    try:
        return list(inspect.signature(callback).parameters) == ["intermediate_result"]
    except (TypeError, ValueError):
        return False


def _custom(
    method: Callable[..., Any],
    space: Space,
    raw: Mapping[str, Raw],
    lower: np.ndarray | None,
    upper: np.ndarray | None,
    rows: Sequence[Constraint],
    tell: Callable[..., None] | None,
    options: Mapping[str, Any] | None,
) -> OptimizeResult:
    """A method that is a function of the user's, called as SciPy calls it."""
    if rows:
        raise InputError("constraints by name are not given to a method of your own")
    last: list[tuple[np.ndarray, float, np.ndarray]] = []

    def both(x: np.ndarray) -> tuple[float, np.ndarray]:
        if not last or not np.array_equal(last[0][0], x):
            g, f = np.empty(len(x)), np.empty(1)
            value = (
                raw["fun_grad"](np.array(x, float), f, g) if "fun_grad" in raw else raw["fun"](np.array(x, float), f)
            )
            last[:] = [(np.array(x), float(f[0] if value is None else value), g)]
        return last[0][1], last[0][2]

    bounds = None if lower is None or upper is None else list(zip(lower.tolist(), upper.tolist()))
    jac = (lambda x, *args: both(x)[1].copy()) if "fun_grad" in raw else None
    after = None if tell is None else lambda x, *rest: tell(np.array(x, float), math.nan, None, np.zeros(5))
    result = method(
        lambda x, *args: both(x)[0],
        space.x0.copy(),
        args=(),
        jac=jac,
        hess=None,
        hessp=None,
        bounds=bounds,
        constraints=(),
        callback=after,
        **(options or {}),
    )
    return OptimizeResult(result)


def _full(space: Space, result: OptimizeResult, functions: Functions) -> OptimizeResult:
    """The result with trees in place of vectors."""
    out = result.copy()
    out["x"] = space.solution(result.x)
    for name in ("jac", "bound_multipliers"):
        if name in result and len(np.atleast_1d(result[name])) == space.x0.size:
            out[name] = space.tree.build(space.tangent(result[name]))
    if "nfev" in result:
        out["nfev"] = result["nfev"] + functions.extra + len(functions.first)
    return out


def _warn(result: OptimizeResult, options: Mapping[str, Any] | None) -> None:
    """Warn of a search that has not converged, unless the user has ended it, by a callback or a limit of their own."""
    reason = result.get("reason", "")
    if (
        result.get("success", True)
        or reason == "stopped"
        or "limit" in reason
        and any(name in (options or {}) for name in _LIMITS)
    ):
        return
    warn(
        f"minimize has not converged: {result.get('message', '')} The best point found is returned; full_output=True "
        "the whole result, and does not warn.",
        ConvergenceWarning,
    )
