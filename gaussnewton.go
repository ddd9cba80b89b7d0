package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// GaussNewton is the Gauss-Newton method with a line search: steps to the minimum of the linear model of the
// residuals. Near a solution with small residuals it needs the fewest iterations; far from it, or where columns of the
// Jacobian are nearly dependent, [LevenbergMarquardt] is safer.
//
// Where the Jacobian does not have full rank, also for fewer residuals than parameters, it takes the step of least
// norm in units of the norms of columns, by singular values (Björck, "Numerical Methods for Least Squares
// Problems", 1996, section 9.2). An iteration costs a line search, a linearization, of n products, its QR decomposition, 4mn²
// operations, and singular values of a matrix of n columns. For more than 100 parameters of which each residual has a few the step is found by the
// entries of J, as in [DampedSparse], unless Rank is set.
type GaussNewton struct {
	LineSearch linesearch.Search // default linesearch.Backtracking
	Rank       float64           // singular values up to Rank times the largest count as zero; default ε·max(m, n)
}

func (m GaussNewton) ranges() []option.Range {
	return []option.Range{option.Share("Rank", m.Rank)}
}

func (m GaussNewton) leastSquares() definition {
	d := define("GaussNewton", m.rule)
	d.tol, d.maxIter = squaresTol, squaresMaxIter
	return d
}

func (m GaussNewton) rule(p *Problem) Rule[modelState] {
	search := searchOr(m.LineSearch, linesearch.Backtracking(linesearch.BacktrackingOptions{}))
	system := p.squaresSystem("GaussNewton", m.Rank)
	evaluate := func(it Iterate, st modelState) (Iterate, modelState) { return p.squaresAt(it, st, system.condense) }
	return Rule[modelState]{
		evaluate: evaluate,
		Update: func(it Iterate, st modelState) (Iterate, modelState) {
			dir := system.newton(it, st.Model, positive(st.Norms))
			found, _ := p.Search(it, search, dir, it.X.Const(1))
			next, st := evaluate(found, st)
			next.Error = num.Where(found.Code.Eq(code(status.Running)), next.Error,
				num.Minimum(next.Error, p.squaresError(next, next.Grad, st.Norms, roundedStalled)))
			return next, st
		},
	}
}

// rounding is the part of the largest singular value of a Jacobian that rounding makes of one that is zero, as in LAPACK.
func (p *Problem) rounding() float64 {
	return p.start.DType().Eps() * float64(max(p.Residual.M, p.Residual.N))
}
