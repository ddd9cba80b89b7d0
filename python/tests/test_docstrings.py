"""The examples of the package's documentation."""

import doctest
import importlib
import pathlib
import re

import pytest
from frameworks import require

import argmin

ROOT = pathlib.Path(argmin.__file__).parent
MODULES = [".".join(("argmin", *p.relative_to(ROOT).with_suffix("").parts)) for p in sorted(ROOT.rglob("*.py"))]
MODULES = [m.removesuffix(".__init__") for m in MODULES]
FRAMEWORK = re.compile(r"^ *(?:>>> )?(?:import|from) (jax|torch|tensorflow|scipy)\b", re.MULTILINE)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    path = ROOT.joinpath(*name.split(".")[1:])
    text = (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text(encoding="utf-8")
    for framework in set(FRAMEWORK.findall(text)):
        require(framework)
    if name in ("argmin.jax_api", "argmin.torch_api", "argmin.tensorflow_api"):
        require(name.split(".")[1].removesuffix("_api"))
    assert doctest.testmod(importlib.import_module(name)).failed == 0
