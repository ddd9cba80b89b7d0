"""What dict-minimize refuses is taken here, or refused by an error that is of its kind too."""

from collections import OrderedDict

import numpy as np
import pytest
from frameworks import NumPy, framework, require

X0 = OrderedDict(a=np.ones((2, 2)), b=np.zeros(3))


def fun(x):
    a, b = x["a"] - 3, x["b"] + 1
    return float(np.sum(a**2) + np.sum(b**2)), OrderedDict(a=2 * a, b=2 * b)


def gives(change):
    """The function with another result."""
    return lambda x: change(x, *fun(x))


CASES = {
    "plain dict": lambda m: m(fun, dict(X0)),
    "empty": lambda m: m(fun, OrderedDict()),
    "no elements": lambda m: m(lambda x: (0.0, x), OrderedDict(a=np.zeros(0))),
    "integers": lambda m: m(fun, OrderedDict(a=np.ones((2, 2), int), b=np.zeros(3))),
    "gradient in a dict": lambda m: m(gives(lambda x, v, g: (v, dict(g))), X0),
    "name missing": lambda m: m(gives(lambda x, v, g: (v, OrderedDict(a=g["a"]))), X0),
    "name unknown": lambda m: m(gives(lambda x, v, g: (v, OrderedDict(g, c=g["b"]))), X0),
    "shape": lambda m: m(gives(lambda x, v, g: (v, OrderedDict(a=g["b"], b=g["b"]))), X0),
    "integer gradient": lambda m: m(gives(lambda x, v, g: (v, OrderedDict(g, b=np.ones(3, int)))), X0),
    "None": lambda m: m(gives(lambda x, v, g: (v, OrderedDict(g, b=None))), X0),
    "value with an axis": lambda m: m(gives(lambda x, v, g: (np.ones(1), g)), X0),
    "integer value": lambda m: m(gives(lambda x, v, g: (3, g)), X0),
    "no value": lambda m: m(gives(lambda x, v, g: (None, g)), X0),
    "not a pair": lambda m: m(gives(lambda x, v, g: (v,)), X0),
    "not callable": lambda m: m(3, X0),
    "one bound": lambda m: m(fun, X0, lb_dict=X0),
    "numbers as bounds": lambda m: m(fun, X0, lb_dict=OrderedDict(a=0.0, b=0.0), ub_dict=OrderedDict(a=1.0, b=1.0)),
    "bound of nothing": lambda m: m(fun, X0, lb_dict=OrderedDict(X0, c=X0["b"]), ub_dict=OrderedDict(X0, c=X0["b"])),
    "bounds crossed": lambda m: m(fun, X0, lb_dict=OrderedDict((k, v + 2) for k, v in X0.items()), ub_dict=X0),
    "method": lambda m: m(fun, X0, method="foo"),
    "dogleg": lambda m: m(fun, X0, method="dogleg"),
    "a number as args": lambda m: m(fun, X0, args=3),
    "a third argument": lambda m: m(fun, X0, X0),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("ignore")
def test_refused_by_the_peer(case):
    peer, ours = require("dict_minimize.numpy_api").minimize, framework(NumPy).minimize
    with pytest.raises(Exception) as theirs:  # noqa: PT011
        CASES[case](peer)
    try:
        CASES[case](ours)
    except Exception as e:
        assert isinstance(e, theirs.type)
        assert not isinstance(e, AssertionError) or isinstance(e, ValueError)
