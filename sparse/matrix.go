package sparse

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// Matrix is a sparse matrix. In a tree, its Values are a leaf and its pattern is structure.
type Matrix struct {
	// Values are the stored entries, of shape [nnz], in the order of the pattern: row by row, in
	// each row by increasing column. A matrix with batch axes before that one is a batch of
	// matrices for num.Vmap.
	Values  num.Array
	pattern Pattern
}

// New is the matrix with the given pattern and values, which have the shape [nnz], or one with
// batch axes before, and a floating-point type.
func New(p Pattern, values num.Array) Matrix {
	const op = "sparse.New"
	if s, n := values.Shape(), p.shared(op).NNZ(); len(s) == 0 || s[len(s)-1] != n {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "values have shape %s, want [%d]: one for each entry of the pattern", ir.ShapeString(s), n))
	}
	if !values.DType().IsFloat() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "values are %s, want a floating-point type", values.DType()))
	}
	return Matrix{Values: values, pattern: p}
}

// WithValues is the matrix with the same pattern and other values; see [New].
func (a Matrix) WithValues(values num.Array) Matrix {
	return New(a.checked("sparse.Matrix.WithValues").pattern, values)
}

// checked is a, if it was made by a function of this package.
func (a Matrix) checked(op string) Matrix {
	if a.pattern.p == nil {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "the zero Matrix was used; make one with sparse.New or sparse.FromCOO"))
	}
	return a
}

// single is a, if it is one matrix and not a batch, and its values fit its pattern.
func (a Matrix) single(op string) Matrix {
	a.checked(op)
	if s := a.Values.Shape(); !slices.Equal(s, []int{a.pattern.p.NNZ()}) {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "the matrix has values of shape %s, want [%d]; a batch of matrices is an argument for num.Vmap",
			ir.ShapeString(s), a.pattern.p.NNZ()))
	}
	return a
}

// Pattern is where the matrix has entries.
func (a Matrix) Pattern() Pattern { return a.checked("sparse.Matrix.Pattern").pattern }

// Dims is the number of rows and of columns.
func (a Matrix) Dims() (rows, cols int) {
	p := a.checked("sparse.Matrix.Dims").pattern.p
	return p.Rows, p.Cols
}

// NNZ is the number of stored entries, zero or not.
func (a Matrix) NNZ() int { return a.checked("sparse.Matrix.NNZ").pattern.p.NNZ() }

// DType is the type of the values.
func (a Matrix) DType() num.DType { return a.Values.DType() }

// AsType converts the values to another floating-point type.
func (a Matrix) AsType(d num.DType) Matrix { return a.WithValues(a.Values.AsType(d)) }
