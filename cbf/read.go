package cbf

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/argmin-go/argmin/internal/lines"
)

const (
	maxNumber = math.MaxFloat64
	maxCount  = math.MaxInt32 // of variables and constraints
	maxOrder  = 65535         // of matrices: the most of which a triangle has at most maxCount entries
)

func triangular(dim int) bool {
	n := int(math.Sqrt(2 * float64(dim)))
	return n*(n+1)/2 == dim
}

// reader is the state of reading a file.
type reader struct {
	*lines.Reader
	p      *Problem
	words  []lines.Word
	seen   map[string]int // keywords with their lines
	n, m   int
	powers map[Kind][][]float64
	data   map[string][]coordinate // by keyword, sorted, without zeros
	all    []*Problem              // the problems before a CHANGE
}

// coordinate is one line of numbers with the line that it is from.
type coordinate struct {
	at    [4]int
	value float64
	line  int
}

// Read reads a cone program. Errors in the file are of type *[Error]. Entries come back sorted, and a second entry at a place is an error, as is
// a file with more than one problem: see [ReadSequence].
// Time and memory grow with the number of entries, but for sorting those that are not sorted.
func Read(r io.Reader) (*Problem, error) {
	in := newReader(r)
	if err := in.read(false); err != nil {
		return nil, fmt.Errorf("cbf: %w", err)
	}
	return in.p, nil
}

func newReader(r io.Reader) *reader {
	return &reader{Reader: lines.NewReader(r), p: &Problem{}, seen: map[string]int{}, powers: map[Kind][][]float64{}, data: map[string][]coordinate{}}
}

// next goes to the next line that has words and is not a comment.
func (r *reader) next() bool {
	for r.Next() {
		r.words = r.Words(r.words[:0])
		if len(r.words) > 0 && r.words[0].Text[0] != '#' {
			return true
		}
	}
	return false
}

// read reads the file, with changes or without.
func (r *reader) read(changes bool) error {
	for r.next() {
		if fault := r.item(changes); fault != nil {
			if err := r.Err(); err != nil {
				return err
			}
			return fault
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	if r.seen["VER"] == 0 {
		return &Error{Line: r.Number + 1, Message: "the file ends without VER: it is empty"}
	}
	if r.seen["OBJSENSE"] == 0 {
		return &Error{Line: r.Number + 1, Message: "the file ends without OBJSENSE"}
	}
	r.p.setData(r.data)
	return nil
}

// needs are the keywords that must come before one.
var needs = map[string][]string{
	"INT": {"VAR"}, "OBJFCOORD": {"PSDVAR"}, "OBJACOORD": {"VAR"}, "FCOORD": {"PSDVAR", "CON"}, "ACOORD": {"VAR", "CON"}, "BCOORD": {"CON"},
	"HCOORD": {"VAR", "PSDCON"}, "DCOORD": {"PSDCON"},
}

// item reads a keyword and what belongs to it.
func (r *reader) item(changes bool) *Error {
	word := r.words[0]
	key := word.String()
	if key == "CHANGE" {
		if !changes {
			return r.Errorf(word.Column, "CHANGE begins a second problem that is like this one; ReadSequence reads all of them")
		}
		return r.change()
	}
	if len(r.all) > 0 && items[key] != nil && !slices.Contains(dataKeys, key) {
		return r.Errorf(word.Column, "%s after CHANGE, where only the numbers of problems change: %s", key, strings.Join(dataKeys, ", "))
	}
	if line, ok := r.seen[key]; ok {
		return r.Errorf(word.Column, "a second %s; the first one is at line %d", key, line)
	}
	if len(r.seen) == 0 && key != "VER" {
		return r.Errorf(word.Column, "%q at the beginning, want VER", word)
	}
	for _, before := range needs[key] {
		if r.seen[before] == 0 {
			return r.Errorf(word.Column, "%s comes before %s", key, before)
		}
	}
	read, ok := items[key]
	if !ok {
		return r.Errorf(word.Column, "%q is not a keyword of the format; a number here means that the header above counts too few lines", word)
	}
	if len(r.words) > 1 {
		return r.Errorf(r.words[1].Column, "%q after a keyword, want it on the next line", r.words[1])
	}
	r.seen[key] = r.Number
	return read(r)
}

// items read what follows a keyword.
var items map[string]func(*reader) *Error

func init() {
	items = map[string]func(*reader) *Error{
		"VER": (*reader).version, "OBJSENSE": (*reader).sense,
		"POWCONES":  func(r *reader) *Error { return r.powerTable(Power) },
		"POW*CONES": func(r *reader) *Error { return r.powerTable(DualPower) },
		"VAR":       func(r *reader) (f *Error) { r.p.Vars, r.n, f = r.cones("variables"); return },
		"CON":       func(r *reader) (f *Error) { r.p.Cons, r.m, f = r.cones("constraints"); return },
		"PSDVAR":    func(r *reader) (f *Error) { r.p.PSDVars, f = r.list("size of a matrix", 1, maxOrder); return },
		"PSDCON":    func(r *reader) (f *Error) { r.p.PSDCons, f = r.list("size of a matrix", 1, maxOrder); return },
		"INT":       (*reader).integers,
		"OBJBCOORD": (*reader).constant,
		"OBJACOORD": func(r *reader) *Error { return r.vector("OBJACOORD", "variable", r.n) },
		"BCOORD":    func(r *reader) *Error { return r.vector("BCOORD", "constraint", r.m) },
		"ACOORD":    (*reader).matrix,
		"OBJFCOORD": func(r *reader) *Error { return r.entries("OBJFCOORD", -1, len(r.p.PSDVars), nil, r.p.PSDVars) },
		"FCOORD":    func(r *reader) *Error { return r.entries("FCOORD", r.m, len(r.p.PSDVars), nil, r.p.PSDVars) },
		"HCOORD":    func(r *reader) *Error { return r.entries("HCOORD", len(r.p.PSDCons), r.n, r.p.PSDCons, nil) },
		"DCOORD":    func(r *reader) *Error { return r.entries("DCOORD", len(r.p.PSDCons), -1, r.p.PSDCons, nil) },
	}
}

// line goes to the next line, which must have count words.
func (r *reader) line(count int, what string) *Error {
	if !r.next() {
		return &Error{Line: r.Number + 1, Message: "the file ends where " + what + " should be"}
	}
	if len(r.words) != count {
		return r.Errorf(r.words[min(count, len(r.words)-1)].Column, "%d words, want %d: %s", len(r.words), count, what)
	}
	return nil
}

// whole is a whole number from lo to hi.
func (r *reader) whole(w lines.Word, what string, lo, hi int) (int, *Error) {
	k, err := strconv.Atoi(w.String())
	if err != nil {
		return 0, r.Errorf(w.Column, "%q is not a whole number, want the %s", w, what)
	}
	if k < lo || k > hi {
		return 0, r.Errorf(w.Column, "the %s is %d, want one from %d to %d", what, k, lo, hi)
	}
	return k, nil
}

func (r *reader) number(w lines.Word) (float64, *Error) {
	v, ok := lines.Float(w.Text)
	if !ok || math.IsInf(v, 0) {
		return 0, r.Errorf(w.Column, "%q is not a finite number", w)
	}
	return v, nil
}

func (r *reader) version() (fault *Error) {
	if fault = r.line(1, "a version"); fault == nil {
		r.p.Version, fault = r.whole(r.words[0], "version", 1, 4)
	}
	return fault
}

func (r *reader) sense() *Error {
	if fault := r.line(1, "MIN or MAX"); fault != nil {
		return fault
	}
	switch r.words[0].String() {
	case "MIN":
	case "MAX":
		r.p.Maximize = true
	default:
		return r.Errorf(r.words[0].Column, "the sense of the objective is %q, want MIN or MAX", r.words[0])
	}
	return nil
}

func (r *reader) constant() (fault *Error) {
	if fault = r.line(1, "the constant of the objective"); fault == nil {
		r.p.Constant, fault = r.number(r.words[0])
	}
	return fault
}

// count reads the header of a list.
func (r *reader) count() (int, *Error) {
	if fault := r.line(1, "a number of lines"); fault != nil {
		return 0, fault
	}
	return r.whole(r.words[0], "number of lines", 0, math.MaxInt)
}

// list reads a counted list of whole numbers.
func (r *reader) list(what string, lo, hi int) ([]int, *Error) {
	n, fault := r.count()
	var all []int
	for range n {
		if fault = r.line(1, what); fault != nil {
			return nil, fault
		}
		k, fault := r.whole(r.words[0], what, lo, hi)
		if fault != nil {
			return nil, fault
		}
		all = append(all, k)
	}
	return all, fault
}

func (r *reader) integers() *Error {
	begin := r.Number
	all, fault := r.list("number of a variable", 0, r.n-1)
	if fault != nil {
		return fault
	}
	slices.Sort(all)
	for k := range all {
		if k > 0 && all[k] == all[k-1] {
			return &Error{Line: begin, Message: fmt.Sprintf("INT has variable %d twice", all[k])}
		}
	}
	r.p.Integers = all
	return nil
}

// powerTable reads the lists of powers that cones refer to.
func (r *reader) powerTable(kind Kind) *Error {
	if fault := r.line(2, "a number of cones and a number of powers"); fault != nil {
		return fault
	}
	n, fault := r.whole(r.words[0], "number of cones", 0, math.MaxInt)
	if fault != nil {
		return fault
	}
	sum, fault := r.whole(r.words[1], "number of powers", 0, math.MaxInt)
	if fault != nil {
		return fault
	}
	for range n {
		if fault = r.line(1, "a number of powers"); fault != nil {
			return fault
		}
		k, fault := r.whole(r.words[0], "number of powers", 1, sum)
		if fault != nil {
			return fault
		}
		sum -= k
		var alpha []float64
		for range k {
			if fault = r.line(1, "a power"); fault != nil {
				return fault
			}
			a, fault := r.number(r.words[0])
			if fault != nil {
				return fault
			}
			if a <= 0 {
				return r.Errorf(r.words[0].Column, "the power is %v, want a positive number", a)
			}
			alpha = append(alpha, a)
		}
		r.powers[kind] = append(r.powers[kind], alpha)
	}
	if sum != 0 {
		return r.Errorf(0, "%d powers fewer than the header says", sum)
	}
	return nil
}

// cones reads a product of cones.
func (r *reader) cones(what string) ([]Cone, int, *Error) {
	if fault := r.line(2, "a number of "+what+" and a number of cones"); fault != nil {
		return nil, 0, fault
	}
	n, fault := r.whole(r.words[0], "number of "+what, 0, maxCount)
	if fault != nil {
		return nil, 0, fault
	}
	k, fault := r.whole(r.words[1], "number of cones", 0, math.MaxInt)
	if fault != nil {
		return nil, 0, fault
	}
	var all []Cone
	left := n
	for range k {
		if fault := r.line(2, "a cone and its dimension"); fault != nil {
			return nil, 0, fault
		}
		c, fault := r.cone()
		if fault != nil {
			return nil, 0, fault
		}
		if left -= c.Dim; left < 0 {
			return nil, 0, r.Errorf(r.words[1].Column, "the cones have more than the %d %s of the header", n, what)
		}
		all = append(all, c)
	}
	if left > 0 {
		return nil, 0, r.Errorf(0, "the cones have %d of the %d %s of the header", n-left, n, what)
	}
	return all, n, nil
}

func (r *reader) cone() (Cone, *Error) {
	w := r.words[0]
	c := Cone{Kind: Kind(w.String())}
	var fault *Error
	if c.Dim, fault = r.whole(r.words[1], "dimension", 0, maxCount); fault != nil {
		return c, fault
	}
	if c.Kind == Power || c.Kind == DualPower {
		return c, r.Errorf(w.Column, "cone %s without the number of its powers, want @k:%s", w, w)
	}
	if place, kind, ok := strings.Cut(strings.TrimPrefix(w.String(), "@"), ":"); ok && w.Text[0] == '@' {
		c.Kind = Kind(kind)
		table := r.powers[c.Kind]
		k, err := strconv.Atoi(place)
		if err != nil || k < 0 || k >= len(table) {
			return c, r.Errorf(w.Column, "cone %q: there are %d lists of powers of %s, numbered from 0", w, len(table), kind)
		}
		c.Alpha = table[k]
	}
	if err := c.check(); err != nil {
		return c, r.Errorf(w.Column, "%v", err)
	}
	return c, nil
}

// coordinates reads a counted list of lines with whole numbers below limits and one number, sorts it, and changes the data of the keyword by it: numbers
// replace those at their places, and zeros remove them. A
// negative limit stands for a place that lines do not have. accept may change or refuse a coordinate.
func (r *reader) coordinates(key, what string, names [4]string, limits [4]int, accept func(*coordinate) *Error) *Error {
	n, fault := r.count()
	if fault != nil {
		return fault
	}
	words := 1
	for _, limit := range limits {
		if limit >= 0 {
			words++
		}
	}
	var all []coordinate
	for range n {
		if fault := r.line(words, what); fault != nil {
			return fault
		}
		c := coordinate{line: r.Number}
		at := 0
		for i, limit := range limits {
			if limit < 0 {
				continue
			}
			if c.at[i], fault = r.whole(r.words[at], names[i], 0, limit-1); fault != nil {
				return fault
			}
			at++
		}
		if c.value, fault = r.number(r.words[at]); fault != nil {
			return fault
		}
		if accept != nil {
			if fault := accept(&c); fault != nil {
				return fault
			}
		}
		all = append(all, c)
	}
	sortPlaces(all)
	for k := 1; k < len(all); k++ {
		if all[k].at == all[k-1].at {
			return &Error{Line: all[k].line, Message: fmt.Sprintf("a second number at the place of line %d", all[k-1].line)}
		}
	}
	r.data[key] = changed(r.data[key], all)
	return nil
}

func (r *reader) vector(key, what string, n int) *Error {
	return r.coordinates(key, "a "+what+" and a number", [4]string{"number of a " + what}, [4]int{n, -1, -1, -1}, nil)
}

func (r *reader) matrix() *Error {
	return r.coordinates("ACOORD", "a constraint, a variable and a number", [4]string{"number of a constraint", "number of a variable"},
		[4]int{r.m, r.n, -1, -1}, nil)
}

// entries reads entries of symmetric matrices, of so many constraints and variables, or -1 if lines do not have their numbers. The sizes
// of the matrices are given for the constraints or for the variables.
func (r *reader) entries(key string, cons, vars int, byCon, byVar []int) *Error {
	limits := [4]int{cons, vars, maxOrder, maxOrder}
	names := [4]string{"number of a constraint", "number of a variable", "row", "column"}
	what := "a row, a column and a number"
	if vars >= 0 {
		what = "a variable, " + what
	}
	if cons >= 0 {
		what = "a constraint, " + what
	}
	accept := func(c *coordinate) *Error {
		size := 0
		if byCon != nil {
			size = byCon[c.at[0]]
		} else {
			size = byVar[c.at[1]]
		}
		if k := max(c.at[2], c.at[3]); k >= size {
			return r.Errorf(0, "row or column %d of a matrix of size %d, numbered from 0", k, size)
		}
		if c.at[2] < c.at[3] { // the same entry in the lower triangle
			c.at[2], c.at[3] = c.at[3], c.at[2]
		}
		return nil
	}
	return r.coordinates(key, what, names, limits, accept)
}
