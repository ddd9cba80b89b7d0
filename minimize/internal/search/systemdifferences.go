package search

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// longerStep is the step of a variable for which the default step was too short, and the size of the
// variable then.
type longerStep struct{ size, h float64 }

// digits is how many times the rounding of the values the change over a step must be: then a derivative
// has two digits.
const digits = 100

// differences sets out, which d writes to, to the Jacobian at x by finite differences.
//
// A step that is relative to x may be so short that values change by no more than rounding, where x is
// near 0 compared with the changes that matter to the values. Such a column is found again with a step
// that is as long as needed, at most that of a variable of size 1.
func (s *System) differences(x, out []float64, d *derivative) {
	d.differencing, d.x, d.y, d.lower, d.upper = &s.diff, slices.Clone(x), slices.Clone(s.y), s.lower, s.upper
	d.groups, d.sparsity = s.groups, s.sparsity
	d.prepare()
	s.last = d
	adapt := s.diff.relative && !s.diff.given()
	if adapt {
		s.noteSizes(x)
		s.lengthen(d)
	}
	s.pass(d, out, nil)
	if !adapt {
		return
	}
	for try := range 2 {
		wanted := s.tooShort(d, try > 0)
		if wanted == nil {
			return
		}
		s.pass(d, out, wanted)
	}
}

// pass finds the wanted columns of d, all if wanted is nil.
func (s *System) pass(d *derivative, out []float64, wanted []bool) {
	s.askDifferences(&s.asked, d.x, out, s.f, func(f func(x, y []float64)) {
		d.f = f
		d.columns(wanted)
	})
	calls := d.calls(wanted)
	s.NFev += calls
	s.NFevDiff += calls
}

// noteSizes remembers the largest sizes of the variables where differences were taken; infinity for one
// that was 0 there, whose size is not known.
func (s *System) noteSizes(x []float64) {
	if s.largest == nil {
		s.largest = make([]float64, s.n)
	}
	for i, v := range x {
		if s.largest[i] = max(s.largest[i], math.Abs(v)); v == 0 {
			s.largest[i] = math.Inf(1)
		}
	}
}

// lengthen takes the steps that were found long enough before, for variables of about the same size.
func (s *System) lengthen(d *derivative) {
	for i, l := range s.longer {
		const same = 10 // a choice
		if size := math.Abs(d.x[i]); l.h > 0 && size <= same*l.size && l.size <= same*size {
			lo, hi := d.limits(i)
			d.steps[i] = d.within(l.h, d.x[i], lo, hi)
		}
	}
}

// tooShort makes those steps longer that change no value by more than rounding, and returns which they
// are, nil if there are none. last asks for the longest steps.
func (s *System) tooShort(d *derivative, last bool) (which []bool) {
	changes, whole := d.changes()
	for i, x := range d.x {
		const shrunk = 1e-3 // a choice
		change := changes[i]
		if math.Abs(x) < shrunk*s.largest[i] {
			change = whole[i] // there may be a value that depends on nothing else, and changes with it
		}
		h, most := math.Abs(d.steps[i].h1), d.unit()*max(1, math.Abs(x))
		if change >= digits*d.err || h == 0 || h >= most/2 {
			continue
		}
		// The step should change values by the part unit, as the default step does where x matters.
		if h *= d.unit() / max(change, 1e-300); last || !(h < most) {
			h = most
		}
		lo, hi := d.limits(i)
		longer := d.within(h, x, lo, hi)
		if math.Abs(longer.h1) <= math.Abs(d.steps[i].h1) { // the bounds are near
			continue
		}
		if which == nil {
			which = make([]bool, s.n)
		}
		if s.longer == nil {
			s.longer = make([]longerStep, s.n)
		}
		which[i], d.steps[i], s.longer[i] = true, longer, longerStep{math.Abs(x), h}
	}
	return which
}

// changes is, for the step of each variable, the largest change of a value relative to the terms that the
// value is the sum of, infinite for a value without terms; and the norm of all changes relative to the
// norm of all terms.
func (j *derivative) changes() (largest, whole []float64) {
	terms := make([]float64, len(j.y))
	for r, y := range j.y {
		terms[r] = math.Abs(y)
	}
	j.visit(func(r, i int, v float64) { terms[r] += math.Abs(v * j.x[i]) })
	largest, whole = make([]float64, len(j.x)), make([]float64, len(j.x))
	j.visit(func(r, i int, v float64) {
		change := math.Abs(v * j.steps[i].h1)
		whole[i] = math.Hypot(whole[i], change)
		if change > 0 {
			largest[i] = max(largest[i], change/terms[r])
		}
	})
	size := vec.Norm2(terms)
	for i := range whole {
		if whole[i] > 0 {
			whole[i] /= size
		}
	}
	return largest, whole
}

// Doubtful reports for each variable whether the differences of the last Jacobian may be none: the step
// changed no value by more than rounding, or is not short compared with the variable. It is nil if the
// Jacobian was given.
func (s *System) Doubtful() []bool {
	d := s.last
	if d == nil {
		return nil
	}
	const short = 1e-3 // of the variable: a choice
	doubtful := make([]bool, s.n)
	changes, _ := d.changes()
	for i, c := range changes {
		h := math.Abs(d.steps[i].h1)
		doubtful[i] = h > 0 && (c < digits*d.err || h > short*math.Abs(d.x[i]))
	}
	return doubtful
}

// Unchanged reports for each variable whether the steps of the last Jacobian changed no value at all. It is nil if the
// Jacobian was given.
func (s *System) Unchanged() []bool {
	if s.last == nil {
		return nil
	}
	unchanged := make([]bool, s.n)
	changes, _ := s.last.changes()
	for i, c := range changes {
		unchanged[i] = c == 0 && s.last.steps[i].h1 != 0
	}
	return unchanged
}

// Confirmed reports whether the columns of the last Jacobian in question agree with differences over
// other steps: much longer ones where a step changed values by rounding only, else 100 times as short. It evaluates these.
func (s *System) Confirmed(question []bool) bool {
	if s.last == nil || !slices.Contains(question, true) {
		return true
	}
	other := *s.last
	other.steps = slices.Clone(s.last.steps)
	changes, _ := s.last.changes()
	for i, q := range question {
		if !q {
			continue
		}
		h := math.Abs(other.steps[i].h1)
		if changes[i] < digits*other.err {
			h *= 1e4 // enough for values in float32, where the step is for float64
		} else {
			h /= 100
		}
		lo, hi := other.limits(i)
		other.steps[i] = other.within(h, other.x[i], lo, hi)
	}
	out := s.copyElements(&other)
	s.pass(&other, out, question)
	norms, apart := make([]float64, s.n), make([]float64, s.n)
	var was []float64
	s.last.visit(func(r, i int, v float64) { was = append(was, v); norms[i] = math.Hypot(norms[i], v) })
	k := 0
	other.visit(func(r, i int, v float64) { apart[i] = math.Hypot(apart[i], v-was[k]); k++ })
	for i, q := range question {
		const close = 0.1 // a column that is right to one digit: a choice
		if q && !(apart[i] <= close*norms[i]) {
			return false
		}
	}
	return true
}

// copyElements gives d elements of its own, and returns them.
func (s *System) copyElements(d *derivative) []float64 {
	if d.sparse == nil {
		d.dense = slices.Clone(d.dense)
		return d.dense
	}
	var all []float64
	for _, row := range d.sparse {
		all = append(all, row...)
	}
	d.sparse = make([][]float64, len(d.sparse))
	at := 0
	for r, vars := range d.sparsity {
		d.sparse[r] = all[at : at+len(vars) : at+len(vars)]
		at += len(vars)
	}
	return all
}
