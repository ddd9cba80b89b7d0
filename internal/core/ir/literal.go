package ir

import (
	"fmt"
	"strconv"
)

// Constant is implemented by the primitives without inputs.
type Constant interface {
	Op
	Value() *Value
}

// Embedded is a concrete array inside a program. It arises where a rule needs
// numbers of its own in a program that must be closed; arrays that a user's
// function captures become inputs instead.
type Embedded struct{ Data *Data }

func (Embedded) Name() string                                 { return "constant" }
func (c Embedded) Params() string                             { return fmt.Sprintf("%v %p", c.Data.Type, c.Data) }
func (c Embedded) Infer([]Type) ([]Type, error)               { return []Type{c.Data.Type}, nil }
func (c Embedded) Value() *Value                              { return Const(c.Data) }
func (Embedded) JVP(x, y, dx []*Value) []*Value               { return []*Value{nil} }
func (Embedded) Transpose(x, ct []*Value, in []Type) []*Value { return nil }
func (c Embedded) Batch([]*Value, []int, int) ([]*Value, []int) {
	return []*Value{c.Value()}, []int{-1}
}
func (c Embedded) Kernel(Compiler, []Type, []Type) (Kernel, error) {
	size := c.Data.Type.DType.Size()
	return func(f *Frame, _, out []int32) { copy(f.Bufs[out[0]].Bytes(size), c.Data.Buf().Bytes(size)) }, nil
}

// Value is the literal as a concrete value.
func (l Literal) Value() *Value { return Full(l.Type, l.Num) }

// Literal is a primitive without inputs: an array of equal elements. It
// arises when a builder captures a [Splat].
type Literal struct {
	Type Type
	Num  float64
}

func (Literal) Name() string { return "literal" }
func (l Literal) Params() string {
	return strconv.FormatFloat(l.Num, 'g', -1, 64) + " " + l.Type.String()
}
func (l Literal) Infer([]Type) ([]Type, error) { return []Type{l.Type}, nil }

func (Literal) JVP(x, y, dx []*Value) []*Value               { return []*Value{nil} }
func (Literal) Transpose(x, ct []*Value, in []Type) []*Value { return nil }
func (l Literal) Batch([]*Value, []int, int) ([]*Value, []int) {
	return []*Value{Full(l.Type, l.Num)}, []int{-1}
}
func (l Literal) Kernel(Compiler, []Type, []Type) (Kernel, error) {
	return func(f *Frame, _, out []int32) { f.Bufs[out[0]].Fill(l.Type.DType, l.Num) }, nil
}
