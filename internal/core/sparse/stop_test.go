package sparse

import (
	"errors"
	"math"
	"testing"
)

// Analysis and factorization end when they are cancelled, and what they had is not kept.
func TestStop(t *testing.T) {
	p, values := quasidefinite(t, 40, 1e-6, 1e-6)
	asked, limit := 0, 0
	stop := func() bool {
		asked++
		return asked > limit
	}
	for _, opt := range []Options{{Ordered: true}, {}} {
		if _, err := analyzeTriangle(&p.Pattern, false, stop); !errors.Is(err, ErrStopped) {
			t.Errorf("analysis: %v, want ErrStopped", err)
		}
		s, err := Analyze(&p.Pattern)
		if err != nil {
			t.Fatal(err)
		}
		opt, _ = opt.withDefaults()
		f := s.empty(opt)
		f.stop = stop
		for limit = range 5 {
			asked = 0
			if err := f.Refactorize(values); !errors.Is(err, ErrStopped) {
				t.Errorf("%v, stopped at question %d: %v, want ErrStopped", opt, limit, err)
			}
		}
		f.stop = nil
		if err := f.Refactorize(values); err != nil {
			t.Error(err)
		}
	}
	v, err := p.RegularSolver()
	if err != nil {
		t.Fatal(err)
	}
	b, x := make([]float64, 3200), make([]float64, 3200)
	b[7] = 1
	for limit = range 3 {
		asked = 0
		if e := v.Solve(values, b, x, 1, false, stop); !math.IsNaN(e) || !math.IsNaN(x[0]) {
			t.Errorf("stopped: backward error %g, x[0] = %g, want NaN", e, x[0])
		}
	}
	if e := v.Solve(values, b, x, 1, false, nil); !(e < 1e-14) {
		t.Errorf("afterwards: backward error %g", e)
	}
}
