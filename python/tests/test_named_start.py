"""The start point: what it may be, and what comes back."""

from collections import OrderedDict

import numpy as np
import pytest
from frameworks import Jax, NumPy, Quadratic, TensorFlow, Torch, every, framework

from argmin._errors import InputError

BOTH = (ValueError, AssertionError)


def refused(error):
    """Whether an error is one for programs written for dict-minimize, and one for others."""
    return all(isinstance(error.value, e) for e in BOTH)


def one(fw):
    """The square of the distance of all tensors from 1."""

    def fun(x):
        return sum(fw.sum((v - 1) ** 2) for v in x.values()), OrderedDict((k, 2 * (v - 1)) for k, v in x.items())

    return fun


@every
def test_subclass_of_ordered_dict(cls):
    class Mine(OrderedDict):
        pass

    q = Quadratic(cls)
    x = q.minimize(q.pair, Mine(q.x0))
    assert type(x) is OrderedDict
    q.near(x)


@every
def test_plain_dict(cls):
    """dict-minimize refuses it. Here dict in, dict out."""
    q = Quadratic(cls)
    seen = []
    x = q.minimize(lambda x: seen.append(type(x)) or (q.value(x), dict(reversed(q.pair(x)[1].items()))), dict(q.x0))
    assert type(x) is dict and set(seen) == {dict} and list(x) == ["a", "b"]
    q.near(x)


@every
@pytest.mark.parametrize("empty", [OrderedDict(), {}, [], None])
def test_empty(cls, empty):
    with pytest.raises(InputError, match="x0 is empty") as e:
        framework(cls).minimize(lambda x: (0.0, x), empty)
    assert refused(e)


@every
def test_no_elements(cls):
    fw = framework(cls)
    with pytest.raises(InputError, match="x0 has no elements") as e:
        fw.minimize(lambda x: (0.0, x), OrderedDict(a=fw.tensor([])))
    assert refused(e)


@every
def test_empty_and_scalar_entries(cls):
    fw = framework(cls)
    x0 = OrderedDict(none=fw.tensor(np.zeros((0, 3))), scalar=fw.tensor(3.0), v=fw.tensor([2.0]))
    x = fw.minimize(one(fw), x0)
    assert {k: tuple(v.shape) for k, v in x.items()} == {"none": (0, 3), "scalar": (), "v": (1,)}
    np.testing.assert_allclose(fw.array(x["scalar"]), 1, atol=1e-6)


@every
def test_any_hashable_key(cls):
    fw = framework(cls)
    keys = [3, ("a", 1), None, "w", 2.5, frozenset({1})]
    x = fw.minimize(one(fw), OrderedDict((k, fw.tensor([2.0])) for k in keys))
    assert list(x) == keys


@every
def test_numbers_and_lists(cls):
    """dict-minimize wants tensors. Here numbers are tensors without axes, and lists are trees of them."""
    fw = framework(cls)
    x = fw.minimize(
        lambda x: ((x["a"] - 1) ** 2 + x["b"][0] ** 2, {"a": 2 * (x["a"] - 1), "b": [2 * x["b"][0]]}),
        {"a": 3.0, "b": [1.0]},
    )
    assert x["a"].shape == () and type(x["b"]) is list
    np.testing.assert_allclose(fw.array(x["a"]), 1, atol=1e-4)


@pytest.mark.parametrize("cls", [Torch, TensorFlow, Jax], ids=lambda c: c.name)
def test_numpy_start(cls):
    """NumPy's arrays start a search in every framework, which dict-minimize does only with jax."""
    fw = framework(cls)
    for dtype in ("float32", "float64"):
        x = fw.minimize(one(fw), OrderedDict(a=np.zeros(2, dtype), b=np.zeros((2, 1), dtype)))
        assert all(fw.is_tensor(v) and fw.dtype(v) == fw.dtype(fw.tensor(1.0, dtype)) for v in x.values())


@every
@pytest.mark.parametrize("bad", [np.array([1, 2]), np.array([True]), np.array([1j])])
def test_types_that_are_not_real(cls, bad):
    fw = framework(cls)
    start = {
        "good": fw.tensor([1.0]),
        "bad": bad
        if cls is NumPy
        else fw.lib.numpy.asarray(bad)
        if cls is Jax
        else fw.lib.from_numpy(bad)
        if cls is Torch
        else fw.lib.constant(bad),
    }
    with pytest.raises(InputError, match="x0 of 'bad' has type .*, want floating-point") as e:
        fw.minimize(one(fw), OrderedDict(start))
    assert refused(e)


@every
@pytest.mark.parametrize("bad", [np.array([object()]), "text"])
def test_objects(cls, bad):
    fw = framework(cls)
    with pytest.raises((InputError, TypeError), match="bad|dtype"):
        fw.minimize(one(fw), OrderedDict(bad=bad))


@every
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_not_finite(cls, bad):
    """dict-minimize does not look, and comes back with something."""
    fw = framework(cls)
    with pytest.raises(InputError, match="x0 of 'b': element 1 is (nan|inf)"):
        fw.minimize(one(fw), OrderedDict(a=fw.tensor([1.0]), b=fw.tensor([1.0, bad])))


@every
def test_start_is_not_changed(cls):
    q = Quadratic(cls)
    before = {k: fw_copy(q.fw.array(v)) for k, v in q.x0.items()}

    def spoil(x):
        result = q.pair(x)
        if cls is NumPy:
            x["a"][:] = 77
        return result

    q.minimize(spoil, q.x0)
    for k, v in before.items():
        np.testing.assert_array_equal(q.fw.array(q.x0[k]), v)


def fw_copy(a):
    return np.array(a, copy=True)


@every
def test_types_may_be_mixed(cls):
    fw = framework(cls)
    x0 = OrderedDict(a=fw.tensor([0.0], "float32"), b=fw.tensor([0.0, 3.0], "float64"), c=fw.tensor([2.0], "float16"))

    def fun(x):
        value = sum(float(fw.array((v - 1) ** 2).sum()) for v in x.values())
        return fw.tensor(value), OrderedDict((k, 2 * (v - 1)) for k, v in x.items())

    x = fw.minimize(fun, x0, method="L-BFGS-B")
    assert [fw.dtype(v) for v in x.values()] == [fw.dtype(v) for v in x0.values()]
    for v in x.values():
        np.testing.assert_allclose(fw.array(v), 1, atol=1e-2)
