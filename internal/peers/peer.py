"""The other side of the comparison: JAX and jaxopt on the data that the Go program
wrote. For each case it prints its name, the time of the first call in seconds, the
median of the warm calls in seconds, and writes its answer as float64."""
import sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np
import jax, jax.numpy as jnp
jax.config.update("jax_enable_x64", True)
import jaxopt

folder = sys.argv[1]
def load(name, *shape): return jnp.asarray(np.fromfile(f"{folder}/{name}.bin").reshape(shape))

def measure(name, call, repeat):
    t = time.perf_counter(); answer = call(); first = time.perf_counter() - t
    warm = []
    for _ in range(repeat):
        t = time.perf_counter(); call(); warm.append(time.perf_counter() - t)
    np.asarray(answer, dtype=np.float64).tofile(f"{folder}/{name}.answer")
    print(name, first, sorted(warm)[len(warm) // 2], flush=True)

x = load("tiny", 10)
tiny = jax.jit(lambda x: x + 1)
measure("tiny", lambda: np.asarray(tiny(x)), 2000)

def rosen(x): return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (x[:-1] - 1) ** 2)
start = jnp.full(10, -1.2)
run = jax.jit(jaxopt.LBFGS(rosen, tol=1e-6, maxiter=500).run)
measure("rosen10", lambda: np.asarray(run(start).params), 300)

X, y = load("logistic_x", 20000, 200), load("logistic_y", 20000)
def logistic(w, l2, X, y):
    return jnp.mean(jnp.logaddexp(0, -y * (X @ w))) + 0.5 * l2 * jnp.sum(w * w)
run = jax.jit(jaxopt.LBFGS(logistic, tol=1e-6, maxiter=500).run)
measure("logistic", lambda: np.asarray(run(jnp.zeros(200), 1e-3, X, y).params), 15)

A, b, strengths = load("ridge_x", 100, 10), load("ridge_y", 100), load("ridge_l2", 256)
def ridge(w, l2): return 0.5 * jnp.mean((A @ w - b) ** 2) + 0.5 * l2 * jnp.sum(w * w)
solver = jaxopt.LBFGS(ridge, tol=1e-8, maxiter=500)
run = jax.jit(jax.vmap(lambda l2: solver.run(jnp.zeros(10), l2).params))
measure("ridge256", lambda: np.asarray(run(strengths)), 30)
