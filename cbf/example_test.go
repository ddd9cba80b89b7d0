package cbf_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/argmin-go/argmin/cbf"
)

// The distance from the origin to the line x + y = 2.
func ExampleRead() {
	p, err := cbf.Read(strings.NewReader(`VER
1

OBJSENSE
MIN

VAR
3 1
Q 3

CON
1 1
L= 1

OBJACOORD
1
0 1.0

ACOORD
2
0 1 1.0
0 2 1.0

BCOORD
1
0 -2.0
`))
	if err != nil {
		panic(err)
	}
	fmt.Println(p.N(), p.Vars, p.C.Dense(p.N()))
	fmt.Println(p.M(), p.Cons, p.A.Row, p.A.Col, p.A.Values, p.B.Dense(p.M()))
	// Output:
	// 3 [{Q 3 []}] [1 0 0]
	// 1 [{L= 1 []}] [0 0] [1 2] [1 1] [-2]
}

func ExampleWrite() {
	p := &cbf.Problem{
		Maximize: true,
		Vars:     []cbf.Cone{{Kind: cbf.Power, Dim: 3, Alpha: []float64{0.3, 0.7}}},
		C:        cbf.Vector{Ind: []int{2}, Values: []float64{1}},
	}
	if err := cbf.Write(os.Stdout, p); err != nil {
		panic(err)
	}
	// Output:
	// VER
	// 3
	//
	// OBJSENSE
	// MAX
	//
	// POWCONES
	// 1 2
	// 2
	// 0.3
	// 0.7
	//
	// VAR
	// 3 1
	// @0:POW 3
	//
	// OBJACOORD
	// 1
	// 2 1
}
