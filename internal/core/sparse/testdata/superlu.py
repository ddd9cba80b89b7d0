"""Times SuperLU, through SciPy, on the matrices of bench_test.go: fill and seconds of one
processor (set OPENBLAS_NUM_THREADS=1). Arguments select matrices by parts of their names."""
import sys, time
import numpy as np, scipy.sparse as sp, scipy.sparse.linalg as sl

def laplacian(m, dims):
    t = sp.diags([-np.ones(m - 1), 2 * np.ones(m), -np.ones(m - 1)], [-1, 0, 1])
    a = t
    for _ in range(dims - 1):
        a = sp.kronsum(a, t)
    return a.tocsc()

def control(steps, states, controls, delta):
    r = np.random.default_rng(5)
    stage = states + controls
    v = steps * stage
    rows, cols, vals = [], [], []
    for t in range(steps - 1):
        for i in range(states):
            row = v + t * states + i
            rows += [row] * (stage + 1)
            cols += [(t + 1) * stage + i] + list(range(t * stage, (t + 1) * stage))
            vals += [-1.0] + list(r.standard_normal(stage))
    n = v + (steps - 1) * states
    a = sp.coo_matrix((vals, (rows, cols)), shape=(n, n))
    d = np.r_[0.1 + r.random(v), -delta * np.ones(n - v)]
    return (a + a.T + sp.diags(d)).tocsc()

def transport(m):
    n, i = m * m, np.arange(m * m)
    a = sp.diags([np.full(n - m, -6.0), np.where(i[1:] % m > 0, -3.0, 0), np.full(n, 11.0),
                  np.where(i[:-1] % m < m - 1, -1.0, 0), np.full(n - m, -1.0)], [-m, -1, 0, 1, m]).tocsc()
    a.eliminate_zeros()
    return a

problems = {
    "laplacian2D-90000": lambda: laplacian(300, 2),
    "laplacian2D-1000000": lambda: laplacian(1000, 2),
    "laplacian3D-64000": lambda: laplacian(40, 3),
    "tridiagonal-100000": lambda: laplacian(100000, 1),
    "control-small-30000": lambda: control(5000, 4, 2, 1e-8),
    "control-small-zero-30000": lambda: control(5000, 4, 2, 0),
    "control-large-30000": lambda: control(500, 40, 20, 0),
    "transport-90000": lambda: transport(300),
}
for name, make in problems.items():
    if len(sys.argv) > 1 and not any(x in name for x in sys.argv[1:]):
        continue
    a = make()
    for ordering in ["MMD_AT_PLUS_A", "COLAMD"]:
        if ordering == "COLAMD" and "laplacian" in name:
            continue  # far more fill
        t0 = time.process_time()
        f = sl.splu(a, permc_spec=ordering, diag_pivot_thresh=0.01, options=dict(SymmetricMode=ordering != "COLAMD"))
        t1 = time.process_time()
        f.solve(np.ones(a.shape[0]))
        t2 = time.process_time()
        low = (a.nnz + a.shape[0]) // 2
        print(f"{name} {ordering}: factor {t1-t0:.4f} s, solve {t2-t1:.4f} s, nnz(L) {f.L.nnz} nnz(U) {f.U.nnz}, nnz(L)/lower {f.L.nnz/low:.2f}", flush=True)
