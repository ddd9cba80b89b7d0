// Package trustconstr is the engine of minimize.TrustConstr: an interior-point method with trust regions
// for smooth problems with constraints of any kind. Inequalities and bounds get slacks, which a logarithmic
// barrier keeps positive; what is left are equations. For one barrier parameter after the other the search
// makes steps of sequential quadratic programming after Byrd and Omojokun: a normal step towards the
// linearized equations, then a tangential step in the null space of their Jacobian that reduces a quadratic
// model of the Lagrangian. A step is taken if it lowers the barrier function plus a penalty on the norm of
// the equations.
//
// Read form.go for how constraints become equations and inequalities; search.go for the sequence of
// barrier problems; step.go for a step; hessian.go and quasinewton.go for the Hessian of the Lagrangian;
// end.go for how searches end. Package nullspace has the linear algebra.
//
// Byrd, Hribar & Nocedal, "An interior point algorithm for large-scale nonlinear programming", SIAM J. Optim.
// 9 (1999); Lalee, Nocedal & Plantenga, "On the implementation of an algorithm for large-scale equality
// constrained optimization", SIAM J. Optim. 8 (1998); Byrd, Nocedal & Waltz, "Feasible interior methods using
// slacks for nonlinear optimization", Comput. Optim. Appl. 26 (2003); Nocedal & Wright, "Numerical
// Optimization", 2nd ed. 2006, chapters 18 and 19.
package trustconstr

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/status"
)

// SciPy's messages, and some more.
const (
	msgMaxIter    = "The maximum number of iterations is exceeded."
	msgGTol       = "`gtol` termination condition is satisfied."
	msgXTol       = "`xtol` termination condition is satisfied."
	msgCallback   = "`callback` raised `StopIteration`."
	msgViolated   = "Constraint violation exceeds 'gtol'"
	msgInfeasible = msgViolated + ": no point nearby violates them less."
	msgUnbounded  = "The objective has no lower bound: where the constraints hold it falls below -1e30 max(1, |f(x0)|)."
	msgWrong      = msgXTol + " But the gradient of the Lagrangian, %.3g, is not small: no shorter step helps. Derivatives may be wrong, " +
		"the objective may have a kink here, or the variables may be badly scaled."
)

// Options are the options of minimize.TrustConstr.
type Options struct {
	GTol                    float64 // norm of the Lagrangian's gradient, and violation, at the end; default 1e-8
	XTol                    float64 // trust radius at the end; default 1e-8
	BarrierTol              float64 // barrier parameter at the end; default 1e-8
	InitialConstrPenalty    float64 // first penalty of the merit function; default 1
	InitialTrRadius         float64 // first trust radius; default 1
	InitialBarrierParameter float64 // default 0.1
	InitialBarrierTolerance float64 // to which the first barrier problem is solved; default 0.1
	FactorizationMethod     string  // of the Jacobian: "QRFactorization", the default, or "SVDFactorization"
	MaxIter                 int     // iterations at most; default 1000
	QuasiNewton                     // how Hessians that are not given are approximated
}

// Minimize searches for a minimum.
func Minimize(r *search.Run, m Options) (o search.Outcome) {
	m.check()
	r.SmallSteps()
	k := newState(r, m)
	defer func() {
		if v := recover(); v != nil {
			if !search.AskedToStop(v) {
				panic(v)
			}
			o = k.ended(status.Stopped, 3, msgCallback)
		}
	}()
	return k.search()
}

// check ends the search if options are wrong.
func (m Options) check() {
	if err := m.QuasiNewton.check(); err != nil {
		search.Refuse("trust-constr: %w", err)
	}
	switch m.FactorizationMethod {
	case "", "QRFactorization", "SVDFactorization":
	case "NormalEquation", "AugmentedSystem":
		search.Refuse("trust-constr: FactorizationMethod %s is for sparse matrices; those for dense ones are QRFactorization and SVDFactorization", m.FactorizationMethod)
	default:
		search.Refuse("trust-constr: FactorizationMethod is %q, want QRFactorization or SVDFactorization", m.FactorizationMethod)
	}
	for _, o := range []struct {
		name string
		v    float64
	}{
		{"InitialConstrPenalty", m.InitialConstrPenalty}, {"InitialTrRadius", m.InitialTrRadius}, {"BarrierTol", m.BarrierTol},
		{"InitialBarrierParameter", m.InitialBarrierParameter}, {"InitialBarrierTolerance", m.InitialBarrierTolerance},
	} {
		if !(o.v >= 0) || math.IsInf(o.v, 1) {
			search.Refuse("trust-constr: %s is %g, want a positive number, or 0 for its default", o.name, o.v)
		}
	}
}
