package gonum

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/named"
)

// Tensors are matrices as tensors with two axes. They share the numbers of the matrices that are
// contiguous.
func Tensors(x map[string]*mat.Dense) named.Tensors {
	t := make(named.Tensors, len(x))
	for name, m := range x {
		raw := m.RawMatrix()
		if raw.Stride != raw.Cols {
			raw = mat.DenseCopyOf(m).RawMatrix()
		}
		t[name] = named.New(raw.Data[:raw.Rows*raw.Cols], raw.Rows, raw.Cols)
	}
	return t
}

// Dense are tensors as matrices, which share the numbers of the tensors. A tensor with one axis is
// a column, one without axes is 1×1. Tensors with more axes, of float32 or without elements, which
// gonum's matrices cannot be, are an error.
func Dense(x named.Tensors) (map[string]*mat.Dense, error) {
	d := make(map[string]*mat.Dense, len(x))
	for name, t := range x {
		rows, cols := 1, 1
		switch len(t.Shape) {
		case 0:
		case 1:
			rows = t.Shape[0]
		case 2:
			rows, cols = t.Shape[0], t.Shape[1]
		default:
			return nil, fmt.Errorf("gonum: tensor %q has shape %v, want at most two axes", name, t.Shape)
		}
		if len(t.Float64) != rows*cols || len(t.Float64) == 0 {
			return nil, fmt.Errorf("gonum: tensor %q of shape %v has %d elements of float64, want %d and at least 1", name,
				t.Shape, len(t.Float64), rows*cols)
		}
		d[name] = mat.NewDense(rows, cols, t.Float64)
	}
	return d, nil
}

// NamedProblem is the problem of a function of matrices by name, which returns its value and its
// gradient.
func NamedProblem(f func(x map[string]*mat.Dense) (float64, map[string]*mat.Dense)) named.Problem {
	return named.Problem{FuncGrad: func(x named.Tensors) (float64, named.Tensors) {
		d, err := Dense(x)
		if err != nil {
			minimize.Abort(err)
		}
		v, g := f(d)
		return v, Tensors(g)
	}}
}
