package num_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// Random programs of nested branches and loops, whose parts read everything that is in scope,
// are run by num in its modes and by plain Go on numbers with their first two derivatives.

// jet is a number with its gradient and Hessian in three variables.
type jet struct {
	v float64
	g [3]float64
	h [3][3]float64
}

// chain is f(a, b) by f's value, slopes and second derivatives there.
func chain(a, b jet, v, fa, fb, faa, fab, fbb float64) jet {
	r := jet{v: v}
	for i := range 3 {
		r.g[i] = fa*a.g[i] + fb*b.g[i]
		for j := range 3 {
			r.h[i][j] = fa*a.h[i][j] + fb*b.h[i][j] + faa*a.g[i]*a.g[j] + fab*(a.g[i]*b.g[j]+b.g[i]*a.g[j]) + fbb*b.g[i]*b.g[j]
		}
	}
	return r
}

// operation is a function of two numbers, in both worlds.
type operation struct {
	name  string
	array func(a, b A) A
	jet   func(a, b jet) jet
}

var (
	opSin = operation{"sin", func(a, _ A) A { return a.Sin() }, func(a, b jet) jet {
		return chain(a, b, math.Sin(a.v), math.Cos(a.v), 0, -math.Sin(a.v), 0, 0)
	}}
	opTanh = operation{"tanh", func(a, _ A) A { return a.Tanh() }, func(a, b jet) jet {
		t := math.Tanh(a.v)
		return chain(a, b, t, 1-t*t, 0, -2*t*(1-t*t), 0, 0)
	}}
	opAdd = operation{"add", A.Add, func(a, b jet) jet { return chain(a, b, a.v+b.v, 1, 1, 0, 0, 0) }}
	opMul = operation{"mul", A.Mul, func(a, b jet) jet { return chain(a, b, a.v*b.v, b.v, a.v, 0, 1, 0) }}
	// A product of vectors is costly enough to move out of loops by a branch.
	opDot = operation{"dot", func(a, b A) A { return num.Stack(a, b).Dot(num.Stack(b, num.Const(1).AddScalar(0).Add(b))) },
		func(a, b jet) jet { return chain(a, b, a.v*b.v+b.v*(1+b.v), b.v, a.v+1+2*b.v, 0, 1, 2) }}
	// What has no finite value or slope where its branch is not taken.
	opSqrt = operation{"sqrt", func(a, _ A) A { return a.Sqrt() }, func(a, b jet) jet {
		r := math.Sqrt(a.v)
		return chain(a, b, r, 0.5/r, 0, -0.25/(r*a.v), 0, 0)
	}}
	opLog = operation{"log", func(a, _ A) A { return a.Log() }, func(a, b jet) jet {
		return chain(a, b, math.Log(a.v), 1/a.v, 0, -1/(a.v*a.v), 0, 0)
	}}
	opSquare = operation{"square", func(a, _ A) A { return a.Square() }, func(a, b jet) jet { return chain(a, b, a.v*a.v, 2*a.v, 0, 2, 0, 0) }}
)

// statement defines the next variable of a block from those in scope.
type statement struct {
	kind   string
	op     operation
	a, b   int // variables
	count  int
	level  float64
	blocks []block
	passes *atomic.Int32 // by num
	want   int32         // by Go
}

// block is a function of everything in scope and its own parameters; its result is its last variable.
type block []*statement

func (b block) describe(w *strings.Builder, indent string) {
	for _, s := range b {
		fmt.Fprintf(w, "%s%s %s v%d v%d count=%d level=%g\n", indent, s.kind, s.op.name, s.a, s.b, s.count, s.level)
		for _, c := range s.blocks {
			c.describe(w, indent+"  ")
			fmt.Fprintf(w, "%s  --\n", indent)
		}
	}
}

// array runs the block on the variables in scope.
func (b block) array(scope []A, loop whileLoop) A {
	scope = append([]A(nil), scope...)
	for _, s := range b {
		scope = append(scope, s.array(scope, loop))
	}
	return scope[len(scope)-1]
}

// whileLoop is num.While or, for reverse mode, num.WhileMax.
type whileLoop func(cond func([2]A) A, body func([2]A) [2]A, init [2]A) [2]A

func (s *statement) array(scope []A, loop whileLoop) A {
	a, b := scope[s.a], scope[s.b]
	run := func(i int) func(A) A {
		return func(x A) A { return s.blocks[i].array(append(slices.Clip(scope), x), loop) }
	}
	level := num.Const(s.level)
	switch s.kind {
	case "cond":
		return num.Cond(a.Gt(level), run(0), run(1), b)
	case "switch":
		index := a.Gt(level).AsType(num.Int32).Add(a.Gt(level.AddScalar(0.5)).AsType(num.Int32))
		return num.Switch(index, []func(A) A{run(0), run(1), run(2)}, b)
	case "for":
		return num.ForLoop(0, s.count, func(_, x A) A { return run(0)(x) }, b)
	case "scan":
		c, ys := num.Scan(func(c, x A) (A, A) {
			y := s.blocks[0].array(append(slices.Clip(scope), c, x), loop)
			return y.Sin(), y
		}, b, num.Linspace(0, 1, s.count))
		return c.Add(ys.Sum())
	case "while":
		n := a.Gt(level).AsType(num.Float64).Scale(float64(s.count))
		return loop(func(c [2]A) A { return c[1].Lt(n) },
			func(c [2]A) [2]A { return [2]A{run(0)(c[0]), c[1].AddScalar(1)} }, [2]A{b, num.Scalar(0)})[0]
	case "checkpoint":
		return num.Checkpoint(run(0))(b)
	case "root":
		return num.CustomRoot(func(x, th A) A { return run(0)(th).Sub(x) }, run(0), nil)(b)
	case "count":
		num.Observe(func(A) error { s.passes.Add(1); return nil }, a)
		return a
	case "call":
		y := num.Callback(func(x A) (A, error) { s.passes.Add(1); return x, nil }, num.Scalar(0), a.StopGradient())
		return a.Add(y.Sub(a.StopGradient()))
	}
	return s.op.array(a, b)
}

func (b block) jet(scope []jet) jet {
	scope = append([]jet(nil), scope...)
	for _, s := range b {
		scope = append(scope, s.jet(scope))
	}
	return scope[len(scope)-1]
}

func (s *statement) jet(scope []jet) jet {
	a, b := scope[s.a], scope[s.b]
	run := func(i int, x ...jet) jet { return s.blocks[i].jet(append(slices.Clip(scope), x...)) }
	switch s.kind {
	case "cond":
		if a.v > s.level {
			return run(0, b)
		}
		return run(1, b)
	case "switch":
		i := 0
		if a.v > s.level {
			i++
		}
		if a.v > s.level+0.5 {
			i++
		}
		return run(i, b)
	case "for":
		for range s.count {
			b = run(0, b)
		}
		return b
	case "scan":
		var sum jet
		for i := range s.count {
			y := run(0, b, jet{v: float64(i) / math.Max(1, float64(s.count-1))})
			b, sum = opSin.jet(y, y), opAdd.jet(sum, y)
		}
		return opAdd.jet(b, sum)
	case "while":
		for i := 0; a.v > s.level && i < s.count; i++ {
			b = run(0, b)
		}
		return b
	case "checkpoint", "root":
		return run(0, b)
	case "count", "call":
		s.want++
		return a
	}
	return s.op.jet(a, b)
}

// writer makes random programs.
type writer struct {
	*rand.Rand
	all []*statement
}

func (w *writer) add(s statement) *statement {
	s.passes = new(atomic.Int32)
	w.all = append(w.all, &s)
	return &s
}

func (w *writer) block(vars, depth int) block {
	var b block
	pick := func() int { return w.IntN(vars + len(b)) }
	for range 2 + w.IntN(3) {
		s := statement{kind: "op", op: []operation{opSin, opTanh, opAdd, opMul, opDot}[w.IntN(5)], a: pick(), b: pick(),
			count: w.IntN(4), level: []float64{-0.5, 0, 0, 0, 0.4}[w.IntN(5)]}
		inner := func(params int) block { return w.block(vars+len(b)+params, depth-1) }
		if depth > 0 && w.IntN(2) == 0 {
			switch s.kind = []string{"cond", "switch", "for", "scan", "while", "checkpoint", "root", "guard"}[w.IntN(8)]; s.kind {
			case "cond":
				s.blocks = []block{inner(1), inner(1)}
			case "switch":
				s.blocks = []block{inner(1), inner(1), inner(1)}
			case "guard": // only where it is positive, what is defined there
				s.kind, s.level = "cond", 0
				last := vars + len(b)
				risky := w.add(statement{kind: "op", op: []operation{opSqrt, opLog}[w.IntN(2)], a: s.a, b: s.a})
				tame := w.add(statement{kind: "op", op: opTanh, a: last + 1, b: last})
				s.blocks = []block{append(block{risky, tame}, w.block(last+3, depth-1)...), inner(1)}
			case "scan":
				s.blocks = []block{inner(2)}
			default:
				s.blocks = []block{inner(1)}
			}
		} else if w.IntN(3) == 0 {
			s.kind = []string{"count", "call"}[w.IntN(2)]
		}
		b = append(b, w.add(s))
	}
	// Results stay small, and depend on more than the last statement.
	n := vars + len(b)
	return append(b, w.add(statement{kind: "op", op: opAdd, a: n - 1, b: w.IntN(n)}), w.add(statement{kind: "op", op: opTanh, a: n, b: n}))
}

// agree reports whether two numbers are the same up to rounding, or neither is finite.
func agree(a, b float64) bool {
	if !(math.Abs(b) < 1e6) { // near a singular point rounding decides
		return true
	}
	return math.Abs(a-b) <= 1e-8*(1+math.Abs(b))
}

func checkProgram(t *testing.T, seed uint64) {
	w := &writer{Rand: rand.New(rand.NewPCG(seed, 1))}
	prog := w.block(4, 2+w.IntN(2)) // three variables and a constant
	for len(w.all) > 60 { // which would take its time
		w.all = nil
		prog = w.block(4, 2+w.IntN(2))
	}
	text := func() string {
		var s strings.Builder
		prog.describe(&s, "")
		return s.String()
	}
	constant := num.Scalar(0.3) // captured, and never traced
	function := func(loop whileLoop) func(x A) A {
		return func(x A) A { return prog.array([]A{x.At(0), x.At(1), x.At(2), constant}, loop) }
	}
	free := function(func(cond func([2]A) A, body func([2]A) [2]A, init [2]A) [2]A { return num.While(cond, body, init) })
	bounded := function(func(cond func([2]A) A, body func([2]A) [2]A, init [2]A) [2]A {
		return num.WhileMax(5, cond, body, init)
	})

	points := make([][]float64, 3)
	wants := make([]jet, 3)
	for k := range points {
		points[k] = make([]float64, 3)
		for i := range points[k] {
			points[k][i] = []float64{0, 0, 1, -1, 0.37, -0.8}[w.IntN(6)]
		}
		vars := []jet{{}, {}, {}, {v: 0.3}}
		for i, v := range points[k] {
			vars[i].v, vars[i].g[i] = v, 1
		}
		wants[k] = prog.jet(vars)
	}
	flat := []float64{}
	for _, p := range points {
		flat = append(flat, p...)
	}
	batch := num.New(flat, 3, 3)

	// Values, and how often each place was passed.
	for mode, run := range map[string]func() A{
		"eager": func() A {
			return num.Stack(free(batch.At(0)), bounded(batch.At(1)), free(batch.At(2)))
		},
		"Jit": func() A {
			f := num.Jit(free)
			ys := make([]A, 3)
			for k := range ys {
				y, err := f.Call(batch.At(k))
				if err != nil {
					t.Fatal(err)
				}
				ys[k] = y
			}
			return num.Stack(ys...)
		},
		"Vmap": func() A { return num.Vmap(free)(batch) },
	} {
		for _, s := range w.all {
			s.passes.Store(0)
		}
		y := run()
		for k, want := range wants {
			if !agree(y.At(k).Item(), want.v) {
				t.Fatalf("seed %d, %s at %v: %v, want %v\n%s", seed, mode, points[k], y.At(k), want.v, text())
			}
		}
		for i, s := range w.all {
			// A batch passes once where nothing depends on its members, and what nobody uses is not called.
			exact := s.kind == "count" && mode != "Vmap"
			if n := s.passes.Load(); n > s.want || exact && n != s.want {
				t.Fatalf("seed %d, %s: statement %d (%s) was passed %d times, want %d\n%s", seed, mode, i, s.kind, n, s.want, text())
			}
		}
	}

	// Derivatives.
	for mode, d := range map[string]func(x A) (g, h A){
		"reverse":              func(x A) (A, A) { return num.Grad(bounded)(x), num.JacobianRev(num.Grad(bounded))(x) },
		"forward":              func(x A) (A, A) { return num.JacobianFwd(free)(x), num.JacobianFwd(num.JacobianFwd(free))(x) },
		"forward over reverse": func(x A) (A, A) { return num.Grad(bounded)(x), num.Hessian(bounded)(x) },
		"reverse over forward": func(x A) (A, A) { return num.Grad(bounded)(x), num.JacobianRev(num.JacobianFwd(bounded))(x) },
	} {
		got := num.Vmap(func(x A) [2]A { g, h := d(x); return [2]A{g, h} })(batch)
		for k, want := range wants {
			type pair struct{ G, H A }
			one, err := num.Jit(func(x A) pair { g, h := d(x); return pair{g, h} }).Call(batch.At(k))
			if err != nil {
				t.Fatalf("seed %d, %s: %v\n%s", seed, mode, err, text())
			}
			for i := range 3 {
				for where, g := range map[string]A{"": one.G, " by Vmap": got[0].At(k)} {
					if !agree(g.At(i).Item(), want.g[i]) {
						t.Fatalf("seed %d, %s%s at %v: gradient %v, want %v\n%s", seed, mode, where, points[k], g, want.g, text())
					}
				}
				for j := range 3 {
					for where, h := range map[string]A{"": one.H, " by Vmap": got[1].At(k)} {
						if !agree(h.At(i, j).Item(), want.h[i][j]) {
							t.Fatalf("seed %d, %s%s at %v: Hessian %v, want %v\n%s", seed, mode, where, points[k], h, want.h, text())
						}
					}
				}
			}
		}
	}
}

// FuzzBranches compares random programs with plain Go: their values, derivatives of two orders
// by all modes, and which parts of them ran.
func FuzzBranches(f *testing.F) {
	n := 40
	if testing.Short() {
		n = 10
	}
	for i := range n {
		f.Add(uint64(i))
	}
	f.Fuzz(checkProgram)
}
