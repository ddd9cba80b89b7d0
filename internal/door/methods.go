package door

import (
	"context"

	"github.com/argmin-go/argmin/minimize"
)

// describeMethods is what there is to know about the methods of the kind "minimize" before a choice: for each its name, the names of
// its options, and what it can do.
func describeMethods(_ context.Context, r *request) (Result, error) {
	if err := r.unknown(); err != nil {
		return Result{}, err
	}
	methods := map[string]any{}
	for _, name := range minimize.Methods() {
		m, err := minimize.MethodByName(name, nil)
		if err != nil {
			return Result{}, err
		}
		can := m.Capability()
		methods[name] = map[string]any{
			"options": minimize.MethodOptions(m), "bounds": can.Bounds, "constraints": can.Constraints,
			"hess": can.Hess || can.FullHess, "values_only": can.DerivativeFree,
		}
	}
	return Result{Info: map[string]any{"methods": methods}}, nil
}
