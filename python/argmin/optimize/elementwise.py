"""Roots and minima of many functions of one variable at once: the names of ``scipy.optimize.elementwise``.

``f`` takes an array of points and returns the value at each: element i of the result depends on element i of the points (and of
``args``) only. Each element is searched for to its own end; those that are done are not evaluated any more.
"""

from ._elementwise import bracket_minimum, bracket_root, find_minimum, find_root

__all__ = ["bracket_minimum", "bracket_root", "find_minimum", "find_root"]
