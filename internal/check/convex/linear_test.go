package convex

import (
	"reflect"
	"slices"
	"testing"
)

func TestLinearFamilies(t *testing.T) {
	for _, f := range LinearFamilies {
		for _, size := range []int{1000, 20_000} {
			p := f.Make(size, 7, Solved)
			n, m := p.Size()
			if p.A.Rows != m || p.A.Cols != n || p.P.Rows != n || len(p.U) != m || !p.Boxed() {
				t.Fatalf("%s: sizes do not fit", p.Name)
			}
			if k := float64(p.Nonzeros()); k < 0.8*float64(size) || k > 1.4*float64(size) {
				t.Errorf("%s has %v nonzeros", p.Name, k)
			}
			if again := f.Make(size, 7, Solved); !reflect.DeepEqual(p.A, again.A) || !slices.Equal(p.Q, again.Q) || !slices.Equal(p.U, again.U) {
				t.Errorf("%s is not the same for the same seed", p.Name)
			}
			for i := range p.L {
				if !(p.L[i] <= p.U[i]) {
					t.Fatalf("%s: limits %v, %v", p.Name, p.L[i], p.U[i])
				}
			}
		}
	}
}
