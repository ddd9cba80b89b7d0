"""The Python side of bench/cones: solves cone programs that the Go program sends, and differentiates the sum of their variables."""
import importlib.metadata
import json
import os
import struct
import sys
import time
import warnings

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[threads] = "1"

import numpy as np
import scipy.sparse as sp

import clarabel

warnings.filterwarnings("ignore")
inp, out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
EPS = 1e-10


class Programs:
    """minimize x'Qx/2 + c'x with Ax + s = b, s in the cones; matrices by their entries."""

    def __init__(self, job):
        n, m = self.n, self.m = job["n"], job["m"]
        self.cones = job["cones"]
        take = lambda k: np.frombuffer(inp.read(8 * k), "<f8").copy()
        index = lambda k: (take(k).astype(np.int32), take(k).astype(np.int32))
        q, a = index(job["nnzQ"]), index(job["nnzA"])
        self.at = a
        self.list = []
        for _ in range(job["count"]):
            Q = sp.csc_matrix((take(job["nnzQ"]), q), (n, n))
            A = sp.csc_matrix((take(job["nnzA"]), a), (m, n))
            c = take(n)
            self.list.append((Q, A, c, take(m)))


def transposed(p):
    """The rows in the order of Clarabel, which has the upper triangle of a matrix by columns, and SCS the lower one."""
    order, row = [], 0
    for c in p.cones:
        k = list(range(c["dim"]))
        if c["kind"] == "psd":
            n = c["order"]
            place = {(i, j): t for t, (j, i) in enumerate((j, i) for j in range(n) for i in range(j, n))}
            k = [place[i, j] for i in range(n) for j in range(i + 1)]
        order += [row + t for t in k]
        row += c["dim"]
    return np.array(order)


def timed(f, items, calls=3):
    """Answers, and the least milliseconds for each item."""
    least = np.inf
    for _ in range(calls):
        begin = time.perf_counter()
        answers = [f(i) for i in items]
        least = min(least, time.perf_counter() - begin)
    return answers, 1000 * least / len(items)


def solve_clarabel(p):
    make = {"zero": clarabel.ZeroConeT, "nonnegative": clarabel.NonnegativeConeT, "second-order": clarabel.SecondOrderConeT}
    cones = [clarabel.ExponentialConeT() if c["kind"] == "exponential" else clarabel.PSDTriangleConeT(c["order"]) if c["kind"] == "psd"
             else make[c["kind"]](c["dim"]) for c in p.cones]
    order = transposed(p)
    ready = [(sp.triu(Q).tocsc(), c, A[order].tocsc(), b[order]) for Q, A, c, b in p.list]
    large = p.n > 1000

    def one(d):
        s = clarabel.DefaultSettings()
        s.verbose, s.max_threads = False, 1
        if not large:
            s.tol_gap_abs = s.tol_gap_rel = s.tol_feas = EPS
        return clarabel.DefaultSolver(*d, cones, s).solve()

    answers, ms = timed(one, ready, 1 if large else 3)
    return [str(r.status) == "Solved" for r in answers], [np.array(r.x) for r in answers], None, ms, ms, None


def solve_diffcp(p):
    import diffcp
    dims = {"z": 0, "l": 0, "q": [], "s": [], "ep": 0}
    for c in p.cones:
        if c["kind"] in ("zero", "nonnegative"):
            dims["z" if c["kind"] == "zero" else "l"] += c["dim"]
        elif c["kind"] == "second-order":
            dims["q"].append(c["dim"])
        elif c["kind"] == "psd":
            dims["s"].append(c["order"])
        else:
            dims["ep"] += 1
    kw = dict(solve_method="Clarabel", tol_gap_abs=EPS, tol_gap_rel=EPS, tol_feas=EPS, verbose=False)

    def one(d):
        _, A, c, b = d
        try:
            return diffcp.solve_only(A, b, c, dims, **kw)
        except diffcp.SolverError:
            return None

    def both(d):
        _, A, c, b = d
        try:
            x, y, s, _, back = diffcp.solve_and_derivative(A, b, c, dims, mode="dense", **kw)
        except diffcp.SolverError:
            return None
        dA, db, dc = back(np.ones(p.n), np.zeros(p.m), np.zeros(p.m))[:3]
        return x, np.concatenate([np.asarray(dA[p.at]).ravel(), db, dc])

    _, batch = timed(one, p.list)
    answers, gradient = timed(both, p.list, 1)
    missing = np.full(p.n, np.nan), np.full(len(p.at[0]) + p.m + p.n, np.nan)
    solved = [a is not None for a in answers]
    answers = [a if a is not None else missing for a in answers]
    return solved, [a[0] for a in answers], [a[1] for a in answers], batch, batch, gradient


def solve_cvxpylayers(p):
    import cvxpy as cp
    import jax
    jax.config.update("jax_enable_x64", True)
    from cvxpylayers.jax import CvxpyLayer
    A, c, b, x = cp.Parameter((p.m, p.n)), cp.Parameter(p.n), cp.Parameter(p.m), cp.Variable(p.n)
    s = b - A @ x
    rules, row = [], 0
    for k in p.cones:
        v = s[row: row + k["dim"]]
        if k["kind"] == "zero":
            rules.append(v == 0)
        elif k["kind"] == "nonnegative":
            rules.append(v >= 0)
        elif k["kind"] == "second-order":
            rules.append(cp.SOC(v[0], v[1:]))
        elif k["kind"] == "exponential":
            rules.append(cp.ExpCone(v[0], v[1], v[2]))
        else:
            n = k["order"]
            S = cp.Variable((n, n), symmetric=True)
            at = [(i, j) for j in range(n) for i in range(j, n)]
            rules += [S >> 0, cp.hstack([S[i, j] * (1 if i == j else np.sqrt(2)) for i, j in at]) == v]
        row += k["dim"]
    layer = CvxpyLayer(cp.Problem(cp.Minimize(c @ x), rules), parameters=[A, b, c], variables=[x])
    args = dict(solve_method="Clarabel", tol_gap_abs=EPS, tol_gap_rel=EPS, tol_feas=EPS)
    data = [np.stack(v) for v in zip(*((A.toarray(), b, c) for _, A, c, b in p.list))]
    loss = lambda A, b, c: layer(A, b, c, solver_args=args)[0].sum()
    one = lambda d: np.asarray(layer(d[1].toarray(), d[3], d[2], solver_args=args)[0])
    _, alone = timed(one, p.list[:20])
    answers, batch = timed(lambda _: np.asarray(layer(*data, solver_args=args)[0]), [0], 2)
    slopes, gradient = timed(lambda _: jax.grad(loss, argnums=(0, 1, 2))(*data), [0], 1)
    dA, db, dc = (np.asarray(v) for v in slopes[0])
    k = len(p.list)
    x = list(answers[0])
    slopes = [np.concatenate([dA[i][p.at], db[i], dc[i]]) for i in range(k)]
    return [bool(np.all(np.isfinite(v))) for v in x], x, slopes, alone, batch / k, gradient / k


SOLVERS = {"clarabel": solve_clarabel, "diffcp": solve_diffcp, "cvxpylayers": solve_cvxpylayers}


def send(head, parts=()):
    text = json.dumps(head).encode()
    out.write(struct.pack("<I", len(text)) + text)
    for v in parts:
        out.write(np.asarray(v, "<f8").tobytes())
    out.flush()


version = importlib.metadata.version
hello = ", ".join(f"{name} {version(name)}" for name in ("clarabel", "diffcp", "cvxpylayers")).encode()
out.write(struct.pack("<I", len(hello)) + hello)
out.flush()
for line in iter(inp.readline, b""):
    job = json.loads(line)
    programs = Programs(job)
    try:
        solved, x, slopes, alone, batch, gradient = SOLVERS[job["solver"]](programs)
    except Exception as e:
        send({"error": f"{type(e).__name__}: {e}"})
        continue
    send({"solved": solved, "alone": alone, "batch": batch, "gradient": gradient, "slopes": slopes is not None}, x + (slopes or []))
