package convex

import (
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// affine are expressions of x [4], X [3, 4], the scalar s and the parameters p [4] and q, that are affine in the variables and products of at
// most one parameter.
func affine(x, m, s, p, q Expr) map[string]Expr {
	a := num.New([]float64{1, 0, -2, 0.5, 0, 0, 3, 1, 1, 1, 0, -1}, 3, 4)
	sp := sparse.FromDense(a)
	return map[string]Expr{
		"sum":              Add(x, 1, num.Vector(1, 2, 3, 4)),
		"difference":       Constant("1", 1).Sub(x),
		"broadcast":        s.Sub(x),
		"rows":             m.Add(x),
		"column":           m.Add(num.New([]float64{1, 2, 3}, 3, 1)),
		"elementwise":      x.Mul(num.Vector(1, -2, 0, 4)),
		"by parameter":     p.Mul(x).Mul(2),
		"scalar parameter": q.Mul(m),
		"by quotient":      x.Div(q).Add(p.Div(4)),
		"derived":          Exp(q).Mul(p).Mul(p).Mul(x),
		"matrix vector":    MatMul(a, x),
		"vector matrix":    MatMul(num.Vector(1, 2, 3), m),
		"matrices":         MatMul(m, a.MatT()),
		"left":             MatMul(a.MatT(), m),
		"inner":            p.MatMul(x),
		"dot":              m.Dot(a),
		"sparse":           MatMul(sp, x),
		"sparse left":      MatMul(num.Vector(1, 2, 3), Constant("A", sp)).Add(x),
		"sparse T":         MatMul(Constant("A", sp).T(), m.At(1).Range(0, 3)),
		"sparse square":    MatMul(m, Constant("A", sp).T()),
		"sum 0":            Sum(m, 0),
		"sum 1":            Sum(m, 1),
		"sum -1":           Sum(m, -1),
		"total":            Sum(m),
		"mean":             Mean(m, 0),
		"trace":            Trace(m.Index(num.Span(0, 3), num.Span(1, 4))),
		"diag":             x.Diag(),
		"diagonal":         m.Range(0, 3).Index(num.All, num.Span(0, 3)).Diag(),
		"T":                m.T(),
		"reshape":          m.Reshape(2, 6),
		"at":               m.At(-1, 2),
		"at row":           m.At(1),
		"range":            x.Range(1, 3),
		"index":            m.Index(num.Span(0, 2), num.I(3)),
		"repeat":           x.BroadcastTo(2, 4),
		"concat":           Concat(0, x, s.Reshape(1), p),
		"concat columns":   Concat(1, m, Constant("a", a)),
		"stack":            Stack(x, p.Mul(x), x.Neg()),
		"by rows":          Rows(m, func(r Expr) Expr { return Sum(r) }),
		"kron":             Kron(a, m),
		"kron right":       Kron(m, num.New([]float64{1, 2}, 2, 1)),
		"diff":             Diff(m),
		"cumsum":           CumSum(x),
		"linear":           Linear("flip", func(a num.Array) num.Array { return a.Flip(0).Scale(2) }, x),
		"nested":           Sum(MatMul(a, p.Mul(x).Add(s)).Neg()).Add(q),
		"derived twice":    Sqrt(Exp(q)).Mul(Max(p)).Mul(s).Add(Norm2(p)),
	}
}

func affineLeaves() (x, m, s, p, q Expr) {
	return Variable("x", 4), Variable("X", 3, 4), Variable("s"), Parameter("p", 4), Parameter("q")
}

// What the compiled form of an affine expression computes is what its functions compute.
func TestAffineFunctions(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	random := func(shape ...int) num.Array {
		a := make([]float64, size(shape))
		for i := range a {
			a[i] = rng.NormFloat64()
		}
		return num.New(a, len(a)).Reshape(shape...)
	}
	values := Values{"x": random(4), "X": random(3, 4), "s": random(), "p": random(4), "q": random()}
	x, m, s, p, q := affineLeaves()
	for name, e := range affine(x, m, s, p, q) {
		if e.Err() != nil {
			t.Errorf("%s: %v", name, e.Err())
			continue
		}
		if !e.Curvature().IsAffine() {
			t.Errorf("%s is %v", name, e.Curvature())
		}
		want := e.Eval(values)
		prog, err := Minimize(Sum(e).Add(Sum(x)).Add(Sum(m)).Add(s)).SubjectTo(Eq(e, 0)).Compile(Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		// The rows of e = 0 are b - A x of the scalars x.
		pars := Values{}
		for _, l := range prog.params {
			pars[l.n.leaf.name] = values[l.n.leaf.name]
		}
		var scalars []num.Array
		for _, v := range prog.vars {
			scalars = append(scalars, values[v.n.leaf.name].Reshape(-1))
		}
		c := prog.ConeProgram(pars)
		got := c.A.MatMul(joined(scalars)).Sub(c.B).Reshape(want.Shape()...)
		if d := got.Sub(want).Abs().Max().Item(); d > 1e-12 {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// Variables with a declared structure have fewer scalars, and their values have the structure.
func TestDeclarations(t *testing.T) {
	s, d, p := Variable("S", 3, 3).Symmetric(), Variable("D", 2, 2).Diagonal(), Variable("N", 2).NonPositive()
	target := num.New([]float64{1, 2, 3, 2, 5, 6, 3, 6, 9}, 3, 3)
	prog, err := Minimize(SumSquares(s.Sub(target)).Add(SumSquares(d.Sub(num.Ones(2, 2)))).Add(SumSquares(p.Sub(num.Vector(1, -1))))).Compile(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n, m := prog.Dims(); n != 6+2+2 || m != 2 {
		t.Errorf("%d variables and %d rows, want 10 and 2", n, m)
	}
	sol, err := prog.Solve(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range (Values{"S": target, "D": num.Eye(2), "N": num.Vector(0, -1)}) {
		if got := sol.Values[name]; got.Sub(want).Abs().Max().Item() > 1e-6 {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}
