package sparse

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	core "github.com/argmin-go/argmin/internal/core/sparse"
)

// Pattern is where a sparse matrix has stored entries, row by row and in each row by increasing
// column (compressed sparse rows, CSR). It is immutable, and == reports whether two patterns are
// the same, however they were made, without looking at their entries.
type Pattern struct{ p *core.Shared }

// NewPattern is the pattern of a matrix of the given size in CSR form: the entries of row i are in
// the columns ind[ptr[i]:ptr[i+1]], which must increase. It copies both slices. Rows, columns and
// entries may each be as many as an int32 can count.
func NewPattern(rows, cols int, ptr, ind []int) Pattern {
	s, err := core.Share(&core.Pattern{Rows: rows, Cols: cols, Ptr: slices.Clone(ptr), Ind: slices.Clone(ind)})
	return patternOf("sparse.NewPattern", s, err)
}

func patternOf(op string, s *core.Shared, err error) Pattern {
	if err != nil {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "%v", err))
	}
	return Pattern{s}
}

func (p Pattern) shared(op string) *core.Shared {
	if p.p == nil {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "the zero Pattern was used; make one with sparse.NewPattern, or take a matrix's"))
	}
	return p.p
}

// Rows is the number of rows.
func (p Pattern) Rows() int { return p.shared("sparse.Pattern.Rows").Rows }

// Cols is the number of columns.
func (p Pattern) Cols() int { return p.shared("sparse.Pattern.Cols").Cols }

// NNZ is the number of stored entries, zero or not.
func (p Pattern) NNZ() int { return p.shared("sparse.Pattern.NNZ").NNZ() }

// Ptr is where the entries of each row begin: those of row i are at Ptr()[i] to Ptr()[i+1], which
// is excluded. It must not be modified.
func (p Pattern) Ptr() []int { return p.shared("sparse.Pattern.Ptr").Ptr }

// Ind is the columns of the entries, row by row. It must not be modified.
func (p Pattern) Ind() []int { return p.shared("sparse.Pattern.Ind").Ind }

// Row is the columns of the entries of row i. It must not be modified.
func (p Pattern) Row(i int) []int { return p.shared("sparse.Pattern.Row").Row(i) }

// T is the pattern of the transposed matrix. It is computed once for a pattern.
func (p Pattern) T() Pattern {
	t, _ := p.shared("sparse.Pattern.T").T()
	return Pattern{t}
}

// String is the size and the number of entries, such as "3×4 pattern of 5 entries".
func (p Pattern) String() string {
	if p.p == nil {
		return "<no pattern>"
	}
	return fmt.Sprintf("%d×%d pattern of %d entries", p.p.Rows, p.p.Cols, p.p.NNZ())
}
