"""Trees of arrays: dicts, lists, tuples and named tuples, nested in any way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any


def flatten(tree: Any) -> tuple[list[Any], Any]:
    """The leaves of a tree, and its structure, which can be compared and hashed."""
    leaves: list[Any] = []
    return leaves, _structure(tree, leaves)


def _structure(tree: Any, leaves: list[Any]) -> Any:
    if tree is None:
        return ("none",)
    if isinstance(tree, dict):
        return (type(tree), tuple(tree), tuple(_structure(v, leaves) for v in tree.values()))
    if isinstance(tree, (list, tuple)):
        return (type(tree), None, tuple(_structure(v, leaves) for v in tree))
    leaves.append(tree)
    return None


def unflatten(structure: Any, leaves: Sequence[Any]) -> Any:
    """The tree of leaves."""
    return _tree(structure, iter(leaves))


def _tree(structure: Any, leaves: Iterator[Any]) -> Any:
    if structure is None:
        return next(leaves)
    if structure == ("none",):
        return None
    kind, keys, parts = structure
    values = [_tree(p, leaves) for p in parts]
    if keys is not None:
        return kind(zip(keys, values))
    return kind(*values) if hasattr(kind, "_fields") else kind(values)


def map_tree(f: Callable[[Any], Any], tree: Any) -> Any:
    """The tree with a function applied to each leaf."""
    leaves, structure = flatten(tree)
    return unflatten(structure, [f(x) for x in leaves])
