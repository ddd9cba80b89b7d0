package sparse

import (
	"fmt"
	"strings"
)

// A matrix of more than printAll entries is printed with the first and the last printEdge of them.
const (
	printAll  = 20
	printEdge = 5
)

func size(rows, cols int) string { return fmt.Sprintf("%d×%d", rows, cols) }

// String prints size and type and, if the values are known, the entries, as in
//
//	3×4 sparse matrix, 2 entries of float64
//	(0, 1)  2.5
//	(2, 0)  -1
//
// Of more than 20 entries it prints the first and the last five.
func (a Matrix) String() string {
	if a.pattern.p == nil {
		return "<no matrix>"
	}
	p := a.pattern.p
	var s strings.Builder
	fmt.Fprintf(&s, "%s sparse matrix, %d entries of %s", size(p.Rows, p.Cols), p.NNZ(), a.DType())
	switch {
	case a.Values.Rank() != 1:
		fmt.Fprintf(&s, " (a batch, values of shape %v)", a.Values.Shape())
		return s.String()
	case a.Values.Traced():
		s.WriteString(", traced")
		return s.String()
	}
	v := a.Values.Float64s()
	row := p.RowOf()
	for k := range v {
		if len(v) > printAll && k >= printEdge && k < len(v)-printEdge {
			if k == printEdge {
				s.WriteString("\n…")
			}
			continue
		}
		fmt.Fprintf(&s, "\n(%d, %d)  %.6g", row[k], p.Ind[k], v[k])
	}
	return s.String()
}
