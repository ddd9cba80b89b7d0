package sparse

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/kernel"
)

// beyond is how much farther than to the error wanted a cycle reduces the residual, as a norm and the error of each row differ: a choice.
const beyond = 64

// A cycle combines from fewest to most corrections, as many as take no more memory than the factors, and there are at most so many cycles. These are
// choices: matrices of linear programs near a solution, with eigenvalues from 1e-10 to 1, take 20 to 100 corrections for twelve digits.
const (
	fewest = 16
	most   = 100
	cycles = 5
)

// combined solves for one right side as [LDL.refined] does, and combines its corrections so that what is left gets least: the method of least residuals
// with these factors as the preconditioner (Y. Saad, "A flexible inner-outer preconditioned GMRES algorithm", SIAM J. Sci. Comput. 14, 1993). It gets all
// digits also from factors that have lost most of theirs, where corrections one by one get none (M. Arioli and I. Duff, "Using FGMRES to obtain
// backward stability in mixed precision", ETNA 33, 2009).
func (f *LDL) combined(b, x []float64, w *workspace, enough float64) float64 {
	n, enough := f.sym.n, max(f.opt.Enough, enough, rough)
	r := newRefined(w.solve, n)
	for i, v := range b {
		r.b[i] = v * f.scale[i]
	}
	copy(r.y, r.b)
	f.direct(r.y, w)
	k := krylov{f: f, w: w, size: n}
	k.h = make([][]float64, 1+min(max(f.sym.nnz/(2*n), fewest), most))
	for i := range k.h {
		k.h[i] = make([]float64, len(k.h)-1)
	}
	last := math.Inf(1)
	for step := 0; ; step++ {
		f.residual(r)
		e := backwardError(r.y, r.b, r.rest, r.bound)
		if !(e < last) { // the last cycle made it worse, or there are no numbers
			if step > 0 {
				copy(r.y, r.kept)
				e = last
			}
			last = e
			break
		}
		done := e <= enough || step == cycles || f.stop.now()
		if last = e; done {
			break
		}
		copy(r.kept, r.y)
		k.correct(r.y, r.rest, r.bound, enough/(beyond*e))
	}
	for i, v := range r.y {
		x[i] = v * f.scale[i]
	}
	return last
}

// krylov is the memory of a cycle: orthogonal directions, what the factors make of them, and the coefficients of products in them.
type krylov struct {
	f    *LDL
	w    *workspace
	size int
	v, z [][]float64
	h    [][]float64 // [cycle + 1, cycle]
}

// vector is vector k of a list that grows.
func (k *krylov) vector(of *[][]float64, i int) []float64 {
	if i == len(*of) {
		*of = append(*of, make([]float64, k.size))
	}
	return (*of)[i]
}

// correct adds to y the combination of a cycle's corrections that leaves least of the residual rest, at least until that is the part of it. It needs the
// memory of a vector.
func (k *krylov) correct(y, rest, memory []float64, part float64) {
	cycle := len(k.h) - 1
	right, cos, sin := make([]float64, cycle+1), make([]float64, cycle), make([]float64, cycle)
	first := k.vector(&k.v, 0)
	right[0] = kernel.Norm(rest)
	if !(right[0] > 0) {
		return
	}
	for i, v := range rest {
		first[i] = v / right[0]
	}
	end := 0
	for j := range cycle {
		z := k.vector(&k.z, j)
		copy(z, k.v[j])
		k.f.direct(z, k.w)
		u := k.vector(&k.v, j+1)
		k.f.times(z, u)
		next := k.orthogonal(j, u)
		// The rotations that have made the columns before triangular, and the one of this.
		for i := range j {
			a, b := k.h[i][j], k.h[i+1][j]
			k.h[i][j], k.h[i+1][j] = cos[i]*a+sin[i]*b, cos[i]*b-sin[i]*a
		}
		size := math.Hypot(k.h[j][j], next)
		if !(size > 0) || math.IsInf(size, 0) {
			break
		}
		cos[j], sin[j] = k.h[j][j]/size, next/size
		k.h[j][j] = size
		right[j], right[j+1] = cos[j]*right[j], -sin[j]*right[j]
		end = j + 1
		if math.Abs(right[j+1]) <= max(part, epsilon)*right[0] || k.f.stop.now() {
			break
		}
	}
	for j := end - 1; j >= 0; j-- {
		for i := j + 1; i < end; i++ {
			right[j] -= k.h[j][i] * right[i]
		}
		right[j] /= k.h[j][j]
	}
	sum := memory
	clear(sum)
	for j := range end {
		kernel.Axpy(right[j], k.z[j], sum)
	}
	for i, v := range sum {
		y[i] += v
	}
}

// orthogonal takes out of u what it has of the directions up to j, twice, for rounding, and makes its length 1. It gives the length before.
func (k *krylov) orthogonal(j int, u []float64) float64 {
	for i := range j + 1 {
		k.h[i][j] = 0
	}
	for range 2 {
		for i := range j + 1 {
			part := kernel.Dot(u, k.v[i])
			k.h[i][j] += part
			kernel.Axpy(-part, k.v[i], u)
		}
	}
	size := kernel.Norm(u)
	if size > 0 {
		for i := range u {
			u[i] /= size
		}
	}
	return size
}

// times sets u to the product of the scaled matrix and z.
func (f *LDL) times(z, u []float64) {
	p, upper := f.sym.pattern, f.sym.upper
	clear(u)
	for i, zi := range z {
		sum := 0.
		for k := p.Ptr[i]; k < p.Ptr[i+1]; k++ {
			j, v := p.Ind[k], f.values[k]
			if j > i && !upper {
				break
			}
			sum += v * z[j]
			if i != j {
				u[j] += v * zi
			}
		}
		u[i] += sum
	}
}

// Combined is [LDL.Solve] for one right side with corrections that are combined so that what is left gets least: slower, and right with factors of few
// digits, such as those with Options.Least.
func (f *LDL) Combined(b, x []float64) (backward float64, err error) { return f.combine(b, x, 0) }

// combine is Combined to a backward error of enough, if that is more than Options.Enough.
func (f *LDL) combine(b, x []float64, enough float64) (backward float64, err error) {
	if err := checkSides(b, x, f.sym.n); err != nil {
		return 0, err
	}
	w := f.sym.workspace()
	defer f.sym.spaces.Put(w)
	w.solve = grown(w.solve, 5*f.sym.n)
	e := f.combined(b, x, w, enough)
	if notFinite(x) >= 0 {
		return e, ErrOverflow
	}
	return e, nil
}
