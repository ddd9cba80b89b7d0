//go:build cgo

package xla

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// Stats describe what XLA made of a program.
type Stats struct {
	// Bytes on each device: of the arguments, the results and what lies between.
	Arguments, Results, Temporary int64
	Ops                           map[string]int // operations by name, such as "all-reduce"
	LoopOps                       map[string]int // the ones in loops
}

// Inspect compiles the first program that call would run with its context, for the
// named backend, and reports what became of it. The program is not run.
func Inspect(backend string, call func(ctx context.Context) error) (Stats, error) {
	b, err := ir.OpenBackend(backend)
	if err != nil {
		return Stats{}, err
	}
	c, ok := b.(*client)
	if !ok {
		return Stats{}, fmt.Errorf("xla: backend %q is not one of XLA", backend)
	}
	in := &inspector{c: c}
	err = call(ir.WithBackend(context.Background(), in))
	switch {
	case in.err != nil:
		return Stats{}, in.err
	case in.stats == nil && err != nil:
		return Stats{}, err
	case in.stats == nil:
		return Stats{}, errors.New("xla.Inspect: the function ran no program with the context it was given")
	}
	return *in.stats, nil
}

type inspector struct {
	c     *client
	stats *Stats
	err   error
}

func (n *inspector) Run(_ context.Context, p *ir.Program, in []*ir.Data, opt ir.RunOptions) ([]*ir.Data, error) {
	if n.stats == nil && n.err == nil {
		n.stats, n.err = n.c.stats(p, in, opt)
	}
	return nil, errExported
}

func (c *client) stats(p *ir.Program, in []*ir.Data, opt ir.RunOptions) (*Stats, error) {
	shardings := make([]*ir.Sharding, len(in))
	for i, d := range in {
		shardings[i] = d.Sharding
	}
	mod, err := stablehlo.Print(p, stablehlo.Options{Name: p.Name, Inputs: opt.Names, Donate: opt.Donate, Shardings: shardings})
	if err != nil {
		return nil, err
	}
	exec, hlo, err := c.compileText(mod.Text, deviceCount(mod), true)
	if err != nil {
		return nil, c.fail(err, "compiling %s", p.Name)
	}
	m := exec.OnDeviceMemoryUsageStats
	s := &Stats{Arguments: m.Inputs, Results: m.Outputs, Temporary: m.Temporary, Ops: map[string]int{}, LoopOps: map[string]int{}}
	return s, s.count(hlo)
}

// computation is what is read of an HloComputationProto.
type computation struct {
	ops    map[string]int
	calls  []int64
	bodies []int64 // those called by while
}

// count reads an HloModuleProto (xla/service/hlo.proto). Computations are its field 3;
// of these, instructions are 2 and the id is 5; of those, the opcode is 2 and the ids
// of called computations are 38.
func (s *Stats) count(hlo []byte) error {
	comps := map[int64]*computation{}
	var inner []byte
	err := fields(hlo, func(num protowire.Number, v []byte, _ uint64) error {
		if num == 1 {
			inner = v
		}
		if num != 3 {
			return nil
		}
		c, id := &computation{ops: map[string]int{}}, int64(0)
		err := fields(v, func(num protowire.Number, v []byte, n uint64) error {
			switch num {
			case 5:
				id = int64(n)
			case 2:
				return c.instruction(v)
			}
			return nil
		})
		comps[id] = c
		return err
	})
	if err != nil {
		return err
	}
	if len(comps) == 0 && inner != nil { // an HloModuleProtoWithConfig, which has the module as its field 1
		return s.count(inner)
	}
	inLoop := map[int64]bool{}
	var mark func(id int64)
	mark = func(id int64) {
		if c := comps[id]; c != nil && !inLoop[id] {
			inLoop[id] = true
			for _, k := range c.calls {
				mark(k)
			}
		}
	}
	for _, c := range comps {
		for _, k := range c.bodies {
			mark(k)
		}
	}
	for id, c := range comps {
		for op, n := range c.ops {
			s.Ops[op] += n
			if inLoop[id] {
				s.LoopOps[op] += n
			}
		}
	}
	return nil
}

func (c *computation) instruction(b []byte) error {
	op, calls := "", []int64(nil)
	err := fields(b, func(num protowire.Number, v []byte, n uint64) error {
		switch {
		case num == 2:
			op = string(v)
		case num == 38 && v == nil:
			calls = append(calls, int64(n))
		case num == 38: // packed
			for len(v) > 0 {
				id, k := protowire.ConsumeVarint(v)
				if k < 0 {
					return protowire.ParseError(k)
				}
				calls, v = append(calls, int64(id)), v[k:]
			}
		}
		return nil
	})
	c.ops[op]++
	c.calls = append(c.calls, calls...)
	if op == "while" {
		c.bodies = append(c.bodies, calls...)
	}
	return err
}

// fields calls f with every field of a message: its bytes, or its number.
func fields(b []byte, f func(num protowire.Number, v []byte, n uint64) error) error {
	for len(b) > 0 {
		num, typ, k := protowire.ConsumeTag(b)
		if k < 0 {
			return protowire.ParseError(k)
		}
		b = b[k:]
		var v []byte
		var n uint64
		switch typ {
		case protowire.BytesType:
			v, k = protowire.ConsumeBytes(b)
		case protowire.VarintType:
			n, k = protowire.ConsumeVarint(b)
		default:
			k = protowire.ConsumeFieldValue(num, typ, b)
		}
		if k < 0 {
			return protowire.ParseError(k)
		}
		b = b[k:]
		if err := f(num, v, n); err != nil {
			return err
		}
	}
	return nil
}
