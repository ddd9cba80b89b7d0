package minimize

import (
	"slices"

	"github.com/argmin-go/argmin/minimize/internal/registry"
	"github.com/argmin-go/argmin/minimize/internal/search"
)

// Method is one of this package's methods, such as [BFGS], with its options, or a [Custom] one.
type Method interface {
	// Name is SciPy's name of the method, such as "L-BFGS-B".
	Name() string
	// Capability describes the problems that the method is for.
	Capability() Capability
	// minimize searches from r.X0. It may return at any time. Evaluations that must not be
	// made, because the context has ended or the callback has stopped the search, end it by a
	// panic that [Minimize] recovers.
	minimize(r *search.Run) search.Outcome
}

// again is the method for a search that goes on where another has ended, in other units: without
// options that are a start, or are in units of the variables or of the function.
func again(m Method) Method {
	switch m := m.(type) {
	case BFGS:
		m.HessInv0 = nil
		return m
	case NelderMead:
		m.InitialSimplex = nil
		return m
	case Powell:
		m.Direc = nil
		return m
	case COBYLA:
		m.RhoBeg = 0
		return m
	case COBYQA:
		m.InitialTrRadius = 0
		return m
	case Dogleg:
		m.InitialTrustRadius, m.MaxTrustRadius = 0, 0
		return m
	case TrustNCG:
		m.InitialTrustRadius, m.MaxTrustRadius = 0, 0
		return m
	case TrustKrylov:
		m.InitialTrustRadius, m.MaxTrustRadius = 0, 0
		return m
	case TrustExact:
		m.InitialTrustRadius, m.MaxTrustRadius = 0, 0
		return m
	case TNC:
		m.Scale, m.Offset, m.MinFev, m.StepMax = nil, nil, 0, 0
		return m
	case TrustConstr:
		m.InitialTrRadius, m.InitialConstrPenalty = 0, 0
		return m
	}
	return m
}

// Capability describes the problems that a method is for. The zero value is a method for smooth
// functions without bounds and constraints, which needs no Hessian.
type Capability struct {
	Bounds         bool // takes bounds
	Constraints    bool // takes constraints
	Hess           bool // uses products of the Hessian, and so needs Problem.Hess or HessP, or a gradient and Options.Differences.Scheme
	FullHess       bool // uses the whole Hessian, and so needs the same
	DerivativeFree bool // uses only function values
	Dense          bool // keeps a matrix of at least n² numbers, as methods with FullHess do
}

// methods are all methods with their default options.
var methods = registry.Of[Method]{
	What: "method",
	All: []Method{BFGS{}, CG{}, COBYLA{}, COBYQA{}, Dogleg{}, LBFGSB{}, NelderMead{}, NewtonCG{}, Powell{},
		SLSQP{}, TNC{}, TrustConstr{}, TrustExact{}, TrustKrylov{}, TrustNCG{}},
	Elsewhere: map[string]string{
		"disp": "Monitor.Progress", "verbose": "Monitor.Progress", "iprint": "Monitor.Progress",
		"return_all": "Monitor.Trace", "workers": "Differences.Workers", "eps": "Differences.AbsStep",
		"finite_diff_rel_step": "Differences.RelStep", "bounds": "Bounds", "constraints": "Constraints",
		"callback": "Callback", "tol": "Tol",
	},
}

// Methods are the names of all methods of this package, in SciPy's spelling, sorted.
func Methods() []string { return slices.Sorted(slices.Values(methods.Names())) }

// MethodByName is the method with SciPy's name, in upper or lower case, and with options by
// SciPy's names, such as {"gtol": 1e-8, "maxiter": 50}. Numbers may be of any type. An unknown
// name is an error that suggests the nearest one.
func MethodByName(name string, options map[string]any) (Method, error) {
	return methods.ByName(name, Methods(), options)
}
