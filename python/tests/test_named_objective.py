"""What the objective gives: values and gradients."""

from collections import OrderedDict

import numpy as np
import pytest
from frameworks import Jax, NumPy, Quadratic, TensorFlow, Torch, differentiating, every, framework, require

from argmin._errors import InputError, UnknownNameError


def refuse(q, fun, match, **options):
    """What is wrong is found at the first call, and at a later one; the error is of both kinds."""
    for late in (False, True):
        calls = []

        def called(x):
            calls.append(x)
            return fun(x) if len(calls) > 2 or not late else q.pair(x)

        with pytest.raises(InputError, match=match) as e:
            q.minimize(called, q.x0, **options)
        assert isinstance(e.value, ValueError) and isinstance(e.value, AssertionError)


@every
def test_value_of_shape_one(cls):
    q = Quadratic(cls)
    refuse(
        q, lambda x: (q.fw.tensor([1.0]), q.pair(x)[1]), r"the value of the objective has shape \(1,\), want a scalar"
    )


@every
@pytest.mark.parametrize("value", [3, "text", None, 1j, True])
def test_value_that_is_no_float(cls, value):
    q = Quadratic(cls)
    refuse(q, lambda x: (value, q.pair(x)[1]), "the value of the objective is .*, want floating-point")


@every
def test_integer_tensor_as_value(cls):
    q = Quadratic(cls)
    three = {
        NumPy: np.int64,
        Jax: lambda v: framework(Jax).lib.numpy.int32(v),
        Torch: lambda v: framework(Torch).lib.tensor(v),
        TensorFlow: lambda v: framework(TensorFlow).lib.constant(v),
    }[cls](3)
    refuse(q, lambda x: (three, q.pair(x)[1]), "the value of the objective .*want floating-point")


@every
@pytest.mark.parametrize("kind", [float, np.float64, np.float32, np.array])
def test_values_of_python_and_numpy(cls, kind):
    """PyTorch and TensorFlow refuse these in dict-minimize."""
    q = Quadratic(cls)
    q.near(q.minimize(lambda x: (kind(float(q.fw.array(q.value(x)))), q.pair(x)[1]), q.x0), atol=2e-3)


@every
def test_order_of_names(cls):
    """dict-minimize wants the order of x0. Here names count."""
    q = Quadratic(cls)
    q.near(q.minimize(lambda x: (q.value(x), OrderedDict(reversed(q.pair(x)[1].items()))), q.x0))
    q.near(q.minimize(lambda x: (q.value(x), dict(q.pair(x)[1])), q.x0))


@every
def test_missing_and_unknown_names(cls):
    q = Quadratic(cls)
    refuse(q, lambda x: (q.value(x), {"a": q.pair(x)[1]["a"]}), "the gradient has no 'b'; it has 'a'")
    refuse(
        q,
        lambda x: (q.value(x), {**q.pair(x)[1], "bb": x["b"]}),
        r"the gradient has 'bb', which is not in x0 \(did you mean 'b'\?\)",
    )
    with pytest.raises(KeyError) as e:  # which that is in dict-minimize
        q.minimize(lambda x: (q.value(x), {**q.pair(x)[1], "bb": x["b"]}), q.x0)
    assert type(e.value) is UnknownNameError and str(e.value).startswith("the gradient has 'bb'")


@every
def test_shapes_are_not_broadcast(cls):
    q = Quadratic(cls)
    scalar, row = q.fw.tensor(1.0), q.fw.tensor([[1.0, 1.0, 1.0]])
    refuse(q, lambda x: (q.value(x), {"a": x["a"], "b": scalar}), r"the gradient of 'b' has shape \(\), want \(3,\)")
    refuse(q, lambda x: (q.value(x), {"a": x["a"], "b": row}), r"the gradient of 'b' has shape \(1, 3\), want \(3,\)")


@every
def test_integer_gradient(cls):
    q = Quadratic(cls)
    ints = np.array([1, 2, 3])
    ints = (
        ints
        if cls is NumPy
        else q.fw.lib.numpy.asarray(ints)
        if cls is Jax
        else q.fw.lib.from_numpy(ints)
        if cls is Torch
        else q.fw.lib.constant(ints)
    )
    refuse(
        q, lambda x: (q.value(x), {"a": x["a"], "b": ints}), "the gradient of 'b' has type .*int.*, want floating-point"
    )


@every
def test_gradient_is_no_dict(cls):
    q = Quadratic(cls)
    refuse(
        q,
        lambda x: (q.value(x), [x["a"], x["b"]]),
        "the gradient is a list, want a dict with the names of x0: 'a', 'b'",
    )


@every
def test_gradients_as_lists_and_numpy_arrays(cls):
    q = Quadratic(cls)

    def fun(x):
        value, g = q.pair(x)
        return value, {"a": q.fw.array(g["a"]).tolist(), "b": q.fw.array(g["b"])}

    q.near(q.minimize(fun, q.x0))


@every
def test_none_as_gradient(cls):
    """None is never zero, unless that is asked for. In dict-minimize it never is."""
    q = Quadratic(cls)
    only = lambda x: (q.fw.sum((x["a"] - 3) ** 2), {"a": 2 * (x["a"] - 3), "b": None})  # noqa: E731
    refuse(q, only, "the gradient of 'b' is None: .*allow_unused=True")
    x = q.minimize(only, q.x0, allow_unused=True)
    q.near(x, b=q.fw.array(q.x0["b"]))


@differentiating
def test_unused_names(cls):
    q = Quadratic(cls)
    only = lambda x: q.fw.sum((x["a"] - 3) ** 2)  # noqa: E731
    if cls is Jax:  # whose gradients are zeros
        q.near(q.minimize(only, q.x0), b=q.fw.array(q.x0["b"]))
        return
    with pytest.raises(InputError, match="the gradient of 'b' is None"):
        q.minimize(only, q.x0)
    q.near(q.minimize(only, q.x0, allow_unused=True), b=q.fw.array(q.x0["b"]))


def test_torch_allow_unused():
    q = Quadratic(Torch)
    grad = q.fw.lib.autograd.grad

    def fun(x):
        value = ((x["a"] - 3) ** 2).sum()
        return value, OrderedDict(zip(x, grad(value, list(x.values()), allow_unused=True)))

    q.near(q.minimize(fun, q.x0, allow_unused=True), b=q.fw.array(q.x0["b"]))


def test_torch_backward():
    """The tensors are leaves, each time new ones, so that backward and grad work."""
    q = Quadratic(Torch)

    def fun(x):
        assert all(v.is_leaf and v.requires_grad and v.grad is None for v in x.values())
        value = q.value(x)
        value.backward()
        return value, OrderedDict((k, v.grad) for k, v in x.items())

    x = q.minimize(fun, q.x0)
    q.near(x)
    assert all(v.is_leaf and v.requires_grad for v in x.values())


def test_torch_sparse():
    torch = require("torch")
    q = Quadratic(Torch)
    x = q.minimize(lambda x: (q.value(x), {"a": (2 * (x["a"] - 3)).to_sparse(), "b": 2 * (x["b"] + 1)}), q.x0)
    q.near(x)
    with pytest.raises(InputError, match="x0 of 'a' is sparse"):
        q.minimize(q.pair, {"a": torch.ones(2, 2).to_sparse()})


def test_tensorflow_indexed_slices():
    """Gradients by gather, which dict-minimize refuses."""
    tf = require("tensorflow")
    fw = framework(TensorFlow)
    at = [0, 2, 2]

    def value(x):
        return tf.reduce_sum((tf.gather(x["w"], at) - 2.0) ** 2) + x["w"][1] ** 2

    def pair(x):
        with tf.GradientTape() as tape:
            tape.watch(x["w"])
            v = tf.reduce_sum((tf.gather(x["w"], at) - 2.0) ** 2)
        return v, {"w": tape.gradient(v, x["w"])}

    x0 = {"w": fw.tensor([1.0, 1.0, 1.0])}
    np.testing.assert_allclose(fw.minimize(value, x0)["w"], [2, 0, 2], atol=1e-5)
    np.testing.assert_allclose(fw.minimize(pair, x0)["w"], [2, 1, 2], atol=1e-5)


def test_tensorflow_variables():
    """A Variable starts a search; functions and the caller get tensors."""
    tf = require("tensorflow")
    q = Quadratic(TensorFlow)
    seen = []
    x = q.minimize(
        lambda x: seen.extend(x.values()) or q.pair(x), OrderedDict((k, tf.Variable(v)) for k, v in q.x0.items())
    )
    assert not any(isinstance(v, tf.Variable) for v in [*seen, *x.values()])
    q.near(x)


def test_tensorflow_within_a_function():
    tf = require("tensorflow")
    q = Quadratic(TensorFlow)

    @tf.function
    def outer(a):
        return q.minimize(q.pair, OrderedDict(a=a, b=q.x0["b"]))

    with pytest.raises((RuntimeError, AttributeError)):
        outer(q.x0["a"])


def test_jax_within_transformations():
    jax = require("jax")
    q = Quadratic(Jax)
    run = lambda a: q.minimize(q.pair, OrderedDict(a=a, b=q.x0["b"]))["a"].sum()  # noqa: E731
    for transformed in (jax.jit(run), jax.grad(run)):
        with pytest.raises(jax.errors.TracerArrayConversionError):
            transformed(q.x0["a"])


@every
@pytest.mark.parametrize("compiled", [False, True])
def test_the_value_alone(cls, compiled):
    """The framework differentiates; NumPy takes differences."""
    q = Quadratic(cls)
    fun = q.fw.compile(q.value) if compiled else q.value
    for jac in (None, "2-point", "3-point", False):
        r = q.minimize(fun, q.x0, jac=jac, full_output=True)
        q.near(r.x, atol=1e-4)
        assert r.success and r.njev <= r.nit + 5
        assert (r.nfev < 15) == (q.fw.differentiates and jac is None)


@every
def test_compiled_pair(cls):
    q = Quadratic(cls)
    fun = q.fw.compile(q.pair)
    for method in ("L-BFGS-B", "BFGS", "CG"):
        q.near(q.minimize(fun, q.x0, method=method, args=(2.0,)), a=2.0, atol=1e-3)
        q.near(q.minimize(fun, q.x0, method=method, args=(1.0,)), a=1.0, atol=1e-3)


@every
def test_separate_gradient(cls):
    q = Quadratic(cls)
    r = q.minimize(q.value, q.x0, jac=lambda x, *args: q.pair(x, *args)[1], args=(2.0,), full_output=True)
    q.near(r.x, a=2.0)
    assert r.nfev < 15


@every
def test_other_float_types(cls):
    """The value and the gradients may have other types than the parameters."""
    q = Quadratic(cls)
    low = {
        "numpy": lambda t: np.asarray(t, np.float32),
        "jax": lambda t: t.astype("float32"),
        "torch": lambda t: t.float(),
        "tensorflow": lambda t: q.fw.lib.cast(t, q.fw.lib.float32),
    }[cls.name]

    def fun(x):
        value, g = q.pair(x)
        return low(value), {k: low(v) for k, v in g.items()}

    q.near(q.minimize(fun, q.x0, method="L-BFGS-B"), atol=1e-3)


@every
@pytest.mark.parametrize("method", ["L-BFGS-B", "TNC", "trust-constr", "CG", "BFGS", "SLSQP"])
@pytest.mark.parametrize("what", ["value", "gradient"])
def test_nan(cls, method, what):
    """Nothing is raised, and x0 comes back; dict-minimize may come back from far away. There is a warning."""
    q = Quadratic(cls)

    def fun(x):
        value, g = q.pair(x)
        return (value * np.nan, g) if what == "value" else (value, {k: v * np.nan for k, v in g.items()})

    with pytest.warns(UserWarning, match="minimize has not converged"):
        x = q.minimize(fun, q.x0, method=method)
    q.near(x, a=q.fw.array(q.x0["a"]), b=q.fw.array(q.x0["b"]))


@every
def test_points_are_fresh(cls):
    """What a function keeps, or changes, is its own."""
    q, kept = Quadratic(cls), []

    def fun(x):
        result = q.pair(x)
        kept.append((x, {k: q.fw.array(v).copy() for k, v in x.items()}))
        return result

    q.minimize(fun, q.x0)
    for x, values in kept:
        for k, v in values.items():
            np.testing.assert_array_equal(q.fw.array(x[k]), v)
    assert len(kept) > 2


def test_numpy_changes_in_place():
    q = Quadratic(NumPy)

    def spoil(x):
        result = q.pair({k: v.copy() for k, v in x.items()})
        for v in x.values():
            v[...] = np.nan
        return result

    q.near(q.minimize(spoil, q.x0))
