package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/internal/qp"
)

// ProximalInteriorPoint is a primal–dual interior point method for [Quadratic]: Mehrotra's predictor and corrector in each step, with
// proximal terms that make its linear systems regular whatever constraints depend on each other. It takes 5 to 30 iterations for most programs, to
// any accuracy.
//
// An iteration factors one matrix: up to a hundred variables and rows together, and for matrices that are dense, of the order of x; otherwise
// sparse, of the order of x and all rows.
//
// It follows Schwan, Jiang, Kuhn & Jones, "PIQP: a proximal interior-point quadratic programming solver", 2023.
type ProximalInteriorPoint struct {
	// Absolute makes Options.Tol a bound on the largest violation, the largest element of the dual residual and the duality gap in their
	// own units. Otherwise each is relative to the largest of the terms that cancel there, if that is more than 1.
	Absolute bool
	// Smoothing, if set, is the weight of a logarithmic barrier that stays: the answer is then the solution of
	//
	//	min ½ xᵀQx + cᵀx - Smoothing · Σ log(distance to each limit)
	//
	// which depends smoothly on the data, also where constraints become active or inactive.
	Smoothing float64
}

func (m ProximalInteriorPoint) smoothing() float64 { return max(m.Smoothing, 0) }

func (m ProximalInteriorPoint) ranges() []option.Range {
	return []option.Range{option.AtLeast("Smoothing", m.Smoothing, 0)}
}

func (m ProximalInteriorPoint) quadratic() definition {
	d := define("ProximalInteriorPoint", m.rule)
	d.tol, d.noUnroll, d.maxIter = 1e-8, true, 250
	return d
}

func (m ProximalInteriorPoint) rule(p *Problem) Rule[qp.State] {
	t := p.Quadratic
	if t == nil {
		throwf("ProximalInteriorPoint", "the method is for Quadratic programs")
	}
	return quadraticRule(t, qp.New(t.problem(), qp.Options{Tol: p.Options.Tol, Absolute: m.Absolute, Least: m.smoothing()}))
}
