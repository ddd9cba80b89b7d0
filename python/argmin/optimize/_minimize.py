"""Functions of n variables: minimize."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

import numpy as np

from .._errors import InputError, OptimizeWarning
from .._result import OptimizeResult
from .._vector import Differences, Method, Raw, default_method, method_named, search, warn
from ._call import dense, fill, mapping, number, tuple_of, vector, whole, workers_of
from ._differences import differences
from ._fields import Pairs, all_fixed, fields
from ._limits import constraint, limits, listed_constraints
from ._trustconstr import TrustConstr

_FEW = 100  # variables for which the library returns matrices of n * n elements
_SCHEMES = ("2-point", "3-point", "cs")
_USE_HESS = ("Newton-CG", "dogleg", "trust-ncg", "trust-exact", "trust-krylov", "trust-constr")


def minimize(
    fun: Callable[..., Any],
    x0: Any,
    args: Any = (),
    method: Any = None,
    jac: Any = None,
    hess: Any = None,
    hessp: Any = None,
    bounds: Any = None,
    constraints: Any = (),
    tol: Any = None,
    callback: Any = None,
    options: Any = None,
) -> OptimizeResult:
    """Find a local minimum of a function of n variables, within bounds and with constraints.

    Parameters
    ----------
    fun : callable
        ``fun(x, *args)`` is the value at ``x``, an array of shape (n,); with ``jac=True`` the value and the gradient.
    x0 : array of shape (n,)
        The start.
    args : tuple, optional
        Further arguments of ``fun``, ``jac``, ``hess`` and ``hessp``.
    method : str or callable, optional
        Default "BFGS", within bounds "L-BFGS-B", with constraints "SLSQP".
    jac : callable, bool or {"2-point", "3-point", "cs"}, optional
        ``jac(x, *args)`` is the gradient, of shape (n,). Otherwise it is found by finite differences.
    hess : callable, {"2-point", "3-point", "cs"} or HessianUpdateStrategy, optional
        ``hess(x, *args)`` is the Hessian, of shape (n, n): an array, a sparse matrix or a linear operator.
    hessp : callable, optional
        ``hessp(x, p, *args)`` is the Hessian times ``p``.
    bounds : Bounds or sequence of n pairs, optional
        Limits of the variables; None in a pair for none.
    constraints : constraint or list, optional
        LinearConstraint, NonlinearConstraint, or dicts with "type" ("eq": ``fun(x) = 0``, "ineq": ``fun(x) >= 0``),
        "fun", "jac" and
        "args".
    tol : float, optional
        The method's own tolerance.
    callback : callable, optional
        ``callback(intermediate_result)`` with a result, or ``callback(x)``, after every iteration. StopIteration ends
        the search.
    options : dict, optional
        The method's options; of all methods ``maxiter`` and ``disp``.

    Returns
    -------
    OptimizeResult
        Success means that the point has been checked to be a minimum, not only that the method has stopped.

    Examples
    --------
    >>> from argmin.optimize import rosen, rosen_der
    >>> r = minimize(rosen, [1.3, 0.7, 0.8, 1.9, 1.2], jac=rosen_der)
    >>> r.success, r.x.round(4)
    (True, array([1., 1., 1., 1., 1.]))
    """
    options = whole(mapping(options))
    if np.ndim(x0) > 1:
        raise InputError("'x0' must only have one dimension.")
    given, x0, args = np.asarray(x0).dtype, vector(x0).astype(np.float64), tuple_of(args)
    if callable(method):
        return cast(
            OptimizeResult,
            _custom(method, fun, x0, args, jac, hess, hessp, bounds, constraints, tol, callback, options),
        )
    n = x0.size
    lower, upper = limits(bounds, n)
    listed = listed_constraints(constraints)
    m = (
        method_named(method)
        if method is not None
        else default_method(lower is not None or upper is not None, bool(listed))
    )
    if method is not None:
        _warn(m, method, jac, hess, hessp, options)
    taken = [constraint(c, x0, m, k) for k, c in enumerate(listed)] if m.constraints else []
    if lower is not None and upper is not None and m.bounds and np.all(lower == upper):
        return all_fixed(lower, _Value(_value_of(fun, jac), args), taken)
    if (
        m.name in ("Nelder-Mead", "Powell")
        and lower is not None
        and upper is not None
        and np.any((x0 < lower) | (x0 > upper))
    ):
        warn("Initial guess is not within the specified bounds", OptimizeWarning)
    if m.name == "Nelder-Mead" and given in (np.float32, np.float16):
        fun = _Narrow(fun, given)
    if m.name in ("Nelder-Mead", "Powell"):
        _one_limit(options, x0.size * (200 if m.name == "Nelder-Mead" else 1000))
    objective = Objective(fun, args, jac, hess, hessp, x0, m, options, (lower, upper))
    pairs = None
    report = TrustConstr(taken, (lower, upper)) if m.name == "trust-constr" else None
    each = _each(callback, report)
    if m.name == "L-BFGS-B" and x0.size > _FEW:
        pairs = Pairs(options.get("maxcor") or 10)
        pairs.watch(objective.functions)
        each = pairs.before(each)
    r = search(
        x0,
        objective.functions,
        lower=lower,
        upper=upper,
        method=m,
        options=options,
        tol=tol,
        constraints=report.watched
        if report is not None
        else taken
        if m.constraints
        else [constraint(c, x0, m, k) for k, c in enumerate(listed)],
        callback=each,
        differences=objective.differences,
    )
    r["nfev"] += objective.mapped
    if "jac" in r and objective.by_differences and lower is not None and upper is not None:
        r["jac"][lower == upper] = np.nan  # there is no difference by which to know it
    if options.get("disp") and not r.success:
        values = m.name in ("Nelder-Mead", "Powell") or m.name in _USE_HESS and m.name != "Newton-CG"
        warn(r.message, RuntimeWarning if values else OptimizeWarning)
    hessian = objective.hessian if objective.has_hessian else None
    return fields(r, m, report, hessian, pairs)


def _one_limit(options: dict[str, Any], default: int) -> None:
    """Of the two limits, an infinite one alone leaves the other at its default."""
    for one, other in (("maxfev", "maxiter"), ("maxiter", "maxfev")):
        if options.get(one) == 2**62 and options.get(other) is None:
            options[other] = default


class Objective:
    """The functions of an objective for the library, and how missing derivatives are found."""

    def __init__(
        self,
        fun: Any,
        args: tuple[Any, ...],
        jac: Any,
        hess: Any,
        hessp: Any,
        x0: np.ndarray,
        method: Method,
        options: dict[str, Any],
        box: tuple[Any, Any],
    ) -> None:
        self.functions: dict[str, Raw] = {}
        self.mapped = 0  # evaluations by the user's map
        self.has_hessian = False
        self._hess_at: tuple[np.ndarray, Any] | None = None
        _check_options(method, options, x0.size)
        scheme = None
        if jac is True:
            self.functions["fun_grad"] = _with_gradient(fun, args)
        else:
            self.functions["fun"] = lambda x, f: number(fun(x.copy(), *args))
            if callable(jac):
                self.functions["grad"] = lambda x, g: fill(g, jac(x.copy(), *args), "the gradient")
            elif jac in _SCHEMES:
                scheme = jac
            elif jac not in (None, False):
                raise InputError(f"jac is {jac!r}, want a function, True, or one of {_SCHEMES}")
        if scheme == "cs":
            self.functions["complex"] = _complex(fun, args)
        workers = options.pop("workers", None)
        self.by_differences = "fun_grad" not in self.functions and "grad" not in self.functions
        if callable(workers):
            self._mapped(fun, args, scheme or "2-point", options, box, workers)
            workers = None
        gradient = "fun_grad" in self.functions or "grad" in self.functions
        if method.name in _USE_HESS:
            if not gradient and scheme is None and method.name != "trust-constr":
                raise InputError(
                    f"Jacobian is required for {method.name} "
                    + ("method" if method.name == "Newton-CG" else "minimization")
                )
            by = self._hessian(hess, hessp, args, x0, method)
            if by is not None and not gradient:
                raise InputError(
                    "Whenever the gradient is estimated via finite-differences, "
                    "we require the Hessian to be estimated using one "
                    "of the quasi-Newton strategies."
                )
            scheme = by or scheme
        self.differences = Differences(
            scheme=scheme, workers=None if workers is None else workers_of(workers)
        )

    def _mapped(
        self, fun: Any, args: tuple[Any, ...], scheme: str, options: dict[str, Any], box: tuple[Any, Any], mapped: Any
    ) -> None:
        """The gradient by differences whose values a map of the user finds."""
        if "fun" not in self.functions or "grad" in self.functions:
            return
        rel, step = options.pop("finite_diff_rel_step", None), options.pop("eps", None)
        value = _Value(fun, args)
        last: list[Any] = [np.empty(0), 0.0]

        def counted(f: Any, points: list[np.ndarray]) -> Any:
            self.mapped += len(points)
            return mapped(f, points)

        def kept(x: np.ndarray, f: np.ndarray) -> float:
            last[:] = [x.copy(), value(x.copy())]
            return float(last[1])

        def gradient(x: np.ndarray, g: np.ndarray) -> None:
            if not np.array_equal(last[0], x):
                self.mapped += 1
                kept(x, g)
            fill(
                g,
                differences(
                    value,
                    x.copy(),
                    "2-point" if scheme == "cs" else scheme,
                    rel,
                    step,
                    *box,
                    mapped=counted,
                    at_x=last[1],
                    signed=True,
                ),
                "the gradient",
            )

        self.functions["fun"], self.functions["grad"] = kept, gradient

    def _hessian(self, hess: Any, hessp: Any, args: tuple[Any, ...], x0: np.ndarray, method: Method) -> str | None:
        """Adds the Hessian, or names the scheme of differences of the gradient by which it is found."""
        if callable(hess) and not isinstance(hess, type):
            h0 = hess(x0.copy(), *args)
            if (
                hasattr(h0, "matvec")
                and not hasattr(h0, "toarray")
                and method.name in ("Newton-CG", "trust-ncg", "trust-krylov", "trust-constr")
            ):
                self.functions["hessp"] = lambda x, p, hp: fill(hp, hess(x.copy(), *args).matvec(p.copy()), "hess(x) p")
            else:
                self.has_hessian = True
                self._hess: Callable[[np.ndarray], Any] = lambda x: hess(x, *args)

                def full(x: np.ndarray, h: np.ndarray) -> None:
                    self._hess_at = x.copy(), dense(hess(x.copy(), *args))
                    fill(h, self._hess_at[1], "the Hessian")

                self.functions["hess"] = full
        elif callable(hessp):
            self.functions["hessp"] = lambda x, p, hp: fill(hp, hessp(x.copy(), p.copy(), *args), "hessp")
        elif isinstance(hess, str) and hess in _SCHEMES:
            return "3-point" if hess == "cs" else hess
        elif hess is None and method.hess and method.name != "Newton-CG":
            what = "Hessian" if method.name in ("dogleg", "trust-exact") else "Hessian or Hessian-vector product"
            raise InputError(f"{what} is required for {method.name} minimization.")
        return None

    def hessian(self, x: np.ndarray) -> np.ndarray:
        """The Hessian at a point, without a call of the user's function where it was the last one."""
        if self._hess_at is None or not np.array_equal(self._hess_at[0], x):
            self._hess_at = x, dense(self._hess(x.copy()))
        return np.asarray(self._hess_at[1])


def _check_options(method: Method, options: Mapping[str, Any], n: int) -> None:
    """Refuses what SciPy refuses, in its words."""
    if method.name in ("BFGS", "CG"):
        defaults = {"c1": 1e-4, "c2": 0.9 if method.name == "BFGS" else 0.4}
        c1, c2 = (d if options.get(k) is None else options[k] for k, d in defaults.items())
        if not 0 < c1 < c2 < 1:
            raise InputError(f"'c1' and 'c2' do not satisfy '0 < c1 < c2 < 1': they are {c1} and {c2}.")
    directions = options.get("direc")
    if method.name == "Powell" and directions is not None and np.linalg.matrix_rank(directions) < n:
        warn("direc input is not full rank, some parameters may not be optimized", OptimizeWarning)
    h = options.get("hess_inv0")
    if method.name == "BFGS" and h is not None:
        h = np.asarray(h, dtype=np.float64)
        if h.shape != (n, n):
            raise InputError(f"'hess_inv0' has shape {h.shape}, want {(n, n)}")
        if not np.allclose(h, h.T) or np.any(np.linalg.eigvalsh(h) <= 0):
            raise InputError("'hess_inv0' matrix isn't positive definite.")


def _value_of(fun: Any, jac: Any) -> Any:
    return _Memo(fun).value if jac is True else fun


class _Narrow:
    """A function that gets its points in the precision of the start."""

    def __init__(self, fun: Any, dtype: Any) -> None:
        self.fun, self.dtype = fun, dtype

    def __call__(self, x: np.ndarray, *args: Any) -> Any:
        return self.fun(x.astype(self.dtype), *args)


class _Value:
    """The value of a function with further arguments, for maps that send it to other processes."""

    def __init__(self, fun: Any, args: tuple[Any, ...]) -> None:
        self.fun, self.args = fun, args

    def __call__(self, x: np.ndarray) -> float:
        return number(self.fun(x, *self.args))


def _with_gradient(fun: Any, args: tuple[Any, ...]) -> Raw:
    def call(x: np.ndarray, f: np.ndarray, g: np.ndarray) -> float:
        both = fun(x.copy(), *args)
        try:
            value, gradient = both
        except (TypeError, ValueError) as e:
            raise type(e)(
                f"with jac=True, fun returns its value and gradient: it returned a {type(both).__name__}, want two"
            ) from None
        fill(g, gradient, "the gradient")
        return number(value)

    return call


def _complex(fun: Any, args: tuple[Any, ...]) -> Raw:
    def call(re: np.ndarray, im: np.ndarray, to_re: np.ndarray, to_im: np.ndarray) -> None:
        v = np.asarray(fun(re + 1j * im, *args)).reshape(())
        to_re[0], to_im[0] = v.real, v.imag

    return call


def _each(callback: Any, report: TrustConstr | None) -> Any:
    """The callback of an iteration, by SciPy's rules of what it gets."""
    if callback is None:
        return None
    try:
        named = set(inspect.signature(callback).parameters) == {"intermediate_result"}
    except (TypeError, ValueError):  # of a builtin
        named = False

    def call(x: np.ndarray, f: float, g: Any, counts: np.ndarray) -> None:
        state = OptimizeResult(x=x, fun=f) if report is None else report.at(x, f, g, counts)
        if named:
            callback(intermediate_result=state)
        elif report is None:
            callback(x)
        elif callback(x, state):
            raise StopIteration

    return call


def _warn(m: Method, method: str, jac: Any, hess: Any, hessp: Any, options: Mapping[str, Any]) -> None:
    if m.values_only and jac:
        warn(f"Method {method} does not use gradient information (jac).", RuntimeWarning)
    if m.name not in _USE_HESS and hess is not None:
        warn(f"Method {method} does not use Hessian information (hess).", RuntimeWarning)
    if (m.name not in _USE_HESS or m.name in ("dogleg", "trust-exact")) and hessp is not None:
        warn(f"Method {method} does not use Hessian-vector product information (hessp).", RuntimeWarning)
    if options.get("return_all") and m.name in ("L-BFGS-B", "TNC", "COBYLA", "COBYQA", "SLSQP"):
        warn(f"Method {method} does not support the return_all option.", RuntimeWarning)


def _custom(
    method: Any,
    fun: Any,
    x0: np.ndarray,
    args: tuple[Any, ...],
    jac: Any,
    hess: Any,
    hessp: Any,
    bounds: Any,
    constraints: Any,
    tol: Any,
    callback: Any,
    options: dict[str, Any],
) -> Any:
    """A method of the user, called as SciPy calls it."""
    if tol is not None:
        options.setdefault("tol", tol)
    if jac is True:
        kept = _Memo(fun)
        fun, jac = kept.value, kept.gradient
    return method(
        fun,
        x0,
        args=args,
        jac=jac,
        hess=hess,
        hessp=hessp,
        bounds=bounds,
        constraints=constraints,
        callback=callback,
        **options,
    )


class _Memo:
    """A function that returns its value and gradient, as two functions that call it once for each point."""

    def __init__(self, fun: Any) -> None:
        self.fun, self.both = fun, None
        self.x: np.ndarray | None = None

    def _at(self, x: Any, args: Iterable[Any]) -> Any:
        if self.x is None or not np.array_equal(self.x, x):
            self.x, self.both = np.array(x), self.fun(x, *args)
        return self.both

    def value(self, x: Any, *args: Any) -> Any:
        return self._at(x, args)[0]

    def gradient(self, x: Any, *args: Any) -> Any:
        return self._at(x, args)[1]
