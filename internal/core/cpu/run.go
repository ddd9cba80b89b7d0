package cpu

import (
	"context"
	"fmt"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// Run executes a program under ctx. The outputs are returned also when a check
// in the program failed, with the error.
func Run(ctx context.Context, p *ir.Program, in []*ir.Data) (out []*ir.Data, err error) {
	pl, err := compile(p, nil)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r, done := ir.NewRun(ctx)
	defer done()
	ins, outs := make([]ir.Buf, len(in)), make([]ir.Buf, len(p.Out))
	for i, d := range in {
		ins[i] = d.Buf()
	}
	out = make([]*ir.Data, len(p.Out))
	for i, t := range p.OutTypes() {
		outs[i] = ir.NewBuf(t.DType, t.Size())
		out[i] = ir.NewData(t, outs[i])
	}
	defer recovered("cpu", &err)
	pl.Run(r, ins, outs)
	return out, r.Err()
}

// recovered turns a panic of a kernel into an error.
func recovered(op string, err *error) {
	if v := recover(); v != nil {
		if e, ok := v.(*ir.Error); ok {
			*err = e
			return
		}
		e := ir.Errorf(ir.BackendError, op, "panic while running: %v", v)
		if cause, ok := v.(error); ok {
			e.Err = fmt.Errorf("cpu: %w", cause)
		}
		*err = e
	}
}

// eager runs one primitive.
func eager(op ir.Op, in []*ir.Data, out []ir.Type) (res []*ir.Data, err error) {
	types := make([]ir.Type, len(in))
	f := ir.Frame{Bufs: make([]ir.Buf, 0, len(in)+len(out))}
	iv, ov := make([]int32, len(in)), make([]int32, len(out))
	for i, d := range in {
		types[i], iv[i] = d.Type, int32(len(f.Bufs))
		f.Bufs = append(f.Bufs, d.Buf())
	}
	res = make([]*ir.Data, len(out))
	for i, t := range out {
		b := ir.NewBuf(t.DType, t.Size())
		ov[i], res[i] = int32(len(f.Bufs)), ir.NewData(t, b)
		f.Bufs = append(f.Bufs, b)
	}
	k, err := op.Kernel(compiler{}, types, out)
	if err != nil {
		return nil, err
	}
	r, done := ir.NewRun(context.Background())
	defer done()
	f.Run = r
	defer recovered(op.Name(), &err)
	k(&f, iv, ov)
	return res, r.Err()
}
