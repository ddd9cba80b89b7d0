//go:build cgo

package xla

import (
	"context"
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

// Solvers that factor large sparse matrices iterate on XLA, which has no such factorization, and find the same answers.
func TestSparseSolvers(t *testing.T) {
	backend(t)
	const n = 110
	y := num.Arange(num.Float64, 0, n).Scale(0.07).Sin()
	own := func(x, y num.Array) num.Array { return x.Add(x.Square().Mul(x).Scale(0.1)).Sub(y) }
	steps := func(x num.Array) num.Array { return x.Range(1, n).Sub(x.Range(0, n-1)) }
	residuals := func(x, y num.Array) num.Array { return num.Concat(0, own(x, y), steps(x)) }
	sum := func(x, y num.Array) num.Array { return residuals(x, y).Square().Sum() }
	equations := func(x, y num.Array) num.Array {
		return own(x, y).Add(steps(x).Pad([]int{1}, []int{0})).Sub(steps(x).Pad([]int{0}, []int{1}))
	}
	bounds := func(num.Array) (lower, upper num.Array) { return num.Scalar(-0.4), num.Scalar(0.4) }
	opt := argmin.Options{Tol: 1e-9}
	for name, s := range map[string]*argmin.Solver[num.Array, num.Array]{
		"LevenbergMarquardt":    argmin.LeastSquares(residuals, nil, opt),
		"TrustRegionReflective": argmin.BoundedLeastSquares(residuals, bounds, nil, opt),
		"Newton":                argmin.Minimize(sum, argmin.Newton{}, opt),
		"NewtonRoot":            argmin.Root(equations, argmin.Newton{}, opt),
	} {
		t.Run(name, func(t *testing.T) {
			want, err := s.Run(num.Zeros(n), y)
			if err != nil || !want.Success() {
				t.Fatal(want.State, err)
			}
			got, err := s.RunContext(num.WithBackend(context.Background(), "xla:cpu"), num.Zeros(n), y)
			if err != nil || !got.Success() {
				t.Fatal(got.State, err)
			}
			if d := got.Params.Sub(want.Params).Abs().Max().Item(); !(d <= 1e-6) || math.Abs(got.State.Value.Item()-want.State.Value.Item()) > 1e-8 {
				t.Errorf("%v on XLA and %v; %g apart", got.State, want.State, d)
			}
		})
	}
}
