// Package restore helps the methods with derivatives and constraints where a search goes
// astray: it seeks feasible points ([From]), notices violations that stay ([Stall]) and
// objectives that fall without end ([Bottom]).
package restore

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Result is what came of seeking a feasible point.
type Result int

// What can come of it.
const (
	None  Result = iota // neither of the following was found
	Point               // one that satisfies the constraints
	// One where the violation is least among those nearby: no feasible point is near, and if
	// the constraints are convex there is none.
	Stationary
)

const (
	// A point is stationary if, by the first derivatives, moving every variable by
	// max(1, |x|) makes the sum of squared violations less by this part at most, and so
	// does the step tried.
	restoreSmall = 1e-6
	// So too, with this part, where no step that is more than rounding makes it less.
	restoreStalled = 1e-3
	restoreSteps   = 200  // tried at most, one after the other
	restoreAside   = 0.01 // times max(1, |x|), how far to look away from a stationary point
	MaxRestarts    = 3    // of a search, from feasible points found
)

// Stall is a violation of constraints that stays.
type Stall struct {
	least           float64 // so far
	since, Patience int     // iterations without less, and how many are too many
}

// Reset starts counting at a point with a violation.
func (s *Stall) Reset(violation float64) { s.least, s.since = violation, 0 }

// Is reports, once per iteration, whether the violation is above tol, and for many iterations
// none has lessened it; then after twice as many.
func (s *Stall) Is(violation, tol float64) bool {
	if violation <= tol || violation < 0.9*s.least {
		s.Reset(violation)
		return false
	}
	if s.since++; s.since < s.Patience {
		return false
	}
	s.Patience *= 2
	return true
}

// restoration seeks points that satisfy constraints: within the bounds it minimizes φ =
// ½ Σ vᵢ², with vᵢ the violation of row i, by steps of Levenberg and Marquardt for the
// rows that are violated. Variables at a bound that the descent leads out of are held, and
// steps are projected on the bounds (Bertsekas, "Projected Newton methods for
// optimization problems with simple constraints", SIAM J. Control Optim. 20, 1982).
// That where it ends a feasible point may not exist nearby is the verdict of Byrd, Gilbert
// & Nocedal, "A trust region method based on interior point techniques for nonlinear
// programming", Math. Program. 89 (2000): a stationary point of φ.
type restoration struct {
	k       *search.Constraints
	tol     float64                   // of the largest violation
	far     bool                      // rounding of large terms is no violation
	allowed func(x, c []float64) bool // nil: all points are

	x, next      []float64
	c, nextC     []float64 // the rows there
	v, w         []float64 // violations with signs: of x, scratch
	g, d         []float64 // the gradient of φ, the step
	j            *mat.Dense
	free         []int
	cost         float64
	damp, faster float64 // α of the steps, and its next factor
}

func newRestoration(k *search.Constraints, tol float64, allowed func(x, c []float64) bool) *restoration {
	n, m := k.Run.N(), k.Rows()
	s := &restoration{k: k, tol: tol, allowed: allowed, j: mat.NewDense(m, n, nil)}
	for _, v := range []*[]float64{&s.x, &s.next, &s.g, &s.d} {
		*v = make([]float64, n)
	}
	for _, v := range []*[]float64{&s.c, &s.nextC, &s.v, &s.w} {
		*v = make([]float64, m)
	}
	return s
}

// From seeks a feasible point from x0, where the constraints are finite, and returns
// the point it came to. Where it ends at a stationary point it looks for less from both
// sides of that, as it may be a saddle or a maximum.
func From(k *search.Constraints, x0 []float64, tol float64, allowed func(x, c []float64) bool) ([]float64, Result) {
	s := newRestoration(k, tol, allowed)
	found := s.from(x0)
	best, cost := slices.Clone(s.x), s.cost
	for side, tries := 1.0, 0; found == Stationary && tries < 2; side, tries = -side, tries+1 {
		aside := slices.Clone(best)
		for i, v := range best {
			_, u := math.Modf(float64(i+1) * (math.Sqrt(5) - 1) / 2)
			aside[i] += side * restoreAside * max(1, math.Abs(v)) * (2*u - 1)
		}
		switch other := s.from(aside); {
		case other == Point:
			return s.x, other
		case s.cost < (1-restoreStalled)*cost:
			found, best, cost = other, slices.Clone(s.x), s.cost
			tries = -1
		}
	}
	return best, found
}

// from minimizes φ from a point, which is moved into the bounds.
func (s *restoration) from(x0 []float64) Result {
	copy(s.x, x0)
	s.within(s.x)
	s.k.Values(s.x, s.c)
	if s.cost = s.violations(s.c, s.v); !vec.IsFinite(s.cost) || !s.may(s.x, s.c) {
		s.cost = math.Inf(1)
		return None
	}
	s.damp, s.faster = 0, 2
	derived := false
	for range restoreSteps {
		if vec.Norm(s.v, 0) <= s.tol {
			return Point
		}
		if !derived && !s.derive() {
			return None
		}
		derived = true
		if s.far && Nearly(s.k, s.x, s.c, s.j.RawMatrix(), s.tol) {
			return Point
		}
		slope := 0.0 // of φ, by max(1, |x|) of every variable
		for _, i := range s.free {
			slope += math.Abs(s.g[i]) * max(1, math.Abs(s.x[i]))
		}
		if slope == 0 {
			return Stationary
		}
		predicted := s.step()
		if slices.Equal(s.x, s.next) {
			if slope <= restoreStalled*2*s.cost {
				return Stationary
			}
			return None
		}
		if slope <= restoreSmall*2*s.cost && predicted <= restoreSmall*s.cost {
			return Stationary
		}
		derived = !s.try(predicted)
	}
	return None
}

// violations sets v to those of rows c, positive above Upper and negative below Lower. It
// returns φ.
func (s *restoration) violations(c, v []float64) float64 {
	cost := 0.0
	for i, c := range c {
		v[i] = c - min(max(c, s.k.Lower[i]), s.k.Upper[i])
		cost += v[i] * v[i] / 2
	}
	return cost
}

// within moves x into the bounds.
func (s *restoration) within(x []float64) {
	for i, lo := range s.k.Run.Lower {
		x[i] = min(max(x[i], lo), s.k.Run.Upper[i])
	}
}

func (s *restoration) may(x, c []float64) bool { return s.allowed == nil || s.allowed(x, c) }

// derive finds the Jacobian at x, the gradient of φ and the variables that are free to
// move. It reports whether they are finite.
func (s *restoration) derive() bool {
	s.k.Jacobian(s.x, s.j)
	if !vec.AllFinite(s.j.RawMatrix().Data) {
		return false
	}
	blas64.Gemv(blas.Trans, 1, s.j.RawMatrix(), vec.Of(s.v), 0, vec.Of(s.g))
	s.free = s.free[:0]
	for i, g := range s.g {
		if lo, hi := s.k.Run.Lower, s.k.Run.Upper; lo != nil && (g >= 0 && s.x[i] <= lo[i] || g <= 0 && s.x[i] >= hi[i]) {
			continue
		}
		s.free = append(s.free, i)
	}
	return vec.AllFinite(s.g)
}

// step sets next to a step from x, in the free variables, and returns by how much φ is
// less there by the linear model.
func (s *restoration) step() float64 {
	// Of the violated rows A: (AᵀA + αI) d = -Aᵀv, or d = -Aᵀ(AAᵀ + αI)⁻¹v.
	var rows []int
	for i, v := range s.v {
		if v != 0 {
			rows = append(rows, i)
		}
	}
	a := mat.NewDense(len(rows), len(s.free), nil)
	v := mat.NewVecDense(len(rows), nil)
	for r, i := range rows {
		v.SetVec(r, s.v[i])
		for c, at := range s.free {
			a.Set(r, c, s.j.At(i, at))
		}
	}
	short := len(rows) < len(s.free)
	var outer mat.Matrix = a.T()
	if short {
		outer = a
	}
	var gram mat.SymDense
	gram.SymOuterK(1, outer)
	largest := 0.0
	for i := range gram.SymmetricDim() {
		largest = max(largest, gram.At(i, i))
	}
	if s.damp == 0 {
		s.damp = 1e-3 * largest
	}
	s.damp = max(s.damp, 1e-13*largest)
	var chol mat.Cholesky
	for h := mat.NewSymDense(gram.SymmetricDim(), nil); ; s.damp *= 10 {
		h.CopySym(&gram)
		for i := range gram.SymmetricDim() {
			h.SetSym(i, i, h.At(i, i)+s.damp)
		}
		if chol.Factorize(h) || !(s.damp < math.MaxFloat64) {
			break
		}
	}
	d := mat.NewVecDense(len(s.free), nil)
	if short { // a bad condition is what the damping is for
		_ = chol.SolveVecTo(v, v)
		d.MulVec(a.T(), v)
	} else {
		d.MulVec(a.T(), v)
		_ = chol.SolveVecTo(d, d)
	}
	copy(s.next, s.x)
	for i, at := range s.free {
		s.next[at] -= d.AtVec(i)
	}
	s.within(s.next)

	for i, v := range s.next {
		s.d[i] = v - s.x[i]
	}
	copy(s.nextC, s.c)
	blas64.Gemv(blas.NoTrans, 1, s.j.RawMatrix(), vec.Of(s.d), 1, vec.Of(s.nextC))
	return s.cost - s.violations(s.nextC, s.w)
}

// try goes to next if φ is less there, by a part of what was predicted, and sets the
// damping of the following step (Nielsen, "Damping parameter in Marquardt's method",
// IMM-REP-1999-05). It reports whether it went.
func (s *restoration) try(predicted float64) bool {
	s.k.Values(s.next, s.nextC)
	cost := s.violations(s.nextC, s.w)
	ratio := (s.cost - cost) / predicted
	if !(predicted > 0) || !(ratio > 1e-4) || !s.may(s.next, s.nextC) {
		s.damp *= s.faster
		s.faster *= 2
		return false
	}
	s.x, s.next, s.c, s.nextC, s.v, s.w = s.next, s.x, s.nextC, s.c, s.w, s.v
	s.cost = cost
	s.damp *= max(1.0/5, 1-math.Pow(2*ratio-1, 3))
	s.faster = 2
	return true
}
