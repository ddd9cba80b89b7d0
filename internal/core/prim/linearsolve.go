package prim

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// SolveFunc solves matvec(x) = b, where vecmat is the product with the transposed map; it
// is traced, so it must return the solution as a function of b. It is given whether the system is the transposed one, for
// solvers that know something about the map.
type SolveFunc func(matvec, vecmat func(values) values, b values, transposed bool) values

// Solver solves linear systems.
type Solver struct {
	Solve SolveFunc // checks its answer
	// Least is Solve without a check: where there is no solution it gives the one of least squares,
	// of smallest norm. After x it returns a vector that the map takes to zero, or zeros if it
	// found none. Nil if the solver has no such thing; see [ImplicitOp].
	Least SolveFunc
}

// LinearSolveOp is x = A⁻¹ b for a linear map given as a program. All four
// programs take the same constants, then a vector. Its derivative is a solve
// with the same map, its transpose a solve with the transposed one: this one rule
// gives both modes to every implicit derivative.
type LinearSolveOp struct {
	MatVec, VecMat *ir.Program // A x and Aᵀ x
	Solve, TSolve  *ir.Program // A⁻¹ b and A⁻ᵀ b
	NConst         int
	// Exact is A⁻¹ b for the derivative, if Solve is [Solver.Least], whose second result has no
	// derivative.
	Exact *ir.Program
}

func (LinearSolveOp) Name() string { return "linear_solve" }
func (l LinearSolveOp) Params() string {
	return fmt.Sprintf("%p %p", l.Solve, l.TSolve)
}
func (l LinearSolveOp) Programs() []*ir.Program { return []*ir.Program{l.MatVec, l.Solve} }

func (l LinearSolveOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if err := matchTypes("linear_solve", l.Solve.InTypes(), in); err != nil {
		return nil, err
	}
	return l.Solve.OutTypes(), nil
}

// A x = b, so A dx = db - dA x.
func (l LinearSolveOp) JVP(x, y, dx values) values {
	rhs := slices.Clone(dx[l.NConst:])
	dc := dx[:l.NConst]
	if !ad.AllZero(dc) {
		da := ad.Along(l.MatVec, slices.Concat(x[:l.NConst], y[:len(rhs)]), slices.Concat(dc, make(values, len(rhs))))
		for i, v := range da {
			if v != nil {
				rhs[i] = sum(rhs[i], Neg(v))
			}
		}
	}
	if ad.AllZero(rhs) {
		return make(values, len(y))
	}
	rhs = ad.Zeros(rhs, l.MatVec.OutTypes())
	if l.Exact != nil {
		l.Solve, l.Exact = l.Exact, nil
	}
	return append(ir.Apply(l, slices.Concat(x[:l.NConst], rhs)...), make(values, len(y)-len(rhs))...)
}

func (l LinearSolveOp) Transpose(x, ct values, in []ir.Type) values {
	t := LinearSolveOp{MatVec: l.VecMat, VecMat: l.MatVec, Solve: l.TSolve, TSolve: cmp.Or(l.Exact, l.Solve), NConst: l.NConst}
	n := len(x) - l.NConst
	cts := ad.Zeros(ct[:n], l.MatVec.OutTypes())
	return slices.Concat(make(values, l.NConst), ir.Apply(t, slices.Concat(x[:l.NConst], cts)...))
}

func (l LinearSolveOp) Batch(x values, bd []int, n int) (values, []int) {
	consts := make([]bool, l.NConst)
	args := slices.Clone(x)
	for i := range x {
		if i < l.NConst {
			consts[i] = bd[i] >= 0
		}
		if bd[i] >= 0 || i >= l.NConst {
			args[i] = MoveTo(x[i], bd[i], 0, n)
		}
	}
	in := slices.Concat(consts, allTrue(len(x)-l.NConst))
	do := func(p *ir.Program) *ir.Program {
		if p == nil {
			return nil
		}
		q, _ := batch.Program(p, in, allTrue(len(p.Out)), n)
		return q
	}
	y := ir.Apply(LinearSolveOp{do(l.MatVec), do(l.VecMat), do(l.Solve), do(l.TSolve), l.NConst, do(l.Exact)}, args...)
	return y, make([]int, len(y))
}

// Depend implements [deps.Depender]: A dx = db - dA x.
func (l LinearSolveOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	nx := len(x) - l.NConst
	active := slices.Concat(make([]bool, l.NConst), allTrue(nx))
	vector := make([]deps.Array, nx)
	rhs := t.Interpret(l.MatVec, slices.Concat(x[:l.NConst], vector))
	sets := make([][]deps.Set, nx)
	for i, b := range x[l.NConst:] {
		sets[i] = t.Each(rhs[i].Sets, b.Sets)
	}
	known := slices.Concat(deps.KnownOf(x[:l.NConst]), make([]*ir.Data, nx))
	sets = t.Template(l.MatVec, active, known).Solve(t, sets)
	return append(sets, make([][]deps.Set, len(out)-nx)...)
}

func (l LinearSolveOp) Kernel(c ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return callKernel(c, l.Solve)
}

func (l LinearSolveOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return b.Program(l.Solve, x)
}

var _ = register(LinearSolveOp{})

// callKernel runs a program on a primitive's own operands.
func callKernel(c ir.Compiler, p *ir.Program) (ir.Kernel, error) {
	run, err := c.Compile(p, nil)
	if err != nil {
		return nil, err
	}
	return func(f *ir.Frame, iv, ov []int32) {
		xs, ys := make([]ir.Buf, len(iv)), make([]ir.Buf, len(ov))
		for i, v := range iv {
			xs[i] = f.Bufs[v]
		}
		for i, v := range ov {
			ys[i] = f.Bufs[v]
		}
		run.Run(f.Run, xs, ys)
	}, nil
}

// linearMap is a linear map as programs: itself and its transpose, which take the captured
// values first.
type linearMap struct {
	mat, vec *ir.Program
	captured values
}

func newLinearMap(matvec func(values) values, types []ir.Type) linearMap {
	m, captured := ad.Trace("matvec", types, matvec)
	return linearMap{m, ad.TransposeProgram(m, len(captured)), captured}
}

// solve is a program that solves with the map or, if transposed, with its transpose.
func (m linearMap) solve(solve SolveFunc, types []ir.Type, transposed bool) (*ir.Program, values) {
	inline := func(p *ir.Program) func(values) values {
		return func(v values) values { return ir.Inline(p, slices.Concat(m.captured, v)) }
	}
	mat, vec := inline(m.mat), inline(m.vec)
	if transposed {
		mat, vec = vec, mat
	}
	return ad.Trace("solve", types, func(b values) values { return solve(mat, vec, b, transposed) })
}

// LinearSolve solves matvec(x) = b. A symmetric map needs no transposed solve.
func LinearSolve(matvec func(values) values, b values, solve SolveFunc, symmetric bool) values {
	types := ir.TypesOf(b)
	m := newLinearMap(matvec, types)
	s, sc := m.solve(solve, types, false)
	progs := []*ir.Program{m.mat, m.vec, s, s}
	caps := []values{m.captured, m.captured, sc, sc}
	if !symmetric {
		progs[3], caps[3] = m.solve(solve, types, true)
	}
	consts := ShareInputs(progs, caps)
	return ir.Apply(LinearSolveOp{progs[0], progs[1], progs[2], progs[3], len(consts), nil}, slices.Concat(consts, b)...)
}

// ShareInputs rewrites programs, whose first inputs stand for their captured
// values, to take the union of all captured values instead.
func ShareInputs(progs []*ir.Program, caps []values) values {
	var union values
	find := func(v *value) int {
		return slices.IndexFunc(union, func(w *value) bool { return v.Same(w) })
	}
	for _, c := range caps {
		for _, v := range c {
			if find(v) < 0 {
				union = append(union, v)
			}
		}
	}
	for k, p := range progs {
		in := make([]ir.Var, len(union))
		types := slices.Clone(p.Types)
		for i := range in {
			in[i] = -1
		}
		for j, v := range caps[k] {
			in[find(v)] = p.In[j]
		}
		for i, v := range in {
			if v < 0 {
				in[i] = ir.Var(len(types))
				types = append(types, union[i].Type)
			}
		}
		progs[k] = &ir.Program{Name: p.Name, Types: types, In: append(in, p.In[len(caps[k]):]...), Out: p.Out, Eqns: p.Eqns}
	}
	return union
}

// CheckOp passes its first operand through; where the second, bools, is false it
// gives NaN instead and the run reports Msg with the third, the numbers that were
// judged. The shape of these two is the leading part of the first's.
type CheckOp struct {
	Msg  string
	Site *ir.Site // where the check was made; may be nil
}

func (CheckOp) Name() string     { return "check" }
func (c CheckOp) Params() string { return fmt.Sprintf("%q", c.Msg) }
func (c CheckOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 3 || !in[0].DType.IsFloat() || in[1].DType != ir.Bool || !in[2].DType.IsFloat() || in[1].Rank() > in[0].Rank() ||
		!slices.Equal(in[1].Shape, in[0].Shape[:in[1].Rank()]) || !slices.Equal(in[1].Shape, in[2].Shape) {
		return nil, ir.Errorf(ir.ArgumentError, "check",
			"operands are %s, want a value, and bools and numbers with the first axes of its shape", ir.TypeList(in))
	}
	return in[:1:1], nil
}

// Work implements [ir.Worker]: a check can fail.
func (CheckOp) Work() ir.Work { return ir.Fallible }

func (c CheckOp) JVP(x, y, dx values) values {
	if dx[0] == nil {
		return values{nil}
	}
	return ir.Apply(c, dx[0], x[1], x[2])
}
func (c CheckOp) Transpose(x, ct values, in []ir.Type) values {
	return values{ir.Apply1(c, ct[0], x[1], x[2]), nil, nil}
}
func (c CheckOp) Batch(x values, bd []int, n int) (values, []int) { return batchLead(c, x, bd, n) }

// Depend implements [deps.Depender].
func (CheckOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return [][]deps.Set{x[0].Sets}
}

func (c CheckOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	cp := ground.CopyKernel(out[0])
	n, size := in[1].Size(), out[0].DType.Size()
	return func(f *ir.Frame, iv, ov []int32) {
		cp(f, iv, ov)
		for i, ok := range ir.As[bool](f.Bufs[iv[1]]) {
			if !ok {
				m := out[0].Size() / n
				f.Bufs[ov[0]].Slice(i*m, m, size).Fill(out[0].DType, math.NaN())
				run := f.Run
				if in[1].Rank() > 0 {
					run = run.Member(i, n)
				}
				e := ir.CheckError(c.Msg, f.Bufs[iv[2]].At(in[2].DType, i))
				if c.Site != nil {
					e.Loc = c.Site.String()
				}
				run.Fail(e, false)
			}
		}
	}, nil
}

// Checks implements [stablehlo.Checker].
func (CheckOp) Checks() bool { return true }
func (c CheckOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	ok, measure := x[1], x[2]
	if ok.Size() == 0 {
		return x[:1]
	}
	nan := b.Full(out[0], math.NaN())
	if ok.Rank() > 0 {
		axes := AllAxes(ok.Rank())
		all := b.Broadcast(ok, out[0].Shape, axes)
		bad := b.Select(ok, b.Full(measure.Type, math.Inf(-1)), measure)
		b.Check(c.Msg, b.Reduce("stablehlo.and", ok, b.Full(ir.T(ir.Bool), 1), axes),
			b.Reduce("stablehlo.maximum", bad, b.Lowest(bad.DType), axes))
		return []stablehlo.Value{b.Select(all, x[0], nan)}
	}
	b.Check(c.Msg, ok, measure)
	return []stablehlo.Value{b.Select(ok, x[0], nan)}
}

var _ = register(CheckOp{})

// Check is x if ok is true, and otherwise NaN and an error of the run with the message
// and the number measure.
func Check(x, ok, measure *value, msg string) *value {
	return ir.Apply1(CheckOp{msg, ir.Here()}, x, ok, measure)
}

// Place: a solution lies as its right-hand side does, and so does a second result, see [LinearSolveOp].Exact.
func (l LinearSolveOp) Place(in []*ir.Sharding, x, y []ir.Type) []*ir.Sharding {
	out := make([]*ir.Sharding, 0, len(y))
	for len(out) < len(y) {
		out = append(out, in[l.NConst:]...)
	}
	return out
}
