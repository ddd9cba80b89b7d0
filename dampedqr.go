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
		newton: func(model []num.Array, d num.Array) (num.Array, num.Array) {
			j, c := parted(model[0], n)
			p := shortest(j, c, d)
			jp := j.MatMul(p)
			return p, jp.Dot(jp)
		},
		factor: func(it Iterate, model []num.Array, lambda, d num.Array) dampedSystem {
			below := num.FromDiag(d.Mul(lambda.Sqrt())).Pad([]int{0, 0}, []int{0, 1})
			_, t := num.QR(num.Concat(0, model[0], below))
			s, c := parted(t.Range(0, n), n)
			x := num.SolveTriangular(s, c.Neg(), num.Triangle{})
			j, _ := parted(model[0], n)
			jp := j.MatMul(x)
			return dampedSystem{P: x, JP: jp.Dot(jp), Solve: func(b num.Array) num.Array {
				return num.SolveTriangular(s, num.SolveTriangular(s, b, num.Triangle{Trans: true}), num.Triangle{})
			}}
		},
	}
}

// shortest is the shortest p, in units of d, of those that minimize |R p + c|, for a triangle R with n columns, by singular values only
// where a diagonal entry is zero to rounding.
func shortest(r, c, d num.Array) num.Array {
	n := d.Size()
	a := num.Concat(1, r, c.Reshape(c.Size(), 1))
	rank := d.DType().Eps() * float64(n)
	if r.Shape()[0] < n {
		return gaussNewton(a, d, rank)
	}
	least := num.Diag(r.Range(0, n)).Abs().Div(d).Min()
	// A triangle may be nearly singular without a small entry, by a factor that grows with n in practice.
	return num.Cond(least.Le(num.Const(100*rank)), func(a num.Array) num.Array { return gaussNewton(a, d, rank) }, func(a num.Array) num.Array {
		r, c := parted(a.Range(0, n), n)
		return num.SolveTriangular(r, c.Neg(), num.Triangle{})
	}, a)
}
