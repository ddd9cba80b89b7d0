"""SciPy's side of bench/parity: minimizes and solves what the Go program evaluates, over standard input and output, so that both sides have the same bits."""
import json
import math
import struct
import sys
import warnings

import numpy as np
import scipy
from scipy.optimize import Bounds, NonlinearConstraint, LinearConstraint, minimize, root

warnings.filterwarnings("ignore")
# NumPy's default sort orders equal values as the processor's instructions suit it, and
# with them goes Nelder-Mead's search: stable, the figures are the same on all machines.
argsort = np.argsort
np.argsort = lambda a, axis=-1, kind="stable", **kw: argsort(a, axis=axis, kind=kind, **kw)
inp, out = sys.stdin.buffer, sys.stdout.buffer
GRADIENT = {"CG", "BFGS", "Newton-CG", "L-BFGS-B", "TNC", "SLSQP", "trust-constr", "dogleg", "trust-ncg", "trust-exact", "trust-krylov"}
HESSIAN = {"Newton-CG", "trust-constr", "dogleg", "trust-ncg", "trust-exact", "trust-krylov"}


def send(kind, *parts):
    out.write(kind)
    for p in parts:
        out.write(np.ascontiguousarray(p, dtype="<f8").tobytes())
    out.flush()


def receive(*shape):
    n = math.prod(shape)
    b = inp.read(8 * n)
    if len(b) < 8 * n:
        sys.exit(1)
    a = np.frombuffer(b, dtype="<f8").copy()
    return a.reshape(shape) if shape else float(a[0])


def ask(kind, *parts, shape=()):
    send(kind, *parts)
    return receive(*shape)


def num(words):
    return np.array([float(e) for e in words])


def solve(job):
    n = len(job["x0"])
    jac = (lambda x: ask(b"g", x, shape=(n, n))) if job["jac"] else None
    r = root(lambda x: ask(b"f", x, shape=(n,)), num(job["x0"]), method=job["method"], jac=jac)
    return r, float(np.abs(r.fun).max())


def minimum(job):
    n, m, method = len(job["x0"]), len(job["clower"]), job["method"]
    kw = {}
    if method in GRADIENT:
        kw["jac"] = lambda x: ask(b"g", x, shape=(n,))
    if method in HESSIAN:
        kw["hess"] = lambda x: ask(b"h", x, shape=(n, n))
    if job["lower"]:
        kw["bounds"] = Bounds(num(job["lower"]), num(job["upper"]))
    if m:
        lo, up = num(job["clower"]), num(job["cupper"])
        if job["a"]:
            kw["constraints"] = [LinearConstraint(np.array(job["a"]).reshape(m, n), lo, up)]
        else:
            c = lambda x: ask(b"c", x, shape=(m,))
            j = lambda x: ask(b"j", x, shape=(m, n))
            extra = {"hess": lambda x, v: ask(b"k", x, v, shape=(n, n))} if method == "trust-constr" else {}
            kw["constraints"] = [NonlinearConstraint(c, lo, up, jac=j, **extra)]
    r = minimize(lambda x: ask(b"f", x), num(job["x0"]), method=method, **kw)
    return r, float(r.fun)


def run(job):
    try:
        r, fun = solve(job) if job["root"] else minimum(job)
        res = {"fun": fun, "x": [float(v) for v in r.x], "success": bool(r.success), "status": int(getattr(r, "status", 0)), "message": str(r.message), "nit": int(getattr(r, "nit", 0))}
    except Exception as e:  # an error of SciPy's is a failure
        res = {"fun": math.nan, "x": [], "success": False, "status": -1, "message": f"{type(e).__name__}: {e}"[:200], "nit": 0}
    text = json.dumps(res).encode()
    out.write(b"R" + struct.pack("<I", len(text)) + text)
    out.flush()


version = scipy.__version__.encode()
out.write(struct.pack("<I", len(version)) + version)
out.flush()
for line in iter(inp.readline, b""):
    run(json.loads(line))
