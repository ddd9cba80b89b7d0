package peers

import (
	"context"
	"fmt"
	"math"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/linsolve"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optimality"
	"github.com/argmin-go/argmin/projection"
)

// The derivative of the validation loss of a multiclass support vector machine with
// respect to the logarithm of its regularization, through its dual (Blondel et al.,
// "Efficient and modular implicit differentiation", 2022, section 4.1): 700 samples,
// 5 classes.
const (
	svmTrain, svmValidation, svmClasses = 700, 200, 5
)

// svmData is what the dual and the loss need: features enter only by their products,
// which are part of the time measured.
type svmData struct{ X, XV, Y, YV, K, KV, Theta arr }

func (d svmData) withGram() svmData {
	d.K, d.KV = d.X.MatMul(d.X.T()), d.XV.MatMul(d.X.T())
	return d
}

func newSVM(dir string, features int) svmData {
	s := newSource(dir)
	centers := s.normal("svm_centers", 3/math.Sqrt(2*float64(features)), svmClasses, features).Float64s()
	sample := func(name string, n int) (x, y arr) {
		rows := s.normal("svm_noise", 1, n, features).Float64s()
		labels := make([]float64, n*svmClasses)
		for i := range n {
			c := s.rng.IntN(svmClasses)
			labels[i*svmClasses+c] = 1
			for j := range features {
				rows[i*features+j] += centers[c*features+j]
			}
		}
		return write(dir, name+"_x", rows, n, features), write(dir, name+"_y", labels, n, svmClasses)
	}
	var d svmData
	d.X, d.Y = sample("svm_train", svmTrain)
	d.XV, d.YV = sample("svm_validation", svmValidation)
	d.Theta = num.Scalar(math.Log(2 * float64(features)))
	d.K, d.KV = num.Scalar(0), num.Scalar(0) // see withGram
	return d
}

// svmDual is the dual objective, with the sign of a minimization.
func svmDual(b arr, d svmData) arr {
	r := d.Y.Sub(b)
	return r.Mul(d.K.MatMul(r)).Sum().Div(d.Theta.Exp()).Scale(0.5).Add(b.Mul(d.Y.AddScalar(-1)).Sum())
}

func svmLoss(b arr, d svmData) arr {
	w := d.KV.MatMul(d.Y.Sub(b)).Div(d.Theta.Exp())
	return w.Sub(d.YV).Square().Sum().Scale(0.5 / svmValidation)
}

var svmSimplex = num.Vmap(func(row arr) arr { return projection.Simplex(row, 1) })

func svmSolver(name string, unroll bool, tol float64) *argmin.Solver[arr, svmData] {
	linear := linsolve.GMRES(linsolve.GMRESOptions{Options: linsolve.Options{Tol: 1e-10, MaxIter: 3000}, Restart: 300})
	switch name {
	case "md":
		if unroll {
			tol /= 100 // the derivative of the iterations follows them later
		}
		// Stopped by the distance from a projected step: the distance of a mirror step is small where
		// weights that go to zero are not there yet.
		return argmin.OnSet(svmDual, argmin.Set[arr, svmData]{Mirror: optimality.Entropic[arr, svmData]},
			argmin.MirrorDescent{}, argmin.Options{Tol: tol, MaxIter: 5000, Unroll: unroll, Linear: linear}).
			WithOptimality(func(b, g arr, _ svmData) arr { return b.Sub(svmSimplex(b.Sub(g))) })
	case "bcd":
		return argmin.Separable(argmin.LinearModel[svmData]{
			Matrix: func(d svmData) arr { return d.X.T() },
			Outer: func(z arr, d svmData) arr {
				return z.Sub(d.X.T().MatMul(d.Y)).Square().Sum().Div(d.Theta.Exp()).Scale(0.5)
			},
			Linear:    func(d svmData) arr { return d.Y.AddScalar(-1) },
			Curvature: func(d svmData) arr { return d.Theta.Neg().Exp() },
		}, func(row arr, _ svmData, _ arr) arr { return projection.Simplex(row, 1) }, argmin.BlockCoordinateDescent{},
			argmin.Options{Tol: tol, MaxIter: 1000, Unroll: unroll, Linear: linear})
	}
	return argmin.OnSet(svmDual, argmin.Set[arr, svmData]{Project: func(b arr, _ svmData) arr { return svmSimplex(b) }},
		argmin.ProjectedGradient{}, argmin.Options{Tol: tol, MaxIter: 5000, Unroll: unroll, Linear: linear})
}

func svmStart() arr { return num.Full(num.Float64, 1.0/svmClasses, svmTrain, svmClasses) }

func svmCases() []benchCase {
	var all []benchCase
	for _, features := range []int{100, 1000, 10000} {
		exact := math.NaN()
		for _, method := range []string{"pg", "md", "bcd"} {
			for _, mode := range []string{"implicit", "unrolled"} {
				c := benchCase{name: fmt.Sprintf("svm/%d/%s/%s", features, method, mode), repeat: 1}
				c.prepare = func(dir string) func(context.Context) (arr, error) {
					d := newSVM(dir, features)
					s := svmSolver(method, mode == "unrolled", 1e-8)
					// The answer is the derivative, and the status and iterations of the solve.
					grad := num.Jit(func(d svmData) arr {
						d = d.withGram()
						_, st, g := num.ValueAndGradAux(func(theta arr) (arr, argmin.State) {
							d.Theta = theta
							b, st := s.ArgminState(svmStart(), d)
							return svmLoss(b, d), st
						})(d.Theta)
						return num.Stack(g, st.Code.AsType(num.Float64), st.NIter.AsType(num.Float64))
					})
					return func(ctx context.Context) (arr, error) { return fetched(grad.CallContext(ctx, d)) }
				}
				c.exact = func(dir string) float64 {
					if math.IsNaN(exact) {
						exact = svmDifference(newSVM(dir, features).withGram())
					}
					return exact
				}
				all = append(all, c)
			}
		}
	}
	return all
}

// svmDifference is the central difference of the loss over converged solves.
func svmDifference(d svmData) float64 {
	s := svmSolver("pg", false, 1e-12)
	at := func(h float64) float64 {
		d := d
		d.Theta = d.Theta.AddScalar(h)
		return svmLoss(s.Argmin(svmStart(), d), d).Item()
	}
	const h = 1e-5
	return (at(h) - at(-h)) / (2 * h)
}
