package ir_test

import (
	"strings"
	"testing"

	"github.com/argmin-go/argmin/internal/core/ad"
	_ "github.com/argmin-go/argmin/internal/core/cpu"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

func sample() *ir.Program {
	v := ir.T(ir.Float64, 3)
	return ad.Closed("sample", []ir.Type{v, v}, func(x []*ir.Value) []*ir.Value {
		prim.Exp(x[0]) // not needed
		return []*ir.Value{prim.Add(prim.Sin(x[0]), x[1])}
	})
}

func TestPrint(t *testing.T) {
	want := `sample(a:f64[3], b:f64[3]) {
  c:f64[3] = sin a
  d:f64[3] = add c b
  return d
}`
	if got := sample().String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Captured inputs, literals, arrays inside the program, and a name.
func TestProgramText(t *testing.T) {
	v := ir.T(ir.Float64, 3)
	table := ir.Const(ir.NewData(v, ir.Of([]float64{1, 2.5, -3})))
	long := ir.Const(ir.NewData(ir.T(ir.Float64, 9), ir.Of(make([]float64, 9))))
	p := ad.Closed("unnamed", []ir.Type{v, ir.T(ir.Float64, 9), ir.T(ir.Bool)}, func(x []*ir.Value) []*ir.Value {
		return []*ir.Value{prim.Mul(prim.Add(x[0], table), ir.Full(v, 2)), prim.Add(x[1], long),
			prim.Or(x[2], ir.Scalar(ir.Bool, 1)), ir.Full(v, 7)}
	})
	want := `f(a:f64[3]; b:f64[9], c:bool[]) {
  d:f64[3] = constant[1 2.5 -3]
  e:f64[9] = constant[…]
  f:f64[3] = add a d
  g:f64[3] = mul f 2:f64[3]
  h:f64[9] = add b e
  i:bool[] = or c true:bool[]
  return g, h, i, 7:f64[3]
}`
	if got := p.Text("f", 1); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestVerify(t *testing.T) {
	if err := sample().Verify(); err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(p *ir.Program){
		"assigned twice":     func(p *ir.Program) { p.Eqns[1].Out[0] = p.Eqns[0].Out[0] },
		"before it is":       func(p *ir.Program) { p.Eqns[0], p.Eqns[1] = p.Eqns[1], p.Eqns[0] },
		"want f64[3]":        func(p *ir.Program) { p.Types[p.Eqns[0].Out[0]] = ir.T(ir.Float64, 4) },
		"is never assigned":  func(p *ir.Program) { p.Eqns = p.Eqns[:1] },
		"different shapes":   func(p *ir.Program) { p.Types[p.In[1]] = ir.T(ir.Float64, 2) },
		"2 operands, want 1": func(p *ir.Program) { p.Eqns[0].In = p.In },
	} {
		p := sample()
		spoil(p)
		if err := p.Verify(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// A value that leaves the function it was traced in is refused.
func TestEscapedValue(t *testing.T) {
	var escaped *ir.Value
	v := ir.T(ir.Float64)
	ad.Closed("inner", []ir.Type{v}, func(x []*ir.Value) []*ir.Value { escaped = x[0]; return x })
	defer func() {
		e, ok := recover().(*ir.Error)
		if !ok || e.Kind != ir.TraceError || !strings.Contains(e.Error(), "after it had returned") {
			t.Errorf("got %v", e)
		}
	}()
	prim.Sin(escaped)
}

func TestSplat(t *testing.T) {
	d := ir.Splat(ir.T(ir.Int32, 2, 2), 3.7)
	if n, ok := d.IsSplat(); !ok || n != 3 || d.Buf().At(ir.Int32, 3) != 3 {
		t.Errorf("got %v", n)
	}
	if ir.Splat(ir.T(ir.Bool), 2).Buf().At(ir.Bool, 0) != 1 {
		t.Error("a bool that is neither 0 nor 1")
	}
}
