package mps

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func written(t rapid.TB, p *Problem, opt Options) string {
	t.Helper()
	var b strings.Builder
	if err := Write(&b, p, opt); err != nil {
		t.Fatalf("%v\n%+v", err, p)
	}
	return b.String()
}

// matrix draws a matrix; a symmetric one is square.
func matrix(t *rapid.T, label string, rows, cols int, value *rapid.Generator[float64], symmetric bool) Matrix {
	dense := make([]float64, rows*cols)
	for j := range cols {
		for i := range rows {
			if symmetric && i < j {
				dense[i*cols+j] = dense[j*cols+i]
			} else if rapid.Bool().Draw(t, label+" here") {
				dense[i*cols+j] = value.Draw(t, label)
			}
		}
	}
	if symmetric {
		for j := range cols {
			for i := range j {
				dense[i*cols+j] = dense[j*cols+i]
			}
		}
	}
	a := Matrix{Rows: rows, Cols: cols, Ptr: []int{0}}
	for j := range cols {
		for i := range rows {
			if v := dense[i*cols+j]; v != 0 {
				a.Ind, a.Values = append(a.Ind, i), append(a.Values, v)
			}
		}
		a.Ptr = append(a.Ptr, len(a.Ind))
	}
	return a
}

// problem draws a problem; with short ones names have at most 8 bytes and numbers at most 12.
func problem(t *rapid.T, short bool) *Problem {
	name := rapid.StringMatching(`[!-~]{1,20}`)
	value := rapid.Float64Range(-1e19, 1e19)
	limit := rapid.Map(rapid.IntRange(-1<<30, 1<<30), func(k int) float64 { return float64(k) / 1024 })
	if short {
		name = rapid.StringMatching(`[!-~]( {0,2}[!-~]){0,2}`)
		value = rapid.Map(rapid.IntRange(-9999, 9999), func(k int) float64 { return float64(k) / 64 })
		limit = value
	}
	m, n := rapid.IntRange(0, 4).Draw(t, "m"), rapid.IntRange(0, 4).Draw(t, "n")
	all := rapid.SliceOfNDistinct(name, m+1, m+1, rapid.ID[string]).Draw(t, "rows")
	p := &Problem{Name: name.Draw(t, "name"), Objective: all[0], RowNames: all[1:], ColNames: rapid.SliceOfNDistinct(name, n, n, rapid.ID[string]).Draw(t, "columns"),
		Maximize: rapid.Bool().Draw(t, "maximize"), Constant: value.Draw(t, "constant"),
		A: matrix(t, "A", m, n, value, false), Q: matrix(t, "Q", n, n, value, true), RowLower: []float64{}, RowUpper: []float64{}, Lower: []float64{}, Upper: []float64{}}
	if m == 0 {
		p.RowNames = nil
	}
	if n == 0 {
		p.ColNames = nil
	}
	interval := func(label string) (lower, upper float64) {
		lower = limit.Draw(t, label)
		upper = lower + math.Abs(limit.Draw(t, label+" width"))
		if rapid.Bool().Draw(t, label+" open below") {
			lower = math.Inf(-1)
		}
		if rapid.Bool().Draw(t, label+" open above") {
			upper = inf
		}
		return lower, upper
	}
	for range m {
		lower, upper := interval("row")
		p.RowLower, p.RowUpper = append(p.RowLower, lower), append(p.RowUpper, upper)
	}
	for range n {
		lower, upper := interval("column")
		kind := Kind(rapid.IntRange(0, 3).Draw(t, "kind"))
		if kind > Integer {
			lower, upper = max(lower, -10), max(upper, 1)
		}
		p.C = append(p.C, value.Draw(t, "c"))
		p.Lower, p.Upper, p.Kinds = append(p.Lower, lower), append(p.Upper, upper), append(p.Kinds, kind)
	}
	if !bytes.ContainsFunc(kindBytes(p.Kinds), func(r rune) bool { return r != 0 }) {
		p.Kinds = nil
	}
	return p
}

func kindBytes(kinds []Kind) []byte {
	b := make([]byte, len(kinds))
	for i, k := range kinds {
		b[i] = byte(k)
	}
	return b
}

// What is written reads back the same, free and fixed.
func TestRoundTrip(t *testing.T) {
	for _, f := range []Format{Free, Fixed} {
		rapid.Check(t, func(t *rapid.T) {
			p := problem(t, f == Fixed)
			text := written(t, p, Options{Format: f})
			back, err := Read(strings.NewReader(text), Options{Format: f})
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if !reflect.DeepEqual(p, back) {
				t.Fatalf("read\n%+v\nof\n%s\nwant\n%+v", back, text, p)
			}
		})
	}
}

// The files of other programs read the same after they were written.
func TestRoundTripOfFiles(t *testing.T) {
	files, err := filepath.Glob("../internal/check/convex/testdata/*/*[sS]")
	if err != nil || len(files) < 16 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p := read(t, string(b), Options{})
		if back := read(t, written(t, p, Options{}), Options{}); !reflect.DeepEqual(p, back) {
			t.Errorf("%s: read\n%+v\nwant\n%+v", file, back, p)
		}
	}
}

func TestWriteWithoutNames(t *testing.T) {
	p := &Problem{C: []float64{1, 0}, A: Matrix{Rows: 1, Cols: 2, Ptr: []int{0, 1, 1}, Ind: []int{0}, Values: []float64{3}}, RowLower: []float64{-inf}, RowUpper: []float64{4},
		Lower: []float64{0, 0}, Upper: []float64{inf, 1e30}}
	got := written(t, p, Options{})
	want := `NAME          
ROWS
 N  obj
 L  R1
COLUMNS
    C1        obj       1
    C1        R1        3
    C2        obj       0
RHS
    RHS       R1        4
BOUNDS
ENDATA
`
	if got != want {
		t.Errorf("%s", got)
	}
}

func TestWriteFaults(t *testing.T) {
	base := func() *Problem {
		return &Problem{C: []float64{1}, A: Matrix{Rows: 1, Cols: 1, Ptr: []int{0, 1}, Ind: []int{0}, Values: []float64{3}}, RowLower: []float64{0}, RowUpper: []float64{4},
			Lower: []float64{0}, Upper: []float64{1}}
	}
	for _, c := range []struct {
		change func(*Problem)
		format Format
		want   string
	}{
		{func(p *Problem) { p.C = nil }, Auto, "C has length 0, want 1, as A is 1×1"},
		{func(p *Problem) { p.RowUpper = []float64{1, 2} }, Auto, "RowUpper has length 2, want 1"},
		{func(p *Problem) { p.Kinds = []Kind{0, 1} }, Auto, "Kinds has length 2, want 1"},
		{func(p *Problem) { p.A.Ind[0] = 1 }, Auto, "A has row 1 in column 0, want increasing rows below 1"},
		{func(p *Problem) { p.A.Ptr = []int{0, 2} }, Auto, "A.Ptr must have 2 numbers, from 0 to 1"},
		{func(p *Problem) { p.A.Values[0] = math.NaN() }, Auto, "A has NaN in row 0, column 0"},
		{func(p *Problem) { p.A.Values = nil }, Auto, "A is 1×1 with 1 row numbers and 0 values"},
		{func(p *Problem) { p.Q = Matrix{Rows: 2, Cols: 2} }, Auto, "Q is 2×2, want 1×1"},
		{func(p *Problem) { p.C[0] = inf }, Auto, "C[0] is +Inf"},
		{func(p *Problem) { p.Constant = math.NaN() }, Auto, "Constant is NaN"},
		{func(p *Problem) { p.RowLower[0] = 5 }, Auto, "row 0 is between 5 and 4"},
		{func(p *Problem) { p.Lower[0] = inf }, Auto, "column 0 is between +Inf and 1"},
		{func(p *Problem) { p.Kinds, p.Lower[0] = []Kind{SemiContinuous}, -inf }, Auto, "column 0 may be 0 or between -Inf and 1"},
		{func(p *Problem) { p.RowNames = []string{"a", "b"} }, Auto, "2 names of rows, want 1"},
		{func(p *Problem) { p.ColNames = []string{""} }, Auto, `column 0 is named ""`},
		{func(p *Problem) { p.Objective, p.RowNames = "r", []string{"r"} }, Auto, `rows 0 and 1 are both named "r"`},
		{func(p *Problem) { p.RowNames = []string{"'MARKER'"} }, Auto, "row 0 is named 'MARKER', which marks integers"},
		{func(p *Problem) { p.RowLower[0], p.RowUpper[0] = 1e30, 1e30 }, Auto, "row 0 is between +Inf and +Inf"},
		{func(p *Problem) { p.Name = "a\nb" }, Auto, `the problem is named "a\nb"`},
		{func(p *Problem) { p.RowNames = []string{"a b"} }, Free, "names contain blanks, which free format cannot have"},
		{func(p *Problem) { p.RowNames = []string{"a b c d e"} }, Auto, `name "a b c d e" has more than the 8 bytes of fixed format`},
		{func(p *Problem) { p.C[0] = 1.0 / 3 }, Fixed, "number 0.3333333333333333 has more than the 12 bytes of fixed format"},
	} {
		p := base()
		c.change(p)
		if err := Write(new(strings.Builder), p, Options{Format: c.format}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	p := base()
	p.A = Matrix{Rows: 0, Cols: 2}
	p.RowLower, p.RowUpper = nil, nil
	p.C, p.Lower, p.Upper = []float64{0, 0}, []float64{0, 0}, []float64{1, 1}
	p.Q = Matrix{2, 2, []int{0, 1, 2}, []int{1, 0}, []float64{1, 2}}
	if err := Write(new(strings.Builder), p, Options{}); err == nil || !strings.Contains(err.Error(), "Q is not symmetric: its entry in row 1, column 0") {
		t.Errorf("%v", err)
	}
	if err := Write(brokenWriter{}, base(), Options{}); err != errBroken {
		t.Errorf("%v", err)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

// A row that is named as the objective would be.
func TestWriteObjectiveName(t *testing.T) {
	p := &Problem{A: Matrix{Rows: 1}, RowNames: []string{"obj"}, RowLower: []float64{0}, RowUpper: []float64{0}}
	if back := read(t, written(t, p, Options{}), Options{}); back.Objective != "obj_" {
		t.Errorf("%+v", back)
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("../internal/check/convex/testdata/*/*[sS]")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if len(b) < 5000 {
			f.Add(b, uint8(0))
		}
	}
	f.Add([]byte("NAME\nOBJSENSE\n MAX\nROWS\n N f\n L r\nCOLUMNS\n M 'MARKER' 'INTORG'\n x f 1 r 2\nRHS\n s r 1\nRANGES\n t r 3\nBOUNDS\n SC b x 3\nQMATRIX\n x x 1\nENDATA\n"), uint8(2))
	f.Fuzz(func(t *testing.T, text []byte, format uint8) {
		p, err := Read(bytes.NewReader(text), Options{Format: Format(format % 3)})
		if err != nil {
			return
		}
		if err := p.check(); err != nil {
			// Only these may be in a file.
			if s := err.Error(); !strings.Contains(s, "is between") && !strings.Contains(s, "may be 0 or between") {
				t.Fatalf("%v of\n%s", err, text)
			}
			return
		}
		var b bytes.Buffer
		if err := Write(&b, p, Options{}); err != nil {
			return // such as long names with blanks
		}
		back, err := Read(&b, Options{Format: map[bool]Format{true: Fixed, false: Free}[strings.ContainsAny(strings.Join(append(p.RowNames, append(p.ColNames, p.Objective)...), ""), " ")]})
		if err != nil {
			t.Fatalf("%v in what was written of\n%s", err, text)
		}
		if len(back.A.Values) != len(p.A.Values) || len(back.ColNames) != len(p.ColNames) || len(back.Q.Values) != len(p.Q.Values) {
			t.Fatalf("%+v\nbecame\n%+v", p, back)
		}
	})
}
