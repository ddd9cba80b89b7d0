package num_test

import (
	"errors"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// loops run body so often, on a carry of one number.
var loops = map[string]func(times int, body func(x A) A, x A) A{
	"While": func(times int, body func(x A) A, x A) A {
		r := num.While(func(c [2]A) A { return c[1].Lt(num.Const(float64(times))) },
			func(c [2]A) [2]A { return [2]A{body(c[0]), c[1].AddScalar(1)} }, [2]A{x, num.Scalar(0)})
		return r[0]
	},
	"WhileMax": func(times int, body func(x A) A, x A) A {
		r := num.WhileMax(9, func(c [2]A) A { return c[1].Lt(num.Const(float64(times))) },
			func(c [2]A) [2]A { return [2]A{body(c[0]), c[1].AddScalar(1)} }, [2]A{x, num.Scalar(0)})
		return r[0]
	},
	"ForLoop": func(times int, body func(x A) A, x A) A {
		return num.ForLoop(0, times, func(_, x A) A { return body(x) }, x)
	},
	"Scan": func(times int, body func(x A) A, x A) A {
		y, _ := num.Scan(func(c, _ A) (A, A) { return body(c), c }, x, num.Zeros(times))
		return y
	},
	"ScanReverse": func(times int, body func(x A) A, x A) A {
		y, _ := num.ScanReverse(func(c, _ A) (A, A) { return body(c), c }, x, num.Zeros(times))
		return y
	},
}

// What a loop's body does to captured arrays happens in each iteration, and not in a loop
// that has none.
func TestEffectsOfLoops(t *testing.T) {
	for name, loop := range loops {
		for _, times := range []int{0, 1, 3} {
			for where, captured := range map[string]func(x A) A{
				"traced":   func(x A) A { return x.Abs() },
				"concrete": func(A) A { return num.Scalar(3) },
			} {
				var seen, called atomic.Int32
				f := func(x A) A {
					a := captured(x)
					return loop(times, func(x A) A {
						counted(&seen, a)
						y := num.Callback(func(x A) (A, error) { called.Add(1); return x, nil }, a, a)
						return x.Add(y.StopGradient()).Add(num.Check(a, a.Gt(num.Const(0)), a, "never"))
					}, x)
				}
				for mode, run := range map[string]func() (A, error){
					"eager": func() (A, error) { return num.Try(func() A { return f(num.Scalar(-3)) }) },
					"Jit":   func() (A, error) { return num.Jit(f).Call(num.Scalar(-3)) },
				} {
					seen.Store(0)
					called.Store(0)
					y, err := run()
					if want := float64(6*times - 3); err != nil || y.Item() != want {
						t.Errorf("%d times %s of a %s array by %s: %v, want %g: %v", times, name, where, mode, y, want, err)
					}
					if int(seen.Load()) != times || int(called.Load()) != times {
						t.Errorf("%s of a %s array by %s: %d observed and %d called, want %d", name, where, mode, seen.Load(), called.Load(), times)
					}
				}
				bad := func(x A) A {
					a := captured(x)
					return loop(times, func(x A) A { return x.Add(num.Check(a, a.Lt(num.Const(0)), a, "positive")) }, x)
				}
				for mode, run := range map[string]func() (A, error){
					"eager": func() (A, error) { return num.Try(func() A { return bad(num.Scalar(-3)) }) },
					"Jit":   func() (A, error) { return num.Jit(bad).Call(num.Scalar(-3)) },
				} {
					if _, err := run(); errors.Is(err, num.ErrNumeric) != (times > 0) {
						t.Errorf("%s: %d checks of a %s array by %s: %v", name, times, where, mode, err)
					}
				}
			}
		}
	}
}

// A loop without iterations has the derivative of its start, whatever its body captures.
func TestDerivativesOfEmptyLoops(t *testing.T) {
	for name, loop := range loops {
		f := func(x A) A {
			return loop(0, func(y A) A { return y.Mul(x.Sqrt()).Add(num.Stack(x, x).Dot(num.Stack(x.Log(), x))) }, x.Scale(2))
		}
		want := num.Scalar(2)
		near(t, name+": forward", num.JacobianFwd(f)(num.Scalar(0)), want, 0)
		if name != "While" {
			near(t, name+": reverse", num.Grad(f)(num.Scalar(0)), want, 0)
			near(t, name+": second", num.Hessian(f)(num.Scalar(0)), num.Scalar(0), 0)
		}
		near(t, name+": Vmap", num.Vmap(num.JacobianFwd(f))(num.Vector(0, 1)), num.Vector(2, 2), 0)
	}
}

// inLoop counts the products that a plan has inside and outside of its programs.
func inLoop(t *testing.T, f func(p [2]A) A, x [2]A) (inside, outside int) {
	t.Helper()
	plan, err := num.ProgramOf(f, x).Plan()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(plan) {
		if strings.Contains(line, "= dot_general") {
			if strings.HasPrefix(line, " ") {
				inside++
			} else {
				outside++
			}
		}
	}
	return inside, outside
}

// A product of captured matrices is computed once, not in every iteration, and not at all
// where there are none: before a scan, and in a branch before a loop.
func TestLoopsMoveProductsOut(t *testing.T) {
	for name, loop := range loops {
		f := func(times int) func(p [2]A) A {
			return func(p [2]A) A {
				return loop(times, func(x A) A { return x.Add(p[0].MatMul(p[0]).Sum().Sin()) }, p[1])
			}
		}
		x := [2]A{num.Eye(3), num.Scalar(1)}
		program := num.ProgramOf(f(2), x).String()
		at := strings.Index(program, "dot_general")
		body := strings.Index(program, "body")
		if at < 0 || at > body {
			t.Errorf("%s computes the product in its body: %s", name, program)
		}
		inside, outside := inLoop(t, f(2), x)
		if scan := name != "While" && name != "WhileMax"; inside+outside != 1 || scan && inside > 0 || !scan && outside > 0 {
			t.Errorf("%s: %d products in programs and %d outside", name, inside, outside)
		}
		near(t, name, f(2)(x), num.Scalar(1+2*math.Sin(3)), 1e-15)
		near(t, name+" without iterations", f(0)(x), num.Scalar(1), 0)
		// One product serves all members of a batch that share the matrix.
		batch := func(p [2]A) A {
			return num.Vmap(func(x A) A {
				return loop(2, func(y A) A { return y.Add(p[0].MatMul(p[0]).Sum().Sin()).Add(x) }, x)
			})(p[1])
		}
		xs := [2]A{num.Eye(3), num.Vector(1, 2)}
		program = num.ProgramOf(batch, xs).String()
		if at, lanes := strings.Index(program, "dot_general"), strings.Index(program, "lanes"); lanes >= 0 && at > lanes {
			t.Errorf("%s: each member computes the product: %s", name, program)
		}
		near(t, name+" in a batch", batch(xs), num.Vector(3+2*math.Sin(3), 6+2*math.Sin(3)), 1e-15)
		near(t, name+": slope", num.JacobianFwd(func(s A) A { return f(2)([2]A{num.Eye(3).Mul(s), num.Scalar(1)}) })(num.Scalar(1)),
			num.Scalar(2*math.Cos(3)*6), 1e-14)
		if name != "While" {
			near(t, name+": gradient", num.Grad(func(s A) A { return f(2)([2]A{num.Eye(3).Mul(s), num.Scalar(1)}) })(num.Scalar(1)),
				num.Scalar(2*math.Cos(3)*6), 1e-14)
		}
	}
}

// Members of a batch that stop at once share the work with those that go on.
func TestMovedWorkInABatch(t *testing.T) {
	a := num.Eye(3).Scale(2)
	f := func(n A) A {
		return num.While(func(c [2]A) A { return c[1].Lt(n) },
			func(c [2]A) [2]A { return [2]A{c[0].Add(a.MatMul(a).Sum()), c[1].AddScalar(1)} }, [2]A{num.Scalar(0), num.Scalar(0)})[0]
	}
	near(t, "Vmap", num.Vmap(f)(num.Vector(0, 3, 1)), num.Vector(0, 36, 12), 0)
	near(t, "Vmap of none", num.Vmap(f)(num.Vector(0, -1)), num.Zeros(2), 0)
	near(t, "Vmap of Vmap", num.Vmap(num.Vmap(f))(num.New([]float64{0, 1, 2, 3}, 2, 2)), num.New([]float64{0, 12, 24, 36}, 2, 2), 0)
}

// Functions given to other primitives, too, keep what they do to captured arrays: rules of
// derivatives run where a derivative is taken.
func TestEffectsOfRules(t *testing.T) {
	var n [4]atomic.Int32
	x := num.Scalar(3)
	reset := func() {
		for i := range n {
			n[i].Store(0)
		}
	}
	counts := func(what string, want [4]int32) {
		t.Helper()
		for i := range n {
			if n[i].Load() != want[i] {
				t.Errorf("%s: function %d ran %d times, want %d", what, i, n[i].Load(), want[i])
			}
		}
		reset()
	}
	for where, c := range map[string]func(x A) A{"concrete": func(A) A { return num.Scalar(2) }, "traced": func(x A) A { return x.StopGradient() }} {
		vjp := func(x A) A {
			a := c(x)
			return num.CustomVJP(func(x A) A { counted(&n[0], a); return x.Square() },
				func(x A) (A, A) { counted(&n[1], a); return x.Square(), x },
				func(x, ct A) A { counted(&n[2], a); return x.Mul(ct).Scale(2) })(x)
		}
		num.Jit(vjp).Call(x)
		counts("CustomVJP of a "+where+" array", [4]int32{1, 0, 0})
		g, err := num.Jit(num.Grad(vjp)).Call(x)
		if err != nil || g.Item() != 6 {
			t.Errorf("slope %v, want 6: %v", g, err)
		}
		reset()
		jvp := func(x A) A {
			a := c(x)
			return num.CustomJVP(A.Square, func(x, dx A) (A, A) { counted(&n[3], a); return x.Square(), x.Mul(dx).Scale(2) })(x)
		}
		num.Jit(jvp).Call(x)
		counts("CustomJVP of a "+where+" array", [4]int32{})
		root := func(x A) A {
			a := c(x)
			return num.CustomRoot(func(y, x A) A { counted(&n[3], a); return y.Sub(x.Square()) }, A.Square, nil)(x)
		}
		num.Jit(root).Call(x)
		counts("CustomRoot of a "+where+" array", [4]int32{})
		if g, err := num.Jit(num.Grad(root)).Call(x); err != nil || math.Abs(g.Item()-6) > 1e-14 {
			t.Errorf("slope of a root %v, want 6: %v", g, err)
		}
		reset()
	}
}

// A root whose condition branches has its derivative in both modes.
func TestRootOfBranches(t *testing.T) {
	step := func(z A) A {
		return num.Cond(z.Gt(num.Const(0)), func(y A) A { return y.Mul(z) }, func(y A) A { return y.Sub(z) }, z.Sin())
	}
	f := func(x A) A {
		c := x.Scale(0.5)
		return num.CustomRoot(func(y, x A) A { return step(step(x.Add(c))).Mul(c).Sub(y) }, func(x A) A { return step(step(x.Add(c))).Mul(c) }, nil)(x)
	}
	plain := func(x A) A { return step(step(x.Scale(1.5))).Mul(x.Scale(0.5)) }
	for _, at := range []float64{0.7, -0.4} {
		x := num.Scalar(at)
		want := num.Grad(plain)(x)
		near(t, "reverse", num.Grad(f)(x), want, 1e-14)
		near(t, "forward", num.JacobianFwd(f)(x), want, 1e-14)
		near(t, "Jit", must(num.Jit(num.Grad(f)).Call(x)), want, 1e-14)
		near(t, "second", num.Hessian(f)(x), num.Hessian(plain)(x), 1e-13)
	}
}

func must(a A, err error) A {
	if err != nil {
		panic(err)
	}
	return a
}

// Numbers that are known while a branch is traced can be looked at there, and kept.
func TestKnownNumbersInABranch(t *testing.T) {
	big := num.Full(num.Float64, 2, 100)
	var kept A
	f := func(x A) A {
		return num.Cond(x.Gt(num.Const(0)), func(x A) A {
			kept = big.Mul(big).MatMul(big)
			if kept.Item() != 800 {
				t.Errorf("got %v, want 800", kept.Item())
			}
			return x.Add(kept)
		}, A.Neg, x)
	}
	near(t, "yes", must(num.Jit(f).Call(num.Scalar(1))), num.Scalar(801), 0)
	near(t, "no", must(num.Jit(f).Call(num.Scalar(-1))), num.Scalar(1), 0)
	near(t, "kept", kept.Add(kept), num.Scalar(1600), 0)
}

// While one goroutine traces branches, others compute as ever, and so do functions that a
// running program calls.
func TestStagesOfGoroutines(t *testing.T) {
	var all sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		all.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				a := num.Full(num.Float64, 1, 100)
				if s := a.Add(a).MatMul(a); s.Traced() || s.Item() != 200 {
					t.Errorf("got %v, want 200", s)
					return
				}
			}
		})
	}
	square := func(x A) (A, error) {
		y := num.Cond(x.Gt(num.Const(0)), A.Square, A.Neg, x)
		if y.Traced() {
			return y, errors.New("a callback is traced")
		}
		return y, nil
	}
	for range 30 {
		y := num.Cond(num.Full(num.Bool, 1), func(x A) A {
			inner, err := num.Jit(func(x A) A { return num.Callback(square, x, x) }).Call(x)
			if err != nil {
				t.Error(err)
			}
			// A run of its own, in the middle of a trace.
			num.Observe(func(A) error { return nil }, num.Scalar(1))
			return inner.Add(num.Full(num.Float64, 1, 100).Sum())
		}, A.Neg, num.Scalar(3))
		near(t, "value", y, num.Scalar(109), 0)
	}
	close(stop)
	all.Wait()
}

// A function that is nil is refused by the name of its argument.
func TestNilFunctions(t *testing.T) {
	x, yes := num.Scalar(1), num.Full(num.Bool, 1)
	id := func(x A) A { return x }
	pair := func(x, _ A) (A, A) { return x, x }
	for want, f := range map[string]func() any{
		"num.Cond: yes is nil":                 func() any { return num.Cond(yes, nil, id, x) },
		"num.Cond: no is nil":                  func() any { return num.Cond(yes, id, nil, x) },
		"num.Switch: branches[1] is nil":       func() any { return num.Switch(num.Int(0), []func(A) A{id, nil}, x) },
		"num.While: cond is nil":               func() any { return num.While(nil, id, x) },
		"num.While: body is nil":               func() any { return num.While(func(A) A { return yes }, nil, x) },
		"num.WhileMax: cond is nil":            func() any { return num.WhileMax(0, nil, id, x) },
		"num.WhileMax: body is nil":            func() any { return num.WhileMax(3, func(A) A { return yes }, nil, x) },
		"num.Scan: body is nil":                func() any { y, _ := num.Scan[A, A, A](nil, x, num.Zeros(3)); return y },
		"num.ScanReverse: body is nil":         func() any { y, _ := num.ScanReverse[A, A, A](nil, x, num.Zeros(3)); return y },
		"num.ForLoop: body is nil":             func() any { return num.ForLoop(0, 3, nil, x) },
		"num.CustomRoot: optimality is nil":    func() any { return num.CustomRoot(nil, id, nil)(x) },
		"num.CustomRoot: solve is nil":         func() any { return num.CustomRoot[A, A](func(x, _ A) A { return x }, nil, nil)(x) },
		"num.CustomFixedPoint: step is nil":    func() any { return num.CustomFixedPoint(nil, id, nil)(x) },
		"num.CustomFixedPoint: solve is nil":   func() any { return num.CustomFixedPoint[A, A](func(x, _ A) A { return x }, nil, nil)(x) },
		"num.CustomLinearSolve: matvec is nil": func() any { return num.CustomLinearSolve(nil, x, nil, false) },
		"num.CustomVJP: f is nil": func() any {
			return num.CustomVJP(nil, func(x A) (A, A) { return x, x }, func(x, _ A) A { return x })(x)
		},
		"num.CustomVJP: forward is nil":      func() any { return num.CustomVJP(id, nil, func(x, _ A) A { return x })(x) },
		"num.CustomVJP: backward is nil":     func() any { return num.CustomVJP(id, func(x A) (A, A) { return x, x }, nil)(x) },
		"num.CustomJVP: f is nil":            func() any { return num.CustomJVP(nil, pair)(x) },
		"num.CustomJVP: rule is nil":         func() any { return num.CustomJVP(id, nil)(x) },
		"num.Checkpoint: f is nil":           func() any { return num.Checkpoint[A, A](nil)(x) },
		"num.TraceOnce: the function is nil": func() any { return num.TraceOnce[A, A](nil, x)(x) },
		"num.Callback: f is nil":             func() any { return num.Callback(nil, x, x) },
		"num.Observe: f is nil":              func() any { num.Observe(nil, x); return nil },
	} {
		if _, err := num.Try(f); !errors.Is(err, num.ErrArgument) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	if _, err := num.Jit[A, A](nil).Call(x); !errors.Is(err, num.ErrArgument) {
		t.Errorf("Jit of nil: %v", err)
	}
}
