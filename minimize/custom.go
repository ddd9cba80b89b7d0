package minimize

import (
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/status"
)

// Custom is a method written by the user. Func searches by means of s, which counts
// evaluations, keeps checkpoints and ends the search as for any other method: by a panic that
// passes through Func and that [Minimize] recovers. The outcome is checked as the outcomes of
// other methods are: a point that is not finite or not feasible is not a success, and without
// success the best point seen is the answer.
type Custom struct {
	Label string                  // the name of the method; default "custom"
	Takes Capability              // the problems that it is for
	Func  func(s *Search) Outcome // the method
}

// Outcome is where a [Custom] method ended, and how. Only X and Status are required; what the
// others hold goes to the fields of the same names in [Result].
type Outcome struct {
	X           []float64   // the last point
	Fun         float64     // the value at X; if 0 it is taken from the evaluations of the search
	Jac         []float64   // the gradient at X; may be nil
	Status      status.Code // Converged if the method's stopping test held
	SciPyStatus int         // the method's own code
	Message     string      // default: the status in words
	// FeasibilityTol is the largest violation of a constraint at a point that the method takes
	// for feasible; default 1e-6, which is also the least.
	FeasibilityTol float64

	Hess             *mat.SymDense         // the Hessian at X
	HessInv          *mat.SymDense         // an approximation of the inverse Hessian
	HessInvP         func(v, to []float64) // sets to to the product of such an approximation with v
	Multipliers      []float64             // of the constraints
	BoundMultipliers []float64             // of the bounds
	Optimality       float64               // the norm of the gradient of the Lagrangian
	TrustRadius      float64               // the last trust radius
	Barrier          float64               // the last barrier parameter
	Simplex          [][]float64           // the last simplex
	SimplexFun       []float64             // the values at its vertices
	Directions       [][]float64           // the last set of directions
}

// Name is the label, or "custom" without one.
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
	s := &Search{r: r}
	o := m.Func(s)
	if len(o.X) != r.N() {
		search.Refuse("method %s returned a point of %d variables, want %d", m.Name(), len(o.X), r.N())
	}
	if o.Fun == 0 {
		o.Fun = s.known(o.X)
	}
	if o.Message == "" {
		o.Message = o.Status.String()
	}
	return search.Outcome{
		X: o.X, Fun: o.Fun, Jac: o.Jac, Status: o.Status, SciPyStatus: o.SciPyStatus, Message: o.Message, Tol: o.FeasibilityTol,
		Hess: o.Hess, HessInv: o.HessInv, HessInvP: o.HessInvP, Multipliers: o.Multipliers, BoundMultipliers: o.BoundMultipliers,
		Optimality: o.Optimality, TrustRadius: o.TrustRadius, Barrier: o.Barrier,
		Simplex: o.Simplex, SimplexFun: o.SimplexFun, Directions: o.Directions,
	}
}

// known is the value at x: of the best point or the end of the last iteration if x is one of
// them, which takes no evaluation, otherwise of the function.
func (s *Search) known(x []float64) float64 {
	switch {
	case s.r.Best != nil && slices.Equal(s.r.Best, x):
		return s.r.BestF
	case s.last != nil && slices.Equal(s.last, x):
		return s.lastF
	}
	return s.r.Value(x)
}
