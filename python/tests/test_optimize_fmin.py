"""The older functions, one for each method, against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from frameworks import require

from argmin import optimize as ao

so = require("scipy.optimize")
X0 = [1.3, 0.7, 0.8]
DERIVATIVES = {
    "fmin_bfgs": (so.rosen_der,),
    "fmin_cg": (so.rosen_der,),
    "fmin_ncg": (so.rosen_der, so.rosen_hess_prod),
    "fmin": (),
    "fmin_powell": (),
}


@pytest.mark.parametrize("name", DERIVATIVES)
def test_full_output(name):
    theirs, ours = (
        getattr(m, name)(so.rosen, X0, *DERIVATIVES[name], full_output=True, disp=False, retall=True) for m in (so, ao)
    )
    assert len(ours) == len(theirs)
    np.testing.assert_allclose(ours[0], np.ones(3), atol=1e-3)
    assert [np.shape(a) for a in ours[:-1]] == [np.shape(a) for a in theirs[:-1]]
    assert ours[-2] == theirs[-2] == 0  # the flag
    np.testing.assert_array_equal(ours[-1][0], X0)
    assert isinstance(getattr(ao, name)(so.rosen, X0, *DERIVATIVES[name], disp=False), np.ndarray)


@pytest.mark.parametrize("name", ("fmin_l_bfgs_b", "fmin_tnc"))
@pytest.mark.parametrize("given", ({"fprime": so.rosen_der}, {"approx_grad": True}, {}))
def test_bounded(name, given):
    fun = so.rosen if given else lambda x: (so.rosen(x), so.rosen_der(x))
    extra = {"messages": 0} if name == "fmin_tnc" else {}
    theirs, ours = (
        getattr(m, name)(fun, X0, bounds=[(0, 1.4), (None, 0.75), (0, None)], **given, **extra) for m in (so, ao)
    )
    assert len(ours) == len(theirs) == 3
    np.testing.assert_allclose(ours[0], theirs[0], atol=1e-4)
    if name == "fmin_l_bfgs_b":
        assert set(theirs[2]) <= set(ours[2]) and ours[2]["warnflag"] == 0


def test_slsqp_and_cobyla(capsys):
    def f(x):
        return (x[0] - 1) ** 2 + (x[1] - 2.5) ** 2

    for given in ({"ieqcons": [lambda x: 2 - x[0] - x[1]]}, {"f_eqcons": lambda x: x[:1] + x[1:] - 2}):
        theirs, ours = (m.fmin_slsqp(f, [0.0, 0.0], full_output=True, iprint=0, **given) for m in (so, ao))
        np.testing.assert_allclose(ours[0], theirs[0], atol=1e-6)
        assert ours[3:] == theirs[3:] and ours[2] <= theirs[2] + 2
    np.testing.assert_allclose(
        ao.fmin_cobyla(f, [0.0, 0.0], lambda x: 2 - x[0] - x[1], rhoend=1e-7), [0.25, 1.75], atol=5e-4
    )
    with pytest.raises(TypeError, match="cons must be a sequence"):
        ao.fmin_cobyla(f, [0.0, 0.0], 3)


@pytest.mark.parametrize("name", ("fmin", "fmin_powell"))
def test_disp(name, capsys):
    getattr(ao, name)(so.rosen, X0)
    assert "Optimization terminated successfully" in capsys.readouterr().out
    with pytest.warns(RuntimeWarning, match="Maximum number of iterations"):
        getattr(ao, name)(so.rosen, np.zeros(10), maxiter=1)
