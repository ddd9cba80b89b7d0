package num_test

import (
	"testing"

	"github.com/argmin-go/argmin/num"
)

func TestJacobianTrees(t *testing.T) {
	f := func(l layer) layer { return layer{l.W.MatMul(l.B), l.B.Dot(l.B)} }
	x := layer{num.New([]float64{1, 2, 3, 4, 5, 6}, 2, 3), num.Vector(1, -1, 2)}
	fwd, rev := num.JacobianFwdTree(f)(x), num.JacobianRevTree(f)(x)
	for i := range fwd {
		near(t, "W", fwd[i].W, rev[i].W, 1e-15)
		near(t, "B", fwd[i].B, rev[i].B, 1e-15)
	}
	near(t, "d(W b)/db", fwd[0].B, x.W, 1e-15)
	near(t, "d(b·b)/db", fwd[1].B, x.B.Scale(2), 1e-15)
}
