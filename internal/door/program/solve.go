package program

import (
	"maps"
	"slices"
	"strings"

	argmin "github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/suggest"
	"github.com/argmin-go/argmin/num"
)

// solveParams are the parameters of the operation "solver". Its operands are the start, then, for kinds with bounds,
// lower and upper bounds of each array of the start, then the data of the problem. Its results are the answer, and
// a float64 vector of the numbers of [StateNames].
type solveParams struct {
	Kind    string         `json:"kind"`    // of problem, one of those of [Methods]
	Method  string         `json:"method"`  // empty for the kind's default
	Options map[string]any `json:"options"` // of the method and of all methods, by their names
	Program *Program       `json:"program"` // from parameters and data to the objective, the residuals or the equations
	N       int            `json:"n"`       // how many arrays the parameters are
}

// data are the data of a problem.
type data struct {
	Lower, Upper []num.Array
	Data         []num.Array
}

type solver = argmin.Solver[[]num.Array, data]

var _ = add(map[string]rule{"solver": func(c *call) []num.Array {
	p := params[solveParams](c)
	make, ok := kinds[p.Kind]
	if !ok {
		all := slices.Sorted(maps.Keys(kinds))
		throw("there is no kind of problem %q%s; the kinds are %s", p.Kind, suggest.Nearest(p.Kind, all), strings.Join(all, ", "))
	}
	init := c.arguments(p.N)[:p.N]
	d := data{Data: c.x[p.N:]}
	if strings.HasPrefix(p.Kind, "bounded") {
		d = data{c.arguments(3 * p.N)[p.N : 2*p.N], c.x[2*p.N : 3*p.N], c.x[3*p.N:]}
	}
	f := func(x []num.Array, d data) []num.Array { return c.inner(p.Program)(slices.Concat(x, d.Data)) }
	x, s := make(p, f).ArgminState(init, d)
	return append(slices.Clone(x), state(s))
}})

// StateNames are the names of the numbers of the state of a solve.
var StateNames = []string{"n_iter", "error", "value", "code", "n_fev", "n_jev", "step_size", "n_failed"}

// state is one vector, which is read at once.
func state(s argmin.State) num.Array {
	all := []num.Array{s.NIter, s.Error, s.Value, s.Code, s.NFev, s.NJev, s.StepSize, s.NFailed}
	for i, a := range all {
		all[i] = a.AsType(num.Float64)
	}
	return num.Stack(all...)
}

// kinds make the solvers of each kind of problem from a function of parameters and data.
var kinds = map[string]func(p solveParams, f func([]num.Array, data) []num.Array) *solver{
	"minimize": func(p solveParams, f func([]num.Array, data) []num.Array) *solver {
		m, opt := method[argmin.SmoothMethod](p.Kind, p.Method, p.Options)
		return argmin.Minimize(first(f), m, opt)
	},
	"bounded": func(p solveParams, f func([]num.Array, data) []num.Array) *solver {
		m, opt := method[argmin.BoundedMethod](p.Kind, p.Method, p.Options)
		return argmin.Bounded(first(f), bounds, m, opt)
	},
	"least_squares": func(p solveParams, f func([]num.Array, data) []num.Array) *solver {
		m, opt := method[argmin.LeastSquaresMethod](p.Kind, p.Method, p.Options)
		return argmin.LeastSquares(f, m, opt)
	},
	"bounded_least_squares": func(p solveParams, f func([]num.Array, data) []num.Array) *solver {
		m, opt := method[argmin.BoundedLeastSquaresMethod](p.Kind, p.Method, p.Options)
		return argmin.BoundedLeastSquares(f, bounds, m, opt)
	},
	"root": func(p solveParams, f func([]num.Array, data) []num.Array) *solver {
		m, opt := method[argmin.RootMethod](p.Kind, p.Method, p.Options)
		return argmin.Root(f, m, opt)
	},
	"fixed_point": func(p solveParams, f func([]num.Array, data) []num.Array) *solver {
		m, opt := method[argmin.FixedPointMethod](p.Kind, p.Method, p.Options)
		return argmin.FixedPoint(f, m, opt)
	},
}

// first is the first result, the objective.
func first(f func([]num.Array, data) []num.Array) func([]num.Array, data) num.Array {
	return func(x []num.Array, d data) num.Array { return f(x, d)[0] }
}

func bounds(d data) (lower, upper []num.Array) { return d.Lower, d.Upper }
