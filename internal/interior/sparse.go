package interior

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/internal/sparsity"
	"github.com/argmin-go/argmin/num"
)

// Sparse keeps the entries of matrices that can be other than zero: derivatives take a few products each, by coloring, and
// a step the sparse factorization of package sparse, so that time and memory are about linear in the entries of banded problems.
type Sparse struct {
	d         Dense
	jac, hess *sparsity.Plan
	step      kkt.StepMatrix
}

const (
	// alwaysDense is the order up to which a dense matrix of a step is factored in less than a millisecond.
	alwaysDense = 100
	// MostDense is the largest order of a dense matrix of a step, of two gigabytes.
	MostDense = 1 << 14
)

// NewSystem is the linear algebra of a problem with objective f and m rows c at x: sparse if the matrix of a step is large and most of
// its entries are zero, otherwise dense. A quasi one is for approximations of Hessians, of limited memory for large problems.
func NewSystem(f, c func(x array) array, m int, x array, quasi bool) System {
	d := Dense{f, c, m}
	order := x.Size() + m
	if order <= alwaysDense {
		return d
	}
	s, err := newSparse(d, x, quasi)
	fits := err == nil && s.worth(order)
	most := order
	switch {
	case fits && quasi:
		return Limited{s, 1}
	case fits:
		return s
	case quasi:
		most = m
	}
	if most > MostDense {
		ir.Throw(ir.Errorf(ir.ArgumentError, "argmin.InteriorPoint", "the matrix of a step has %d rows, for %d variables and %d constraints, "+
			"and is not sparse enough to be factored; take AugmentedLagrangian, or limit how many variables each term of the problem depends on",
			most, x.Size(), m))
	}
	if quasi {
		return Limited{Short{d}, 5 + 2}
	}
	return d
}

// worth reports whether a quarter of the entries and products are saved, as [sparsity.Plan.Worth] has it.
func (s Sparse) worth(order int) bool {
	products := s.hess.Products()
	if s.jac != nil {
		products = max(products, s.jac.Products())
	}
	return 4*products <= order && 4*s.step.Pattern.NNZ() <= order*(order+1)/2
}

func newSparse(d Dense, x array, quasi bool) (Sparse, error) {
	const op = "argmin.InteriorPoint"
	s := Sparse{d: d}
	var err error
	opt := sparsity.Options{Symmetric: true}
	if quasi {
		opt.Pattern = &sparse.Pattern{Rows: x.Size(), Cols: x.Size(), Ptr: make([]int, x.Size()+1)} // no Hessian
	}
	// Any weights, but not such that terms of different rows cancel: what is multiplied by a zero that follows from constants is no dependency.
	weights := num.Normal(num.NewKey(1), x.DType(), d.M)
	if s.hess, err = sparsity.New(op, d.slope(num.Const(1), weights), x, opt); err != nil {
		return s, err
	}
	if d.M > 0 {
		if s.jac, err = sparsity.New(op, d.C, x, sparsity.Options{}); err != nil {
			return s, err
		}
	}
	s.step, err = kkt.NewStepMatrix(s.hess.Pattern, s.patternOfJacobian())
	return s, err
}

// slope is the gradient of weight·f + yᵀc, which is not evaluated for parts that are nil.
func (d Dense) slope(weight, y array) func(x array) array {
	return num.Grad(func(x array) array {
		v := d.C(x).Dot(y)
		if weight != (array{}) {
			v = v.Add(d.F(x).Mul(weight))
		}
		return v
	})
}

// patternOfJacobian is one without entries where there are no rows.
func (s Sparse) patternOfJacobian() *sparse.Shared {
	if s.jac == nil {
		return &sparse.Shared{}
	}
	return s.jac.Pattern
}

// Rows implements [System].
func (s Sparse) Rows(x array) array { return s.d.C(x) }

// Jacobian implements [System].
func (s Sparse) Jacobian(x array) (array, Matrix) {
	if s.jac == nil {
		return s.d.C(x), Matrix{num.Full(x.DType(), 0, 0)}
	}
	c, values := s.jac.At(s.d.C, x)
	return c, Matrix{values}
}

// Hessian implements [System].
func (s Sparse) Hessian(x, weight, y array) Matrix {
	along := func(weight array) func(x array) array {
		return func(x array) array { _, values := s.hess.At(s.d.slope(weight, y), x); return values }
	}
	return Matrix{num.Cond(weight.Gt(num.Const(0)), along(weight), along(array{}), x)}
}

// HessianTimes implements [System].
func (s Sparse) HessianTimes(h Matrix, v array) array {
	return sparsity.Times(s.hess.Pattern, false, h[0], v)
}

// JacobianTimes implements [System].
func (s Sparse) JacobianTimes(jac Matrix, v array) array {
	if s.jac == nil {
		return jac[0]
	}
	return sparsity.Times(s.jac.Pattern, false, jac[0], v)
}

// TransposeTimes implements [System].
func (s Sparse) TransposeTimes(jac Matrix, y array) array {
	if s.jac == nil {
		return num.Full(jac[0].DType(), 0, s.hess.Pattern.Cols)
	}
	return sparsity.Times(s.jac.Pattern, true, jac[0], y)
}

// Largest implements [System].
func (s Sparse) Largest(jac Matrix) array {
	if s.jac == nil {
		return jac[0]
	}
	p := s.jac.Pattern
	return num.Maximum(num.SegmentMax(jac[0].Abs(), places(p.RowOf()), p.Rows), num.Const(0))
}

// Factor implements [System]. The factors are the numbers of the matrix: its factorization is kept where it is
// made, and found again by them.
func (s Sparse) Factor(k KKT) (Matrix, Inertia) {
	at := func(x array, i []int32) array { return x.Take(places(i), 0) }
	p := s.hess.Pattern
	h := num.Full(k.A.DType(), 0, p.NNZ())
	if k.H != nil && p.NNZ() > 0 {
		h = k.H[0].Mul(at(k.Keep, p.RowOf())).Mul(at(k.Keep, p.Ind32()))
	}
	j := num.Full(k.A.DType(), 0, 0)
	if q := s.patternOfJacobian(); q.NNZ() > 0 {
		j = k.J[0].Mul(at(k.Rows, q.RowOf())).Mul(at(k.Keep, q.Ind32()))
	}
	values := s.step.Values(h, j, num.Concat(0, k.A.Mul(k.Keep).Add(num.Const(1).Sub(k.Keep)), k.E.Neg()))
	signs := num.Primitive(prim.SparseInertiaOp{A: s.step.Pattern}, values)[0]
	lost := values.IsFinite().All().Not()
	return Matrix{values}, Inertia{
		Negative: num.Where(lost, num.Const(0), signs.At(1)).AsType(num.Int32), Singular: signs.At(2).Gt(num.Const(0)).Or(lost),
	}
}

// Solve implements [System].
func (s Sparse) Solve(f Matrix, b array) array {
	x := num.Primitive(prim.SparseSolveOp{A: s.step.Pattern, Symmetric: true}, f[0], b.Reshape(b.Size(), 1))[0]
	return x.Reshape(b.Size())
}

func places(i []int32) array { return num.New(i, len(i)) }
