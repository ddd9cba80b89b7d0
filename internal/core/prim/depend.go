package prim

import (
	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
)

// What the rules for dependencies share.

// unarySets is what an elementwise function of one operand depends on: nothing where its derivative is zero
// everywhere.
func unarySets(r unaryRule, x deps.Array) [][]deps.Set {
	if _, ok := r.(interface{ linear(dx *value) *value }); !ok {
		one := ir.Scalar(x.DType, 1)
		if r.diff(one, one) == nil {
			return [][]deps.Set{nil}
		}
	}
	return [][]deps.Set{x.Sets}
}

// binarySets is what an elementwise function of two operands depends on.
func binarySets(t *deps.Table, r binaryRule, x []deps.Array) [][]deps.Set {
	sx, sy := x[0].Sets, x[1].Sets
	if f, ok := r.(interface{ flat() (x, y bool) }); ok {
		fx, fy := f.flat()
		if zero := x[1].Zero(); fx && zero != nil {
			sx = deps.Keep(sx, func(i int) bool { return !zero(i) })
		}
		if zero := x[0].Zero(); fy && zero != nil {
			sy = deps.Keep(sy, func(i int) bool { return !zero(i) })
		}
	}
	return [][]deps.Set{t.Each(sx, sy)}
}

// dependAs is the dependencies of a primitive that is a composition of others.
func dependAs(t *deps.Table, x []deps.Array, f func(x values) values) [][]deps.Set {
	types := make([]ir.Type, len(x))
	for i, a := range x {
		types[i] = a.Type
	}
	return deps.SetsOf(t.Interpret(ad.Closed("composition", types, f), x))
}
