package convex

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// affineFunctions are tested in affine_test.go.
var affineFunctions = []string{"Variable", "Parameter", "Constant", "Add", "Mul", "MatMul", "Kron", "Sum", "Mean", "Trace", "Concat", "Stack", "Rows",
	"Linear", "Diff", "CumSum"}

// Every function that makes expressions has a row.
func TestTableIsComplete(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || f.Type.Results == nil || slices.Contains(affineFunctions, f.Name.Name) {
				continue
			}
			if r, ok := f.Type.Results.List[0].Type.(*ast.Ident); !ok || r.Name != "Expr" {
				continue
			}
			if _, ok := table[f.Name.Name]; !ok {
				t.Errorf("%s has no row in the table", f.Name.Name)
			}
		}
	}
}

func (r row) sizes() [][]int {
	if r.shapes == nil {
		return [][]int{{4}}
	}
	return r.shapes
}

func (r row) sample(rng *rand.Rand) [][]float64 {
	lo, hi := r.lo, 2.0
	if lo == 0 {
		lo = -2
	}
	var x [][]float64
	for i, s := range r.sizes() {
		a := make([]float64, size(s))
		for k := range a {
			a[k] = lo + (hi-lo)*rng.Float64()
		}
		if slices.Contains(r.posdef, i) {
			a = gram(a)
		}
		x = append(x, a)
	}
	return x
}

// gram is A Aᵀ + I/2 of a 3×3 matrix.
func gram(a []float64) []float64 {
	var g mat.Dense
	m := mat.NewDense(3, 3, a)
	g.Mul(m, m.T())
	for i := range 3 {
		g.Set(i, i, g.At(i, i)+0.5)
	}
	return g.RawMatrix().Data
}

func (r row) variables() []Expr {
	var x []Expr
	for i, s := range r.sizes() {
		x = append(x, Variable(string(rune('x'+i)), s...))
	}
	return x
}

func (r row) values(x [][]float64) Values {
	v := Values{}
	for i, s := range r.sizes() {
		v[string(rune('x'+i))] = num.New(x[i], s...)
	}
	return v
}

func combine(t float64, x, y [][]float64) [][]float64 {
	var z [][]float64
	for i := range x {
		v := make([]float64, len(x[i]))
		for k := range v {
			v[k] = (1-t)*x[i][k] + t*y[i][k]
		}
		z = append(z, v)
	}
	return z
}

func TestAtomsAreAsDefined(t *testing.T) {
	for name, r := range table {
		rng := rand.New(rand.NewPCG(1, 2))
		e := r.f(r.variables())
		if e.Err() != nil {
			t.Errorf("%s: %v", name, e.Err())
			continue
		}
		for range 20 {
			x := r.sample(rng)
			got, want := e.Eval(r.values(x)).Float64s(), r.define(x)
			for i := range want {
				if len(got) != len(want) || math.Abs(got[i]-want[i]) > 1e-12*(1+math.Abs(want[i])) {
					t.Errorf("%s at %v: %v, want %v", name, x, got, want)
				}
				if s := e.Sign(); s.atLeastZero() && want[i] < -1e-12 || s.atMostZero() && want[i] > 1e-12 {
					t.Errorf("%s at %v is %v, and its sign is %v", name, x, want, s)
				}
			}
		}
	}
}

// The value at a point between two others is below, or above, the line between their values.
func TestAtomsHaveTheirCurvature(t *testing.T) {
	for name, r := range table {
		rng := rand.New(rand.NewPCG(3, 4))
		curv := r.f(r.variables()).Curvature()
		if curv != CurvatureConvex && curv != CurvatureConcave {
			t.Errorf("%s is %v", name, curv)
		}
		bends := false
		for range 40 {
			x, y := r.sample(rng), r.sample(rng)
			mid, a, b := r.define(combine(0.3, x, y)), r.define(x), r.define(y)
			for i := range mid {
				over := 0.7*a[i] + 0.3*b[i] - mid[i]
				if curv == CurvatureConcave {
					over = -over
				}
				if over < -1e-10 {
					t.Errorf("%s is not %v between %v and %v", name, curv, x, y)
				}
				bends = bends || over > 1e-6
			}
		}
		if !bends {
			t.Errorf("%s is a straight line at all samples", name)
		}
	}
}

// Where a function is declared to grow with an argument, for arguments of any sign or of one sign, it does.
func TestAtomsHaveTheirSlopes(t *testing.T) {
	for name, r := range table {
		for _, sign := range []Sign{SignUnknown, SignNonNegative, SignNonPositive} {
			rng := rand.New(rand.NewPCG(5, 6))
			x := r.variables()
			for _, v := range x {
				v.n.sign = sign
			}
			n := r.f(x).n
			if n.atom == nil || len(n.args) != len(x) || slices.ContainsFunc(n.args, func(a *node) bool { return a.leaf == nil }) {
				continue // a composition of other functions
			}
			for i := range x {
				s := n.atom.slope(i, n.args)
				if s == slopeNone {
					continue
				}
				for range 20 {
					lower := r.sample(rng)
					for _, v := range lower {
						withSign(v, sign)
					}
					upper := combine(0, lower, lower)
					for k := range upper[i] {
						upper[i][k] += 0.3 * rng.Float64()
					}
					withSign(upper[i], sign)
					a, b := r.define(lower), r.define(upper)
					for k := range a {
						if d := b[k] - a[k]; s == nondecreasing && d < -1e-12 || s == nonincreasing && d > 1e-12 {
							t.Errorf("%s of what is %v is not %v in argument %d", name, sign, s, i)
						}
					}
				}
			}
		}
	}
}

func withSign(x []float64, s Sign) {
	for k := range x {
		switch {
		case s == SignNonNegative:
			x[k] = math.Abs(x[k])
		case s == SignNonPositive:
			x[k] = min(x[k], 0)
		}
	}
}

// fixed is the model of the function's value at arguments that are given, which has no choice but to find it.
func (r row) fixed() *Model {
	x := r.variables()
	total := Sum(r.f(x))
	m := Minimize(total)
	if total.Curvature() == CurvatureConcave {
		m = Maximize(total)
	}
	for i, v := range x {
		m = m.SubjectTo(Eq(v, Parameter(string(rune('p'+i)), r.sizes()[i]...)))
	}
	return m
}

func (r row) parameters(x [][]float64) Values {
	v := Values{}
	for i, s := range r.sizes() {
		v[string(rune('p'+i))] = num.New(x[i], s...)
	}
	return v
}

// The cone program of a function finds its value, and none where it is not defined.
func TestAtomsByCones(t *testing.T) {
	for name, r := range table {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(7, 8))
			prog, err := r.fixed().Compile(Options{})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				x := r.sample(rng)
				want := 0.0
				for _, v := range r.define(x) {
					want += v
				}
				s, err := prog.Solve(context.Background(), r.parameters(x))
				if err != nil {
					t.Fatal(err)
				}
				// The objective is evaluated at the variables, so that the cone program's own value is what to compare.
				if got := s.compiledValue(); s.Err() != nil || math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
					t.Errorf("at %v: %.9g, want %.9g: %v", x, got, want, s.State)
				}
				r.checkGradient(t, prog, x)
			}
			if r.outside != nil {
				s, err := prog.Solve(context.Background(), r.parameters(r.outside))
				if err != nil {
					t.Fatal(err)
				}
				if s.Status != status.Infeasible {
					t.Errorf("at %v: %v, want infeasible", r.outside, s.State)
				}
			}
		})
	}
}

// checkGradient compares the multipliers of the equations with the function's gradient.
func (r row) checkGradient(t *testing.T, prog *Program, x [][]float64) {
	t.Helper()
	e := Sum(r.f(r.variables()))
	want := num.Grad(func(v Values) num.Array { return e.Eval(v) })(r.values(x))
	s, err := prog.Solve(context.Background(), r.parameters(x))
	if err != nil {
		t.Fatal(err)
	}
	sign := -1.0
	if e.Curvature() == CurvatureConcave {
		sign = 1
	}
	for i := range r.sizes() {
		got := s.Dual(prog.model.constraints[i]).Scale(sign)
		w := want[string(rune('x'+i))]
		if diff := got.Sub(w).Abs().Max().Item(); diff > 1e-4*(1+w.Abs().Max().Item()) {
			t.Errorf("multipliers of argument %d are %v, and the gradient is %v", i, got, w)
		}
	}
}

// compiledValue is the objective of the compiled program.
func (s *Solution) compiledValue() float64 {
	p := s.program
	values := Values{}
	for _, q := range p.params {
		values[q.n.leaf.name] = s.all[q.n.leaf.name]
	}
	v := p.lagrangian(values, s.x, num.ZerosLike(s.duals)).Item()
	if p.model.maximize {
		v = -v
	}
	return v
}
