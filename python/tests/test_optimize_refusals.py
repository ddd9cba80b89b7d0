"""What argmin.optimize refuses, beside what SciPy refuses: the same classes of errors, in words that name the argument."""

import warnings

import numpy as np
import pytest

import argmin.optimize as ao

so = pytest.importorskip("scipy.optimize")


def bowl(x):
    return float(np.sum((np.asarray(x) - 1) ** 2))


START = [0.0, 0.0]

# A call, and what the message has.
BOTH = (
    (lambda m: m.minimize(bowl, START, bounds="ab"), r"bounds\[0\] is 'a', want a pair"),
    (lambda m: m.minimize(bowl, START, bounds=[("a", 1), (0, 1)]), r"bounds\[0\] is \('a', 1\), want a pair"),
    (lambda m: m.minimize(bowl, START, jac=True), "with jac=True, fun returns its value and gradient.*a float"),
    (lambda m: m.minimize(bowl, START, jac=lambda x: None), "the gradient is None, want 2 elements"),
    (lambda m: m.minimize(bowl, START, options=[1]), "options is a list, want a dict"),
    (lambda m: m.minimize(bowl, START, constraints={"type": "eq"}), "Constraint 0 has no function defined"),
    (lambda m: m.minimize(bowl, START, constraints=[{"fun": bowl}]), "Constraint 0 has no type defined"),
    (lambda m: m.minimize(bowl, START, constraints=bowl), "constraint 0 is <function bowl"),
    (lambda m: m.minimize(bowl, START, constraints=[1]), "constraint 0 is 1, want"),
    (
        lambda m: m.minimize(bowl, START, method="Nelder-Mead", options={"initial_simplex": np.eye(2)}),
        "initial_simplex has 2 vertices, want 3",
    ),
    (lambda m: m.minimize_scalar(lambda x: x**2, tol=-1), "tolerance should be >= 0, got -1"),
    (lambda m: m.minimize_scalar(bowl, bounds=(1, 0), method="bounded"), "^[Tt]he lower bound"),
    (lambda m: m.brentq(lambda x: x - 1, 0, 2, xtol=-1), r"xtol too small \(-1 <= 0\)"),
    (lambda m: m.bisect(lambda x: x - 1, 0, 2, rtol=1e-20), r"rtol too small \(1e-20 < 8.88178e-16\)"),
    (lambda m: m.toms748(lambda x: x - 1, 0, 2, maxiter=-1), "maxiter must be"),
    (lambda m: m.brentq(lambda x: np.nan, 0, 2), "^The function value at x=0.0 is NaN; solver cannot continue.$"),
    (lambda m: m.brentq(lambda x: x - 1.1, 0, 2, maxiter=1), "^Failed to converge after 1 iterations"),
    (lambda m: m.newton(lambda x: x**2 + 1, 1.0, fprime=lambda x: 0.0), "^Derivative was zero.* value is 1.0.$"),
    (lambda m: m.root(lambda x: [1, 2, 3], START), r"fun has shape \(3,\), want 2 elements"),
    (lambda m: m.fsolve(lambda x: x, START, fprime=lambda x: np.eye(3)), r"fsolve: jac has shape \(3, 3\)"),
    (lambda m: m.least_squares(lambda x: x, START, max_nfev=0), "max_nfev"),
    (lambda m: m.least_squares(lambda x: x, START, ftol=None, xtol=None, gtol=None), "higher than machine epsilon"),
    (lambda m: m.curve_fit(lambda x, a: a * x, [1, 2], [1, 2], p0=[5], bounds=(0, 1)), "outside of provided bounds"),
    (lambda m: m.curve_fit(lambda x, a: a * x, [1, 2], [1, 2], method="other"), "'trf', 'dogbox' or 'lm'"),
    (lambda m: m.curve_fit(lambda x, a, b: a * x + b, [1], [1]), "N=2 must not exceed .* M=1"),
)


@pytest.mark.parametrize("call, text", BOTH, ids=[text for _, text in BOTH])
def test_refused_by_both(call, text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(Exception) as theirs:
            call(so)
        with pytest.raises(Exception, match=text) as ours:
            call(ao)
    known = next(c for c in type(theirs.value).__mro__ if c.__module__ == "builtins")
    assert isinstance(ours.value, known) or known in (AttributeError,)


def test_taken_by_both():
    for m in (so, ao):
        assert m.minimize(bowl, START, constraints={}).success
        assert m.minimize(bowl, START, bounds=[(np.array([0]), np.array([2])), (None, 3)]).success
        np.testing.assert_allclose(m.approx_fprime([1.0, 2.0], bowl, 0), [0, 2], atol=1e-6)
        np.testing.assert_allclose(m.newton_krylov(lambda x: x**2 - 2, [1.0], method="gmres"), [2**0.5], rtol=1e-5)
        roots = m.newton(lambda x: x**2 - 2, np.array([1.0, 2.0]), full_output=True)
        assert roots.converged.all() and not roots.zero_der.any()
        np.testing.assert_allclose(roots.root, 2**0.5)
        for f in (m.brentq, m.bisect, m.ridder, m.brenth, m.toms748):
            root, r = f(lambda x: x**2 - 2, 0, 2, full_output=True)
            assert isinstance(root, float) and root == r.root and "message" not in r
            assert m is so or type(root) is float


def test_directions_that_do_not_span_are_warned_of():
    for m in (so, ao):
        with pytest.warns(m.OptimizeWarning, match="direc input is not full rank"):
            m.minimize(bowl, START, method="Powell", options={"direc": [[1, 0], [2, 0]]})


def test_a_norm_of_ones_own_is_not_taken_silently():
    with pytest.warns(ao.OptimizeWarning, match="Unknown solver options: tol_norm"):
        ao.broyden1(lambda x: x**2 - 2, [1.0], tol_norm=np.linalg.norm)


def test_unknown_linear_solver():
    with pytest.raises(ValueError, match="'other', want one of"):
        ao.newton_krylov(lambda x: x, [1.0], method="other")


@pytest.mark.parametrize("method", ("krylov", "broyden1", "broyden2", "anderson"))
def test_complex_roots(method):
    def f(z):
        return z**2 + [[1, 4j]]

    start, seen = np.array([[0.1 + 0.8j, 1 - 1.2j]]), []
    theirs, ours = (m.root(f, start, method=method, tol=1e-10) for m in (so, ao))
    assert ours.success and ours.x.shape == ours.fun.shape == (1, 2) and ours.x.dtype == complex
    np.testing.assert_allclose(ours.x, [[1j, 2**0.5 - 2**0.5 * 1j]], atol=1e-8)
    np.testing.assert_allclose(ours.x, theirs.x, atol=1e-8)
    ao.root(f, start, method=method, callback=lambda z, v: seen.append((z, v)))
    assert seen and all(z.shape == v.shape == (1, 2) and np.allclose(f(z), v) for z, v in seen)
