package prim

import (
	"fmt"
	"strings"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// How the primitives print in a program, where Params is made for comparing and not for
// reading: see ir.Described. What the types of the results show is left out.

var (
	_ ir.Described = WhileOp{}
	_ ir.Described = ScanOp{}
	_ ir.Described = SwitchOp{}
)

// showAll joins parameters, of which some may be empty.
func showAll(params ...string) string {
	var s []string
	for _, p := range params {
		if p != "" {
			s = append(s, p)
		}
	}
	return strings.Join(s, " ")
}

// showList is name=[1,2], or nothing for an empty list.
func showList(name string, v []int) string {
	if len(v) == 0 {
		return ""
	}
	return name + "=" + strings.ReplaceAll(fmt.Sprint(v), " ", ",")
}

// showInt is name=n, or nothing for zero.
func showInt(name string, n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s=%d", name, n)
}

// showFlag is the name if it is set.
func showFlag(name string, set bool) string {
	if set {
		return name
	}
	return ""
}

func (b BroadcastOp) Describe() (string, []string) { return showList("dims", b.Dims), nil }
func (ReshapeOp) Describe() (string, []string)     { return "", nil }
func (t TransposeOp) Describe() (string, []string) { return showList("perm", t.Perm), nil }
func (r ReduceOp) Describe() (string, []string)    { return showList("axes", r.Axes), nil }
func (r ReverseOp) Describe() (string, []string)   { return showList("axes", r.Axes), nil }
func (c ConcatOp) Describe() (string, []string)    { return fmt.Sprintf("axis=%d", c.Axis), nil }
func (o ArgOp) Describe() (string, []string)       { return fmt.Sprintf("axis=%d", o.Axis), nil }
func (ConvertOp) Describe() (string, []string)     { return "", nil }
func (p PolygammaOp) Describe() (string, []string) { return fmt.Sprintf("order=%d", p.N), nil }

func (c CumOp) Describe() (string, []string) {
	return showAll(fmt.Sprintf("axis=%d", c.Axis), showFlag("reverse", c.Reverse)), nil
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
			inner = showList("inner", p.Inner)
		}
	}
	return showAll(showList("lo", p.Lo), showList("hi", p.Hi), inner), nil
}

func (d DotOp) Describe() (string, []string) {
	pair := func(name string, l, r []int) string {
		if len(l) == 0 {
			return ""
		}
		return strings.ReplaceAll(fmt.Sprintf("%s=%v·%v", name, l, r), " ", ",")
	}
	return showAll(pair("contract", d.LC, d.RC), pair("batch", d.LB, d.RB)), nil
}

func (c ConvOp) Describe() (string, []string) {
	return showAll(showList("strides", c.Strides), showList("lo", c.PadLo), showList("hi", c.PadHi), showList("lhs_dilation", c.LHSDilation), showList("rhs_dilation", c.RHSDilation)), nil
}

func (g GatherOp) Describe() (string, []string) {
	return showAll(fmt.Sprintf("axis=%d", g.Axis), showInt("batch_axes", g.Lead)), nil
}

func (s ScatterOp) Describe() (string, []string) {
	return showAll(fmt.Sprintf("axis=%d", s.Axis), showInt("batch_axes", s.Lead)), nil
}

func (s DynamicSliceOp) Describe() (string, []string) {
	return showAll(showList("size", s.Size), showInt("batch_axes", s.Lead)), nil
}

func (o DynamicUpdateSliceOp) Describe() (string, []string) {
	return showInt("batch_axes", o.Lead), nil
}

func (o TriangularSolveOp) Describe() (string, []string) {
	return showAll(showFlag("left", o.Left), showFlag("lower", o.Lower), showFlag("transposed", o.Trans), showFlag("unit", o.Unit)), nil
}

func (o QROp) Describe() (string, []string)         { return showFlag("full", o.Full), nil }
func (o SVDOp) Describe() (string, []string)        { return showFlag("full", o.Full), nil }
func (r RandomBitsOp) Describe() (string, []string) { return showFlag("pairs", r.Pairs), nil }
func (c *CallbackOp) Describe() (string, []string)  { return c.Func, nil }

func (w WhileOp) Describe() (string, []string) {
	return showAll(showInt("cond_consts", w.NCond), showInt("body_consts", w.NBody), showInt("max", w.Max)), []string{"cond", "body"}
}

func (s ScanOp) Describe() (string, []string) {
	return showAll(fmt.Sprintf("length=%d", s.Len), showInt("consts", s.NConst), showInt("carries", s.NCarry), showFlag("reverse", s.Reverse)), []string{"body"}
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
	return showInt("consts", c.NConst), []string{"function", "derivative"}
}

func (c CustomVJPOp) Describe() (string, []string) {
	return showInt("consts", c.NConst), []string{"function", "forward", "backward"}
}

func (c customLinearOp) Describe() (string, []string) { return "", []string{"backward"} }
func (CheckpointOp) Describe() (string, []string)     { return "", []string{"function"} }

func (l LinearSolveOp) Describe() (string, []string) {
	return showInt("consts", l.NConst), []string{"matvec", "solve"}
}

func (RootOp) Describe() (string, []string) { return "", []string{"solve", "condition"} }
