"""Objectives as in dict-minimize's README, in each framework, and their minima beside its own."""

from collections import OrderedDict

import numpy as np
import pytest
from frameworks import Jax, NumPy, TensorFlow, Torch, framework, require

SHIFT = -1.0


def numpy_objective(fw):
    optimize = require("scipy.optimize")

    def objective(params, shift):
        halves = {k: v - shift for k, v in params.items()}
        grads = OrderedDict((k, optimize.rosen_der(v)) for k, v in halves.items())
        return sum(optimize.rosen(v) for v in halves.values()), grads

    return objective


def two(params, shift):
    """Rosenbrock's function of each half of length two, by indices as in the README."""
    a, b = params["a"] - shift, params["b"] - shift
    valley = 100 * (a[1] - a[0] ** 2) ** 2 + 100 * (b[1] - b[0] ** 2) ** 2
    return valley + (1 - a[0]) ** 2 + (1 - b[0]) ** 2


def torch_objective(fw):
    def objective(params, shift):
        value = two(params, shift)
        da, db = fw.lib.autograd.grad(value, [params["a"], params["b"]])
        return value, OrderedDict([("a", da), ("b", db)])

    return objective


def tensorflow_objective(fw):
    def objective(params, shift):
        with fw.lib.GradientTape(persistent=True) as tape:
            tape.watch(params["a"])
            tape.watch(params["b"])
            value = two(params, shift)
        return value, OrderedDict((k, tape.gradient(value, params[k])) for k in ("a", "b"))

    return objective


def jax_objective(fw):
    return fw.lib.value_and_grad(two, argnums=0)


CASES = [(NumPy, numpy_objective), (Jax, jax_objective), (Torch, torch_objective), (TensorFlow, tensorflow_objective)]


@pytest.mark.parametrize("cls, make", CASES, ids=[c.name for c, _ in CASES])
@pytest.mark.parametrize("method", ["CG", "BFGS", "L-BFGS-B", "TNC", "SLSQP", "trust-constr"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.filterwarnings("ignore")
def test_program(cls, make, method, dtype, capsys):
    fw = framework(cls)
    objective = make(fw)
    rng = np.random.default_rng(1)
    params = OrderedDict((k, fw.tensor(rng.normal(size=2), dtype)) for k in "ab")
    options = {"maxfun": 500} if method == "TNC" else {"disp": True} if method != "L-BFGS-B" else {}
    ours = fw.minimize(objective, params, args=(SHIFT,), method=method, options=options)
    peer = require(f"dict_minimize.{cls.name}_api").minimize(
        objective, params, args=(SHIFT,), method=method, options=options
    )
    assert type(ours) is type(peer) and list(ours) == list(peer)
    assert [(v.dtype, tuple(v.shape)) for v in ours.values()] == [(v.dtype, tuple(v.shape)) for v in peer.values()]

    def value(x):
        return float(fw.array(objective(x, SHIFT)[0]))

    assert value(ours) <= max(2 * value(peer), 1e-5 if dtype == "float32" else 1e-7)
