//go:build cgo

package xla_test

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

// The ridge example on XLA: Longley's regression, its derivative both ways and the
// path, against the closed forms.
func TestRidgeExample(t *testing.T) {
	ctx := on(t)
	f, err := os.Open("../examples/ridge/longley.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var cols []float64
	for _, row := range rows[1:] {
		for _, s := range row {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Fatal(err)
			}
			cols = append(cols, v)
		}
	}
	table := num.New(cols, len(rows)-1, len(rows[0]))
	table = table.Sub(table.Mean(0))
	table = table.Div(table.Square().Mean(0).Sqrt()).T()
	p := len(rows[0]) - 1
	d := data{table.Range(1, p+1).T(), table.At(0), num.Scalar(0.01)}
	method, opt := argmin.LBFGS{Memory: 20}, argmin.Options{Tol: 1e-12, MaxIter: 5000}
	path := func(s *argmin.Solver[A, data]) func(A) A {
		return func(l2 A) A { return s.Argmin(num.Zeros(p), data{d.X, d.Y, l2}) }
	}
	closed := func(l2 A) [2]A {
		n := float64(d.X.Shape()[0])
		h := d.X.T().MatMul(d.X).Scale(1 / n).Add(num.Eye(p).Mul(l2))
		w := num.Solve(h, d.X.T().MatMul(d.Y).Scale(1/n))
		return [2]A{w, num.Solve(h, w.Neg())}
	}
	exact := closed(d.L2)
	s := argmin.Minimize(ridge, method, opt)
	both := func(l2 A) [2]A { return [2]A{path(s)(l2), num.JacobianRev(path(s))(l2)} }
	got, err := num.Jit(both).CallContext(ctx, d.L2)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := maxDiff(got[0], exact[0]), maxDiff(got[1], exact[1]); a > 1e-9 || b > 1e-8 {
		t.Errorf("w is off by %g, its derivative by %g", a, b)
	}
	opt.Unroll = true
	unrolled, err := num.Jit(num.JacobianFwd(path(argmin.Minimize(ridge, method, opt)))).CallContext(ctx, d.L2)
	if err != nil || maxDiff(unrolled, exact[1]) > 1e-6 {
		t.Errorf("%v, unrolled the derivative is off by %g", err, maxDiff(unrolled, exact[1]))
	}
	l2s := num.Vector(1e-3, 1e-2, 0.1, 1, 10)
	many, err := num.Jit(num.Vmap(both)).CallContext(ctx, l2s)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		want := closed(l2s.At(i))
		if a, b := maxDiff(many[0].At(i), want[0]), maxDiff(many[1].At(i), want[1]); a > 1e-8 || b > 1e-6 {
			t.Errorf("member %d: w is off by %g, its derivative by %g", i, a, b)
		}
	}
}
