package prim

import (
	"fmt"
	"slices"
	"strings"
	"unsafe"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// class is a set of element types.
type class uint8

const (
	anything class = iota
	numbers        // all but bool
	floats
	integers
	logical // bool and the integers, as bits
)

var classNames = [...]string{"any", "number", "float", "int", "logic"}

func (c class) String() string { return classNames[c] }

func (c class) accepts(d ir.DType) bool {
	switch c {
	case numbers:
		return d != ir.Bool
	case floats:
		return d.IsFloat()
	case integers:
		return d.IsInt()
	case logical:
		return d == ir.Bool || d.IsInt()
	}
	return true
}

// example is d if the class has it, otherwise an element type of the class.
func (c class) example(d ir.DType) ir.DType {
	for _, e := range []ir.DType{d, ir.Bool, ir.Int32} {
		if c.accepts(e) {
			return e
		}
	}
	return ir.Invalid
}

// Drawn is implemented by the elementwise primitives. It describes operands for the
// generic tests, which need no samples of them.
type Drawn interface {
	ir.Elementwise
	// Operands are the element types of the operands of a test with d.
	Operands(d ir.DType) []ir.DType
	// Domain is an interval of numbers to draw, away from kinks and from the edges
	// of where the primitive is defined.
	Domain() (lo, hi float64)
}

// scalarOf and domainOf call methods that a unary or binary rule may have.
func scalarOf(rule any, d ir.DType) ir.ScalarFunc {
	if s, ok := rule.(interface{ scalar(ir.DType) ir.ScalarFunc }); ok {
		return s.scalar(d)
	}
	return nil
}

func domainOf(rule any) (lo, hi float64) {
	if r, ok := rule.(interface{ domain() (lo, hi float64) }); ok {
		return r.domain()
	}
	return -2, 2
}

// unaryRule is what a unary elementwise primitive adds to [Unary]. It may also have
//
//	linear(dx *value) *value               // the tangent, instead of diff, and
//	transpose(ct *value) *value            // the cotangent, if it is linear
//	expand(x *value) *value                // a composition of other primitives, for StableHLO
//	scalar(d ir.DType) ir.ScalarFunc       // for one element
//	domain() (lo, hi float64)              // see [Drawn]; -2 and 2 without it
//
// A derivative that is zero everywhere is nil.
type unaryRule interface {
	name() string
	dtypes() class
	out(ir.DType) ir.DType
	// diff is the derivative with respect to x, nil for zero.
	diff(x, y *value) *value
	block(ir.DType) ir.Block
	// hlo is the operation's name in StableHLO. If there is none (""), or none for
	// uint32, the rule has a method expand.
	hlo() string
}

// Unary is the elementwise primitive y = R(x). A rule is a type without fields, so
// that the type argument identifies the primitive: its methods make a zero R
// and ask that.
type Unary[R unaryRule] struct{ plain }

func (Unary[R]) Name() string { var r R; return r.name() }

func (u Unary[R]) Infer(in []ir.Type) ([]ir.Type, error) {
	var r R
	if len(in) != 1 {
		return nil, ir.Errorf(ir.ArgumentError, r.name(), "%d operands, want 1", len(in))
	}
	if !r.dtypes().accepts(in[0].DType) {
		return nil, ir.Errorf(ir.DTypeError, r.name(), "operand is %s, want %s", in[0].DType, r.dtypes())
	}
	return []ir.Type{{DType: r.out(in[0].DType), Shape: in[0].Shape}}, nil
}

func (u Unary[R]) JVP(x, y, dx values) values {
	var r R
	if !y[0].DType.IsFloat() {
		return values{nil}
	}
	if l, ok := any(r).(interface{ linear(dx *value) *value }); ok {
		return values{l.linear(dx[0])}
	}
	d := r.diff(x[0], y[0])
	if d == nil {
		return values{nil}
	}
	return values{Mul(dx[0], d)}
}

func (u Unary[R]) Transpose(x, ct values, in []ir.Type) values {
	var r R
	if l, ok := any(r).(interface{ transpose(ct *value) *value }); ok {
		return values{l.transpose(ct[0])}
	}
	return nonlinear{}.Transpose(x, ct, in)
}

// Depend implements [deps.Depender].
func (u Unary[R]) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	var r R
	return unarySets(r, x[0])
}

func (u Unary[R]) Batch(x values, bd []int, n int) (values, []int) {
	return ir.Apply(u, x...), bd
}

func (u Unary[R]) Block(in []ir.DType) ir.Block       { var r R; return r.block(in[0]) }
func (u Unary[R]) Scalar(in []ir.DType) ir.ScalarFunc { var r R; return scalarOf(r, in[0]) }
func (u Unary[R]) Domain() (lo, hi float64)           { var r R; return domainOf(r) }
func (u Unary[R]) Operands(d ir.DType) []ir.DType {
	var r R
	return []ir.DType{r.dtypes().example(d)}
}

func (u Unary[R]) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return ground.BlockKernel(u, u.Block([]ir.DType{in[0].DType}), in, out)
}

// StableHLO writes the rule's operation, or its expansion.
func (u Unary[R]) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	var r R
	if e, ok := any(r).(interface{ expand(x *value) *value }); ok && (r.hlo() == "" || x[0].DType == ir.Uint32) {
		return expand(b, x, func(x values) values { return values{e.expand(x[0])} })
	}
	if out[0].DType != x[0].DType {
		return b.Op(r.hlo(), "", x, out[0])
	}
	return []stablehlo.Value{b.Map(r.hlo(), x[0])}
}

// binaryRule is what a binary elementwise primitive adds to [Binary]. It may also
// have the methods scalar, domain and expand, of two operands, of a [unaryRule], and a method
// flat() (x, y bool): whether the derivative with respect to each operand is zero where the other is zero.
type binaryRule interface {
	name() string
	dtypes() class
	out(ir.DType) ir.DType
	jvp(x, y *value, out *value, dx, dy *value) *value
	transpose(x, y, ct *value) (cx, cy *value) // operands nil where linear
	block(ir.DType) ir.Block
	hlo() string // the operation's name in StableHLO; "compare LT" for comparisons; "" with expand
}

// Binary is the elementwise primitive z = R(x, y) on operands of one type.
type Binary[R binaryRule] struct{ plain }

func (Binary[R]) Name() string { var r R; return r.name() }

func (b Binary[R]) Infer(in []ir.Type) ([]ir.Type, error) {
	var r R
	if err := ground.CheckSame(r.name(), in, 2); err != nil {
		return nil, err
	}
	if !r.dtypes().accepts(in[0].DType) {
		return nil, ir.Errorf(ir.DTypeError, r.name(), "operands are %s, want %s", in[0].DType, r.dtypes())
	}
	return []ir.Type{{DType: r.out(in[0].DType), Shape: in[0].Shape}}, nil
}

func (b Binary[R]) JVP(x, y, dx values) values {
	var r R
	if !y[0].DType.IsFloat() {
		return values{nil}
	}
	return values{r.jvp(x[0], x[1], y[0], dx[0], dx[1])}
}

func (b Binary[R]) Transpose(x, ct values, in []ir.Type) values {
	var r R
	cx, cy := r.transpose(x[0], x[1], ct[0])
	return values{cx, cy}
}

// Depend implements [deps.Depender].
func (b Binary[R]) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	var r R
	return binarySets(t, r, x)
}

func (b Binary[R]) Batch(x values, bd []int, n int) (values, []int) {
	return ground.BatchElementwise(b, x, bd, n)
}

func (b Binary[R]) Block(in []ir.DType) ir.Block       { var r R; return r.block(in[0]) }
func (b Binary[R]) Scalar(in []ir.DType) ir.ScalarFunc { var r R; return scalarOf(r, in[0]) }
func (b Binary[R]) Domain() (lo, hi float64)           { var r R; return domainOf(r) }
func (b Binary[R]) Operands(d ir.DType) []ir.DType {
	var r R
	e := r.dtypes().example(d)
	return []ir.DType{e, e}
}

func (b Binary[R]) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return ground.BlockKernel(b, b.Block([]ir.DType{in[0].DType}), in, out)
}

func (b Binary[R]) StableHLO(h *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	var r R
	if e, ok := any(r).(interface{ expand(x, y *value) *value }); ok {
		return expand(h, x, func(x values) values { return values{e.expand(x[0], x[1])} })
	}
	if direction, ok := strings.CutPrefix(r.hlo(), "compare "); ok {
		return []stablehlo.Value{h.Compare(direction, x[0], x[1])}
	}
	return []stablehlo.Value{h.Map(r.hlo(), x...)}
}

// sum adds tangents, either of which may be nil.
func sum(a, b *value) *value {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return Add(a, b)
}

// like is a literal with the type of x.
func like(x *value, num float64) *value { return ir.Full(x.Type, num) }

// SelectOp is out[i] = pred[i] ? a[i] : b[i].
type SelectOp struct{ plain }

func (SelectOp) Name() string { return "select" }

func (SelectOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 3 {
		return nil, ir.Errorf(ir.ArgumentError, "select", "%d operands, want 3", len(in))
	}
	if in[0].DType != ir.Bool {
		return nil, ir.Errorf(ir.DTypeError, "select", "predicate is %s, want bool", in[0].DType)
	}
	if err := ground.CheckSame("select", in[1:], 2); err != nil {
		return nil, err
	}
	if !slices.Equal(in[0].Shape, in[1].Shape) {
		return nil, ir.Errorf(ir.ShapeError, "select", "predicate has shape %s, operands %s", ir.ShapeString(in[0].Shape),
			ir.ShapeString(in[1].Shape))
	}
	return in[1:2:2], nil
}

func (SelectOp) JVP(x, y, dx values) values {
	if !y[0].DType.IsFloat() {
		return values{nil}
	}
	z := func(v *value) *value {
		if v == nil {
			return like(y[0], 0)
		}
		return v
	}
	return values{Select(x[0], z(dx[1]), z(dx[2]))}
}

func (SelectOp) Transpose(x, ct values, in []ir.Type) values {
	z := like(ct[0], 0)
	out := make(values, 3)
	if x[1] == nil {
		out[1] = Select(x[0], ct[0], z)
	}
	if x[2] == nil {
		out[2] = Select(x[0], z, ct[0])
	}
	return out
}

func (s SelectOp) Batch(x values, bd []int, n int) (values, []int) {
	return ground.BatchElementwise(s, x, bd, n)
}

// Depend implements [deps.Depender].
func (SelectOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	a, b := x[1].Sets, x[2].Sets
	if x[0].Known != nil {
		zero := x[0].Zero()
		a = deps.Keep(a, func(i int) bool { return zero == nil || !zero(i) })
		b = deps.Keep(b, func(i int) bool { return zero != nil && zero(i) })
	}
	return [][]deps.Set{t.Each(a, b)}
}

func selectBlock[T ir.Elem](o, p, a, b ir.Buf) {
	dst, pr, av, bv := ir.As[T](o), ir.As[bool](p), ir.As[T](a), ir.As[T](b)
	for i := range dst {
		if pr[i] {
			dst[i] = av[i]
		} else {
			dst[i] = bv[i]
		}
	}
}

func (SelectOp) Block(in []ir.DType) ir.Block {
	switch in[1] {
	case ir.Bool:
		return ground.Wide(kernel.SelectBool, selectBlock[bool], ir.Bool, ir.Bool, ir.Bool, ir.Bool)
	case ir.Int32, ir.Uint32, ir.Float32:
		return ground.Wide(kernel.Select32, selectBlock[int32], ir.Int32, ir.Bool, ir.Int32, ir.Int32)
	}
	return ground.Wide(kernel.Select64, selectBlock[int64], ir.Int64, ir.Bool, ir.Int64, ir.Int64)
}

func selectScalar[T ir.Elem](o, p, a, b unsafe.Pointer) {
	if *ir.Ref[bool](p) {
		a, b = b, a
	}
	*ir.Ref[T](o) = *ir.Ref[T](b)
}

func (SelectOp) Scalar(in []ir.DType) ir.ScalarFunc {
	return ir.ByNumber(in[1], selectScalar[float64], selectScalar[float32], selectScalar[int64], selectScalar[int32], selectScalar[uint32])
}

func (SelectOp) Operands(d ir.DType) []ir.DType { return []ir.DType{ir.Bool, d, d} }
func (SelectOp) Domain() (lo, hi float64)       { return -2, 2 }

func (s SelectOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return ground.BlockKernel(s, s.Block([]ir.DType{in[0].DType, in[1].DType, in[2].DType}), in, out)
}

func (SelectOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return []stablehlo.Value{b.Select(x[0], x[1], x[2])}
}

var _ = register(SelectOp{})

// Select chooses elements of a where pred is true and of b elsewhere.
func Select(pred, a, b *value) *value { return ir.Apply1(SelectOp{}, pred, a, b) }

// ConvertOp changes the element type as Go's conversions do; to bool it is x != 0.
type ConvertOp struct{ To ir.DType }

func (ConvertOp) Name() string     { return "convert" }
func (c ConvertOp) Params() string { return c.To.String() }

func (c ConvertOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 1 {
		return nil, ir.Errorf(ir.ArgumentError, "convert", "%d operands, want 1", len(in))
	}
	return []ir.Type{{DType: c.To, Shape: in[0].Shape}}, nil
}

func (c ConvertOp) JVP(x, y, dx values) values {
	if !c.To.IsFloat() {
		return values{nil}
	}
	return values{Convert(dx[0], c.To)}
}

func (c ConvertOp) Transpose(x, ct values, in []ir.Type) values {
	return values{Convert(ct[0], in[0].DType)}
}

func (c ConvertOp) Batch(x values, bd []int, n int) (values, []int) {
	return ir.Apply(c, x...), bd
}

func convertBlock[T, U ir.Number](o, a, _, _ ir.Buf) {
	dst, x := ir.As[U](o), ir.As[T](a)
	for i := range dst {
		dst[i] = U(x[i])
	}
}

func convertFrom[T ir.Number](to ir.DType) ir.Block {
	switch to {
	case ir.Bool:
		return func(o, a, _, _ ir.Buf) {
			dst, x := ir.As[bool](o), ir.As[T](a)
			for i := range dst {
				dst[i] = x[i] != 0
			}
		}
	case ir.Int32:
		return convertBlock[T, int32]
	case ir.Int64:
		return convertBlock[T, int64]
	case ir.Uint32:
		return convertBlock[T, uint32]
	case ir.Float32:
		return convertBlock[T, float32]
	}
	return convertBlock[T, float64]
}

func (c ConvertOp) Block(in []ir.DType) ir.Block {
	switch in[0] {
	case ir.Bool:
		b := func(o, a, _, _ ir.Buf) {
			for i, v := range ir.As[bool](a) {
				n := 0.0
				if v {
					n = 1
				}
				o.Slice(i, 1, c.To.Size()).Fill(c.To, n)
			}
		}
		if c.To == ir.Int32 {
			return ground.Wide(kernel.BoolToInt32, b, ir.Int32, ir.Bool)
		}
		return b
	case ir.Int32:
		return convertFrom[int32](c.To)
	case ir.Int64:
		return convertFrom[int64](c.To)
	case ir.Uint32:
		return convertFrom[uint32](c.To)
	case ir.Float32:
		return convertFrom[float32](c.To)
	}
	return convertFrom[float64](c.To)
}

func (ConvertOp) Operands(d ir.DType) []ir.DType { return []ir.DType{d} }
func (ConvertOp) Domain() (lo, hi float64)       { return -2, 2 }

func (c ConvertOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return ground.BlockKernel(c, c.Block([]ir.DType{in[0].DType}), in, out)
}

func (c ConvertOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return []stablehlo.Value{b.Convert(x[0], c.To)}
}

var _ = register(ConvertOp{To: ir.Float32})

// Convert changes the element type; the same type gives x itself.
func Convert(x *value, to ir.DType) *value {
	if x.DType == to {
		return x
	}
	return ir.Apply1(ConvertOp{to}, x)
}

// expand lowers a primitive as a composition of others.
func expand(b *stablehlo.Builder, x []stablehlo.Value, f func(x values) values) []stablehlo.Value {
	types := make([]ir.Type, len(x))
	for i, v := range x {
		types[i] = v.Type
	}
	return b.Program(ad.Closed("expansion", types, f), x)
}

func ints(v []int) string { return fmt.Sprint(v) }
