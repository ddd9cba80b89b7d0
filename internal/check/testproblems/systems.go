package testproblems

import (
	"fmt"
	"math/cmplx"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/root"
)

// System is as many equations, F(x) = 0, as unknowns, that have a solution.
type System struct {
	Name string
	X0   []float64
	F    func(x, f []complex128)
}

// Values sets f to the left sides of the equations at x.
func (s *System) Values(x, f []float64) { values(s.F, x, f) }

// Jacobian sets j to their derivatives at x.
func (s *System) Jacobian(x []float64, j *mat.Dense) { jacobian(s.F, x, j) }

// Root is the system as package minimize takes it, with its Jacobian or without.
func (s *System) Root(withJacobian bool) root.Problem {
	p := root.Problem{Func: s.Values}
	if withJacobian {
		p.Jac = s.Jacobian
	}
	return p
}

// Systems are the systems of Moré, Garbow & Hillstrom: the problems of [MGH] with as
// many residuals as variables and a solution, Chebyquad at the sizes at which it has
// one, and the gradients of the paper's section on nonlinear equations; and those of
// SciPy's documentation.
func Systems() []*System {
	var all []*System
	add := func(name string, x0 []float64, f func(x, f []complex128)) {
		all = append(all, &System{Name: name, X0: x0, F: f})
	}
	for _, p := range MGH() {
		if p.squares.m == len(p.X0) && p.Min[0] == 0 {
			add(p.Name, p.X0, p.squares.r)
		}
	}
	add("14-wood-gradient", []float64{-3, -1, -3, -1}, woodGradient)
	for _, n := range []int{6, 9} {
		add(fmt.Sprintf("20-watson%d-gradient", n), make([]float64, n), watsonGradient)
	}
	add("25-variably-dimensioned10-gradient", counted(10, func(i, n float64) float64 { return 1 - i/n }), func(x, f []complex128) {
		var s complex128
		for i, v := range x {
			s += complex(float64(i+1), 0) * (v - 1)
		}
		for i, v := range x {
			f[i] = v - 1 + complex(float64(i+1), 0)*s*(1+2*s*s)
		}
	})
	for _, n := range []int{5, 6, 7, 9} {
		add(fmt.Sprintf("35-chebyquad%d", n), counted(n, evenly), chebyquad)
	}
	// The documentation of root, and the tutorial.
	add("scipy-cosine", []float64{0.3}, func(x, f []complex128) { f[0] = x[0] + 2*cmplx.Cos(x[0]) })
	add("scipy-two", []float64{1, 1}, func(x, f []complex128) {
		f[0], f[1] = x[0]*cmplx.Cos(x[1])-4, x[0]*x[1]-x[1]-5
	})
	add("scipy-cubic", []float64{0, 0}, func(x, f []complex128) {
		d := x[0] - x[1]
		f[0], f[1] = x[0]+0.5*d*d*d-1, -0.5*d*d*d+x[1]
	})
	add("scipy-cosines", repeat(4, 1), func(x, f []complex128) {
		for i, v := range x {
			f[i] = cmplx.Cos(v) + x[len(x)-1-i] - complex(float64(i+1), 0)
		}
	})
	add("scipy-laplace8", make([]float64, 64), laplace)
	return all
}

func woodGradient(x, f []complex128) {
	a, b := x[1]-x[0]*x[0], x[3]-x[2]*x[2]
	f[0] = -200*x[0]*a - (1 - x[0])
	f[1] = 100*a + 10*(x[1]+x[3]-2) + (x[1]-x[3])/10
	f[2] = -180*x[2]*b - (1 - x[2])
	f[3] = 90*b + 10*(x[1]+x[3]-2) - (x[1]-x[3])/10
}

func watsonGradient(x, f []complex128) {
	r := make([]complex128, 31)
	watson(x, r)
	clear(f)
	for i, ri := range r[:29] {
		t := complex(float64(i+1)/29, 0)
		var s complex128
		p := complex(1, 0)
		for _, v := range x {
			s += v * p
			p *= t
		}
		p = 1 / t // tʲ⁻¹
		for j := range x {
			f[j] += ri * p * (complex(float64(j), 0) - 2*s*t)
			p *= t
		}
	}
	f[0] += r[29] - 2*x[0]*r[30]
	f[1] += r[30]
}

// laplace is the tutorial's example of a large problem on a grid of 8 by 8: the second
// derivatives of a function on a square add up to minus five squares of the mean of its
// hyperbolic cosine; it is 1 on one side of the square, 0 on the others. The side is (n+1)
// steps long: at the (n-1) of the tutorial so few points have no solution.
func laplace(x, f []complex128) {
	const n = 8
	var mean complex128
	for _, v := range x {
		mean += cmplx.Cosh(v) / (n * n)
	}
	for i := range n {
		for k := range n {
			value := func(i, k int) complex128 {
				switch {
				case k == n:
					return 1
				case i < 0 || i == n || k < 0:
					return 0
				}
				return x[i*n+k]
			}
			around := value(i-1, k) + value(i+1, k) + value(i, k-1) + value(i, k+1)
			f[i*n+k] = (n+1)*(n+1)*(around-4*value(i, k)) + 5*mean*mean
		}
	}
}
