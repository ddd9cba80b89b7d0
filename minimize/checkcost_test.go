package minimize

import (
	"context"
	"math"
	"testing"
)

// TestUnusedVariable has a function that does not depend on one of its variables: that is no plateau to leave, and
// finding it out costs a few evaluations.
func TestUnusedVariable(t *testing.T) {
	p := Problem{
		Func: func(x []float64) float64 { return 2 + (x[0]-1)*(x[0]-1) + 0.1*math.Pow(x[0]-1, 4) },
		Grad: func(x, g []float64) { g[0], g[1] = 2*(x[0]-1)+0.4*math.Pow(x[0]-1, 3), 0 },
	}
	for _, m := range methods.All {
		run := func(no bool) Result {
			opt := Options{Method: m, NoVerification: no}
			opt.Scheme = "2-point"
			r, err := Minimize(context.Background(), p, []float64{3, 5}, opt)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		checked, plain := run(false), run(true)
		if m.Name() == "dogleg" && !checked.Success && !plain.Success {
			continue // it needs a positive definite Hessian
		}
		if !checked.Success || math.Abs(checked.X[0]-1) > 0.05 {
			t.Errorf("%s: %s at %g", m.Name(), checked.Message, checked.X)
		}
		if more := checked.NFev + checked.NJev - plain.NFev - plain.NJev; more > 12 {
			t.Errorf("%s: the check takes %d evaluations of %d", m.Name(), more, checked.NFev+checked.NJev)
		}
	}
}

// TestPlateauIsLeft fits an exponential from where it has underflown or from whence the first step leads there.
func TestPlateauIsLeft(t *testing.T) {
	times := []float64{1, 2, 3, 5, 7, 10}
	sum := func(x, g []float64) float64 {
		s := 0.0
		clear(g)
		for _, u := range times {
			e := math.Exp(-x[1] * u)
			r := x[0]*(1-e) - 200*(1-math.Exp(-0.5*u))
			s += r * r
			g[0] += 2 * r * (1 - e)
			g[1] += 2 * r * x[0] * u * e
		}
		return s
	}
	p := Problem{FuncGrad: sum, Func: func(x []float64) float64 { return sum(x, make([]float64, 2)) }}
	for _, m := range methods.All {
		for _, x0 := range [][]float64{{1, 1}, {100, 20}} {
			opt := Options{Method: m}
			opt.Scheme = "2-point"
			r, err := Minimize(context.Background(), p, x0, opt)
			if err != nil {
				t.Fatal(err)
			}
			if r.Success && r.Fun > 1 {
				t.Errorf("%s from %g: success at %g, with the value %g", m.Name(), x0, r.X, r.Fun)
			}
		}
	}
}

// TestModelsSaveDifferences has the check of COBYQA take the slopes of its last models.
func TestModelsSaveDifferences(t *testing.T) {
	ball := Constraint{Func: func(x, c []float64) { c[0] = x[0]*x[0] + x[1]*x[1] }, Upper: []float64{1}}
	for _, cons := range [][]Constraint{nil, {ball}} {
		var evaluations [2]int
		for k, no := range []bool{true, false} {
			r, err := Minimize(context.Background(), Problem{Func: rosenF}, []float64{-0.5, 0.2}, Options{Method: COBYQA{}, Constraints: cons, NoVerification: no})
			if err != nil || !r.Success {
				t.Fatalf("%s, error %v", r.Message, err)
			}
			evaluations[k] = r.NFev
		}
		if evaluations[1] > evaluations[0]+1 {
			t.Errorf("with %d constraints: %d evaluations, %d without the check", len(cons), evaluations[1], evaluations[0])
		}
	}
}

// TestGradientsSaveEvaluations has the check of methods with gradients take those that the search has met: near an ordinary
// minimum it costs hardly an evaluation.
func TestGradientsSaveEvaluations(t *testing.T) {
	for _, m := range []Method{BFGS{}, CG{}, LBFGSB{}, NewtonCG{}, SLSQP{}, TNC{MaxFun: 10000}, TrustConstr{}} {
		for _, x0 := range [][]float64{{-1.2, 1}, {2, -1, 0.5, 1.5, -0.5, 2, 1, 0.5, -1, 1}} {
			var evaluations [2]int
			for k, no := range []bool{true, false} {
				p := rosen("", x0...).problem()
				p.Hess, p.HessP = nil, nil
				opt := Options{Method: m, NoVerification: no}
				opt.Scheme = "2-point" // for trust-constr's Hessian
				r, err := Minimize(context.Background(), p, x0, opt)
				if err != nil || !r.Success {
					t.Fatalf("%s: %s, error %v", m.Name(), r.Message, err)
				}
				evaluations[k] = r.NFev + r.NJev
			}
			if evaluations[1] > evaluations[0]+4+evaluations[0]/100 {
				t.Errorf("%s from %g: %d evaluations, %d without the check", m.Name(), x0, evaluations[1], evaluations[0])
			}
		}
	}
}
