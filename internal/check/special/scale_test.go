package special

import (
	"fmt"
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// scalings are powers of two near the ends of the range of each type, which change no digit.
var scalings = map[num.DType][]float64{
	num.Float64: {1, 0x1p-1000, 0x1p-500, 0x1p500, 0x1p1020},
	num.Float32: {1, 0x1p-120, 0x1p-60, 0x1p60, 0x1p124},
}

// TestFactorizationsOfAnySize compares linear algebra of a matrix times s with s^power times the one of the matrix:
// values, and derivatives along a direction of the same size.
func TestFactorizationsOfAnySize(t *testing.T) {
	type array = num.Array
	a := num.New([]float64{4, 1, -2, 1, 5, 0.5, -2, 0.5, 6}, 3, 3)
	skew := num.New([]float64{4, 1, -2, 3, -5, 0.5, 1, 0.25, 6}, 3, 3)
	d := num.New([]float64{1, 0.5, 0.25, -0.5, 2, 1, 0.75, -1, 1}, 3, 3)
	hollow := num.New([]float64{0.1, 2, -3, 2, 0, 1, -3, 1, 0.2}, 3, 3)
	b := num.Vector(1, -2, 3)
	for name, c := range map[string]struct {
		f     func(a array) array
		a     array
		power float64
	}{
		"Cholesky": {num.Cholesky, a, 0.5},
		"QR: Q":    {func(a array) array { q, _ := num.QR(a); return q }, skew, 0},
		"QR: R":    {func(a array) array { _, r := num.QR(a); return r }, skew, 1},
		"LU: L":    {func(a array) array { l, _, _ := num.LU(a); return l }, skew, 0},
		"LU: U":    {func(a array) array { _, u, _ := num.LU(a); return u }, skew, 1},
		"LDL: L":   {func(a array) array { l, _, _, _ := num.LDL(a); return l }, a, 0},
		"LDL: D":   {func(a array) array { _, d, e, _ := num.LDL(a); return d.Add(e) }, hollow, 1},
		"SolveLDL": {func(a array) array {
			l, d, e, perm := num.LDL(a)
			return num.SolveLDL(l, d, e, perm, b.AsType(a.DType()))
		}, hollow, -1},
		"SVD: s":     {func(a array) array { _, s, _ := num.SVD(a); return s }, skew, 1},
		"SVD: U Vᵀ":  {func(a array) array { u, _, vt := num.SVD(a); return u.MatMul(vt) }, skew, 0},
		"SVD: v vᵀ":  {func(a array) array { _, _, vt := num.SVD(a); return num.Outer(vt.At(0), vt.At(0)) }, skew, 0},
		"Eigh: w":    {func(a array) array { w, _ := num.Eigh(a); return w }, a, 1},
		"Eigh: v vᵀ": {func(a array) array { _, v := num.Eigh(a); return num.Outer(v.T().At(0), v.T().At(0)) }, a, 0},
		"Solve":      {func(a array) array { return num.Solve(a, b.AsType(a.DType())) }, skew, -1},
		"Inv":        {num.Inv, skew, -1},
		"Triangular": {func(a array) array { return num.SolveTriangular(a, b.AsType(a.DType()), num.Triangle{}) }, skew, -1},
		"Norm":       {func(a array) array { return num.Norm(a) }, skew, 1},
		"Sqrtm":      {num.Sqrtm, a, 0.5},
		"sign Det":   {func(a array) array { s, _ := num.SLogDet(a); return s }, skew, 0},
	} {
		for _, dtype := range []num.DType{num.Float64, num.Float32} {
			tol := 64 * dtype.Eps()
			value, slope := num.JVP(c.f, c.a.AsType(dtype), d.AsType(dtype))
			for _, s := range scalings[dtype] {
				t.Run(fmt.Sprintf("%s/%v/%g", name, dtype, s), func(t *testing.T) {
					factor := math.Pow(s, c.power)
					y, dy := num.JVP(c.f, c.a.AsType(dtype).Scale(s), d.AsType(dtype).Scale(s))
					if e := apart(y, value, factor); !(e <= tol) {
						t.Errorf("value off by %g: %v, want %g times %v", e, y, factor, value)
					}
					if e := apart(dy, slope, factor); !(e <= 16*tol) {
						t.Errorf("derivative off by %g: %v, want %g times %v", e, dy, factor, slope)
					}
				})
			}
		}
	}
}

// apart is the largest distance of x and y times factor, relative to the largest element; of
// subnormal numbers, which have fewer digits, it is 0.
func apart(x, y num.Array, factor float64) float64 {
	size, worst := 0.0, 0.0
	xs, ys := x.Float64s(), y.Float64s()
	for i := range ys {
		want := ys[i] * factor
		size = max(size, math.Abs(want))
		worst = math.Max(worst, math.Abs(xs[i]-want)) // NaN stays
	}
	if size == 0 || size < 1e3*x.DType().Tiny() && worst < x.DType().Tiny() {
		return worst
	}
	return worst / size
}
