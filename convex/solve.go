package convex

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/suggest"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// Solution is the answer to a model for values of its parameters.
type Solution struct {
	// Status is why the solver stopped: Converged, Infeasible, Unbounded, or another reason, with which the best point is given.
	Status status.Code
	// Value is the objective at the solution, as the model has it. For a model to minimize it is +Inf where that is infeasible and -Inf
	// where it is unbounded; for one to maximize the other way around.
	Value float64
	// Values are the variables by name, at the solution or the best point. Where the model is unbounded they are a direction in which it
	// is; where it is infeasible they are NaN.
	Values Values
	// State is the solver's report.
	State argmin.State

	program *Program
	all     Values    // with the parameters
	x       num.Array // the scalars of the compiled program
	duals   num.Array // of all its rows
}

// Err is nil if the solver converged, otherwise an error with the reason.
func (s *Solution) Err() error {
	if s.Status == status.Converged {
		return nil
	}
	return fmt.Errorf("convex: %v", s.State)
}

// Eval is the value of an expression at the solution. It panics with a *num.Error if the expression has other variables or parameters
// than the model.
func (s *Solution) Eval(x Expr) num.Array { return x.Eval(s.all) }

// Dual has the multipliers of a constraint of the model, in its shape: how the optimal value changes with it. For an inequality they
// are ≥ 0, and to relax it by u improves the optimal value by the multiplier times u, whether that is minimized or maximized. For an equation
// a = b they are such that a = b + u changes the least value by minus the multiplier times u, and the largest value by plus that. For
// PSD they are a positive semidefinite matrix, for SecondOrder the bound's and the vector's end to end, in the dual cone. It panics with a *num.Error
// if the model does not have the constraint. Where the model is infeasible they prove it: the
// sum of all constraints, each times its multipliers, has no variables and says 0 ≥ 1.
func (s *Solution) Dual(c Constraint) num.Array {
	for i, d := range s.program.model.constraints {
		if d.c == c.c {
			return s.program.dual(i, s.duals)
		}
	}
	ir.Throw(ir.Errorf(ir.ArgumentError, "convex.Solution.Dual", "%s is not a constraint of the model", c))
	return num.Array{}
}

// dual takes the multipliers of a constraint out of those of all rows.
func (p *Program) dual(i int, all num.Array) num.Array {
	c, rows := p.model.constraints[i].c, p.duals[i]
	shape := c.slack.n.shape
	y := all.Range(rows.start, rows.start+rows.size)
	if c.relation != inPSD {
		return y.Reshape(shape...)
	}
	// The rows of a positive semidefinite matrix have √2 off the diagonal.
	n := shape[0]
	scale, places := make([]float64, n*n), mirrored(n)
	for i := range scale {
		scale[i] = 1 / math.Sqrt2
		if i%(n+1) == 0 {
			scale[i] = 1
		}
	}
	return taken(y, places).Reshape(n, n).Mul(num.New(scale, n, n))
}

// taken are elements of a vector by place.
func taken(x num.Array, places []int32) num.Array {
	return x.Take(num.New(slices.Clone(places), len(places)), 0)
}

// values are the user's variables, from the scalars of the program.
func (p *Program) values(x num.Array) Values {
	out := Values{}
	for _, v := range p.vars {
		from, shape := slices.Repeat([]int32{none}, size(v.n.shape)), v.n.shape
		direct := true
		for _, e := range v.coords.entries {
			from[e.row] = e.col
			direct = direct && e.row == int(e.col)-v.start
		}
		switch {
		case direct && len(v.coords.entries) == size(shape):
			out[v.n.leaf.name] = x.Range(v.start, v.start+size(shape)).Reshape(shape...)
		default:
			padded := num.Concat(0, x, num.Full(x.DType(), 0, 1)) // what is not there is the last element
			for i, k := range from {
				if k == none {
					from[i] = int32(x.Size())
				}
			}
			out[v.n.leaf.name] = taken(padded, from).Reshape(shape...)
		}
	}
	return out
}

// Solve solves the model for values of its parameters, nil if it has none. The error is of the values, or of a context that ended: see
// [Solution.Err] for how the solver stopped.
func (p *Program) Solve(ctx context.Context, values Values) (*Solution, error) {
	if _, err := num.Try(func() bool { p.checkValues(values); return true }); err != nil {
		return nil, err
	}
	pt, err := p.solver.solve(ctx, values)
	if err != nil {
		return nil, err
	}
	return num.Try(func() *Solution { return p.solution(values, pt) })
}

func (p *Program) solution(values Values, pt point) *Solution {
	if pt.State.Status() == status.Infeasible {
		pt.X = num.FullLike(pt.X, math.NaN())
		// A proof of any length is one: it is given with the length at which its sum of constraints says 0 ≥ 1.
		pt.Y = pt.Y.Div(p.b.values(p.parameters(values)).Dot(pt.Y).Abs())
	}
	s := &Solution{Status: pt.State.Status(), State: pt.State, Values: p.values(pt.X), program: p, x: pt.X, duals: pt.Y, all: Values{}}
	for name, v := range values {
		s.all[name] = v
	}
	for name, v := range s.Values {
		s.all[name] = v
	}
	switch s.Status {
	case status.Infeasible:
		s.Value = p.sign() * math.Inf(1)
	case status.Unbounded:
		s.Value = -p.sign() * math.Inf(1)
	default:
		s.Value = p.objective(values, pt, s.all).Item()
	}
	return s
}

// objective is the model's objective at a point. Where a solution is outside of the objective's domain by rounding, such as at x = -1e-18 where
// there is log x, that would be infinite: then it is the compiled objective, in which a variable stands for the logarithm.
func (p *Program) objective(values Values, pt point, all Values) num.Array {
	v := p.model.objective.Eval(all).Reshape()
	if p.quadratic {
		return v
	}
	inside := v.IsFinite().Or(ended(pt.State, status.Converged).Not())
	return num.Where(inside, v, p.compiled(p.parameters(values), pt.X).Scale(p.sign()))
}

// Argmin is the solution as a function of the parameters that can be traced: differentiated, batched and compiled as other functions
// of package num. Derivatives are implicit; a derivative of a model that was not solved is an error. Where the model is infeasible the solution is NaN,
// and so it is where a parameter has not the sign that is declared.
func (p *Program) Argmin(values Values) Values { return p.values(p.argmin(values).X) }

// ArgminState is [Program.Argmin] with the state of the solve, which has no derivative. State.Value is the compiled program's objective, without
// its constants: see [Program.Value].
func (p *Program) ArgminState(values Values) (Values, argmin.State) {
	pt := p.argmin(values)
	return p.values(pt.X), pt.State
}

// ArgminDuals is [Program.Argmin] with the multipliers of the constraints, in their order: see [Solution.Dual].
func (p *Program) ArgminDuals(values Values) (Values, []num.Array) {
	pt := p.argmin(values)
	var duals []num.Array
	for i := range p.duals {
		duals = append(duals, p.dual(i, pt.Y))
	}
	return p.values(pt.X), duals
}

// Value is the optimal value as a function of the parameters that can be traced, like [Program.Argmin], infinite where the model is
// infeasible or unbounded. Its first derivative follows from the
// multipliers (the envelope theorem), without a linear system: it needs no solution that is unique.
func (p *Program) Value(values Values) num.Array {
	return num.CustomJVP(p.value, func(values, dvalues Values) (num.Array, num.Array) {
		pt := p.argmin(values)
		_, d := num.JVP(func(v Values) num.Array { return p.lagrangian(v, pt.X, pt.Y) }, values, dvalues)
		if p.model.maximize {
			d = d.Neg()
		}
		return p.value(values), d
	})(values)
}

func (p *Program) value(values Values) num.Array {
	pt := p.argmin(values)
	all := p.values(pt.X)
	for name, v := range values {
		all[name] = v
	}
	worst := num.Scalar(p.sign() * math.Inf(1))
	v := num.Where(ended(pt.State, status.Infeasible), worst, p.objective(values, pt, all))
	return num.Where(ended(pt.State, status.Unbounded), worst.Neg(), v)
}

// sign is 1 for a model to minimize, and -1 for one to maximize.
func (p *Program) sign() float64 {
	if p.model.maximize {
		return -1
	}
	return 1
}

func ended(st argmin.State, c status.Code) num.Array { return st.Code.Eq(num.Int(int(c))) }

// argmin is the solver's answer, NaN where there is none.
func (p *Program) argmin(values Values) point {
	pt := p.solver.argmin(values)
	pt.X = num.Where(ended(pt.State, status.Infeasible), num.Const(math.NaN()), pt.X)
	return pt
}

// checkValues refuses values that are not those of the model's parameters, as they were declared.
func (p *Program) checkValues(values Values) {
	p.checkNames(values)
	for _, q := range p.params {
		name := q.n.leaf.name
		a, ok := values[name]
		if !ok {
			ir.Throw(ir.Errorf(ir.ArgumentError, "convex.Solve", "there is no value for the parameter %q", name))
		}
		fitting("convex.Solve", q.n, a)
		if a.Traced() {
			ir.Throw(ir.Errorf(ir.TraceError, "convex.Solve", "the parameter %q is traced; use Argmin", name))
		}
		if wrong := undeclared(q.n, a); wrong != "" {
			ir.Throw(ir.Errorf(ir.ArgumentError, "convex.Solve", "the parameter %q %s", name, wrong))
		}
	}
}

// checkNames refuses values of what is no parameter of the model.
func (p *Program) checkNames(values Values) {
	var names []string
	for _, q := range p.params {
		names = append(names, q.n.leaf.name)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if slices.Contains(names, name) {
			continue
		}
		hint := cmp.Or(suggest.Nearest(name, names), "; its parameters are "+cmp.Or(strings.Join(names, ", "), "none"))
		if slices.ContainsFunc(p.vars, func(v placed) bool { return v.n.leaf.name == name }) {
			hint = ", but a variable of this name"
		}
		ir.Throw(ir.Errorf(ir.ArgumentError, "convex.Program", "the model has no parameter %q%s", name, hint))
	}
}

// undeclared is what the value of a parameter has against its declarations.
func undeclared(n *node, a num.Array) string {
	for i, v := range a.Float64s() {
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			return fmt.Sprintf("is %g at element %d, want finite numbers", v, i)
		case n.sign == SignNonNegative && v < 0, n.sign == SignNonPositive && v > 0:
			return fmt.Sprintf("is declared %v, and is %g at element %d", n.sign, v, i)
		}
	}
	switch l := n.leaf; {
	case l.diagonal && a.Sub(num.FromDiag(num.Diag(a))).Abs().Max().Item() != 0:
		return "is declared diagonal, and has other elements"
	case l.symmetric && a.Sub(a.MatT()).Abs().Max().Item() > symmetryTolerance*a.Abs().Max().Item():
		return "is declared symmetric, and is not"
	case l.psd && num.EigvalsH(symmetricPart(a)).Min().Item() < -roundingOf(a):
		return fmt.Sprintf("is declared positive semidefinite, and has the eigenvalue %.3g", num.EigvalsH(symmetricPart(a)).Min().Item())
	}
	return ""
}

// declared is a parameter's value, or NaN if it has not the sign that is declared.
func declared(n *node, a num.Array) num.Array {
	var wrong num.Array
	switch n.sign {
	case SignNonNegative:
		wrong = a.Lt(num.Const(0))
	case SignNonPositive:
		wrong = a.Gt(num.Const(0))
	default:
		return a
	}
	return num.Where(wrong, num.Const(math.NaN()), a)
}
