// Package prim holds the primitives: one Go type each, with all of its rules.
//
// Primitives are small and orthogonal: no implicit broadcasting and no promotion
// between element types; package num inserts both. Rule arguments always read
// the same: x inputs, y outputs, dx tangents, ct cotangents, bd batch axes (-1:
// not batched).
package prim

import (
	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
)

type (
	value  = ir.Value
	values = []*ir.Value
)

// Primitive is what every primitive has: its rules, and its StableHLO.
type Primitive = ground.Primitive

// register adds an example of a primitive to the registry, beside its type.
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

// plain is embedded by primitives without parameters.
type plain struct{}

func (plain) Params() string { return "" }
