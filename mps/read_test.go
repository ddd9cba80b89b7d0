package mps

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func read(t *testing.T, text string, opt Options) *Problem {
	t.Helper()
	p, err := Read(strings.NewReader(text), opt)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return p
}

// program is a file with the given lines in its sections, each of which is written if it has any.
func program(rows, columns, rhs, ranges, bounds, quadratic string) string {
	s := "NAME\n"
	for _, e := range []struct{ name, lines string }{{"ROWS", rows}, {"COLUMNS", columns}, {"RHS", rhs}, {"RANGES", ranges}, {"BOUNDS", bounds}, {"QUADOBJ", quadratic}} {
		if e.lines == "" {
			continue
		}
		s += e.name + "\n"
		for _, line := range strings.Split(e.lines, ";") {
			s += " " + strings.TrimSpace(line) + "\n"
		}
	}
	return s + "ENDATA\n"
}

func TestSidesAndRanges(t *testing.T) {
	p := read(t, program("N f; E a; E b; E c; L d; L e; G g; G h; E z", "x f 1 a 1; x b 1 c 1; x d 1 e 1; x g 1 h 1; x z 1",
		"s f 3 a 5; s b 5 c 5; s d 5 e 5; s g 5 h 5", "r a 2 b -2; r e -2 h -2; r z 0", "", ""), Options{})
	wantLower := []float64{5, 3, 5, -inf, 3, 5, 5, 0}
	wantUpper := []float64{7, 5, 5, 5, 5, inf, 7, 0}
	if !slices.Equal(p.RowLower, wantLower) || !slices.Equal(p.RowUpper, wantUpper) || p.Constant != -3 {
		t.Errorf("limits %v, %v, constant %v; want %v, %v, -3", p.RowLower, p.RowUpper, p.Constant, wantLower, wantUpper)
	}
	// The ranges may come before the right-hand sides.
	q := read(t, "ROWS\n N f\n L a\nCOLUMNS\n x a 1\nRANGES\n r a 4\nRHS\n s a 10\nENDATA\n", Options{})
	if q.RowLower[0] != 6 || q.RowUpper[0] != 10 {
		t.Errorf("limits %v, %v", q.RowLower, q.RowUpper)
	}
	// Numbers that stand for no limit.
	q = read(t, program("N f; L a; G b; E c", "x a 1 b 1; x c 1", "s a 1e30 b -1e+20", "r c inf", "", ""), Options{})
	if !slices.Equal(q.RowLower, []float64{-inf, -inf, 0}) || !slices.Equal(q.RowUpper, []float64{inf, inf, inf}) {
		t.Errorf("limits %v, %v", q.RowLower, q.RowUpper)
	}
}

func TestBounds(t *testing.T) {
	for _, c := range []struct {
		lines        string
		lower, upper float64
		kind         Kind
	}{
		{"", 0, inf, Continuous},
		{"UP b x 4", 0, 4, Continuous},
		{"UP b x -4", -inf, -4, Continuous},
		{"UP b x -4; LO b x -5", -5, -4, Continuous},
		{"LO b x 0; UP b x -4", 0, -4, Continuous}, // empty, as it says
		{"UP b x 0", 0, 0, Continuous},
		{"LO b x -2", -2, inf, Continuous},
		{"MI b x", -inf, inf, Continuous},
		{"UP b x 3; MI b x", -inf, 3, Continuous},
		{"FR b x; UP b x 3", -inf, 3, Continuous},
		{"PL b x; LO b x 1", 1, inf, Continuous},
		{"FX b x -7", -7, -7, Continuous},
		{"UP b x 1e30", 0, inf, Continuous},
		{"LO b x -1e20; UP b x 1", -inf, 1, Continuous},
		{"LO b x -Inf", -inf, inf, Continuous},
		{"UP b x 1.5D+01", 0, 15, Continuous},
		{"UP b x 0x1p-2", 0, 0.25, Continuous},
		{"BV b x", 0, 1, Integer},
		{"BV b x 1.0", 0, 1, Integer},
		{"BV x", 0, 1, Integer},
		{"FR x", -inf, inf, Continuous},
		{"UP x 4", 0, 4, Continuous},
		{"up b x 4", 0, 4, Continuous}, // as the names of sections and the types of rows, in small letters
		{"fr x", -inf, inf, Continuous},
		{"LI b x -3", -3, inf, Integer},
		{"UI b x 3", 0, 3, Integer},
		{"UI b x -3", -inf, -3, Integer},
		{"SC b x 10; LO b x 2", 2, 10, SemiContinuous},
		{"SC b x 1e30", 0, inf, SemiContinuous},
		{"SI b x 10", 0, 10, SemiInteger},
	} {
		p := read(t, program("N f; G r", "x r 1", "", "", c.lines, ""), Options{})
		kind := Continuous
		if p.Kinds != nil {
			kind = p.Kinds[0]
		}
		if p.Lower[0] != c.lower || p.Upper[0] != c.upper || kind != c.kind {
			t.Errorf("%q: [%v, %v], kind %v; want [%v, %v], kind %v", c.lines, p.Lower[0], p.Upper[0], kind, c.lower, c.upper, c.kind)
		}
	}
}

// Columns between markers are in [0, 1] if nothing else is said, and any bound cancels this.
func TestIntegerMarkers(t *testing.T) {
	p := read(t, program("N f; G r", "w r 1; M1 'MARKER' 'INTORG'; x r 1; y r 1; z r 1; M2 'MARKER' 'INTEND'; v r 1; M3 'MARKER' 'INTORG'; u r 1", "", "",
		"LO b y 2; PL b z; SC b u 5", ""), Options{})
	if !slices.Equal(p.Lower, []float64{0, 0, 2, 0, 0, 0}) || !slices.Equal(p.Upper, []float64{inf, 1, inf, inf, inf, 5}) ||
		!slices.Equal(p.Kinds, []Kind{Continuous, Integer, Integer, Integer, Continuous, SemiInteger}) {
		t.Errorf("%v %v %v", p.Lower, p.Upper, p.Kinds)
	}
}

func TestObjective(t *testing.T) {
	text := "NAME a name  with blanks FREE \nOBJSENSE\n    MAXIMIZE\nROWS\n N one\n N two\n G r\nCOLUMNS\n x one 1 two 2\n x r 3\n y two 5\nRHS\n s two 7 one 0\nENDATA\nwhat comes after is not read\n"
	p := read(t, text, Options{})
	if p.Name != "a name  with blanks FREE" || p.Objective != "one" || !slices.Equal(p.C, []float64{1, 0}) || p.Constant != 0 || !p.Maximize || len(p.RowNames) != 1 || len(p.A.Values) != 1 {
		t.Errorf("%+v", p)
	}
	if p = read(t, text, Options{Objective: "two"}); !slices.Equal(p.C, []float64{2, 5}) || p.Constant != -7 {
		t.Errorf("%+v", p)
	}
	p = read(t, "OBJSENSE MIN\nOBJNAME\n    two\n"+text[strings.Index(text, "ROWS"):], Options{})
	if p.Objective != "two" || p.Maximize {
		t.Errorf("%+v", p)
	}
	// Without an N row there is only feasibility.
	p = read(t, program("E r", "x r 1", "", "", "", ""), Options{})
	if p.Objective != "" || p.C[0] != 0 {
		t.Errorf("%+v", p)
	}
}

// ½ xᵀQx with Q = [8 2; 2 10], however it is listed.
func TestQuadratic(t *testing.T) {
	head := program("N f; G r", "x r 1; y r 1", "", "", "", "")
	head = strings.TrimSuffix(head, "ENDATA\n")
	for _, s := range []string{
		"QUADOBJ\n x x 8\n x y 2\n y y 10\n", "QUADOBJ\n y y 10 x 2\n x x 8\n", "QSECTION f\n y x 2\n x x 8\n y y 10\n", "QSECTION\n y x 2 y 10\n x x 8\n",
		"QMATRIX\n x x 8\n x y 2\n y x 2\n y y 10\n", "QMATRIX\n y x 2\n y y 10\n x y 2\n x x 8\n",
	} {
		p := read(t, head+s+"ENDATA\n", Options{})
		want := Matrix{2, 2, []int{0, 2, 4}, []int{0, 1, 0, 1}, []float64{8, 2, 2, 10}}
		if !reflect.DeepEqual(p.Q, want) {
			t.Errorf("%q: %v", s, p.Q)
		}
	}
}

// What can be read by blanks or only by columns: blanks in names, sets without names, comments.
func TestLayouts(t *testing.T) {
	fixed := `NAME          FORPLAN  (FORPLAN1)
* a comment
ROWS
 N  OB 1
 E  DEDO3 1R
 L  BR   1 1
 G  $ 4-8 1   $ a comment
COLUMNS
    DEDO3 11  DEDO3 1R            1.   BR   1 1          -2.5
    DEDO3 11  OB 1                7.   $ 4-8 1             3.
    A         OB 1                1.   $ a comment
RHS
              DEDO3 1R         4711.   BR   1 1           12.
    RHS 1     $ 4-8 1             3.
BOUNDS
 UP           DEDO3 11       200000.
 FR BND 1     A
ENDATA
`
	for _, text := range []string{fixed, strings.ReplaceAll(fixed, "\n", "\r\n"), "\xef\xbb\xbf" + fixed} {
		for _, f := range []Format{Auto, Fixed} {
			p := read(t, text, Options{Format: f})
			want := Problem{Name: "FORPLAN  (FORPLAN1)", Objective: "OB 1", C: []float64{7, 1}, Q: Matrix{2, 2, []int{0, 0, 0}, nil, nil},
				A:        Matrix{3, 2, []int{0, 3, 3}, []int{0, 1, 2}, []float64{1, -2.5, 3}},
				RowNames: []string{"DEDO3 1R", "BR   1 1", "$ 4-8 1"}, RowLower: []float64{4711, -inf, 3}, RowUpper: []float64{4711, 12, inf},
				ColNames: []string{"DEDO3 11", "A"}, Lower: []float64{0, -inf}, Upper: []float64{200000, inf}}
			if !reflect.DeepEqual(*p, want) {
				t.Errorf("format %v:\n%+v\nwant\n%+v", f, *p, want)
			}
		}
	}
	if _, err := Read(strings.NewReader(fixed), Options{Format: Free}); err == nil || !strings.Contains(err.Error(), "line 4, column 8: 3 words") {
		t.Errorf("by blanks: %v", err)
	}
	// Short names, long names, tabs, names of sections, one of several lines' worth of $.
	free := "NAME\nROWS\n N COLUMNS\n E s0 $t5 0\n L\ta_row_with_a_long_name\n G RHS\nCOLUMNS\n x(1) COLUMNS -32.32 s0 50911075\n x(1) RHS -7343692 a_row_with_a_long_name 5 $ empty\n ROWS RHS 0 $ empty column\nRHS\n a_row_with_a_long_name 5\n B s0 3\nBOUNDS\n UP bnd ROWS 1\nENDATA"
	p := read(t, free, Options{})
	if !slices.Equal(p.ColNames, []string{"x(1)", "ROWS"}) || !slices.Equal(p.RowNames, []string{"s0", "a_row_with_a_long_name", "RHS"}) ||
		!slices.Equal(p.A.Values, []float64{50911075, 5, -7343692}) || p.Upper[1] != 1 || p.RowUpper[1] != 5 || p.RowLower[0] != 3 {
		t.Errorf("%+v", p)
	}
}

func TestSets(t *testing.T) {
	text := program("N f; G r", "x r 1", "a r 1; b r 2", "c r 3; d r 4", "UP e x 5; UP g x 6", "")
	if _, err := Read(strings.NewReader(text), Options{}); err == nil || !strings.Contains(err.Error(), `a second set "b" of RHS; the first one is "a"`) {
		t.Errorf("%v", err)
	}
	p := read(t, text, Options{RHS: "b", Ranges: "c", Bounds: "g"})
	if p.RowLower[0] != 2 || p.RowUpper[0] != 5 || p.Upper[0] != 6 {
		t.Errorf("%+v", p)
	}
	if _, err := Read(strings.NewReader(text), Options{RHS: "b", Ranges: "z", Bounds: "g"}); err == nil || !strings.Contains(err.Error(), `no set "z" in section RANGES`) {
		t.Errorf("%v", err)
	}
}

func TestFaults(t *testing.T) {
	base := []string{"N f; G r", "x r 1; y r 1", "s r 1", "", "UP b x 4", ""}
	with := func(section int, lines string) string {
		s := slices.Clone(base)
		s[section] = lines
		return program(s[0], s[1], s[2], s[3], s[4], s[5])
	}
	for _, c := range []struct{ text, want string }{
		{"", "line 1: the file ends without ENDATA"},
		{"PK\x03\x04\x00", `line 1, column 1: "PK\x03\x04\x00" is not a section`},
		{strings.TrimSuffix(with(0, base[0]), "ENDATA\n"), "line 12: the file ends without ENDATA"},
		{" x 1\n", "line 1: a line of data before the first section"},
		{"NAME\n x\n", "line 2, column 2: data in section NAME"},
		{"ENDATA\n", "line 1, column 1: section ENDATA comes before ROWS"},
		{"ROWS\nENDATA\n", "line 2, column 1: ENDATA without a section COLUMNS"},
		{"COLUMNS\n", "line 1, column 1: section COLUMNS comes before ROWS"},
		{"ROWS\nBOUNDS\n", "line 2, column 1: section BOUNDS comes before COLUMNS"},
		{"ROWS\nROWS\n", "line 2, column 1: a second section ROWS; the first one is at line 1"},
		{"ROWS\n N f\nRHS R1 5\n", `line 3, column 5: "R1" after the name of section RHS; lines of data begin with a blank`},
		{"OBJSENSE\n up\n", `line 2, column 2: the sense of the objective is "up", want MIN or MAX`},
		{"ROWS\nOBJNAME f\n", "line 2, column 9: OBJNAME after ROWS"},
		{"ROWS\nSOS2\n", "line 2, column 1: section SOS2 has special ordered sets"},
		{with(0, "N f; X r"), `line 4, column 2: the type of the row is "X", want N, E, L or G`},
		{with(0, "N f; G"), "line 4, column 2: 1 words in a line of ROWS"},
		{with(0, "N f; G r; E r"), `line 5, column 4: a second row "r"`},
		{with(1, "x r"), "line 6, column 2: 2 words in a line of COLUMNS"},
		{with(1, "x q 1"), `line 6, column 4: there is no row "q"`},
		{with(1, "x r 1.2.3"), `line 6, column 6: "1.2.3" is not a number`},
		{with(1, "x r NaN"), `line 6, column 6: "NaN" is not a number`},
		{with(1, "x r inf"), `line 6, column 6: inf is not finite`},
		{with(1, "x r 1; x r 2"), `line 7, column 4: a second entry of row "r" in column "x"`},
		{with(1, "x r 1; y r 2; x f 2"), `line 8, column 2: column "x" again`},
		{with(1, "x r 1; M 'MARKER' 'INTBEG'"), `line 7, column 13: a marker "'INTBEG'", want 'INTORG' or 'INTEND'`},
		{with(1, "x r 1; M 'MARKER' 'SOSORG'"), `line 7, column 13: markers of special ordered sets`},
		{with(2, "s r 1; s r 2"), `line 10, column 4: row "r" has a value in RHS at line 9 already`},
		{with(2, "s r 1e30"), `line 9, column 6: 1e30 in RHS of row "r", which is G: the value must be finite`},
		{with(2, "s f 1e999"), `line 9, column 6: 1e999 is not finite`},
		{with(4, "XX b x 1"), `line 11, column 2: the type of the bound is "XX"`},
		{with(4, "UP b x"), `line 11, column 7: the number of bound UP of column "x" is missing`},
		{with(4, "UP b z 1"), `line 11, column 7: there is no column "z"`},
		{with(4, "SC b x"), `line 11, column 7: the number of bound SC of column "x" is missing`},
		{with(4, "SC b x -1"), `line 11, column 7: the upper bound of column "x"`},
		{with(4, "LO b x inf"), `line 11, column 7: bound LO of column "x" is +Inf, which no number satisfies`},
		{with(4, "FX b x -1e30"), `line 11, column 7: bound FX of column "x" is -Inf`},
		{with(5, "x z 1"), `line 13, column 4: there is no column "z"`},
		{with(5, "x x 1; x x 1"), `line 14: the entry of Q in row "x", column "x" a second time, after line 13`},
		{with(5, "x y 1; y x 1"), `a second time, after line 13; this section lists one triangle of Q, and QMATRIX both`},
		{strings.Replace(with(5, "x y 1"), "QUADOBJ", "QMATRIX", 1), `line 13: the entry of Q in row "y", column "x" without an equal one`},
		{strings.Replace(with(5, "x y 1; y x 2"), "QUADOBJ", "QMATRIX", 1), `the entry of Q in row`},
		{strings.Replace(with(5, "x y 1; y x 2"), "QUADOBJ", "QSECTION r", 1), `line 12, column 10: QSECTION of "r", which is not the objective`},
		{strings.Replace(with(5, "x y 1"), "ENDATA", "QMATRIX\nENDATA", 1), `line 14, column 1: section QMATRIX after QUADOBJ at line 12`},
	} {
		_, err := Read(strings.NewReader(c.text), Options{})
		var fault *Error
		if err == nil || !errors.As(err, &fault) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s, of\n%s", err, c.want, c.text)
		}
	}
	if _, err := Read(strings.NewReader(with(0, base[0])), Options{Objective: "r"}); err == nil || !strings.Contains(err.Error(), `no N row "r"`) {
		t.Errorf("%v", err)
	}
	// By columns and by blanks this line differs.
	text := "ROWS\n N f\n G R\n G S\nCOLUMNS\n    A R 5     S                    6\nENDATA\n"
	if _, err := Read(strings.NewReader(text), Options{}); err == nil || !strings.Contains(err.Error(), `line 6: by columns, the line has "A R 5", "S", "6"; by blanks, something else`) {
		t.Errorf("%v", err)
	}
	if p := read(t, text, Options{Format: Free}); p.ColNames[0] != "A" || !slices.Equal(p.A.Values, []float64{5, 6}) {
		t.Errorf("%+v", p)
	}
	if _, err := Read(strings.NewReader("ROWS\n N  f\n N  R\n xG R\n"), Options{Format: Fixed}); err == nil || !strings.Contains(err.Error(), "line 4, column 2") {
		t.Errorf("%v", err)
	}
	if _, err := Read(brokenReader{}, Options{}); !errors.Is(err, errBroken) {
		t.Errorf("%v", err)
	}
}

var errBroken = errors.New("broken")

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errBroken }

func TestNaNLimits(t *testing.T) {
	p := &Problem{A: Matrix{Rows: 1, Cols: 1}, C: []float64{0}, RowLower: []float64{math.NaN()}, RowUpper: []float64{1}, Lower: []float64{0}, Upper: []float64{1}}
	if err := Write(new(strings.Builder), p, Options{}); err == nil || !strings.Contains(err.Error(), "row 0 is between NaN and 1") {
		t.Errorf("%v", err)
	}
}
