package leastsq

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/check/nist"
)

// nistLoad has the data sets of NIST by name.
func nistLoad(t testing.TB) map[string]*nist.Set {
	t.Helper()
	all, err := nist.Sets()
	if err != nil {
		t.Fatal(err)
	}
	sets := map[string]*nist.Set{}
	for _, s := range all {
		sets[s.Name] = s
	}
	return sets
}

// nistProblem has the Jacobian by complex steps, exact to rounding.
func nistProblem(s *nist.Set) Problem {
	at := func(b []float64) []complex128 {
		z := make([]complex128, len(b))
		for i, v := range b {
			z[i] = complex(v, 0)
		}
		return z
	}
	return Problem{
		M: len(s.Y),
		Residuals: func(b, r []float64) {
			z := at(b)
			for i, x := range s.X {
				r[i] = real(s.Model(z, x)) - s.Y[i]
			}
		},
		Jac: func(b []float64, j *mat.Dense) {
			const h = 1e-30
			for k, v := range b {
				z := at(b)
				z[k] = complex(v, h)
				for i, x := range s.X {
					j.Set(i, k, imag(s.Model(z, x))/h)
				}
			}
		},
	}
}
