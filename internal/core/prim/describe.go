package prim

import (
	"fmt"
	"strings"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// How the primitives print in a program: see ir.Described. What the types of the results
// show is left out.

var (
	_ ir.Described = WhileOp{}
	_ ir.Described = ScanOp{}
	_ ir.Described = SwitchOp{}
)

func (r ReduceOp) Describe() (string, []string)    { return ir.ListParam("axes", r.Axes), nil }
func (r ReverseOp) Describe() (string, []string)   { return ir.ListParam("axes", r.Axes), nil }
func (c ConcatOp) Describe() (string, []string)    { return fmt.Sprintf("axis=%d", c.Axis), nil }
func (o ArgOp) Describe() (string, []string)       { return fmt.Sprintf("axis=%d", o.Axis), nil }
func (ConvertOp) Describe() (string, []string)     { return "", nil }
func (p PolygammaOp) Describe() (string, []string) { return fmt.Sprintf("order=%d", p.N), nil }

func (c CumOp) Describe() (string, []string) {
	return ir.Params(fmt.Sprintf("axis=%d", c.Axis), ir.FlagParam("reverse", c.Reverse)), nil
}

// Describe writes the slices as in Go, with a step where it is not 1.
func (s SliceOp) Describe() (string, []string) {
	parts := make([]string, len(s.Lo))
	for i := range parts {
		parts[i] = fmt.Sprintf("%d:%d", s.Lo[i], s.Hi[i])
		if s.Step[i] != 1 {
			parts[i] += fmt.Sprintf(":%d", s.Step[i])
		}
	}
	return strings.Join(parts, ","), nil
}

// Describe leaves out an inner padding of zeros.
func (p PadOp) Describe() (string, []string) {
	inner := ""
	for _, n := range p.Inner {
		if n != 0 {
			inner = ir.ListParam("inner", p.Inner)
		}
	}
	return ir.Params(ir.ListParam("lo", p.Lo), ir.ListParam("hi", p.Hi), inner), nil
}

func (d DotOp) Describe() (string, []string) {
	pair := func(name string, l, r []int) string {
		if len(l) == 0 {
			return ""
		}
		return strings.ReplaceAll(fmt.Sprintf("%s=%v·%v", name, l, r), " ", ",")
	}
	return ir.Params(pair("contract", d.LC, d.RC), pair("batch", d.LB, d.RB)), nil
}

func (c ConvOp) Describe() (string, []string) {
	return ir.Params(ir.ListParam("strides", c.Strides), ir.ListParam("lo", c.PadLo), ir.ListParam("hi", c.PadHi),
		ir.ListParam("lhs_dilation", c.LHSDilation), ir.ListParam("rhs_dilation", c.RHSDilation)), nil
}

func (g GatherOp) Describe() (string, []string) {
	return ir.Params(fmt.Sprintf("axis=%d", g.Axis), ir.IntParam("batch_axes", g.Lead)), nil
}

func (s ScatterOp) Describe() (string, []string) {
	return ir.Params(fmt.Sprintf("axis=%d", s.Axis), ir.IntParam("batch_axes", s.Lead)), nil
}

func (s DynamicSliceOp) Describe() (string, []string) {
	return ir.Params(ir.ListParam("size", s.Size), ir.IntParam("batch_axes", s.Lead)), nil
}

func (o DynamicUpdateSliceOp) Describe() (string, []string) {
	return ir.IntParam("batch_axes", o.Lead), nil
}

func (o TriangularSolveOp) Describe() (string, []string) {
	return ir.Params(ir.FlagParam("left", o.Left), ir.FlagParam("lower", o.Lower), ir.FlagParam("transposed", o.Trans),
		ir.FlagParam("unit", o.Unit)), nil
}

func (o QROp) Describe() (string, []string)         { return ir.FlagParam("full", o.Full), nil }
func (o SVDOp) Describe() (string, []string)        { return ir.FlagParam("full", o.Full), nil }
func (r RandomBitsOp) Describe() (string, []string) { return ir.FlagParam("pairs", r.Pairs), nil }
func (c *CallbackOp) Describe() (string, []string)  { return c.Func, nil }

func (w WhileOp) Describe() (string, []string) {
	return ir.Params(ir.IntParam("cond_consts", w.NCond), ir.IntParam("body_consts", w.NBody),
		ir.IntParam("max", w.Max)), []string{"cond", "body"}
}

func (s ScanOp) Describe() (string, []string) {
	return ir.Params(fmt.Sprintf("length=%d", s.Len), ir.IntParam("consts", s.NConst), ir.IntParam("carries", s.NCarry),
		ir.FlagParam("reverse", s.Reverse)), []string{"body"}
}

func (s SwitchOp) Describe() (string, []string) {
	names := make([]string, len(s.Branches))
	for i := range names {
		names[i] = fmt.Sprintf("branch %d", i)
	}
	return "", names
}

func (l LanesOp) Describe() (string, []string) {
	return fmt.Sprintf("lanes=%d", l.N), []string{"lane"}
}

func (c CustomJVPOp) Describe() (string, []string) {
	return ir.IntParam("consts", c.NConst), []string{"function", "derivative"}
}

func (c CustomVJPOp) Describe() (string, []string) {
	return ir.IntParam("consts", c.NConst), []string{"function", "forward", "backward"}
}

func (c customLinearOp) Describe() (string, []string) { return "", []string{"backward"} }
func (CheckpointOp) Describe() (string, []string)     { return "", []string{"function"} }
func (PortableOp) Describe() (string, []string)       { return "", []string{"native", "portable"} }

func (l LinearSolveOp) Describe() (string, []string) {
	return ir.IntParam("consts", l.NConst), []string{"matvec", "solve"}
}

func (o ImplicitOp) Describe() (string, []string) {
	return ir.IntParam("consts", o.NConst), []string{"derivative"}
}

func (RootOp) Describe() (string, []string) { return "", []string{"solve", "condition"} }
