package mps

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// What users of other readers reported that these read wrongly, or not at all.

// The right-hand side of the second pair of a line was dropped.
func TestReportSecondPair(t *testing.T) {
	p := read(t, `NAME          TESTPROB
ROWS
 N  COST
 L  LIM1
 G  LIM2
 E  MYEQN
COLUMNS
    XONE      COST                 1   LIM1                 1
    XONE      LIM2                 1
    YTWO      COST                 4   LIM1                 1
    YTWO      MYEQN               -1
    ZTHREE    COST                 9   LIM2                 1
    ZTHREE    MYEQN                1
RHS
    RHS1      LIM1                 5   LIM2                10
    RHS1      MYEQN                7
BOUNDS
 UP BND1      XONE                 4
 LO BND1      YTWO                -1
 UP BND1      YTWO                 1
ENDATA
`, Options{})
	if !slices.Equal(p.RowLower, []float64{-inf, 10, 7}) || !slices.Equal(p.RowUpper, []float64{5, inf, 7}) || !slices.Equal(p.C, []float64{1, 4, 9}) ||
		!slices.Equal(p.Lower, []float64{0, -1, 0}) || !slices.Equal(p.Upper, []float64{4, 1, inf}) {
		t.Errorf("%+v", p)
	}
}

// A sense on the line of its section, on the next one, or on the next one in column 1 was ignored, and the constant's sign changed with
// it: it is minus the right-hand side whatever the sense.
func TestReportSense(t *testing.T) {
	for _, sense := range []string{"OBJSENSE MAX\n", "OBJSENSE\n    MAXIMIZE\n", "OBJSENSE\nMAX\n", "OBJSENSE\n max\n"} {
		p := read(t, "NAME\n"+sense+"ROWS\n N COST\nCOLUMNS\n X COST 1\nRHS\n rhs COST 4\nBOUNDS\n UP b X 4\nENDATA\n", Options{})
		if !p.Maximize || p.Constant != -4 || p.C[0] != 1 {
			t.Errorf("%q: %+v", sense, p)
		}
	}
}

// Several N rows were merged into the objective.
func TestReportSeveralObjectives(t *testing.T) {
	p := read(t, program("N func; E a; N noipr.ad; L b", "x a 1 noipr.ad 1; y func 2 b 1; y noipr.ad 5", "s noipr.ad 3 b 1", "r noipr.ad 1 func 2; r b 4", "", ""), Options{})
	if !slices.Equal(p.C, []float64{0, 2}) || p.Constant != 0 || len(p.A.Values) != 2 || !slices.Equal(p.RowLower, []float64{0, -3}) {
		t.Errorf("%+v", p)
	}
}

// An integer without a lower bound was written without MI, and read back as binary.
func TestReportIntegerWithoutLowerBound(t *testing.T) {
	p := &Problem{Objective: "f", C: []float64{1, 1, 1}, A: Matrix{Rows: 0, Cols: 3, Ptr: []int{0, 0, 0, 0}}, Q: Matrix{Rows: 3, Cols: 3, Ptr: []int{0, 0, 0, 0}},
		RowLower: []float64{}, RowUpper: []float64{}, ColNames: []string{"x", "y", "z"}, Lower: []float64{-inf, -inf, 0}, Upper: []float64{1, inf, inf}, Kinds: []Kind{Integer, Integer, Integer}}
	if back := read(t, written(t, p, Options{}), Options{}); !reflect.DeepEqual(p, back) {
		t.Errorf("read\n%+v\nwant\n%+v", back, p)
	}
}

// Both triangles in QUADOBJ doubled the products; a matrix in any order was refused; an asymmetric one was averaged.
func TestReportQuadratic(t *testing.T) {
	head := "ROWS\n N f\nCOLUMNS\n x1 f 0\n x2 f 0\n x3 f 0\n"
	for _, c := range []struct{ text, want string }{
		{"QUADOBJ\n x1 x1 -2\n x1 x2 4\n x2 x1 4\n", "line 10: the entry of Q in row \"x2\", column \"x1\" a second time, after line 9; this section lists one triangle"},
		{"QMATRIX\n x1 x1 -2\n x1 x2 4\n x2 x1 5\n", "line 9: the entry of Q in row \"x2\", column \"x1\" without an equal one"},
		{"QMATRIX\n x3 x1 1\n x2 x2 1\n x1 x3 1\n", ""},
		{"QUADOBJ\n x3 x1 1\n x1 x2 1\n x2 x2 1\n", ""},
	} {
		_, err := Read(strings.NewReader(head+c.text+"ENDATA\n"), Options{})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%q: %v, want %s", c.text, err, c.want)
		}
	}
}

// Columns that appear first in BOUNDS or QUADOBJ are made by some readers, with whatever name is misspelt.
func TestReportLateColumns(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"ROWS\n N obj\nCOLUMNS\nBOUNDS\n LO bnd x1 0\nENDATA\n", `line 5, column 9: there is no column "x1"`},
		{"ROWS\n N obj\nCOLUMNS\nQUADOBJ\n x1 x1 1\nENDATA\n", `line 5, column 2: there is no column "x1"`},
	} {
		if _, err := Read(strings.NewReader(c.text), Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// Files in almost fixed format: short names in free format that were taken for one name with a blank, numbers that are too long for
// their field, comments after fields.
func TestReportAlmostFixed(t *testing.T) {
	p := read(t, "NAME\nROWS\n N  OBJROW\n L  c_8\n L  c_9\n E  s0        $t5                  0\nCOLUMNS\n    x(1) OBJROW -32.32036515598602 c_8 50911075\n    x(1) c_9 -7343692\n"+
		"    x1 c_8 40\n    C0063540  c_9                  0   $ empty column\n    y         c_8       1234567890.12345   c_9       1\nRHS\n    RHS       c_8                  1   c_9             -0.5\nENDATA\n", Options{})
	if !slices.Equal(p.ColNames, []string{"x(1)", "x1", "C0063540", "y"}) || !slices.Equal(p.A.Values, []float64{50911075, -7343692, 40, 1234567890.12345, 1}) ||
		!slices.Equal(p.RowNames, []string{"c_8", "c_9", "s0"}) {
		t.Errorf("%+v", p)
	}
}

// Numbers of punched cards in columns 73 to 80.
func TestReportCardNumbers(t *testing.T) {
	card := func(s, number string) string { return s + strings.Repeat(" ", 72-len(s)) + number + "\n" }
	p := read(t, "NAME          CARDS\nROWS\n"+card(" N  COST", "00000010")+card(" L  LIM 1", "00000020")+"COLUMNS\n"+card("    X         LIM 1              1.5   COST               2.0", "00000030")+
		"RHS\nENDATA\n", Options{})
	if !slices.Equal(p.A.Values, []float64{1.5}) || !slices.Equal(p.C, []float64{2}) || p.RowNames[0] != "LIM 1" {
		t.Errorf("%+v", p)
	}
}

// Entries at the same place add up for some readers.
func TestReportSeveralEntries(t *testing.T) {
	text := "ROWS\n N f\n G a\nCOLUMNS\n x f 1 a 2\n x a 3 f 4\n y a 0\n y a 1\nQUADOBJ\n x x 8\n x y 1\n y x 1\nENDATA\n"
	if _, err := Read(strings.NewReader(text), Options{}); err == nil || !strings.Contains(err.Error(), `line 6, column 4: a second entry of row "a" in column "x"`) {
		t.Error(err)
	}
	p := read(t, text, Options{AddUp: true})
	if !slices.Equal(p.C, []float64{5, 0}) || !slices.Equal(p.A.Values, []float64{5, 1}) || !reflect.DeepEqual(p.Q, Matrix{2, 2, []int{0, 2, 3}, []int{0, 1, 0}, []float64{8, 2, 2}}) {
		t.Errorf("%+v", p)
	}
	if p = read(t, strings.Replace(text, "x a 3", "x a -2", 1), Options{AddUp: true}); !slices.Equal(p.A.Ptr, []int{0, 0, 1}) || !slices.Equal(p.A.Values, []float64{1}) {
		t.Errorf("%+v", p.A)
	}
	text = strings.Replace(text, "QUADOBJ", "QMATRIX", 1)
	text = strings.Replace(text, "x x 8\n", "x x 8\n x x 1\n", 1)
	text = strings.Replace(text, "x f 1 a 2\n x a 3 f 4\n y a 0\n", "x f 1\n", 1)
	if p = read(t, text, Options{AddUp: true}); !slices.Equal(p.Q.Values, []float64{9, 1, 1}) {
		t.Errorf("%+v", p)
	}
}

// Comments after fields begin with a star, too; names may as well.
func TestReportStars(t *testing.T) {
	p := read(t, "NAME          Comment\n* Comment\nROWS\n N  COST $Comment\n G  R1 *Comment\n G  *R2* *Comment\nCOLUMNS\n    C0        R1            1.0        COST       -1.0 $Comment\n"+
		"    C0        *R2*         -1.0 *Comment\nRHS\n    *rhs*     R1            1.0        *R2*       -2.0 $Comment\nRANGES\n    test      R1        1  $Comment\nBOUNDS\n UP SERVINGS  C0            1.0 *Comment\nENDATA\n", Options{})
	if !slices.Equal(p.RowNames, []string{"R1", "*R2*"}) || !slices.Equal(p.RowLower, []float64{1, -2}) || !slices.Equal(p.RowUpper, []float64{2, inf}) || p.Upper[0] != 1 {
		t.Errorf("%+v", p)
	}
}
