package conic_test

import (
	"math"
	"math/rand"
	"slices"
	"testing"
	"time"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/sparse"
	"github.com/argmin-go/argmin/tree"
)

// sparseData is a cone program with sparse matrices.
type sparseData struct {
	Q, A sparse.Matrix
	C, B num.Array
}

// sparseCone is [randomCone] with a diagonal Q, zero in half of its places, and a few entries in each row of A, near each other.
func sparseCone(seed int64, n, inRow int, quad float64, cones []cone.Cone) sparseData {
	r := rand.New(rand.NewSource(seed))
	normal := func(n int) num.Array {
		v := make([]float64, n)
		for i := range v {
			v[i] = r.NormFloat64()
		}
		return num.New(v, n)
	}
	m := cone.Rows(cones)
	var row, col []int
	for i := range m {
		at := []int{i % n}
		for range inRow - 1 {
			at = append(at, (i%n+r.Intn(10))%n)
		}
		slices.Sort(at)
		for _, j := range slices.Compact(at) {
			row, col = append(row, i), append(col, j)
		}
	}
	a := sparse.FromCOO(m, n, row, col, normal(len(row)))
	diagonal := make([]float64, n)
	for i := range diagonal {
		diagonal[i] = quad * float64(i%2)
	}
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	q := sparse.FromCOO(n, n, all, all, num.New(diagonal, n))
	x, v, w := normal(n), normal(m), normal(m)
	s := projection.Cones(v, cones).Add(projection.Cones(central(cones), cones))
	y := projection.Cones(w, cones).Sub(w).Add(dualCentral(cones))
	return sparseData{Q: q, A: a, B: a.MatMul(x).Add(s), C: q.MatMul(x).Add(a.TMatMul(y)).Neg()}
}

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
