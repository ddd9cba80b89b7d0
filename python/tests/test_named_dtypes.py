"""Types and devices go out as they came in."""

from collections import OrderedDict

import numpy as np
import pytest
from frameworks import Jax, NumPy, Quadratic, TensorFlow, Torch, every, framework, require

from argmin._errors import InputError, OptimizeWarning

TYPES = [(cls, dtype) for cls in (NumPy, Jax, Torch, TensorFlow) for dtype in cls.dtypes]
types = pytest.mark.parametrize("cls, dtype", TYPES, ids=lambda v: v if isinstance(v, str) else v.name)

# What is right to the digits of a type, of numbers of size 3.
NEAR = {"float16": 0.1, "bfloat16": 0.3, "float32": 1e-2, ">f4": 1e-2}


@types
def test_type_in_type_out(cls, dtype):
    """Of what functions, the callback and the caller get. Those of 16 bits and bfloat16 work too."""
    q, seen = Quadratic(cls, dtype), []
    want = {k: v.dtype for k, v in q.x0.items()}

    def fun(x):
        seen.append(x)
        return q.pair(x)

    x = q.minimize(fun, q.x0, callback=seen.append, method="L-BFGS-B")
    for t in [*seen, x]:
        assert {k: v.dtype for k, v in t.items()} == want
        assert {k: tuple(v.shape) for k, v in t.items()} == {"a": (2, 2), "b": (3,)}
        assert all(q.fw.is_tensor(v) for v in t.values())
    q.near(x, atol=NEAR.get(dtype, 1e-5))


@types
@pytest.mark.parametrize("bounded", [False, True])
def test_value_alone(cls, dtype, bounded):
    q = Quadratic(cls, dtype)
    bounds = {"ub_dict": {"a": 2.0}} if bounded else {}
    x = q.minimize(q.value, q.x0, method="L-BFGS-B", full_output=True, **bounds).x
    q.near(x, atol=max(NEAR.get(dtype, 1e-4), 1e-4) if q.fw.differentiates else 0.3, a=2.0 if bounded else 3.0)


@types
def test_bound_of_a_type(cls, dtype):
    """A bound that the type lacks is rounded with the rest, as in dict-minimize."""
    q = Quadratic(cls, dtype)
    x = q.minimize(q.pair, q.x0, lb_dict={"b": 0.1}, full_output=True).x
    np.testing.assert_array_equal(q.fw.array(x["b"]), q.fw.array(q.fw.tensor([0.1] * 3, dtype)))


def test_numpy_byte_order():
    q = Quadratic(NumPy)
    x0 = OrderedDict((k, v.astype(">f8")) for k, v in q.x0.items())
    assert all(v.dtype == np.dtype(">f8") and v.dtype.byteorder == ">" for v in q.minimize(q.pair, x0).values())


def test_numpy_views_are_writable():
    q, seen = Quadratic(NumPy), []
    q.minimize(lambda x: seen.append(all(v.flags.writeable for v in x.values())) or q.pair(x), q.x0)
    assert seen and all(seen)


def test_numpy_scalar():
    fw = framework(NumPy)
    x = fw.minimize(lambda x: ((x["a"] - 1) ** 2, {"a": 2 * (x["a"] - 1)}), {"a": np.float64(3)})
    assert isinstance(x["a"], np.ndarray) and x["a"].shape == ()


@every
def test_order_of_elements(cls):
    """Arrays in column order, and views, have their elements where they belong."""
    fw = framework(cls)
    t = np.arange(6.0).reshape(2, 3)
    x0 = {"f": np.asfortranarray(t), "s": np.arange(12.0)[::2].reshape(2, 3)}
    x0 = (
        x0
        if cls is not Torch
        else {k: fw.lib.from_numpy(v.copy()) if k == "s" else fw.lib.from_numpy(v) for k, v in x0.items()}
    )
    first = []

    def fun(x):
        first.append({k: fw.array(v) for k, v in x.items()})
        return fw.sum(x["f"] ** 2) + fw.sum((x["s"] - 1) ** 2), {"f": 2 * x["f"], "s": 2 * (x["s"] - 1)}

    fw.minimize(fun, x0)
    np.testing.assert_array_equal(first[0]["f"], t)
    np.testing.assert_array_equal(first[0]["s"], 2 * t)


def test_jax_without_x64():
    """A start of 64 bits comes back with 32, with a warning."""
    jax = require("jax")
    q = Quadratic(Jax)
    with jax.enable_x64(False):
        x0 = OrderedDict(a=np.array([[1.0, 0.0], [2.0, 0.5]]), b=np.array([0.5, 0.0, 2.0]))
        with pytest.warns(OptimizeWarning, match="x0 of 'a' has type float64, but JAX's 64-bit types are off"):
            x = q.minimize(q.pair, x0, method="L-BFGS-B")
        assert all(v.dtype == np.float32 for v in x.values())
        q.near(x, atol=1e-2)
        for fun in (jax.jit(q.value), jax.jit(q.pair)):
            x = q.minimize(fun, {k: v.astype(np.float32) for k, v in x0.items()}, method="L-BFGS-B")
            assert all(v.dtype == np.float32 for v in x.values())
            q.near(x, atol=1e-2)


def test_torch_parameter():
    """A Parameter goes in, a plain Tensor comes out."""
    torch = require("torch")
    q = Quadratic(Torch)
    x = q.minimize(q.pair, OrderedDict((k, torch.nn.Parameter(v)) for k, v in q.x0.items()))
    assert all(type(v) is torch.Tensor and v.requires_grad for v in x.values())
    q.near(x)


def test_torch_no_memory_is_shared():
    q = Quadratic(Torch)
    x = q.minimize(q.pair, q.x0)
    assert all(v.untyped_storage().nbytes() == 8 * v.numel() for v in x.values())


def test_torch_module():
    """The parameters of a module by name, with functional_call."""
    torch = require("torch")
    fw = framework(Torch)
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1)).double()
    t = torch.linspace(-1, 1, 20, dtype=torch.float64)
    inputs, targets = torch.stack([t, t**2, t**3], 1), torch.sin(3 * t)[:, None]

    def loss(p):
        return ((torch.func.functional_call(net, p, (inputs,)) - targets) ** 2).mean()

    r = fw.minimize(loss, dict(net.named_parameters()), full_output=True, options={"maxiter": 500})
    assert r.fun < 1e-3 and list(r.x) == [name for name, _ in net.named_parameters()]
    net.load_state_dict(r.x)


@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16"])
def test_torch_device(dtype):
    """Tensors stay on their device: on a GPU where there is one."""
    torch = require("torch")
    if not torch.cuda.is_available():
        pytest.skip("PyTorch sees no GPU")
    fw = framework(Torch)
    x0 = {
        "a": torch.ones(2, 2, dtype=getattr(torch, dtype), device="cuda"),
        "b": torch.zeros(3, dtype=getattr(torch, dtype), device="cuda"),
    }
    q = Quadratic(Torch)
    for fun in (q.value, q.pair):
        r = fw.minimize(fun, x0, full_output=True, method="L-BFGS-B")
        assert all(v.device == x0["a"].device and v.dtype == x0["a"].dtype for v in r.x.values())
        q.near({k: v.cpu() for k, v in r.x.items()}, atol=NEAR.get(dtype, 1e-5))


def test_torch_meta_device():
    torch = require("torch")
    with pytest.raises((InputError, RuntimeError, NotImplementedError)):
        framework(Torch).minimize(lambda x: (0.0, x), {"a": torch.ones(2, device="meta")})


@pytest.mark.parametrize("n", [2, 5, 20])
def test_tnc_finds_products_of_gradients_with_few_digits(n):
    from argmin.numpy_api import minimize

    def chain(x):
        a, b = x["x"][:-1], x["x"][1:]
        r, s = b - a**2, 1 - a
        g = np.zeros_like(x["x"])
        g[:-1] = -400 * a * r - 2 * s
        g[1:] += 200 * r
        return np.sum(100 * r**2 + s**2), {"x": g}

    for dtype, limit in ((np.float64, 75), (np.float32, 75)):
        r = minimize(chain, {"x": np.full(n, -0.5, dtype)}, method="TNC", full_output=True)
        assert r.success and r.nfev <= limit and r.x["x"].dtype == dtype
        np.testing.assert_allclose(r.x["x"], 1, atol=1e-2)
