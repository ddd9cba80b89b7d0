package sparse

import "math"

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
	if err := checkSides(b, x, n); err != nil {
		return 0, err
	}
	w := f.sym.workspace()
	defer f.sym.spaces.Put(w)
	w.x, w.vectors = grown(w.x, n), grown(w.vectors, 5*n)
	in, out := f.rowScale, f.colScale
	if transposed {
		in, out = out, in
	}
	r := newRefined(w.vectors, n)
	for at := 0; at < len(b); at += n {
		for i, v := range b[at : at+n] {
			r.b[i] = v * in[i]
		}
		e := r.solve(func(y []float64) { f.factors.direct(y, w.x, transposed) }, func() { f.residual(r, transposed) }, 4*epsilon)
		for i, v := range r.y {
			x[at+i] = v * out[i]
		}
		if notFinite(x[at:at+n]) >= 0 {
			return e, ErrOverflow
		}
		backward = max(backward, e)
	}
	return backward, nil
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
func (f *LU) NNZ() int { return f.factors.nnz() }

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
	return maxAbs(sums) * inverseNorm(n, func(x []float64) { f.factors.direct(x, z, false) }, func(x []float64) { f.factors.direct(x, z, true) })
}
