package cbf

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// changes are three problems, of which the second one has another objective and a number less, and the third one the second's numbers.
const changes = `VER
1
OBJSENSE
MIN
VAR
3 1
Q 3
PSDVAR
1
2
CON
2 1
L= 2
OBJACOORD
2
0 1
1 2
ACOORD
3
0 0 1
1 1 2
1 2 3
FCOORD
1
0 0 1 0 0.5
OBJBCOORD
4
CHANGE
# the second one
OBJACOORD
1
0 -1
ACOORD
2
1 1 0
0 2 7
FCOORD
1
0 0 0 1 0.25
BCOORD
1
1 3
CHANGE
OBJBCOORD
0
`

func TestSequence(t *testing.T) {
	all, err := ReadSequence(strings.NewReader(changes))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 3 {
		t.Fatalf("%d problems", len(all))
	}
	first := &Problem{Version: 1, Vars: []Cone{{Kind: Quadratic, Dim: 3}}, Cons: []Cone{{Kind: Zero, Dim: 2}}, PSDVars: []int{2}, Constant: 4,
		C: Vector{[]int{0, 1}, []float64{1, 2}}, A: Triplets{[]int{0, 1, 1}, []int{0, 1, 2}, []float64{1, 2, 3}}, F: []Entry{{0, 0, 1, 0, 0.5}}}
	second := *first
	second.C, second.B = Vector{[]int{0, 1}, []float64{-1, 2}}, Vector{[]int{1}, []float64{3}}
	second.A, second.F = Triplets{[]int{0, 0, 1}, []int{0, 2, 2}, []float64{1, 7, 3}}, []Entry{{0, 0, 1, 0, 0.25}}
	third := second
	third.Constant = 0
	if want := []*Problem{first, &second, &third}; !reflect.DeepEqual(all, want) {
		t.Errorf("read\n%+v %+v %+v\nwant\n%+v %+v %+v", *all[0], *all[1], *all[2], *want[0], *want[1], *want[2])
	}
	var b bytes.Buffer
	if err := WriteSequence(&b, all); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	back, err := ReadSequence(&b)
	if err != nil || !reflect.DeepEqual(all, back) {
		t.Errorf("%v, %+v from\n%s", err, back, text)
	}
	// What is the same is not written again.
	if n := strings.Count(text, "ACOORD"); n != 4 { // with OBJACOORD
		t.Errorf("ACOORD %d times, want 4 in\n%s", n, text)
	}
}

func TestSequenceFaults(t *testing.T) {
	head := "VER\n1\nOBJSENSE\nMIN\nVAR\n2 1\nF 2\n" // seven lines
	for _, c := range []struct{ text, want string }{
		{"VER\n1\nCHANGE\n", "line 3, column 1: CHANGE before VER and OBJSENSE of the first problem"},
		{head + "CHANGE 2\n", `line 8, column 8: "2" after a keyword, want it on the next line`},
		{head + "CHANGE\nVAR\n", "line 9, column 1: VAR after CHANGE, where only the numbers of problems change: OBJFCOORD, OBJACOORD,"},
		{head + "CHANGE\nOBJSENSE\n", "line 9, column 1: OBJSENSE after CHANGE"},
		{head + "CHANGE\nACOORD\n", "line 9, column 1: ACOORD comes before CON"},
		{head + "CHANGE\nOBJACOORD\n1\n2 1\n", "line 11, column 1: the number of a variable is 2, want one from 0 to 1"},
		{head + "CHANGE\nOBJACOORD\n1\n0 x\n", `line 11, column 3: "x" is not a finite number`},
		{head + "CHANGE\nOBJACOORD\n2\n0 1\n0 2\n", "line 12: a second number at the place of line 11"},
		{head + "CHANGE\nOBJBCOORD\n1\nOBJBCOORD\n2\n", "line 11, column 1: a second OBJBCOORD; the first one is at line 9"},
		{head + "CHANGE\nNOTHING\n", `line 9, column 1: "NOTHING" is not a keyword`},
	} {
		if _, err := ReadSequence(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
	p, q := &Problem{Vars: []Cone{{Kind: Free, Dim: 2}}}, &Problem{Vars: []Cone{{Kind: Free, Dim: 3}}}
	for _, c := range []struct {
		all  []*Problem
		want string
	}{
		{nil, "cbf: no problem to write"},
		{[]*Problem{p, q}, "cbf: problem 1 has other cones, sizes, integers, version or sense than problem 0"},
		{[]*Problem{p, {Vars: p.Vars, C: Vector{[]int{2}, []float64{1}}}}, "cbf: problem 1: C has a value at 2"},
	} {
		if err := WriteSequence(&bytes.Buffer{}, c.all); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	if err := WriteSequence(brokenReader{}, []*Problem{p, p}); err == nil {
		t.Error("a writer that fails is not an error")
	}
}

func ExampleReadSequence() {
	all, err := ReadSequence(strings.NewReader(changes))
	if err != nil {
		panic(err)
	}
	for _, p := range all {
		fmt.Println(p.C.Dense(p.N()), p.Constant)
	}
	// Output:
	// [1 2 0] 4
	// [-1 2 0] 4
	// [-1 2 0] 0
}
