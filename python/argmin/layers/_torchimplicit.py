"""Solutions of functions of PyTorch, differentiable twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from .._errors import InputError
from .._torch import backend
from .._tree import Tree
from . import _linear
from ._implicit import Layer, Solved, masked


class _System:
    """The condition of a batch, of vectors of variables, for given parameters."""

    def __init__(self, layer: Layer, x0: Any, params: tuple[Any, ...]) -> None:
        b = backend()
        self.layer = layer
        self.tree, self.ptree = Tree(x0, b.one_level), Tree(params, b.one_level)
        self.starts = [t if isinstance(t, torch.Tensor) else torch.as_tensor(t) for t in self.tree.leaves]
        self.params = [torch.as_tensor(p) if isinstance(p, np.ndarray) else p for p in self.ptree.leaves]
        self.batch = _batch(layer, [*zip(self.tree.names, self.starts), *zip(self.ptree.names, self.params)])
        self.shapes = [tuple(t.shape[1:] if layer.batch else t.shape) for t in self.starts]
        self.sizes = [int(np.prod(s)) for s in self.shapes]
        self.n = sum(self.sizes)
        self.dtype = next(
            (a for a in (torch.float64, torch.float32) if any(t.dtype == a for t in self.starts)), torch.float32
        )
        self.eps = max(float(torch.finfo(t.dtype).eps) if t.dtype.is_floating_point else 0.0 for t in self.starts)
        self.device = self.starts[0].device
        self._mapped = True  # until torch.func.vmap fails

    def split(self, x: torch.Tensor) -> list[torch.Tensor]:
        """The tensors of vectors, the last axis of x."""
        parts = x.split(self.sizes, -1)
        return [p.reshape((*x.shape[:-1], *s)).to(t.dtype) for p, s, t in zip(parts, self.shapes, self.starts)]

    def vector(self, tree: Any) -> torch.Tensor:
        """A tree like x as a vector."""
        parts = self.tree.flatten(tree, "the value of fun")
        for name, p, shape in zip(self.tree.names, parts, self.shapes):
            if tuple(p.shape) != shape:
                raise InputError(f"the value of fun for {name} has shape {tuple(p.shape)}, want {shape}, as x0 has")
        return torch.cat([p.reshape(-1).to(self.dtype) for p in parts])

    def value(self, x: torch.Tensor, params: list[Any]) -> torch.Tensor:
        """The values of the members: numbers of a minimizer, vectors otherwise."""
        tensors = [i for i, p in enumerate(params) if isinstance(p, torch.Tensor)]

        def one(x: torch.Tensor, *given: torch.Tensor) -> torch.Tensor:
            all_params = list(params)
            for i, p in zip(tensors, given):
                all_params[i] = p
            y = self.layer.fun(self.tree.build(self.split(x)), *self.ptree.build(all_params))
            return y if self.layer.symmetric else self.vector(y)

        given = [params[i] for i in tensors]
        if not self.layer.batch:
            return one(x[0], *given)[None]
        if self._mapped:
            try:
                return torch.func.vmap(one)(x, *given)
            except Exception:  # what vmap cannot do; an error of the function itself comes again below
                self._mapped = False
        return torch.stack([one(x[i], *(p[i] for p in given)) for i in range(len(x))])

    def condition(self, x: torch.Tensor, params: list[Any]) -> torch.Tensor:
        """F at x, which must require a gradient, with what it takes to differentiate it."""
        if not self.layer.symmetric:
            y = self.value(x, params)
            return y - x if self.layer.kind == "fixed_point" else y
        y = self.value(x, params).sum()
        (g,) = torch.autograd.grad(y, x, create_graph=True, allow_unused=True, materialize_grads=True)
        return g

    def at(self, x: np.ndarray) -> torch.Tensor:
        return torch.as_tensor(x, dtype=self.dtype, device=self.device).requires_grad_()

    def detached(self) -> list[Any]:
        return [p.detach() if isinstance(p, torch.Tensor) else p for p in self.params]

    # For the search, on NumPy arrays.

    def residual(self, x: np.ndarray) -> np.ndarray:
        return _numpy(self.condition(self.at(x), self.detached()))

    def jacobian(self, x: np.ndarray) -> np.ndarray:
        t = self.at(x)
        return rows(self.condition(t, self.detached()), t)

    def product(self, x: np.ndarray) -> _linear.Product:
        t = self.at(x)
        return self.pull(self.condition(t, self.detached()), t)

    def pull(self, F: torch.Tensor, x: torch.Tensor) -> _linear.Product:
        """The product of the transpose of the Jacobian with a vector."""

        def product(v: np.ndarray) -> np.ndarray:
            return _numpy(_grad(F, x, torch.as_tensor(v, dtype=F.dtype, device=F.device).reshape(F.shape))).reshape(-1)

        return product

    def push(self, F: torch.Tensor, x: torch.Tensor) -> _linear.Product:
        """The product of the Jacobian with a vector: the derivative of the transposed product, which is linear."""
        w = torch.zeros_like(F, requires_grad=True)
        g = _grad(F, x, w, create_graph=True)

        def product(v: np.ndarray) -> np.ndarray:
            return _numpy(_grad(g, w, torch.as_tensor(v, dtype=F.dtype, device=F.device).reshape(F.shape))).reshape(-1)

        return product

    def members(self) -> list[tuple[Any, tuple[Any, ...]]]:
        """The trees of the starts and parameters of the members."""
        starts, params = [t.detach() for t in self.starts], self.detached()
        if not self.layer.batch:
            return [(self.tree.build(starts), tuple(self.ptree.build(params)))]
        return [
            (
                self.tree.build([t[i] for t in starts]),
                tuple(self.ptree.build([p[i] if isinstance(p, torch.Tensor) else p for p in params])),
            )
            for i in range(self.batch)
        ]


def _batch(layer: Layer, named: list[tuple[str, Any]]) -> int:
    """The number of members."""
    if not layer.batch:
        return 1
    sizes: dict[int, str] = {}
    for name, t in named:
        if isinstance(t, torch.Tensor):
            if t.ndim == 0:
                raise InputError(f"{name} is a scalar, want a leading axis of members (batch=True)")
            sizes.setdefault(int(t.shape[0]), name)
    if len(sizes) != 1:
        raise InputError("the tensors have batches of " + ", ".join(f"{k} ({v})" for k, v in sizes.items()))
    return next(iter(sizes))


def _grad(F: torch.Tensor, x: torch.Tensor, v: torch.Tensor, create_graph: bool = False) -> torch.Tensor:
    if not F.requires_grad:
        return torch.zeros_like(x)
    (g,) = torch.autograd.grad(
        F, x, v, retain_graph=True, create_graph=create_graph, allow_unused=True, materialize_grads=True
    )
    return g


def rows(F: torch.Tensor, x: torch.Tensor) -> np.ndarray:
    """The Jacobians of the members, of shape (B, n, n): a product for each variable, for all members at the same
    time."""
    B, n = F.shape
    units = torch.eye(n, dtype=F.dtype, device=F.device)
    return (
        np.stack([_numpy(_grad(F, x, units[i].expand(B, n))) for i in range(n)], axis=1) if n else np.zeros((B, 0, 0))
    )


def _numpy(t: torch.Tensor) -> np.ndarray:
    a: np.ndarray = t.detach().cpu().to(torch.float64).numpy()
    return a


def _check_closure(s: _System) -> None:
    """Complain of tensors that fun takes from elsewhere and that require a gradient, which they would not get."""
    x = torch.cat([t.detach().reshape(s.batch, -1).to(s.dtype) for t in s.starts], 1).requires_grad_()
    y = s.value(x, s.detached())
    seen, todo = set(), [y.grad_fn]
    while todo:
        node = todo.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        leaf = getattr(node, "variable", None)
        if leaf is not None and leaf is not x:
            raise InputError(
                f"fun uses a tensor of shape {tuple(leaf.shape)} that requires a gradient and is not among "
                "the parameters: pass it as one, or detach it"
            )
        todo += [n for n, _ in node.next_functions]


class _Solution(torch.autograd.Function):
    """A known solution, with its derivative by the parameters."""

    @staticmethod
    def forward(ctx: Any, s: _System, solved: Solved, *tensors: torch.Tensor) -> torch.Tensor:
        x = torch.as_tensor(solved.x, dtype=s.dtype, device=s.device)
        ctx.s, ctx.solved = s, solved
        ctx.save_for_backward(x, *tensors)
        return x

    @staticmethod
    def backward(ctx: Any, ct: torch.Tensor) -> tuple[Any, ...]:
        s, solved = ctx.s, ctx.solved
        s.layer.trust(solved.ok)
        twice = torch.is_grad_enabled()
        x, *tensors = ctx.saved_tensors
        with torch.enable_grad():
            # Aliases, so that derivatives by x and by the parameters are apart, though x depends on them too.
            x = x.view_as(x) if x.requires_grad else x.detach().requires_grad_()
            given = [t.view_as(t) if t.requires_grad else t for t in tensors]
            if not twice:
                x, given = x.detach().requires_grad_(), [t.detach().requires_grad_(t.requires_grad) for t in given]
            at = iter(given)
            F = s.condition(x, [next(at) if isinstance(p, torch.Tensor) else p for p in s.params])
            free = torch.as_tensor(1 - solved.held, dtype=s.dtype, device=s.device)
            u = torch.as_tensor(_transposed(s, F, x, _numpy(ct), solved.held), dtype=s.dtype, device=s.device)
            if twice:  # u as a function of all it depends on: a step of Newton's on its own condition, from its value
                left = _grad(F, x, u, create_graph=True)
                u = u + _Correction.apply(s, solved.held, free * (ct - left), x, *given)
            wanted = [t for t in given if t.requires_grad and t.dtype.is_floating_point]
            grads = iter(
                torch.autograd.grad(
                    F, wanted, -(free * u), create_graph=twice, allow_unused=True, materialize_grads=True
                )
                if wanted and F.requires_grad
                else [torch.zeros_like(t) for t in wanted]
            )
        return (None, None, *(next(grads) if t.requires_grad and t.dtype.is_floating_point else None for t in given))


def _transposed(s: _System, F: torch.Tensor, x: torch.Tensor, b: np.ndarray, held: np.ndarray) -> np.ndarray:
    """The solution of the system with the transposed Jacobian."""
    b = np.where(held > 0, 0.0, b)
    if s.n <= _linear.SMALL:
        return _linear.dense(masked(rows(F, x), held).swapaxes(-1, -2), b, symmetric=s.layer.symmetric, eps=s.eps)
    return s.layer.iterate(s.pull(F, x), b, held, _tolerance(s))


def _tolerance(s: _System) -> float:
    return 1e-10 if s.eps < 1e-12 else 1e-5


class _Correction(torch.autograd.Function):
    """The inverse of the transposed Jacobian times a vector that is zero but for its derivative."""

    @staticmethod
    def forward(
        ctx: Any, s: _System, held: np.ndarray, r: torch.Tensor, x: torch.Tensor, *given: torch.Tensor
    ) -> torch.Tensor:
        ctx.s, ctx.held = s, held
        ctx.save_for_backward(x, *given)
        return torch.zeros_like(r)

    @staticmethod
    def backward(ctx: Any, ct: torch.Tensor) -> tuple[Any, ...]:
        s, held = ctx.s, ctx.held
        with torch.enable_grad():
            x, at = ctx.saved_tensors[0].detach().requires_grad_(), (t.detach() for t in ctx.saved_tensors[1:])
            F = s.condition(x, [next(at) if isinstance(p, torch.Tensor) else p for p in s.params])
            b = np.where(held > 0, 0.0, _numpy(ct))
            if s.n <= _linear.SMALL:
                y = _linear.dense(masked(rows(F, x), held), b, symmetric=s.layer.symmetric, eps=s.eps)
            else:
                y = s.layer.iterate(s.push(F, x), b, held, _tolerance(s))
        last = _Last.apply(torch.as_tensor(y, dtype=ct.dtype, device=ct.device), ct, *ctx.saved_tensors)
        return (None, None, last, *(None for _ in ctx.saved_tensors))


class _Last(torch.autograd.Function):
    """A value made from others, whose derivative is refused."""

    @staticmethod
    def forward(ctx: Any, y: torch.Tensor, *of: torch.Tensor) -> torch.Tensor:
        return y.view_as(y)

    @staticmethod
    def backward(ctx: Any, ct: torch.Tensor) -> Any:
        raise NotImplementedError("layers have derivatives of first and second order in PyTorch, not of third")


def call(layer: Layer, x0: Any, params: tuple[Any, ...]) -> Any:
    """The solution as a tree of tensors like x0."""
    s = _System(layer, x0, params)
    if not s.batch:  # nothing to solve, and nothing of the parameters to depend on
        nothing = sum(p.sum() * 0 for p in s.params if isinstance(p, torch.Tensor) and p.is_floating_point())
        return s.tree.build([t.detach() + nothing for t in s.starts])
    try:
        return _solution(layer, s)
    except RuntimeError as e:
        if "functorch transform" not in str(e):
            raise
        raise NotImplementedError(
            "layers of functions have no transformation of torch.func: use batch=True for vmap, and torch.autograd.grad "
            "or torch.autograd.functional.jacobian for derivatives"
        ) from e


def _solution(layer: Layer, s: _System) -> Any:
    with torch.enable_grad():
        _check_closure(s)
        solved = layer.solve(backend(), s.vector, s.members(), s, s.eps)
    layer.warn(solved)
    x = _Solution.apply(s, solved, *(p for p in s.params if isinstance(p, torch.Tensor)))
    parts = s.split(x)
    return s.tree.build(parts if layer.batch else [p[0] for p in parts])
