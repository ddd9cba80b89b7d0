"""Functions of NumPy's arrays give the value and the gradients in many forms, at the first call or later: all of them mean the same."""

import collections
import functools

import numpy as np
import pytest

from argmin.numpy_api import minimize

GOAL = {"a": np.array([1.0, -2.0, 3.0]), "b": np.array(0.5), "c": np.arange(6.0).reshape(2, 3)}
START = {name: np.zeros_like(v) for name, v in GOAL.items()}


def value(x):
    return sum(np.sum((x[k] - v) ** 2) for k, v in GOAL.items())


def gradient(x):
    return {k: 2 * (x[k] - v) for k, v in GOAL.items()}


class Names(dict):
    pass


class Negated(dict):
    def __getitem__(self, key):
        return -super().__getitem__(key)


FORMS = {
    "a tuple of a number and a dict": lambda f, g: (f, g),
    "a list": lambda f, g: [f, g],
    "a Python float": lambda f, g: (float(f), g),
    "an array without axes": lambda f, g: (np.array(f), g),
    "an ordered dict": lambda f, g: (f, collections.OrderedDict(g)),
    "another order": lambda f, g: (f, dict(reversed(g.items()))),
    "a subclass of dict": lambda f, g: (f, Names(g)),
    "a mapping": lambda f, g: (f, collections.ChainMap(g)),
    "a dict with its own items": lambda f, g: (f, Negated({k: -v for k, v in g.items()})),
    "float32": lambda f, g: (np.float32(f), {k: v.astype(np.float32) for k, v in g.items()}),
    "another byte order": lambda f, g: (f, {k: np.asarray(v, ">f8") for k, v in g.items()}),
    "numbers for arrays without axes": lambda f, g: (f, {**g, "b": float(g["b"])}),
    "columns of a matrix": lambda f, g: (f, {**g, "a": np.outer(g["a"], [1, 2])[:, 0], "c": g["c"].T.copy().T}),
    "backwards": lambda f, g: (f, {**g, "a": g["a"][::-1].copy()[::-1]}),
    "read-only": lambda f, g: (f, {**g, "a": np.broadcast_to(g["a"], (3,))}),
    "not aligned": lambda f, g: (f, {**g, "a": np.frombuffer(b"?" + g["a"].tobytes(), np.uint8)[1:].view(np.float64)}),
    "lists": lambda f, g: (f, {k: v.tolist() for k, v in g.items()}),
    "masked arrays": lambda f, g: (f, {k: np.ma.masked_array(v) for k, v in g.items()}),
    "matrices": lambda f, g: (f, {**g, "c": np.asmatrix(g["c"])}),
}


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("form", FORMS)
def test_forms_of_results(form):
    make = FORMS[form]
    x = minimize(lambda x: make(value(x), gradient(x)), START, method="BFGS", verify=False, tol=1e-4)
    assert type(x) is dict and list(x) == list(START)
    for k, v in GOAL.items():
        assert x[k].shape == v.shape and x[k].dtype == np.float64
        np.testing.assert_allclose(x[k], v, atol=1e-3)


WRONG = {
    "a gradient less": (lambda f, g: (f, {"a": g["a"], "b": g["b"]}), "the gradient has no 'c'"),
    "a gradient more": (lambda f, g: (f, {**g, "d": 1.0}), "'d', which is not in x0"),
    "another name": (lambda f, g: (f, {"a": g["a"], "b": g["b"], "C": g["c"]}), "'C', which is not in x0"),
    "another shape": (lambda f, g: (f, {**g, "c": g["c"].T}), r"'c' has shape \(3, 2\), want \(2, 3\)"),
    "a number for an array": (lambda f, g: (f, {**g, "a": 1.0}), r"'a' has shape \(\), want \(3,\)"),
    "None": (lambda f, g: (f, {**g, "a": None}), "'a' is None"),
    "integers": (lambda f, g: (f, {**g, "a": g["a"].astype(int)}), "'a' has type int64"),
    "complex numbers": (lambda f, g: (f, {**g, "a": g["a"] + 0j}), "'a' has type complex128"),
    "text": (lambda f, g: (f, {**g, "a": "abc"}), "'a' is 'abc'"),
    "a value with an axis": (lambda f, g: (np.ones(1), g), r"value of the objective has shape \(1,\)"),
    "three": (lambda f, g: (f, g, 1), "values"),
    "the value alone": (lambda f, g: f, "unpack"),
}


@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("what", WRONG)
def test_wrong_results_at_any_call(what, call):
    make, text = WRONG[what]
    calls = 0

    def fun(x):
        nonlocal calls
        calls += 1
        return (make if calls == call else lambda f, g: (f, g))(value(x), gradient(x))

    if what == "the value alone" and call == 1:
        pytest.skip("a function that gives the value alone is differentiated")
    with pytest.raises(Exception, match=text):
        minimize(fun, START, method="BFGS")
    assert calls == call


@pytest.mark.parametrize("start", [START, collections.OrderedDict(START), START["c"], START["b"], START["a"]], ids=type)
def test_what_functions_get_is_theirs(start):
    """They may keep it and write into it."""
    kept, calls = [], []

    def fun(x):
        leaves = list(x.values()) if isinstance(x, dict) else [x]
        assert type(x) is type(start) and all(type(v) is np.ndarray and v.flags.c_contiguous for v in leaves)
        both = [(np.sum((v - 1) ** 2 * (2 + np.cos(v))), 2 * (v - 1) * (2 + np.cos(v)) - (v - 1) ** 2 * np.sin(v)) for v in leaves]
        g = type(start)(zip(x, (b for _, b in both))) if isinstance(x, dict) else both[0][1]
        calls.append(1)
        if len(calls) % 2:
            for v in leaves:
                v.fill(np.nan)
        kept.extend((v, v.copy()) for v in leaves)
        return sum(a for a, _ in both), g

    found = minimize(fun, start, method="L-BFGS-B")
    for v in found.values() if isinstance(found, dict) else [found]:
        np.testing.assert_allclose(v, 1, atol=1e-3)
    assert len(kept) >= 2
    for v, copy in kept:
        np.testing.assert_array_equal(v, copy)


def test_arguments_follow():
    def fun(x, factor, shift):
        assert type(factor) is float
        return factor * np.sum((x["a"] - shift) ** 2), {"a": 2 * factor * (x["a"] - shift)}

    shift = np.array([1.0, 2.0])
    x = minimize(fun, {"a": np.zeros(2)}, args=(3.0, shift))
    np.testing.assert_allclose(x["a"], shift, atol=1e-5)
    x = minimize(functools.partial(fun, factor=2.0, shift=shift), {"a": np.zeros(2)})
    np.testing.assert_allclose(x["a"], shift, atol=1e-5)


@pytest.mark.parametrize("names", [("a", 1), (1, 2), (("t", 0), "b"), ("", "ä")])
def test_names_of_any_type(names):
    x = minimize(
        lambda x: (sum(np.sum((v - 2) ** 2) for v in x.values()), {k: 2 * (v - 2) for k, v in x.items()}),
        dict.fromkeys(names, np.zeros(2)),
    )
    assert tuple(x) == names
    np.testing.assert_allclose(list(x.values()), 2, atol=1e-4)


def test_tensors_without_elements_and_many_names():
    start = {f"x{i}": np.zeros(i % 3) for i in range(500)}
    x = minimize(
        lambda x: (sum(float((v - 1) @ (v - 1)) for v in x.values()), {k: 2 * (v - 1) for k, v in x.items()}), start
    )
    assert list(x) == list(start)
    np.testing.assert_allclose(np.concatenate(list(x.values())), 1, atol=1e-4)
