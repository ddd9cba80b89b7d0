package stablehlo

import (
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// Value is a value of the text: its type and name.
type Value struct {
	ir.Type
	Name string
}

// Lowerer is implemented by primitives that can be written as StableHLO: all that
// are registered.
type Lowerer interface {
	ir.Op
	// StableHLO writes the primitive for operands in and gives its results, whose types
	// are out. What cannot be written is thrown with [ir.Throw].
	StableHLO(b *Builder, in []Value, out []ir.Type) []Value
}

// Builder writes the body of a function.
type Builder struct {
	text   strings.Builder
	indent int
	count  map[string]int
	loc    string // of the equation being written, as text
	site   string
	consts []map[string]Value // of the scopes that are open

	// checks are the messages of the checks in the program. If there are any, state
	// is the number of the first that failed, from 1 (i32), and what it measured
	// (f32); loops and branches carry it.
	checks []string
	state  []Value
	mesh   ir.Mesh
}

var dtypes = map[ir.DType]string{ir.Bool: "i1", ir.Int32: "i32", ir.Int64: "i64", ir.Uint32: "ui32", ir.Float32: "f32", ir.Float64: "f64"}

// TypeString is the type as text: tensor<3x4xf64>.
func TypeString(t ir.Type) string {
	var b strings.Builder
	b.WriteString("tensor<")
	for _, n := range t.Shape {
		b.WriteString(strconv.Itoa(n))
		b.WriteByte('x')
	}
	b.WriteString(dtypes[t.DType])
	b.WriteByte('>')
	return b.String()
}

func typeStrings(ts []ir.Type) string {
	s := make([]string, len(ts))
	for i, t := range ts {
		s[i] = TypeString(t)
	}
	return strings.Join(s, ", ")
}

func types(vs []Value) []ir.Type {
	ts := make([]ir.Type, len(vs))
	for i, v := range vs {
		ts[i] = v.Type
	}
	return ts
}

func names(vs []Value) string {
	s := make([]string, len(vs))
	for i, v := range vs {
		s[i] = v.Name
	}
	return strings.Join(s, ", ")
}

func (b *Builder) line(format string, args ...any) {
	for range b.indent {
		b.text.WriteString("  ")
	}
	fmt.Fprintf(&b.text, format, args...)
	b.text.WriteString("\n")
}

// fresh is a new name: %stem, %stem_1, …
func (b *Builder) fresh(stem string) string {
	n := b.count[stem]
	b.count[stem]++
	if n == 0 {
		return "%" + stem
	}
	return "%" + stem + "_" + strconv.Itoa(n)
}

// stem is the last word of an operation's name.
func stem(op string) string { return op[strings.LastIndexByte(op, '.')+1:] }

// result names the results of an operation: one name, with #i for each of several.
func (b *Builder) result(op string, out []ir.Type) (def string, vs []Value) {
	name := b.fresh(stem(op))
	if len(out) == 1 {
		return name, []Value{{out[0], name}}
	}
	vs = make([]Value, len(out))
	for i, t := range out {
		vs[i] = Value{t, name + "#" + strconv.Itoa(i)}
	}
	return name + ":" + strconv.Itoa(len(out)), vs
}

// Op writes an operation in its generic form, with attributes as in
// "dimension = 0 : i64", separated by commas.
func (b *Builder) Op(op, attrs string, in []Value, out ...ir.Type) []Value {
	def, vs := b.result(op, out)
	if attrs != "" {
		attrs = " {" + attrs + "}"
	}
	b.line("%s = %q(%s)%s : (%s) -> %s%s", def, op, names(in), attrs, typeStrings(types(in)), resultTypes(out), b.loc)
	return vs
}

func resultTypes(out []ir.Type) string {
	if len(out) == 1 {
		return TypeString(out[0])
	}
	return "(" + typeStrings(out) + ")"
}

// Op1 is Op with one result.
func (b *Builder) Op1(op, attrs string, out ir.Type, in ...Value) Value {
	return b.Op(op, attrs, in, out)[0]
}

// Map writes an elementwise operation on operands of the result's type.
func (b *Builder) Map(op string, in ...Value) Value {
	def, vs := b.result(op, []ir.Type{in[0].Type})
	if strings.HasPrefix(op, "chlo.") {
		b.line("%s = %s %s : %s -> %s%s", def, op, names(in), typeStrings(types(in)), TypeString(in[0].Type), b.loc)
	} else {
		b.line("%s = %s %s : %s%s", def, op, names(in), TypeString(in[0].Type), b.loc)
	}
	return vs[0]
}

// Compare writes a comparison, such as "LT", elementwise.
func (b *Builder) Compare(direction string, x, y Value) Value {
	kind := "SIGNED"
	switch {
	case x.DType.IsFloat():
		kind = "FLOAT"
	case x.DType == ir.Bool || x.DType == ir.Uint32:
		kind = "UNSIGNED"
	}
	out := ir.Type{DType: ir.Bool, Shape: x.Shape}
	def, vs := b.result(strings.ToLower(direction), []ir.Type{out})
	b.line("%s = stablehlo.compare %s, %s, %s, %s : (%s) -> %s%s", def, direction, x.Name, y.Name, kind,
		typeStrings(types([]Value{x, y})), TypeString(out), b.loc)
	return vs[0]
}

// Select is a where pred holds and c elsewhere; pred may be a scalar.
func (b *Builder) Select(pred, a, c Value) Value {
	def, vs := b.result("select", []ir.Type{a.Type})
	b.line("%s = stablehlo.select %s : %s, %s%s", def, names([]Value{pred, a, c}), TypeString(pred.Type), TypeString(a.Type), b.loc)
	return vs[0]
}

// Convert changes the element type.
func (b *Builder) Convert(x Value, to ir.DType) Value {
	if x.DType == to {
		return x
	}
	return b.cast("convert", x, ir.Type{DType: to, Shape: x.Shape})
}

// Bitcast gives the bits of the elements as another type of the same size.
func (b *Builder) Bitcast(x Value, to ir.DType) Value {
	return b.cast("bitcast_convert", x, ir.Type{DType: to, Shape: x.Shape})
}

// Reshape changes the shape.
func (b *Builder) Reshape(x Value, shape ...int) Value {
	if slices.Equal(x.Shape, shape) {
		return x
	}
	return b.cast("reshape", x, x.WithShape(shape))
}

func (b *Builder) cast(op string, x Value, out ir.Type) Value {
	def, vs := b.result(op, []ir.Type{out})
	b.line("%s = stablehlo.%s %s : (%s) -> %s%s", def, op, x.Name, TypeString(x.Type), TypeString(out), b.loc)
	return vs[0]
}

// Broadcast repeats x: its axis i becomes axis dims[i] of the shape.
func (b *Builder) Broadcast(x Value, shape, dims []int) Value {
	out := x.WithShape(shape)
	def, vs := b.result("broadcast", []ir.Type{out})
	b.line("%s = stablehlo.broadcast_in_dim %s, dims = %s : (%s) -> %s%s", def, x.Name, Ints(dims), TypeString(x.Type), TypeString(out), b.loc)
	return vs[0]
}

// Slice takes elements lo, lo+step, … < hi along every axis.
func (b *Builder) Slice(x Value, lo, hi, step []int) Value {
	shape := make([]int, len(lo))
	s := make([]string, len(lo))
	for i := range lo {
		shape[i] = max(0, (hi[i]-lo[i]+step[i]-1)/step[i])
		s[i] = fmt.Sprintf("%d:%d:%d", lo[i], hi[i], step[i])
	}
	out := x.WithShape(shape)
	def, vs := b.result("slice", []ir.Type{out})
	b.line("%s = stablehlo.slice %s [%s] : (%s) -> %s%s", def, x.Name, strings.Join(s, ", "), TypeString(x.Type), TypeString(out), b.loc)
	return vs[0]
}

// Iota counts along an axis.
func (b *Builder) Iota(t ir.Type, axis int) Value {
	def, vs := b.result("iota", []ir.Type{t})
	b.line("%s = stablehlo.iota dim = %d : %s%s", def, axis, TypeString(t), b.loc)
	return vs[0]
}

// Full is an array of equal elements.
func (b *Builder) Full(t ir.Type, num float64) Value {
	return b.constant(t, number(t.DType, num))
}

// Lowest is the smallest number of a type, a scalar: -Inf for floating point.
func (b *Builder) Lowest(d ir.DType) Value { return b.extreme(d, 0) }

// Highest is the largest number of a type.
func (b *Builder) Highest(d ir.DType) Value { return b.extreme(d, 1) }

func (b *Builder) extreme(d ir.DType, i int) Value {
	text := map[ir.DType][2]string{ir.Int32: {"-2147483648", "2147483647"}, ir.Int64: {"-9223372036854775808", "9223372036854775807"},
		ir.Uint32: {"0", "4294967295"}}[d][i]
	if d.IsFloat() {
		text = number(d, math.Inf(2*i-1))
	}
	return b.constant(ir.Type{DType: d}, text)
}

func (b *Builder) constant(t ir.Type, text string) Value {
	if t.Size() == 0 {
		text = ""
	}
	key := text + TypeString(t)
	for _, m := range b.consts {
		if v, ok := m[key]; ok {
			return v
		}
	}
	stem := "c"
	if t.DType.IsFloat() {
		stem = "cst"
	}
	v := Value{t, b.fresh(stem)}
	b.line("%s = stablehlo.constant dense<%s> : %s", v.Name, text, TypeString(t))
	b.consts[len(b.consts)-1][key] = v
	return v
}

// number writes an element; what has no decimal form is written as its bits.
func number(d ir.DType, x float64) string {
	switch d {
	case ir.Bool:
		return strconv.FormatBool(x != 0)
	case ir.Int32, ir.Int64:
		return strconv.FormatInt(int64(x), 10)
	case ir.Uint32:
		return strconv.FormatUint(uint64(uint32(int64(x))), 10)
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		if d == ir.Float32 {
			return fmt.Sprintf("0x%08X", math.Float32bits(float32(x)))
		}
		return fmt.Sprintf("0x%016X", math.Float64bits(x))
	}
	s := strconv.FormatFloat(x, 'e', -1, d.Size()*8)
	if i := strings.IndexByte(s, 'e'); !strings.Contains(s, ".") {
		s = s[:i] + ".0" + s[i:]
	}
	return s
}

// Dense is a concrete array as a constant.
func (b *Builder) Dense(d *ir.Data) Value {
	t := d.Type
	if num, ok := d.IsSplat(); ok {
		return b.Full(t, num)
	}
	if t.Size() == 0 {
		return b.Full(t, 0)
	}
	if t.DType == ir.Bool || t.Size() == 1 {
		i := 0
		var list func(shape []int) string
		list = func(shape []int) string {
			if len(shape) == 0 {
				i++
				return number(t.DType, d.Buf().At(t.DType, i-1))
			}
			s := make([]string, shape[0])
			for k := range s {
				s[k] = list(shape[1:])
			}
			return "[" + strings.Join(s, ", ") + "]"
		}
		return b.constant(t, list(t.Shape))
	}
	return b.constant(t, `"0x`+strings.ToUpper(hex.EncodeToString(d.Buf().Bytes(t.DType.Size())))+`"`)
}

// Ints writes a list of numbers: [1, 2].
func Ints(v []int) string {
	s := make([]string, len(v))
	for i, n := range v {
		s[i] = strconv.Itoa(n)
	}
	return "[" + strings.Join(s, ", ") + "]"
}

// Array writes a list as an attribute: array<i64: 1, 2>.
func Array(v []int) string {
	if len(v) == 0 {
		return "array<i64>"
	}
	return "array<i64: " + strings.Trim(Ints(v), "[]") + ">"
}
