package argmin

import (
	"log/slog"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// CGFormula is how [NonlinearCG] weighs the last direction.
type CGFormula int

// The formulas; see Hager & Zhang, "A survey of nonlinear conjugate gradient
// methods", 2006, from which the numbers in brackets are. Where one gives a negative
// weight it is zero (HagerZhang's is bounded below as in its paper, 2005).
const (
	PolakRibiere    CGFormula = iota // gᵀy / g₀ᵀg₀ (2.2)
	FletcherReeves                   // gᵀg / g₀ᵀg₀ (2.1)
	HestenesStiefel                  // gᵀy / dᵀy (2.3)
	DaiYuan                          // gᵀg / dᵀy (2.6)
	HagerZhang                       // (y - 2d yᵀy/dᵀy)ᵀg / dᵀy (2.7)
)

func (f CGFormula) String() string {
	return [...]string{"PolakRibiere", "FletcherReeves", "HestenesStiefel", "DaiYuan", "HagerZhang"}[f]
}

// NonlinearCGOptions configures [NonlinearCG]; the zero value is useful.
type NonlinearCGOptions struct {
	MaxIter    int               // iterations at most; 0 means 500
	Tol        float64           // stop when the gradient's Euclidean norm is at most this; 0 means 1e-6
	Formula    CGFormula         // the zero value is PolakRibiere
	LineSearch linesearch.Search // nil means linesearch.Zoom with C2 of 0.1
	Unroll     bool              // Argmin differentiates through the iterations instead of implicitly
	Linear     num.LinearSolver  // solves the system of the implicit derivative; nil means num.DenseSolver
	History    bool              // keep the value and error of every iteration in Result.History
	Logger     *slog.Logger      // gets a record for every iteration; nil means none
	NoJit      bool              // trace the objective anew in every call, which then sees what it captures as it is
}

// NonlinearCG is the nonlinear conjugate gradient method (Nocedal & Wright, "Numerical
// Optimization", section 5.2). It starts anew along the gradient where a direction
// does not descend.
func NonlinearCG[P, A any](f func(P, A) num.Array, opt NonlinearCGOptions) *Solver[P, A] {
	search := chosen(opt.LineSearch, linesearch.Zoom(linesearch.ZoomOptions{C2: 0.1}))
	return newSolver(f, always[P, A](nonlinearCG{opt.Formula, search}), nil, settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit})
}

type nonlinearCG struct {
	formula CGFormula
	search  linesearch.Search
}

// The state is the direction, the decrease that the last step promised, and whether the
// direction is the gradient's.
func (nonlinearCG) init(it iterate) []num.Array {
	return []num.Array{it.G.Neg(), num.Full(it.X.DType(), 0), num.Full(num.Bool, 1)}
}

func (m nonlinearCG) update(f linesearch.Func, it iterate, st []num.Array) (iterate, []num.Array) {
	d, last, steepest := st[0], st[1], st[2]
	zero, one := num.Full(d.DType(), 0), num.Full(d.DType(), 1)
	slope := d.Dot(it.G)
	bad := slope.Lt(zero).Not()
	d = num.Where(bad, it.G.Neg(), d)
	slope = num.Where(bad, it.G.Dot(it.G).Neg(), slope)
	// The step that would promise as much as the last one did (equation 3.60).
	step := num.Where(last.Lt(zero), last.Div(num.Where(slope.Lt(zero), slope, one)), atMostOne(it.Error))
	next, r := it.along(m.search, f, d, step)
	y := next.G.Sub(it.G)
	gg, dy := next.G.Dot(next.G), d.Dot(y)
	ratio := func(a, b num.Array) num.Array { return a.Div(num.Where(b.Eq(zero), one, b)) }
	floor := zero
	var beta num.Array
	switch m.formula {
	case FletcherReeves:
		beta = ratio(gg, it.G.Dot(it.G))
	case HestenesStiefel:
		beta = ratio(next.G.Dot(y), dy)
	case DaiYuan:
		beta = ratio(gg, dy)
	case HagerZhang:
		beta = ratio(y.Sub(d.Mul(ratio(y.Dot(y), dy).Scale(2))).Dot(next.G), dy)
		floor = ratio(one.Neg(), num.Norm(d).Mul(num.Minimum(one.Scale(0.01), it.Error)))
	default:
		beta = ratio(next.G.Dot(y), it.G.Dot(it.G))
	}
	beta = num.Maximum(beta, floor)
	next, forget := next.orAnew(steepest.Or(bad))
	d = num.Where(forget, next.G.Neg(), d.Mul(beta).Sub(next.G))
	return next, []num.Array{d, num.Where(forget, zero, r.Step.Mul(slope)), forget}
}
