"""Trees of tensors: nested ones, those of registered classes, fixed and scaled names."""

import dataclasses
from collections import OrderedDict, defaultdict, namedtuple

import numpy as np
import pytest
from frameworks import Jax, NumPy, Quadratic, Torch, differentiating, every, framework, require

from argmin._errors import InputError, UnknownNameError
from argmin._tree import Tree, register_pytree_node

Pair = namedtuple("Pair", "u v")


@dataclasses.dataclass
class Layer:
    w: object
    b: object


class Own:
    def __init__(self, *parts):
        self.parts = parts


register_pytree_node(Own, lambda o: (o.parts, None), lambda rest, parts: Own(*parts))


def nested(fw):
    one = fw.tensor([1.0, 2.0])
    return {
        "layers": [{"w": one, "b": fw.tensor(0.5)}, {"w": one, "b": fw.tensor(0.1)}],
        "p": Pair(one, (fw.tensor([[3.0]]),)),
        "n": None,
    }


def leaves(x):
    return Tree(x).leaves


@differentiating
@pytest.mark.parametrize("compiled", [False, True])
def test_nested(cls, compiled):
    fw = framework(cls)

    def fun(x):
        return sum(fw.sum((v - 3.0) ** 2) for v in leaves(x))

    x = fw.minimize(fw.compile(fun) if compiled else fun, nested(fw))
    assert (
        type(x) is dict
        and type(x["layers"]) is list
        and type(x["p"]) is Pair
        and type(x["p"].v) is tuple
        and x["n"] is None
    )
    assert list(x["layers"][0]) == ["w", "b"]
    for v in leaves(x):
        np.testing.assert_allclose(fw.array(v), 3, atol=1e-4)


@every
def test_nested_gradients(cls):
    fw = framework(cls)

    def fun(x):
        t = Tree(x)
        return sum(fw.sum((v - 3.0) ** 2) for v in t.leaves), t.build([2 * (v - 3.0) for v in t.leaves])

    for v in leaves(fw.minimize(fun, nested(fw))):
        np.testing.assert_allclose(fw.array(v), 3, atol=1e-4)


@every
def test_a_tensor_alone(cls):
    fw = framework(cls)
    x = fw.minimize(lambda x: (fw.sum((x - 3.0) ** 2), 2 * (x - 3.0)), fw.tensor([[1.0, 2.0]]), ub_dict=[2.5, 9])
    np.testing.assert_allclose(fw.array(x), [[2.5, 3]], atol=1e-5)


@every
@pytest.mark.parametrize(
    "make",
    [lambda w, b: Layer(w, b), lambda w, b: Own(w, b), lambda w, b: [w, b], lambda w, b: Pair(w, b)],
    ids=["dataclass", "registered", "list", "namedtuple"],
)
def test_containers(cls, make):
    fw = framework(cls)
    x0 = make(fw.tensor([1.0, 2.0]), fw.tensor(0.5))

    def fun(x):
        assert type(x) is type(x0)
        t = Tree(x)
        return sum(fw.sum((v - 3.0) ** 2) for v in t.leaves), t.build([2 * (v - 3.0) for v in t.leaves])

    r = fw.minimize(fun, x0, full_output=True, scale=2.0, lb_dict=-9)
    assert type(r.x) is type(x0) and type(r.jac) is type(x0)
    for v in leaves(r.x):
        np.testing.assert_allclose(fw.array(v), 3, atol=1e-4)


def test_classes_registered_with_jax():
    jax = require("jax")
    fw = framework(Jax)

    @jax.tree_util.register_pytree_node_class
    class Model:
        def __init__(self, w, rate):
            self.w, self.rate = w, rate

        def tree_flatten(self):
            return (self.w,), self.rate

        @classmethod
        def tree_unflatten(cls, rate, children):
            return cls(*children, rate)

    for fun in (
        lambda m: fw.sum((m["m"].w - m["m"].rate) ** 2),
        jax.jit(lambda m: fw.sum((m["m"].w - m["m"].rate) ** 2)),
    ):
        x = fw.minimize(fun, {"m": Model(fw.tensor([1.0, 2.0]), 0.5)})
        np.testing.assert_allclose(x["m"].w, 0.5, atol=1e-4)
        assert x["m"].rate == 0.5


def test_classes_registered_with_torch():
    require("torch")
    from torch.utils import _pytree

    fw = framework(Torch)

    class Model:
        def __init__(self, w):
            self.w = w

    _pytree.register_pytree_node(Model, lambda m: ([m.w], None), lambda ws, rest: Model(*ws))
    x = fw.minimize(lambda x: ((x["m"].w - 0.5) ** 2).sum(), {"m": Model(fw.tensor([1.0, 2.0]))})
    np.testing.assert_allclose(fw.array(x["m"].w), 0.5, atol=1e-4)


def test_dict_subclasses():
    fw = framework(NumPy)
    x0 = defaultdict(list, a=np.ones(2))
    assert type(fw.minimize(lambda x: (np.sum(x["a"] ** 2), {"a": 2 * x["a"]}), x0)) is dict


@every
def test_errors_name_the_place(cls):
    fw = framework(cls)
    x0 = nested(fw)

    def spoiled(change):
        def fun(x):
            t = Tree(x)
            g = t.build([2 * v for v in t.leaves])
            change(g)
            return fw.sum(x["p"].u), g

        return fun

    for change, match in (
        (lambda g: g["layers"][1].pop("b"), r"the gradient of 'layers'\[1\] has no 'b'; it has 'w'"),
        (lambda g: g["layers"].pop(), r"the gradient of 'layers' is a list with 1 entries, want 2 entries"),
        (
            lambda g: g["layers"][0].update(b=fw.tensor([1.0])),
            r"the gradient of 'layers'\[0\]\['b'\] has shape \(1,\), want \(\)",
        ),
        (lambda g: g.update(q=fw.tensor(0.0)), "the gradient has 'q', which is not in x0"),
    ):
        with pytest.raises(InputError, match=match):
            fw.minimize(spoiled(change), x0)


@every
@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("method", ["L-BFGS-B", "trust-ncg"])
def test_fixed(cls, compiled, alone, method):
    """Fixed tensors keep their values, and functions see them."""
    q = Quadratic(cls)
    fun = q.value if alone else q.pair
    if cls is NumPy and alone and method != "L-BFGS-B":
        return
    for fixed in (["a"], "a", {"a": True}):
        r = q.minimize(q.fw.compile(fun) if compiled else fun, q.x0, fixed=fixed, method=method, full_output=True)
        q.near(r.x, a=q.fw.array(q.x0["a"]), atol=1e-4)
        np.testing.assert_array_equal(q.fw.array(r.x["a"]), q.fw.array(q.x0["a"]))
        assert r.success and np.all(q.fw.array(r.jac["a"]) == 0)


def test_fixed_below_the_top():
    fw = framework(NumPy)
    x0 = {"l": [{"w": np.ones(2), "b": np.ones(1)}, {"w": np.ones(2)}], ("l", "x"): np.ones(1)}

    def fun(x):
        t = Tree(x)
        return sum(np.sum((v - 3) ** 2) for v in t.leaves), t.build([2 * (v - 3) for v in t.leaves])

    x = fw.minimize(fun, x0, fixed=[("l", 0, "w"), ("l", "x")])
    values = [v.ravel()[0].round(3) for v in leaves(x)]
    assert values == [1, 3, 3, 1]
    with pytest.raises(UnknownNameError, match=r"fixed names 'll', which is not in x0"):
        fw.minimize(fun, x0, fixed=["ll"])
    with pytest.raises(InputError, match="x0 has no elements that are not fixed"):
        fw.minimize(fun, x0, fixed=True)
    with pytest.raises(InputError, match=r"'l'\[0\]\['w'\] is fixed outside of its bounds"):
        fw.minimize(fun, x0, fixed=[("l", 0, "w")], ub_dict=0.5)


@every
def test_scale(cls):
    """Sizes of tensors by name: the search needs fewer iterations where they differ much."""
    fw = framework(cls)

    def fun(x):
        small, large = (x["s"] - 1e-4) * 1e4, (x["l"] - 1e3) * 1e-3
        v = 2 * small[0] + large[0] - small[1] * large[1]
        value = fw.sum(small**2) + fw.sum(large**2) + v**2
        ds, dl = [4 * v, -2 * v * large[1]], [2 * v, -2 * v * small[1]]
        stack = fw.lib.stack if cls is not Jax else fw.lib.numpy.stack
        return value, {"s": 2e4 * small + 1e4 * stack(ds), "l": 2e-3 * large + 1e-3 * stack(dl)}

    x0 = OrderedDict(s=fw.tensor([3e-4, -2e-4]), l=fw.tensor([-2e3, 5e3]))
    plain = fw.minimize(fun, x0, full_output=True, method="BFGS")
    scaled = fw.minimize(fun, x0, full_output=True, method="BFGS", scale={"s": 1e-4, "l": 1e3})
    assert scaled.success and scaled.nit < plain.nit
    np.testing.assert_allclose(fw.array(scaled.x["l"]), 1e3, rtol=1e-4)
    for bad in (0, -1, np.inf):
        with pytest.raises(InputError, match="scale of 's' is .*, want positive numbers"):
            fw.minimize(fun, x0, scale={"s": bad})


def test_many_leaves():
    """A thousand names, and a hundred thousand elements."""
    fw = framework(NumPy)
    x0 = {f"w{i}": np.zeros((10, 10)) for i in range(1000)}
    r = fw.minimize(
        lambda x: (sum(np.sum((v - 1) ** 2) for v in x.values()), {k: 2 * (v - 1) for k, v in x.items()}),
        x0,
        method="L-BFGS-B",
        full_output=True,
    )
    assert r.success and all(np.allclose(v, 1) for v in r.x.values())
