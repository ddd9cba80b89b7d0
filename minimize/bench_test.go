package minimize_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize"
)

// benchProblem is a problem as a user writes it: plain Go with all derivatives.
type benchProblem struct {
	name    string
	methods []minimize.Method
	p       minimize.Problem
	x0      []float64
	opt     minimize.Options
}

func filled(n int, v float64) []float64 { return slices.Repeat([]float64{v}, n) }

func benchRosen(x []float64) float64 {
	s := 0.0
	for i := range len(x) - 1 {
		a, b := x[i+1]-x[i]*x[i], 1-x[i]
		s += 100*a*a + b*b
	}
	return s
}

func benchRosenGrad(x, g []float64) {
	clear(g)
	for i := range len(x) - 1 {
		a := x[i+1] - x[i]*x[i]
		g[i] -= 400*a*x[i] + 2*(1-x[i])
		g[i+1] += 200 * a
	}
}

// benchQuadratic is ½ xᵀA x - bᵀx; in the box -1 ≤ x ≤ 1 most of its minimizer is on bounds.
func benchQuadratic(n int) minimize.Problem {
	a, b := mat.NewDense(n, n, nil), mat.NewVecDense(n, nil)
	for i := range n {
		b.SetVec(i, 10*math.Sin(float64(3*i)))
		for j := range n {
			a.Set(i, j, math.Exp(-math.Abs(float64(j-i))/5))
		}
		a.Set(i, i, 1.1+float64(i)/float64(n))
	}
	ax := mat.NewVecDense(n, nil)
	return minimize.Problem{
		Func: func(x []float64) float64 {
			v := mat.NewVecDense(n, x)
			ax.MulVec(a, v)
			return mat.Dot(v, ax)/2 - mat.Dot(b, v)
		},
		Grad: func(x, g []float64) {
			to := mat.NewVecDense(n, g)
			to.MulVec(a, mat.NewVecDense(n, x))
			to.SubVec(to, b)
		},
	}
}

// benchConstrained are Hock & Schittkowski's 71, 100 and 113 ("Test examples for nonlinear
// programming codes", 1981).
func benchConstrained() []benchProblem {
	slsqp := []minimize.Method{minimize.SLSQP{}}
	hs71 := benchProblem{name: "HS71", methods: slsqp, x0: []float64{1, 5, 5, 1}, p: minimize.Problem{
		Func: func(x []float64) float64 { return x[0]*x[3]*(x[0]+x[1]+x[2]) + x[2] },
		Grad: func(x, g []float64) {
			s := x[0] + x[1] + x[2]
			g[0], g[1], g[2], g[3] = x[3]*(s+x[0]), x[0]*x[3], x[0]*x[3]+1, x[0]*s
		}}, opt: minimize.Options{Bounds: &minimize.Bounds{Lower: filled(4, 1), Upper: filled(4, 5)}, Constraints: []minimize.Constraint{{
		Func: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1] + x[2]*x[2] + x[3]*x[3] - 40
			c[1] = x[0]*x[1]*x[2]*x[3] - 25
		},
		Jac: func(x []float64, j *mat.Dense) {
			for i, v := range x {
				j.Set(0, i, 2*v)
			}
			j.Set(1, 0, x[1]*x[2]*x[3])
			j.Set(1, 1, x[0]*x[2]*x[3])
			j.Set(1, 2, x[0]*x[1]*x[3])
			j.Set(1, 3, x[0]*x[1]*x[2])
		},
		Lower: []float64{0, 0}, Upper: []float64{0, math.Inf(1)}}}}}
	hs100 := benchProblem{name: "HS100", methods: slsqp, x0: []float64{1, 2, 0, 4, 0, 1, 1}, p: minimize.Problem{
		Func: func(x []float64) float64 {
			a, b, c := x[0]-10, x[1]-12, x[3]-11
			return a*a + 5*b*b + math.Pow(x[2], 4) + 3*c*c + 10*math.Pow(x[4], 6) + 7*x[5]*x[5] + math.Pow(x[6], 4) - 4*x[5]*x[6] - 10*x[5] - 8*x[6]
		},
		Grad: func(x, g []float64) {
			g[0], g[1], g[2], g[3] = 2*(x[0]-10), 10*(x[1]-12), 4*math.Pow(x[2], 3), 6*(x[3]-11)
			g[4], g[5], g[6] = 60*math.Pow(x[4], 5), 14*x[5]-4*x[6]-10, 4*math.Pow(x[6], 3)-4*x[5]-8
		}}, opt: minimize.Options{Constraints: []minimize.Constraint{{
		Func: func(x, c []float64) {
			c[0] = 127 - 2*x[0]*x[0] - 3*math.Pow(x[1], 4) - x[2] - 4*x[3]*x[3] - 5*x[4]
			c[1] = 282 - 7*x[0] - 3*x[1] - 10*x[2]*x[2] - x[3] + x[4]
			c[2] = 196 - 23*x[0] - x[1]*x[1] - 6*x[5]*x[5] + 8*x[6]
			c[3] = -4*x[0]*x[0] - x[1]*x[1] + 3*x[0]*x[1] - 2*x[2]*x[2] - 5*x[5] + 11*x[6]
		},
		Jac: func(x []float64, j *mat.Dense) {
			j.SetRow(0, []float64{-4 * x[0], -12 * math.Pow(x[1], 3), -1, -8 * x[3], -5, 0, 0})
			j.SetRow(1, []float64{-7, -3, -20 * x[2], -1, 1, 0, 0})
			j.SetRow(2, []float64{-23, -2 * x[1], 0, 0, 0, -12 * x[5], 8})
			j.SetRow(3, []float64{-8*x[0] + 3*x[1], -2*x[1] + 3*x[0], -4 * x[2], 0, 0, -5, 11})
		},
		Lower: filled(4, 0), Upper: filled(4, math.Inf(1))}}}}
	hs113 := benchProblem{name: "HS113", methods: slsqp, x0: []float64{2, 3, 5, 5, 1, 2, 7, 3, 6, 10}, p: minimize.Problem{
		Func: func(x []float64) float64 {
			sq := func(v float64) float64 { return v * v }
			return x[0]*x[0] + x[1]*x[1] + x[0]*x[1] - 14*x[0] - 16*x[1] + sq(x[2]-10) + 4*sq(x[3]-5) + sq(x[4]-3) +
				2*sq(x[5]-1) + 5*x[6]*x[6] + 7*sq(x[7]-11) + 2*sq(x[8]-10) + sq(x[9]-7) + 45
		},
		Grad: func(x, g []float64) {
			g[0], g[1], g[2], g[3], g[4] = 2*x[0]+x[1]-14, 2*x[1]+x[0]-16, 2*(x[2]-10), 8*(x[3]-5), 2*(x[4]-3)
			g[5], g[6], g[7], g[8], g[9] = 4*(x[5]-1), 10*x[6], 14*(x[7]-11), 4*(x[8]-10), 2*(x[9]-7)
		}}, opt: minimize.Options{Constraints: []minimize.Constraint{{
		A:     mat.NewDense(3, 10, []float64{-4, -5, 0, 0, 0, 0, 3, -9, 0, 0, -10, 8, 0, 0, 0, 0, 17, -2, 0, 0, 8, -2, 0, 0, 0, 0, 0, 0, -5, 2}),
		Lower: []float64{-105, 0, -12}, Upper: filled(3, math.Inf(1))}, {
		Func: func(x, c []float64) {
			sq := func(v float64) float64 { return v * v }
			c[0] = -3*sq(x[0]-2) - 4*sq(x[1]-3) - 2*x[2]*x[2] + 7*x[3] + 120
			c[1] = -5*x[0]*x[0] - 8*x[1] - sq(x[2]-6) + 2*x[3] + 40
			c[2] = -sq(x[0]-8)/2 - 2*sq(x[1]-4) - 3*x[4]*x[4] + x[5] + 30
			c[3] = -x[0]*x[0] - 2*sq(x[1]-2) + 2*x[0]*x[1] - 14*x[4] + 6*x[5]
			c[4] = 3*x[0] - 6*x[1] - 12*sq(x[8]-8) + 7*x[9]
		},
		Jac: func(x []float64, j *mat.Dense) {
			j.SetRow(0, []float64{-6 * (x[0] - 2), -8 * (x[1] - 3), -4 * x[2], 7, 0, 0, 0, 0, 0, 0})
			j.SetRow(1, []float64{-10 * x[0], -8, -2 * (x[2] - 6), 2, 0, 0, 0, 0, 0, 0})
			j.SetRow(2, []float64{-(x[0] - 8), -4 * (x[1] - 4), 0, 0, -6 * x[4], 1, 0, 0, 0, 0})
			j.SetRow(3, []float64{-2*x[0] + 2*x[1], -4*(x[1]-2) + 2*x[0], 0, 0, -14, 6, 0, 0, 0, 0})
			j.SetRow(4, []float64{3, -6, 0, 0, 0, 0, 0, 0, -24 * (x[8] - 8), 7})
		},
		Lower: filled(5, 0), Upper: filled(5, math.Inf(1))}}}}
	return []benchProblem{hs71, hs100, hs113}
}

func benchProblems() []benchProblem {
	rosen := minimize.Problem{Func: benchRosen, Grad: benchRosenGrad}
	bounded := []minimize.Method{minimize.SLSQP{}, minimize.LBFGSB{}}
	var all []benchProblem
	for _, n := range []int{10, 50, 200} {
		alternating := filled(n, 0.7)
		for i := 0; i < n; i += 2 {
			alternating[i] = -1.2
		}
		lower := minimize.Options{Bounds: &minimize.Bounds{Lower: filled(n, 1.1), Upper: filled(n, math.Inf(1))}}
		upper := minimize.Options{Bounds: &minimize.Bounds{Lower: filled(n, math.Inf(-1)), Upper: filled(n, 0.8)}}
		all = append(all,
			benchProblem{fmt.Sprintf("rosen%d-lower", n), bounded, rosen, filled(n, 2), lower},
			benchProblem{fmt.Sprintf("rosen%d-upper", n), bounded, rosen, alternating, upper})
	}
	all = append(all,
		benchProblem{"quadratic50-box", bounded, benchQuadratic(50), filled(50, 0),
			minimize.Options{Bounds: &minimize.Bounds{Lower: filled(50, -1), Upper: filled(50, 1)}}},
		benchProblem{"rosen10", bounded, rosen, filled(10, 2), minimize.Options{}},
		benchProblem{"rosen1000", []minimize.Method{minimize.LBFGSB{}}, rosen, filled(1000, 2), minimize.Options{}})
	return append(all, benchConstrained()...)
}

// BenchmarkSolve solves whole problems, most with many active bounds or constraints.
func BenchmarkSolve(b *testing.B) {
	for _, p := range benchProblems() {
		for _, m := range p.methods {
			b.Run(m.Name()+"/"+p.name, func(b *testing.B) {
				p.opt.Method = m
				var r minimize.Result
				b.ReportAllocs()
				for b.Loop() {
					var err error
					if r, err = minimize.Minimize(context.Background(), p.p, p.x0, p.opt); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(r.NIter), "iterations")
				b.ReportMetric(float64(r.NFev), "evaluations")
			})
		}
	}
}
