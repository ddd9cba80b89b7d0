package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// ADMM is the alternating direction method of multipliers: it minimizes over x and over
// z = K x in turn.
//
// It follows Boyd et al., "Distributed optimization and statistical learning via the
// alternating direction method of multipliers", 2011, with over-relaxation and the penalty
// balanced as in section 3.4.1. The minimum over x is found by [NewtonCG] steps, of which a
// quadratic f needs one.
type ADMM struct {
	Rho        float64 // the first penalty; default 1
	FixedRho   bool    // do not adapt the penalty
	Relaxation float64 // between 0 and 2; default 1.6
}

func (m ADMM) ranges() []option.Range {
	return []option.Range{option.Positive("Rho", m.Rho), option.Between("Relaxation", m.Relaxation, 0, 2)}
}

func (m ADMM) split() definition {
	return define("ADMM", func(p *Problem) Rule[num.Array] {
		if p.Split == nil {
			throwf("ADMM", "the method is for Split problems")
		}
		// The state is the penalty ρ.
		return Rule[num.Array]{
			Init:   func(it Iterate) num.Array { return it.X.Const(option.Or(m.Rho, 1)) },
			Update: func(it Iterate, rho num.Array) (Iterate, num.Array) { return m.update(p, it, rho) },
		}
	})
}

func (m ADMM) update(p *Problem, it Iterate, rho num.Array) (Iterate, num.Array) {
	x0, z, y := p.Split.Parts(it.X)
	x, n := minimizeX(p, x0, z, y, rho, it.Error)
	kx := p.Split.K(x)
	relaxation := option.Or(m.Relaxation, 1.6)
	relaxed := kx.Scale(relaxation).Add(z.Scale(1 - relaxation))
	u := y.Div(rho)
	zn := p.Split.Prox(relaxed.Add(u), num.Const(1).Div(rho))
	yn := y.Add(relaxed.Sub(zn).Mul(rho))

	primal, dual := num.Norm(kx.Sub(zn)), num.Norm(zn.Sub(z)).Mul(rho)
	if !m.FixedRho {
		up, down := primal.Gt(dual.Scale(10)), dual.Gt(primal.Scale(10)) // μ = 10 and τ = 2 of section 3.4.1
		rho = num.Where(up, rho.Scale(2), num.Where(down, rho.Scale(0.5), rho))
	}
	it.NFev = it.NFev.Add(n)
	return p.At(it, p.Split.Join(x, zn, yn)), rho
}

// minimizeX minimizes f(x) + yᵀ(K x - z) + ρ/2 |K x - z|² from x0 by Newton-CG steps, to a
// tenth of the error of the whole iterate. Its derivative is implicit even where the
// iterations around it are unrolled.
func minimizeX(p *Problem, x0, z, y, rho, err num.Array) (x, evaluations num.Array) {
	type terms struct{ Z, Y, Rho num.Array }
	fg := func(x num.Array, t terms) (num.Array, num.Array) {
		return num.ValueAndGrad(func(x num.Array) num.Array {
			r := p.Split.K(x).Sub(t.Z)
			return p.Split.F(x).Add(t.Y.Dot(r)).Add(r.Dot(r).Mul(t.Rho).Scale(0.5))
		})(x)
	}
	inner := NewtonCG{LineSearch: linesearch.Backtracking(linesearch.BacktrackingOptions{})}
	gradient := func(x num.Array, t terms) num.Array { _, g := fg(x, t); return g }
	return num.CustomRootAux(gradient, func(t terms) (num.Array, num.Array) {
		at := func(x num.Array) (num.Array, num.Array) { return fg(x, t) }
		it := Iterate{X: x0, NIter: num.Int(0), Code: code(status.Running), NFev: num.Int(1), NVal: num.Int(0), StepSize: x0.Const(0), NFailed: num.Int(0)}
		it.Value, it.Grad = at(x0)
		it.Error = num.Norm(it.Grad)
		tol := err.Scale(0.1)
		// Twenty steps are many for a function that is nearly quadratic; the next iteration
		// does the rest.
		it = num.WhileMax(20, func(it Iterate) num.Array {
			return it.Error.Gt(tol).And(it.Code.Eq(code(status.Running)))
		}, func(it Iterate) Iterate {
			it, _ = inner.step(at, it, it.X.Const(0)) // f is convex
			it.Error = num.Norm(it.Grad)
			return it
		}, it)
		return it.X, it.NFev
	}, p.Options.Linear)(terms{z, y, rho})
}
