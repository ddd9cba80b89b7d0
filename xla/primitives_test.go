//go:build cgo

package xla

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/cpu"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/prim/samples"
)

func numbers(d *ir.Data) []float64 {
	out := make([]float64, d.Type.Size())
	for i := range out {
		out[i] = d.Buf().At(d.Type.DType, i)
	}
	return out
}

// piece is a program with inputs for it, and what it is.
type piece struct {
	what  string
	p     *ir.Program
	in    []*ir.Value
	tol   float64
	signs bool
}

// compare runs programs on both executors, joined into one: what XLA takes is the
// time to compile.
func compare(t *testing.T, b ir.Backend, pieces []piece) {
	t.Helper()
	var in []*ir.Value
	for _, q := range pieces {
		in = append(in, q.in...)
	}
	all := closed("pieces", in, func(z []*ir.Value) []*ir.Value {
		var out []*ir.Value
		for _, q := range pieces {
			out = append(out, ir.Inline(q.p, z[:len(q.in)])...)
			z = z[len(q.in):]
		}
		return out
	})
	want, err := cpu.Run(context.Background(), all, data(in))
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.Run(context.Background(), all, data(in), ir.RunOptions{})
	if err != nil {
		t.Fatalf("%v\n%v", err, all)
	}
	k := 0
	for _, q := range pieces {
		for i := range q.p.Out {
			same(t, fmt.Sprintf("%s, output %d", q.what, i), got[k], want[k], q)
			k++
		}
	}
}

func same(t *testing.T, what string, got, want *ir.Data, q piece) {
	t.Helper()
	if !got.Type.Equal(want.Type) {
		t.Fatalf("%s is %v, want %v", what, got.Type, want.Type)
	}
	gs, ws := numbers(got), numbers(want)
	for j := range ws {
		g, w := gs[j], ws[j]
		if q.signs {
			g, w = math.Abs(g), math.Abs(w)
		}
		if !(math.Abs(g-w) <= q.tol*(1+math.Abs(w))) && !(math.IsNaN(g) && math.IsNaN(w)) && g != w {
			t.Fatalf("%s[%d] is %v, want %v\n%v", what, j, g, w, q.p)
		}
	}
}

// Every primitive gives the Go executor's answer, alone, over a batch, and with its
// derivatives of both modes.
func TestPrimitives(t *testing.T) {
	b := backend(t)
	all := samples.All()
	for _, op := range prim.Registry() {
		if len(all[op.Name()]) == 0 {
			t.Errorf("primitive %s has no samples", op.Name())
		}
	}
	for name, ss := range all {
		t.Run(name, func(t *testing.T) {
			for k, s := range ss {
				for _, d := range []ir.DType{ir.Float64, ir.Float32} {
					if testing.Short() && (k%3 > 0 || d == ir.Float32 && k > 0) { // a third of them
						continue
					}
					t.Run(fmt.Sprintf("%d/%v", k, d), func(t *testing.T) { testPrimitive(t, b, s, k, d) })
				}
			}
		})
	}
}

func testPrimitive(t *testing.T, b ir.Backend, s samples.Sample, k int, d ir.DType) {
	rng := rand.New(rand.NewPCG(uint64(k), 11))
	if s.Build != nil {
		s.Op = s.Build(d)
	}
	x := s.Draw(rng, d, s.Lo, s.Hi)
	p := closed(s.Op.Name(), x, func(x []*ir.Value) []*ir.Value { return ir.Apply(s.Op, x...) })
	tol := 1e-12 * s.Scale()
	if d == ir.Float32 {
		tol = 2e-5 * s.Scale()
	}
	switch s.Op.(type) {
	case *prim.CallbackOp, prim.ObserveOp, prim.SparseSolveOp, prim.SparseLeastSquaresOp, prim.SparseInertiaOp:
		_, err := b.Run(context.Background(), p, data(x), ir.RunOptions{})
		if !errors.Is(err, &ir.Error{Kind: ir.BackendError}) {
			t.Fatalf("a primitive that XLA cannot have gives %v", err)
		}
		return
	}
	pieces := []piece{{"the primitive", p, x, tol, s.Signs}}

	// Two members, each with operands of its own.
	y := s.Draw(rng, d, s.Lo, s.Hi)
	both := make([]*ir.Value, len(x))
	for i, v := range x {
		one := append([]int{1}, v.Shape...)
		both[i] = prim.Concat(0, prim.Reshape(v, one), prim.Reshape(y[i], one))
	}
	q := closed(s.Op.Name(), both, func(z []*ir.Value) []*ir.Value {
		y, bd := batch.Interpret(p, z, make([]int, len(z)), 2)
		for i := range y {
			y[i] = prim.MoveTo(y[i], bd[i], 0, 2)
		}
		return y
	})
	pieces = append(pieces, piece{"the batch", q, both, tol, s.Signs})
	// In float32 the derivatives of one sample are enough: they are made of other primitives, which
	// have samples too. Derivatives of what has either sign have either sign too.
	if !s.Signs && (d == ir.Float64 || k == 0) {
		pieces = append(pieces, derivatives("of the primitive", p, x, rng, tol*10, s.NoReverse)...)
		if !testing.Short() && d == ir.Float64 {
			pieces = append(pieces, derivatives("of the batch", q, both, rng, tol*10, s.NoReverse)...)
		}
	}
	compare(t, b, pieces)
}

// derivatives are programs of the tangents and the cotangents of a program.
func derivatives(what string, p *ir.Program, x []*ir.Value, rng *rand.Rand, tol float64, noReverse bool) []piece {
	active := make([]bool, len(x))
	var dx []*ir.Value
	for i, v := range x {
		if active[i] = v.DType.IsFloat(); active[i] {
			dx = append(dx, samples.Uniform(rng, v.DType, v.Shape, -1, 1))
		}
	}
	if len(dx) == 0 {
		return nil
	}
	jvp, out := ad.JVPProgram(p, active, nil)
	pieces := []piece{{"the tangents " + what, jvp, slices.Concat(x, dx), tol, false}}
	if noReverse {
		return pieces
	}
	var ct []*ir.Value
	for i, t := range p.OutTypes() {
		if out[i] {
			ct = append(ct, samples.Uniform(rng, t.DType, t.Shape, -1, 1))
		}
	}
	if len(ct) == 0 {
		return pieces
	}
	in := slices.Concat(x, ct)
	vjp := closed("vjp", in, func(z []*ir.Value) []*ir.Value {
		_, lin := ad.Linearize(p, z[:len(x)], active)
		cts := make([]*ir.Value, len(p.Out))
		k := len(x)
		for i, o := range out {
			if o {
				cts[i] = z[k]
				k++
			}
		}
		var cx []*ir.Value
		for _, v := range lin.Transpose(cts, len(x)) {
			if v != nil {
				cx = append(cx, v)
			}
		}
		return cx
	})
	return append(pieces, piece{"the cotangents " + what, vjp, in, tol, false})
}

func closed(name string, x []*ir.Value, f func(x []*ir.Value) []*ir.Value) *ir.Program {
	ts := make([]ir.Type, len(x))
	for i, v := range x {
		ts[i] = v.Type
	}
	return ad.Closed(name, ts, f)
}

func data(vs []*ir.Value) []*ir.Data {
	out := make([]*ir.Data, len(vs))
	for i, v := range vs {
		out[i] = v.Data()
	}
	return out
}
