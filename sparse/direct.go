package sparse

import (
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/sparsity"
	"github.com/argmin-go/argmin/num"
)

func init() { num.UseDirect(direct) }

// roomFactor is how many entries a row may have in the mean, a choice: denser factors take longer than iterations,
// and a map that has more is to be left soon.
const roomFactor = 64

// direct solves with a linear map by a factorization, if its matrix has so few entries that they can be found by few products.
func direct(matvec func(num.Array) num.Array, b num.Array) func() (x, ok num.Array) {
	zero := b.Scale(0)
	plan, err := sparsity.New("num.LinearSolver", matvec, zero, sparsity.Options{Room: roomFactor * b.Size()})
	if err != nil || !plan.Worth() {
		return nil // the iterative methods need no matrix
	}
	return func() (x, ok num.Array) {
		_, values := plan.At(matvec, zero)
		y := num.Primitive(prim.SparseSolveOp{A: plan.Pattern}, values, b.Reshape(b.Size(), 1))
		return y[0].Reshape(b.Size()), y[1].Le(num.Const(1e-8)) // as in solved
	}
}
