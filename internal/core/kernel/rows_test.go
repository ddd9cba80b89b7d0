package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// interleaved puts matrices of size numbers each into rows of one number of each matrix.
func interleaved[T Float](size, n int, x []T) []T {
	y := make([]T, len(x))
	for k := range n {
		for e := range size {
			y[e*n+k] = x[k*size+e]
		}
	}
	return y
}

func equalRows[T Float](t *testing.T, what string, size, n int, rows, want []T) {
	t.Helper()
	for i, v := range interleaved(size, n, want) {
		if !sameBits(float64(rows[i]), float64(v)) {
			t.Fatalf("%s: element %d of matrix %d is %v, want %v", what, i/n, i%n, rows[i], v)
		}
	}
}

// Routines for rows give each matrix the bits of the routine for one, with the processor's routines and without.
func TestRowsAreBits(t *testing.T) {
	testRows[float64](t)
	testRows[float32](t)
	defer func(f Wide) { AddF64 = f }(AddF64)
	AddF64 = nil
	testRows[float64](t)
}

func testRows[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	normal := func(n int) []T {
		x := make([]T, n)
		for i := range x {
			x[i] = T(rng.NormFloat64())
		}
		return x
	}
	for _, n := range []int{1, 5, 8, 21, 32} {
		for _, m := range []int{1, 2, 3, 4, 6, 8, 9, 17, 20, 32} {
			what := fmt.Sprintf("%T, %d matrices of order %d", T(0), n, m)
			x, y := normal(n*m), normal(n*m)
			x[0] = 0
			clear(x[(n-1)*m:])
			rows, other := interleaved(m, n, x), interleaved(m, n, y)
			got, want := make([]T, n), make([]T, n)
			RowDot(InEights, n, m, got, rows, 0, 1, other, 0, 1)
			for k := range n {
				want[k] = Dot(x[k*m:(k+1)*m], y[k*m:(k+1)*m])
			}
			equalRows(t, what+": dot", 1, n, got, want)
			RowDotShared(InEights, n, m, got, y, 0, 1, rows, 0, 1)
			for k := range n {
				want[k] = Dot(y[:m], x[k*m:(k+1)*m])
			}
			equalRows(t, what+": dot with a shared vector", 1, n, got, want)
			RowSum(n, m, got, rows)
			for k := range n {
				want[k] = Sum(x[k*m : (k+1)*m])
			}
			equalRows(t, what+": sum", 1, n, got, want)
			for k := range m {
				x[k] *= 1e-20
			}
			RowNorm(n, m, got, interleaved(m, n, x))
			for k := range n {
				want[k] = Norm(x[k*m : (k+1)*m])
			}
			equalRows(t, what+": norm", 1, n, got, want)

			a := normal(n * m * m)
			for k := range n {
				for i := range m {
					a[(k*m+i)*m+i] += T(2 * m)
				}
			}
			wide := interleaved(m*m, n, a)
			for _, order := range []Order{InOrder, InQuarters} {
				v, w := make([]T, m*n), make([]T, m*n)
				for i := range m {
					at, step := i*m, 1
					if order == InQuarters {
						at, step = i, m
					}
					RowDot(order, n, m, v[i*n:(i+1)*n], wide, at, step, other, 0, 1)
				}
				for k := range n {
					Gemv(order == InQuarters, m, m, 1, a[k*m*m:(k+1)*m*m], m, y[k*m:(k+1)*m], 0, w[k*m:(k+1)*m])
				}
				equalRows(t, what+": matrix times vector", m, n, v, w)
				for i := range m {
					at, step := i*m, 1
					if order == InQuarters {
						at, step = i, m
					}
					RowDotShared(order, n, m, v[i*n:(i+1)*n], a, at, step, other, 0, 1)
				}
				for k := range n {
					Gemv(order == InQuarters, m, m, 1, a, m, y[k*m:(k+1)*m], 0, w[k*m:(k+1)*m])
				}
				equalRows(t, what+": shared matrix times vector", m, n, v, w)
			}
			for _, c := range []int{1, 3} {
				for i := range 8 {
					lower, trans, unit := i&1 > 0, i&2 > 0, i&4 > 0
					b := normal(n * m * c)
					got := interleaved(m*c, n, b)
					RowTriangularSolve(lower, trans, unit, m, c, n, wide, got)
					for k := range n {
						TriangularSolve(true, lower, trans, unit, m, c, a[k*m*m:(k+1)*m*m], b[k*m*c:(k+1)*m*c])
					}
					equalRows(t, fmt.Sprint(what, ": triangular ", lower, trans, unit, c), m*c, n, got, b)
				}
			}
			if d, ok := any(a).([]float64); ok {
				d[(n-1)*m*m] = -1 // one matrix is not definite
				l := make([]float64, n*m*m)
				RowCholesky(m, n, interleaved(m*m, n, d), l)
				want := make([]float64, n*m*m)
				for k := range n {
					Cholesky(m, d[k*m*m:(k+1)*m*m], want[k*m*m:(k+1)*m*m])
				}
				equalRows(t, what+": cholesky", m*m, n, l, want)
				if !math.IsNaN(l[n-1]) {
					t.Errorf("%s: the factor of a matrix that is not definite has numbers", what)
				}
			}
		}
	}
}
