"""The programs in examples/python, which differ in an import alone, and the examples of the documentation."""

import difflib
import doctest
import importlib
import os
import pathlib
import subprocess
import sys

import pytest
from frameworks import require

import argmin

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "examples" / "python"
NAMES = ["numpy", "jax", "torch", "tensorflow"]


@pytest.mark.parametrize("name", NAMES)
def test_rosenbrock(name):
    require(name)
    env = {**os.environ, "PYTHONPATH": str(pathlib.Path(argmin.__file__).parents[1]), "JAX_ENABLE_X64": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    program = PROGRAMS / f"rosenbrock_{name}.py"
    run = subprocess.run([sys.executable, str(program)], env=env, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert lines[0] == "converged at a value below 1e-6: True"
    module = {"jax": ("jax", "jaxlib")}.get(name, (name,))
    for line, half in zip(lines[1:], "ab", strict=True):
        assert line.split(", shape")[0] in [f"half_{half}: {m}" for m in module]


@pytest.mark.parametrize("name", NAMES[1:])
def test_only_the_import_differs(name):
    first, other = ((PROGRAMS / f"rosenbrock_{n}.py").read_text().splitlines() for n in ("numpy", name))
    changed = [line for line in difflib.ndiff(first, other) if line[0] in "+-"]
    assert changed == ["- from argmin.numpy_api import minimize", f"+ from argmin.{name}_api import minimize"]


@pytest.mark.parametrize("module", ["_result", *(f"{n}_api" for n in NAMES)])
def test_docstrings(module):
    if module != "_result":
        require(module[:-4])
    result = doctest.testmod(importlib.import_module(f"argmin.{module}"))
    assert result.attempted and not result.failed


def test_documentation():
    """The examples of docs/python.md, one session."""
    page, flags = str(ROOT / "docs" / "python.md"), doctest.NORMALIZE_WHITESPACE
    result = doctest.testfile(page, module_relative=False, optionflags=flags)
    assert result.attempted and not result.failed
