package prim

import (
	"fmt"
	"math"
	"sync"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// CallbackOp calls a Go function on the numbers of its operands. Calls of one
// callback never overlap. Its members in a batch are called one by one. It has no
// derivative.
type CallbackOp struct {
	F    func(in []*ir.Data) ([]*ir.Data, error)
	Out  []ir.Type
	What string // the function of the library that made it, and
	Func string // the name of F's origin, for errors
	mu   sync.Mutex
}

func (*CallbackOp) Name() string     { return "callback" }
func (c *CallbackOp) Params() string { return fmt.Sprintf("%p", c) }

// Work implements [ir.Worker].
func (*CallbackOp) Work() ir.Work { return ir.Pinned }

func (c *CallbackOp) Infer(in []ir.Type) ([]ir.Type, error) { return c.Out, nil }

func (c *CallbackOp) JVP(x, y, dx values) values {
	for _, v := range y {
		if v.DType.IsFloat() {
			ir.Throw(ir.Errorf(ir.RuleError, c.What,
				"a Go function has no derivative; give it one with num.CustomVJP, num.CustomJVP or num.CustomRoot, or "+
					"none with num.StopGradient of its argument"))
		}
	}
	return make(values, len(y))
}

func (*CallbackOp) Transpose(x, ct values, in []ir.Type) values {
	return nonlinear{}.Transpose(x, ct, in)
}

func (c *CallbackOp) Batch(x values, bd []int, n int) (values, []int) { return Lanes(c, x, bd, n) }

func (c *CallbackOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return func(f *ir.Frame, iv, ov []int32) {
		if f.Run.Stopped() {
			return
		}
		args := make([]*ir.Data, len(in))
		for i, t := range in { // copies: the function may keep them
			b := ir.NewBuf(t.DType, t.Size())
			copy(b.Bytes(t.DType.Size()), f.Bufs[iv[i]].Bytes(t.DType.Size()))
			args[i] = ir.NewData(t, b)
		}
		c.mu.Lock()
		res, err := c.F(args)
		c.mu.Unlock()
		f.Run.Poll()
		if err != nil {
			for i, t := range out {
				f.Bufs[ov[i]].Fill(t.DType, math.NaN())
			}
			f.Run.Fail(err, true)
			return
		}
		for i, d := range res {
			size := d.Type.DType.Size()
			copy(f.Bufs[ov[i]].Bytes(size), d.Buf().Bytes(size))
		}
	}, nil
}

func (c *CallbackOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	b.Throw(c.refusal())
	return nil
}

func (c *CallbackOp) refusal() *ir.Error {
	return ir.Errorf(ir.BackendError, c.What,
		"%s is a Go function, which XLA cannot call: run this program on the cpu backend, or without the callback", c.Func)
}

var _ = register(&CallbackOp{})

// lockstep is for executors that write StableHLO.
func (c *CallbackOp) lockstep(x values, bd []int, n int) (values, []int) { panic(c.refusal()) }

// ObserveOp is a callback without results that runs even though nothing depends
// on it, once for every time that the program passes it.
type ObserveOp struct{ *CallbackOp }

func (ObserveOp) Name() string                                      { return "observe" }
func (ObserveOp) Effect()                                           {}
func (ObserveOp) JVP(x, y, dx values) values                        { return nil }
func (o ObserveOp) Batch(x values, bd []int, n int) (values, []int) { return Lanes(o, x, bd, n) }

var _ = register(ObserveOp{})
