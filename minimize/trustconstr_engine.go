package minimize

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/status"
)

// SciPy's messages, and one more.
const (
	msgConstrMaxIter    = "The maximum number of function evaluations is exceeded."
	msgConstrGTol       = "`gtol` termination condition is satisfied."
	msgConstrXTol       = "`xtol` termination condition is satisfied."
	msgConstrCallback   = "`callback` raised `StopIteration`."
	msgConstrViolated   = "Constraint violation exceeds 'gtol'"
	msgConstrInfeasible = msgConstrViolated + ": no point nearby violates them less."
	msgConstrUnbounded  = "The objective has no lower bound: where the constraints hold it falls below -1e30 max(1, |f(x0)|)."
	msgConstrWrong      = msgConstrXTol + " But the gradient of the Lagrangian is not small: derivatives may be wrong."
)

// constrOptions are the options of minimize.TrustConstr.
type constrOptions struct {
	GTol                    float64
	XTol                    float64
	BarrierTol              float64
	InitialConstrPenalty    float64
	InitialTrRadius         float64
	InitialBarrierParameter float64
	InitialBarrierTolerance float64
	FactorizationMethod     string
	MaxIter                 int
	constrQuasiNewton
}

// constrMinimize searches for a minimum by the method, minimize.TrustConstr.
func constrMinimize(r *search.Run, m constrOptions) (o search.Outcome) {
	m.check()
	k := newConstrSearch(r, m)
	defer func() {
		if v := recover(); v != nil {
			if !search.AskedToStop(v) {
				panic(v)
			}
			o = k.ended(status.Stopped, 3, msgConstrCallback)
		}
	}()
	return k.search()
}

// check refuses options that are wrong.
func (m constrOptions) check() {
	if err := m.constrQuasiNewton.check(); err != nil {
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
