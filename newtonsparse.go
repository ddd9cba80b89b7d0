package argmin

import (
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/internal/sparsity"
	"github.com/argmin-go/argmin/num"
)

// sparseHessian is the Hessian of an objective by its entries.
type sparseHessian struct {
	p        *Problem
	plan     *sparsity.Plan
	triangle *sparse.Shared // on and below the diagonal, which is all there
	low      num.Array      // the entries of the plan that are in the triangle
	slot     num.Array      // where in it they go, and after them the diagonal
	diagonal num.Array      // where in it the diagonal is
}

// sparseHessian is nil if a dense Hessian is better.
func (p *Problem) sparseHessian() *sparseHessian {
	n := p.start.Size()
	if n <= alwaysDense || p.Options.Unroll {
		return nil
	}
	h := &sparseHessian{p: p}
	var err error
	h.plan, err = sparsity.New("argmin.Newton", h.gradient, p.start, sparsity.Options{Symmetric: true, Room: detectedPerRow * n})
	if err != nil || !h.plan.Worth() || h.arrange(n) != nil {
		return nil
	}
	if solver, err := h.triangle.SymmetricSolver(); err != nil || solver.FactorNNZ() > mostEntries {
		return nil
	}
	return h
}

func (h *sparseHessian) gradient(x num.Array) num.Array {
	_, g := h.p.Func(x)
	return g
}

// arrange finds the places of entries in the triangle.
func (h *sparseHessian) arrange(n int) error {
	var row, col []int
	var low []int32
	pattern := h.plan.Pattern
	for i := range n {
		for k := pattern.Ptr[i]; k < pattern.Ptr[i+1] && pattern.Ind[k] <= i; k++ {
			low, row, col = append(low, int32(k)), append(row, i), append(col, pattern.Ind[k])
		}
	}
	for i := range n {
		row, col = append(row, i), append(col, i)
	}
	triangle, slot, err := sparse.FromCOO(n, n, row, col)
	if err != nil {
		return err
	}
	h.triangle, h.low, h.slot = triangle, num.New(low, len(low)), num.New(slot, len(slot))
	h.diagonal = num.New(slot[len(low):], n)
	return nil
}

// direction solves with the first H + τI that is positive definite, by its inertia, or on XLA by conjugate gradients.
func (h *sparseHessian) direction(it Iterate) num.Array {
	return num.Portable("argmin.Newton", func(struct{}) num.Array {
		_, all := h.plan.At(h.gradient, it.X)
		n := it.X.Size()
		entries := func(tau num.Array) num.Array {
			parts := num.Concat(0, all.Take(h.low, 0), tau.BroadcastTo(n))
			return num.SegmentSum(parts, h.slot, h.triangle.NNZ())
		}
		plain := entries(it.X.Const(0))
		indefinite := func(values num.Array) num.Array {
			signs := num.Primitive(prim.SparseInertiaOp{A: h.triangle}, values)[0]
			return signs.At(0).Ge(num.Const(float64(n))).Not()
		}
		values := shifted(plain, plain.Take(h.diagonal, 0), entries, indefinite)
		x, _ := sparsity.Solve(h.triangle, true, values, it.Grad)
		return x
	}, func(struct{}) num.Array {
		forcing := it.Error.Mul(num.Minimum(num.Const(0.5), it.Error.Sqrt())) // as in TrustRegion
		s, _, _ := steihaug(hessp(h.p.Func, it.X), it.Grad, forcing, nil, it.unit(), 0)
		return s.Neg()
	}, struct{}{})
}
