package mps

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// writer writes lines; the first error stays.
type writer struct {
	out   *bufio.Writer
	p     *Problem
	fixed bool
	obj   string
	rows  []string
	cols  []string
	err   error
}

// Write writes a problem such that Read gives the same one back, numbers to the last bit. Rows and columns without names get R1, R2, …
// and C1, C2, …. Of the options only Format counts: Auto writes free format, fixed where names contain blanks.
//
// Errors: slices whose lengths do not fit, numbers that are NaN or where they must not be infinite, a row with crossed limits, Q not
// symmetric, names that are empty, equal or have line ends, and what fixed format has no room for: names of more than 8 bytes and
// numbers of more than 12. A row between two limits is written with their difference, which may change the last digit of one of them.
// Limits of 1e20 and more are written as none.
func Write(w io.Writer, p *Problem, opt Options) error {
	limited := *p
	limited.RowLower, limited.RowUpper, limited.Lower, limited.Upper = limits(p.RowLower), limits(p.RowUpper), limits(p.Lower), limits(p.Upper)
	out := &writer{out: bufio.NewWriter(w), p: &limited}
	if err := out.prepare(opt.Format); err != nil {
		return fmt.Errorf("mps: %w", err)
	}
	out.write()
	if out.err != nil {
		return fmt.Errorf("mps: %w", out.err)
	}
	return out.out.Flush()
}

// limits are numbers with those infinite that Read takes for infinite.
func limits(v []float64) []float64 {
	to := slices.Clone(v)
	for i, e := range to {
		if math.Abs(e) >= infinite {
			to[i] = math.Inf(int(math.Copysign(1, e)))
		}
	}
	return to
}

// names checks names, or makes them.
func names(given []string, n int, letter string, what string) ([]string, error) {
	if given == nil {
		given = make([]string, n)
		for i := range given {
			given[i] = letter + strconv.Itoa(i+1)
		}
	}
	if len(given) != n {
		return nil, fmt.Errorf("%d names of %ss, want %d", len(given), what, n)
	}
	first := make(map[string]int, n)
	for i, s := range given {
		if s == "" || strings.TrimSpace(s) != s || strings.ContainsAny(s, "\r\n\t\v\f") {
			return nil, fmt.Errorf("%s %d is named %q, want a name without line ends, tabs and blanks at its ends", what, i, s)
		}
		if s == "'MARKER'" {
			return nil, fmt.Errorf("%s %d is named %s, which marks integers in this format", what, i, s)
		}
		if k, ok := first[s]; ok {
			return nil, fmt.Errorf("%ss %d and %d are both named %q", what, k, i, s)
		}
		first[s] = i
	}
	return given, nil
}

func (w *writer) prepare(format Format) error {
	p := w.p
	var err error
	if w.rows, err = names(p.RowNames, p.A.Rows, "R", "row"); err != nil {
		return err
	}
	if w.cols, err = names(p.ColNames, p.A.Cols, "C", "column"); err != nil {
		return err
	}
	if err := p.check(); err != nil {
		return err
	}
	if strings.ContainsAny(p.Name, "\r\n") || strings.TrimSpace(p.Name) != p.Name {
		return fmt.Errorf("the problem is named %q, want a name without line ends and blanks at its ends", p.Name)
	}
	w.obj = cmp.Or(p.Objective, "obj")
	for p.Objective == "" && slices.Contains(w.rows, w.obj) {
		w.obj += "_"
	}
	all := append([]string{w.obj}, w.rows...)
	if _, err := names(all, len(all), "", "row"); err != nil {
		return fmt.Errorf("with the objective as row 0: %w", err)
	}
	blanks, long := false, ""
	for _, s := range append(all, w.cols...) {
		blanks = blanks || strings.Contains(s, " ")
		if len(s) > 8 {
			long = s
		}
	}
	w.fixed = format == Fixed || format == Auto && blanks
	switch {
	case format == Free && blanks:
		return errors.New("names contain blanks, which free format cannot have")
	case w.fixed && long != "":
		return fmt.Errorf("name %q has more than the 8 bytes of fixed format", long)
	}
	return nil
}

// line writes a line of fields, the first of one or two letters.
func (w *writer) line(kind string, f ...string) {
	if w.err != nil {
		return
	}
	b := w.out.AvailableBuffer()
	b = append(b, ' ')
	b = append(b, kind...)
	for i, s := range f {
		b = append(b, ' ')
		for len(b) < starts[i+1] {
			b = append(b, ' ')
		}
		b = append(b, s...)
	}
	b = append(b, '\n')
	_, w.err = w.out.Write(b)
}

func (w *writer) text(s string) {
	if w.err == nil {
		_, w.err = w.out.WriteString(s)
	}
}

// number writes a number with as many digits as it takes to read it back.
func (w *writer) number(v float64) string {
	s := strconv.FormatFloat(v, 'g', -1, 64)
	if w.fixed && len(s) > 12 {
		if t := strings.Replace(strings.Replace(s, "e-0", "e-", 1), "e+0", "e+", 1); len(t) <= 12 {
			return t
		}
		if w.err == nil {
			w.err = fmt.Errorf("number %s has more than the 12 bytes of fixed format", s)
		}
	}
	return s
}

func (w *writer) write() {
	p := w.p
	w.text("NAME          " + p.Name + "\n")
	if p.Maximize {
		w.text("OBJSENSE\n    MAX\n")
	}
	w.text("ROWS\n")
	w.line("N", w.obj)
	kinds := make([]side, p.A.Rows)
	for i, name := range w.rows {
		kinds[i] = sideOf(p.RowLower[i], p.RowUpper[i])
		w.line(kinds[i].kind, name)
	}
	w.text("COLUMNS\n")
	w.columns()
	w.text("RHS\n")
	if p.Constant != 0 {
		w.line(" ", "RHS", w.obj, w.number(-p.Constant))
	}
	ranged := false
	for i, k := range kinds {
		if k.rhs != 0 {
			w.line(" ", "RHS", w.rows[i], w.number(k.rhs))
		}
		ranged = ranged || k.ranged
	}
	if ranged {
		w.text("RANGES\n")
		for i, k := range kinds {
			if k.ranged {
				w.line(" ", "RNG", w.rows[i], w.number(k.width))
			}
		}
	}
	w.text("BOUNDS\n")
	for j := range w.cols {
		w.bounds(j)
	}
	if len(p.Q.Values) > 0 {
		w.text("QUADOBJ\n")
		for j, name := range w.cols {
			ind, values := p.Q.Column(j)
			for k, i := range ind {
				if i >= j {
					w.line(" ", name, w.cols[i], w.number(values[k]))
				}
			}
		}
	}
	w.text("ENDATA\n")
}

func (w *writer) columns() {
	p := w.p
	integers, markers := false, 0
	mark := func(on bool) {
		if on != integers {
			integers = on
			kind := map[bool]string{true: "'INTORG'", false: "'INTEND'"}[on]
			w.line(" ", "M"+strconv.Itoa(markers), "'MARKER'", "", kind)
			markers++
		}
	}
	for j, name := range w.cols {
		mark(p.Kinds != nil && (p.Kinds[j] == Integer || p.Kinds[j] == SemiInteger))
		ind, values := p.A.Column(j)
		if p.C[j] != 0 || len(ind) == 0 {
			w.line(" ", name, w.obj, w.number(p.C[j]))
		}
		for k, i := range ind {
			w.line(" ", name, w.rows[i], w.number(values[k]))
		}
	}
	mark(false)
}

// side is how a row is written.
type side struct {
	kind       string
	rhs, width float64
	ranged     bool
}

func sideOf(lower, upper float64) side {
	switch {
	case lower == upper:
		return side{kind: "E", rhs: lower}
	case math.IsInf(lower, 0) && math.IsInf(upper, 0):
		return side{kind: "G", rhs: -1e30} // a row without limits, which N would leave out
	case math.IsInf(lower, 0):
		return side{kind: "L", rhs: upper}
	case math.IsInf(upper, 0):
		return side{kind: "G", rhs: lower}
	}
	width := upper - lower
	if lower+width != upper && upper-width == lower {
		return side{"L", upper, width, true}
	}
	return side{"G", lower, width, true}
}

// bounds writes the bounds of a column.
func (w *writer) bounds(j int) {
	p, name := w.p, w.cols[j]
	lower, upper := p.Lower[j], p.Upper[j]
	kind := Continuous
	if p.Kinds != nil {
		kind = p.Kinds[j]
	}
	set := func(kind string, v float64) { w.line(kind, "BND", name, w.number(v)) }
	switch {
	case kind == SemiContinuous || kind == SemiInteger:
		if math.IsInf(upper, 0) {
			upper = 1e30
		}
		if lower != 0 {
			set("LO", lower)
		}
		set("SC", upper)
	case lower == upper:
		set("FX", lower)
	case math.IsInf(lower, 0) && math.IsInf(upper, 0):
		w.line("FR", "BND", name)
	case math.IsInf(lower, 0):
		w.line("MI", "BND", name)
		set("UP", upper)
	default:
		if lower != 0 || upper < 0 {
			set("LO", lower)
		}
		if !math.IsInf(upper, 0) {
			set("UP", upper)
		} else if kind == Integer {
			w.line("PL", "BND", name) // otherwise it would be in [0, 1]
		}
	}
}
