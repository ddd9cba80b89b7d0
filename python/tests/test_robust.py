"""The library in the hands of a program that does everything: exceptions, signals, threads, processes, the end of Python."""

import multiprocessing
import os
import subprocess
import sys
import textwrap
import threading
import traceback

import numpy as np
import pytest

from argmin import optimize
from argmin._door import Failure, Function, solve

X0 = np.array([-1.2, 1.0, 0.5])
rosen, rosen_der, rosen_hess = optimize.rosen, optimize.rosen_der, optimize.rosen_hess
CIRCLE = {"fun": lambda x: [x @ x], "jac": lambda x: [2 * x], "hess": lambda x, v: v[0] * 2 * np.eye(3)}


def circle(**changes):
    c = {**CIRCLE, **changes}
    return optimize.NonlinearConstraint(c["fun"], -np.inf, 1.5, jac=c["jac"], hess=c["hess"])


def fit(model, **options):
    t = np.linspace(0, 1, 9)
    return optimize.curve_fit(model, t, np.exp(2 * t), p0=[0.5], **options)


def linear(product):
    def matvec(x, y):
        y[:] = product(x)

    return solve("linear", {"method": "CG"}, {"b": X0}, {"matvec": Function(matvec, (3,), (3,))})


# Where a function of the user is called: its place, a right function for it, and the call with it.
PLACES = {
    "minimize fun": (rosen, lambda f: optimize.minimize(f, X0, method="BFGS")),
    "minimize fun, derivative-free": (rosen, lambda f: optimize.minimize(f, X0, method="Nelder-Mead")),
    "minimize jac": (rosen_der, lambda f: optimize.minimize(rosen, X0, method="L-BFGS-B", jac=f)),
    "minimize hess": (rosen_hess, lambda f: optimize.minimize(rosen, X0, method="trust-exact", jac=rosen_der, hess=f)),
    "minimize hessp": (
        optimize.rosen_hess_prod, lambda f: optimize.minimize(rosen, X0, method="trust-ncg", jac=rosen_der, hessp=f)),
    "minimize callback": (lambda x: None, lambda f: optimize.minimize(rosen, X0, method="CG", callback=f)),
    "constraint fun": (CIRCLE["fun"], lambda f: optimize.minimize(rosen, X0, constraints=circle(fun=f), method="trust-constr")),
    "constraint jac": (CIRCLE["jac"], lambda f: optimize.minimize(rosen, X0, constraints=circle(jac=f), method="trust-constr")),
    "constraint hess": (
        CIRCLE["hess"],
        lambda f: optimize.minimize(rosen, X0, jac=rosen_der, hess=rosen_hess, constraints=circle(hess=f), method="trust-constr")),
    "constraint, COBYLA": (
        CIRCLE["fun"],
        lambda f: optimize.minimize(rosen, X0, constraints=optimize.NonlinearConstraint(f, -np.inf, 1.5), method="COBYLA")),
    "root fun": (rosen_der, lambda f: optimize.root(f, X0)),
    "root jac": (rosen_hess, lambda f: optimize.root(rosen_der, X0, jac=f)),
    "root callback": (lambda x, r: None, lambda f: optimize.root(rosen_der, X0, method="broyden1", callback=f)),
    "least_squares fun": (rosen_der, lambda f: optimize.least_squares(f, X0)),
    "least_squares jac": (rosen_hess, lambda f: optimize.least_squares(rosen_der, X0, jac=f)),
    "least_squares loss": (
        lambda z: np.array([z, np.ones_like(z), np.zeros_like(z)]), lambda f: optimize.least_squares(rosen_der, X0, loss=f)),
    "curve_fit f": (lambda t, a: np.exp(a * t), fit),
    "curve_fit jac": (
        lambda t, a: (t * np.exp(a * t))[:, None], lambda f: fit(lambda t, a: np.exp(a * t), jac=f)),
    "minimize_scalar fun": (lambda x: (x - 2) ** 2, optimize.minimize_scalar),
    "root_scalar f": (lambda x: x**3 - 2, lambda f: optimize.root_scalar(f, bracket=[0, 2])),
    "root_scalar fprime": (
        lambda x: 3 * x**2, lambda f: optimize.root_scalar(lambda x: x**3 - 2, x0=1.0, fprime=f, method="newton")),
    "bracket fun": (lambda x: (x - 20) ** 2, optimize.bracket),
    "linear matvec": (lambda x: np.array([1, 2, 3]) * x, linear),
}
ERRORS = [KeyError("k"), KeyboardInterrupt(), SystemExit(3), GeneratorExit(), RecursionError("r"), MemoryError()]


@pytest.mark.parametrize("call", [2, 3])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_exceptions_come_back_as_themselves(place, error, call):
    right, run = PLACES[place]
    calls = 0

    def fails(*args):
        nonlocal calls
        calls += 1
        if calls == call:
            raise error
        return right(*args)

    error.__traceback__ = error.__context__ = None
    with pytest.raises(type(error)) as info:
        run(fails)
    assert info.value is error and calls == call
    assert "in fails" in "".join(traceback.format_tb(error.__traceback__))


def test_all_places_are_called():
    for place, (right, run) in PLACES.items():
        calls = []
        run(lambda *args: (calls.append(1), right(*args))[1])
        assert len(calls) >= 3, place


def test_stop_iteration_of_an_objective_is_an_exception():
    with pytest.raises(StopIteration):
        optimize.minimize(lambda x: next(iter(())), X0)


def test_what_functions_are_given_stays_theirs():
    """A user may keep the points that functions get; they do not change, and outlive the search."""
    for run in (
        lambda f: optimize.minimize(f(rosen), X0, method="BFGS"),
        lambda f: optimize.minimize(rosen, X0, method="BFGS", jac=f(rosen_der)),
        lambda f: optimize.minimize(rosen, X0, method="trust-constr", constraints=circle(fun=f(CIRCLE["fun"]))),
        lambda f: optimize.root(f(rosen_der), X0),
        lambda f: optimize.least_squares(f(rosen_der), X0),
    ):
        kept = []

        def keeping(right):
            return lambda x: (kept.append((x, x.copy())), right(x))[1]

        run(keeping)
        assert len(kept) > 3
        for x, copy in kept:
            np.testing.assert_array_equal(x, copy)
            assert x.base is None or x.base.flags.owndata


def test_a_search_without_end_in_itself():
    def fun(x):
        return optimize.minimize(fun, x, method="BFGS").fun

    with pytest.raises(RecursionError):
        optimize.minimize(fun, X0, method="BFGS")
    assert optimize.minimize(rosen, X0).success


def test_searches_in_searches_in_threads():
    def inner(x):
        return optimize.minimize(lambda y: float((y - x) @ (y - x)), np.zeros(2)).fun + float(x @ x)

    found = [None] * 8

    def work(i):
        found[i] = optimize.minimize(inner, np.full(2, i + 1.0), method="Nelder-Mead").x

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(found))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    np.testing.assert_allclose(np.array(found), 0, atol=1e-3)


@pytest.mark.parametrize(
    "edge", [np.zeros(0), np.float64(3), np.ones((2, 2))[:, 0], np.arange(4, dtype=np.float64)[::-1]])
def test_arrays_of_any_layout(edge):
    f = Function(lambda x, f, g: (g.__setitem__(slice(None), 2 * x), float(x @ x))[1], (edge.size,), (1, edge.size))
    if edge.size == 0:
        with pytest.raises(Exception, match="x0"):
            solve("minimize", {}, {"x0": edge}, {"fun_grad": f})
        return
    np.testing.assert_allclose(solve("minimize", {}, {"x0": edge}, {"fun_grad": f})["x"], 0, atol=1e-5)


def test_a_million_variables():
    n = 1_000_000
    c = np.linspace(-1, 1, n)

    def fun(x):
        d = x - c
        return float(d @ d), 2 * d

    r = optimize.minimize(fun, np.zeros(n), jac=True, method="L-BFGS-B")
    assert r.success
    np.testing.assert_allclose(r.x, c, atol=1e-5)


def python(code, *args):
    """A process of Python that runs code."""
    command = [sys.executable, *args, "-c", textwrap.dedent(code)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


PROGRAM = """
    import os, signal, threading, time
    import numpy as np
    from argmin._door import solve
    n = 1500
    a = np.random.default_rng(0).standard_normal((n, n))
    problem = {"Q": a @ a.T / n, "c": np.ones(n), "G": a, "low": np.full(n, -np.inf), "h": np.ones(n)}
    def run():
        solve("quadratic", {"tol": 1e-12}, problem)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_what_calls_no_functions():
    p = python(PROGRAM + """
    def interrupt():
        time.sleep(0.5)
        global sent
        sent = time.monotonic()
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=interrupt).start()
    try:
        for _ in range(100):
            run()
    except KeyboardInterrupt:
        print("interrupted", time.monotonic() - sent)
    """)
    assert p.stdout.startswith("interrupted"), p.stderr


@pytest.mark.parametrize("busy", ["fast = True", "fast = False"], ids=["fast functions", "slow functions"])
@pytest.mark.parametrize("workers", [1, 4])
def test_python_ends_during_a_search(busy, workers):
    p = python(busy + f"\nworkers = {workers}" + textwrap.dedent("""
        import threading, time
        import numpy as np
        from argmin._door import Function, solve
        began = threading.Event()
        def fun(x, f):
            began.set()
            if not fast:
                time.sleep(0.2)
            return float(np.sin(x).sum())
        def work():
            f = Function(fun, (8,), (1,))
            while True:
                solve("minimize", {"method": "BFGS", "workers": workers}, {"x0": np.ones(8)}, {"fun": f})
        for _ in range(8):
            threading.Thread(target=work, daemon=True).start()
        began.wait()
        time.sleep(0.1)
        print("end", flush=True)
    """))
    assert (p.returncode, p.stdout, p.stderr) == (0, "end\n", "")


def test_python_ends_during_a_search_without_functions():
    p = python(PROGRAM + """
    threading.Thread(target=run, daemon=True).start()
    time.sleep(0.3)
    print("end", flush=True)
    """)
    assert (p.returncode, p.stdout, p.stderr) == (0, "end\n", "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_fork_while_others_solve():
    p = python("""
        import os, threading
        import numpy as np
        from argmin import optimize
        stop = threading.Event()
        def work():
            while not stop.is_set():
                optimize.minimize(optimize.rosen, np.zeros(4))
        threads = [threading.Thread(target=work) for _ in range(4)]
        for t in threads: t.start()
        for _ in range(20):
            pid = os.fork()
            if pid == 0:
                try:
                    optimize.minimize(optimize.rosen, np.zeros(4))
                except RuntimeError as e:
                    os._exit(7 if "spawn" in str(e) else 1)
                os._exit(2)
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
        stop.set()
        for t in threads: t.join()
        print("done")
    """)
    assert p.stdout == "done\n", p.stderr


def minimum(k):
    return optimize.minimize(lambda x: float((x - k) @ (x - k)), np.zeros(2)).x[0]


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_multiprocessing(method, tmp_path):
    """Each way to start processes; those that fork from a process that has used the library are refused."""
    script = tmp_path / "program.py"
    script.write_text(textwrap.dedent("""
        import multiprocessing, sys
        import numpy as np
        from argmin import optimize

        def minimum(k):
            return optimize.minimize(lambda x: float((x - k) @ (x - k)), np.zeros(2)).x[0]

        if __name__ == "__main__":
            method, used = sys.argv[1:]
            if used == "used":
                minimum(1)
            with multiprocessing.get_context(method).Pool(2) as pool:
                try:
                    print(np.allclose(pool.map(minimum, range(6)), range(6), atol=1e-4))
                except RuntimeError as e:
                    print(e)
    """))
    for used in ("unused", "used"):
        p = subprocess.run([sys.executable, script, method, used], capture_output=True, text=True, timeout=300)
        want = "argmin was used before" if (method, used) == ("fork", "used") else "True"
        assert p.stdout.startswith(want), (used, p.stdout, p.stderr)


def test_sub_interpreters_are_refused():
    try:
        import _interpreters
    except ImportError:
        _interpreters = pytest.importorskip("_xxsubinterpreters")
    p = python(f"""
        import importlib.util, {_interpreters.__name__} as interpreters
        from argmin import _core
        code = '''
        import importlib.util
        spec = importlib.util.spec_from_file_location("argmin._core", {{path!r}})
        try:
            importlib.util.module_from_spec(spec).__spec__.loader.exec_module(importlib.util.module_from_spec(spec))
        except ImportError as e:
            print(e, flush=True)
        '''
        import textwrap
        interpreters.run_string(interpreters.create(), textwrap.dedent(code).format(path=_core.__file__))
    """)
    assert "main interpreter" in p.stdout or "subinterpreters" in p.stdout, p.stdout + p.stderr


@pytest.mark.parametrize(
    "args, error",
    [
        (("minimize", "{}", [], (), None), TypeError),
        (("minimize", "{}", (("x0", 0),), (), None), AttributeError),
        (("minimize", "{}", (("x0", np.zeros(2, "f2")),), (), None), ValueError),
        (("minimize", "{}", (("x0", np.zeros(2, ">f8")),), (), None), ValueError),
        (("minimize", "{}", (("x0", np.zeros((3, 3))[:, 1]),), (), None), ValueError),
        (("minimize", "{}", (("x0", np.zeros((1,) * 17)),), (), None), ValueError),
        (("minimize", "{}", (("x0", np.zeros(2, object)),), (), None), ValueError),
        (("minimize", "{}", ((),), (), None), TypeError),
        (("minimize", "{}", (), (("fun", rosen, (1,) * 9, (1,), None),), None), ValueError),
        (("minimize", "{}", (), (("fun", rosen, (2**70,), (1,), None),), None), OverflowError),
        (("minimize", "{}", (), (("fun", rosen, (-3,), (1,), None),), None), ValueError),
        (("minimize", "{}", (), (("fun", rosen, (3,), (1, 3), ()),), None), TypeError),
        (("minimize", "{}", (), (("fun", rosen, (3,), (1, 3), (rosen, (), ("a",), dict, (), list, True, np.ndarray, None, None, list)),), None), ValueError),
        (("minimize", "{}", (), (("fun", rosen, (3,), (1, 3), (rosen, (), (), dict, ((4,),), list, True, np.ndarray, None, None, list)),), None), ValueError),
        (("minimize", "{}", (), (("fun", rosen, (3,), (1,), (rosen, (), (), dict, ((3,),), list, True, np.ndarray, None, None, list)),), None), ValueError),
        (("minimize", "{}", (), (("fun", rosen, (3,), (1, 3), (rosen, (), (), dict, ((3.0,),), list, True, np.ndarray, None, None, list)),), None), TypeError),
        (("mini\0mize", "{}", (), (), None), ValueError),
    ],
)
def test_wrong_calls_of_the_extension(args, error):
    from argmin import _core

    optimize.minimize(rosen, X0)  # the library is loaded
    with pytest.raises(error):
        _core.solve(*args)


@pytest.mark.parametrize("takes, sets", [((2,), (1,)), ((3,), (1, 3)), ((), (1,)), ((3, 3), (1,))])
def test_functions_of_other_lengths(takes, sets):
    with pytest.raises(Failure, match=r'"fun" is given with arguments of lengths .*, want \[3\] and \[1\]'):
        solve("minimize", {}, {"x0": X0}, {"fun": Function(lambda *args: 1.0, takes, sets)})


def test_handles_that_do_not_exist():
    from argmin import _core

    optimize.minimize(rosen, X0)
    _core.free(2**63)
    with pytest.raises(ValueError, match="no problem"):
        _core.read(2**63, "x", np.zeros(2))


@pytest.mark.parametrize("path, match", [("/no/such/library.so", "argmin's library"), (None, "has no argmin_version")])
@pytest.mark.skipif(sys.platform == "win32", reason="paths of POSIX")
def test_a_library_that_is_not_argmins(path, match):
    from argmin import _core

    p = python(f"from argmin import _core\n_core.load({path or _core.__file__!r})")
    assert "ImportError" in p.stderr and match in p.stderr
