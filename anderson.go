package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// AndersonAcceleration finds a fixed point x = T(x) by combining the last points: the next
// one is the combination of their images T(x) for which the same combination of their
// displacements x - T(x) is smallest.
//
// It follows Anderson, "Iterative procedures for nonlinear integral equations", 1965, and
// Walker & Ni, "Anderson acceleration for fixed-point iterations", 2011, in the
// unconstrained form of differences. [AndersonWrapper] applies it to the iterations of
// another solver.
type AndersonAcceleration struct {
	Memory int     // steps kept; default 5
	Mixing float64 // share of the combined images in the next point, the rest being the combined points; default 1
	// MixEvery is the number of iterations from one combination to the next: in the others x ← T(x).
	// Default 1.
	MixEvery int
	Ridge    float64 // weight on the coefficients, relative to the size of the system; default 1e-10 (1e-5 in float32)
}

func (m AndersonAcceleration) ranges() []option.Range {
	return []option.Range{memoryRange(m.Memory), option.Positive("Mixing", m.Mixing), option.AtLeast("MixEvery", float64(m.MixEvery), 1)}
}

func (m AndersonAcceleration) fixedPoint() definition {
	d := define("AndersonAcceleration", func(p *Problem) Rule[mixerState] {
		return Rule[mixerState]{
			Init: func(it Iterate) mixerState { return m.init(it.X) },
			Update: func(it Iterate, st mixerState) (Iterate, mixerState) {
				to, st := m.next(it.X, it.Grad, st)
				return p.At(it, to), st
			},
		}
	})
	plain := d.rule
	d.rule = func(p *Problem) rule {
		if p.Options.Unroll {
			return flattened(d.name, p, m.unrolled(p))
		}
		return plain(p)
	}
	return d
}

// mixerState is the last differences of points and of displacements, one per row, written in
// turn.
type mixerState struct {
	DX, DR num.Array // [m, n]
	X, R   num.Array // [n] the last point and its displacement
	Count  num.Array // points seen, int32
}

func (m AndersonAcceleration) init(x num.Array) mixerState {
	rows := num.Full(x.DType(), 0, m.memory(), x.Size())
	return mixerState{rows, rows, x, x.Scale(0), num.Int(0)}
}

func (m AndersonAcceleration) memory() int { return option.Or(m.Memory, 5) }

// next is the point to go to from x with displacement r = x - T(x).
func (m AndersonAcceleration) next(x, r num.Array, st mixerState) (num.Array, mixerState) {
	st = st.put(x, r)
	gamma := m.weights(st.DR.MatMul(st.DR.T()), st.DR.MatMul(r))
	to := m.mix(x, r, gamma, st)
	return num.Where(to.IsFinite().All().And(m.mixes(st)), to, x.Sub(r)), st
}

// mixes reports whether the points seen so far are to be combined, a bool scalar.
func (m AndersonAcceleration) mixes(st mixerState) num.Array {
	return st.Count.Rem(num.Int(option.Or(m.MixEvery, 1))).Eq(num.Const(0))
}

// put adds a point and its displacement.
func (st mixerState) put(x, r num.Array) mixerState {
	rows, n := st.DX.Shape()[0], x.Size()
	some := st.Count.Gt(num.Const(0))
	at := []num.Array{num.Maximum(st.Count.AddScalar(-1), num.Const(0)).Rem(num.Int(rows)), num.Int(0)}
	put := func(rows, v num.Array) num.Array {
		v = num.Where(some, v, v.Scale(0))
		return rows.DynamicUpdateSlice(v.Reshape(1, n), at)
	}
	return mixerState{put(st.DX, x.Sub(st.X)), put(st.DR, r.Sub(st.R)), x, r, st.Count.AddScalar(1)}
}

// weights minimize |r - drᵀγ|² + ridge |γ|², a system of the memory's size, from dr drᵀ and dr r.
func (m AndersonAcceleration) weights(gram, right num.Array) num.Array {
	d := right.DType()
	// JAXopt's 1e-5 in float32, about ε^⅔, and as small in float64.
	ridge := 1e-10
	if d == num.Float32 {
		ridge = 1e-5
	}
	size := num.Trace(gram).Scale(option.Or(m.Ridge, ridge))
	size = num.Where(size.Gt(num.Const(0)), size, num.Const(1))
	gamma := num.Solve(gram.Add(num.Eye(m.memory()).AsType(d).Mul(size)), right)
	return num.Where(gamma.IsFinite().All(), gamma, gamma.Scale(0))
}

// mix is the combination of the last points and images by the weights γ.
func (m AndersonAcceleration) mix(x, r, gamma num.Array, st mixerState) num.Array {
	return x.Sub(gamma.MatMul(st.DX)).Sub(r.Sub(gamma.MatMul(st.DR)).Scale(option.Or(m.Mixing, 1)))
}

// AndersonWrapper accelerates the iterations of a solver: one update is treated as a map of
// the parameters, whose fixed point is sought as by [AndersonAcceleration].
//
// Where the value is the whole objective, a combination that raises it is replaced by the
// plain update. The wrapper suits first-order methods with a fixed step; methods with a memory, such
// as momentum or quasi-Newton pairs, gain little. The solver's options apply. Methods without
// derivatives, such as [NelderMead], cannot be accelerated: the solver's calls return an
// error.
func AndersonWrapper[P, D any](s *Solver[P, D], m AndersonAcceleration) *Solver[P, D] {
	if s == nil {
		return &Solver[P, D]{wrong: wrong("AndersonWrapper", "the solver is nil")}
	}
	if s.check() != nil {
		return s
	}
	inner, other := s.def, *s
	if d := defined(m, AndersonAcceleration.fixedPoint); d.wrong != "" {
		other.wrong = wrong("AndersonWrapper", "%s", d.wrong)
	}
	other.def.name, other.def.leaves = "AndersonWrapper of "+inner.name, true
	other.def.rule = func(p *Problem) rule {
		if inner.derivativeFree {
			throwf("AndersonWrapper", "%s cannot be accelerated: its iterations are not a map of the parameters", inner.name)
		}
		in := inner.rule(p)
		if in.keeps {
			throwf("AndersonWrapper", "%s cannot be accelerated: it keeps what it found at its own points", inner.name)
		}
		return flattened(other.def.name, p, m.around(p, in))
	}
	return other.jit()
}

type wrappedState struct {
	Mixer mixerState
	Inner []num.Array // the state of the method within
}

// around is the rule that accelerates another one.
func (m AndersonAcceleration) around(p *Problem, in rule) Rule[wrappedState] {
	return Rule[wrappedState]{
		Error: in.error, Start: in.start, Evaluates: in.evaluates,
		Init: func(it Iterate) wrappedState { return wrappedState{m.init(it.X), in.init(it)} },
		Update: func(it Iterate, st wrappedState) (Iterate, wrappedState) {
			next, inner := in.update(it, st.Inner)
			to, mixed := m.next(it.X, it.X.Sub(next.X), st.Mixer)
			return in.mixed(p, next, to), wrappedState{mixed, inner}
		},
	}
}

// mixed moves the iterate that a method made to a combination of points.
func (in rule) mixed(p *Problem, next Iterate, to num.Array) Iterate {
	if in.evaluates {
		// The value and error are those before the step; if they are good enough, so is the
		// point that the method chose to stay at.
		return p.step(next, to)
	}
	if in.error != nil {
		// The value is not all of the objective, nor Grad the gradient at the last point.
		next = p.At(next, to)
		next.Error = in.error(next)
		return next
	}
	mixed := p.At(next, to)
	better := mixed.Value.Le(next.Value).And(mixed.Grad.IsFinite().All())
	next.X, next.Value, next.Grad = num.Where(better, to, next.X), num.Where(better, mixed.Value, next.Value),
		num.Where(better, mixed.Grad, next.Grad)
	next.NFev = mixed.NFev
	return next
}
