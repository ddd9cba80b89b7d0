// Package trustconstr is the search of the method trust-constr of package minimize.
package trustconstr

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/status"
)

// SciPy's messages, and one more.
const (
	msgMaxIter    = "The maximum number of function evaluations is exceeded."
	msgGTol       = "`gtol` termination condition is satisfied."
	msgXTol       = "`xtol` termination condition is satisfied."
	msgCallback   = "`callback` raised `StopIteration`."
	msgViolated   = "Constraint violation exceeds 'gtol'"
	msgInfeasible = msgViolated + ": no point nearby violates them less."
	msgUnbounded  = "The objective has no lower bound: where the constraints hold it falls below -1e30 max(1, |f(x0)|)."
	msgWrong      = msgXTol + " But the gradient of the Lagrangian is not small: derivatives may be wrong."
)

// Options are the options of minimize.TrustConstr.
type Options struct {
	GTol                    float64
	XTol                    float64
	BarrierTol              float64
	InitialConstrPenalty    float64
	InitialTrRadius         float64
	InitialBarrierParameter float64
	InitialBarrierTolerance float64
	FactorizationMethod     string
	MaxIter                 int
	QuasiNewton
}

// Minimize searches for a minimum by the method, minimize.TrustConstr.
func Minimize(r *search.Run, m Options) (o search.Outcome) {
	m.check()
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

// check refuses options that are wrong.
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
