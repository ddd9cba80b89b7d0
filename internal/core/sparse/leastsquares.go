package sparse

import (
	"fmt"
	"math"
	"slices"
	"sync"
)

// LeastSquares is all of a least-squares problem, x that minimizes |J·x - r|² + λ·|D·x|² for a
// sparse J and a diagonal D, that depends only on where J has entries. It is safe for
// concurrent use.
//
// Problems are solved by the normal equations, (JᵀJ + λD²)·x = Jᵀr, and the answer is refined
// with residuals of the problem itself. That is as good as an orthogonal factorization up to condition
// numbers of J, its columns scaled, of some 1e7 (Å. Björck, "Stability analysis of the method of
// seminormal equations for linear least squares problems", Linear Algebra Appl. 88/89, 1987).
// Where JᵀJ is not numerically definite, or the first correction is not ten times smaller than
// the answer, the augmented system
//
//	[αI    J    ] [s]   [r]
//	[Jᵀ  -λ/α·D²]·[x] = [0]
//
// takes over, whose error goes with the condition number and not with its square (M. Arioli,
// I. Duff and P. de Rijk, "On the augmented system approach to sparse least-squares problems",
// Numer. Math. 55, 1989), also for a J without full rank: x is then one of many solutions,
// with zeros in the columns that depend on others. It costs ten times as much and more. It is also
// used at once if J has rows so full that JᵀJ would be.
type LeastSquares struct {
	j      *Pattern
	turned *Pattern // Jᵀ
	from   []int    // where its entries are in J's values

	normal *Pattern // lower triangle of JᵀJ, with the whole diagonal; nil if too full
	square *Symbolic

	once      sync.Once
	augmented *Symbolic
	err       error
}

// AnalyzeLeastSquares prepares problems whose J has the pattern p.
func AnalyzeLeastSquares(p *Pattern) (*LeastSquares, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	l := &LeastSquares{j: p}
	l.turned, l.from = p.Transpose()
	work := 0
	for i := range p.Rows {
		work += len(p.Row(i)) * len(p.Row(i))
	}
	if work <= fullRows*p.NNZ() || p.Cols <= fewColumns {
		l.normal = l.normalPattern()
		var err error
		if l.square, err = Analyze(l.normal); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// The product JᵀJ is formed if that takes at most fullRows multiplications per entry of J, or
// if it is small at worst.
const (
	fullRows   = 64
	fewColumns = 1000
)

// normalPattern is the lower triangle of JᵀJ.
func (l *LeastSquares) normalPattern() *Pattern {
	n := l.j.Cols
	c := &Pattern{Rows: n, Cols: n, Ptr: make([]int, n+1)}
	seen := filled(n, -1)
	for i := range n {
		seen[i] = int32(i)
		c.Ind = append(c.Ind, i)
		for _, k := range l.turned.Row(i) {
			for _, j := range l.j.Row(k) {
				if j < i && seen[j] != int32(i) {
					seen[j] = int32(i)
					c.Ind = append(c.Ind, j)
				}
			}
		}
		slices.Sort(c.Ind[c.Ptr[i]:])
		c.Ptr[i+1] = len(c.Ind)
	}
	return c
}

// augmentedSystem analyzes the augmented system when it is first needed: the rows of J come
// first, and then its columns.
func (l *LeastSquares) augmentedSystem() (*Symbolic, error) {
	l.once.Do(func() {
		m, n := l.j.Rows, l.j.Cols
		p := &Pattern{Rows: m + n, Cols: m + n, Ptr: make([]int, m+n+1)}
		for i := range m {
			p.Ind = append(p.Ind, i)
			p.Ptr[i+1] = len(p.Ind)
		}
		for j := range n {
			p.Ind = append(append(p.Ind, l.turned.Row(j)...), m+j)
			p.Ptr[m+j+1] = len(p.Ind)
		}
		l.augmented, l.err = Analyze(p)
	})
	return l.augmented, l.err
}

// FactorNNZ is about how many entries the factors have: of the normal equations, or where these would be
// too full of the augmented system.
func (l *LeastSquares) FactorNNZ() (int, error) {
	if l.square != nil {
		return l.square.NNZ(), nil
	}
	s, err := l.augmentedSystem()
	if err != nil {
		return 0, err
	}
	return s.NNZ(), nil
}

// LeastSquaresFactor solves least-squares problems with one matrix and any right sides, one at
// a time.
type LeastSquaresFactor struct {
	l      *LeastSquares
	values []float64 // of J, its columns scaled
	scale  []float64 // of the columns
	weight []float64 // λ·D², scaled
	normal *LDL      // nil if the augmented system is used
	full   *LDL      // nil as long as the normal equations do

	sums, square, system []float64
	rest, step, grad     []float64
	tilt                 []float64 // what is added to the gradient, for the scaled columns
	augmented            bool
	damped               bool // by the caller: corrections that do not shrink are noise along directions that only the damping determines
}

// Factorize factors the problem with the given values of J, in the order of its pattern, a λ
// of at least 0, and the diagonal of D; a nil d is ones.
func (l *LeastSquares) Factorize(values []float64, lambda float64, d []float64) (*LeastSquaresFactor, error) {
	f := &LeastSquaresFactor{l: l}
	if err := f.Refactorize(values, lambda, d); err != nil {
		return nil, err
	}
	return f, nil
}

// Refactorize replaces f by the factorization of another problem of the same pattern, in the
// memory that f has.
func (f *LeastSquaresFactor) Refactorize(values []float64, lambda float64, d []float64) error {
	p := f.l.j
	if len(values) != p.NNZ() || d != nil && len(d) != p.Cols {
		return fmt.Errorf("there are %d values and %d elements of d, want %d and %d", len(values), len(d), p.NNZ(), p.Cols)
	}
	if !(lambda >= 0) || math.IsInf(lambda, 1) {
		return fmt.Errorf("lambda is %g, want a number of at least 0", lambda)
	}
	if k := notFinite(values); k >= 0 {
		return fmt.Errorf("entry %d of J is %v", k, values[k])
	}
	if k := notFinite(d); k >= 0 {
		return fmt.Errorf("element %d of d is %v", k, d[k])
	}
	f.scaleColumns(values, math.Sqrt(lambda), d)
	f.augmented = f.l.square == nil
	if !f.augmented {
		f.formSquare()
		var err error
		if f.normal == nil {
			f.normal, err = f.l.square.Factorize(f.square, Options{Definite: true})
		} else {
			err = f.normal.Refactorize(f.square)
		}
		if err == nil {
			return nil
		}
	}
	return f.augment()
}

// scaleColumns makes the largest element of every column of J, and of the root of λ·D² below
// it, about 1.
func (f *LeastSquaresFactor) scaleColumns(values []float64, root float64, d []float64) {
	p := f.l.j
	f.values = append(f.values[:0], values...)
	f.scale, f.weight = grown(f.scale, p.Cols), grown(f.weight, p.Cols)
	for j := range p.Cols {
		f.weight[j] = root
		if d != nil {
			f.weight[j] *= math.Abs(d[j])
		}
		f.scale[j] = f.weight[j]
	}
	for k, j := range p.Ind {
		f.scale[j] = max(f.scale[j], math.Abs(values[k]))
	}
	for j, v := range f.scale {
		_, e := math.Frexp(v)
		f.scale[j] = math.Ldexp(1, min(-e, 1023))
		f.weight[j] *= f.scale[j]
		f.weight[j] *= f.weight[j]
	}
	for k, j := range p.Ind {
		f.values[k] *= f.scale[j]
	}
}

// formSquare forms the lower triangle of JᵀJ + λD².
func (f *LeastSquaresFactor) formSquare() {
	l := f.l
	f.sums, f.square = grown(f.sums, l.j.Cols), grown(f.square, l.normal.NNZ())
	clear(f.sums)
	for i := range l.j.Cols {
		for t := l.turned.Ptr[i]; t < l.turned.Ptr[i+1]; t++ {
			k, v := l.turned.Ind[t], f.values[l.from[t]]
			for e := l.j.Ptr[k]; e < l.j.Ptr[k+1] && l.j.Ind[e] <= i; e++ {
				f.sums[l.j.Ind[e]] += v * f.values[e]
			}
		}
		f.sums[i] += f.weight[i]
		for e := l.normal.Ptr[i]; e < l.normal.Ptr[i+1]; e++ {
			j := l.normal.Ind[e]
			f.square[e], f.sums[j] = f.sums[j], 0
		}
	}
}

// alpha is the α of the augmented system, for a J whose largest entries are about 1. It should
// be some way below that, and above the rounding errors (Arioli, Duff and de Rijk, section 4).
const alpha = 0x1p-10

// augment factors the augmented system.
func (f *LeastSquaresFactor) augment() error {
	s, err := f.l.augmentedSystem()
	if err != nil {
		return err
	}
	f.augmented = true
	f.system = f.system[:0]
	for range f.l.j.Rows {
		f.system = append(f.system, alpha)
	}
	for j := range f.l.j.Cols {
		for t := f.l.turned.Ptr[j]; t < f.l.turned.Ptr[j+1]; t++ {
			f.system = append(f.system, f.values[f.l.from[t]])
		}
		f.system = append(f.system, -f.weight[j]/alpha)
	}
	if f.full != nil {
		return f.full.Refactorize(f.system)
	}
	// Columns that depend on others are found more reliably with larger pivots.
	f.full, err = s.Factorize(f.system, Options{Threshold: 0.1})
	return err
}

// Augmented reports whether the augmented system is used.
func (f *LeastSquaresFactor) Augmented() bool { return f.augmented }

// Rank is the number of columns of J, with √λ·D below it, that do not depend on others, as far
// as it is known: with the normal equations they are independent.
func (f *LeastSquaresFactor) Rank() int {
	if !f.augmented {
		return f.l.j.Cols
	}
	_, _, zero := f.full.Inertia()
	return f.l.j.Cols - zero
}

// Solve sets x to the minimizer for the right side r. The result measures how far it is from
// that: the gradient's largest element, relative to what its terms may have for rounding
// errors, so that 1e-16 is best.
func (f *LeastSquaresFactor) Solve(r, x []float64) (gradient float64, err error) {
	return f.SolveTilted(r, nil, x)
}

// SolveTilted is Solve for the minimizer of |J·x - r|² + λ·|D·x|² - 2·gᵀx, which solves
// (JᵀJ + λD²)·x = Jᵀr + g. A nil g is zero.
func (f *LeastSquaresFactor) SolveTilted(r, g, x []float64) (gradient float64, err error) {
	p := f.l.j
	if len(r) != p.Rows || len(x) != p.Cols || g != nil && len(g) != p.Cols {
		return 0, fmt.Errorf("the right side has length %d, the tilt %d and the solution %d, want %d, %d and %d",
			len(r), len(g), len(x), p.Rows, p.Cols, p.Cols)
	}
	if k := notFinite(r); k >= 0 {
		return 0, fmt.Errorf("element %d of the right side is %v", k, r[k])
	}
	if k := notFinite(g); k >= 0 {
		return 0, fmt.Errorf("element %d of the tilt is %v", k, g[k])
	}
	f.tilt = grown(f.tilt, p.Cols)
	clear(f.tilt)
	for j, v := range g {
		f.tilt[j] = v * f.scale[j]
	}
	f.rest, f.step, f.grad = grown(f.rest, p.Rows+p.Cols), grown(f.step, p.Rows+p.Cols), grown(f.grad, p.Cols)
	if !f.augmented && !f.solveNormal(r, x) && !f.damped {
		if err := f.augment(); err != nil {
			return 0, err
		}
	}
	if f.augmented {
		if err := f.solveAugmented(r, x); err != nil {
			return 0, err
		}
	}
	gradient = f.slope(r, x)
	for j := range x {
		x[j] *= f.scale[j]
	}
	if notFinite(x) >= 0 {
		return gradient, ErrOverflow
	}
	return gradient, nil
}

// solveNormal solves by the normal equations with refinement; x is for the scaled columns.
// It reports whether the corrections became small.
func (f *LeastSquaresFactor) solveNormal(r, x []float64) bool {
	clear(x)
	w := f.normal.sym.workspace()
	defer f.normal.sym.spaces.Put(w)
	n := len(x)
	w.solve = grown(w.solve, n)
	y, last := w.solve, math.Inf(1)
	for step := range 2 * refinements {
		f.slope(r, x)
		for i, s := range f.normal.scale {
			y[i] = f.grad[i] * s
		}
		f.normal.direct(y, w)
		size, of := 0., 0.
		for i, s := range f.normal.scale {
			change := y[i] * s
			x[i] += change
			size, of = max(size, math.Abs(change)), max(of, math.Abs(x[i]))
		}
		switch {
		case size <= 4*epsilon*of:
			return true
		case !(size <= last/10):
			// The first correction has the size of the errors of the factors. Later ones are
			// but rounding errors of the gradient when they stop to shrink.
			return step > 1
		}
		last = size
	}
	return true
}

// slope sets grad to Jᵀ(r - J·x) - λD²·x + g, and returns its size relative to its terms.
func (f *LeastSquaresFactor) slope(r, x []float64) float64 {
	p := f.l.j
	rest := f.rest[:p.Rows]
	size := f.step[:p.Cols]
	for j, v := range x {
		damped := f.weight[j] * v
		f.grad[j] = f.tilt[j] - damped
		size[j] = math.Abs(damped) + math.Abs(f.tilt[j])
	}
	for i := range rest {
		sum, most := r[i], math.Abs(r[i])
		row := p.Row(i)
		values := f.values[p.Ptr[i]:p.Ptr[i+1]]
		for k, j := range row {
			t := values[k] * x[j]
			sum -= t
			most += math.Abs(t)
		}
		rest[i] = sum
		for k, j := range row {
			f.grad[j] += values[k] * sum
			size[j] += math.Abs(values[k]) * most
		}
	}
	worst := 0.
	for j, g := range f.grad[:p.Cols] {
		if g != 0 {
			if e := math.Abs(g) / size[j]; !(e <= worst) {
				worst = e
			}
		}
	}
	return worst
}

// solveAugmented solves by the augmented system; x is for the scaled columns.
func (f *LeastSquaresFactor) solveAugmented(r, x []float64) error {
	b := f.rest
	copy(b, r)
	for j, g := range f.tilt[:len(x)] {
		b[len(r)+j] = -g / alpha
	}
	if _, err := f.full.Solve(b, b); err != nil {
		return err
	}
	copy(x, b[len(r):])
	return nil
}
