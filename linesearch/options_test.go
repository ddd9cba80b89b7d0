package linesearch_test

import (
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
)

// A negative option asks for zero, where zero means the default: each search accepts the
// first trial under one of the two and rejects it under the other.
func TestZeroOptions(t *testing.T) {
	type (
		search       = linesearch.Search
		backtracking = linesearch.BacktrackingOptions
		zoom         = linesearch.ZoomOptions
		hagerZhang   = linesearch.HagerZhangOptions
	)
	const strong = linesearch.StrongWolfe
	// Falls from 0 at 0 to -1e-5 at 1, with the slope -1 at 0: less than C1 = 1e-4 requires.
	shallow := objective(func(x A) A { return x.Square().Scale(1 - 1e-5).Sub(x) })
	// Rises by 1e-9 at 1 and passes the approximate Wolfe condition on slopes there.
	bump := objective(func(x A) A {
		y := x.Square().Scale(1.503).Sub(x.Square().Mul(x).Scale(0.502)).Sub(x)
		return y.Scale(1e-6).AddScalar(1)
	})
	square := objective(func(x A) A { return x.AddScalar(-1).Square() })
	for name, c := range map[string]struct {
		f              linesearch.Func
		step           float64
		zero, standard search
		accepts        bool // whether zero is the one that accepts the first trial
	}{
		"Backtracking C1": {shallow, 1, linesearch.Backtracking(backtracking{C1: -1}), linesearch.Backtracking(backtracking{}), true},
		"Backtracking C2": {square, 0.9, linesearch.Backtracking(backtracking{Condition: strong, C2: -1}),
			linesearch.Backtracking(backtracking{Condition: strong}), false},
		"Zoom C1": {shallow, 1, linesearch.Zoom(zoom{C1: -1, C2: 1.5}), linesearch.Zoom(zoom{C2: 1.5}), true},
		"Zoom C2": {square, 0.9, linesearch.Zoom(zoom{C2: -1}), linesearch.Zoom(zoom{}), false},
		"HagerZhang Epsilon": {bump, 1, linesearch.HagerZhang(hagerZhang{Epsilon: -1}),
			linesearch.HagerZhang(hagerZhang{}), false},
		"HagerZhang Delta": {shallow, 1, linesearch.HagerZhang(hagerZhang{Delta: -1, Epsilon: -1}),
			linesearch.HagerZhang(hagerZhang{Epsilon: -1}), true},
	} {
		for _, s := range []struct {
			search search
			want   bool
		}{{c.zero, c.accepts}, {c.standard, !c.accepts}} {
			r := s.search(c.f, along(c.f, 1, c.step))
			if got := r.NFev.Item() == 1 && r.OK().Item() == 1; got != s.want {
				t.Errorf("%s: the first trial is accepted: %v, want %v; %+v", name, got, s.want, r)
			}
		}
	}
	for name, search := range map[string]search{
		"Backtracking": linesearch.Backtracking(backtracking{MaxIter: -1}),
		"Zoom":         linesearch.Zoom(zoom{MaxIter: -1}),
		"HagerZhang":   linesearch.HagerZhang(hagerZhang{MaxIter: -1}),
	} {
		r := search(square, along(square, 1, 1))
		if r.NFev.Item() != 0 || linesearch.Code(r.Code.Item()) != linesearch.TrialsLimit {
			t.Errorf("%s without trials: %+v", name, r)
		}
	}
}

// NaN and unknown conditions are refused by name.
func TestOptionsThatCannotBeMeant(t *testing.T) {
	nan := math.NaN()
	f := objective(func(x A) A { return x.Square() })
	x := num.Scalar(1).Reshape(1)
	v, g := f(x)
	for want, search := range map[string]linesearch.Search{
		"linesearch.Backtracking: Decrease is NaN": linesearch.Backtracking(linesearch.BacktrackingOptions{Decrease: nan}),
		"linesearch.Backtracking: Condition is 9":  linesearch.Backtracking(linesearch.BacktrackingOptions{Condition: 9}),
		"linesearch.Zoom: C1 is NaN":               linesearch.Zoom(linesearch.ZoomOptions{C1: nan}),
		"linesearch.HagerZhang: Rho is NaN":        linesearch.HagerZhang(linesearch.HagerZhangOptions{Rho: nan}),
	} {
		_, err := num.Try(func() linesearch.Result {
			return search(f, linesearch.Start{X: x, Value: v, Grad: g, Dir: g.Neg(), Step: num.Scalar(1)})
		})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	huge := linesearch.Zoom(linesearch.ZoomOptions{MaxIter: math.MaxInt})
	if r := huge(f, linesearch.Start{X: x, Value: v, Grad: g, Dir: g.Neg(), Step: num.Scalar(1)}); r.OK().Item() != 1 {
		t.Errorf("with the largest limit the search ends after %v trials", r.NFev)
	}
}
