package constrained

import (
	"context"
	"fmt"
	"math"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/parity"
	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// FTol and MaxIter are the options of SLSQP, ours and SciPy's, whose defaults stop at six digits and 100 iterations; other solvers have
// their defaults.
const (
	FTol    = 1e-10
	MaxIter = 1000
)

// Ours are argmin's solvers by name.
func Ours() map[string]func(context.Context, *Problem) Figure {
	return map[string]func(context.Context, *Problem) Figure{
		"minimize-slsqp":        onHost(minimize.SLSQP{FTol: FTol, MaxIter: MaxIter}),
		"minimize-trust-constr": onHost(minimize.TrustConstr{}),
		"minimize-cobyqa":       onHost(minimize.COBYQA{}),
		"interior-point":        traced(argmin.InteriorPoint{}, true),
		"augmented-lagrangian":  traced(argmin.AugmentedLagrangian{}, false),
		"sqp":                   traced(argmin.SQP{}, false),
		"sqp-exact":             traced(argmin.SQP{Exact: true}, true),
	}
}

// onHost runs a method of package minimize.
func onHost(m minimize.Method) func(context.Context, *Problem) Figure {
	return func(ctx context.Context, p *Problem) Figure {
		var f Figure
		counted := func(n *int, get func(x []float64) []float64) func(x, to []float64) {
			return func(x, to []float64) {
				*n++
				copy(to, get(x))
			}
		}
		symmetric := func(h *mat.SymDense, v []float64) {
			f.NHess++
			h.CopySym(mat.NewSymDense(p.N, v))
		}
		value := counted(&f.NFev, p.Value)
		jacobian := counted(&f.NJac, p.Jacobian)
		problem := minimize.Problem{
			Func: func(x []float64) float64 { v := []float64{0}; value(x, v); return v[0] },
			Grad: counted(&f.NGrad, p.Gradient),
			Hess: func(x []float64, h *mat.SymDense) { symmetric(h, p.Hessian(x, 1, make([]float64, p.M()))) },
		}
		upper := make([]float64, p.M())
		for i := range upper {
			if i >= p.Equations {
				upper[i] = math.Inf(1)
			}
		}
		opt := minimize.Options{
			Method: m,
			Bounds: &minimize.Bounds{Lower: floats(p.Lower), Upper: floats(p.Upper)},
			Constraints: []minimize.Constraint{{
				Func: counted(&f.NCon, p.Constraints), Lower: make([]float64, p.M()), Upper: upper,
				Jac:  func(x []float64, j *mat.Dense) { jacobian(x, j.RawMatrix().Data) },
				Hess: func(x, y []float64, h *mat.SymDense) { symmetric(h, p.Hessian(x, 0, y)) },
			}},
		}
		r, err := minimize.Minimize(ctx, problem, floats(p.X0), opt)
		f.Success, f.Infeasible, f.Unbounded, f.Message = r.Success, r.Status == status.Infeasible, r.Status == status.Unbounded, r.Message
		if err != nil {
			f.Success, f.Message = false, err.Error()
		}
		f.X = numbers(r.X)
		return f
	}
}

// traced runs a method of argmin.Constrained. It evaluates f with c, the gradient with the Jacobian, and in each iteration a Hessian if
// the method takes any. A pass that gives a value with its gradient counts as one evaluation of the gradient, as it does for the other
// solvers, whose gradients make the same pass.
func traced(m argmin.ConstrainedMethod, hessians bool) func(context.Context, *Problem) Figure {
	return func(ctx context.Context, p *Problem) Figure {
		type none = struct{}
		c := argmin.Constraints[num.Array, none]{
			Bounds: func(none) (lower, upper num.Array) {
				return num.Vector(floats(p.Lower)...), num.Vector(floats(p.Upper)...)
			},
		}
		if p.Equations > 0 {
			c.Equal = func(x num.Array, _ none) any { return p.C.Apply(x).Range(0, p.Equations) }
		}
		if p.Inequalities > 0 {
			c.Between = func(x num.Array, _ none) any { return p.C.Apply(x).Range(p.Equations, p.M()) }
			c.Limits = func(none) (lo, hi any) { return num.Scalar(0), num.Scalar(math.Inf(1)) }
		}
		f := func(x num.Array, _ none) num.Array { return p.F.Apply(x).Sum() }
		r, err := argmin.Constrained(f, c, m, argmin.Options{MaxIter: 3 * MaxIter}).RunContext(ctx, argmin.KKT[num.Array]{X: num.Vector(floats(p.X0)...)}, none{})
		if r.Params.X == (num.Array{}) || r.State.Status() == status.Running {
			return Figure{Message: fmt.Sprint(err)}
		}
		fig := Figure{
			X: numbers(r.Params.X.Float64s()), Success: r.Success(), Infeasible: r.State.Status() == status.Infeasible,
			Unbounded: r.State.Status() == status.Unbounded, Message: r.State.String(),
			NFev: int(r.State.NFev.Item() - r.State.NJev.Item()), NGrad: int(r.State.NJev.Item()),
		}
		if hessians { // which count among the derivatives
			fig.NHess = int(r.State.NIter.Item())
			fig.NGrad = fig.NHess + 1
		}
		fig.NCon, fig.NJac = fig.NFev, fig.NGrad
		if err != nil {
			fig.Success, fig.Message = false, err.Error()
		}
		return fig
	}
}

func numbers(v []float64) []parity.Number {
	to := make([]parity.Number, len(v))
	for i, e := range v {
		to[i] = parity.Number(e)
	}
	return to
}

// Run solves a problem by one of Ours within a time limit.
func Run(solve func(context.Context, *Problem) Figure, p *Problem, limit time.Duration) Figure {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	start := time.Now()
	f := solve(ctx, p)
	f.Seconds = time.Since(start).Seconds()
	return f
}

// Confront sets what is computed of a run's point; multipliers solves for the multipliers.
func (p *Problem) Confront(f *Figure, multipliers func(System) ([]float64, error)) error {
	nan := parity.Number(math.NaN())
	f.Value, f.Violation, f.Residual = nan, nan, nan
	x := floats(f.X)
	if len(x) != p.N || math.IsNaN(largest(x)) || math.IsInf(largest(x), 0) {
		return nil
	}
	f.Value = parity.Number(p.Value(x)[0])
	absolute, relative := p.Violation(x)
	f.Violation, f.Feasible = parity.Number(absolute), relative <= FeasibilityTol && !math.IsNaN(float64(f.Value))
	if !f.Feasible {
		return nil
	}
	s := p.System(x)
	if math.IsNaN(largest(s.A)) || math.IsNaN(largest(s.B)) || math.IsInf(largest(s.A), 0) {
		return nil
	}
	y, err := multipliers(s)
	if err != nil {
		return err
	}
	f.Residual = parity.Number(s.Residual(y))
	return nil
}
