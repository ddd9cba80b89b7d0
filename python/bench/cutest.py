"""Compare argmin.optimize.minimize with SciPy's on the problems of CUTEst in sif2jax, with an outside check of what is
claimed.

    python bench/cutest.py [--seconds 600] [--csv runs.csv] [NAME ...]

Needs jax, scipy and sif2jax. Problems of up to 100 variables are taken in a shuffled order that is always the same,
until the time is over. Runs that the file already has are read from it, so that the whole collection can be run in
parts. Both solvers get the same compiled functions: the value with the gradient, and the constraints with their
Jacobian. Seconds are of the processor. The tables have for each kind of problem and method

solved      the point is feasible, and its value within 1e-4 of the best that any run has found
claimed     the solver says success
refuted     it says so, but the point is infeasible, or it is no stationary point and a search from there goes on down
evaluations the median over the problems that both solve
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import sys
import time
import warnings
from typing import Any, NamedTuple

for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

import jax  # noqa: E402
import numpy as np  # noqa: E402
import scipy.optimize  # noqa: E402
from jax.flatten_util import ravel_pytree  # noqa: E402

import argmin.optimize  # noqa: E402

jax.config.update("jax_enable_x64", True)
SOLVERS = {"argmin": argmin.optimize, "SciPy": scipy.optimize}
METHODS = {
    "unconstrained": ("BFGS", "L-BFGS-B", "CG"),
    "bounded": ("L-BFGS-B", "TNC"),
    "constrained": ("SLSQP", "trust-constr"),
}
LARGEST = 100  # variables
PATIENCE = 4.0  # seconds of a run
TOLERANCE = 1e-4  # of values and constraints, relative where they are above 1
STATIONARY = 1e-3  # of the gradient of the Lagrangian, relative to the gradient


class OutOfTime(Exception):
    """A run has taken too long."""


class Problem:
    """A problem of the collection as functions of a vector."""

    def __init__(self, p: Any) -> None:
        self.name = p.name
        y0 = p.y0
        x0, tree = ravel_pytree(y0)
        self.x0 = np.asarray(x0, dtype=np.float64)
        if not 0 < self.x0.size <= LARGEST:
            raise ValueError("its number of variables")
        both = jax.jit(jax.value_and_grad(lambda x: p.objective(tree(x), p.args)))
        self.value_grad = lambda x: tuple(np.asarray(v, dtype=np.float64) for v in both(x))
        box = getattr(p, "bounds", None)
        self.lower, self.upper = np.full(self.x0.size, -np.inf), np.full(self.x0.size, np.inf)
        if box is not None:
            self.lower, self.upper = (np.asarray(ravel_pytree(b)[0], dtype=np.float64) for b in box)
        self.bounded = bool(np.any(np.isfinite(self.lower) | np.isfinite(self.upper)))
        self.equal = self.above = None
        if hasattr(p, "constraint"):
            self.equal, self.above = (self.part(p, tree, i) for i in (0, 1))
        self.kind = "constrained" if self.equal or self.above else "bounded" if self.bounded else "unconstrained"
        self.f0, self.g0 = self.value_grad(self.x0)
        if not np.isfinite(self.f0) or not np.all(np.isfinite(self.g0)):
            raise ValueError("its start, where it is not finite")

    def part(self, p: Any, tree: Any, i: int) -> Any:
        """The equations (i = 0) or the values that are not to be negative (1), with their Jacobian; None if there are
        none."""
        first = p.constraint(tree(self.x0))[i]
        if first is None:
            return None
        finite = np.flatnonzero(np.isfinite(ravel_pytree(first)[0]))
        if not finite.size:
            return None

        def values(x: Any) -> Any:
            return ravel_pytree(p.constraint(tree(x))[i])[0][finite]

        f, j = jax.jit(values), jax.jit(jax.jacobian(values))
        f(self.x0), j(self.x0)  # no solver is to pay for the compiler
        return lambda x: np.asarray(f(x), dtype=np.float64), lambda x: np.asarray(j(x), dtype=np.float64)

    def solve(self, module: Any, method: str, x0: np.ndarray, patience: float, **options: Any) -> Any:
        """The result of a run, and its seconds."""
        end = time.process_time() + patience

        def timely(f: Any) -> Any:
            def call(x: np.ndarray) -> Any:
                if time.process_time() > end:
                    raise OutOfTime
                return f(x)

            return call

        given: dict[str, Any] = {"jac": True, "method": method, "options": options}
        if self.bounded:
            given["bounds"] = module.Bounds(self.lower, self.upper)
        if self.kind == "constrained":
            given["constraints"] = [
                module.NonlinearConstraint(timely(c[0]), 0, high, jac=c[1])
                for c, high in ((self.equal, 0), (self.above, np.inf))
                if c
            ]
        started = time.process_time()
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            r = module.minimize(timely(self.value_grad), x0, **given)
        return r, time.process_time() - started

    def violation(self, x: np.ndarray) -> float:
        """The largest violation of a bound or constraint."""
        parts = [self.lower - x, x - self.upper]
        parts += [np.abs(self.equal[0](x))] if self.equal else []
        parts += [-self.above[0](x)] if self.above else []
        largest = np.max(np.concatenate(parts))
        return (
            max(0.0, float(largest))
            if np.isfinite(largest)
            else np.inf
            if np.isnan(largest)
            else max(0.0, float(largest))
        )

    def stationarity(self, x: np.ndarray) -> float:
        """The least gradient of the Lagrangian over all multipliers of the right signs, relative to the gradient."""
        _, g = self.value_grad(x)
        if not np.all(np.isfinite(g)):
            return np.inf
        near = 1e-5 * (1 + np.abs(x))
        columns = [np.eye(x.size)[:, x - self.lower <= near], -np.eye(x.size)[:, self.upper - x <= near]]
        if self.above:
            c, j = self.above[0](x), self.above[1](x)
            columns.append(j[c <= TOLERANCE * (1 + np.abs(j).max(axis=1))].T)
        signed = sum(c.shape[1] for c in columns)
        if self.equal:
            columns.append(self.equal[1](x).T)
        a = np.concatenate(columns, axis=1)
        size = max(1.0, float(np.max(np.abs(g))))
        if not a.shape[1]:
            return float(np.max(np.abs(g))) / max(1.0, float(np.max(np.abs(self.g0))))
        if not np.all(np.isfinite(a)):
            return np.inf
        a = a / np.where(np.any(a, axis=0), np.abs(a).max(axis=0), 1)
        low = np.where(np.arange(a.shape[1]) < signed, 0.0, -np.inf)
        m = scipy.optimize.lsq_linear(a, g, (low, np.inf), method="bvls" if a.shape[1] <= a.shape[0] else "trf")
        return float(np.max(np.abs(g - a @ m.x))) / max(
            size, float(np.max(np.abs(self.g0))) if self.kind != "constrained" else size
        )

    def refuted(self, x: np.ndarray, f: float) -> str:
        """Why a point is no solution: "" if it may be one."""
        if not np.all(np.isfinite(x)) or not np.isfinite(f):
            return "not finite"
        if abs(float(self.value_grad(x)[0]) - f) > 1e-8 * max(1.0, abs(f)):
            return "another value"
        if self.violation(x) > TOLERANCE * max(1.0, float(np.max(np.abs(x)))):
            return "infeasible"
        if self.stationarity(x) <= STATIONARY:
            return ""
        method, options = (
            ("SLSQP", {"ftol": 1e-14}) if self.kind == "constrained" else ("L-BFGS-B", {"ftol": 1e-15, "gtol": 1e-9})
        )
        try:
            r, _ = self.solve(scipy.optimize, method, x, 10.0, maxiter=500, **options)
        except Exception:
            return ""
        further = self.violation(r.x) <= max(self.violation(x), 1e-9) and f - r.fun > TOLERANCE * max(1.0, abs(f))
        return f"a search goes on down from {f:.6g} to {r.fun:.6g}" if further else ""


class Run(NamedTuple):
    """A run of a solver on a problem, and what the check has found."""

    problem: str
    kind: str
    method: str
    solver: str
    n: int
    fun: float
    violation: float
    stationarity: float
    claimed: bool
    refuted: str
    nfev: int
    seconds: float
    status: Any
    message: str


def run(p: Problem, solver: str, method: str) -> Run:
    """Solve a problem, and check the result."""
    n, f, violation, stationarity, refuted = p.x0.size, np.inf, np.inf, np.inf, ""
    try:
        r, seconds = p.solve(SOLVERS[solver], method, p.x0.copy(), PATIENCE)
    except OutOfTime:
        return Run(
            p.name, p.kind, method, solver, n, f, violation, stationarity, False, "", 0, PATIENCE, "", "out of time"
        )
    except Exception as e:
        return Run(
            p.name,
            p.kind,
            method,
            solver,
            n,
            f,
            violation,
            stationarity,
            False,
            "",
            0,
            0.0,
            "",
            f"{type(e).__name__}: {e}",
        )
    f, violation = float(r.fun), p.violation(r.x)
    stationarity = p.stationarity(r.x) if np.all(np.isfinite(r.x)) else np.inf
    if r.success:
        refuted = p.refuted(np.asarray(r.x), f)
    return Run(
        p.name,
        p.kind,
        method,
        solver,
        n,
        f,
        violation,
        stationarity,
        bool(r.success),
        refuted,
        int(r.nfev),
        seconds,
        r.status,
        r.message,
    )


def read(path: str) -> list[Run]:
    """The runs that a file has."""
    if not os.path.exists(path):
        return []
    with open(path, newline="") as file:
        return [
            Run(
                *row[:4],
                int(row[4]),
                *map(float, row[5:8]),
                row[8] == "True",
                row[9],
                int(row[10]),
                float(row[11]),
                *row[12:],
            )
            for row in csv.reader(file)
        ]


def report(runs: list[Run]) -> None:
    """The table, and the claims that were refuted."""
    best: dict[str, float] = {}
    for r in runs:
        if r.violation <= TOLERANCE and np.isfinite(r.fun):
            best[r.problem] = min(r.fun, best.get(r.problem, np.inf))

    def solved(r: Run) -> bool:
        b = best.get(r.problem, -np.inf)
        return r.violation <= TOLERANCE and r.fun <= b + TOLERANCE * max(1.0, abs(b))

    print("| kind | method | problems | solver | solved | claimed | refuted | evaluations | seconds |")
    print("|---|---|---:|---|---:|---:|---:|---:|---:|")
    for kind, methods in METHODS.items():
        for method in methods:
            mine = [r for r in runs if r.kind == kind and r.method == method]
            by = {s: {r.problem: r for r in mine if r.solver == s} for s in SOLVERS}
            both = [n for n, r in by["argmin"].items() if solved(r) and solved(by["SciPy"][n])]
            for s, rs in by.items():
                if rs:
                    nfev = np.median([rs[n].nfev for n in both]) if both else np.nan
                    print(
                        f"| {kind} | {method} | {len(rs)} | {s} | {sum(map(solved, rs.values()))} "
                        f"| {sum(r.claimed for r in rs.values())} | {sum(bool(r.refuted) for r in rs.values())} "
                        f"| {nfev:.0f} | {sum(r.seconds for r in rs.values()):.1f} |"
                    )
    for r in runs:
        if r.refuted and r.solver == "argmin":
            print(f"argmin refuted: {r.problem} by {r.method}: {r.refuted} (stationarity {r.stationarity:.2g})")


def main() -> None:
    """Run the problems, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--csv")
    parser.add_argument("--without", action="append", default=[], metavar="NAME")
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    import sif2jax

    problems = [p for p in sif2jax.problems if not isinstance(p, sif2jax.AbstractNonlinearEquations)]
    random.Random(0).shuffle(problems)
    if given.names:
        problems = [p for p in problems if p.name in given.names]
    end, runs, tried = time.perf_counter() + given.seconds, read(given.csv) if given.csv else [], 0
    known = {(r.problem, r.solver) for r in runs}
    for p in problems:
        if time.perf_counter() > end:
            break
        try:
            n = sum(leaf.size for leaf in jax.tree_util.tree_leaves(jax.eval_shape(lambda: p.y0)))
        except Exception:  # a start that cannot be traced
            n = p.num_variables()
        if n > LARGEST or all((p.name, s) in known for s in SOLVERS) or p.name in given.without:
            continue
        tried += 1
        print(p.name, file=sys.stderr, flush=True)
        try:
            q = Problem(p)
        except Exception as e:
            print(f"left out {p.name}: {type(e).__name__} {str(e)[:100]}", file=sys.stderr)
            continue
        done = [run(q, s, m) for m in METHODS[q.kind] for s in SOLVERS if (p.name, s) not in known]
        runs += done
        jax.clear_caches()
        if given.csv:
            with open(given.csv, "a", newline="") as out:
                csv.writer(out).writerows(done)
    print(f"{tried} problems tried, {len({r.problem for r in runs})} run\n")
    report(runs)


if __name__ == "__main__":
    main()
