package ad

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// Trace runs f on fresh variables of a new program. The captured values are its
// first inputs.
func Trace(what string, in []ir.Type, f func(x []*ir.Value) []*ir.Value) (*ir.Program, []*ir.Value) {
	b := ir.NewBuilder(what)
	return b.Finish(record(b, in, f))
}

// Staged is Trace of a function that a primitive runs later, as often as runs says: what f
// computes from captured values alone is part of the program too.
func Staged(what string, runs ir.Runs, in []ir.Type, f func(x []*ir.Value) []*ir.Value) (p *ir.Program, captured []*ir.Value) {
	b := ir.NewBuilder(what)
	b.Stage(runs, func() { p, captured = b.Finish(record(b, in, f)) })
	return p, captured
}

// Closed is Staged for a function that captures nothing traced: a program made of others, whose
// effects on constants must stay in it.
func Closed(what string, in []ir.Type, f func(x []*ir.Value) []*ir.Value) (p *ir.Program) {
	b := ir.NewBuilder(what)
	b.Seal(func() { p = b.FinishClosed(record(b, in, f)) })
	return p
}

func record(b *ir.Builder, in []ir.Type, f func(x []*ir.Value) []*ir.Value) []*ir.Value {
	done := false
	defer func() {
		if !done {
			b.Abort()
		}
	}()
	out := f(b.Inputs(in))
	done = true
	return out
}

// Pick is the sub-list of vs where keep is set.
func Pick[T any](vs []T, keep []bool) []T {
	var out []T
	for i, k := range keep {
		if k {
			out = append(out, vs[i])
		}
	}
	return out
}

// Spread is the inverse of [Pick]: a list with nil where keep is not set.
func Spread(vs []*ir.Value, keep []bool) []*ir.Value {
	out := make([]*ir.Value, len(keep))
	j := 0
	for i, k := range keep {
		if k {
			out[i] = vs[j]
			j++
		}
	}
	return out
}

// derived names what is made of a program and kept with it, for these inputs and outputs: rules of
// nested programs ask for the same again and again, the outer ones once for every try of theirs.
type derived struct{ kind, in, out string }

func key(kind string, in, out []bool) derived { return derived{kind, Mask(in), Mask(out)} }

// Mask is a list of flags as a key: a list of false ones and none are the same.
func Mask(flags []bool) string {
	b := make([]byte, 0, len(flags))
	last := 0
	for i, f := range flags {
		if b = append(b, '0'); f {
			b[i], last = '1', i+1
		}
	}
	return string(b[:last])
}

// JVPProgram is the program (x…, dx of the active inputs…) → (y…, dy of the
// active outputs…). An output is active if its tangent is not zero or if
// force[i] is set (force may be nil).
func JVPProgram(p *ir.Program, active, force []bool) (*ir.Program, []bool) {
	type result struct {
		p   *ir.Program
		out []bool
	}
	r := ir.Derived(p, key("jvp", active, force), func() (r result) {
		r.p, r.out = jvpProgram(p, active, force)
		return r
	})
	return r.p, slices.Clone(r.out)
}

func jvpProgram(p *ir.Program, active, force []bool) (*ir.Program, []bool) {
	types := p.InTypes()
	n := len(types)
	outActive := make([]bool, len(p.Out))
	q := Closed(p.Name, append(types, Pick(types, active)...), func(x []*ir.Value) []*ir.Value {
		y, dy := JVP(p, x[:n], Spread(x[n:], active))
		for i := range dy {
			if dy[i] == nil && force != nil && force[i] {
				dy[i] = ir.Full(y[i].Type, 0)
			}
			outActive[i] = dy[i] != nil
		}
		return append(y, Pick(dy, outActive)...)
	})
	return q, outActive
}

// Residual is the origin of a residual of a split program: an input of the
// original program (Input ≥ 0) or an extra output of the known one.
type Residual struct{ Input int }

// Split is a program's value and derivative as two programs. It is shared, and not to be changed.
type Split struct {
	Known  *ir.Program // x… → y…, extra residuals…
	Linear *ir.Program // all residuals…, dx of active inputs… → dy of active outputs…
	Res    []Residual  // in the order of Linear's first inputs
	Out    []bool      // active outputs
}

// LinearizeProgram splits p with respect to its active inputs. Residuals that
// are inputs of p are not repeated among the outputs of Known.
func LinearizeProgram(p *ir.Program, active, force []bool) *Split {
	return ir.Derived(p, key("linearize", active, force), func() *Split { return linearizeProgram(p, active, force) })
}

func linearizeProgram(p *ir.Program, active, force []bool) *Split {
	s := &Split{Out: make([]bool, len(p.Out))}
	s.Known = Closed(p.Name, p.InTypes(), func(x []*ir.Value) []*ir.Value {
		lb := ir.NewBuilder(p.Name)
		dx := make([]*ir.Value, len(x))
		for i, a := range active {
			if a {
				dx[i] = lb.Input(x[i].Type)
			}
		}
		y, dy := interpret(p, x, dx, true)
		for i := range dy {
			if dy[i] == nil && force != nil && force[i] {
				dy[i] = ir.Full(y[i].Type, 0)
			}
			s.Out[i] = dy[i] != nil
		}
		lin, res := lb.Finish(Pick(dy, s.Out))
		s.Linear = lin
		for _, r := range res {
			in := -1
			for i, v := range x {
				if v.Same(r) {
					in = i
				}
			}
			s.Res = append(s.Res, Residual{in})
			if in < 0 {
				y = append(y, r)
			}
		}
		return y
	})
	return s
}

// TransposeProgram transposes a program that is linear in its inputs from nres
// on: (residuals…, cotangents of outputs…) → cotangents of the linear inputs.
// All cotangents are dense.
func TransposeProgram(p *ir.Program, nres int) *ir.Program {
	type transposed struct{ nres int }
	return ir.Derived(p, transposed{nres}, func() *ir.Program { return transposeProgram(p, nres) })
}

func transposeProgram(p *ir.Program, nres int) *ir.Program {
	types := append(p.InTypes()[:nres:nres], p.OutTypes()...)
	return Closed(p.Name, types, func(x []*ir.Value) []*ir.Value {
		return Zeros(Backward(p, x[:nres], x[nres:]), p.InTypes()[nres:])
	})
}
