package peers

import (
	"context"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/num"
)

// scipyCases are every method of package minimize on Rosenbrock's function of ten
// variables, with the derivatives that it takes, against SciPy's on its own function of
// that name. Dogleg starts where the Hessian is positive definite on the way, as SciPy's
// gives up where it is not.
func scipyCases() []benchCase {
	var all []benchCase
	for _, name := range minimize.Methods() {
		all = append(all, benchCase{name: "scipy/" + name, repeat: 20, prepare: func(string) func(context.Context) (arr, error) {
			m, err := minimize.MethodByName(name, nil)
			p := minimize.Problem{Func: chained, Grad: chainedGrad, Hess: chainedHess}
			x0 := []float64{1.3, 0.7, 0.8, 1.9, 1.2, 1.3, 0.7, 0.8, 1.9, 1.2}
			if name == "dogleg" {
				x0 = slices.Repeat([]float64{2}, 10)
			}
			return func(ctx context.Context) (arr, error) {
				if err != nil {
					return num.Array{}, err
				}
				r, err := minimize.Minimize(ctx, p, x0, minimize.Options{Method: m})
				return num.Vector(r.X...), err
			}
		}})
	}
	return all
}

// chained is scipy.optimize.rosen.
func chained(x []float64) float64 {
	s := 0.0
	for i, v := range x[1:] {
		a, b := v-x[i]*x[i], 1-x[i]
		s += 100*a*a + b*b
	}
	return s
}

func chainedGrad(x, g []float64) {
	clear(g)
	for i, v := range x[1:] {
		a := v - x[i]*x[i]
		g[i] -= 400*x[i]*a + 2*(1-x[i])
		g[i+1] += 200 * a
	}
}

func chainedHess(x []float64, h *mat.SymDense) {
	h.Zero()
	for i, v := range x[1:] {
		h.SetSym(i, i, h.At(i, i)+1200*x[i]*x[i]-400*v+2)
		h.SetSym(i+1, i+1, h.At(i+1, i+1)+200)
		h.SetSym(i, i+1, -400*x[i])
	}
}
