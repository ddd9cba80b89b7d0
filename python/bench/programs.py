"""Times of solves of JAX objectives as programs, beside jaxopt's L-BFGS in the same process.

    python bench/programs.py [names]

Times are of the processor, so that what else the machine does counts little. The first solve includes tracing and
compiling. Each library has solved another problem before. Warm is the least of several solves in turns. The tolerance
is the same, 1e-6 on the norm of the gradient; the norm that JAX finds at the answer and the value are in the table.
Objectives are those of ``tests/jax_objectives.py``.
"""

import pathlib
import sys
import time

import numpy as np

sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / "tests"), str(pathlib.Path(__file__).parents[1])]

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

jax.config.update("jax_enable_x64", True)

from jax.flatten_util import ravel_pytree  # noqa: E402
from jax_objectives import OBJECTIVES  # noqa: E402

from argmin.programs import Solver  # noqa: E402

try:
    import jaxopt
except ImportError:
    jaxopt = None


def timed(f):
    t = time.process_time()
    y = jax.block_until_ready(f())
    return y, time.process_time() - t


def first(make):
    """A solve that is ready to run again, its first answer, and the time of both."""
    solve = None

    def run():
        nonlocal solve
        solve = make()
        return solve()

    x, t = timed(run)
    return solve, x, t


def warm(solves):
    """The least time of each, in turns, so that what else the machine does meets all."""
    times = [[] for _ in solves]
    while len(times[0]) < 5 or sum(map(sum, times)) < 1 and len(times[0]) < 200:
        for solve, t in zip(solves, times):
            t.append(timed(solve)[1])
    return [min(t) for t in times]


def ours(o):
    s = Solver(o.fun, "LBFGS", tol=1e-6, max_iter=500)
    data = jax.tree_util.tree_map(jnp.asarray, o.data)
    return lambda: s.run(o.x0, *data).params


def theirs(o):
    run = jax.jit(jaxopt.LBFGS(o.fun, tol=1e-6, maxiter=500).run)
    x0, data = jax.tree_util.tree_map(jnp.asarray, (o.x0, o.data))
    return lambda: run(x0, *data).params


def main(names):
    makes = [ours, *([theirs] if jaxopt else [])]
    for make in makes:
        first(lambda: make(OBJECTIVES["rosenbrock"]))
    rows = []
    columns = ["first ms", "jaxopt", "ratio", "warm ms", "jaxopt", "ratio", "|g|", "jaxopt", "f - f jaxopt"]
    print(f"{'objective':28}" + "".join(f" {c:>9}" for c in columns))
    for name in names or OBJECTIVES:
        o = OBJECTIVES[name]
        found = [first(lambda: make(o)) for make in makes]
        check = jax.jit(jax.value_and_grad(o.fun))
        at = [check(x, *o.data) for _, x, _ in found]
        sizes = [np.linalg.norm(ravel_pytree(g)[0]) for _, g in at]
        cold, hot = [t for _, _, t in found], warm([solve for solve, _, _ in found])
        line = f"{name:28} {1e3 * cold[0]:9.1f}"
        if jaxopt:
            line += f" {1e3 * cold[1]:9.1f} {cold[1] / cold[0]:9.1f}"
            line += f" {1e3 * hot[0]:9.2f} {1e3 * hot[1]:9.2f} {hot[1] / hot[0]:9.2f}"
            line += f" {sizes[0]:9.1e} {sizes[1]:9.1e} {at[0][0] - at[1][0]:9.1e}"
        print(line, flush=True)
        rows.append(cold + hot)
    if jaxopt:
        a = np.array(rows)
        one, more = a[:, 1] / a[:, 0], a[:, 3] / a[:, 2]
        print(f"first solve: median {np.median(one):.0f} times as fast, least {one.min():.1f}")
        print(f"warm: median {np.median(more):.2f} times as fast, least {more.min():.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
