"""Solutions of functions of TensorFlow, eager, differentiable twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from .._errors import InputError
from .._tensorflow import backend
from .._tree import Tree
from . import _linear
from ._implicit import Layer, Solved, masked

_ZERO = tf.UnconnectedGradients.ZERO


class _System:
    """The condition of a batch, of vectors of variables, for given parameters."""

    def __init__(self, layer: Layer, x0: Any, params: tuple[Any, ...]) -> None:
        if not tf.executing_eagerly():
            raise RuntimeError(
                "a layer is called within a tf.function, where tensors have no values; call it from outside"
            )
        b = backend()
        self.layer = layer
        self.tree, self.ptree = Tree(x0, b.one_level), Tree(params, b.one_level)
        self.starts = [tf.convert_to_tensor(t) for t in self.tree.leaves]
        self.params = [p if isinstance(p, (str, bytes)) else tf.convert_to_tensor(p) for p in self.ptree.leaves]
        self.batch = _batch(layer, [*zip(self.tree.names, self.starts), *zip(self.ptree.names, self.params)])
        self.shapes = [tuple(t.shape[1:] if layer.batch else t.shape) for t in self.starts]
        self.sizes = [int(np.prod(s)) for s in self.shapes]
        self.n = sum(self.sizes)
        for name, t in zip(self.tree.names, self.starts):
            if not t.dtype.is_floating:
                raise InputError(f"x0 of {name} has type {t.dtype.name}, want floating-point numbers")
        self.dtype = tf.float64 if any(t.dtype == tf.float64 for t in self.starts) else tf.float32
        self.eps = max(
            2.0**-7 if t.dtype == tf.bfloat16 else float(np.finfo(t.dtype.as_numpy_dtype).eps)
            for t in self.starts
            if t.dtype.is_floating
        )

    def split(self, x: Any) -> list[Any]:
        """The tensors of vectors, the last axis of x."""
        parts = tf.split(x, self.sizes, -1)
        return [
            tf.cast(tf.reshape(p, (*x.shape[:-1], *s)), t.dtype) for p, s, t in zip(parts, self.shapes, self.starts)
        ]

    def vector(self, tree: Any) -> Any:
        """A tree like x as a vector."""
        parts = self.tree.flatten(tree, "the value of fun")
        for name, p, shape in zip(self.tree.names, parts, self.shapes):
            if tuple(p.shape) != shape:
                raise InputError(f"the value of fun for {name} has shape {tuple(p.shape)}, want {shape}, as x0 has")
        return tf.concat([tf.cast(tf.reshape(p, [-1]), self.dtype) for p in parts], 0)

    def value(self, x: Any, params: list[Any]) -> Any:
        """The values of the members: numbers of a minimizer, vectors otherwise."""

        def one(i: int) -> Any:
            given = [p[i] for p in params] if self.layer.batch else params
            y = self.layer.fun(self.tree.build(self.split(x[i])), *self.ptree.build(given))
            return y if self.layer.symmetric else self.vector(y)

        return tf.stack([one(i) for i in range(self.batch)])

    def condition(self, x: Any, params: list[Any]) -> Any:
        """F at x. A tape around it can differentiate it."""
        if not self.layer.symmetric:
            y = self.value(x, params)
            return y - x if self.layer.kind == "fixed_point" else y
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(x)
            y = tf.reduce_sum(self.value(x, params))
        return tape.gradient(y, x, unconnected_gradients=_ZERO)

    def tape(self, x: Any, params: list[Any]) -> tuple[Any, Any]:
        """F at x, and a tape that knows how it depends on x and the parameters, to be asked any number of times."""
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            tape.watch(x)
            for p in params:
                if p.dtype.is_floating:
                    tape.watch(p)
            F = self.condition(x, params)
        return F, tape

    def at(self, x: np.ndarray) -> Any:
        return tf.convert_to_tensor(x, self.dtype)

    # For the search, on NumPy arrays.

    def residual(self, x: np.ndarray) -> np.ndarray:
        return _numpy(self.condition(self.at(x), self.params))

    def jacobian(self, x: np.ndarray) -> np.ndarray:
        t = self.at(x)
        F, tape = self.tape(t, self.params)
        return self.rows(F, tape, t)

    def product(self, x: np.ndarray) -> _linear.Product:
        t = self.at(x)
        F, tape = self.tape(t, self.params)
        return self.pull(F, tape, t)

    def rows(self, F: Any, tape: Any, x: Any) -> np.ndarray:
        """The Jacobians of the members, of shape (B, n, n): a product for each variable, for all members at the same
        time."""
        units = tf.eye(self.n, dtype=F.dtype)
        each = [_numpy(_gradient(tape, F, x, tf.broadcast_to(units[i], F.shape))) for i in range(self.n)]
        return np.stack(each, axis=1) if each else np.zeros((self.batch, 0, 0))

    def pull(self, F: Any, tape: Any, x: Any) -> _linear.Product:
        """The product of the transpose of the Jacobian with a vector."""
        return lambda v: _numpy(_gradient(tape, F, x, tf.reshape(tf.convert_to_tensor(v, F.dtype), F.shape))).reshape(
            -1
        )

    def push(self, x: Any, params: list[Any]) -> _linear.Product:
        """The product of the Jacobian with a vector: the derivative of the transposed product, which is linear."""
        w = tf.zeros_like(x)
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as outer:
            outer.watch(w)
            F, tape = self.tape(x, params)
            g = _gradient(tape, F, x, w)
        return lambda v: _numpy(_gradient(outer, g, w, tf.reshape(tf.convert_to_tensor(v, x.dtype), x.shape))).reshape(
            -1
        )

    def members(self) -> list[tuple[Any, tuple[Any, ...]]]:
        """The trees of the starts and parameters of the members."""
        if not self.layer.batch:
            return [(self.tree.build(self.starts), tuple(self.ptree.build(self.params)))]
        return [
            (self.tree.build([t[i] for t in self.starts]), tuple(self.ptree.build([p[i] for p in self.params])))
            for i in range(self.batch)
        ]


def _gradient(tape: Any, F: Any, x: Any, v: Any) -> Any:
    return tape.gradient(F, x, output_gradients=v, unconnected_gradients=_ZERO)


def _batch(layer: Layer, named: list[tuple[str, Any]]) -> int:
    """The number of members."""
    if not layer.batch:
        return 1
    sizes: dict[int, str] = {}
    for name, t in named:
        if not t.shape.rank:
            raise InputError(f"{name} is a scalar, want a leading axis of members (batch=True)")
        sizes.setdefault(int(t.shape[0]), name)
    if len(sizes) != 1:
        raise InputError("the tensors have batches of " + ", ".join(f"{k} ({v})" for k, v in sizes.items()))
    return next(iter(sizes))


def _numpy(t: Any) -> np.ndarray:
    return np.asarray(tf.convert_to_tensor(t).numpy(), np.float64)


def _solve(s: _System, x: Any, params: list[Any], b: np.ndarray, held: np.ndarray, transposed: bool) -> np.ndarray:
    """The solution of the system with the Jacobian, or with its transpose."""
    b = np.where(held > 0, 0.0, b)
    F, tape = s.tape(x, params)
    if s.n <= _linear.SMALL:
        J = masked(s.rows(F, tape, x), held)
        return _linear.dense(J.swapaxes(-1, -2) if transposed else J, b, symmetric=s.layer.symmetric, eps=s.eps)
    way = s.pull(F, tape, x) if transposed or s.layer.symmetric else s.push(x, params)
    return s.layer.iterate(way, b, held, 1e-10 if s.eps < 1e-12 else 1e-5)


def _attached(s: _System, solved: Solved, params: list[Any]) -> Any:
    """The known solution as a function of the parameters."""
    floats = [i for i, p in enumerate(params) if p.dtype.is_floating]

    @tf.custom_gradient
    def solution(*given: Any) -> Any:
        value = s.at(solved.x)

        def all_of(given: Any) -> list[Any]:
            out = list(params)
            for i, p in zip(floats, given):
                out[i] = p
            return out

        def grad(ct: Any) -> Any:
            s.layer.trust(solved.ok)
            free = tf.convert_to_tensor(1 - solved.held, s.dtype)
            here = all_of(given)
            # The solution again as a function of the parameters, for a tape around this one.
            x = tf.identity(_attached(s, solved, here))
            here = [tf.identity(p) for p in here]
            F, tape = s.tape(x, here)
            u0 = s.at(_solve(s, s.at(solved.x), [tf.stop_gradient(p) for p in here], _numpy(ct), solved.held, True))
            # u as a function of all it depends on: a step of Newton's on its own condition, from its value.
            u = u0 + _correction(s, solved, here, free * (ct - _gradient(tape, F, x, u0)))
            wanted = [here[i] for i in floats]
            return tape.gradient(F, wanted, output_gradients=-(free * u), unconnected_gradients=_ZERO)

        return value, grad

    return solution(*(params[i] for i in floats))


def _correction(s: _System, solved: Solved, params: list[Any], r: Any) -> Any:
    """The inverse of the transposed Jacobian times a vector that is zero but for its derivative."""

    @tf.custom_gradient
    def correct(r: Any) -> Any:
        def grad(ct: Any) -> Any:
            y = s.at(_solve(s, s.at(solved.x), [tf.stop_gradient(p) for p in params], _numpy(ct), solved.held, False))
            return _last(y, ct, *params)

        return tf.zeros_like(r), grad

    return correct(r)


def _last(y: Any, *of: Any) -> Any:
    """A value made from others, whose derivative is refused."""

    def grad(ct: Any) -> Any:
        raise NotImplementedError("layers have derivatives of first and second order in TensorFlow, not of third")

    return tf.custom_gradient(lambda *of: (tf.identity(y), grad))(*of)


def _check_closure(s: _System) -> None:
    """Complain of variables that fun takes from elsewhere, which would not get a gradient."""
    x = tf.concat([tf.reshape(tf.cast(t, s.dtype), (s.batch, -1)) for t in s.starts], 1)
    with tf.GradientTape() as tape:
        s.value(x, s.params)
    for v in tape.watched_variables():
        if v.trainable:
            raise InputError(
                f"fun uses the variable {v.name} of shape {tuple(v.shape)} that is not among the parameters: "
                "pass it as one"
            )


def call(layer: Layer, x0: Any, params: tuple[Any, ...]) -> Any:
    """The solution as a tree of tensors like x0."""
    s = _System(layer, x0, params)
    outer = s.params
    s.params = [tf.stop_gradient(p) for p in outer]
    s.starts = [tf.stop_gradient(t) for t in s.starts]
    _check_closure(s)
    solved = layer.solve(backend(), s.vector, s.members(), s, s.eps)
    layer.warn(solved)
    parts = s.split(_attached(s, solved, outer))
    return s.tree.build(parts if layer.batch else [p[0] for p in parts])
