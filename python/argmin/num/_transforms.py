"""Gradients, batches, loops and branches of functions that are traced."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .._program import Builder, Program, Type
from . import _functions as fn
from ._array import Array, active, apply, promote, type_of, write
from ._trees import flatten, unflatten

Function = Callable[..., Any]


def trace(fun: Function, structures: Sequence[Any], types: Sequence[Sequence[Type]]) -> tuple[Program, Any]:
    """The program of a function for arguments of these structures and types, and the structure of its result."""
    b = Builder()
    flat = [t for group in types for t in group]
    ins = [b.variable() for _ in flat]
    out: list[Any] = []

    def run(xs: list[Any]) -> list[Any]:
        args, at = [], 0
        for s, group in zip(structures, types):
            args.append(unflatten(s, xs[at : at + len(group)]))
            at += len(group)
        leaves, structure = flatten(fun(*args))
        out.append(structure)
        return leaves

    operands, gives = write(b, run, ins, flat)
    return b.program(ins, operands, flat, gives), out[0]


def program_of(fun: Function, *args: Any) -> Program:
    """The program of a function for arguments like these: ``.text`` is its JSON.

    >>> program_of(lambda x: sum(x**2), np.ones(3)).gives
    [Type(shape=(), dtype=dtype('float64'))]
    """
    flat = [flatten(a) for a in args]
    return trace(fun, [s for _, s in flat], [[type_of(x) for x in leaves] for leaves, _ in flat])[0]


class _Inner:
    """A function of flat arrays as a program within an equation, and the structure of its result."""

    def __init__(self, fun: Function, args: Sequence[Any], name: str, types: Sequence[Type] | None = None) -> None:
        flat = [flatten(a) for a in args]
        self.structures = [s for _, s in flat]
        self.counts = [len(leaves) for leaves, _ in flat]
        self.leaves = [x for leaves, _ in flat for x in leaves]
        self.types = list(types) if types is not None else [type_of(x) for x in self.leaves]
        b = active()
        assert b is not None, name
        out: list[Any] = []

        def run(ins: list[int]) -> list[Any]:
            def call(xs: list[Any]) -> list[Any]:
                leaves, structure = flatten(fun(*self.trees(xs)))
                out.append(structure)
                return leaves

            operands, self.gives = write(b, call, ins, self.types)
            return operands

        self.body = b.inner(len(self.types), run)
        self.out = out[0]

    def trees(self, xs: Sequence[Any]) -> list[Any]:
        """Arguments from their leaves."""
        args, at = [], 0
        for s, n in zip(self.structures, self.counts):
            args.append(unflatten(s, xs[at : at + n]))
            at += n
        return args

    def places(self, which: Sequence[int]) -> list[int]:
        """The places of the floating-point leaves of some arguments."""
        starts = np.concatenate([[0], np.cumsum(self.counts)])
        return [i for k in which for i in range(starts[k], starts[k + 1]) if self.types[i].dtype.kind == "f"]


def jit(fun: Function) -> Function:
    """The function as a program, which is traced once for each structure, shapes and types of its arguments.

    >>> f = jit(lambda x: sum(x**2))
    >>> float(f(np.array([1.0, 2.0])))
    5.0
    """
    kept: dict[Any, tuple[Program, Any]] = {}

    @functools.wraps(fun)
    def run(*args: Any) -> Any:
        if active() is not None:  # part of the program around
            return fun(*args)
        flat = [flatten(a) for a in args]
        types = [[type_of(x) for x in leaves] for leaves, _ in flat]
        key = (tuple(s for _, s in flat), tuple(map(tuple, types)))
        if key not in kept:
            kept[key] = trace(fun, [s for _, s in flat], types)
        program, out = kept[key]
        return unflatten(out, program(*[x for leaves, _ in flat for x in leaves]))

    return run


def _places(argnums: int | Sequence[int], count: int) -> tuple[int, ...]:
    places = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    for k in places:
        if not -count <= k < count:
            raise ValueError(f"argnums is {argnums}, and the function is called with {count} arguments")
    return tuple(k % count for k in places)


def value_and_grad(fun: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """The function's value and its gradient with respect to some arguments.

    >>> f = value_and_grad(lambda x, a: a * sum(x**2))
    >>> value, gradient = f(np.array([1.0, 2.0]), 3.0)
    >>> float(value), gradient.tolist()
    (15.0, [6.0, 12.0])
    """

    @jit
    @functools.wraps(fun)
    def run(*args: Any) -> Any:
        places = _places(argnums, len(args))
        args = tuple(_floats(a) if k in places else a for k, a in enumerate(args))
        p = _Inner(fun, args, "value_and_grad")
        if not p.gives or p.gives[0].shape != () or p.gives[0].dtype.kind != "f" or (p.out is not None) != has_aux:
            raise TypeError(
                f"the function returned {_described(p)}, want a real number"
                + (" and more, a pair" if has_aux else "")
            )
        wrt = p.places(places)
        ys = apply("value_and_grad", p.leaves, p.gives + [p.types[i] for i in wrt], {"program": p.body, "wrt": wrt})
        n = len(p.gives)
        grads, at = [], n
        for k in places:
            m = len(p.places([k]))
            if m != p.counts[k]:
                raise TypeError(f"argument {k} has arrays that are not of real numbers, which have no gradient")
            grads.append(unflatten(p.structures[k], ys[at : at + m]))
            at += m
        return unflatten(p.out, ys[:n]), (grads[0] if isinstance(argnums, int) else tuple(grads))

    return run


def _described(p: _Inner) -> str:
    names = ", ".join(t.name for t in p.gives) or "None"
    return names if p.out is None or not p.gives else f"a tree of {names}"


def _floats(tree: Any) -> Any:
    """Integers as real numbers."""
    leaves, structure = flatten(tree)
    return unflatten(structure, [fn.astype(x, np.float64) if promote(x).kind in "iu" else x for x in leaves])


def grad(fun: Function, argnums: int | Sequence[int] = 0) -> Function:
    """The gradient of a function with respect to some arguments.

    >>> grad(grad(lambda x: x**3))(2.0).item()
    12.0
    """
    f = value_and_grad(fun, argnums)

    @functools.wraps(fun)
    def run(*args: Any) -> Any:
        return f(*args)[1]

    return run


def jvp(fun: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """The value of a function, and its derivative along a direction.

    >>> y, dy = jvp(lambda x: x**2, [np.array([1.0, 3.0])], [np.array([1.0, 0.0])])
    >>> dy.tolist()
    [2.0, 0.0]
    """

    lists = isinstance(primals, (list, tuple)) and isinstance(tangents, (list, tuple))
    if not lists or len(primals) != len(tangents):
        raise TypeError("primals and tangents are lists of the arguments, one tangent for each of the arguments")
    for k, (x, t) in enumerate(zip(primals, tangents)):
        a, b = ([fn.shape_of(v) for v in flatten(tree)[0]] for tree in (x, t))
        if a != b:
            raise ValueError(f"tangent {k} has the shapes {b}, want those of the argument, {a}")

    @jit
    def run(primals: Any, tangents: Any) -> Any:
        p = _Inner(fun, [_floats(a) for a in primals], "jvp")
        wrt, outs = p.places(range(len(primals))), _real(p.gives)
        dx = [x for t in tangents for x in flatten(_floats(t))[0]]
        gives = [p.gives[i] for i in outs]
        ys = apply("jvp", p.leaves + dx, gives + gives, {"program": p.body, "wrt": wrt, "outs": outs})
        return unflatten(p.out, ys[: len(outs)]), unflatten(p.out, ys[len(outs) :])

    y, dy = run(list(primals), list(tangents))
    return y, dy


def _real(gives: Sequence[Type]) -> list[int]:
    if not builtin_all(t.dtype.kind == "f" for t in gives):
        raise TypeError(f"the function returned {', '.join(t.name for t in gives)}, want real numbers")
    return list(range(len(gives)))


builtin_all, builtin_any = all, any


def pull(fun: Function, primals: Sequence[Any], cotangents: Any) -> tuple[Any, tuple[Any, ...]]:
    """The value of a function and the transposed derivative times ``cotangents``, one tree for each of ``primals``."""
    p = _Inner(fun, [_floats(a) for a in primals], "vjp")
    wrt, outs = p.places(range(len(primals))), _real(p.gives)
    gives = [p.gives[i] for i in outs] + [p.types[i] for i in wrt]
    ys = apply("vjp", p.leaves + flatten(_floats(cotangents))[0], gives, {"program": p.body, "wrt": wrt, "outs": outs})
    return unflatten(p.out, ys[: len(outs)]), tuple(p.trees(ys[len(outs) :]))


def vjp(fun: Function, *primals: Any) -> tuple[Any, Function]:
    """The value of a function, and the function from cotangents of the value to those of the arguments.

    >>> y, back = vjp(lambda x: x**2, np.array([1.0, 3.0]))
    >>> back(np.array([1.0, 1.0]))[0].tolist()
    [2.0, 6.0]
    """
    back = jit(lambda ct, *xs: pull(fun, xs, ct)[1])
    return jit(fun)(*primals), lambda ct: back(ct, *primals)


def jacobian(fun: Function) -> Function:
    """The Jacobian of a function from one array to one array: of the shape of the value, then that of the argument.

    >>> jacobian(lambda x: x**2)(np.array([1.0, 3.0])).tolist()
    [[2.0, 0.0], [0.0, 6.0]]
    """

    @jit
    @functools.wraps(fun)
    def run(x: Any) -> Any:
        _array_alone("argument", flatten(x)[1])
        x = _floats(x)
        p = _Inner(fun, [x], "jacobian")
        _array_alone("result", p.out)
        y = p.gives[0]
        size = int(np.prod(y.shape))
        rows = vmap(lambda ct: pull(fun, [x], ct)[1][0])(np.eye(size).reshape(size, *y.shape))
        return fn.reshape(rows, y.shape + fn.shape_of(x))

    return run


def _array_alone(what: str, structure: Any) -> None:
    if structure is not None:
        raise TypeError(f"the {what} of a function with a Jacobian is a tree, want one array")


def hessian(fun: Function) -> Function:
    """The Hessian of a function from one array to a number: of the shape of the argument, twice.

    >>> hessian(lambda x: x[0]**2 * x[1])(np.array([1.0, 3.0])).tolist()
    [[6.0, 2.0], [2.0, 0.0]]
    """
    return jacobian(grad(fun))


def hvp(fun: Function, x: Any, v: Any) -> Any:
    """The Hessian of a function at x times v, without the Hessian."""
    return jvp(grad(fun), [x], [v])[1]


def vmap(fun: Function, in_axes: int | None | Sequence[int | None] = 0) -> Function:
    """The function over a batch: the axis of each argument that ``in_axes`` gives, None for those that all share.

    >>> vmap(lambda x, a: a * sum(x), (0, None))(np.ones((2, 3)), 2.0).tolist()
    [6.0, 6.0]
    """

    @jit
    @functools.wraps(fun)
    def run(*args: Any) -> Any:
        axes = tuple(in_axes) if isinstance(in_axes, (tuple, list)) else (in_axes,) * len(args)
        if not builtin_all(k is None or isinstance(k, (int, np.integer)) for k in axes):
            raise TypeError(f"in_axes is {in_axes}, want a number or None for each argument; a tree of arrays has one")
        if len(axes) != len(args):
            raise ValueError(f"in_axes has {len(axes)} entries for {len(args)} arguments")
        each: list[Any] = [axis for a, axis in zip(args, axes) for _ in flatten(a)[0]]
        leaves = [x for a in args for x in flatten(a)[0]]
        full = [type_of(x) for x in leaves]
        sizes = {t.shape[k] for t, k in zip(full, each) if k is not None and -len(t.shape) <= k < len(t.shape)}
        if len(sizes) != 1:
            raise ValueError(
                f"the batch has the sizes {sorted(sizes)}, want one along in_axes of {[t.shape for t in full]}"
            )
        size = sizes.pop()
        each = [None if k is None else k % len(t.shape) for t, k in zip(full, each)]
        member = [t if k is None else Type(t.shape[:k] + t.shape[k + 1 :], t.dtype) for t, k in zip(full, each)]
        p = _Inner(fun, args, "vmap", member)
        gives = [Type((size, *t.shape), t.dtype) for t in p.gives]
        return unflatten(p.out, apply("vmap", leaves, gives, {"program": p.body, "in_axes": each}))

    return run


def checkpoint(fun: Function) -> Function:
    """The function whose gradient computes its values again instead of keeping them."""

    @jit
    @functools.wraps(fun)
    def run(*args: Any) -> Any:
        p = _Inner(fun, args, "checkpoint")
        return unflatten(p.out, apply("checkpoint", p.leaves, p.gives, {"program": p.body}))

    return run


def _carry(what: str, init: Any) -> tuple[list[Any], Any]:
    leaves, structure = flatten(init)
    return [x if isinstance(x, Array) else np.asarray(x, promote(x)) for x in leaves], structure


def scan(
    body: Function, init: Any, xs: Any = None, length: int | None = None, reverse: bool = False
) -> tuple[Any, Any]:
    """Carry ``c`` through ``c, y = body(c, x)`` for the slices ``x`` of ``xs`` along the first axis.

    Returns the last ``c``, and the ``y`` side by side. Without ``xs`` give the ``length``.

    >>> c, y = scan(lambda c, x: (c + x, c * x), 0.0, np.array([1.0, 2.0, 3.0]))
    >>> float(c), y.tolist()
    (6.0, [0.0, 2.0, 9.0])
    """

    @jit
    def run(init: Any, xs: Any) -> Any:
        cs, structure = _carry("scan", init)
        slices, shape = flatten(xs)
        if builtin_any(fn.shape_of(x) == () for x in slices):
            raise ValueError("xs has numbers without a first axis; a list is a tree of arrays, so make an array of it")
        lengths = {fn.shape_of(x)[0] for x in slices} | ({length} if length is not None else set())
        if len(lengths) != 1:
            raise ValueError(f"xs has the lengths {sorted(lengths)}, want one")
        n = lengths.pop()
        ctypes = [type_of(c) for c in cs]
        types = ctypes + [Type(type_of(x).shape[1:], type_of(x).dtype) for x in slices]
        p = _Inner(body, [unflatten(structure, cs), unflatten(shape, slices)], "scan", types)
        if not (isinstance(p.out, tuple) and p.out[0] is tuple and len(p.out[2]) == 2):
            raise TypeError("body must return a pair: what is carried, and what is kept of each step")
        k = len(cs)
        _same("what scan carries", ctypes, p.gives[:k])
        ys = [Type((n, *t.shape), t.dtype) for t in p.gives[k:]]
        out = apply("scan", cs + slices, ctypes + ys, {"body": p.body, "num_carry": k, "length": n, "reverse": reverse})
        return unflatten(structure, out[:k]), unflatten(p.out[2][1], out[k:])

    c, y = run(init, xs)
    return c, y


def _same(what: str, before: Sequence[Type], after: Sequence[Type]) -> None:
    if list(before) != list(after):
        raise TypeError(
            f"{what} changed from {', '.join(t.name for t in before)} to {', '.join(t.name for t in after)}"
        )


def while_loop(condition: Function, body: Function, init: Any) -> Any:
    """Repeat ``x = body(x)`` while ``condition(x)``. It has derivatives in forward mode (``jvp``) only.

    >>> float(while_loop(lambda x: x < 100, lambda x: 2 * x, 1.0))
    128.0
    """

    @jit
    def run(init: Any) -> Any:
        xs, structure = _carry("while_loop", init)
        x = unflatten(structure, xs)
        c, p = _Inner(condition, [x], "while_loop"), _Inner(body, [x], "while_loop")
        _same("the condition of while_loop", [Type((), fn.bool_)], c.gives)
        _same("what while_loop carries", c.types, p.gives)
        return unflatten(structure, apply("while", xs, p.gives, {"cond": c.body, "body": p.body}))

    return run(init)


def fori_loop(lower: int, upper: int, body: Function, init: Any) -> Any:
    """Repeat ``x = body(i, x)`` for i = lower, …, upper - 1, which are Python's numbers.

    >>> float(fori_loop(0, 4, lambda i, x: x + i, 0.0))
    6.0
    """
    return scan(lambda x, i: (body(i, x), None), init, np.arange(lower, upper, dtype=np.int32))[0]


def cond(predicate: Any, yes: Function, no: Function, *args: Any) -> Any:
    """``yes(*args)`` where the predicate holds and ``no(*args)`` where not; only one of them runs.

    >>> float(cond(True, lambda x: x + 1, lambda x: x - 1, 1.0))
    2.0
    """

    @jit
    def run(predicate: Any, *args: Any) -> Any:
        a, b = _Inner(no, args, "cond"), _Inner(yes, args, "cond")
        if a.out != b.out:
            raise TypeError("the branches of cond return different structures")
        _same("the result between the branches of cond", a.gives, b.gives)
        index = fn.astype(fn.not_equal(predicate, 0), np.int32)
        return unflatten(a.out, apply("cond", [index, *a.leaves], a.gives, {"branches": [a.body, b.body]}))

    return run(predicate, *args)


__all__ = [
    "checkpoint", "cond", "fori_loop", "grad", "hessian", "hvp", "jacobian", "jit", "jvp", "program_of", "scan",
    "value_and_grad", "vjp", "vmap", "while_loop",
]  # fmt: skip
