package minimize_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/check/testproblems"
	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/trace"
)

// valued is factor f + constant for a problem with exact derivatives.
func valued(p *testproblems.Problem, factor, constant float64) minimize.Problem {
	return minimize.Problem{
		Func: func(x []float64) float64 { return factor*p.Value(x) + constant },
		Grad: func(x, g []float64) {
			p.Gradient(x, g)
			for i := range g {
				g[i] *= factor
			}
		},
		Hess: func(x []float64, h *mat.SymDense) {
			p.Hessian(x, h)
			h.ScaleSym(factor, h)
		},
	}
}

// TestExtremeValues has all methods minimize functions whose values are near the ends of what float64 has, or that
// are small beside a constant: a success is one, but for what the rounding of the values hides, and with tiny values
// most searches are.
func TestExtremeValues(t *testing.T) {
	for _, c := range []struct {
		factor, constant float64
		least            int // of the problems, to be solved by each method but COBYLA
	}{{1e-300, 0, 6}, {1e-310, 0, 6}, {1e-100, 0, 6}, {1e300, 0, 0}, {1, 1e10, 0}, {1e-10, 1, 0}, {1e-300, 1e-290, 0}} {
		problems := testproblems.MGH()[:8]
		for _, name := range minimize.Methods() {
			m, err := minimize.MethodByName(name, nil)
			if err != nil {
				t.Fatal(err)
			}
			solved := 0
			for _, p := range problems {
				r, err := minimize.Minimize(context.Background(), valued(p, c.factor, c.constant), p.X0, minimize.Options{Method: m})
				if err != nil {
					t.Fatalf("%s/%s: %v", name, p.Name, err)
				}
				known := right(p, r.X, m.Capability().DerivativeFree)
				for _, least := range p.Min {
					known = known || p.Value(r.X)-least <= 1e-7*math.Abs(c.constant)/c.factor
				}
				switch {
				case known:
					solved++
				case r.Success:
					t.Errorf("%s/%s times %g plus %g: success at %.6g, minima are %.6g, after %d evaluations", name, p.Name, c.factor, c.constant, p.Value(r.X), p.Min, r.NFev)
				}
				if want := c.factor*p.Value(r.X) + c.constant; r.Fun != want {
					t.Errorf("%s/%s times %g plus %g: Fun is %g, the function at X %g", name, p.Name, c.factor, c.constant, r.Fun, want)
				}
			}
			if solved < c.least && name != "COBYLA" {
				t.Errorf("%s times %g: %d of %d problems solved", name, c.factor, solved, len(problems))
			}
		}
	}
}

// TestTinyValuesAreTheUsers has what is shown of a search with tiny values be in the units of the function.
func TestTinyValuesAreTheUsers(t *testing.T) {
	const unit = 0x1p-1000
	p := testproblems.MGH()[0]
	var shown trace.Trace
	g := make([]float64, len(p.X0))
	opt := minimize.Options{Method: minimize.BFGS{}, Callback: func(r minimize.Result) error {
		if p.Gradient(r.X, g); r.Fun != unit*p.Value(r.X) || math.Abs(r.Jac[0]-unit*g[0]) > 1e-12*unit {
			t.Errorf("callback: value %g, slope %g", r.Fun, r.Jac[0])
		}
		return nil
	}}
	opt.Trace = &shown
	r, err := minimize.Minimize(context.Background(), valued(p, unit, 0), p.X0, opt)
	if err != nil || !r.Success {
		t.Fatalf("%s, error %v", r.Message, err)
	}
	same, err := minimize.Minimize(context.Background(), valued(p, 1, 0), p.X0, minimize.Options{Method: minimize.BFGS{GTol: 1e-7}})
	if err != nil || math.Abs(r.HessInv.At(0, 0)*unit/same.HessInv.At(0, 0)-1) > 0.1 {
		t.Errorf("inverse Hessian %g, want %g, error %v", r.HessInv.At(0, 0), same.HessInv.At(0, 0)/unit, err)
	}
	if got := shown.Points[0].Fun; got > 100*unit || got < unit/100 {
		t.Errorf("the first value of the trace is %g", got)
	}
	target := 1e-3 * unit
	for _, m := range []minimize.Method{minimize.COBYQA{FTarget: &target}, minimize.COBYLA{FTarget: &target}} {
		r, err := minimize.Minimize(context.Background(), valued(p, unit, 0), p.X0, minimize.Options{Method: m})
		if err != nil || r.Success && r.Fun > target || m.Name() == "COBYQA" && (r.Fun > target || r.Fun < target/1e6) {
			t.Errorf("%s ended at %g with the target %g, error %v: %s", m.Name(), r.Fun, target, err, r.Message)
		}
	}
	// A tolerance that is given is one for the function as it is.
	rough, err := minimize.Minimize(context.Background(), valued(p, unit, 0), p.X0, minimize.Options{Method: minimize.BFGS{GTol: unit}, NoVerification: true})
	if err != nil || rough.NIter >= r.NIter || !rough.Success || rough.Jac[0] > unit || rough.Jac[1] > unit {
		t.Errorf("with GTol %g: %d iterations to the gradient %g, error %v", unit, rough.NIter, rough.Jac, err)
	}
	stop := errors.New("enough")
	if _, err := minimize.Minimize(context.Background(), valued(p, unit, 0), p.X0, minimize.Options{Callback: func(r minimize.Result) error { return stop }}); !errors.Is(err, stop) {
		t.Errorf("error %v, want %v", err, stop)
	}
}
