package ir_test

import (
	"fmt"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// depth is the length of the longest chain of equations before a variable.
type depth int

func (depth) Values() (*ir.Value, *ir.Value) { return nil, nil }

// An interpretation needs an operand for each constant and the results of each
// equation. Here the operands are not numbers at all, but how long one has to wait for
// a variable if everything that can run at the same time does.
func ExampleInterpret() {
	x := []ir.Type{ir.T(ir.Float64, 3)}
	p := ad.Closed("f", x, func(x []*ir.Value) []*ir.Value {
		s, c := prim.Sin(x[0]), prim.Cos(x[0])
		return []*ir.Value{prim.ReduceSum(prim.Mul(s, prim.Add(c, ir.Full(c.Type, 1))), 0)}
	})
	fmt.Println(p)
	zero := func(*ir.Value) depth { return 0 }
	next := func(e *ir.Eqn, x []depth) []depth {
		d := depth(0)
		for _, v := range x {
			d = max(d, v)
		}
		return []depth{d + 1}
	}
	fmt.Println("depth:", ir.Interpret(p, []depth{0}, zero, next))
	// Output:
	// f(a:f64[3]) {
	//   b:f64[3] = sin a
	//   c:f64[3] = cos a
	//   d:f64[3] = add c 1:f64[3]
	//   e:f64[3] = mul b d
	//   f:f64[] = reduce_sum[axes=[0]] e
	//   return f
	// }
	// depth: [4]
}
