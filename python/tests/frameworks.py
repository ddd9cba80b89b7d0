"""The frameworks for tests that hold in each of them, and a function of two named tensors."""

from __future__ import annotations

import importlib
import os
from collections import OrderedDict

import numpy as np
import pytest

REQUIRED = os.environ.get("ARGMIN_REQUIRE_FRAMEWORKS") == "1"


def require(name):
    """A module, without which the test is skipped; not where ARGMIN_REQUIRE_FRAMEWORKS is 1."""
    return importlib.import_module(name) if REQUIRED else pytest.importorskip(name)


class NumPy:
    name = "numpy"
    module = "numpy"
    dtypes = ("float16", "float32", "float64", "longdouble", ">f8", ">f4")

    def __init__(self):
        self.lib = require(self.module)
        self.minimize = importlib.import_module(f"argmin.{self.name}_api").minimize

    def tensor(self, values, dtype="float64"):
        return np.asarray(values, dtype)

    def array(self, t):
        return np.asarray(t)

    def dtype(self, t):
        return t.dtype

    def sum(self, t):
        return np.sum(t)

    def is_tensor(self, t):
        return isinstance(t, np.ndarray)

    differentiates = False

    def compile(self, f):
        return f


class Jax(NumPy):
    name = "jax"
    module = "jax"
    dtypes = ("float16", "bfloat16", "float32", "float64")
    differentiates = True

    def __init__(self):
        super().__init__()
        self.lib.config.update("jax_enable_x64", True)

    def tensor(self, values, dtype="float64"):
        return self.lib.numpy.asarray(values, dtype)

    def sum(self, t):
        return self.lib.numpy.sum(t)

    def is_tensor(self, t):
        return isinstance(t, self.lib.Array)

    def compile(self, f):
        return self.lib.jit(f)


class Torch(NumPy):
    name = "torch"
    module = "torch"
    dtypes = ("float16", "bfloat16", "float32", "float64")
    differentiates = True

    def tensor(self, values, dtype="float64"):
        return self.lib.from_numpy(np.array(values, float)).to(getattr(self.lib, dtype))

    def array(self, t):
        return t.detach().double().numpy()

    def sum(self, t):
        return t.sum()

    def is_tensor(self, t):
        return isinstance(t, self.lib.Tensor)


class TensorFlow(NumPy):
    name = "tensorflow"
    module = "tensorflow"
    dtypes = ("float16", "bfloat16", "float32", "float64")
    differentiates = True

    def tensor(self, values, dtype="float64"):
        return self.lib.constant(values, getattr(self.lib, dtype))

    def array(self, t):
        return np.asarray(self.lib.cast(t, self.lib.float64).numpy())

    def sum(self, t):
        return self.lib.reduce_sum(t)

    def is_tensor(self, t):
        return isinstance(t, self.lib.Tensor)

    def compile(self, f):
        return self.lib.function(f)


_made = {}


def framework(cls):
    if cls not in _made:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        _made[cls] = cls()
    return _made[cls]


every = pytest.mark.parametrize("cls", [NumPy, Jax, Torch, TensorFlow], ids=lambda c: c.name)
differentiating = pytest.mark.parametrize("cls", [Jax, Torch, TensorFlow], ids=lambda c: c.name)

# The minimum of quadratic.
SOLUTION = OrderedDict(a=np.full((2, 2), 3.0), b=np.array([-1.0, -1.0, -1.0]))


class Quadratic:
    """|a - shift|^2 + |b + 1|^2 of the tensors a, 2 by 2, and b, of length 3: the value and the gradients."""

    def __init__(self, cls, dtype="float64"):
        self.fw = framework(cls)
        self.minimize = self.fw.minimize
        self.x0 = OrderedDict(
            a=self.fw.tensor([[1.0, 0.0], [2.0, 0.5]], dtype), b=self.fw.tensor([0.5, 0.0, 2.0], dtype)
        )

    def value(self, x, shift=3.0):
        return self.fw.sum((x["a"] - shift) ** 2) + self.fw.sum((x["b"] + 1) ** 2)

    def pair(self, x, shift=3.0):
        return self.value(x, shift), OrderedDict(a=2 * (x["a"] - shift), b=2 * (x["b"] + 1))

    def near(self, x, atol=1e-5, **solution):
        for name, want in (SOLUTION | solution).items():
            np.testing.assert_allclose(self.fw.array(x[name]), want, atol=atol)
