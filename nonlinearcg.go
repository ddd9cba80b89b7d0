package argmin

import (
	"fmt"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// CGFormula selects how [NonlinearCG] weighs the last direction.
type CGFormula int

// The formulas, with the equation numbers of Hager & Zhang, "A survey of nonlinear
// conjugate gradient methods", 2006. A negative weight becomes zero; the one of HagerZhang
// is bounded below as in their paper of 2005.
const (
	PolakRibiere    CGFormula = iota // gᵀy / g₀ᵀg₀ (2.2)
	FletcherReeves                   // gᵀg / g₀ᵀg₀ (2.1)
	HestenesStiefel                  // gᵀy / dᵀy (2.3)
	DaiYuan                          // gᵀg / dᵀy (2.6)
	HagerZhang                       // (y - 2d yᵀy/dᵀy)ᵀg / dᵀy (2.7)
)

var cgFormulas = [...]string{"PolakRibiere", "FletcherReeves", "HestenesStiefel", "DaiYuan", "HagerZhang"}

func (f CGFormula) known() bool { return f >= 0 && int(f) < len(cgFormulas) }

// String is the name of the formula's authors, such as "PolakRibiere".
func (f CGFormula) String() string {
	if !f.known() {
		return fmt.Sprintf("CGFormula(%d)", int(f))
	}
	return cgFormulas[f]
}

// NonlinearCG is the nonlinear conjugate gradient method, which keeps only three vectors
// (Nocedal & Wright, "Numerical Optimization", section 5.2). It restarts along the gradient
// where a direction does not descend.
type NonlinearCG struct {
	Formula    CGFormula         // default PolakRibiere
	LineSearch linesearch.Search // default linesearch.Zoom with C2 of 0.1
	StepControl
}

func (m NonlinearCG) ranges() []option.Range { return m.stepRanges() }

func (m NonlinearCG) smooth() definition {
	d := define("NonlinearCG", m.rule)
	if !m.Formula.known() {
		d.wrong = fmt.Sprintf("NonlinearCG.Formula is %v, which is not a formula", m.Formula)
	}
	return d
}

type nonlinearCGState struct {
	Dir      num.Array // [n] the direction
	Promise  num.Array // the decrease that the last step promised: its length times the slope
	Steepest num.Array // bool: whether Dir is the negative gradient
}

func (m NonlinearCG) rule(p *Problem) Rule[nonlinearCGState] {
	// 0.1 is Nocedal & Wright's c₂ for conjugate gradients: they need more exact searches.
	search := searchOr(m.LineSearch, linesearch.Zoom(linesearch.ZoomOptions{C2: 0.1}))
	return Rule[nonlinearCGState]{
		Init: func(it Iterate) nonlinearCGState {
			return nonlinearCGState{it.Grad.Neg(), it.X.Const(0), num.Full(num.Bool, 1)}
		},
		Update: func(it Iterate, st nonlinearCGState) (Iterate, nonlinearCGState) {
			zero, one := num.Const(0), num.Const(1)
			d, slope := st.Dir, st.Dir.Dot(it.Grad)
			bad := slope.Lt(zero).Not()
			d = num.Where(bad, it.Grad.Neg(), d)
			slope = num.Where(bad, it.Grad.Dot(it.Grad).Neg(), slope)
			// The step that would promise as much as the last one did (equation 3.60).
			same := st.Promise.Div(num.Where(slope.Lt(zero), slope, one))
			own := num.Where(st.Promise.Lt(zero), same, atMostOne(num.Norm(it.Grad)))
			next, r := m.search(p, it, search, d, own, it.StepSize)
			beta := m.Formula.beta(it, next, d)
			next, forget := m.restarted(next, st.Steepest.Or(bad))
			d = num.Where(forget, next.Grad.Neg(), d.Mul(beta).Sub(next.Grad))
			return next, nonlinearCGState{d, num.Where(forget, zero, r.Step.Mul(slope)), forget}
		},
	}
}

// beta is the weight of the direction d, which led from one iterate to the next.
func (f CGFormula) beta(it, next Iterate, d num.Array) num.Array {
	y := next.Grad.Sub(it.Grad)
	gg, dy := next.Grad.Dot(next.Grad), d.Dot(y)
	ratio := func(a, b num.Array) num.Array { return a.Div(num.Where(b.Eq(num.Const(0)), num.Const(1), b)) }
	switch f {
	case FletcherReeves:
		return num.Maximum(ratio(gg, it.Grad.Dot(it.Grad)), num.Const(0))
	case HestenesStiefel:
		return num.Maximum(ratio(next.Grad.Dot(y), dy), num.Const(0))
	case DaiYuan:
		return num.Maximum(ratio(gg, dy), num.Const(0))
	case HagerZhang:
		// η = 0.01 is the paper's.
		floor := ratio(gg.Const(-1), num.Norm(d).Mul(num.Minimum(num.Const(0.01), it.Error)))
		return num.Maximum(ratio(y.Sub(d.Mul(ratio(y.Dot(y), dy).Scale(2))).Dot(next.Grad), dy), floor)
	}
	return num.Maximum(ratio(next.Grad.Dot(y), it.Grad.Dot(it.Grad)), num.Const(0))
}
