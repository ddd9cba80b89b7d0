"""Solutions of the problems of package catalog, by SciPy.

    pip install numpy scipy
    python reference.py > reference.txt

Constrained problems are solved by SciPy, then once more on the active set that it
found, as a linear system or by Newton's method, so that all digits printed hold.
"""
import numpy as np
from scipy import optimize

m, n = 12, 6
i, j = np.meshgrid(np.arange(m), np.arange(n), indexing="ij")
A = np.sin(1 + 3.7 * i + 1.3 * j + 0.11 * i * j)
y = A @ (np.arange(n) % 3 - 1) + 0.3 * np.cos(2.1 * np.arange(m))


def show(name, x, residual):
    assert np.abs(residual).max() < 1e-11, (name, residual)
    print(name, *(repr(float(v)) for v in x))


def logistic(l2):
    s = np.sign(y)
    x = np.zeros(n)
    for _ in range(50):
        p = 1 / (1 + np.exp(s * (A @ x)))
        g = -A.T @ (s * p) + l2 * x
        h = A.T @ (A * (p * (1 - p))[:, None]) + l2 * np.eye(n)
        x = x - np.linalg.solve(h, g)
    r = optimize.minimize(lambda x: np.logaddexp(0, -s * (A @ x)).sum() + l2 / 2 * x @ x, np.zeros(n), tol=1e-9)
    assert np.abs(r.x - x).max() < 1e-5
    show("logistic", x, g)


def lasso(l1):
    split = np.hstack([A, -A])
    f = lambda z: 0.5 * np.sum((split @ z - y) ** 2) + l1 * z.sum()
    g = lambda z: split.T @ (split @ z - y) + l1
    r = optimize.minimize(f, np.zeros(2 * n), jac=g, bounds=[(0, None)] * (2 * n), options=dict(ftol=1e-16, gtol=1e-12, maxiter=10000))
    x = r.x[:n] - r.x[n:]
    on = np.abs(x) > 1e-6
    s = np.sign(x[on])
    x = np.zeros(n)
    x[on] = np.linalg.solve(A[:, on].T @ A[:, on], A[:, on].T @ y - l1 * s)
    grad = A.T @ (A @ x - y)
    assert (np.abs(grad[~on]) < l1).all() and (np.sign(x[on]) == s).all()
    show("lasso", x, grad[on] + l1 * s)


def simplex(name, scale, target):
    f = lambda x: 0.5 * np.sum((A @ x - target) ** 2)
    g = lambda x: A.T @ (A @ x - target)
    r = optimize.minimize(f, np.full(n, scale / n), jac=g, bounds=[(0, None)] * n, method="SLSQP",
                          constraints=dict(type="eq", fun=lambda x: x.sum() - scale), options=dict(ftol=1e-15, maxiter=1000))
    on = r.x > 1e-6
    k = on.sum()
    system = np.block([[A[:, on].T @ A[:, on], np.ones((k, 1))], [np.ones((1, k)), np.zeros((1, 1))]])
    z = np.linalg.solve(system, np.append(A[:, on].T @ target, scale))
    x = np.zeros(n)
    x[on] = z[:k]
    assert (x >= 0).all() and (g(x)[~on] + z[k] > 0).all()
    show(name, x, np.append(g(x)[on] + z[k], x.sum() - scale))


def box(lo, hi):
    r = optimize.lsq_linear(A, y, (lo, hi), tol=1e-14, method="bvls")
    free = (r.x > lo + 1e-9) & (r.x < hi - 1e-9)
    x = np.where(free, 0, r.x)
    x[free] = np.linalg.solve(A[:, free].T @ A[:, free], A[:, free].T @ (y - A @ x))
    g = A.T @ (A @ x - y)
    show("box", x, g[free])
    assert (g[(x == lo)] > 0).all() and (g[(x == hi)] < 0).all()


def ball(radius):
    at = lambda mu: np.linalg.solve(A.T @ A + mu * np.eye(n), A.T @ y)
    mu = optimize.brentq(lambda mu: np.linalg.norm(at(mu)) - radius, 0, 1e4, xtol=1e-15, rtol=1e-15)
    show("ball", at(mu), [np.linalg.norm(at(mu)) - radius])


def fused(l1):
    # The dual: minimize over |v| <= l1 of the least squares with the term -D'v.
    D = np.diff(np.eye(n), axis=0)
    H = np.linalg.inv(A.T @ A)
    q = A.T @ y
    f = lambda v: 0.5 * (q - D.T @ v) @ H @ (q - D.T @ v)
    g = lambda v: -D @ H @ (q - D.T @ v)
    r = optimize.minimize(f, np.zeros(n - 1), jac=g, bounds=[(-l1, l1)] * (n - 1), options=dict(ftol=1e-16, gtol=1e-13, maxiter=10000))
    at = np.isclose(np.abs(r.x), l1, atol=1e-8)
    v = np.where(at, np.sign(r.x) * l1, 0)
    K = D @ H @ D.T
    v[~at] = np.linalg.solve(K[np.ix_(~at, ~at)], (D @ H @ (q - D.T @ v))[~at])
    x = H @ (q - D.T @ v)
    show("fused", x, A.T @ (A @ x - y) + D.T @ v)
    assert (np.abs(v) <= l1 + 1e-12).all() and np.abs((D @ x)[~at]).max(initial=0) < 1e-12


def cosine(theta):
    x = np.array([optimize.brentq(lambda x: x - np.cos(x * t), 0, 1, xtol=1e-16, rtol=1e-15) for t in theta])
    show("cosine", x, x - np.cos(x * theta))


logistic(0.3)
lasso(1.5)
simplex("simplex", 1.25, y)
simplex("probability", 1, 1.25 * y)
box(-1.2, 0.9)
ball(0.8)
fused(2.5)
cosine(np.array([0.7, 0.8, 0.9, 0.4]))
