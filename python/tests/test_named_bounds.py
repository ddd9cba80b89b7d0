"""Bounds: what dict-minimize takes, and what it does not."""

from collections import OrderedDict

import numpy as np
import pytest
from frameworks import NumPy, Quadratic, every, framework

from argmin._constraints import Bounds
from argmin._errors import InputError

KEEPING = ["L-BFGS-B", "TNC", "SLSQP", "trust-constr", "Nelder-Mead", "Powell", "COBYLA", "COBYQA"]


def like(q, a, b):
    return OrderedDict(a=q.fw.tensor(np.broadcast_to(a, (2, 2))), b=q.fw.tensor(np.broadcast_to(b, (3,))))


@every
@pytest.mark.parametrize("method", ["L-BFGS-B", "TNC", "SLSQP", "trust-constr", None])
def test_bounds_by_name(cls, method):
    """They hold at every evaluation, with trust-constr too."""
    q = Quadratic(cls)
    lo, hi = like(q, -np.inf, [0.25, -np.inf, 0.5]), like(q, [[2.0, np.inf], [2.5, 4.0]], np.inf)

    def fun(x):
        for k in x:
            assert np.all(q.fw.array(x[k]) >= q.fw.array(lo[k])) and np.all(q.fw.array(x[k]) <= q.fw.array(hi[k]))
        return q.pair(x)

    x = q.minimize(fun, q.x0, lb_dict=lo, ub_dict=hi, method=method)
    q.near(x, a=[[2, 3], [2.5, 3]], b=[0.25, -1, 0.5], atol=1e-4)


@every
@pytest.mark.parametrize("one", ["lb_dict", "ub_dict"])
def test_one_alone(cls, one):
    """dict-minimize wants both."""
    q = Quadratic(cls)
    x = q.minimize(q.pair, q.x0, **{one: like(q, 5.0 if one == "lb_dict" else 1.0, 0.0 if one == "lb_dict" else -2.0)})
    q.near(x, a=5.0 if one == "lb_dict" else 1.0, b=0.0 if one == "lb_dict" else -2.0)


@every
def test_names(cls):
    """Order does not matter, names may be missing, and unknown ones are errors, which are KeyErrors too."""
    q = Quadratic(cls)
    q.near(q.minimize(q.pair, q.x0, lb_dict=OrderedDict(reversed(like(q, -9.0, 0.5).items()))), b=0.5)
    q.near(q.minimize(q.pair, q.x0, lb_dict={"b": q.fw.tensor([0.5] * 3)}, ub_dict={"a": q.fw.tensor(2.0)}), a=2, b=0.5)
    with pytest.raises(InputError, match=r"lb_dict has 'bb', which is not in x0 \(did you mean 'b'\?\)") as e:
        q.minimize(q.pair, q.x0, lb_dict={"bb": 0.0})
    assert isinstance(e.value, KeyError)


@every
def test_broadcasting(cls):
    """A number for all, one for a name, a row for a matrix."""
    q = Quadratic(cls)
    q.near(q.minimize(q.pair, q.x0, ub_dict=1), a=1)
    q.near(q.minimize(q.pair, q.x0, ub_dict={"a": 1.5}), a=1.5)
    q.near(q.minimize(q.pair, q.x0, ub_dict={"a": [1, 2]}), a=[[1, 2], [1, 2]])
    with pytest.raises(
        InputError, match=r"ub_dict of 'a' has shape \(3,\), which cannot be broadcast to \(2, 2\)"
    ) as e:
        q.minimize(q.pair, q.x0, ub_dict={"a": [1, 2, 3]})
    assert isinstance(e.value, AssertionError)


@every
def test_none_and_infinite(cls):
    """None, NaN and infinite numbers mean that there is no bound, with every method."""
    q = Quadratic(cls)
    for nothing in (None, np.nan, np.inf):
        for method in ("L-BFGS-B", "trust-constr"):
            upper = {"a": [[2, nothing], [nothing, nothing]], "b": None}
            q.near(q.minimize(q.pair, q.x0, ub_dict=upper, method=method), a=[[2, 3], [3, 3]], atol=1e-4)
    assert q.minimize(q.pair, q.x0, lb_dict=-np.inf, ub_dict=np.inf, full_output=True).success


@every
@pytest.mark.parametrize("dtype", ["float32", "int32", "list"])
def test_types_of_bounds(cls, dtype):
    q = Quadratic(cls)
    upper = [[1, 2], [1, 2]]
    if dtype != "list":
        upper = q.fw.tensor(upper, dtype)
    q.near(q.minimize(q.pair, q.x0, ub_dict={"a": upper}), a=[[1, 2], [1, 2]])


@every
def test_text_as_bound(cls):
    q = Quadratic(cls)
    with pytest.raises(InputError, match="lb_dict of 'a' is 'low', want numbers"):
        q.minimize(q.pair, q.x0, lb_dict={"a": "low"})


@every
@pytest.mark.parametrize("method", ["L-BFGS-B", "TNC", "SLSQP", "trust-constr"])
def test_equal_bounds(cls, method):
    q = Quadratic(cls)
    x = q.minimize(q.pair, q.x0, lb_dict={"b": [0.5, -np.inf, -np.inf]}, ub_dict={"b": [0.5, 9, 9]}, method=method)
    q.near(x, b=[0.5, -1, -1], atol=1e-4)
    assert q.fw.array(x["b"])[0] == 0.5


@every
def test_bounds_crossed(cls):
    q = Quadratic(cls)
    with pytest.raises(ValueError, match="An upper bound is less than the corresponding lower bound: element 1 of 'b'"):
        q.minimize(q.pair, q.x0, lb_dict={"b": [0, 3, 0]}, ub_dict={"b": 2})


@every
@pytest.mark.parametrize("method", KEEPING)
def test_start_outside(cls, method):
    """It is moved inside before the first call of the function, by every method."""
    if method in KEEPING[4:] and cls is not NumPy:
        return  # they see no gradients, and so nothing of the framework
    q, first = Quadratic(cls), []

    def fun(x):
        first.append(x)
        return q.value(x) if method in KEEPING[4:] else q.pair(x)

    r = q.minimize(fun, q.x0, lb_dict={"b": 1.0}, ub_dict={"b": 1.5}, method=method, full_output=True)
    for x in first:
        b = q.fw.array(x["b"])
        assert np.all(b >= 1) and np.all(b <= 1.5)
    q.near(r.x, b=1.0, atol=2e-3)


@every
@pytest.mark.parametrize("method", ["CG", "BFGS"])
def test_methods_without_bounds(cls, method):
    """They warn, and go on as without; the result says that it is outside."""
    q = Quadratic(cls)
    with pytest.warns(RuntimeWarning, match=f"Method {method} cannot handle bounds."):
        r = q.minimize(q.pair, q.x0, ub_dict={"a": 1.0}, method=method, full_output=True)
    q.near(r.x)
    assert not r.success and "outside of the bounds" in r.message


def test_bounds_of_a_tree():
    fw = framework(NumPy)
    x0 = {"layers": [{"w": np.ones(2)}, {"w": np.ones(3)}], "t": (np.array(0.0), np.zeros(2))}

    def fun(x):
        ws = [layer["w"] for layer in x["layers"]]
        g = {"layers": [{"w": 2 * (w - 5)} for w in ws], "t": tuple(2 * (t - 5) for t in x["t"])}
        return sum(np.sum((v - 5) ** 2) for v in [*ws, *x["t"]]), g

    x = fw.minimize(fun, x0, ub_dict={"layers": [None, {"w": [1, 2, 3]}], "t": 4})
    np.testing.assert_allclose(x["layers"][0]["w"], 5, atol=1e-5)
    np.testing.assert_allclose(x["layers"][1]["w"], [1, 2, 3])
    np.testing.assert_allclose(np.hstack(x["t"]), 4)
    with pytest.raises(InputError, match=r"ub_dict of 'layers'\[1\] has 'v', which is not in x0"):
        fw.minimize(fun, x0, ub_dict={"layers": [None, {"v": 1}]})


def test_bounds_by_scipys_class():
    """Bounds is for argmin.optimize; its two numbers are what is given here."""
    q = Quadratic(NumPy)
    b = Bounds(ub=1.0)
    q.near(q.minimize(q.pair, q.x0, lb_dict=b.lb, ub_dict=b.ub), a=1.0)
