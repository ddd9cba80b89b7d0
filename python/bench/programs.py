"""Times of solves of JAX objectives as programs, beside jaxopt's L-BFGS in the same process.

    python bench/programs.py [names]

The first solve includes tracing and compiling. Each library has solved another problem before. Warm is the median of
several solves. The tolerance is the same, 1e-6 on the norm of the gradient; the norm that JAX finds at the answer and the
value are in the table. Objectives are those of ``tests/jax_objectives.py``.
"""

import pathlib
import statistics
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
    t = time.perf_counter()
    y = jax.block_until_ready(f())
    return y, time.perf_counter() - t


def measure(make):
    """The answer, the time of the first solve and of a warm one."""
    solver = None

    def first():
        nonlocal solver
        solver = make()
        return solver()

    x, cold = timed(first)
    times = []
    while len(times) < 3 or sum(times) < 0.3 and len(times) < 50:
        times.append(timed(solver)[1])
    return x, cold, statistics.median(times)


def ours(o):
    s = Solver(o.fun, "LBFGS", tol=1e-6, max_iter=500)
    data = jax.tree_util.tree_map(jnp.asarray, o.data)
    return lambda: s.run(o.x0, *data).params


def theirs(o):
    run = jax.jit(jaxopt.LBFGS(o.fun, tol=1e-6, maxiter=500).run)
    x0, data = jax.tree_util.tree_map(jnp.asarray, (o.x0, o.data))
    return lambda: run(x0, *data).params


def main(names):
    warmup = OBJECTIVES["rosenbrock"]
    for make in [ours, *([theirs] if jaxopt else [])]:
        measure(lambda: make(warmup))
    rows = []
    print(f"{'objective':28} {'first ms':>9} {'jaxopt':>9} {'ratio':>6} {'warm ms':>8} {'jaxopt':>8} {'ratio':>6} {'|g|':>8} {'jaxopt':>8} {'f - f jaxopt':>12}")
    for name in names or OBJECTIVES:
        o = OBJECTIVES[name]
        check = jax.jit(jax.value_and_grad(o.fun))
        x, cold, warm = measure(lambda: ours(o))
        value, g = check(x, *o.data)
        row = [cold, warm]
        line = f"{name:28} {1e3 * cold:9.1f}"
        if jaxopt:
            y, cold2, warm2 = measure(lambda: theirs(o))
            value2, g2 = check(y, *o.data)
            row += [cold2, warm2]
            line += (f" {1e3 * cold2:9.1f} {cold2 / cold:6.1f} {1e3 * warm:8.2f} {1e3 * warm2:8.2f} {warm2 / warm:6.1f}"
                     f" {np.linalg.norm(ravel_pytree(g)[0]):8.1e} {np.linalg.norm(ravel_pytree(g2)[0]):8.1e} {value - value2:12.1e}")
        print(line, flush=True)
        rows.append(row)
    if jaxopt:
        a = np.array(rows)
        first, warm = a[:, 2] / a[:, 0], a[:, 3] / a[:, 1]
        print(f"first solve: median {np.median(first):.0f} times faster, least {first.min():.1f}; warm: median {np.median(warm):.1f}, least {warm.min():.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
