package argmin

import (
	"math"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// method is what a solver adds to the common loop: a state of its own and one
// update from an iterate to the next, on raveled parameters.
type method interface {
	// init makes the method's state at the first iterate.
	init(it iterate) []num.Array
	// update makes one iteration.
	update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array)
}

// measured is implemented by methods whose error is not the norm of the condition:
// update sets it, and init's first iterate has that of start.
type measured interface{ start(it iterate) num.Array }

// admitting is implemented by methods whose iterates are in a set: a start is moved there.
type admitting interface{ admit(x num.Array) num.Array }

// rule makes the method for one problem.
type rule[P, A any] func(b binding[P, A]) method

// binding is a problem's data, and how its parameters are raveled.
type binding[P, A any] struct {
	data    A
	unravel func(num.Array) P
}

// ravel lays parameters, or what has their structure, end to end.
func (binding[P, A]) ravel(x P) num.Array {
	flat, _ := num.Ravel(x)
	return flat
}

// always is the rule of a method that needs nothing of the problem but its objective.
func always[P, A any](m method) rule[P, A] { return func(binding[P, A]) method { return m } }

// iterate is the common part of every solver's state, on the raveled parameters.
type iterate struct {
	X, G, Value, Error, Iter, Code, NumFun num.Array
}

type carry struct {
	It      iterate
	St      []num.Array
	History *History
}

// problem is the objective on raveled parameters, traced once.
type problem[P any] struct {
	x0      num.Array
	unravel func(num.Array) P
	fg      linesearch.Func
	zero    func(x, g num.Array) num.Array // the condition of optimality; nil: g
	m       method
}

func (s *Solver[P, A]) problem(init P, data A) problem[P] { return s.newProblem(s.vg, init, data) }

func (s *Solver[P, A]) newProblem(vg func(P, A) (num.Array, P), init P, data A) problem[P] {
	x0, unravel := num.Ravel(init)
	b := binding[P, A]{data, unravel}
	fg := num.TraceOnce(func(x num.Array) [2]num.Array {
		v, g := vg(unravel(x), data)
		return [2]num.Array{v, b.ravel(g)}
	}, x0)
	p := problem[P]{x0: x0, unravel: unravel, m: s.rule(b)}
	if m, ok := p.m.(admitting); ok {
		p.x0 = m.admit(x0)
	}
	p.fg = func(x num.Array) (num.Array, num.Array) { r := fg(x); return r[0], r[1] }
	if s.zero != nil {
		p.zero = func(x, g num.Array) num.Array { return b.ravel(s.zero(unravel(x), unravel(g), data)) }
	}
	return p
}

// residual is what is zero at a solution.
func (p problem[P]) residual(x, g num.Array) num.Array {
	if p.zero == nil {
		return g
	}
	return p.zero(x, g)
}

func (p problem[P]) result(c carry) Result[P] {
	it := c.It
	return Result[P]{p.unravel(it.X), State{it.Iter, it.Error, it.Value, it.Code, it.NumFun}, c.History}
}

// Step is a solver between two iterations. It is a tree of arrays.
type Step[P any] struct {
	Result Result[P]
	Carry  carry // what the method remembers
}

type stepInput[P, A any] struct {
	From Step[P]
	Data A
}

func (s *Solver[P, A]) start(p problem[P]) Step[P] {
	v, g := p.fg(p.x0)
	it := iterate{X: p.x0, G: g, Value: v, Iter: int32s(0), Code: int32s(Running), NumFun: int32s(1)}
	if m, ok := p.m.(measured); ok {
		it.Error = m.start(it)
	}
	it = judge(s.settings, p, it)
	c := carry{It: it, St: p.m.init(it)}
	if s.history {
		nan := num.Full(v.DType(), math.NaN(), s.maxIter+1)
		c.History = &History{nan, nan}
	}
	c = s.report(c)
	return Step[P]{p.result(c), c}
}

func (s *Solver[P, A]) advance(p problem[P], c carry) Step[P] {
	it, st := p.m.update(p.fg, c.It, c.St)
	it.Iter = c.It.Iter.Add(int32s(1))
	it = judge(s.settings, p, it)
	// Where numbers were lost, the last point that had them is the answer.
	lost := it.Code.Eq(int32s(NonFinite))
	it.X, it.G = num.Where(lost, c.It.X, it.X), num.Where(lost, c.It.G, it.G)
	it.Value, it.Error = num.Where(lost, c.It.Value, it.Value), num.Where(lost, c.It.Error, it.Error)
	c = s.report(carry{it, st, c.History})
	return Step[P]{p.result(c), c}
}

// report writes the iterate into the history and the log, if they are wanted.
func (s *Solver[P, A]) report(c carry) carry {
	if h := c.History; h != nil {
		put := func(a, x num.Array) num.Array {
			return a.DynamicUpdateSlice(x.Reshape(1), []num.Array{c.It.Iter})
		}
		c.History = &History{put(h.Value, c.It.Value), put(h.Error, c.It.Error)}
	}
	if s.logger != nil {
		num.Observe(func(it [5]num.Array) error {
			s.logger.Info("argmin", "iter", int(it[0].Item()), "value", it[1].Item(), "error", it[2].Item(),
				"evaluations", int(it[3].Item()), "status", Status(it[4].Item()).String())
			return nil
		}, [5]num.Array{c.It.Iter, c.It.Value, c.It.Error, c.It.NumFun, c.It.Code})
	}
	return c
}

// iterate is the loop of a whole run. Its bound is what gives an unrolled solve
// its derivative in reverse mode.
func (s *Solver[P, A]) iterate(vg func(P, A) (num.Array, P), init P, data A) Result[P] {
	p := s.newProblem(vg, init, data)
	if s.unroll {
		p.fg = shielded(p.fg, p.x0)
	}
	running := func(c carry) num.Array { return c.It.Code.Eq(int32s(Running)) }
	body := func(c carry) carry { return s.advance(p, c).Carry }
	first := s.start(p).Carry
	if s.unroll {
		return p.result(num.WhileMax(s.maxIter, running, body, first))
	}
	return p.result(num.While(running, body, first))
}

// shielded evaluates f where its value is a number, and elsewhere says that it is none
// without evaluating it: a derivative in reverse mode would otherwise multiply what is
// not used, and is zero, with what is NaN.
func shielded(f linesearch.Func, good num.Array) linesearch.Func {
	return func(x num.Array) (num.Array, num.Array) {
		v, _ := f(x.StopGradient())
		ok := v.IsFinite()
		v, g := f(num.Where(ok, x, good))
		// Infinite, which no search accepts, and a gradient that products can take.
		return num.Where(ok, v, num.Full(v.DType(), math.Inf(1))), num.Where(ok, g, num.Full(v.DType(), 0))
	}
}

func int32s[T ~int](x T) num.Array { return num.Full(num.Int32, float64(x)) }

// judge applies the stopping tests that all solvers share.
func judge[P any](s settings, p problem[P], it iterate) iterate {
	tol := num.Full(it.X.DType(), s.tol)
	if _, ok := p.m.(measured); !ok {
		it.Error = num.Norm(p.residual(it.X, it.G))
	}
	code := num.Where(it.Iter.Ge(int32s(s.maxIter)), int32s(IterationLimit), int32s(Running))
	code = num.Where(it.Code.Eq(int32s(Running)), code, it.Code)
	code = num.Where(it.Error.Le(tol), int32s(Converged), code)
	code = num.Where(it.Error.IsFinite().And(it.Value.IsFinite()), code, int32s(NonFinite))
	eps := it.X.DType().Eps()
	it.Code = num.Where(it.Value.Lt(num.Full(it.Value.DType(), -1/(eps*eps))), int32s(Unbounded), code)
	return it
}

// chosen is the search of a solver's options, or the default.
func chosen(search, def linesearch.Search) linesearch.Search {
	if search == nil {
		return def
	}
	return search
}

// along searches from an iterate along d. A search that ends without its
// condition still makes progress if it lowered the value.
func (it iterate) along(search linesearch.Search, f linesearch.Func, d, step num.Array) (next iterate, r linesearch.Result) {
	r = search(f, linesearch.Start{X: it.X, Value: it.Value, Grad: it.G, Dir: d, Step: step})
	next = it
	next.X, next.Value, next.G = r.X, r.Value, r.Grad
	next.NumFun = it.NumFun.Add(r.NumFun)
	next.Code = num.Where(r.OK().Or(r.Value.Lt(it.Value)), int32s(Running), int32s(LineSearchFailed))
	return next, r
}

// orAnew is what a method with a memory makes of a search that failed: it goes on, and
// is to forget, so that the next search goes along the gradient, unless this one did
// (plain).
func (next iterate) orAnew(plain num.Array) (_ iterate, forget num.Array) {
	forget = next.Code.Eq(int32s(LineSearchFailed)).And(plain.Not())
	next.Code = num.Where(forget, int32s(Running), next.Code)
	return next, forget
}
