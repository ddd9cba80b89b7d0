"""Linear programs, linear least squares and isotonic regression, beside SciPy's."""

import numpy as np
import pytest
from frameworks import require

from argmin import optimize

theirs, sparse = require("scipy.optimize"), require("scipy.sparse")

INF = np.inf
PROGRAMS = {
    "both bounds": ([-1, -2], {"A_ub": [[1, 1]], "b_ub": [4], "bounds": [(0, 3), (0, 3)]}),
    "free": ([-1, 4], {"A_ub": [[-3, 1], [1, 2]], "b_ub": [6, 4], "bounds": [(None, None), (-3, None)]}),
    "equations": ([1, 2, 3], {"A_eq": [[1, 1, 1]], "b_eq": [1]}),
    "equations that repeat": ([1, 2], {"A_eq": [[1, 1], [2, 2]], "b_eq": [1, 2]}),
    "degenerate": ([-1, -1], {"A_ub": [[1, 0], [0, 1], [1, 1]], "b_ub": [1, 1, 2]}),
    "fixed": ([1, 1], {"bounds": [(2, 2), (0, 1)]}),
    "no rows": ([1, -1], {"bounds": [(0, 1), (0, 1)]}),
    "zero objective": ([0, 0], {"A_ub": [[1, 1]], "b_ub": [1]}),
    "infeasible": ([-1, -2], {"A_ub": [[1, 1]], "b_ub": [-4]}),
    "contradicting equations": ([1, 1], {"A_eq": [[1, 1], [1, 1]], "b_eq": [1, 2]}),
    "crossed bounds": ([1, 1], {"bounds": [(3, 1), (0, 1)]}),
    "unbounded": ([-1, -2], {}),
    "unbounded with rows": ([-1, -1], {"A_ub": [[1, -1]], "b_ub": [1]}),
    "bounds for all": ([1, 1], {"bounds": (1, 2)}),
    "NaN bounds": ([1, 2], {"A_ub": [[-1, -1]], "b_ub": [3], "bounds": [(np.nan, 1), (0, 1)]}),
    "a column": ([[1], [1]], {"A_ub": [[-1, -1]], "b_ub": [[-3]]}),
    "units": ([1e6, 2e-3], {"A_ub": [[-1e4, -1e-4]], "b_ub": [-5]}),
    "sparse": ([1, 2, 4], {"A_ub": sparse.csr_array([[-1.0, 0, -1], [0, -1, -1]]), "b_ub": [-1, -2]}),
}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("method", ["highs", "DualActiveSet"])
def test_linprog(name, method):
    c, kw = PROGRAMS[name]
    r, s = optimize.linprog(c, method=method, **kw), theirs.linprog(c, **kw)
    assert r.status == s.status and r.success == s.success
    if s.status:
        assert r.x is None and r.fun is None and r.ineqlin.marginals is None and r.slack is None
        return
    scale = 1 + abs(s.fun)
    np.testing.assert_allclose(r.fun, s.fun, rtol=1e-7, atol=1e-7)
    if name not in ("zero objective", "degenerate", "equations that repeat"):
        np.testing.assert_allclose(r.x, s.x, rtol=1e-6, atol=1e-6)
        for part in ("ineqlin", "eqlin", "lower", "upper"):
            np.testing.assert_allclose(r[part].marginals, s[part].marginals, rtol=1e-6, atol=1e-7 * scale, err_msg=part)
            np.testing.assert_allclose(r[part].residual, s[part].residual, rtol=1e-6, atol=1e-6, err_msg=part)
    assert set(s) - set(r) <= {"crossover_nit", "mip_node_count", "mip_dual_bound", "mip_gap"}


def test_linprog_random():
    rng = np.random.default_rng(1)
    for k in range(40):
        n, m, p = rng.integers(2, 9), rng.integers(0, 7), rng.integers(0, 3)
        kw = {"A_ub": rng.integers(-3, 4, (m, n)), "b_ub": rng.integers(-1, 8, m), "A_eq": rng.integers(-2, 3, (p, n)),
              "b_eq": rng.integers(-1, 4, p), "bounds": [(0, None), (0, 3), (None, None), (-2, 2)][k % 4]}
        c = rng.integers(-3, 4, n)
        r, s = optimize.linprog(c, **kw), theirs.linprog(c, **kw)
        assert r.status == s.status, (k, r.message)
        if not s.status:
            assert abs(r.fun - s.fun) < 1e-7 * (1 + abs(s.fun))
            assert np.all(r.slack > -1e-8) and np.all(np.abs(r.con) < 1e-8)


def test_linprog_gives_a_vertex():
    """An assignment has many solutions in the middle of its optimal face, and whole numbers at its vertices."""
    n = 4
    rows = np.kron(np.eye(n), np.ones(n)), np.kron(np.ones(n), np.eye(n))
    r = optimize.linprog(np.zeros(n * n), A_eq=np.vstack(rows), b_eq=np.ones(2 * n))
    assert r.success
    np.testing.assert_allclose(r.x, np.round(r.x), atol=1e-9)


def test_linprog_limit():
    rng = np.random.default_rng(0)
    A = rng.standard_normal((30, 20))
    r = optimize.linprog(rng.standard_normal(20), A, np.ones(30), bounds=(-1, 1), options={"maxiter": 2})
    assert (r.status, r.success, r.message) == (1, False, "Iteration limit reached.")
    assert r.x.shape == (20,)


@pytest.mark.parametrize("c, kw", [
    ([1, np.nan], {}),
    ([], {}),
    ([[1, 2], [3, 4]], {}),
    ([1, 1], {"A_ub": [[1, 1, 1]], "b_ub": [1]}),
    ([1, 1], {"A_ub": [[1, 1]], "b_ub": [1, 2]}),
    ([1, 1], {"A_ub": [[1, 1]]}),
    ([1, 1], {"b_ub": [1]}),
    ([1, 1], {"A_ub": [[1, 1]], "b_ub": [INF]}),
    ([1, 1], {"A_eq": [[1, np.nan]], "b_eq": [1]}),
    ([1, 1], {"bounds": [(1, 2), (1, 2), (3, 4)]}),
    ([1, 1, 1], {"bounds": [(1, 2, 3), (1, 2, 3)]}),
    ([1, 1], {"bounds": [1, 2, 3]}),
    ([1, 1], {"method": "foo"}),
])
def test_linprog_bad_input(c, kw):
    with pytest.raises(ValueError) as scipys:
        theirs.linprog(c, **kw)
    with pytest.raises(ValueError) as ours:
        optimize.linprog(c, **kw)
    assert str(ours.value).startswith(str(scipys.value)[:60].split("'")[0].rstrip("."))


def test_linprog_warns_and_refuses():
    with pytest.warns(optimize.OptimizeWarning, match="Unrecognized options"):
        assert optimize.linprog([1, 1], options={"foo": 1}).success
    with pytest.warns(optimize.OptimizeWarning, match="x0"):
        optimize.linprog([1, 1], x0=[0, 0])
    with pytest.raises(NotImplementedError, match="integer"):
        optimize.linprog([1, 1], integrality=1)
    with pytest.raises(NotImplementedError, match="callback"):
        optimize.linprog([1, 1], callback=print)
    with pytest.raises(TypeError, match="numerical"):
        optimize.linprog(["a", "b"])


@pytest.mark.parametrize("seed", range(12))
def test_least_squares_within_bounds(seed):
    rng = np.random.default_rng(seed)
    m, n = rng.integers(1, 25, 2)
    A, b = rng.standard_normal((m, n)) * 10.0 ** rng.integers(-2, 3), rng.standard_normal(m)
    if seed % 4 == 3 and n > 1:
        A[:, 0] = A[:, -1]
    lo = rng.uniform(-1, 0, n)
    hi = np.where(rng.random(n) < 0.2, INF, lo + rng.uniform(0.01, 2, n))
    r, s = optimize.lsq_linear(A, b, (lo, hi)), theirs.lsq_linear(A, b, (lo, hi), tol=1e-13)
    assert r.success and r.status in (1, 3)
    assert set(r) == set(s)
    assert r.cost <= s.cost * (1 + 1e-9) + 1e-12
    assert np.all((lo <= r.x) & (r.x <= hi))
    np.testing.assert_allclose(r.fun, A @ r.x - b)
    again = optimize.lsq_linear(sparse.csr_array(A), b, theirs.Bounds(lo, hi))
    assert again.success and abs(again.cost - r.cost) <= 1e-8 * (1 + r.cost)
    x, norm = optimize.nnls(A, b)
    _, expected = theirs.nnls(A, b)
    assert np.all(x >= 0) and abs(norm - expected) <= 1e-9 * (1 + expected)


def test_least_squares_without_a_bound():
    A = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])
    r = optimize.lsq_linear(A, [1.0, 2.0, 3.0])
    assert r.status == 3 and r.message == "The unconstrained solution is optimal."
    np.testing.assert_allclose(r.x, np.linalg.lstsq(A, np.array([1.0, 2.0, 3.0]), rcond=None)[0])


@pytest.mark.parametrize("args, kw", [
    (([[1, 2]], [1, 2]), {}),
    ((np.ones((2, 2, 2)), [1, 2]), {}),
    (([[1, 2]], [[1]]), {}),
    (([[1, 2]], [1], (0, 0)), {}),
    (([[1, 2]], [1], ([0, 0, 0], 1)), {}),
    (([[1, 2]], [1], (0, 1, 2)), {}),
    (([[1, 2]], [1]), {"method": "lm"}),
    (([[1, 2]], [1]), {"max_iter": 0}),
    (([[1, 2]], [1]), {"lsq_solver": "qr"}),
    (([[1, 2]], [1]), {"verbose": 5}),
])
def test_least_squares_bad_input(args, kw):
    for f in (theirs.lsq_linear, optimize.lsq_linear):
        with pytest.raises(ValueError):
            f(*args, **kw)


def test_least_squares_refuses_nan():
    with pytest.raises(ValueError, match="NaN"):
        optimize.lsq_linear([[1.0, np.nan]], [1.0])


@pytest.mark.parametrize("args", [([1, 2], [1, 2]), ([[1, 2]], [1, 2]), ([[1, np.nan]], [1]), ([[1, 2]], [[1, 2]])])
def test_nnls_bad_input(args):
    with pytest.raises(ValueError) as scipys:
        theirs.nnls(*args)
    with pytest.raises(ValueError) as ours:
        optimize.nnls(*args)
    assert str(ours.value) == str(scipys.value)


@pytest.mark.parametrize("y, kw", [
    ([1, 3, 2, 4, 4, 1], {}),
    ([3, 1, 2, 2], {"increasing": False}),
    ([5, 4, 3, 2, 1], {"weights": [1, 2, 3, 4, 5]}),
    ([1, 2, 3], {}),
    ([2, 2, 2], {}),
    ([7], {}),
    ([], {}),
    ([1e8, 1, -1e8], {}),  # to rounding of its largest number
    ([0.1, 0.3, 0.2, 0.2, 0.5], {"weights": [1e-3, 1e3, 1, 1, 1]}),
    (np.sin(np.arange(50)), {}),
])
def test_isotonic_regression(y, kw):
    r, s = optimize.isotonic_regression(y, **kw), theirs.isotonic_regression(y, **kw)
    np.testing.assert_allclose(r.x, s.x, rtol=1e-12, atol=1e-15 * np.abs(y).max(initial=1e3))
    np.testing.assert_array_equal(r.blocks, s.blocks)
    np.testing.assert_allclose(r.weights, s.weights)


@pytest.mark.parametrize("y, kw, message", [
    ([[1, 2]], {}, "dimensions: 2"),
    ([1, 2], {"weights": [1]}, "equal length"),
    ([1, 2], {"weights": [1, 0]}, "strictly positive"),
    ([1, np.nan], {}, r"y\[1\] is not finite"),
])
def test_isotonic_bad_input(y, kw, message):
    with pytest.raises(ValueError, match=message):
        optimize.isotonic_regression(y, **kw)


def test_names_that_are_elsewhere():
    with pytest.raises(AttributeError, match="scipy.optimize has it"):
        optimize.differential_evolution  # noqa: B018
