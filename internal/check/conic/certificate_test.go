package conic_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/status"
)

// verifyInfeasible checks the proof y that no point is feasible: Aᵀy = 0, y in the dual cones and bᵀy = -1.
func verifyInfeasible(t *testing.T, d coneData, cones []cone.Cone, y num.Array) {
	t.Helper()
	size := 1 + y.Abs().Max().Item()
	if off := y.MatMul(d.A).Abs().Max().Item(); !(off <= 1e-7*size) {
		t.Errorf("Aᵀy is %g", off)
	}
	if off := projection.Cones(y.Neg(), cones).Abs().Max().Item(); !(off <= 1e-7*size) { // Moreau: the part of -y in the cones
		t.Errorf("y is %g out of the dual cones", off)
	}
	if off := math.Abs(d.B.Dot(y).Item() + 1); !(off <= 1e-7) {
		t.Errorf("bᵀy is off by %g", off)
	}
}

// verifyUnbounded checks the proof x that values fall without end: Qx = 0, -Ax in the cones and cᵀx = -1.
func verifyUnbounded(t *testing.T, d coneData, cones []cone.Cone, x num.Array) {
	t.Helper()
	size := 1 + x.Abs().Max().Item()
	if off := d.Q.MatMul(x).Abs().Max().Item(); !(off <= 1e-7*size) {
		t.Errorf("Qx is %g", off)
	}
	s := d.A.MatMul(x).Neg()
	if off := s.Sub(projection.Cones(s, cones)).Abs().Max().Item(); !(off <= 1e-7*size) {
		t.Errorf("-Ax is %g out of the cones", off)
	}
	if off := math.Abs(d.C.Dot(x).Item() + 1); !(off <= 1e-7) {
		t.Errorf("cᵀx is off by %g", off)
	}
}

// Programs that contradict themselves, or have no minimum, by construction, with cones of all kinds.
func TestCertificates(t *testing.T) {
	for name, cones := range lists {
		solver := conicOf(cones, argmin.Options{})
		for seed := range int64(5) {
			d := randomCone(seed, 6, 0, cones, true)
			m := d.B.Size()
			// y is in the dual cones and orthogonal to the columns of A, and b has a negative product with it.
			y := projection.Cones(num.Normal(num.NewKey(uint64(seed)), num.Float64, m), cones)
			y = y.Sub(num.Normal(num.NewKey(uint64(seed)), num.Float64, m)).Add(dualCentral(cones))
			off := d
			off.A = d.A.Sub(num.Outer(y, y.MatMul(d.A)).Scale(1 / y.Dot(y).Item()))
			off.B = d.B.Sub(y.Scale((d.B.Dot(y).Item() + 3) / y.Dot(y).Item()))
			r, err := solver.Run(argmin.ConePoint{}, off)
			if err != nil {
				t.Fatal(name, err)
			}
			if r.State.Status() != status.Infeasible {
				t.Errorf("%s, seed %d: %v, want infeasible", name, seed, r.State)
				continue
			}
			verifyInfeasible(t, off, cones, r.Params.Y)
			if !math.IsNaN(r.Params.X.At(0).Item()) {
				t.Errorf("%s: an infeasible program has the answer %v", name, r.Params.X)
			}

			// x leads along the cones, and c falls along it.
			x := num.Normal(num.NewKey(uint64(seed+50)), num.Float64, 6)
			s := projection.Cones(num.Normal(num.NewKey(uint64(seed+60)), num.Float64, m), cones).Add(central(cones))
			free := d
			free.A = d.A.Sub(num.Outer(d.A.MatMul(x).Add(s), x).Scale(1 / x.Dot(x).Item()))
			free.C = d.C.Sub(x.Scale((d.C.Dot(x).Item() + 3) / x.Dot(x).Item()))
			free.B = free.A.MatMul(d.C).Add(projection.Cones(d.B, cones)).Add(central(cones))
			r, err = solver.Run(argmin.ConePoint{}, free)
			if err != nil {
				t.Fatal(name, err)
			}
			if r.State.Status() != status.Unbounded {
				t.Errorf("%s, seed %d: %v, want unbounded", name, seed, r.State)
				continue
			}
			verifyUnbounded(t, free, cones, r.Params.X)
		}
	}
}

// A batch has the answers of its members one by one, each with its own status and count.
func TestBatch(t *testing.T) {
	for _, name := range []string{"second-order", "all"} {
		cones := lists[name]
		solver := conicOf(cones, argmin.Options{})
		type answer struct {
			P     argmin.ConePoint
			State argmin.State
		}
		solve := func(d coneData) answer { p, st := solver.ArgminState(argmin.ConePoint{}, d); return answer{p, st} }
		one := num.Jit(solve)
		var all [4][]num.Array
		var want []answer
		for seed := range int64(6) {
			d := randomCone(seed, 6, float64(seed%2), cones, true)
			if seed == 3 { // s₀ ≤ -1 and s₀ ≥ 0 in the last cone
				d.A = d.A.Mul(num.Concat(0, num.Ones(d.B.Size()-2), num.Zeros(2)).Reshape(d.B.Size(), 1))
				d.B = num.Concat(0, d.B.Range(0, d.B.Size()-2), num.Vector(-1, 0))
			}
			for i, x := range []num.Array{d.Q, d.C, d.A, d.B} {
				all[i] = append(all[i], x)
			}
			w, err := one.Call(d)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, w)
		}
		got, err := num.Jit(num.Vmap(solve)).Call(coneData{num.Stack(all[0]...), num.Stack(all[1]...), num.Stack(all[2]...), num.Stack(all[3]...)})
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range want {
			if got.State.Code.At(i).Item() != w.State.Code.Item() || got.State.NIter.At(i).Item() != w.State.NIter.Item() {
				t.Errorf("%s, member %d: %v after %v, by itself %v", name, i, status.Code(got.State.Code.At(i).Item()), got.State.NIter.At(i), w.State)
			}
			same := num.AllClose(got.P.Y.At(i), w.P.Y, 1e-9, 1e-9).Item() == 1
			if !same {
				t.Errorf("%s, member %d: %v, by itself %v", name, i, got.P.Y.At(i), w.P.Y)
			}
		}
		if c := status.Code(got.State.Code.At(3).Item()); c != status.Infeasible {
			t.Errorf("%s: the member without a feasible point is %v", name, c)
		}
	}
}
