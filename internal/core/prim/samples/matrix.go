package samples

import (
	"math/rand/v2"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// definite draws symmetric positive definite matrices with well separated
// eigenvalues.
func definite(rng *rand.Rand, d ir.DType, shape []int) *ir.Value {
	a := Uniform(rng, d, shape, -0.3, 0.3)
	n := shape[len(shape)-1]
	diag := ir.NewBuf(d, a.Size())
	for i := range a.Size() {
		if r, c := i/n%n, i%n; r == c {
			diag.Set(d, i, float64(2*r+2))
		}
	}
	return prim.Add(prim.Mul(ir.Full(a.Type, 0.5), prim.Add(a, prim.MatT(a))), ir.Const(ir.NewData(a.Type, diag)))
}

// spread draws matrices with separated singular values and pivots far apart.
func spread(rng *rand.Rand, d ir.DType, shape []int) *ir.Value {
	a := Uniform(rng, d, shape, -0.3, 0.3)
	m, n := shape[len(shape)-2], shape[len(shape)-1]
	diag := ir.NewBuf(d, a.Size())
	for i := range a.Size() {
		if r, c := i/max(n, 1)%max(m, 1), i%max(n, 1); r == c {
			diag.Set(d, i, float64(2*r+2))
		}
	}
	return prim.Add(a, ir.Const(ir.NewData(a.Type, diag)))
}

// factored is a list of samples of factorizations, whose results have larger errors.
func factored(add func(Sample)) func(op ir.Op, gen func(rng *rand.Rand, d ir.DType) []*ir.Value) {
	return func(op ir.Op, gen func(rng *rand.Rand, d ir.DType) []*ir.Value) {
		_, eigh := op.(prim.EighOp)
		_, svd := op.(prim.SVDOp)
		add(Sample{Op: op, Gen: gen, Tol: 100, Signs: eigh || svd})
	}
}

func matrixFunctions(add func(Sample)) {
	for _, op := range prim.Registry() {
		o, ok := op.(prim.MatrixFunctionOp)
		if !ok {
			continue
		}
		for order, shape := range [][]int{{3, 3}, {2, 2, 2}, {2, 2}} {
			o := prim.MatrixFunctionOp{Func: o.Func, Order: order}
			add(Sample{Op: o, Tol: 100, Gen: func(rng *rand.Rand, d ir.DType) vals {
				x := vals{Uniform(rng, d, shape, -1, 1)}
				for range order {
					x = append(x, Uniform(rng, d, shape, -1, 1))
				}
				return x
			}})
		}
	}
}

func factorizations(add func(Sample)) {
	with := factored(add)
	for _, shape := range [][]int{{3, 3}, {1, 1}, {0, 0}, {2, 3, 3}} {
		for order := range 3 {
			with(prim.DetOp{Order: order}, func(rng *rand.Rand, d ir.DType) vals {
				x := vals{spread(rng, d, shape)}
				if order == 2 {
					x = append(x, Uniform(rng, d, shape, -1, 1))
				}
				return x
			})
		}
	}
	for _, shape := range [][]int{{3, 3}, {1, 1}, {0, 0}, {2, 3, 3}} {
		if shape[0] > 0 {
			with(prim.CholeskyOp{}, func(rng *rand.Rand, d ir.DType) []*ir.Value { return vals{definite(rng, d, shape)} })
			with(prim.EighOp{}, func(rng *rand.Rand, d ir.DType) []*ir.Value { return vals{definite(rng, d, shape)} })
		}
		with(prim.LDLOp{}, func(rng *rand.Rand, d ir.DType) []*ir.Value { return vals{indefinite(rng, d, shape)} })
		with(prim.LUOp{}, func(rng *rand.Rand, d ir.DType) []*ir.Value { return vals{spread(rng, d, shape)} })
		b := append(slices.Clone(shape[:len(shape)-1]), 2)
		with(prim.SolveOp{}, func(rng *rand.Rand, d ir.DType) []*ir.Value {
			return vals{spread(rng, d, shape), Uniform(rng, d, b, -1, 1)}
		})
	}
	for _, shape := range [][]int{{3, 3}, {4, 2}, {2, 4}, {2, 3, 2}} {
		with(prim.QROp{}, func(rng *rand.Rand, d ir.DType) []*ir.Value { return vals{spread(rng, d, shape)} })
		with(prim.SVDOp{}, func(rng *rand.Rand, d ir.DType) []*ir.Value { return vals{spread(rng, d, shape)} })
	}
	with(prim.QROp{Full: true}, func(rng *rand.Rand, d ir.DType) []*ir.Value { return vals{spread(rng, d, []int{2, 3})} })
	with(prim.SVDOp{Full: true}, func(rng *rand.Rand, d ir.DType) []*ir.Value { return vals{spread(rng, d, []int{3, 3})} })
}

// indefinite is matrices whose diagonal is too small for pivots, but for the last element.
func indefinite(rng *rand.Rand, d ir.DType, shape []int) *ir.Value {
	n := shape[len(shape)-1]
	t := ir.T(d, shape...)
	x := ir.NewBuf(d, t.Size())
	for k := range t.Size() {
		v := 0.5 * rng.Float64()
		switch i, j := k/n%n, k%n; {
		case i == j && i == n-1:
			v += 3
		case i != j:
			v += float64(i + j)
		}
		x.Set(d, k, v)
	}
	return ir.Const(ir.NewData(t, x))
}

func triangular(add func(Sample)) {
	with := factored(add)
	for k := range 16 {
		o := prim.TriangularSolveOp{Left: k&1 > 0, Lower: k&2 > 0, Trans: k&4 > 0, Unit: k&8 > 0}
		b := []int{2, 3, 4}
		if !o.Left {
			b = []int{2, 4, 3}
		}
		with(o, func(rng *rand.Rand, d ir.DType) []*ir.Value {
			return vals{spread(rng, d, []int{2, 3, 3}), Uniform(rng, d, b, -1, 1)}
		})
	}
}
