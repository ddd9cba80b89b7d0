package prim

import (
	"fmt"
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// RootOp runs a solver as one primitive: Run: θ → x…, aux…, where x solves
// F(x, θ) = 0. Its derivative is the implicit one, by the implicit function
// theorem: ∂F/∂x dx = -∂F/∂θ dθ. aux have none.
type RootOp struct {
	Run, F *ir.Program
	NX     int // the number of x
	Check  RootCheck
	Guide  RootGuide
	Linear Solver
}

// RootGuide prepares the linear system of a derivative at an answer: Prog takes the captured values, what Run returns and θ, and gives the point
// at which the derivative is taken, as close to the root as the answer or closer, and then what Solver makes solvers of.
type RootGuide struct {
	Prog     *ir.Program // nil: the derivative is taken at the answer, and solved by Linear
	Captured values
	Solver   func(kept values) Solver
}

// RootCheck judges an answer before it is differentiated: Prog takes the captured values, what
// Run returns and θ, and gives a bool and a number, its measure, for each message.
type RootCheck struct {
	Prog     *ir.Program // nil: no check
	Captured values
	Msgs     []string
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
	active := notNil(dx)
	types := r.F.OutTypes()
	point, linear := y[:r.NX], r.Linear
	if r.Guide.Prog != nil {
		fixed := slices.Concat(y, x)
		for i, v := range fixed {
			fixed[i] = StopGradient(v)
		}
		guide := ir.Inline(r.Guide.Prog, fixed)
		linear = r.Guide.Solver(guide[r.NX:])
		point = slices.Clone(point)
		for i, v := range point { // moves with the answer in derivatives of the derivative
			point[i] = Add(v, Sub(guide[i], fixed[i]))
		}
	}
	fx := slices.Concat(point, x)
	_, lin := ad.Linearize(r.F, fx, slices.Concat(allTrue(r.NX), active))
	out := make(values, len(y))
	along := func(dx values) values { return lin.Apply(slices.Concat(make(values, r.NX), dx), r.NX) }
	if ad.AllZero(along(dx)) {
		return out
	}
	var verdicts values
	if r.Check.Prog != nil {
		verdicts = ir.Inline(r.Check.Prog, slices.Concat(y, x))
	}
	matvec := func(v values) values {
		return ad.Zeros(lin.Apply(slices.Concat(v, make(values, len(x))), r.NX), types)
	}
	right := func(v values) values {
		b := ad.Zeros(along(ad.Spread(v, active)), types)
		for i := range b {
			b[i] = Neg(b[i])
			for k, msg := range r.Check.Msgs {
				b[i] = Check(b[i], verdicts[2*k], verdicts[2*k+1], msg)
			}
		}
		return b
	}
	v := ad.Pick(dx, active)
	if linear.Least == nil {
		copy(out, LinearSolve(matvec, right(v), linear.Solve, false))
	} else {
		copy(out, implicit(matvec, right, v, types, linear))
	}
	return out
}

func (r RootOp) Transpose(x, ct values, in []ir.Type) values { return nonlinear{}.Transpose(x, ct, in) }

// Each member is solved on its own: it has its own number of iterations, and its
// own linear system in the derivative.
func (r RootOp) Batch(x values, bd []int, n int) (values, []int) { return Lanes(r, x, bd, n) }

// Depend implements [deps.Depender]: ∂F/∂x dx = -∂F/∂θ dθ.
func (r RootOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	solution := make([]deps.Array, r.NX)
	rhs := t.Interpret(r.F, slices.Concat(solution, x))
	active := slices.Concat(allTrue(r.NX), make([]bool, len(x)))
	known := slices.Concat(make([]*ir.Data, r.NX), deps.KnownOf(x))
	sets := t.Template(r.F, active, known).Solve(t, deps.SetsOf(rhs))
	return append(sets, make([][]deps.Set, len(out)-r.NX)...)
}

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
func NewRoot(run, f *ir.Program, runCaps, fCaps values, nx int, check RootCheck, guide RootGuide, linear Solver) (op RootOp, consts values) {
	progs, captured := []*ir.Program{run, f}, []values{runCaps, fCaps}
	more := func(p *ir.Program, caps values) (at int) {
		if p != nil {
			progs, captured = append(progs, p), append(captured, caps)
		}
		return len(progs) - 1
	}
	checkAt, guideAt := more(check.Prog, check.Captured), more(guide.Prog, guide.Captured)
	consts = ShareInputs(progs, captured)
	n := len(consts)
	if check.Prog != nil {
		check = RootCheck{Prog: permuteInputs(progs[checkAt], 0, n, len(run.Out)), Msgs: check.Msgs}
	}
	if guide.Prog != nil {
		guide = RootGuide{Prog: permuteInputs(progs[guideAt], 0, n, len(run.Out)), Solver: guide.Solver}
	}
	return RootOp{Run: progs[0], F: permuteInputs(progs[1], 0, n, nx), NX: nx, Check: check, Guide: guide, Linear: linear}, consts
}

// Place implements [ir.Placer].
func (r RootOp) Place(in []*ir.Sharding, x, y []ir.Type) []*ir.Sharding { return ir.Place(r.Run, in) }

// ImplicitOp is the linear map v → A⁻¹ B v of an implicit derivative. Its operands are the
// constants that all of its programs take, then v.
//
// It is one primitive because only A and B together show whether the derivative exists where A
// is singular: it does if B v is in the range of A, so if Bᵀ takes to zero what Aᵀ takes to zero.
// Then the transposed map is Bᵀ u with any least-squares solution u of Aᵀ u = ct, even where
// that has no other.
type ImplicitOp struct {
	Forward *ir.Program   // A⁻¹ B v
	Trans   LinearSolveOp // u, and a vector that Aᵀ takes to zero: see [Solver.Least]
	B       *ir.Program
	NConst  int
}

// implicit is A⁻¹ B v for a map A of vectors of the types.
func implicit(matvec, right func(values) values, v values, types []ir.Type, s Solver) values {
	m := newLinearMap(matvec, types)
	right1, rc := ad.Trace("right", ir.TypesOf(v), right)
	solve, sc := m.solve(s.Solve, types, false)
	back, bc := m.solve(s.Solve, types, true)
	least, lc := m.solve(s.Least, types, true)
	progs := []*ir.Program{right1, m.mat, m.vec, solve, back, least}
	consts := ShareInputs(progs, []values{rc, m.captured, m.captured, sc, bc, lc})
	n := len(consts)
	forward := LinearSolveOp{MatVec: progs[1], VecMat: progs[2], Solve: progs[3], TSolve: progs[4], NConst: n}
	op := ImplicitOp{
		Forward: ad.Closed("implicit", ir.TypesOf(slices.Concat(consts, v)), func(z values) values {
			return ir.Apply(forward, slices.Concat(z[:n], ir.Inline(progs[0], z))...)
		}),
		Trans: LinearSolveOp{MatVec: progs[2], VecMat: progs[1], Solve: progs[5], TSolve: progs[3], NConst: n, Exact: progs[4]},
		B:     progs[0], NConst: n,
	}
	return ir.Apply(op, slices.Concat(consts, v)...)
}

func (ImplicitOp) Name() string              { return "implicit" }
func (o ImplicitOp) Params() string          { return fmt.Sprintf("%p", o.Forward) }
func (o ImplicitOp) Programs() []*ir.Program { return []*ir.Program{o.Forward} }
func (o ImplicitOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if err := matchTypes("implicit", o.Forward.InTypes(), in); err != nil {
		return nil, err
	}
	return o.Forward.OutTypes(), nil
}

func (o ImplicitOp) JVP(x, y, dx values) values {
	if !ad.AllZero(dx[:o.NConst]) {
		return ad.Along(o.Forward, x, dx)
	}
	return ir.Apply(o, slices.Concat(x[:o.NConst], ad.Zeros(dx[o.NConst:], o.Forward.InTypes()[o.NConst:]))...)
}

func (o ImplicitOp) Transpose(x, ct values, in []ir.Type) values {
	consts := x[:o.NConst]
	with := func(p *ir.Program, v values) values { return ir.Inline(p, slices.Concat(consts, v)) }
	back := ad.TransposeProgram(o.B, o.NConst)
	ct = ad.Zeros(ct, o.Forward.OutTypes())
	y := ir.Apply(o.Trans, slices.Concat(consts, ct)...)
	u, null := y[:len(ct)], y[len(ct):]
	s := slices.Clone(ct)
	for i, v := range with(o.Trans.MatVec, u) {
		s[i] = Sub(s[i], v)
	}
	dv := with(back, u)
	d := ct[0].DType
	ratio := func(x, y *value) *value { return Div(x, Max(y, tiny(d))) }
	bound := ir.Scalar(d, math.Sqrt(d.Eps()))
	left := ratio(normOf(s), normOf(ct))
	// What Bᵀ does to the null vector, relative to what it does to u and to ct.
	size := normOf(null)
	some := Lt(ir.Scalar(d, 0), size)
	rel := ratio(ratio(normOf(with(back, null)), size), Max(ratio(normOf(dv), normOf(u)), ratio(normOf(with(back, ct)), normOf(ct))))
	measure := Select(some, rel, left)
	ok := Le(measure, bound)
	for i, v := range dv {
		dv[i] = Check(v, ok, measure, "implicit derivative: the linear system is singular, and its solution depends on data "+
			"in a direction in which there is none (optimality: its derivative with respect to x does not have full rank); relative residual")
	}
	return slices.Concat(make(values, o.NConst), dv)
}

// normOf is the Euclidean norm of some arrays, in units of their largest element, so that squares
// do not under- or overflow.
func normOf(vs values) *value {
	d := vs[0].DType
	unit, sum := ir.Scalar(d, 0), ir.Scalar(d, 0)
	flat := make(values, 0, len(vs))
	for _, v := range vs {
		if v.Size() > 0 {
			v = Convert(StopGradient(v), d)
			flat = append(flat, v)
			unit = Max(unit, ReduceMax(Abs(v), AllAxes(v.Rank())...))
		}
	}
	unit = Max(unit, tiny(d))
	for _, v := range flat {
		v = Div(v, Broadcast(unit, v.Shape, nil))
		sum = Add(sum, ReduceSum(Mul(v, v), AllAxes(v.Rank())...))
	}
	return Mul(unit, Sqrt(sum))
}

// tiny is the smallest number that can be divided by.
func tiny(d ir.DType) *value {
	if d == ir.Float32 {
		return ir.Scalar(d, 0x1p-126)
	}
	return ir.Scalar(d, 0x1p-1022)
}

func (o ImplicitOp) Batch(x values, bd []int, n int) (values, []int) {
	consts := make([]bool, o.NConst)
	args := slices.Clone(x)
	for i := range x {
		if i < o.NConst {
			consts[i] = bd[i] >= 0
		}
		if bd[i] >= 0 || i >= o.NConst {
			args[i] = MoveTo(x[i], bd[i], 0, n)
		}
	}
	do := func(p *ir.Program) *ir.Program {
		q, _ := batch.Program(p, slices.Concat(consts, allTrue(len(p.In)-o.NConst)), allTrue(len(p.Out)), n)
		return q
	}
	t := o.Trans
	t.MatVec, t.VecMat, t.Solve, t.TSolve, t.Exact = do(t.MatVec), do(t.VecMat), do(t.Solve), do(t.TSolve), do(t.Exact)
	y := ir.Apply(ImplicitOp{do(o.Forward), t, do(o.B), o.NConst}, args...)
	return y, make([]int, len(y))
}

// Depend implements [deps.Depender].
func (o ImplicitOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return deps.SetsOf(t.Interpret(o.Forward, x))
}

func (o ImplicitOp) Kernel(c ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return callKernel(c, o.Forward)
}

func (o ImplicitOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return b.Program(o.Forward, x)
}

var _ = register(ImplicitOp{})

// Place implements [ir.Placer].
func (o ImplicitOp) Place(in []*ir.Sharding, x, y []ir.Type) []*ir.Sharding {
	return ir.Place(o.Forward, in)
}
