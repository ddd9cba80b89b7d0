package conic_test

import (
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
	"github.com/argmin-go/argmin/status"
	"github.com/argmin-go/argmin/tree"
)

// What is wrong with a program is an error that names the part.
func TestWrongPrograms(t *testing.T) {
	two := []cone.Cone{cone.NonNegative(2)}
	good := argmin.ConeProgram{Q: num.Eye(2), C: num.Vector(1, 2), A: num.Eye(2).Neg(), B: num.Vector(0, 0), Cones: two}
	with := func(change func(p *argmin.ConeProgram)) argmin.ConeProgram { p := good; change(&p); return p }
	tests := []struct {
		p    argmin.ConeProgram
		want string
	}{
		{argmin.ConeProgram{}, "ConeProgram.C must be a vector"},
		{with(func(p *argmin.ConeProgram) { p.C = num.Eye(2) }), "ConeProgram.C must be a vector"},
		{with(func(p *argmin.ConeProgram) { p.B = num.Vector(1, 2, 3) }), "ConeProgram.B has shape [3], want [2]: the cones have 2 rows"},
		{with(func(p *argmin.ConeProgram) { p.B = p.B.AsType(num.Float32) }), "ConeProgram.B is float32, want float64 as C"},
		{with(func(p *argmin.ConeProgram) { p.A = num.Ones(3, 2) }), "ConeProgram.A has shape [3 2], want [2 2]"},
		{with(func(p *argmin.ConeProgram) { p.A = nil }), "ConeProgram.A is not set, but the cones have 2 rows"},
		{with(func(p *argmin.ConeProgram) { p.A = num.Eye(2).AsType(num.Float32) }), "ConeProgram.A is float32, want float64 as C"},
		{with(func(p *argmin.ConeProgram) { p.A = sparse.FromDense(num.Ones(2, 3)) }), "ConeProgram.A has shape [2 3], want [2 2]"},
		{with(func(p *argmin.ConeProgram) { p.Q = num.Ones(2, 3) }), "ConeProgram.Q has shape [2 3], want [2 2]"},
		{with(func(p *argmin.ConeProgram) { p.Q = num.New([]float64{1, 1, 0, 1}, 2, 2) }), "ConeProgram.Q is not symmetric"},
		{with(func(p *argmin.ConeProgram) { p.Q = sparse.FromDense(num.New([]float64{1, 1, 0, 1}, 2, 2)) }), "ConeProgram.Q is not symmetric"},
		{with(func(p *argmin.ConeProgram) { p.Cones = []cone.Cone{cone.SecondOrder(0), cone.NonNegative(2)} }), "ConeProgram.Cones[0]: second-order cone of 0 rows, want at least 1"},
		{with(func(p *argmin.ConeProgram) { p.Cones = []cone.Cone{cone.NonNegative(-1)} }), "ConeProgram.Cones[0]: nonnegative cone of -1 rows"},
		{with(func(p *argmin.ConeProgram) { p.Cones = []cone.Cone{cone.Power(1)} }), "ConeProgram.Cones[0]: power cone with exponent 1, want one between 0 and 1"},
		{with(func(p *argmin.ConeProgram) { p.Cones = []cone.Cone{cone.Power(math.NaN())} }), "want one between 0 and 1"},
		{with(func(p *argmin.ConeProgram) { p.Cones = []cone.Cone{{Kind: cone.KindPSD, Dim: 2}} }), "has another number of rows"},
		{with(func(p *argmin.ConeProgram) { p.Cones = []cone.Cone{{Kind: 17, Dim: 2}} }), "there is no such cone"},
	}
	for _, test := range tests {
		_, err := argmin.Conic(func(struct{}) argmin.ConeProgram { return test.p }, nil, argmin.Options{}).Run(argmin.ConePoint{}, struct{}{})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %q", err, test.want)
		}
	}
	indefinite := num.New([]float64{1, 2, 2, 1}, 2, 2)
	for _, q := range []argmin.Matrix{indefinite, sparse.FromDense(indefinite), argmin.LinearMap(indefinite.MatMul)} {
		p := with(func(p *argmin.ConeProgram) { p.Q = q })
		r, err := argmin.Conic(func(struct{}) argmin.ConeProgram { return p }, nil, argmin.Options{}).Run(argmin.ConePoint{}, struct{}{})
		if err != nil || r.State.Status() != status.NotConvex {
			t.Errorf("Q with a negative eigenvalue: %v, %v", r.State, err)
		}
	}
	solver := argmin.Conic(func(struct{}) argmin.ConeProgram { return good }, nil, argmin.Options{})
	if _, err := solver.Run(argmin.ConePoint{Y: num.Zeros(3)}, struct{}{}); err == nil || !strings.Contains(err.Error(), "ConePoint.Y is float64 [3], want float64 [2]") {
		t.Error(err)
	}
	if _, err := argmin.Conic[int](nil, nil, argmin.Options{}).Run(argmin.ConePoint{}, 0); err == nil || !strings.Contains(err.Error(), "program is nil") {
		t.Error(err)
	}
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		for name, p := range map[string]argmin.ConeProgram{
			"Q": with(func(p *argmin.ConeProgram) { p.Q = num.Eye(2).Scale(bad) }),
			"C": with(func(p *argmin.ConeProgram) { p.C = num.Vector(bad, 1) }),
			"A": with(func(p *argmin.ConeProgram) { p.A = num.Full(num.Float64, bad, 2, 2) }),
			"B": with(func(p *argmin.ConeProgram) { p.B = num.Vector(0, bad) }),
		} {
			r, err := argmin.Conic(func(struct{}) argmin.ConeProgram { return p }, nil, argmin.Options{}).Run(argmin.ConePoint{}, struct{}{})
			if err != nil || r.State.Status() != status.NonFinite {
				t.Errorf("%s with %g: %v, %v", name, bad, r.State, err)
			}
		}
	}
}

// In a batch an error names the member, also where members run in blocks.
func TestArgumentsOfMember(t *testing.T) {
	const k, bad = 40, 33
	var all []coneData
	for i := range k {
		d := randomCone(int64(i), 3, 1, lists["nonnegative"], true)
		if i == bad {
			d.Q = d.Q.Add(matrix(3, 0, 1, 0, 0, 0, 0, 0, 0, 0))
		}
		all = append(all, d)
	}
	data := tree.MapAll(func(v ...num.Array) num.Array { return num.Stack(v...) }, all...)
	solver := conicOf(lists["nonnegative"], argmin.Options{})
	_, err := num.Jit(num.Vmap(func(d coneData) num.Array { return solver.Argmin(argmin.ConePoint{}, d).X })).Call(data)
	if want := "member 33 of 40"; err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "not symmetric") {
		t.Errorf("got %v, want an error about %s", err, want)
	}
}
