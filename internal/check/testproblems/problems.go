// Package testproblems has problems with known minima, on which the methods of package
// minimize are tested and compared with SciPy's.
//
// They are written for complex numbers, so that a step into the imaginary direction
// gives the gradient to rounding (Squire & Trapp, "Using complex variables to estimate
// derivatives of real functions", 1998).
package testproblems

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize"
)

// Problem is a problem to minimize.
type Problem struct {
	Name string
	X0   []float64
	F    func(x []complex128) complex128
	Min  []float64 // values of known local minima, the least first

	Lower, Upper []float64               // bounds of the variables; nil: none
	Cons         func(x, c []complex128) // constraints; nil: none
	CLower       []float64               // their limits
	CUpper       []float64
	Linear       bool // all constraints are linear

	squares residuals // what F is the sum of squares of, if it is one
}

// residuals are what sums of squares are made of.
type residuals struct {
	m int
	r func(x, r []complex128)
}

func (q residuals) f(x []complex128) complex128 {
	r := make([]complex128, q.m)
	q.r(x, r)
	var s complex128
	for _, v := range r {
		s += v * v
	}
	return s
}

const h = 0x1p-100

func lift(x []float64) []complex128 {
	z := make([]complex128, len(x))
	for i, v := range x {
		z[i] = complex(v, 0)
	}
	return z
}

// Value is the function at x.
func (p *Problem) Value(x []float64) float64 { return real(p.F(lift(x))) }

// Gradient sets g to the gradient at x.
func (p *Problem) Gradient(x, g []float64) {
	z := lift(x)
	for i, v := range x {
		z[i] = complex(v, h)
		g[i] = imag(p.F(z)) / h
		z[i] = complex(v, 0)
	}
}

// Hessian sets m to the Hessian at x, by central differences of the gradient.
func (p *Problem) Hessian(x []float64, m *mat.SymDense) {
	symmetric(m, x, func(x, g []float64) { p.Gradient(x, g) })
}

func symmetric(m *mat.SymDense, x []float64, gradient func(x, g []float64)) {
	n := len(x)
	y, up, down := append([]float64{}, x...), make([]float64, n), make([]float64, n)
	full := mat.NewDense(n, n, nil)
	for i, v := range x {
		s := math.Cbrt(0x1p-52) * math.Max(1, math.Abs(v))
		y[i] = v + s
		gradient(y, up)
		y[i] = v - s
		gradient(y, down)
		y[i] = v
		for j := range up {
			full.Set(i, j, (up[j]-down[j])/(2*s))
		}
	}
	for i := range n {
		for j := i; j < n; j++ {
			m.SetSym(i, j, (full.At(i, j)+full.At(j, i))/2)
		}
	}
}

// Constraints sets c to the constraints at x.
func (p *Problem) Constraints(x, c []float64) { values(p.Cons, x, c) }

// values sets y to the real f at x.
func values(f func(x, y []complex128), x, y []float64) {
	out := make([]complex128, len(y))
	f(lift(x), out)
	for i, v := range out {
		y[i] = real(v)
	}
}

// Violation is by how much x misses a bound or a limit of a constraint, at most; 0 if it is feasible.
func (p *Problem) Violation(x []float64) float64 {
	off := 0.0
	for i, v := range p.Lower {
		off = max(off, v-x[i], x[i]-p.Upper[i])
	}
	if p.Cons == nil {
		return off
	}
	c := make([]float64, len(p.CLower))
	p.Constraints(x, c)
	for i, c := range c {
		off = max(off, p.CLower[i]-c, c-p.CUpper[i])
	}
	return off
}

// AtMinimum reports whether the value at x is that of a known minimum m, to tol·(1 + |m|).
func (p *Problem) AtMinimum(x []float64, tol float64) bool {
	v := p.Value(x)
	return slices.ContainsFunc(p.Min, func(m float64) bool { return math.Abs(v-m) <= tol*(1+math.Abs(m)) })
}

// Jacobian sets j to the Jacobian of the constraints at x.
func (p *Problem) Jacobian(x []float64, j *mat.Dense) { jacobian(p.Cons, x, j) }

// jacobian sets j to the Jacobian of f at x.
func jacobian(f func(x, y []complex128), x []float64, j *mat.Dense) {
	m, _ := j.Dims()
	z, out := lift(x), make([]complex128, m)
	for i, v := range x {
		z[i] = complex(v, h)
		f(z, out)
		for r, c := range out {
			j.Set(r, i, imag(c)/h)
		}
		z[i] = complex(v, 0)
	}
}

// ConstraintHessian sets m to the Hessian of the constraints weighted by v.
func (p *Problem) ConstraintHessian(x, v []float64, m *mat.SymDense) {
	j := mat.NewDense(len(v), len(x), nil)
	symmetric(m, x, func(x, g []float64) {
		p.Jacobian(x, j)
		mat.NewVecDense(len(x), g).MulVec(j.T(), mat.NewVecDense(len(v), v))
	})
}

// Minimize is the problem as package minimize takes it, with all derivatives.
func (p *Problem) Minimize() (minimize.Problem, minimize.Options) {
	q := minimize.Problem{Func: p.Value, Grad: p.Gradient, Hess: p.Hessian, Complex: p.F}
	var opt minimize.Options
	if p.Lower != nil {
		opt.Bounds = &minimize.Bounds{Lower: p.Lower, Upper: p.Upper}
	}
	if p.Cons != nil {
		c := minimize.Constraint{Lower: p.CLower, Upper: p.CUpper}
		if p.Linear {
			c.A = mat.NewDense(len(p.CLower), len(p.X0), nil)
			p.Jacobian(p.X0, c.A)
			// The limits without the constant term.
			at, ax := make([]float64, len(p.CLower)), mat.NewVecDense(len(p.CLower), nil)
			p.Constraints(p.X0, at)
			ax.MulVec(c.A, mat.NewVecDense(len(p.X0), p.X0))
			c.Lower, c.Upper = append([]float64{}, p.CLower...), append([]float64{}, p.CUpper...)
			for i := range at {
				c.Lower[i] -= at[i] - ax.AtVec(i)
				c.Upper[i] -= at[i] - ax.AtVec(i)
			}
		} else {
			c.Func, c.Jac, c.Hess = p.Constraints, p.Jacobian, p.ConstraintHessian
		}
		opt.Constraints = []minimize.Constraint{c}
	}
	return q, opt
}

// All are all problems: without bounds, with bounds, with constraints.
func All() []*Problem {
	var all []*Problem
	for _, p := range [][]*Problem{MGH(), Bounded(), Constrained()} {
		all = append(all, p...)
	}
	return all
}
