package ir

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// Data is a concrete array. It is immutable once made.
type Data struct {
	Type Type
	// Sharding is how the array is to lie on the devices of a backend; nil for any way.
	Sharding *Sharding

	splat  bool // every element equals Num; the storage is made on demand
	lazy   bool // the numbers are on a device and are fetched on demand
	num    float64
	once   sync.Once
	buf    Buf
	err    error // of the fetch
	remote atomic.Pointer[Remote]
}

// NewData wraps storage, which must not be modified afterwards.
func NewData(t Type, buf Buf) *Data { return &Data{Type: t, buf: buf} }

// Splat is an array of equal elements that costs no storage until it is read.
// num must be exactly representable in the dtype or it is rounded to it.
func Splat(t Type, num float64) *Data {
	switch t.DType {
	case Float32:
		num = float64(float32(num))
	case Int32:
		num = float64(int32(num))
	case Int64:
		num = float64(int64(num))
	case Uint32:
		num = float64(uint32(int64(num)))
	case Bool:
		if num != 0 {
			num = 1
		}
	}
	return &Data{Type: t, splat: true, num: num}
}

// IsSplat gives the common element of an array made by [Splat], or of one with a
// single element.
func (d *Data) IsSplat() (float64, bool) {
	if d.splat || d.lazy || d.buf.N != 1 {
		return d.num, d.splat
	}
	n := d.buf.At(d.Type.DType, 0)
	return n, d.Type.DType != Int64 || math.Abs(n) < 1<<53 // others are exact as float64
}

// Buf is the storage, not to be modified. It throws the error of a device that
// cannot give its numbers.
func (d *Data) Buf() Buf {
	if d.splat || d.lazy {
		d.once.Do(d.fill)
		if d.err != nil {
			Throw(d.err)
		}
	}
	return d.buf
}

func (d *Data) fill() {
	b := NewBuf(d.Type.DType, d.Type.Size())
	switch {
	case d.lazy:
		if d.err = d.Remote().Fetch(b); d.err != nil {
			return
		}
	case d.num != 0 || math.Signbit(d.num):
		b.Fill(d.Type.DType, d.num)
	}
	d.buf = b
}

// Value is an array in a trace: concrete, or a variable of a builder.
type Value struct {
	Type
	data  *Data
	b     *Builder
	v     Var
	known *known // of a variable whose numbers could be computed; nil for others
}

// Const is the value of a concrete array.
func Const(d *Data) *Value { return &Value{Type: d.Type, data: d} }

// Full is a concrete value of equal elements.
func Full(t Type, num float64) *Value { return Const(Splat(t, num)) }

// Scalar is a concrete scalar.
func Scalar(d DType, num float64) *Value { return Full(Type{DType: d}, num) }

// Data is the array of a concrete value, nil for a traced one.
func (v *Value) Data() *Data { return v.data }

// TypesOf are the types of values.
func TypesOf(vs []*Value) []Type {
	ts := make([]Type, len(vs))
	for i, v := range vs {
		ts[i] = v.Type
	}
	return ts
}

// Traced reports whether v is a variable of a builder.
func (v *Value) Traced() bool { return v.b != nil }

var builderIDs atomic.Uint64

// Builder records equations. Builders nest: one made later is the inner one.
type Builder struct {
	id       uint64
	types    []Type
	eqns     []Eqn
	in       []Var
	captured []*Value // values from outside, and
	capVars  []Var    // the inputs that stand for them
	capIndex map[capKey]Var
	site     *Site
	what     string
	closed   bool
}

type capKey struct {
	data *Data
	b    *Builder
	v    Var
}

// NewBuilder starts a trace; what names it in errors ("num.Grad").
func NewBuilder(what string) *Builder { return &Builder{id: builderIDs.Add(1), what: what} }

// SetSite sets the source position of the equations recorded from now on.
func (b *Builder) SetSite(s *Site) { b.site = s }

// Input declares the next input of the program.
func (b *Builder) Input(t Type) *Value {
	v := b.newVar(t)
	b.in = append(b.in, v)
	return &Value{Type: t, b: b, v: v}
}

// Inputs declares inputs of several types.
func (b *Builder) Inputs(ts []Type) []*Value {
	vs := make([]*Value, len(ts))
	for i, t := range ts {
		vs[i] = b.Input(t)
	}
	return vs
}

func (b *Builder) newVar(t Type) Var {
	b.types = append(b.types, t)
	return Var(len(b.types) - 1)
}

// use is the variable of b that stands for v, capturing it if it comes from outside.
func (b *Builder) use(v *Value) Var {
	if v.b == b {
		return v.v
	}
	v = v.settled()
	if v.b != nil && v.b.closed {
		Throw(Errorf(TraceError, v.b.what,
			"a value traced by this function was used after it had returned; return it as a result, or pass it as an argument"))
	}
	k := capKey{v.data, v.b, v.v}
	if w, ok := b.capIndex[k]; ok {
		return w
	}
	if b.capIndex == nil {
		b.capIndex = make(map[capKey]Var)
	}
	var w Var
	num, literal := 0.0, false
	if v.data != nil {
		num, literal = v.data.IsSplat()
	}
	if literal {
		// Literals are text in the program, so that executors can fold them.
		w = b.emit(Literal{Type: v.Type, Num: num}, nil, []Type{v.Type})[0]
	} else {
		w = b.newVar(v.Type)
		b.captured = append(b.captured, v)
		b.capVars = append(b.capVars, w)
	}
	b.capIndex[k] = w
	return w
}

func (b *Builder) emit(op Op, in []Var, out []Type) []Var {
	vs := make([]Var, len(out))
	for i, t := range out {
		vs[i] = b.newVar(t)
	}
	b.eqns = append(b.eqns, Eqn{Op: op, In: in, Out: vs, Site: b.site})
	return vs
}

// innermost is the latest builder among values, nil if all are concrete.
func innermost(vs []*Value) *Builder {
	var b *Builder
	for _, v := range vs {
		if v.b != nil && (b == nil || v.b.id > b.id) {
			b = v.b
		}
	}
	return b
}

// Apply applies a primitive. It panics with an *Error when the shape rule
// refuses the operands. A recorded equation takes
// the builder's current site, or remembers the line of the caller outside the library. In a
// function that is traced by [Builder.Stage], operations on values from outside are recorded too.
func Apply(op Op, in ...*Value) []*Value {
	return apply(op, in)
}

// Apply1 is Apply for a primitive with one output.
func Apply1(op Op, in ...*Value) *Value {
	return apply(op, in)[0]
}

func apply(op Op, in []*Value) []*Value {
	out, err := op.Infer(TypesOf(in))
	if err != nil {
		Throw(err)
	}
	for i, v := range in {
		if w := v.settled(); w != v {
			in = slices.Clone(in)
			in[i] = w
		}
	}
	b := recorder(op, in, out)
	if b == nil {
		return applyConcrete(op, in, out)
	}
	if b.closed {
		Throw(Errorf(TraceError, b.what,
			"a value traced by this function was used after it had returned; return it as a result, or pass it as an argument"))
	}
	vars := make([]Var, len(in))
	for i, v := range in {
		vars[i] = b.use(v)
	}
	old := b.site
	if old == nil {
		b.site = line()
	}
	vs := b.emit(op, vars, out)
	b.site = old
	ys := make([]*Value, len(vs))
	for i, v := range vs {
		ys[i] = &Value{Type: out[i], b: b, v: v}
	}
	for i, k := range knownResults(op, in, out) {
		ys[i].known = k
	}
	return ys
}

func applyConcrete(op Op, in []*Value, out []Type) []*Value {
	data := make([]*Data, len(in))
	for i, v := range in {
		data[i] = v.data
	}
	res, err := standard.Apply(op, data, out)
	if err != nil {
		Throw(err)
	}
	ys := make([]*Value, len(res))
	for i, d := range res {
		ys[i] = Const(d)
	}
	return ys
}

// Finish ends the trace: the program that computes outs, and the values from
// outside that its first inputs stand for. Declared inputs follow them. Equations
// that no output needs are left out, unless they have effects.
func (b *Builder) Finish(outs []*Value) (p *Program, captured []*Value) {
	p = &Program{Name: b.what, Out: make([]Var, len(outs))}
	for i, v := range outs {
		p.Out[i] = b.use(v)
	}
	b.closed = true
	p.In = make([]Var, 0, len(b.capVars)+len(b.in))
	p.In = append(append(p.In, b.capVars...), b.in...)
	p.Types = b.types
	p.Eqns = Live(b.eqns, p.Out, len(b.types))
	return p, b.captured
}

// FinishClosed is Finish of a trace that may capture only concrete arrays, which
// are embedded in the program.
func (b *Builder) FinishClosed(outs []*Value) *Program {
	p, captured := b.Finish(outs)
	embedded := make([]Eqn, len(captured), len(captured)+len(p.Eqns))
	for i, v := range captured {
		if v.data == nil {
			panic("ir: " + b.what + ": a rule captured a traced value from outside of its program")
		}
		embedded[i] = Eqn{Op: Embedded{v.data}, Out: []Var{b.capVars[i]}}
	}
	p.In = p.In[len(captured):]
	p.Eqns = append(embedded, p.Eqns...)
	return p
}

// Abort ends the trace after an error: its values cannot be used any more.
func (b *Builder) Abort() { b.closed = true }

// Same reports whether both are the same variable or the same concrete array.
func (v *Value) Same(w *Value) bool {
	return v == w || v.b == w.b && v.v == w.v && v.data == w.data
}
