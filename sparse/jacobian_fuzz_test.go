package sparse_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// steps are functions of two vectors of one length with a vector of this length as their result.
var steps = []func(rng *rand.Rand, a, b num.Array) num.Array{
	func(_ *rand.Rand, a, b num.Array) num.Array { return a.Add(b) },
	func(_ *rand.Rand, a, b num.Array) num.Array { return a.Mul(b) },
	func(_ *rand.Rand, a, b num.Array) num.Array { return a.Sub(b.Sin()) },
	func(_ *rand.Rand, a, b num.Array) num.Array { return a.Div(b.Square().Add(num.Const(1))) },
	func(_ *rand.Rand, a, _ num.Array) num.Array { return a.Tanh() },
	func(_ *rand.Rand, a, _ num.Array) num.Array { return before(a) },
	func(_ *rand.Rand, a, _ num.Array) num.Array { return after(a).Square() },
	func(_ *rand.Rand, a, _ num.Array) num.Array { return a.Flip(0) },
	func(_ *rand.Rand, a, b num.Array) num.Array { return num.Where(a.Gt(b), a, b.StopGradient()) },
	func(_ *rand.Rand, a, b num.Array) num.Array { return num.Maximum(a, b) },
	func(_ *rand.Rand, a, _ num.Array) num.Array { return a.Abs().Mul(a.Sign()) },
	func(_ *rand.Rand, a, _ num.Array) num.Array { return a.Mul(num.Arange(num.Float64, -2, a.Size()-2)) },
	func(rng *rand.Rand, a, _ num.Array) num.Array {
		idx := make([]int32, a.Size())
		for i := range idx {
			idx[i] = int32(rng.IntN(len(idx)))
		}
		return a.Take(num.New(idx, len(idx)), 0)
	},
	func(rng *rand.Rand, a, b num.Array) num.Array {
		idx := make([]int32, b.Size())
		for i := range idx {
			idx[i] = int32(rng.IntN(len(idx)))
		}
		return a.PutAdd(num.New(idx, len(idx)), b, 0)
	},
	func(rng *rand.Rand, a, _ num.Array) num.Array {
		n := a.Size()
		m := make([]float64, n*n)
		for i := range m {
			if rng.IntN(n) == 0 {
				m[i] = rng.Float64()
			}
		}
		return num.New(m, n, n).MatMul(a)
	},
	func(_ *rand.Rand, a, b num.Array) num.Array { // a permutation that depends on numbers
		return a.Take(b.Argsort(0), 0)
	},
	func(_ *rand.Rand, a, b num.Array) num.Array {
		return num.Cond(a.At(0).Gt(num.Const(0)), func(a num.Array) num.Array { return a.Mul(b.At(1)) }, before, a)
	},
	func(_ *rand.Rand, a, b num.Array) num.Array {
		_, y := num.Scan(func(c, v num.Array) (num.Array, num.Array) { return c.Scale(0.5).Add(v), c.Mul(v) }, b.At(0), a)
		return y
	},
	func(_ *rand.Rand, a, b num.Array) num.Array {
		return num.ForLoop(0, 2, func(i, y num.Array) num.Array {
			return y.DynamicUpdateSlice(b.DynamicSlice([]num.Array{i}, 1), []num.Array{i.Add(num.Full(num.Int32, 1))})
		}, a)
	},
	func(_ *rand.Rand, a, b num.Array) num.Array {
		type carry struct{ X, Y num.Array }
		return num.WhileMax(6, func(c carry) num.Array { return c.X.Sum().Lt(num.Const(3)) },
			func(c carry) carry { return carry{after(c.X).Add(c.Y.Square()), c.Y} }, carry{a, b}).X
	},
	func(_ *rand.Rand, a, _ num.Array) num.Array { return a.CumSum(0).Scale(0.3) },
	func(_ *rand.Rand, a, _ num.Array) num.Array {
		return num.Conv(a.Reshape(1, 1, a.Size()), num.Vector(1, 0, -0.5).Reshape(1, 1, 3), num.ConvOptions{Pad: [][2]int{{1, 1}}}).Reshape(a.Size())
	},
	func(_ *rand.Rand, a, b num.Array) num.Array {
		return num.Vmap(func(x num.Array) num.Array {
			return num.WhileMax(9, func(y num.Array) num.Array { return y.Lt(num.Const(1)) }, func(y num.Array) num.Array { return y.Add(num.Const(0.4)).Mul(num.Const(1.5)) }, x)
		})(a).Add(b)
	},
	func(_ *rand.Rand, a, b num.Array) num.Array {
		return num.Checkpoint(func(x num.Array) num.Array { return x.Mul(b).Sin() })(a)
	},
	func(_ *rand.Rand, a, _ num.Array) num.Array {
		f := num.CustomJVP(after, func(x, dx num.Array) (num.Array, num.Array) { return after(x), after(dx) })
		return f(a)
	},
	func(_ *rand.Rand, a, b num.Array) num.Array { // a tridiagonal system
		return num.CustomLinearSolve(func(x num.Array) num.Array {
			return x.Scale(4).Add(num.Concat(0, before(x).Range(0, 3), num.Zeros(x.Size()-3)).Mul(b.Sin()))
		}, a, num.DenseSolver, false)
	},
}

// program is a function made of random steps.
func program(seed uint64, length int) func(x num.Array) num.Array {
	return func(x num.Array) num.Array {
		rng := rand.New(rand.NewPCG(seed, 9))
		all := []num.Array{x}
		for range length {
			step := steps[rng.IntN(len(steps))]
			recent := func() num.Array { return all[max(0, len(all)-1-rng.IntN(3))] }
			all = append(all, step(rng, recent(), recent()))
		}
		return all[len(all)-1]
	}
}

func TestRandomPrograms(t *testing.T) {
	count := uint64(300)
	if testing.Short() {
		count = 60
	}
	for seed := range count {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			f := program(seed, 2+int(seed)%6)
			x := point(6, seed)
			for _, mode := range []sparse.Mode{sparse.Forward, sparse.Reverse} {
				j := sparse.Jacobian(f, sparse.DerivativeOptions{Mode: mode})(x)
				near(t, "Jacobian", j.Dense(), num.JacobianFwd(f)(x), 1e-9)
			}
			sum := func(x num.Array) num.Array { return f(x).Sin().Sum() }
			near(t, "Hessian", sparse.Hessian(sum, sparse.DerivativeOptions{})(x).Dense(), num.Hessian(sum)(x), 1e-7)
		})
	}
}
