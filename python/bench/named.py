"""Compare the modules of the frameworks with dict-minimize and SciPy, on Rosenbrock's function in two named halves.

    python bench/named.py [numpy] [jax] [torch] [tensorflow]

The first table has for each framework and method the minimum, the evaluations, and the least time of a solve. The
second has what an evaluation costs beyond the function itself, at ten variables: the time per evaluation of a solve by
L-BFGS-B whose function returns what it has returned before, the start and the end of the solve included. It needs
dict-minimize 0.0.4 for its columns, and can do without.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
import warnings
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads of SciPy's BLAS only get in the way of ten variables

import numpy as np  # noqa: E402

METHODS = ("CG", "BFGS", "L-BFGS-B", "TNC", "SLSQP", "trust-constr")
RNG = np.random.default_rng(0)
HALVES = OrderedDict(a=RNG.normal(size=5), b=RNG.normal(size=5))
SECONDS = 0.7  # for each figure


class Case:
    """A framework: the function with its gradients by name, and the start."""

    def __init__(self, name: str, compiled: bool) -> None:
        self.name, self.compiled = name + (", compiled" if compiled else ""), compiled
        self.module = f"{name}_api"
        self.fun, self.x0, self.number = getattr(self, name)(compiled)

    @staticmethod
    def rosen(total: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def value(x: Any) -> Any:
            return sum(total(100.0 * (v[1:] - v[:-1] ** 2) ** 2 + (1 - v[:-1]) ** 2) for v in (x["a"], x["b"]))

        return value

    def numpy(self, compiled: bool) -> Any:
        from scipy.optimize import rosen, rosen_der

        def fun(x: Any) -> Any:
            return rosen(x["a"]) + rosen(x["b"]), OrderedDict(a=rosen_der(x["a"]), b=rosen_der(x["b"]))

        return fun, HALVES, float

    def jax(self, compiled: bool) -> Any:
        import jax

        jax.config.update("jax_enable_x64", True)
        fun = jax.value_and_grad(self.rosen(jax.numpy.sum))
        x0 = OrderedDict((k, jax.numpy.asarray(v)) for k, v in HALVES.items())
        return jax.jit(fun) if compiled else fun, x0, lambda r: float(r[0])

    def torch(self, compiled: bool) -> Any:
        import torch

        torch.set_num_threads(1)
        value = self.rosen(torch.sum)

        def fun(x: Any) -> Any:
            v = value(x)
            return v, OrderedDict(zip(x, torch.autograd.grad(v, list(x.values()))))

        return (
            fun,
            OrderedDict((k, torch.tensor(v, requires_grad=True)) for k, v in HALVES.items()),
            lambda r: float(r[0].detach()),
        )

    def tensorflow(self, compiled: bool) -> Any:
        import tensorflow as tf

        value = self.rosen(tf.reduce_sum)

        def fun(x: Any) -> Any:
            with tf.GradientTape() as tape:
                for t in x.values():
                    tape.watch(t)
                v = value(x)
            return v, OrderedDict(zip(x, tape.gradient(v, list(x.values()))))

        x0 = OrderedDict((k, tf.constant(v)) for k, v in HALVES.items())
        return tf.function(fun) if compiled else fun, x0, lambda r: float(r[0])


def best(f: Callable[[], Any], seconds: float = SECONDS, least: int = 3) -> float:
    """The least time of a call, in seconds."""
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < least or time.perf_counter() < end:
        t = time.perf_counter()
        f()
        times.append(time.perf_counter() - t)
    return min(times)


def beyond(case: Case, solve: Callable[[Any, str], Any]) -> float:
    """What an evaluation by L-BFGS-B costs beyond the function, in seconds."""
    results: list[Any] = []
    at = [0]

    def record(*args: Any) -> Any:
        results.append(case.fun(*args))
        return results[-1]

    def replay(*args: Any) -> Any:
        at[0] += 1
        return results[(at[0] - 1) % n]

    def again() -> None:
        at[0] = 0
        solve(replay, "L-BFGS-B")

    solve(record, "L-BFGS-B")
    n = len(results)
    again()
    if at[0] != n:
        raise RuntimeError(f"{at[0]} evaluations of what was recorded, want {n}")
    return best(again) / n - best(lambda: [replay() for _ in range(100)], 0.1) / 100


def counted(fun: Callable[..., Any]) -> tuple[Callable[..., Any], list[int]]:
    calls = [0]

    def called(*args: Any) -> Any:
        calls[0] += 1
        return fun(*args)

    return called, calls


def peers(case: Case) -> dict[str, Callable[[Any, str], Any]]:
    """What is compared: functions of the objective and the method that return the minimum's tree or vector."""
    found = {"argmin": lambda f, m: importlib.import_module(f"argmin.{case.module}").minimize(f, case.x0, method=m)}
    try:
        theirs = importlib.import_module(f"dict_minimize.{case.module}").minimize
        found["dict-minimize"] = lambda f, m: theirs(f, case.x0, method=m)
    except ImportError:
        pass
    return found


def scipy_solve(method: str) -> tuple[float, int, float, float]:
    """SciPy on the vector, without names: minimum, evaluations, time of a solve, time of the function."""
    from scipy.optimize import minimize, rosen, rosen_der

    def fun(x: np.ndarray) -> Any:
        return rosen(x[:5]) + rosen(x[5:]), np.concatenate((rosen_der(x[:5]), rosen_der(x[5:])))

    x0 = np.concatenate(list(HALVES.values()))
    r = minimize(fun, x0, jac=True, method=method)
    return r.fun, r.nfev, best(lambda: minimize(fun, x0, jac=True, method=method)), best(lambda: fun(x0), 0.2)


def main(names: list[str]) -> None:
    warnings.simplefilter("ignore")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    overhead = []
    print(
        "| framework | method | "
        + " | ".join(f"{w}: minimum | evaluations | ms" for w in ("argmin", "dict-minimize", "SciPy"))
        + " |"
    )
    print("|" + " --- |" * 11)
    for case in [Case(n, c) for n in names for c in ((False,) if n in ("numpy", "torch") else (False, True))]:
        bare = best(lambda: case.fun(case.x0), 0.3)
        for method in METHODS:
            cells = []
            for who, solve in peers(case).items():
                f, calls = counted(case.fun)
                value = (
                    case.number(case.fun(solve(f, method))) if case.name != "numpy" else case.fun(solve(f, method))[0]
                )
                t = best(lambda: solve(case.fun, method))
                cells += [f"{value:.1e}", str(calls[0]), f"{t * 1e3:.2f}"]
                if method == "L-BFGS-B":
                    extra = t / calls[0] - bare if case.compiled else beyond(case, solve)
                    overhead.append((case.name, who, extra * 1e6, bare * 1e6))
            if case.name == "numpy":
                value, n, t, own = scipy_solve(method)
                cells += [f"{value:.1e}", str(n), f"{t * 1e3:.2f}"]
                if method == "L-BFGS-B":
                    overhead.append((case.name, "SciPy, a vector", (t / n - own) * 1e6, own * 1e6))
            print(f"| {case.name} | {method} | " + " | ".join(cells + [""] * (9 - len(cells))) + " |", flush=True)
    print("\n| framework | by | us per evaluation beyond the function | the function, us |\n| --- | --- | --- | --- |")
    for name, who, extra, own in overhead:
        print(f"| {name} | {who} | {extra:.1f} | {own:.1f} |")


if __name__ == "__main__":
    main(sys.argv[1:] or ["numpy", "jax", "torch", "tensorflow"])
