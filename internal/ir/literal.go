package ir

import "strconv"

// Literal is the one primitive without inputs: an array of equal elements. It
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
