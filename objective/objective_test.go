package objective_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/loss"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/objective"
	"github.com/argmin-go/argmin/projection"
)

type A = num.Array

const n, p, k = 20, 3, 4

// objectives are all of the package, with parameters and data that fit.
func objectives() map[string]func(w A, strength A) A {
	rng := rand.New(rand.NewPCG(1, 2))
	x := arrays.Normal(rng, 1, n, p)
	labels, binary, hot := make([]int32, n), make([]int32, n), make([]float64, n*k)
	for i := range n {
		labels[i], binary[i] = int32(rng.IntN(k)), int32(rng.IntN(2))
		hot[i*k+int(labels[i])] = 1
	}
	numbers, multi, two := objective.Data{X: x, Y: arrays.Normal(rng, 1, n)}, objective.Data{X: x, Y: num.New(labels)},
		objective.Data{X: x, Y: num.New(binary)}
	duals := objective.Data{X: x, Y: num.New(hot, n, k)}
	with := func(d objective.Data, s A) objective.Regularized { return objective.Regularized{Data: d, Strength: s} }
	cut := func(w A, shape ...int) A {
		size := 1
		for _, s := range shape {
			size *= s
		}
		return w.Range(0, size).Reshape(shape...)
	}
	affine := func(w A) objective.Affine { return objective.Affine{W: cut(w, p, k), B: w.Range(p*k, p*k+k)} }
	return map[string]func(w, s A) A{
		"LeastSquares":                      func(w, s A) A { return objective.LeastSquares(cut(w, p), numbers) },
		"RidgeRegression":                   func(w, s A) A { return objective.RidgeRegression(cut(w, p), with(numbers, s)) },
		"HuberRegression":                   func(w, s A) A { return objective.HuberRegression(cut(w, p), with(numbers, s)) },
		"PoissonRegression":                 func(w, s A) A { return objective.PoissonRegression(cut(w, p), with(two, s)) },
		"Logistic":                          func(w, s A) A { return objective.Logistic(cut(w, p), two) },
		"L2Logistic":                        func(w, s A) A { return objective.L2Logistic(cut(w, p), with(two, s)) },
		"MulticlassLogistic":                func(w, s A) A { return objective.MulticlassLogistic(cut(w, p, k), multi) },
		"L2MulticlassLogistic":              func(w, s A) A { return objective.L2MulticlassLogistic(cut(w, p, k), with(multi, s)) },
		"MulticlassLogisticWithIntercept":   func(w, s A) A { return objective.MulticlassLogisticWithIntercept(affine(w), multi) },
		"L2MulticlassLogisticWithIntercept": func(w, s A) A { return objective.L2MulticlassLogisticWithIntercept(affine(w), with(multi, s)) },
		"MulticlassSVMDual":                 func(w, s A) A { return objective.MulticlassSVMDual(cut(w, n, k), with(duals, s)) },
		"BinarySVMDual":                     func(w, s A) A { return objective.BinarySVMDual(cut(w, n), with(two, s)) },
		"Portfolio": func(w, s A) A {
			y := arrays.Normal(rand.New(rand.NewPCG(5, 5)), 1, p)
			return objective.Portfolio(cut(w, p), with(objective.Data{X: x.T().MatMul(x), Y: y}, s))
		},
	}
}

func TestDerivatives(t *testing.T) {
	w, s := arrays.Normal(rand.New(rand.NewPCG(3, 3)), 1, n*k), num.Scalar(0.4)
	for name, f := range objectives() {
		g := num.Grad(func(z [2]A) A { return f(z[0], z[1]) })([2]A{w, s})
		h := arrays.Normal(rand.New(rand.NewPCG(4, 4)), 1, n*k)
		const e = 1e-5
		fd := (f(w.Add(h.Scale(e)), s).Item() - f(w.Sub(h.Scale(e)), s).Item()) / (2 * e)
		if d := math.Abs(g[0].Dot(h).Item() - fd); !(d <= 1e-7*(1+math.Abs(fd))) {
			t.Errorf("%s: the derivative is off by %g", name, d)
		}
		fs := (f(w, s.AddScalar(e)).Item() - f(w, s.AddScalar(-e)).Item()) / (2 * e)
		if d := math.Abs(g[1].Item() - fs); !(d <= 1e-7*(1+math.Abs(fs))) {
			t.Errorf("%s: the derivative in the strength is off by %g", name, d)
		}
		if v := f(w, s); v.Rank() != 0 || math.IsNaN(v.Item()) {
			t.Errorf("%s is %v", name, v)
		}
	}
}

// The dual's solution gives the primal's: without gap.
func TestDuality(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	x := arrays.Normal(rng, 1, n, p)
	labels, hot := make([]int32, n), make([]float64, n*k)
	for i := range n {
		labels[i] = int32(rng.IntN(k))
		hot[i*k+int(labels[i])] = 1
	}
	d := objective.Regularized{Data: objective.Data{X: x, Y: num.New(hot, n, k)}, Strength: num.Scalar(0.8)}
	rows := num.Vmap(func(r A) A { return projection.Simplex(r, 1) })
	s := argmin.OnSet(objective.MulticlassSVMDual,
		argmin.Set[A, objective.Regularized]{Project: func(b A, _ objective.Regularized) A { return rows(b) }},
		argmin.ProjectedGradient{}, argmin.Options{Tol: 1e-10, MaxIter: 20000})
	r, err := s.Run(num.Full(num.Float64, 0.25, n, k), d)
	if err != nil || r.Err() != nil {
		t.Fatal(err, r.Err())
	}
	w := objective.SVMWeights(r.Params, d)
	primal := loss.MulticlassHinge(num.New(labels), x.MatMul(w)).Sum().Add(w.Square().Sum().Scale(0.4)).Item()
	if gap := primal + r.State.Value.Item(); math.Abs(gap) > 1e-8*primal {
		t.Errorf("primal %v, dual %v: a gap of %g", primal, -r.State.Value.Item(), gap)
	}

	two := objective.Regularized{Data: objective.Data{X: x,
		Y: num.New(labels).Lt(num.Full(num.Int32, 2)).AsType(num.Float64)}, Strength: num.Scalar(0.8)}
	box := func(b A, _ objective.Regularized) A { return b.Clip(0, 1) }
	b, err := argmin.OnSet(objective.BinarySVMDual, argmin.Set[A, objective.Regularized]{Project: box},
		argmin.ProjectedGradient{}, argmin.Options{Tol: 1e-10, MaxIter: 20000}).Run(num.Zeros(n), two)
	if err != nil || b.Err() != nil {
		t.Fatal(err, b.Err())
	}
	v := x.T().MatMul(b.Params.Mul(two.Y.Scale(2).AddScalar(-1))).Div(two.Strength)
	primal = loss.Hinge(two.Y, x.MatMul(v)).Sum().Add(v.Square().Sum().Scale(0.4)).Item()
	if gap := primal + b.State.Value.Item(); math.Abs(gap) > 1e-8*primal {
		t.Errorf("two classes: primal %v, dual %v: a gap of %g", primal, -b.State.Value.Item(), gap)
	}
}

func ExampleRidgeRegression() {
	x := num.New([]float64{1, 0, 0, 1, 1, 1}, 3, 2)
	d := objective.Regularized{Data: objective.Data{X: x, Y: num.Vector(1, 2, 3)}, Strength: num.Scalar(0.1)}
	r, _ := argmin.Minimize(objective.RidgeRegression, argmin.LBFGS{}, argmin.Options{}).Run(num.Zeros(2), d)
	fmt.Println(r.Params, r.State.Status())
	// Output: [0.979021 1.74825] converged
}
