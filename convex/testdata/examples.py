"""Writes examples.json: data, parameters and optimal values of models as CVXPY's users write them, by CVXPY with Clarabel.

    pip install cvxpy clarabel && python examples.py > examples.json
"""
import cvxpy as cp
import numpy as np

from textbook import out, problem, r, write

out.clear()


def regression(rng, m, n):
    return r(rng.normal(size=(m, n))), r(rng.normal(size=m))


def least(objective, constraints=()):
    return cp.Problem(cp.Minimize(objective), list(constraints))


def most(objective, constraints=()):
    return cp.Problem(cp.Maximize(objective), list(constraints))


def definite(rng, n):
    f = rng.normal(size=(n, n))
    p = r(f @ f.T / n + 0.3 * np.eye(n))
    return (p + p.T) / 2


@problem
def factors(rng):
    f, d, mu, gamma = r(rng.normal(size=(7, 2))), r(rng.uniform(0.1, 0.5, 7)), r(rng.uniform(0, 1, 7)), 0.8
    w, z = cp.Variable(7), cp.Variable(2)
    risk = cp.sum_squares(z) + cp.sum_squares(cp.multiply(d, w))
    return dict(F=f, d=d, mu=mu), dict(gamma=gamma), most(mu @ w - gamma * risk, [z == f.T @ w, cp.sum(w) == 1, cp.norm1(w) <= 1.8])


@problem
def tradingcosts(rng):
    s, mu, w0, gamma = definite(rng, 5), r(rng.uniform(0, 1, 5)), r(rng.dirichlet(np.ones(5))), 0.7
    w0[-1] = 1 - w0[:-1].sum()
    w = cp.Variable(5)
    cost = cp.sum(cp.power(cp.abs(w - w0), 1.5))
    return dict(S=s, mu=mu, w0=w0), dict(gamma=gamma), most(mu @ w - gamma * cp.quad_form(w, s) - 0.3 * cost, [cp.sum(w) == 1, w >= 0])


@problem
def cvar(rng):
    rr, target = r(rng.normal(0.05, 0.2, size=(25, 4))), 0.02
    w = cp.Variable(4)
    return dict(R=rr, mu=rr.mean(0)), dict(target=target), least(cp.cvar(-rr @ w, 0.83), [cp.sum(w) == 1, w >= 0, rr.mean(0) @ w >= target])


@problem
def riskparity(rng):
    s, b = definite(rng, 5), r(rng.dirichlet(np.ones(5)) + 0.05)
    x = cp.Variable(5)
    return dict(S=s), dict(b=b), least(cp.quad_form(x, s) / 2 - b @ cp.log(x))


@problem
def worstcovariance(rng):
    w, d, c = r(rng.normal(size=4)), r(rng.uniform(0.2, 0.6, 4)), 0.1
    s = cp.Variable((4, 4), PSD=True)
    delta = cp.Variable((4, 4), symmetric=True)
    return dict(w=w, D=np.diag(d)), dict(c=c), most(w @ s @ w, [s == np.diag(d) + delta, cp.diag(delta) == 0, cp.abs(delta) <= c])


@problem
def inpainting(rng):
    mask = (rng.uniform(size=(4, 5)) < 0.6).astype(float)
    y = r(rng.normal(size=(4, 5)))
    x = cp.Variable((4, 5))
    return dict(mask=mask), dict(Y=y), least(cp.tv(x), [cp.multiply(mask, x) == cp.multiply(mask, y)])


@problem
def quantiles(rng):
    a, b = regression(rng, 14, 2)
    width = 0.4
    x = cp.Variable((2, 3))
    fit, taus = a @ x, (0.2, 0.5, 0.8)
    loss = sum(cp.sum(0.5 * cp.abs(b - fit[:, k]) + (t - 0.5) * (b - fit[:, k])) for k, t in enumerate(taus))
    return dict(A=a, b=b), dict(width=width), least(loss, [fit[:, 1] - fit[:, 0] >= -width, fit[:, 2] - fit[:, 1] >= -width])


@problem
def utilities(rng):
    c, p, budget = r(rng.uniform(0.5, 2, 5)), r(rng.uniform(0.5, 2, 5)), 3.0
    x = cp.Variable(5)
    return dict(c=c, p=p), dict(budget=budget), most(c @ cp.power(x, 0.3) + cp.sum(cp.sqrt(x)), [p @ x <= budget])


@problem
def divergence(rng):
    a, b, lam = r(rng.uniform(0, 1, size=(7, 3))), r(rng.uniform(0.2, 2, 7)), 0.2
    x = cp.Variable(3)
    return dict(A=a, b=b), dict(lam=lam), least(cp.sum(cp.kl_div(b, a @ x)) + lam * cp.sum(x), [x >= 0])


@problem
def projection(rng):
    a, q, b = r(rng.normal(size=(2, 6))), r(rng.dirichlet(np.ones(6)) + 0.01), None
    b = r(a @ rng.dirichlet(np.ones(6)))
    p = cp.Variable(6)
    return dict(A=a, q=q), dict(b=b), least(cp.sum(cp.rel_entr(p, q)), [a @ p == b, cp.sum(p) == 1])


@problem
def booleansquares(rng):
    a, b = regression(rng, 7, 4)
    x, big = cp.Variable((4, 1)), cp.Variable((4, 4), symmetric=True)
    lifted = cp.bmat([[big, x], [x.T, np.ones((1, 1))]])
    return dict(A=a, b=b, AA=a.T @ a, Ab=a.T @ b), dict(t=1.0), least(cp.trace(a.T @ a @ big) - 2 * (a.T @ b) @ x[:, 0], [lifted >> 0, cp.diag(big) == 1.0])


@problem
def lyapunov(rng):
    a = r(rng.normal(size=(3, 3)) * 0.6 - 1.5 * np.eye(3))
    p = cp.Variable((3, 3), symmetric=True)
    eps = 0.5
    return dict(A=a), dict(eps=eps), least(cp.trace(p), [p >> np.eye(3), a.T @ p + p @ a << -eps * np.eye(3)])


@problem
def lowrank(rng):
    y, lam = r(rng.normal(size=(4, 3))), 0.8
    x = cp.Variable((4, 3))
    return dict(Y=y), dict(lam=lam), least(cp.sum_squares(x - y) / 2 + lam * cp.normNuc(x))


@problem
def largest(rng):
    a, b = regression(rng, 9, 3)
    x = cp.Variable(3)
    return dict(A=a), dict(b=b), least(cp.sum_largest(cp.abs(a @ x - b), 4))


@problem
def fractional(rng):
    a, b = regression(rng, 4, 2)
    x, y, p = cp.Variable(2), cp.Variable(4), 1.5
    return dict(A=a, b=b), dict(p=p), least(cp.matrix_frac(a @ x - b, np.eye(4) + cp.diag(y)) + 0.1 * cp.sum_squares(x), [y >= 0, cp.sum(y) <= p])


@problem
def perspective(rng):
    a, b = regression(rng, 5, 2)
    x, t, lam = cp.Variable(2), cp.Variable(), 0.6
    return dict(A=a, b=b), dict(lam=lam), least(cp.quad_over_lin(a @ x - b, t) + lam * t + cp.sum_squares(x), [t >= 0.3])


@problem
def smoother(rng):
    a, c = np.array([[1, 0.5], [0, 0.9]]), np.array([[1.0, 0]])
    y, tau = r(rng.normal(size=(6, 1)) * 2), 1.3
    x, w, v = cp.Variable((7, 2)), cp.Variable((6, 2)), cp.Variable((6, 1))
    con = [x[t + 1] == a @ x[t] + w[t] for t in range(6)] + [y[t] == c @ x[t] + v[t] for t in range(6)]
    return dict(A=a, C=c, y=y), dict(tau=tau), least(cp.sum_squares(w) + tau * cp.sum(cp.huber(v, 0.5)), con)


@problem
def sparselogistic(rng):
    x, y, lam = r(rng.normal(size=(12, 4))), np.sign(rng.normal(size=12)), 0.6
    w, b = cp.Variable(4), cp.Variable()
    return dict(X=x, y=y), dict(lam=lam), least(cp.sum(cp.logistic(-cp.multiply(y, x @ w + b))) + lam * cp.norm1(w) + 0.05 * cp.sum_squares(w))


@problem
def elasticnet(rng):
    a, b = regression(rng, 8, 5)
    l1, l2 = 0.7, 0.3
    x = cp.Variable(5)
    return dict(A=a, b=b), dict(l1=l1, l2=l2), least(cp.sum_squares(a @ x - b) + l1 * cp.norm1(x) + l2 * cp.sum_squares(x))


@problem
def flows(rng):
    edges = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3), (2, 4), (3, 4), (0, 4)]
    inc = np.zeros((5, 8))
    for k, (i, j) in enumerate(edges):
        inc[i, k], inc[j, k] = 1, -1
    cost, s = r(rng.uniform(0.2, 1, 8)), np.array([1.5, 0.2, 0, -0.4, -1.3])
    f = cp.Variable(8)
    return dict(inc=inc, c=cost, s=s), dict(cap=0.8), least(cost @ f + 0.3 * cp.sum_squares(f), [inc @ f == s, f >= 0, f <= 0.8])


@problem
def svmdual(rng):
    x, y, c = r(rng.normal(size=(8, 2))), np.array([1, -1] * 4), 0.7
    k = np.round(np.exp(-0.5 * ((x[:, None] - x[None]) ** 2).sum(-1)), 6)
    a = cp.Variable(8)
    q = (y[:, None] * k) * y[None]
    return dict(Q=q, y=y), dict(C=c), most(cp.sum(a) - cp.quad_form(a, cp.psd_wrap(q)) / 2, [a >= 0, a <= c, y @ a == 0])


@problem
def earthmover(rng):
    c, a, b = r(rng.uniform(0, 1, size=(3, 4))), np.array([0.2, 0.3, 0.5]), np.array([0.15, 0.35, 0.1, 0.4])
    p = cp.Variable((3, 4))
    return dict(a=a, b=b), dict(C=c), least(cp.sum(cp.multiply(c, p)), [cp.sum(p, axis=1) == a, cp.sum(p, axis=0) == b, p >= 0])


@problem
def chebyshevfit(rng):
    a, b = regression(rng, 9, 3)
    x = cp.Variable(3)
    return dict(A=a), dict(b=b), least(cp.norm_inf(a @ x - b))


@problem
def polyhedra(rng):
    a = np.vstack([np.eye(3), -np.eye(3)])
    b, c, d = r(rng.uniform(0.3, 1, 6)), r(rng.normal(size=(8, 3))), None
    d = r(c @ np.array([4, 3, 2.5]) + rng.uniform(0.3, 1, 8))
    x, y = cp.Variable(3), cp.Variable(3)
    return dict(A=a, C=c, d=d), dict(b=b), least(cp.norm(x - y), [a @ x <= b, c @ y <= d])


@problem
def deadzone(rng):
    a, b = regression(rng, 10, 3)
    x, eps = cp.Variable(3), 0.3
    return dict(A=a, b=b), dict(eps=eps), least(cp.sum(cp.pos(cp.abs(a @ x - b) - eps)) + 0.1 * cp.sum_squares(x))


@problem
def logbarrier(rng):
    a, b = regression(rng, 8, 3)
    x, b = cp.Variable(3), b * 0.5
    return dict(A=a), dict(b=b), least(-cp.sum(cp.log(1 - cp.square(a @ x - b))))


@problem
def adesign(rng):
    v, eps = r(rng.normal(size=(7, 3))), 0.1
    l = cp.Variable(7)
    return dict(V=v), dict(eps=eps), least(cp.tr_inv(v.T @ cp.diag(l) @ v + eps * np.eye(3)), [l >= 0, cp.sum(l) == 1])


@problem
def edesign(rng):
    v, cap = r(rng.normal(size=(7, 3))), 0.4
    l = cp.Variable(7)
    return dict(V=v), dict(cap=cap), most(cp.lambda_min(v.T @ cp.diag(l) @ v), [l >= 0, l <= cap, cp.sum(l) == 1])


@problem
def spectralnorm(rng):
    a = r(rng.normal(size=(3, 3, 2)))
    x, lam = cp.Variable(2), 0.3
    return dict(A=a), dict(lam=lam), least(cp.sigma_max(a[0] + x[0] * a[1] + x[1] * a[2]) + lam * cp.sum_squares(x))


@problem
def eigenvalues(rng):
    a = rng.normal(size=(3, 4, 4))
    a = r((a + a.transpose(0, 2, 1)) / 2)
    x, lam = cp.Variable(2), 0.5
    m = a[0] + x[0] * a[1] + x[1] * a[2]
    return dict(A=a), dict(lam=lam), least(cp.lambda_sum_largest(m, 2) + lam * cp.sum_squares(x) - 0.2 * cp.lambda_sum_smallest(m, 2))


@problem
def inscribed(rng):
    a = r(rng.normal(size=(8, 2)))
    a = r(a / np.linalg.norm(a, axis=1)[:, None])
    b, big, d = np.full(8, 1.0), cp.Variable((2, 2), PSD=True), cp.Variable(2)
    return dict(A=a), dict(b=b), most(cp.log_det(big), [cp.norm(big @ a[i]) + a[i] @ d <= b[i] for i in range(8)])


@problem
def fermat(rng):
    p, w = r(rng.normal(size=(6, 2))), r(rng.uniform(0.5, 1.5, 6))
    x = cp.Variable(2)
    return dict(P=p), dict(w=w), least(sum(w[i] * cp.norm(x - p[i]) for i in range(6)))


@problem
def nonnegativesquares(rng):
    a, b = regression(rng, 8, 5)
    x = cp.Variable(5, nonneg=True)
    return dict(A=a), dict(b=b), least(cp.sum_squares(a @ x - b))


@problem
def sqrtlasso(rng):
    a, b = regression(rng, 9, 4)
    x, lam = cp.Variable(4), 0.4
    return dict(A=a, b=b), dict(lam=lam), least(cp.norm(a @ x - b) + lam * cp.norm1(x))


@problem
def grouplasso(rng):
    a, lam = r(rng.normal(size=(8, 4))), 1.2
    b = r(rng.normal(size=(8, 2)))
    x = cp.Variable((4, 2))
    return dict(A=a, B=b), dict(lam=lam), least(cp.sum_squares(a @ x - b) + lam * cp.mixed_norm(x, 2, 1))


@problem
def trend(rng):
    y, lam = r(rng.normal(size=12).cumsum()), 0.9
    x = cp.Variable(12)
    return dict(y=y), dict(lam=lam), least(cp.sum_squares(y - x) / 2 + lam * cp.norm1(cp.diff(x, 2)))


@problem
def isotonic(rng):
    y = r(rng.normal(size=9) + 0.3 * np.arange(9))
    x = cp.Variable(9)
    return dict(), dict(y=y), least(cp.sum_squares(y - x), [cp.diff(x) >= 0])


@problem
def convexfit(rng):
    u = np.linspace(-1, 1, 7)
    y = r(u**2 + 0.3 * rng.normal(size=7))
    f, g = cp.Variable(7), cp.Variable(7)
    con = [f[j] >= f[i] + g[i] * (u[j] - u[i]) for i in range(7) for j in range(7) if i != j]
    return dict(u=u), dict(y=y), least(cp.sum_squares(f - y) + 0.01 * cp.sum_squares(g), con)


@problem
def capacity(rng):
    p = r(rng.dirichlet(np.ones(3), size=4).T)
    c = r((p * np.log(p)).sum(0))
    x = cp.Variable(4, nonneg=True)
    return dict(P=p), dict(c=c), most(c @ x + cp.sum(cp.entr(p @ x)), [cp.sum(x) == 1])


@problem
def advertising(rng):
    rate, click = r(rng.uniform(0.2, 1, 4)), r(rng.uniform(0.1, 0.9, size=(4, 5)))
    caps, traffic, low = r(rng.uniform(0.5, 0.9, 4)), r(rng.uniform(1, 3, 5)), 0.35
    d = cp.Variable((4, 5))
    revenue = [cp.minimum(rate[i] * cp.sum(cp.multiply(click[i], d[i])), caps[i]) for i in range(4)]
    return dict(R=rate, P=click, T=traffic), dict(B=caps), most(
        sum(revenue) - 0.05 * cp.sum_squares(d), [d >= 0, cp.sum(d, axis=0) <= traffic, cp.sum(d, axis=1) >= low])


@problem
def products(rng):
    a, b = r(rng.uniform(0.2, 1, size=(3, 4))), 2.0
    x = cp.Variable(4)
    return dict(A=a), dict(b=b), least(cp.inv_prod(x) + cp.sum(a @ x) / 5, [a @ x <= b])


@problem
def harmonic(rng):
    a, b = r(rng.uniform(0.2, 1, size=(3, 4))), 2.0
    x = cp.Variable(4)
    return dict(A=a), dict(b=b), most(cp.harmonic_mean(x) + 0.5 * cp.geo_mean(x), [a @ x <= b])


@problem
def deviation(rng):
    a, b = regression(rng, 8, 3)
    x, lam = cp.Variable(3), 0.3
    return dict(A=a, b=b), dict(lam=lam), least(cp.std(a @ x - b) + lam * cp.sum_squares(x) + cp.square(cp.sum(a @ x - b)))


@problem
def poisson(rng):
    x, y, lam = r(rng.normal(size=(10, 3))), rng.poisson(1.5, 10), 0.2
    w = cp.Variable(3)
    return dict(X=x, y=y), dict(lam=lam), least(cp.sum(cp.exp(x @ w)) - y @ (x @ w) + lam * cp.norm(w))


@problem
def softmax(rng):
    x, lam = r(rng.normal(size=(9, 3))), 0.5
    y = np.eye(3)[rng.integers(0, 3, 9)]
    w = cp.Variable((3, 3))
    s = x @ w
    return dict(X=x, Y=y), dict(lam=lam), least(sum(cp.log_sum_exp(s[i]) for i in range(9)) - cp.sum(cp.multiply(y, s)) + lam * cp.sum_squares(w))


@problem
def threehalves(rng):
    a, b = regression(rng, 7, 3)
    x = cp.Variable(3)
    return dict(A=a), dict(b=b), least(cp.norm(a @ x - b, 1.5))


@problem
def quadratics(rng):
    p, q, c, rad = definite(rng, 4), definite(rng, 4), r(rng.normal(size=4)), 0.8
    x = cp.Variable(4)
    return dict(P=p, Q=q, c=c), dict(r=rad), least(cp.quad_form(x, p) + c @ x, [cp.quad_form(x - c, q) <= rad])


@problem
def fuel(rng):
    a, b = r(0.8 * np.eye(2) + 0.2 * rng.normal(size=(2, 2))), r(rng.normal(size=2))
    end = r(rng.normal(size=2))
    x, u = cp.Variable((9, 2)), cp.Variable(8)
    con = [x[0] == 0, x[8] == end] + [x[t + 1] == a @ x[t] + b * u[t] for t in range(8)]
    return dict(A=a, b=b), dict(end=end), least(cp.sum(cp.maximum(cp.abs(u), 2 * cp.abs(u) - 1)) + 0.01 * cp.sum_squares(u), con)


@problem
def filter(rng):
    w = np.linspace(0, np.pi, 15)
    m = r(np.cos(np.outer(w, np.arange(5))))
    d = np.where(w < 1, 1.0, 0.0)
    h = cp.Variable(5)
    return dict(M=m, d=d), dict(scale=1.0), least(cp.max(cp.abs(m @ h - d)) + 0.05 * cp.sum_squares(h))


@problem
def smallest(rng):
    a, b = r(rng.uniform(0, 1, size=(6, 4))), r(rng.uniform(0, 0.3, 6))
    x = cp.Variable(4)
    return dict(A=a), dict(b=b), most(cp.sum_smallest(a @ x + b, 3) + cp.min(x) - 0.2 * cp.sum_squares(x), [cp.sum(x) <= 2])


@problem
def kronecker(rng):
    a, b = r(rng.normal(size=(2, 2))), r(rng.normal(size=(4, 4)))
    x, lam = cp.Variable((2, 2)), 0.4
    return dict(A=a, B=b), dict(lam=lam), least(cp.norm(cp.kron(a, x) - b, "fro") + lam * cp.norm1(x))


@problem
def workload(rng):
    a, lam = r(rng.uniform(0.2, 1, size=(5, 3))), 0.3
    x = cp.Variable(3)
    return dict(A=a), dict(lam=lam), least(cp.ptp(a @ x) + lam * cp.sum_squares(x - 1))


@problem
def deconvolution(rng):
    h, y, lam = np.array([0.5, 0.3, 0.2]), r(rng.normal(size=10)), 0.3
    x = cp.Variable(8)
    return dict(h=h, y=y), dict(lam=lam), least(cp.sum_squares(cp.convolve(h, x) - y) + lam * cp.norm1(x))


@problem
def inventory(rng):
    d, cap = r(rng.uniform(0.5, 1.5, 6)), 1.2
    x = cp.Variable(6)
    stock = cp.cumsum(x - d)
    return dict(d=d), dict(cap=cap), least(cp.sum(cp.power(cp.pos(stock), 2.5)) + 3 * cp.sum(cp.neg(stock)) + cp.sum_squares(x), [x >= 0, x <= cap])


@problem
def reciprocals(rng):
    c, b = r(rng.uniform(0.5, 2, 4)), 3.0
    x = cp.Variable(4)
    return dict(c=c), dict(b=b), least(c @ cp.power(x, -0.5) + cp.sum(cp.inv_pos(cp.sqrt(x))), [cp.sum(x) <= b])


@problem
def barycenter(rng):
    c = np.abs(np.arange(4)[:, None] - np.arange(4)[None]).astype(float) ** 2
    p, q, eps = np.array([0.5, 0.3, 0.1, 0.1]), np.array([0.05, 0.1, 0.25, 0.6]), 0.3
    x, u, v = cp.Variable(4), cp.Variable((4, 4)), cp.Variable((4, 4))
    cost = cp.sum(cp.multiply(c, u)) + cp.sum(cp.multiply(c, v)) - eps * (cp.sum(cp.entr(u)) + cp.sum(cp.entr(v)))
    return dict(C=c, p=p, q=q), dict(eps=eps), least(
        cost, [cp.sum(u, axis=0) == p, cp.sum(v, axis=0) == q, cp.sum(u, axis=1) == x, cp.sum(v, axis=1) == x])


@problem
def compositions(rng):
    a, b = regression(rng, 5, 3)
    x, lam = cp.Variable(3), 0.2
    terms = (cp.square(cp.pos(cp.norm(a @ x - b) - 0.4)) + cp.exp(cp.norm1(x)) + cp.max(cp.exp(a @ x))
             + cp.norm(cp.hstack([cp.pos(x[0]), cp.square(x[1]), cp.exp(x[2])])) - cp.sqrt(cp.log(x[0] + 5)) - cp.log(cp.sqrt(x[1] + 3)))
    return dict(A=a, b=b), dict(lam=lam), least(terms + lam * cp.xexp(cp.abs(x[2])))


@problem
def circuits(rng):
    # The largest box within a surface and ratios of sides, in logarithms: a geometric program.
    u, wall = cp.Variable(3), 5.0
    h, w, d = u[0], u[1], u[2]
    con = [cp.log_sum_exp(cp.hstack([np.log(2) + h + w, np.log(2) + h + d])) <= np.log(wall), w + d <= np.log(1.5), h - w <= np.log(2), h - w >= np.log(0.5),
           d - w <= np.log(2), d - w >= np.log(0.5)]
    return dict(), dict(wall=np.log(wall)), most(h + w + d, con)


@problem
def covarianceball(rng):
    s = definite(rng, 3)
    x, t = cp.Variable((3, 3), PSD=True), 1.4
    return dict(S=s), dict(t=t), most(cp.log_det(x) - cp.trace(s @ x), [cp.sum(cp.abs(x)) <= 6, cp.lambda_max(x) <= t])


@problem
def toeplitz(rng):
    # The nearest correlation matrix whose smallest eigenvalue is bounded.
    a = rng.uniform(-1, 1, size=(4, 4))
    a = r((a + a.T) / 2)
    x, low = cp.Variable((4, 4), symmetric=True), 0.1
    return dict(A=a), dict(low=low), least(cp.norm(x - a, "fro"), [cp.diag(x) == 1, x >> low * np.eye(4)])


@problem
def sensors(rng):
    anchors, true = np.array([[1.0, 0], [-1, 0.5], [0, -1]]), np.array([0.2, 0.1])
    dist = r(((anchors - true) ** 2).sum(1) + 0.05 * rng.normal(size=3))
    z = cp.Variable((3, 3), symmetric=True)
    rows = [cp.Constant(np.outer(v, v)) for v in (np.append(-p, 1) for p in anchors)]
    return dict(anchors=anchors), dict(d=dist), least(
        sum(cp.abs(cp.sum(cp.multiply(rows[i], z)) - dist[i]) for i in range(3)) + 0.1 * cp.trace(z), [z[2, 2] == 1, z >> 0])


if __name__ == "__main__":
    write()
