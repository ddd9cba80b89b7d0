package search

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Constraints are all constraints of a problem, one below the other: Lower ≤ c(x) ≤ Upper, each
// of length m. Bounds of variables are not among them.
type Constraints struct {
	Run          *Run         // the search they belong to
	List         []Constraint // one by one, with both limits in full length
	parts        []*System
	Lower, Upper []float64 // of length m
	linear       []bool    // which rows are linear
	c            []float64 // scratch
}

// NewConstraints checks the constraints of a search; nil if there are none.
func NewConstraints(r *Run, list []Constraint) (*Constraints, error) {
	if len(list) == 0 {
		return nil, nil
	}
	n := r.N()
	k := &Constraints{Run: r}
	for i, c := range list {
		name := fmt.Sprintf("constraint %d", i)
		c.Lower, c.Upper = both(c.Lower, c.Upper)
		m := len(c.Lower)
		switch {
		case m == 0 && len(c.Upper) == 0:
			return nil, fmt.Errorf("minimize: %s has no limits: Lower and Upper need an element for every value, and there must be at least one", name)
		case m != len(c.Upper):
			return nil, fmt.Errorf("minimize: %s has %d lower and %d upper bounds, want one of each for every value", name, m, len(c.Upper))
		case c.A == nil && c.Func == nil:
			return nil, fmt.Errorf("minimize: %s has neither A nor Func", name)
		case c.A != nil && c.Func != nil:
			return nil, fmt.Errorf("minimize: %s has both A and Func", name)
		}
		for j := range m {
			if err := checkLimits(c.Lower[j], c.Upper[j]); err != nil {
				return nil, fmt.Errorf("minimize: %s: value %d: %w", name, j, err)
			}
			k.linear = append(k.linear, c.A != nil)
		}
		if err := CheckSparsity(name, c.Sparsity, m, n); err != nil {
			return nil, err
		}
		f, jac := c.Func, c.Jac
		if a := c.A; a != nil {
			if rows, cols := a.Dims(); rows != m || cols != n {
				return nil, fmt.Errorf("minimize: A of %s is %d×%d, want %d×%d", name, rows, cols, m, n)
			}
			f = func(x, c []float64) { mat.NewVecDense(m, c).MulVec(a, mat.NewVecDense(n, x)) }
			jac = func(_ []float64, j *mat.Dense) { j.Copy(a) }
		}
		k.parts = append(k.parts, NewSystem(&r.Evaluator, n, m, f, jac, r.Lower, r.Upper, c.Sparsity))
		k.List = append(k.List, c)
		k.Lower, k.Upper = append(k.Lower, c.Lower...), append(k.Upper, c.Upper...)
	}
	k.c = make([]float64, k.Rows())
	return k, nil
}

// Rows is the number of rows.
func (k *Constraints) Rows() int { return len(k.Lower) }

// Values sets c to the constraints at x.
func (k *Constraints) Values(x, c []float64) {
	for _, s := range k.parts {
		s.Values(x, c[:s.m])
		c = c[s.m:]
	}
	if r := k.Run; r.hasF && slices.Equal(r.at, x) {
		if cv, ok := k.known(x); ok {
			r.keep(x, r.atF, cv)
		}
	}
}

// known is the violation at x if all constraints were evaluated there last; bounds count too.
func (k *Constraints) known(x []float64) (cv float64, ok bool) {
	at := 0
	for _, s := range k.parts {
		if s.at == nil || !slices.Equal(s.at, x) {
			return 0, false
		}
		cv = max(cv, BoundViolation(s.y, k.Lower[at:at+s.m], k.Upper[at:at+s.m]))
		at += s.m
	}
	if k.Run.Lower != nil {
		cv = max(cv, BoundViolation(x, k.Run.Lower, k.Run.Upper))
	}
	return cv, true
}

// Jacobian sets j, [m, n], to the derivative of the constraints at x.
func (k *Constraints) Jacobian(x []float64, j *mat.Dense) {
	at := 0
	for _, s := range k.parts {
		s.Jacobian(x, j.Slice(at, at+s.m, 0, s.n).(*mat.Dense))
		at += s.m
	}
}

// Hessian sets h to Σ vᵢ ∇²cᵢ(x) over the rows of constraint i of the list, which has Hess; v are
// the multipliers of these rows.
func (k *Constraints) Hessian(i int, x, v []float64, h *mat.SymDense) {
	k.Run.Ask(KindHess, slices.Concat(x, v, []float64{float64(i)}), h.RawSymmetric().Data, func() {
		k.List[i].Hess(slices.Clone(x), slices.Clone(v), h)
	})
}

// violation is the largest violation of a constraint or bound at x; NaN counts as
// infinite.
func (k *Constraints) violation(x []float64) float64 {
	k.Values(x, k.c)
	v, _ := k.known(x)
	return v
}

// BoundViolation is the largest violation of lower ≤ c ≤ upper, +Inf if one is NaN.
func BoundViolation(c, lower, upper []float64) float64 {
	v := 0.0
	for i, c := range c {
		if math.IsNaN(c) {
			return math.Inf(1)
		}
		if c < lower[i] {
			v = max(v, lower[i]-c)
		}
		if c > upper[i] {
			v = max(v, c-upper[i])
		}
	}
	return v
}
