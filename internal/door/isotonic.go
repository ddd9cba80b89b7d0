package door

import (
	"context"
	"fmt"

	"github.com/argmin-go/argmin/isotonic"
	"github.com/argmin-go/argmin/num"
)

// solveIsotonic is isotonic.WeightedL2. Arrays: y, and weights w, of one axis.
func solveIsotonic(ctx context.Context, r *request) (Result, error) {
	var o struct {
		Decreasing bool `json:"decreasing"`
	}
	if err := r.options(&o); err != nil {
		return Result{}, err
	}
	y, w := r.array("y"), r.array("w")
	if err := r.unknown(); err != nil {
		return Result{}, err
	}
	if y == (num.Array{}) {
		return Result{}, fmt.Errorf("isotonic needs the array \"y\"")
	}
	if w == (num.Array{}) {
		w = num.OnesLike(y)
	}
	order := isotonic.Increasing
	if o.Decreasing {
		order = isotonic.Decreasing
	}
	x, err := regression[order].CallContext(ctx, [2]num.Array{y, w})
	return Result{Arrays: map[string]num.Array{"x": x}}, err
}

// regression are the compiled functions by order.
var regression = map[isotonic.Order]*num.Jitted[[2]num.Array, num.Array]{
	isotonic.Increasing: num.Jit(func(in [2]num.Array) num.Array { return isotonic.WeightedL2(in[0], in[1], isotonic.Increasing) }),
	isotonic.Decreasing: num.Jit(func(in [2]num.Array) num.Array { return isotonic.WeightedL2(in[0], in[1], isotonic.Decreasing) }),
}
