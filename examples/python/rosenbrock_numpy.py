"""Rosenbrock's function of two named tensors. Only the import of minimize says in which framework."""

from collections import OrderedDict

import numpy as np

from argmin.numpy_api import minimize


def rosenbrock(x, shift):
    """The sum over both halves; zero where every element is 1 + shift."""
    total = 0.0
    for half in (x["half_a"] - shift, x["half_b"] - shift):
        for i in range(half.shape[0] - 1):
            total = total + 100.0 * (half[i + 1] - half[i] ** 2) ** 2 + (1.0 - half[i]) ** 2
    return total


rng = np.random.default_rng(0)
start = OrderedDict(half_a=rng.normal(size=3), half_b=rng.normal(size=5))
r = minimize(rosenbrock, start, args=(-1.0,), method="L-BFGS-B", full_output=True)

print(f"{r.reason} at a value below 1e-6: {r.fun < 1e-6}")
for name, tensor in r.x.items():
    print(f"{name}: {type(tensor).__module__.split('.')[0]}, shape {tuple(tensor.shape)}")
