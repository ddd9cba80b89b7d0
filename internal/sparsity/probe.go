package sparsity

import (
	"math"
	"math/rand/v2"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/num"
)

// Probe compares the product of the Jacobian of f at x and a random vector with the one of the entries that a pattern
// has: they differ if it leaves out an entry, except by a chance that is as good as zero. The error names a row
// and a column. Rows whose product is not finite are not judged. x must be concrete; if f captured
// arrays that are not, nothing is judged.
func Probe(op string, f func(num.Array) num.Array, x num.Array, p *sparse.Pattern, values []float64) error {
	y, along := num.Linearize(f, x)
	if y.Traced() {
		return nil
	}
	product := func(v []float64) []float64 {
		d := num.New(v, len(v)).AsType(x.DType())
		return along(d).Float64s()
	}
	rng := rand.New(rand.NewPCG(1, 2))
	v := make([]float64, p.Cols)
	for j := range v {
		v[j] = 0.5 + rng.Float64()
		if rng.IntN(2) == 0 {
			v[j] = -v[j]
		}
	}
	want := product(v)
	tol := math.Sqrt(x.DType().Eps())
	for i := range p.Rows {
		got, size := 0.0, math.Abs(want[i])
		for k := p.Ptr[i]; k < p.Ptr[i+1]; k++ {
			got += values[k] * v[p.Ind[k]]
			size += math.Abs(values[k] * v[p.Ind[k]])
		}
		if math.Abs(got-want[i]) > tol*size && !math.IsInf(size, 0) {
			j, d := outside(p, i, v, product)
			return ir.Errorf(ir.ArgumentError, op, "the pattern has no entry at row %d and column %d, where the derivative is %g", i, j, d)
		}
	}
	return nil
}

// outside finds a column that is not in row i of the pattern, but in the one of the matrix, by halving.
func outside(p *sparse.Pattern, i int, v []float64, product func([]float64) []float64) (column int, entry float64) {
	var left []int
	in := p.Row(i)
	for j := range p.Cols {
		if len(in) > 0 && in[0] == j {
			in = in[1:]
		} else {
			left = append(left, j)
		}
	}
	at := func(columns []int) float64 {
		w := make([]float64, len(v))
		for _, j := range columns {
			w[j] = v[j]
		}
		return math.Abs(product(w)[i])
	}
	for len(left) > 1 {
		half := left[:len(left)/2]
		if rest := left[len(left)/2:]; !(at(half) >= at(rest)) {
			half = rest
		}
		left = half
	}
	if len(left) == 0 {
		return 0, math.NaN()
	}
	w := make([]float64, len(v))
	w[left[0]] = 1
	return left[0], product(w)[i]
}
