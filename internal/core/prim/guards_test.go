package prim_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/prim/samples"
)

// The primitives here are wrong on purpose, each in one rule. TestGuards shows
// that the generic test catches each of them by the check made for it.

// triple is y = 3x, right but for what the fields spoil.
type triple struct{ jvp, transpose, batch, kernel bool }

func (triple) Name() string                          { return "triple" }
func (triple) Params() string                        { return "" }
func (triple) Infer(in []ir.Type) ([]ir.Type, error) { return in, nil }
func (o triple) JVP(x, y, dx []*ir.Value) []*ir.Value {
	if o.jvp { // a wrong sign
		return []*ir.Value{prim.Neg(ir.Apply1(o, dx[0]))}
	}
	return ir.Apply(o, dx...)
}
func (o triple) Transpose(x, ct []*ir.Value, in []ir.Type) []*ir.Value {
	if o.transpose { // off by a factor
		return []*ir.Value{prim.Add(ct[0], ct[0])}
	}
	return ir.Apply(o, ct...)
}
func (o triple) Batch(x []*ir.Value, bd []int, n int) ([]*ir.Value, []int) {
	if o.batch { // a misplaced axis
		return ir.Apply(o, prim.MoveTo(x[0], bd[0], 0, n)), []int{x[0].Rank() - 1}
	}
	return ir.Apply(o, x...), bd
}
func (o triple) Kernel(ir.Compiler, []ir.Type, []ir.Type) (ir.Kernel, error) {
	return func(f *ir.Frame, in, out []int32) {
		x, y := ir.As[float64](f.Bufs[in[0]]), ir.As[float64](f.Bufs[out[0]])
		for i, v := range x {
			y[i] = 3 * v
			if o.kernel { // it writes its input
				x[i] = y[i]
			}
		}
	}, nil
}

// catcher is a test that remembers the failure instead of reporting it.
type catcher struct {
	testing.TB
	failure string
}

type caught struct{}

func (c *catcher) Helper() {}
func (c *catcher) Fatal(args ...any) {
	c.failure = fmt.Sprint(args...)
	panic(caught{})
}
func (c *catcher) Fatalf(format string, args ...any) { c.Fatal(fmt.Sprintf(format, args...)) }

func TestGuards(t *testing.T) {
	for want, op := range map[string]triple{
		"":                                  {},
		"tangent against finite difference": {jvp: true},
		"<ct, J dx>":                        {transpose: true},
		"batch of":                          {batch: true},
		"wrote its input":                   {kernel: true},
	} {
		c := &catcher{TB: t}
		func() {
			defer func() {
				if r := recover(); r != nil {
					if _, ok := r.(caught); !ok {
						panic(r)
					}
				}
			}()
			s := samples.Sample{Op: op, In: [][]int{{3, 3}}, Lo: -1, Hi: 1}
			rng := rand.New(rand.NewPCG(1, 1))
			x := s.Draw(rng, ir.Float64, -1, 1)
			p := ad.Closed("triple", ir.TypesOf(x), func(x []*ir.Value) []*ir.Value { return ir.Apply(op, x...) })
			checkKernel(c, p, x)
			checkDerivative(c, p, x, s, rng, ir.Float64, false, 1)
			checkBatch(c, p, x, s, func() []*ir.Value { return s.Draw(rng, ir.Float64, -1, 1) }, rng, ir.Float64)
		}()
		if !strings.Contains(c.failure, want) || want == "" && c.failure != "" {
			t.Errorf("%+v: the failure is %q, want %q", op, c.failure, want)
		}
	}
}
