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

// CustomJVPOp runs Primal: consts…, x… → y… and takes its derivative from Rule:
// consts…, x…, dx… → dy…, which must be linear in dx.
type CustomJVPOp struct {
	Primal, Rule *ir.Program
	NConst       int
}

func (CustomJVPOp) Name() string              { return "custom_jvp" }
func (c CustomJVPOp) Params() string          { return fmt.Sprintf("%p %p", c.Primal, c.Rule) }
func (c CustomJVPOp) Programs() []*ir.Program { return []*ir.Program{c.Primal, c.Rule} }
func (c CustomJVPOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if err := matchTypes("custom_jvp", c.Primal.InTypes(), in); err != nil {
		return nil, err
	}
	return c.Primal.OutTypes(), nil
}

// noConstTangents refuses derivatives with respect to what a function with a
// custom rule captured: the rule does not give them.
func noConstTangents(what string, dx values) {
	if !ad.AllZero(dx) {
		ir.Throw(ir.Errorf(ir.RuleError, what,
			"the function captured an array with respect to which a derivative is taken, and its rule has none for it; "+
				"pass the array as an argument"))
	}
}

func (c CustomJVPOp) JVP(x, y, dx values) values {
	noConstTangents("num.CustomJVP", dx[:c.NConst])
	d := ad.Zeros(dx[c.NConst:], c.Primal.InTypes()[c.NConst:])
	dy := ir.Inline(c.Rule, slices.Concat(x, d))
	for i, v := range y {
		if !v.DType.IsFloat() {
			dy[i] = nil
		}
	}
	return dy
}

func (c CustomJVPOp) Transpose(x, ct values, in []ir.Type) values {
	return transposeByLinearization(c, x, ct, in)
}

// A tangent has the type of its argument, so all arguments carry the batch.
func (c CustomJVPOp) Batch(x values, bd []int, n int) (values, []int) {
	args, in := leadBatch(x, bd, n)
	for i := c.NConst; i < len(x); i++ {
		args[i], in[i] = MoveTo(x[i], bd[i], 0, n), true
	}
	primal, out := batch.Program(c.Primal, in, allTrue(len(c.Primal.Out)), n)
	rule, _ := batch.Program(c.Rule, slices.Concat(in, in[c.NConst:]), allTrue(len(c.Rule.Out)), n)
	return ir.Apply(CustomJVPOp{primal, rule, c.NConst}, args...), make([]int, len(out))
}

// leadBatch moves the batch axes of what is batched to the front.
func leadBatch(x values, bd []int, n int) (args values, in []bool) {
	args, in = slices.Clone(x), make([]bool, len(x))
	for i, v := range x {
		if bd[i] >= 0 {
			in[i] = true
			args[i] = MoveTo(v, bd[i], 0, n)
		}
	}
	return args, in
}

// leading are the batch axes of results of which some are batched, at the front.
func leading(batched []bool) []int {
	bd := make([]int, len(batched))
	for i, b := range batched {
		if !b {
			bd[i] = -1
		}
	}
	return bd
}

// Depend implements [deps.Depender], by the rule.
func (c CustomJVPOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	tangents := make([]deps.Array, len(x)-c.NConst)
	for i, a := range x[c.NConst:] {
		tangents[i].Sets = a.Sets
	}
	return deps.SetsOf(t.Interpret(c.Rule, slices.Concat(deps.Only(x), tangents)))
}

func (c CustomJVPOp) Kernel(k ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return callKernel(k, c.Primal)
}

func (c CustomJVPOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return b.Program(c.Primal, x)
}

var _ = register(CustomJVPOp{})

// CustomVJPOp runs Primal: consts…, x… → y…. In reverse mode Forward gives y… and
// residuals, and Backward: consts…, residuals…, ct… → one cotangent for each x.
type CustomVJPOp struct {
	Primal, Forward, Backward *ir.Program
	NConst                    int
}

func (CustomVJPOp) Name() string              { return "custom_vjp" }
func (c CustomVJPOp) Params() string          { return fmt.Sprintf("%p %p", c.Primal, c.Backward) }
func (c CustomVJPOp) Programs() []*ir.Program { return []*ir.Program{c.Primal, c.Forward, c.Backward} }
func (c CustomVJPOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if err := matchTypes("custom_vjp", c.Primal.InTypes(), in); err != nil {
		return nil, err
	}
	return c.Primal.OutTypes(), nil
}

func (c CustomVJPOp) JVP(x, y, dx values) values {
	_, dy := c.JVPAll(x, dx)
	return dy
}

// Forward mode transposes the backward function, which is possible if it is
// linear in the cotangent.
func (c CustomVJPOp) JVPAll(x, dx values) (y, dy values) {
	y, lin, args := c.linearize(x, dx)
	return y, onlyFloats(ir.Inline(lin.forward(), args), y)
}

func (c CustomVJPOp) LinearizeAll(x, dx values) (y, dy values) {
	y, lin, args := c.linearize(x, dx)
	return y, onlyFloats(ir.Apply(lin, args...), y)
}

// onlyFloats leaves the tangents of what is not floating-point out.
func onlyFloats(dy, y values) values {
	for i, v := range y {
		if !v.DType.IsFloat() {
			dy[i] = nil
		}
	}
	return dy
}

func (c CustomVJPOp) linearize(x, dx values) (y values, lin customLinearOp, args values) {
	noConstTangents("num.CustomVJP", dx[:c.NConst])
	z := ir.Inline(c.Forward, x)
	no := len(c.Primal.Out)
	d := ad.Zeros(dx[c.NConst:], c.Primal.InTypes()[c.NConst:])
	known := slices.Concat(x[:c.NConst], z[no:])
	return z[:no], customLinearOp{c.Backward, len(known)}, slices.Concat(known, d)
}

func (c CustomVJPOp) Transpose(x, ct values, in []ir.Type) values {
	return transposeByLinearization(c, x, ct, in)
}

func (c CustomVJPOp) Batch(x values, bd []int, n int) (values, []int) {
	args, in := leadBatch(x, bd, n)
	for i := c.NConst; i < len(x); i++ { // every cotangent carries the batch
		args[i], in[i] = MoveTo(x[i], bd[i], 0, n), true
	}
	no := len(c.Primal.Out)
	primal, _ := batch.Program(c.Primal, in, allTrue(no), n)
	forward, _ := batch.Program(c.Forward, in, allTrue(len(c.Forward.Out)), n)
	bin := slices.Concat(in[:c.NConst], allTrue(len(c.Backward.In)-c.NConst))
	backward, _ := batch.Program(c.Backward, bin, allTrue(len(c.Backward.Out)), n)
	return ir.Apply(CustomVJPOp{primal, forward, backward, c.NConst}, args...), make([]int, no)
}

// Depend implements [deps.Depender], by the backward function, transposed.
func (c CustomVJPOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	known := make([]*ir.Data, len(c.Backward.In))
	copy(known, deps.KnownOf(x[:c.NConst]))
	return backwardSets(t, c.Backward, known, x[c.NConst:], out)
}

// backwardSets are what the results of a function depend on whose backward function takes cotangents of them
// as its last inputs.
func backwardSets(t *deps.Table, backward *ir.Program, known []*ir.Data, x []deps.Array, out []ir.Type) [][]deps.Set {
	nk := len(known) - len(out)
	active := slices.Concat(make([]bool, nk), allTrue(len(out)))
	sets := t.Template(backward, active, known).Transposed(t, deps.SetsOf(x))
	res := make([][]deps.Set, len(out))
	for j, o := range out {
		if o.DType.IsFloat() {
			res[j], sets = sets[0], sets[1:]
		}
	}
	return res
}

func (c CustomVJPOp) Kernel(k ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return callKernel(k, c.Primal)
}

func (c CustomVJPOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return b.Program(c.Primal, x)
}

var _ = register(CustomVJPOp{})

// customLinearOp is the linear map whose transpose is Backward: known…, ct… →
// cx…; its own operands are known…, dx….
type customLinearOp struct {
	Backward *ir.Program
	NKnown   int
}

func (customLinearOp) Name() string              { return "custom_linear" }
func (c customLinearOp) Params() string          { return fmt.Sprintf("%p", c.Backward) }
func (c customLinearOp) Programs() []*ir.Program { return []*ir.Program{c.Backward} }
func (c customLinearOp) Infer(in []ir.Type) ([]ir.Type, error) {
	want := slices.Concat(c.Backward.InTypes()[:c.NKnown], c.Backward.OutTypes())
	if err := matchTypes("custom_linear", want, in); err != nil {
		return nil, err
	}
	return c.Backward.InTypes()[c.NKnown:], nil
}

// forward is the map itself: the transpose of Backward.
func (c customLinearOp) forward() (p *ir.Program) {
	defer func() {
		if r := recover(); r != nil {
			ir.Throw(ir.Errorf(ir.RuleError, "num.CustomVJP",
				"forward mode needs the transpose of the backward function, which is not linear in the cotangent, or has "+
					"no transpose; use reverse mode or num.CustomJVP"))
		}
	}()
	return ad.TransposeProgram(c.Backward, c.NKnown)
}

func (c customLinearOp) JVP(x, y, dx values) values {
	return ad.Along(c.forward(), x, dx)
}

func (c customLinearOp) Transpose(x, ct values, in []ir.Type) values {
	cts := ad.Zeros(ct, c.Backward.InTypes()[c.NKnown:])
	cx := ir.Inline(c.Backward, slices.Concat(x[:c.NKnown], cts))
	return slices.Concat(make(values, c.NKnown), cx)
}

func (c customLinearOp) Batch(x values, bd []int, n int) (values, []int) {
	args := make(values, len(x))
	for i, v := range x {
		args[i] = MoveTo(v, bd[i], 0, n)
	}
	p, _ := batch.Program(c.Backward, allTrue(len(c.Backward.In)), allTrue(len(c.Backward.Out)), n)
	y := ir.Apply(customLinearOp{p, c.NKnown}, args...)
	return y, make([]int, len(y))
}

// Depend implements [deps.Depender].
func (c customLinearOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	if deps.Any(x[:c.NKnown]) { // the point, too, is a variable
		return t.Dense(x, out)
	}
	known := make([]*ir.Data, len(c.Backward.In))
	copy(known, deps.KnownOf(x[:c.NKnown]))
	return backwardSets(t, c.Backward, known, x[c.NKnown:], out)
}

func (c customLinearOp) Kernel(k ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return callKernel(k, c.forward())
}

func (c customLinearOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	return b.Program(c.forward(), x)
}

// CheckpointOp runs Prog as one primitive. Its derivative keeps only the
// operands and computes what else it needs again, so that memory is saved at the
// cost of a second evaluation.
type CheckpointOp struct{ Prog *ir.Program }

func (CheckpointOp) Name() string              { return "checkpoint" }
func (c CheckpointOp) Params() string          { return fmt.Sprintf("%p", c.Prog) }
func (c CheckpointOp) Programs() []*ir.Program { return []*ir.Program{c.Prog} }
func (c CheckpointOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if err := matchTypes("checkpoint", c.Prog.InTypes(), in); err != nil {
		return nil, err
	}
	return c.Prog.OutTypes(), nil
}

func (c CheckpointOp) JVP(x, y, dx values) values {
	_, dy := c.JVPAll(x, dx)
	return dy
}

func (c CheckpointOp) JVPAll(x, dx values) (y, dy values) {
	p, out := ad.JVPProgram(c.Prog, notNil(dx), nil)
	z := ir.Apply(CheckpointOp{p}, slices.Concat(x, ad.Pick(dx, notNil(dx)))...)
	return z[:len(out)], ad.Spread(z[len(out):], out)
}

// LinearizeAll records a program that linearizes again, from the operands.
func (c CheckpointOp) LinearizeAll(x, dx values) (y, dy values) {
	active := notNil(dx)
	y = ir.Apply(c, x...)
	out := make([]bool, len(y))
	types := c.Prog.InTypes()
	p := ad.Closed(c.Prog.Name, slices.Concat(types, ad.Pick(types, active)), func(z values) values {
		_, lin := ad.Linearize(c.Prog, z[:len(x)], active)
		dy := lin.Apply(ad.Spread(z[len(x):], active), len(y))
		out = notNil(dy)
		return ad.Pick(dy, out)
	})
	if len(p.Out) == 0 {
		return y, make(values, len(y))
	}
	return y, ad.Spread(ir.Apply(CheckpointOp{p}, slices.Concat(x, ad.Pick(dx, active))...), out)
}

func (c CheckpointOp) Transpose(x, ct values, in []ir.Type) values {
	known := notNil(x)
	linear := make([]bool, len(known))
	for i, k := range known {
		linear[i] = !k
	}
	res, lin := where(known, 0, len(x)), where(linear, 0, len(x))
	p := ad.TransposeProgram(rewire(c.Prog, slices.Concat(res, lin), nil), len(res))
	y := ir.Apply(CheckpointOp{p}, slices.Concat(take(x, res), ad.Zeros(ct, c.Prog.OutTypes()))...)
	out := make(values, len(x))
	for i, j := range lin {
		out[j] = y[i]
	}
	return out
}

func (c CheckpointOp) Batch(x values, bd []int, n int) (values, []int) {
	args, in := leadBatch(x, bd, n)
	p, out := batch.Program(c.Prog, in, nil, n)
	return ir.Apply(CheckpointOp{p}, args...), leading(out)
}

// DependAll implements [deps.Whole].
func (c CheckpointOp) DependAll(t *deps.Table, x []deps.Array, out []ir.Type) []deps.Array {
	return t.Interpret(c.Prog, x)
}

func (c CheckpointOp) Kernel(k ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return callKernel(k, c.Prog)
}

// StableHLO puts a barrier before the program, so that what it computes again is not
// shared with what was computed before.
func (c CheckpointOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	if len(x) > 0 {
		x = b.Op("stablehlo.optimization_barrier", "", x, c.Prog.InTypes()...)
	}
	return b.Program(c.Prog, x)
}

var _ = register(CheckpointOp{})

// Place implements [ir.Placer].
func (c CustomJVPOp) Place(in []*ir.Sharding, x, y []ir.Type) []*ir.Sharding {
	return ir.Place(c.Primal, in)
}

// Place implements [ir.Placer].
func (c CustomVJPOp) Place(in []*ir.Sharding, x, y []ir.Type) []*ir.Sharding {
	return ir.Place(c.Primal, in)
}

// Place implements [ir.Placer].
func (c CheckpointOp) Place(in []*ir.Sharding, x, y []ir.Type) []*ir.Sharding {
	return ir.Place(c.Prog, in)
}
