"""Curve fitting."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .._door import Function
from .._errors import InputError, OptimizeWarning, ShapeError
from ._call import fill, number, solve, vector
from ._leastsq import complex_residuals, limits, loss_function, tolerance


def curve_fit(
    f: Callable[..., Any],
    xdata: Any,
    ydata: Any,
    p0: Any = None,
    sigma: Any = None,
    absolute_sigma: bool = False,
    check_finite: Any = None,
    bounds: Any = (-np.inf, np.inf),
    method: Any = None,
    jac: Any = None,
    *,
    full_output: bool = False,
    nan_policy: Any = None,
    **kwargs: Any,
) -> Any:
    """Fit the parameters of a model to data.

    Parameters
    ----------
    f : callable
        ``f(xdata, *parameters)`` has the shape of ``ydata``.
    xdata : any object, array of shape (k, m) or (m,)
        What the model gets.
    ydata : array of m elements
    p0 : array of shape (n,), optional
        The start; default ones, or the middle of finite bounds.
    sigma : number, array of shape (m,) or (m, m), optional
        Standard deviations or the covariance of ``ydata``.
    absolute_sigma : bool, optional
        Whether ``sigma`` counts as it is, or only its ratios.
    check_finite : bool, optional
        Whether NaN and infinities in the data are errors; default True.
    bounds : pair of numbers or arrays of shape (n,), or Bounds, optional
    method : {"lm", "trf", "dogbox"}, optional
        Default "lm", with bounds "trf".
    jac : callable or {"2-point", "3-point", "cs"}, optional
        ``jac(xdata, *parameters)`` of shape (m, n).
    full_output : bool, optional
        Whether to return information on the search too.
    nan_policy : {"raise", "omit", None}, optional

    Returns
    -------
    popt, pcov : arrays of shape (n,) and (n, n)
        The parameters and their covariance, infinite where it cannot be estimated.
    infodict, mesg, ier
        With ``full_output``.

    Examples
    --------
    >>> x = np.linspace(0, 4, 50)
    >>> popt, pcov = curve_fit(lambda x, a, b: a * np.exp(-b * x), x, 2.5 * np.exp(-1.3 * x))
    >>> popt.round(6)
    array([2.5, 1.3])
    """
    n, start = _start(f, p0, bounds)
    lower, upper = limits(bounds, n)
    bounded = lower is not None or upper is not None
    if bounded and not np.all((start >= _or(lower, -np.inf)) & (start <= _or(upper, np.inf))):
        raise InputError(f"Initial guess is outside of provided bounds: p0 is {start}")
    if method is None:
        method = "trf" if bounded else "lm"
    if method == "lm" and bounded:
        raise InputError("Method 'lm' only works for unconstrained problems. Use 'trf' or 'dogbox' instead.")
    x, y, sigma = _data(xdata, ydata, sigma, check_finite, nan_policy)
    if y.size == 0:
        raise InputError("`ydata` must not be empty!")
    m = y.size
    if method not in ("lm", "trf", "dogbox"):
        raise InputError(f"`method` must be 'trf', 'dogbox' or 'lm', not {method!r}.")
    if method == "lm" and n > m:
        raise ShapeError(
            f"Improper input: func input vector length N={n} must not exceed func output vector length M={m}; "
            "'trf' and 'dogbox' take fewer values than parameters"
        )

    def model(p: np.ndarray, out: np.ndarray) -> None:
        fill(out, f(x, *p.tolist()), "f")

    functions = {"fun": Function(model, (n,), (m,))}
    options: dict[str, Any] = {"m": m, "method": method, "absolute_sigma": bool(absolute_sigma)}
    if callable(jac):
        functions["jac"] = Function(lambda p, j: fill(j, jac(x, *p.tolist()), "jac"), (n,), (m * n,))
    elif jac is not None:
        options["scheme"] = jac
        if jac == "cs":
            functions["complex"] = Function(complex_residuals(lambda p: f(x, *p), (), {}), (n, n), (m, m))
    arrays: dict[str, Any] = {"x0": start, "ydata": y.reshape(-1), "lower": lower, "upper": upper}
    if sigma is not None:
        arrays["covariance" if sigma.ndim == 2 else "sigma"] = sigma
    _settings(options, arrays, kwargs, n, method, functions, m)
    r = solve("curve_fit", options, arrays, functions)
    if not r.success:
        raise RuntimeError("Optimal parameters not found: " + r.message)
    cov = r.get("covariance", np.full((n, n), np.inf))
    if not np.all(np.isfinite(cov)):
        cov = np.full((n, n), np.inf)
        warnings.warn("Covariance of the parameters could not be estimated", OptimizeWarning, stacklevel=2)
    if not full_output:
        return r.x, cov
    flag = {0: 5, 1: 4, 2: 1, 3: 2, 4: 3}.get(r.status, 0) if method == "lm" else r.status
    return r.x, cov, {"nfev": r.nfev, "fvec": r.fun, "covariance_status": r.covariance_status}, r.message, flag


def _or(limit: np.ndarray | None, default: float) -> Any:
    return default if limit is None else limit


def _start(f: Callable[..., Any], p0: Any, bounds: Any) -> tuple[int, np.ndarray]:
    if p0 is not None:
        start = vector(p0, "p0")
        return start.size, start
    parameters = list(inspect.signature(f).parameters.values())
    if any(p.kind == p.VAR_POSITIONAL for p in parameters) or len(parameters) < 2:
        raise InputError("Unable to determine number of fit parameters.")
    n = len(parameters) - 1
    lower, upper = limits(bounds, n)
    lo = np.full(n, -np.inf) if lower is None else lower
    hi = np.full(n, np.inf) if upper is None else upper
    start = np.ones(n)
    both, left, right = (
        np.isfinite(lo) & np.isfinite(hi),
        np.isfinite(lo) & ~np.isfinite(hi),
        np.isfinite(hi) & ~np.isfinite(lo),
    )
    start[both] = (lo[both] + hi[both]) / 2
    start[left], start[right] = lo[left] + 1, hi[right] - 1
    return n, start


def _data(xdata: Any, ydata: Any, sigma: Any, check_finite: Any, nan_policy: Any) -> tuple[Any, np.ndarray, Any]:
    """The data as arrays, checked, and without the observations that are to be left out."""
    if nan_policy not in (None, "raise", "omit"):
        raise InputError(f"nan_policy must be one of {{None, 'raise', 'omit'}}, not {nan_policy!r}")
    check = nan_policy is None if check_finite is None else check_finite
    x = np.asarray(xdata, dtype=np.float64) if isinstance(xdata, (list, tuple, np.ndarray)) else xdata
    y = np.asarray(ydata, dtype=np.float64)
    s = None if sigma is None else np.asarray(sigma, dtype=np.float64)
    if s is not None and s.shape not in ((), (1,), (y.size,), (y.size, y.size)):
        raise InputError(f"`sigma` has incorrect shape {s.shape}, want {(y.size,)} or {(y.size, y.size)}.")
    arrays = [a for a in (x, y) if isinstance(a, np.ndarray)]
    if check and not all(np.all(np.isfinite(a)) for a in arrays):
        raise InputError("array must not contain infs or NaNs")
    if not check and nan_policy is not None:
        bad = np.isnan(y) | (np.isnan(x).reshape(-1, x.shape[-1]).any(axis=0) if isinstance(x, np.ndarray) else False)
        if bad.any() and nan_policy == "raise":
            raise InputError("The input contains nan values")
        if bad.any():
            keep = ~bad
            y = y[keep]
            x = x[..., keep] if isinstance(x, np.ndarray) else x
            if s is not None and s.ndim and s.size > 1:
                s = s[np.ix_(keep, keep)] if s.ndim == 2 else s[keep]
    return x, y, s


def _settings(
    options: dict[str, Any],
    arrays: dict[str, Any],
    given: dict[str, Any],
    n: int,
    method: str,
    functions: dict[str, Function],
    m: int,
) -> None:
    """Adds the further arguments of curve_fit, those of leastsq or least_squares."""
    for name, v in given.items():
        if name in ("ftol", "xtol", "gtol"):
            options[name] = tolerance(v)
        elif name in ("max_nfev", "maxfev"):
            options["max_nfev"] = v or None
        elif name == "epsfcn":
            options["func_error"] = v
        elif name == "factor" and method == "lm":
            options["method_options"] = {"factor": v}
        elif name == "f_scale":
            options["f_scale"] = number(v)
        elif name == "loss" and callable(v):
            functions["loss"] = Function(loss_function(v, m), (m,), (m, m, m))
        elif name == "loss":
            options["loss"] = v
        elif name == "x_scale" and not isinstance(v, str):
            arrays["x_scale"] = np.broadcast_to(np.asarray(v, dtype=np.float64), (n,))
        elif name == "x_scale":
            options["jac_scale"] = True
        elif name == "diff_step":
            arrays["rel_step"] = np.atleast_1d(np.asarray(v, dtype=np.float64))
        elif name not in ("full_output", "verbose", "tr_solver", "tr_options"):
            raise TypeError(f"curve_fit() got an unexpected keyword argument {name!r}")
