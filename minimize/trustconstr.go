package minimize

import (
	"errors"
	"math"
)

func init() { registerMethod(TrustConstr{}) }

// TrustConstr is SciPy's "trust-constr".
type TrustConstr struct {
	GTol                    float64 `opt:"gtol"`
	XTol                    float64 `opt:"xtol"`
	BarrierTol              float64 `opt:"barrier_tol"`
	InitialConstrPenalty    float64 `opt:"initial_constr_penalty"`
	InitialTrRadius         float64 `opt:"initial_tr_radius"`
	InitialBarrierParameter float64 `opt:"initial_barrier_parameter"`
	InitialBarrierTolerance float64 `opt:"initial_barrier_tolerance"`
	FactorizationMethod     string  `opt:"factorization_method"`
	MaxIter                 int     `opt:"maxiter"`
	QuasiNewton
}

// Name is "trust-constr".
func (TrustConstr) Name() string { return "trust-constr" }

// Capability: bounds and constraints.
func (TrustConstr) Capability() Capability { return Capability{Bounds: true, Constraints: true} }

const (
	msgConstrMaxIter  = "The maximum number of function evaluations is exceeded."
	msgConstrGTol     = "`gtol` termination condition is satisfied."
	msgConstrXTol     = "`xtol` termination condition is satisfied."
	msgConstrCallback = "`callback` raised `StopIteration`."
	msgConstrViolated = "Constraint violation exceeds 'gtol'"
)

func (m TrustConstr) minimize(r *run) (o outcome) {
	m.check()
	k := newConstrSearch(r, m)
	defer func() {
		if v := recover(); v != nil {
			s, ok := v.(stopped)
			if !ok || !errors.Is(s.err, ErrStop) {
				panic(v)
			}
			o = k.ended(Stopped, 3, msgConstrCallback)
		}
	}()
	return k.search()
}

func (m TrustConstr) check() {
	if err := m.QuasiNewton.check(); err != nil {
		refuse("trust-constr: %w", err)
	}
	switch m.FactorizationMethod {
	case "", "QRFactorization", "SVDFactorization":
	case "NormalEquation", "AugmentedSystem":
		refuse("trust-constr: FactorizationMethod %s is for sparse matrices; those for dense ones are QRFactorization and SVDFactorization", m.FactorizationMethod)
	default:
		refuse("trust-constr: FactorizationMethod is %q, want QRFactorization or SVDFactorization", m.FactorizationMethod)
	}
	for _, o := range []struct {
		name string
		v    float64
	}{
		{"InitialConstrPenalty", m.InitialConstrPenalty}, {"InitialTrRadius", m.InitialTrRadius},
		{"InitialBarrierParameter", m.InitialBarrierParameter}, {"InitialBarrierTolerance", m.InitialBarrierTolerance},
	} {
		if !(o.v >= 0) || math.IsInf(o.v, 1) {
			refuse("trust-constr: %s is %g, want a positive number, or 0 for its default", o.name, o.v)
		}
	}
}
