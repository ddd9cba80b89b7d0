package kkt

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// Active is the symmetric system of the limits that hold with equality at a point,
//
//	[ H  Jᵀ  I ] [dx]   [bx]
//	[ J        ] [dy] = [by]
//	[ I        ] [dw]   [bw]
//
// of which only the rows and bounds that hold are there; the others have a dy and dw of 0. Its arrays are what [ActiveSolver] makes and takes.
type Active struct {
	K            Matrices // in the units of the factors
	D, E         array    // which are D and E times those of the variables and of the rows
	Rows, Bounds array    // 1 for those that hold, else 0
	Weight       array    // of the bounds, in the factors
	Factors      Factors
}

// ActiveSolver solves such systems of the order n + m. It factors a regular matrix near the one of the system, as the proximal method of multipliers
// does, and repeats its steps until they become as small as rounding: constraints that depend on each other, and a singular H, have solutions, if there
// are any, that are of least size nearly.
type ActiveSolver struct {
	System System
	N, M   int
}

// rounds is how often the matrices are equilibrated, and steps how many a solution has: each reduces the error by the weight of the proximal terms over the smallest
// eigenvalue that is not zero.
const (
	rounds = 3
	steps  = 3
)

// Scaled is the system's matrices in units in which rows and columns are about as large as 1.
func (s ActiveSolver) Scaled(k Matrices) (scaled Matrices, d, e array) {
	given := Matrices{H: k.H.StopGradient(), J: k.J.StopGradient(), T: k.T} // the solution does not depend on the units
	_, d, e = Equilibrate(s.System, given, rounds)
	return s.System.Scaled(k, d, e), d, e
}

// Factor factors the system of the rows and bounds whose flags are 1; k, d and e are from Scaled.
func (s ActiveSolver) Factor(k Matrices, d, e, rows, bounds array) Active {
	weight := math.Sqrt(d.DType().Eps())
	a := Active{K: k, D: d, E: e, Rows: rows, Bounds: bounds, Weight: bounds.Scale(1 / weight)}
	a.Factors = s.System.Factor(k, a.Weight.AddScalar(weight), rows.Scale(1/weight))
	return a
}

// Solve gives the solution, and whether it is one: whether the last step was small, and what it leaves of the right-hand sides.
func (s ActiveSolver) Solve(a Active, bx, by, bw array) (dx, dy, dw, ok array) {
	bx, by, bw = bx.Mul(a.D), by.Mul(a.E).Mul(a.Rows), bw.Div(a.D).Mul(a.Bounds)
	var x, y, w array
	rx, ry, rw := bx, by, bw
	size := func(parts ...array) array { return num.Concat(0, parts...).Abs().Max() }
	var step array
	for k := range steps {
		sx, sy := s.System.Solve(a.Factors, rx.Add(a.Weight.Mul(rw)), ry)
		sw := a.Weight.Mul(sx.Sub(rw))
		step = size(sx, sy, sw)
		if k == 0 {
			x, y, w = sx, sy, sw
		} else {
			x, y, w = x.Add(sx), y.Add(sy), w.Add(sw)
		}
		rx = bx.Sub(s.System.HTimes(a.K, x)).Sub(s.System.TransposeTimes(a.K, y)).Sub(w)
		ry, rw = by.Sub(s.System.JTimes(a.K, x)).Mul(a.Rows), bw.Sub(x).Mul(a.Bounds)
	}
	eps := bx.DType().Eps()
	all := size(x, y, w)
	ok = step.Le(all.Scale(math.Pow(eps, 5./8))).And(size(rx, ry, rw).Le(num.Maximum(all, size(bx, by, bw)).Scale(math.Pow(eps, 3./4))))
	return x.Mul(a.D), y.Mul(a.E), w.Div(a.D), ok
}
