"""Reference values of num's special functions, to 60 digits and rounded once.

python functions.py > functions.json   (needs mpmath; names as arguments select functions)
"""
import json
import math
import sys
import time

import mpmath as mp

mp.mp.dps = 60


def gammainc(a, x):
    """The power series of P, all of whose terms are positive."""
    total = term = mp.mpf(1)
    k = 0
    while term > total * mp.mpf(10) ** (-mp.mp.dps):
        k += 1
        term *= x / (a + k)
        total += term
    return mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1)) * total


def complement(f):
    """1 - f with as many digits more as are lost."""
    y = 1 - f()
    lost = 0 if y <= 0 else max(0, int(-mp.log10(y)))
    with mp.workdps(mp.mp.dps + (lost if y > mp.mpf(10) ** (-mp.mp.dps // 2) else 350)):
        return 1 - f()


def gammaincc(a, x):
    return complement(lambda: gammainc(a, x))


def betainc(a, b, x):
    """The series of I(x; a, b), all of whose terms are positive."""
    if x > (a + 1) / (a + b + 1):
        return complement(lambda: betainc(b, a, 1 - x))
    total = term = mp.mpf(1)
    k = 0
    while term > total * mp.mpf(10) ** (-mp.mp.dps):
        term *= x * (a + b + k) / (a + 1 + k)
        total += term
        k += 1
    return mp.exp(a * mp.log(x) + b * mp.log(1 - x) + mp.loggamma(a + b) - mp.loggamma(a + 1) - mp.loggamma(b)) * total


def erfcx(x):
    return mp.exp(x * x) * mp.erfc(x)


def ndtri(p):
    """Newton's method on log Phi, from the left of the solution."""
    x = -mp.sqrt(-2 * mp.log(p)) - 1
    for _ in range(100):
        d = (mp.log(mp.ncdf(x)) - mp.log(p)) * mp.ncdf(x) / mp.npdf(x)
        x -= d
        if abs(d) < mp.mpf(10) ** (8 - mp.mp.dps):
            break
    return x


def xlogy(x, y):
    return x * mp.log(y)


def entr(x):
    return -x * mp.log(x)


def relentr(x, y):
    return x * mp.log(x / y)


def kldiv(x, y):
    return x * mp.log(x / y) - x + y


def multigammaln3(a):
    return mp.mpf(3) / 2 * mp.log(mp.pi) + sum(mp.loggamma(a - mp.mpf(i) / 2) for i in range(3))


def pos(*xs):
    return [(x,) for x in xs]


def grid(*axes):
    rows = [()]
    for a in axes:
        rows = [r + (x,) for r in rows for x in a]
    return rows


small = [1e-300, 1e-100, 1e-10, 1e-3, 0.1, 0.3]
signed = [s * x for x in [1e-8, 0.1, 0.7, 1.5, 3.0, 9.9, 24.9, 25.1, 60.0, 500.0] for s in (1, -1)]

functions = {
    "LogAddExp": (lambda a, b: mp.log(mp.exp(a) + mp.exp(b)), [(0, 0), (1, 2), (0, -40.0), (-700.0, -700.5), (1000.0, 1000.0), (1000.0, -1000.0), (-50.0, 3.0)]),
    "Exp2": (lambda a: mp.mpf(2) ** a, pos(-1000.5, -3.0, 0.3, 10.0, 1000.25)),
    "Log2": (lambda a: mp.log(a) / mp.log(2), pos(1e-300, 0.3, 8.0, 1e300)),
    "Log10": (lambda a: mp.log(a) / mp.log(10), pos(1e-300, 0.3, 1000.0, 1e15, 7e300)),
    "Rsqrt": (lambda a: 1 / mp.sqrt(a), pos(1e-300, 0.25, 3.0, 1e300)),
    "Hypot": (lambda a, b: mp.sqrt(a * a + b * b), [(3, 4), (1e200, 1e200), (1e-200, -2e-200), (1e-300, 1.0), (-5.0, 12.0)]),
    "Sinc": (lambda a: mp.sinpi(a) / (mp.pi * a), pos(1e-9, 1e-3, 0.2, 0.25, 0.3, 0.5, -1.7, 10.25, 1000.3)),
    "Log1mExp": (lambda a: mp.log(-mp.expm1(-a)), pos(1e-300, 1e-10, 0.5, 0.69, 0.7, 2.0, 40.0, 700.0)),
    "Xlogy": (xlogy, [(2.0, 3.0), (1e-300, 1e-300), (5.0, 1e300)]),
    "Xlog1py": (lambda x, y: x * mp.log1p(y), [(2.0, 1e-20), (3.0, -0.5), (1.0, 1e300)]),
    "Entr": (entr, pos(1e-300, 0.2, 1.0, 3.0, 1e100)),
    "RelEntr": (relentr, [(0.3, 0.2), (1.0, 1.0 + 1e-12), (1e-300, 1e300), (1e150, 1e-150), (2.0, 2.1), (0.25, 0.2500001)]),
    "KLDiv": (kldiv, [(0.3, 0.2), (1.0, 1.0 + 1e-9), (0.25, 0.2500001), (1e-300, 3.0), (5.0, 0.1), (2.0, 3.9)]),
    "GELU": (lambda x: x * mp.ncdf(x), pos(*signed[:12], -30.0, -0.5)),
    "SiLU": (lambda x: x / (1 + mp.exp(-x)), pos(*signed[:14], -40.0)),
    "Ndtr": (mp.ncdf, pos(-38.0, -30.1, -20.3, -8.7, -3.3, -1.0, -0.1, 0.0, 0.4, 2.0, 5.0, 9.0)),
    "Ndtri": (ndtri, pos(1e-300, 1e-100, 1e-20, 1e-8, 0.01, 0.2, 0.249, 0.251, 0.4, 0.6, 0.76, 0.99)),
    "Erfcx": (erfcx, pos(-26.5, -20.1, -5.3, -1.0, -0.1, 0.0, 1e-5, 0.3, 1.0, 4.4, 10.0, 100.0, 1e8, 1e100)),
    "Gamma": (mp.gamma, pos(1e-300, 1e-5, 0.3, 0.5, 1.0, 2.5, 9.9, 10.1, 30.7, 100.5, 171.5, -0.5, -1.3, -9.7, -100.3)),
    "Betaln": (lambda a, b: mp.log(mp.beta(a, b)), [(0.5, 0.5), (1e-10, 3.0), (2.0, 1e10), (1e10, 1e10), (11.0, 12.0), (9.9, 10.1), (1e-5, 1e15), (300.0, 1e6), (3.0, 4.0)]),
    "Beta": (mp.beta, [(0.5, 0.5), (1e-10, 3.0), (2.0, 1e10), (11.0, 12.0), (60.0, 3.0), (1e-5, 1e15), (300.0, 200.0)]),
    "Multigammaln3": (multigammaln3, pos(1.1, 2.0, 30.0, 1e10)),
    "Zeta": (lambda x, q: mp.zeta(x, q), [(1.0001, 1.0), (1.5, 0.3), (2.0, 1.0), (3.0, 2.5), (2.0, 1e5), (20.0, 0.7), (50.0, 3.0), (5.0, 1e-3)]),
    "I0": (lambda x: mp.besseli(0, x), pos(0.0, *signed, 700.0)),
    "I1": (lambda x: mp.besseli(1, x), pos(0.0, *signed, 700.0)),
    "I0e": (lambda x: mp.exp(-abs(x)) * mp.besseli(0, x), pos(*signed, 1e5, 1e8)),
    "I1e": (lambda x: mp.exp(-abs(x)) * mp.besseli(1, x), pos(*signed, 1e5, 1e8)),
    "Exp1": (mp.e1, pos(1e-300, 1e-10, 0.01, 0.3, 0.9, 1.0, 1.1, 2.0, 5.5, 30.0, 200.0, 700.0)),
    "Expi": (mp.ei, pos(-700.0, -30.0, -1.5, -0.3, -1e-10, 1e-300, 0.01, 0.19, 0.21, 0.37, 0.3725, 0.372507410781, 0.38, 0.61, 1.0, 5.0, 20.0, 39.9, 40.1, 100.0, 700.0)),
    "GammaInc": (gammainc, grid([1e-10, 1e-3, 0.3, 0.5, 1.0, 2.5, 9.9, 10.1, 100.0], [1e-100, 1e-5, 0.1, 0.9, 1.1, 3.0, 12.0, 50.0, 99.0, 105.0])
                 + [(1e4, 9.9e3), (1e4, 1.01e4), (1e4, 8e3), (1e6, 999000.0), (1e6, 1001000.0), (200.0, 20.0), (50.0, 1e-3)]),
    "GammaIncC": (gammaincc, grid([1e-10, 1e-3, 0.3, 0.5, 0.999, 1.0, 2.5, 9.9, 10.1, 100.0], [1e-100, 1e-5, 0.1, 0.9, 1.1, 3.0, 12.0, 50.0, 99.0, 105.0])
                  + [(1e4, 9.9e3), (1e4, 1.01e4), (1e4, 1.2e4), (1e6, 999000.0), (1e6, 1001000.0), (20.0, 200.0), (0.5, 600.0)]),
    "BetaInc": (betainc, grid([1e-3, 0.3, 1.0, 2.5, 12.0, 100.0], [1e-3, 0.5, 1.0, 3.3, 15.0, 80.0], [1e-10, 0.01, 0.3, 0.7, 0.99])
                + [(1e4, 1e4, 0.49), (1e4, 1e4, 0.51), (1e3, 3.0, 0.99), (3.0, 1e3, 1e-3), (1e5, 20.0, 0.9997), (20.0, 1e5, 1e-4), (0.5, 1e6, 1e-7), (1e-5, 1e-5, 0.5)]),
}


def text(x):
    x = float(x)
    return "NaN" if math.isnan(x) else "+Inf" if x == math.inf else "-Inf" if x == -math.inf else x


def slope(f, args, i):
    """The derivative in argument i, by a difference with 60 digits."""
    h = abs(args[i] or 1) * mp.mpf("1e-18")
    lo, hi = [f(*[x + (d if k == i else 0) for k, x in enumerate(args)]) for d in (-h, h)]
    return (hi - lo) / (2 * h)


out = {}
for name, (f, rows) in functions.items():
    if len(sys.argv) > 1 and name not in sys.argv[1:]:
        continue
    start = time.time()
    out[name] = []
    # Some lose hundreds of digits.
    mp.mp.dps = 800 if name in ("Erfcx", "Log1mExp", "KLDiv", "Hypot") else 60
    for r in rows:
        args = [mp.mpf(x) for x in r]
        grads = [slope(f, args, i) for i in range(len(args))]
        out[name].append({"x": [float(x) for x in r], "want": text(f(*args)), "grad": [text(g) for g in grads]})
    print(name, round(time.time() - start, 1), "s", file=sys.stderr)
print("{" + ",\n".join(json.dumps(k) + ": [\n" + ",\n".join("  " + json.dumps(r) for r in rows) + "]" for k, rows in out.items()) + "}")
