package prim

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// SwitchOp runs one of its branches, chosen by its first operand, an int32
// scalar that is clamped to the branches there are. All branches take the other
// operands and have results of the same types.
type SwitchOp struct {
	Branches []*ir.Program
	// Shared is set where there are two branches, the first one's results are not used, and
	// members of a batch whose operands are the same can share one run of the second: the
	// operation that moves work out of a loop.
	Shared bool
}

func (SwitchOp) Name() string              { return "switch" }
func (s SwitchOp) Params() string          { return fmt.Sprintf("%p", s.Branches) }
func (s SwitchOp) Programs() []*ir.Program { return s.Branches }

func (s SwitchOp) Infer(in []ir.Type) ([]ir.Type, error) {
	want := append([]ir.Type{ir.T(ir.Int32)}, s.Branches[0].InTypes()...)
	if err := matchTypes("switch", want, in); err != nil {
		return nil, err
	}
	return s.Branches[0].OutTypes(), nil
}

// union is the set of outputs that are active in any branch: trial gives the set of one branch.
func (s SwitchOp) union(trial func(p *ir.Program, force []bool) []bool) []bool {
	force := make([]bool, len(s.Branches[0].Out))
	for _, p := range s.Branches {
		for i, o := range trial(p, nil) {
			force[i] = force[i] || o
		}
	}
	return force
}

func (s SwitchOp) JVP(x, y, dx values) values {
	_, dy := s.JVPAll(x, dx)
	return dy
}

func (s SwitchOp) JVPAll(x, dx values) (y, dy values) {
	active := notNil(dx[1:])
	force := s.union(func(p *ir.Program, force []bool) []bool {
		_, out := ad.JVPProgram(p, active, force)
		return out
	})
	branches := make([]*ir.Program, len(s.Branches))
	for i, p := range s.Branches {
		branches[i], _ = ad.JVPProgram(p, active, force)
	}
	z := ir.Apply(SwitchOp{branches, s.Shared}, slices.Concat(x, ad.Pick(dx[1:], active))...)
	n := len(force)
	return z[:n], ad.Spread(z[n:], force)
}

// LinearizeAll returns the residuals of all branches, where residuals of branches not
// taken as zeros, and records a switch of linear programs over them.
func (s SwitchOp) LinearizeAll(x, dx values) (y, dy values) {
	active := notNil(dx[1:])
	force := s.union(func(p *ir.Program, force []bool) []bool { return ad.LinearizeProgram(p, active, force).Out })
	n := len(force)
	splits := make([]*ad.Split, len(s.Branches))
	first := make([]int, len(s.Branches)) // of each branch's own residuals among all
	var extra []ir.Type
	used := make([]bool, len(x)-1) // operands that are residuals of some branch
	for k, p := range s.Branches {
		splits[k] = ad.LinearizeProgram(p, active, force)
		first[k] = len(extra)
		extra = append(extra, splits[k].Known.OutTypes()[n:]...)
		for _, r := range splits[k].Res {
			if r.Input >= 0 {
				used[r.Input] = true
			}
		}
	}
	known, linear := make([]*ir.Program, len(splits)), make([]*ir.Program, len(splits))
	shared := where(used, 0, len(used))
	linTypes := slices.Concat(take(s.Branches[0].InTypes(), shared), extra, ad.Pick(s.Branches[0].InTypes(), active))
	for k, sp := range splits {
		known[k] = ad.Closed(sp.Known.Name, sp.Known.InTypes(), func(x values) values {
			z := ir.Inline(sp.Known, x)
			out := z[:n:n]
			for j, t := range extra {
				if i := j - first[k]; i >= 0 && i < len(z)-n {
					out = append(out, z[n+i])
				} else {
					out = append(out, ir.Full(t, 0))
				}
			}
			return out
		})
		linear[k] = ad.Closed(sp.Linear.Name, linTypes, func(z values) values {
			var args values
			own := len(shared) + first[k]
			for _, r := range sp.Res {
				if r.Input >= 0 {
					args = append(args, z[slices.Index(shared, r.Input)])
				} else {
					args = append(args, z[own])
					own++
				}
			}
			return ir.Inline(sp.Linear, append(args, z[len(shared)+len(extra):]...))
		})
	}
	z := ir.Apply(SwitchOp{known, s.Shared}, x...)
	y = z[:n]
	if len(where(force, 0, n)) == 0 {
		return y, make(values, n)
	}
	args := slices.Concat(values{x[0]}, take(x[1:], shared), z[n:], ad.Pick(dx[1:], active))
	return y, ad.Spread(ir.Apply(SwitchOp{linear, s.Shared}, args...), force)
}

func (s SwitchOp) Transpose(x, ct values, in []ir.Type) values {
	known := notNil(x[1:])
	linear := make([]bool, len(known))
	for i, k := range known {
		linear[i] = !k
	}
	res, lin := where(known, 0, len(known)), where(linear, 0, len(linear))
	branches := make([]*ir.Program, len(s.Branches))
	for i, p := range s.Branches {
		branches[i] = ad.TransposeProgram(rewire(p, slices.Concat(res, lin), nil), len(res))
	}
	cts := ad.Zeros(ct, s.Branches[0].OutTypes())
	y := ir.Apply(SwitchOp{Branches: branches}, slices.Concat(values{x[0]}, take(x[1:], res), cts)...)
	out := make(values, len(x))
	for i, j := range lin {
		out[j+1] = y[i]
	}
	return out
}

// oneRun reports whether one run of a branch does for all members that take it.
func (s SwitchOp) oneRun(bd []int) bool {
	return s.Shared && !slices.ContainsFunc(bd[1:], func(d int) bool { return d >= 0 })
}

// Members with their own choice run as lanes, each its one branch.
func (s SwitchOp) Batch(x values, bd []int, n int) (values, []int) {
	if bd[0] >= 0 {
		if !s.oneRun(bd) {
			return Lanes(s, x, bd, n)
		}
		x, bd = slices.Clone(x), slices.Clone(bd)
		x[0], bd[0] = ReduceMax(x[0], 0), -1
	}
	in := make([]bool, len(x)-1)
	args := slices.Clone(x)
	for i := range in {
		if in[i] = bd[i+1] >= 0; in[i] {
			args[i+1] = MoveTo(x[i+1], bd[i+1], 0, n)
		}
	}
	force := s.union(func(p *ir.Program, force []bool) []bool {
		_, out := batch.Program(p, in, force, n)
		return out
	})
	branches := make([]*ir.Program, len(s.Branches))
	for i, p := range s.Branches {
		branches[i], _ = batch.Program(p, in, force, n)
	}
	return ir.Apply(SwitchOp{branches, s.Shared}, args...), leading(force)
}

// DependAll implements [deps.Whole].
func (s SwitchOp) DependAll(t *deps.Table, x []deps.Array, out []ir.Type) []deps.Array {
	if x[0].Known != nil {
		k := int(ir.As[int32](x[0].Known.Buf())[0])
		return t.Interpret(s.Branches[min(max(k, 0), len(s.Branches)-1)], x[1:])
	}
	results := make([][]deps.Array, len(s.Branches))
	for i, p := range s.Branches {
		results[i] = t.Interpret(p, x[1:])
	}
	return t.Either(results...)
}

func (s SwitchOp) Kernel(c ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	branches := make([]ir.Kernel, len(s.Branches))
	for i, p := range s.Branches {
		k, err := callKernel(c, p)
		if err != nil {
			return nil, err
		}
		branches[i] = k
	}
	return func(f *ir.Frame, iv, ov []int32) {
		k := int(ir.As[int32](f.Bufs[iv[0]])[0])
		branches[min(max(k, 0), len(branches)-1)](f, iv[1:], ov)
	}, nil
}

func (s SwitchOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	last := float64(len(s.Branches) - 1)
	index := b.Map("stablehlo.minimum", b.Map("stablehlo.maximum", x[0], b.Full(x[0].Type, 0)), b.Full(x[0].Type, last))
	branches := make([]func() []stablehlo.Value, len(s.Branches))
	for i, p := range s.Branches {
		branches[i] = func() []stablehlo.Value { return b.Program(p, x[1:]) }
	}
	return b.Case(index, out, branches)
}

var _ = register(SwitchOp{})

// passes has for each output of a program which input it is, if all are inputs; else it is nil.
func passes(p *ir.Program) []int {
	from := make([]int, len(p.Out))
	for i, v := range p.Out {
		if from[i] = slices.Index(p.In, v); from[i] < 0 {
			return nil
		}
	}
	return from
}

// lockstep runs every branch that some member takes. There, the other members run
// with the operands of one that takes it, so that they do nothing that the program
// itself would not do: their results are thrown away.
func (s SwitchOp) lockstep(x values, bd []int, n int) (values, []int) {
	if bd[0] < 0 || s.oneRun(bd) {
		return s.Batch(x, bd, n)
	}
	args := make(values, len(x))
	for i, v := range x {
		args[i] = MoveTo(v, bd[i], 0, n)
	}
	index := Max(Min(args[0], like(args[0], float64(len(s.Branches)-1))), like(args[0], 0))
	own := make([]int32, n)
	for i := range own {
		own[i] = int32(i)
	}
	self := ir.Const(ir.NewData(ir.T(ir.Int32, n), ir.Of(own)))
	out := laneTypes(s.Branches[0].OutTypes(), nil, n)
	y := make(values, len(out))
	for i, t := range out {
		y[i] = ir.Full(t, 0)
	}
	for k, p := range s.Branches {
		mine := Eq(index, like(index, float64(k)))
		if from := passes(p); from != nil {
			for i, v := range from {
				y[i] = Select(Broadcast(mine, y[i].Shape, []int{0}), args[1+v], y[i])
			}
			continue
		}
		first := ReduceMin(Select(mine, self, like(self, float64(n))), 0)
		from := Select(mine, self, Broadcast(first, []int{n}, nil))
		body, _ := batch.Program(p, allTrue(len(p.In)), allTrue(len(p.Out)), n)
		take := ad.Closed("switch", append([]ir.Type{from.Type}, ir.TypesOf(args[1:])...), func(z values) values {
			in := make(values, len(z)-1)
			for i, v := range z[1:] {
				in[i] = Gather(v, z[0], 0)
			}
			return ir.Inline(body, in)
		})
		skip := ad.Closed("switch", take.InTypes(), func(z values) values {
			none := make(values, len(out))
			for i, t := range out {
				none[i] = ir.Full(t, 0)
			}
			return none
		})
		taken := Convert(ReduceOr(mine, 0), ir.Int32)
		z := ir.Apply(SwitchOp{Branches: []*ir.Program{skip, take}}, slices.Concat(values{taken, from}, args[1:])...)
		for i, v := range z {
			y[i] = Select(Broadcast(mine, v.Shape, []int{0}), v, y[i])
		}
	}
	return y, make([]int, len(y))
}
