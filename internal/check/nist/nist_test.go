package nist

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// Both forms of each model are the same, at the starts and at the certified parameters.
func TestCurvesAreTheModels(t *testing.T) {
	sets, err := Sets()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sets {
		for _, at := range [][]float64{s.Starts[0], s.Starts[1], s.Params} {
			var z []complex128
			var b []num.Array
			for _, v := range at {
				z, b = append(z, complex(v, 0)), append(b, num.Scalar(v))
			}
			got := s.Curve(b, s.Columns()).Float64s()
			for i, x := range s.X {
				if want := real(s.Model(z, x)); !(math.Abs(got[i]-want) <= 1e-13*(1+math.Abs(want))) {
					t.Fatalf("%s: observation %d at %v is %v, want %v", s.Name, i, at, got[i], want)
				}
			}
		}
	}
}
