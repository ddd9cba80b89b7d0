package sparse

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	core "github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/num"
)

// FromCOO is the matrix of the given size with values[k] at row row[k] and column col[k]
// (coordinate format). Entries may come in any order; those at the same place add up. Indices out
// of range are an error.
func FromCOO(rows, cols int, row, col []int, values num.Array) Matrix {
	const op = "sparse.FromCOO"
	p, slot, err := core.FromCOO(rows, cols, row, col)
	if err != nil {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "%v", err))
	}
	if !slices.Equal(values.Shape(), []int{len(row)}) {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "values have shape %s, want [%d]: one for each pair of indices", ir.ShapeString(values.Shape()), len(row)))
	}
	return New(Pattern{p}, placed(values, slot, p.NNZ()))
}

// placed adds up values at the slots of a vector of n zeros.
func placed(values num.Array, slot []int32, n int) num.Array {
	if identity(slot, n) {
		return values
	}
	return num.Primitive(prim.ScatterOp{Add: true}, num.Full(values.DType(), 0, n), num.New(slot, len(slot)), values)[0]
}

// taken is the values at the given places.
func taken(values num.Array, from []int32) num.Array {
	if n := values.Shape()[0]; identity(from, n) {
		return values
	} else if n == 0 || len(from) == 0 {
		return num.Full(values.DType(), 0, len(from))
	}
	return num.Primitive(prim.GatherOp{}, values, num.New(from, len(from)))[0]
}

func identity(places []int32, n int) bool {
	for k, s := range places {
		if int(s) != k {
			return false
		}
	}
	return len(places) == n
}

// FromCSR is the matrix in compressed sparse rows: row i has values[ptr[i]:ptr[i+1]] in the columns
// ind[ptr[i]:ptr[i+1]], in any order; values at the same place add up.
func FromCSR(rows, cols int, ptr, ind []int, values num.Array) Matrix {
	row := expanded("sparse.FromCSR", "row", rows, ptr, len(ind))
	return FromCOO(rows, cols, row, ind, values)
}

// FromCSC is the matrix in compressed sparse columns: column j has values[ptr[j]:ptr[j+1]] in the
// rows ind[ptr[j]:ptr[j+1]], in any order; values at the same place add up.
func FromCSC(rows, cols int, ptr, ind []int, values num.Array) Matrix {
	col := expanded("sparse.FromCSC", "column", cols, ptr, len(ind))
	return FromCOO(rows, cols, ind, col, values)
}

// expanded gives the row of every entry from where the rows begin, or the column.
func expanded(op, what string, n int, ptr []int, nnz int) []int {
	if len(ptr) != n+1 || ptr[0] != 0 || ptr[n] != nnz || !slices.IsSorted(ptr) {
		first, last := "nothing", "nothing"
		if len(ptr) > 0 {
			first, last = ir.ShapeString(ptr[:1]), ir.ShapeString(ptr[len(ptr)-1:])
		}
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "the %s pointers are %d numbers from %s to %s; want %d that do not fall, from 0 to the number of indices, %d",
			what, len(ptr), first, last, n+1, nnz))
	}
	at := make([]int, nnz)
	for i := range n {
		for k := ptr[i]; k < ptr[i+1]; k++ {
			at[k] = i
		}
	}
	return at
}
