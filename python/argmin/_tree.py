"""Trees of tensors: dicts, lists, tuples and registered classes, nested in any way. A tensor alone is a tree too."""

from __future__ import annotations

import dataclasses
import difflib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ._errors import InputError, UnknownNameError

# The children of an instance of a class that is no container of Python, and what makes such an instance of others; None
# for what is a leaf.
OneLevel = Callable[[Any], "tuple[Sequence[Any], Callable[[Sequence[Any]], Any]] | None"]

_registered: dict[type, tuple[Callable[[Any], tuple[Iterable[Any], Any]], Callable[[Any, Sequence[Any]], Any]]] = {}


def register_pytree_node(
    nodetype: type,
    flatten_func: Callable[[Any], tuple[Iterable[Any], Any]],
    unflatten_func: Callable[[Any, Sequence[Any]], Any],
) -> None:
    """Make a class one whose instances are trees, as ``jax.tree_util.register_pytree_node`` does.

    Classes that are registered with JAX or PyTorch, and dataclasses, need not be registered again.

    Parameters
    ----------
    nodetype : type
    flatten_func : callable
        ``flatten_func(node)`` is the children, and whatever else the node has.
    unflatten_func : callable
        ``unflatten_func(rest, children)`` is a node.
    """
    _registered[nodetype] = flatten_func, unflatten_func


def _one_level(value: Any) -> tuple[Sequence[Any], Callable[[Sequence[Any]], Any]] | None:
    known = _registered.get(type(value))
    if known is not None:
        flatten, unflatten = known
        children, rest = flatten(value)
        return list(children), lambda made: unflatten(rest, made)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [f.name for f in dataclasses.fields(value) if f.init]
        return [getattr(value, name) for name in names], lambda made: dataclasses.replace(
            value, **dict(zip(names, made))
        )
    return None


class _Node(NamedTuple):
    """A node that is not a leaf."""

    kind: str  # "mapping", "sequence", "object" or "nothing"
    keys: tuple[Any, ...]
    children: tuple[Any, ...]  # nodes, and the numbers of leaves
    make: Callable[[Iterator[Any]], Any]  # makes such a node of the leaves that follow


def path_text(path: Sequence[Any]) -> str:
    """A path for people: ``'a'`` at the top, ``'layers'[0]['w']`` below."""
    return "x" if not path else repr(path[0]) + "".join(f"[{key!r}]" for key in path[1:])


class Tree:
    """The structure of a tree, with what it takes to make such trees, and to take others apart.

    Parameters
    ----------
    example : tree
    one_level : callable
        Knows the classes of a framework that are trees.
    """

    def __init__(self, example: Any, one_level: OneLevel = lambda value: None) -> None:
        self._one_level = one_level
        self.leaves: list[Any] = []
        self.paths: list[tuple[Any, ...]] = []
        self._root = self._read(example, ())
        self.names = [path_text(p) for p in self.paths]
        self.build = self._builder()
        # The keys of a tree of one level, which most are.
        root = self._root
        flat = (
            isinstance(root, _Node) and root.kind == "mapping" and not any([isinstance(c, _Node) for c in root.children])
        )
        self._flat: tuple[Any, ...] | None = root.keys if flat and isinstance(root, _Node) else None

    @property
    def one_level_of_strings(self) -> tuple[tuple[str, ...], type | None]:
        """The keys and the type of a tree that is a dict of one level with names, none and dict for a leaf alone;
        no type for other trees."""
        if not isinstance(self._root, _Node):
            return (), dict
        if not self._flat or not all([type(k) is str for k in self._flat]):
            return (), None
        return self._flat, type(self.build([None] * len(self._flat)))

    def _read(self, value: Any, path: tuple[Any, ...]) -> _Node | int:
        parts = self._parts(value)
        if parts is None:
            self.leaves.append(value)
            self.paths.append(path)
            return len(self.leaves) - 1
        kind, keys, values, make = parts
        nodes = tuple(self._read(v, (*path, key)) for key, v in zip(keys, values))
        makers = [n.make if isinstance(n, _Node) else next for n in nodes]

        def assemble(leaves: Iterator[Any]) -> Any:
            return make([m(leaves) for m in makers])

        return _Node(kind, keys, nodes, assemble)

    def _parts(self, value: Any) -> tuple[str, tuple[Any, ...], Sequence[Any], Callable[[Sequence[Any]], Any]] | None:
        """The kind, the keys, the children and the constructor of a node; None for a leaf."""
        if type(value) is np.ndarray:  # sooner than what follows would find out
            return None
        if value is None:
            return "nothing", (), (), lambda made: None
        if isinstance(value, (dict, Mapping)):
            keys = tuple(value)
            cls = OrderedDict if isinstance(value, OrderedDict) else dict
            return "mapping", keys, [value[k] for k in keys], lambda made: cls(zip(keys, made))
        if isinstance(value, (list, tuple)):
            cls_: Any = type(value)
            make = (
                (lambda made: cls_(*made)) if hasattr(value, "_fields") else tuple if isinstance(value, tuple) else list
            )
            return "sequence", tuple(range(len(value))), value, make
        node = _one_level(value) or self._one_level(value)
        if node is None:
            return None
        children, unflatten = node
        return "object", tuple(range(len(children))), children, unflatten

    def _builder(self) -> Callable[[Sequence[Any]], Any]:
        root = self._root
        if not isinstance(root, _Node):
            return lambda leaves: leaves[0]
        if root.kind == "mapping" and not any([isinstance(c, _Node) for c in root.children]):
            keys = root.keys
            if type(root.make(iter(self.leaves))) is dict:
                return lambda leaves: dict(zip(keys, leaves))

            def ordered(leaves: Sequence[Any]) -> Any:
                made: OrderedDict[Any, Any] = OrderedDict()
                for key, leaf in zip(keys, leaves):  # faster than the constructor
                    made[key] = leaf
                return made

            return ordered
        make = root.make
        return lambda leaves: make(iter(leaves))

    def flatten(self, value: Any, what: str) -> list[Any]:
        """The leaves of another tree of this structure, which ``what`` names in errors."""
        keys = self._flat
        if keys is not None and type(value) in (dict, OrderedDict) and len(value) == len(keys):
            try:
                return [value[k] for k in keys]
            except KeyError:
                pass  # the names differ: the error is made below
        out: list[Any] = []
        self._take(self._root, value, (), what, out)
        return out

    def _take(self, node: _Node | int, value: Any, path: tuple[Any, ...], what: str, out: list[Any]) -> None:
        if not isinstance(node, _Node):
            out.append(value)
            return
        for key, child, v in self._matched(node, value, path, what):
            self._take(child, v, (*path, key), what, out)

    def _matched(self, node: _Node, value: Any, path: tuple[Any, ...], what: str) -> Iterator[tuple[Any, Any, Any]]:
        """The keys, children and values of a node, all of which must be there."""
        if node.kind == "nothing":
            return
        of = f" of {path_text(path)}" if path else ""
        if node.kind == "mapping":
            if not isinstance(value, Mapping):
                raise InputError(
                    f"{what}{of} is a {type(value).__name__}, want a dict with the names of x0: {_listed(node.keys)}"
                )
            for key in value:
                if key not in node.keys:
                    raise UnknownNameError(f"{what}{of} has {key!r}, which is not in x0{_nearest(key, node.keys)}")
            for key, child in zip(node.keys, node.children):
                if key not in value:
                    raise InputError(f"{what}{of} has no {key!r}; it has {_listed(tuple(value))}")
                yield key, child, value[key]
            return
        parts = self._parts(value)
        if parts is None or parts[0] != node.kind or len(parts[2]) != len(node.children):
            have = "" if parts is None else f" with {len(parts[2])} entries"
            raise InputError(
                f"{what}{of} is a {type(value).__name__}{have}, want {len(node.children)} entries, as x0 has"
            )
        yield from zip(node.keys, node.children, parts[2])

    def spread(self, prefix: Any, what: str) -> list[Any]:
        """What a tree says about each leaf, None where it says nothing.

        The tree may lack names, and may have a number, or an array of one, at a place where this one has a tree: it is for
        all leaves there.
        """
        out: list[Any] = [None] * len(self.names)
        self._spread(self._root, prefix, (), what, out)
        return out

    def _spread(self, node: _Node | int, value: Any, path: tuple[Any, ...], what: str, out: list[Any]) -> None:
        if value is None:
            return
        if not isinstance(node, _Node):
            out[node] = value
            return
        if getattr(value, "shape", None) == (1,):  # as in SciPy's Bounds
            value = value.reshape(())
        if _is_number(value):
            for child in node.children:
                self._spread(child, value, path, what, out)
            return
        if node.kind == "mapping" and isinstance(value, Mapping):
            value = {**dict.fromkeys(node.keys), **value}
        for key, child, v in self._matched(node, value, path, what):
            self._spread(child, v, (*path, key), what, out)

    def select(self, names: Iterable[Any], what: str) -> list[bool]:
        """Which leaves are at, or below, names: keys of the top, or tuples of keys for a way down."""
        chosen = [False] * len(self.names)
        for name in names:
            at = [
                i
                for i, p in enumerate(self.paths)
                if p[:1] == (name,) or isinstance(name, tuple) and p[: len(name)] == name
            ]
            if not at:
                tops = tuple(dict.fromkeys(p[0] for p in self.paths if p))
                raise UnknownNameError(f"{what} names {name!r}, which is not in x0{_nearest(name, tops)}")
            for i in at:
                chosen[i] = True
        return chosen


def _is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float, np.number, np.bool_)) or getattr(value, "shape", None) == ()


def _listed(keys: Sequence[Any]) -> str:
    return ", ".join(map(repr, keys[:8])) + (", ..." if len(keys) > 8 else "") if keys else "no names"


def _nearest(key: Any, keys: Sequence[Any]) -> str:
    near = difflib.get_close_matches(key, [k for k in keys if isinstance(k, str)], 1) if isinstance(key, str) else []
    return f" (did you mean {near[0]!r}?)" if near else f"; that has {_listed(keys)}"
