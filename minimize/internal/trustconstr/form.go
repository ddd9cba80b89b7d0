package trustconstr

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/nullspace"
	"github.com/argmin-go/argmin/minimize/internal/search"
)

// form is the constraints and bounds of a problem in the form of the method: equations c = 0, and
// inequalities c ≤ 0 with slacks, first the inequalities of the constraints, then the bounds. Variables
// whose bounds are equal do not move.
type form struct {
	r     *search.Run
	eq    []side
	in    []side // of the constraints, then of the bounds
	rows  int    // how many of in are constraints
	fixed []bool // nil: none
	// unit has the sizes of the variables. Steps, gradients of the barrier function and the bounds are of
	// variables in these units; points and derivatives are the user's.
	unit []float64
}

// side is sign (v - limit), with v a row of the constraints or a variable.
type side struct {
	at          int
	sign, limit float64
	feasible    bool // must hold while iterating
}

func newForm(r *search.Run) *form {
	q := &form{r: r, unit: r.StartUnits()}
	if q.unit == nil {
		q.unit = slices.Repeat([]float64{1}, r.N())
	}
	sides := func(i int, lower, upper float64, feasible bool) {
		if !math.IsInf(upper, 1) {
			q.in = append(q.in, side{i, 1, upper, feasible})
		}
		if !math.IsInf(lower, -1) {
			q.in = append(q.in, side{i, -1, lower, feasible})
		}
	}
	if r.Constraints != nil {
		at := 0
		for _, c := range r.Constraints.List {
			for i, lower := range c.Lower {
				if upper := c.Upper[i]; lower == upper {
					q.eq = append(q.eq, side{at, 1, upper, false})
				} else {
					sides(at, lower, upper, c.KeepFeasible)
				}
				at++
			}
		}
	}
	q.rows = len(q.in)
	for i := range r.Lower {
		if r.Lower[i] == r.Upper[i] {
			if q.fixed == nil {
				q.fixed = make([]bool, r.N())
			}
			q.fixed[i] = true
			continue
		}
		sides(i, r.Lower[i], r.Upper[i], true)
	}
	return q
}

// jacobian is a Jacobian of the size of this problem.
func (q *form) jacobian() *nullspace.Jacobian {
	var at []int
	var sign []float64
	for _, b := range q.in[q.rows:] {
		at, sign = append(at, b.at), append(sign, b.sign)
	}
	return nullspace.NewJacobian(q.r.N(), len(q.eq), q.rows, at, sign)
}

// values sets k to the equations and inequalities, without slacks, where the
// constraints are c.
func (q *form) values(x, c, k []float64) {
	for i, e := range q.eq {
		k[i] = c[e.at] - e.limit
	}
	k = k[len(q.eq):]
	for i, e := range q.in {
		if i < q.rows {
			k[i] = e.sign * (c[e.at] - e.limit)
		} else {
			k[i] = e.sign * (x[e.at] - e.limit) / q.unit[e.at]
		}
	}
}

// derivatives sets a to the Jacobian of the equations and inequalities, where the constraints have j.
func (q *form) derivatives(j *mat.Dense, a *nullspace.Jacobian) {
	row := func(to int, e side) {
		out := a.A.Data[to*a.A.Stride : to*a.A.Stride+a.A.Cols]
		for i, v := range j.RawRowView(e.at) {
			out[i] = e.sign * v * q.unit[i]
		}
		q.zeroFixed(out)
	}
	for i, e := range q.eq {
		row(i, e)
	}
	for i, e := range q.in[:q.rows] {
		row(len(q.eq)+i, e)
	}
}

// zeroFixed sets the elements of variables that do not move to 0.
func (q *form) zeroFixed(g []float64) {
	for i, is := range q.fixed {
		if is {
			g[i] = 0
		}
	}
}

// boundMargin is how far from bounds the search starts: Wächter & Biegler, "On the implementation of an
// interior-point filter line-search algorithm", Math. Program. 106 (2006), section 3.6.
const boundMargin = 0.01

// interior moves x, within the bounds, away from them by a part of max(1, |bound|), or of the distance between
// the bounds if that is less.
func (q *form) interior(x []float64, far float64) {
	for i := range q.r.Lower {
		lo, hi := q.r.Lower[i], q.r.Upper[i]
		if lo == hi {
			continue
		}
		if !math.IsInf(lo, -1) {
			x[i] = max(x[i], lo+min(far*max(1, math.Abs(lo)), far*(hi-lo)))
		}
		if !math.IsInf(hi, 1) {
			x[i] = min(x[i], hi-min(far*max(1, math.Abs(hi)), far*(hi-lo)))
		}
	}
}

// clip moves x back inside the bounds, by the fraction-to-boundary rule for the slacks s of the point
// before. Where rounding hides these it is the number next to the bound.
func (q *form) clip(x, s []float64) {
	for i, e := range q.in[q.rows:] {
		near := (1 - toBoundary) * s[q.rows+i] * q.unit[e.at]
		if e.sign > 0 {
			x[e.at] = min(x[e.at], e.limit-near, math.Nextafter(e.limit, math.Inf(-1)))
		} else {
			x[e.at] = max(x[e.at], e.limit+near, math.Nextafter(e.limit, math.Inf(1)))
		}
	}
}

// multipliers sets u to the multipliers of the rows of the constraints, with the Lagrangian f + Σ uᵢcᵢ,
// from the multipliers y of the equations and inequalities.
func (q *form) multipliers(y, u []float64) {
	clear(u)
	for i, e := range q.eq {
		u[e.at] += y[i]
	}
	for i, e := range q.in[:q.rows] {
		u[e.at] += e.sign * y[len(q.eq)+i]
	}
}

// boundMultipliers are the multipliers of the bounds with the sign of minimize.Result.BoundMultipliers. j is
// the Jacobian of the constraints, u their multipliers, g the gradient.
func (q *form) boundMultipliers(y, g, u []float64, j *mat.Dense) []float64 {
	if q.r.Lower == nil {
		return nil
	}
	b := make([]float64, q.r.N())
	for i, e := range q.in[q.rows:] {
		b[e.at] -= e.sign * y[len(q.eq)+q.rows+i] / q.unit[e.at]
	}
	for i, is := range q.fixed {
		if is {
			b[i] = g[i]
			for k, v := range u {
				b[i] += v * j.At(k, i)
			}
		}
	}
	return b
}
