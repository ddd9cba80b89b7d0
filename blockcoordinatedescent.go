package argmin

import "github.com/argmin-go/argmin/num"

// BlockCoordinateDescent minimizes over one block of the parameters after the other, each by
// a proximal gradient step of the size that its own curvature allows.
//
// An iteration is a sweep over all n blocks, in which M x is kept up to date: as many
// operations as one gradient, plus n gradients of the model's Outer. (Beck & Tetruashvili,
// "On the convergence of block coordinate descent type methods", 2013; Fan et al.,
// "LIBLINEAR", 2008, for duals of support vector machines.)
type BlockCoordinateDescent struct{}

func (BlockCoordinateDescent) separable() definition {
	return define("BlockCoordinateDescent", func(p *Problem) Rule[struct{}] {
		if p.Separable == nil {
			throwf("BlockCoordinateDescent", "the method is for Separable problems")
		}
		return stateless(newBlocks(p).sweep)
	})
}

// blocks has the columns of M, one per row, and the size of each one's step: constants of
// the iterations, which would be kept over and over if they were part of their state.
type blocks struct {
	*SeparableTerms
	problem        *Problem
	columns, steps num.Array
}

func newBlocks(p *Problem) blocks {
	columns := p.Separable.Matrix.T()
	curve := columns.Square().Sum(1).Mul(p.Separable.Curvature)
	some := curve.Gt(num.Const(0))
	// A block that M ignores moves by the linear term only.
	steps := num.Where(some, num.Const(1).Div(num.Where(some, curve, num.Const(1))), num.Const(1))
	return blocks{p.Separable, p, columns, steps}
}

func (m blocks) sweep(it Iterate) Iterate {
	if it.X.Size() == 0 {
		return m.problem.At(it, it.X)
	}
	n, rest := m.Shape[0], m.Shape[1:]
	width := it.X.Size() / max(n, 1)
	flat := it.X.Reshape(n, width)
	outer := num.Grad(func(z num.Array) num.Array {
		return m.Outer(z.Reshape(append([]int{m.columns.Shape()[1]}, rest...)...))
	})
	linear := flat.Scale(0)
	if m.Linear != nil {
		linear = m.Linear.Reshape(n, width)
	}
	type sweep struct{ I, X, Z num.Array }
	// Unrolled, such a loop keeps √n of its states, where num.ForLoop keeps all of them.
	before := m.Matrix.MatMul(flat)
	end := num.WhileMax(max(n, 1), func(s sweep) num.Array { return s.I.Lt(num.Int(n)) }, func(s sweep) sweep {
		i := s.I
		row := func(a num.Array) num.Array {
			return a.DynamicSlice([]num.Array{i, num.Int(0)}, 1, a.Shape()[1]).Reshape(a.Shape()[1])
		}
		column, old := row(m.columns), row(s.X)
		step := m.steps.DynamicSlice([]num.Array{i}, 1).Reshape()
		g := column.MatMul(outer(s.Z)).Add(row(linear))
		block := m.Prox(old.Sub(g.Mul(step)).Reshape(rest...), step).Reshape(width)
		return sweep{
			i.AddScalar(1),
			s.X.DynamicUpdateSlice(block.Reshape(1, width), []num.Array{i, num.Int(0)}),
			s.Z.Add(num.Outer(column, block.Sub(old))),
		}
	}, sweep{num.Int(0), flat, before})
	next := m.problem.At(it, end.X.Reshape(it.X.Size()))
	next.Value = m.checked(it, next, before, end.Z)
	return next
}

// checked is the value of the next iterate, or an error where Outer bends more between the images
// z0 and z1 than its curvature allows.
func (m blocks) checked(it, next Iterate, z0, z1 num.Array) num.Array {
	dz := z1.Sub(z0)
	square := dz.Square().Sum()
	bend := next.Grad.Sub(it.Grad).Dot(next.X.Sub(it.X))
	// Shorter changes have lost the three digits that are compared.
	eps := z1.DType().Eps()
	short := square.Le(z1.Square().Sum().Scale(eps))
	ok := bend.Le(square.Mul(m.Curvature).Scale(1 + 1e-3)).Or(short).Or(bend.IsFinite().Not())
	return num.Check(next.Value, ok, m.Curvature,
		"argmin.Separable: the second derivative of LinearModel.Outer exceeds LinearModel.Curvature, which is")
}
