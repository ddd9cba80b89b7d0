package sparse

import (
	"fmt"
	"math"
)

// Solve sets x to the solution of A·x = b, for one or more right sides of n numbers, one after
// another; x may be b. The answer is refined, and the result is its backward error, as with
// [LDL.Solve].
func (f *LU) Solve(b, x []float64) (backward float64, err error) {
	return f.solveAll(b, x, false)
}

// SolveTransposed is Solve with the transpose of A.
func (f *LU) SolveTransposed(b, x []float64) (backward float64, err error) {
	return f.solveAll(b, x, true)
}

func (f *LU) solveAll(b, x []float64, transposed bool) (backward float64, err error) {
	n := f.sym.p.Rows
	if len(b) != len(x) || n == 0 && len(b) > 0 || n > 0 && len(b)%n != 0 {
		return 0, fmt.Errorf("the right sides have length %d and the solutions %d, want a multiple of %d for both", len(b), len(x), n)
	}
	for k, v := range b {
		if v-v != 0 {
			return 0, fmt.Errorf("element %d of the right side is %v", k, v)
		}
	}
	w := f.sym.workspace()
	defer f.sym.spaces.Put(w)
	w.x, w.vectors = grown(w.x, n), grown(w.vectors, 5*n)
	in, out := f.rowScale, f.colScal
	if transposed {
		in, out = out, in
	}
	r := newRefined(w.vectors, n)
	for at := 0; at < len(b); at += n {
		for i, v := range b[at : at+n] {
			r.b[i] = v * in[i]
		}
		e := r.solve(func(y []float64) { f.direct(y, w.x, transposed) }, func() { f.residual(r, transposed) })
		for i, v := range r.y {
			x[at+i] = v * out[i]
		}
		backward = max(backward, e)
	}
	return backward, nil
}

// direct solves with the factors only, scaled, in place; z is memory.
func (f *LU) direct(x, z []float64, transposed bool) {
	order := f.sym.order
	if transposed {
		for k, j := range order {
			z[k] = x[j]
		}
		for k, d := range f.diagonal {
			z[k] = (z[k] - f.upper.dot(k, z)) / d
		}
		for k := len(z) - 1; k >= 0; k-- {
			z[k] -= f.lower.dot(k, z)
		}
		for i, k := range f.position {
			x[i] = z[k]
		}
		return
	}
	for i, k := range f.position {
		z[k] = x[i]
	}
	for k := range z {
		f.lower.minus(k, z[k], z)
	}
	for k := len(z) - 1; k >= 0; k-- {
		z[k] /= f.diagonal[k]
		f.upper.minus(k, z[k], z)
	}
	for k, j := range order {
		x[j] = z[k]
	}
}

// dot is the product of column k with x.
func (c *columns) dot(k int, x []float64) float64 {
	ind, values := c.column(k)
	sum := 0.
	for e, i := range ind {
		sum += values[e] * x[i]
	}
	return sum
}

// minus subtracts v times column k from x.
func (c *columns) minus(k int, v float64, x []float64) {
	if v == 0 {
		return
	}
	ind, values := c.column(k)
	for e, i := range ind {
		x[i] -= values[e] * v
	}
}

// residual finds b - A·y, or with the transpose, all scaled.
func (f *LU) residual(r refined, transposed bool) {
	copy(r.rest, r.b)
	for k, v := range r.b {
		r.bound[k] = math.Abs(v)
	}
	p := f.sym.p
	for i := range p.Rows {
		for k := p.Ptr[i]; k < p.Ptr[i+1]; k++ {
			to, from := i, p.Ind[k]
			if transposed {
				to, from = from, to
			}
			t := f.values[k] * r.y[from]
			r.rest[to] -= t
			r.bound[to] += math.Abs(t)
		}
	}
}

// NNZ is the number of entries of L and U together.
func (f *LU) NNZ() int { return len(f.lower.ind) + len(f.upper.ind) + len(f.diagonal) }

// Condition estimates the condition number of the scaled matrix in the 1-norm, as
// [LDL.Condition] does.
func (f *LU) Condition() float64 {
	n := f.sym.p.Rows
	if n == 0 {
		return 0
	}
	sums, z := make([]float64, n), make([]float64, n)
	for k, j := range f.sym.p.Ind {
		sums[j] += math.Abs(f.values[k])
	}
	return maxAbs(sums) * inverseNorm(n, func(x []float64) { f.direct(x, z, false) }, func(x []float64) { f.direct(x, z, true) })
}
