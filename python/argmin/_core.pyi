"""The extension module, src/core.c."""

from collections.abc import Callable
from typing import Any

import numpy as np

def load(path: str) -> None: ...
def solve(
    kind: str, options: str, arrays: tuple[tuple[str, np.ndarray], ...],
    functions: tuple[tuple[Any, ...], ...], view: Callable[[memoryview], Any],
) -> tuple[int, int, str, str]: ...
def read(handle: int, name: str, array: np.ndarray) -> None: ...
def free(handle: int) -> None: ...
