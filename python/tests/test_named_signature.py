"""The signature of minimize, the same in all modules, and that of dict-minimize."""

import inspect
from collections import OrderedDict

import numpy as np
import pytest
from frameworks import Quadratic, every, require

PEER = ["fun", "x0_dict", "lb_dict", "ub_dict", "args", "method", "tol", "callback", "options"]


@every
def test_names_and_defaults(cls):
    q = Quadratic(cls)
    p = inspect.signature(q.minimize).parameters
    assert list(p)[: len(PEER)] == PEER
    assert [p[name].default for name in PEER[2:]] == [None, None, (), None, None, None, None]
    assert all(v.kind is v.KEYWORD_ONLY for name, v in p.items() if name not in ("fun", "x0_dict"))
    common = [name for name in p if name != "compile"]  # of JAX's and PyTorch's functions, which can be read
    assert common == list(inspect.signature(importable("numpy_api")).parameters)


def importable(name):
    import importlib

    return importlib.import_module(f"argmin.{name}").minimize


@pytest.mark.parametrize("name", ["numpy_api", "jax_api", "torch_api", "tensorflow_api"])
def test_like_the_peer(name):
    require("dict_minimize")
    require({"numpy_api": "numpy"}.get(name, name[:-4]))
    peer = __import__(f"dict_minimize.{name}", fromlist=["minimize"]).minimize
    ours = inspect.signature(importable(name)).parameters
    for key, p in inspect.signature(peer).parameters.items():
        assert ours[key].default == p.default and ours[key].kind == p.kind


@every
def test_third_positional_argument(cls):
    q = Quadratic(cls)
    with pytest.raises(TypeError):
        q.minimize(q.pair, q.x0, None)


@every
@pytest.mark.parametrize("pack", [tuple, list, iter])
def test_any_iterable_of_two(cls, pack):
    q = Quadratic(cls)
    q.near(q.minimize(lambda x: pack(q.pair(x)), q.x0))


@every
def test_args(cls):
    q = Quadratic(cls)
    q.near(q.minimize(q.pair, q.x0, args=[2.0]), a=2.0)
    q.near(q.minimize(q.pair, q.x0, args=iter((2.0,))), a=2.0)
    with pytest.raises(TypeError):
        q.minimize(q.pair, q.x0, args=2.0)  # which SciPy would wrap

    def letters(x, *args):
        assert args == ("a", "b")
        return q.pair(x)

    q.near(q.minimize(letters, q.x0, args="ab"))


@every
def test_not_callable(cls):
    q = Quadratic(cls)
    with pytest.raises(TypeError, match="fun is a int"):
        q.minimize(3, q.x0)


@every
@pytest.mark.parametrize("result", [(), (1.0,), (1.0, {}, 3)])
def test_not_a_pair(cls, result):
    q = Quadratic(cls)
    with pytest.raises((TypeError, ValueError)):
        q.minimize(lambda x: result, q.x0)
    with pytest.raises((TypeError, ValueError)):
        q.minimize(lambda x: result, q.x0, jac=True)


@every
def test_not_a_pair_later(cls):
    q, calls = Quadratic(cls), []

    def fun(x):
        calls.append(x)
        return q.pair(x) if len(calls) < 3 else (1.0, {}, 3)

    with pytest.raises((TypeError, ValueError)):
        q.minimize(fun, q.x0)


def test_readme_program_in_numpy():
    """The objective of dict-minimize's README, with its start."""
    optimize = require("scipy.optimize")

    def fun(x, shift):
        a, b = x["x_half_a"] - shift, x["x_half_b"] - shift
        grads = [("x_half_a", optimize.rosen_der(a)), ("x_half_b", optimize.rosen_der(b))]
        return optimize.rosen(a) + optimize.rosen(b), OrderedDict(grads)

    rng = np.random.RandomState(0)
    x0 = OrderedDict([("x_half_a", rng.randn(3)), ("x_half_b", rng.randn(5))])
    x = importable("numpy_api")(fun, x0, args=(-1.0,), method="L-BFGS-B")
    assert isinstance(x, OrderedDict) and list(x) == ["x_half_a", "x_half_b"]
    for v in x.values():
        np.testing.assert_allclose(v, 0, atol=1e-4)
