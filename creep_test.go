package argmin_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// solvers on the whole space: of each method that searches for its steps.
func everySmooth(d num.DType, f func(A, struct{}) A, opt argmin.Options) map[string]*argmin.Solver[A, struct{}] {
	back := linesearch.Backtracking(linesearch.BacktrackingOptions{})
	all := map[string]*argmin.Solver[A, struct{}]{}
	for name, m := range map[string]argmin.SmoothMethod{
		"LBFGS": argmin.LBFGS{}, "LBFGS backtracking": argmin.LBFGS{LineSearch: back},
		"LBFGS HagerZhang": argmin.LBFGS{LineSearch: linesearch.HagerZhang(linesearch.HagerZhangOptions{})},
		"BFGS":             argmin.BFGS{}, "BFGS backtracking": argmin.BFGS{LineSearch: back},
		"NonlinearCG": argmin.NonlinearCG{}, "GradientDescent": argmin.GradientDescent{}, "plain": argmin.GradientDescent{NoAcceleration: true},
		"Newton": argmin.Newton{}, "NewtonCG": argmin.NewtonCG{}, "TrustRegion": argmin.TrustRegion{},
	} {
		all[name] = argmin.Minimize(f, m, opt)
	}
	bounds := func(struct{}) (A, A) { return num.Full(d, math.Inf(-1)), num.Full(d, math.Inf(1)) }
	all["LBFGSB"] = argmin.Bounded(f, bounds, nil, opt)
	all["ProjectedGradient"] = argmin.Bounded(f, bounds, argmin.ProjectedGradient{}, opt)
	return all
}

// Functions whose curvature is negative at the start, small, or near 1 at the minimum: steps
// must grow where the curvature does not say how far to go, and settle where it does.
func TestNobodyCreeps(t *testing.T) {
	type problem struct {
		name  string
		f     func(A, struct{}) A
		start A
	}
	log1p := func(x A, _ struct{}) A { return x.Square().AddScalar(1).Log().Sum() }
	root := func(x A, _ struct{}) A { return x.Square().AddScalar(1).Sqrt().Sum() }
	// Momentum apart, gradient steps fit one of the two variables where their curvatures differ.
	slow := map[string]bool{"log(1+x²), plain": true, "log(1+x²)/1000, plain": true, "log(1+x²)·1e6, plain": true}
	for _, p := range []problem{
		{"log(1+x²)", log1p, num.Vector(100, -50)},
		{"log(1+x²)/1000", func(x A, s struct{}) A { return log1p(x, s).Scale(1e-3) }, num.Vector(100, -50)},
		{"log(1+x²)·1e6", func(x A, s struct{}) A { return log1p(x, s).Scale(1e6) }, num.Vector(100, -50)},
		{"1-exp(-x²/2) from 4", func(x A, _ struct{}) A { return x.Square().Scale(-0.5).Exp().Neg().AddScalar(1).Sum() }, num.Vector(4)},
		{"1-exp(-x²/2) from 1", func(x A, _ struct{}) A { return x.Square().Scale(-0.5).Exp().Neg().AddScalar(1).Sum() }, num.Vector(1)},
		{"log cosh", func(x A, _ struct{}) A { return x.Softplus().Add(x.Neg().Softplus()).Sum() }, num.Vector(5)},
		{"1-cos", func(x A, _ struct{}) A { return x.Cos().Neg().AddScalar(1).Sum() }, num.Vector(1)},
		{"√(1+x²)", root, num.Vector(10, -5)},
		{"√(1+x²) from afar", root, num.Vector(1000, -500)},
		{"4 softplus - 2x", func(x A, _ struct{}) A { return x.Softplus().Scale(4).Sub(x.Scale(2)).Sum() }, num.Vector(5)},
		{"x² from 1e16", func(x A, _ struct{}) A { return x.Square().Sum() }, num.Vector(1e16, -1e16)},
		{"x² from 1e8, float32", func(x A, _ struct{}) A { return x.Square().Sum() }, num.Vector(1e8, -1e8).AsType(num.Float32)},
		{"x² from 1e18, float32", func(x A, _ struct{}) A { return x.Square().Sum() }, num.Vector(1e18, -1e18).AsType(num.Float32)},
	} {
		for name, s := range everySmooth(p.start.DType(), p.f, argmin.Options{Tol: 1e-5}) {
			r, err := s.Run(p.start, struct{}{})
			if err != nil {
				t.Errorf("%s, %s: %v", p.name, name, err)
				continue
			}
			if slow[p.name+", "+name] {
				continue
			}
			if off := r.Params.Abs().Max().Item(); r.Err() != nil || off > 2e-2 || r.State.NIter.Item() > 200 {
				t.Errorf("%s, %s: %v at %v", p.name, name, r.State, r.Params)
			}
		}
	}
}

// A function that falls without end says so.
func TestUnbounded(t *testing.T) {
	for problem, f := range map[string]func(A, struct{}) A{
		"linear":    func(x A, _ struct{}) A { return x.Sum().Neg() },
		"quadratic": func(x A, _ struct{}) A { return x.At(0).Square().Neg().Add(x.At(1)) },
		"tiny":      func(x A, _ struct{}) A { return x.Sum().Scale(-1e-3) },
	} {
		for _, d := range []num.DType{num.Float64, num.Float32} {
			for name, s := range everySmooth(d, f, argmin.Options{}) {
				r, err := s.Run(num.Vector(1, 2).AsType(d), struct{}{})
				if err != nil || r.State.Status() != status.Unbounded {
					t.Errorf("%s in %v, %s: %v, %v", problem, d, name, r.State, err)
				}
			}
		}
	}
}

// A full step of Newton's method that leads to where nothing has numbers any more.
func TestFullStepOverflows(t *testing.T) {
	f := func(x A, _ struct{}) A { return x.AddScalar(-100).Exp().Sub(x).AddScalar(100).Sum() }
	for name, s := range everySmooth(num.Float64, f, argmin.Options{}) {
		r, err := s.Run(num.Zeros(1), struct{}{})
		if err != nil || r.Err() != nil || math.Abs(r.Params.Item()-100) > 1e-3 {
			t.Errorf("%s: %v at %v, %v", name, r.State, r.Params, err)
		}
	}
}
