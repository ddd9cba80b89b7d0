"""The way by which the extension makes tensors and reads gradients: the same as that of Python, in each framework."""

import gc
import threading
from collections import OrderedDict

import numpy as np
import pytest
from frameworks import Jax, NumPy, TensorFlow, Torch, framework, require

from argmin import _core

SHAPES = {"a": (3,), "b": (), "c": (2, 2), "d": (1, 4)}
GOAL = {k: np.arange(float(np.prod(s, dtype=int))).reshape(s) - 1 for k, s in SHAPES.items()}


@pytest.fixture(params=[NumPy, Jax, Torch, TensorFlow], ids=lambda cls: cls.name)
def q(request):
    return framework(request.param)


def pair(q, change=lambda g: g):
    def fun(x):
        value = sum(float(np.sum((q.array(x[k]).astype(float) - g) ** 2)) for k, g in GOAL.items())
        made = {k: q.tensor(2 * (q.array(x[k]).astype(float) - g), "float64") for k, g in GOAL.items()}
        return value, change(made)

    return fun


def start(q, dtype="float64", kind=dict):
    return kind((k, q.tensor(np.full(s, 0.25), dtype)) for k, s in SHAPES.items())


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("kind", [dict, OrderedDict])
def test_every_shape_and_type(q, dtype, kind):
    x = q.minimize(pair(q), start(q, dtype, kind), method="BFGS", tol=1e-4)
    assert type(x) is kind
    for k, v in GOAL.items():
        assert q.array(x[k]).shape == v.shape and dtype in str(x[k].dtype)
        np.testing.assert_allclose(q.array(x[k]), v, atol=1e-4)


def test_kept_tensors_keep_their_numbers(q):
    kept = []

    def fun(x):
        kept.append((dict(x), {k: np.array(q.array(v)) for k, v in x.items()}))
        return pair(q)(x)

    q.minimize(fun, start(q), method="CG")
    gc.collect()
    assert len(kept) > 2
    for tensors, numbers in kept:
        for k, v in tensors.items():
            np.testing.assert_array_equal(q.array(v), numbers[k])


def test_nested_trees(q):
    def fun(x):
        inner = {"a": x["l"][0], "b": x["l"][1], "c": x["m"]["c"], "d": x["m"]["d"]}
        value, g = pair(q)(inner)
        return value, {"m": {"d": g["d"], "c": g["c"]}, "l": [g["a"], g["b"]]}

    s = start(q)
    x = q.minimize(fun, {"l": [s["a"], s["b"]], "m": {"c": s["c"], "d": s["d"]}}, method="L-BFGS-B")
    np.testing.assert_allclose(q.array(x["l"][0]), GOAL["a"], atol=1e-5)
    np.testing.assert_allclose(q.array(x["m"]["d"]), GOAL["d"], atol=1e-5)


@pytest.mark.parametrize("change", [
    lambda g: {**g, "a": np.asarray(2.0)},
    lambda g: {k: v for k, v in g.items() if k != "a"},
    lambda g: {**g, "a": None},
])
@pytest.mark.parametrize("call", [1, 3])
def test_wrong_gradients_later_too(q, change, call):
    count = [0]

    def fun(x):
        count[0] += 1
        return pair(q, change if count[0] >= call else lambda g: g)(x)

    with pytest.raises(ValueError, match="'a'"):
        q.minimize(fun, start(q), method="BFGS")


def capsules(values, shapes, size=8):
    return _core.tensors(np.asarray(values, float), shapes, size)


def test_capsules():
    tf = require("tensorflow")
    tensor = tf.experimental.dlpack.from_dlpack
    for n in (1, 2, 5, 1000):
        v = np.arange(2.0 * n)
        for size, dtype in ((8, "float64"), (4, "float32")):
            a, b = (tensor(c) for c in capsules(v, ((n,), (1, n, 1)), size))
            v[0] += 1  # they have numbers of their own
            assert a.dtype.name == b.dtype.name == dtype and b.shape == (1, n, 1)
            assert a.numpy()[0] == v[0] - 1 and (a[1:] - a[:-1]).numpy().tolist() == [1 - (i == 0) * (v[0] - 1) for i in range(n - 1)]
            np.testing.assert_array_equal(b.numpy().ravel(), v[n:])
            v[0] = 0
    for _ in range(100):
        capsules(np.ones(4), ((4,),))  # that nobody takes


@pytest.mark.parametrize("vector, shapes, size", [
    (np.ones(3), ((4,),), 8), (np.ones(4)[::2], ((2,),), 8), (np.ones(2, np.float32), ((2,),), 8), (np.ones((2, 2)), ((4,),), 8),
    (np.ones(2), ((2,),), 2),
])
def test_refused_capsules(vector, shapes, size):
    with pytest.raises(ValueError, match="tensors are made of a vector of float64"):
        _core.tensors(vector, shapes, size)


@pytest.mark.parametrize("shapes", [[(2,)], ("2",), ((2.5,),)])
def test_shapes_of_other_types(shapes):
    with pytest.raises(TypeError):
        _core.tensors(np.ones(2), shapes, 8)


def test_threads(q):
    found = []

    def run():
        found.append(q.minimize(pair(q), start(q), method="L-BFGS-B"))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(found) == 8
    for x in found:
        np.testing.assert_allclose(q.array(x["c"]), GOAL["c"], atol=1e-5)
