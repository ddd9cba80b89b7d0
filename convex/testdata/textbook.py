"""Writes textbook.json: data, parameters and optimal values of textbook problems, by CVXPY with Clarabel.

    pip install cvxpy clarabel && python textbook.py > textbook.json
"""
import json
import sys
import warnings

import cvxpy as cp
import numpy as np

out = {}


def problem(f):
    """Calls f with random numbers of its own; it returns data, parameters and the problem."""
    rng = np.random.default_rng(len(out) + 1)
    data, params, prob = f(rng)
    # The tightest tolerance that Clarabel reaches.
    for tol in (1e-11, 1e-10, 1e-9, 1e-8):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            prob.solve(solver=cp.CLARABEL, tol_gap_abs=tol, tol_gap_rel=tol, tol_feas=tol, max_iter=500)
        if prob.status == "optimal":
            break
    print(f.__name__, prob.status, prob.value, tol, file=sys.stderr)
    assert prob.status == "optimal"
    duals = [np.asarray(c.dual_value).tolist() for c in prob.constraints[:1] if not isinstance(c.dual_value, list)]
    listed = lambda d: {k: np.asarray(v, dtype=float).tolist() for k, v in d.items()}
    # CVXPY's own value is infinite where rounding leaves -1e-15 where a logarithm needs at least 0.
    value = prob.value if np.isfinite(prob.value) else prob.solution.opt_val
    out[f.__name__] = dict(data=listed(data), params=listed(params), value=value, dual=duals[0] if duals else None)


def r(x):
    return np.round(x, 3)


@problem
def portfolio(rng):
    n = 6
    f = r(rng.normal(size=(n, 3)))
    sigma, mu, gamma = r(f @ f.T + 0.2 * np.eye(n)), r(rng.uniform(0, 1, n)), 1.5
    w = cp.Variable(n)
    return dict(Sigma=sigma, mu=mu), dict(gamma=gamma), cp.Problem(
        cp.Maximize(mu @ w - gamma * cp.quad_form(w, cp.psd_wrap(sigma))), [cp.sum(w) == 1, w >= 0])


@problem
def cardinality(rng):
    n = 8
    f = r(rng.normal(size=(n, 3)))
    mu, k, target = r(rng.uniform(0, 1, n)), 1.6, 0.7
    w = cp.Variable(n)
    return dict(F=f, mu=mu, target=target), dict(k=k), cp.Problem(
        cp.Minimize(cp.sum_squares(f.T @ w) + 0.3 * cp.sum_squares(w)), [cp.norm1(w) <= k, cp.sum(w) == 1, mu @ w >= target])


@problem
def lasso(rng):
    a, b, lam = r(rng.normal(size=(12, 6))), r(rng.normal(size=12)), 2.5
    x = cp.Variable(6)
    return dict(A=a, b=b), {"lambda": lam}, cp.Problem(cp.Minimize(cp.sum_squares(a @ x - b) + lam * cp.norm1(x)))


@problem
def svm(rng):
    m, n, c = 20, 3, 0.7
    x = r(rng.normal(size=(m, n)))
    y = np.sign(x[:, 0] + 0.5 * rng.normal(size=m))
    w, b = cp.Variable(n), cp.Variable()
    return dict(X=x, y=y), dict(C=c), cp.Problem(
        cp.Minimize(cp.sum_squares(w) / 2 + c * cp.sum(cp.pos(1 - cp.multiply(y, x @ w + b)))))


@problem
def logistic(rng):
    m, n, lam = 25, 4, 0.4
    x = r(rng.normal(size=(m, n)))
    y = np.sign(x[:, 0] - x[:, 1] + rng.normal(size=m))
    w = cp.Variable(n)
    return dict(X=x, y=y), {"lambda": lam}, cp.Problem(
        cp.Minimize(cp.sum(cp.logistic(-cp.multiply(y, x @ w))) + lam * cp.sum_squares(w)))


@problem
def mpc(rng):
    n, k, horizon = 3, 2, 6
    a, b, x0 = r(np.eye(n) + 0.2 * rng.normal(size=(n, n))), r(rng.normal(size=(n, k))), np.array([2.0, -3.0, 1.5])
    x, u = cp.Variable((horizon + 1, n)), cp.Variable((horizon, k))
    cons, cost = [x[0] == x0, cp.abs(u) <= 0.6], 0
    for t in range(horizon):
        cost += cp.sum_squares(x[t + 1]) + 0.1 * cp.sum_squares(u[t])
        cons.append(x[t + 1] == a @ x[t] + b @ u[t])
    return dict(A=a, B=b), dict(x0=x0), cp.Problem(cp.Minimize(cost), cons)


@problem
def ellipsoid(rng):
    p, radius = r(rng.normal(size=(7, 2))), 1.2
    a, b = cp.Variable((2, 2), PSD=True), cp.Variable(2)
    return dict(P=p), dict(r=radius), cp.Problem(cp.Minimize(-cp.log_det(a)), [cp.norm2(a @ q + b) <= radius for q in p])


@problem
def maxcut(rng):
    n, t = 6, 1.3
    w = np.triu((rng.uniform(size=(n, n)) < 0.6) * rng.integers(1, 5, (n, n)), 1)
    w = w + w.T
    lap = np.diag(w.sum(1)) - w
    x = cp.Variable((n, n), PSD=True)
    return dict(L=lap), dict(t=t), cp.Problem(cp.Maximize(cp.trace(lap @ x) / 4), [cp.diag(x) == t])


@problem
def completion(rng):
    m, n = 5, 4
    full = r(rng.normal(size=(m, 1)) @ rng.normal(size=(1, n)) + 0.1 * rng.normal(size=(m, n)))
    mask = (rng.uniform(size=(m, n)) < 0.6).astype(float)
    x = cp.Variable((m, n))
    return dict(mask=mask), dict(Y=full * mask), cp.Problem(cp.Minimize(cp.normNuc(x)), [cp.multiply(mask, x) == mask * full])


@problem
def chebyshev(rng):
    a, b = r(rng.normal(size=(8, 3))), r(1 + rng.uniform(size=8))
    a = np.concatenate([a, np.eye(3), -np.eye(3)])
    b = np.concatenate([b, 2 * np.ones(6)])
    x, rad = cp.Variable(3), cp.Variable()
    return dict(A=a), dict(b=b), cp.Problem(cp.Maximize(rad), [a @ x + rad * np.linalg.norm(a, axis=1) <= b])


@problem
def leastnorm(rng):
    a, b = r(rng.normal(size=(3, 7))), r(rng.normal(size=3))
    x = cp.Variable(7)
    return dict(A=a), dict(b=b), cp.Problem(cp.Minimize(cp.norm2(x)), [a @ x == b])


@problem
def basispursuit(rng):
    a, b = r(rng.normal(size=(4, 9))), r(rng.normal(size=4))
    x = cp.Variable(9)
    return dict(A=a), dict(b=b), cp.Problem(cp.Minimize(cp.norm1(x)), [a @ x == b])


@problem
def quantile(rng):
    a, b, tau = r(rng.normal(size=(15, 3))), r(rng.normal(size=15)), 0.3
    x = cp.Variable(3)
    res = b - a @ x
    return dict(A=a, b=b), dict(tau=tau), cp.Problem(cp.Minimize(cp.sum(cp.maximum(tau * res, (tau - 1) * res))))


@problem
def huber(rng):
    a, b, lam = r(rng.normal(size=(15, 3))), r(rng.normal(size=15)), 0.5
    b[3], b[7] = 9, -8
    x = cp.Variable(3)
    return dict(A=a, b=b), {"lambda": lam}, cp.Problem(cp.Minimize(cp.sum(cp.huber(a @ x - b, 0.8)) + lam * cp.sum_squares(x)))


@problem
def waterfilling(rng):
    alpha, power = r(rng.uniform(0.5, 2, 6)), 1.5
    x = cp.Variable(6)
    return dict(alpha=alpha), dict(P=power), cp.Problem(cp.Maximize(cp.sum(cp.log(alpha + x))), [cp.sum(x) == power, x >= 0])


@problem
def geometric(rng):
    n = 3
    a0, b0, a1, b1 = r(rng.normal(size=(4, n))), r(rng.normal(size=4)), r(rng.normal(size=(5, n))), r(rng.normal(size=5) - 2)
    a0 = np.concatenate([a0, np.eye(n), -np.eye(n)])
    b0 = np.concatenate([b0, np.zeros(2 * n)])
    x = cp.Variable(n)
    return dict(A0=a0, b0=b0, A1=a1), dict(b1=b1), cp.Problem(
        cp.Minimize(cp.log_sum_exp(a0 @ x + b0)), [cp.log_sum_exp(a1 @ x + b1) <= 0])


@problem
def transport(rng):
    m, n, eps = 4, 5, 0.2
    c, a, b = r(rng.uniform(size=(m, n))), np.array([0.1, 0.4, 0.3, 0.2]), np.array([0.25, 0.15, 0.2, 0.1, 0.3])
    p = cp.Variable((m, n))
    return dict(C=c, a=a, b=b), dict(eps=eps), cp.Problem(
        cp.Minimize(cp.sum(cp.multiply(c, p)) - eps * cp.sum(cp.entr(p))), [cp.sum(p, axis=1) == a, cp.sum(p, axis=0) == b])


@problem
def robustlp(rng):
    m, n, rho = 6, 3, 0.4
    a, b, c = r(rng.normal(size=(m, n))), r(1 + rng.uniform(size=m)), r(rng.normal(size=n))
    p = r(0.5 * rng.normal(size=(m, n, n)))
    x = cp.Variable(n)
    return dict(A=a, b=b, c=c, P=p), dict(rho=rho), cp.Problem(
        cp.Minimize(c @ x), [a[i] @ x + rho * cp.norm2(p[i].T @ x) <= b[i] for i in range(m)] + [cp.norm_inf(x) <= 5])


@problem
def doptimal(rng):
    v, eps = r(rng.normal(size=(8, 3))), 0.1
    lam = cp.Variable(8)
    return dict(V=v), dict(eps=eps), cp.Problem(
        cp.Maximize(cp.log_det(v.T @ cp.diag(lam) @ v + eps * np.eye(3))), [cp.sum(lam) == 1, lam >= 0])


@problem
def markov(rng):
    n, low = 5, 0.15
    edges = np.eye(n) + np.eye(n, k=1) + np.eye(n, k=-1)
    edges[0, 4] = edges[4, 0] = edges[1, 3] = edges[3, 1] = 1
    p = cp.Variable((n, n), symmetric=True)
    return dict(E=edges), dict(low=low), cp.Problem(
        cp.Minimize(cp.sigma_max(p - np.ones((n, n)) / n)),
        [cp.sum(p, axis=1) == 1, p >= 0, cp.multiply(1 - edges, p) == 0, cp.diag(p) >= low])


@problem
def denoising(rng):
    y, lam = r(np.repeat([0.0, 2.0, -1.0], 5) + 0.3 * rng.normal(size=15)), 0.4
    x = cp.Variable(15)
    return dict(y=y), {"lambda": lam}, cp.Problem(cp.Minimize(cp.sum_squares(x - y) / 2 + lam * cp.tv(x)))


@problem
def kelly(rng):
    ret, cap = r(rng.uniform(0.5, 1.6, (6, 4))), 0.4
    b = cp.Variable(4)
    return dict(R=ret), dict(cap=cap), cp.Problem(cp.Maximize(cp.sum(cp.log(ret @ b)) / 6), [b <= cap, cp.sum(b) == 1, b >= 0])


@problem
def maxent(rng):
    a = r(rng.normal(size=(2, 6)))
    b = r(a @ np.array([0.3, 0.1, 0.1, 0.2, 0.1, 0.2]))
    p = cp.Variable(6)
    return dict(A=a), dict(b=b), cp.Problem(cp.Maximize(cp.sum(cp.entr(p))), [a @ p == b, cp.sum(p) == 1])


@problem
def covariance(rng):
    n, lam = 4, 0.15
    x = rng.normal(size=(10, n))
    s = r(x.T @ x / 10)
    t = cp.Variable((n, n), PSD=True)
    return dict(S=s), {"lambda": lam}, cp.Problem(cp.Maximize(cp.log_det(t) - cp.trace(s @ t) - lam * cp.sum(cp.abs(t))))


@problem
def pnorm(rng):
    a, b = r(rng.normal(size=(10, 3))), r(rng.normal(size=10))
    x = cp.Variable(3)
    return dict(A=a), dict(b=b), cp.Problem(cp.Minimize(cp.pnorm(a @ x - b, 3)))


@problem
def delay(rng):
    routes = np.array([[1.0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]])
    demand, cap = np.array([1.0, 0.8]), np.array([1.5, 1.2, 1.4])
    # Each demand takes two routes; each link has some of them.
    f = cp.Variable(4)
    return dict(R=routes, cap=cap), dict(demand=demand), cp.Problem(
        cp.Minimize(cp.sum(cp.inv_pos(cap - routes @ f))), [f[0] + f[2] == demand[0], f[1] + f[3] == demand[1], f >= 0])


@problem
def ball(rng):
    p, w = r(rng.normal(size=(9, 3))), 1.0
    c, rad = cp.Variable(3), cp.Variable()
    return dict(P=p), dict(w=w), cp.Problem(cp.Minimize(rad), [cp.SOC(rad, w * q - c) for q in p])


@problem
def bargaining(rng):
    u, budget = r(rng.uniform(0.2, 1, (3, 4))), 2.0
    x = cp.Variable((3, 4))
    return dict(U=u), dict(budget=budget), cp.Problem(
        cp.Maximize(cp.geo_mean(cp.sum(cp.multiply(u, x), axis=1))), [cp.sum(x, axis=0) <= budget, x >= 0])


def write():
    json.dump(out, sys.stdout, separators=(",", ":"))


if __name__ == "__main__":
    write()
