"""JAX functions as programs: a jaxpr is read equation by equation."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.extend.core as jex
import numpy as np

from . import _laxrandom
from ._laxtypes import dtype_of, is_key, kept, refused, stored, type_of, unsigned
from ._program import Builder, Program, Unsupported, literal

# A rule writes an equation of a jaxpr to a program and returns the operands of its results.
Rule = Callable[["Reader", Any, list[Any]], Sequence[Any]]


def program_of(fun: Callable[..., Any], *args: Any) -> Program:
    """The program of a JAX function for arguments like these, any pytrees of arrays or of ``jax.ShapeDtypeStruct``.

    The program takes the leaves of the arguments and gives the leaves of the result. Raises ``Unsupported`` for a
    function that uses what programs do not have.
    """
    closed = jax.make_jaxpr(fun)(*args)
    return read(closed, name_of(fun))


def name_of(fun: Any) -> str:
    """The name of a function, for messages."""
    while not hasattr(fun, "__name__") and hasattr(fun, "func"):
        fun = fun.func
    return getattr(fun, "__name__", None) or type(fun).__name__


def read(closed: Any, name: str = "the function") -> Program:
    """The program of a closed jaxpr."""
    r = Reader(name)
    try:
        takes = [type_of(v.aval) for v in closed.jaxpr.invars]
    except Unsupported as error:
        raise r.refuse(str(error)) from None
    ins = [r.builder.variable() for _ in takes]
    outs = r.closed(closed, [r.builder.received(v, t) for v, t in zip(ins, takes)])
    gives = [type_of(v.aval) for v in closed.jaxpr.outvars]
    return r.builder.program(ins, outs, takes, gives)


class Refused(Unsupported):
    """An error that names the function and the equation."""


class Reader:
    """Writes the equations of jaxprs to a program."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.builder = Builder()
        self.known: dict[int, Any] = {}  # constants by their variables
        self.made: dict[int, tuple[Any, list[Any], int]] = {}  # the equation of a variable, its operands, and which result it is
        self.drawn: set[int] = set()  # those of random numbers and keys
        self.path: list[Any] = []  # the equations that are being written, each within the one before
        self.rules: list[tuple[str, str]] = []  # the functions whose derivative rules are being written

    def refuse(self, what: str, equation: Any = None) -> Unsupported:
        """The error for what programs do not have."""
        place = next(filter(None, map(_place, [equation, *reversed(self.path)])), "")
        return Refused(f"{self.name} uses {what}{place}")

    def closed(self, closed: Any, args: Sequence[Any]) -> list[Any]:
        """Write a closed jaxpr and return the operands of its results."""
        return self.jaxpr(closed.jaxpr, [self.constant(c) for c in closed.consts], args)

    def constant(self, value: Any) -> Any:
        v = self.builder.constant(stored(value))
        if isinstance(v, int):
            self.known[v] = value
        return v

    def random(self, e: Any, operands: Sequence[Any]) -> list[Any] | None:
        """The results of an equation that makes random numbers of keys that are known; None for all others."""
        makes = _uses_random_numbers(e)
        # Keys are also taken apart and put together, as arrays of integers.
        if not makes and (
            self.drawn.isdisjoint(o for o in operands if isinstance(o, int))
            or any(jax.numpy.issubdtype(v.aval.dtype, np.floating) for v in e.outvars)
        ):
            return None
        values = [self.value(v, o) for v, o in zip(e.invars, operands)]
        if any(x is None for x in values):
            return None
        with jax.ensure_compile_time_eval():
            results = [self.constant(y) for y in function_of(e)(*values)]
        self.drawn.update(v for v in results if isinstance(v, int))
        return results

    def value(self, v: Any, operand: Any) -> Any:
        """The value of an operand that is a constant or computed of constants; None for all others."""
        if isinstance(v, jex.Literal):
            return v.val
        if isinstance(operand, list):
            return np.asarray(operand[1], dtype_of(v.aval.dtype)).astype(v.aval.dtype)
        if operand in self.known:
            return self.known[operand]
        e, operands, which = self.made.get(operand, (None, [], 0))
        if e is None or math.prod(e.outvars[which].aval.shape) > _SMALL:
            return None
        values = [self.value(u, o) for u, o in zip(e.invars, operands)]
        if any(x is None for x in values):
            return None
        with jax.ensure_compile_time_eval():
            self.known[operand] = function_of(e)(*values)[which]
        return self.known[operand]

    def jaxpr(self, jaxpr: Any, consts: Sequence[Any], args: Sequence[Any]) -> list[Any]:
        env: dict[Any, Any] = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*consts, *args]))

        def operand(v: Any) -> Any:
            aval: Any = v.aval
            if isinstance(v, jex.Literal):
                return self.constant(v.val) if np.ndim(v.val) else literal(stored(v.val), dtype_of(aval.dtype))
            return env[v]

        for e in jaxpr.eqns:
            operands = [operand(v) for v in e.invars]
            drawn = self.random(e, operands)
            if drawn is not None:
                env.update(zip(e.outvars, drawn))
                continue
            self.path.append(e)
            try:
                results = self.rule(e)(self, e, operands)
            except Refused:
                raise
            except Unsupported as error:  # of a type
                raise self.refuse(str(error), e) from None
            self.path.pop()
            env.update(zip(e.outvars, results))
            if e.primitive.name in _PURE:
                self.made.update((y, (e, operands, i)) for i, y in enumerate(results) if isinstance(y, int))
        return [operand(v) for v in jaxpr.outvars]

    def rule(self, e: Any) -> Rule:
        """How an equation is written."""
        name = e.primitive.name
        rule = RULES.get(name)
        if rule is None:
            raise self.refuse(f"the primitive {name}, which programs do not have,", e)
        if (what := refused(e)) != "":
            raise self.refuse(what, e)
        if any(is_key(v.aval) for v in e.invars):
            if name in _laxrandom.MOVES:
                return _laxrandom.moved
            if name not in _laxrandom.RULES and not _has_program(e):
                raise self.refuse(f"{name} of random keys", e)
        if any(getattr(v.aval, "dtype", None) == np.uint64 for v in e.invars):
            return unsigned(name) or rule
        return rule

    def emit(self, equation: Any, op: str, ins: Sequence[Any], **params: Any) -> list[Any]:
        """Write an operation whose results have the types of the equation's."""
        outs = self.builder.emit(op, ins, [type_of(v.aval) for v in equation.outvars], params)
        return [kept(self, op, y, v.aval) for y, v in zip(outs, equation.outvars)]

    def traced(self, fun: Callable[..., Any], equation: Any, ins: Sequence[Any]) -> list[Any]:
        """Write an equation as a JAX function of its operands that says the same by other equations."""
        struct: Any = jax.ShapeDtypeStruct
        closed = jax.make_jaxpr(fun)(*(struct(v.aval.shape, v.aval.dtype) for v in equation.invars))
        return self.closed(closed, ins)

    def inner(self, closed: Any, count: int, before: Sequence[Any] = ()) -> dict[str, Any]:
        """A jaxpr as a program within an equation: of its last ``count`` arguments, given the first ones."""
        return self.builder.inner(count, lambda args: self.closed(closed, [*before, *args]))


# The equations that are computed where their operands are known and their results must be, up to so many numbers.
_PURE = set("broadcast_in_dim reshape squeeze convert_element_type iota add mul sub lt select_n concatenate slice full".split())
_SMALL = 10_000


def _has_program(e: Any) -> bool:
    """Whether an equation has a function, which its rule reads."""
    return any(hasattr(p, "eqns") or hasattr(p, "jaxpr") or isinstance(p, tuple) and p and hasattr(p[0], "jaxpr") for p in e.params.values())


def _uses_random_numbers(e: Any) -> bool:
    """Whether an equation, or one of a function that it calls, makes random numbers or their keys."""
    if e.primitive.name.startswith("random_") or e.primitive.name == "threefry2x32":
        return True
    inner = e.params.get("jaxpr") if e.primitive.name in ("jit", "pjit", "closed_call") else None
    return inner is not None and any(map(_uses_random_numbers, inner.jaxpr.eqns))


def _place(equation: Any) -> str:
    """Where in the user's code an equation comes from."""
    if equation is None:
        return ""
    try:
        from jax._src import source_info_util

        where = source_info_util.summarize(equation.source_info)
    except Exception:  # it is only for a message, and inside of JAX
        return ""
    return f" at {where}" if where and not where.startswith("unknown") else ""


def function_of(equation: Any) -> Callable[..., list[Any]]:
    """One equation as a function of its operands, for JAX's transformations."""

    def run(*args: Any) -> list[Any]:
        params = equation.primitive.get_bind_params(equation.params)
        subfuns, bind = params if isinstance(params, tuple) else ((), params)
        out = equation.primitive.bind(*subfuns, *args, **bind)
        return list(out) if equation.primitive.multiple_results else [out]

    return run


from ._lax import RULES  # noqa: E402, it needs Reader

__all__ = ["Reader", "Unsupported", "program_of", "read"]
