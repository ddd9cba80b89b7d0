"""The Python side of bench/constrained: solvers that minimize what the Go program evaluates, over standard input and output, and the
least-squares multipliers by which every answer is checked. An evaluation is asked for by a letter and numbers."""
import json
import math
import os
import struct
import sys
import warnings

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[threads] = "1"  # the problems are small

import numpy as np
import scipy
from scipy.optimize import Bounds, NonlinearConstraint, lsq_linear, minimize

warnings.filterwarnings("ignore")
inp, out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)  # what solvers print


def send(kind, *parts):
    out.write(kind)
    for p in parts:
        out.write(np.ascontiguousarray(p, dtype="<f8").tobytes())
    out.flush()


def receive(*shape):
    n = math.prod(shape)
    b = inp.read(8 * n)
    if len(b) < 8 * n:
        os._exit(1)
    return np.frombuffer(b, dtype="<f8").copy().reshape(shape)


def ask(kind, *parts, shape=()):
    send(kind, *parts)
    return receive(*shape)


def numbers(words):
    return np.array([float(e) for e in words])


class Functions:
    """A problem as solvers with IPOPT's interface want it."""

    def __init__(self, job):
        self.x0, self.lower, self.upper, self.m = numbers(job["x0"]), numbers(job["lower"]), numbers(job["upper"]), job["m"]
        self.n = self.x0.size
        self.clower = np.zeros(self.m)
        self.cupper = np.where(np.arange(self.m) < job["equations"], 0, np.inf)
        self.tril = np.tril_indices(self.n)

    def objective(self, x):
        return float(ask(b"f", x, shape=(1,))[0])

    def gradient(self, x):
        return ask(b"g", x, shape=(self.n,))

    def constraints(self, x):
        return ask(b"c", x, shape=(self.m,))

    def jacobian(self, x):
        return ask(b"j", x, shape=(self.m, self.n)).ravel()

    def lagrangian(self, x, y, weight):
        return ask(b"h", x, y, [weight], shape=(self.n, self.n))

    def hessianstructure(self):
        return self.tril

    def jacobianstructure(self):
        return tuple(np.indices((self.m, self.n)).reshape(2, -1))

    def hessian(self, x, y, weight):
        return self.lagrangian(x, y, weight)[self.tril]


def interior(module, job):
    p = Functions(job)
    nlp = module.Problem(n=p.n, m=p.m, problem_obj=p, lb=p.lower, ub=p.upper, cl=p.clower, cu=p.cupper)
    for name, value in (("print_level", 0), ("sb", "yes"), ("max_wall_time", float(job["limit"]))):
        nlp.add_option(name, value)
    x, info = nlp.solve(p.x0)
    message = info["status_msg"]
    # 0 is solved, 1 to an acceptable level, 2 that the problem seems infeasible, 4 that the iterates diverge.
    return x, info["status"] in (0, 1), {2: "infeasible", 4: "unbounded"}.get(info["status"]), message.decode() if isinstance(message, bytes) else str(message)


def scipys(method, options, job):
    p = Functions(job)
    c = lambda x: p.constraints(x)
    j = lambda x: p.jacobian(x).reshape(p.m, p.n)
    kw = {}
    if method == "trust-constr":
        kw["hess"] = lambda x: p.lagrangian(x, np.zeros(p.m), 1)
        cons = NonlinearConstraint(c, p.clower, p.cupper, jac=j, hess=lambda x, y: p.lagrangian(x, y, 0))
    else:
        cons = NonlinearConstraint(c, p.clower, p.cupper, jac=j)
    r = minimize(p.objective, p.x0, method=method, jac=p.gradient, bounds=Bounds(p.lower, p.upper), constraints=[cons], options=options, **kw)
    # trust-constr's status 1 and 2 are its tests of the gradient and of the step; SLSQP's 4 that the linearized constraints contradict.
    return r.x, bool(r.success), "infeasible" if method == "SLSQP" and r.status == 4 else None, str(r.message)


def solver(name):
    if name == "ipopt":
        import cyipopt

        return lambda job: interior(cyipopt, job)
    if name == "pounce":
        import pounce

        return lambda job: interior(pounce, job)
    if name == "scipy-trust-constr":
        return lambda job: scipys("trust-constr", {}, job)
    if name == "scipy-slsqp":
        return lambda job: scipys("SLSQP", {"ftol": job["ftol"], "maxiter": job["maxiter"]}, job)
    raise ValueError(name)


def multipliers(job):
    """Least-squares multipliers: minimize |A y - b| within limits of y."""
    a = numbers(job["a"]).reshape(job["rows"], -1)
    free = numbers(job["free"]).astype(bool)
    size = np.linalg.norm(a, axis=0)
    size[size == 0] = 1
    r = lsq_linear(a / size, numbers(job["b"]), bounds=(np.where(free, -np.inf, 0), np.inf), method="bvls", tol=1e-14, max_iter=1000)
    return {"y": [float(v) for v in r.x / size]}


def run(job):
    try:
        if job["solver"] == "multipliers":
            res = multipliers(job)
        else:
            x, success, claim, message = solver(job["solver"])(job)
            res = {"x": [v if math.isfinite(v) else str(v) for v in map(float, x)], "success": success, "infeasible": claim == "infeasible", "unbounded": claim == "unbounded", "message": message[:100]}
    except Exception as e:  # an error of a solver's is a failure
        res = {"x": [], "success": False, "message": f"{type(e).__name__}: {e}"[:200]}
    text = json.dumps(res).encode()
    out.write(b"R" + struct.pack("<I", len(text)) + text)
    out.flush()


hello = f"SciPy {scipy.__version__}".encode()
out.write(struct.pack("<I", len(hello)) + hello)
out.flush()
for line in iter(inp.readline, b""):
    run(json.loads(line))
