package conic_test

import (
	"math"
	"testing"
	"time"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/internal/check/conic"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

type sparseData = conic.SparseData

var sparseCone = conic.RandomSparse

func sparseSolver(cones []cone.Cone, opt argmin.Options) *argmin.Solver[argmin.ConePoint, sparseData] {
	return argmin.Conic(func(d sparseData) argmin.ConeProgram {
		return argmin.ConeProgram{Q: d.Q, C: d.C, A: d.A, B: d.B, Cones: cones}
	}, nil, opt)
}

// Programs whose matrices are factored by their entries have the answers, and the derivatives, of those with all of their entries.
func TestSparseAsDense(t *testing.T) {
	cones := []cone.Cone{cone.NonNegative(40), cone.SecondOrder(20), cone.Exponential(), cone.SecondOrder(3), cone.PSD(4), cone.Zero(10),
		cone.SecondOrder(12), cone.Power(0.3), cone.NonNegative(30)}
	sparsely, densely := sparseSolver(cones, argmin.Options{}), conicOf(cones, argmin.Options{})
	for seed := range int64(3) {
		d := sparseCone(seed, 60, 3, 1, cones)
		full := coneData{Q: d.Q.Dense(), C: d.C, A: d.A.Dense(), B: d.B}
		got, err := sparsely.Run(argmin.ConePoint{}, d)
		if err != nil {
			t.Fatal(err)
		}
		want, err := densely.Run(argmin.ConePoint{}, full)
		if err != nil {
			t.Fatal(err)
		}
		if res := residual(full, cones, got.Params); !got.Success() || !want.Success() || !(res <= 1e-9) {
			t.Errorf("seed %d: %v and %v, residual %g", seed, got.State, want.State, res)
		}
		if off := tree.InfNorm(tree.Sub(got.Params, want.Params)).Item(); !(off <= 1e-7) {
			t.Errorf("seed %d: off by %g", seed, off)
		}
		db := num.Grad(func(b num.Array) num.Array {
			d := d
			d.B = b
			return sparsely.Argmin(argmin.ConePoint{}, d).X.Sum()
		})(d.B)
		want2 := num.Grad(func(b num.Array) num.Array {
			full := full
			full.B = b
			return densely.Argmin(argmin.ConePoint{}, full).X.Sum()
		})(d.B)
		if off := db.Sub(want2).Abs().Max().Item() / (1 + want2.Abs().Max().Item()); !(off <= 1e-6) {
			t.Errorf("seed %d: the derivative is off by %g", seed, off)
		}
	}
}

// Ten thousand variables take seconds.
func TestLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("ten thousand variables")
	}
	n := 10000
	var cones []cone.Cone
	cones = append(cones, cone.NonNegative(n), cone.Zero(n/10))
	for range n / 20 {
		cones = append(cones, cone.SecondOrder(8))
	}
	d := sparseCone(1, n, 3, 1, cones)
	begin := time.Now()
	r, err := sparseSolver(cones, argmin.Options{}).Run(argmin.ConePoint{}, d)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(r.State, time.Since(begin))
	if !r.Success() || math.IsNaN(r.State.Value.Item()) {
		t.Error(r.State)
	}
}
