package minimize

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/search"
)

// Search is a problem and the state of its search as a [Custom] method sees them. It offers
// what the methods of this package use themselves, so that each of them could be written
// outside of it. Its functions must be called from the goroutine that Func was called on.
//
// A method evaluates at its points by [Search.Value], [Search.Gradient] and so on, which count,
// and which do not evaluate again at the point of the last call; ends each iteration by
// [Search.Iterated]; and returns when its own test or limit is reached. The context, a callback
// or an error of a function end the search from within these calls.
type Search struct {
	r     *search.Run
	last  []float64 // the end of the last iteration, and the value there
	lastF float64
}

// N is the number of variables.
func (s *Search) N() int { return s.r.N() }

// X0 is a copy of the start, moved into the bounds.
func (s *Search) X0() []float64 { return slices.Clone(s.r.X0) }

// Bounds are copies of the bounds of the variables, infinite where there is none.
func (s *Search) Bounds() (lower, upper []float64) {
	if s.r.Lower != nil {
		return slices.Clone(s.r.Lower), slices.Clone(s.r.Upper)
	}
	lower, upper = make([]float64, s.r.N()), make([]float64, s.r.N())
	for i := range lower {
		lower[i], upper[i] = math.Inf(-1), math.Inf(1)
	}
	return lower, upper
}

// Tolerance is a tolerance of the method's options by the rule of this package: v, or if v is 0
// Options.Tol, or if that is 0 too the default. A negative v is 0 itself.
func (s *Search) Tolerance(v, def float64) float64 { return s.r.Tolerance(v, def) }

// Iterations is a limit on iterations by the rule of this package: v, or if v is 0 200 for each
// variable. A negative v is 0 itself.
func (s *Search) Iterations(v int) int { return s.r.Iterations(v) }

// Refuse ends the search with an error, for options of the method that are wrong. It does not
// return.
func (s *Search) Refuse(format string, args ...any) { search.Refuse(format, args...) }

// Check ends the search if its context has ended. Evaluations check it too: only a method that
// works long without them needs to.
func (s *Search) Check() { s.r.Check() }

// HasGradient reports whether the problem has a gradient. Otherwise [Search.Gradient] finds it
// by finite differences, or by complex steps.
func (s *Search) HasGradient() bool { return s.r.Problem.Grad != nil || s.r.Problem.FuncGrad != nil }

// Differenced reports whether gradients are found by differences of values, which leaves them
// half of the digits.
func (s *Search) Differenced() bool { return s.r.Differenced() }

// HasHessian reports whether the problem has the Hessian.
func (s *Search) HasHessian() bool { return s.r.Problem.Hess != nil }

// HasHessianProduct reports whether the problem has products of the Hessian with vectors.
func (s *Search) HasHessianProduct() bool { return s.r.Problem.HessP != nil }

// Value is the function at x.
func (s *Search) Value(x []float64) float64 { return s.r.Value(x) }

// Gradient sets g to the gradient at x, by finite differences if the problem has none.
func (s *Search) Gradient(x, g []float64) { s.r.Gradient(x, g) }

// Hessian sets h to the Hessian at x: the problem's, or by products, or by differences of
// gradients.
func (s *Search) Hessian(x []float64, h *mat.SymDense) { s.r.Hessian(x, h) }

// HessianProduct sets hp to the Hessian at x times p: the problem's, or by [Search.Hessian].
func (s *Search) HessianProduct(x, p, hp []float64) { s.r.Product(x, p, hp) }

// Constraints are copies of the limits lower ≤ c(x) ≤ upper of all constraints, in their order;
// empty if there are none.
func (s *Search) Constraints() (lower, upper []float64) {
	if s.r.Constraints == nil {
		return nil, nil
	}
	return slices.Clone(s.r.Constraints.Lower), slices.Clone(s.r.Constraints.Upper)
}

// ConstraintRow describes one value of the constraints.
type ConstraintRow struct {
	Linear       bool // the constraint has a matrix A
	HasHessian   bool // the constraint has Hess
	KeepFeasible bool // it must hold at all points at which the function is evaluated
}

// ConstraintRows describes all values of the constraints, in the order of
// [Search.Constraints].
func (s *Search) ConstraintRows() []ConstraintRow {
	var rows []ConstraintRow
	if s.r.Constraints != nil {
		for _, c := range s.r.Constraints.List {
			rows = append(rows, slices.Repeat([]ConstraintRow{{c.A != nil, c.Hess != nil, c.KeepFeasible}}, len(c.Lower))...)
		}
	}
	return rows
}

// ConstraintValues sets c to the values of all constraints at x.
func (s *Search) ConstraintValues(x, c []float64) {
	if s.r.Constraints != nil {
		s.r.Constraints.Values(x, c)
	}
}

// ConstraintJacobian sets j to the Jacobian of all constraints at x, [m, n] for m values.
func (s *Search) ConstraintJacobian(x []float64, j *mat.Dense) {
	if s.r.Constraints != nil {
		s.r.Constraints.Jacobian(x, j)
	}
}

// ConstraintHessian sets h to Σ vᵢ ∇²cᵢ(x) over the values of the constraints that have Hess.
func (s *Search) ConstraintHessian(x, v []float64, h *mat.SymDense) {
	h.Zero()
	if s.r.Constraints == nil {
		return
	}
	part := mat.NewSymDense(s.N(), nil)
	for i, c := range s.r.Constraints.List {
		m := len(c.Lower)
		if u := v[:m]; c.Hess != nil {
			s.r.Constraints.Hessian(i, x, u, part)
			h.AddSym(h, part)
		}
		v = v[m:]
	}
}

// Iterated ends an iteration at x with the value f and the gradient g, which may be nil: it
// counts the iteration, shows it to the monitor and calls the callback.
func (s *Search) Iterated(x []float64, f float64, g []float64) {
	s.last, s.lastF = append(s.last[:0], x...), f
	s.r.Iterated(x, f, g)
}

// NIter is the number of iterations so far.
func (s *Search) NIter() int { return s.r.NIter }

// NFev is the number of evaluations of the function so far, with those for differences.
func (s *Search) NFev() int { return s.r.NFev }

// NJev is the number of gradients so far.
func (s *Search) NJev() int { return s.r.NJev }

// NHev is the number of Hessians and of products with it so far.
func (s *Search) NHev() int { return s.r.NHev }

// Best is a copy of the best point so far and its value: with constraints the feasible point of
// the least value, or else the point of the least violation. Before the first evaluation it is
// nil.
func (s *Search) Best() (x []float64, f float64) { return slices.Clone(s.r.Best), s.r.BestF }
