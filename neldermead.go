package argmin

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// NelderMead is the simplex method, which needs only values of the objective: for few
// parameters, and for objectives without useful derivatives.
//
// The first simplex has the start and, for every parameter, the start with that parameter
// larger by 5% of its magnitude, or by 0.05 if that is more. An iteration takes one or two
// evaluations, and n more where the simplex shrinks (Nelder & Mead, "A simplex method for
// function minimization", 1965; Lagarias et al., "Convergence properties of the Nelder–Mead
// simplex method in low dimensions", 1998).
//
// The error is the largest distance of a vertex or value from the best one; by default
// Options.Tol is 1e-4 and Options.MaxIter 5000. A simplex that has become flat, so that its values
// differ by far less than the slopes there make them, is no end: the search goes on with a new one.
// Slopes are found by differences, of 2n values, where the search would end. The implicit derivative assumes a smooth
// objective: it uses the gradient and is as accurate as the answer. Options.Unroll has no
// useful derivative.
type NelderMead struct {
	Adaptive bool // coefficients that depend on the number of parameters (Gao & Han, 2012)
}

func (m NelderMead) smooth() definition {
	d := define("NelderMead", m.rule)
	d.derivativeFree, d.maxIter, d.tol = true, 5000, 1e-4
	return d
}

// nelderMeadState is the simplex, sorted. Its values are NaN before the first iteration,
// which finds them.
type nelderMeadState struct {
	Vertices num.Array // [n+1, n]
	Values   num.Array // [n+1]
}

func (m NelderMead) rule(p *Problem) Rule[nelderMeadState] {
	return Rule[nelderMeadState]{
		// The error is unknown before the first iteration.
		Error: func(it Iterate) num.Array { return it.X.Const(math.MaxFloat32) },
		Init: func(it Iterate) nelderMeadState {
			d, n := it.X.DType(), it.X.Size()
			return nelderMeadState{around(it.X), num.Full(d, math.NaN(), n+1)}
		},
		Update: func(it Iterate, st nelderMeadState) (Iterate, nelderMeadState) {
			if it.X.Size() == 0 {
				it.Error = it.X.Const(0)
				return it, st
			}
			value := func(x num.Array) num.Array { // NaN counts as infinite
				v, _ := p.Func(x)
				return num.Where(v.Eq(v), v, num.Const(math.Inf(1)))
			}
			s := m.moved(value, begun(value, it, st).sorted()).sorted()
			next := it
			next.X, next.Value, next.NFev = s.X.At(0), s.V.At(0), it.NFev.Add(s.N)
			next.Error = num.Maximum(s.X.Sub(next.X).Abs().Max(), s.V.Sub(next.Value).Abs().Max())
			// Vertices without values are not a failure as long as the best one has one.
			next.Error = num.Where(next.Error.IsFinite(), next.Error, num.Const(math.MaxFloat32))
			next, s = p.lifted(value, next, s)
			return next, nelderMeadState{s.X, s.V}
		},
	}
}

// around is the first simplex, with vertex x.
func around(x num.Array) num.Array {
	grow := num.Maximum(x.Abs(), num.Const(1)).Scale(0.05)
	return num.Concat(0, num.Full(x.DType(), 0, 1, x.Size()), num.FromDiag(grow)).Add(x)
}

// lifted is a new simplex where the search would end with one that has collapsed: a value that was found for differences is lower by more than the
// tolerance, or the slopes would change the value over the simplex by more than that, and many times, a choice, as much as the values at its
// vertices differ.
func (p *Problem) lifted(value func(num.Array) num.Array, it Iterate, s simplex) (Iterate, simplex) {
	const many = 100
	type both struct {
		It Iterate
		S  simplex
	}
	same := func(b both) both { return b }
	n, tol := it.X.Size(), it.X.Const(p.Options.Tol)
	out := num.Cond(it.Error.Le(tol), func(b both) both {
		x, v := b.It.X, b.It.Value
		step := num.FromDiag(num.Maximum(x.Abs(), num.Const(1)).Scale(math.Cbrt(x.DType().Eps())))
		points := num.Concat(0, step.Add(x), step.Neg().Add(x))
		values := num.Vmap(value)(points)
		ahead, behind := values.Range(0, n), values.Range(n, 2*n)
		change := ahead.Sub(behind).Div(step.Sum(0).Scale(2)).Abs().Mul(b.S.X.Sub(x).Abs().Max(0)).Sum()
		flat := change.Gt(tol).And(change.Gt(b.S.V.Sub(v).Max().Scale(many)))
		lower := values.Min().Lt(v.Sub(tol).Sub(v.Abs().Scale(10 * x.DType().Eps())))
		b.It.NFev = b.It.NFev.Add(num.Int(2 * n))
		return num.Cond(flat.Or(lower), func(b both) both {
			first := around(num.Where(lower, points.Take(values.ArgMin(0), 0), x))
			s := simplex{first, num.Vmap(value)(first), b.S.N}.sorted()
			b.It.X, b.It.Value, b.It.NFev = s.X.At(0), s.V.At(0), b.It.NFev.Add(num.Int(n+1))
			b.It.Error = x.Const(math.MaxFloat32)
			b.S = s
			return b
		}, same, b)
	}, same, both{it, s})
	return out.It, out.S
}

// simplex is vertices, one per row, their values, and the evaluations made.
type simplex struct{ X, V, N num.Array }

func (s simplex) sorted() simplex {
	order := s.V.Argsort(0)
	return simplex{s.X.Take(order, 0), s.V.Take(order, 0), s.N}
}

// begun is the simplex of the state; in the first iteration it evaluates the vertices.
func begun(value func(num.Array) num.Array, it Iterate, st nelderMeadState) simplex {
	n := it.X.Size()
	return num.Cond(it.NIter.Eq(num.Const(0)), func(s simplex) simplex {
		rest := num.Vmap(value)(s.X.Range(1, n+1))
		return simplex{s.X, num.Concat(0, it.Value.Reshape(1), rest), num.Int(n)}
	}, func(s simplex) simplex { return s }, simplex{st.Vertices, st.Values, num.Int(0)})
}

// moved replaces the worst vertex by a point on the line through the center of the others,
// or shrinks the simplex to the best one.
func (m NelderMead) moved(value func(num.Array) num.Array, s simplex) simplex {
	n := s.X.Shape()[1]
	full := s.V.Const
	rho, chi, psi, sigma := 1.0, 2.0, 0.5, 0.5 // reflection, expansion, contraction, shrinkage
	if dim := float64(max(n, 2)); m.Adaptive {
		chi, psi, sigma = 1+2/dim, 0.75-1/(2*dim), 1-1/dim
	}
	best, good, worst := s.V.At(0), s.V.At(n-1), s.V.At(n)
	center := s.X.Range(0, n).Mean(0)
	away := center.Sub(s.X.At(n))
	point := func(c num.Array) num.Array { return center.Add(away.Mul(c)) }
	vr := value(point(full(rho)))
	// A second point farther out, or between, or within.
	expand := vr.Lt(best)
	accept := expand.Not().And(vr.Lt(good))
	outside := vr.Lt(worst)
	c := num.Where(expand, full(rho*chi), num.Where(outside, full(rho*psi), full(-psi)))
	type trial struct{ C, V, N num.Array }
	second := num.Cond(accept, func(c num.Array) trial { return trial{full(rho), vr, num.Int(0)} },
		func(c num.Array) trial { return trial{c, value(point(c)), num.Int(1)} }, c)
	useSecond := num.Where(expand, second.V.Lt(vr), num.Where(outside, second.V.Le(vr), second.V.Lt(worst)))
	shrink := accept.Or(expand).Or(useSecond).Not()
	c, v := num.Where(useSecond, second.C, full(rho)), num.Where(useSecond, second.V, vr)
	evaluations := s.N.Add(second.N).AddScalar(1)
	return num.Cond(shrink, func(s simplex) simplex {
		first := s.X.Range(0, 1)
		x := first.Add(s.X.Range(1, n+1).Sub(first).Scale(sigma))
		return simplex{num.Concat(0, first, x), num.Concat(0, s.V.Range(0, 1), num.Vmap(value)(x)), evaluations.AddScalar(float64(n))}
	}, func(s simplex) simplex {
		return simplex{num.Concat(0, s.X.Range(0, n), point(c).Reshape(1, n)), num.Concat(0, s.V.Range(0, n), v.Reshape(1)), evaluations}
	}, s)
}
