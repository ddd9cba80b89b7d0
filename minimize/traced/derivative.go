package traced

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
	"github.com/argmin-go/argmin/tree"
)

// rest is how far an answer is from one that has an implicit derivative.
type rest struct {
	Small num.Array // bool: near enough
	Size  num.Array // the residual that was judged
}

// restOf is a rest from Go numbers.
func restOf(small bool, size float64) rest {
	return rest{num.Full(num.Bool, map[bool]float64{true: 1}[small]), num.Scalar(size)}
}

// differentiated is z, the residual of an optimality condition, with an error where its derivative is asked for at an
// answer that is none: the implicit function theorem says nothing there.
func (r rest) differentiated(what string) func(num.Array) num.Array {
	return func(z num.Array) num.Array {
		return num.Check(z, r.Small.StopGradient(), r.Size.StopGradient(), what)
	}
}

// checked is differentiated for all leaves of z.
func checked[P any](r rest, what string, z P) P { return tree.Map(r.differentiated(what), z) }

const (
	noMinimum = "traced.Minimize: no derivative, as the search did not end at a minimum: gradient of the Lagrangian relative to its terms"
	noRoot    = "traced.Root: no derivative, as the search did not end at a root: |F| relative to |F(init)|"
	noFit     = "traced.LeastSquares: no derivative, as the search did not end at a minimum: cosine of the angle between residuals and columns of the Jacobian"
)

// smallRest is the largest gradient of a Lagrangian, relative to its terms, and the largest cosine, with which a point
// counts as a minimum: a choice. The default tolerances are far below.
const smallRest = 1e-2

// stationarity is the rest of a minimum at m.X with multipliers lambda: the gradient of the Lagrangian of variables that
// are not held by bounds, compared with the gradients that it is the sum of, or with the gradient at the start.
func (s *solve[P, D]) stationarity(m minimize.Result, x0, lambda []float64, opt minimize.Options) rest {
	gradient := func(x []float64) []float64 { return evaluated(s.host, s.prog.vg, x).Grad.Float64s() }
	g, active := gradient(m.X), false
	terms, sum := make([]float64, len(g)), append([]float64{}, g...)
	for i, v := range g {
		terms[i] = math.Abs(v)
	}
	if len(lambda) > 0 {
		jac := mat.NewDense(len(lambda), len(g), nil)
		opt.Constraints[0].Jac(m.X, jac)
		for r, l := range lambda {
			active = active || l != 0
			for i := range g {
				sum[i] += l * jac.At(r, i)
				terms[i] += math.Abs(l * jac.At(r, i))
			}
		}
	}
	for i, v := range sum {
		if b := opt.Bounds; b != nil && (v > 0 && apart(m.X[i], b.Lower[i]) <= near || v < 0 && apart(m.X[i], b.Upper[i]) <= near) {
			sum[i] = 0
		}
	}
	size := floats.Norm(gradient(x0), 2)
	if active {
		size = max(size, floats.Norm(terms, 2))
	}
	left := 0.0
	if n := floats.Norm(sum, 2); n > 0 {
		left = n / size
	}
	// Without constraints nothing but the start shows what is small: a search that converged is believed.
	small := left <= smallRest || !active && m.Status == status.Converged
	return restOf(small && m.Status != status.Infeasible && !math.IsNaN(left), left)
}
