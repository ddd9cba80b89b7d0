package argmin

import (
	"math"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
	"github.com/argmin-go/argmin/tree"
)

// Carry is what the next iteration starts from.
type Carry struct {
	Iterate  Iterate     // where the solver stands
	State    []num.Array // the method's state
	Progress Progress    // what the iterations so far have reached
	History  *History    // nil unless Options.History is set
}

// Step is a solver between two iterations. It is a tree of arrays.
type Step[P any] struct {
	Result Result[P]   // what would be returned if the run stopped here
	Carry  Carry       // what the next update needs
	Data   []num.Array // what the step was made on, if the method's state is of no use on other data
}

type stepInput[P, D any] struct {
	From  Step[P]
	Data  D
	Fresh bool // whether From was evaluated on this data
}

// problem is one trace of a solver: its problem on raveled parameters, with its method.
type problem[P any] struct {
	Problem
	differs bool // the condition is x minus a projection or a proximal step
	root    bool // the condition is a system of equations F = 0
	byError bool // of two points the one with the smaller error is better: the value does not decide
	x0      num.Array
	data    []num.Array // nil unless the method asks for it
	params  func(num.Array) P
	rule    rule
	aux     func(x num.Array) any // what results have in addition
	entries func(e entries) any   // the same where each entry is solved by itself
	before  func(x num.Array) num.Array
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
	if s.kind.bindResidual != nil {
		s.kind.bindResidual(&p.Problem, b)
	}
	p.differs, p.root = s.kind.partial || s.kind.constrained, s.kind.root
	p.aux = func(x num.Array) any {
		if s.kind.aux == nil {
			return nil
		}
		return s.kind.aux(unravel(x), data)
	}
	if s.kind.entries != nil {
		p.entries = func(e entries) any { return s.kind.entries(unravel(e.X), e) }
	}
	if s.kind.before != nil {
		p.before = func(x num.Array) num.Array { return b.ravel(s.kind.before(unravel(x), data)) }
	}
	p.byError = s.kind.partial || s.kind.constrained && s.def.leaves
	p.rule = s.def.rule(&p.Problem)
	p.rule.derivativeFree = s.def.derivativeFree
	if p.before != nil && !p.rule.evaluates {
		throwf("WithPreUpdate", "%s does not evaluate the objective at the beginning of its iterations; take a method of Stochastic", s.def.name)
	}
	if p.rule.start != nil {
		p.x0 = checkLike(s.def.name, "the result of Start", p.rule.start(x0), "the parameters", x0)
	}
	if s.opt.Unroll {
		f = shielded(f, p.x0)
	}
	if p.rule.renews {
		p.data = tree.Leaves(data)
	}
	return p
}

// step is what a carry on this problem is to users.
func (p problem[P]) step(c Carry) Step[P] { return Step[P]{p.result(c), c, p.data} }

// result is the iterate where the stopping test holds, elsewhere the best point so far.
func (p problem[P]) result(c Carry) Result[P] {
	it, best := c.Iterate, c.Progress
	held := final(it)
	if p.rule.judges { // the value there is the proof
		held = held.Or(it.Code.Eq(code(status.Unbounded)))
	}
	aux := p.aux
	if p.rule.entries != nil { // the answer is of the last iterate, entry by entry
		best.Error, best.Value = it.Error, it.Value
		ends := p.rule.entries(it, c.State)
		it.X, best.X = ends.X, ends.X
		if own := p.entries; own != nil {
			aux = func(x num.Array) any {
				if others := p.aux(x); others != nil {
					return others
				}
				return own(ends)
			}
		}
	}
	x, e, v := num.Where(held, it.X, best.X), num.Where(held, it.Error, best.Error), num.Where(held, it.Value, best.Value)
	gradients := it.NFev.Sub(it.NVal)
	if p.rule.derivativeFree {
		gradients = num.Int(0)
	}
	return Result[P]{Params: p.params(x), State: State{it.NIter, e, v, it.Code, it.NFev, gradients, it.StepSize, it.NFailed}, History: c.History, Aux: aux(x)}
}

// final reports whether an iterate is the answer, whatever was better before: it solves the problem, or has the least violation.
func final(it Iterate) num.Array {
	return it.Code.Eq(code(status.Converged)).Or(it.Code.Eq(code(status.Infeasible)))
}

func (s *Solver[P, D]) start(p problem[P]) Step[P] {
	it, st := p.rule.begin(p.x0)
	return s.begin(p, it, st)
}

// resume runs from where a step stands, with the method's state.
func (s *Solver[P, D]) resume(p problem[P], from Step[P]) Step[P] {
	c := p.renewed(from)
	it, st := p.rule.evaluate(beginning(c.Iterate.X), c.State)
	return p.step(s.loop(p, s.begin(p, it, st).Carry))
}

// renewed is where a step stands, with another state if it was made on other data and says nothing about these.
func (p problem[P]) renewed(from Step[P]) Carry {
	c := from.Carry
	if !p.rule.renews {
		return c
	}
	same := num.Full(num.Bool, 1)
	for i, was := range from.Data {
		now := p.data[i]
		same = same.And(now.Eq(was).Or(now.Ne(now).And(was.Ne(was))).All())
	}
	return num.Cond(same, func(c Carry) Carry { return c }, func(c Carry) Carry {
		x := c.Iterate.X
		if p.rule.start != nil {
			x = p.rule.start(x)
		}
		it, st := p.rule.begin(x)
		it.NIter, it.NFev, it.NVal = c.Iterate.NIter, it.NFev.Add(c.Iterate.NFev), it.NVal.Add(c.Iterate.NVal)
		it.NFailed, it.Code = c.Iterate.NFailed, c.Iterate.Code
		c.Iterate, c.State = it, st
		return c
	}, c)
}

// begin is the step before the first iteration.
func (s *Solver[P, D]) begin(p problem[P], it Iterate, state []num.Array) Step[P] {
	progress := p.begin(it)
	it = p.judge(it, &progress)
	if p.infeasible != nil {
		it.Code = num.Where(*p.infeasible, code(status.Infeasible), it.Code)
	}
	c := Carry{Iterate: it, State: state, Progress: progress}
	if s.opt.History {
		nan := num.Full(it.Value.DType(), math.NaN(), s.opt.MaxIter+1)
		c.History = &History{nan, nan}
	}
	return p.step(s.report(c))
}

// advance makes an iteration of a run on one problem.
func (s *Solver[P, D]) advance(p problem[P], c Carry) Carry {
	it, st := s.iteration(p, c)
	c.Progress = p.advanced(c.Progress, c.Iterate, it)
	it = p.judge(it, &c.Progress)
	if p.rule.evaluates { // the value and error are those before the step
		it.X = num.Where(it.Code.Eq(code(status.Converged)), c.Iterate.X, it.X)
	}
	return s.report(Carry{it, st, c.Progress, c.History})
}

// advanceOn makes an iteration on a batch of data, whose values and errors say nothing about
// those on other batches: none of them is remembered. fresh reports that the iterate was evaluated
// on this batch already. An iterate that solves the batch stays where it is.
func (s *Solver[P, D]) advanceOn(p problem[P], from Step[P], fresh bool) Carry {
	c := p.renewed(from)
	running := c.Iterate.Code.Eq(code(status.Running))
	c.Iterate.Code = code(status.Running)
	if !fresh && (p.rule.keeps || !p.rule.evaluates) {
		c.Iterate, c.State = p.rule.evaluate(c.Iterate, c.State)
	}
	if p.rule.evaluates {
		c = s.moved(p, c)
	} else {
		solved := p.judge(c.Iterate, nil).Code.Eq(code(status.Converged))
		if p.rule.error != nil { // as Run, which has the method's own error of its last step
			solved = solved.And(running.Not())
		}
		c = num.Cond(solved, func(c Carry) Carry {
			c.Iterate.NIter = c.Iterate.NIter.Add(running.AsType(num.Int32))
			c.Iterate = p.judge(c.Iterate, nil)
			return c
		}, func(c Carry) Carry { return s.moved(p, c) }, c)
	}
	c.Progress = p.begin(c.Iterate)
	return s.report(c)
}

// moved is an iteration judged by itself. Where numbers were lost, or the point that a batch was
// evaluated at solves it, the iterate stays there.
func (s *Solver[P, D]) moved(p problem[P], c Carry) Carry {
	from := c.Iterate
	it, st := s.iteration(p, c)
	it = p.judge(it, nil)
	lost := it.Code.Eq(code(status.NonFinite))
	stay := lost
	if p.rule.evaluates {
		stay = stay.Or(it.Code.Eq(code(status.Converged)))
	}
	it.X, it.Grad = num.Where(stay, from.X, it.X), num.Where(stay, from.Grad, it.Grad)
	it.Value, it.Error = num.Where(lost, from.Value, it.Value), num.Where(lost, from.Error, it.Error)
	return Carry{it, st, c.Progress, c.History}
}

// iteration is one update by the method's rule, counted, with its error.
func (s *Solver[P, D]) iteration(p problem[P], c Carry) (Iterate, []num.Array) {
	if p.before != nil {
		c.Iterate.X = p.before(c.Iterate.X)
	}
	it, st := p.rule.update(c.Iterate, c.State)
	checkIterate(s.def.name, c.Iterate, it, p.rule.ownError(), s.def.derivativeFree)
	it.NIter = c.Iterate.NIter.Add(num.Const(1))
	it.Error = p.errorOf(it)
	return it, st
}

// errorOf is what Options.Tol bounds at an iterate.
func (p problem[P]) errorOf(it Iterate) num.Array {
	if p.rule.ownError() {
		return it.Error
	}
	return num.Norm(p.Optimality(it.X, it.Grad))
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
	return p.result(s.loop(p, s.start(p).Carry))
}

// loop makes iterations until the run stops.
func (s *Solver[P, D]) loop(p problem[P], first Carry) Carry {
	running := func(c Carry) num.Array { return c.Iterate.Code.Eq(code(status.Running)) }
	body := func(c Carry) Carry { return s.advance(p, c) }
	if s.opt.Unroll {
		return num.WhileMax(s.opt.MaxIter, running, body, first)
	}
	return num.While(running, body, first)
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
