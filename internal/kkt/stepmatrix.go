package kkt

import (
	"fmt"

	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/num"
)

// StepMatrix arranges the numbers of [H + D, Jᵀ; J, E] with diagonal D and E: of its triangle on and below the diagonal.
type StepMatrix struct {
	Pattern *sparse.Shared
	low     array // the entries of H on and below its diagonal
	slot    array // where in Pattern each number goes that Values lays end to end
}

// NewStepMatrix is for matrices H, of which the pattern is symmetric, and J with these patterns; a J without rows may have no columns either.
func NewStepMatrix(h, j *sparse.Shared) (StepMatrix, error) {
	n, m := h.Rows, j.Rows
	room := h.NNZ()/2 + j.NNZ() + n + m
	row, col, low := make([]int, 0, room), make([]int, 0, room), make([]int32, 0, h.NNZ()/2+n)
	for i := range n {
		for k := h.Ptr[i]; k < h.Ptr[i+1]; k++ {
			if at := h.Ind[k]; at <= i {
				low, row, col = append(low, int32(k)), append(row, i), append(col, at)
			}
		}
	}
	for i := range m {
		for _, at := range j.Row(i) {
			row, col = append(row, n+i), append(col, at)
		}
	}
	for i := range n + m {
		row, col = append(row, i), append(col, i)
	}
	pattern, slot, err := sparse.FromCOO(n+m, n+m, row, col)
	if err != nil {
		return StepMatrix{}, fmt.Errorf("the matrix of a step: %w", err)
	}
	return StepMatrix{pattern, places(low), places(slot)}, nil
}

// Values are those of the matrix with stored values h of H and j of J, and the diagonals end to end.
func (s StepMatrix) Values(h, j, diagonal array) array {
	return num.SegmentSum(num.Concat(0, h.Take(s.low, 0), j, diagonal), s.slot, s.Pattern.NNZ())
}
