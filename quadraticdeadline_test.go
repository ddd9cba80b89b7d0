package argmin_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
	"github.com/argmin-go/argmin/status"
)

// A program whose every factorization takes seconds, with deadlines at all stages: the answer is there soon after, and says that it was
// cancelled.
func TestQuadraticDeadlineWithinAFactorization(t *testing.T) {
	const k = 30 // a grid in space, whose factors are nearly full
	n := k * k * k
	off := func(d int) num.Array {
		v := make([]float64, n-d)
		for i := range v {
			v[i] = -1
		}
		return num.New(v, n-d)
	}
	q := sparse.Diags(n, n, []int{-k * k, -k, -1, 0, 1, k, k * k}, off(k*k), off(k), off(1), num.Full(num.Float64, 6.1, n), off(1), off(k), off(k*k))
	s := argmin.Quadratic(func(c num.Array) argmin.QP {
		return argmin.QP{Q: q, C: c, Lower: num.Scalar(-0.1), Upper: num.Scalar(0.1)}
	}, nil, argmin.Options{})
	c := num.Arange(num.Float64, 0, n).Sin()
	for _, after := range []time.Duration{50 * time.Millisecond, 200 * time.Millisecond, 800 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(context.Background(), after)
		r, err := s.RunContext(ctx, argmin.QPPoint{}, c)
		cancel()
		if err == nil { // a fast machine
			continue
		}
		if !errors.Is(err, context.DeadlineExceeded) || r.State.Status() != status.Cancelled {
			t.Errorf("after %v: %v, %v, want Cancelled", after, r.State.Status(), err)
		}
		if r.State.NIter.Item() > 0 && r.Params.X.IsFinite().All().AsType(num.Float64).Item() != 1 {
			t.Errorf("after %v: the point of iteration %v is not finite", after, r.State.NIter)
		}
	}
}
