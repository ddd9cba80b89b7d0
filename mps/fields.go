package mps

import (
	"bytes"
	"math"
	"strings"

	"github.com/argmin-go/argmin/internal/lines"
)

// fields are the six fields of a line of data, whichever way they are found.
type fields [6]lines.Word

// record is a line of data that fits: its names are known and its numbers are numbers.
type record struct {
	kind  byte       // of ROWS
	bound string     // type of BOUNDS
	name  lines.Word // of the row in ROWS, of the column otherwise
	set   lines.Word // of RHS, RANGES, BOUNDS
	col   int        // number of the column; -1 if it begins here
	terms [2]term
	n     int // of terms
	value float64
}

// term is a row (in RHS, COLUMNS) or column (in QUADOBJ) with its number.
type term struct {
	name, number lines.Word
	row          int
	value        float64
}

// starts are the bytes at which the fields of fixed MPS begin, and ends the bytes after them, counted from 0.
var (
	starts = [6]int{1, 4, 14, 24, 39, 49}
	ends   = [6]int{3, 12, 22, 36, 47, 61}
)

// cardText is how many columns of a punched card were for text; the last eight had a number, by which the cards could be sorted again.
const cardText = 72

// record reads the current line by blanks or by columns, as Format is and as fits.
func (r *reader) record() (record, *Error) {
	free, freeFault := r.byBlanks()
	if r.opt.Format == Free {
		if freeFault != nil {
			return record{}, freeFault
		}
		return r.resolve(free)
	}
	fixed, between := r.byColumns()
	if r.opt.Format == Fixed {
		if len(between.Text) > 0 {
			return record{}, r.between(between)
		}
		return r.resolve(fixed)
	}
	var a, b record
	if freeFault == nil {
		a, freeFault = r.resolve(free)
		if freeFault == nil && (len(between.Text) > 0 || same(free, fixed)) {
			return a, nil
		}
	}
	var fixedFault *Error
	if len(between.Text) > 0 {
		fixedFault = r.between(between)
	} else {
		b, fixedFault = r.resolve(fixed)
	}
	switch {
	case freeFault == nil && fixedFault == nil && !r.byField:
		return a, r.Errorf(0, "by columns, %s; by blanks, something else: choose Options.Format", describe(fixed))
	case fixedFault == nil:
		r.byField = true
		return b, nil
	case freeFault == nil:
		return a, nil
	case r.byField:
		return b, fixedFault
	}
	return a, freeFault
}

func same(a, b fields) bool {
	for i := range a {
		if !bytes.Equal(a[i].Text, b[i].Text) {
			return false
		}
	}
	return true
}

func describe(f fields) string {
	var all [][]byte
	for _, w := range f {
		if len(w.Text) > 0 {
			all = append(all, append(append([]byte{'"'}, w.Text...), '"'))
		}
	}
	return "the line has " + string(bytes.Join(all, []byte(", ")))
}

// byColumns cuts the line at the columns of fixed MPS, between which only blanks may be: else it gives what is there.
func (r *reader) byColumns() (f fields, between lines.Word) {
	if at := bytes.IndexByte(r.Text, '\t'); at >= 0 {
		return f, lines.Word{Text: r.Text[at : at+1], Column: at + 1}
	}
	end := min(len(r.Text), cardText)
	for i := range f {
		f[i] = r.Cut(starts[i], ends[i])
		if (i == 2 || i == 4) && r.comments(f[i]) {
			end = starts[i]
			f[i] = lines.Word{Column: end + 1}
			break
		}
	}
	gap := 0
	for i := range len(f) + 1 {
		hi := end
		if i < len(f) {
			hi = min(starts[i], end)
		}
		if w := r.Cut(gap, hi); len(w.Text) > 0 {
			return f, w
		}
		if i < len(f) {
			gap = ends[i]
		}
	}
	return f, lines.Word{}
}

func (r *reader) between(w lines.Word) *Error {
	return r.Errorf(w.Column, "%q is between the fields of fixed format, which are in columns 2–3, 5–12, 15–22, 25–36, 40–47, 50–61", w)
}

// comments reports whether a word begins a comment: by $ or *, unless it is a name.
func (r *reader) comments(w lines.Word) bool {
	if len(w.Text) == 0 || w.Text[0] != '$' && w.Text[0] != '*' {
		return false
	}
	_, row := r.rows[string(w.Text)]
	_, col := r.cols[string(w.Text)]
	return !row && !col
}

// byBlanks takes the words of the line as fields: which ones follows from their number and, where a name may be left out, from
// the names that there are.
func (r *reader) byBlanks() (fields, *Error) {
	w := r.words
	for i, e := range w {
		if i >= 2 && r.comments(e) {
			w = w[:i]
			break
		}
	}
	switch r.section {
	case "ROWS":
		if len(w) == 2 {
			return fields{w[0], w[1]}, nil
		}
		return fields{}, r.Errorf(w[min(2, len(w)-1)].Column, "%d words in a line of ROWS, want a type and a name", len(w))
	case "BOUNDS":
		return r.boundByBlanks(w)
	case "RHS", "RANGES":
		if len(w) == 2 || len(w) == 4 {
			w = append([]lines.Word{{Column: w[0].Column}}, w...)
		}
	}
	switch len(w) {
	case 3:
		return fields{{}, w[0], w[1], w[2]}, nil
	case 5:
		return fields{{}, w[0], w[1], w[2], w[3], w[4]}, nil
	}
	return fields{}, r.Errorf(w[0].Column, "%d words in a line of %s, want a name and one or two pairs of a name and a number", len(w), r.section)
}

// boundByBlanks finds the fields of a bound, of which the set's name and the number may be missing.
func (r *reader) boundByBlanks(w []lines.Word) (fields, *Error) {
	isColumn := func(i int) bool {
		_, ok := r.cols[string(w[i].Text)]
		return ok
	}
	valued := boundTypes[strings.ToUpper(w[0].String())]
	switch {
	case len(w) == 4:
		return fields{w[0], w[1], w[2], w[3]}, nil
	case len(w) == 3 && !valued && (isColumn(2) || !isColumn(1)):
		return fields{w[0], w[1], w[2]}, nil
	case len(w) == 3:
		if isColumn(2) && !isColumn(1) {
			return fields{w[0], w[1], w[2]}, nil // its number is missing
		}
		return fields{w[0], {Column: w[1].Column}, w[1], w[2]}, nil
	case len(w) == 2 && !valued:
		return fields{w[0], {Column: w[1].Column}, w[1]}, nil
	}
	return fields{}, r.Errorf(w[0].Column, "%d words in a line of BOUNDS, want a type, the name of the set, a column and a number", len(w))
}

// boundTypes are the types of bounds, and whether they have a number.
var boundTypes = map[string]bool{
	"LO": true, "UP": true, "FX": true, "LI": true, "UI": true, "SC": true, "SI": true,
	"FR": false, "MI": false, "PL": false, "BV": false,
}

// resolve finds the names and numbers of the fields.
func (r *reader) resolve(f fields) (record, *Error) {
	switch r.section {
	case "ROWS":
		return r.resolveRow(f)
	case "BOUNDS":
		return r.resolveBound(f)
	}
	var rec record
	if len(f[0].Text) > 0 {
		return rec, r.Errorf(f[0].Column, "%q in the first field, which is empty in section %s", f[0], r.section)
	}
	names, kind := r.rows, "row"
	switch r.section {
	case "COLUMNS":
		rec.name, rec.col = f[1], -1
		if j, ok := r.cols[string(f[1].Text)]; ok {
			rec.col = j
		}
		if len(f[1].Text) == 0 {
			return rec, r.Errorf(5, "the name of the column is missing")
		}
	case "RHS", "RANGES":
		rec.set = f[1]
	default:
		names, kind = r.cols, "column"
		j, ok := r.cols[string(f[1].Text)]
		if !ok {
			return rec, r.Errorf(max(f[1].Column, 1), "there is no column %q in section COLUMNS", f[1])
		}
		rec.name, rec.col = f[1], j
	}
	for i := 2; i < 6; i += 2 {
		if i == 4 && len(f[4].Text) == 0 && len(f[5].Text) == 0 {
			break
		}
		t := term{name: f[i], number: f[i+1]}
		var ok bool
		if t.row, ok = names[string(f[i].Text)]; !ok {
			return rec, r.Errorf(max(f[i].Column, 1), "there is no %s %q in section %s", kind, f[i], map[string]string{"row": "ROWS", "column": "COLUMNS"}[kind])
		}
		var fault *Error
		if t.value, fault = r.number(t.number); fault != nil {
			return rec, fault
		}
		if math.IsInf(t.value, 0) && (r.section != "RHS" && r.section != "RANGES" || t.row == objectiveRow) {
			return rec, r.Errorf(t.number.Column, "%s is not finite", t.number)
		}
		rec.terms[rec.n] = t
		rec.n++
	}
	return rec, nil
}

func (r *reader) number(w lines.Word) (float64, *Error) {
	v, ok := lines.Float(w.Text)
	if !ok {
		return 0, r.Errorf(max(w.Column, 1), "%q is not a number", w)
	}
	return v, nil
}

func (r *reader) resolveRow(f fields) (record, *Error) {
	rec := record{name: f[1]}
	for _, w := range f[2:] {
		if len(w.Text) > 0 {
			return rec, r.Errorf(w.Column, "%q after the name of a row", w)
		}
	}
	if len(f[0].Text) == 1 {
		rec.kind = f[0].Text[0] &^ ('a' - 'A')
	}
	if !bytes.Contains([]byte("NELG"), []byte{rec.kind}) {
		return rec, r.Errorf(max(f[0].Column, 1), "the type of the row is %q, want N, E, L or G", f[0])
	}
	if len(f[1].Text) == 0 {
		return rec, r.Errorf(5, "the name of the row is missing")
	}
	if _, ok := r.rows[string(f[1].Text)]; ok {
		return rec, r.Errorf(f[1].Column, "a second row %q", f[1])
	}
	return rec, nil
}

func (r *reader) resolveBound(f fields) (record, *Error) {
	rec := record{bound: strings.ToUpper(f[0].String()), set: f[1], name: f[2]}
	valued, ok := boundTypes[rec.bound]
	if !ok {
		return rec, r.Errorf(max(f[0].Column, 1), "the type of the bound is %q, want LO, UP, FX, FR, MI, PL, BV, LI, UI, SC or SI", f[0])
	}
	if rec.col, ok = r.cols[string(f[2].Text)]; !ok {
		return rec, r.Errorf(max(f[2].Column, 1), "there is no column %q in section COLUMNS", f[2])
	}
	for _, w := range f[4:] {
		if len(w.Text) > 0 {
			return rec, r.Errorf(w.Column, "%q after a bound", w)
		}
	}
	if !valued {
		return rec, nil
	}
	if len(f[3].Text) == 0 {
		return rec, r.Errorf(f[2].Column, "the number of bound %s of column %q is missing", rec.bound, f[2])
	}
	var fault *Error
	rec.value, fault = r.number(f[3])
	if math.Abs(rec.value) >= infinite {
		rec.value = math.Inf(int(math.Copysign(1, rec.value)))
	}
	return rec, fault
}
