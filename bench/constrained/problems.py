"""Writes the constrained problems of sif2jax as programs that the Go side of bench/constrained reads.

    python problems.py MAX_N FILE

Each problem's objective and constraints are traced by JAX; what only rearranges elements (slices, gathers,
broadcasts, ...) becomes a "take" of flat arrays by constant indices, and what depends on constants alone is computed
here, so that the programs have few kinds of operations. FILE has one JSON object per line. A problem that cannot be
translated has a field "error" instead of its functions.
"""
import json
import sys

import jax

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")

import jax.flatten_util as jfu
import jax.numpy as jnp
import numpy as np
import sif2jax
from jax.extend import core

STRUCTURAL = {"slice", "squeeze", "reshape", "broadcast_in_dim", "transpose", "rev", "gather", "concatenate", "split", "stack", "unstack",
              "pad", "scatter", "dynamic_slice", "dynamic_update_slice", "copy", "copy_p", "expand_dims", "optimization_barrier"}
ELEMENTWISE = {"neg", "exp", "exp2", "log", "log1p", "expm1", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh",
               "atanh", "sqrt", "rsqrt", "cbrt", "abs", "sign", "floor", "ceil", "erf", "erfc", "logistic", "square", "lgamma", "add", "sub", "mul",
               "div", "max", "min", "pow", "atan2", "rem", "lt", "le", "gt", "ge", "eq", "ne", "and", "or", "xor", "not", "select_n", "is_finite"}
INLINE = {"jit", "pjit", "closed_call", "core_call", "custom_jvp_call", "custom_vjp_call", "remat", "checkpoint"}


def words(a):
    return [float(v) if np.isfinite(v) else str(float(v)) for v in np.asarray(a, dtype=float).ravel()]


class View:
    """Elements of nodes: those at index, of the nodes laid end to end."""

    def __init__(self, nodes, index, boolean=False):
        self.nodes, self.index, self.boolean = nodes, index, boolean


class Program:
    def __init__(self, n):
        self.sizes = [n]
        self.nodes = []  # the node 0, x, is not listed
        self.x = View((0,), np.arange(n))

    def node(self, size, **fields):
        self.nodes.append(fields)
        self.sizes.append(int(size))
        return len(self.nodes)

    def whole(self, value):
        """The node whose elements are the value."""
        if not isinstance(value, View):
            value = np.asarray(value)
            shape = list(value.shape)
            return self.node(value.size, op="const", shape=shape, data=words(value), bool=value.dtype == bool)
        shape, index = list(value.index.shape), value.index.ravel()
        if len(value.nodes) == 1 and value.nodes[0] and self.nodes[value.nodes[0] - 1]["shape"] == shape and np.array_equal(index, np.arange(self.sizes[value.nodes[0]])):
            return value.nodes[0]
        return self.node(index.size, op="take", args=list(value.nodes), index=index.tolist(), shape=shape, bool=value.boolean)

    def computed(self, op, args, aval, **fields):
        i = self.node(np.prod(aval.shape, dtype=int), op=op, args=[self.whole(a) for a in args], shape=list(aval.shape), bool=aval.dtype == bool, **fields)
        return View((i,), np.arange(self.sizes[i]).reshape(aval.shape), aval.dtype == bool)

    def rearranged(self, eqn, args):
        """The results of an equation that only moves elements, by running it on their positions."""
        nodes, offset, positions = [], {}, []
        end = 0
        moved = range(len(args)) if eqn.primitive.name in ("concatenate", "stack") else {"scatter": (0, 2), "dynamic_update_slice": (0, 1), "pad": (0, 1)}.get(eqn.primitive.name, (0,))
        for i, a in enumerate(args):
            if i not in moved:
                if isinstance(a, View):
                    raise NotImplementedError(f"{eqn.primitive.name} with computed indices")
                positions.append(a)
                continue
            if not isinstance(a, View):
                k = self.whole(a)
                a = View((k,), np.arange(self.sizes[k]).reshape(np.shape(a)))
            starts = np.concatenate([[0], np.cumsum([self.sizes[k] for k in a.nodes])])
            shifted = np.empty_like(a.index)
            for k, lo, hi in zip(a.nodes, starts, starts[1:]):
                if k not in offset:
                    nodes.append(k)
                    offset[k] = end
                    end += self.sizes[k]
                inside = (a.index >= lo) & (a.index < hi)
                shifted[inside] = a.index[inside] - lo + offset[k]
            positions.append(jnp.asarray(shifted, dtype=jnp.int64))
        out = eqn.primitive.bind(*positions, **eqn.params)
        views = []
        for o in out if eqn.primitive.multiple_results else [out]:
            o = np.asarray(o)
            if o.size and (o.min() < 0 or o.max() >= end):
                raise NotImplementedError(f"{eqn.primitive.name} out of range")
            views.append(View(tuple(nodes), o, eqn.outvars[0].aval.dtype == bool))
        return views

    def run(self, jaxpr, consts, args):
        env = dict(zip(jaxpr.constvars, consts)) | dict(zip(jaxpr.invars, args))
        read = lambda v: v.val if isinstance(v, core.Literal) else env[v]
        for eqn in jaxpr.eqns:
            out = self.equation(eqn, [read(v) for v in eqn.invars])
            env.update(zip(eqn.outvars, out))
        return [read(v) for v in jaxpr.outvars]

    def equation(self, eqn, args):
        name, p, aval = eqn.primitive.name, eqn.params, eqn.outvars[0].aval
        if name in INLINE:
            inner = p.get("jaxpr") or p.get("call_jaxpr")
            return self.run(inner.jaxpr, inner.consts, args) if hasattr(inner, "consts") else self.run(inner, [], args)
        if not any(isinstance(a, View) for a in args):
            out = eqn.primitive.bind(*args, **p)
            return out if eqn.primitive.multiple_results else [out]
        if name in STRUCTURAL:
            return self.rearranged(eqn, args)
        if name in ELEMENTWISE:
            return [self.computed(name, args, aval)]
        if name == "convert_element_type":
            a = args[0]
            if a.boolean and aval.dtype != bool:
                return [self.computed("float", args, aval)]
            if np.issubdtype(aval.dtype, np.floating):
                return [View(a.nodes, a.index)]
        if name == "integer_pow":
            return [self.computed(name, args, aval, power=int(p["y"]))]
        if name in ("reduce_sum", "reduce_max", "reduce_min", "reduce_prod"):
            return [self.computed(name, args, aval, axes=[int(i) for i in p["axes"]])]
        if name == "cumsum" and not p["reverse"]:
            return [self.computed(name, args, aval, axes=[int(p["axis"])])]
        if name == "dot_general":
            (ca, cb), (ba, bb) = p["dimension_numbers"]
            return [self.computed(name, args, aval, contract=[list(map(int, ca)), list(map(int, cb))], batch=[list(map(int, ba)), list(map(int, bb))])]
        if name == "scatter-add" and not isinstance(args[1], View):
            size = int(np.prod(eqn.invars[2].aval.shape))
            to = lambda u: eqn.primitive.bind(jnp.zeros(aval.shape), args[1], u.reshape(eqn.invars[2].aval.shape), **p).ravel()
            index = np.asarray(jax.vmap(to)(jnp.eye(size)).argmax(axis=1))
            return [self.computed("put_add", [args[0], args[2]], aval, index=index.tolist())]
        raise NotImplementedError(name)


def program(f, x0):
    """The program of f and the node of its value, a vector."""
    jaxpr = jax.make_jaxpr(f)(x0)
    p = Program(x0.size)
    out = p.whole(p.run(jaxpr.jaxpr, jaxpr.consts, [p.x])[0])
    return {"nodes": p.nodes, "out": out}


def written(problem):
    x0, tree = jfu.ravel_pytree(jax.tree.map(lambda a: jnp.asarray(a, dtype=jnp.float64), problem.y0))
    flat = lambda v: jnp.zeros(0) if v is None else jfu.ravel_pytree(v)[0].astype(jnp.float64)
    objective = lambda x: jnp.reshape(problem.objective(tree(x), problem.args), (1,)).astype(jnp.float64)
    equations, inequalities = jax.eval_shape(lambda x: tuple(flat(v) for v in problem.constraint(tree(x))), x0)
    constraints = lambda x: jnp.concatenate([flat(v) for v in problem.constraint(tree(x))])
    lower, upper = (-np.inf, np.inf) if problem.bounds is None else problem.bounds
    limit = lambda b: words(np.broadcast_to(flat(b), x0.shape))
    # Where the Go side checks its translation.
    x1 = x0 + 0.01 * (1 + abs(x0)) * jnp.cos(jnp.arange(x0.size))
    check = []
    for x in (x0, x1):
        check.append({"x": words(x), "f": words(objective(x)), "c": words(constraints(x))})
    direction = jnp.sin(1.0 + jnp.arange(x0.size))
    for entry, x in zip(check, (x0, x1)):
        entry["df"], entry["dc"] = (words(jax.jvp(f, (x,), (direction,))[1]) for f in (objective, constraints))
    return {"x0": words(x0), "lower": limit(lower), "upper": limit(upper), "equations": equations.size, "inequalities": inequalities.size,
            "f": program(objective, x0), "c": program(constraints, x0), "direction": words(direction), "check": check}


def main():
    largest, file = int(sys.argv[1]), sys.argv[2]
    done = set()
    with open(file, "w") as out:
        for problem in sif2jax.constrained_minimisation_problems:
            try:
                if problem.name in done:
                    continue  # quadratic problems are in two lists
                n = sum(a.size for a in jax.tree.leaves(jax.eval_shape(lambda: problem.y0)))
                if n > largest:
                    continue
                entry = {"name": problem.name, "n": int(n)} | written(problem)
            except Exception as e:  # listed by the Go side
                entry = {"name": problem.name, "error": f"{type(e).__name__}: {e}"[:300]}
            done.add(problem.name)
            out.write(json.dumps(entry) + "\n")
            out.flush()


main()
