// Package restore helps the methods with derivatives and constraints, SLSQP and trust-constr, where
// a search does not reach a feasible minimum: [From] seeks a feasible point (restore.go), [Stall]
// notices violations that do not fall (stall.go), and [UnboundedTest] objectives that have no lower bound
// where the constraints hold (unbounded.go).
//
// Bertsekas, "Projected Newton methods for optimization problems with simple constraints", SIAM J. Control Optim.
// 20 (1982); Nielsen, "Damping parameter in Marquardt's method", IMM-REP-1999-05.
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
	Point               // a feasible point
	// Stationary is a point where the violation is least among the points nearby: no feasible
	// point is near, and if the constraints are convex there is none.
	Stationary
)

// MaxRestarts is how many times a search restarts from feasible points that were found.
const MaxRestarts = 3

// Constants of the search for a feasible point, our choices except for the damping.
const (
	// A point is stationary if, by the first derivatives, moving every variable by
	// max(1, |x|) reduces the sum of squared violations by at most this part, and so
	// does the step tried.
	stationary = 1e-6
	// So too, with this part, where no step that is more than rounding reduces it.
	stalled = 1e-3
	// Steps that are tried.
	maxSteps = 200
	// The distance from a stationary point at which to try again, times max(1, |x|).
	aside = 0.01
	// The first damping α relative to the largest element of the diagonal, Nielsen's τ, and
	// the least one, which keeps the matrix definite to rounding.
	firstDamping = 1e-3
	leastDamping = 1e-13
	// The part of the predicted decrease at which a step is taken.
	takenRatio = 1e-4
)

// restoration seeks points that satisfy constraints: within the bounds it minimizes φ =
// ½ Σ vᵢ², with vᵢ the violation of row i, by steps of Levenberg and Marquardt for the
// rows that are violated. Variables at a bound whose descent leads out of it are fixed, and
// steps are projected on the bounds (Bertsekas 1982).
// Where it ends at a stationary point of φ that is not feasible, no feasible point may exist
// nearby (Byrd, Gilbert & Nocedal, "A trust region method based on interior point techniques for
// nonlinear programming", Math. Program. 89 (2000)).
type restoration struct {
	k       *search.Constraints
	tol     float64                   // of the largest violation
	far     bool                      // violations within the rounding of large terms do not count: see Nearly
	allowed func(x, c []float64) bool // nil: all points are

	x, next      []float64
	c, nextC     []float64 // the rows there
	v, w         []float64 // violations with signs: of x, scratch
	g, d         []float64 // the gradient of φ, the step
	j            *mat.Dense
	free         []int
	cost         float64
	damp, factor float64 // α of the steps, and its next factor
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

// From seeks a feasible point from x0, where the constraints are finite, and returns the last
// point and what it is. It evaluates constraints only, within the bounds, and takes no step to a
// point for which allowed, if it is not nil, is false. tol is the violation of a constraint up to which a point is
// feasible. From a stationary point the search continues on both sides of it, as it may be a saddle
// or a maximum.
func From(k *search.Constraints, x0 []float64, tol float64, allowed func(x, c []float64) bool) ([]float64, Result) {
	s := newRestoration(k, tol, allowed)
	found := s.from(x0)
	best, cost := slices.Clone(s.x), s.cost
	for side, tries := 1.0, 0; found == Stationary && tries < 2; side, tries = -side, tries+1 {
		near := slices.Clone(best)
		for i, v := range best {
			_, u := math.Modf(float64(i+1) * (math.Sqrt(5) - 1) / 2) // evenly spread in [0, 1)
			near[i] += side * aside * max(1, math.Abs(v)) * (2*u - 1)
		}
		switch other := s.from(near); {
		case other == Point:
			return s.x, other
		case s.cost < (1-stalled)*cost:
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
	s.damp, s.factor = 0, 2
	derived := false
	for range maxSteps {
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
			if slope <= stalled*2*s.cost {
				return Stationary
			}
			return None
		}
		if slope <= stationary*2*s.cost && predicted <= stationary*s.cost {
			return Stationary
		}
		derived = !s.try(predicted)
	}
	return None
}

// violations sets v to the violations of the rows c, positive above Upper and negative below Lower. It
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
	a, v := s.violated()
	d := s.solve(a, v)
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

// violated is the Jacobian A of the violated rows with respect to the free variables, and the
// violations v.
func (s *restoration) violated() (a *mat.Dense, v *mat.VecDense) {
	var rows []int
	for i, v := range s.v {
		if v != 0 {
			rows = append(rows, i)
		}
	}
	a = mat.NewDense(len(rows), len(s.free), nil)
	v = mat.NewVecDense(len(rows), nil)
	for r, i := range rows {
		v.SetVec(r, s.v[i])
		for c, at := range s.free {
			a.Set(r, c, s.j.At(i, at))
		}
	}
	return a, v
}

// solve is (AᵀA + αI)⁻¹Aᵀv, or if that is a smaller system the same as Aᵀ(AAᵀ + αI)⁻¹v; v is
// overwritten. α is raised until the matrix is positive definite to rounding.
func (s *restoration) solve(a *mat.Dense, v *mat.VecDense) *mat.VecDense {
	rows, cols := a.Dims()
	short := rows < cols
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
		s.damp = firstDamping * largest
	}
	s.damp = max(s.damp, leastDamping*largest)
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
	d := mat.NewVecDense(cols, nil)
	if short { // a bad condition is what the damping is for
		_ = chol.SolveVecTo(v, v)
		d.MulVec(a.T(), v)
	} else {
		d.MulVec(a.T(), v)
		_ = chol.SolveVecTo(d, d)
	}
	return d
}

// try goes to next if φ is less there, by a part of what was predicted, and sets the
// damping of the following step (Nielsen 1999). It reports whether it went.
func (s *restoration) try(predicted float64) bool {
	s.k.Values(s.next, s.nextC)
	cost := s.violations(s.nextC, s.w)
	ratio := (s.cost - cost) / predicted
	if !(predicted > 0) || !(ratio > takenRatio) || !s.may(s.next, s.nextC) {
		s.damp *= s.factor
		s.factor *= 2
		return false
	}
	s.x, s.next, s.c, s.nextC, s.v, s.w = s.next, s.x, s.nextC, s.c, s.w, s.v
	s.cost = cost
	s.damp *= max(1.0/5, 1-math.Pow(2*ratio-1, 3))
	s.factor = 2
	return true
}
