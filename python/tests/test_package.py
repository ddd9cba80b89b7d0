"""The package as a whole: its version, and its parts, which are imported when they are first used."""

import subprocess
import sys

import pytest

import argmin


def test_the_version_is_a_version() -> None:
    major, minor, *_ = argmin.__version__.split(".")
    assert major.isdigit() and minor.isdigit()


@pytest.mark.parametrize("name", ["layers", "num", "numpy_api", "optimize"])
def test_parts_are_attributes(name: str) -> None:
    """As in SciPy, ``argmin.optimize`` needs no import of its own."""
    program = f"import argmin; print(argmin.{name}.__name__)"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert out.strip() == f"argmin.{name}"
    assert name in dir(argmin)


def test_importing_the_package_imports_no_framework() -> None:
    program = "import sys, argmin; print([m for m in ('jax', 'torch', 'tensorflow', 'scipy') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_a_part_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="module 'argmin' has no attribute 'minimise'"):
        argmin.minimise
