"""Minimizers, roots and fixed points of functions of the user, as functions of parameters."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol

import numpy as np

from .. import _vector
from .._door import Failure, Function
from .._door import solve as door
from .._errors import ConvergenceWarning, InputError
from .._functions import Functions
from .._space import Space
from . import _linear

# Variables from which a method for many is the default.
_MANY = 200

# Newton's steps after a search, which stop by themselves where rounding does not let them gain any more.
_POLISH = 8


class Solved(NamedTuple):
    """Solutions of a batch, as vectors."""

    x: np.ndarray  # of shape (B, n)
    held: np.ndarray  # of shape (B, n): 1 for variables that a bound holds, else 0
    ok: np.ndarray  # of shape (B,): 1 for a solution, else 0
    messages: list[str]  # what the searches said


class System(Protocol):
    """The condition F(x, params) = 0 of a batch at given parameters, for NumPy arrays."""

    n: int

    def residual(self, x: np.ndarray) -> np.ndarray:
        """F, of the shape (B, n) of x."""

    def jacobian(self, x: np.ndarray) -> np.ndarray:
        """The Jacobians of the members, of shape (B, n, n)."""

    def product(self, x: np.ndarray) -> _linear.Product:
        """The product of the Jacobian of all members with a vector of B n numbers; only of symmetric ones."""


class Layer:
    """The solution of a problem as a differentiable function ``(x0, *params) -> x``; see :func:`minimizer`."""

    def __init__(
        self,
        kind: str,
        fun: Callable[..., Any],
        method: str | None,
        tol: float | None,
        bounds: Any,
        options: Mapping[str, Any] | None,
        batch: bool,
        workers: int | None,
        linear: Mapping[str, Any] | None,
    ) -> None:
        if not callable(fun):
            raise InputError(f"fun is a {type(fun).__name__}, want a function of (x, *params)")
        self.kind, self.fun, self.method, self.tol = kind, fun, method, tol
        self.options = dict(options or {})
        self.batch, self.workers = batch, workers
        self.bounds = _pair(bounds)
        self.linear = {"method": None, "tol": None, "maxiter": None, **(linear or {})}
        unknown = set(self.linear) - {"method", "tol", "maxiter"}
        if unknown:
            raise InputError(f"linear has {sorted(unknown)[0]!r}, want method, tol or maxiter")
        if workers is not None and workers < 1:
            raise InputError(f"workers is {workers}, want at least 1")
        self.programs: dict[Any, Any] = {}  # what a framework has compiled for arguments of a kind

    def __getstate__(self) -> dict[str, Any]:
        """What a copy has: not what a framework has compiled."""
        return {**self.__dict__, "programs": {}}

    @property
    def symmetric(self) -> bool:
        """Whether the Jacobian of the condition is a Hessian."""
        return self.kind == "minimizer"

    def __call__(self, x0: Any, *params: Any) -> Any:
        """The solution for these parameters, a tree of tensors like ``x0``."""
        return _framework((x0, *params)).call(self, x0, params)

    # The search, on NumPy arrays.

    def solve(
        self,
        backend: Any,
        vector: Callable[[Any], Any],
        starts: list[tuple[Any, tuple[Any, ...]]],
        system: System,
        eps: float,
    ) -> Solved:
        """Solve the members of a batch, given as the trees of their starts and parameters. Members may not be equal in
        structure."""
        if not starts:
            return Solved(np.zeros((0, system.n)), np.zeros((0, system.n)), np.zeros(0), [])
        if self.workers and len(starts) > 1:
            with ThreadPoolExecutor(self.workers) as pool:
                found = list(pool.map(lambda s: self._search(backend, vector, *s), starts))
        else:
            found = [self._search(backend, vector, *s) for s in starts]
        x = np.stack([f[0] for f in found])
        searched = np.array([f[1] for f in found])
        first = np.stack([f[3] for f in found])
        lower, upper = (np.stack([f[k] for f in found]) for k in (4, 5))
        x, held, ok = self._polish(system, x, first, lower, upper, searched, eps)
        return Solved(x, held.astype(np.float64), ok.astype(np.float64), [f[2] for f in found])

    def _search(self, backend: Any, vector: Callable[[Any], Any], x0: Any, params: tuple[Any, ...]) -> tuple[Any, ...]:
        """One search: the point, whether it is said to be a solution, the message, the start, the bounds."""
        space = Space(backend, x0, None)
        lower, upper = space.bounds(*self.bounds) if self.bounds else (None, None)
        n = space.x0.size
        if self.kind == "minimizer":
            f = Functions(space, self.fun, params, None, True)
            if f.pair:
                raise InputError("fun returns two values, want the objective alone; the framework differentiates it")
            name = self.method or ("L-BFGS-B" if self.bounds or n > _MANY else "BFGS")
            m = _vector.method_named(name)
            raw = {"fun": f.value()} if m.values_only else {"fun_grad": f.value_and_gradient()}
            product = f.hessian_product(None) if m.hess or m.name.lower() == "newton-cg" else None
            if product is not None:
                raw["hessp"] = product
            options = self.options or (
                {"maxiter": 10000, **({"maxfun": 100000} if name == "L-BFGS-B" else {})} if not self.method else {}
            )
            tol = (
                self.tol if self.tol is not None else 1e-9 if name in ("BFGS", "L-BFGS-B") and not self.method else None
            )
            r = _vector.search(space.x0, raw, lower=lower, upper=upper, method=m, options=options, tol=tol)
            x, ok, message = r.x, bool(r.success), str(r.message)
        else:
            x, ok, message = self._root(space, vector, params)
        infinite = np.full(n, np.inf)
        return x, ok, message, space.x0, -infinite if lower is None else lower, infinite if upper is None else upper

    def _root(
        self, space: Space, vector: Callable[[Any], Any], params: tuple[Any, ...]
    ) -> tuple[np.ndarray, bool, str]:
        n, fun, fixed = space.x0.size, self.fun, self.kind == "fixed_point"
        shapes = [s.shape for s in space.slots]

        def values(x: np.ndarray, f: np.ndarray) -> None:
            tree = space.tree.flatten(fun(space.tree.build(space.leaves(x)), *params), "the value of fun")
            parts = [np.asarray(space.backend.array(v, "the value of fun"), np.float64) for v in tree]
            for p, s, shape in zip(parts, space.slots, shapes):
                if p.shape != shape:
                    raise InputError(f"the value of fun for {s.name} has shape {p.shape}, want {shape}, as x0 has")
            f[:] = np.concatenate([p.reshape(-1) for p in parts])
            if fixed:
                f -= x

        name = self.method or ("hybr" if n <= _MANY else "krylov")
        options = {
            "method": name,
            "method_options": self.options,
            "tol": self.tol,
            "func_error": space.eps if space.eps > 2.3e-16 else None,
        }
        try:
            r = door("root", options, {"x0": space.x0}, {"fun": Function(values, (n,), (n,))})
        except Failure as e:
            raise InputError(str(e).removeprefix("root: ")) from None
        return r["x"], bool(r["success"]), str(r["message"])

    # What makes a point of a search one whose derivative can be trusted.

    def _polish(
        self,
        system: System,
        x: np.ndarray,
        first: np.ndarray,
        lower: np.ndarray,
        upper: np.ndarray,
        searched: np.ndarray,
        eps: float,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Newton's steps from points of searches, which variables bounds hold, and whether the points are solutions.

        A point is one where Newton's step, and so the error, is less than half of the digits of the variables; units
        do not matter.
        """
        F = system.residual(x)
        if self.bounds:
            x, F, held = _hold(system, x, F, first, lower, upper, eps)
        else:
            held = np.zeros(x.shape, bool)
        size = np.maximum(np.abs(x).max(1, initial=0), np.abs(x - first).max(1, initial=0))
        ok, live = searched.copy(), np.isfinite(F).all(1)
        ok &= live
        for step in range(_POLISH):
            dx, regular = self._newton(system, x, np.where(held, 0, F), held, live)
            live &= regular
            length = np.abs(dx).max(1, initial=0)
            ok[live] = (length <= np.sqrt(eps) * np.maximum(size, eps))[live]
            if not live.any():
                break
            next_x = np.where(live[:, None], np.clip(x + dx, lower, upper), x)
            next_F = system.residual(next_x)
            live &= _norm(next_F, held) < _norm(F, held)
            x, F = np.where(live[:, None], next_x, x), np.where(live[:, None], next_F, F)
            live &= length > 4 * eps * size
            if not live.any():
                break
        return x, held, ok

    def _newton(
        self, system: System, x: np.ndarray, F: np.ndarray, held: np.ndarray, live: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Newton's steps, and which members have one."""
        dx, regular = np.zeros_like(x), live.copy()
        if x.shape[1] <= _linear.SMALL:
            J = masked(system.jacobian(x), held)
            for i in np.flatnonzero(live):
                try:
                    dx[i] = _linear.dense(J[i], -F[i], symmetric=self.symmetric, eps=2.3e-16)
                except FloatingPointError:
                    regular[i] = False
        elif self.symmetric and live.all():
            try:
                dx = self.iterate(system.product(x), -F, held, 1e-6)
            except FloatingPointError:
                regular[:] = False
        else:
            regular[:] = False
        return dx, regular

    def iterate(self, product: _linear.Product, b: np.ndarray, held: np.ndarray, tol: float) -> np.ndarray:
        """The solution of a large system with the Jacobian of all members, by its products."""
        free = ~held.reshape(-1).astype(bool)

        def matvec(v: np.ndarray) -> np.ndarray:
            return np.where(free, product(np.where(free, v, 0.0)), v)

        options = {**self.linear, "tol": self.linear["tol"] or tol}
        x = _linear.by_products(matvec, np.where(free, b.reshape(-1), 0.0), symmetric=self.symmetric, **options)
        return x.reshape(b.shape)

    def warn(self, solved: Solved) -> None:
        """Warn of members that are no solutions."""
        bad = np.flatnonzero(solved.ok == 0)
        if bad.size:
            first = f" (member {bad[0]})" if len(solved.ok) > 1 else ""
            _vector.warn(
                f"{bad.size} of {len(solved.ok)} searches have not converged: {solved.messages[bad[0]]}{first}",
                ConvergenceWarning,
            )

    def trust(self, ok: np.ndarray) -> None:
        """Refuse to differentiate what is no solution."""
        bad = np.flatnonzero(np.atleast_1d(ok) == 0)
        if bad.size:
            raise FloatingPointError(
                f"{bad.size} searches have found no solution to differentiate, the first is number {bad[0]}; "
                "a better start, method or options may help"
            )


def masked(J: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Jacobians with the rows and columns of held variables those of the identity."""
    free = ~np.asarray(held, bool)
    return np.where(free[..., :, None] & free[..., None, :], J, np.eye(J.shape[-1]))


def _norm(F: np.ndarray, held: np.ndarray) -> np.ndarray:
    largest: np.ndarray = np.where(held, 0, np.abs(F)).max(1, initial=0)
    return largest


def _hold(
    system: System, x: np.ndarray, F: np.ndarray, first: np.ndarray, lower: np.ndarray, upper: np.ndarray, eps: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The points with variables moved to bounds that they nearly touch, and which of them multipliers hold there."""
    near = np.sqrt(eps)
    size = np.maximum(np.abs(x), np.abs(x - first))
    low, high = x - lower <= near * size, upper - x <= near * size
    # A multiplier counts as one if it is not within the error of gradients, those at the start being an example of
    # them.
    start = system.residual(np.clip(first, lower, upper))
    zero = near * np.maximum(np.abs(F), np.abs(start)).max(1, initial=0)[:, None]
    low, high = low & (F > zero), high & (F < -zero)
    fixed = lower == upper
    moved = np.where(low | fixed, lower, np.where(high, upper, x))
    return moved, system.residual(moved), low | high | fixed


def _pair(bounds: Any) -> tuple[Any, Any] | None:
    if bounds is None:
        return None
    if not isinstance(bounds, tuple) or len(bounds) != 2:
        raise InputError("bounds is no pair, want (lower, upper), each a number, a tree like x0, or None")
    return bounds


def leaves(tree: Any) -> Iterable[Any]:
    """The leaves of what Python nests."""
    if isinstance(tree, Mapping):
        for v in tree.values():
            yield from leaves(v)
    elif isinstance(tree, (list, tuple)):
        for v in tree:
            yield from leaves(v)
    else:
        yield tree


def _framework(trees: Any) -> Any:
    """The module that makes layers of the framework of the first tensor."""
    torch, jax, tf = (sys.modules.get(name) for name in ("torch", "jax", "tensorflow"))
    for v in leaves(trees):
        if torch is not None and isinstance(v, torch.Tensor):
            from . import _torchimplicit

            return _torchimplicit
        if tf is not None and isinstance(v, (tf.Tensor, tf.Variable)):
            from . import _tensorflowimplicit

            return _tensorflowimplicit
        if jax is not None and isinstance(v, jax.Array):
            from . import _jaximplicit

            return _jaximplicit
    raise InputError("neither x0 nor a parameter has a tensor of PyTorch, JAX or TensorFlow, in which to differentiate")


def minimizer(
    fun: Callable[..., Any],
    *,
    method: str | None = None,
    tol: float | None = None,
    bounds: Any = None,
    options: Mapping[str, Any] | None = None,
    batch: bool = False,
    workers: int | None = None,
    linear: Mapping[str, Any] | None = None,
) -> Layer:
    """The minimizer of a function, as a differentiable function of the function's parameters.

    ``minimizer(fun)(x0, *params)`` is the x at which ``fun(x, *params)`` is least, found from ``x0``. Its derivative
    with respect to
    ``params`` is that of the implicit function theorem, one linear system with the Hessian; with respect to ``x0`` it
    is zero.

    Parameters
    ----------
    fun : callable
        ``fun(x, *params)`` is a number, by operations of PyTorch, JAX or TensorFlow. ``x`` and the parameters are
        tensors, or trees of
        tensors: dicts, lists, tuples, nested.
    method : str, optional
        A method of ``argmin.optimize.minimize``; default "BFGS", "L-BFGS-B" for bounds or more than 200 variables.
        Newton's steps
        follow what it finds, until they gain no more.
    tol : float, optional
        The method's own tolerance.
    bounds : (lower, upper), optional
        Each a number, a tree like ``x0``, or None. The derivative of a variable at a bound is zero.
    options : dict, optional
        The method's options.
    batch : bool
        Whether ``x0`` and all parameters have a leading axis of members, each a problem of its own.
    workers : int, optional
        How many members are searched for at the same time, in threads.
    linear : dict, optional
        How the linear systems of more than 64 unknowns are solved: "method", one of "CG", "MINRES", "GMRES" and
        "BiCGSTAB", "tol", the
        relative residual, and "maxiter".

    Returns
    -------
    callable
        ``(x0, *params) -> x``, a tree like ``x0``. It warns (``ConvergenceWarning``) of a search that has not
        converged; to
        differentiate what is no solution, or not an isolated one, is a FloatingPointError.

    Examples
    --------
    >>> import torch
    >>> ridge = minimizer(lambda w, X, y, a: ((X @ w - y) ** 2).sum() + a * (w**2).sum())
    >>> X, y = torch.eye(2, dtype=torch.float64), torch.tensor([2.0, 4.0], dtype=torch.float64)
    >>> a = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    >>> w = ridge(torch.zeros(2, dtype=torch.float64), X, y, a)  # y / (1 + a)
    >>> w.sum().backward()
    >>> round(a.grad.item(), 9)  # -(2 + 4) / (1 + a)²
    -1.5
    """
    return Layer("minimizer", fun, method, tol, bounds, options, batch, workers, linear)


def root(
    fun: Callable[..., Any],
    *,
    method: str | None = None,
    tol: float | None = None,
    options: Mapping[str, Any] | None = None,
    batch: bool = False,
    workers: int | None = None,
    linear: Mapping[str, Any] | None = None,
) -> Layer:
    """The root of a function, as a differentiable function of the function's parameters.

    ``root(fun)(x0, *params)`` is the x with ``fun(x, *params) = 0``, where ``fun`` has a value like x. The methods are
    those of
    ``argmin.optimize.root``; default "hybr", "krylov" for more than 200 unknowns. All else is as for :func:`minimizer`.

    Examples
    --------
    >>> import torch
    >>> a = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    >>> x = root(lambda x, a: x**2 - a)(torch.ones_like(a), a)
    >>> x.backward()
    >>> abs(a.grad.item() - 0.5 / 2**0.5) < 1e-12
    True
    """
    return Layer("root", fun, method, tol, None, options, batch, workers, linear)


def fixed_point(
    fun: Callable[..., Any],
    *,
    method: str | None = None,
    tol: float | None = None,
    options: Mapping[str, Any] | None = None,
    batch: bool = False,
    workers: int | None = None,
    linear: Mapping[str, Any] | None = None,
) -> Layer:
    """The fixed point of a function, as a differentiable function of the function's parameters.

    ``fixed_point(fun)(x0, *params)`` is the x with ``fun(x, *params) = x``. All else is as for :func:`root`.

    Examples
    --------
    >>> import torch
    >>> a = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    >>> x = fixed_point(lambda x, a: torch.cos(a * x))(torch.ones_like(a), a)
    >>> abs((x - torch.cos(a * x)).item()) < 1e-14
    True
    """
    return Layer("fixed_point", fun, method, tol, None, options, batch, workers, linear)
