package prim

import (
	"fmt"
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/ground"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// SolveFunc solves matvec(x) = b; it is traced, so it must return the solution
// as a function of b.
type SolveFunc func(matvec func(values) values, b values) values

// LinearSolveOp is x = A⁻¹ b for a linear map given as a program. All four
// programs take the same constants, then a vector. Its derivative is a solve
// with the same map, its transpose a solve with the transposed one: this one rule
// gives both modes to every implicit derivative.
type LinearSolveOp struct {
	MatVec, VecMat *ir.Program // A x and Aᵀ x
	Solve, TSolve  *ir.Program // A⁻¹ b and A⁻ᵀ b
	NConst         int
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
		da := ad.Along(l.MatVec, slices.Concat(x[:l.NConst], y), slices.Concat(dc, make(values, len(y))))
		for i, v := range da {
			if v != nil {
				rhs[i] = sum(rhs[i], Neg(v))
			}
		}
	}
	if ad.AllZero(rhs) {
		return make(values, len(y))
	}
	rhs = ad.Zeros(rhs, l.Solve.OutTypes())
	return ir.Apply(l, slices.Concat(x[:l.NConst], rhs)...)
}

func (l LinearSolveOp) Transpose(x, ct values, in []ir.Type) values {
	t := LinearSolveOp{l.VecMat, l.MatVec, l.TSolve, l.Solve, l.NConst}
	cts := ad.Zeros(ct, l.Solve.OutTypes())
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
		q, _ := batch.Program(p, in, allTrue(len(p.Out)), n)
		return q
	}
	y := ir.Apply(LinearSolveOp{do(l.MatVec), do(l.VecMat), do(l.Solve), do(l.TSolve), l.NConst}, args...)
	return y, make([]int, len(y))
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

// LinearSolve solves matvec(x) = b. A symmetric map needs no transposed solve.
func LinearSolve(matvec func(values) values, b values, solve SolveFunc, symmetric bool) values {
	types := ir.TypesOf(b)
	m, mc := ad.Trace("matvec", types, matvec)
	vm := ad.TransposeProgram(m, len(mc))
	inline := func(p *ir.Program) func(values) values {
		return func(v values) values { return ir.Inline(p, slices.Concat(mc, v)) }
	}
	s, sc := ad.Trace("solve", types, func(b values) values { return solve(inline(m), b) })
	progs := []*ir.Program{m, vm, s, s}
	caps := []values{mc, mc, sc, sc}
	if !symmetric {
		progs[3], caps[3] = ad.Trace("solve", types, func(b values) values { return solve(inline(vm), b) })
	}
	consts := ShareInputs(progs, caps)
	return ir.Apply(LinearSolveOp{progs[0], progs[1], progs[2], progs[3], len(consts)}, slices.Concat(consts, b)...)
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
type CheckOp struct{ Msg string }

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
func (c CheckOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	cp := ground.CopyKernel(out[0])
	n, size := in[1].Size(), out[0].DType.Size()
	return func(f *ir.Frame, iv, ov []int32) {
		cp(f, iv, ov)
		for i, ok := range ir.As[bool](f.Bufs[iv[1]]) {
			if !ok {
				m := out[0].Size() / n
				f.Bufs[ov[0]].Slice(i*m, m, size).Fill(out[0].DType, math.NaN())
				f.Run.Fail(ir.Errorf(ir.NumericError, "check", "%s: %.3g", c.Msg, f.Bufs[iv[2]].At(in[2].DType, i)), false)
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
	return ir.Apply1(CheckOp{msg}, x, ok, measure)
}

// RootOp runs a solver as one primitive: Run: θ → x…, aux…, where x solves
// F(x, θ) = 0. Its derivative is the implicit one, by the implicit function
// theorem: ∂F/∂x dx = -∂F/∂θ dθ. aux have none.
type RootOp struct {
	Run, F *ir.Program
	NX     int // the number of x
	Linear SolveFunc
}

func (RootOp) Name() string              { return "root" }
func (r RootOp) Params() string          { return fmt.Sprintf("%p %p", r.Run, r.F) }
func (r RootOp) Programs() []*ir.Program { return []*ir.Program{r.Run, r.F} }
func (r RootOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if err := matchTypes("root", r.Run.InTypes(), in); err != nil {
		return nil, err
	}
	return r.Run.OutTypes(), nil
}

func (r RootOp) JVP(x, y, dx values) values {
	root := y[:r.NX]
	fx := slices.Concat(root, x)
	df := ad.Along(r.F, fx, slices.Concat(make(values, r.NX), dx))
	out := make(values, len(y))
	if ad.AllZero(df) {
		return out
	}
	types := r.F.OutTypes()
	rhs := ad.Zeros(df, types)
	for i, v := range rhs {
		rhs[i] = Neg(v)
	}
	active := slices.Concat(allTrue(r.NX), make([]bool, len(x)))
	_, lin := ad.Linearize(r.F, fx, active)
	matvec := func(v values) values {
		return ad.Zeros(lin.Apply(slices.Concat(v, make(values, len(x))), r.NX), types)
	}
	copy(out, LinearSolve(matvec, rhs, r.Linear, false))
	return out
}

func (r RootOp) Transpose(x, ct values, in []ir.Type) values { return nonlinear{}.Transpose(x, ct, in) }

// Each member is solved on its own: it has its own number of iterations, and its
// own linear system in the derivative.
func (r RootOp) Batch(x values, bd []int, n int) (values, []int) { return Lanes(r, x, bd, n) }

func (r RootOp) Kernel(c ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return callKernel(c, r.Run)
}

func (r RootOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return b.Program(r.Run, x)
}

var _ = register(RootOp{})

func (r RootOp) lockstep(x values, bd []int, n int) (values, []int) {
	return batch.InterpretBy(inLockstep, r.Run, x, bd, n)
}

// NewRoot makes a [RootOp] of two traced programs and the values they captured:
// run: captured…, θ… → x…, aux…, and f: captured…, x…, θ… → F. The operands of
// the result are consts, then θ.
func NewRoot(run, f *ir.Program, runCaps, fCaps values, nx int, linear SolveFunc) (op RootOp, consts values) {
	progs := []*ir.Program{run, f}
	consts = ShareInputs(progs, []values{runCaps, fCaps})
	return RootOp{Run: progs[0], F: permuteInputs(progs[1], 0, len(consts), nx), NX: nx, Linear: linear}, consts
}

// DenseSolve is a [SolveFunc] that writes the map out as a matrix (n
// applications of it, n² numbers), factors it by LU with partial pivoting, and
// refines the solution once. It refuses, through [Check], a matrix so close to
// singular that the residual is larger than √ε relative to b.
func DenseSolve(matvec func(values) values, b values) values {
	types := ir.TypesOf(b)
	n := 0
	for _, t := range types {
		n += t.Size()
	}
	d := b[0].DType
	split := func(flat *value) values { // [n] → leaves
		out := make(values, len(types))
		at := 0
		for i, t := range types {
			out[i] = Convert(Reshape(Slice(flat, []int{at}, []int{at + t.Size()}, []int{1}), t.Shape), t.DType)
			at += t.Size()
		}
		return out
	}
	join := func(x values) *value {
		out := make(values, len(x))
		for i, v := range x {
			out[i] = Convert(Reshape(v, []int{v.Size()}), d)
		}
		return Concat(0, out...)
	}
	apply := func(x *value) *value { return join(matvec(split(x))) }
	p, caps := ad.Trace("matvec", []ir.Type{ir.T(d, n)}, func(x values) values { return values{apply(x[0])} })
	bd := make([]int, len(caps)+1)
	for i := range caps {
		bd[i] = -1
	}
	eye := ir.NewBuf(d, n*n)
	for i := range n {
		eye.Slice(i*n+i, 1, d.Size()).Fill(d, 1)
	}
	cols, cbd := batch.Interpret(p, slices.Concat(caps, values{ir.Const(ir.NewData(ir.T(d, n, n), eye))}), bd, n)
	a := MoveTo(cols[0], cbd[0], 1, n) // column j is A e_j
	rhs := join(b)
	lu := ir.Apply(LUOp{}, a)
	solve := func(b *value) *value {
		return Reshape(LUSolve(lu[0], lu[1], Reshape(b, []int{n, 1})), []int{n})
	}
	x := solve(rhs)
	x = Add(x, solve(Sub(rhs, apply(x))))
	norm := func(v *value) *value { return ReduceMax(Abs(v), 0) }
	if n == 0 {
		return b
	}
	r, s := norm(Sub(rhs, apply(x))), norm(rhs)
	rel := Div(r, Max(s, ir.Scalar(d, math.SmallestNonzeroFloat32)))
	// The largest of some numbers need not be NaN on XLA where one of them is.
	ok := And(Le(rel, ir.Scalar(d, math.Sqrt(d.Eps()))), ReduceAnd(IsFinite(x), 0))
	x = Check(x, ok, rel,
		"implicit derivative: the linear system is singular or too badly conditioned: relative residual of its solution")
	return split(x)
}

// Place implements [ir.Placer].
func (r RootOp) Place(in []*ir.Sharding, x, y []ir.Type) []*ir.Sharding { return ir.Place(r.Run, in) }

// Place: a solution lies as its right-hand side does.
func (l LinearSolveOp) Place(in []*ir.Sharding, x, y []ir.Type) []*ir.Sharding { return in[l.NConst:] }
