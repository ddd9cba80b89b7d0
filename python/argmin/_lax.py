"""How each primitive of JAX is written to a program: one line, or one small function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jax
import jax.extend.core
import numpy as np

from . import _laxfunctions, _laxrandom
from ._laxtypes import dtype_of, is_key, type_of
from ._program import DTYPES, Type, dtype_name, literal

if TYPE_CHECKING:
    from ._jaxpr import Reader, Rule

RULES: dict[str, Rule] = {}


def _json(v: Any) -> Any:
    """A parameter for JSON."""
    if isinstance(v, (list, tuple)):
        return [_json(x) for x in v]
    if isinstance(v, (bool, int, float, str)) or v is None:
        return v
    if isinstance(v, np.integer):
        return int(v)
    if isinstance(v, (np.dtype, type)):
        return dtype_name(dtype_of(v))
    return int(v)  # an enumeration


def _plain(op: str, names: tuple[str, ...]) -> Rule:
    def rule(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
        return r.emit(e, op, ins, **{k: _json(e.params[k]) for k in names if e.params.get(k) is not None})

    return rule


# The primitives that are one operation with the parameters named.
for _names, _params in {
    "abs neg sign square exp exp2 expm1 log log1p sqrt rsqrt cbrt sin cos tan asin acos atan sinh cosh tanh "
    "asinh acosh atanh logistic erf erfc erf_inv lgamma digamma bessel_i0e bessel_i1e floor ceil is_finite not "
    "add add_any sub div rem max min pow atan2 eq ne lt le gt ge eq_to lt_to le_to and or xor shift_left "
    "shift_right_arithmetic shift_right_logical igamma igammac zeta polygamma regularized_incomplete_beta "
    "clamp select_n stop_gradient copy copy_p device_put sharding_constraint optimization_barrier": (),
    "nextafter population_count clz": (),
    "integer_pow": ("y",),
    "round": ("rounding_method",),
    "convert_element_type bitcast_convert_type": ("new_dtype",),
    "reduce_sum reduce_prod reduce_max reduce_min reduce_and reduce_or reduce_xor": ("axes",),
    "argmax argmin": ("axes", "index_dtype"),
    "cumsum cumprod cummax cummin cumlogsumexp": ("axis", "reverse"),
    "sort": ("dimension", "num_keys"),
    "top_k": ("k", "axis"),
    "broadcast_in_dim": ("shape", "broadcast_dimensions"),
    "transpose": ("permutation",),
    "squeeze rev": ("dimensions",),
    "concatenate": ("dimension",),
    "stack": ("axis",),
    "tile": ("reps",),
    "split": ("sizes", "axis"),
    "slice": ("start_indices", "limit_indices", "strides"),
    "pad": ("padding_config",),
    "iota": ("dtype", "shape", "dimension"),
    "dynamic_slice": ("slice_sizes",),
    "dynamic_update_slice": (),
    "cholesky": (),
    "triangular_solve": ("left_side", "lower", "transpose_a", "unit_diagonal"),
    "lu_pivots_to_permutation": ("permutation_size",),
    "qr": ("full_matrices",),
    "reduce_window_sum reduce_window_max reduce_window_min": (
        "window_dimensions",
        "window_strides",
        "padding",
        "base_dilation",
        "window_dilation",
    ),
}.items():
    for _name in _names.split():
        RULES[_name] = _plain(_name, _params)


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Register the rule of primitives."""

    def register(f: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, f))
        return f

    return register


@rule("mul")
def _mul(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    if e.params.get("out_dtype") not in (None, e.invars[0].aval.dtype):
        raise r.refuse(f"mul with out_dtype {e.params['out_dtype']}", e)
    return r.emit(e, "mul", ins)


@rule("reshape")
def _reshape(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    if e.params.get("dimensions") is not None:
        raise r.refuse("reshape with dimensions", e)
    return r.emit(e, "reshape", ins, new_sizes=_json(e.params["new_sizes"]))


@rule("reduce_precision")
def _reduce_precision(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    info = np.finfo(e.invars[0].aval.dtype)
    if (e.params["exponent_bits"], e.params["mantissa_bits"]) != (info.iexp, info.nmant):
        raise r.refuse("reduce_precision to a narrower type", e)
    return ins


@rule("dot_general")
def _dot_general(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    contract, batch = e.params["dimension_numbers"]
    return r.emit(
        e,
        "dot_general",
        ins,
        contract=_json(contract),
        batch=_json(batch),
        preferred_element_type=DTYPES.get(dtype_of(e.outvars[0].aval.dtype), ""),
    )


@rule("conv_general_dilated")
def _conv(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    p = e.params
    if p["batch_group_count"] != 1:
        raise r.refuse("conv_general_dilated with groups of the batch", e)
    d = p["dimension_numbers"]
    return r.emit(
        e,
        "conv_general_dilated",
        ins,
        lhs_spec=_json(d.lhs_spec),
        rhs_spec=_json(d.rhs_spec),
        out_spec=_json(d.out_spec),
        **{
            k: _json(p[k]) for k in ("window_strides", "padding", "lhs_dilation", "rhs_dilation", "feature_group_count")
        },
    )


_MODES = {"CLIP": "clip", "FILL_OR_DROP": "fill", "PROMISE_IN_BOUNDS": "clip"}


@rule("gather")
def _gather(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    d, fill = e.params["dimension_numbers"], e.params["fill_value"]
    return r.emit(
        e,
        "gather",
        ins,
        slice_sizes=_json(e.params["slice_sizes"]),
        mode=_MODES[e.params["mode"].name],
        fill_value=None if fill is None or fill != fill else _json(fill),
        **{
            k: _json(getattr(d, k, ()))
            for k in (
                "offset_dims",
                "collapsed_slice_dims",
                "start_index_map",
                "operand_batching_dims",
                "start_indices_batching_dims",
            )
        },
    )


@rule(
    "scatter",
    "scatter-add",
    "scatter_add",
    "scatter-mul",
    "scatter_mul",
    "scatter-min",
    "scatter_min",
    "scatter-max",
    "scatter_max",
)
def _scatter(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    d, name = e.params["dimension_numbers"], e.primitive.name.replace("_", "-")
    if name == "scatter" and e.params.get("update_jaxpr") is not None:
        return _laxfunctions.applied(r, e, ins)
    return r.emit(
        e,
        name,
        ins,
        mode=_MODES[e.params["mode"].name],
        offset_dims=_json(d.update_window_dims),
        collapsed_slice_dims=_json(d.inserted_window_dims),
        start_index_map=_json(d.scatter_dims_to_operand_dims),
        operand_batching_dims=_json(getattr(d, "operand_batching_dims", ())),
        start_indices_batching_dims=_json(getattr(d, "scatter_indices_batching_dims", ())),
    )


@rule("lu")
def _lu(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    if len(set(e.invars[0].aval.shape[-2:])) > 1:
        raise r.refuse("lu of a matrix that is not square", e)
    return r.emit(e, "lu", ins)


@rule("platform_index")
def _platform_index(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    """Which branch is for the CPU, else the one for all others."""
    platforms = e.params["platforms"]
    which = next((i for i, p in enumerate(platforms) if p is not None and "cpu" in p), None)
    if which is None:
        which = next(i for i, p in enumerate(platforms) if p is None)
    return [literal(which, np.int32)]


@rule("eigh")
def _eigh(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    if e.params.get("subset_by_index") is not None:
        raise r.refuse("eigh of some eigenvalues", e)
    return r.emit(e, "eigh", ins)


@rule("svd")
def _svd(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    if e.params.get("subset_by_index") is not None:
        raise r.refuse("svd of some singular values", e)
    if e.params["full_matrices"] and e.params["compute_uv"] and len(set(e.invars[0].aval.shape[-2:])) > 1:
        raise r.refuse("svd with full_matrices of a matrix that is not square", e)
    return r.emit(e, "svd", ins, full_matrices=e.params["full_matrices"], compute_uv=e.params["compute_uv"])


# Calls of functions, which are written in their places.
@rule(
    "jit",
    "pjit",
    "closed_call",
    "core_call",
    "core_closed_call",
    "custom_transpose_call",
    "composite",
    "named_call",
    "xla_call",
)
def _call(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    closed = next((e.params[k] for k in ("jaxpr", "call_jaxpr") if k in e.params), None)
    if closed is None:
        raise r.refuse(f"the primitive {e.primitive.name}", e)
    return r.closed(closed, ins) if hasattr(closed, "consts") else r.jaxpr(closed, [], ins)


@rule("remat2", "checkpoint", "remat")
def _checkpoint(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    program = r.builder.inner(len(ins), lambda args: r.jaxpr(e.params["jaxpr"], [], args))
    return r.emit(e, "checkpoint", ins, program=program)


@rule("while")
def _while(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    p, k = e.params, e.params["cond_nconsts"]
    m = k + p["body_nconsts"]
    cond, body = p["cond_jaxpr"], p["body_jaxpr"]
    if cond.out_avals[0].shape:  # of a batch, of which each member runs to its own end
        cond, body = _of_members(cond, body, k, m - k)
        k, ins = m, [*ins[:m], *ins[:m], *ins[m:]]
        m += k
    n = len(ins) - m
    return r.emit(e, "while", ins[m:], cond=r.inner(cond, n, ins[:k]), body=r.inner(body, n, ins[k:m]))


def _of_members(cond: Any, body: Any, k: int, m: int) -> tuple[Any, Any]:
    """The condition that some member goes on, and the body for those that do, each of the constants of both and the state."""
    shapes = [jax.ShapeDtypeStruct(a.shape, a.dtype) for a in (*cond.in_avals[:k], *body.in_avals)]

    def going(*args: Any) -> Any:
        (on,) = jax.extend.core.jaxpr_as_fun(cond)(*args[:k], *args[k + m :])
        return on

    def step(*args: Any) -> Any:
        on, new = going(*args), jax.extend.core.jaxpr_as_fun(body)(*args[k:])
        return [
            jax.lax.select(jax.lax.broadcast_in_dim(on, y.shape, range(on.ndim)), y, x) for x, y in zip(args[k + m :], new)
        ]

    return jax.make_jaxpr(lambda *args: going(*args).any())(*shapes), jax.make_jaxpr(step)(*shapes)


@rule("scan")
def _scan(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    p, k = e.params, e.params["num_consts"]
    return r.emit(
        e,
        "scan",
        ins[k:],
        body=r.inner(p["jaxpr"], len(ins) - k, ins[:k]),
        num_carry=p["num_carry"],
        length=int(p["length"]),
        reverse=p["reverse"],
    )


@rule("cond")
def _cond(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    if isinstance(ins[0], list):  # the choice is known
        branches = e.params["branches"]
        return r.closed(branches[min(max(int(ins[0][1]), 0), len(branches) - 1)], ins[1:])
    return r.emit(e, "cond", ins, branches=[r.inner(b, len(ins) - 1) for b in e.params["branches"]])


@rule("custom_linear_solve")
def _linear_solve(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    counts, jaxprs = e.params["const_lengths"], e.params["jaxprs"]
    at, programs = 0, {}
    b = ins[sum(counts) :]
    for name, count, closed in zip(("matvec", "vecmat", "solve", "transpose_solve"), counts, jaxprs):
        consts, at = ins[at : at + count], at + count
        if closed is not None and name != "vecmat":
            programs[name] = r.inner(closed, len(b), consts)
    # A symmetric map is solved by the same program, which JAX then writes twice.
    same = jaxprs[0] is jaxprs[1]
    return r.emit(e, "custom_linear_solve", b, symmetric=same, **programs)


def _floating(aval: Any) -> bool:
    return not is_key(aval) and np.issubdtype(np.dtype(aval.dtype), np.floating)


def _zero(r: Reader, aval: Any) -> Any:
    """Zeros like an array."""
    t = type_of(aval)
    return r.builder.emit("full", [literal(0, t.dtype)], [t], {"shape": list(t.shape)})[0]


# JAX's own functions with a rule that are one operation here, with the same derivatives, by module and name.
KNOWN = {
    ("jax/_src/lax/other.py", "logaddexp"): "logaddexp",
    ("jax/_src/numpy/ufuncs.py", "logaddexp"): "logaddexp",
    ("jax/_src/nn/functions.py", "relu"): "relu",
}


def _source(closed: Any) -> tuple[str, str]:
    """The name of a function and where it was written, as JAX keeps them for messages."""
    info = getattr(closed.jaxpr, "debug_info", None)
    return getattr(info, "func_name", "") or "", getattr(info, "func_src_info", "") or ""


@rule("custom_jvp_call")
def _custom_jvp(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    """The function with its rule, which JAX writes: with respect to the floating-point arguments."""
    from ._jaxpr import function_of

    name, where = source = _source(e.params["call_jaxpr"])
    for (path, known), op in KNOWN.items():
        if name == known and path in where.replace("\\", "/"):
            return r.emit(e, op, ins)
    # A rule may use its own function, as in y' = f(y). Derivatives beyond the second are then those of its equations.
    if r.rules.count(source) >= 2:
        return r.closed(e.params["call_jaxpr"], ins)
    r.rules.append(source)
    try:
        return _with_jvp(r, e, ins, function_of(e))
    finally:
        r.rules.pop()


def _with_jvp(r: Reader, e: Any, ins: list[Any], f: Callable[..., list[Any]]) -> list[Any]:
    k = e.params["num_consts"]
    avals = [v.aval for v in e.invars]
    moving = [i for i in range(k, len(ins)) if _floating(avals[i])]

    floats = [i for i, v in enumerate(e.outvars) if _floating(v.aval)]
    # A rule may need the numbers of arguments that are constants, such as an order.
    fixed = {i: x for i in range(k, len(ins)) if i not in moving and (x := r.value(e.invars[i], ins[i])) is not None}

    def both(args: list[Any], tangents: list[Any]) -> Any:
        def of_moving(moved: list[Any]) -> Any:
            full = [fixed.get(i, x) for i, x in enumerate(args)]
            for i, x in zip(moving, moved):
                full[i] = x
            y = f(*full)
            return [y[i] for i in floats], y

        _, t, y = jax.jvp(of_moving, ([args[i] for i in moving],), (tangents,), has_aux=True)
        return y, t

    shapes = [jax.ShapeDtypeStruct(a.shape, a.dtype) for a in avals]
    try:
        closed = jax.make_jaxpr(both)(shapes, [shapes[i] for i in moving])
        if any(isinstance(c, jax.core.Tracer) for c in closed.consts):
            raise jax.errors.UnexpectedTracerError("it uses a value of the function around it")
    except Exception as error:  # of many types, from within the rule
        if len(r.rules) > 1:  # it has no derivative itself
            return r.closed(e.params["call_jaxpr"], ins)
        text = next(iter(str(error).splitlines()), "")
        raise r.refuse(f"the derivative of {r.rules[-1][0]}, which cannot be traced: {type(error).__name__}: {text}", e) from error
    n, m = len(ins) - k, len(e.outvars)

    def rule(args: list[Any]) -> list[Any]:
        x = [*ins[:k], *args[:n]]
        tangents = [args[n + i - k] for i in moving]
        y = r.closed(closed, [*x, *tangents])
        moved = dict(zip(floats, y[m:]))
        return [*y[:m], *(moved[i] if i in moved else _zero(r, v.aval) for i, v in enumerate(e.outvars))]

    return r.emit(
        e, "custom_jvp", ins[k:], program=r.inner(e.params["call_jaxpr"], n, ins[:k]), rule=r.builder.inner(2 * n, rule)
    )


@rule("custom_vjp_call", "custom_vjp_call_jaxpr")
def _custom_vjp(r: Reader, e: Any, ins: list[Any]) -> list[Any]:
    """The function with its rules, which JAX writes."""
    from ._jaxpr import function_of

    source = _source(e.params["call_jaxpr"])
    if source in r.rules:  # a rule that evaluates its own function
        return r.closed(e.params["call_jaxpr"], ins)
    r.rules.append(source)
    try:
        return _with_vjp(r, e, ins, function_of(e))
    finally:
        r.rules.pop()


def _with_vjp(r: Reader, e: Any, ins: list[Any], f: Callable[..., list[Any]]) -> list[Any]:
    k = e.params["num_consts"]
    avals = [v.aval for v in e.invars]
    moving = [i for i in range(k, len(ins)) if _floating(avals[i])]
    floats = [i for i, v in enumerate(e.outvars) if _floating(v.aval)]
    kept: dict[str, Any] = {}

    def forward(args: list[Any]) -> Any:
        def of_moving(moved: list[Any]) -> tuple[list[Any], list[Any]]:
            full = list(args)
            for i, x in zip(moving, moved):
                full[i] = x
            y = f(*full)
            return [y[i] for i in floats], y

        _, back, y = jax.vjp(of_moving, [args[i] for i in moving], has_aux=True)
        res, kept["tree"] = jax.tree_util.tree_flatten(back)
        return y, res

    shapes = [jax.ShapeDtypeStruct(a.shape, a.dtype) for a in avals]
    fwd, out = jax.make_jaxpr(forward, return_shape=True)(shapes)
    cts = [jax.ShapeDtypeStruct(e.outvars[i].aval.shape, e.outvars[i].aval.dtype) for i in floats]
    bwd = jax.make_jaxpr(lambda res, ct: jax.tree_util.tree_unflatten(kept["tree"], res)(ct)[0])(out[1], cts)
    n, m, n_res = len(ins) - k, len(e.outvars), len(out[1])

    def backward(args: list[Any]) -> list[Any]:
        res, given = args[:n_res], args[n_res:]
        moved = dict(zip(moving, r.closed(bwd, [*res, *[given[i] for i in floats]])))
        return [moved[i] if i in moved else _zero(r, avals[i]) for i in range(k, k + n)]

    return r.emit(
        e,
        "custom_vjp",
        ins[k:],
        program=r.inner(e.params["call_jaxpr"], n, ins[:k]),
        forward=r.inner(fwd, n, ins[:k]),
        backward=r.builder.inner(n_res + m, backward),
    )


RULES.update(_laxrandom.RULES)
RULES["reduce"] = _laxfunctions.reduced

__all__ = ["RULES", "Type"]
