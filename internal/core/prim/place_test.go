package prim_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim/samples"
)

// A primitive that knows how its results lie on a mesh says so for every one of them, whether its
// operands' places are known or not, and only places that fit.
func TestPlacesOfAllResults(t *testing.T) {
	placers := 0
	for name, ss := range samples.All() {
		for k, s := range ss {
			t.Run(fmt.Sprintf("%s/%d", name, k), func(t *testing.T) {
				if s.Build != nil {
					s.Op = s.Build(ir.Float64)
				}
				x := s.Draw(rand.New(rand.NewPCG(uint64(k), 8)), ir.Float64, s.Lo, s.Hi)
				// Over a batch as well: that is where loops run as lanes.
				alone := ad.Closed(name, ir.TypesOf(x), func(x []*ir.Value) []*ir.Value { return ir.Apply(s.Op, x...) })
				wide, _ := batched(alone, x, func() []*ir.Value { return x })
				for _, p := range []*ir.Program{alone, wide} {
					for _, e := range p.Eqns {
						if placer, ok := e.Op.(ir.Placer); ok {
							placers++
							checkPlaces(t, placer, p, e)
						}
					}
				}
			})
		}
	}
	if placers == 0 {
		t.Error("no sample knows the places of its results")
	}
}

func checkPlaces(t *testing.T, op ir.Placer, p *ir.Program, e ir.Eqn) {
	t.Helper()
	types := func(vars []ir.Var) []ir.Type {
		out := make([]ir.Type, len(vars))
		for i, v := range vars {
			out[i] = p.Types[v]
		}
		return out
	}
	in, out := types(e.In), types(e.Out)
	whole := make([]*ir.Sharding, len(in))
	for i, x := range in {
		whole[i] = &ir.Sharding{Mesh: []ir.MeshAxis{{Name: "devices", Size: 1}}, Axes: make([]string, x.Rank())}
	}
	for _, places := range [][]*ir.Sharding{make([]*ir.Sharding, len(in)), whole} {
		got := op.Place(places, in, out)
		if len(got) != len(out) {
			t.Errorf("%s places %d of %d results", op.Name(), len(got), len(out))
			continue
		}
		for i, s := range got {
			if s != nil && len(s.Axes) != out[i].Rank() {
				t.Errorf("%s places result %d, %v, by %d axes", op.Name(), i, out[i], len(s.Axes))
			}
		}
	}
}
