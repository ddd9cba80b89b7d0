"""What options the methods have."""

from __future__ import annotations

from .._door import methods
from .._errors import InputError
from ._call import method_of

_KINDS = {"minimize": "minimize", "minimize_scalar": "minimize_scalar", "root": "root", "root_scalar": "root_scalar"}


def show_options(solver: str | None = None, method: str | None = None, disp: bool = True) -> str | None:
    """Show the options of the methods: of one solver, or of one method of it.

    Parameters
    ----------
    solver : {"minimize", "minimize_scalar", "root", "root_scalar"}, optional
    method : str, optional
    disp : bool, optional
        Whether to print; otherwise the text is returned.

    Examples
    --------
    >>> show_options("minimize_scalar", "bounded")
    bounded: maxiter, xatol
    """
    if solver is None and method is not None:
        raise InputError(f"method is {method!r}, and solver is missing")
    if solver is not None and solver not in _KINDS:
        raise InputError(f"Unknown solver {solver!r}; they are {', '.join(_KINDS)}")
    lines = []
    for kind in [solver] if solver else _KINDS:
        known = methods()[kind]
        names = [method_of(kind, method)[0]] if method else sorted(known)
        lines += [] if method else [kind]
        lines += [("" if method else "  ") + f"{name}: {', '.join(sorted(known[name]['options']))}" for name in names]
    text = "\n".join(lines)
    if not disp:
        return text
    print(text)
    return None
