"""The Python side of the comparison of sparse factorizations: factors the symmetric matrices that the Go program sends, whole, in compressed columns."""
import json
import os
import struct
import sys
import time

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[threads] = "1"

import numpy as np
import qdldl
import scipy
import scipy.sparse as sp
import scipy.sparse.linalg as la

inp, out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)


def text(s):
    b = s.encode()
    out.write(struct.pack("<I", len(b)) + b)
    out.flush()


def superlu(a):
    """Its order for symmetric patterns, and pivots from the diagonal: all of it is done again for other numbers."""
    factor = lambda: la.splu(a, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0, options={"SymmetricMode": True})
    f = factor()
    return f.L.nnz, f.solve, factor


def quasidefinite(a):
    f = qdldl.Solver(a)
    return f.factors()[0].nnz + a.shape[0], f.solve, lambda: f.update(a)


methods = {"superlu": superlu, "qdldl": quasidefinite}


def measure(method, a):
    b = np.ones(a.shape[0])
    t = time.process_time()
    nnz, solve, again = methods[method](a)
    first = time.process_time() - t
    t = time.process_time()
    again()
    second = time.process_time() - t
    t = time.process_time()
    x = solve(b)
    third = time.process_time() - t
    rest = np.abs(b - a @ x) / (1 + abs(a) @ np.abs(x))
    return {"nnz": int(nnz), "first": first, "again": second, "solve": third, "error": float(rest.max())}


text(f"scipy {scipy.__version__}")
while line := inp.readline():
    job = json.loads(line)
    take = lambda k: np.frombuffer(inp.read(8 * k), "<f8")
    values, ind, ptr = take(job["nnz"]).copy(), take(job["nnz"]).astype(np.int32), take(job["n"] + 1).astype(np.int32)
    a = sp.csc_matrix((values, ind, ptr), (job["n"], job["n"]))
    try:
        answer = measure(job["method"], a)
    except (MemoryError, RuntimeError, ValueError) as e:
        answer = {"failed": str(e)}
    text(json.dumps(answer))
