package num_test

import (
	"errors"
	"fmt"
	"math"
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

func TestTakeAndPut(t *testing.T) {
	x := num.New([]float64{1, 2, 3, 4, 5, 6}, 3, 2)
	idx := num.New([]int64{2, 0, -1, 2}, 2, 2)
	near(t, "Take", x.Take(idx, 0), num.New([]float64{5, 6, 1, 2, 5, 6, 5, 6}, 2, 2, 2), 0)
	along := num.New([]int32{1, 0, 0, 1, -1, -1}, 3, 2)
	near(t, "TakeAlong", x.TakeAlong(along, 1), num.New([]float64{2, 1, 3, 4, 6, 6}, 3, 2), 0)
	near(t, "TakeAlong axis 0", x.TakeAlong(num.New([]int32{2, 1}, 1, 2), 0), num.New([]float64{5, 4}, 1, 2), 0)
	near(t, "Put", x.Put(num.New([]int32{1, 1}), num.New([]float64{7, 8}, 2, 1), 0), num.New([]float64{1, 2, 8, 8, 5, 6}, 3, 2), 0)
	near(t, "PutAdd", x.PutAdd(num.New([]int32{1, 1}), num.New([]float64{7, 8}, 2, 1), 0), num.New([]float64{1, 2, 18, 19, 5, 6}, 3, 2), 0)
	f := func(x A) A { return x.Take(idx, 0).Sin().Mul(x.TakeAlong(along, 1).Sum()).Reshape(-1) }
	near(t, "modes", num.JacobianFwd(f)(x), num.JacobianRev(f)(x), 1e-14)
	near(t, "adds up", num.Grad(func(x A) A { return x.Take(num.New([]int32{0, 0, 0}), 0).Sum() })(num.Vector(1, 2)), num.Vector(3, 0), 0)
	_, err := num.Try(func() A { return x.Take(num.Vector(1), 0) })
	if !errors.Is(err, num.ErrDType) {
		t.Errorf("indices that are not integers: %v", err)
	}
	_, err = num.Try(func() A { return x.TakeAlong(num.New([]int32{1}), 0) })
	if !errors.Is(err, num.ErrShape) {
		t.Errorf("indices of another rank: %v", err)
	}
}

func TestDynamicSlices(t *testing.T) {
	x := num.Arange(num.Float64, 0, 12).Reshape(3, 4)
	at := func(i, j float64) []A { return []A{num.Full(num.Int32, i), num.Full(num.Int32, j)} }
	near(t, "slice", x.DynamicSlice(at(1, 2), 2, 2), num.New([]float64{6, 7, 10, 11}, 2, 2), 0)
	near(t, "clamped", x.DynamicSlice(at(9, -5), 2, 2), num.New([]float64{4, 5, 8, 9}, 2, 2), 0)
	near(t, "update", x.DynamicUpdateSlice(num.Zeros(1, 4), at(1, 0)).Sum(), num.Scalar(66-22), 0)
	// A loop that writes rows: what a history of a solver does.
	rows := func(x A) A {
		return num.ForLoop(0, 5, func(i, h A) A {
			return h.DynamicUpdateSlice(x.Sin().Mul(i.AsType(num.Float64)).Reshape(1, 2), []A{i.Rem(num.Full(num.Int32, 3)), num.Full(num.Int32, 0)})
		}, num.Zeros(3, 2))
	}
	v := num.Vector(0.5, 2)
	s := v.Sin()
	near(t, "history", rows(v), num.Stack(s.Scale(3), s.Scale(4), s.Scale(2)), 1e-15)
	f := func(x A) A { return rows(x).Reshape(-1) }
	near(t, "modes", num.JacobianFwd(f)(v), num.JacobianRev(f)(v), 1e-15)
	near(t, "Vmap", num.Vmap(rows)(num.Stack(v, v.Neg())), num.Stack(rows(v), rows(v.Neg())), 1e-15)
}

func TestSorting(t *testing.T) {
	x := num.Vector(3, -1, math.NaN(), 2, -1)
	near(t, "Argsort", x.Argsort(0), num.Vector(1, 4, 3, 0, 2), 0)
	y := num.New([]float64{3, 1, 2, 1, 5, 4}, 2, 3)
	near(t, "Sort rows", y.Sort(-1), num.New([]float64{1, 2, 3, 1, 4, 5}, 2, 3), 0)
	near(t, "Sort columns", y.Sort(0), num.New([]float64{1, 1, 2, 3, 5, 4}, 2, 3), 0)
	top, idx := num.Vector(2, 5, 5, 1, 3).TopK(3)
	near(t, "TopK", top, num.Vector(5, 5, 3), 0)
	near(t, "TopK indices", idx, num.Vector(1, 2, 4), 0)
	near(t, "ArgMax", y.ArgMax(1), num.Vector(0, 1), 0)
	near(t, "ArgMin", y.ArgMin(0), num.Vector(1, 0, 0), 0)
	near(t, "NaN wins", x.ArgMax(0), num.Scalar(2), 0)
	w := num.Vector(1, 10, 100)
	g := num.Grad(func(x A) A { return x.Sort(0).Mul(w).Sum() })(num.Vector(3, 1, 2))
	near(t, "gradient of Sort", g, num.Vector(100, 1, 10), 0)
	near(t, "Vmap(Sort)", num.Vmap(func(x A) A { return x.Sort(0) })(y), y.Sort(1), 0)
	near(t, "median by two transformations", num.Vmap(num.Grad(func(x A) A { return x.Sort(0).At(1) }))(y), num.New([]float64{0, 0, 1, 0, 0, 1}, 2, 3), 0)
}

func TestCumulative(t *testing.T) {
	x := num.Vector(2, -1, 0, 3)
	near(t, "CumSum", x.CumSum(0), num.Vector(2, 1, 1, 4), 0)
	near(t, "CumProd", x.CumProd(0), num.Vector(2, -2, 0, 0), 0)
	near(t, "CumMax", x.CumMax(0), num.Vector(2, 2, 2, 3), 0)
	near(t, "CumMin", x.CumMin(0), num.Vector(2, -1, -1, -1), 0)
	near(t, "Prod of a zero", num.Grad(func(x A) A { return x.Prod() })(x), num.Vector(0, 0, -6, 0), 0)
	near(t, "CumProd of a zero", num.Grad(func(x A) A { return x.CumProd(0).Sum() })(x), num.Vector(0, 2, -8, 0), 0)
	for _, f := range []func(A) A{
		func(x A) A { return x.CumProd(0) }, func(x A) A { return x.CumMax(0) }, func(x A) A { return x.CumSum(0) },
	} {
		near(t, "modes", num.JacobianFwd(f)(x), num.JacobianRev(f)(x), 1e-15)
	}
	b := num.New([]bool{true, false, true, true}, 2, 2)
	near(t, "All", b.All(1), num.Vector(0, 1), 0)
	near(t, "Any", b.All(), num.Scalar(0), 0)
}

func TestStableFunctions(t *testing.T) {
	big := num.Vector(1000, 1001, 999)
	lse := 1001 + math.Log(1+math.Exp(-1)+math.Exp(-2))
	near(t, "LogSumExp", big.LogSumExp(), num.Scalar(lse), 1e-15)
	inf := num.Vector(math.Inf(-1), math.Inf(-1))
	if got := inf.LogSumExp().Item(); !math.IsInf(got, -1) {
		t.Errorf("LogSumExp of nothing is %v", got)
	}
	near(t, "gradient", num.Grad(func(x A) A { return x.LogSumExp() })(big), big.Softmax(), 1e-15)
	near(t, "LogSoftmax", num.Vector(0, -2000).LogSoftmax(), num.Vector(0, -2000), 0)
	masked := num.Vector(1, math.Inf(-1), 2)
	near(t, "masked", num.Grad(func(x A) A { return x.LogSumExp() })(masked).At(1), num.Scalar(0), 0)
	near(t, "Softplus", num.Vector(-800, 0, 800).Softplus(), num.Vector(0, math.Ln2, 800), 1e-15)
	near(t, "LogExpit", num.Vector(-800, 0).LogExpit(), num.Vector(-800, -math.Ln2), 1e-15)
	near(t, "LogNdtr slope far out", num.Grad(num.Array.LogNdtr)(num.Scalar(-50)), num.Scalar(50.01998403190564), 1e-12)
	near(t, "Var", num.Vector(1, 2, 3, 4).Var(), num.Scalar(1.25), 1e-15)
	m := num.New([]float64{1, 2, 3, 5}, 2, 2)
	near(t, "Std of rows", m.Std(1), num.Vector(0.5, 1), 1e-15)
	near(t, "Lgamma'", num.Grad(num.Array.Lgamma)(num.Scalar(1)), num.Scalar(-0.57721566490153286), 1e-14)
	near(t, "Lgamma'''", num.Grad(num.Grad(num.Grad(num.Array.Lgamma)))(num.Scalar(1)), num.Scalar(-2*1.2020569031595942), 1e-13)
}

func TestShapes(t *testing.T) {
	x := num.Arange(num.Float64, 0, 6).Reshape(2, 3)
	for what, c := range map[string]struct {
		got  A
		want string
	}{
		"Flip":        {x.Flip(1), "[[2 1 0] [5 4 3]]"},
		"Roll":        {x.Roll(1, 1), "[[2 0 1] [5 3 4]]"},
		"Roll back":   {x.Roll(-1, 0), "[[3 4 5] [0 1 2]]"},
		"Tile":        {num.Vector(1, 2).Tile(2), "[1 2 1 2]"},
		"Repeat":      {num.Vector(1, 2).Repeat(2, 0), "[1 1 2 2]"},
		"Pad":         {num.Vector(1, 2).Pad([]int{1}, []int{2}), "[0 1 2 0 0]"},
		"ExpandDims":  {num.Vector(1, 2).ExpandDims(-1), "[[1] [2]]"},
		"Squeeze":     {num.Ones(1, 2, 1).Squeeze(), "[1 1]"},
		"Squeeze one": {num.Ones(1, 2, 1).Squeeze(-1), "[[1 1]]"},
		"BroadcastTo": {num.Vector(1, 2).BroadcastTo(2, 2), "[[1 2] [1 2]]"},
		"Xor":         {num.New([]int32{6}).Xor(num.New([]int32{3})), "[5]"},
		"Rem":         {num.Vector(-7, 7).Rem(num.Vector(3, -3)), "[-1 1]"},
		"Clip":        {num.Vector(-3, 0.5, 3).Clip(-1, 1), "[-1 0.5 1]"},
	} {
		if c.got.String() != c.want {
			t.Errorf("%s: %v, want %s", what, c.got, c.want)
		}
	}
}

// naiveConv is the definition for one spatial axis.
func naiveConv(x, w A, stride, lo, hi, ldil, rdil int) A {
	n, ci, l := x.Shape()[0], x.Shape()[1], x.Shape()[2]
	co, k := w.Shape()[0], w.Shape()[2]
	length := (l-1)*ldil + 1 + lo + hi
	out := (length-(k-1)*rdil-1)/stride + 1
	xs, ws := x.Float64s(), w.Float64s()
	y := make([]float64, n*co*out)
	for b := range n {
		for o := range co {
			for p := range out {
				for c := range ci {
					for q := range k {
						at := p*stride + q*rdil - lo
						if at >= 0 && at%ldil == 0 && at/ldil < l {
							y[(b*co+o)*out+p] += xs[(b*ci+c)*l+at/ldil] * ws[(o*ci+c)*k+q]
						}
					}
				}
			}
		}
	}
	return num.New(y, n, co, out)
}

func TestConv(t *testing.T) {
	x := num.Arange(num.Float64, 0, 42).Sin().Reshape(2, 3, 7)
	w := num.Arange(num.Float64, 0, 36).Cos().Reshape(4, 3, 3)
	for _, o := range []num.ConvOptions{
		{}, {Strides: []int{2}}, {Pad: [][2]int{{2, 1}}}, {LHSDilation: []int{2}, RHSDilation: []int{2}}, {Same: true, Strides: []int{3}},
	} {
		s, l, r, lo, hi := 1, 1, 1, 0, 0
		if o.Strides != nil {
			s = o.Strides[0]
		}
		if o.LHSDilation != nil {
			l, r = 2, 2
		}
		if o.Pad != nil {
			lo, hi = o.Pad[0][0], o.Pad[0][1]
		}
		if o.Same {
			lo, hi = 1, 1
		}
		near(t, fmt.Sprint(o), num.Conv(x, w, o), naiveConv(x, w, s, lo, hi, l, r), 1e-14)
	}
	grouped := num.Conv(num.Concat(1, x, x), num.Concat(0, w, w.Neg()), num.ConvOptions{Groups: 2})
	plain := num.Conv(x, w, num.ConvOptions{})
	near(t, "groups", grouped, num.Concat(1, plain, plain.Neg()), 1e-14)
	loss := func(w A) A { return num.Conv(x, w, num.ConvOptions{Same: true}).Square().Sum() }
	g := num.Grad(loss)(w)
	const h = 1e-6
	e := num.Zeros(4, 3, 3).Set(num.Scalar(h), num.I(2), num.I(1), num.I(0))
	near(t, "finite difference", g.At(2, 1, 0), loss(w.Add(e)).Sub(loss(w.Sub(e))).Scale(1/(2*h)), 1e-7)
	near(t, "HVP symmetric", num.HVP(loss, w, x.Reshape(-1).Range(0, 36).Reshape(4, 3, 3)).Mul(w).Sum(), num.HVP(loss, w, w).Mul(x.Reshape(-1).Range(0, 36).Reshape(4, 3, 3)).Sum(), 1e-12)
	_, err := num.Try(func() A { return num.Conv(x, num.Zeros(4, 2, 3), num.ConvOptions{}) })
	if !errors.Is(err, num.ErrShape) || !strings.Contains(err.Error(), "[4 2 3]") {
		t.Errorf("features do not fit: %v", err)
	}
}
