package peers

import (
	"fmt"
	"math"
	"math/big"

	"github.com/argmin-go/argmin/num"
)

// qpResiduals gives a function that says how good answers of programs are, points with their multipliers: the largest residual of the conditions
// of optimality, in numbers of twice the digits, and how far they are from answers that are converged, whose residual is printed too.
func qpResiduals(z qpSize) func(dir string) func(answers []float64) string {
	return func(dir string) func(answers []float64) string {
		d := newQPs(dir, z)
		data := [...][]float64{d.Q.Float64s(), d.C.Float64s(), d.A.Float64s(), d.B.Float64s(), d.G.Float64s(), d.H.Float64s()}
		s := qpSolver(1e-13)
		all, err := num.Jit(num.Vmap(func(d qpData) arr { return qpAnswer(s, d) })).Call(d)
		if err != nil {
			return func([]float64) string { return err.Error() }
		}
		exact := all.Float64s()
		worst := func(answers []float64) (most float64) {
			size := len(answers) / z.many
			for i := range z.many {
				most = max(most, z.residual(data, i, answers[i*size:(i+1)*size]))
			}
			return most
		}
		least := worst(exact)
		return func(answers []float64) string {
			var x, y float64
			size := len(answers) / z.many
			for i, v := range answers {
				if off := math.Abs(v - exact[i]); i%size < z.n {
					x = max(x, off)
				} else {
					y = max(y, off)
				}
			}
			return fmt.Sprintf("residual %.1e, x off by %.1e, multipliers by %.1e of answers with residual %.1e", worst(answers), x, y, least)
		}
	}
}

// residual is the largest residual of the conditions of optimality of program i at a point with its multipliers: of the gradient of the
// Lagrangian, of the constraints, of the signs of multipliers, and of the products of multipliers and distances.
func (z qpSize) residual(data [6][]float64, i int, answer []float64) float64 {
	const digits = 160
	part := func(k, n int) []float64 { return data[k][i*n : (i+1)*n] }
	q, c, a, b := part(0, z.n*z.n), part(1, z.n), part(2, z.p*z.n), part(3, z.p)
	g, h := part(4, z.m*z.n), part(5, z.m)
	x, y, w := answer[:z.n], answer[z.n:z.n+z.p], answer[z.n+z.p:]
	exact := func(v float64) *big.Float { return new(big.Float).SetPrec(digits).SetFloat64(v) }
	// dot adds the products of u with the elements of v from place at on, each step further.
	dot := func(s *big.Float, u, v []float64, at, step int) *big.Float {
		for k, e := range u {
			s.Add(s, new(big.Float).SetPrec(digits).Mul(exact(e), exact(v[at+k*step])))
		}
		return s
	}
	var most float64
	note := func(v *big.Float) {
		f, _ := v.Float64()
		most = max(most, math.Abs(f))
	}
	for _, v := range answer {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return math.Inf(1)
		}
	}
	for j := range z.n {
		s := dot(exact(c[j]), x, q, j*z.n, 1)
		note(dot(dot(s, y, a, j, z.n), w, g, j, z.n))
	}
	for j := range z.p {
		note(dot(exact(-b[j]), x, a, j*z.n, 1))
	}
	for j := range z.m {
		out := dot(exact(-h[j]), x, g, j*z.n, 1)
		note(new(big.Float).SetPrec(digits).Mul(out, exact(w[j])))
		if out.Sign() > 0 {
			note(out)
		}
		most = max(most, -w[j])
	}
	return most
}
