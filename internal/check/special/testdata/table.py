"""The machinery of the tables of special points: high-precision values and derivatives.

Each of the files elementwise.py, reductions.py, … beside this one describes functions
and writes one table, a JSON file of its name:

    python3 -m venv .venv && .venv/bin/pip install mpmath==1.4.1
    .venv/bin/python elementwise.py        # writes elementwise.json

To add a function of one number, add a line to elementwise.py (or to a file of your own):

    unary("Erfcx", lambda x: mp.exp(x*x)*mp.erfc(x), {inf: (0, 0, 0), -inf: (inf, -inf, inf)})

that is: its name in package num, the function in terms of mpmath, and what the derivatives
cannot be computed for: a point and its value, first and second derivative. Poles, kinks,
the ends of the domain and both infinities are such points. A convention (a subgradient at a
kink) says so in a fourth entry; None is not compared, and needs a fourth entry as well. Then
add the function to the table of functions in Go (elementwise_test.go), and run both:

    go test ./internal/check/special

binary is the same for two numbers and vector for anything else. A function of num,
projection, prox or loss that has no row fails the test; functions that no number reaches
(shapes, random numbers, loops) are listed there with the reason.

Values are computed with PREC bits, so that whatever is left after rounding to float64 is right.
"""

import json
import os
import struct
import sys

from mpmath import mp, mpf

inf, nan = mpf("inf"), mpf("nan")
PREC = 1400  # exp(-745) still has 300 bits beside 1
mp.prec = PREC

rows = []


def as32(x):
    """x rounded to float32."""
    try:
        return struct.unpack("f", struct.pack("f", x))[0]
    except OverflowError:
        return float("inf") if x > 0 else -float("inf")


# Numbers of all sizes: subnormal, small, about 1, large, the largest.
SIZES = {
    "f64": [1.5e-323, 1e-310, 1e-200, 1e-150, 1e-16, 1e-8, 1e-3, 0.3, 1.0, 2.5, 7.0, 30.0, 1e3, 1e8, 1e150, 1e200, 1.7e308],
    "f32": [4.3e-45, 1e-40, 1e-30, 1e-15, 1e-8, 1e-3, 0.3, 1.0, 2.5, 7.0, 30.0, 1e3, 1e8, 1e22, 1e30, 3.3e38],
}


def points(dtype):
    s = SIZES[dtype]
    return [0.0] + s + [-x for x in s] + [float("inf"), -float("inf")]


def text(v):
    """A number as the test reads it, clamped to what no floating-point type holds."""
    if v is None:
        return None
    v = mpf(v)
    if mp.isnan(v):
        return "nan"
    if abs(v) > mpf(10) ** 330:
        return "inf" if v > 0 else "-inf"
    if abs(v) < mpf(10) ** -350:
        return "0"
    return mp.nstr(v, 22)


def row(name, dtype, x, y, jac, hess=None, why="", tol=0, size=0):
    """One row: x are the arguments, each a list of numbers; y the results; jac[i][j] the derivative
    of y[i] with respect to number j of all arguments; hess[i][j][k] the second derivatives. Errors are
    relative to the largest number of a vector, or to size if that is larger."""
    r = {"func": name, "dtype": dtype, "x": [[repr(float(v)) for v in a] for a in x], "y": [text(v) for v in y],
         "jac": [[text(v) for v in j] for j in jac]}
    if hess is not None:
        r["hess"] = [[[text(v) for v in k] for k in j] for j in hess]
    flat = r["y"] + sum(r["jac"], []) + sum(sum(r.get("hess", []), []), [])
    if None in flat and not why:
        sys.exit(f"{name} at {x}: None needs a reason")
    if why:
        r["why"] = why
    if tol:
        r["tol"] = tol
    if size:
        r["size"] = size
    rows.append(r)


def unary(name, f, special, domain=None, extra=(), d=None, at=None, tol=0):
    """f at numbers of all sizes and at extra ones, in both types. special are points whose values are
    given: (value, first derivative, second derivative, reason). Outside of the domain f is NaN.
    d are the first two derivatives, where they are not to be had from differences. at are points to
    take instead of all sizes. tol is the relative error allowed, 0 for the default."""
    special = {float(k): v for k, v in special.items()}
    for dtype in ("f64", "f32"):
        xs = list(points(dtype) if at is None else at) + [x for x in extra] + list(special)
        seen = set()
        for x in xs:
            if dtype == "f32":
                x = as32(x)
            if x in seen:
                continue
            seen.add(x)
            if x in special:
                s = special[x]
                row(name, dtype, [[x]], [s[0]], [[s[1]]], [[[s[2]]]], s[3] if len(s) > 3 else "")
                continue
            if domain and not domain(x):
                row(name, dtype, [[x]], [nan], [[None]], [[[None]]], "outside of the domain")
                continue
            if x in (float("inf"), -float("inf")):
                sys.exit(f"{name}: what is it at {x}?")
            v = mpf(x)
            if d:
                row(name, dtype, [[x]], [f(v)], [[d[0](v)]], [[[d[1](v)]]], tol=tol)
            else:
                row(name, dtype, [[x]], *differences(lambda a: [f(a[0])], [v], True), tol=tol)


def binary(name, f, pairs, special=(), partials=None, tol=0):
    """f of two numbers at pairs, a function of the dtype, which are computed by differences, or with
    partials = (fx, fy, fxx, fxy, fyy); special are [(x, y): (value, (fx, fy), (fxx, fxy, fyy), reason)]."""
    special = dict(special)
    for dtype in ("f64", "f32"):
        todo = {}
        for x, y in list(pairs(dtype)) + list(special):
            s = special.get((x, y))
            if dtype == "f32":
                x, y = as32(x), as32(y)
            todo.setdefault((x, y), s)
        for (x, y), s in todo.items():
            if s:
                (fx, fy), (fxx, fxy, fyy) = s[1], s[2]
                row(name, dtype, [[x], [y]], [s[0]], [[fx, fy]], [[[fxx, fxy], [fxy, fyy]]], s[3] if len(s) > 3 else "")
                continue
            u, v = mpf(x), mpf(y)
            if partials:
                fx, fy, fxx, fxy, fyy = (g(u, v) for g in partials)
                row(name, dtype, [[x], [y]], [f(u, v)], [[fx, fy]], [[[fxx, fxy], [fxy, fyy]]], tol=tol)
            else:
                vector(name, lambda a: [f(a[0], a[1])], [[[x], [y]]], dtypes=(dtype,), tol=tol)


def differences(f, x, hess):
    """Values, Jacobian and Hessians of f: [n] → [m] by central differences with 6 times the bits."""
    n = len(x)
    with mp.workprec(6 * PREC):
        top = max([abs(v) for v in x if v] or [mpf(1)])
        h = [mp.ldexp(abs(v) if v else top, -PREC) for v in x]

        def at(*steps):
            z = list(x)
            for i, s in steps:
                z[i] += s * h[i]
            return f(z)

        y = at()

        def clean(i, v, step):
            """v, or 0 where it is rounding of y[i]."""
            return v if abs(v) > mp.ldexp(abs(y[i]), 40 - 6 * PREC) / step else mpf(0)

        up, down = [at((i, 1)) for i in range(n)], [at((i, -1)) for i in range(n)]
        jac = [[clean(i, (up[j][i] - down[j][i]) / (2 * h[j]), h[j]) for j in range(n)] for i in range(len(y))]
        if not hess:
            return y, jac, None
        second = [[[mpf(0)] * n for _ in range(n)] for _ in y]
        for j in range(n):
            for k in range(j, n):
                if j == k:
                    v = [(up[j][i] - 2 * y[i] + down[j][i]) / h[j] ** 2 for i in range(len(y))]
                else:
                    pp, pm, mp_, mm = at((j, 1), (k, 1)), at((j, 1), (k, -1)), at((j, -1), (k, 1)), at((j, -1), (k, -1))
                    v = [(pp[i] - pm[i] - mp_[i] + mm[i]) / (4 * h[j] * h[k]) for i in range(len(y))]
                for i, w in enumerate(v):
                    second[i][j][k] = second[i][k][j] = clean(i, w, h[j] * h[k])
        return y, jac, second


def vector(name, f, xs, dtypes=("f64", "f32"), hess=True, tol=0, why="", size=0):
    """f: list → list at each of xs, which are lists of arguments, each a list of numbers, finite and
    where f is smooth. Use given for other points."""
    for dtype in dtypes:
        for x in xs:
            if dtype == "f32":
                x = [[as32(v) for v in a] for a in x]
            flat = [mpf(v) for a in x for v in a]
            y, jac, second = differences(f, flat, hess)
            row(name, dtype, x, y, jac, second, why, tol, size)


def given(name, x, y, jac, hess=None, why="", dtypes=("f64", "f32"), tol=0, size=0):
    """A row whose values are written down: a convention, or a limit."""
    for dtype in dtypes:
        z = [[as32(v) for v in a] for a in x] if dtype == "f32" else x
        row(name, dtype, z, y, jac, hess, why, tol, size)


def write():
    """Write the rows to the table named like the program."""
    path = os.path.splitext(os.path.abspath(sys.argv[0]))[0] + ".json"
    with open(path, "w") as out:
        out.write("[\n" + ",\n".join(json.dumps(r) for r in rows) + "\n]\n")
    print(len(rows), "rows", path)
