package argmin

import "github.com/argmin-go/argmin/num"

// DampedQR solves by QR decompositions of J and, for each step, of R with the rows √λ D below it: as accurate
// as the Jacobian allows, and the default. A Jacobian costs n products and mn numbers, its decomposition
// about 4mn² operations, and each step about 8n³ (Moré, "The Levenberg-Marquardt algorithm: implementation and
// theory", 1978, section 3, with reflections in place of rotations).
//
// With Options.Unroll the answer is that of [DampedCholesky], as a QR decomposition has no derivative where residuals are zero.
type DampedQR struct{}

func (DampedQR) damped(p *Problem) damped {
	if p.Options.Unroll {
		return DampedCholesky{}.damped(p)
	}
	n := p.Residual.N
	return damped{
		condense: p.dense,
		factor: func(it Iterate, model []num.Array, lambda, d num.Array) dampedFactor {
			below := num.FromDiag(d.Mul(lambda.Sqrt())).Pad([]int{0, 0}, []int{0, 1})
			_, t := num.QR(num.Concat(0, model[0], below))
			s, c := columns(t.Range(0, n), n)
			x := num.SolveTriangular(s, c.Neg(), num.Triangle{})
			j, _ := columns(model[0], n)
			jp := j.MatMul(x)
			return dampedFactor{P: x, JP: jp.Dot(jp), Solve: func(b num.Array) num.Array {
				return num.SolveTriangular(s, num.SolveTriangular(s, b, num.Triangle{Trans: true}), num.Triangle{})
			}}
		},
	}
}
