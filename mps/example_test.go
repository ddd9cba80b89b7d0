package mps_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/argmin-go/argmin/mps"
)

func ExampleRead() {
	p, err := mps.Read(strings.NewReader(`NAME          QP example
ROWS
 N  obj
 G  r1
 L  r2
COLUMNS
    c1        r1                 2.0   r2                -1.0
    c1        obj                1.5
    c2        r1                 1.0   r2                 2.0
    c2        obj               -2.0
RHS
    rhs1      r1                 2.0   r2                 6.0
BOUNDS
 UP bnd1      c1                20.0
QUADOBJ
    c1        c1                 8.0
    c1        c2                 2.0
    c2        c2                10.0
ENDATA
`), mps.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(p.Name, p.ColNames, p.C)
	fmt.Println(p.RowNames, p.RowLower, p.RowUpper)
	fmt.Println("Q", p.Q.Ptr, p.Q.Ind, p.Q.Values)
	// Output:
	// QP example [c1 c2] [1.5 -2]
	// [r1 r2] [2 -Inf] [+Inf 6]
	// Q [0 2 4] [0 1 0 1] [8 2 2 10]
}

func ExampleWrite() {
	p := &mps.Problem{
		Name: "diet", C: []float64{3, 2},
		A:        mps.Matrix{Rows: 1, Cols: 2, Ptr: []int{0, 1, 2}, Ind: []int{0, 0}, Values: []float64{5, 1}},
		RowLower: []float64{10}, RowUpper: []float64{20},
		Lower: []float64{0, 0}, Upper: []float64{4, 8},
	}
	if err := mps.Write(os.Stdout, p, mps.Options{}); err != nil {
		panic(err)
	}
	// Output:
	// NAME          diet
	// ROWS
	//  N  obj
	//  G  R1
	// COLUMNS
	//     C1        obj       3
	//     C1        R1        5
	//     C2        obj       2
	//     C2        R1        1
	// RHS
	//     RHS       R1        10
	// RANGES
	//     RNG       R1        10
	// BOUNDS
	//  UP BND       C1        4
	//  UP BND       C2        8
	// ENDATA
}
