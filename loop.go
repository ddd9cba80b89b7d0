package argmin

import (
	"math"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// Carry is what the next iteration starts from.
type Carry struct {
	Iterate Iterate     // where the solver stands
	State   []num.Array // the method's state
	History *History    // nil unless Options.History is set
}

// Step is a solver between two iterations. It is a tree of arrays.
type Step[P any] struct {
	Result Result[P] // what would be returned if the run stopped here
	Carry  Carry     // what the next update needs
}

type stepInput[P, D any] struct {
	From Step[P]
	Data D
}

// problem is one trace of a solver: its problem on raveled parameters, with its method.
type problem[P any] struct {
	Problem
	x0     num.Array
	params func(num.Array) P
	rule   rule
}

// newProblem traces vg, the value and gradient, once.
func (s *Solver[P, D]) newProblem(vg func(P, D) (num.Array, P), init P, data D) problem[P] {
	x0, unravel := num.Ravel(init)
	b := binding[P, D]{data, unravel}
	traced := num.TraceOnce(func(x num.Array) [2]num.Array {
		v, g := vg(unravel(x), data)
		return [2]num.Array{v, b.ravel(g)}
	}, x0)
	f := linesearch.Func(func(x num.Array) (num.Array, num.Array) { r := traced(x); return r[0], r[1] })
	p := problem[P]{x0: x0, params: unravel}
	p.start = x0
	p.Func = func(x num.Array) (num.Array, num.Array) { return f(x) }
	p.Options = s.opt
	p.Params = func(x num.Array) any { return unravel(x) }
	p.Ravel = func(params any) num.Array { return b.ravel(params.(P)) }
	p.Optimality = func(x, g num.Array) num.Array {
		if s.kind.condition == nil {
			return g
		}
		return b.ravel(s.kind.condition(unravel(x), unravel(g), data))
	}
	if s.kind.bind != nil {
		s.kind.bind(&p.Problem, b)
	}
	p.rule = s.def.rule(&p.Problem)
	if p.rule.start != nil {
		p.x0 = checkLike(s.def.name, "the result of Start", p.rule.start(x0), "the parameters", x0)
	}
	if s.opt.Unroll {
		f = shielded(f, p.x0)
	}
	return p
}

func (p problem[P]) result(c Carry) Result[P] {
	it := c.Iterate
	return Result[P]{p.params(it.X), State{it.NIter, it.Error, it.Value, it.Code, it.NFev}, c.History}
}

func (s *Solver[P, D]) start(p problem[P]) Step[P] {
	v, g := p.Func(p.x0)
	it := Iterate{X: p.x0, Grad: g, Value: v, NIter: num.Int(0), Code: code(status.Running), NFev: num.Int(1)}
	if p.rule.error != nil {
		it.Error = checkLike(s.def.name, "the result of Error", p.rule.error(it), "the value", v)
	}
	it = judge(p, it)
	if p.infeasible != nil {
		it.Code = num.Where(*p.infeasible, code(status.Infeasible), it.Code)
	}
	c := Carry{Iterate: it, State: p.rule.init(it)}
	if s.opt.History {
		nan := num.Full(v.DType(), math.NaN(), s.opt.MaxIter+1)
		c.History = &History{nan, nan}
	}
	c = s.report(c)
	return Step[P]{p.result(c), c}
}

func (s *Solver[P, D]) advance(p problem[P], c Carry) Step[P] {
	from := c.Iterate
	it, st := p.rule.update(from, c.State)
	checkIterate(s.def.name, from, it, p.rule.error != nil, s.def.derivativeFree)
	it.NIter = from.NIter.Add(num.Const(1))
	it = judge(p, it)
	// Where numbers were lost, the last point that had them is the answer.
	lost := it.Code.Eq(code(status.NonFinite))
	it.X, it.Grad = num.Where(lost, from.X, it.X), num.Where(lost, from.Grad, it.Grad)
	it.Value, it.Error = num.Where(lost, from.Value, it.Value), num.Where(lost, from.Error, it.Error)
	c = s.report(Carry{it, st, c.History})
	return Step[P]{p.result(c), c}
}

// judge applies the stopping tests that all solvers share.
func judge[P any](p problem[P], it Iterate) Iterate {
	if p.rule.error == nil {
		it.Error = num.Norm(p.Optimality(it.X, it.Grad))
	}
	c := num.Where(it.NIter.Ge(num.Int(p.Options.MaxIter)), code(status.IterationLimit), code(status.Running))
	c = num.Where(it.Code.Eq(code(status.Running)), c, it.Code)
	c = num.Where(it.Error.Le(num.Const(p.Options.Tol)), code(status.Converged), c)
	c = num.Where(it.Error.IsFinite().And(it.Value.IsFinite()), c, code(status.NonFinite))
	eps := it.X.DType().Eps()
	it.Code = num.Where(it.Value.Lt(num.Const(-1/(eps*eps))), code(status.Unbounded), c)
	return it
}

// report writes the iterate into the history and the log, if the options ask for them.
func (s *Solver[P, D]) report(c Carry) Carry {
	it := c.Iterate
	if h := c.History; h != nil {
		put := func(a, x num.Array) num.Array {
			return a.DynamicUpdateSlice(x.Reshape(1), []num.Array{it.NIter})
		}
		c.History = &History{put(h.Value, it.Value), put(h.Error, it.Error)}
	}
	if s.opt.Logger != nil {
		num.Observe(func(it [5]num.Array) error {
			s.opt.Logger.Info("argmin", "iter", int(it[0].Item()), "value", it[1].Item(), "error", it[2].Item(),
				"evaluations", int(it[3].Item()), "status", status.Code(it[4].Item()).String())
			return nil
		}, [5]num.Array{it.NIter, it.Value, it.Error, it.NFev, it.Code})
	}
	return c
}

// iterate is the loop of a whole run. The bound on its iterations gives an unrolled
// solve its derivative in reverse mode.
func (s *Solver[P, D]) iterate(vg func(P, D) (num.Array, P), init P, data D) Result[P] {
	p := s.newProblem(vg, init, data)
	running := func(c Carry) num.Array { return c.Iterate.Code.Eq(code(status.Running)) }
	body := func(c Carry) Carry { return s.advance(p, c).Carry }
	first := s.start(p).Carry
	if s.opt.Unroll {
		return p.result(num.WhileMax(s.opt.MaxIter, running, body, first))
	}
	return p.result(num.While(running, body, first))
}

// shielded evaluates f where its value is a number, and elsewhere reports an infinite value
// without evaluating it: a derivative in reverse mode would otherwise multiply what is not
// used, and is zero, with what is NaN.
func shielded(f linesearch.Func, good num.Array) linesearch.Func {
	return func(x num.Array) (num.Array, num.Array) {
		v, _ := f(x.StopGradient())
		ok := v.IsFinite()
		v, g := f(num.Where(ok, x, good))
		// Infinite, which no search accepts, and a gradient that products can take.
		return num.Where(ok, v, num.Const(math.Inf(1))), num.Where(ok, g, num.Const(0))
	}
}
