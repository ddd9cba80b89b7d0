package argmin

import (
	"cmp"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/internal/qp"
)

// OSQP is the alternating direction method of multipliers for [Quadratic]: many cheap steps, which solve with one factorization
// and project onto the limits. It takes some tens to thousands of them, to three to six digits; what a step proves is
// seen by the certificates of infeasible and unbounded programs. A start at the answer of a program that differs little saves most of the
// steps.
//
// It follows Stellato, Banjac, Goulart, Bemporad & Boyd, "OSQP: an operator splitting solver for quadratic programs", 2020. The weight of the steps is
// adapted after a number of steps, never by time, so that runs repeat exactly.
type OSQP struct {
	Rho   float64 // first weight of the constraints; default 0.1
	Alpha float64 // over-relaxation, between 0 and 2; default 1.6
	Every int     // steps of one iteration; default 10
	// Adapt is after how many steps the weight may change, at the end of an iteration, with a new factorization; default 50, negative for never.
	Adapt int
	// NoPolish leaves out the last step, which solves for the active limits and takes the answer to rounding, mostly.
	NoPolish bool
	// MatrixFree takes nothing but products with the matrices, which may be functions of any size: each step then solves its system by conjugate gradients, from the
	// step before, in place of factors. Rows and columns are not scaled, and there is no last step as above.
	MatrixFree bool
	// Absolute is as in [ProximalInteriorPoint].
	Absolute bool
}

func (m OSQP) ranges() []option.Range {
	return []option.Range{option.Positive("Rho", m.Rho), option.AtLeast("Alpha", m.Alpha, 0).AtMost(2), option.AtLeast("Every", float64(m.Every), 0)}
}

func (m OSQP) matrixFree() bool { return m.MatrixFree }

func (m OSQP) quadratic() definition {
	d := define("OSQP", m.rule)
	d.tol, d.noUnroll, d.maxIter = 1e-6, true, 4000
	return d
}

func (m OSQP) rule(p *Problem) Rule[qp.ADMMState] {
	t := p.Quadratic
	if t == nil {
		throwf("OSQP", "the method is for Quadratic programs")
	}
	adapt := m.Adapt
	if adapt == 0 {
		adapt = 50
	}
	return quadraticRule(t, qp.ADMM{
		Method: qp.New(t.problem(), qp.Options{Tol: p.Options.Tol, Absolute: m.Absolute}),
		Rho:    option.Or(m.Rho, 0.1), Relax: option.Or(m.Alpha, 1.6), Adapt: max(adapt, 0), Every: cmp.Or(m.Every, 10), NoPolish: m.NoPolish || m.MatrixFree,
	})
}
