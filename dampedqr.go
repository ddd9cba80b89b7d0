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
		condense: func(l Linearization) ([]num.Array, num.Array, num.Array) {
			j := l.Dense()
			return []num.Array{triangle(j, l.R)}, columnNorms(j), l.R.MatMul(j)
		},
		step: func(it Iterate, model []num.Array, lambda, d num.Array) dampedStep {
			r := model[0]
			below := num.FromDiag(d.Mul(lambda.Sqrt())).Pad([]int{0, 0}, []int{0, 1})
			s := split(num.Concat(0, r, below), n)
			x := num.SolveTriangular(s.R, s.C.Neg(), num.Triangle{})
			jp := leading(r, n).MatMul(x)
			return dampedStep{P: x, JP: jp.Dot(jp), Solve: func(b num.Array) num.Array {
				return num.SolveTriangular(s.R, num.SolveTriangular(s.R, b, num.Triangle{Trans: true}), num.Triangle{})
			}}
		},
	}
}

// triangle is the factor R of the matrix J with the column r next to it, of at most n + 1 rows: its first
// n columns are the R of J, its last column is Qᵀr.
func triangle(j, r num.Array) num.Array {
	_, t := num.QR(num.Concat(1, j, r.Reshape(r.Size(), 1)))
	return t
}

// leading is the first n columns of a matrix.
func leading(a num.Array, n int) num.Array { return a.Index(num.From(0), num.To(n)) }

// factored is a triangular system.
type factored struct{ R, C num.Array }

// split decomposes a matrix of at least n rows whose last column is a right-hand side.
func split(a num.Array, n int) factored {
	_, t := num.QR(a)
	return factored{t.Index(num.To(n), num.To(n)), t.Index(num.To(n), num.I(n))}
}
