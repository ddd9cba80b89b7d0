"""TensorFlow as a framework of tensors."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from . import _core
from ._backend import FLOAT64, Backend, Leaves, Objective, Slot
from ._door import Arrays
from ._errors import InputError


class TensorFlowBackend(Backend):
    """TensorFlow, eager: a tf.function is traced together with the way into and out of the vector."""

    name = "TensorFlow"
    differentiates = True

    def read(self, value: Any, name: str) -> tuple[np.ndarray, Any, float]:
        tensor = isinstance(value, (tf.Tensor, tf.Variable))
        t = value if tensor else _tensor(value, name)
        if not t.dtype.is_floating:
            raise InputError(f"x0 of {name} has type {t.dtype.name}, want floating-point numbers")
        if not tf.executing_eagerly():
            raise RuntimeError(
                "minimize is called within a tf.function, where tensors have no values; call it from outside"
            )
        device = t.device if "CPU" not in t.device else ""
        return (
            np.asarray(t.numpy()).astype(FLOAT64),
            (t.dtype, device),
            float(np.finfo(_numpy_type(t.dtype)).eps) if t.dtype != tf.bfloat16 else 2.0**-7,
        )

    def maker(self, slots: Sequence[Slot]) -> Callable[[np.ndarray], list[Any]]:
        shapes, kinds = tuple([s.shape for s in slots]), {s.like[0] for s in slots}
        make: Callable[[np.ndarray], list[Any]]
        if len(kinds) == 1 and kinds <= _SHARED.keys() and all([s.last > s.first for s in slots]):
            # A tenth of the work of constants.
            tensor, size = tf.experimental.dlpack.from_dlpack, _SHARED[kinds.pop()]
            make = lambda x: [tensor(capsule) for capsule in _core.tensors(x, shapes, size)]  # noqa: E731
        else:
            constant = tf.constant
            ones = [(slice(s.first, s.last), s.shape, s.like[0].as_numpy_dtype) for s in slots]
            make = lambda x: [  # noqa: E731
                constant(x[at].reshape(shape).astype(dtype, copy=False)) for at, shape, dtype in ones
            ]
        devices = {s.like[1] for s in slots}
        if devices == {""}:
            return make

        def placed(x: np.ndarray) -> list[Any]:
            made = []
            for s, t in zip(slots, make(x)):
                with tf.device(s.like[1] or "CPU:0"):
                    made.append(tf.identity(t))
            return made

        return placed

    def arrays(self, slots: Sequence[Slot], make: Callable[[np.ndarray], list[Any]]) -> Arrays | None:
        return Arrays(make, False, _EAGER, np.asarray, None)

    def array(self, value: Any, what: str) -> np.ndarray:
        if type(value) is _EAGER:
            out: np.ndarray = value.numpy()
            if out.dtype.kind == "f":
                return out
        if not isinstance(value, tf.Tensor) and isinstance(value, tf.IndexedSlices):
            value = tf.convert_to_tensor(value)
        if isinstance(value, (tf.Tensor, tf.Variable)):
            if not value.dtype.is_floating:
                raise InputError(f"{what} has type {value.dtype.name}, want floating-point numbers")
            a: np.ndarray = np.asarray(value.numpy())
            return a if a.dtype.kind == "f" else a.astype(np.float32)
        return super().array(value, what)

    def limits(self, value: Any, what: str) -> np.ndarray:
        if isinstance(value, (tf.Tensor, tf.Variable)):
            return np.asarray(value.numpy()).astype(FLOAT64)
        return super().limits(value, what)

    def value_and_gradient(self, f: Objective) -> Callable[[Leaves], tuple[Any, Leaves]]:
        def both(leaves: Leaves) -> tuple[Any, Leaves]:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                for t in leaves:
                    tape.watch(t)
                value = f.call(leaves)
            if not isinstance(value, (tf.Tensor, tf.Variable)) or value.shape.rank:
                self.number(value)  # for its errors
                raise InputError(
                    "the value of the objective was not made from x by operations of TensorFlow; "
                    'return (value, gradients), or pass jac="2-point"'
                )
            return value, tape.gradient(value, leaves)

        return both

    def hessian_product(self, f: Objective) -> Callable[[Leaves, Leaves], Leaves] | None:
        if f.pair:  # a gradient that left TensorFlow on the way would count as constant
            return None

        def product(leaves: Leaves, p: Leaves) -> Leaves:
            with tf.GradientTape(watch_accessed_variables=False) as outer:
                for t in leaves:
                    outer.watch(t)
                with tf.GradientTape(watch_accessed_variables=False) as inner:
                    for t in leaves:
                        inner.watch(t)
                    value = f.call(leaves)
                gradient = inner.gradient(value, leaves)
                slopes = [tf.reduce_sum(tf.convert_to_tensor(g) * v) for g, v in zip(gradient, p) if g is not None]
                slope = tf.add_n(slopes)
            zero = tf.UnconnectedGradients.ZERO
            product: Leaves = outer.gradient(slope, leaves, unconnected_gradients=zero)
            return product

        return product

    def jacobian(self, f: Objective) -> Callable[[Leaves], Sequence[np.ndarray | None]] | None:
        def rows(leaves: Leaves) -> Sequence[np.ndarray | None]:
            with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
                for t in leaves:
                    tape.watch(t)
                values = tf.unstack(tf.reshape(f.call(leaves), [-1]))
            each = [tape.gradient(v, leaves) for v in values]
            return [
                None
                if all(g is None for g in column)
                else np.stack(
                    [np.zeros(tuple(leaf.shape)) if g is None else self.array(g, "the Jacobian") for g in column]
                )
                for leaf, column in zip(leaves, zip(*each))
            ]

        return rows

    def compiled(self, f: Objective) -> Callable[[np.ndarray], np.ndarray] | None:
        if (
            not isinstance(f.fun, tf.types.experimental.PolymorphicFunction)
            or len({s.like for s in f.slots}) > 1
            or f.slots[0].like[1]
        ):
            return None
        dtype = f.slots[0].like[0]
        key = (
            f.pair,
            tuple(f.tree.paths),
            repr(f.tree.build(range(len(f.slots)))),
            tuple((s.shape, dtype) for s in f.slots),
        )
        try:
            known = _programs.setdefault(f.fun, {})
            if key not in known:
                known[key] = tf.function(_on_vector(weakref.ref(f.fun), f), autograph=False)
            program = known[key]
        except TypeError:  # something is not hashable
            return None
        args, constant, numpy_type = f.args, tf.constant, dtype.as_numpy_dtype

        def call(x: np.ndarray) -> np.ndarray:
            out: np.ndarray = program(constant(x.astype(numpy_type, copy=False)), *args).numpy()
            return out

        return call


_EAGER = type(tf.constant(0.0))  # the type of tensors that have values
_SHARED = {tf.float64: 8, tf.float32: 4}  # the types of which the extension makes tensors, with their bytes

_programs: weakref.WeakKeyDictionary[Any, dict[Hashable, Any]] = weakref.WeakKeyDictionary()


def _on_vector(fun: Callable[[], Any], f: Objective) -> Callable[..., Any]:
    """The value and the gradient as one vector. It must not keep the user's function alive, by which it is known."""
    build, flatten, pair = f.tree.build, f.tree.flatten, f.pair
    sizes, shapes = [s.last - s.first for s in f.slots], [s.shape for s in f.slots]

    def on_vector(x: Any, *args: Any) -> Any:
        parts = tf.split(x, sizes) if len(sizes) > 1 else [x]  # one operation for all
        leaves = [v if len(shape) == 1 else tf.reshape(v, shape) for v, shape in zip(parts, shapes)]
        if pair:
            value, tree = fun()(build(leaves), *args)
            gradient = flatten(tree, "the gradient")
        else:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                for t in leaves:
                    tape.watch(t)
                value = fun()(build(leaves), *args)
            gradient = tape.gradient(value, leaves)
        parts = [tf.convert_to_tensor(v) for v in (value, *gradient)]
        # What is wrong here is said again, for the user, by the way that is not compiled.
        for v, shape in zip(parts, [(), *shapes]):
            if v.shape.rank is None or tuple(v.shape) != tuple(shape) or v.dtype != x.dtype:
                raise InputError("a shape or a type is wrong")
        return tf.concat([v if v.shape.rank == 1 else tf.reshape(v, [-1]) for v in parts], 0)

    return on_vector


def _numpy_type(dtype: Any) -> Any:
    return dtype.as_numpy_dtype


def _tensor(value: Any, name: str) -> Any:
    """A start that is no tensor: NumPy's arrays keep their type, numbers of Python get TensorFlow's default."""
    try:
        return tf.convert_to_tensor(value)
    except (TypeError, ValueError):
        raise InputError(f"x0 of {name} is {value!r:.60}, want a tensor") from None


@functools.cache
def backend() -> Backend:
    """TensorFlow."""
    return TensorFlowBackend()
