"""Elementwise functions of package num; see table.py."""

from table import *

pi = mp.pi
KINK = "a kink: 0 by convention"
STEP = "0 everywhere by convention, also at jumps"
SIDES = "its limits from both sides differ"
POLE = "a pole"

unary("Neg", lambda x: -x, {inf: (-inf, -1, 0), -inf: (inf, -1, 0)})
unary("Abs", abs, {0: (0, 0, 0, KINK), inf: (inf, 1, 0), -inf: (inf, -1, 0)})
unary("Sign", mp.sign, {0: (0, 0, 0, STEP), inf: (1, 0, 0), -inf: (-1, 0, 0)})
unary("Square", lambda x: x * x, {inf: (inf, inf, 2), -inf: (inf, -inf, 2)})
for name, f in [("Floor", mp.floor), ("Ceil", mp.ceil), ("Round", mp.nint)]:
    unary(name, f, {inf: (inf, 0, 0), -inf: (-inf, 0, 0)}, d=(lambda x: 0, lambda x: 0), extra=(0.5, 1.5, -0.5, -1.5, 3))

unary("Exp", mp.exp, {inf: (inf, inf, inf), -inf: (0, 0, 0)}, extra=(700, -700, -740, 88, -100))
unary("Expm1", mp.expm1, {inf: (inf, inf, inf), -inf: (-1, 0, 0)}, d=(mp.exp, mp.exp), extra=(-40, -100, -700, 700))
unary("Log", mp.log, {0: (-inf, inf, -inf), inf: (inf, 0, 0), -inf: (nan, None, None, "outside of the domain")}, lambda x: x > 0)
unary("Log1p", mp.log1p, {-1: (-inf, inf, -inf), inf: (inf, 0, 0), -inf: (nan, None, None, "outside of the domain")}, lambda x: x > -1,
      extra=(-1 + 2**-24, -1 + 2**-53))
unary("Sqrt", mp.sqrt, {0: (0, inf, -inf), inf: (inf, 0, 0)}, lambda x: x >= 0)
unary("Cbrt", lambda x: mp.sign(x) * mp.cbrt(abs(x)), {0: (0, inf, None, SIDES), inf: (inf, 0, 0), -inf: (-inf, 0, 0)})

none = (nan, nan, nan)
unary("Sin", mp.sin, {inf: none, -inf: none}, extra=(1e5, 1e10))
unary("Cos", mp.cos, {inf: none, -inf: none}, extra=(1e5, 1e10))
unary("Tan", mp.tan, {inf: none, -inf: none}, extra=(1.5, 1.57))
near = (1 - 2**-24, -1 + 2**-24, 1 - 2**-53, 0.99, -0.99)
unary("Asin", mp.asin, {1: (pi / 2, inf, inf), -1: (-pi / 2, inf, -inf)}, lambda x: abs(x) <= 1, extra=near)
unary("Acos", mp.acos, {1: (0, -inf, -inf), -1: (pi, -inf, inf)}, lambda x: abs(x) <= 1, extra=near)
unary("Atan", mp.atan, {inf: (pi / 2, 0, 0), -inf: (-pi / 2, 0, 0)})
unary("Sinh", mp.sinh, {inf: (inf, inf, inf), -inf: (-inf, inf, -inf)}, extra=(709, -709, 88))
unary("Cosh", mp.cosh, {inf: (inf, inf, inf), -inf: (inf, -inf, inf)}, extra=(709, -709, 88))
unary("Tanh", mp.tanh, {inf: (1, 0, 0), -inf: (-1, 0, 0)}, d=(lambda x: mp.sech(x)**2, lambda x: -2 * mp.tanh(x) * mp.sech(x)**2),
      extra=(12, 19, -19, 40, 300, -300))
unary("Asinh", mp.asinh, {inf: (inf, 0, 0), -inf: (-inf, 0, 0)})
unary("Acosh", mp.acosh, {1: (0, inf, -inf), inf: (inf, 0, 0)}, lambda x: x >= 1, extra=(1 + 2**-23, 1 + 2**-52, 1 + 1e-12, 1.1))
unary("Atanh", mp.atanh, {1: (inf, inf, inf), -1: (-inf, inf, -inf)}, lambda x: abs(x) <= 1, extra=near)

unary("Erf", mp.erf, {inf: (1, 0, 0), -inf: (-1, 0, 0)}, extra=(5, 20, 26, -26),
      d=(lambda x: 2 / mp.sqrt(pi) * mp.exp(-x * x), lambda x: -4 / mp.sqrt(pi) * x * mp.exp(-x * x)))
unary("Erfc", lambda x: mp.erfc(x) if abs(x) < 1e5 else mpf(0) if x > 0 else mpf(2), {inf: (0, 0, 0), -inf: (2, 0, 0)}, extra=(5, 9, 20, 26, -26),
      d=(lambda x: -2 / mp.sqrt(pi) * mp.exp(-x * x), lambda x: 4 / mp.sqrt(pi) * x * mp.exp(-x * x)))


def erfinv(y):
    """Newton's method from mpmath's double."""
    if y == 0:
        return mpf(0)
    s, y = mp.sign(y), abs(y)
    x = mp.sqrt(-mp.log1p(-y)) if y > 0.5 else y * mp.sqrt(pi) / 2
    for _ in range(60):
        g = (mp.erf(x) - y) if y < 0.5 else (1 - y) - mp.erfc(x)
        step = g / (2 / mp.sqrt(pi) * mp.exp(-x * x))
        step /= 1 + x * step  # Halley
        x -= step
        if abs(step) <= abs(x) * mpf(2)**-(PREC - 20):
            break
    return s * x


def erfinv1(y):
    return mp.sqrt(pi) / 2 * mp.exp(erfinv(y)**2)


unary("Erfinv", erfinv, {1: (inf, inf, inf), -1: (-inf, inf, -inf)}, lambda x: abs(x) <= 1, extra=near,
      d=(erfinv1, lambda y: 2 * erfinv(y) * erfinv1(y)**2))

gammas = [0.5, 1.5, -0.5, -1.5, 20.3, 170.5]
pole = "a pole: NaN where its sides differ"


def fact(x):
    """log |Γ(x)|, also at large negative numbers."""
    if x > 0:
        return mp.loggamma(x)
    return mp.log(pi) - mp.log(abs(mp.sin(pi * x))) - mp.loggamma(1 - x)


def gammaish(dtype):
    return [x for x in points(dtype) if -8 < x and x not in (-1, -7)]


at = gammaish("f64") + [float("inf")]
unary("Lgamma", fact, {0: (inf, nan, inf, pole), -1: (inf, nan, inf, pole), inf: (inf, inf, 0)},
      extra=gammas, at=at, d=(lambda x: mp.psi(0, x), lambda x: mp.psi(1, x)))
unary("Digamma", lambda x: mp.psi(0, x), {0: (nan, inf, nan, pole), -1: (nan, inf, nan, pole), inf: (inf, 0, 0)},
      extra=gammas, at=at, d=(lambda x: mp.psi(1, x), lambda x: mp.psi(2, x)))
unary("Polygamma/1", lambda x: mp.psi(1, x), {0: (inf, None, None, POLE), inf: (0, 0, 0)},
      extra=gammas, at=[x for x in at if x >= 0], d=(lambda x: mp.psi(2, x), lambda x: mp.psi(3, x)))

expit = lambda x: 1 / (1 + mp.exp(-x))
tails = (20, 40, -40, 80, -80, 300, -300, 700, -700, -740)
expit1 = lambda x: expit(x) * expit(-x)
expit2 = lambda x: expit1(x) * (expit(-x) - expit(x))
unary("Expit", expit, {inf: (1, 0, 0), -inf: (0, 0, 0)}, extra=tails, d=(expit1, expit2))
unary("Softplus", lambda x: mp.log1p(mp.exp(x)), {inf: (inf, 1, 0), -inf: (0, 0, 0)}, extra=tails, d=(expit, expit1))
unary("LogExpit", lambda x: -mp.log1p(mp.exp(-x)), {inf: (0, 0, 0), -inf: (-inf, 1, 0)}, extra=tails,
      d=(lambda x: expit(-x), lambda x: -expit1(x)))
unary("Logit", lambda x: mp.log(x) - mp.log1p(-x), {0: (-inf, inf, -inf), 1: (inf, inf, inf)}, lambda x: 0 <= x <= 1,
      extra=(0.5, 0.75, 1 - 2**-24, 1 - 2**-53))


def mills(x):
    """φ(x)/Φ(x)"""
    return mp.exp(-x * x / 2) / mp.sqrt(2 * pi) / mp.ncdf(x)


def log_ndtr(x):
    if x < -1e4:  # the asymptotic series, of which 40 terms give hundreds of digits here
        return -x * x / 2 - mp.log(-x) - mp.log(2 * pi) / 2 + mp.log(series(x))
    if x > 1e4:
        return mpf(0)
    return mp.log1p(-mp.erfc(x / mp.sqrt(2)) / 2) if x > 0 else mp.log(mp.erfc(-x / mp.sqrt(2)) / 2)


def series(x, first=0):
    s, t = mpf(0), mpf(1)
    for k in range(1, 40):
        s += t if k > first else 0
        t *= -(2 * k - 1) / (x * x)
    return s


def log_ndtr1(x):
    if x < -1e4:
        return -x / series(x)
    return mpf(0) if x > 1e4 else mills(x)


def log_ndtr2(x):
    if x < -1e4:  # -y' (x + y') with x + y' = -x (1/s - 1)
        return x * x / series(x)**2 * series(x, 1)
    return mpf(0) if x > 1e4 else -mills(x) * (x + mills(x))


unary("LogNdtr", log_ndtr, {inf: (0, 0, 0), -inf: (-inf, inf, -1)}, extra=(-8, -8.1, -9, -20, -38, -100, -1e4, -1e5, -1e6, 8, 20),
      d=(log_ndtr1, log_ndtr2))

both = {"f64": [1e-310, 1e-200, 1e-150, 1e-8, 0.3, 1, 3, 1e8, 1e150, 1e200], "f32": [1e-40, 1e-30, 1e-15, 1e-8, 0.3, 1, 3, 1e8, 1e15, 1e30]}


def grid(dtype):
    s = both[dtype] + [-x for x in both[dtype]]
    return [(x, y) for x in s for y in s]


one, zero = lambda x, y: 1, lambda x, y: 0
binary("Add", lambda x, y: x + y, lambda t: grid(t)[::7], [((inf, 1.0), (inf, (1, 1), (0, 0, 0))), ((inf, -inf), (nan, (1, 1), (0, 0, 0)))])
binary("Sub", lambda x, y: x - y, lambda t: grid(t)[::7], [((inf, 1.0), (inf, (1, -1), (0, 0, 0))), ((inf, inf), (nan, (1, -1), (0, 0, 0)))])
binary("Mul", lambda x, y: x * y, lambda t: grid(t)[::7] + [(0.0, 3.0), (0.0, 0.0)],
       [((inf, 2.0), (inf, (2, inf), (0, 1, 0))), ((inf, 0.0), (nan, (0, inf), (0, 1, 0)))])
binary("Div", lambda x, y: x / y, lambda t: [p for p in grid(t)[::3] if abs(p[0]) < 1e15 or abs(p[1]) > 1e-9],
       [((0.0, 2.0), (0, (0.5, 0), (0, -0.25, 0))), ((1.0, inf), (0, (0, 0), (0, 0, 0))), ((inf, 2.0), (inf, (0.5, -inf), (0, -0.25, inf)))],
       partials=(lambda x, y: 1 / y, lambda x, y: -x / y**2, zero, lambda x, y: -1 / y**2, lambda x, y: 2 * x / y**3))
binary("Rem", lambda x, y: x - mp.sign(x) * mp.sign(y) * mp.floor(abs(x / y)) * y, lambda t: [(5.5, 2.0), (-5.5, 2.0), (5.5, -2.0), (0.0, 3.0), (1e-8, 3.0), (7.0, 1e8)],
       partials=(one, lambda x, y: -mp.sign(x) * mp.sign(y) * mp.floor(abs(x / y)), zero, zero, zero))
HALF = "a tie: both get half"
for name, f in [("Maximum", max), ("Minimum", min)]:
    hi = 1 if name == "Maximum" else 0
    binary(name, f, lambda t: [p for p in grid(t)[::7] if p[0] != p[1]],
           [((0.0, 0.0), (0, (0.5, 0.5), (0, 0, 0), HALF)), ((1.0, 1.0), (1, (0.5, 0.5), (0, 0, 0), HALF)),
            ((inf, 1.0), (inf if hi else 1, (hi, 1 - hi), (0, 0, 0))), ((-inf, 1.0), (1 if hi else -inf, (1 - hi, hi), (0, 0, 0))),
            ((inf, inf), (inf, (0.5, 0.5), (0, 0, 0), HALF))],
           partials=(lambda x, y: int(f(x, y) == x), lambda x, y: int(f(x, y) != x), zero, zero, zero))

ORIGIN = "the angle has no derivative at the origin"
r2 = lambda y, x: x * x + y * y
binary("Atan2", mp.atan2, lambda t: [p for p in grid(t)[::3] if max(map(abs, p)) > (1e-140 if t == "f64" else 1e-16)] + [(0.0, 2.0), (2.0, 0.0), (-2.0, 0.0)],
       [((0.0, 0.0), (0, (nan, nan), (nan, nan, nan), ORIGIN)), ((0.0, -2.0), (pi, (-0.5, 0), (0, -0.25, 0))),
        ((1.0, inf), (0, (0, 0), (None, None, None), "not compared")), ((inf, 1.0), (pi / 2, (0, 0), (None, None, None), "not compared"))],
       partials=(lambda y, x: x / r2(y, x), lambda y, x: -y / r2(y, x), lambda y, x: -2 * x * y / r2(y, x)**2,
                 lambda y, x: (y * y - x * x) / r2(y, x)**2, lambda y, x: 2 * x * y / r2(y, x)**2))

# x^y: the derivative with respect to y is out log(x), 0 where x is 0 and y > 0.
lg = lambda x: mp.log(x) if x > 0 else nan
powers = (lambda x, y: y * x**(y - 1), lambda x, y: x**y * lg(x), lambda x, y: y * (y - 1) * x**(y - 2),
          lambda x, y: x**(y - 1) * (1 + y * lg(x)), lambda x, y: x**y * lg(x)**2)
NEG = "the exponent has no neighbours for a negative base"
FLAT = "by convention 0 at a base of 0, as 0^y is 0 for y > 0"
RANGE = {"f64": mpf(10)**307, "f32": mpf(10)**37}


def within(t, x, y):
    """Whether the factors of the derivatives are in the range of the type."""
    return all(1 / RANGE[t] < mpf(x)**e < RANGE[t] for e in (y, y - 1, y - 2, -1))


binary("Pow", lambda x, y: x**y, lambda t: [(x, y) for x in both[t] for y in (-2.0, -1.0, -0.5, 0.0, 1e-8, 0.5, 1.0, 2.0, 3.0) if within(t, x, y)] + [(23.0, 0.0), (2.0, 0.0)],
       [((0.0, 1.0), (0, (1, 0), (0, None, 0), FLAT)), ((0.0, 2.0), (0, (0, 0), (2, 0, 0), FLAT)), ((0.0, 3.0), (0, (0, 0), (0, 0, 0), FLAT)),
        ((0.0, 4.0), (0, (0, 0), (0, 0, 0), FLAT)), ((0.0, 2.5), (0, (0, 0), (0, 0, 0), FLAT)), ((0.0, 1.5), (0, (0, 0), (inf, 0, 0), FLAT)),
        ((0.0, 0.5), (0, (inf, 0), (-inf, None, 0), FLAT)), ((0.0, 0.0), (1, (0, 0), (0, None, 0), "x^0 is 1 for all x; " + FLAT)),
        ((0.0, -1.0), (inf, (-inf, None), (inf, None, None), POLE)),
        ((-2.0, 3.0), (-8, (12, None), (-12, None, None), NEG)), ((-2.0, 2.0), (4, (-4, None), (2, None, None), NEG)),
        ((-2.0, 1.0), (-2, (1, None), (0, None, None), NEG)), ((-2.0, 0.0), (1, (0, None), (0, None, None), NEG)),
        ((-2.0, -1.0), (-0.5, (-0.25, None), (-0.25, None, None), NEG)), ((-2.0, 0.5), (nan, (None, None), (None, None, None), NEG)),
        ((inf, 2.0), (inf, (inf, inf), (2, None, inf), "not compared")), ((inf, -1.0), (0, (0, 0), (0, 0, 0))),
        ((2.0, inf), (inf, (inf, inf), (inf, inf, inf)))],
       partials=powers)
SHARE = "half of the derivative inside, at either bound"
unary("Clip", lambda x: min(max(x, -1), 1), {1: (1, 0.5, 0, SHARE), -1: (-1, 0.5, 0, SHARE), inf: (1, 0, 0), -inf: (-1, 0, 0)})
unary("Scale", lambda x: x * 0.25, {inf: (inf, 0.25, 0), -inf: (-inf, 0.25, 0)})
unary("AddScalar", lambda x: x + 0.25, {inf: (inf, 1, 0), -inf: (-inf, 1, 0)})
write()
