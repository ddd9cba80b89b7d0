"""The other side of the comparison: JAX with jaxopt or optimistix, and SciPy, on the data that the Go program
wrote. For the case that it is given it prints the name, the time of the first call in
seconds and the median of the warm calls in seconds, and writes the answer as float64."""
import sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np
import jax, jax.numpy as jnp
jax.config.update("jax_enable_x64", True)
import jaxopt
from jaxopt import objective, projection, prox

folder, case = sys.argv[1:]
def load(name, *shape): return jnp.asarray(np.fromfile(f"{folder}/{name}.bin").reshape(shape))

def measure(call, repeat):
    t = time.perf_counter(); answer = call(); first = time.perf_counter() - t
    warm = []
    for _ in range(repeat):
        t = time.perf_counter(); call(); warm.append(time.perf_counter() - t)
    import os
    os.makedirs(os.path.dirname(f"{folder}/{case}"), exist_ok=True)
    np.asarray(answer, dtype=np.float64).tofile(f"{folder}/{case}.answer")
    print(case, first, sorted(warm)[len(warm) // 2], flush=True)

def rosen(x): return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (x[:-1] - 1) ** 2)

def tiny():
    x = load("tiny", 10)
    plus = jax.jit(lambda x: x + 1)
    measure(lambda: np.asarray(plus(x)), 2000)

def rosen10():
    start = jnp.full(10, -1.2)
    run = jax.jit(jaxopt.LBFGS(rosen, tol=1e-6, maxiter=500).run)
    measure(lambda: np.asarray(run(start).params), 300)

def rosen1e6_evaluation():
    x = load("rosen1e6", 1000000)
    f = jax.jit(jax.value_and_grad(rosen))
    measure(lambda: np.asarray(f(x)[1]), 10)

def rosen1e6_solve():
    x = load("rosen1e6", 1000000)
    run = jax.jit(jaxopt.LBFGS(rosen, tol=1e-6, maxiter=50).run)
    measure(lambda: float(run(x).state.value) < float(rosen(x)) / 10, 1)

def logistic():
    X, y = load("logistic_x", 20000, 200), load("logistic_y", 20000)
    def f(w, l2, X, y):
        return jnp.mean(jnp.logaddexp(0, -y * (X @ w))) + 0.5 * l2 * jnp.sum(w * w)
    run = jax.jit(jaxopt.LBFGS(f, tol=1e-6, maxiter=500).run)
    measure(lambda: np.asarray(run(jnp.zeros(200), 1e-3, X, y).params), 15)

def ridge256():
    A, b, strengths = load("ridge_x", 100, 10), load("ridge_y", 100), load("ridge_l2", 256)
    def ridge(w, l2): return 0.5 * jnp.mean((A @ w - b) ** 2) + 0.5 * l2 * jnp.sum(w * w)
    solver = jaxopt.LBFGS(ridge, tol=1e-8, maxiter=500)
    run = jax.jit(jax.vmap(lambda l2: solver.run(jnp.zeros(10), l2).params))
    measure(lambda: np.asarray(run(strengths)), 30)

def lasso64():
    A, b, strengths = load("lasso_x", 200, 50), load("lasso_y", 200), load("lasso_l1", 64)
    solver = jaxopt.ProximalGradient(lambda w: 0.5 * jnp.mean((A @ w - b) ** 2), prox.prox_lasso, tol=1e-8, maxiter=5000)
    run = jax.jit(jax.vmap(lambda l1: solver.run(jnp.zeros(50), l1).params))
    measure(lambda: np.asarray(run(strengths)), 5)

def svm(features, method, mode):
    """The solvers of the paper's benchmark (jaxopt's own objective, the linear solver that
    it has by default), to the tolerance that the Go side has."""
    if mode == "unrolled" and (features > 100 or method == "bcd"):
        print(case, "needs more memory than most machines have: not run")
        return
    X, Y = load("svm_train_x", 700, features), load("svm_train_y", 700, 5)
    XV, YV = load("svm_validation_x", 200, features), load("svm_validation_y", 200, 5)
    implicit, iterations, tol = mode == "implicit", 5000 if mode == "implicit" else 500, 1e-8
    f = objective.multiclass_linear_svm_dual
    start = jnp.full((700, 5), 0.2)
    simplex = lambda b, _: jax.vmap(projection.projection_simplex)(b)
    common = dict(tol=tol, maxiter=iterations, implicit_diff=implicit)
    if method == "pg":
        solver = jaxopt.ProjectedGradient(f, simplex, **common)
        solve = lambda theta: solver.run(start, hyperparams_proj=None, l2reg=jnp.exp(theta), data=(X, Y)).params
    elif method == "md":
        kl = jaxopt.MirrorDescent.make_projection_grad(
            lambda z, _: jax.nn.softmax(z, axis=1), lambda b: jnp.log(jnp.clip(b, 1e-300)))
        solver = jaxopt.MirrorDescent(f, projection_grad=kl, stepsize=1.0, **common)
        solve = lambda theta: solver.run(start, hyperparams_proj=None, l2reg=jnp.exp(theta), data=(X, Y)).params
    else:
        block = prox.make_prox_from_projection(projection.projection_simplex)
        solver = jaxopt.BlockCoordinateDescent(f, block, **dict(common, maxiter=min(iterations, 1000)))
        solve = lambda theta: solver.run(start, hyperparams_prox=None, l2reg=jnp.exp(theta), data=(X, Y)).params
    def loss(theta):
        W = X.T @ (Y - solve(theta)) / jnp.exp(theta)
        return 0.5 * jnp.sum((XV @ W - YV) ** 2) / 200
    grad = jax.jit(jax.grad(loss))
    theta = jnp.log(2.0 * features)
    measure(lambda: np.asarray(grad(theta)), 1)

def hyper(n, kind):
    """Derivatives with jaxopt's default options: its default linear solver is conjugate
    gradients on the normal equations."""
    log, c, u, t = (load(f"hyper{n}_{name}", n) for name in ("log", "center", "u", "target"))
    d = jnp.exp(log)
    def f(w, l2): return 0.5 * (jnp.sum(d * (w - c) ** 2) + jnp.dot(w, u) ** 2 / n + l2 * jnp.sum(w * w))
    if kind == "lbfgs":
        solver = jaxopt.LBFGS(f)
        solve = lambda l2: solver.run(jnp.zeros(n), l2).params
    else:
        @jaxopt.implicit_diff.custom_root(jax.grad(f))
        def known(_, l2):
            x, y = d * c / (d + l2), u / (d + l2)
            return x - y * jnp.dot(u, x) / (n + jnp.dot(u, y))
        solve = lambda l2: known(None, l2)
    grad = jax.jit(jax.grad(lambda l2: 0.5 * jnp.mean((solve(l2) - t) ** 2)))
    measure(lambda: np.asarray(grad(0.1)), 9 if n <= 100000 else 3)

def fits1000_jaxopt():
    y, x = load("fits_y", 1000, 20), jnp.linspace(0, 4, 20)
    solver = jaxopt.LevenbergMarquardt(lambda p, y: p[0] * jnp.exp(-p[1] * x) - y, tol=1e-8, maxiter=200)
    run = jax.jit(jax.vmap(lambda y: solver.run(jnp.ones(2), y).params))
    measure(lambda: np.asarray(run(y)), 5)

def fits1000_scipy():
    from scipy.optimize import curve_fit
    y, x = np.asarray(load("fits_y", 1000, 20)), np.linspace(0, 4, 20)
    f = lambda x, a, b: a * np.exp(-b * x)
    measure(lambda: np.array([curve_fit(f, x, y, p0=(1, 1))[0] for y in y]), 1)

def fits1000_optimistix():
    import optimistix as optx
    y, x = load("fits_y", 1000, 20), jnp.linspace(0, 4, 20)
    solver = optx.LevenbergMarquardt(rtol=1e-8, atol=1e-8)
    f = lambda p, y: p[0] * jnp.exp(-p[1] * x) - y
    run = jax.jit(jax.vmap(lambda y: optx.least_squares(f, solver, jnp.ones(2), args=y, max_steps=200).value))
    measure(lambda: np.asarray(run(y)), 5)

def constrained1000():
    from scipy.optimize import minimize
    targets = np.asarray(load("constrained_targets", 1000, 5))
    cons = [{"type": "eq", "fun": lambda x: x.sum() - 1, "jac": lambda x: np.ones(5)},
            {"type": "ineq", "fun": lambda x: 0.5 - x @ x, "jac": lambda x: -2 * x}]
    def solve(t):
        f = lambda x: np.sum((x - t) ** 2) + 0.1 * np.sum((x - t) ** 4)
        g = lambda x: 2 * (x - t) + 0.4 * (x - t) ** 3
        return minimize(f, np.full(5, 0.2), jac=g, method="SLSQP", bounds=[(0, None)] * 5, constraints=cons, options={"ftol": 1e-12}).x
    measure(lambda: np.array([solve(t) for t in targets]), 1)
def rosen1000(solver):
    starts = load("rosen1000", 1000, 10) - 1.2
    run = jax.jit(jax.vmap(lambda x: solver.run(x).params))
    measure(lambda: np.asarray(run(starts)), 3)

def rosen1000_lbfgs(): rosen1000(jaxopt.LBFGS(rosen, tol=1e-6, maxiter=500))
def rosen1000_bfgs(): rosen1000(jaxopt.BFGS(rosen, tol=1e-6, maxiter=500))

def scalars10000_bfgs():
    a = load("scalars", 10000)
    solver = jaxopt.BFGS(lambda x, a: jnp.cosh(x) - a * x, tol=1e-8, maxiter=500)
    run = jax.jit(jax.vmap(lambda a: solver.run(jnp.float64(0), a).params))
    measure(lambda: np.asarray(run(a)), 3)

def scipy_method(method):
    from scipy.optimize import minimize, rosen, rosen_der, rosen_hess
    derivative_free = {"Nelder-Mead", "Powell", "COBYLA", "COBYQA"}
    hessian = {"Newton-CG", "trust-constr", "dogleg", "trust-ncg", "trust-exact", "trust-krylov"}
    kw = {} if method in derivative_free else {"jac": rosen_der}
    if method in hessian: kw["hess"] = rosen_hess
    start = np.array([1.3, 0.7, 0.8, 1.9, 1.2] * 2)
    if method == "dogleg": start = np.full(10, 2.0)
    measure(lambda: minimize(rosen, start, method=method, **kw).x, 3 if method.startswith("COBY") else 20)

def brackets(mode):
    th = jnp.linspace(1, 9, 100000)
    solver = jaxopt.Bisection(lambda x, th: x ** 3 + x - th, 0.0, 10.0, maxiter=60, tol=1e-12, check_bracket=False)
    roots = jax.vmap(lambda th: solver.run(None, th).params)
    f = jax.grad(lambda th: jnp.sum(roots(th))) if mode == "gradient" else roots
    f = jax.jit(f)
    measure(lambda: np.asarray(f(th)), 9)

def brackets_optimistix(mode):
    import optimistix as optx
    th = jnp.linspace(1, 9, 100000)
    solver = optx.Bisection(rtol=1e-12, atol=1e-12)
    f = lambda x, th: x ** 3 + x - th
    root = lambda th: optx.root_find(f, solver, jnp.array(5.0), args=th, options={"lower": 0.0, "upper": 10.0}, max_steps=100).value
    roots = jax.vmap(root)
    f2 = jax.jit(jax.grad(lambda th: jnp.sum(roots(th))) if mode == "gradient" else roots)
    measure(lambda: np.asarray(f2(th)), 9)

def tridiagonal(n, method):
    start = np.full(n, -1.0)
    if method == "scipy":
        from scipy.optimize import root
        def f(x):
            y = (3 - 2 * x) * x + 1
            y[1:] -= x[:-1]
            y[:-1] -= 2 * x[1:]
            return y
        kind = "hybr" if n <= 1000 else "krylov"
        options = {} if n <= 1000 else {"fatol": 1e-8}
        measure(lambda: root(f, start, method=kind, options=options).x, 3 if n <= 100000 else 1)
        return
    def f(x):
        zero = jnp.zeros(1)
        return (3 - 2 * x) * x - jnp.concatenate([zero, x[:-1]]) - 2 * jnp.concatenate([x[1:], zero]) + 1
    if method == "optimistix":
        import optimistix as optx, lineax as lx
        # Its Jacobian is dense unless the linear solver needs only products.
        linear = lx.AutoLinearSolver(well_posed=None) if n <= 1000 else lx.GMRES(rtol=1e-8, atol=1e-8)
        solver = optx.Newton(rtol=1e-8, atol=1e-8, linear_solver=linear)
        run = jax.jit(lambda x: optx.root_find(lambda x, _: f(x), solver, x, max_steps=100).value)
        measure(lambda: np.asarray(run(jnp.asarray(start))), 3)
        return
    run = jax.jit(jaxopt.Broyden(f, tol=1e-8, maxiter=500).run)
    measure(lambda: np.asarray(run(jnp.asarray(start)).params), 3)

def qp_data(many):
    n, e, m = (20, 10, 20) if many == 256 else (5, 2, 5)
    shapes = {"Q": (n, n), "c": (n,), "A": (e, n), "b": (e,), "G": (m, n), "h": (m,)}
    return [load(f"qp{many}_{name}", many, *shape) for name, shape in shapes.items()]

def weights(n): return np.sin(np.arange(1, n + 1))

def flat(gradients, many): return np.concatenate([np.asarray(g).reshape(many, -1) for g in gradients], axis=1)

def qp_osqp(mode):
    """A loop over the programs. Its gradients are those of its function adjoint_derivative_compute."""
    import osqp, scipy.sparse as sp
    data = [np.asarray(v) for v in qp_data(256)]
    wx, wy = weights(20), weights(30)
    def solve(Q, c, A, b, G, h):
        s = osqp.OSQP()
        M = sp.csc_matrix(np.vstack([A, G]))
        s.setup(sp.csc_matrix(np.triu(Q)), c, M, np.concatenate([b, np.full(20, -np.inf)]), np.concatenate([b, h]),
                eps_abs=1e-6, eps_rel=1e-6, max_iter=100000, polishing=mode != "solve", verbose=False)
        r = s.solve(raise_error=False)
        if mode == "solve": return np.concatenate([r.x, r.y])
        try:
            s.adjoint_derivative_compute(dx=wx if mode == "gradient" else np.zeros(20), dy=wy if mode == "multipliers" else np.zeros(30))
            dP, dM = s.adjoint_derivative_get_mat(as_dense=True, dP_as_triu=False)
            dq, dl, du = s.adjoint_derivative_get_vec()
        except Exception:
            return np.full(1050, np.nan)
        return np.concatenate([dP.ravel(), dq, dM[:10].ravel(), dl[:10] + du[:10], dM[10:].ravel(), du[10:]])
    measure(lambda: np.array([solve(*(v[i] for v in data)) for i in range(256)]), 5)

def qp_jaxopt(mode):
    """BoxOSQP with dense matrices and its linear solver by factors."""
    data = qp_data(256)
    solver = jaxopt.BoxOSQP(tol=1e-6, maxiter=20000, eq_qp_solve="lu")
    def solve(d):
        Q, c, A, b, G, h = d
        s = solver.run(None, params_obj=(Q, c), params_eq=jnp.vstack([A, G]),
                       params_ineq=(jnp.concatenate([b, jnp.full(20, -jnp.inf)]), jnp.concatenate([b, h]))).params
        return s.primal[0], s.dual_eq
    if mode == "solve":
        call = jax.jit(jax.vmap(lambda d: jnp.concatenate(solve(d))))
        measure(lambda: np.asarray(call(data)), 3)
        return
    wx, wy = weights(20), weights(30)
    def loss(d):
        x, y = solve(d)
        return x @ wx if mode == "gradient" else y @ wy
    grad = jax.jit(jax.vmap(jax.grad(loss)))
    measure(lambda: flat(grad(data), 256), 3)

def qp_qpax(many, mode):
    """Its derivatives are those of a program with a barrier, here one so small that it does not limit them."""
    import qpax
    data = qp_data(many)
    if mode == "solve":
        def solve(d):
            x, s, z, y, ok, iterations = qpax.solve_qp(*d, solver_tol=1e-6)
            return jnp.concatenate([x, y, z])
        call = jax.jit(jax.vmap(solve))
        measure(lambda: np.asarray(call(data)), 5)
        return
    w = weights(data[1].shape[1])
    grad = jax.jit(jax.vmap(jax.grad(lambda d: qpax.solve_qp_primal(*d, solver_tol=1e-6, target_kappa=float(sys.argv[3]) if len(sys.argv) > 3 else 1e-6) @ w)))
    measure(lambda: flat(grad(data), many), 5)

def qp_one(n, peer):
    """One program by itself, of n variables, n // 2 equations and n inequalities: what a user does for each of them, setup included."""
    p, m = n // 2, n
    shapes = {"Q": (n, n), "c": (n,), "A": (p, n), "b": (p,), "G": (m, n), "h": (m,)}
    Q, c, A, b, G, h = data = [np.asarray(load(f"qp1_{name}", *shape)) for name, shape in shapes.items()]
    none = np.full(m, -np.inf)
    def osqp_():
        import osqp, scipy.sparse as sp
        s = osqp.OSQP()
        s.setup(sp.csc_matrix(np.triu(Q)), c, sp.csc_matrix(np.vstack([A, G])), np.concatenate([b, none]), np.concatenate([b, h]),
                eps_abs=1e-6, eps_rel=1e-6, max_iter=100000, verbose=False)
        r = s.solve(raise_error=False)
        return np.concatenate([r.x, r.y])
    def piqp_():
        import piqp
        s = piqp.DenseSolver()
        s.settings.eps_abs, s.settings.eps_rel, s.settings.check_duality_gap = 1e-6, 0, True
        s.settings.eps_duality_gap_abs, s.settings.eps_duality_gap_rel = 1e-6, 0
        s.setup(Q, c, A, b, G, none, h)
        s.solve()
        return np.concatenate([s.result.x, s.result.y, s.result.z_u])
    def proxqp_():
        import proxsuite
        s = proxsuite.proxqp.dense.QP(n, p, m)
        s.settings.eps_abs, s.settings.eps_rel = 1e-6, 0
        s.init(Q, c, A, b, G, np.full(m, -1e20), h)
        s.solve()
        return np.concatenate([s.results.x, s.results.y, s.results.z])
    def qpax_():
        import qpax
        run = jax.jit(lambda d: qpax.solve_qp(*d, solver_tol=1e-6))
        def solve():
            x, s, z, y, ok, iterations = run(data)
            return np.concatenate([x, y, z])
        return solve
    def qpth_():
        import torch, qpth
        from qpth.solvers.pdipm import batch as pdipm
        t = [torch.from_numpy(v)[None] for v in data]
        Q_, c_, A_, b_, G_, h_ = t
        def solve():
            Q_LU, S_LU, R = pdipm.pre_factor_kkt(Q_, G_, A_)
            x, y, z, s = pdipm.forward(Q_, c_, G_, h_, A_, b_, Q_LU, S_LU, R, eps=1e-6)
            return np.concatenate([x[0], y[0], z[0]])
        return solve
    try:
        measure({"osqp": lambda: osqp_, "piqp": lambda: piqp_, "proxqp": lambda: proxqp_, "qpax": qpax_, "qpth": qpth_}[peer](), 200)
    except ImportError as e:
        print(case, "is not there:", e)

def sparse_program(peer):
    """min x'Qx/2 + c'x with Ax = b, low <= Gx <= h, lower <= x <= upper to residuals and a gap of 1e-6; the answer is the value."""
    import os, scipy.sparse as sp
    sys.stdout = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what solvers print
    vector = lambda name: np.fromfile(f"{folder}/sparse_{name}.bin") if os.path.exists(f"{folder}/sparse_{name}.bin") else np.zeros(0)
    c, b, low, h = vector("c"), vector("b"), vector("low"), vector("h")
    n = len(c)
    def matrix(name, rows):
        row, col, values = np.split(vector(name), 3)
        return sp.csc_matrix((values, (row.astype(int), col.astype(int))), (rows, n))
    open_ended = lambda v: np.where(np.abs(v) >= 1e20, np.sign(v) * np.inf, v)
    Q, A, G = matrix("Q", n), matrix("A", len(b)), matrix("G", len(h))
    low, h, lower, upper = (open_ended(v) for v in (low, h, vector("lower"), vector("upper")))
    value = lambda x: np.array([x @ (Q @ x) / 2 + c @ x])
    def osqp_():
        import osqp
        s = osqp.OSQP()
        s.setup(sp.triu(Q).tocsc(), c, sp.vstack([A, G, sp.identity(n)]).tocsc(), np.concatenate([b, low, lower]), np.concatenate([b, h, upper]),
                eps_abs=1e-6, eps_rel=0, max_iter=1000000, time_limit=60.0, verbose=False)
        r = s.solve(raise_error=False)
        return r.x, r.info.status == "solved", r.info.status
    def piqp_():
        import piqp
        s = piqp.SparseSolver()
        s.settings.eps_abs, s.settings.eps_rel, s.settings.check_duality_gap = 1e-6, 0, True
        s.settings.eps_duality_gap_abs, s.settings.eps_duality_gap_rel = 1e-6, 0
        some = lambda M, *v: (M, *v) if M.shape[0] > 0 else (None,) * (1 + len(v))
        s.setup(Q, c, *some(A, b), *some(G, low, h), lower, upper)
        status = s.solve()
        return s.result.x, status == piqp.PIQP_SOLVED, status
    def clarabel_():
        import clarabel
        M, l, u = sp.vstack([A, G, sp.identity(n)]).tocsr(), np.concatenate([b, low, lower]), np.concatenate([b, h, upper])
        eq, up, lo = l == u, (l != u) & np.isfinite(u), (l != u) & np.isfinite(l)
        s = clarabel.DefaultSettings()
        s.verbose, s.max_threads = False, 1
        s.tol_gap_abs, s.tol_gap_rel, s.tol_feas = 1e-6, 0.0, 1e-6
        cones = [k for k in (clarabel.ZeroConeT(int(eq.sum())), clarabel.NonnegativeConeT(int(up.sum() + lo.sum()))) if k.dim > 0]
        r = clarabel.DefaultSolver(sp.triu(Q).tocsc(), c, sp.vstack([M[eq], M[up], -M[lo]]).tocsc(), np.concatenate([u[eq], u[up], -l[lo]]), cones, s).solve()
        return np.array(r.x), str(r.status) == "Solved", r.status
    def highs_():
        import highspy
        s, m = highspy.Highs(), highspy.HighsModel()
        s.setOptionValue("output_flag", False)
        s.setOptionValue("threads", 1)
        lp, M = m.lp_, sp.vstack([A, G]).tocsc()
        lp.num_col_, lp.num_row_, lp.col_cost_, lp.col_lower_, lp.col_upper_ = n, M.shape[0], c, lower, upper
        lp.row_lower_, lp.row_upper_ = np.concatenate([b, low]), np.concatenate([b, h])
        a = lp.a_matrix_
        a.format_, a.num_col_, a.num_row_ = highspy.MatrixFormat.kColwise, n, M.shape[0]
        a.start_, a.index_, a.value_ = M.indptr, M.indices, M.data
        s.passModel(m)
        s.run()
        status = s.getModelStatus()
        return np.array(s.getSolution().col_value), status == highspy.HighsModelStatus.kOptimal, status
    solve = {"osqp": osqp_, "piqp": piqp_, "clarabel": clarabel_, "highs": highs_}[peer]
    x, ok, status = solve()
    if not ok:
        print(case, "gives up:", status)
        return
    measure(lambda: value(solve()[0]), 1)

if case.startswith("qp256/osqp"):
    qp_osqp((case + "/solve").split("/")[2])
elif case.startswith("qp256/jaxopt"):
    qp_jaxopt((case + "/solve").split("/")[2])
elif case.startswith("qp1/"):
    qp_one(int(case.split("/")[1]), case.split("/")[2])
elif case.startswith("qp"):
    qp_qpax(int(case.split("/")[0][2:]), (case + "/solve").split("/")[2])
elif case.startswith("sparse"):
    sparse_program(case.split("/")[-1])
elif case.startswith("roots/tridiagonal/"):
    _, _, n, method = case.split("/")
    tridiagonal(int(n), method)
elif case.startswith("roots/optimistix/"):
    brackets_optimistix(case.split("/")[2])
elif case.startswith("roots/"):
    brackets(case.split("/")[2])
elif case.startswith("scipy/"):
    scipy_method(case[6:])
elif case.startswith("hyper/"):
    _, n, kind = case.split("/")
    hyper(int(n), kind)
elif case.startswith("svm/"):
    _, features, method, mode = case.split("/")
    svm(int(features), method, mode)
else:
    globals()[case.replace("/", "_")]()
