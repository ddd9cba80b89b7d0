"""The frameworks in which layers are differentiated, with the few operations that the tests' functions are made of."""

from __future__ import annotations

import numpy as np
from frameworks import require


class Torch:
    name = "torch"

    def __init__(self):
        t = self.lib = require("torch")
        self.sum, self.exp, self.tanh, self.sin, self.cosh, self.stack = t.sum, t.exp, t.tanh, t.sin, t.cosh, t.stack
        self.matvec, self.softplus, self.abs = (lambda A, x: A @ x), t.nn.functional.softplus, t.abs

    def tensor(self, a, dtype="float64"):
        return self.lib.tensor(np.asarray(a), dtype=getattr(self.lib, dtype))

    def array(self, t):
        return t.detach().numpy()

    def grad(self, f, args):
        """The gradient of a number by each argument, as arrays."""
        given = [a.detach().clone().requires_grad_() for a in args]
        return [self.array(g) for g in self.lib.autograd.grad(f(*given), given)]

    def second(self, f, args, vs):
        """The derivative of the gradient along vs."""
        t = self.lib
        given = [a.detach().clone().requires_grad_() for a in args]
        g = t.autograd.grad(f(*given), given, create_graph=True)
        return [self.array(h) for h in t.autograd.grad(sum((a * v).sum() for a, v in zip(g, vs)), given)]


class Jax(Torch):
    name = "jax"

    def __init__(self):
        jax = require("jax")
        jax.config.update("jax_enable_x64", True)
        self.jax, t = jax, jax.numpy
        self.lib = t
        self.sum, self.exp, self.tanh, self.sin, self.cosh, self.stack = t.sum, t.exp, t.tanh, t.sin, t.cosh, t.stack
        self.matvec, self.softplus, self.abs = (lambda A, x: A @ x), jax.nn.softplus, t.abs

    def tensor(self, a, dtype="float64"):
        return self.lib.asarray(np.asarray(a), dtype)

    def array(self, t):
        return np.asarray(t)

    def grad(self, f, args):
        return [np.asarray(g) for g in self.jax.grad(f, tuple(range(len(args))))(*args)]

    def second(self, f, args, vs):
        n = tuple(range(len(args)))

        def along(*args):
            return sum((a * v).sum() for a, v in zip(self.jax.grad(f, n)(*args), vs))

        return [np.asarray(h) for h in self.jax.jit(self.jax.grad(along, n))(*args)]


class TensorFlow(Torch):
    name = "tensorflow"

    def __init__(self):
        t = self.lib = require("tensorflow")
        self.sum, self.exp, self.tanh, self.sin, self.cosh, self.stack = t.reduce_sum, t.exp, t.tanh, t.sin, t.cosh, t.stack
        self.matvec, self.softplus, self.abs = t.linalg.matvec, t.nn.softplus, t.abs

    def tensor(self, a, dtype="float64"):
        return self.lib.constant(np.asarray(a), dtype)

    def array(self, t):
        return t.numpy()

    def grad(self, f, args):
        with self.lib.GradientTape() as tape:
            for a in args:
                tape.watch(a)
            y = f(*args)
        return [g.numpy() for g in tape.gradient(y, args)]

    def second(self, f, args, vs):
        with self.lib.GradientTape() as outer:
            for a in args:
                outer.watch(a)
            with self.lib.GradientTape() as tape:
                for a in args:
                    tape.watch(a)
                y = f(*args)
            total = sum(self.sum(g * v) for g, v in zip(tape.gradient(y, args), vs))
        return [h.numpy() for h in outer.gradient(total, args)]


FRAMEWORKS = {"torch": Torch, "jax": Jax, "tensorflow": TensorFlow}
