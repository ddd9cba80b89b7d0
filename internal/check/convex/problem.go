// Package convex has what bench/convex compares solvers of convex programs by: the problems, a check of any solver's answer from
// outside, and the record of the runs.
package convex

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/argmin-go/argmin/mps"
)

// Problem is minimize ½ xᵀPx + qᵀx + r subject to l ≤ Ax ≤ u, where bounds of variables are rows of A.
type Problem struct {
	Name string
	P, A mps.Matrix // P is symmetric, with both triangles
	Q    []float64
	R    float64
	L, U []float64 // ±Inf where there is no limit

	Optimum float64 // the best known value; NaN if it is not known
	Expect  Claim   // what there is to find; Solved by default
}

// Size gives the numbers of variables and of rows.
func (p *Problem) Size() (n, m int) { return len(p.Q), len(p.L) }

// ReadQP reads a problem that NumPy wrote: arrays P and A in compressed columns (_data, _indices, _indptr), q, r, l, u and shape (n, m).
func ReadQP(file string) (*Problem, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	z, err := readNPZ(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(z["shape"]) != 2 || len(z["r"]) != 1 {
		return nil, fmt.Errorf("%s: the arrays shape and r are missing", file)
	}
	n, m := int(z["shape"][0]), int(z["shape"][1])
	p := &Problem{Name: strings.TrimSuffix(filepath.Base(file), ".npz"), P: z.matrix("P", n, n), A: z.matrix("A", m, n), Q: z["q"], R: z["r"][0], L: z["l"], U: z["u"], Optimum: math.NaN()}
	if len(p.Q) != n || len(p.L) != m || len(p.U) != m || len(p.P.Ptr) != n+1 || len(p.A.Ptr) != n+1 {
		return nil, fmt.Errorf("%s: the arrays do not fit shape (%d, %d)", file, n, m)
	}
	return p, nil
}

func (z npz) matrix(name string, rows, cols int) mps.Matrix {
	integers := func(v []float64) []int {
		to := make([]int, len(v))
		for i, e := range v {
			to[i] = int(e)
		}
		return to
	}
	return mps.Matrix{Rows: rows, Cols: cols, Ptr: integers(z[name+"_indptr"]), Ind: integers(z[name+"_indices"]), Values: z[name+"_data"]}
}

// FromMPS is the problem of a file: its rows, then the identity for the bounds. A maximum is the minimum of the negated objective.
func FromMPS(f *mps.Problem) *Problem {
	m, n := f.A.Rows, f.A.Cols
	p := &Problem{Name: f.Name, P: f.Q, Q: f.C, R: f.Constant, Optimum: math.NaN()}
	p.L, p.U = append(append(p.L, f.RowLower...), f.Lower...), append(append(p.U, f.RowUpper...), f.Upper...)
	p.A = mps.Matrix{Rows: m + n, Cols: n, Ptr: []int{0}}
	for j := range n {
		ind, values := f.A.Column(j)
		p.A.Ind, p.A.Values = append(append(p.A.Ind, ind...), m+j), append(append(p.A.Values, values...), 1)
		p.A.Ptr = append(p.A.Ptr, len(p.A.Ind))
	}
	if f.Maximize {
		p.P.Values, p.Q, p.R = negated(f.Q.Values), negated(f.C), -f.Constant
	}
	return p
}

func negated(v []float64) []float64 {
	to := make([]float64, len(v))
	for i, e := range v {
		to[i] = -e
	}
	return to
}
