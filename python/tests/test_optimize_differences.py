"""Finite differences and line searches against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from frameworks import require

from argmin import optimize as ao

so = require("scipy.optimize")


def test_approx_fprime():
    x = np.array([1.3, -0.7, 0.0])
    for f in (lambda x: np.sum(x**3), lambda x: np.array([np.sin(x[0]) * x[1], x[2] ** 2])):
        for epsilon in (1.4901161193847656e-08, [1e-6, 1e-7, 1e-8]):
            np.testing.assert_allclose(ao.approx_fprime(x, f, epsilon), so.approx_fprime(x, f, epsilon), rtol=1e-12)
    np.testing.assert_allclose(ao.approx_fprime(x, lambda x, a: a * x[0], 1e-6, 3.0), [3, 0, 0], atol=1e-8)


def test_check_grad():
    x = [1.3, 0.7, 0.8]
    np.testing.assert_allclose(
        ao.check_grad(so.rosen, so.rosen_der, x), so.check_grad(so.rosen, so.rosen_der, x), rtol=1e-9
    )
    assert ao.check_grad(so.rosen, lambda x: so.rosen_der(x) + 1, x) > 1
    assert ao.check_grad(so.rosen, so.rosen_der, x, direction="random", rng=0) < 1e-4
    with pytest.raises(ValueError, match="not a valid string"):
        ao.check_grad(so.rosen, so.rosen_der, x, direction="nonsense")


@pytest.mark.parametrize("c2", (0.9, 0.1))
def test_line_search(c2):
    for x in ([1.3, 0.7, 0.8], [-1.0, 2.0, 0.3], [3.0, 3.0, -3.0]):
        x, p = np.array(x), -so.rosen_der(x)
        a, fc, gc, new, old, gradient = ao.line_search(so.rosen, so.rosen_der, x, p, c2=c2, maxiter=30)
        s0 = so.rosen_der(x) @ p
        assert old == so.rosen(x) and new == so.rosen(x + a * p) and fc >= 1 and gc >= 1
        assert new <= old + 1e-4 * a * s0
        assert abs(so.rosen_der(x + a * p) @ p) <= c2 * abs(s0)
        np.testing.assert_array_equal(gradient, so.rosen_der(x + a * p))


def test_line_search_forms():
    def f(x, a):
        return float(a * (x @ x))

    def g(x, a):
        return 2 * a * x

    x, p = np.array([1.0, 1.0]), np.array([-1.0, -1.0])
    theirs, ours = (m.line_search(f, g, x, p, args=(2.0,)) for m in (so, ao))
    assert ours[:5] == theirs[:5] and ours[5].tolist() == theirs[5].tolist()
    assert (
        ao.line_search(f, g, x, p, args=(2.0,), amax=0.3)[0] is None
        or ao.line_search(f, g, x, p, args=(2.0,), amax=0.3)[0] <= 0.3
    )
    with pytest.warns(ao.LineSearchWarning, match="did not converge"):
        assert ao.line_search(f, g, x, -p, args=(2.0,))[0] is None
    seen = []
    ao.line_search(f, g, x, p, args=(1.0,), extra_condition=lambda a, x, f, g: seen.append((a, x, f, g)) is None)
    assert seen[-1][0] == 1 and seen[-1][2] == 0 and not seen[-1][3].any()
