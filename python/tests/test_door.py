"""The way into the library: results, exceptions, signals, threads, processes, memory."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import traceback

import numpy as np
import pytest

from argmin._door import Failure, Function, solve


def quadratic(center):
    """The value and gradient of |x - center|², as a function of the library."""

    def call(x, f, g):
        g[:] = 2 * (x - center)
        return float(np.sum((x - center) ** 2))

    n = len(center)
    return Function(call, (n,), (1, n))


def minimize(center, options=None, **functions):
    return solve("minimize", options or {}, {"x0": np.zeros(len(center))}, {"fun_grad": quadratic(center), **functions})


def test_result_by_names():
    r = minimize(np.array([1.0, -2.0]), {"method": "BFGS"})
    assert r["success"] is True and r["status"] == 0 and r["message"].startswith("Optimization terminated")
    np.testing.assert_allclose(r["x"], [1, -2], atol=1e-6)
    assert r["x"].flags.writeable and r["x"].flags.owndata
    assert isinstance(r["fun"], np.float64) and r["hess_inv"].shape == (2, 2)


def test_options_that_json_lacks():
    minimize(np.ones(2), {"method": "BFGS", "method_options": {"norm": np.inf}, "tol": np.float32(0.5)})
    with pytest.raises(TypeError, match="an option is a object"):
        minimize(np.ones(2), {"method_options": {"norm": object()}})


@pytest.mark.parametrize(
    "options, arrays, message",
    [
        ({"method": "BGFS"}, {}, 'did you mean "BFGS"'),
        ({}, {"lowr": np.zeros(2)}, 'no array "lowr"'),
        ({}, {"lower": np.zeros(3)}, "3"),
        ({}, {"x0": np.array([np.nan, 0])}, "NaN"),
    ],
)
def test_refused(options, arrays, message):
    with pytest.raises(Failure, match=message):
        solve("minimize", options, {"x0": np.zeros(2), **arrays}, {"fun_grad": quadratic(np.ones(2))})


@pytest.mark.parametrize("error", [KeyError("k"), KeyboardInterrupt(), SystemExit(3), GeneratorExit(), ValueError("v")])
@pytest.mark.parametrize("where", ["fun_grad", "callback"])
def test_exceptions_come_back_as_themselves(error, where):
    calls = 0

    def fails(x, f, g, *_):
        nonlocal calls
        calls += 1
        if calls == 2:
            raise error
        return rosenbrock(x, g) if where == "fun_grad" else None

    functions = {"fun_grad": Function(lambda x, f, g: rosenbrock(x, g), (2,), (1, 2))}
    functions[where] = Function(fails, (2,), (1, 2)) if where == "fun_grad" else Function(fails, (2, 1, 2, 5), ())
    with pytest.raises(type(error)) as info:
        solve("minimize", {"method": "CG"}, {"x0": np.zeros(2)}, functions)
    assert info.value is error
    assert "fails" in "".join(traceback.format_tb(info.value.__traceback__))
    assert minimize(np.ones(2))["success"]  # the library is as it was


def test_values_that_a_function_does_not_set_are_nan():
    r = solve("minimize", {}, {"x0": np.zeros(2)}, {"fun_grad": Function(lambda x, f, g: 1.0, (2,), (1, 2))})
    assert not r["success"]


def rosenbrock(x, g):
    t = x[1:] - x[:-1] ** 2
    g[:] = 0
    g[1:] += 200 * t
    g[:-1] += -400 * x[:-1] * t - 2 * (1 - x[:-1])
    return float(np.sum(100 * t**2 + (1 - x[:-1]) ** 2))


def test_stop_iteration_of_the_callback_ends_the_search():
    seen = []

    def callback(x, f, g, counts):
        seen.append(counts.copy())
        raise StopIteration

    r = minimize(np.array([1.0, 2.0]), callback=Function(callback, (2, 1, 2, 5), ()))
    assert len(seen) == 1 and seen[0][0] == 1 and not r["success"]


def test_a_search_within_a_search():
    def outer(x, f, g):
        inner = minimize(x.copy())
        g[:] = 2 * inner["x"]
        return float(np.sum(inner["x"] ** 2))

    r = solve("minimize", {}, {"x0": np.ones(3)}, {"fun_grad": Function(outer, (3,), (1, 3))})
    np.testing.assert_allclose(r["x"], 0, atol=1e-4)


def test_threads():
    """16 threads with 1,000 solves each (200 unless ARGMIN_WHOLE is set)."""
    failures = []
    solves = 1000 if os.environ.get("ARGMIN_WHOLE") else 200

    def work(seed):
        try:
            for k in range(solves):
                center = np.array([seed, k, -1.0])
                np.testing.assert_allclose(minimize(center)["x"], center, atol=1e-4)
        except BaseException as e:  # noqa: BLE001 - reported by the test
            failures.append(e)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(16)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failures


def test_workers_call_from_other_threads():
    seen = set()

    def value(x, f):
        seen.add(threading.get_ident())
        time.sleep(0.001)
        return float(np.sum((x - 1) ** 2))

    r = solve("minimize", {"method": "BFGS", "workers": 4}, {"x0": np.zeros(8)}, {"fun": Function(value, (8,), (1,))})
    np.testing.assert_allclose(r["x"], 1, atol=1e-5)
    assert len(seen) > 1

    def fails(x, f):
        raise LookupError("in a worker")

    with pytest.raises(LookupError, match="in a worker"):
        solve("minimize", {"method": "BFGS", "workers": 4}, {"x0": np.zeros(8)}, {"fun": Function(fails, (8,), (1,))})


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_a_search():
    calls = 0

    def slow(x, f, g):
        nonlocal calls
        calls += 1
        if calls == 3:
            os.kill(os.getpid(), signal.SIGINT)
        return rosenbrock(x, g)

    with pytest.raises(KeyboardInterrupt):
        solve("minimize", {}, {"x0": np.zeros(10)}, {"fun_grad": Function(slow, (10,), (1, 10))})
    assert calls <= 4


def python(code):
    """What a new process prints."""
    p = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=300)
    assert p.returncode == 0, p.stderr
    return p.stdout.strip()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_fork():
    code = """
        import os
        import numpy as np
        from argmin._door import solve, Function
        def go():
            f = Function(lambda x, f, g: (g.__setitem__(slice(None), 2 * x), float(x @ x))[1], (2,), (1, 2))
            return solve("minimize", {}, {"x0": np.ones(2)}, {"fun_grad": f})["success"]
        def child():
            pid = os.fork()
            if pid == 0:
                try:
                    print("solved" if go() else "not solved", flush=True)
                except RuntimeError as e:
                    print(e, flush=True)
                os._exit(0)
            os.waitpid(pid, 0)
        child()
        go()
        child()
    """
    before, after = python(code).splitlines()
    assert before == "solved"
    assert "forked" in after and "spawn" in after


def test_import_is_cheap_and_loads_nothing():
    modules = python("""
        import sys, argmin
        print(" ".join(m for m in sys.modules if m.split(".")[0] in ("scipy", "jax", "torch", "tensorflow", "tqdm")))
    """)
    assert modules == ""


def test_memory_is_flat():
    """10⁵ solves (2,000 unless ARGMIN_WHOLE is set) leave nothing behind."""
    code = """
        import numpy as np, resource
        from argmin._door import solve, Function, Failure
        def fun(x, f, g):
            g[:] = 2 * x
            return float(x @ x)
        def fails(x, f, g):
            raise KeyError
        def go(n):
            for k in range(n):
                solve("minimize", {"method": "BFGS"}, {"x0": np.ones(50)}, {"fun_grad": Function(fun, (50,), (1, 50))})
                for bad in (fails, None):
                    try:
                        solve("minimize", {} if bad else {"method": "?"}, {"x0": np.ones(50)},
                              {"fun_grad": Function(bad or fun, (50,), (1, 50))})
                    except (KeyError, Failure):
                        pass
        def rss():
            with open("/proc/self/statm") as f:
                return int(f.read().split()[1]) * resource.getpagesize() / 2**20
        import os
        n = 100_000 if os.environ.get("ARGMIN_WHOLE") else 2_000
        go(n // 4)
        before = rss()
        go(n)
        print(rss() - before)
    """
    if not sys.platform.startswith("linux"):
        pytest.skip("reads /proc")
    assert float(python(code)) < 10  # MiB; 2,000 solves that each left their 50x50 matrix would be 40
