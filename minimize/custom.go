package minimize

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/status"
)

// Custom is a method written by the user. Func searches by means of s, which counts
// evaluations, keeps checkpoints and ends the search as for any method, by a panic that
// passes through Func. Its answer is checked as the answers of other methods are.
type Custom struct {
	Label string // its name; empty means "custom"
	Takes Capability
	Func  func(s *Search) Outcome
}

// Outcome is the answer of a [Custom] method.
type Outcome struct {
	X           []float64
	Status      status.Code // Converged if the method's stopping test held
	SciPyStatus int
	Message     string // empty means the reason
}

// Name is the label.
func (m Custom) Name() string {
	if m.Label == "" {
		return "custom"
	}
	return m.Label
}

// Capability is the field Takes.
func (m Custom) Capability() Capability { return m.Takes }

func (m Custom) minimize(r *search.Run) search.Outcome {
	if m.Func == nil {
		search.Refuse("Custom has no Func")
	}
	o := m.Func(&Search{r})
	if len(o.X) != r.N() {
		search.Refuse("method %s answered %d variables, want %d", m.Name(), len(o.X), r.N())
	}
	if o.Message == "" {
		o.Message = o.Status.String()
	}
	return search.Outcome{X: o.X, Fun: r.Value(o.X), Status: o.Status, SciPyStatus: o.SciPyStatus, Message: o.Message}
}

// Search is the problem as a [Custom] method sees it. Its functions must be called by
// the goroutine that Func was called on.
type Search struct{ r *search.Run }

// X0 is the start, within the bounds.
func (s *Search) X0() []float64 { return slices.Clone(s.r.X0) }

// Bounds are those of the variables, infinite where there are none.
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

// Value is the function at x.
func (s *Search) Value(x []float64) float64 { return s.r.Value(x) }

// Gradient sets g to the gradient at x, by finite differences if the problem has none.
func (s *Search) Gradient(x, g []float64) { s.r.Gradient(x, g) }

// Hessian sets h to the Hessian at x, by differences of gradients if the problem has
// none.
func (s *Search) Hessian(x []float64, h *mat.SymDense) { s.r.Hessian(x, h) }

// HessianProduct sets hp to the Hessian at x times p.
func (s *Search) HessianProduct(x, p, hp []float64) { s.r.Product(x, p, hp) }

// Constraints are the limits lower ≤ c(x) ≤ upper of all constraints, one below the
// other; empty if there are none.
func (s *Search) Constraints() (lower, upper []float64) {
	if s.r.Constraints == nil {
		return nil, nil
	}
	return slices.Clone(s.r.Constraints.Lower), slices.Clone(s.r.Constraints.Upper)
}

// ConstraintValues sets c to the constraints at x.
func (s *Search) ConstraintValues(x, c []float64) {
	if s.r.Constraints != nil {
		s.r.Constraints.Values(x, c)
	}
}

// ConstraintJacobian sets j to the Jacobian of the constraints at x.
func (s *Search) ConstraintJacobian(x []float64, j *mat.Dense) {
	if s.r.Constraints != nil {
		s.r.Constraints.Jacobian(x, j)
	}
}

// Iterated ends an iteration at x: it counts it and calls the callback. g may be nil.
func (s *Search) Iterated(x []float64, f float64, g []float64) { s.r.Iterated(x, f, g) }
