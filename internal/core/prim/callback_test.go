package prim_test

import (
	"errors"
	"testing"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// A Go function cannot be written as StableHLO, in a batch as little as by itself.
func TestCallbackAsText(t *testing.T) {
	x := ir.T(ir.Float64, 2)
	op := &prim.CallbackOp{What: "test", Func: "f", Out: []ir.Type{x}}
	p := ad.Closed("f", []ir.Type{x}, func(x []*ir.Value) []*ir.Value { return ir.Apply(op, x...) })
	batched, _ := batch.Program(p, []bool{true}, nil, 3)
	for _, p := range []*ir.Program{p, batched} {
		_, err := stablehlo.Print(p, stablehlo.Options{Name: "f"})
		if !errors.Is(err, &ir.Error{Kind: ir.BackendError}) {
			t.Errorf("the error is %v, want one of the backend", err)
		}
	}
}
