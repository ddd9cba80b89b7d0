package minimize

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// kktProblem is a problem with its derivatives, for a check of answers that knows nothing of the methods.
type kktProblem struct {
	f            func(x []float64) float64
	grad         func(x, g []float64)
	c            func(x, c []float64) // nil: no constraints
	jac          func(x []float64, j *mat.Dense)
	cLow, cUp    []float64
	lower, upper []float64 // nil: none
	unit         []float64 // typical sizes of the variables; nil: 1
}

// options are the problem's constraints and bounds, with Jacobians if wanted.
func (p kktProblem) options(m Method, derivatives bool) Options {
	opt := Options{Method: m}
	if p.lower != nil {
		opt.Bounds = &Bounds{p.lower, p.upper}
	}
	if p.c != nil {
		con := Constraint{Func: p.c, Lower: p.cLow, Upper: p.cUp}
		if derivatives {
			con.Jac = p.jac
		}
		opt.Constraints = []Constraint{con}
	}
	return opt
}

// violation is the largest violation of a constraint or, in units of the variable, of a bound at x.
func (p kktProblem) violation(x []float64) float64 {
	cv := 0.0
	c := make([]float64, len(p.cLow))
	if p.c != nil {
		p.c(x, c)
	}
	for i, v := range c {
		cv = max(cv, p.cLow[i]-v, v-p.cUp[i])
	}
	for i := range p.lower {
		cv = max(cv, (p.lower[i]-x[i])/p.size(i), (x[i]-p.upper[i])/p.size(i))
	}
	return cv
}

func (p kktProblem) size(i int) float64 {
	if p.unit == nil {
		return 1
	}
	return p.unit[i]
}

// residual is how far x is from the conditions of Karush, Kuhn & Tucker: the distance of the gradient, with
// respect to variables in their units, from the cone of the gradients of what is active within tol, and the
// largest of the gradient's elements.
func (p kktProblem) residual(x []float64, tol float64) (left, size float64) {
	n := len(x)
	g := make([]float64, n)
	p.grad(x, g)
	for i := range g {
		g[i] *= p.size(i)
		size = max(size, math.Abs(g[i]))
	}
	var cols [][]float64 // of the cone
	add := func(row []float64, sign float64) {
		col := make([]float64, n)
		for i, v := range row {
			col[i] = sign * v
		}
		if vec.Norm2(col) > 0 {
			cols = append(cols, col)
		}
	}
	if p.c != nil {
		c, j := make([]float64, len(p.cLow)), mat.NewDense(len(p.cLow), n, nil)
		p.c(x, c)
		p.jac(x, j)
		for r, v := range c {
			row := j.RawRowView(r)
			for i := range row {
				row[i] *= p.size(i)
			}
			near := tol * max(1, vec.Norm2(row))
			if v-p.cLow[r] <= near {
				add(row, 1)
			}
			if p.cUp[r]-v <= near {
				add(row, -1)
			}
		}
	}
	e := make([]float64, n)
	for i := range p.lower {
		e[i] = 1
		if (x[i]-p.lower[i])/p.size(i) <= tol {
			add(e, 1)
		}
		if (p.upper[i]-x[i])/p.size(i) <= tol {
			add(e, -1)
		}
		e[i] = 0
	}
	return coneDistance(cols, g), size
}

// coneDistance is the distance of g from the sums of columns with factors ≥ 0, by coordinate descent on the
// factors (a few thousand sweeps are nothing for so few columns).
func coneDistance(cols [][]float64, g []float64) float64 {
	r, lambda := append([]float64(nil), g...), make([]float64, len(cols))
	for range 5000 {
		moved := 0.0
		for k, a := range cols {
			l := max(lambda[k]+vec.Dot(a, r)/vec.Dot(a, a), 0)
			d := l - lambda[k]
			lambda[k] = l
			vec.Axpy(-d, a, r)
			moved = max(moved, math.Abs(d)*vec.Norm2(a))
		}
		if moved <= 1e-13*vec.Norm2(g) {
			break
		}
	}
	return vec.Norm2(r)
}
