"""Results of NumPy's and SciPy's functions, which num's are compared with.

python numpy_reference.py > numpy_reference.json   (NumPy 2.4, SciPy 1.17)
"""
import json
import math

import numpy as np
import scipy.linalg
import scipy.special

rng = np.random.default_rng(5)
inf, nan = np.inf, np.nan


def array(a):
    a = np.asarray(a)
    kind = {"f": "float64", "i": "int32", "b": "bool"}[a.dtype.kind]
    data = [("NaN" if math.isnan(x) else "+Inf" if x == inf else "-Inf" if x == -inf else x) for x in a.astype(float).ravel().tolist()]
    return {"dtype": kind, "shape": list(a.shape), "data": data}


rows = []


def case(name, want, *args):
    rows.append({"name": name, "x": [array(a) for a in args], "want": array(want)})


v = rng.normal(size=7)
w = rng.uniform(0.5, 2, size=7)
m = rng.normal(size=(4, 5))
n = rng.normal(size=(5, 3))
s = rng.normal(size=(4, 4))
ints = np.array([3, -7, 12, 5, 0, 3, 3], dtype=np.int32)
holes = np.where(np.arange(20).reshape(4, 5) % 3 == 0, nan, m)
wild = np.array([1.0, nan, inf, -inf, 0.0, -0.0, 1e300])

case("IsNaN", np.isnan(wild), wild)
case("IsInf", np.isinf(wild), wild)
case("NanToNum", np.nan_to_num(wild), wild)
case("NanSum", np.nansum(holes, 0), holes)
case("NanMean", np.nanmean(holes, 1), holes)
case("NanMax", np.nanmax(holes, 1), holes)
case("NanMin", np.nanmin(holes, 0), holes)
case("IsClose", np.isclose(wild, np.array([1.000001, nan, inf, inf, 1e-9, 0, 1e300])), wild, np.array([1.000001, nan, inf, inf, 1e-9, 0, 1e300]))
case("AllClose", np.allclose(m, m * (1 + 1e-6)), m, m * (1 + 1e-6))
case("ArrayEqual", np.array_equal(m, m), m, m)
case("ArrayEqual/shapes", np.array_equal(m, m.T), m, m.T)
case("CountNonzero", np.count_nonzero(wild), wild)

case("VarDDof", np.var(m, axis=1, ddof=1), m)
case("StdDDof", np.std(m, ddof=2), m)
case("Ptp", np.ptp(m, axis=0), m)
case("Average", np.average(m, axis=1, weights=w[:5]), m, w[:5])
case("Median", np.median(m, axis=0), m)
case("Median/odd", np.median(m, axis=1), m)
for method in ("linear", "lower", "higher", "nearest", "midpoint"):
    for name, q in (("", np.array([0.1, 0.27, 0.6, 0.73])), ("ends ", np.array([0.0, 0.25, 0.5, 1.0]))):
        case("Quantile/" + name + method, np.quantile(m, q, axis=1, method=method), m, q)
case("Quantile/scalar", np.quantile(v, 0.3), v, 0.3)
case("Percentile", np.percentile(v, [5, 52, 95]), v, np.array([5.0, 52, 95]))
case("Cov", np.cov(m), m)
case("Corrcoef", np.corrcoef(m), m)
edges = np.array([-1.5, -0.5, 0.0, 0.7, 2.0])
case("Histogram", np.histogram(m, edges)[0].astype(np.int32), m, edges)
case("Bincount", np.bincount(np.array([0, 3, 3, 1, 5]), minlength=7).astype(np.int32), np.array([0, 3, 3, 1, 5], dtype=np.int32))
tied = np.array([-1.0, 0.0, 0.0, 2.0, 3.0])
for side in ("left", "right"):
    x = np.array([[-2.0, -1.0, -0.5, 0.0], [0.1, 2.0, 3.0, 9.0]])
    case("Searchsorted/" + side, np.searchsorted(tied, x, side=side).astype(np.int32), tied, x)
    case("Searchsorted/nan " + side, np.searchsorted(np.append(tied, nan), [nan, inf], side=side).astype(np.int32), np.append(tied, nan), np.array([nan, inf]))
case("Digitize", np.digitize([-3.0, 0.0, 0.2, 5.0], edges).astype(np.int32), np.array([-3.0, 0.0, 0.2, 5.0]), edges)
case("Digitize/right", np.digitize([-3.0, 0.0, 0.2, 5.0], edges, right=True).astype(np.int32), np.array([-3.0, 0.0, 0.2, 5.0]), edges)
case("Interp", np.interp([-3.0, -0.9, 0.3, 1.1, 7.0], edges, v[:5]), np.array([-3.0, -0.9, 0.3, 1.1, 7.0]), edges, v[:5])
case("Diff", np.diff(m, 2, axis=0), m)
case("Gradient", np.gradient(m, 0.5, axis=1), m)
case("Gradient/two", np.gradient(m[:2], 1.0, axis=0), m[:2])
case("Trapezoid", np.trapezoid(m, np.cumsum(w[:5]), axis=-1), m, np.cumsum(w[:5]))
case("KeepDims", m.mean(1, keepdims=True), m)

case("MoveAxis", np.moveaxis(np.arange(24.0).reshape(2, 3, 4), 0, -1), np.arange(24.0).reshape(2, 3, 4))
case("SwapAxes", np.swapaxes(np.arange(24.0).reshape(2, 3, 4), 0, 2), np.arange(24.0).reshape(2, 3, 4))
case("HStack", np.hstack([m, s]), m, s)
case("HStack/vectors", np.hstack([v, w]), v, w)
case("VStack", np.vstack([v, w]), v, w)
case("Split", np.split(v[:6], 3)[1], v[:6])
case("SplitAt", np.split(m, [1, 4], axis=1)[1], m)
for mode in ("edge", "reflect", "symmetric", "wrap"):
    case("PadMode/" + mode, np.pad(m, [(2, 9), (0, 3)], mode=mode), m)
case("Tri", np.tri(3, 4, 1), )
case("TrilIndices", np.stack(np.tril_indices(3, -1, 4)).astype(np.int32))
case("TriuIndices", np.stack(np.triu_indices(3, 1, 4)).astype(np.int32))
case("Vander", np.vander(v, 4), v)
case("Vander/increasing", np.vander(v, 3, increasing=True), v)
case("BlockDiag", scipy.linalg.block_diag(m, s, n), m, s, n)
case("Toeplitz", scipy.linalg.toeplitz(v, w), v, w)
case("Meshgrid", np.stack(np.meshgrid(v, w[:3], indexing="ij")), v, w[:3])
case("Logspace", np.logspace(-2, 3, 6))
case("Geomspace", np.geomspace(-1000, -1e-3, 7))
case("ArangeStep", np.arange(1.0, -1.1, -0.3))
case("Select", np.select([m > 1, m > 0], [m, m * m], -1.0), m)
case("Polyval", np.polyval(v, m), v, m)
for mode in ("full", "same", "valid"):
    case("Convolve/" + mode, np.convolve(v, w[:4], mode), v, w[:4])
    case("Convolve/odd " + mode, np.convolve(w[:3], v, mode), w[:3], v)
case("Vdot", np.vdot(m, m * m), m, m * m)
case("Inner", np.inner(m, n.T), m, n.T)
case("Cross", np.cross(n, n[::-1]), n, n[::-1].copy())
case("MultiDot", np.linalg.multi_dot([v[:4], m, n, v[:3]]), v[:4], m, n, v[:3])
case("Mod/int", np.mod(ints, -4), ints)
case("FloorDivide/int", np.floor_divide(ints, -4), ints)

seg = np.array([2, 0, 2, -1, 3, 0, 2], dtype=np.int32)
inside = (seg >= 0) & (seg < 4)
for name, ufunc, start in (("Sum", np.add, 0.0), ("Max", np.maximum, -inf), ("Min", np.minimum, inf), ("Prod", np.multiply, 1.0)):
    out = np.full(4, start)
    ufunc.at(out, seg[inside], v[inside])
    case("Segment" + name, out, v, seg)
idx = np.array([0, 3, 0, -1], dtype=np.int32)
for name, ufunc in (("PutMul", np.multiply), ("PutMax", np.maximum), ("PutMin", np.minimum)):
    out = m.copy()
    ufunc.at(out, (slice(None), idx), s)
    case(name, out, m, idx, s)
case("AssociativeScan", np.logaddexp.accumulate(v), v)

low = m @ np.diag([1, 1, 0, 1, 0]) @ n  # of rank 3 at most
low = low[:, :1] @ low[:1]
case("LstSq", np.linalg.lstsq(m.T, w[:5], rcond=None)[0], m.T, w[:5])
case("LstSq/wide", np.linalg.lstsq(m, s, rcond=None)[0], m, s)
case("LstSq/deficient", np.linalg.lstsq(low, s, rcond=1e-10)[0], low, s)
case("Pinv", np.linalg.pinv(m), m)
case("MatrixRank", np.int32(np.linalg.matrix_rank(low)), low)
case("MatrixPower", np.linalg.matrix_power(s, 5), s)
case("MatrixPower/negative", np.linalg.matrix_power(s, -3), s)
case("EigvalsH", np.linalg.eigvalsh(s + s.T), s + s.T)
case("Svdvals", np.linalg.svd(m, compute_uv=False), m)
for p in (1, 2, 3, 0.5, -1, -2, 0, inf, -inf):
    case("VectorNorm/%g" % p, np.linalg.norm(m, p, axis=-1), m)
case("VectorNorm/large", np.linalg.norm(v) * 1e200, v * 1e200)
for kind in ("fro", "nuc", 2, 1, inf):
    case("MatrixNorm/%s" % kind, np.linalg.norm(m, kind), m)
case("CondNumber", np.linalg.cond(s), s)
case("SolveSylvester", scipy.linalg.solve_sylvester(s, n[:3], m[:, :3]), s, n[:3], m[:, :3])
case("OneHot", np.eye(4)[[1, 3, 0]], np.array([1, 3, 0], dtype=np.int32))
print("[\n" + ",\n".join(json.dumps(r) for r in rows) + "\n]")
