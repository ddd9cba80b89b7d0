package search

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Units are other variables y for a search, x = center + T y, and other values, v = (f - base)/value. T is a diagonal matrix of powers of two with a center of 0, so that the change is exact, or a
// full one.
type Units struct {
	diag   []float64 // nil: full
	center []float64
	full   *mat.Dense
	inv    *mat.Dense // of full
	value  float64
	base   float64
}

// From has values be measured from base: where only small parts of them change, they are no measure of what is small.
func (u *Units) From(base float64) *Units {
	u.base = base
	return u
}

// inValue is v for the value f.
func (u *Units) inValue(f float64) float64 { return (f - u.base) / u.value }

// outValue is the value f for v.
func (u *Units) outValue(v float64) float64 { return v*u.value + u.base }

// NewUnits has the variables divided by unit, and the function by value, both rounded to powers of
// two.
func NewUnits(unit []float64, value float64) *Units {
	u := &Units{diag: make([]float64, len(unit)), value: powerOfTwo(value)}
	for i, v := range unit {
		u.diag[i] = powerOfTwo(v)
	}
	return u
}

// NewAxes has x = center + t y; nil if t has no inverse. Bounds of variables have no form in y.
func NewAxes(center []float64, t *mat.Dense, value float64) *Units {
	u := &Units{center: slices.Clone(center), full: t, inv: new(mat.Dense), value: powerOfTwo(value)}
	if err := u.inv.Inverse(t); err != nil {
		if _, poor := err.(mat.Condition); !poor {
			return nil
		}
	}
	if !vec.AllFinite(u.inv.RawMatrix().Data) {
		return nil
	}
	return u
}

// powerOfTwo is a power of two near v, within limits that leave room for products.
func powerOfTwo(v float64) float64 {
	const most = 600 // of 1022 and 1074
	_, e := math.Frexp(v)
	return math.Ldexp(1, min(max(e, -most), most))
}

// times is a v, or aᵀv.
func times(a mat.Matrix, v []float64) []float64 {
	out := make([]float64, len(v))
	mat.NewVecDense(len(v), out).MulVec(a, mat.NewVecDense(len(v), v))
	return out
}

// in is y for the point x.
func (u *Units) in(x []float64) []float64 {
	y := make([]float64, len(x))
	if u.diag != nil {
		for i, v := range x {
			y[i] = v / u.diag[i]
		}
		return y
	}
	for i, v := range x {
		y[i] = v - u.center[i]
	}
	return times(u.inv, y)
}

// out is the point x for y.
func (u *Units) out(y []float64) []float64 {
	x := u.step(y)
	for i, c := range u.center {
		x[i] += c
	}
	return x
}

// step is T y.
func (u *Units) step(y []float64) []float64 {
	if u.diag == nil {
		return times(u.full, y)
	}
	x := make([]float64, len(y))
	for i, v := range y {
		x[i] = v * u.diag[i]
	}
	return x
}

// slope is Tᵀg.
func (u *Units) slope(g []float64) []float64 {
	if u.diag == nil {
		return times(u.full.T(), g)
	}
	return u.step(g)
}

// gradient is the gradient with respect to x of what has the gradient g with respect to y; nil if g
// is.
func (u *Units) gradient(g []float64) []float64 {
	switch {
	case g == nil:
		return nil
	case u.diag == nil:
		return times(u.inv.T(), g)
	}
	out := make([]float64, len(g))
	for i, v := range g {
		out[i] = v / u.diag[i]
	}
	return out
}

// curvature sets h to f TᵀhT.
func (u *Units) curvature(h *mat.SymDense, f float64) {
	if u.diag == nil {
		congruent(h, u.full.T(), f)
		return
	}
	for i, s := range u.diag {
		for j := i; j < len(u.diag); j++ {
			h.SetSym(i, j, h.At(i, j)*s*u.diag[j]*f)
		}
	}
}

// congruent sets h to f a h aᵀ.
func congruent(h *mat.SymDense, a mat.Matrix, f float64) {
	var b, c mat.Dense
	b.Mul(a, h)
	c.Mul(&b, a.T())
	n := h.SymmetricDim()
	for i := range n {
		for j := i; j < n; j++ {
			h.SetSym(i, j, f*(c.At(i, j)+c.At(j, i))/2)
		}
	}
}

// columns is a T.
func (u *Units) columns(a *mat.Dense) *mat.Dense {
	out := new(mat.Dense)
	if u.diag == nil {
		out.Mul(a, u.full)
		return out
	}
	out.Mul(a, mat.NewDiagDense(len(u.diag), u.diag))
	return out
}
