// Package prim holds the primitives: one Go type each, with all of its rules.
//
// A primitive is what a program consists of: sin, a product of matrices, a loop. To
// add one is to write one paragraph: a type whose fields are the parameters and whose
// methods are the rules, the function that applies it, and the line that registers it
// for the generic tests. The compiler refuses a type with a rule missing. Elementwise
// functions need less, a rule type for [Unary] or [Binary], such as
//
//	// Sin is the sine of x.
//	func Sin(x *value) *value { return ir.Apply1(Unary[sinFn]{}, x) }
//
//	type sinFn struct{ realFn }
//
//	func (sinFn) name() string             { return "sin" }
//	func (sinFn) diff(x, y *value) *value  { return Cos(x) }
//	func (sinFn) block(d ir.DType) ir.Block { return realBlock(d, math.Sin) }
//	func (sinFn) hlo() string              { return "stablehlo.sine" }
//
//	var _ = register(Unary[sinFn]{})
//
// Rules may use all other primitives: a derivative is a composition of them.
//
// Primitives are small and orthogonal: no implicit broadcasting and no promotion
// between element types; package num inserts both. Rule arguments always read
// the same: x inputs, y outputs, dx tangents, ct cotangents, bd batch axes (-1:
// not batched).
//
// Read unary.go and arith.go first, then shape.go and dot.go. The primitives that
// contain programs (scan.go, while.go, switch.go, custom.go, linearsolve.go) come last:
// their rules transform the programs inside with packages ad and batch.
package prim

import (
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
)

type (
	value  = ir.Value
	values = []*ir.Value
)

// Primitive is what every primitive has: its rules, and its StableHLO.
type Primitive = ground.Primitive

// register adds an example of a primitive to the registry, where its type is declared.
func register(op Primitive) Primitive { return ground.Register(op) }

// Registry is an example of every primitive, in the order of their names.
func Registry() []Primitive { return ground.Registry() }

// nonlinear is embedded by primitives that are linear in no operand.
type nonlinear struct{}

func (nonlinear) Transpose(x, ct values, in []ir.Type) values {
	panic(ir.Errorf(ir.RuleError, "transpose", "a primitive that is not linear was transposed"))
}

// noDerivative is embedded by primitives whose derivative is zero wherever it exists.
type noDerivative struct{ nonlinear }

func (noDerivative) JVP(x, y, dx values) values { return make(values, len(y)) }

// Depend implements [deps.Depender].
func (noDerivative) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return make([][]deps.Set, len(out))
}

// plain is embedded by primitives without parameters.
type plain struct{}

func (plain) Params() string { return "" }
