package mps

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/argmin-go/argmin/internal/lines"
)

// Places in reader.rows that are not constraints.
const (
	objectiveRow = -1
	freeRow      = -2 // an N row that is not the objective
)

// reader is the state of reading a file.
type reader struct {
	*lines.Reader
	opt     Options
	p       *Problem
	section string
	seen    map[string]int // sections with their lines
	byField bool           // a line could only be read by its columns
	words   []lines.Word

	rows     map[string]int // the number of a row, or one of the constants above
	cols     map[string]int
	kinds    []byte // E, L or G of a row
	rhs      []float64
	ranges   []float64
	rhsLine  []int // where it was set; 0 if it was not
	rngLine  []int
	constant int   // line of the objective's right-hand side
	last     []int // of each row, 1 + the last column with an entry there
	lastObj  int
	lastFree int
	integers bool // between integer markers
	sets     map[string]string

	bounds []bound
	q      []entry
	qFull  bool // both triangles are listed
}

// bound is what BOUNDS has of a column.
type bound struct {
	lower, upper       float64
	hasLower, hasUpper bool
	any                bool
	markers            bool // the column is between integer markers
}

// entry is an element of Q.
type entry struct {
	row, col int
	value    float64
	line     int
}

// Read reads a linear or quadratic program. Errors in the file are of type *[Error]. It reads line by line: time and memory grow with
// the number of entries. A compressed file must be opened by a reader such as compress/gzip's.
func Read(r io.Reader, opt Options) (*Problem, error) {
	in := &reader{Reader: lines.NewReader(r), opt: opt, p: &Problem{}, seen: map[string]int{}, rows: map[string]int{}, cols: map[string]int{}, sets: map[string]string{}}
	p, err := in.read()
	if err != nil {
		return nil, fmt.Errorf("mps: %w", err)
	}
	return p, nil
}

func (r *reader) read() (*Problem, error) {
	for r.Next() {
		if len(r.Text) > 0 && r.Text[0] == '*' {
			continue
		}
		r.words = r.Words(r.words[:0])
		if len(r.words) == 0 {
			continue
		}
		var fault *Error
		if r.words[0].Column == 1 {
			fault = r.header()
		} else {
			fault = r.data()
		}
		if fault != nil {
			return nil, fault
		}
		if r.section == "ENDATA" {
			return r.finish()
		}
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return nil, &Error{Line: r.Number + 1, Message: "the file ends without ENDATA: it is cut off, or not an MPS file"}
}

// unsupported are sections of other programs' dialects that are not linear or quadratic programs.
var unsupported = map[string]string{
	"SOS": "special ordered sets", "SOS1": "special ordered sets", "SOS2": "special ordered sets", "SETS": "special ordered sets",
	"QCMATRIX": "quadratic constraints", "CSECTION": "cones (use package cbf)", "INDICATORS": "indicator constraints",
	"GENCONS": "general constraints", "PWLOBJ": "piecewise linear objectives", "PWLNAM": "piecewise linear functions",
	"LAZYCONS": "lazy constraints", "USERCUTS": "cuts", "MODELCUTS": "cuts",
}

// header reads a line that begins in column 1: a section begins.
func (r *reader) header() *Error {
	name := strings.ToUpper(r.words[0].String())
	if r.section == "OBJSENSE" && len(r.words) == 1 && (strings.HasPrefix(name, "MAX") || strings.HasPrefix(name, "MIN")) {
		return r.sense(r.words[0]) // which some programs write in column 1 too
	}
	if what, ok := unsupported[name]; ok {
		return r.Errorf(1, "section %s has %s, which are not read", name, what)
	}
	switch name {
	case "NAME", "OBJSENSE", "OBJNAME", "ROWS", "COLUMNS", "RHS", "RANGES", "BOUNDS", "QUADOBJ", "QMATRIX", "QSECTION", "ENDATA":
	default:
		return r.Errorf(1, "%q is not a section of MPS or QPS; lines of data begin with a blank", r.words[0])
	}
	if line, ok := r.seen[name]; ok {
		return r.Errorf(1, "a second section %s; the first one is at line %d", name, line)
	}
	if name != "NAME" && name != "OBJSENSE" && name != "OBJNAME" && name != "ROWS" && r.seen["ROWS"] == 0 {
		return r.Errorf(1, "section %s comes before ROWS", name)
	}
	if (name == "BOUNDS" || strings.HasPrefix(name, "Q")) && r.seen["COLUMNS"] == 0 {
		return r.Errorf(1, "section %s comes before COLUMNS", name)
	}
	r.seen[name], r.section = r.Number, name
	rest := r.words[1:]
	switch {
	case name == "NAME":
		r.p.Name = r.Cut(len("NAME"), len(r.Text)).String()
		return nil
	case name == "OBJSENSE" && len(rest) == 1:
		return r.sense(rest[0])
	case name == "OBJNAME" && len(rest) == 1:
		return r.objective(rest[0])
	case name == "QSECTION" && len(rest) > 0:
		if row, ok := r.rows[r.Cut(len(name), len(r.Text)).String()]; !ok || row != objectiveRow {
			return r.Errorf(rest[0].Column, "QSECTION of %q, which is not the objective: quadratic constraints are not read", r.Cut(len(name), len(r.Text)))
		}
	case len(rest) > 0:
		return r.Errorf(rest[0].Column, "%q after the name of section %s; lines of data begin with a blank", rest[0], name)
	}
	if strings.HasPrefix(name, "Q") {
		for _, other := range []string{"QUADOBJ", "QMATRIX", "QSECTION"} {
			if other != name && r.seen[other] > 0 {
				return r.Errorf(1, "section %s after %s at line %d: the objective must have one of them", name, other, r.seen[other])
			}
		}
		r.qFull = name == "QMATRIX"
	}
	return nil
}

// objective sets which row is the objective, unless the caller has.
func (r *reader) objective(name lines.Word) *Error {
	if r.seen["ROWS"] > 0 {
		return r.Errorf(name.Column, "OBJNAME after ROWS, want it before")
	}
	r.opt.Objective = cmp.Or(r.opt.Objective, name.String())
	return nil
}

func (r *reader) sense(w lines.Word) *Error {
	switch strings.ToUpper(w.String()) {
	case "MAX", "MAXIMIZE", "MAXIMISE":
		r.p.Maximize = true
	case "MIN", "MINIMIZE", "MINIMISE":
		r.p.Maximize = false
	default:
		return r.Errorf(w.Column, "the sense of the objective is %q, want MIN or MAX", w)
	}
	return nil
}

// data reads a line of the current section.
func (r *reader) data() *Error {
	switch r.section {
	case "":
		return r.Errorf(0, "a line of data before the first section; sections begin in column 1")
	case "NAME":
		return r.Errorf(r.words[0].Column, "data in section NAME, want the next section in column 1")
	case "OBJSENSE":
		return r.sense(r.words[0])
	case "OBJNAME":
		return r.objective(r.Cut(0, len(r.Text)))
	case "COLUMNS":
		for _, w := range r.words {
			if w.Is("'MARKER'") {
				return r.marker()
			}
		}
	}
	rec, fault := r.record()
	if fault != nil {
		return fault
	}
	switch r.section {
	case "ROWS":
		r.addRow(rec)
	case "COLUMNS":
		return r.addColumn(rec)
	case "RHS", "RANGES":
		return r.addSides(rec)
	case "BOUNDS":
		return r.addBound(rec)
	default:
		for _, t := range rec.terms[:rec.n] {
			r.q = append(r.q, entry{t.row, rec.col, t.value, r.Number})
		}
	}
	return nil
}

func (r *reader) marker() *Error {
	last := r.words[len(r.words)-1]
	switch last.String() {
	case "'INTORG'":
		r.integers = true
	case "'INTEND'":
		r.integers = false
	case "'SOSORG'", "'SOSEND'":
		return r.Errorf(last.Column, "markers of special ordered sets, which are not read")
	default:
		return r.Errorf(last.Column, "a marker %q, want 'INTORG' or 'INTEND'", last)
	}
	return nil
}

// addRow begins a row.
func (r *reader) addRow(rec record) {
	name := rec.name.String()
	if rec.kind == 'N' {
		place := freeRow
		if r.p.Objective == "" && (r.opt.Objective == "" || r.opt.Objective == name) {
			place, r.p.Objective = objectiveRow, name
		}
		r.rows[name] = place
		return
	}
	r.rows[name] = len(r.p.RowNames)
	r.p.RowNames = append(r.p.RowNames, name)
	r.kinds = append(r.kinds, rec.kind)
	r.rhs, r.ranges = append(r.rhs, 0), append(r.ranges, 0)
	r.rhsLine, r.rngLine = append(r.rhsLine, 0), append(r.rngLine, 0)
	r.last = append(r.last, 0)
}

// addColumn adds entries to a column, which begins if it is not the last one.
func (r *reader) addColumn(rec record) *Error {
	p := r.p
	j := len(p.ColNames) - 1
	if rec.col < 0 {
		j++
		name := rec.name.String()
		r.cols[name] = j
		p.ColNames = append(p.ColNames, name)
		p.C = append(p.C, 0)
		kind := Continuous
		if r.integers {
			kind = Integer
		}
		p.Kinds = append(p.Kinds, kind)
		r.bounds = append(r.bounds, bound{markers: r.integers})
		p.A.Ptr = append(p.A.Ptr, len(p.A.Ind))
	} else if rec.col != j {
		return r.Errorf(rec.name.Column, "column %q again: its entries must come in one piece", rec.name)
	}
	for _, t := range rec.terms[:rec.n] {
		last := &r.lastFree
		switch {
		case t.row >= 0:
			last = &r.last[t.row]
		case t.row == objectiveRow:
			last = &r.lastObj
		}
		again := t.row != freeRow && *last == j+1
		if again && !r.opt.AddUp {
			return r.Errorf(t.name.Column, "a second entry of row %q in column %q", t.name, p.ColNames[j])
		}
		*last = j + 1
		switch {
		case t.row == objectiveRow:
			p.C[j] += t.value
		case again && r.addUp(t):
		case t.row >= 0 && t.value != 0:
			p.A.Ind, p.A.Values = append(p.A.Ind, t.row), append(p.A.Values, t.value)
		}
	}
	return nil
}

// addUp adds to an entry of the last column, and reports whether there is one: zeros are not stored.
func (r *reader) addUp(t term) bool {
	a := &r.p.A
	for k := a.Ptr[len(a.Ptr)-1]; k < len(a.Ind); k++ {
		if a.Ind[k] == t.row {
			a.Values[k] += t.value
			return true
		}
	}
	return false
}

// chosen reports whether the lines of a set are to be read.
func (r *reader) chosen(set lines.Word, want string) (bool, *Error) {
	if len(set.Text) == 0 && want == "" {
		return true, nil // a set without a name belongs to any
	}
	if want != "" && !set.Is(want) {
		return false, nil
	}
	first, ok := r.sets[r.section]
	if !ok {
		r.sets[r.section] = set.String()
		return true, nil
	}
	if !set.Is(first) {
		return false, r.Errorf(set.Column, "a second set %q of %s; the first one is %q: choose one by Options", set, r.section, first)
	}
	return true, nil
}

// addSides sets right-hand sides or ranges.
func (r *reader) addSides(rec record) *Error {
	want, values, at := r.opt.RHS, r.rhs, r.rhsLine
	if r.section == "RANGES" {
		want, values, at = r.opt.Ranges, r.ranges, r.rngLine
	}
	if use, fault := r.chosen(rec.set, want); !use {
		return fault
	}
	for _, t := range rec.terms[:rec.n] {
		place := &r.constant
		if t.row >= 0 {
			place = &at[t.row]
		} else if t.row == freeRow || r.section == "RANGES" {
			continue
		}
		if *place > 0 {
			return r.Errorf(t.name.Column, "row %q has a value in %s at line %d already", t.name, r.section, *place)
		}
		*place = r.Number
		switch {
		case t.row == objectiveRow:
			r.p.Constant = -t.value
		case math.Abs(t.value) >= infinite && !r.canBeInfinite(t):
			return r.Errorf(t.number.Column, "%s in %s of row %q, which is %c: the value must be finite", t.number, r.section, t.name, r.kinds[t.row])
		default:
			values[t.row] = t.value
		}
	}
	return nil
}

// canBeInfinite reports whether an infinite value of a row means that there is no limit.
func (r *reader) canBeInfinite(t term) bool {
	if r.section == "RANGES" {
		return true
	}
	return r.kinds[t.row] == 'L' && t.value > 0 || r.kinds[t.row] == 'G' && t.value < 0
}
