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
from mpmath import mp

warnings.filterwarnings("ignore")
inp, out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
EPS = 1e-10  # what solvers are asked for
mp.dps = 40


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
    """Answers, and the median of the milliseconds of CPU time for each item."""
    times = []
    for _ in range(calls):
        begin = time.process_time()
        answers = [f(i) for i in items]
        times.append(time.process_time() - begin)
    return answers, 1000 * float(np.median(times)) / len(items)


def clarabel_cones(p):
    make = {"zero": clarabel.ZeroConeT, "nonnegative": clarabel.NonnegativeConeT, "second-order": clarabel.SecondOrderConeT}
    return [clarabel.ExponentialConeT() if c["kind"] == "exponential" else clarabel.PSDTriangleConeT(c["order"]) if c["kind"] == "psd"
            else make[c["kind"]](c["dim"]) for c in p.cones]


def clarabel_settings(tol=None):
    s = clarabel.DefaultSettings()
    s.verbose, s.max_threads = False, 1
    if tol is not None:
        s.tol_gap_abs = s.tol_gap_rel = s.tol_feas = tol
    return s


def solve_clarabel(p):
    cones, order, large = clarabel_cones(p), transposed(p), p.n > 1000
    ready = [(sp.triu(Q).tocsc(), c, A[order].tocsc(), b[order]) for Q, A, c, b in p.list]

    def one(d):
        return clarabel.DefaultSolver(*d, cones, clarabel_settings(None if large else EPS)).solve()

    answers, ms = timed(one, ready)
    return [str(r.status) == "Solved" for r in answers], [np.array(r.x) for r in answers], None, ms, ms, None


def solve_diffcp(p, points=None):
    """diffcp on Clarabel's answers, or on points that are given in their place."""
    import diffcp
    given = iter(points or ())
    inside = diffcp.cone_program.solve_internal
    if points is not None:
        diffcp.cone_program.solve_internal = lambda *_, **__: next(given)
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
        except (diffcp.SolverError, np.linalg.LinAlgError):
            return None
        dA, db, dc = back(np.ones(p.n), np.zeros(p.m), np.zeros(p.m))[:3]
        return x, np.concatenate([np.asarray(dA[p.at]).ravel(), db, dc])

    _, batch = timed(one, p.list) if points is None else (None, None)
    answers, gradient = timed(both, p.list, 1)
    diffcp.cone_program.solve_internal = inside
    missing = np.full(p.n, np.nan), np.full(len(p.at[0]) + p.m + p.n, np.nan)
    solved = [a is not None for a in answers]
    answers = [a if a is not None else missing for a in answers]
    return solved, [a[0] for a in answers], [a[1] for a in answers], batch, batch, gradient


def solve_diffcp_there(p):
    """diffcp's derivatives at the solutions to 25 digits: what is off there is not the solver's."""
    return solve_diffcp(p, EXACT)


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
    # The default mode, LSQR, ends at errors of 1e-6 to 1e-2 in the derivative. Solves without derivatives have no mode.
    loss = lambda A, b, c: layer(A, b, c, solver_args=dict(args, mode="dense"))[0].sum()
    one = lambda d: np.asarray(layer(d[1].toarray(), d[3], d[2], solver_args=args)[0])
    _, alone = timed(one, p.list[:20])
    answers, batch = timed(lambda _: np.asarray(layer(*data, solver_args=args)[0]), [0], 2)
    slopes, gradient = timed(lambda _: jax.grad(loss, argnums=(0, 1, 2))(*data), [0], 1)
    dA, db, dc = (np.asarray(v) for v in slopes[0])
    k = len(p.list)
    x = list(answers[0])
    slopes = [np.concatenate([dA[i][p.at], db[i], dc[i]]) for i in range(k)]
    return [bool(np.all(np.isfinite(v))) for v in x], x, slopes, alone, batch / k, gradient / k


class Smooth:
    """The conditions of optimality as smooth equations F(x, s, y) = 0, to 40 digits: s∘y = 0 with the product of each symmetric cone, and the tangent
    of an exponential one, or its face {s₁ = 0}. Newton's method from Clarabel's answer takes it to the solution, where that is a regular one."""

    def __init__(self, p, data, s, y):
        _, A, self.c, self.b = data
        self.A, self.n, self.m, self.parts, row = A.toarray(), p.n, p.m, [], 0
        for k in p.cones:
            at, kind = slice(row, row + k["dim"]), k["kind"]
            if kind == "exponential":
                big_s, big_y = np.abs(s[at]).max(), np.abs(y[at]).max()
                on_face = s[at][1] < 1e-5 * big_s and -y[at][0] < 1e-5 * big_y
                kind = "inside" if big_y < 1e-5 * big_s else "zero" if big_s < 1e-5 * big_y else "face" if on_face else kind
            self.parts.append((at, kind, k["order"]))
            row += k["dim"]

    @staticmethod
    def matrix(v, n):
        M, at = np.zeros((n, n), v.dtype), 0
        root = mp.sqrt(2) if v.dtype == object else np.sqrt(2)
        for j in range(n):
            for i in range(j, n):
                M[i, j] = M[j, i] = v[at] if i == j else v[at] / root
                at += 1
        return M

    @staticmethod
    def vector(M):
        root = mp.sqrt(2) if M.dtype == object else np.sqrt(2)
        n = len(M)
        return np.array([M[i, j] if i == j else M[i, j] * root for j in range(n) for i in range(j, n)])

    def product(self, s, y, kind, order):
        """What is zero where s and y belong together; bilinear but for exponential cones."""
        if kind == "zero":
            return s + 0 * y
        if kind == "inside":
            return y + 0 * s
        if kind == "nonnegative":
            return s * y
        if kind == "second-order":
            return np.concatenate([[s @ y], s[0] * y[1:] + y[0] * s[1:]])
        if kind == "psd":
            S, Y = self.matrix(s, order), self.matrix(y, order)
            return self.vector((S @ Y + Y @ S) / 2)
        if kind == "face":
            return np.array([s[1], y[0], s[2] * y[2]])
        e = mp.exp(s[0] / s[1]) if s.dtype == object else np.exp(s[0] / s[1])
        return np.array([y[0] + y[2] * e, y[1] + y[2] * e * (1 - s[0] / s[1]), s[1] * e - s[2]])

    def slopes(self, s, y, kind, order):
        """The derivatives of product in s and in y."""
        k = len(s)
        if kind == "face":
            return np.array([[0, 1, 0], [0, 0, 0], [0, 0, y[2]]]), np.array([[0, 0, 0], [1, 0, 0], [0, 0, s[2]]])
        if kind != "exponential":
            columns = lambda f: np.array([f(e) for e in np.eye(k)]).T
            return (columns(lambda e: self.product(e, y * (kind not in ("zero", "inside")), kind, order)),
                    columns(lambda e: self.product(s * (kind not in ("zero", "inside")), e, kind, order)))
        q = s[0] / s[1]
        e = np.exp(q)
        de = np.array([e / s[1], -e * q / s[1], 0])
        dq = np.array([1 / s[1], -q / s[1], 0])
        return (np.array([y[2] * de, y[2] * (de * (1 - q) - e * dq), s[1] * de + np.array([0, e, -1])]),
                np.array([[1, 0, e], [0, 1, e * (1 - q)], [0, 0, 0]]))

    def residual(self, u, A, b, c):
        x, s, y = u[:self.n], u[self.n:self.n + self.m], u[self.n + self.m:]
        return np.concatenate([A.T @ y + c, A @ x + s - b] + [self.product(s[at], y[at], kind, order) for at, kind, order in self.parts])

    def jacobian(self, u):
        n, m = self.n, self.m
        J = np.zeros((n + 2 * m, n + 2 * m))
        J[:n, n + m:], J[n:n + m, :n], J[n:n + m, n:n + m] = self.A.T, self.A, np.eye(m)
        s, y = u[n:n + m], u[n + m:]
        for at, kind, order in self.parts:
            rows = slice(n + m + at.start, n + m + at.stop)
            J[rows, n + at.start:n + at.stop], J[rows, n + m + at.start:n + m + at.stop] = self.slopes(s[at], y[at], kind, order)
        return J

    def solve(self, u, A, b, c):
        """The solution, or None."""
        A, b, c, u = (v + mp.mpf(0) * v for v in (A.astype(object), b.astype(object), c.astype(object), u.astype(object)))
        for _ in range(30):
            r = self.residual(u, A, b, c)
            d = np.linalg.solve(self.jacobian(u.astype(float)), r.astype(float))
            if not np.all(np.isfinite(d)):
                return None
            u = u - d.astype(object)
            if np.abs(d).max() <= 1e-25 * (1 + np.abs(u.astype(float)).max()):
                return u
        return None


def solve_reference(p):
    """Solutions to 25 digits, their derivatives, and how far these are from differences along a random direction."""
    cones, order = clarabel_cones(p), transposed(p)
    rng, eps = np.random.default_rng(1), mp.mpf(10) ** -12
    solved, xs, slopes, off = [], [], [], 0.
    EXACT.clear()
    for d in p.list:
        n, m = p.n, p.m
        _, A, c, b = d
        r = clarabel.DefaultSolver(sp.csc_matrix((n, n)), c, A[order].tocsc(), b[order], cones, clarabel_settings(1e-9)).solve()
        s, y = np.zeros(m), np.zeros(m)
        s[order], y[order] = r.s, r.z
        f = Smooth(p, d, s, y)
        try:
            u = f.solve(np.concatenate([r.x, s, y]), f.A, b, c)
        except (np.linalg.LinAlgError, ValueError, ZeroDivisionError, OverflowError):
            u = None
        slope = np.zeros(len(p.at[0]) + m + n)
        if u is not None and np.abs(u.astype(float) - np.concatenate([r.x, s, y])).max() < 1e-2 * (1 + np.abs(u).max()):
            v = u.astype(float)
            lam = np.linalg.solve(f.jacobian(v).T, np.concatenate([np.ones(n), np.zeros(2 * m)]))
            l1, l2 = lam[:n], lam[n:n + m]
            dA, db, dc = -(np.outer(v[n + m:], l1) + np.outer(l2, v[:n])), l2, -l1
            slope = np.concatenate([dA[p.at], db, dc])
            wA, wb, wc = rng.normal(size=(m, n)), rng.normal(size=m), rng.normal(size=n)
            try:
                up = f.solve(u, f.A + wA.astype(object) * eps, b + wb.astype(object) * eps, c + wc.astype(object) * eps)
                down = f.solve(u, f.A - wA.astype(object) * eps, b - wb.astype(object) * eps, c - wc.astype(object) * eps)
                difference = float(sum(up[:n] - down[:n]) / (2 * eps))
                exact = (wA * dA).sum() + wb @ db + wc @ dc
                off = max(off, abs(difference - exact) / max(1, abs(slope).max()))
                solved.append(True)
            except (TypeError, np.linalg.LinAlgError):
                solved.append(False)
        else:
            solved.append(False)
        v = np.zeros(n + 2 * m) if u is None else u.astype(float)
        xs.append(v[:n])
        EXACT.append({"x": v[:n], "s": v[n:n + m], "y": v[n + m:], "info": None})
        slopes.append(slope)
    global off_differences
    off_differences = off
    return solved, xs, slopes, None, None, None


EXACT = []  # the last references
off_differences = None

SOLVERS = {"reference": solve_reference, "diffcp there": solve_diffcp_there, "clarabel": solve_clarabel, "diffcp": solve_diffcp, "cvxpylayers": solve_cvxpylayers}


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
    send({"solved": solved, "alone": alone, "batch": batch, "gradient": gradient, "slopes": slopes is not None,
          "differences": off_differences if job["solver"] == "reference" else None}, x + (slopes or []))
