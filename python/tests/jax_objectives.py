"""Objectives of statistics, learning, control and science as JAX functions, for tests and for ``bench/programs.py``.

Each is ``fun(params, *data)`` with a start and data. ``unique`` says that the minimum near the start is one point.
"""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.scipy.special import gammaln, logsumexp


@dataclass
class Objective:
    name: str
    fun: object
    x0: object
    data: tuple
    unique: bool = True


OBJECTIVES = {}


def objective(x0, *data, unique=True):
    def add(fun):
        OBJECTIVES[fun.__name__] = Objective(fun.__name__, fun, x0, data, unique)
        return fun

    return add


rng = np.random.default_rng(7)
X = rng.normal(size=(60, 5))
W = np.array([1.0, -2.0, 0.5, 0.0, 3.0])
SIGN = np.sign(X @ W + rng.normal(size=60))
COUNT = rng.poisson(np.exp(0.3 * (X @ W)).clip(max=50)).astype(float)
NOISY = X @ W + 0.3 * rng.standard_t(2, size=60)
CLASS = rng.integers(0, 3, size=60)


@objective(np.zeros(5), X, SIGN, 0.05)
def logistic_regression(w, x, y, lam):
    return jnp.mean(jax.nn.softplus(-y * (x @ w))) + lam * jnp.sum(w**2)


@objective(np.zeros(5), X, COUNT, 0.05)
def poisson_regression(w, x, y, lam):
    eta = x @ w
    return jnp.mean(jnp.exp(eta) - y * eta + gammaln(y + 1)) + lam * jnp.sum(w**2)


@objective(np.zeros((5, 3)), X, CLASS, 0.05)
def softmax_regression(w, x, labels, lam):
    logits = x @ w
    return jnp.mean(logsumexp(logits, axis=1) - jnp.take_along_axis(logits, labels[:, None], 1)[:, 0]) + lam * jnp.sum(
        w**2
    )


@objective(np.zeros(5), X, NOISY)
def huber_regression(w, x, y):
    r = jnp.abs(x @ w - y)
    return jnp.mean(jnp.where(r < 1.0, 0.5 * r**2, r - 0.5)) + 1e-3 * jnp.sum(w**2)


@objective(np.zeros(5), X, NOISY, 0.3, 0.2)
def smooth_quantile_regression(w, x, y, tau, width):
    r = y - x @ w
    return jnp.mean(tau * r + width * jax.nn.softplus(-r / width)) + 1e-2 * jnp.sum(w**2)


@objective({"w": np.zeros(5), "log_sigma": np.zeros(()), "log_nu": np.ones(())}, X, NOISY)
def student_t_regression(p, x, y):
    nu, sigma = jnp.exp(p["log_nu"]), jnp.exp(p["log_sigma"])
    z = (y - x @ p["w"]) / sigma
    log = (
        gammaln((nu + 1) / 2)
        - gammaln(nu / 2)
        - 0.5 * jnp.log(nu * jnp.pi)
        - p["log_sigma"]
        - (nu + 1) / 2 * jnp.log1p(z**2 / nu)
    )
    return -jnp.mean(log) + 0.01 * p["log_nu"] ** 2


TIME = rng.exponential(size=60) * np.exp(-0.3 * (X @ W))
EVENT = rng.uniform(size=60) < 0.7


@objective(np.zeros(5), X, TIME, EVENT)
def cox_model(w, x, time, event):
    order = jnp.argsort(-time)
    eta = (x @ w)[order]
    risk = lax.cumlogsumexp(eta)
    return -jnp.sum(jnp.where(jnp.asarray(event)[order], eta - risk, 0.0)) / 60 + 0.01 * jnp.sum(w**2)


@objective({"shape": np.zeros(()), "scale": np.zeros(()), "w": np.zeros(5)}, X, TIME, EVENT)
def weibull_survival(p, x, time, event):
    k = jnp.exp(p["shape"])
    log_rate = -p["scale"] - x @ p["w"]
    h = (time * jnp.exp(log_rate)) ** k
    log_hazard = jnp.log(k) + k * log_rate + (k - 1) * jnp.log(time)
    return jnp.mean(h - jnp.where(event, log_hazard, 0.0)) + 0.01 * jnp.sum(p["w"] ** 2)


@objective(
    [(0.5 * rng.normal(size=(5, 8)), np.zeros(8)), (0.5 * rng.normal(size=(8, 3)), np.zeros(3))], X, CLASS, unique=False
)
def multilayer_perceptron(layers, x, labels):
    for w, b in layers[:-1]:
        x = jnp.tanh(x @ w + b)
    w, b = layers[-1]
    log = jax.nn.log_softmax(x @ w + b)
    penalty = sum(jnp.sum(leaf**2) for leaf in jax.tree_util.tree_leaves(layers))
    return -jnp.mean(log[jnp.arange(x.shape[0]), labels]) + 0.02 * penalty


@objective(
    {"log_l": np.zeros(()), "log_a": np.zeros(()), "log_s": -np.ones(())},
    np.sort(rng.uniform(0, 5, 25)),
    np.sin(np.linspace(0, 5, 25)) + 0.1 * rng.normal(size=25),
)
def gaussian_process_likelihood(p, t, y):
    d = (t[:, None] - t[None, :]) / jnp.exp(p["log_l"])
    k = jnp.exp(2 * p["log_a"] - 0.5 * d**2) + jnp.exp(2 * p["log_s"]) * jnp.eye(t.shape[0])
    chol = jnp.linalg.cholesky(k)
    alpha = jax.scipy.linalg.solve_triangular(chol, y, lower=True)
    prior = 0.5 * sum(v**2 for v in p.values())
    return 0.5 * jnp.sum(alpha**2) + jnp.sum(jnp.log(jnp.diag(chol))) + 0.5 * y.size * jnp.log(2 * jnp.pi) + prior


SERIES = np.cumsum(0.3 * rng.normal(size=50)) + 0.5 * rng.normal(size=50)


@objective(np.zeros(2), SERIES)
def kalman_filter(logs, y):
    q, r = jnp.exp(logs)

    def step(state, v):
        mean, var = state
        var = var + q
        s = var + r
        gain = var / s
        e = v - mean
        return (mean + gain * e, (1 - gain) * var), 0.5 * (jnp.log(s) + e**2 / s)

    return jnp.sum(lax.scan(step, (0.0, 1.0), y)[1])


@objective(np.array([0.0, 0.0, 0.5]), rng.normal(size=80) * np.exp(0.3 * rng.normal(size=80)))
def garch(p, y):
    omega, alpha, beta = jnp.exp(p[0] - 2), jax.nn.sigmoid(p[1] - 2), jax.nn.sigmoid(p[2])

    def step(v, e):
        v = omega + alpha * e**2 + beta * v
        return v, jnp.log(v) + e**2 / v

    return 0.5 * jnp.mean(lax.scan(step, jnp.var(y), jnp.roll(y, 1))[1]) + 0.01 * jnp.sum(p**2)


@objective(np.zeros((2, 3)), rng.integers(0, 4, size=60), unique=False)
def hidden_markov_model(p, obs):
    trans = jax.nn.log_softmax(jnp.array([[1.0, 0.0], [0.0, 1.0]]) + p[:, :1], axis=1)
    emit = jax.nn.log_softmax(jnp.concatenate([p, jnp.array([[0.5], [-0.5]])], 1), axis=1)

    def step(a, o):
        a = logsumexp(a[:, None] + trans, axis=0) + emit[:, o]
        return a, None

    a, _ = lax.scan(step, jnp.log(jnp.array([0.5, 0.5])) + emit[:, obs[0]], obs[1:])
    return -logsumexp(a) / 60 + 0.05 * jnp.sum(p**2)


COST = rng.uniform(size=(6, 7))


@objective(np.zeros(6), COST, np.full(6, 1 / 6), np.full(7, 1 / 7))
def sinkhorn(shift, cost, a, b):
    """The entropic transport cost after shifts of the rows' weights, by 30 iterations."""
    w = jax.nn.softmax(jnp.log(a) + shift)
    eps = 0.2

    def step(g, _):
        f = eps * (jnp.log(w) - logsumexp((g[None, :] - cost) / eps, axis=1))
        g = eps * (jnp.log(b) - logsumexp((f[:, None] - cost) / eps, axis=0))
        return g, f

    g, f = lax.scan(step, jnp.zeros(7), None, length=30)
    return f[-1] @ w + g @ b + 0.1 * jnp.sum(shift**2)


PICTURES = rng.normal(size=(8, 8, 8, 1))


@objective(
    {"k": 0.3 * rng.normal(size=(3, 3, 1, 2)), "w": 0.3 * rng.normal(size=(8, 2)), "b": np.zeros(2)},
    PICTURES,
    CLASS[:8] % 2,
    unique=False,
)
def convolutional_network(p, x, labels):
    y = lax.conv_general_dilated(x, p["k"], (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
    y = lax.reduce_window(jax.nn.softplus(y), 0.0, lax.add, (1, 3, 3, 1), (1, 3, 3, 1), "VALID") / 9
    logits = y.reshape(8, -1) @ p["w"] + p["b"]
    return -jnp.mean(jax.nn.log_softmax(logits)[jnp.arange(8), labels]) + 0.02 * sum(jnp.sum(v**2) for v in p.values())


@objective(
    np.array([0.3, 0.3, 0.3]),
    np.linspace(0, 5, 26),
    np.exp(-0.5 * np.linspace(0, 5, 26)) * np.cos(np.linspace(0, 5, 26)),
)
def damped_oscillator(p, t, y):
    """An ordinary differential equation by Runge and Kutta's method, fitted to data."""
    k, c, v0 = p
    h = t[1] - t[0]

    def slope(s):
        return jnp.array([s[1], -k * s[0] - c * s[1]])

    def step(s, _):
        a = slope(s)
        b = slope(s + h / 2 * a)
        d = slope(s + h / 2 * b)
        e = slope(s + h * d)
        return s + h / 6 * (a + 2 * b + 2 * d + e), s[0]

    return jnp.mean((lax.scan(step, jnp.array([1.0, v0]), None, length=26)[1] - y) ** 2)


@objective(np.zeros((20, 1)), np.array([1.0, 0.0]))
def optimal_control(u, start):
    a, b = jnp.array([[1.0, 0.1], [0.0, 1.0]]), jnp.array([[0.0], [0.1]])

    def step(s, v):
        s = a @ s + b @ v + 0.01 * jnp.sin(s)
        return s, s @ s + 0.1 * v @ v

    s, c = lax.scan(step, start, u)
    return jnp.sum(c) + 10 * s @ s


TOKENS = rng.normal(size=(6, 4))


@objective(
    {"q": 0.4 * rng.normal(size=(4, 4)), "k": 0.4 * rng.normal(size=(4, 4)), "v": 0.4 * rng.normal(size=(4, 4))},
    TOKENS,
    TOKENS[::-1].copy(),
    unique=False,
)
def attention(p, x, y):
    q, k, v = x @ p["q"], x @ p["k"], x @ p["v"]
    mask = jnp.tril(jnp.ones((6, 6), bool))
    w = jax.nn.softmax(jnp.where(mask, q @ k.T / 2, -1e30), axis=-1)
    return jnp.mean((w @ v - y) ** 2) + 0.02 * sum(jnp.sum(m**2) for m in p.values())


RATED = rng.uniform(size=(8, 6)) < 0.6
RATINGS = rng.normal(size=(8, 2)) @ rng.normal(size=(2, 6))


@objective((rng.normal(size=(8, 2)), rng.normal(size=(6, 2))), RATINGS, RATED, unique=False)
def matrix_factorization(p, ratings, known):
    u, v = p
    return jnp.sum(jnp.where(known, (u @ v.T - ratings) ** 2, 0.0)) / 48 + 0.02 * (jnp.sum(u**2) + jnp.sum(v**2))


PAIRS = rng.integers(0, 6, size=(40, 2))


@objective(np.zeros(6), PAIRS)
def bradley_terry(s, games):
    return jnp.mean(jax.nn.softplus(s[games[:, 1]] - s[games[:, 0]])) + 0.05 * jnp.sum(s**2)


@objective(np.zeros(12), np.cumsum(rng.normal(size=12)), 5.0)
def smoothing_spline(f, y, lam):
    return jnp.sum((f - y) ** 2) + lam * jnp.sum(jnp.diff(f, 2) ** 2)


@objective(np.zeros(12), np.sign(np.arange(12) - 5.5) + 0.2 * rng.normal(size=12))
def smooth_total_variation(f, y):
    return 0.5 * jnp.sum((f - y) ** 2) + 0.5 * jnp.sum(jnp.sqrt(jnp.diff(f) ** 2 + 1e-2))


@objective(np.full(4, -1.0))
def rosenbrock(x):
    return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


@objective(
    {"mu": rng.normal(size=3), "log_s": np.zeros(3), "w": np.zeros(3)},
    np.concatenate([rng.normal(-2, 0.5, 30), rng.normal(1, 1, 40)]),
    unique=False,
)
def gaussian_mixture(p, y):
    log = jax.scipy.stats.norm.logpdf(y[:, None], p["mu"], jnp.exp(p["log_s"])) + jax.nn.log_softmax(p["w"])
    return -jnp.mean(logsumexp(log, axis=1)) + 0.02 * sum(jnp.sum(v**2) for v in p.values())


@objective(np.zeros(()) + 0.5, rng.gamma(3.0, 2.0, size=50))
def gamma_shape(log_k, y):
    k = jnp.exp(log_k)
    scale = jnp.mean(y) / k
    return -jnp.mean(jax.scipy.stats.gamma.logpdf(y, k, scale=scale))


@objective(np.eye(3) + 0.1, np.cov(rng.normal(size=(3, 40))), unique=False)
def log_determinant_divergence(a, s):
    p = a @ a.T + jnp.eye(3)
    return jnp.trace(jnp.linalg.solve(p, s)) + jnp.linalg.slogdet(p)[1] + 0.1 * jnp.sum(a**2)


@objective(rng.normal(size=(5, 2)), np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0))), unique=False)
def multidimensional_scaling(x, d):
    g = jnp.sqrt(jnp.sum((x[:, None] - x[None, :]) ** 2, -1) + 1e-6)
    return jnp.mean((g - d) ** 2) + 1e-3 * jnp.sum(x**2)


@objective(0.7 * rng.normal(size=(5, 3)), unique=False)
def lennard_jones(x):
    i, j = np.triu_indices(5, 1)
    r2 = jnp.sum((x[i] - x[j]) ** 2, -1) + 0.3
    return jnp.sum(4 * (r2**-6 - r2**-3))


@objective(np.zeros(3), np.linspace(0, 1, 30), 2.5 * np.exp(-1.3 * np.linspace(0, 1, 30)) + 0.5)
def exponential_fit(p, t, y):
    return jnp.mean((p[0] * jnp.exp(-p[1] * t) + p[2] - y) ** 2) + 1e-4 * jnp.sum(p**2)


@objective(np.zeros(6), rng.normal(size=(4, 6)), np.array([1.0, -1.0, 0.5, 2.0]))
def barrier(x, a, b):
    """A point in a polytope, by a logarithmic barrier."""
    slack = jnp.concatenate([2 - x, 2 + x])
    return jnp.sum((a @ x - b) ** 2) - 0.1 * jnp.sum(jnp.log(slack))


@objective(np.zeros(5), X, SIGN, 0.05)
def equilibrium_model(w, x, y, lam):
    """A hidden state that a fixed number of iterations finds, through a while loop with a limit."""
    h = lax.fori_loop(0, 6, lambda _, h: jnp.tanh(0.5 * h + x @ w), jnp.zeros(60))
    return jnp.mean(jax.nn.softplus(-2 * y * h)) + lam * jnp.sum(w**2)


@objective(np.zeros(4), rng.normal(size=(12, 4)), rng.normal(size=12))
def ridge_by_normal_equations(log_scale, a, b):
    """Bilevel: the validation error of a ridge regression in the strengths of its penalties."""
    w = jnp.linalg.solve(a[:8].T @ a[:8] + jnp.diag(jnp.exp(log_scale)), a[:8].T @ b[:8])
    return jnp.mean((a[8:] @ w - b[8:]) ** 2) + 0.05 * jnp.sum(log_scale**2)


@objective(np.zeros(6), rng.normal(size=(30, 3)), rng.normal(size=30))
def radial_basis(p, x, y):
    centers = jnp.array([[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]])
    phi = jnp.exp(-jax.vmap(lambda c, s: jnp.sum((x - c) ** 2, 1) * jnp.exp(s), (0, 0), 1)(centers, p[3:]))
    return jnp.mean((phi @ p[:3] - y) ** 2) + 0.1 * jnp.sum(p**2)


@objective(np.ones(3), rng.normal(size=(6, 3, 3)))
def spectral(p, mats):
    """A smooth function of eigenvalues."""
    m = jnp.tensordot(p, mats[:3] + jnp.swapaxes(mats[:3], 1, 2), 1) + 3 * jnp.diag(jnp.arange(3.0))
    return logsumexp(jnp.linalg.eigvalsh(m)) + 0.5 * jnp.sum((p - 1) ** 2)


@objective(np.zeros(5), X, COUNT)
def negative_binomial(w, x, y):
    r = 3.0
    mu = jnp.exp(x @ w)
    log = gammaln(y + r) - gammaln(r) - gammaln(y + 1) + r * jnp.log(r / (r + mu)) + y * jnp.log(mu / (r + mu))
    return -jnp.mean(log) + 0.02 * jnp.sum(w**2)
