"""The documentation of ``minimize``, which the modules of the frameworks share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])

_TEXT = """Minimize a function of a tree of @framework@ tensors, such as a dict of them by name.

Parameters
----------
fun : callable
    ``fun(x, *args)`` gives the value and the gradients, a tree like ``x``, or the value alone.
    @gradient@
x0_dict : tree
    The start: an OrderedDict, dict, list, tuple or registered class, nested in any way, of @start@
lb_dict, ub_dict : tree or float, optional
    Bounds, which hold wherever ``fun`` is evaluated: by name, broadcast to the tensors, or a number for
    all. Names that are missing, None and infinite elements have none. A start outside is moved inside.
args : tuple
    More arguments of ``fun``.
method : str or callable, optional
    One of SciPy's methods. Default: "BFGS", with bounds "L-BFGS-B", with constraints "SLSQP".
tol : float, optional
    For the tolerances of the method.
callback : callable, optional
    ``callback(x)`` after each iteration. StopIteration from it ends the search; what it returns does not
    matter. One whose only parameter is named ``intermediate_result`` gets an OptimizeResult with ``x``,
    ``fun`` and counts.
options : dict, optional
    SciPy's options of the method. Unknown ones are warned of.
jac : bool, callable or {"2-point", "3-point"}, optional
    True: ``fun`` gives (value, gradients); a function: ``jac(x, *args)`` gives the gradients, ``fun`` the
    value; a scheme: finite differences. Default: what ``fun`` gives at the start decides.
hess : callable or {"2-point", "3-point"}, optional
    ``hess(x, *args)[a][b]`` is the block of the Hessian by names ``a`` and ``b``, of the shape of ``x[a]``
    followed by that of ``x[b]``; or how it is found by differences of gradients.
hessp : callable, optional
    ``hessp(x, p, *args)`` is the Hessian times ``p``, a tree like ``x``. Default: @products@
constraints : dict, NonlinearConstraint, LinearConstraint, or list of these, optional
    SciPy's, or those of ``argmin.optimize``, whose functions take a tree like ``x``. The coefficients ``A``
    of a linear one are a matrix for all elements in order, or by name, of the shape of the value followed
    by that of the tensor.
fixed : list of names, or tree of bools, optional
    Tensors that keep the values of the start. A tuple of keys names one below the top.
scale : tree or float, optional
    Typical sizes of the tensors, where they differ by orders of magnitude: the search works with quotients
    by them.
allow_unused : bool
    Whether a gradient that is None stands for zero.
progress : bool
    Whether to show a progress bar, by tqdm where it is installed.
checkpoint : str or path, optional
    A file that keeps the evaluations. The same call with the same file resumes a search that was killed.
verify : bool
    Whether a success is checked beyond the method's own test, which may take one gradient for each element.
full_output : bool
    Whether to return the whole result.@more@

Returns
-------
x : tree
    The solution, with the structure, shapes, types and devices of ``x0_dict``; the best point found where
    there is none, with a ConvergenceWarning unless a callback or a limit in ``options`` has ended the
    search. With ``full_output`` an OptimizeResult with SciPy's fields, of which ``x`` and ``jac`` are such
    trees.

Raises
------
InputError
    What is given does not fit; the message names it. It is a ValueError and an AssertionError. Exceptions
    of functions come out as they are.

Examples
--------
@example@
"""


def documented(framework: str, *, start: str, gradient: str, products: str, example: str, more: str = "") -> Callable[[_F], _F]:
    """Give a ``minimize`` its documentation.

    Parameters
    ----------
    framework : str
        Its name.
    start : str
        What the start may consist of.
    gradient : str
        How the gradient of a function that gives the value alone is found.
    products : str
        How products with the Hessian are found.
    example : str
        Lines of a doctest.
    more : str
        Parameters that the others do not have.
    """

    def set_to(function: _F) -> _F:
        text = _TEXT
        for name, value in (
            ("framework", framework), ("start", start), ("gradient", gradient), ("products", products),
            ("example", example), ("more", more),
        ):  # fmt: skip
            text = text.replace(f"@{name}@", value)
        function.__doc__ = text
        return function

    return set_to
