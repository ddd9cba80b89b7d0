"""Random numbers of JAX in programs: a key is a pair of uint32 along a last axis, and the numbers are JAX's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from ._laxtypes import is_key, type_of
from ._program import Type, literal

if TYPE_CHECKING:
    from ._jaxpr import Reader, Rule

_UINT32 = np.dtype(np.uint32)

# The operations that move keys as they move numbers.
MOVES = set(
    "slice squeeze reshape broadcast_in_dim transpose concatenate dynamic_slice dynamic_update_slice gather scatter select_n "
    "copy copy_p stack split rev pad tile".split()
)


def moved(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    """What moves keys, mapped over the two numbers of each."""
    from ._jaxpr import function_of

    struct: Any = jax.ShapeDtypeStruct
    axes = [-1 if is_key(v.aval) else None for v in e.invars]
    shapes = [struct((*v.aval.shape, 2), _UINT32) if is_key(v.aval) else struct(v.aval.shape, v.aval.dtype) for v in e.invars]
    return r.closed(jax.make_jaxpr(jax.vmap(function_of(e), axes, -1))(*shapes), ins)


def _same(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    type_of((e.outvars[0] if e.primitive.name == "random_wrap" else e.invars[0]).aval)
    return ins


def _seed(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    """The high and the low half of the bits of an integer, of which only those of 64 bits have a high one."""
    (aval,) = (v.aval for v in e.invars)
    shape = tuple(aval.shape)
    t, half = type_of(aval), Type((*shape, 1), _UINT32)

    def part(x: Any) -> Any:
        (y,) = r.builder.emit("convert_element_type", [x], [Type(shape, _UINT32)], {"new_dtype": "u32"})
        return r.builder.emit("reshape", [y], [half], {"new_sizes": [*shape, 1]})[0]

    (x,) = r.builder.emit("full", ins, [t], {"shape": list(shape)}) if isinstance(ins[0], list) else ins
    high: Any = literal(0, np.uint32)
    if aval.dtype.itemsize == 8:
        (high,) = r.builder.emit("shift_right_logical", [x, literal(32, np.int64)], [t])
        high = part(high)
    else:
        (high,) = r.builder.emit("full", [high], [half], {"shape": [*shape, 1]})
    return r.emit(e, "concatenate", [high, part(x)], dimension=len(shape))


def _fold_in(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    keys, data = (type_of(v.aval) for v in e.invars)
    shape = tuple(e.outvars[0].aval.shape)
    if data.shape != shape:
        (x,) = r.builder.emit("full", [ins[1]], [Type(shape, data.dtype)], {"shape": list(shape)})
        ins = [ins[0], x]
    if keys.shape != (*shape, 2):
        (k,) = r.builder.emit("broadcast_to", [ins[0]], [Type((*shape, 2), _UINT32)], {"shape": [*shape, 2]})
        ins = [k, ins[1]]
    return r.emit(e, "random_fold_in", ins)


RULES: dict[str, Rule] = {
    **dict.fromkeys(("random_wrap", "random_unwrap", "random_clone"), _same),
    "random_seed": _seed,
    "random_fold_in": _fold_in,
    "random_split": lambda r, e, ins: r.emit(e, "random_split", ins, shape=[int(n) for n in e.params["shape"]]),
}


def _bits(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    width, shape = e.params["bit_width"], [int(n) for n in e.params["shape"]]
    if width in (32, 64):
        return r.emit(e, "random_bits", ins, shape=shape, bit_width=width)
    out = type_of(e.outvars[0].aval)
    (word,) = r.builder.emit("random_bits", ins, [Type(out.shape, _UINT32)], {"shape": shape, "bit_width": 32})
    (low,) = r.builder.emit("and", [word, literal(2**width - 1, np.uint32)], [Type(out.shape, _UINT32)])
    return r.emit(e, "convert_element_type", [low], new_dtype="i32")


RULES["random_bits"] = _bits


def _gamma(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    """JAX's rejections; the derivative in the shape is that of the sample along with its quantile."""
    log = e.params["log_space"]
    (t,) = (type_of(v.aval) for v in e.outvars)
    y = r.traced(lambda key, a: e.primitive.impl(key, a, log_space=log), e, ins)
    y = r.builder.emit("stop_gradient", y, [t])

    def emit(op: str, *operands: Any) -> Any:
        return r.builder.emit(op, operands, [t])[0]

    def at_quantile(y: Any, a: Any, order: int) -> list[Any]:
        """The sample y of a, and its derivatives up to an order."""

        def rule(args: list[int]) -> list[Any]:
            y, a, dy, da = args
            if order > 1:  # the sample moves with the shape where this rule is differentiated, too
                (y,) = at_quantile(y, a, order - 1)
            x = emit("exp", y) if log else y
            slope = emit("random_gamma_grad", a, x)
            return [y, emit("add", dy, emit("mul", emit("div", slope, x) if log else slope, da))]

        program = r.builder.inner(2, lambda args: args[:1])
        return r.emit(e, "custom_jvp", [y, a], program=program, rule=r.builder.inner(4, rule))

    a = r.builder.emit("full", ins[1:], [t], {"shape": list(t.shape)})[0] if isinstance(ins[1], list) else ins[1]
    return at_quantile(y[0], a, 3)


RULES["random_gamma"] = _gamma
