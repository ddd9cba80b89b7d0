"""Gradients by differences, to compare others with."""

import numpy as np


def differences(f, x, e=1e-6):
    """The gradient of f, a number, at the array x."""
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        d = np.zeros_like(x)
        d[i] = e
        g[i] = (f(x + d) - f(x - d)) / (2 * e)
    return g
