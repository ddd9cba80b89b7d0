"""Reductions and other functions of vectors and matrices of package num; see table.py."""

from table import *

TIE = "a tie: equal elements share the derivative"
NONE = "all -Inf: the derivative is 0, so that masked rows do no harm"


def scales(dtype):
    return [1e-150, 1e-8, 1.0, 1e8, 1e150] if dtype == "f64" else [1e-30, 1e-8, 1.0, 1e8, 1e30]


def of_all_sizes(name, f, base, powers=1, hess=True, tol=0):
    """f at base times numbers of all sizes; powers is how often sizes are multiplied in f and its derivatives."""
    for dtype in ("f64", "f32"):
        for s in scales(dtype):
            s = s if abs(mp.log10(s)) * powers < (290 if dtype == "f64" else 30) else mpf(s)**(mpf(1) / powers)
            vector(name, f, [[[float(v * s) for v in a] for a in base]], dtypes=(dtype,), hess=hess, tol=tol)


x3 = [[0.3, -1.25, 2.5]]
n0 = [[0] * 3 for _ in range(3)]
for name, f in [("Sum", lambda x: [sum(x)]), ("Mean", lambda x: [sum(x) / 3])]:
    of_all_sizes(name, f, x3)
    g = mpf(1) if name == "Sum" else mpf(1) / 3
    given(name, [[inf, 1, 2]], [inf], [[g] * 3], [n0])
    given(name, [[inf, -inf, 2]], [nan], [[g] * 3], [n0])
of_all_sizes("Prod", lambda x: [x[0] * x[1] * x[2]], x3, powers=3)
for x in ([0, 2, 3], [0, 0, 3], [0, 0, 0]):
    vector("Prod", lambda x: [x[0] * x[1] * x[2]], [[x]])
for name, sign in [("Max", 1), ("Min", -1)]:
    of_all_sizes(name, lambda x: [sign * max(sign * v for v in x)], [[0.3 * sign, -1.25 * sign, 2.5 * sign]])
    given(name, [[2, 2, 1 if sign > 0 else 3]], [2], [[0.5, 0.5, 0]], [n0], TIE)
    given(name, [[0, 0, 0]], [0], [[mpf(1) / 3] * 3], [n0], TIE)
    given(name, [[sign * inf, 1, sign * inf]], [sign * inf], [[0.5, 0, 0.5]], [n0], TIE)
    given(name, [[nan, 1, 2]], [nan], [[None] * 3], None, "NaN if any is")
var = lambda x: sum((v - sum(x) / 3)**2 for v in x) / 3
of_all_sizes("Var", lambda x: [var(x)], x3, powers=2)
given("Var", [[2, 2, 2]], [0], [[0, 0, 0]], [[[mpf(2) * ((i == j) * 3 - 1) / 9 for j in range(3)] for i in range(3)]])
of_all_sizes("Std", lambda x: [mp.sqrt(var(x))], x3, powers=2.2)
given("Std", [[2, 2, 2]], [0], [[nan] * 3], None, "equal elements: NaN as documented")

lse = lambda x: max(x) + mp.log(sum(mp.exp(v - max(x)) for v in x))
soft = lambda x: [mp.exp(v - lse(x)) for v in x]
wide = [[0.3, -1.25, 2.5]], [[-40, 30, 29.5]], [[0, 0, 0]], [[1e4, 1e4 - 3, -1e4]], [[-300, -301, -500]], [[1e-8, -1e-8, 2e-8]], [[700, 699, -700]]
vector("LogSumExp", lambda x: [lse(x)], wide)
vector("Softmax", soft, wide, tol=4)
vector("LogSoftmax", lambda x: [v - lse(x) for v in x], wide)
for name in ("LogSumExp", "Softmax", "LogSoftmax"):
    m = 1 if name == "LogSumExp" else 3
    given(name, [[-inf] * 3], [-inf] if m == 1 else [nan] * 3, [[0 if m == 1 else None] * 3] * m, [n0] if m == 1 else None, NONE)
given("LogSumExp", [[2, inf, 1]], [inf], [[0, 1, 0]], [n0])
given("LogSumExp", [[inf, inf, 1]], [inf], [[0.5, 0.5, 0]], None, TIE)
given("LogSumExp", [[-inf, inf, -inf]], [inf], [[0, 1, 0]], [n0])
given("LogSumExp", [[0, -inf, -inf]], [0], [[1, 0, 0]], [n0])
h = [[0.25, -0.25, 0], [-0.25, 0.25, 0], [0, 0, 0]]
given("LogSumExp", [[0, 0, -inf]], [mp.log(2)], [[0.5, 0.5, 0]], [h])
given("Softmax", [[2, inf, 1]], [0, 1, 0], n0, [n0] * 3)
given("Softmax", [[0, 0, -inf]], [0.5, 0.5, 0], h)
given("LogSoftmax", [[2, inf, 1]], [-inf, 0, -inf], [[1, -1, 0], [0, 0, 0], [0, -1, 1]], [n0] * 3)
given("LogSoftmax", [[0, 0, -inf]], [-mp.log(2)] * 2 + [-inf], [[0.5, -0.5, 0], [-0.5, 0.5, 0], [-0.5, -0.5, 1]])

norm = lambda x: mp.sqrt(sum(v * v for v in x))
of_all_sizes("Norm", lambda x: [norm(x)], x3)
vector("Norm", lambda x: [norm(x)], [[[0, 0, 2]]])
given("Norm", [[0, 0, 0]], [0], [[0] * 3], [[[nan if i == j else None for j in range(3)] for i in range(3)]],
      "a kink: the derivative is 0 by convention, and the second one NaN")
vector("Norm", lambda x: [norm(x)], [[[1e200, 1e200, 0]], [[1e-200, 1e-200, 1e-300]], [[1.5e308, 1, 0]], [[1e-310, 0, 1e-310]]], dtypes=("f64",), hess=False)
vector("Norm", lambda x: [norm(x)], [[[1e30, 1e30, 0]], [[1e-30, 1e-30, 1e-38]], [[3e38, 1, 0]]], dtypes=("f32",), hess=False)
given("Norm", [[inf, 1, 2]], [inf], [[None] * 3], None, "the direction is not known")


def running(join):
    def f(x):
        out = [x[0]]
        for v in x[1:]:
            out.append(join(out[-1], v))
        return out
    return f


vector("CumSum", running(lambda a, b: a + b), [x3, [[1e150, 2e150, -1e140]]], dtypes=("f64",))
vector("CumProd", running(lambda a, b: a * b), [x3, [[0, 2, 3]], [[2, 0, 0]]])
vector("CumMax", running(max), [x3, [[3, 1, 2]]])
vector("CumMin", running(min), [x3, [[3, 1, 2]]])
vector("Sort", sorted, [x3, [[3, 1, 2]]])
vector("TopK", lambda x: sorted(x)[::-1][:2], [x3, [[3, 1, 2]]])
given("Sort", [[inf, 1, -inf]], [-inf, 1, inf], [[0, 0, 1], [0, 1, 0], [1, 0, 0]])


def matrix(x):
    n = int(len(x)**0.5 + 0.5)
    return mp.matrix([x[i * n:(i + 1) * n] for i in range(n)])


def det(x):
    """By cofactors, a polynomial: right at singular matrices."""
    if len(x) == 1:
        return x[0]
    n = int(len(x)**0.5 + 0.5)
    minor = lambda j: [x[i * n + k] for i in range(1, n) for k in range(n) if k != j]
    return sum((-1)**j * x[j] * det(minor(j)) for j in range(n))


singular = [[1, 1, 1, 1]], [[0, 0, 0, 0]], [[1, 2, 2, 4]], [[0, 1, 0, 0]]
three = [[0, 0, 0, 0, 2, 0, 0, 0, 3]], [[0] * 9], [[1, 2, 3, 4, 5, 6, 7, 8, 9]], [[1] * 9], [[0, 2, 0, 3, 0, 0, 0, 0, 1]], [[2, 0, 1, 0, 3, 1, 1, -1, 4]]
vector("Det", lambda x: [det(x)], singular, tol=4, size=1)
vector("Det", lambda x: [det(x)], three, tol=4, size=1)
of_all_sizes("Det", lambda x: [det(x)], [[2, 1, -1, 3]], powers=2, tol=4)
vector("LogDet", lambda x: [mp.log(abs(det(x)))], [[[2, 1, -1, 3]], [[-2, 1, -1, 3]]], tol=4)
given("LogDet", [[0, 0, 0, 0]], [-inf], [[None] * 4], None, "singular")
of_all_sizes("LogDet", lambda x: [mp.log(abs(det(x)))], [[2, 1, -1, 3]], powers=2.2, tol=4)


def flat(m):
    return [m[i, j] for i in range(m.rows) for j in range(m.cols)]


def expm(x):
    """The series, after halving."""
    a = matrix(x) / 2**40
    y = t = mp.eye(a.rows)
    for k in range(1, 200):
        t = t * a / k
        y += t
    for _ in range(40):
        y = y * y
    return flat(y)


mp.prec = 250  # the matrix functions are smooth here, and take long
import table
table.PREC = 250
vector("Expm", expm, [[[0, 0, 0, 0]], [[1, 0, 0, 1]], [[0, 1, 0, 0]], [[1, 2, -3, 0.5]], [[-30, 1, 1, -31]], [[1e-8, 2e-8, 0, 0]]], tol=32)


def funm(f):
    """Of symmetric 2×2 matrices, by (A + Aᵀ)/2 and the interpolating polynomial at two eigenvalues that
    differences make different."""
    def g(x):
        a = matrix(x)
        a = (a + a.T) / 2
        mean = (a[0, 0] + a[1, 1]) / 2
        r = mp.sqrt(((a[0, 0] - a[1, 1]) / 2)**2 + a[0, 1]**2)
        lo, hi = mean - r, mean + r
        if r == 0:
            return flat(f(mean) * mp.eye(2))
        slope = (f(hi) - f(lo)) / (hi - lo)
        return flat(f(lo) * mp.eye(2) + slope * (a - lo * mp.eye(2)))
    return g


definite = [[[1, 0, 0, 1]], [[4, 0, 0, 4]], [[2, 1, 1, 3]], [[2, 1, 0.5, 3]], [[1, 1e-6, 1e-6, 1]], [[1, 0, 0, 1e4]]]
vector("Sqrtm", funm(mp.sqrt), definite, tol=64, size=1)
vector("Logm", funm(mp.log), definite, tol=64, size=1)
vector("Funm", funm(mp.sin), definite, dtypes=("f64",), tol=64, size=1)


def polar(x):
    """The orthogonal factor of a 2×2 matrix: a matrix plus its cofactors has equal singular values."""
    a, b, c, d = x
    s = mp.sign(a * d - b * c)
    r = mp.sqrt(a * a + b * b + c * c + d * d + 2 * abs(a * d - b * c))
    return [(a + s * d) / r, (b - s * c) / r, (c - s * b) / r, (d + s * a) / r]


vector("Polar", polar, [[[1, 0, 0, 1]], [[0, 3, -3, 0]], [[2, 0, 0, -2]], [[2, 1, 0.5, 3]], [[1, 2, 3, 4]], [[1, 0, 0, 1e-4]]], tol=64, size=1)
given("Sqrtm", [[1, 0, 0, -1]], [nan] * 4, [[None] * 4] * 4, None, "not positive semidefinite")
given("Sqrtm", [[0, 0, 0, 0]], [0] * 4, [[None] * 4] * 4, None, "singular")
write()
