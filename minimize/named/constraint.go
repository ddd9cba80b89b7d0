package named

import (
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/suggest"
	"github.com/argmin-go/argmin/minimize"
)

// constraint is c on vectors. Func is called once, for the shape of its value.
func (s *search) constraint(c Constraint) (minimize.Constraint, error) {
	if c.A != nil {
		return s.linear(c)
	}
	var q minimize.Constraint
	if c.Func == nil {
		return q, errors.New("neither A nor Func is given")
	}
	var first Tensor
	err := minimize.Guard(func() { first = c.Func(s.tensors(slices.Clone(s.x0))) })
	if err != nil {
		return q, err
	}
	if err := first.check(); err != nil {
		return q, fmt.Errorf("the value of Func %w", err)
	}
	shape, m := slices.Clone(first.Shape), first.Size()
	if q.Lower, q.Upper, err = c.limits(shape, m); err != nil {
		return q, err
	}
	q.Func = func(x, y []float64) {
		t := c.Func(s.tensors(x))
		if err := t.check(); err != nil {
			minimize.Abort(fmt.Errorf("named: the value of a constraint %w", err))
		}
		if !slices.Equal(t.Shape, shape) {
			minimize.Abort(fmt.Errorf("named: the value of a constraint has shape %v, it had %v at x0", t.Shape, shape))
		}
		t.gather(y)
	}
	if c.Jac != nil {
		q.Jac = func(x []float64, j *mat.Dense) {
			if err := s.rows(j, shape, c.Jac(s.tensors(x))); err != nil {
				minimize.Abort(fmt.Errorf("named: the Jacobian of a constraint %w", err))
			}
		}
	}
	return q, nil
}

// rows sets j to tensors that have the shape of a value followed by the shape of a tensor of x;
// missing names are zero.
func (s *search) rows(j *mat.Dense, shape []int, t Tensors) error {
	j.Zero()
	m, _ := j.Dims()
	for _, name := range sortedNames(t) {
		if _, ok := s.fixed[name]; ok {
			continue
		}
		i, ok := slices.BinarySearch(s.layout.names, name)
		if !ok {
			return s.layout.extra(t)
		}
		part := t[name]
		if err := part.check(); err != nil {
			return fmt.Errorf("tensor %q %w", name, err)
		}
		if want := append(slices.Clone(shape), s.layout.like[i].Shape...); !slices.Equal(part.Shape, want) {
			return fmt.Errorf("tensor %q has shape %v, want %v", name, part.Shape, want)
		}
		lo, hi := s.layout.first[i], s.layout.first[i+1]
		for r := range m {
			for k := lo; k < hi; k++ {
				v := part.at(r*(hi-lo) + k - lo)
				if s.scale != nil {
					v *= s.scale[k]
				}
				j.Set(r, k, v)
			}
		}
	}
	return nil
}

// linear is a constraint with coefficients by name. The terms of fixed tensors move the limits.
func (s *search) linear(c Constraint) (q minimize.Constraint, err error) {
	if c.Func != nil {
		return q, errors.New("both A and Func are given")
	}
	var shape []int
	for _, name := range sortedNames(c.A) {
		like, ok := s.fixed[name]
		if i, free := slices.BinarySearch(s.layout.names, name); free {
			like, ok = s.layout.like[i], true
		}
		if !ok {
			return q, fmt.Errorf("matrix A names %q, which is not in x0%s", name, suggest.Nearest(name, s.layout.names))
		}
		a := c.A[name]
		if err := a.check(); err != nil {
			return q, fmt.Errorf("matrix A of %q %w", name, err)
		}
		k := len(a.Shape) - len(like.Shape)
		if k < 0 || !slices.Equal(a.Shape[k:], like.Shape) || shape != nil && !slices.Equal(a.Shape[:k], shape) {
			return q, fmt.Errorf("matrix A of %q has shape %v, want the shape of the value, %v, followed by %v", name, a.Shape, shape, like.Shape)
		}
		shape = slices.Clone(a.Shape[:k])
		if shape == nil {
			shape = []int{}
		}
	}
	m := Tensor{Shape: shape}.Size()
	if q.Lower, q.Upper, err = c.limits(shape, m); err != nil {
		return q, err
	}
	q.A = mat.NewDense(m, s.layout.Size(), nil)
	if err := s.rows(q.A, shape, c.A); err != nil {
		return q, err
	}
	for _, name := range sortedNames(s.fixed) { // in order, to the same bits each time
		a, ok := c.A[name]
		if !ok {
			continue
		}
		x := s.fixed[name]
		n := x.Size()
		for r := range m {
			v := 0.0
			for k := range n {
				v += a.at(r*n+k) * x.at(k)
			}
			q.Lower[r] -= v
			q.Upper[r] -= v
		}
	}
	return q, nil
}

// limits are Lower and Upper for a value of a shape and m elements.
func (c Constraint) limits(shape []int, m int) (lower, upper []float64, err error) {
	if m == 0 {
		return nil, nil, fmt.Errorf("the value has shape %v, want at least one element", shape)
	}
	lower, upper = infinite(m, -1), infinite(m, 1)
	for _, l := range []struct {
		what string
		t    Tensor
		to   []float64
	}{{"Lower", c.Lower, lower}, {"Upper", c.Upper, upper}} {
		if l.t.Shape == nil && l.t.Float32 == nil && l.t.Float64 == nil {
			continue
		}
		if err := l.t.check(); err != nil {
			return nil, nil, fmt.Errorf("%s %w", l.what, err)
		}
		if err := l.t.broadcast(l.to, shape); err != nil {
			return nil, nil, fmt.Errorf("%s %w", l.what, err)
		}
	}
	return lower, upper, nil
}
