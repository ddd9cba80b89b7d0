package argmin

import (
	"math"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// Progress is what the iterations of a run have reached so far: its best point, and what the
// stopping tests need of the past.
type Progress struct {
	X, Value, Error num.Array // the best point, [n], with its value and error
	Largest, Least  num.Array // the largest error so far, and the least one that counted as progress
	Scale           num.Array // norm of the start
	Idle            num.Array // iterations in a row that changed nothing, int32
	Origin          num.Array // where the run began, [n]; empty where no test needs it
}

// mostIdle is how many iterations in a row may change nothing. A trust region that has to
// shrink from 1 to ε of float64, by a quarter at a time, needs half as many.
const mostIdle = 50

// begin is the progress of a run that starts at an iterate.
func (p problem[P]) begin(it Iterate) Progress {
	origin := it.X
	if !p.root {
		origin = it.X.Range(0, 0)
	}
	return Progress{X: it.X, Value: it.Value, Error: it.Error, Largest: it.Error, Least: it.Error, Scale: num.Norm(it.X), Idle: num.Int(0), Origin: origin}
}

// advanced is the progress after an iteration that led from one iterate to the next.
func (p problem[P]) advanced(pr Progress, from, it Iterate) Progress {
	x := it.X
	if p.rule.evaluates { // the value and error are those before the step
		x = from.X
	}
	// Of values that rounding cannot tell apart, the one with the smaller error is better.
	level := it.Value.Sub(pr.Value).Abs().Le(pr.Value.Abs().Scale(10 * it.X.DType().Eps()))
	better := num.Where(level, it.Error.Lt(pr.Error), it.Value.Lt(pr.Value))
	if p.byError {
		better = it.Error.Lt(pr.Error)
	}
	better = better.And(it.finite())
	// Steps within the rounding of the largest entry change nothing, unless the value or the
	// error says otherwise: 16 ε is what sums of a hundred terms lose.
	still := largest(it.X.Sub(from.X)).Le(largest(it.X).Scale(16 * it.X.DType().Eps()))
	fell := it.finite().And(it.Error.Lt(pr.Least.Scale(1 - 1e-3)))
	idle := still.And(better.Or(fell).Not())
	return Progress{
		X: num.Where(better, x, pr.X), Value: num.Where(better, it.Value, pr.Value), Error: num.Where(better, it.Error, pr.Error),
		Largest: num.Where(it.finite(), num.Maximum(it.Error, pr.Largest), pr.Largest),
		Least:   num.Where(fell, it.Error, pr.Least),
		Scale:   pr.Scale,
		Idle:    num.Where(idle, pr.Idle.AddScalar(1), num.Int(0)),
		Origin:  pr.Origin,
	}
}

// largest is the largest magnitude of a vector's entries; 0 if it has none.
func largest(x num.Array) num.Array {
	if x.Size() == 0 {
		return x.Const(0)
	}
	return x.Abs().Max()
}

// finite reports whether an iterate has numbers.
func (it Iterate) finite() num.Array { return it.Error.IsFinite().And(it.Value.IsFinite()) }

// judge applies the stopping tests that all solvers share. Without progress (nil) the iterate
// is judged by itself.
func (p problem[P]) judge(it Iterate, pr *Progress) Iterate {
	is := func(c num.Array, s status.Code) num.Array { return c.Eq(code(s)) }
	c := num.Where(it.NIter.Ge(num.Int(p.Options.MaxIter)), code(status.IterationLimit), code(status.Running))
	c = num.Where(is(it.Code, status.Running), c, it.Code)
	if p.rule.entries != nil { // which may have infinite values on the way
		it.Code = num.Where(it.Error.IsNaN(), code(status.NonFinite), c)
		return it
	}
	converged := it.Error.Le(num.Const(p.Options.Tol))
	if p.rule.judges {
		converged = is(c, status.Converged)
	}
	if pr != nil && !p.rule.derivativeFree {
		// Nothing more can be reached where the method itself finds no better point.
		ended := is(c, status.Stalled).Or(is(c, status.LineSearchFailed)).Or(is(c, status.Stationary))
		if (!p.rule.evaluates || p.rule.steady) && !p.rule.patient { // schedules may wait
			c = num.Where(is(c, status.Running).And(pr.Idle.Ge(num.Const(mostIdle))), code(status.Stalled), c)
		}
		switch {
		case p.root:
			it, converged = p.judgeRoot(it, *pr, ended.Or(is(c, status.Stalled)))
		case !p.rule.judges:
			converged = converged.And(p.plausible(it, *pr).Or(ended))
		}
	}
	c = num.Where(converged, code(status.Converged), c)
	c = num.Where(it.finite(), c, code(status.NonFinite))
	if !p.rule.proves {
		eps := it.X.DType().Eps()
		c = num.Where(it.Value.Lt(num.Const(-1/(eps*eps))), code(status.Unbounded), c)
	}
	it.Code = c
	return it
}

// plausible reports whether an error within Options.Tol is also small in the units of the
// problem. Tol is an absolute bound: where a function is as small as its tolerance, every point
// passes, the start as well. One of these has to hold:
//
//   - the error has fallen, from the largest one of the run, by the factor Tol, or by 1e-6;
//   - the value is about to vanish: for a minimum of 0 and an error g, a distance of about
//     2·value/g is left, here 1e-4 of the size of the point;
//   - the value is about to stay: along a step of the size of the start, the error promises 1%
//     of it. Where the start is 0 its size says nothing; there the size of the point counts,
//     once the error has fallen by 1e-3.
//
// The last three factors are choices. An error that is the difference of x and what a step from it
// leads to says nothing where the gradient is lost in the rounding of x.
func (p problem[P]) plausible(it Iterate, pr Progress) num.Array {
	if p.rule.keeps && p.Residual != nil { // its error has no units
		return num.Full(num.Bool, 1)
	}
	e, v := it.Error, it.Value.Abs()
	fallen := e.Le(pr.Largest.Scale(math.Max(p.Options.Tol, 1e-6)))
	size := num.Norm(it.X)
	vanishes := v.Le(e.Mul(size).Scale(1e-4))
	placed := pr.Scale.Gt(num.Const(0))
	stays := e.Mul(num.Where(placed, pr.Scale, size)).Le(v.Scale(1e-2)).And(placed.Or(e.Le(pr.Largest.Scale(1e-3))))
	ok := fallen.Or(vanishes).Or(stays).Or(e.Eq(num.Const(0)))
	if p.differs {
		g := num.Norm(it.Grad)
		ok = ok.And(g.Le(num.Const(p.Options.Tol)).Or(g.Ge(size.Scale(16 * it.X.DType().Eps()))))
	}
	return ok
}
