package num_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// naive takes one axis after the other, element by element, by Python's rules.
func naiveSpan(n int, lo, hi *int, step int) []int {
	get := func(p *int, otherwise int) int {
		if p == nil {
			return otherwise
		}
		i := *p
		if i < 0 {
			i += n
		}
		return i
	}
	var out []int
	if step > 0 {
		for i := max(get(lo, 0), 0); i < min(get(hi, n), n); i += step {
			out = append(out, i)
		}
	} else {
		h := -1
		if hi != nil {
			h = max(get(hi, 0), -1)
		}
		for i := min(get(lo, n-1), n-1); i > h; i += step {
			out = append(out, i)
		}
	}
	return out
}

func randomIndex(rng *rand.Rand, n int) (num.Index, []int) {
	lo, hi := rng.IntN(3*n+4)-n-2, rng.IntN(3*n+4)-n-2
	step := rng.IntN(7) - 3
	if step == 0 {
		step = 1
	}
	switch rng.IntN(4) {
	case 0:
		return num.Span(lo, hi).Step(step), naiveSpan(n, &lo, &hi, step)
	case 1:
		return num.From(lo).Step(step), naiveSpan(n, &lo, nil, step)
	case 2:
		return num.To(hi).Step(step), naiveSpan(n, nil, &hi, step)
	}
	return num.All.Step(step), naiveSpan(n, nil, nil, step)
}

func FuzzIndex(f *testing.F) {
	for i := range uint64(50) {
		f.Add(i)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 0))
		r, c := rng.IntN(5), rng.IntN(5)
		x := num.Arange(num.Float64, 0, r*c).Reshape(r, c)
		i, rows := randomIndex(rng, r)
		j, cols := randomIndex(rng, c)
		y := x.Index(i, j)
		if got, want := fmt.Sprint(y.Shape()), fmt.Sprintf("[%d %d]", len(rows), len(cols)); got != want {
			t.Fatalf("shape %s, want %s", got, want)
		}
		var want []float64
		for _, a := range rows {
			for _, b := range cols {
				want = append(want, float64(a*c+b))
			}
		}
		if got := fmt.Sprint(y.Float64s()); got != fmt.Sprint(want) && len(want) > 0 {
			t.Fatalf("%s, want %v", got, want)
		}
		// Set and AddAt write where Index reads.
		z := x.Set(y.Neg(), i, j)
		near(t, "Set", z.Index(i, j), y.Neg(), 0)
		near(t, "AddAt", x.AddAt(y.Scale(-2), i, j), z, 0)
	})
}

func TestIndexForms(t *testing.T) {
	x := num.Arange(num.Float64, 0, 24).Reshape(2, 3, 4)
	for _, c := range []struct {
		idx  []num.Index
		want string
	}{
		{[]num.Index{num.I(1), num.I(-1), num.I(0)}, "20"},
		{[]num.Index{num.I(-1), num.Ellipsis, num.I(2)}, "[14 18 22]"},
		{[]num.Index{num.Ellipsis, num.NewAxis, num.I(0), num.Span(1, 3)}, "[[[1 2]] [[13 14]]]"},
		{[]num.Index{num.I(0), num.I(0), num.All.Step(-2)}, "[3 1]"},
		{[]num.Index{num.I(0), num.Span(5, 9)}, "[]"},
	} {
		if got := x.Index(c.idx...).String(); got != c.want {
			t.Errorf("%v: %s, want %s", c.idx, got, c.want)
		}
	}
	for what, idx := range map[string][]num.Index{
		"out of range for axis 1":     {num.All, num.I(3)},
		"4 indices for shape [2 3 4]": {num.I(0), num.I(0), num.I(0), num.I(0)},
		"two Ellipsis":                {num.Ellipsis, num.Ellipsis},
		"step along axis 0 is zero":   {num.All.Step(0)},
	} {
		if _, err := num.Try(func() A { return x.Index(idx...) }); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
	f := func(x A) A { return x.Index(num.I(1), num.All.Step(-1), num.From(1).Step(2)).Sin().Reshape(-1) }
	near(t, "modes", num.JacobianFwd(f)(x), num.JacobianRev(f)(x), 0)
}
