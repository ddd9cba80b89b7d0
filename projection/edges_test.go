package projection_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/num"
	p "github.com/argmin-go/argmin/projection"
)

var nan, inf = math.NaN(), math.Inf(1)

func allNaN(x A) bool { return arrays.Count(x, math.IsNaN) == x.Size() }

// A NaN anywhere gives NaN: everywhere but in products of intervals.
func TestNaN(t *testing.T) {
	each(t, func(t *testing.T, e entry) {
		f := num.Jit(e.f)
		in := e.sample(1, 1)
		for k := range in {
			for i := range in[k].Size() {
				bad := append([]A{}, in...)
				bad[k] = arrays.With(in[k], i, nan)
				y := call(t, f, bad)
				single := strings.HasPrefix(e.name, "NonNegative") || e.name == "Box" || strings.HasPrefix(e.name, "LInfBall") && k == 0
				switch n := arrays.Count(y, math.IsNaN); {
				case e.name == "Cones" && n > 0: // in the part of its cone
				case single && (n != 1 || !math.IsNaN(y.Float64s()[i])):
					t.Errorf("NaN in element %d of argument %d gives %v", i, k, y)
				case !single && n != y.Size():
					t.Errorf("NaN in element %d of argument %d gives %v", i, k, y)
				}
			}
		}
	})
}

// Infinite entries and numbers of any size give points of the set, or NaN.
func TestExtremes(t *testing.T) {
	each(t, func(t *testing.T, e entry) {
		f := num.Jit(e.f)
		for seed := range uint64(4) {
			in := e.sample(seed, 1)
			for _, s := range []float64{0, 1e-300, 1e-12, 1e3, 1e6, 1e100, 1e300} {
				in := append([]A{in[0].Scale(s)}, in[1:]...)
				y := call(t, f, in)
				lost := s > 1e6 && (e.name == "AffineSet" || e.name == "Polyhedron" || e.name == "BoxSection" ||
					strings.Contains(e.name, "Transport") || strings.Contains(e.name, "Birkhoff"))
				if allNaN(y) && lost {
					continue
				}
				tol := 1e-12 * (1 + arrays.MaxAbs(y))
				if strings.Contains(e.name, "Transport") || strings.Contains(e.name, "Birkhoff") || e.name == "BoxSection" || e.name == "Polyhedron" {
					tol += 1e-15 * s // what rounding leaves of x
				}
				if g := e.gap(y, in); !(g <= tol) {
					t.Errorf("scale %g: violation %g in %v", s, g, y)
				}
			}
			for i := range in[0].Size() {
				for _, v := range []float64{inf, -inf, 1e300, -1e300, 1e-300} {
					in := append([]A{arrays.With(in[0], i, v)}, in[1:]...)
					y := call(t, f, in)
					if arrays.Count(y, math.IsNaN) > 0 || arrays.MaxAbs(y) == inf {
						continue
					}
					if g := e.gap(y, in); !(g <= 1e-12*(1+arrays.MaxAbs(y))) {
						t.Errorf("element %d of %g: violation %g in %v", i, v, g, y)
					}
				}
			}
		}
	})
}

func TestInfinite(t *testing.T) {
	for name, c := range map[string]struct {
		got  A
		want string
	}{
		"NonNegative":     {p.NonNegative(num.Vector(-inf, inf, 1)), "[0 +Inf 1]"},
		"Box":             {p.Box(num.Vector(-inf, inf, 5), num.Vector(-1, -inf, -inf), num.Vector(inf, 2, inf)), "[-1 2 5]"},
		"LInfBall":        {p.LInfBall(num.Vector(-inf, inf, 1), 2), "[-2 2 1]"},
		"Simplex":         {p.Simplex(num.Vector(-inf, 0, 0.5), 1), "[0 0.25 0.75]"},
		"Simplex up":      {p.Simplex(num.Vector(inf, 0), 1), "[NaN NaN]"},
		"Simplex none":    {p.Simplex(num.Vector(-inf, -inf), 1), "[NaN NaN]"},
		"SparseSimplex":   {p.SparseSimplex(num.Vector(-inf, 0, 0.5, -1), 2, 1), "[0 0.25 0.75 0]"},
		"KLSimplex":       {p.KLSimplex(num.Vector(-inf, 0, 0), 1), "[0 0.5 0.5]"},
		"L1Ball":          {p.L1Ball(num.Vector(3, -4), inf), "[3 -4]"},
		"L2Ball":          {p.L2Ball(num.Vector(3, -4), inf), "[3 -4]"},
		"L2Ball of Inf":   {p.L2Ball(num.Vector(inf, 1), 1), "[NaN NaN]"},
		"Halfspace":       {p.Halfspace(num.Vector(3, -4), num.Vector(1, 1), inf), "[3 -4]"},
		"Polyhedron":      {p.Polyhedron(num.Vector(3, -4), num.Zeros(0, 2), num.Zeros(0), num.Eye(2), num.Vector(1, inf)), "[1 -4]"},
		"BoxSection":      {p.BoxSection(num.Vector(1, 2, 3), num.Full(num.Float64, -inf, 3), num.Full(num.Float64, inf, 3), num.Ones(3), 3), "[0 1 2]"},
		"KLTransport":     {p.KLTransport(num.New([]float64{0, -inf, 7, 0}, 2, 2), num.Vector(0.5, 0.5), num.Vector(0.75, 0.25)), "[[0.5 0] [0.25 0.25]]"},
		"SecondOrderCone": {p.SecondOrderCone(num.Vector(-inf, 1)), "[0 0]"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// Sets that are a point, and sets that are empty.
func TestDegenerateSets(t *testing.T) {
	x := num.Vector(0.3, -2, 0, 5)
	ones := num.Ones(4)
	eq, rhs := num.New([]float64{1, 1, 0, 0, 2, 2, 0, 0}, 2, 4), num.Vector(1, 2)
	no, none := num.Zeros(0, 4), num.Zeros(0)
	for name, c := range map[string]struct {
		got  A
		want string
	}{
		"Simplex of 0":      {p.Simplex(x, 0), "[0 0 0 0]"},
		"SparseSimplex 0":   {p.SparseSimplex(x, 2, 0), "[0 0 0 0]"},
		"KLSimplex of 0":    {p.KLSimplex(x, 0), "[0 0 0 0]"},
		"L1Ball of 0":       {p.L1Ball(x, 0).Abs(), "[0 0 0 0]"},
		"L2Ball of 0":       {p.L2Ball(x, 0).Abs(), "[0 0 0 0]"},
		"LInfBall of 0":     {p.LInfBall(x, 0).Abs(), "[0 0 0 0]"},
		"L1Sphere of 0":     {p.L1Sphere(x, 0).Abs(), "[0 0 0 0]"},
		"L2Sphere of 0":     {p.L2Sphere(x, 0).Abs(), "[0 0 0 0]"},
		"L1Sphere at 0":     {p.L1Sphere(num.Zeros(4), 1), "[0.25 0.25 0.25 0.25]"},
		"L2Sphere at 0":     {p.L2Sphere(num.Zeros(4), 1), "[0.5 0.5 0.5 0.5]"},
		"L1Sphere inside":   {p.L1Sphere(num.Vector(-0.5, 0), 1), "[-0.75 0.25]"},
		"Simplex of one":    {p.Simplex(num.Vector(-7), 2), "[2]"},
		"Hyperplane of 0":   {p.Hyperplane(x, num.Zeros(4), 0), x.String()},
		"Halfspace of 0":    {p.Halfspace(x, num.Zeros(4), 1), x.String()},
		"dependent rows":    {p.AffineSet(x, eq, rhs), "[1.65 -0.65 0 5]"},
		"dependent in both": {p.Polyhedron(x, eq, rhs, eq, rhs), "[1.65 -0.65 0 5]"},
		"no equations":      {p.AffineSet(x, no, none), x.String()},
		"no constraints":    {p.Polyhedron(x, no, none, no, none), x.String()},
		"no inequalities":   {p.Polyhedron(x, eq, rhs, no, none), "[1.65 -0.65 0 5]"},
		"zero rows":         {p.Polyhedron(x, num.Zeros(1, 4), num.Zeros(1), num.Zeros(1, 4), num.Zeros(1)), x.String()},
		"BoxSection point":  {p.BoxSection(x, ones, ones, ones, 4), "[1 1 1 1]"},
		"BoxSection corner": {p.BoxSection(x, num.Zeros(4), ones, ones, 4), "[1 1 1 1]"},
		"BoxSection free":   {p.BoxSection(x, num.Zeros(4), ones, num.Zeros(4), 0), "[0.3 0 0 1]"},
		"Transport rows":    {p.Transport(num.Zeros(2, 2), num.Vector(0, 1), num.Vector(0.5, 0.5)), "[[0 0] [0.5 0.5]]"},
		"KLTransport rows":  {p.KLTransport(num.Zeros(2, 2), num.Vector(0, 1), num.Vector(0.5, 0.5)), "[[0 0] [0.5 0.5]]"},
		"Transport of 0":    {p.Transport(num.Ones(2, 2), num.Zeros(2), num.Zeros(2)), "[[0 0] [0 0]]"},
		"KLTransport of 0":  {p.KLTransport(num.Ones(2, 2), num.Zeros(2), num.Zeros(2)), "[[0 0] [0 0]]"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	square := num.Zeros(2, 2)
	for name, y := range map[string]A{
		"Simplex":              p.Simplex(x, -1),
		"SparseSimplex":        p.SparseSimplex(x, 2, -1),
		"KLSimplex":            p.KLSimplex(x, -1),
		"L1Ball":               p.L1Ball(x, -1),
		"L2Ball":               p.L2Ball(x, -1),
		"LInfBall":             p.LInfBall(x, -1),
		"L1Sphere":             p.L1Sphere(x, -1),
		"L2Sphere":             p.L2Sphere(x, -1),
		"Box":                  p.Box(x, ones, ones.Neg()),
		"Hyperplane":           p.Hyperplane(x, num.Zeros(4), 1),
		"Halfspace":            p.Halfspace(x, num.Zeros(4), -1),
		"AffineSet":            p.AffineSet(x, eq, num.Vector(1, 3)),
		"AffineSet zero row":   p.AffineSet(x, num.Zeros(1, 4), num.Vector(1)),
		"Polyhedron":           p.Polyhedron(x, no, none, num.Stack(ones, ones.Neg()), num.Vector(1, -2)),
		"Polyhedron equations": p.Polyhedron(x, eq, num.Vector(1, 3), num.Eye(4), ones),
		"Polyhedron both":      p.Polyhedron(x, eq.Range(0, 1), num.Vector(1), eq.Range(0, 1), num.Vector(0)),
		"Polyhedron zero row":  p.Polyhedron(x, no, none, num.Zeros(1, 4), num.Vector(-1)),
		"BoxSection bounds":    p.BoxSection(x, ones, num.Vector(2, 2, 2, 0), ones, 5),
		"BoxSection above":     p.BoxSection(x, num.Zeros(4), ones, ones, 4.1),
		"BoxSection below":     p.BoxSection(x, num.Zeros(4), ones, ones, -0.1),
		"BoxSection Inf":       p.BoxSection(x, num.Zeros(4), ones, ones, inf),
		"BoxSection zero":      p.BoxSection(x, num.Zeros(4), ones, num.Zeros(4), 1),
		"Transport sums":       p.Transport(square, num.Vector(1, 1), num.Vector(1, 1.1)),
		"Transport negative":   p.Transport(square, num.Vector(2, -1), num.Vector(0.5, 0.5)),
		"KLTransport sums":     p.KLTransport(square, num.Vector(1, 1), num.Vector(1, 1.1)),
		"KLTransport negative": p.KLTransport(square, num.Vector(2, -1), num.Vector(0.5, 0.5)),
		"KLTransport blocked":  p.KLTransport(num.New([]float64{0, -inf, 0, -inf}, 2, 2), num.Vector(1, 1), num.Vector(1, 1)),
		"PowerCone 0":          p.PowerCone(num.Vector(1, 1, 3), 0),
		"PowerCone 1":          p.PowerCone(num.Vector(1, 1, 3), 1),
	} {
		if !allNaN(y) {
			t.Errorf("%s: %v in an empty set, want NaN", name, y)
		}
	}
	if y := p.Box(num.Vector(1, 5), num.Vector(0, 2), num.Vector(2, 1)); y.String() != "[1 NaN]" {
		t.Errorf("Box with one empty interval: %v", y)
	}
}

// A point inside is returned bit for bit.
func TestInside(t *testing.T) {
	third := 1.0 / 3
	m := num.New([]float64{2, third, third, 1}, 2, 2)
	x := num.Vector(third, 0.1, 0.7)
	sum := x.Sum()
	for name, y := range map[string][2]A{
		"NonNegative":     {p.NonNegative(x), x},
		"Box":             {p.Box(x, num.Scalar(0), num.Scalar(1)), x},
		"Simplex":         {p.Simplex(x, sum), x},
		"Simplex tiny":    {p.Simplex(num.Vector(1, 1e-300, 0), 1), num.Vector(1, 1e-300, 0)},
		"L1Ball":          {p.L1Ball(x, sum), x},
		"L2Ball":          {p.L2Ball(x, 1), x},
		"LInfBall":        {p.LInfBall(x, 0.7), x},
		"Halfspace":       {p.Halfspace(x, num.Vector(third, third, third), 7), x},
		"Polyhedron":      {p.Polyhedron(x, num.Zeros(0, 3), num.Zeros(0), num.Eye(3), num.Ones(3)), x},
		"BoxSection":      {p.BoxSection(x, num.Zeros(3), num.Ones(3), num.Ones(3), sum), x},
		"SecondOrderCone": {p.SecondOrderCone(num.Vector(1, third, third)), num.Vector(1, third, third)},
		"PSDCone":         {p.PSDCone(m), m},
		"ExponentialCone": {p.ExponentialCone(num.Vector(-third, third, third)), num.Vector(-third, third, third)},
		"PowerCone":       {p.PowerCone(num.Vector(third, third, -0.3), third), num.Vector(third, third, -0.3)},
	} {
		a, b := y[0].Float64s(), y[1].Float64s()
		for i := range a {
			if math.Float64bits(a[i]) != math.Float64bits(b[i]) {
				t.Errorf("%s: %v, want %v", name, a, b)
				break
			}
		}
	}
}

func TestTies(t *testing.T) {
	equal := num.Ones(4)
	for name, c := range map[string]struct {
		got  A
		want string
	}{
		"Simplex":       {p.Simplex(equal, 1), "[0.25 0.25 0.25 0.25]"},
		"Simplex jac":   {num.JacobianRev(func(x A) A { return p.Simplex(x, 1) })(num.Vector(1, 1, 0)), "[[0.5 -0.5 0] [-0.5 0.5 0] [0 0 0]]"},
		"SparseSimplex": {p.SparseSimplex(equal, 2, 1), "[0.5 0.5 0 0]"},
		"L1Ball":        {p.L1Ball(num.Vector(3, -3), 2), "[1 -1]"},
		"BoxSection":    {p.BoxSection(equal, num.Zeros(4), equal, equal, 2), "[0.5 0.5 0.5 0.5]"},
		"Birkhoff":      {p.Birkhoff(num.Ones(2, 2)), "[[0.5 0.5] [0.5 0.5]]"},
		"KLBirkhoff":    {p.KLBirkhoff(num.Ones(2, 2)), "[[0.5 0.5] [0.5 0.5]]"},
		// The corner (1, 1) of three half-planes, one of them twice.
		"Polyhedron": {p.Polyhedron(num.Vector(3, 3), num.Zeros(0, 2), num.Zeros(0), num.New([]float64{1, 0, 0, 1, 1, 1, 1, 1}, 4, 2), num.Vector(1, 1, 2, 2)), "[1 1]"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestEmptyAndWrong(t *testing.T) {
	type empty struct{ Name string }
	if y := p.L2Ball(empty{"x"}, 1); y.Name != "x" {
		t.Error("a tree without arrays was changed")
	}
	e := num.Zeros(0)
	for i, y := range []A{p.NonNegative(e), p.Box(e, e, e), p.L1Ball(e, 1), p.L2Ball(e, 1), p.LInfBall(e, 1),
		p.Hyperplane(e, e, 0), p.AffineSet(e, num.Zeros(0, 0), e), p.PSDCone(num.Zeros(0, 0)),
		p.Transport(num.Zeros(0, 3), e, num.Zeros(3)), p.Birkhoff(num.Zeros(0, 0))} {
		if y.Size() != 0 {
			t.Errorf("%d: empty array gives %v", i, y)
		}
	}
	x := num.Ones(3)
	for name, c := range map[string]struct {
		f    func() A
		kind error
		text string
	}{
		"empty simplex":   {func() A { return p.Simplex(e, 1) }, num.ErrShape, "projection.Simplex: x is empty"},
		"empty cone":      {func() A { return p.SecondOrderCone(e) }, num.ErrShape, "projection.SecondOrderCone: x is empty"},
		"matrix":          {func() A { return p.Simplex(num.Eye(2), 1) }, num.ErrShape, "x has shape [2 2], want a vector"},
		"scale":           {func() A { return p.Simplex(x, x) }, num.ErrShape, "scale has shape [3], want a scalar"},
		"dtype of scale":  {func() A { return p.Simplex(x, num.Full(num.Float32, 1)) }, num.ErrDType, "scale is float32 and x is float64"},
		"integers":        {func() A { return p.Simplex(num.Arange(num.Int32, 0, 3), 1) }, num.ErrDType, "x is int32"},
		"k":               {func() A { return p.SparseSimplex(x, 0, 1) }, num.ErrArgument, "k is 0"},
		"bounds":          {func() A { return p.Box(num.Scalar(1), x, x) }, num.ErrShape, "want bounds that broadcast"},
		"normal":          {func() A { return p.Hyperplane(x, num.Ones(2), 1) }, num.ErrShape, "a has shape [2], want [3]"},
		"matrix of a":     {func() A { return p.AffineSet(x, num.Eye(2), num.Ones(2)) }, num.ErrShape, "a has shape [2 2], want a matrix of [3] columns"},
		"right-hand side": {func() A { return p.Polyhedron(x, num.Eye(3), x, num.Eye(3), num.Ones(2)) }, num.ErrShape, "h has shape [2], want [3]"},
		"marginals":       {func() A { return p.Transport(num.Ones(2, 3), x, x) }, num.ErrShape, "a has shape [3], want [2]"},
		"not square":      {func() A { return p.Birkhoff(num.Ones(2, 3)) }, num.ErrShape, "projection.Birkhoff: x has shape [2 3], want [2 2]"},
		"not three":       {func() A { return p.ExponentialCone(num.Ones(4)) }, num.ErrShape, "want [3]"},
	} {
		_, err := num.Try(c.f)
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: error is %v, want one with %q", name, err, c.text)
		}
	}
	_, err := num.Try(func() pair { return p.Box(pair{x, nil}, pair{x, []A{x}}, pair{x, nil}) })
	if err == nil {
		t.Error("bounds of another structure were taken")
	}
}
