package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// LBFGSB is a limited-memory quasi-Newton method within bounds, the first choice for
// [Bounded] problems.
//
// The limited-memory matrix B in its compact form (Byrd, Lu, Nocedal & Zhu, "A limited
// memory algorithm for bound constrained optimization", 1995) is inverted on the free
// variables, variables that the gradient holds at a bound stay there, and the search is
// along the projection of the direction onto the bounds (Bertsekas, "Projected Newton methods for
// optimization problems with simple constraints", 1982). With a memory of m an iteration
// takes about 4m²n operations in addition to its evaluations.
type LBFGSB struct {
	Memory int // pairs of steps and changes of the gradient kept; default 10
	// LineSearch, if set, searches the line from x to the projection of x plus the direction, up to
	// a step of 1; default a search along the projected points themselves, which bends at bounds.
	LineSearch linesearch.Search
	Theta      float64 // scale of the first Hessian; default 1
	NoScaling  bool    // keep Theta instead of taking the scale of the last pair
	StepControl
}

func (l LBFGSB) ranges() []option.Range {
	return append(l.stepRanges(), memoryRange(l.Memory), option.Positive("Theta", l.Theta))
}

func (l LBFGSB) bounded() definition { return define("LBFGSB", l.rule) }

type lbfgsbState struct {
	S, Y  num.Array // [m, n] steps and changes of the gradient, one pair per row, the newest last
	Theta num.Array // θ, the scale of B without pairs
	Count num.Array // number of pairs, int32
	First num.Array // the first step to try
}

func (l LBFGSB) rule(p *Problem) Rule[lbfgsbState] {
	memory := option.Or(l.Memory, 10)
	return Rule[lbfgsbState]{
		Start: p.Project,
		Init: func(it Iterate) lbfgsbState {
			rows := num.Full(it.X.DType(), 0, memory, it.X.Size())
			return lbfgsbState{rows, rows, it.X.Const(option.Or(l.Theta, 1)), num.Int(0), it.X.Const(1)}
		},
		Update: func(it Iterate, st lbfgsbState) (Iterate, lbfgsbState) {
			dir := st.direction(p, it)
			begins := it.NIter.Eq(num.Const(0))
			next := l.step(p, it, dir, num.Where(begins, atMostOne(num.Norm(dir)), st.First))
			pairs := st.Count
			st = st.remember(next.X.Sub(it.X), next.Grad.Sub(it.Grad), l.NoScaling)
			st.First = growing(st.Count.Gt(pairs), next.StepSize)
			return next, st
		},
	}
}

// step goes along a direction within the bounds.
func (l LBFGSB) step(p *Problem, it Iterate, dir, own num.Array) Iterate {
	at := func(step num.Array) num.Array { return p.Project(it.X.Add(dir.Mul(step))) }
	if step, ok := l.fixed(it); ok {
		next := p.At(it, at(step))
		next.StepSize = step
		return next
	}
	if l.LineSearch != nil {
		within := func(f linesearch.Func, s linesearch.Start) linesearch.Result {
			s.MaxStep = s.Step.Const(1)
			return l.LineSearch(f, s)
		}
		first := num.Minimum(l.first(own, it.StepSize), num.Const(1))
		next, _ := p.Search(it, within, at(own.Const(1)).Sub(it.X), first)
		next.X = p.Project(next.X) // rounding
		return next
	}
	r := alongArc(p.Func, it, at, l.first(own, it.StepSize), 1e-4, p.Options.Unroll) // Nocedal & Wright's c₁
	next := it
	next.X, next.Value, next.Grad, next.Code = r.X, r.Value, r.Grad, r.Code
	next.NFev = it.NFev.Add(r.N)
	next.StepSize, next.NFailed = r.Step, it.NFailed.Add(r.Code.Ne(code(status.Running)).AsType(num.Int32))
	return next
}

// direction is the quasi-Newton direction of the free variables, and the negative gradient,
// which leads to its bound, for each variable that is held: at a bound, or so near it
// that the gradient would carry it over, where near means within the error of the iterate.
func (st lbfgsbState) direction(p *Problem, it Iterate) num.Array {
	zero := num.Const(0)
	near := num.Minimum(it.Error, num.Const(1e-3)) // as Bertsekas, who needs some small number
	atLower := it.X.Sub(p.Lower).Le(near).And(it.Grad.Gt(zero))
	atUpper := p.Upper.Sub(it.X).Le(near).And(it.Grad.Lt(zero))
	held := atLower.Or(atUpper)
	free := num.Where(held, it.X.Const(0), num.Const(1))
	fg := it.Grad.Mul(free)
	d := st.solve(free, fg)
	d = num.Where(d.Dot(fg).Gt(zero), d, fg.Div(st.Theta))
	return num.Where(held, it.Grad.Div(st.Theta), d).Neg()
}

// remember adds a pair of positive curvature, and drops the oldest one.
func (st lbfgsbState) remember(ds, dy num.Array, keepScale bool) lbfgsbState {
	m := st.S.Shape()[0]
	sdy, ydy := ds.Dot(dy), dy.Dot(dy)
	keep := curved(ds, dy)
	push := func(rows, v num.Array) num.Array {
		return num.Where(keep, num.Concat(0, rows.Range(1, m), v.Reshape(1, v.Size())), rows)
	}
	if !keepScale {
		st.Theta = num.Where(keep, ydy.Div(num.Where(keep, sdy, num.Const(1))), st.Theta)
	}
	st.S, st.Y, st.Count = push(st.S, ds), push(st.Y, dy), st.Count.Add(keep.AsType(num.Int32))
	return st
}

// solve is B⁻¹ v on the free variables, of B = θ I - W M Wᵀ with W = [Y θS] and
// M⁻¹ = [-D Lᵀ; L θSᵀS] (equations 3.2 to 3.4 of the paper), by the formula of Sherman,
// Morrison and Woodbury: B_F⁻¹ = I/θ + W_F (M⁻¹ - W_FᵀW_F/θ)⁻¹ W_Fᵀ / θ².
func (st lbfgsbState) solve(free, v num.Array) num.Array {
	s, y, theta, m := st.S, st.Y, st.Theta, st.S.Shape()[0]
	fs, fy := s.Mul(free), y.Mul(free)
	sy := s.MatMul(y.T())
	lower := num.Tril(sy, -1)
	// Unused pairs, which are first, get ones on the diagonal.
	unused := num.Arange(num.Int32, 0, m).Lt(num.Int(m).Sub(st.Count))
	pad := num.FromDiag(num.Where(unused, v.Const(1), num.Const(0)))
	top := num.Concat(1, num.FromDiag(num.Diag(sy)).Neg().Sub(pad), lower.T())
	bottom := num.Concat(1, lower, s.MatMul(s.T()).Mul(theta).Add(pad))
	minv := num.Concat(0, top, bottom)
	wt := num.Concat(0, fy, fs.Mul(theta)) // Wᵀ on the free variables
	k := minv.Sub(wt.MatMul(wt.T()).Div(theta))
	u := num.Solve(k, wt.MatMul(v))
	return v.Div(theta).Add(u.MatMul(wt).Div(theta.Square()))
}
