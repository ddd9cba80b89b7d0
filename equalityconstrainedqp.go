package argmin

import (
	"github.com/argmin-go/argmin/internal/qp"
	"github.com/argmin-go/argmin/num"
)

// EqualityConstrainedQP is a method for [Quadratic] programs whose only limits are equations: they are one linear system, which it
// solves and corrects once or twice. Rows that repeat others do no harm; rows that contradict each other end as Infeasible. A limit that is
// not an equation is an error.
//
// It factors one matrix, of the order of x where matrices are dense, otherwise sparse, of the order of x and the rows.
type EqualityConstrainedQP struct {
	// MatrixFree solves by MINRES, with nothing but products: a product with Q, A and the transpose of A for each of its steps, of which there are up to
	// ten times the unknowns, as a rule about the square root of the condition number.
	MatrixFree bool
	// Absolute is as in [ProximalInteriorPoint].
	Absolute bool
}

func (m EqualityConstrainedQP) matrixFree() bool { return m.MatrixFree }

func (m EqualityConstrainedQP) quadratic() definition {
	d := define("EqualityConstrainedQP", m.rule)
	d.tol, d.noUnroll, d.maxIter = 1e-8, true, 100
	return d
}

func (m EqualityConstrainedQP) rule(p *Problem) Rule[qp.EquationsState] {
	t := p.Quadratic
	if t == nil {
		throwf("EqualityConstrainedQP", "the method is for Quadratic programs")
	}
	e := qp.Equations{Method: qp.New(t.problem(), qp.Options{Tol: p.Options.Tol, Absolute: m.Absolute})}
	others := e.Inequalities()
	e.C = num.Check(e.C, others.Eq(num.Const(0)), others,
		"argmin.EqualityConstrainedQP: the program has limits that are not equations (take ProximalInteriorPoint, OSQP or DualActiveSet); their number is")
	return quadraticRule(t, e)
}
