package num_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
)

func power(x A) A {
	w := num.Vector(3, 2, 1)
	return num.While(func(x A) A { return x.Sum().Lt(num.Const(9)) }, func(x A) A { return x.Mul(w).Add(num.Const(1)) }, x).At(1)
}

// The programs of a loop are printed below it, and what the function captures before the
// semicolon.
func TestProgramOfLoop(t *testing.T) {
	p := num.ProgramOf(power, num.Ones(3))
	want := `power(a:f64[3]; b:f64[3]) {
  c:f64[3] = while[body_consts=1] a b
    cond(a:f64[3]) {
      b:f64[] = reduce_sum[axes=[0]] a
      c:bool[] = lt b 9:f64[]
      return c
    }
    body(a:f64[3], b:f64[3]) {
      c:f64[3] = mul b a
      d:f64[3] = add c 1:f64[3]
      return d
    }
  d:f64[1] = slice[1:2] c
  e:f64[] = reshape d
  return e
}`
	if got := p.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	plan, err := p.Plan()
	for _, want := range []string{"plan of power: 1 step, ", "plan of cond: ",
		"plan of a program that it makes of these: ", "result 0 is a copy of e", "e is a view of c from element 1 on"} {
		if err != nil || !strings.Contains(plan, want) {
			t.Errorf("error %v, plan without %q:\n%s", err, want, plan)
		}
	}
	module, err := p.StableHLO()
	if err != nil || !strings.Contains(module, "module @power") || !strings.Contains(module, "stablehlo.while") ||
		strings.Contains(module, "loc(") {
		t.Errorf("error %v, module\n%s", err, module)
	}
}

func TestProgramNames(t *testing.T) {
	x := num.Ones(3)
	local := func(x A) A { return x.Neg() }
	for want, p := range map[string]num.Program{
		"power(":            num.ProgramOf(power, x),
		"Sin(a:f64[3])":     num.ProgramOf(num.Array.Sin, x),
		"Add(":              num.ProgramOf(x.Add, x),
		"Grad(":             num.ProgramOf(num.Grad(num.Array.Sin), num.Scalar(1)),
		"TestProgramNames(": num.ProgramOf(local, x),
		"<no program>":      {},
	} {
		if !strings.HasPrefix(p.String(), want) {
			t.Errorf("the program of %s prints as %s", want, p)
		}
	}
}

func TestProgramErrors(t *testing.T) {
	var zero num.Program
	if _, err := zero.Plan(); !errors.Is(err, num.ErrArgument) {
		t.Errorf("plan of the zero Program: %v", err)
	}
	if _, err := zero.StableHLO(); !errors.Is(err, num.ErrArgument) {
		t.Errorf("module of the zero Program: %v", err)
	}
	p := num.ProgramOf(func(x A) A {
		return num.Callback(func(x A) (A, error) { return x, nil }, x, x)
	}, num.Scalar(1))
	if _, err := p.StableHLO(); err == nil {
		t.Error("a callback has StableHLO")
	}
	if plan, err := p.Plan(); err != nil || !strings.Contains(plan, "callback[") {
		t.Errorf("error %v, plan of a callback: %s", err, plan)
	}
	_, err := num.Try(func() num.Program { return num.ProgramOf(num.Array.MatT, num.Ones(3)) })
	if !errors.Is(err, num.ErrShape) {
		t.Errorf("a function that fails: %v", err)
	}
}

// Inside a transformation the captured values are those of the trace around it.
func TestProgramOfInner(t *testing.T) {
	var inner num.Program
	num.Grad(func(x A) A {
		inner = num.ProgramOf(func(y A) A { return y.Mul(x) }, x)
		return x.Sum()
	})(num.Ones(2))
	want := "TestProgramOfInner(a:f64[2]; b:f64[2]) {\n  c:f64[2] = mul b a\n  return c\n}"
	if got := inner.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if m, err := inner.StableHLO(); err != nil || !strings.Contains(m, "(%captured: tensor<2xf64>, %arg: tensor<2xf64>)") {
		t.Errorf("error %v, module\n%s", err, m)
	}
}

// What the gradient of a function computes.
func ExampleProgramOf() {
	f := func(x num.Array) num.Array { return x.Square().Sum() }
	fmt.Println(num.ProgramOf(num.Grad(f), num.Zeros(3)))
	// Output:
	// Grad(a:f64[3]) {
	//   b:f64[3] = mul a 1:f64[3]
	//   c:f64[3] = mul 1:f64[3] a
	//   d:f64[3] = add b c
	//   return d
	// }
}
