package num_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// A wrong argument is an error that names it.
func TestWrongArguments(t *testing.T) {
	x, m := num.Vector(1, 2, 3), num.Ones(2, 3)
	key := num.NewKey(1)
	for name, c := range map[string]struct {
		f    func() A
		kind error
		says string
	}{
		"Full of a half":     {func() A { return num.Full(num.Int32, 0.5) }, num.ErrDType, "0.5"},
		"FullLike of a half": {func() A { return num.FullLike(num.New([]int32{1}), 0.5) }, num.ErrDType, "0.5"},
		"Conv in -1 groups":  {func() A { return num.Conv(num.Ones(1, 1, 3), num.Ones(1, 1, 2), num.ConvOptions{Groups: -1}) }, num.ErrArgument, "Groups"},
		"Conv by stride 0":   {func() A { return num.Conv(num.Ones(1, 1, 3), num.Ones(1, 1, 2), num.ConvOptions{Strides: []int{0}}) }, num.ErrArgument, "Strides"},
		"Conv dilated by -1": {func() A {
			return num.Conv(num.Ones(1, 1, 3), num.Ones(1, 1, 2), num.ConvOptions{RHSDilation: []int{-1}})
		}, num.ErrArgument, "RHSDilation"},
		"DotGeneral, axis twice":   {func() A { return num.DotGeneral(m, m, [2][]int{{0, 0}, {0, 0}}, [2][]int{}) }, num.ErrArgument, "contract[0]"},
		"DotGeneral, batch axis":   {func() A { return num.DotGeneral(m, m, [2][]int{{0}, {1}}, [2][]int{{1}, {1}}) }, num.ErrArgument, "batch[1]"},
		"Tensordot, negative axis": {func() A { return num.Tensordot(m, m, []int{1, -1}, []int{0, 1}) }, num.ErrArgument, "twice"},
		"Bernoulli(2)":             {func() A { return num.Bernoulli(key, 2) }, num.ErrArgument, "p is 2"},
		"Bernoulli(NaN)":           {func() A { return num.Bernoulli(key, math.NaN()) }, num.ErrArgument, "p is NaN"},
		"UniformIn":                {func() A { return num.UniformIn(key, num.Float64, 2, 1) }, num.ErrArgument, "[2, 1)"},
		"Choice":                   {func() A { return num.Choice(key, x, 4, num.ChoiceOptions{Distinct: true}) }, num.ErrArgument, "k is 4"},
		"TruncatedNormal":          {func() A { return num.TruncatedNormal(key, num.Float64, 1, 1) }, num.ErrArgument, "lo < hi"},
		"Quantile of nothing":      {func() A { return num.Zeros(0).Quantile(num.Scalar(0.5), 0, num.Linear) }, num.ErrShape, "empty"},
		"IsClose":                  {func() A { return num.IsClose(x, x, -1, 0) }, num.ErrArgument, "rtol"},
		"Split in 2 of 3":          {func() A { return x.Split(2, 0)[0] }, num.ErrShape, "2 equal parts"},
		"SplitAt":                  {func() A { return x.SplitAt(0, 2, 1)[0] }, num.ErrArgument, "[2 1]"},
		"PadMode":                  {func() A { return x.PadMode([]int{-1}, []int{0}, num.PadEdge) }, num.ErrArgument, "negative"},
		"OneHot of floats":         {func() A { return x.OneHot(3, num.Float64) }, num.ErrDType, "integer"},
		"SegmentSum":               {func() A { return num.SegmentSum(x, num.New([]int32{0, 1}), 2) }, num.ErrShape, "[3]"},
		"LstSq":                    {func() A { return num.LstSq(m, x, 0) }, num.ErrShape, "2 rows"},
		"Pinv":                     {func() A { return num.Pinv(m, -1) }, num.ErrArgument, "rcond"},
		"MatrixNorm":               {func() A { return num.MatrixNorm(m, 9) }, num.ErrArgument, "kind"},
		"VectorNorm":               {func() A { return num.VectorNorm(x, math.NaN()) }, num.ErrArgument, "p is NaN"},
		"Cross":                    {func() A { return num.Cross(x, num.Vector(1, 2)) }, num.ErrShape, "3 numbers"},
		"MultiDot":                 {func() A { return num.MultiDot(m, x, m) }, num.ErrShape, "array 1"},
		"GammaInc of integers":     {func() A { i := num.New([]int32{1}); return num.GammaInc(i, i) }, num.ErrDType, "int32"},
		"Gradient of one":          {func() A { return num.Zeros(1).Gradient(1, 0) }, num.ErrShape, "fewer than two"},
		"ArangeStep":               {func() A { return num.ArangeStep(0, 1, 0) }, num.ErrArgument, "step"},
		"Geomspace":                {func() A { return num.Geomspace(-1, 1, 3) }, num.ErrArgument, "same sign"},
		"Multigammaln":             {func() A { return x.Multigammaln(0) }, num.ErrArgument, "d is 0"},
	} {
		_, err := num.Try(c.f)
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: the error is %v, want one that says %q", name, err, c.says)
		}
	}
}

// Gradients with respect to either argument, and the second derivatives of a tree in blocks.
func TestGradOfArguments(t *testing.T) {
	type params struct{ W, B A }
	f := func(p params, x A) A { return p.W.Dot(x).Add(p.B).Square().Mul(p.B) }
	p, x := params{num.Vector(1, 2), num.Scalar(0.5)}, num.Vector(3, -1)
	g := num.GradFirst(f)(p, x)
	near(t, "the first", g.W, num.Vector(4.5, -1.5), 1e-15) // 2(w·x+b) b x
	near(t, "the second", num.GradSecond(f)(p, x), num.Vector(1.5, 3), 1e-15)
	h := num.HessianTree(func(p params) A { return f(p, x) })(p)
	near(t, "W W", h[0].W, num.New([]float64{9, -3, -3, 1}, 2, 2), 1e-15)
	near(t, "W B", h[0].B, num.Vector(12, -4), 1e-15) // 2 x (2b + w·x)
	near(t, "B W", h[1].W, num.Vector(12, -4), 1e-15)
	near(t, "B B", h[1].B, num.Scalar(2*0.5+4*1.5), 1e-15)
}
