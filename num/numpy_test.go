package num_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// number is a float64 in JSON, which may be "NaN", "+Inf" or "-Inf".
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"NaN"`:
		*n = number(math.NaN())
	case `"+Inf"`:
		*n = number(math.Inf(1))
	case `"-Inf"`:
		*n = number(math.Inf(-1))
	default:
		return json.Unmarshal(b, (*float64)(n))
	}
	return nil
}

type jsonArray struct {
	DType string
	Shape []int
	Data  []number
}

func (j jsonArray) array() A {
	x := make([]float64, len(j.Data))
	for i, v := range j.Data {
		x[i] = float64(v)
	}
	d := map[string]num.DType{"float64": num.Float64, "int32": num.Int32, "bool": num.Bool}[j.DType]
	return num.New(x).AsType(d).Reshape(j.Shape...)
}

type args = []A

// likeNumPy are num's functions as the cases of testdata/numpy_reference.py call them.
var likeNumPy = map[string]func(x args) A{
	"IsNaN":             func(x args) A { return x[0].IsNaN() },
	"IsInf":             func(x args) A { return x[0].IsInf() },
	"NanToNum":          func(x args) A { return x[0].NanToNum(0) },
	"NanSum":            func(x args) A { return x[0].NanSum(0) },
	"NanMean":           func(x args) A { return x[0].NanMean(1) },
	"NanMax":            func(x args) A { return x[0].NanMax(1) },
	"NanMin":            func(x args) A { return x[0].NanMin(0) },
	"IsClose":           func(x args) A { return num.IsClose(x[0], x[1], 1e-5, 1e-8) },
	"AllClose":          func(x args) A { return num.AllClose(x[0], x[1], 1e-5, 1e-8) },
	"ArrayEqual":        func(x args) A { return num.ArrayEqual(x[0], x[1]) },
	"ArrayEqual/shapes": func(x args) A { return num.ArrayEqual(x[0], x[1]) },
	"CountNonzero":      func(x args) A { return x[0].CountNonzero() },

	"VarDDof":                func(x args) A { return x[0].VarDDof(1, 1) },
	"StdDDof":                func(x args) A { return x[0].StdDDof(2) },
	"Ptp":                    func(x args) A { return x[0].Ptp(0) },
	"Average":                func(x args) A { return num.Average(x[0], x[1], 1) },
	"Median":                 func(x args) A { return x[0].Median(0) },
	"Median/odd":             func(x args) A { return x[0].Median(1) },
	"Quantile/linear":        func(x args) A { return x[0].Quantile(x[1], 1, num.Linear) },
	"Quantile/ends linear":   func(x args) A { return x[0].Quantile(x[1], 1, num.Linear) },
	"Quantile/lower":         func(x args) A { return x[0].Quantile(x[1], 1, num.Lower) },
	"Quantile/ends lower":    func(x args) A { return x[0].Quantile(x[1], 1, num.Lower) },
	"Quantile/higher":        func(x args) A { return x[0].Quantile(x[1], 1, num.Higher) },
	"Quantile/ends higher":   func(x args) A { return x[0].Quantile(x[1], 1, num.Higher) },
	"Quantile/nearest":       func(x args) A { return x[0].Quantile(x[1], 1, num.Nearest) },
	"Quantile/ends nearest":  func(x args) A { return x[0].Quantile(x[1], 1, num.Nearest) },
	"Quantile/midpoint":      func(x args) A { return x[0].Quantile(x[1], 1, num.Midpoint) },
	"Quantile/ends midpoint": func(x args) A { return x[0].Quantile(x[1], 1, num.Midpoint) },
	"Quantile/scalar":        func(x args) A { return x[0].Quantile(x[1], 0, num.Linear) },
	"Percentile":             func(x args) A { return x[0].Percentile(x[1], 0, num.Linear) },
	"Cov":                    func(x args) A { return num.Cov(x[0], 1) },
	"Corrcoef":               func(x args) A { return num.Corrcoef(x[0]) },
	"Histogram":              func(x args) A { return num.Histogram(x[0], x[1]) },
	"Bincount":               func(x args) A { return x[0].Bincount(7) },
	"Searchsorted/left":      func(x args) A { return num.Searchsorted(x[0], x[1], num.Left) },
	"Searchsorted/right":     func(x args) A { return num.Searchsorted(x[0], x[1], num.Right) },
	"Searchsorted/nan left":  func(x args) A { return num.Searchsorted(x[0], x[1], num.Left) },
	"Searchsorted/nan right": func(x args) A { return num.Searchsorted(x[0], x[1], num.Right) },
	"Digitize":               func(x args) A { return num.Digitize(x[0], x[1], num.Left) },
	"Digitize/right":         func(x args) A { return num.Digitize(x[0], x[1], num.Right) },
	"Interp":                 func(x args) A { return num.Interp(x[0], x[1], x[2]) },
	"Diff":                   func(x args) A { return x[0].Diff(2, 0) },
	"Gradient":               func(x args) A { return x[0].Gradient(0.5, 1) },
	"Gradient/two":           func(x args) A { return x[0].Gradient(1, 0) },
	"Trapezoid":              func(x args) A { return num.Trapezoid(x[0], x[1]) },
	"KeepDims":               func(x args) A { return num.KeepDims(A.Mean, x[0], 1) },

	"MoveAxis":          func(x args) A { return x[0].MoveAxis(0, -1) },
	"SwapAxes":          func(x args) A { return x[0].SwapAxes(0, 2) },
	"HStack":            func(x args) A { return num.HStack(x...) },
	"HStack/vectors":    func(x args) A { return num.HStack(x...) },
	"VStack":            func(x args) A { return num.VStack(x...) },
	"Split":             func(x args) A { return x[0].Split(3, 0)[1] },
	"SplitAt":           func(x args) A { return x[0].SplitAt(1, 1, 4)[1] },
	"PadMode/edge":      func(x args) A { return x[0].PadMode([]int{2, 0}, []int{9, 3}, num.PadEdge) },
	"PadMode/reflect":   func(x args) A { return x[0].PadMode([]int{2, 0}, []int{9, 3}, num.PadReflect) },
	"PadMode/symmetric": func(x args) A { return x[0].PadMode([]int{2, 0}, []int{9, 3}, num.PadSymmetric) },
	"PadMode/wrap":      func(x args) A { return x[0].PadMode([]int{2, 0}, []int{9, 3}, num.PadWrap) },
	"Tri":               func(x args) A { return num.Tri(3, 4, 1) },
	"TrilIndices":       func(x args) A { r, c := num.TrilIndices(3, 4, -1); return num.Stack(r, c) },
	"TriuIndices":       func(x args) A { r, c := num.TriuIndices(3, 4, 1); return num.Stack(r, c) },
	"Vander":            func(x args) A { return num.Vander(x[0], 4, false) },
	"Vander/increasing": func(x args) A { return num.Vander(x[0], 3, true) },
	"BlockDiag":         func(x args) A { return num.BlockDiag(x...) },
	"Toeplitz":          func(x args) A { return num.Toeplitz(x[0], x[1]) },
	"Meshgrid":          func(x args) A { return num.Stack(num.Meshgrid(x...)...) },
	"Logspace":          func(x args) A { return num.Logspace(-2, 3, 6, 10) },
	"Geomspace":         func(x args) A { return num.Geomspace(-1000, -1e-3, 7) },
	"ArangeStep":        func(x args) A { return num.ArangeStep(1, -1.1, -0.3) },
	"Select": func(x args) A {
		return num.Select(num.Const(-1), num.Case{If: x[0].Gt(num.Const(1)), Then: x[0]}, num.Case{If: x[0].Gt(num.Const(0)), Then: x[0].Square()})
	},
	"Polyval":            func(x args) A { return num.Polyval(x[0], x[1]) },
	"Convolve/full":      func(x args) A { return num.Convolve(x[0], x[1], num.ConvolveFull) },
	"Convolve/same":      func(x args) A { return num.Convolve(x[0], x[1], num.ConvolveSame) },
	"Convolve/valid":     func(x args) A { return num.Convolve(x[0], x[1], num.ConvolveValid) },
	"Convolve/odd full":  func(x args) A { return num.Convolve(x[0], x[1], num.ConvolveFull) },
	"Convolve/odd same":  func(x args) A { return num.Convolve(x[0], x[1], num.ConvolveSame) },
	"Convolve/odd valid": func(x args) A { return num.Convolve(x[0], x[1], num.ConvolveValid) },
	"Vdot":               func(x args) A { return num.Vdot(x[0], x[1]) },
	"Inner":              func(x args) A { return num.Inner(x[0], x[1]) },
	"Cross":              func(x args) A { return num.Cross(x[0], x[1]) },
	"MultiDot":           func(x args) A { return num.MultiDot(x...) },
	"Mod/int":            func(x args) A { return x[0].Mod(num.Const(-4)) },
	"FloorDivide/int":    func(x args) A { return num.FloorDivide(x[0], num.Const(-4)) },

	"SegmentSum":  func(x args) A { return num.SegmentSum(x[0], x[1], 4) },
	"SegmentMax":  func(x args) A { return num.SegmentMax(x[0], x[1], 4) },
	"SegmentMin":  func(x args) A { return num.SegmentMin(x[0], x[1], 4) },
	"SegmentProd": func(x args) A { return num.SegmentProd(x[0], x[1], 4) },
	"PutMul":      func(x args) A { return x[0].PutMul(x[1], x[2], 1) },
	"PutMax":      func(x args) A { return x[0].PutMax(x[1], x[2], 1) },
	"PutMin":      func(x args) A { return x[0].PutMin(x[1], x[2], 1) },
	"AssociativeScan": func(x args) A {
		return num.AssociativeScan(num.LogAddExp, x[0])
	},

	"LstSq":                func(x args) A { return num.LstSq(x[0], x[1], 0) },
	"LstSq/wide":           func(x args) A { return num.LstSq(x[0], x[1], 0) },
	"LstSq/deficient":      func(x args) A { return num.LstSq(x[0], x[1], 1e-10) },
	"Pinv":                 func(x args) A { return num.Pinv(x[0], 0) },
	"MatrixRank":           func(x args) A { return num.MatrixRank(x[0], 0) },
	"MatrixPower":          func(x args) A { return num.MatrixPower(x[0], 5) },
	"MatrixPower/negative": func(x args) A { return num.MatrixPower(x[0], -3) },
	"EigvalsH":             func(x args) A { return num.EigvalsH(x[0]) },
	"Svdvals":              func(x args) A { return num.Svdvals(x[0]) },
	"VectorNorm/1":         func(x args) A { return num.VectorNorm(x[0], 1) },
	"VectorNorm/2":         func(x args) A { return num.VectorNorm(x[0], 2) },
	"VectorNorm/3":         func(x args) A { return num.VectorNorm(x[0], 3) },
	"VectorNorm/0.5":       func(x args) A { return num.VectorNorm(x[0], 0.5) },
	"VectorNorm/-1":        func(x args) A { return num.VectorNorm(x[0], -1) },
	"VectorNorm/-2":        func(x args) A { return num.VectorNorm(x[0], -2) },
	"VectorNorm/0":         func(x args) A { return num.VectorNorm(x[0], 0) },
	"VectorNorm/inf":       func(x args) A { return num.VectorNorm(x[0], math.Inf(1)) },
	"VectorNorm/-inf":      func(x args) A { return num.VectorNorm(x[0], math.Inf(-1)) },
	"VectorNorm/large":     func(x args) A { return num.VectorNorm(x[0], 2) },
	"MatrixNorm/fro":       func(x args) A { return num.MatrixNorm(x[0], num.Frobenius) },
	"MatrixNorm/nuc":       func(x args) A { return num.MatrixNorm(x[0], num.Nuclear) },
	"MatrixNorm/2":         func(x args) A { return num.MatrixNorm(x[0], num.Spectral) },
	"MatrixNorm/1":         func(x args) A { return num.MatrixNorm(x[0], num.OneNorm) },
	"MatrixNorm/inf":       func(x args) A { return num.MatrixNorm(x[0], num.InfNorm) },
	"CondNumber":           func(x args) A { return num.CondNumber(x[0]) },
	"SolveSylvester":       func(x args) A { return num.SolveSylvester(x[0], x[1], x[2]) },
	"OneHot":               func(x args) A { return x[0].OneHot(4, num.Float64) },
}

// noDifferences are cases whose derivatives central differences cannot judge: jumps, numbers that
// are not finite or large, and a rank that any change raises.
var noDifferences = []string{"Nan", "LstSq/deficient", "VectorNorm/large", "Segment", "Quantile/ends", "Quantile/nearest"}

// Each function gives NumPy's or SciPy's result; its derivatives agree with differences in both
// modes, batches with loops, and the compiled program with the function.
func TestLikeNumPy(t *testing.T) {
	text, err := os.ReadFile("testdata/numpy_reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Name string
		X    []jsonArray
		Want jsonArray
	}
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range rows {
		seen[r.Name] = true
		t.Run(r.Name, func(t *testing.T) {
			f := likeNumPy[r.Name]
			if f == nil {
				t.Fatal("the reference is not tested")
			}
			x := make([]A, len(r.X))
			for i, a := range r.X {
				x[i] = a.array()
			}
			want := r.Want.array()
			if r.Name == "AllClose" || strings.HasPrefix(r.Name, "ArrayEqual") {
				want = want.Reshape()
			}
			if _, err := num.Try(func() A {
				y := f(x)
				equal(t, "the value", y, want, 1e-12)
				if len(x) > 0 {
					checkTransformations(t, r.Name, f, x, y)
				}
				return y
			}); err != nil {
				t.Error(err)
			}
		})
	}
	for name := range likeNumPy {
		if !seen[name] {
			t.Errorf("%s has no reference", name)
		}
	}
}

// equal fails unless arrays have one dtype, one shape and, to a relative error, the same numbers.
func equal(t *testing.T, what string, got, want A, tol float64) {
	t.Helper()
	if got.DType() != want.DType() || !slices.Equal(got.Shape(), want.Shape()) {
		t.Fatalf("%s is %v %v, want %v %v", what, got.DType(), got.Shape(), want.DType(), want.Shape())
	}
	size := 1.0
	for _, x := range want.Float64s() {
		if !math.IsInf(x, 0) && !math.IsNaN(x) {
			size = max(size, math.Abs(x))
		}
	}
	g, w := got.Float64s(), want.Float64s()
	for i := range w {
		if g[i] != w[i] && !(math.Abs(g[i]-w[i]) <= tol*size) && !(math.IsNaN(g[i]) && math.IsNaN(w[i])) {
			t.Fatalf("%s: element %d is %v, want %v\n%v\nwant\n%v", what, i, g[i], w[i], got, want)
		}
	}
}

func checkTransformations(t *testing.T, name string, f func(x args) A, x args, y A) {
	jitted, err := num.Jit(f).Call(x)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "the compiled program", jitted, y, 1e-13)
	twice := make(args, len(x))
	for i, a := range x {
		twice[i] = num.Stack(a, a.Flip())
	}
	batch := num.Vmap(f)(twice)
	equal(t, "the first of a batch", batch.At(0), y, 1e-12)
	flipped := make(args, len(x))
	for i, a := range x {
		flipped[i] = a.Flip()
	}
	equal(t, "the second of a batch", batch.At(1), f(flipped), 1e-12)
	if !y.DType().IsFloat() || slices.ContainsFunc(noDifferences, func(s string) bool { return strings.HasPrefix(name, s) }) {
		return
	}
	rng := rand.New(rand.NewPCG(1, 2))
	random := func(a A) A {
		d := make([]float64, a.Size())
		for i := range d {
			d[i] = rng.NormFloat64()
		}
		return num.New(d).Reshape(a.Shape()...).AsType(a.DType())
	}
	dx, lo, hi := make(args, len(x)), make(args, len(x)), make(args, len(x))
	const h = 1e-6
	for i, a := range x {
		dx[i], lo[i], hi[i] = random(a), a, a
		if a.DType().IsFloat() {
			lo[i], hi[i] = a.Sub(dx[i].Scale(h)), a.Add(dx[i].Scale(h))
		}
	}
	_, dy := num.JVP(f, x, dx)
	equal(t, "the tangent", dy, f(hi).Sub(f(lo)).Scale(0.5/h), 1e-7)
	_, back := num.VJP(f, x)
	ct := random(y)
	cx, sum := back(ct), 0.0
	for i, c := range cx {
		if x[i].DType().IsFloat() {
			sum += num.Vdot(c, dx[i]).Item()
		}
	}
	if want := num.Vdot(ct, dy).Item(); math.Abs(sum-want) > 1e-9*(1+math.Abs(want)) {
		t.Errorf("<cotangent, tangent> is %v in reverse and %v in forward mode", sum, want)
	}
}
