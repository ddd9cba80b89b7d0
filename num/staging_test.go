package num_test

import (
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// counted is x, and counts how often the program passes there.
func counted(n *atomic.Int32, x A) A {
	num.Observe(func(A) error { n.Add(1); return nil }, x)
	return x
}

// called is x by way of a function in Go, which counts its calls.
func called(n *atomic.Int32, x A) A {
	return num.Callback(func(x A) (A, error) { n.Add(1); return x, nil }, x, x)
}

// chooser chooses between two functions of no array but those they capture.
type chooser func(pred A, yes, no func() A) A

var choosers = map[string]chooser{
	"Cond": func(pred A, yes, no func() A) A {
		return num.Cond(pred, func(A) A { return yes() }, func(A) A { return no() }, num.Scalar(0))
	},
	"Switch": func(pred A, yes, no func() A) A {
		never := func(A) A { return num.Scalar(math.NaN()) }
		return num.Switch(pred.AsType(num.Int32), []func(A) A{func(A) A { return no() }, func(A) A { return yes() }, never}, num.Scalar(0))
	},
	"Cond in a loop": func(pred A, yes, no func() A) A {
		return num.ForLoop(0, 3, func(_, _ A) A {
			return num.Cond(pred, func(A) A { return yes() }, func(A) A { return no() }, num.Scalar(0))
		}, num.Scalar(0))
	},
	"Cond in a Cond": func(pred A, yes, no func() A) A {
		inner := func(A) A {
			return num.Cond(pred, func(A) A { return yes() }, func(A) A { return no() }, num.Scalar(0))
		}
		return num.Cond(pred.Or(num.Full(num.Bool, 1)), inner, func(A) A { return yes().Add(no()) }, num.Scalar(0))
	},
	"a loop in a Cond": func(pred A, yes, no func() A) A {
		loop := func(f func() A) func(A) A {
			return func(A) A { return num.ForLoop(0, 1, func(_, _ A) A { return f() }, num.Scalar(0)) }
		}
		return num.Cond(pred, loop(yes), loop(no), num.Scalar(0))
	},
}

// modes evaluate a function of one number and its derivative.
var modes = map[string]func(f func(A) A, x A) (A, A){
	"eager":   func(f func(A) A, x A) (A, A) { return f(x), num.Grad(f)(x) },
	"forward": func(f func(A) A, x A) (A, A) { return num.JVP(f, x, num.Scalar(1)) },
	"Jit": func(f func(A) A, x A) (A, A) {
		r, err := num.Jit(func(x A) [2]A { y, g := num.ValueAndGrad(f)(x); return [2]A{y, g} }).Call(x)
		if err != nil {
			panic(err)
		}
		return r[0], r[1]
	},
	"checkpoint": func(f func(A) A, x A) (A, A) { return num.ValueAndGrad(num.Checkpoint(f))(x) },
	"forward over reverse": func(f func(A) A, x A) (A, A) {
		y, _ := num.JVP(num.Grad(f), x, num.Scalar(1))
		return f(x), num.Grad(f)(x).Add(y.Sub(y))
	},
	"reverse over forward": func(f func(A) A, x A) (A, A) {
		d := num.Grad(func(x A) A { _, dy := num.JVP(f, x, num.Scalar(1)); return dy })(x)
		return f(x), num.Grad(f)(x).Add(d.Sub(d))
	},
	"Hessian": func(f func(A) A, x A) (A, A) {
		h := num.Hessian(f)(x)
		return f(x), num.Grad(f)(x).Add(h.Sub(h))
	},
	"Vmap": func(f func(A) A, x A) (A, A) {
		r := num.Vmap(func(x A) [2]A { y, g := num.ValueAndGrad(f)(x); return [2]A{y, g} })(num.Stack(x, x.AddScalar(2), x))
		return r[0].At(2), r[1].At(2)
	},
	"Grad of Vmap": func(f func(A) A, x A) (A, A) {
		xs := num.Stack(x.AddScalar(2), x)
		return f(x), num.Grad(func(xs A) A { return num.Vmap(f)(xs).Sum() })(xs).At(1)
	},
}

// A branch that is not taken has no part in the derivative, whether it uses its argument or
// captures: √x and log x have an infinite slope at 0.
func TestDerivativesOfCapturingBranches(t *testing.T) {
	for name, choose := range choosers {
		for mode, eval := range modes {
			for what, f := range map[string]func(x A) A{
				"Sqrt": func(x A) A {
					return choose(x.Gt(num.Const(0)), func() A { return x.Sqrt() }, func() A { return x.Scale(2) })
				},
				"Log": func(x A) A {
					return choose(x.Gt(num.Const(0)), func() A { return num.Array.Log(x).Mul(x) }, func() A { return x.Scale(2) })
				},
				"captured in both": func(x A) A {
					r := x.Scale(3)
					return choose(x.Gt(num.Const(0)), func() A { return r.Pow(num.Const(0.5)) }, func() A { return r.Sub(x) })
				},
			} {
				y, g := eval(f, num.Scalar(0))
				if y.Item() != 0 || g.Item() != 2 {
					t.Errorf("%s of %s by %s: value %v and slope %v, want 0 and 2", what, name, mode, y, g)
				}
			}
			y, g := eval(func(x A) A {
				return choose(x.Gt(num.Const(0)), func() A { return x.Square() }, func() A { return x.Scale(2) })
			}, num.Scalar(3))
			if y.Item() != 9 || g.Item() != 6 {
				t.Errorf("the other branch of %s by %s: %v and %v, want 9 and 6", name, mode, y, g)
			}
		}
	}
}

// Callbacks, observers and checks of captured arrays, traced and concrete, are those of the
// branch that is taken.
func TestEffectsOfBranches(t *testing.T) {
	times := map[string]int32{"Cond in a loop": 3}
	for name, choose := range choosers {
		want := max(1, times[name])
		outside := num.Vector(1, 2, 3) // concrete wherever the function is traced
		for what, effect := range map[string]func(n *atomic.Int32, x A) A{"Observe": counted, "Callback": called} {
			for where, f := range map[string]func(n *[2]atomic.Int32, x A) A{
				"traced": func(n *[2]atomic.Int32, x A) A {
					return choose(x.Gt(num.Const(0)), func() A { return effect(&n[0], x) }, func() A { return effect(&n[1], x) })
				},
				"concrete": func(n *[2]atomic.Int32, x A) A {
					return choose(x.Gt(num.Const(0)), func() A { return effect(&n[0], outside).Sum() }, func() A { return effect(&n[1], outside).Sum() })
				},
			} {
				for mode, run := range map[string]func(f func(A) A) error{
					"eager": func(f func(A) A) error { _, err := num.Try(func() A { return f(num.Scalar(-1)) }); return err },
					"Jit":   func(f func(A) A) error { _, err := num.Jit(f).Call(num.Scalar(-1)); return err },
					"Vmap":  func(f func(A) A) error { _, err := num.Jit(num.Vmap(f)).Call(num.Vector(-1)); return err },
				} {
					var n [2]atomic.Int32
					if err := run(func(x A) A { return f(&n, x) }); err != nil || n[0].Load() != 0 || n[1].Load() != want {
						t.Errorf("%s of a %s array in %s by %s: %d and %d calls, want 0 and %d: %v",
							what, where, name, mode, n[0].Load(), n[1].Load(), want, err)
					}
				}
			}
		}
		checked := func(x A) func(x A) A {
			return func(y A) A {
				bad := func(a A) func() A {
					return func() A { return num.Check(a, a.Lt(num.Const(0)), a, "positive") }
				}
				return choose(y.Gt(num.Const(0)), bad(x), func() A { return y })
			}
		}
		for where, x := range map[string]A{"concrete": num.Scalar(3)} {
			for _, f := range []func(A) A{checked(x), func(y A) A { return checked(y.Abs())(y) }} {
				if _, err := num.Jit(f).Call(num.Scalar(-1)); err != nil {
					t.Errorf("%s, %s: %v", name, where, err)
				}
				if y, err := num.Try(func() A { return f(num.Scalar(-1)) }); err != nil || y.Item() != -1 {
					t.Errorf("%s, %s, eager: %v, %v", name, where, y, err)
				}
				if _, err := num.Jit(f).Call(num.Scalar(1)); !errors.Is(err, num.ErrNumeric) {
					t.Errorf("%s, %s: a check in the branch that is taken: %v", name, where, err)
				}
			}
		}
	}
}

// Each member of a batch runs the branch that it takes, and no other.
func TestEffectsOfBranchesInABatch(t *testing.T) {
	var n [2]atomic.Int32
	f := func(x A) A {
		return num.Cond(x.Gt(num.Const(0)), func(A) A { return counted(&n[0], x) }, func(A) A { return counted(&n[1], x) }, num.Scalar(0))
	}
	num.Vmap(f)(num.Vector(1, -1, 2, 3, -5))
	if n[0].Load() != 3 || n[1].Load() != 2 {
		t.Errorf("%d and %d calls, want 3 and 2", n[0].Load(), n[1].Load())
	}
}

// heavy is 40 products of matrices, counted.
func heavy(n *atomic.Int32, a A) A {
	for range 40 {
		a = counted(n, a.MatMul(a))
	}
	return a.Sum()
}

// plain40 is heavy without the counter, for plans.
func plain40(a A) A {
	for range 40 {
		a = a.MatMul(a)
	}
	return a.Sum()
}

// 40 products of 400×400 matrices in a branch that is not taken do not run, and stand in its
// part of the plan.
func TestProductsInABranch(t *testing.T) {
	a := num.Eye(400)
	for name, f := range map[string]func(n *atomic.Int32, a A) func(x A) A{
		"Cond": func(n *atomic.Int32, a A) func(x A) A {
			return func(x A) A {
				return num.Cond(x.Gt(num.Const(0)), func(A) A { return heavy(n, a) }, func(y A) A { return y }, x)
			}
		},
		"While": func(n *atomic.Int32, a A) func(x A) A {
			return func(x A) A {
				return num.While(func(x A) A { return x.Gt(num.Const(0)) }, func(x A) A { return heavy(n, a).Neg() }, x)
			}
		},
		"CustomVJP": func(n *atomic.Int32, a A) func(x A) A {
			return num.CustomVJP(A.Neg, func(x A) (A, A) { return heavy(n, a), x }, func(x, ct A) A { return heavy(n, a).Mul(ct) })
		},
		"CustomRoot": func(n *atomic.Int32, a A) func(x A) A {
			return num.CustomRoot(func(x, th A) A { return heavy(n, a).Mul(x).Sub(th) }, func(th A) A { return th }, nil)
		},
	} {
		var n atomic.Int32
		f(&n, a)(num.Scalar(-1)) // concrete
		num.Jit(func(a A) A { return f(&n, a)(num.Scalar(-1)) }).Call(a)
		num.Jit(func(x A) A { return f(&n, a)(x) }).Call(num.Scalar(-1))
		num.Jit(func(p [2]A) A { return f(&n, p[0])(p[1]) }).Call([2]A{a, num.Scalar(-1)})
		if n.Load() != 0 {
			t.Errorf("%s: %d products ran", name, n.Load())
		}
	}
	plan, err := num.ProgramOf(func(p [2]A) A {
		return num.Cond(p[1].Gt(num.Const(0)), func(A) A { return plain40(p[0]) }, func(y A) A { return y }, p[1])
	}, [2]A{a, num.Scalar(1)}).Plan()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(plan) {
		if strings.Contains(line, "dot_general") && !strings.HasPrefix(line, " ") {
			t.Errorf("a product outside of the branch: %s", line)
		}
	}
}
