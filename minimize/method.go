package minimize

import (
	"slices"

	"github.com/argmin-go/argmin/minimize/internal/registry"
	"github.com/argmin-go/argmin/minimize/internal/search"
)

// Method is one of this package's methods, such as [BFGS], with its options, or a
// [Custom] one.
type Method interface {
	// Name is SciPy's name, such as "L-BFGS-B".
	Name() string
	// minimize searches from r.x0. It may return at any time; evaluations that must
	// not be made (the context ended, the callback said stop) end it by a panic that
	// [Minimize] recovers.
	minimize(r *search.Run) search.Outcome
}

// Capability is what a method takes and what it must have. A method without a method
// Capability takes neither bounds nor constraints and needs no Hessian.
type Capability struct {
	Bounds, Constraints bool
	Hess                bool // uses products of the Hessian: must have Problem.Hess or HessP, or a gradient and Options.FiniteDiff
	FullHess            bool // uses the whole Hessian: must have the same
	DerivativeFree      bool // uses function values only
	Dense               bool // keeps a matrix of n² numbers at least, as methods that use the whole Hessian do
}

// methods are all methods with their default options.
var methods = registry.Of[Method]{
	What: "method",
	All: []Method{BFGS{}, CG{}, COBYLA{}, COBYQA{}, Dogleg{}, LBFGSB{}, NelderMead{}, NewtonCG{}, Powell{},
		SLSQP{}, TNC{}, TrustConstr{}, TrustExact{}, TrustKrylov{}, TrustNCG{}},
	Elsewhere: map[string]string{"disp": "Monitor.Progress", "verbose": "Monitor.Progress", "iprint": "Monitor.Progress", "return_all": "Monitor.Trace", "workers": "Differences.Workers", "eps": "Differences.RelStep", "finite_diff_rel_step": "Differences.RelStep", "bounds": "Bounds", "constraints": "Constraints", "callback": "Callback", "tol": "Tol"},
}

// Methods are the names of all methods, in SciPy's spelling, sorted.
func Methods() []string { return slices.Sorted(slices.Values(methods.Names())) }

// MethodByName is the method with SciPy's name, whatever its case, with options by
// SciPy's names, such as {"gtol": 1e-8, "maxiter": 50}. Numbers may be of any type.
// A name that there is not is an error that suggests the nearest.
func MethodByName(name string, options map[string]any) (Method, error) {
	return methods.ByName(name, Methods(), options)
}
