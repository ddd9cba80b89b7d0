"""Functions of package loss; see table.py. The targets are part of the name, the arguments are the scores."""

from table import *

KINK = "a kink: half of both sides"
sig = lambda x: 1 / (1 + mp.exp(-x))
plus = lambda x: 0 if x <= -1 else x if x >= 1 else (x + 1)**2 / 4
big = (20, 40, -40, 300, -300)

for label in (0, 1):
    s = 2 * label - 1  # the margin is s·score
    unary(f"loss.Logistic/{label}", lambda x: mp.log1p(mp.exp(-s * x)), {s * inf: (0, 0, 0), -s * inf: (inf, -s, 0)}, extra=big,
          d=(lambda x: -s * sig(-s * x), lambda x: sig(x) * sig(-x)))
    unary(f"loss.Hinge/{label}", lambda x: max(1 - s * x, 0), {s * inf: (0, 0, 0), -s * inf: (inf, -s, 0), s: (0, -mpf(s) / 2, 0, KINK)})
    unary(f"loss.Perceptron/{label}", lambda x: max(-s * x, 0), {s * inf: (0, 0, 0), -s * inf: (inf, -s, 0), 0: (0, -mpf(s) / 2, 0, KINK)})
    unary(f"loss.Sparsemax/{label}", lambda x: plus(-s * x),
          {s * inf: (0, 0, 0), -s * inf: (inf, -s, 0), s: (0, 0, None, "the second derivative jumps"), -s: (1, -s, None, "the second derivative jumps")})
unary("loss.SparsePlus", plus, {inf: (inf, 1, 0), -inf: (0, 0, 0), 1: (1, 1, None, "the second derivative jumps"), -1: (0, 0, None, "the second derivative jumps")})
unary("loss.SparseSigmoid", lambda x: min(max((x + 1) / 2, 0), 1), {inf: (1, 0, 0), -inf: (0, 0, 0), 1: (1, 0.25, 0, KINK), -1: (0, 0.25, 0, KINK)})
unary("loss.Squared", lambda x: (x - 1)**2 / 2, {inf: (inf, inf, 1), -inf: (inf, -inf, 1)}, extra=(1,))
huber = lambda e: e * e / 2 if abs(e) <= 2 else 2 * (abs(e) - 1)
unary("loss.Huber", lambda x: huber(x - 1), {inf: (inf, 2, 0), -inf: (inf, -2, 0), 3: (2, 2, None, "the second derivative jumps"), -1: (2, -2, None, "the second derivative jumps")})
unary("loss.Poisson/0", mp.exp, {inf: (inf, inf, inf), -inf: (0, 0, 0)}, extra=(-300,))
unary("loss.Poisson/3", lambda x: mp.exp(x) - 3 * x, {inf: (inf, inf, inf), -inf: (inf, -3, 0)}, extra=(-300,))

# Three scores, of which the label is 0.
n0 = [[0] * 3 for _ in range(3)]
lse = lambda x: max(x) + mp.log(sum(mp.exp(v - max(x)) for v in x))


def simplex(x):
    for k in range(1, len(x) + 1):
        top = sorted(x, reverse=True)
        tau = (sum(top[:k]) - 1) / k
        if k == len(x) or top[k] <= tau:
            return [max(v - tau, 0) for v in x]


def sparse(x):
    p = simplex(x)
    return sum(a * b for a, b in zip(p, x)) - sum(a * a for a in p) / 2 + mpf(1) / 2 - x[0]


def multiclass(name, f, xs, **more):
    vector(f"loss.Multiclass{name}", lambda x: [f(x)], [[x] for x in xs], **more)


points = [0.25, -1.25, 2.5], [3, 1, -4], [100, 99, 300], [1e-8, 2e-8, -1e-8]
multiclass("Logistic", lambda x: lse(x) - x[0], [*points, [0, 0, 0]], tol=4, size=1)
multiclass("Hinge", lambda x: max(x[0], x[1] + 1, x[2] + 1) - x[0], points[:3])
multiclass("Perceptron", lambda x: max(x) - x[0], points)
multiclass("Sparsemax", sparse, points[:3], tol=4, size=1)
third = mpf(1) / 3
for name, (y0, slope) in {"Logistic": (0, None), "Hinge": (0, None), "Perceptron": (0, None), "Sparsemax": (0, None)}.items():
    n = f"loss.Multiclass{name}"
    given(n, [[inf, 0, 1]], [0], [[0, 0, 0]], None, "certain and right")
    given(n, [[0, inf, 1]], [inf], [[-1, 1, 0]], None, "certain and wrong")
    given(n, [[-inf, 0, -8]], [inf], [[-1, None, None]], None, "impossible: the derivative of the others as without it")
    given(n, [[inf, inf, 1]], [0], [[None] * 3], None, "two certain classes: 0 by convention")
    given(n, [[5, -inf, -inf]], [0], [[0, 0, 0]])
given("loss.MulticlassSparsemax", [[0, 0, -inf]], [0.25], [[-0.5, 0.5, 0]])
given("loss.MulticlassSparsemax", [[-inf, 0, 0]], [inf], [[-1, 0.5, 0.5]])
given("loss.MulticlassLogistic", [[0, 0, -inf]], [mp.log(2)], [[-0.5, 0.5, 0]])
given("loss.MulticlassHinge", [[0, 0, -inf]], [1], [[-1, 1, 0]])
given("loss.MulticlassPerceptron", [[0, 0, -inf]], [0], [[-0.5, 0.5, 0]], None, KINK)
given("loss.MulticlassPerceptron", [[0, 0, 0]], [0], [[third - 1, third, third]], None, KINK)
given("loss.FenchelYoung", [[0, 0, -inf]], [mp.log(2)], [[-0.5, 0.5, 0]])
given("loss.FenchelYoung", [[0, inf, 0]], [inf], [[-1, 1, 0]])
vector("loss.FenchelYoung", lambda x: [lse(x) - x[0]], [[[0.25, -1.25, 2.5]]])
write()
