package qp

import "github.com/argmin-go/argmin/num"

// Feasibility polishing (Applegate and others, "PDLP: a practical first-order method for large-scale linear programming", 2025): where the duality gap is small
// enough, a feasible point near x is found by the same steps on the program without its objective, and multipliers near y that
// are feasible in the dual by those on the program with limits of zero. Both have fewer conditions to meet than the program itself, though on some problems they cost more.

// share is the part of the steps so far that looking for either may take, and again by how much more there have to be before the next try. The first is PDLP's,
// the second a choice.
const (
	share = 1. / 8
	later = 2
)

// made polishes a state whose gap is small enough, if it is time to. The point is replaced by the one that is found if that is better; the method goes on from
// where it was. It gives the number of steps as well.
func (m PDHG) made(st PDHGState) (PDHGState, array) {
	if m.Gap <= 0 {
		return st, num.Int(0)
	}
	type outcome struct {
		State PDHGState
		Steps array
	}
	gap := st.Errors.part(st.Errors.Gap, st.Errors.GapSize, m.Absolute)
	due := st.Total.Ge(st.Next).And(gap.Le(num.Const(m.Gap))).And(st.Error.Gt(num.Const(m.Tol)))
	o := num.Cond(due, func(st PDHGState) outcome {
		at := place{st.PX, m.tail(st.PT)}
		x, first := m.withoutObjective().search(st, place{at.X, at.Y.Scale(0)}, func(e Errors) array { return e.part(e.Primal, e.PrimalSize, m.Absolute) })
		y, second := m.withoutLimits(x.X).search(st, place{at.X.Scale(0), at.Y}, func(e Errors) array { return e.part(e.Dual, e.DualSize, m.Absolute) })
		whole := m
		whole.whole = true
		found := whole.assess(st, place{x.X, y.Y}, m.steps(st))
		st.Next = st.Total.AsType(st.Weight.DType()).Scale(later).AsType(num.Int32)
		better := found.Error.Lt(st.Error)
		st = num.Cond(better, func(s [2]PDHGState) PDHGState {
			st, found := s[0], s[1]
			st.PX, st.PT, st.Errors, st.Error = found.PX, found.PT, found.Errors, found.Error
			return st
		}, func(s [2]PDHGState) PDHGState { return s[0] }, [2]PDHGState{st, found})
		return outcome{st, first.Add(second)}
	}, func(st PDHGState) outcome { return outcome{st, num.Int(0)} }, st)
	return o.State, o.Steps
}

// search makes steps from a point until an error is well within the tolerance, or the share of the steps is over, and gives where they arrive, and their number.
func (m PDHG) search(st PDHGState, at place, off func(e Errors) array) (to place, steps array) {
	most := st.Total.AsType(st.Weight.DType()).Scale(share / float64(m.Every)).AddScalar(1).AsType(num.Int32)
	st.X, st.Y, st.X0, st.Y0 = at.X, at.Y, at.X, at.Y
	st.Age, st.Total, st.Drift = num.Int(0), num.Int(0), st.Drift.Scale(0)
	st.First, st.Last, st.Bend = st.First.Scale(0), st.Last.Scale(0), st.Bend.Scale(0)
	st = m.assess(st, at, m.steps(st))
	most = most.Scale(float64(m.Every))
	st = num.While(func(st PDHGState) array {
		return off(st.Errors).Gt(num.Const(m.Tol / 2)).And(st.Total.Lt(most))
	}, func(st PDHGState) PDHGState {
		st, _, _ = m.Step(st)
		return st
	}, st)
	return place{st.PX, m.tail(st.PT)}, st.Total
}

// withoutObjective is the method on the program that asks for feasible points only.
func (m PDHG) withoutObjective() PDHG {
	m = m.inner()
	m.c, m.C = m.c.Scale(0), m.C.Scale(0)
	return m
}

// withoutLimits is the method on the program whose dual asks for feasible multipliers only, with the slope of the objective at x.
func (m PDHG) withoutLimits(x array) PDHG {
	c, given := m.c.Add(m.bent(x)), m.C
	if !m.Linear {
		given = given.Add(m.Products.HTimes(m.K, x.Mul(m.d)))
	}
	m = m.inner()
	m.c, m.C, m.whole = c, given, true
	zero := func(v array) array { return num.Where(v.IsFinite(), num.Const(0), v) }
	m.lo, m.hi, m.low, m.high, m.least, m.most = m.lo.Scale(0), m.hi.Scale(0), zero(m.low), zero(m.high), zero(m.least), zero(m.most)
	return m
}

// inner is the method for a linear program within the method, without a search of its own.
func (m PDHG) inner() PDHG {
	m.Linear, m.Gap = true, 0
	m.K.H, m.k.H = m.K.H.Scale(0), m.k.H.Scale(0)
	return m
}
