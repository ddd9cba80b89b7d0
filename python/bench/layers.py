"""Times of a layer of quadratic programs beside cvxpylayers and qpth, in PyTorch, in the same process.

    python bench/layers.py

Random programs with n variables, n/2 inequalities and n/4 equalities, alone and in batches: a forward pass, and a
backward pass of the
sum of the solution by all data. Times are the least of several turns, in milliseconds. The last columns are the
largest residual of the
conditions of optimality that can be seen in x alone, how far an inequality or equality is off, and the largest
difference of
the gradients by c from argmin's, relative to the largest of these. Peers that are not installed are left out.
"""

import pathlib
import sys
import time
import warnings

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

import torch  # noqa: E402

from argmin.layers import QP  # noqa: E402

warnings.simplefilter("ignore")


def programs(batch, n, seed=0):
    """Q, c, G, h, A, b of feasible programs."""
    rng = np.random.default_rng(seed)
    m, p = n // 2, n // 4
    root, x = rng.normal(size=(batch, n, n)), rng.normal(size=(batch, n, 1))
    G, A = rng.normal(size=(batch, m, n)), rng.normal(size=(batch, p, n))
    data = [
        root @ root.transpose(0, 2, 1) / n + 0.1 * np.eye(n),
        rng.normal(size=(batch, n)),
        G,
        (G @ x)[..., 0] + rng.uniform(size=(batch, m)),
        A,
        (A @ x)[..., 0],
    ]
    return [torch.tensor(a) for a in data]


def ours(n):
    qp = QP()
    return lambda Q, c, G, h, A, b: qp(Q, c, A, b, G, h).x


def qpth(n):
    from qpth.qp import QPFunction

    return QPFunction(verbose=-1)


def cvxpylayers(n):
    import cvxpy as cp
    from cvxpylayers.torch import CvxpyLayer

    m, p = n // 2, n // 4
    root, c, G, h = cp.Parameter((n, n)), cp.Parameter(n), cp.Parameter((m, n)), cp.Parameter(m)
    A, b, x = cp.Parameter((p, n)), cp.Parameter(p), cp.Variable(n)
    problem = cp.Problem(cp.Minimize(0.5 * cp.sum_squares(root @ x) + c @ x), [G @ x <= h, A @ x == b])
    layer = CvxpyLayer(problem, parameters=[root, c, G, h, A, b], variables=[x])
    return lambda Q, *rest: layer(torch.linalg.cholesky(Q).transpose(-1, -2), *rest)[
        0
    ]  # it takes no Q, but a root of it


def measured(layer, data, turns):
    """The least times of a forward and a backward pass, the solution and the gradient by c."""
    ahead, back = [], []
    for _ in range(turns):
        given = [a.clone().requires_grad_() for a in data]
        t0 = time.perf_counter()
        x = layer(*given)
        t1 = time.perf_counter()
        x.sum().backward()
        t2 = time.perf_counter()
        ahead.append(t1 - t0)
        back.append(t2 - t1)
    return 1e3 * min(ahead), 1e3 * min(back), x.detach(), given[1].grad


def main():
    print(f"{'n':>4} {'batch':>5} {'library':>12} {'forward':>9} {'backward':>9} {'violation':>10} {'gradient':>9}")
    for n, batches in ((8, (1, 32, 256)), (40, (1, 32))):
        for batch in batches:
            Q, c, G, h, A, b = data = programs(batch, n)
            want = None
            for make in (ours, qpth, cvxpylayers):
                try:
                    layer = make(n)
                except ImportError as e:
                    print(f"{n:>4} {batch:>5} {make.__name__:>12} not installed: {e}")
                    continue
                ahead, back, x, g = measured(layer, data, 3 if batch > 1 else 10)
                off = max(
                    (G @ x[..., None] - h[..., None]).clamp(min=0).max().item(),
                    (A @ x[..., None] - b[..., None]).abs().max().item(),
                )
                want = g if want is None else want
                print(
                    f"{n:>4} {batch:>5} {make.__name__.replace('ours', 'argmin'):>12} {ahead:9.2f} {back:9.2f} {off:10.1e} "
                    f"{((g - want).abs().max() / want.abs().max()).item():9.1e}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
