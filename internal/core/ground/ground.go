// Package ground holds the primitives that the transformations themselves need:
// adding, summing along axes, repeating along new axes, reshaping and permuting
// axes. Reverse mode adds cotangents, batching moves and repeats axes, and both
// must therefore be able to make such equations without knowing the primitives of
// package prim, which know them.
//
// The five are linear and closed under their rules: the transpose of a sum is a
// repetition and the transpose of a repetition is a sum, the others are their own kind, and
// a batch of each is one of them again. So this package needs no other primitive.
// Package prim offers them under the same names as all others.
package ground

import (
	"cmp"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

type (
	value  = ir.Value
	values = []*ir.Value
)

// Primitive is what every primitive has: its rules, and its StableHLO.
type Primitive interface {
	ir.Op
	stablehlo.Lowerer
}

// registry is filled while packages are initialized, and only read afterwards.
var registry []Primitive

// Register adds an example of a primitive to the registry, which the generic tests
// walk, and returns it. It is called where the type is declared: var _ = Register(XOp{}).
func Register(op Primitive) Primitive {
	registry = append(registry, op)
	return op
}

// Registry is an example of every primitive, in the order of their names and
// parameters.
func Registry() []Primitive {
	return slices.SortedStableFunc(slices.Values(registry), func(a, b Primitive) int {
		return cmp.Or(cmp.Compare(a.Name(), b.Name()), cmp.Compare(a.Params(), b.Params()))
	})
}
