"""PyTorch's functions as programs: values and gradients are PyTorch's, and so are the searches."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
F = torch.nn.functional

from argmin._aten import program_of  # noqa: E402
from argmin._program import Type, Unsupported, value_and_grad  # noqa: E402
from argmin.torch_api import minimize  # noqa: E402

torch.manual_seed(0)


def tensor(*shape):
    return torch.randn(*shape, dtype=torch.float64)


X, Y, LABELS = tensor(12, 4), tensor(12), torch.arange(12) % 3
POSITIVE = tensor(4, 4).abs() + 0.5
SPD = tensor(4, 4)
SPD = SPD @ SPD.T + 4 * torch.eye(4, dtype=torch.float64)
EDGES = torch.tensor([[0, 1, 2], [1, 2, 3]])
NET = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3)).double()


def softmax_regression(w):
    return F.cross_entropy(X @ w, LABELS) + 0.1 * w.square().sum()


def logistic(w):
    return F.binary_cross_entropy_with_logits(X @ w[:, 0], (Y > 0).double()) + 1e-2 * (w**2).sum()


def huber(w):
    return F.huber_loss(X @ w[:, 0], Y, delta=0.5)


def smooth_l1(w):
    return F.smooth_l1_loss(X @ w[:, 0], Y, reduction="sum")


def layer_norm(w):
    return F.mse_loss(F.layer_norm(X @ w, (3,), weight=w[0], bias=w[1]), X[:, :3])


def attention(w):
    q, k, v = (X @ w), (X @ w.flip(0)), X @ w.abs()
    return (torch.softmax(q @ k.T / 2, -1) @ v).pow(2).mean()


def gaussian_process(w):
    d = torch.cdist(X, X) if False else ((X[:, None] - X[None]) ** 2 * w[:, 0].exp()).sum(-1)
    k = torch.exp(-0.5 * d) + (w[0, 1].exp() + 0.1) * torch.eye(12, dtype=torch.float64)
    c = torch.linalg.cholesky(k)
    a = torch.linalg.solve_triangular(c, Y[:, None], upper=False)
    return 0.5 * (a**2).sum() + c.diagonal().log().sum()


def log_determinant(w):
    a = w @ w.T + SPD
    return torch.linalg.slogdet(a)[1] + torch.linalg.inv(a).trace() + torch.linalg.solve(a, X[0]).sum()


def activations(w):
    return sum(f(w).sum() for f in (F.gelu, F.silu, F.elu, F.leaky_relu, F.softplus, F.relu, torch.sigmoid, F.logsigmoid,
                                    F.mish, F.hardtanh, lambda x: F.gelu(x, approximate="tanh")))  # fmt: skip


def functions(w):
    p = w.abs() + 0.5
    return (p.log() * p.sqrt() + p.rsqrt() + p.log1p() - p.expm1() + torch.erf(w) + torch.lgamma(p) + w.sin() * w.cos()
            + w.atan() + torch.atan2(w, p) + p**1.7 + p.reciprocal() + w.tanh() + torch.hypot(w, p)).sum()  # fmt: skip


def reductions(w):
    return (w.max() + w.min() + w.max(0).values.sum() + w.amax(1).sum() + w.std() + w.var(0, correction=0).sum()
            + w.mean(1).prod() + w.norm() + torch.linalg.vector_norm(w, 3) + w.cumsum(0).square().mean()
            + w.logsumexp((0, 1)) + w.sort(0).values[1].sum())  # fmt: skip


def shapes(w):
    a, b = w.split(2)
    c = torch.cat([a.T, b.reshape(3, 2)], 1).unsqueeze(0).expand(2, 3, 4).permute(2, 0, 1).flatten(1)
    s = torch.stack([w[0], w[-1]]).repeat(2, 1) + w[::2, None, 1].sum()
    return (c**2).sum() + (s**3).sum() + w.roll(1, 0).mul(w).sum() + w.tril().sum() + w.triu(1).square().sum()


def indexing(w):
    pairs = w[EDGES[0]] - w[EDGES[1]]
    rows = torch.gather(w, 1, LABELS[:4, None] % 3)
    return pairs.pow(2).sum() + rows.exp().sum() + F.embedding(LABELS, w).pow(2).sum() + w.index_select(0, EDGES[0]).sum()


def choices(w):
    y = torch.where(w > 0, w**2, -w) + w.clamp(-0.5, 0.5) + w.clamp(min=0.1) + torch.maximum(w, w.flip(0))
    return y.sum() + (w.detach() * w).sum() + ((w > 0) & (w < 1)).double().mul(w).sum()


def matrix_products(w):
    return torch.einsum("ij,ik,kl->jl", w, SPD, w).trace() + torch.bmm(w[None], w.T[None]).sum() + torch.addmm(w, SPD, w).sum()


def poisson(w):
    return F.poisson_nll_loss(X @ w[:, 0], Y.abs()) + F.kl_div(F.log_softmax(w, 1), F.softmax(POSITIVE[:, :3], 1))


def rosenbrock(w):
    x = w.reshape(-1)
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def module(w):
    parameters = {k: v.detach() for k, v in NET.named_parameters()} | {"0.weight": torch.cat([w, w.flip(0)], 1).T.reshape(8, 3)
              @ torch.eye(3, 4, dtype=torch.float64)}  # fmt: skip
    return F.nll_loss(F.log_softmax(torch.func.functional_call(NET, parameters, (X,)), -1), LABELS)


def inner_gradient(w):
    g = torch.func.grad(lambda v: (v**4).sum())(w)
    return (g * w).sum()


PICTURES = tensor(2, 3, 8, 8)


def convolution(w):
    kernel = w.reshape(1, 3, 2, 2).repeat(4, 1, 1, 1) * torch.arange(1.0, 5.0, dtype=torch.float64)[:, None, None, None]
    y = F.conv2d(PICTURES, kernel, torch.ones(4, dtype=torch.float64), stride=(2, 1), padding=1, dilation=2)
    grouped = F.conv2d(PICTURES, w.reshape(3, 1, 2, 2), groups=3)
    line = F.conv1d(PICTURES[:, :, 0], w.reshape(2, 3, 2))
    return F.avg_pool2d(torch.tanh(y), 2).sum() + F.max_pool2d(grouped, 2, padding=1).square().sum() + line.square().mean()


def factors(w):
    q, r = torch.linalg.qr(w)
    u, s, vh = torch.linalg.svd(w, full_matrices=False)
    chol = torch.linalg.cholesky(w.T @ w + torch.eye(3, dtype=torch.float64))
    return r.square().sum() + q[0].sum() ** 2 + (u[0] @ vh[:, 0]) ** 2 + s.sum() + torch.cholesky_solve(w.T, chol).sum() \
        + torch.linalg.svdvals(w).sqrt().sum()  # fmt: skip


def places(w):
    at = torch.tensor([[0, 1, 1], [2, 0, 2]])
    x = w.reshape(-1)
    total = torch.zeros(4, 3, dtype=torch.float64).scatter_add(0, at, w[:2]).square().sum()
    total = total + torch.zeros(5, dtype=torch.float64).index_add(0, torch.tensor([0, 1, 1, 3]), x[:4]).square().sum()
    put = x.index_put((torch.tensor([1, -2]),), x[:2] * 3)
    return total + put.square().sum() + x.topk(2)[0].sum() + w.topk(1, 0, largest=False)[0].sum()


def more_functions(w):
    y = torch.special.i0e(w) + torch.special.i1e(w) + torch.special.gammainc(torch.tensor(2.0).double(), w.exp())
    return (y + torch.special.gammaincc(torch.tensor(3.0).double(), w.exp())).sum()


OBJECTIVES = [convolution, factors, places, more_functions, softmax_regression, logistic, huber, smooth_l1, layer_norm, attention, gaussian_process, log_determinant,
              activations, functions, reductions, shapes, indexing, choices, matrix_products, poisson, rosenbrock, module,
              inner_gradient]  # fmt: skip


@pytest.mark.parametrize("fun", OBJECTIVES, ids=lambda f: f.__name__)
def test_value_and_gradient(fun):
    program = value_and_grad(program_of(fun, [Type((4, 3), np.dtype(float))]), [0])
    for seed in range(3):
        torch.manual_seed(seed)
        w = tensor(4, 3).requires_grad_()
        y = fun(w)
        (g,) = torch.autograd.grad(y, w)
        value, gradient = program(w.detach().numpy())
        assert value == pytest.approx(y.item(), rel=1e-10, abs=1e-10)
        np.testing.assert_allclose(gradient, g.numpy(), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "Newton-CG", "trust-exact", "Nelder-Mead", "SLSQP"])
def test_same_search(method):
    calls = []

    def fun(x, shift):
        calls.append(1)
        return ((x["a"] ** 2 - x["b"]) ** 2).sum() + ((shift - x["a"]) ** 2).sum()

    start = {"a": torch.tensor([[0.5, 2.0]], dtype=torch.float64), "b": torch.tensor([0.3, 0.1], dtype=torch.float64)}
    quick, plain = (
        minimize(fun, start, args=(1.0,), method=method, compile=c, full_output=True, options={"maxiter": 300})
        for c in (True, False)
    )
    assert quick.status == plain.status
    for k in start:
        np.testing.assert_allclose(quick.x[k].detach(), plain.x[k].detach(), atol=1e-3)
    calls.clear()
    minimize(fun, start, args=(1.0,), method=method, compile=True)
    assert len(calls) <= 2  # at the start, and to read it


def test_types_bounds_and_fixed_names():
    def fun(x):
        return (x["a"] - 3).square().sum() + (x["b"] - x["a"]).square().sum()

    start = {"a": torch.zeros(2), "b": torch.ones(2)}
    x = minimize(fun, start, ub_dict={"a": 2.0}, fixed=["b"], compile=True)
    assert x["a"].dtype == torch.float32
    np.testing.assert_allclose(x["a"].detach(), 2, atol=1e-4)
    np.testing.assert_array_equal(x["b"].detach(), 1)


def test_falls_back():
    def spectrum(x):
        return torch.fft.fft(x - 1).abs().square().sum()

    def decides(x):
        return (x - 1).square().sum() if x.sum() > -100 else x.sum()

    for fun in (spectrum, decides):
        x = minimize(fun, torch.zeros(3, dtype=torch.float64), compile=True)
        np.testing.assert_allclose(x.detach(), 1, atol=1e-5)
    half = minimize(decides, torch.zeros(3, dtype=torch.bfloat16), compile=True)
    assert half.dtype == torch.bfloat16


def without_gradient(x):
    with torch.no_grad():
        y = x * 2
    return (y * x).sum()


class Straight(torch.autograd.Function):
    """Rounds, with the derivative of the identity."""

    @staticmethod
    def forward(ctx, x):
        return x.round()

    @staticmethod
    def backward(ctx, g):
        return g


def in_place(x):
    y = x.clone()
    y[0] = 1.0
    return y.sum()


@pytest.mark.parametrize(
    "fun, message",
    [
        (without_gradient, "without_gradient uses torch.no_grad"),
        (lambda x: Straight.apply(x).sum(), "autograd.Function of its own"),
        (in_place, "copy_|fill_"),
        (lambda x: torch.fft.fft(x).abs().sum(), "_fft_r2c"),
        (lambda x: F.dropout(x, 0.5, training=True).sum(), "empty_permuted|bernoulli|rand"),
        (lambda x: x.half().sum(), "float16"),
        (lambda x: x.sum() if x.sum() > 0 else -x.sum(), "cannot be traced"),
        (lambda x: torch.trapezoid(x) + torch.special.bessel_j0(x).sum(), "bessel_j0"),
    ],
)
def test_refusals_are_named(fun, message):
    with pytest.raises(Unsupported, match=message):
        program_of(fun, [Type((4,), np.dtype(float))])
