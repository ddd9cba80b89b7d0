package cbf

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// This file has sequences of problems that differ in their numbers, and the numbers of a problem as lines of a file.

// ReadSequence reads all problems of a file: the first one, and after each keyword CHANGE another one that differs from the one before in
// the numbers that follow, where a zero removes a number. Cones, sizes and integers are the same in all of them. Errors are those of [Read].
func ReadSequence(r io.Reader) ([]*Problem, error) {
	in := newReader(r)
	if err := in.read(true); err != nil {
		return nil, fmt.Errorf("cbf: %w", err)
	}
	return append(in.all, in.p), nil
}

// WriteSequence writes problems such that [ReadSequence] gives them back: the first one, and of each other one what differs from the one before.
//
// Errors: those of [Write], no problem, and problems of different cones, sizes, integers or senses.
func WriteSequence(w io.Writer, all []*Problem) error {
	if len(all) == 0 {
		return fmt.Errorf("cbf: no problem to write")
	}
	for k, p := range all {
		if err := p.check(); err != nil {
			return fmt.Errorf("cbf: problem %d: %w", k, err)
		}
		if !p.like(all[0]) {
			return fmt.Errorf("cbf: problem %d has other cones, sizes, integers, version or sense than problem 0", k)
		}
	}
	out := &writer{out: bufio.NewWriter(w)}
	out.problem(all[0])
	for k, p := range all[1:] {
		out.line("\nCHANGE")
		before := all[k]
		if p.Constant != before.Constant {
			out.line("\nOBJBCOORD")
			out.line(p.Constant)
		}
		old, now := before.data(), p.data()
		for _, key := range dataKeys {
			sortPlaces(old[key])
			sortPlaces(now[key])
			out.coordinates(key, differences(old[key], now[key]))
		}
	}
	return out.out.Flush()
}

// like reports whether problems differ in their numbers only.
func (p *Problem) like(q *Problem) bool {
	same := func(a, b []Cone) bool {
		return slices.EqualFunc(a, b, func(a, b Cone) bool { return a.Kind == b.Kind && a.Dim == b.Dim && slices.Equal(a.Alpha, b.Alpha) })
	}
	return p.Version == q.Version && p.Maximize == q.Maximize && same(p.Vars, q.Vars) && same(p.Cons, q.Cons) && slices.Equal(p.PSDVars, q.PSDVars) &&
		slices.Equal(p.PSDCons, q.PSDCons) && slices.Equal(p.Integers, q.Integers)
}

// change begins a problem that is like the one before, with which it shares its cones, sizes and integers.
func (r *reader) change() *Error {
	word := r.words[0]
	if r.seen["VER"] == 0 || r.seen["OBJSENSE"] == 0 {
		return r.Errorf(word.Column, "CHANGE before VER and OBJSENSE of the first problem")
	}
	if len(r.words) > 1 {
		return r.Errorf(r.words[1].Column, "%q after a keyword, want it on the next line", r.words[1])
	}
	r.p.setData(r.data)
	r.all = append(r.all, r.p)
	next := *r.p
	r.p = &next
	for _, key := range dataKeys {
		delete(r.seen, key)
	}
	return nil
}

// dataKeys are the keywords of a problem's numbers, in the order in which they are written.
var dataKeys = []string{"OBJFCOORD", "OBJACOORD", "OBJBCOORD", "FCOORD", "ACOORD", "BCOORD", "HCOORD", "DCOORD"}

// columns are which places the lines of a keyword have.
var columns = map[string][]int{"OBJFCOORD": {1, 2, 3}, "OBJACOORD": {0}, "FCOORD": {0, 1, 2, 3}, "ACOORD": {0, 1}, "BCOORD": {0}, "HCOORD": {0, 1, 2, 3}, "DCOORD": {0, 2, 3}}

// data are the numbers of a problem but for the constant, by keyword.
func (p *Problem) data() map[string][]coordinate {
	vector := func(v Vector) (to []coordinate) {
		for k, i := range v.Ind {
			to = append(to, coordinate{at: [4]int{i}, value: v.Values[k]})
		}
		return to
	}
	entries := func(all []Entry) (to []coordinate) {
		for _, e := range all {
			to = append(to, coordinate{at: [4]int{e.Con, e.Var, e.Row, e.Col}, value: e.Value})
		}
		return to
	}
	var a []coordinate
	for k, i := range p.A.Row {
		a = append(a, coordinate{at: [4]int{i, p.A.Col[k]}, value: p.A.Values[k]})
	}
	return map[string][]coordinate{"OBJACOORD": vector(p.C), "BCOORD": vector(p.B), "ACOORD": a, "OBJFCOORD": entries(p.ObjF), "FCOORD": entries(p.F),
		"HCOORD": entries(p.H), "DCOORD": entries(p.D)}
}

// setData is the inverse of data.
func (p *Problem) setData(data map[string][]coordinate) {
	vector := func(all []coordinate) (v Vector) {
		for _, c := range all {
			v.Ind, v.Values = append(v.Ind, c.at[0]), append(v.Values, c.value)
		}
		return v
	}
	entries := func(all []coordinate) (to []Entry) {
		for _, c := range all {
			to = append(to, Entry{c.at[0], c.at[1], c.at[2], c.at[3], c.value})
		}
		return to
	}
	p.C, p.B, p.A = vector(data["OBJACOORD"]), vector(data["BCOORD"]), Triplets{}
	for _, c := range data["ACOORD"] {
		p.A.Row, p.A.Col, p.A.Values = append(p.A.Row, c.at[0]), append(p.A.Col, c.at[1]), append(p.A.Values, c.value)
	}
	p.ObjF, p.F, p.H, p.D = entries(data["OBJFCOORD"]), entries(data["FCOORD"]), entries(data["HCOORD"]), entries(data["DCOORD"])
}

// sortPlaces sorts by places, and by lines at the same one.
func sortPlaces(all []coordinate) {
	compare := func(a, b coordinate) int {
		return cmp.Or(slices.Compare(a.at[:], b.at[:]), cmp.Compare(a.line, b.line))
	}
	if !slices.IsSortedFunc(all, compare) {
		slices.SortFunc(all, compare)
	}
}

// changed is old with the numbers of by at their places; zeros remove what is there. Both are sorted.
func changed(old, by []coordinate) []coordinate {
	var to []coordinate
	merge(old, by, func(a, b *coordinate) {
		if b == nil {
			b = a
		}
		if b.value != 0 {
			to = append(to, *b)
		}
	})
	return to
}

// differences are what changes old to now: zeros where now has nothing.
func differences(old, now []coordinate) []coordinate {
	var to []coordinate
	merge(old, now, func(a, b *coordinate) {
		switch {
		case b == nil:
			to = append(to, coordinate{at: a.at})
		case a == nil || a.value != b.value:
			to = append(to, *b)
		}
	})
	return to
}

// merge visits the places of two sorted lists in order, with what each list has there or nil.
func merge(x, y []coordinate, visit func(a, b *coordinate)) {
	for len(x)+len(y) > 0 {
		order := 0
		switch {
		case len(y) == 0:
			order = -1
		case len(x) == 0:
			order = 1
		default:
			order = slices.Compare(x[0].at[:], y[0].at[:])
		}
		var a, b *coordinate
		if order <= 0 {
			a, x = &x[0], x[1:]
		}
		if order >= 0 {
			b, y = &y[0], y[1:]
		}
		visit(a, b)
	}
}

// coordinates writes the lines of a keyword.
func (w *writer) coordinates(key string, all []coordinate) {
	at := columns[key]
	w.list(key, len(all), func(k int) {
		for _, i := range at {
			w.out.Write(strconv.AppendInt(w.out.AvailableBuffer(), int64(all[k].at[i]), 10))
			w.out.WriteByte(' ')
		}
		w.line(all[k].value)
	})
}
