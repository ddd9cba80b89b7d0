package cbf

import (
	"bytes"
	"errors"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// all has every keyword.
const all = `# a comment
VER
4

OBJSENSE
MAX

POWCONES
2 5
2
8.0
1.0
3
1
2
3
POW*CONES
1 1
1
0.5

PSDVAR
1
3

VAR
11 5
L+ 3
F 1
@0:POW 3
SVECPSD 3

L= 1

INT
2
2
0

PSDCON
2
2
1

CON
12 5
Q 3
# a comment between the cones
EXP 3
@1:POW 4
@0:POW* 1
L- 1

OBJFCOORD
2
0 2 1 -1.5
0 0 0 2

OBJACOORD
3
5 1e-3
0 5
3 0

OBJBCOORD
-7.25

FCOORD
1
11 0 1 2 4

ACOORD
3
1 2 3
0 10 -1
1 0 2.5

BCOORD
1
4 3

HCOORD
2
0 1 1 0 1
1 10 0 0 1

DCOORD
1
0 1 1 -1
`

var parsed = &Problem{
	Version: 4, Maximize: true,
	Vars:    []Cone{{NonNegative, 3, nil}, {Free, 1, nil}, {Power, 3, []float64{8, 1}}, {SemidefiniteVector, 3, nil}, {Zero, 1, nil}},
	Cons:    []Cone{{Quadratic, 3, nil}, {Exponential, 3, nil}, {Power, 4, []float64{1, 2, 3}}, {DualPower, 1, []float64{0.5}}, {NonPositive, 1, nil}},
	PSDVars: []int{3}, PSDCons: []int{2, 1}, Integers: []int{0, 2},
	C: Vector{[]int{0, 5}, []float64{5, 1e-3}}, Constant: -7.25,
	A: Triplets{[]int{0, 1, 1}, []int{10, 0, 2}, []float64{-1, 2.5, 3}}, B: Vector{[]int{4}, []float64{3}},
	ObjF: []Entry{{0, 0, 0, 0, 2}, {0, 0, 2, 1, -1.5}}, F: []Entry{{11, 0, 2, 1, 4}},
	H: []Entry{{0, 1, 1, 0, 1}, {1, 10, 0, 0, 1}}, D: []Entry{{0, 0, 1, 1, -1}},
}

func TestEveryKeyword(t *testing.T) {
	for _, text := range []string{all, strings.ReplaceAll(all, "\n", "\r\n"), strings.TrimSuffix(all, "\n")} {
		p, err := Read(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(p, parsed) {
			t.Errorf("%+v\nwant\n%+v", p, parsed)
		}
		if p.N() != 11 || p.M() != 12 || !slices.Equal(p.C.Dense(6), []float64{5, 0, 0, 0, 0, 1e-3}) {
			t.Error(p.N(), p.M(), p.C.Dense(6))
		}
	}
}

// Sections of data before the structure that they do not need, as some programs write them.
func TestStructureAfterData(t *testing.T) {
	p, err := Read(strings.NewReader("VER\n3\nOBJSENSE\nMIN\nVAR\n1 1\nF 1\nOBJACOORD\n1\n0 1\nCON\n1 1\nL= 1\nACOORD\n1\n0 0 1\nPSDCON\n1\n1\nHCOORD\n1\n0 0 0 0 1\n"))
	if err != nil || len(p.H) != 1 || len(p.A.Row) != 1 {
		t.Error(p, err)
	}
}

// fang88 is a geometric program of CBLIB.
func TestFileOfCBLIB(t *testing.T) {
	f, err := os.Open("testdata/fang88.cbf")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	exponential := 0
	for _, c := range p.Vars {
		if c.Kind == Exponential {
			exponential++
		}
	}
	if p.N() != 119 || p.M() != 84 || len(p.A.Row) != 171 || len(p.B.Ind) != 57 || len(p.C.Ind) != 11 || exponential != 27 || p.Maximize {
		t.Errorf("%+v", p)
	}
	var b bytes.Buffer
	if err := Write(&b, p); err != nil {
		t.Fatal(err)
	}
	if back, err := Read(&b); err != nil || !reflect.DeepEqual(p, back) {
		t.Errorf("%+v, %v", back, err)
	}
}

// Entries above the diagonal, which the examples of the format's description have too.
func TestUpperTriangle(t *testing.T) {
	p, err := Read(strings.NewReader("VER\n2\nOBJSENSE\nMIN\nPSDVAR\n1\n3\nOBJFCOORD\n2\n0 1 2 4\n0 1 0 5\n"))
	if want := []Entry{{0, 0, 1, 0, 5}, {0, 0, 2, 1, 4}}; err != nil || !slices.Equal(p.ObjF, want) {
		t.Error(p, err)
	}
}

func TestFaults(t *testing.T) {
	head := "VER\n1\nOBJSENSE\nMIN\n" // four lines
	for _, c := range []struct{ text, want string }{
		{"", "line 1: the file ends without VER"},
		{"VER\n1\n", "line 3: the file ends without OBJSENSE"},
		{"VAR\n", `line 1, column 1: "VAR" at the beginning, want VER`},
		{"VER\n5\n", "line 2, column 1: the version is 5, want one from 1 to 4"},
		{"VER 1\n", `line 1, column 5: "1" after a keyword, want it on the next line`},
		{"VER", "line 2: the file ends where a version should be"},
		{"VER\n1\nOBJSENSE\nmin\n", `line 4, column 1: the sense of the objective is "min", want MIN or MAX`},
		{head + "VER\n1", "line 5, column 1: a second VER; the first one is at line 1"},
		{head + "CHANGE\n", "line 5, column 1: CHANGE begins a second problem that is like this one; ReadSequence reads all of them"},
		{head + "VAR\n2\n", "line 6, column 1: 1 words, want 2: a number of variables and a number of cones"},
		{head + "VAR\n2 1\nF 3\n", "line 7, column 3: the cones have more than the 2 variables of the header"},
		{head + "VAR\n2 1\nF 1\n", "line 7: the cones have 1 of the 2 variables of the header"},
		{head + "VAR\n2 1\nL 2\n", `line 7, column 1: no cone "L"; there are F, L+`},
		{head + "VAR\n2 1\nEXP 2\n", "line 7, column 1: a cone EXP of dimension 2, want at least 3"},
		{head + "VAR\n4 1\nEXP 4\n", "line 7, column 1: a cone EXP of dimension 4, want 3"},
		{head + "VAR\n4 1\nSVECPSD 4\n", "a cone SVECPSD of dimension 4, want n(n+1)/2"},
		{head + "VAR\n2 1\nQR 1\n", "a cone QR of dimension 1, want at least 2"},
		{head + "VAR\n2 1\n@0:POW 2\n", `line 7, column 1: cone "@0:POW": there are 0 lists of powers of POW, numbered from 0`},
		{head + "VAR\n2 1\nPOW 2\n", "line 7, column 1: cone POW without the number of its powers, want @k:POW"},
		{head + "POWCONES\n1 3\n2\n1\n1\n", "line 9: 1 powers fewer than the header says"},
		{head + "POWCONES\n1 1\n2\n1\n1\n", "line 7, column 1: the number of powers is 2, want one from 1 to 1"},
		{head + "POWCONES\n1 1\n1\n-1\n", "line 8, column 1: the power is -1, want a positive number"},
		{head + "VAR\n99999999999 1\nF 99999999999\n", "line 6, column 1: the number of variables is 99999999999, want one from 0 to 2147483647"},
		{head + "ACOORD\n", "line 5, column 1: ACOORD comes before VAR"},
		{head + "VAR\n1 1\nF 1\nINT\n1\n1\n", "line 10, column 1: the number of a variable is 1, want one from 0 to 0"},
		{head + "VAR\n1 1\nF 1\nINT\n2\n0\n0\n", "line 8: INT has variable 0 twice"},
		{head + "VAR\n1 1\nF 1\nOBJACOORD\n1\n0 x\n", `line 10, column 3: "x" is not a finite number`},
		{head + "VAR\n1 1\nF 1\nOBJACOORD\n1\n0 inf\n", `line 10, column 3: "inf" is not a finite number`},
		{head + "VAR\n1 1\nF 1\nOBJACOORD\n2\n0 1\n0 2\n", `line 11: a second number at the place of line 10`},
		{head + "VAR\n1 1\nF 1\nOBJACOORD\n2\n0 1\n", "line 11: the file ends where a variable and a number should be"},
		{head + "VAR\n1 1\nF 1\nOBJACOORD\n1\n0 1\n0 2\n", `line 11, column 1: "0" is not a keyword of the format; a number here means that the header above counts too few lines`},
		{head + "VAR\n1 1\nF 1\nOBJACOORD\n1\n0 1 2\n", "line 10, column 5: 3 words, want 2: a variable and a number"},
		{head + "VAR\n1 1\nF 1\nPSDCON\n1\n2\nHCOORD\n1\n0 0 2 0 1\n", "line 13: row or column 2 of a matrix of size 2, numbered from 0"},
		{head + "PSDCON\n1\n2\nDCOORD\n2\n0 1 0 1\n0 0 1 1\n", "line 11: a second number at the place of line 10"},
		{head + "PSDVAR\n1\n0\n", "line 7, column 1: the size of a matrix is 0, want one from 1 to"},
	} {
		_, err := Read(strings.NewReader(c.text))
		var fault *Error
		if err == nil || !errors.As(err, &fault) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s, of\n%s", err, c.want, c.text)
		}
	}
	if _, err := Read(brokenReader{}); !errors.Is(err, errBroken) {
		t.Error(err)
	}
}

var errBroken = errors.New("broken")

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error)  { return 0, errBroken }
func (brokenReader) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteFaults(t *testing.T) {
	for _, c := range []struct {
		p    Problem
		want string
	}{
		{Problem{Vars: []Cone{{Kind: "X", Dim: 1}}}, `no cone "X"`},
		{Problem{Vars: []Cone{{Kind: Power, Dim: 1}}}, "a cone POW without powers"},
		{Problem{Vars: []Cone{{Power, 1, []float64{-1}}}}, "a cone POW with power -1"},
		{Problem{Vars: []Cone{{Free, 1, []float64{1}}}}, "a cone F with powers"},
		{Problem{Vars: []Cone{{Free, -1, nil}}}, "a cone F of dimension -1"},
		{Problem{Vars: []Cone{{Free, math.MaxInt, nil}, {Free, math.MaxInt, nil}}}, "the cones have more than"},
		{Problem{PSDCons: []int{0}}, "a positive semidefinite matrix of size 0"},
		{Problem{Version: 7}, "version 7 of the format"},
		{Problem{Integers: []int{0}}, "Integers has 0 at place 0"},
		{Problem{Constant: math.NaN()}, "Constant has NaN"},
		{Problem{C: Vector{[]int{0}, []float64{1}}}, "C has a value at 0, want increasing places below 0"},
		{Problem{C: Vector{[]int{0}, nil}}, "C has 1 places and 0 values"},
		{Problem{Cons: []Cone{{Free, 1, nil}}, B: Vector{[]int{0}, []float64{math.Inf(1)}}}, "B has +Inf"},
		{Problem{A: Triplets{[]int{0}, []int{0}, []float64{1}}}, "A has a value at row 0, column 0, want places of a matrix [0, 0]"},
		{Problem{A: Triplets{[]int{0}, nil, []float64{1}}}, "A has 1 rows, 0 columns and 1 values"},
		{Problem{PSDCons: []int{2}, D: []Entry{{0, 0, 0, 1, 1}}}, "D has {Con:0 Var:0 Row:0 Col:1 Value:1}"},
		{Problem{PSDVars: []int{2}, ObjF: []Entry{{0, 0, 1, 1, 1}, {0, 0, 1, 1, 1}}}, "ObjF has"},
	} {
		if err := Write(new(bytes.Buffer), &c.p); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	if err := Write(brokenReader{}, parsed); !errors.Is(err, errBroken) {
		t.Error(err)
	}
}

func drawCones(t *rapid.T, label string) []Cone {
	alphas := rapid.SliceOfN(rapid.Float64Range(1e-3, 10), 1, 3)
	var all []Cone
	for range rapid.IntRange(0, 4).Draw(t, label) {
		c := Cone{Kind: rapid.SampledFrom([]Kind{Free, NonNegative, NonPositive, Zero, Quadratic, RotatedQuadratic, Exponential, DualExponential, Power, DualPower, SemidefiniteVector, GeometricMeanAbs, DualGeometricMeanAbs}).Draw(t, "kind")}
		switch c.Kind {
		case Power, DualPower:
			c.Alpha = alphas.Draw(t, "alpha")
			c.Dim = len(c.Alpha) + rapid.IntRange(0, 2).Draw(t, "more")
		case SemidefiniteVector:
			c.Dim = rapid.SampledFrom([]int{1, 3, 6}).Draw(t, "dim")
		case Exponential, DualExponential:
			c.Dim = 3
		default:
			c.Dim = kinds[c.Kind] + rapid.IntRange(0, 3).Draw(t, "dim")
		}
		all = append(all, c)
	}
	return all
}

// What is written reads back the same.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Filter(func(v float64) bool { return v != 0 })
		sizes := rapid.SliceOfN(rapid.IntRange(1, 3), 0, 3)
		p := &Problem{Version: 4, Maximize: rapid.Bool().Draw(t, "maximize"), Vars: drawCones(t, "variables"), Cons: drawCones(t, "constraints"),
			PSDVars: sizes.Draw(t, "psdvar"), PSDCons: sizes.Draw(t, "psdcon"), Constant: value.Draw(t, "constant")}
		if len(p.PSDVars) == 0 {
			p.PSDVars = nil
		}
		if len(p.PSDCons) == 0 {
			p.PSDCons = nil
		}
		here := func() bool { return rapid.Bool().Draw(t, "here") }
		vector := func(n int) (v Vector) {
			for i := range n {
				if here() {
					v.Ind, v.Values = append(v.Ind, i), append(v.Values, value.Draw(t, "value"))
				}
			}
			return v
		}
		p.C, p.B = vector(p.N()), vector(p.M())
		for j := range p.N() {
			if here() {
				p.Integers = append(p.Integers, j)
			}
		}
		for i := range p.M() {
			row := vector(p.N())
			for k, j := range row.Ind {
				p.A.Row, p.A.Col, p.A.Values = append(p.A.Row, i), append(p.A.Col, j), append(p.A.Values, row.Values[k])
			}
		}
		symmetric := func(con, v, size int) (all []Entry) {
			for i := range size {
				for j := range i + 1 {
					if here() {
						all = append(all, Entry{con, v, i, j, value.Draw(t, "value")})
					}
				}
			}
			return all
		}
		for v, size := range p.PSDVars {
			p.ObjF = append(p.ObjF, symmetric(0, v, size)...)
		}
		if p.M() > 0 {
			for v, size := range p.PSDVars {
				p.F = append(p.F, symmetric(p.M()-1, v, size)...)
			}
		}
		for c, size := range p.PSDCons {
			p.D = append(p.D, symmetric(c, 0, size)...)
			if p.N() > 0 {
				p.H = append(p.H, symmetric(c, p.N()-1, size)...)
			}
		}
		var b bytes.Buffer
		if err := Write(&b, p); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		back, err := Read(&b)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if !reflect.DeepEqual(p, back) {
			t.Fatalf("read\n%+v\nof\n%s\nwant\n%+v", back, text, p)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(all))
	b, err := os.ReadFile("testdata/fang88.cbf")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte("VER\n1\nOBJSENSE\nMIN\nVAR\n3 1\nQ 3\nOBJACOORD\n1\n0 1\nCON\n1 1\nL= 1\nACOORD\n1\n0 1 1\nBCOORD\n1\n0 -1\n"))
	f.Add([]byte(changes))
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := ReadSequence(bytes.NewReader(text))
		if one, err := Read(bytes.NewReader(text)); err == nil && (len(all) != 1 || !reflect.DeepEqual(one, all[0])) {
			t.Fatalf("Read gives\n%+v\nReadSequence\n%+v", one, all)
		}
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := WriteSequence(&b, all); err != nil {
			t.Fatalf("%v of\n%s", err, text)
		}
		written := b.String()
		back, err := ReadSequence(&b)
		if err != nil {
			t.Fatalf("%v in what was written of\n%s", err, text)
		}
		if !reflect.DeepEqual(all, back) {
			t.Fatalf("%+v\nbecame\n%+v\nby\n%s", all, back, written)
		}
	})
}

func TestMillionNonzeros(t *testing.T) {
	if testing.Short() {
		t.Skip("a million nonzeros")
	}
	const n = 100_000
	p := &Problem{Version: 1, Vars: []Cone{{Free, n, nil}}, Cons: []Cone{{Quadratic, n, nil}}}
	for i := range n {
		for k := range 10 {
			p.A.Row, p.A.Col, p.A.Values = append(p.A.Row, i), append(p.A.Col, (i/10*10+k)%n), append(p.A.Values, 1/float64(1+i+k))
		}
	}
	var b bytes.Buffer
	if err := Write(&b, p); err != nil {
		t.Fatal(err)
	}
	if back, err := Read(&b); err != nil || !reflect.DeepEqual(p, back) {
		t.Errorf("a problem with a million nonzeros reads differently than it was written: %v", err)
	}
}
