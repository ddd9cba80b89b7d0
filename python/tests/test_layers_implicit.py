"""Minimizers, roots and fixed points as layers: values, first and second derivatives, batches, bounds, in every framework."""

import numpy as np
import pytest
from layer_frameworks import FRAMEWORKS

from argmin._errors import ConvergenceWarning, InputError
from argmin.layers import fixed_point, minimizer, root


@pytest.fixture(params=FRAMEWORKS, scope="module")
def fw(request):
    return FRAMEWORKS[request.param]()


def differences(fw, f, args, eps=1e-5):
    """Random directions, and the derivative of a number along them by differences."""
    rng = np.random.default_rng(5)
    vs = [fw.tensor(rng.normal(size=a.shape)) for a in args]
    up, down = ([a + s * eps * v for a, v in zip(args, vs)] for s in (1, -1))
    return vs, (float(f(*up)) - float(f(*down))) / (2 * eps)


def check_first(fw, f, args, tol=1e-6):
    vs, want = differences(fw, f, args)
    got = sum((g * fw.array(v)).sum() for g, v in zip(fw.grad(f, args), vs))
    assert abs(got - want) < tol * (1 + abs(want))


def check_second(fw, f, args, tol=1e-6, eps=1e-5):
    rng = np.random.default_rng(6)
    vs = [fw.tensor(rng.normal(size=a.shape)) for a in args]
    up, down = (fw.grad(f, [a + s * eps * v for a, v in zip(args, vs)]) for s in (1, -1))
    for got, p, m in zip(fw.second(f, args, vs), up, down):
        np.testing.assert_allclose(got, (p - m) / (2 * eps), atol=tol * (1 + np.abs(got).max()))


def data(rows=20, n=4, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, n)), rng.normal(size=rows)


def ridge(fw, **options):
    return minimizer(lambda w, X, y, a: fw.sum((fw.matvec(X, w) - y) ** 2) + a * fw.sum(w**2), **options)


def test_ridge_is_its_closed_form(fw):
    X, y = data()
    layer, w0 = ridge(fw), fw.tensor(np.zeros(4))
    K = X.T @ X + 0.7 * np.eye(4)
    w = np.linalg.solve(K, X.T @ y)
    np.testing.assert_allclose(fw.array(layer(w0, fw.tensor(X), fw.tensor(y), fw.tensor(0.7))), w, rtol=1e-12)
    gy, ga = fw.grad(lambda y, a: fw.sum(fw.sin(layer(w0, fw.tensor(X), y, a))), [fw.tensor(y), fw.tensor(0.7)])
    u = np.linalg.solve(K, np.cos(w))
    np.testing.assert_allclose(gy, X @ u, atol=1e-12)
    np.testing.assert_allclose(ga, -u @ w, atol=1e-12)


def logistic(fw):
    return minimizer(lambda w, X, s, a: fw.sum(fw.softplus(-s * fw.matvec(X, w))) + fw.exp(a) * fw.sum(w**2))


def test_logistic_regression_hyper_gradient(fw):
    """The derivative of a loss on held out data by the logarithm of the ridge and by the data, of first and second order."""
    X, y = data(40, 3)
    s = fw.tensor(np.sign(y[:30]))
    layer, w0 = logistic(fw), fw.tensor(np.zeros(3))

    def loss(a, X_):
        w = layer(w0, X_, s, a)
        return fw.sum(fw.softplus(-fw.tensor(np.sign(y[30:])) * fw.matvec(fw.tensor(X[30:]), w)))

    args = [fw.tensor(0.3), fw.tensor(X[:30])]
    check_first(fw, loss, args)
    check_second(fw, loss, args)


def pair(fw):
    return lambda x, a: fw.stack([x[0] ** 3 + a[0] * x[1] - 2, x[0] * x[1] + fw.exp(x[1] * a[1]) - 3])


def test_root(fw):
    layer = root(pair(fw))

    def f(a):
        return fw.sum(fw.sin(layer(fw.tensor([1.0, 1.0]), a)))

    check_first(fw, f, [fw.tensor([0.3, 0.6])])
    check_second(fw, f, [fw.tensor([0.3, 0.6])])


def test_fixed_point_of_many_unknowns(fw):
    """More than are written out: the linear system is solved by products."""
    n = 90
    rng = np.random.default_rng(2)
    A = fw.tensor(rng.normal(size=(n, n)) / n**0.5)
    layer = fixed_point(lambda x, A, b: 0.5 * fw.tanh(fw.matvec(A, x)) + b)
    check_first(fw, lambda b: fw.sum(fw.sin(layer(fw.tensor(np.zeros(n)), A, b))), [fw.tensor(rng.normal(size=n))])


def test_minimizer_of_many_unknowns(fw):
    n = 90
    rng = np.random.default_rng(3)
    A = fw.tensor(rng.normal(size=(n, n)) / n**0.5)
    layer = minimizer(lambda x, A, b: fw.sum(fw.cosh(x)) + fw.sum((fw.matvec(A, x) - b) ** 2))
    f, args = (lambda b: fw.sum(fw.sin(layer(fw.tensor(np.zeros(n)), A, b)))), [fw.tensor(rng.normal(size=n))]
    check_first(fw, f, args)
    check_second(fw, f, args)


def test_trees(fw):
    def fun(x, p, c):
        return fw.sum(100 * (x["u"] - x["v"][0] ** 2) ** 2 + (p["a"] - x["v"][0]) ** 2 + c * x["v"][0] ** 4 * p["b"][0])

    layer, zero = minimizer(fun), fw.tensor(np.zeros((3, 1)))

    def f(a, b):
        x = layer({"u": zero, "v": [zero]}, {"a": a, "b": [b]}, fw.tensor(1.0))
        assert list(x) == ["u", "v"] and tuple(x["v"][0].shape) == (3, 1)
        return fw.sum(fw.sin(x["u"]) + x["v"][0])

    rng = np.random.default_rng(4)
    check_first(fw, f, [fw.tensor(rng.random((3, 1))), fw.tensor(rng.random((3, 1)))])


@pytest.mark.parametrize("workers", [None, 3])
def test_a_batch_is_its_members(fw, workers):
    rng = np.random.default_rng(1)
    a, x0 = rng.random((5, 2)), np.ones((5, 2))
    together, alone = root(pair(fw), batch=True, workers=workers), root(pair(fw))
    x = fw.array(together(fw.tensor(x0), fw.tensor(a)))
    (g,) = fw.grad(lambda a: fw.sum(fw.sin(together(fw.tensor(x0), a))), [fw.tensor(a)])
    for i in range(5):
        np.testing.assert_allclose(x[i], fw.array(alone(fw.tensor(x0[i]), fw.tensor(a[i]))), atol=1e-12)
        (gi,) = fw.grad(lambda a, i=i: fw.sum(fw.sin(alone(fw.tensor(x0[i]), a))), [fw.tensor(a[i])])
        np.testing.assert_allclose(g[i], gi, atol=1e-10)


def test_second_derivative_of_a_batch(fw):
    rng = np.random.default_rng(1)
    layer = ridge(fw, batch=True)
    X, y = fw.tensor(rng.normal(size=(3, 6, 2))), fw.tensor(rng.normal(size=(3, 6)))
    check_second(fw, lambda y, a: fw.sum(fw.sin(layer(fw.tensor(np.zeros((3, 2))), X, y, a))), [y, fw.tensor([0.5, 1.0, 2.0])])


def test_bounds_hold_variables(fw):
    layer = minimizer(lambda x, b: fw.sum((x - b) ** 2) + 0.2 * x[0] * x[1] + 0.1 * x[1] * x[2], bounds=(0.0, 1.0))
    b = fw.tensor([0.4, 2.0, -1.0])
    x = fw.array(layer(fw.tensor(np.full(3, 0.5)), b))
    np.testing.assert_allclose(x, [0.3, 1, 0], atol=1e-12)
    assert x[1] == 1 and x[2] == 0
    check_first(fw, lambda b: fw.sum(fw.sin(layer(fw.tensor(np.full(3, 0.5)), b))), [b])
    (g,) = fw.grad(lambda b: fw.sum(layer(fw.tensor(np.full(3, 0.5)), b)), [b])
    np.testing.assert_allclose(g, [1, 0, 0], atol=1e-12)


def test_the_start_has_no_derivative(fw):
    layer = minimizer(lambda x, b: fw.sum((x - b) ** 2))
    (g,) = fw.grad(lambda z: fw.sum(layer(z, z)) + 0 * fw.sum(z), [fw.tensor([1.0, 2.0])])
    np.testing.assert_allclose(g, 1, atol=1e-12)


def test_parameters_that_are_results(fw):
    """Parameters computed from others get the same derivative as those that are given."""
    layer = minimizer(lambda x, p: fw.sum((x - p) ** 2 + 0.1 * (x * p) ** 4))
    check_first(fw, lambda q: fw.sum(fw.sin(layer(fw.tensor([0.0, 0.0]), fw.exp(q) * q))), [fw.tensor([0.3, 0.8])])


def test_a_layer_in_a_layer(fw):
    """The minimizer of a function that has a root in it."""
    inner = root(lambda z, x: z + 0.3 * z**3 - x)
    layer = minimizer(lambda x, p: fw.sum((inner(x * 0, x) - p) ** 2))
    if fw.name == "jax":
        pytest.skip("a search within a search calls JAX from within a compiled function")
    p = fw.tensor([0.5, 1.5])
    want = 0.5 + 0.3 * 0.5**3, 1.5 + 0.3 * 1.5**3
    np.testing.assert_allclose(fw.array(layer(fw.tensor([0.1, 0.1]), p)), want, atol=1e-8)
    (g,) = fw.grad(lambda p: fw.sum(layer(fw.tensor([0.1, 0.1]), p)), [p])
    np.testing.assert_allclose(g, [1 + 0.9 * 0.25, 1 + 0.9 * 2.25], atol=1e-7)


def test_types_stay(fw):
    layer = minimizer(lambda x, b: fw.sum((x - b) ** 2))
    b = fw.tensor([1.0, 2.0], "float32")
    x = layer(fw.tensor([0.0, 0.0], "float32"), b)
    assert "float32" in str(x.dtype)
    np.testing.assert_allclose(fw.array(x), [1, 2], rtol=1e-5)
    (g,) = fw.grad(lambda b: fw.sum(layer(fw.tensor([0.0, 0.0], "float32"), b)), [b])
    assert g.dtype == np.float32
    np.testing.assert_allclose(g, 1, rtol=1e-5)


def test_units_do_not_matter(fw):
    for unit in (1e-8, 1e8):
        layer = minimizer(lambda x, b, unit=unit: fw.sum(fw.cosh((x - b) / unit)))
        x0, b = fw.tensor([0.0, unit]), fw.tensor([unit, 2 * unit])
        np.testing.assert_allclose(fw.array(layer(x0, b)), [unit, 2 * unit], rtol=1e-7)
        (g,) = fw.grad(lambda b, layer=layer, x0=x0: fw.sum(layer(x0, b)), [b])
        np.testing.assert_allclose(g, 1, rtol=1e-7)


# What must fail, and how.


def refused(fw, f, args, message):
    with pytest.raises(FloatingPointError, match=message):
        fw.grad(f, args)


def test_a_singular_hessian_has_no_derivative(fw):
    layer = minimizer(lambda x, b: (fw.sum(x) - b) ** 2)
    refused(fw, lambda b: fw.sum(layer(fw.tensor([0.0, 0.0]), b)), [fw.tensor(1.0)], "Hessian at the solution is singular")


def test_a_singular_jacobian_has_no_derivative(fw):
    layer = root(lambda x, b: x * fw.sum(b) * 0 + fw.stack([x[0] + x[1] - b[0], 2 * (x[0] + x[1] - b[0])]), method="lm")
    refused(fw, lambda b: fw.sum(layer(fw.tensor([0.0, 0.0]), b)), [fw.tensor([1.0])], "Jacobian at the solution is singular")


@pytest.mark.filterwarnings("ignore::argmin._errors.ConvergenceWarning")
def test_no_root_is_warned_of_and_has_no_derivative(fw):
    layer = root(lambda x, b: x**2 + b)
    with pytest.warns(ConvergenceWarning, match="1 of 1 searches have not converged"):
        layer(fw.tensor([1.0]), fw.tensor([1.0]))
    refused(fw, lambda b: fw.sum(layer(fw.tensor([1.0]), b)), [fw.tensor([1.0])], "no solution to differentiate")


@pytest.mark.filterwarnings("ignore::argmin._errors.ConvergenceWarning")
def test_a_saddle_is_no_minimizer(fw):
    layer = minimizer(lambda x, b: x[0] ** 2 - x[1] ** 2 + b * x[0])
    refused(fw, lambda b: fw.sum(layer(fw.tensor([1.0, 0.0]), b)), [fw.tensor(1.0)], "no solution|negative eigenvalue")


@pytest.mark.filterwarnings("ignore::argmin._errors.ConvergenceWarning")
def test_the_member_without_a_solution_is_named(fw):
    layer = root(lambda x, b: x**2 - b, batch=True)
    x0, b = fw.tensor([[1.0], [1.0], [1.0]]), fw.tensor([[1.0], [2.0], [-1.0]])
    with pytest.warns(ConvergenceWarning, match=r"1 of 3 .*\(member 2\)"):
        layer(x0, b)
    refused(fw, lambda b: fw.sum(layer(x0, b)), [b], "first is number 2")


def test_an_exception_of_the_function_comes_back(fw):
    class Mine(Exception):
        pass

    def fun(x, b):
        raise Mine("broken")

    for layer in (minimizer(fun), root(fun), minimizer(fun, batch=True)):
        with pytest.raises(Mine, match="broken"):
            layer(fw.tensor([1.0]), fw.tensor([1.0]))


def test_wrong_input_is_named(fw):
    one = fw.tensor([1.0])
    with pytest.raises(InputError, match=r"\(2,\), want \(1,\)"):
        root(lambda x, b: fw.stack([x[0], x[0]]))(one, one)
    with pytest.raises(InputError, match="batches of"):
        minimizer(lambda x, b: fw.sum(x * b), batch=True)(fw.tensor([[1.0]]), fw.tensor([[1.0], [2.0]]))
    with pytest.raises(InputError, match="is a scalar, want a leading axis"):
        minimizer(lambda x, b: fw.sum(x * b), batch=True)(fw.tensor([[1.0]]), fw.tensor(1.0))


def test_wrong_settings_are_named():
    with pytest.raises(InputError, match="fun is a int"):
        minimizer(3)
    with pytest.raises(InputError, match="bounds is no pair"):
        minimizer(sum, bounds=3)
    with pytest.raises(InputError, match="linear has 'tolerance'"):
        root(sum, linear={"tolerance": 1})
    with pytest.raises(InputError, match="workers is 0"):
        root(sum, workers=0)
    with pytest.raises(InputError, match="neither x0 nor a parameter has a tensor"):
        root(sum)(np.ones(2), 3.0)
