package argmin

import (
	"log/slog"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optimality"
)

// Composite is an objective outer(M x) + <c, x> of an x with a block for every entry of
// its first axis: M is m×n, x is [n, …].
type Composite[A any] struct {
	Matrix func(data A) num.Array              // M
	Outer  func(z num.Array, data A) num.Array // a smooth function of z = M x
	Linear func(data A) num.Array              // c, of the shape of x; nil for none
	// Curvature bounds the second derivative of Outer along any unit vector: 1 for half
	// the sum of squares, ¼ for the logistic loss of sums.
	Curvature func(data A) num.Array
}

// Value is the objective itself.
func (c Composite[A]) Value(x num.Array, data A) num.Array {
	v := c.Outer(c.Matrix(data).MatMul(x), data)
	if c.Linear != nil {
		v = v.Add(c.Linear(data).Mul(x).Sum())
	}
	return v
}

// BlockCoordinateDescentOptions configures [BlockCoordinateDescent]; the zero value is
// useful.
type BlockCoordinateDescentOptions struct {
	MaxIter int              // sweeps over the blocks at most; 0 means 500
	Tol     float64          // stop when the Euclidean norm of the condition is at most this; 0 means 1e-6
	Unroll  bool             // Argmin differentiates through the iterations instead of implicitly
	Linear  num.LinearSolver // solves the system of the implicit derivative; nil means num.DenseSolver
	History bool             // keep the value and error of every iteration in Result.History
	Logger  *slog.Logger     // gets a record for every iteration; nil means none
	NoJit   bool             // trace the objective anew in every call, which then sees what it captures as it is
}

// BlockCoordinateDescent minimizes f(x, data) + Σ h(xᵢ, data) over the blocks xᵢ of x in
// turn, each by a proximal gradient step of the size that its own curvature allows;
// prox is that of one block. An iteration is a sweep over all blocks, in which M x is
// kept up to date: as many operations as one gradient, and n gradients of f.Outer alone.
// (Beck & Tetruashvili, "On the convergence of block coordinate descent type methods",
// 2013; Fan et al., "LIBLINEAR", 2008, for duals of support vector machines.)
//
// The objective in the results is that of f alone. The condition of optimality is
// x = prox(x - ∇f(x), 1) for every block.
func BlockCoordinateDescent[A any](f Composite[A], prox func(x num.Array, data A, step num.Array) num.Array, opt BlockCoordinateDescentOptions) *Solver[num.Array, A] {
	r := func(b binding[num.Array, A]) method { return newBlocks(f, prox, b) }
	zero := func(x, g num.Array, data A) num.Array {
		return optimality.ProximalGradient(func(num.Array, A) num.Array { return g }, func(x num.Array, data A, step num.Array) num.Array {
			return num.Vmap(func(x num.Array) num.Array { return prox(x, data, step) })(x)
		})(x, data)
	}
	return newSolver(f.Value, r, zero, settings{opt.MaxIter, opt.Tol, opt.Unroll, opt.Linear, opt.History, opt.Logger, opt.NoJit})
}

// blocks has the columns of M, one a row, and the size of each one's step: constants of the
// iterations, which would be kept over and over if they were a part of their state.
type blocks[A any] struct {
	f    Composite[A]
	prox func(x num.Array, data A, step num.Array) num.Array
	binding[num.Array, A]
	matrix, columns, steps num.Array
}

func newBlocks[A any](f Composite[A], prox func(x num.Array, data A, step num.Array) num.Array, b binding[num.Array, A]) blocks[A] {
	m := f.Matrix(b.data)
	columns := m.T()
	curve := columns.Square().Sum(1).Mul(f.Curvature(b.data))
	one := num.Full(m.DType(), 1)
	some := curve.Gt(num.Full(m.DType(), 0))
	// A block that M ignores moves by the linear term alone.
	steps := num.Where(some, one.Div(num.Where(some, curve, one)), one)
	return blocks[A]{f, prox, b, m, columns, steps}
}

func (blocks[A]) init(iterate) []num.Array { return nil }

func (m blocks[A]) update(f linesearch.Func, it iterate, _ []num.Array) (iterate, []num.Array) {
	columns, steps := m.columns, m.steps
	x := m.unravel(it.X)
	n, rest := x.Shape()[0], x.Shape()[1:]
	width := it.X.Size() / max(n, 1)
	flat := x.Reshape(n, width)
	type sweep struct{ I, X, Z num.Array }
	outer := num.Grad(func(z num.Array) num.Array {
		return m.f.Outer(z.Reshape(append([]int{columns.Shape()[1]}, rest...)...), m.data)
	})
	linear := flat.Scale(0)
	if m.f.Linear != nil {
		linear = m.f.Linear(m.data).Reshape(n, width)
	}
	// Unrolled, such a loop keeps √n of its states, where num.ForLoop keeps all of them.
	end := num.WhileMax(max(n, 1), func(s sweep) num.Array { return s.I.Lt(int32s(n)) }, func(s sweep) sweep {
		i := s.I
		row := func(a num.Array) num.Array {
			return a.DynamicSlice([]num.Array{i, int32s(0)}, 1, a.Shape()[1]).Reshape(a.Shape()[1])
		}
		column, old := row(columns), row(s.X)
		step := steps.DynamicSlice([]num.Array{i}, 1).Reshape()
		g := column.MatMul(outer(s.Z)).Add(row(linear))
		block := m.prox(old.Sub(g.Mul(step)).Reshape(rest...), m.data, step).Reshape(width)
		return sweep{
			i.AddScalar(1),
			s.X.DynamicUpdateSlice(block.Reshape(1, width), []num.Array{i, int32s(0)}),
			s.Z.Add(num.Outer(column, block.Sub(old))),
		}
	}, sweep{int32s(0), flat, m.matrix.MatMul(flat)})
	it.X = end.X.Reshape(it.X.Size())
	it.Value, it.G = f(it.X)
	it.NumFun = it.NumFun.AddScalar(1)
	return it, nil
}
