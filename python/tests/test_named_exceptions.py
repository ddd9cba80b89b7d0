"""Exceptions of functions come back as themselves, from wherever they are."""

import traceback

import numpy as np
import pytest
from frameworks import NumPy, Quadratic, every

from argmin._constraints import NonlinearConstraint

KINDS = [ValueError, KeyError, KeyboardInterrupt, SystemExit, StopIteration, AssertionError, MemoryError, GeneratorExit]


class Own(Exception):
    """An exception with a constructor of its own."""

    def __init__(self, a, b):
        super().__init__(a, b)


def raises(e, after=0):
    calls = []

    def f(*args, **kwargs):
        calls.append(1)
        if len(calls) > after:
            raise e
        return calls

    return f


@every
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("after", [0, 2])
def test_in_the_objective(cls, kind, after):
    q, e = Quadratic(cls), kind("here")
    f = raises(e, after)
    with pytest.raises(kind) as got:
        q.minimize(lambda x: f() and q.pair(x), q.x0)
    assert got.value is e
    assert "in f" in "".join(traceback.format_tb(got.tb))


@every
@pytest.mark.parametrize("kind", [k for k in KINDS if k is not StopIteration])
def test_in_the_callback(cls, kind):
    q, e = Quadratic(cls), kind("here")
    with pytest.raises(kind) as got:
        q.minimize(q.pair, q.x0, callback=raises(e, 1))
    assert got.value is e


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("after", [0, 1])
def test_in_derivatives(kind, after):
    q, e = Quadratic(NumPy), kind("here")
    good = {
        "jac": lambda x: q.pair(x)[1],
        "hessp": lambda x, p: {k: 2 * v for k, v in p.items()},
        "hess": lambda x: {a: {b: identity(u, v, a == b) for b, v in x.items()} for a, u in x.items()},
    }
    for where, method in (("jac", "BFGS"), ("hessp", "trust-ncg"), ("hess", "trust-exact")):
        f = raises(e, after)
        quartic = lambda x: q.value(x) ** 2  # noqa: E731
        slope = lambda x: {k: 2 * q.value(x) * v for k, v in good["jac"](x).items()}  # noqa: E731
        call = {
            "jac": slope,
            where: lambda *a, where=where, f=f: f() and (slope if where == "jac" else good[where])(*a),
        }
        with pytest.raises(kind) as got:
            q.minimize(quartic, q.x0, method=method, **call)
        assert got.value is e


def identity(u, v, same):
    return 2 * np.eye(u.size).reshape(u.shape + v.shape) if same else np.zeros(u.shape + v.shape)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("after", [0, 2])
@pytest.mark.parametrize("method", ["SLSQP", "trust-constr", "COBYLA"])
@pytest.mark.filterwarnings("ignore:Method .* does not use gradient")
def test_in_constraints(kind, after, method):
    q, e = Quadratic(NumPy), kind("here")
    f = raises(e, after)
    with pytest.raises(kind) as got:
        q.minimize(q.pair, q.x0, method=method, constraints=NonlinearConstraint(lambda x: f() and x["b"], 0.5, 9))
    assert got.value is e


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", ["jac", "hess"])
def test_in_derivatives_of_constraints(kind, where):
    q, e = Quadratic(NumPy), kind("here")
    c = NonlinearConstraint(
        lambda x: x["b"] ** 2,
        -1,
        9,
        jac=lambda x: {"a": None, "b": np.diag(2 * x["b"])},
        hess=lambda x, v: np.diag(np.r_[np.zeros(4), 2 * v]),
    )
    q.near(q.minimize(q.pair, q.x0, method="trust-constr", constraints=c), atol=1e-3)
    setattr(c, where, raises(e))
    with pytest.raises(kind) as got:
        q.minimize(q.pair, q.x0, method="trust-constr", constraints=c)
    assert got.value is e


@every
def test_with_a_constructor_of_its_own(cls):
    q, e = Quadratic(cls), Own(1, 2)
    with pytest.raises(Own) as got:
        q.minimize(raises(e), q.x0)
    assert got.value is e


@every
def test_the_next_search_is_right(cls):
    q = Quadratic(cls)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            q.minimize(lambda x: 1 / 0, q.x0)
        q.near(q.minimize(q.pair, q.x0))


def test_interrupt(tmp_path):
    """Ctrl-C ends a search within an evaluation, and so does a signal's handler that raises."""
    import _thread
    import threading

    q, calls = Quadratic(NumPy), []

    def slow(x):
        calls.append(1)
        if len(calls) == 2:
            threading.Timer(0.05, _thread.interrupt_main).start()
        sum(range(200_000))
        v, g = q.pair(x)
        return v * 0 - len(calls), {k: g[k] * 0 + 1 for k in g}  # goes on and on

    with pytest.raises(KeyboardInterrupt):
        q.minimize(slow, q.x0, method="BFGS", options={"maxiter": 10**6})
    q.near(q.minimize(q.pair, q.x0))


def test_searches_within_functions():
    """A function may minimize another one; an exception of that one passes both."""
    q = Quadratic(NumPy)

    def outer(x):
        q.near(q.minimize(q.pair, q.x0))
        return q.pair(x)

    q.near(q.minimize(outer, q.x0))
    e = Own(1, 2)
    with pytest.raises(Own) as got:
        q.minimize(lambda x: q.minimize(raises(e), q.x0), q.x0)
    assert got.value is e
