"""Special functions, terms of entropies and activations of package num; see table.py."""

import table
from table import *

# They are smooth where they are compared, and cost more than the elementwise functions.
table.PREC = mp.prec = 300


def at(name, f, xs, tol=0, dtypes=("f64", "f32")):
    """f of some numbers at each of xs, in float32 too where it has those."""
    for x in xs:
        for dtype in dtypes:
            z = [as32(v) for v in x] if dtype == "f32" else x
            if all(1e-37 < abs(v) < 1e37 or v == w for v, w in zip(z, x)):
                vector(name, lambda a: [f(*a)], [[[v] for v in x]], dtypes=(dtype,), tol=tol)


def edge(name, x, y, why, jac=None, hess=None):
    """A convention or a limit; derivatives without a value are not compared."""
    n = len(x)
    given(name, [[v] for v in x], [y], [jac or [None] * n], hess and [hess] or [[[None] * n] * n], why=why)


def one(*xs):
    return [(x,) for x in xs]


def grid(*axes):
    rows = [()]
    for a in axes:
        rows = [r + (x,) for r in rows for x in a]
    return rows


signed = [s * x for x in [1e-8, 0.1, 0.7, 1.5, 3.0, 9.9, 24.9, 25.1, 60.0, 500.0] for s in (1, -1)]
OUT, TAIL = "outside of the domain", "a limit"

# Logarithms and powers.
at("LogAddExp", lambda a, b: max(a, b) + mp.log1p(mp.exp(-abs(a - b))),
   [(0.0, 0.0), (1.0, 2.0), (0.0, -40.0), (-700.0, -700.5), (1000.0, 1000.0), (-50.0, 3.0), (1e6, 1e6)], 2)
edge("LogAddExp", [-inf, -inf], -inf, "the sum of nothing")
edge("LogAddExp", [-inf, 2.0], 2, TAIL, [0, 1])
edge("LogAddExp", [inf, 2.0], inf, TAIL)
edge("LogAddExp", [-1e300, 1.0], 1, TAIL, [0, 1], [[0, 0], [0, 0]])
at("Exp2", lambda a: mpf(2)**a, one(-1000.5, -100.25, -3.0, 0.3, 10.0, 100.5, 1000.25))
at("Log2", lambda a: mp.log(a) / mp.log(2), one(1e-300, 1e-20, 0.3, 8.0, 1e20, 1e300))
at("Log10", lambda a: mp.log(a) / mp.log(10), one(1e-300, 1e-20, 0.3, 1000.0, 1e15, 7e300))
for name in ("Log2", "Log10"):
    edge(name, [0.0], -inf, "a pole", [inf], [[-inf]])
    edge(name, [-1.0], nan, OUT)
at("Rsqrt", lambda a: 1 / mp.sqrt(a), one(1e-100, 0.25, 3.0, 1e100))
edge("Rsqrt", [0.0], inf, "a pole")
at("Log1mExp", lambda a: mp.log(-mp.expm1(-a)), one(1e-100, 1e-10, 0.5, 0.69, 0.7, 2.0, 40.0, 85.0, 140.0))
edge("Log1mExp", [0.0], -inf, "a pole", [inf])
edge("Log1mExp", [inf], 0, TAIL, [0])
at("Hypot", lambda a, b: mp.sqrt(a * a + b * b), [(3.0, 4.0), (1e150, 2e150), (1e-20, -2e-20), (-1e-30, 1.0), (-5.0, 12.0), (1e30, 1e30)], 2)
edge("Hypot", [0.0, 0.0], 0, "a subgradient by convention", [0, 0])
edge("Hypot", [inf, 1.0], inf, TAIL)
at("Sinc", lambda a: mp.sinpi(a) / (mp.pi * a), one(1e-9, 1e-3, 0.2, 0.25, 0.3, 0.5, -1.7, 10.25, 1000.25), 20)
edge("Sinc", [0.0], 1, "a limit", [0], [[-mp.pi**2 / 3]])
edge("Sinc", [3.0], 0, "exactly")

# Remainders and steps.
at("Mod", lambda a, b: a - b * mp.floor(a / b), [(5.5, 3.0), (-5.5, 3.0), (5.5, -3.0), (-5.5, -3.0), (1e-3, -1e3), (7.25, 0.5 + 2**-10)])
edge("Mod", [1.0, 0.0], nan, OUT)
edge("Mod", [-6.0, 3.0], 0, "a jump")
at("FloorDivide", lambda a, b: mp.floor(a / b), [(5.5, 3.0), (-5.5, 3.0), (5.5, -3.0), (-1e-30, 3.0), (1e5 + 0.5, 3.0)])
edge("FloorDivide", [-6.0, 3.0], -2, "a jump", [0, 0])
edge("FloorDivide", [-1.0, inf], -1, TAIL)
at("Trunc", lambda a: mp.sign(a) * mp.floor(abs(a)), one(0.3, -0.3, 7.9, -7.9, 1e10 + 0.5))
at("Heaviside", lambda a: mpf(a > 0), one(2.0, -2.0, 1e-30, -1e-30))
edge("Heaviside", [0.0], 0.5, "the value given", [0])
at("CopySign", lambda a, b: abs(a) * mp.sign(b), [(3.0, -2.0), (-3.0, 2.0), (-3.0, -1e-30)])
edge("CopySign", [3.0, -0.0], -3, "zeros have a sign", [-1, 0])
at("Clip/3", lambda x, lo, hi: min(max(x, lo), hi), [(0.5, 0.0, 1.0), (-2.0, 0.0, 1.0), (3.0, 0.0, 1.0)])

# Entropies.
at("Xlogy", lambda x, y: x * mp.log(y), [(2.0, 3.0), (1e-30, 1e-30), (5.0, 1e30), (0.5, 1e300)])
edge("Xlogy", [0.0, 0.0], 0, "by convention", [0, 0])
edge("Xlogy", [0.0, -1.0], 0, "by convention")
edge("Xlogy", [0.0, nan], nan, OUT)
edge("Xlogy", [0.0, 2.0], 0, "x is 0", [mp.log(2), 0], [[0, 0.5], [0.5, 0]])
at("Xlog1py", lambda x, y: x * mp.log1p(y), [(2.0, 1e-20), (3.0, -0.5), (1.0, 1e30)])
edge("Xlog1py", [0.0, -1.0], 0, "by convention", [0, 0])
at("Entr", lambda x: -x * mp.log(x), one(1e-30, 0.2, 1.0, 3.0, 1e30))
edge("Entr", [0.0], 0, "a limit", [inf])
edge("Entr", [-1.0], -inf, OUT)
with mp.workprec(300):
    at("RelEntr", lambda x, y: x * mp.log(x / y), [(0.3, 0.2), (1.0, 1.0 + 1e-6), (1e-20, 1e15), (1e15, 1e-20), (2.0, 2.1), (0.25, 0.250001)], 2)
    at("KLDiv", lambda x, y: x * mp.log(x / y) - x + y, [(0.3, 0.2), (1.0, 1.0 + 1e-6), (0.25, 0.250001), (1e-20, 3.0), (5.0, 0.1), (2.0, 3.875)], 2)
for name, y0 in (("RelEntr", 0), ("KLDiv", 2)):
    edge(name, [0.0, 2.0], y0, "a limit", [-inf, y0 / 2])
    edge(name, [2.0, 0.0], inf, "a limit")
    edge(name, [-1.0, 2.0], inf, OUT)

# Activations.
at("GELU", lambda x: x * mp.ncdf(x), one(*signed[:12], -30.0, -0.5), 4)
at("SiLU", lambda x: x / (1 + mp.exp(-x)), one(*signed[:14], -40.0), 4)
for name in ("GELU", "SiLU"):
    edge(name, [-inf], 0, TAIL, [0])
at("ReLU", lambda x: max(x, 0), one(2.0, -2.0))
edge("ReLU", [0.0], 0, "0 by convention", [0], [[0]])
edge("ReLU", [-inf], 0, TAIL, [0])
at("LeakyReLU", lambda x: x if x > 0 else x / 4, one(2.0, -2.0))
at("ELU", lambda x: x if x > 0 else 2 * mp.expm1(x), one(2.0, -2.0, -1e-10, -50.0))

# The normal distribution.
at("Ndtr", mp.ncdf, one(-37.0, -30.1, -20.3, -8.7, -3.3, -1.0, -0.1, 0.0, 0.4, 2.0, 5.0, 9.0), 2)
edge("Ndtr", [-inf], 0, TAIL, [0])
edge("Ndtr", [inf], 1, TAIL, [0])
at("Erfcx", lambda x: mp.exp(x * x) * mp.erfc(x), one(-26.5, -20.1, -5.3, -1.0, -0.1, 0.0, 1e-5, 0.3, 1.0, 4.4, 10.0, 25.0), 4)
for x in (1e3, 1e8, 1e100):  # 1/(√π x) (1 - 1/(2x²) + …)
    v = mpf(x)
    s = lambda p: sum((-1)**k * mp.fac2(2 * k - 1) / (2 * v * v)**k * mp.rf(2 * k + 1, p) / v**p for k in range(12)) * (-1)**p / (mp.sqrt(mp.pi) * v)
    given("Erfcx", [[x]], [s(0)], [[s(1)]], [[[s(2)]]], dtypes=("f64",), tol=4)
edge("Erfcx", [inf], 0, TAIL, [0])
edge("Erfcx", [-30.0], inf, TAIL)


def ndtri(p):
    """Newton's method on log Phi, from the left of the solution."""
    x = -mp.sqrt(-2 * mp.log(p)) - 1
    for _ in range(200):
        d = (mp.log(mp.ncdf(x)) - mp.log(p)) * mp.ncdf(x) / mp.npdf(x)
        x -= d
        if abs(d) < mpf(2)**(40 - mp.prec):
            break
    return x


# The derivatives are e^(x²/2) √2π and x times its square.
slope = lambda x: mp.exp(x * x / 2) * mp.sqrt(2 * mp.pi)
for p in (1e-300, 1e-100, 1e-20, 1e-8, 0.01, 0.2, 0.249, 0.251, 0.4, 0.6, 0.76, 0.99):
    x = ndtri(mpf(p))
    given("Ndtri", [[p]], [x], [[slope(x)]], [[[x * slope(x)**2]]], dtypes=("f64",), tol=2)
edge("Ndtri", [0.0], -inf, "a pole")
edge("Ndtri", [1.0], inf, "a pole")
edge("Ndtri", [0.5], 0, "the median", [mp.sqrt(2 * mp.pi)])
edge("Ndtri", [1.5], nan, OUT)

# Gamma, beta and zeta functions.
at("Gamma", mp.gamma, one(1e-20, 1e-5, 0.3, 0.5, 1.0, 2.5, 9.9, 10.1, 30.7, 100.5, 171.5, -0.5, -1.3, -9.7, -100.3), 4)
edge("Gamma", [0.0], inf, "a pole")
edge("Gamma", [-3.0], nan, "a pole")
edge("Gamma", [200.0], inf, TAIL)
lnbeta = lambda a, b: mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
at("Betaln", lnbeta, [(0.5, 0.5), (1e-10, 3.0), (2.0, 1e10), (1e10, 1e10), (11.0, 12.0), (9.9, 10.1), (1e-5, 1e15), (300.0, 1e6), (3.0, 4.0)], 2)
edge("Betaln", [1.0, 1.0], 0, "B(1, 1) is 1", [-1, -1])
at("Beta", lambda a, b: mp.exp(lnbeta(a, b)), [(0.5, 0.5), (1e-10, 3.0), (2.0, 1e10), (11.0, 12.0), (60.0, 3.0), (1e-5, 1e15), (300.0, 200.0)], 10)
at("Beta", mp.beta, [(-0.5, 2.25)], 2)
at("Multigammaln", lambda a: mpf(3) / 2 * mp.log(mp.pi) + sum(mp.loggamma(a - mpf(i) / 2) for i in range(3)), one(1.125, 2.0, 30.0, 1e10), 2)
edge("Multigammaln", [1.0], nan, OUT)


def zeta(s, q):
    """Euler and Maclaurin's formula from q+60 on."""
    n, v = 60, q + 60
    r = sum((q + k)**-s for k in range(n)) + v**(1 - s) / (s - 1) + v**-s / 2
    return r + sum(mp.bernoulli(2 * j) / mp.factorial(2 * j) * mp.rf(s, 2 * j - 1) * v**(1 - s - 2 * j) for j in range(1, 40))


at("Zeta", zeta, [(1.0009765625, 1.0), (1.5, 0.3), (2.0, 1.0), (3.0, 2.5), (2.0, 1e5), (20.0, 0.7), (50.0, 3.0), (5.0, 1e-3)], 4)
edge("Zeta", [1.0, 2.0], inf, "a pole")
edge("Zeta", [0.5, 2.0], nan, OUT)

# Bessel functions and exponential integrals.
at("I0", lambda x: mp.besseli(0, x), one(0.0, *signed, 700.0), 2)
at("I1", lambda x: mp.besseli(1, x), one(0.0, *signed, 700.0), 2)
at("I0e", lambda x: mp.exp(-abs(x)) * mp.besseli(0, x), one(*signed, 1e5, 1e8), 10)
at("I1e", lambda x: mp.exp(-abs(x)) * mp.besseli(1, x), one(*signed, 1e5, 1e8), 10)
for name in ("I0e", "I1e"):
    edge(name, [inf], 0, TAIL, [0])
at("Exp1", mp.e1, one(1e-30, 1e-10, 0.01, 0.3, 0.9, 1.0, 1.1, 2.0, 5.5, 30.0, 200.0, 700.0), 2)
edge("Exp1", [0.0], inf, "a pole", [-inf])
edge("Exp1", [inf], 0, TAIL, [0])
edge("Exp1", [-1.0], nan, OUT)
at("Expi", mp.ei, one(-700.0, -30.0, -1.5, -0.3, -1e-10, 1e-30, 0.01, 0.19, 0.21, 0.37, 0.3725, 0.372507410781, 0.38, 0.61, 1.0, 5.0, 20.0, 39.9, 40.1,
                      100.0, 700.0), 2)
edge("Expi", [0.0], -inf, "a pole")
edge("Expi", [-inf], 0, TAIL, [0])


# Incomplete gamma and beta functions, by series of positive terms.
def series(ratio):
    total = term = mpf(1)
    k = 0
    while term > total * mpf(2)**-mp.prec:
        term *= ratio(k)
        total += term
        k += 1
    return total


def lower(a, x):
    return mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1)) * series(lambda k: x / (a + 1 + k))


def beta(a, b, x):
    if x > (a + 1) / (a + b + 1):
        return 1 - beta(b, a, 1 - x)
    return mp.exp(a * mp.log(x) + b * mp.log(1 - x) - mp.log(a) - lnbeta(a, b)) * series(lambda k: x * (a + b + k) / (a + 1 + k))


shapes, points = [1e-10, 1e-3, 0.3, 1.0, 2.5, 9.9, 10.1, 100.0], [1e-30, 1e-5, 0.1, 0.9, 1.1, 3.0, 12.0, 99.0, 105.0]
table.PREC = mp.prec = 250
for name, f in (("GammaInc", lower), ("GammaIncC", lambda a, x: 1 - lower(a, x))):
    at(name, f, grid(shapes, points) + [(1e4, 9.9e3), (1e4, 1.01e4), (1e6, 999000.0), (1e6, 1001000.0), (200.0, 20.0), (50.0, 1e-3), (20.0, 200.0)], 10, ("f64",))
    at(name, f, grid([0.25, 3.0], [0.5, 4.0]), 2)
    y0 = 0 if name == "GammaInc" else 1
    edge(name, [1.0, 0.0], y0, "a limit", [0, 1 - 2 * y0], [[0, None], [None, 2 * y0 - 1]])
    edge(name, [2.0, 0.0], y0, "a limit", [0, 0], [[0, 0], [0, 1 - 2 * y0]])
    edge(name, [0.5, 0.0], y0, "a limit", [0, -inf if y0 else inf])
    edge(name, [2.0, inf], 1 - y0, TAIL, [0, 0])
    edge(name, [0.0, 2.0], 1 - y0, TAIL)
    edge(name, [-1.0, 2.0], nan, OUT)
    edge(name, [1.0, -2.0], nan, OUT)
table.PREC = mp.prec = 60  # nothing is lost, and the series are long
at("BetaInc", beta, grid([0.25, 3.0], [0.5, 4.0], [0.25, 0.75]), 2)
at("BetaInc", beta, grid([1e-3, 0.3, 1.0, 12.0, 100.0], [1e-3, 0.5, 1.0, 15.0, 80.0], [1e-10, 0.01, 0.3, 0.7, 0.99])
   + [(1e4, 1e4, 0.49), (1e4, 1e4, 0.51), (1e3, 3.0, 0.99), (3.0, 1e3, 1e-3), (1e5, 20.0, 0.9997), (20.0, 1e5, 1e-4), (0.5, 1e6, 1e-7),
      (1e-5, 1e-5, 0.5)], 20, ("f64",))
edge("BetaInc", [2.0, 3.0, 0.0], 0, "a limit")
edge("BetaInc", [2.0, 3.0, 1.0], 1, "a limit")
edge("BetaInc", [2.0, 3.0, 1.5], nan, OUT)
edge("BetaInc", [-2.0, 3.0, 0.5], nan, OUT)
write()
