"""Cases that users of other wrappers of SciPy have reported, of which each went wrong there."""

import numpy as np
import pytest
from frameworks import Jax, NumPy, Quadratic, TensorFlow, Torch, differentiating, every, framework, require

from argmin import InputError


def himmelblau(x):
    a, b = x["p"][0], x["p"][1]
    return (a**2 + b - 11.0) ** 2 + (a + b**2 - 7.0) ** 2


@every
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_short_start_with_differences(cls, dtype):
    """From float32 a search with finite differences ended early, where the values were of float64."""
    fw = framework(cls)
    r = fw.minimize(himmelblau, {"p": fw.tensor([1.0, 1.0], dtype)}, method="BFGS", full_output=True)
    np.testing.assert_allclose(fw.array(r.x["p"]), [3, 2], atol=1e-3)
    assert r.success


def test_gradients_in_another_order_of_memory():
    """A transposed gradient was refused for its memory."""
    fw = framework(NumPy)

    def fun(x):
        g = {"w": np.asfortranarray(2 * (x["w"] - 1)), "v": np.broadcast_to(2 * (x["v"] - 1), (2, 3))[:, ::-1][:, ::-1]}
        g["v"] = g["v"].T.copy().T
        return np.sum((x["w"] - 1) ** 2) + np.sum((x["v"] - 1) ** 2), g

    x = fw.minimize(fun, {"w": np.zeros((3, 2)), "v": np.zeros((2, 3))})
    np.testing.assert_allclose(x["w"], 1, atol=1e-6)
    np.testing.assert_allclose(x["v"], 1, atol=1e-6)


def test_expanded_gradients():
    """PyTorch's gradient of a sum is one number that is shown as many."""
    fw = framework(Torch)
    torch = fw.lib
    x0 = {"w": fw.tensor(np.zeros((3, 2)))}

    def fun(x):
        value = x["w"].sum() ** 2
        return value, {"w": torch.autograd.grad(value, x["w"])[0]}

    for f in (fun, lambda x: x["w"].sum() ** 2 + (x["w"] - 1).sum() ** 2):
        assert fw.minimize(f, x0, full_output=True).success


@every
def test_fixed_by_bounds_with_a_callback(cls):
    """L-BFGS-B with equal bounds gave the callback an array in place of the result."""
    q, seen = Quadratic(cls), []

    def callback(intermediate_result):
        seen.append(intermediate_result)

    bounds = {"b": q.fw.tensor([0.5, -2.0, -2.0])}, {"b": q.fw.tensor([0.5, 2.0, 2.0])}
    q.minimize(q.pair, q.x0, method="L-BFGS-B", lb_dict=bounds[0], ub_dict=bounds[1], callback=callback)
    assert seen and all(set(r) == {"x", "fun", "nit", "nfev", "njev"} and list(r.x) == ["a", "b"] for r in seen)


@differentiating
def test_bounds_of_numbers_by_name(cls):
    """A start of plain numbers with bounds by name."""
    fw = framework(cls)
    x = fw.minimize(
        lambda x: (x["a"] - 3.0) ** 2 + (x["b"] + 1.0) ** 2,
        {"a": 0.1, "b": 0.2},
        lb_dict={"a": 0.0, "b": 0.0},
        ub_dict={"a": 1.0, "b": 1.0},
        method="L-BFGS-B",
    )
    assert fw.array(x["a"]) == 1 and fw.array(x["b"]) == 0


@every
def test_trust_constr_with_a_callback_of_one_argument(cls):
    q = Quadratic(cls)
    q.near(q.minimize(q.pair, q.x0, method="trust-constr", callback=lambda x: None), atol=1e-4)


@differentiating
def test_a_logarithm_outside_of_its_domain(cls):
    """A search with first steps to negative numbers, where the value is NaN."""
    fw = framework(cls)
    log = {
        "jax": lambda t: fw.lib.numpy.log(t),
        "torch": lambda t: fw.lib.log(t),
        "tensorflow": lambda t: fw.lib.math.log(t),
    }[cls.name]

    def fun(p):
        x, y = p["x"], p["y"]
        return -0.13784 * log(x) + 143.42357 * x**2 + 23.90574 * x * y - 291.90029 * x + y**2 - 24.41997 * y

    for method in ("L-BFGS-B", "BFGS", "CG", "TNC", "trust-ncg"):
        r = fw.minimize(fun, {"x": fw.tensor(1.0), "y": fw.tensor(0.0)}, method=method, full_output=True)
        g = fun({"x": fw.tensor(float(fw.array(r.x["x"])) + 1e-4), "y": r.x["y"]}) - fun(r.x)
        assert r.success and abs(float(fw.array(g))) < 1e-4, method


@pytest.mark.parametrize("cls", [Jax, Torch], ids=lambda c: c.name)
def test_rosenbrock_from_far_away(cls):
    fw = framework(cls)

    def fun(x):
        v = x["v"]
        return (100.0 * (v[1:] - v[:-1] ** 2.0) ** 2.0 + (1 - v[:-1]) ** 2.0).sum()

    r = fw.minimize(
        fw.compile(fun), {"v": fw.tensor([76.0, 97.0, 20.0, 120.0, 0.01, 1e4])}, method="BFGS", full_output=True
    )
    # Six variables have a local minimum too.
    assert r.success and min(abs(r.fun), abs(r.fun - 3.97394)) < 1e-4


@every
def test_tolerances_that_cannot_be_met(cls):
    """All of them at the machine precision: the search ends, and does not claim more than it has."""
    q = Quadratic(cls)
    eps = np.finfo(float).eps
    r = q.minimize(
        q.pair, q.x0, method="L-BFGS-B", tol=eps, options={"ftol": eps, "gtol": eps, "maxiter": 1000}, full_output=True
    )
    q.near(r.x, atol=1e-7)
    assert r.nfev < 200


def test_variables_of_another_model():
    """The variables of one model with the loss of another: said by name, not zero gradients without a word."""
    tf = require("tensorflow")
    fw = framework(TensorFlow)
    other = tf.Variable([0.5], dtype=tf.float64)
    with pytest.raises(InputError, match="the gradient of 'v' is None"):
        fw.minimize(lambda x: tf.reduce_sum(other**2), {"v": fw.tensor([0.5])})


@pytest.mark.parametrize("cls", [Jax, TensorFlow], ids=lambda c: c.name)
def test_many_searches_in_a_session(cls):
    """The time of a search stays what it was: functions are compiled, and traced, once."""
    fw, traces = framework(cls), []

    def value(x, shift):
        traces.append(1)
        return fw.sum((x["v"] - shift) ** 2)

    fun = fw.compile(value)
    shifts = [fw.tensor(float(s)) for s in range(20)]
    for s in shifts[:2]:
        fw.minimize(fun, {"v": fw.tensor([5.0, 5.0])}, args=(s,))
    before = len(traces)
    for s in shifts:
        fw.minimize(fun, {"v": fw.tensor([5.0, 5.0])}, args=(s,))
    assert len(traces) == before


def test_threads():
    """Searches in threads, each to its own end."""
    from concurrent.futures import ThreadPoolExecutor

    fw = framework(NumPy)

    def solve(k):
        x = fw.minimize(
            lambda x: (float(np.sum((x["v"] - k) ** 2)), {"v": 2 * (x["v"] - k)}), {"v": np.zeros(5)}, method="BFGS"
        )
        return np.allclose(x["v"], k, atol=1e-5)

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(solve, range(400)))


def test_workers():
    """Differences by several threads give the same bits."""
    q = Quadratic(NumPy)
    one, four = (q.minimize(q.value, q.x0, options={"workers": w}, full_output=True) for w in (1, 4))
    assert one.fun == four.fun and one.nfev == four.nfev
    with pytest.raises(TypeError, match="workers is a function"):
        q.minimize(q.value, q.x0, options={"workers": lambda f, v: map(f, v)})
