package peers

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"slices"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// sparseCases are one quadratic program with 10⁴ and with 10⁵ variables and one linear program with 10⁵ nonzeros, to 1e-6.
func sparseCases() []benchCase {
	var all []benchCase
	for _, peer := range []string{"osqp", "piqp", "clarabel", "highs"} {
		for _, n := range []int{10_000, 100_000} {
			if peer != "highs" { // its active set method takes hours
				all = append(all, benchCase{name: fmt.Sprintf("sparseqp/%d/%s", n, peer), repeat: 1, prepare: sparseCase(func(s source) argmin.QP { return chainQP(s, n) })})
			}
		}
		all = append(all, benchCase{name: "sparselp/" + peer, repeat: 1, prepare: sparseCase(transport)})
	}
	return all
}

// sparseCase solves a program that it writes for the peer.
func sparseCase(program func(s source) argmin.QP) func(dir string) func(context.Context) (arr, error) {
	return func(dir string) func(context.Context) (arr, error) {
		q := program(newSource(dir))
		n := q.C.Size()
		limit := func(v arr, n int, none float64) arr {
			if v == (arr{}) {
				v = num.Scalar(none)
			}
			return v.BroadcastTo(n)
		}
		for name, v := range map[string]arr{"c": q.C, "lower": limit(q.Lower, n, -1e30), "upper": limit(q.Upper, n, 1e30), "b": q.B,
			"h": q.H, "low": limit(q.Low, q.H.Size(), -1e30)} {
			if v == (arr{}) {
				v = num.Zeros(0)
			}
			write(dir, "sparse_"+name, v.Float64s(), v.Size())
		}
		for name, m := range map[string]argmin.Matrix{"Q": q.Q, "A": q.A, "G": q.G} {
			writeTriplets(dir, "sparse_"+name, m)
		}
		s := argmin.Quadratic(func(q argmin.QP) argmin.QP { return q }, argmin.ProximalInteriorPoint{Absolute: true}, argmin.Options{Tol: 1e-6})
		return func(ctx context.Context) (arr, error) {
			r, err := s.RunContext(ctx, argmin.QPPoint{}, q)
			if err == nil {
				err = r.Err()
			}
			// The peer may have another solution of the same value.
			return num.Vector(r.State.Value.Item()), err
		}
	}
}

// writeTriplets writes the rows, columns and values of a matrix, none of a nil one.
func writeTriplets(dir, name string, m argmin.Matrix) {
	var row, col, values []float64
	if s, ok := m.(sparse.Matrix); ok {
		ptr, ind := s.Pattern().Ptr(), s.Pattern().Ind()
		for i := range len(ptr) - 1 {
			for k := ptr[i]; k < ptr[i+1]; k++ {
				row, col = append(row, float64(i)), append(col, float64(ind[k]))
			}
		}
		values = s.Values.Float64s()
	} else if m != nil {
		log.Fatalf("%s is a %T", name, m)
	}
	all := slices.Concat(row, col, values)
	write(dir, name, all, len(all))
}

// chainQP has n variables in a chain, with a tridiagonal Q, n/2 equations of three of them and n inequalities of two, all near each other, and bounds.
func chainQP(s source, n int) argmin.QP {
	off := num.Full(num.Float64, -1, n-1)
	near := func(m, k int) sparse.Matrix {
		row, col, values := make([]int, 0, m*k), make([]int, 0, m*k), make([]float64, 0, m*k)
		for i := range m {
			for j := range k {
				row, col, values = append(row, i), append(col, (i*n/m+3*j)%n), append(values, s.rng.NormFloat64())
			}
		}
		return sparse.FromCOO(m, n, row, col, num.New(values, len(values)))
	}
	return argmin.QP{
		Q: sparse.Diags(n, n, []int{-1, 0, 1}, off, num.Full(num.Float64, 2.1, n), off), C: normals(s.rng, n),
		A: near(n/2, 3), B: num.Zeros(n / 2), G: near(n, 2), H: num.Full(num.Float64, 0.1, n), Lower: num.Scalar(-1), Upper: num.Scalar(1),
	}
}

// transport is the transport problem with 224 sources and as many sinks, which has 50,176 variables and two nonzeros for each.
func transport(s source) argmin.QP {
	const k = 224
	var row, col []int
	supply, demand := make([]float64, k), make([]float64, k)
	for i := range k {
		supply[i], demand[i] = 1+s.rng.Float64(), 0.5*s.rng.Float64() // more than is needed
		for j := range k {
			row, col = append(row, i, k+j), append(col, i*k+j, i*k+j)
		}
	}
	a := sparse.FromCOO(2*k, k*k, row, col, num.Full(num.Float64, 1, len(row)))
	cost := normals(s.rng, k*k).Square()
	low := num.Concat(0, num.Full(num.Float64, -1e30, k), num.Vector(demand...))
	return argmin.QP{C: cost, G: a, Low: low, H: num.Concat(0, num.Vector(supply...), num.Full(num.Float64, 1e30, k)), Lower: num.Scalar(0)}
}

func normals(r *rand.Rand, n int) arr {
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return num.New(x, n)
}
