"""Functions of packages projection and prox; see table.py."""

import table
from table import *

table.PREC = mp.prec = 250  # roots are found with six times as many bits, and take long
INSIDE = "at the boundary: the derivative inside"
HALF = "at a bound: half of the derivative inside"
POINT = "the set is a point"
KINK = "a kink: by convention"
I3 = [[int(i == j) for j in range(3)] for i in range(3)]
O3 = [[0] * 3] * 3


def scales(dtype):
    return [1e-150, 1e-8, 1.0, 1e8, 1e150] if dtype == "f64" else [1e-30, 1e-8, 1.0, 1e8, 1e30]


def of_all_sizes(name, f, base, hess=False, tol=4):
    """f at base times numbers of all sizes, for a function of which that is the same point."""
    for dtype in ("f64", "f32"):
        for s in scales(dtype):
            if hess and dtype == "f32":  # squares of sizes are in the range of the type
                s = min(max(s, 1e-15), 1e15)
            vector(name, f, [[[v * s for v in a] for a in base]], dtypes=(dtype,), hess=hess, tol=tol)


dot = lambda x, y: sum(a * b for a, b in zip(x, y))
norm = lambda x: mp.sqrt(dot(x, x))
sign = lambda v: 1 if v >= 0 else -1


def simplex(x, s):
    for k, t in enumerate(sorted(x, reverse=True), 1):
        top = sorted(x, reverse=True)[:k]
        tau = (sum(top) - s) / k
        if k == len(x) or sorted(x, reverse=True)[k] <= tau:
            return [max(v - tau, 0) for v in x]


# Balls: a vector of 3 and a radius.
of_all_sizes("projection.L2Ball", lambda z: [v * z[3] / norm(z[:3]) for v in z[:3]], [[0.3, -1.2, 2.5], [0.5]])
of_all_sizes("projection.L2Ball", lambda z: z[:3], [[0.3, -1.2, 2.5], [4]])
of_all_sizes("projection.L2Sphere", lambda z: [v * z[3] / norm(z[:3]) for v in z[:3]], [[0.3, -1.2, 2.5], [4]])
l1 = lambda z: [sign(v) * w for v, w in zip(z, simplex([abs(v) for v in z[:3]], z[3]))]
of_all_sizes("projection.L1Ball", l1, [[0.3, -1.2, 2.5], [2]])
of_all_sizes("projection.L1Ball", lambda z: z[:3], [[0.3, -1.2, 2.5], [9]])
of_all_sizes("projection.L1Sphere", l1, [[0.3, -1.2, 2.5], [9]])
of_all_sizes("projection.LInfBall", lambda z: [min(max(v, -z[3]), z[3]) for v in z[:3]], [[0.3, -1.2, 2.5], [0.5]])
r13 = 1 / mp.sqrt(3)
for ball, up in [("L2Ball", r13), ("L1Ball", mpf(1) / 3)]:
    given(f"projection.{ball}", [[0, 0, 0], [1]], [0, 0, 0], [r + [0] for r in I3])
    given(f"projection.{ball}", [[0, 0, 0], [0]], [0, 0, 0], [[0, 0, 0, up]] * 3, None, POINT)
given("projection.L2Ball", [[3, 0, 4], [0]], [0, 0, 0], [[0, 0, 0, 0.6], [0, 0, 0, 0], [0, 0, 0, 0.8]], None, POINT)
given("projection.L2Ball", [[3, 0, 4], [5]], [3, 0, 4], [r + [0] for r in I3], None, INSIDE)
given("projection.L2Sphere", [[0, 0, 0], [1]], [r13] * 3, [[0, 0, 0, r13]] * 3, None, "all points are equally far")
given("projection.L1Ball", [[3, 0, -4], [0]], [0, 0, 0], [[0] * 4, [0] * 4, [0, 0, 0, -1]], None, POINT)
given("projection.L1Ball", [[3, 0, 3], [0]], [0, 0, 0], [[0, 0, 0, 0.5], [0] * 4, [0, 0, 0, 0.5]], None, POINT + "; " + KINK)
given("projection.L1Sphere", [[3, 0, -4], [0]], [0, 0, 0], [[0] * 4, [0] * 4, [0, 0, 0, -1]], None, POINT)
given("projection.LInfBall", [[3, 0, -4], [0]], [0, 0, 0], [[0, 0, 0, 1], [0, 0, 0, None], [0, 0, 0, -1]], None, POINT)
given("projection.LInfBall", [[1, 0, -4], [1]], [1, 0, -1], [[0.5, 0, 0, 0.5], [0, 1, 0, 0], [0, 0, 0, -1]], None, HALF)
for s in ("L2Ball", "L2Sphere", "L1Ball", "L1Sphere", "LInfBall"):
    given(f"projection.{s}", [[1, 2, 3], [-1]], [nan] * 3, [[None] * 4] * 3, None, "a negative radius")

# The simplex and its relatives: a vector of 3 and the scale.
for name in ("Simplex", "SparseSimplex"):
    n = f"projection.{name}"
    of_all_sizes(n, lambda z: simplex(z[:3], z[3]), [[1, 0.25, -2.5], [2]])
    given(n, [[0.25, 0.25, -1], [1]], [0.5, 0.5, 0], [[0.5, -0.5, 0, 0.5], [-0.5, 0.5, 0, 0.5], [0] * 4])
    given(n, [[1, 0.25, -inf], [0.5]], [0.5, 0, 0], [[0, 0, 0, 1], [0] * 4, [0] * 4])
    given(n, [[1, 2, 0], [0]], [0, 0, 0], [[0] * 4, [0, 0, 0, 1], [0] * 4], None, POINT)
    given(n, [[2, 2, 0], [0]], [0, 0, 0], [[0, 0, 0, 0.5], [0, 0, 0, 0.5], [0] * 4], None, POINT + "; " + KINK)
    given(n, [[1, inf, 0], [1]], [nan] * 3, [[None] * 4] * 3, None, "no point is the nearest")
given("projection.Simplex", [[0, 0, 0], [0]], [0, 0, 0], [[0, 0, 0, mpf(1) / 3]] * 3, None, POINT)
soft = lambda x: [mp.exp(v - max(x)) / sum(mp.exp(w - max(x)) for w in x) for v in x]
vector("projection.KLSimplex", lambda z: [z[3] * p for p in soft(z[:3])], [[[0, 0, 0], [1]], [[1, -2, 0.5], [0]], [[300, 299, 301], [1e-8]]], tol=4)
given("projection.KLSimplex", [[0, 0, -inf], [2]], [1, 1, 0], [[0.5, -0.5, 0, 0.5], [-0.5, 0.5, 0, 0.5], [0] * 4])

# Boxes and linear sets.
given("projection.NonNegative", [[1e-8, -1e8, 0]], [1e-8, 0, 0], [[1, 0, 0], [0] * 3, [0, 0, 0.5]], None, HALF)
given("projection.NonNegative", [[inf, -inf, 1e-30]], [inf, 0, 1e-30], [[1, 0, 0], [0] * 3, [0, 0, 1]])
given("projection.Box", [[-2, 0.5, 1], [-1, 0, 0], [1, 1, inf]], [-1, 0.5, 1], [[0] * 3 + [1, 0, 0] + [0] * 3, [0, 1, 0] + [0] * 6, [0, 0, 1] + [0] * 6])
given("projection.Box", [[-1, 1, 1], [-1, 0, 1], [1, 1, 1]], [-1, 1, 1], [[0.5, 0, 0, 0.5] + [0] * 5, [0, 0.5, 0, 0, 0, 0, 0, 0.5, 0], [0, 0, 0.25, 0, 0, 0.25, 0, 0, 0.5]], None, "shared at ties")
given("projection.Box", [[0, 0, 0], [1, 0, 0], [-1, 0, 0]], [nan, 0, 0], [[None] * 9] * 3, None, "an empty set")
plane = lambda z: [x - a * (dot(z[:3], z[3:6]) - z[6]) / dot(z[3:6], z[3:6]) for x, a in zip(z[:3], z[3:6])]
for name in ("Hyperplane", "Halfspace"):
    for s in (1e-150, 1e-8, 1, 1e8, 1e140):
        vector(f"projection.{name}", plane, [[[1, 2, 3], [s, -s / 2, 2 * s], [s / 4]]], dtypes=("f64",), hess=False, tol=4)
    for s in (1e-30, 1, 1e30):
        vector(f"projection.{name}", plane, [[[1, 2, 3], [s, -s / 2, 2 * s], [s / 4]]], dtypes=("f32",), hess=False, tol=4)
    given(f"projection.{name}", [[1, 2, 3], [0, 0, 0], [0]], [1, 2, 3], [r + [None] * 4 for r in I3], None, "the whole space")
    given(f"projection.{name}", [[1, 2, 3], [0, 0, 0], [-1]], [nan] * 3, [[None] * 7] * 3, None, "an empty set")
given("projection.Halfspace", [[1, 0, 0], [2, 0, 0], [2]], [1, 0, 0], [[0.5, 0, 0] + [None] * 4, [0, 1, 0] + [None] * 4, [0, 0, 1] + [None] * 4], None, "the mean of both sides")
mean = lambda z: [v - (sum(z[:3]) - z[3]) / 3 for v in z[:3]]
for name in ("AffineSet", "BoxSection"):
    of_all_sizes(f"projection.{name}", mean, [[0.3, -1.2, 2.5], [2]])
    vector(f"projection.{name}", mean, [[[0, 0, 0], [0]]], hess=False)
clip = lambda x: [min(max(v, -1), 1) for v in x]
vector("projection.Polyhedron", clip, [[[0, 0, 0]], [[5, -1e-8, -7]], [[1e7, -1e5, 0.5]]], hess=False, dtypes=("f64",))
vector("projection.Polyhedron", clip, [[[0, 0, 0]], [[5, -1e-8, -7]]], hess=False, dtypes=("f32",))


def birkhoff(x):
    p = min(max(mpf(1) / 2 + (x[0] - x[1] - x[2] + x[3]) / 4, 0), 1)
    return [p, 1 - p, 1 - p, p]


def entropic(x):
    p = 1 / (1 + mp.exp((x[1] + x[2] - x[0] - x[3]) / 2))
    return [p, 1 - p, 1 - p, p]


for name, f in [("Birkhoff", birkhoff), ("Transport", birkhoff), ("KLBirkhoff", entropic), ("KLTransport", entropic)]:
    vector(f"projection.{name}", f, [[[0, 0, 0, 0]], [[1e-8, 0, 0, 0]], [[0.5, -0.25, 0.5, 0.25]], [[0.5, -9, 7, 10]]], hess=False, tol=32, size=1)

# Cones.
cone = lambda z: (lambda r: [(r + z[0]) / 2] + [v * (r + z[0]) / 2 / r for v in z[1:]])(norm(z[1:]))
of_all_sizes("projection.SecondOrderCone", cone, [[0.25, 3, 4]], hess=True)
given("projection.SecondOrderCone", [[1, 0, 0]], [1, 0, 0], I3, [O3] * 3)
given("projection.SecondOrderCone", [[-1, 0, 0]], [0, 0, 0], O3, [O3] * 3)
given("projection.SecondOrderCone", [[0, 0, 0]], [0, 0, 0], I3, [O3] * 3, INSIDE)
given("projection.SecondOrderCone", [[5, 3, 4]], [5, 3, 4], I3, [O3] * 3, INSIDE)


def psd(x):
    """Of 2×2 matrices with eigenvalues on both sides of 0."""
    a, b, c = x[0], (x[1] + x[2]) / 2, x[3]
    m, r = (a + c) / 2, mp.sqrt(((a - c) / 2)**2 + b * b)
    if m - r >= 0:
        return [a, b, b, c]
    if m + r <= 0:
        return [mpf(0)] * 4
    k = (m + r) / (2 * r)
    return [k * (a - m + r), k * b, k * b, k * (c - m + r)]


of_all_sizes("projection.PSDCone", psd, [[1, 2, 2, -3]], hess=True, tol=64)
for x in ([1, 0, 0, 1], [-1, 0, 0, -1], [1, 0, 0, -1], [2, 1, 0, -2], [1, 1e-9, 1e-9, 1]):
    vector("projection.PSDCone", psd, [[x]], tol=64)
S4 = [[1, 0, 0, 0], [0, 0.5, 0.5, 0], [0, 0.5, 0.5, 0], [0, 0, 0, 1]]
given("projection.PSDCone", [[0, 0, 0, 0]], [0] * 4, [[v / 2 for v in r] for r in S4], None, KINK)
given("projection.PSDCone", [[1, 0, 0, 0]], [1, 0, 0, 0], [S4[0], S4[1], S4[2], [0, 0, 0, 0.5]], None, KINK)


def root(f, lo, hi):
    """Bisection, then Newton's method."""
    bits, mp.prec = mp.prec, 80
    for _ in range(75):
        mid = (lo + hi) / 2
        lo, hi = (lo, mid) if f(mid) > 0 else (mid, hi)
    x, p = (lo + hi) / 2, 80
    while p < bits:
        p = min(2 * p, bits + 60)
        mp.prec = 2 * p
        h = abs(x) * mpf(2)**(-p // 2) if x else mpf(2)**(-p // 2)
        for _ in range(2):
            x -= f(x) * 2 * h / (f(x + h) - f(x - h))
    mp.prec = bits
    return x


def exponential(v):
    parts = lambda r: (((r - 1) * v[0] + v[1]) / (r * r - r + 1), (v[0] - r * v[1]) / (r * r - r + 1))
    f = lambda r: parts(r)[0] * mp.exp(r) - parts(r)[1] * mp.exp(-r) - v[2]
    lo = 1 - v[1] / v[0] if v[0] > 0 else mpf(-50)
    hi = v[0] / v[1] if v[1] > 0 else mpf(50)
    lo, hi = max(lo, -50), min(hi, 50)
    r = root(f, lo, hi)
    c = parts(r)[0]
    return [c * r, c, c * mp.exp(r)]


of_all_sizes("projection.ExponentialCone", exponential, [[1, 0.5, 1]], tol=64)
vector("projection.ExponentialCone", exponential, [[[1, 0, 1]], [[0, 1, -1]], [[1, 1, 0]], [[-1, 1, -1]]], hess=False, tol=64)
for x in ([0, 1, 2], [-1, 1, 1]):
    given("projection.ExponentialCone", [x], x, I3)
for x in ([1, 0, -5], [0, -1, -1]):
    given("projection.ExponentialCone", [x], [0, 0, 0], O3)
given("projection.ExponentialCone", [[-1, -1, 2]], [-1, 0, 2], [[1, 0, 0], [0, 0, 0], [0, 0, 1]])


def power(z):
    a, b, c, p = z[0], z[1], abs(z[2]), z[3]
    x = lambda r: (a + mp.sqrt(a * a + 4 * p * r * (c - r))) / 2
    y = lambda r: (b + mp.sqrt(b * b + 4 * (1 - p) * r * (c - r))) / 2
    r = root(lambda r: mp.log(r) - p * mp.log(x(r)) - (1 - p) * mp.log(y(r)), c * mpf(2)**-60, c * (1 - mpf(2)**-60))
    return [x(r), y(r), r * (1 if z[2] > 0 else -1)]


for x in ([0, 0, 1], [0, 1, 3], [1, 0, 3], [0, -1, 3], [0, 2, 3], [0, 0.25, 0.5], [2, 0, 2], [0.25, 0, -0.125], [1e-12, 1e-12, 1], [-1, 0.5, 2]):
    for p in (0.5, 0.25, 0.875):
        vector("projection.PowerCone", power, [[x, [p]]], hess=False, tol=256, dtypes=("f64",) if 1e-12 in x else ("f64", "f32"))
of_cone = lambda x, y, jac, why="": given("projection.PowerCone", [x, [0.5]], y, [r + [0] for r in jac], None, why)
of_cone([1, 1, 0.5], [1, 1, 0.5], I3)
of_cone([-1, -1, 0.5], [0, 0, 0], O3)

# Proximal operators: a vector of 3 and the strength; the step is 1.
lasso = lambda z: [sign(v) * max(abs(v) - z[3], 0) for v in z[:3]]
non_negative = lambda z: [max(v - z[3], 0) for v in z[:3]]
of_all_sizes("prox.Lasso", lasso, [[0.3, -1.2, 2.5], [0.5]])
of_all_sizes("prox.NonNegativeLasso", non_negative, [[0.3, -1.2, 2.5], [0.5]])
of_all_sizes("prox.WeightedLasso", lambda z: [sign(v) * max(abs(v) - w, 0) for v, w in zip(z[:3], z[3:])], [[0.3, -1.2, 2.5], [0.5, 0.25, 9]])
given("prox.Lasso", [[1, 0, -1], [1]], [0, 0, 0], [[0] * 4] * 3, None, KINK)
given("prox.Lasso", [[0, 2, -1], [0]], [0, 2, -1], [[1, 0, 0, 0], [0, 1, 0, -1], [0, 0, 1, 1]], None, "the identity, at 0 too")
given("prox.Lasso", [[inf, -inf, 0], [1]], [inf, -inf, 0], [[1, 0, 0, -1], [0, 1, 0, 1], [0] * 4])
given("prox.WeightedLasso", [[0, 2, -1], [0, 0, 1]], [0, 2, 0], [[1, 0, 0] + [0] * 3, [0, 1, 0, 0, -1, 0], [0] * 6], None, "the identity for weight 0")
ridge = lambda z: [v / (1 + z[3]) for v in z[:3]]
vector("prox.Ridge", ridge, [[[0, 1e8, -1e-8], [0]], [[1, 2, -3], [1e8]], [[1, 2, -3], [1e-8]]])
vector("prox.NonNegativeRidge", lambda z: [max(v, 0) / (1 + z[3]) for v in z[:3]], [[[1, 1e8, -1e-8], [0]], [[1, 2, -3], [1e8]]])
given("prox.NonNegativeRidge", [[0, 1, -1], [0]], [0, 1, 0], [[0] * 4, [0, 1, 0, -1], [0] * 4], None, KINK)
for name, inner in [("ElasticNet", lasso), ("NonNegativeElasticNet", non_negative)]:
    vector(f"prox.{name}", lambda z: [v / (1 + z[4]) for v in inner(z[:4])], [[[0.3, -1.2, 2.5], [0.5], [0]], [[0.3, -1.2, 1e8], [0.5], [1e8]]], tol=4)
group = lambda z: [v * max(1 - z[3] / norm(z[:3]), 0) for v in z[:3]]
for name in ("GroupLasso", "RowLasso"):
    of_all_sizes(f"prox.{name}", group, [[0.3, -1.2, 2.5], [0.5]], hess=True)
    of_all_sizes(f"prox.{name}", group, [[0.3, -1.2, 2.5], [9]], hess=True)
    given(f"prox.{name}", [[0, 0, 0], [0]], [0, 0, 0], [r + [0] for r in I3], None, "the identity, at 0 too")
    given(f"prox.{name}", [[0, 0, 0], [1]], [0, 0, 0], [[0] * 4] * 3, [[[0] * 4] * 4] * 3)
    given(f"prox.{name}", [[3, 0, 4], [5]], [0, 0, 0], [[0] * 4] * 3, None, KINK)
of_all_sizes("prox.Max", lambda z: [v - w for v, w in zip(z[:3], l1(z))], [[0.3, -1.2, 2.5], [2]])
given("prox.Max", [[3, 0, -4], [0]], [3, 0, -4], [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1]])
given("prox.Max", [[0, 0, 0], [0]], [0, 0, 0], [r + [-mpf(1) / 3] for r in I3], None, "the identity; " + KINK)
barrier = lambda z: [(v + mp.sqrt(v * v + 4 * z[3])) / 2 for v in z[:3]]
vector("prox.Log", barrier, [[[0, 1, -1], [1]], [[1e8, -1e8, 0], [1e-8]], [[1, -2, 3], [1e8]]], hess=False, tol=4)
vector("prox.Log", barrier, [[[1e200, -1e200, 1e-200], [1]], [[1e-200, -1e-200, 0], [1e-300]]], hess=False, dtypes=("f64",), tol=4)
huber = lambda z: [v / (1 + z[3]) if abs(v) <= z[4] * (1 + z[3]) else v - z[3] * z[4] * sign(v) for v in z[:3]]
vector("prox.Huber", huber, [[[0, 1e8, -1e-8], [1], [1]], [[0.5, -3, 9], [1e-8], [2]], [[0, 2, -1], [0], [1]]], hess=False)
given("prox.Nuclear", [[0, 0, 0, 0], [0]], [0] * 4, [[int(i == j) for j in range(4)] + [None] for i in range(4)], None, "the identity, at 0 too")
given("prox.Nuclear", [[0, 0, 0, 0], [1]], [0] * 4, [[0] * 5] * 4)
given("prox.Nuclear", [[3, 0, 0, 3], [1]], [2, 0, 0, 2], [[1, 0, 0, 0, -1], [0, mpf(5) / 6, mpf(1) / 6, 0, 0], [0, mpf(1) / 6, mpf(5) / 6, 0, 0], [0, 0, 0, 1, -1]], tol=4)
given("prox.Nuclear", [[3, 0, 0, 1], [2]], [1, 0, 0, 0], [[1, 0, 0, 0, -1], [0, 0.375, 0.125, 0, 0], [0, 0.125, 0.375, 0, 0], [0] * 5], tol=4)
given("prox.TotalVariation", [[1, 1, 1], [0]], [1, 1, 1], [r + [None] for r in I3], None, "the identity, at ties too")
given("prox.TotalVariation", [[1, 1, 1], [0.5]], [1, 1, 1], [[mpf(1) / 3] * 3 + [0]] * 3)
given("prox.TotalVariation", [[0, 0, 6], [1]], [0.5, 0.5, 5], [[0.5, 0.5, 0, 0.5], [0.5, 0.5, 0, 0.5], [0, 0, 1, -1]])
given("prox.None", [[0, inf, -1e30]], [0, inf, -1e30], I3)
given("prox.FromProjection", [[2, 0, -1]], [2, 0, 0], [[1, 0, 0], [0, 0.5, 0], [0, 0, 0]], None, HALF)
given("prox.Conjugate", [[2, 0, -1], [1]], [1, 0, -1], [[0, 0, 0, 1], [0, 1, 0, 0], [0, 0, None, None]], None, KINK)
write()
