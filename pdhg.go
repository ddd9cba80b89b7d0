package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/internal/qp"
)

// PDHG is the restarted primal–dual hybrid gradient method for [Quadratic], known as PDLP for linear programs: very many steps, each of which is
// a product with the matrices and one with their transposes, and no factorization ever. Its memory is that of the matrices, which may be functions
// ([LinearMap]), and it is the method for programs whose factors take too long or do not fit. Expect hundreds to
// many thousands of steps to four digits, and each further digit to take as many again where the program is well-conditioned.
//
// One iteration is Every steps, after which the point is judged; State.NFev counts steps. It starts best from an answer of a program
// nearby, with its multipliers.
//
// It follows Applegate and others, "Practical large-scale linear programming using primal-dual hybrid gradient", 2021; Lu & Yang, "Restarted Halpern
// PDHG for linear programming", 2024; Lu, Peng & Yang, "cuPDLPx", 2025.
type PDHG struct {
	Every int // steps of one iteration, at least 2; default 40
	// Weight is the first relation of the sizes of dual and primal steps, which restarts adapt; default that of the sizes of objective and limits, or of the multipliers and
	// variables of the start.
	Weight float64
	// Gap, if set, is how large the duality gap may be, relative as the errors are; it may be much more than Options.Tol, which then bounds the violations of the constraints
	// and of those of the dual. Where the gap is reached, feasibility is polished: by steps that forget the objective, and by steps that
	// forget the limits. On some problems polishing costs more steps than it saves. 1e-3 with a tolerance of 1e-8
	// gives points that are feasible, and good.
	Gap float64
	// Absolute is as in [ProximalInteriorPoint].
	Absolute bool
}

func (m PDHG) ranges() []option.Range {
	return []option.Range{option.AtLeast("Every", float64(m.Every), 0), option.Positive("Weight", m.Weight), option.AtLeast("Gap", m.Gap, 0)}
}

func (m PDHG) quadratic() definition {
	d := define("PDHG", m.rule)
	d.tol, d.noUnroll, d.maxIter = 1e-6, true, 10000
	return d
}

func (m PDHG) matrixFree() bool { return true }

func (m PDHG) rule(p *Problem) Rule[qp.PDHGState] {
	t := p.Quadratic
	if t == nil {
		throwf("PDHG", "the method is for Quadratic programs")
	}
	every := m.Every
	if every == 0 {
		every = 40
	}
	r := quadraticRule(t, qp.NewPDHG(t.problem(), qp.Options{Tol: p.Options.Tol, Absolute: m.Absolute, Gap: m.Gap}, max(every, 2), m.Weight, t.linear))
	r.patient = true
	return r
}
