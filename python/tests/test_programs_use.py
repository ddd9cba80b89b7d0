"""Programs from threads, many times, and interrupted; the examples of the documentation strings."""

import concurrent.futures
import doctest
import importlib
import os
import resource
import signal
import threading

import numpy as np
import pytest

from argmin import _program, num

MODULES = ["argmin.num", "argmin.num._transforms", "argmin.num._solvers", "argmin.num._functions", "argmin.programs"]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    if name == "argmin.programs":
        pytest.importorskip("jax")
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert failed == 0 and (tried > 0 or name == "argmin.num._functions")


def distance(x, a):
    return num.sum((x - a) ** 2) + num.sum(x**4)


def test_threads():
    s = num.Solver(distance, tol=1e-9)
    want = [s.run(np.zeros(2), float(a)).params for a in range(4)]

    def work(k):
        own = num.Solver(distance, tol=1e-9)
        for i in range(50):
            np.testing.assert_array_equal(
                (own if i % 2 else s).run(np.zeros(2), float((k + i) % 4)).params, want[(k + i) % 4]
            )
        return num.grad(lambda a: num.sum(own.argmin(np.zeros(2), a)))(1.0)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert len({float(g) for g in pool.map(work, range(8))}) == 1


def test_memory_is_flat():
    s, x = num.Solver(distance), np.zeros(100)
    used = []
    for k in range(4000):
        s.run(x, float(k % 7))
        if k % 1000 == 999:
            used.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    assert used[-1] < 1.1 * used[0] + 2e4, used


def test_many_programs_are_forgotten():
    for k in range(300):  # more than are kept
        assert num.jit(lambda x, k=k: x + k)(1.0) == 1 + k
    assert num.jit(lambda x: x + 0)(1.0) == 1  # compiled again


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_interrupt():
    def endless(x):
        return num.while_loop(lambda s: s >= 0, lambda s: s + 1, x)

    p = num.program_of(endless, 1.0)
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        p(1.0)


def test_program_checks_its_arguments():
    p = num.program_of(lambda x, y: x + y, np.ones(2), np.ones(2))
    with pytest.raises(ValueError, match=r"argument 1 of a program has shape \(3,\), want \(2,\)"):
        p(np.ones(2), np.ones(3))
    with pytest.raises(TypeError, match="takes 2 arrays, not 1"):
        p(np.ones(2))
    assert _program.vjp(p, [0], [0]).gives == [p.gives[0], p.takes[0]]
