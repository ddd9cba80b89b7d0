package argmin

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optimality"
)

// SeparableMethod is a method for [Separable]: [BlockCoordinateDescent],
// [ProximalGradient] or a [Custom] one.
type SeparableMethod interface{ separable() definition }

// LinearModel is an objective outer(M x) + <c, x> of an x with a block for every entry of
// its first axis: M is [m, n], x is [n, …].
type LinearModel[D any] struct {
	Matrix func(data D) num.Array              // M
	Outer  func(z num.Array, data D) num.Array // a smooth function of z = M x, which is [m, …]
	Linear func(data D) num.Array              // c, of the shape of x; nil for none
	// Curvature bounds the second derivative of Outer along any unit vector: 1 for half
	// the sum of squares, ¼ for the logistic loss of sums.
	Curvature func(data D) num.Array
}

// Value is the objective itself.
func (c LinearModel[D]) Value(x num.Array, data D) num.Array {
	m, shape := c.Matrix(data), x.Shape()
	if m.Rank() != 2 || len(shape) == 0 || m.Shape()[1] != shape[0] {
		throwf("LinearModel", "Matrix returned %s for parameters of %s, want one column for each entry of their first axis", typeOf(m), typeOf(x))
	}
	var z num.Array
	if len(shape) <= 2 {
		z = m.MatMul(x)
	} else { // a product of matrices, whatever the shape of the blocks
		flat := x.Reshape(shape[0], x.Size()/max(shape[0], 1))
		z = m.MatMul(flat).Reshape(append([]int{m.Shape()[0]}, shape[1:]...)...)
	}
	v := c.Outer(z, data)
	if c.Linear != nil {
		linear := checkLike("LinearModel", "the result of Linear", c.Linear(data), "the parameters", x)
		v = v.Add(linear.Mul(x).Sum())
	}
	return v
}

// SeparableTerms describes the model of a [Separable] problem to its methods, with its data.
type SeparableTerms struct {
	Shape     []int                                 // of x: [n, …]
	Matrix    num.Array                             // M, [m, n]
	Outer     func(z num.Array) num.Array           // of z, [m, …]
	Linear    *num.Array                            // c, or nil
	Curvature num.Array                             // bound of Outer's second derivative
	Prox      func(block, step num.Array) num.Array // of one block, of shape Shape[1:]
}

// Separable solves
//
//	min f(x, data) + Σᵢ h(xᵢ, data) over x
//
// for a linear model f and a sum over the blocks xᵢ = x.At(i): lasso, elastic net, duals of
// support vector machines. prox is the proximal operator of one block, as in
// [Composite]. A nil method means [BlockCoordinateDescent]. The value in the results is
// f, without h. The condition of optimality is x = prox(x - ∇f(x), data, 1) for every
// block.
func Separable[D any](f LinearModel[D], prox func(block num.Array, data D, step num.Array) num.Array,
	m SeparableMethod, opt Options) *Solver[num.Array, D] {
	if m == nil {
		m = BlockCoordinateDescent{}
	}
	block := func(x num.Array, data D, step num.Array) num.Array {
		return checkLike("Separable", "the result of prox", prox(x, data, step), "a block", x)
	}
	each := func(x num.Array, data D, step num.Array) num.Array {
		return num.Vmap(func(x num.Array) num.Array { return block(x, data, step) })(x)
	}
	k := objective("Separable", f.Value)
	k.partial = true
	k.refuseNil("LinearModel.Matrix", f.Matrix == nil)
	k.refuseNil("LinearModel.Outer", f.Outer == nil)
	k.refuseNil("LinearModel.Curvature", f.Curvature == nil)
	k.refuseNil("prox", prox == nil)
	k.condition = func(x, g num.Array, data D) num.Array {
		return optimality.ProximalGradient(func(num.Array, D) num.Array { return g }, each)(x, data)
	}
	k.bind = func(p *Problem, b binding[num.Array, D]) {
		x0 := b.params(p.start)
		p.Prox = func(x, step num.Array) num.Array { return b.ravel(each(b.params(x), b.data, step)) }
		p.Separable = &SeparableTerms{
			Shape: x0.Shape(), Matrix: f.Matrix(b.data), Curvature: f.Curvature(b.data),
			Outer: func(z num.Array) num.Array { return f.Outer(z, b.data) },
			Prox:  func(x, step num.Array) num.Array { return block(x, b.data, step) },
		}
		if f.Linear != nil {
			c := f.Linear(b.data)
			p.Separable.Linear = &c
		}
	}
	return newSolver(k, defined(m, SeparableMethod.separable), opt)
}
