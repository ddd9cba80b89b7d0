package samples

import (
	"math/rand/v2"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/sparse"
)

// pattern draws a pattern with about a third of the places, and an empty row and an empty column if it
// is large enough.
func pattern(rows, cols int) *sparse.Shared {
	rng := rand.New(rand.NewPCG(uint64(rows), uint64(cols)))
	p := &sparse.Pattern{Rows: rows, Cols: cols, Ptr: []int{0}}
	for i := range rows {
		for j := range cols {
			if (rows < 3 || i != 1) && (cols < 3 || j != 2) && rng.IntN(3) == 0 {
				p.Ind = append(p.Ind, j)
			}
		}
		p.Ptr = append(p.Ptr, len(p.Ind))
	}
	s, err := sparse.Share(p)
	if err != nil {
		panic(err)
	}
	return s
}

// dominant draws values that make a matrix with a full diagonal regular.
func dominant(rng *rand.Rand, d ir.DType, p *sparse.Shared) *ir.Value {
	v := Uniform(rng, d, []int{p.NNZ()}, -1, 1)
	own := ir.NewBuf(d, p.NNZ())
	for k, i := range p.RowOf() {
		if j := int(p.Ind[k]); j == int(i) {
			own.Set(d, k, float64(3+j)*float64(1-2*(j%2)))
		}
	}
	return prim.Add(v, ir.Const(ir.NewData(v.Type, own)))
}

// squarePattern draws a square pattern with the whole diagonal, of the lower triangle only if so asked.
func squarePattern(n int, lower bool) *sparse.Shared {
	rng := rand.New(rand.NewPCG(uint64(n), 1))
	s, err := sparse.Where(n, n, func(i, j int) bool { return i == j || (!lower || j < i) && rng.IntN(3) == 0 })
	if err != nil {
		panic(err)
	}
	return s
}

func sparseSolves(list func(Sample)) {
	for _, c := range []struct {
		n, k             int
		symmetric, trans bool
	}{{4, 2, false, false}, {4, 1, false, true}, {5, 2, true, false}, {1, 3, true, false}, {0, 2, false, false}, {3, 0, true, false}} {
		p := squarePattern(c.n, c.symmetric)
		list(Sample{Op: prim.SparseSolveOp{A: p, Symmetric: c.symmetric, Trans: c.trans}, Tol: 100, Gen: func(rng *rand.Rand, d ir.DType) vals {
			return vals{dominant(rng, d, p), Uniform(rng, d, []int{c.n, c.k}, -1, 1)}
		}})
		if c.symmetric {
			list(Sample{Op: prim.SparseInertiaOp{A: p}, Gen: func(rng *rand.Rand, d ir.DType) vals { return vals{dominant(rng, d, p)} }})
		}
	}
}

// sparseSquares have more rows than columns, or fewer, a row without entries and a column without any, and no rows at all.
func sparseSquares(list func(Sample)) {
	for _, c := range []struct{ m, n, k int }{{6, 4, 2}, {3, 5, 1}, {0, 3, 1}, {4, 0, 2}} {
		p := pattern(c.m, c.n)
		list(Sample{Op: prim.SparseLeastSquaresOp{J: p}, Tol: 100, Gen: func(rng *rand.Rand, d ir.DType) vals {
			return vals{Uniform(rng, d, []int{p.NNZ()}, -1, 1), Uniform(rng, d, []int{c.n}, 0.5, 1.5), Uniform(rng, d, []int{c.m + c.n, c.k}, -1, 1)}
		}})
	}
}

func sparseProducts(list func(Sample)) {
	add := between(list)
	products := func(p *sparse.Shared, k int) {
		add(prim.SparseDotOp{A: p}, []int{p.NNZ()}, []int{p.Cols, k})
		add(prim.SparseDotOp{A: p, Trans: true}, []int{p.NNZ()}, []int{p.Rows, k})
		add(prim.SparseSampleOp{P: p}, []int{p.Rows, k}, []int{p.Cols, k})
	}
	for _, k := range []int{0, 1, 3} {
		products(pattern(4, 5), k)
	}
	products(pattern(0, 3), 1)
	products(pattern(3, 0), 2)
	for _, p := range [][2]*sparse.Shared{{pattern(4, 5), pattern(5, 3)}, {pattern(3, 0), pattern(0, 3)}} {
		all, err := sparse.MatMulPattern(p[0], p[1])
		if err != nil {
			panic(err)
		}
		for _, c := range []*sparse.Shared{all, pattern(all.Rows, all.Cols)} {
			add(prim.SparseMatMulOp{A: p[0], B: p[1], C: c}, []int{p[0].NNZ()}, []int{p[1].NNZ()})
		}
	}
}
