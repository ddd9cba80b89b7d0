package root

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Broyden1 is Broyden's first method, "good": the least change of the Jacobian that
// agrees with the last step. It keeps the inverse, as a multiple of the identity and
// pairs of vectors. Statuses: 1 for a root, 2 after MaxIter iterations.
//
// Broyden, "A class of methods for solving nonlinear simultaneous equations", 1965;
// Kelley, "Iterative methods for linear and nonlinear equations", 1995, chapter 7.
type Broyden1 struct {
	Stops
	Alpha   float64 `opt:"alpha"`    // the first Jacobian is -I/Alpha; default ½max(|x0|, 1)/|F|
	MaxRank int     `opt:"max_rank"` // pairs kept; when there are more, all are dropped; 0 for no limit
}

// Name is "broyden1".
func (Broyden1) Name() string { return "broyden1" }

func (m Broyden1) root(r *run) outcome {
	return inexactNewton(r, m.Name(), m.Stops, &broyden{alpha: m.Alpha, rank: m.MaxRank})
}

// Broyden2 is Broyden's second method, "bad": the least change of the inverse Jacobian
// that agrees with the last step. See [Broyden1].
type Broyden2 struct {
	Stops
	Alpha   float64 `opt:"alpha"`    // the first Jacobian is -I/Alpha; default ½max(|x0|, 1)/|F|
	MaxRank int     `opt:"max_rank"` // pairs kept; when there are more, all are dropped; 0 for no limit
}

// Name is "broyden2".
func (Broyden2) Name() string { return "broyden2" }

func (m Broyden2) root(r *run) outcome {
	return inexactNewton(r, m.Name(), m.Stops, &broyden{alpha: m.Alpha, rank: m.MaxRank, bad: true})
}

// broyden is the inverse Jacobian G = -αI + Σ c dᵀ.
type broyden struct {
	alpha float64
	rank  int
	bad   bool
	c, d  [][]float64
	at    float64 // α in force
}

func (b *broyden) start(x, f []float64) { b.at, b.c, b.d = firstScale(b.alpha, x, f), nil, nil }

// patience is from trials on systems of equations, as that of all these methods.
func (b *broyden) patience() int {
	if b.bad {
		return 1
	}
	return 2
}

func (b *broyden) solve(f, dx []float64, _ float64) {
	b.times(f, dx)
	for i := range dx {
		dx[i] = -dx[i]
	}
}

// times sets g to G v.
func (b *broyden) times(v, g []float64) {
	for i, e := range v {
		g[i] = -b.at * e
	}
	for k, c := range b.c {
		a := vec.Dot(b.d[k], v)
		for i, e := range c {
			g[i] += a * e
		}
	}
}

// transposed sets g to Gᵀ v.
func (b *broyden) transposed(v, g []float64) {
	for i, e := range v {
		g[i] = -b.at * e
	}
	for k, d := range b.d {
		a := vec.Dot(b.c[k], v)
		for i, e := range d {
			g[i] += a * e
		}
	}
}

func (b *broyden) update(_, _, s, y []float64) {
	if b.rank > 0 && len(b.c) >= b.rank {
		b.c, b.d = nil, nil
	}
	// G + (s - G y) dᵀ / dᵀy, with d = Gᵀs for the first method and y for the second.
	c, d := make([]float64, len(s)), make([]float64, len(s))
	b.times(y, c)
	for i, v := range s {
		c[i] = v - c[i]
	}
	if b.bad {
		copy(d, y)
	} else {
		b.transposed(s, d)
	}
	q := vec.Dot(d, y)
	if q == 0 || math.IsNaN(q) {
		return
	}
	for i := range d {
		d[i] /= q
	}
	b.c, b.d = append(b.c, c), append(b.d, d)
}

// Anderson is Anderson mixing: the next point is the best combination of the last
// ones, mixed with F there. Statuses: 1 for a root, 2 after MaxIter iterations.
//
// Anderson, "Iterative procedures for nonlinear integral equations", 1965; Eyert, "A
// comparative study on methods for convergence acceleration of iterative vector
// sequences", 1996, whose w₀ it has.
type Anderson struct {
	Stops
	Alpha float64 `opt:"alpha"` // the first Jacobian is -I/Alpha; default ½max(|x0|, 1)/|F|
	M     int     `opt:"M"`     // steps kept; default 5
	W0    float64 `opt:"w0"`    // regularization relative to the steps' F; default 0.01
}

// Name is "anderson".
func (Anderson) Name() string { return "anderson" }

func (m Anderson) root(r *run) outcome {
	a := &andersonMixing{alpha: m.Alpha, m: max(option.Or(m.M, 5), 1), w0: option.Or(m.W0, 0.01)}
	return inexactNewton(r, m.Name(), m.Stops, a)
}

type andersonMixing struct {
	alpha, at, w0 float64
	m             int
	s, y          [][]float64 // the last steps, and the changes of F
}

func (a *andersonMixing) start(x, f []float64) {
	a.at, a.s, a.y = firstScale(a.alpha, x, f), nil, nil
}

// patience has no end: short steps are combined as well as long ones.
func (a *andersonMixing) patience() int { return math.MaxInt }

func (a *andersonMixing) solve(f, dx []float64, _ float64) {
	for i, v := range f {
		dx[i] = a.at * v
	}
	k := len(a.s)
	if k == 0 {
		return
	}
	g, b := mat.NewSymDense(k, nil), mat.NewVecDense(k, nil)
	for i := range k {
		b.SetVec(i, vec.Dot(a.y[i], f))
		for j := i; j < k; j++ {
			v := vec.Dot(a.y[i], a.y[j])
			if i == j {
				v *= 1 + a.w0*a.w0
			}
			g.SetSym(i, j, v)
		}
	}
	var c mat.Cholesky
	var w mat.VecDense
	if !c.Factorize(g) || c.SolveVecTo(&w, b) != nil {
		a.s, a.y = nil, nil
		return
	}
	for k, s := range a.s {
		for i := range dx {
			dx[i] -= w.AtVec(k) * (s[i] + a.at*a.y[k][i])
		}
	}
}

func (a *andersonMixing) update(_, _, s, y []float64) {
	a.s, a.y = append(a.s, append([]float64{}, s...)), append(a.y, append([]float64{}, y...))
	if len(a.s) > a.m {
		a.s, a.y = a.s[1:], a.y[1:]
	}
}

// LinearMixing takes steps of Alpha times F. It is for problems that are known to
// converge so, such as some self-consistent fields. Statuses: 1 for a root, 2 after
// MaxIter iterations.
type LinearMixing struct {
	Stops
	Alpha float64 `opt:"alpha"` // default ½max(|x0|, 1)/|F|
}

// Name is "linearmixing".
func (LinearMixing) Name() string { return "linearmixing" }

func (m LinearMixing) root(r *run) outcome {
	return inexactNewton(r, m.Name(), m.Stops, &fixedMixing{broyden{alpha: m.Alpha}})
}

// fixedMixing is the first Jacobian without updates.
type fixedMixing struct{ broyden }

func (*fixedMixing) update(_, _, _, _ []float64) {}

// patience is none: nothing is learnt from a short step.
func (*fixedMixing) patience() int { return 0 }

// DiagBroyden is Broyden's first method with a diagonal Jacobian. Statuses: 1 for a
// root, 2 after MaxIter iterations.
type DiagBroyden struct {
	Stops
	Alpha float64 `opt:"alpha"` // the first Jacobian is -I/Alpha; default ½max(|x0|, 1)/|F|
}

// Name is "diagbroyden".
func (DiagBroyden) Name() string { return "diagbroyden" }

func (m DiagBroyden) root(r *run) outcome {
	return inexactNewton(r, m.Name(), m.Stops, &diagonalBroyden{alpha: m.Alpha})
}

type diagonalBroyden struct {
	alpha float64
	d     []float64 // the Jacobian is -diag(d)
}

func (b *diagonalBroyden) start(x, f []float64) {
	b.d = make([]float64, len(x))
	for i := range b.d {
		b.d[i] = 1 / firstScale(b.alpha, x, f)
	}
}

func (*diagonalBroyden) patience() int { return 1 }

func (b *diagonalBroyden) solve(f, dx []float64, _ float64) {
	for i, v := range f {
		dx[i] = v / b.d[i]
	}
}

func (b *diagonalBroyden) update(_, _, s, y []float64) {
	if ss := vec.Dot(s, s); ss > 0 {
		for i, v := range s {
			b.d[i] -= (y[i] + b.d[i]*v) * v / ss
		}
	}
}

// ExcitingMixing is mixing with a factor for each variable, which grows while F keeps
// its sign there. Statuses: 1 for a root, 2 after MaxIter iterations.
type ExcitingMixing struct {
	Stops
	Alpha    float64 `opt:"alpha"`    // the first factor, and what one grows by; default ½max(|x0|, 1)/|F|
	AlphaMax float64 `opt:"alphamax"` // the largest factor; default 1
}

// Name is "excitingmixing".
func (ExcitingMixing) Name() string { return "excitingmixing" }

func (m ExcitingMixing) root(r *run) outcome {
	return inexactNewton(r, m.Name(), m.Stops, &excitingMixing{alpha: m.Alpha, limit: option.Or(m.AlphaMax, 1)})
}

type excitingMixing struct {
	alpha, at, limit float64
	beta, last       []float64
}

func (e *excitingMixing) start(x, f []float64) {
	e.at = firstScale(e.alpha, x, f)
	e.beta, e.last = make([]float64, len(x)), append([]float64{}, f...)
	for i := range e.beta {
		e.beta[i] = e.at
	}
}

func (*excitingMixing) patience() int { return 0 }

func (e *excitingMixing) solve(f, dx []float64, _ float64) {
	for i, v := range f {
		dx[i] = e.beta[i] * v
	}
}

func (e *excitingMixing) update(_, f, _, _ []float64) {
	for i, v := range f {
		if v*e.last[i] > 0 {
			e.beta[i] += e.at
		} else {
			e.beta[i] = e.at
		}
		e.beta[i] = min(max(e.beta[i], 0), e.limit)
	}
	copy(e.last, f)
}
