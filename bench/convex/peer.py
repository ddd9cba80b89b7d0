"""The Python side of bench/convex: solves quadratic programs that the Go program sends. Each is solved in a process of its own, which is
ended when its CPU time is over; that time, with all preparation of the solver's input, is what is reported."""
import importlib.metadata
import json
import os
import resource
import signal
import struct
import sys

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[threads] = "1"

import numpy as np
import scipy.sparse as sp

import clarabel
import highspy
import osqp
import piqp
from ortools.pdlp import solve_log_pb2, solvers_pb2
from ortools.pdlp.python import pdlp
from proxsuite import proxqp

inp, out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)


class Problem:
    """minimize x'Px/2 + q'x with l <= Ax <= u; the last rows of A are the identity if boxed."""

    def __init__(self, job):
        n, m = self.n, self.m = job["n"], job["m"]
        take = lambda k: np.frombuffer(inp.read(8 * k), "<f8").copy()
        csc = lambda rows, nnz: sp.csc_matrix((take(nnz), take(nnz).astype(np.int32), take(n + 1).astype(np.int32)), (rows, n))
        self.P, self.A = csc(n, job["nnzP"]), csc(m, job["nnzA"])
        self.q, self.l, self.u = take(n), take(m), take(m)
        self.rows = m - n if job["boxed"] else m  # without bounds

    def prepare(self):
        """The rows as equations, inequalities and bounds."""
        r = self.rows
        rows = self.A.tocsr()[:r]
        l, u = self.l[:r], self.u[:r]
        self.eq = np.flatnonzero(l == u)
        self.ineq = np.flatnonzero((l != u) & (np.isfinite(l) | np.isfinite(u)))
        self.E, self.b = rows[self.eq].tocsc(), l[self.eq]
        self.G, self.gl, self.gu = rows[self.ineq].tocsc(), l[self.ineq], u[self.ineq]
        self.xl, self.xu = (self.l[r:], self.u[r:]) if r < self.m else (np.full(self.n, -np.inf), np.full(self.n, np.inf))

    def multipliers(self, eq, ineq, bounds):
        y = np.zeros(self.m)
        y[self.eq], y[self.ineq] = eq, ineq
        if self.rows < self.m:
            y[self.rows:] = bounds
        return y


def solve_clarabel(p, eps):
    p.prepare()
    l, u = p.l, p.u
    eq = np.flatnonzero(l == u)
    upper = np.flatnonzero((l != u) & np.isfinite(u))
    lower = np.flatnonzero((l != u) & np.isfinite(l))
    A = p.A.tocsr()
    M = sp.vstack([A[eq], A[upper], -A[lower]]).tocsc()
    b = np.concatenate([u[eq], u[upper], -l[lower]])
    cones = [c for c in (clarabel.ZeroConeT(len(eq)), clarabel.NonnegativeConeT(len(upper) + len(lower))) if c.dim > 0]
    s = clarabel.DefaultSettings()
    s.verbose, s.max_threads = False, 1
    s.tol_gap_abs, s.tol_gap_rel, s.tol_feas = eps, 0.0, eps
    r = clarabel.DefaultSolver(sp.triu(p.P).tocsc(), p.q, M, b, cones, s).solve()
    z = np.array(r.z)
    y = np.zeros(p.m)
    y[eq] = z[: len(eq)]
    y[upper] += z[len(eq): len(eq) + len(upper)]
    y[lower] -= z[len(eq) + len(upper):]
    status = str(r.status)
    return np.array(r.x), y, {"Solved": "solved", "PrimalInfeasible": "infeasible", "DualInfeasible": "unbounded"}.get(status, "failed"), status


def solve_piqp(p, eps):
    p.prepare()
    s = piqp.SparseSolver()
    s.settings.verbose = False
    s.settings.eps_abs, s.settings.eps_rel = eps, 0
    s.settings.check_duality_gap, s.settings.eps_duality_gap_abs, s.settings.eps_duality_gap_rel = True, eps, 0
    some = lambda M, *v: (M, *v) if M.shape[0] > 0 else (None,) * (1 + len(v))
    s.setup(p.P, p.q, *some(p.E, p.b), *some(p.G, p.gl, p.gu), p.xl, p.xu)
    status = s.solve()
    r = s.result
    y = p.multipliers(r.y, r.z_u - r.z_l, r.z_bu - r.z_bl)
    return r.x, y, {piqp.PIQP_SOLVED: "solved", piqp.PIQP_PRIMAL_INFEASIBLE: "infeasible", piqp.PIQP_DUAL_INFEASIBLE: "unbounded"}.get(status, "failed"), str(status).split(".")[-1]


def solve_osqp(p, eps):
    s = osqp.OSQP()
    s.setup(sp.triu(p.P).tocsc(), p.q, p.A, p.l, p.u, eps_abs=eps, eps_rel=0, verbose=False, max_iter=200000)
    r = s.solve(raise_error=False)
    if r.info.status == "primal infeasible":
        return r.x, np.array(r.prim_inf_cert), "infeasible", r.info.status
    if r.info.status == "dual infeasible":
        return np.array(r.dual_inf_cert), r.y, "unbounded", r.info.status
    return r.x, r.y, "solved" if r.info.status == "solved" else "failed", f"{r.info.status} after {r.info.iter} steps and {r.info.rho_updates} updates"


def solve_proxqp(p, eps):
    p.prepare()
    # Bounds are inequalities: the sparse solver has no other way.
    box = np.flatnonzero(np.isfinite(p.xl) | np.isfinite(p.xu))
    C = sp.vstack([p.G, sp.identity(p.n, format="csr")[box]]).tocsc()
    l, u = np.concatenate([p.gl, p.xl[box]]), np.concatenate([p.gu, p.xu[box]])
    s = proxqp.sparse.QP(p.n, len(p.eq), len(l))
    s.settings.eps_abs, s.settings.eps_rel = eps, 0
    s.settings.check_duality_gap, s.settings.eps_duality_gap_abs, s.settings.eps_duality_gap_rel = True, eps, 0
    s.init(p.P, p.q, p.E, p.b, C, l, u)
    s.solve()
    r = s.results
    bounds = np.zeros(p.n)
    bounds[box] = r.z[len(p.ineq):]
    status = r.info.status
    claims = {proxqp.QPSolverOutput.PROXQP_SOLVED: "solved", proxqp.QPSolverOutput.PROXQP_PRIMAL_INFEASIBLE: "infeasible", proxqp.QPSolverOutput.PROXQP_DUAL_INFEASIBLE: "unbounded"}
    return r.x, p.multipliers(r.y, r.z[: len(p.ineq)], bounds), claims.get(status, "failed"), str(status).split(".")[-1]


def highs_model(p):
    m = highspy.HighsModel()
    lp, h = m.lp_, m.hessian_
    lp.num_col_, lp.num_row_ = p.n, p.rows
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = p.q, p.xl, p.xu
    lp.row_lower_, lp.row_upper_ = p.l[: p.rows], p.u[: p.rows]
    A = p.A.tocsr()[: p.rows].tocsc()
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = p.n, p.rows
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = A.indptr, A.indices, A.data
    L = sp.tril(p.P).tocsc()
    if L.nnz > 0:
        h.dim_, h.format_ = p.n, highspy.HessianFormat.kTriangular
        h.start_, h.index_, h.value_ = L.indptr, L.indices, L.data
    return m


def solve_ortools_pdlp(p, eps):
    p.prepare()
    r = p.rows
    q = pdlp.QuadraticProgram()
    q.resize_and_initialize(p.n, r)
    q.objective_vector = p.q
    if p.P.nnz > 0:
        if (p.P - sp.diags(p.P.diagonal())).nnz > 0:
            return np.zeros(p.n), np.zeros(p.m), "failed", "Q is not diagonal"
        q.set_objective_matrix_diagonal(p.P.diagonal())
    q.constraint_matrix = p.A.tocsr()[:r].tocsc()
    q.constraint_lower_bounds, q.constraint_upper_bounds = p.l[:r], p.u[:r]
    q.variable_lower_bounds, q.variable_upper_bounds = p.xl, p.xu
    o = solvers_pb2.PrimalDualHybridGradientParams()
    c = o.termination_criteria
    c.optimality_norm = solvers_pb2.OPTIMALITY_NORM_L_INF
    c.simple_optimality_criteria.eps_optimal_absolute, c.simple_optimality_criteria.eps_optimal_relative = eps, 0
    a = pdlp.primal_dual_hybrid_gradient(q, o)
    y = -np.asarray(a.dual_solution)
    if r < p.m:
        y = np.concatenate([y, -np.asarray(a.reduced_costs)])
    reason = solve_log_pb2.TerminationReason.Name(a.solve_log.termination_reason).removeprefix("TERMINATION_REASON_")
    claim = {"OPTIMAL": "solved", "PRIMAL_INFEASIBLE": "infeasible", "DUAL_INFEASIBLE": "unbounded"}.get(reason, "failed")
    return np.asarray(a.primal_solution), y, claim, reason


def solve_highs(p, eps, solver="choose"):
    p.prepare()
    s = highspy.Highs()
    s.setOptionValue("solver", solver)
    if solver == "pdlp":
        s.setOptionValue("kkt_tolerance", eps)
    s.setOptionValue("output_flag", False)
    s.setOptionValue("threads", 1)
    for name in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        s.setOptionValue(name, max(eps, 1e-10))
    s.passModel(highs_model(p))
    s.run()
    status = s.getModelStatus()
    word = s.modelStatusToString(status)
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible, highspy.HighsModelStatus.kUnbounded):
        # Presolve finds out without a proof.
        s.setOptionValue("presolve", "off")
        s.setOptionValue("solver", "simplex")
        s.run()
        status = s.getModelStatus()
        word = s.modelStatusToString(status)
    A = p.A.tocsr()[: p.rows]
    if status == highspy.HighsModelStatus.kInfeasible:
        ray = s.getDualRay()
        if ray[1]:
            y = -np.array(ray[2])
            y = np.concatenate([y, -(A.T @ y)]) if p.rows < p.m else y
            return np.zeros(p.n), y, "infeasible", word
        return np.zeros(p.n), np.zeros(p.m), "infeasible", word + ", no ray"
    if status == highspy.HighsModelStatus.kUnbounded:
        ray = s.getPrimalRay()
        return np.array(ray[2]) if ray[1] else np.zeros(p.n), np.zeros(p.m), "unbounded", word
    r = s.getSolution()
    y = -np.concatenate([r.row_dual, r.col_dual][: 2 if p.rows < p.m else 1])
    return np.array(r.col_value), y, "solved" if status == highspy.HighsModelStatus.kOptimal else "failed", word


SOLVERS = {"clarabel": solve_clarabel, "piqp": solve_piqp, "osqp": solve_osqp, "proxqp": solve_proxqp, "highs": solve_highs,
           "highs-pdlp": lambda p, eps: solve_highs(p, eps, "pdlp"), "ortools-pdlp": solve_ortools_pdlp}


def child(p, job, to):
    """Solves within the CPU time limit, and writes claim, status, x and y."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what solvers print
    try:
        x, y, claim, status = SOLVERS[job["solver"]](p, job["accuracy"])
    except Exception as e:
        x, y, claim, status = np.zeros(p.n), np.zeros(p.m), "failed", f"{type(e).__name__}: {e}"
    head = json.dumps({"claim": claim, "status": status[:100]}).encode()
    with os.fdopen(to, "wb") as f:
        f.write(struct.pack("<I", len(head)) + head + np.asarray(x, "<f8").tobytes() + np.asarray(y, "<f8").tobytes())


def run(job):
    p = Problem(job)
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(r)
        # The system ends the process when its CPU time, of all threads, is over.
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, job["limit"])
        resource.setrlimit(resource.RLIMIT_AS, (job["memory"], job["memory"]))
        try:
            child(p, job, w)
        finally:
            os._exit(0)
    os.close(w)
    with os.fdopen(r, "rb") as f:
        data = f.read()
    _, how, usage = os.wait4(pid, 0)
    seconds = usage.ru_utime + usage.ru_stime
    if len(data) < 4:
        timeout = os.WIFSIGNALED(how) and os.WTERMSIG(how) == signal.SIGPROF
        status = "timeout" if timeout else f"ended by signal {os.WTERMSIG(how)}" if os.WIFSIGNALED(how) else "ended without an answer"
        send({"claim": "failed", "status": status, "seconds": job["limit"] if timeout else seconds}, b"")
        return
    k = 4 + struct.unpack("<I", data[:4])[0]
    send(json.loads(data[4:k]) | {"seconds": seconds}, data[k:])


def send(head, numbers):
    text = json.dumps(head | {"numbers": len(numbers) // 8}).encode()
    out.write(struct.pack("<I", len(text)) + text + numbers)
    out.flush()


version = importlib.metadata.version
hello = ", ".join(f"{name} {version(name)}" for name in ("clarabel", "piqp", "osqp", "proxsuite", "highspy", "ortools")).encode()
out.write(struct.pack("<I", len(hello)) + hello)
out.flush()
for line in iter(inp.readline, b""):
    run(json.loads(line))
