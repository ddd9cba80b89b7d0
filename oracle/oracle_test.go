package oracle_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/oracle"
	"github.com/argmin-go/argmin/projection"
)

type A = num.Array

// The answer is in the set, and no point of the set is lower: points of the set are
// projections of random ones.
func TestOracles(t *testing.T) {
	low, high := num.Vector(-1, -2, 0, 0.5), num.Vector(1, 0, 3, 0.5)
	for name, c := range map[string]struct {
		shape           []int
		oracle, project func(A) A
		derivative      func(size A, g A) A // nil: none
	}{
		"Simplex": {[]int{4}, func(g A) A { return oracle.Simplex(g, 2) }, func(x A) A { return projection.Simplex(x, 2) }, func(s, g A) A { return oracle.Simplex(g, s) }},
		"L1Ball":  {[]int{2, 2}, func(g A) A { return oracle.L1Ball(g, 2) }, func(x A) A { return projection.L1Ball(x, 2) }, func(s, g A) A { return oracle.L1Ball(g, s) }},
		"L2Ball":  {[]int{2, 2}, func(g A) A { return oracle.L2Ball(g, 2.0) }, func(x A) A { return projection.L2Ball(x, 2) }, func(s, g A) A { return oracle.L2Ball(g, s) }},
		"Box":     {[]int{4}, func(g A) A { return oracle.Box(g, low, high) }, func(x A) A { return projection.Box(x, low, high) }, nil},
		"NuclearBall": {[]int{3, 2}, func(g A) A { return oracle.NuclearBall(g, 2) }, func(x A) A {
			u, s, vt := num.SVD(x)
			return u.Mul(projection.L1Ball(s, 2).Reshape(1, -1)).MatMul(vt)
		}, func(s, g A) A { return oracle.NuclearBall(g, s) }},
	} {
		rng := rand.New(rand.NewPCG(1, 2))
		for range 20 {
			g := arrays.Normal(rng, 1, c.shape...)
			s := c.oracle(g)
			if e := c.project(s).Sub(s).Abs().Max().Item(); e > 1e-12 {
				t.Errorf("%s: %v is %g outside", name, s, e)
			}
			best := g.Mul(s).Sum().Item()
			for range 50 {
				if v := c.project(arrays.Normal(rng, 1, c.shape...).Scale(3)).Mul(g).Sum().Item(); v < best-1e-12 {
					t.Errorf("%s: %v, another point of the set has %v", name, best, v)
				}
			}
			if c.derivative != nil {
				d := num.Grad(func(size A) A { return c.derivative(size, g).Mul(g).Sum() })(num.Scalar(2)).Item()
				if math.Abs(d-best/2) > 1e-12 {
					t.Errorf("%s: derivative in the size %v, want %v", name, d, best/2)
				}
			}
			single := c.oracle(g.AsType(num.Float32).AsType(num.Float64))
			if single.Sub(s).Abs().Max().Item() > 1e-5 {
				t.Errorf("%s: rounding changed the answer", name)
			}
		}
	}
	if y := oracle.L1Ball(num.Zeros(0), 1); y.Size() != 0 {
		t.Error("an empty array")
	}
}
