package tree

import (
	"errors"
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/treedef"
	"github.com/argmin-go/argmin/num"
)

func throw(op string, err error) {
	ir.Throw(&num.Error{Kind: ir.ArgumentError, Op: op, Msg: err.Error(), Err: err})
}

func flatten(op string, x any) ([]num.Array, *treedef.Def) {
	leaves, def, err := treedef.Flatten[num.Array](x)
	if err != nil {
		throw(op, err)
	}
	return leaves, def
}

// zip maps the leaves of trees with the structure of the first.
func zip[T any](op string, f func(leaves []num.Array) num.Array, xs ...T) T {
	first, def := flatten(op, xs[0])
	cols := [][]num.Array{first}
	for i, x := range xs[1:] {
		leaves, d := flatten(op, x)
		if err := treedef.Compare(def, d, fmt.Sprintf("operand %d", i+1)); err != nil {
			throw(op, err)
		}
		cols = append(cols, leaves)
	}
	out := make([]num.Array, len(first))
	row := make([]num.Array, len(cols))
	for i := range out {
		for j, c := range cols {
			row[j] = c[i]
		}
		out[i] = f(row)
	}
	y, err := treedef.UnflattenTo[T](def, out)
	if err != nil {
		throw(op, err)
	}
	return y
}

// Leaves are the arrays of a tree: fields and elements in order, maps by sorted keys.
func Leaves[T any](x T) []num.Array {
	leaves, _ := flatten("tree.Leaves", x)
	return leaves
}

// Paths names each of [Leaves], such as .Layers[2].W or ["bias"].
func Paths[T any](x T) []string {
	_, def := flatten("tree.Paths", x)
	return def.Paths()
}

// DType is the dtype of the first array of a tree; Float64 if there are none.
func DType[T any](x T) num.DType {
	for _, a := range Leaves(x) {
		return a.DType()
	}
	return num.Float64
}

// Map applies f to every leaf.
func Map[T any](f func(num.Array) num.Array, x T) T {
	return zip("tree.Map", func(a []num.Array) num.Array { return f(a[0]) }, x)
}

// Add is x + y.
func Add[T any](x, y T) T {
	return zip("tree.Add", func(a []num.Array) num.Array { return a[0].Add(a[1]) }, x, y)
}

// Sub is x - y.
func Sub[T any](x, y T) T {
	return zip("tree.Sub", func(a []num.Array) num.Array { return a[0].Sub(a[1]) }, x, y)
}

// Mul is x · y, element by element.
func Mul[T any](x, y T) T {
	return zip("tree.Mul", func(a []num.Array) num.Array { return a[0].Mul(a[1]) }, x, y)
}

// Div is x / y, element by element.
func Div[T any](x, y T) T {
	return zip("tree.Div", func(a []num.Array) num.Array { return a[0].Div(a[1]) }, x, y)
}

// Neg is -x.
func Neg[T any](x T) T {
	return zip("tree.Neg", func(a []num.Array) num.Array { return a[0].Neg() }, x)
}

// Where takes the elements of x where those of cond, a tree of bool arrays, are true, and those of y
// elsewhere. The leaves broadcast as in num.Where.
func Where[T any](cond, x, y T) T {
	return zip("tree.Where", func(a []num.Array) num.Array { return num.Where(a[0], a[1], a[2]) }, cond, x, y)
}

// BroadcastLike has the leaves of x broadcast to the shapes of the leaves of like: a scalar for each
// array of parameters becomes an array of its shape.
func BroadcastLike[T any](x, like T) T {
	return zip("tree.BroadcastLike", func(a []num.Array) num.Array { return a[0].BroadcastTo(a[1].Shape()...) }, x, like)
}

// MapAll applies f to corresponding leaves of trees of the same structure; it needs at least one tree.
func MapAll[T any](f func(leaves ...num.Array) num.Array, xs ...T) T {
	if len(xs) == 0 {
		throw("tree.MapAll", errors.New("there are no trees"))
	}
	return zip("tree.MapAll", func(a []num.Array) num.Array { return f(slices.Clone(a)...) }, xs...)
}

// Reduce combines all leaves, in the order of [Leaves]: f(… f(f(init, first), second) …, last). The
// result can be of any type.
func Reduce[T, A any](f func(acc A, leaf num.Array) A, x T, init A) A {
	for _, leaf := range Leaves(x) {
		init = f(init, leaf)
	}
	return init
}

// Scale is c · x for a scalar c.
func Scale[T any](c num.Array, x T) T {
	return zip("tree.Scale", func(a []num.Array) num.Array { return a[0].Mul(c) }, x)
}

// AddScaled is x + c · y for a scalar c.
func AddScaled[T any](x T, c num.Array, y T) T {
	return zip("tree.AddScaled", func(a []num.Array) num.Array { return a[0].Add(a[1].Mul(c)) }, x, y)
}

// ZerosLike has the structure, shapes and dtypes of x.
func ZerosLike[T any](x T) T {
	return Map(func(a num.Array) num.Array { return num.Full(a.DType(), 0, a.Shape()...) }, x)
}

// OnesLike has the structure, shapes and dtypes of x.
func OnesLike[T any](x T) T {
	return Map(func(a num.Array) num.Array { return num.Full(a.DType(), 1, a.Shape()...) }, x)
}

// Dot is the sum of products of all elements; a tree without arrays gives 0.
// Arrays of different shapes are an error: their product would have another number of elements.
func Dot[T any](x, y T) num.Array {
	xs, ys := Leaves(x), Leaves(y)
	for i := range min(len(xs), len(ys)) {
		if !slices.Equal(xs[i].Shape(), ys[i].Shape()) {
			ir.Throw(ir.Errorf(ir.ShapeError, "tree.Dot", "operands%s have shapes %s and %s", Paths(x)[i], ir.ShapeString(xs[i].Shape()), ir.ShapeString(ys[i].Shape())))
		}
	}
	return Sum(Mul(x, y))
}

// Sum is the sum of all elements; a tree without arrays gives 0.
func Sum[T any](x T) num.Array {
	var s num.Array
	for i, a := range Leaves(x) {
		if i == 0 {
			s = a.Sum()
		} else {
			s = s.Add(a.Sum())
		}
	}
	if len(Leaves(x)) == 0 {
		return num.Scalar(0)
	}
	return s
}

// Norm is the Euclidean norm of all elements together. Its derivative at zero is
// zero.
func Norm[T any](x T) num.Array {
	s := Dot(x, x)
	zero := s.Eq(num.Const(0))
	return num.Where(zero, s, num.Where(zero, num.Const(1), s).Sqrt())
}

// L1Norm is the sum of the absolute values of all elements.
func L1Norm[T any](x T) num.Array { return Sum(Map(num.Array.Abs, x)) }

// InfNorm is the largest absolute value of all elements, 0 if there are none.
func InfNorm[T any](x T) num.Array {
	m := num.Scalar(0)
	first := true
	for _, a := range Leaves(x) {
		if a.Size() == 0 {
			continue
		}
		if b := a.Abs().Max(); first {
			m, first = b, false
		} else {
			m = num.Maximum(m, b)
		}
	}
	return m
}
