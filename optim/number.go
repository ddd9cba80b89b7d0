package optim

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// Number is a hyperparameter: a float64 or int, a 0-d array, or a [Schedule] (or a function
// of its type).
//
// Nil means the default. Because a Number can be traced or scheduled, its sign is not known
// when a transformation is made, and it cannot follow the rule of plain options, by which 0
// means the default and a negative number 0; nor does it need to, since an interface that was
// not set is distinct from the number 0, which means 0.
type Number any

// Schedule is a hyperparameter as a function of the number of updates made before
// this one, an int32 scalar; the functions of this package also take arrays of
// them. The result is a floating-point scalar.
type Schedule func(step num.Array) num.Array

// bounds are a range of numbers, with its name for errors.
type bounds struct {
	ok   func(x float64) bool
	text string
}

var (
	finite      = bounds{func(x float64) bool { return !math.IsInf(x, 0) }, "a finite number"}
	nonNegative = bounds{func(x float64) bool { return x >= 0 && !math.IsInf(x, 0) }, "a finite number, 0 or more"}
	positive    = bounds{func(x float64) bool { return x > 0 && !math.IsInf(x, 0) }, "a finite number above 0"}
	decay       = bounds{func(x float64) bool { return x >= 0 && x < 1 }, "a number in [0, 1)"}
	limit       = bounds{func(x float64) bool { return x > 0 }, "a number above 0"}
)

// number is a Number that was checked: a constant, an array or a schedule.
type number struct {
	c        float64
	a        array // float64
	sched    Schedule
	op, name string
}

func newNumber(op, name string, x Number, b bounds) number {
	n := number{op: op, name: name}
	switch x := x.(type) {
	case nil:
		throw(op, "%s is not set", name)
	case Schedule:
		n.sched = x
	case func(array) array:
		n.sched = x
	case array:
		if x == (array{}) {
			throw(op, "%s is the zero Array", name)
		}
		if x.Rank() != 0 || x.DType() == num.Bool {
			throw(op, "%s is %v%s, want a 0-d array of numbers", name, x.DType(), ir.ShapeString(x.Shape()))
		}
		n.a = x.AsType(num.Float64)
		return n
	case float64:
		return n.constant(x, b)
	case int:
		return n.constant(float64(x), b)
	default:
		throw(op, "%s is a %T, want a float64, int, num.Array or Schedule", name, x)
	}
	if n.sched == nil {
		throw(op, "%s is a nil Schedule", name)
	}
	return n
}

func (n number) constant(c float64, b bounds) number {
	if math.IsNaN(c) || !b.ok(c) {
		throw(n.op, "%s is %v, want %s", n.name, c, b.text)
	}
	n.c = c
	return n
}

// at is the number for a step.
func (n number) at(step array) scalar {
	switch {
	case n.sched != nil:
		v := n.sched(step)
		if !v.DType().IsFloat() || v.Rank() != step.Rank() {
			throw(n.op, "the schedule of %s gives %v%s, want a floating-point scalar", n.name, v.DType(), ir.ShapeString(v.Shape()))
		}
		return scalar{a: v.AsType(num.Float64)}
	case n.a != array{}:
		return scalar{a: n.a}
	}
	return scalar{c: n.c}
}

// scalar is a number of a step: an array of float64, or a constant.
type scalar struct {
	c float64
	a array
}

func (x scalar) fixed() bool { return x.a == array{} }

// of is the number as an array of a dtype.
func (x scalar) of(d num.DType) array {
	if x.fixed() {
		return num.Full(d, x.c)
	}
	return x.a.AsType(d)
}

// like is the number in the dtype of an array.
func (x scalar) like(y array) array { return x.of(y.DType()) }

// rest is 1 - x.
func (x scalar) rest() scalar {
	if x.fixed() {
		return scalar{c: 1 - x.c}
	}
	return scalar{a: x.a.Neg().AddScalar(1)}
}

// mix is x·last + (1-x)·g.
func (x scalar) mix(last, g array) array {
	return last.Mul(x.like(last)).Add(g.Mul(x.rest().like(g)))
}

// correction is 1 - x^t, the divisor that corrects an average which began with zero.
func (x scalar) correction(t array) scalar {
	return scalar{a: x.of(num.Float64).Pow(t.AsType(num.Float64)).Neg().AddScalar(1)}
}

// spec collects the numbers of a transformation.
type spec struct {
	op    string // such as optim.Adam
	name  string
	timed bool // the state needs a counter
}

func newSpec(name string) *spec { return &spec{op: "optim." + name, name: name} }

// number checks an option, whose default is def, or must.
func (s *spec) number(option string, x Number, def float64, b bounds) number {
	n := newNumber(s.op, option, orDefault(x, def), b)
	s.timed = s.timed || n.sched != nil
	return n
}

// must is the default of options that must be given.
var must = math.NaN()

// orDefault is x, or the default if x is nil and there is one.
func orDefault(x Number, def float64) Number {
	if x == nil && !math.IsNaN(def) {
		return def
	}
	return x
}

type vars = map[string][]array

// step is what a rule sees of an update.
type step struct {
	Input
	vars  vars
	count array // updates made before this one, int32
}

// time is the number of this update, counted from 1.
func (s *step) time() array { return increment(s.count) }

func (s *step) at(n number) scalar { return n.at(s.count) }

// each makes an array for every update.
func (s *step) each(f func(i int, g array) array) []array {
	return each(len(s.Updates), func(i int) array { return f(i, s.Updates[i]) })
}

// build makes a transformation of the variables that it begins with (nil: none) and
// a rule that gives updates and the next variables. The state has a counter if the
// spec is timed.
func (s *spec) build(init func(p Params) vars, update func(st *step) ([]array, vars)) Transform {
	timed, name := s.timed, s.name
	return Transform{
		Init: func(p Params) State {
			v := vars{}
			if init != nil {
				v = init(p)
			}
			if timed {
				v["count"] = []array{num.Int(0)}
			}
			return State{Name: name, Vars: v}
		},
		Update: func(in Input, st State) ([]array, State) {
			if st.Name != name {
				throw("optim.Update", "the state is of %q, the transformation is optim.%s", st.Name, name)
			}
			s := &step{Input: in, vars: st.Vars, count: num.Int(0)}
			if timed {
				s.count = st.Vars["count"][0]
			}
			us, v := update(s)
			if v == nil {
				v = vars{}
			}
			if timed {
				v["count"] = []array{s.time()}
			}
			return us, State{Name: name, Vars: v}
		},
	}
}

func rootOf(n int) float64 { return math.Sqrt(float64(max(n, 1))) }
