package optim

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/treedef"
	"github.com/argmin-go/argmin/num"
)

type array = num.Array

var stop = num.Array.StopGradient

// Transform turns gradients into updates of parameters. Make one with the functions
// of this package, or from two functions that you write. [Init] and [Update] call them
// for trees.
type Transform struct {
	// Init is the state for parameters.
	Init func(p Params) State
	// Update gives one update for each gradient, of its shape and dtype, and the next
	// state, which must have the structure, shapes and dtypes of the last state.
	Update func(in Input, s State) ([]num.Array, State)
}

// Params are the leaves of a tree of parameters and their paths, as package tree
// gives them. Transforms see only floating-point leaves.
type Params struct {
	Leaves []num.Array // the floating-point leaves
	Paths  []string    // their paths, such as ".W" or "[0]"
}

// Input is what [Transform.Update] computes an update from.
type Input struct {
	Updates []num.Array // gradients, or what earlier transformations made of them
	Params  Params      // the parameters that the update is for
	Value   num.Array   // the objective's value, or the zero Array if it was not given
}

// State is what a transformation remembers: a tree of arrays. A transformation that is made
// of others keeps their states in Parts.
type State struct {
	Name  string                 // of the function that made the transformation
	Vars  map[string][]num.Array // by the names in the function's comment
	Parts []State                // of the transformations that it is made of
}

// Find is the first variable of the given name in the state and its parts, or nil. A number
// is a slice of one array; other variables have one array for each leaf.
func (s State) Find(name string) []num.Array {
	if v, ok := s.Vars[name]; ok {
		return v
	}
	for _, p := range s.Parts {
		if v := p.Find(name); v != nil {
			return v
		}
	}
	return nil
}

// find is the first state that the function of a name made.
func (s State) find(name string) (State, bool) {
	if s.Name == name {
		return s, true
	}
	for _, p := range s.Parts {
		if q, ok := p.find(name); ok {
			return q, true
		}
	}
	return State{}, false
}

func throw(op, format string, args ...any) {
	ir.Throw(ir.Errorf(ir.ArgumentError, op, format, args...))
}

func flatten(op string, x any) ([]array, *treedef.Def) {
	leaves, def, err := treedef.Flatten[array](x)
	if err != nil {
		ir.Throw(&num.Error{Kind: ir.ArgumentError, Op: op, Msg: err.Error(), Err: err})
	}
	return leaves, def
}

func unflatten[P any](op string, def *treedef.Def, leaves []array) P {
	p, err := treedef.UnflattenTo[P](def, leaves)
	if err != nil {
		ir.Throw(&num.Error{Kind: ir.ArgumentError, Op: op, Msg: err.Error(), Err: err})
	}
	return p
}

// ParamsOf is the floating-point leaves of a tree with their paths.
func ParamsOf[P any](params P) Params {
	p, _, _ := paramsOf("optim.ParamsOf", params)
	return p
}

// paramsOf also gives the leaves of all types, and the structure.
func paramsOf(op string, params any) (Params, []array, *treedef.Def) {
	leaves, def := flatten(op, params)
	paths := def.Paths()
	p := Params{make([]array, 0, len(leaves)), make([]string, 0, len(leaves))}
	for i, a := range leaves {
		if a.DType().IsFloat() {
			p.Leaves, p.Paths = append(p.Leaves, a), append(p.Paths, paths[i])
		}
	}
	return p, leaves, def
}

// Init is the state of a transformation before its first update.
func Init[P any](t Transform, params P) State {
	p, _, _ := paramsOf("optim.Init", params)
	t.check("optim.Init")
	return t.Init(p)
}

// Update gives the updates to add to the parameters, for the gradients at the parameters,
// and the next state. Some transformations, such as [PolyakSGD], need the objective's
// value at the parameters as well.
func Update[P any](t Transform, grads P, s State, params P, value ...num.Array) (P, State) {
	const op = "optim.Update"
	t.check(op)
	p, all, def := paramsOf(op, params)
	gs, gdef := flatten(op, grads)
	if err := treedef.Compare(def, gdef, "grads"); err != nil {
		throw(op, "%v", err)
	}
	in := Input{Updates: make([]array, 0, len(p.Leaves)), Params: p}
	for i, g := range gs {
		if a := all[i]; g.DType() != a.DType() || !slices.Equal(g.Shape(), a.Shape()) {
			throw(op, "grads%s is %v%s, want %v%s as the parameter is",
				def.Paths()[i], g.DType(), ir.ShapeString(g.Shape()), a.DType(), ir.ShapeString(a.Shape()))
		}
		if g.DType().IsFloat() {
			in.Updates = append(in.Updates, g)
		}
	}
	switch {
	case len(value) > 1:
		throw(op, "%d values were given, want at most one", len(value))
	case len(value) == 1:
		if v := value[0]; !v.DType().IsFloat() || v.Rank() != 0 {
			throw(op, "value is %v%s, want a floating-point scalar", v.DType(), ir.ShapeString(v.Shape()))
		}
		in.Value = value[0]
	}
	us, next := t.Update(in, s)
	if len(us) != len(in.Updates) {
		throw(op, "the transformation gives %d updates for %d gradients", len(us), len(in.Updates))
	}
	out := make([]array, len(gs))
	for i, g := range gs {
		if g.DType().IsFloat() {
			out[i], us = us[0], us[1:]
		} else {
			out[i] = num.Full(g.DType(), 0, g.Shape()...)
		}
	}
	return unflatten[P](op, def, out), next
}

func (t Transform) check(op string) {
	if t.Init == nil || t.Update == nil {
		throw(op, "the transformation has no Init or no Update")
	}
}

// Apply adds updates to parameters, leaf by leaf. Leaves that are not floating-point do not
// change.
func Apply[P any](params, updates P) P {
	const op = "optim.Apply"
	ps, def := flatten(op, params)
	us, udef := flatten(op, updates)
	if err := treedef.Compare(def, udef, "updates"); err != nil {
		throw(op, "%v", err)
	}
	out := make([]array, len(ps))
	for i, p := range ps {
		if out[i] = p; p.DType().IsFloat() {
			out[i] = p.Add(us[i])
		}
	}
	return unflatten[P](op, def, out)
}

// each makes a list of n arrays. It is never nil, so that states of trees without
// leaves have one structure.
func each(n int, f func(i int) array) []array {
	out := make([]array, n)
	for i := range out {
		out[i] = f(i)
	}
	return out
}

func fullLike(xs []array, v float64) []array {
	return each(len(xs), func(i int) array { return num.Full(xs[i].DType(), v, xs[i].Shape()...) })
}

func zerosLike(xs []array) []array { return fullLike(xs, 0) }

// choose takes one list or the other.
func choose(ok array, a, b []array) []array {
	return each(len(a), func(i int) array { return num.Where(ok, a[i], b[i]) })
}

// chooseState takes one state or the other.
func chooseState(ok array, a, b State) State {
	as, def := flatten("optim", a)
	bs, bdef := flatten("optim", b)
	if err := treedef.Compare(bdef, def, "state"); err != nil {
		throw("optim", "an update changed the structure of the state: %v", err)
	}
	return unflatten[State]("optim", def, choose(ok, as, bs))
}

// increment is c + 1, or the largest int32 once that is reached.
func increment(c array) array {
	return num.Minimum(c, num.Const(1<<31-2)).Add(num.Const(1))
}

// root is √x with derivative zero at zero, and x for negative x.
func root(x array) array {
	pos := x.Gt(num.Const(0))
	return num.Where(pos, num.Where(pos, x, num.Const(1)).Sqrt(), x)
}

// norm is the Euclidean norm of all elements together, without the overflow or
// underflow of their squares, in the widest of their dtypes.
func norm(xs ...array) array {
	d := widest(xs)
	m, s := num.Full(d, 0), num.Full(d, 0)
	for _, x := range xs {
		if x.Size() > 0 {
			m = num.Maximum(m, stop(x.Abs().Max()).AsType(d))
		}
	}
	m = arg.Safe(m.IsFinite().And(m.Gt(num.Const(0))), m)
	for _, x := range xs {
		s = s.Add(x.Div(m.AsType(x.DType())).Square().Sum().AsType(d))
	}
	return root(s).Mul(m)
}

func widest(xs []array) num.DType {
	d := num.Float32
	for _, x := range xs {
		if x.DType() == num.Float64 {
			d = num.Float64
		}
	}
	if len(xs) == 0 {
		d = num.Float64
	}
	return d
}

// rms is the root of the mean square of the elements, 0 if there are none.
func rms(x array) array {
	return norm(x).Scale(1 / rootOf(x.Size()))
}

// String prints the name, the variables and the parts.
func (s State) String() string { return fmt.Sprintf("%s%v%v", s.Name, s.Vars, s.Parts) }
