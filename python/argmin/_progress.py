"""A progress bar, by tqdm where it is installed."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any

import numpy as np


class Bar:
    """Shows nothing; the others show how a search goes."""

    shown = False

    def show(self, f: float, g: np.ndarray | None, counts: np.ndarray) -> None:
        """Show an iteration: the value, the gradient, and the numbers of iterations and evaluations."""

    def close(self) -> None:
        """End the bar."""


class _Tqdm(Bar):
    shown = True

    def __init__(self, tqdm: Any, total: int | None) -> None:
        self._bar = tqdm(total=total, unit="it", desc="minimize")

    def show(self, f: float, g: np.ndarray | None, counts: np.ndarray) -> None:
        self._bar.set_postfix_str(_words(f, g, counts), refresh=False)
        self._bar.update(1)

    def close(self) -> None:
        self._bar.close()


class _Line(Bar):
    """A line on the standard error, rewritten at most ten times a second."""

    shown = True

    def __init__(self) -> None:
        self._last, self._text = 0.0, ""

    def show(self, f: float, g: np.ndarray | None, counts: np.ndarray) -> None:
        self._text = f"minimize: {int(counts[0])} iterations, {_words(f, g, counts)}"
        now = time.monotonic()
        if now - self._last > 0.1:
            self._last = now
            print("\r" + self._text, end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        print("\r" + self._text, file=sys.stderr)


def _words(f: float, g: np.ndarray | None, counts: np.ndarray) -> str:
    gradient = "" if g is None or g.size == 0 else f", |gradient| {np.abs(g).max():.2g}"
    return f"value {f:.6g}{gradient}, {int(counts[1])} evaluations"


def bar(progress: bool, options: Mapping[str, Any] | None) -> Bar:
    """What shows the progress of a search."""
    if not progress:
        return Bar()
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return _Line()
    return _Tqdm(tqdm, (options or {}).get("maxiter"))
