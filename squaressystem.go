package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// squaresSystem is the linear algebra of methods for sums of squares that find their steps in one way: dense, by orthogonal and singular
// value decompositions, or by the entries of J.
type squaresSystem struct {
	condense condenser
	// times is J v, or a vector that has the same products with others of its kind.
	times func(model []num.Array, v num.Array) num.Array
	// newton is the minimum of |r + J p|, where there are several nearly the shortest one in units of d.
	newton func(it Iterate, model []num.Array, d num.Array) num.Array
	// within is the minimum of |r + J (s h)|² + hᵀ diagonal h in a ball, to 1% or 10% of its radius.
	within func(it Iterate, model []num.Array, s, diagonal, radius num.Array) num.Array
}

// squaresSystem is the system for a method: sparse without being asked to where few of many entries of J can be other than zero. Singular values up to
// rank times the largest count as zero: numbers other than the default need the dense one.
func (p *Problem) squaresSystem(method string, rank float64) squaresSystem {
	if rank == 0 {
		s, dense := p.squaresBySize(method)
		if s != nil {
			return s.system()
		}
		if !dense {
			throwf(method, "the Jacobian of %d residuals for %d parameters is not sparse enough to be written out; limit how many parameters each residual "+
				"depends on, or, without bounds, take LevenbergMarquardt{Linear: DampedCG{}}, which needs only products", p.Residual.M, p.Residual.N)
		}
	}
	rank = option.Or(rank, p.rounding())
	n := p.Residual.N
	return squaresSystem{
		condense: p.dense,
		times: func(model []num.Array, v num.Array) num.Array {
			j, _ := parted(model[0], n)
			return j.MatMul(v)
		},
		newton: func(_ Iterate, model []num.Array, d num.Array) num.Array { return gaussNewton(model[0], d, rank) },
		within: func(_ Iterate, model []num.Array, s, diagonal, radius num.Array) num.Array {
			j, c := parted(model[0], n)
			a := num.Concat(0, j.Mul(s), num.FromDiag(diagonal.Sqrt()))
			return inRegion(a, num.Concat(0, c, num.Full(c.DType(), 0, n)), radius)
		},
	}
}

// dense keeps the matrix [J r], or as it has the same products and fewer rows the R of its QR decomposition, whose first n
// parted is the R of J and whose last one is Qᵀr. Its derivative does not exist where residuals are zero.
func (p *Problem) dense(l Linearization) ([]num.Array, num.Array, num.Array) {
	j := l.Dense()
	a := num.Concat(1, j, l.R.Reshape(l.R.Size(), 1))
	if !p.Options.Unroll {
		_, a = num.QR(a)
	}
	return []num.Array{a}, num.Norm(j, 0), l.R.MatMul(j)
}

// parted is the first n columns of a matrix, and the next one.
func parted(a num.Array, n int) (first, next num.Array) {
	return a.Index(num.From(0), num.To(n)), a.Index(num.From(0), num.I(n))
}

// gaussNewton is the shortest p, in units of the scales d, of those that minimize |r + J p|.
func gaussNewton(model, d num.Array, rank float64) num.Array {
	j, r := parted(model, d.Size())
	return num.LstSq(j.Div(d), r.Neg(), rank).Div(d)
}

// system is the system by the entries of J.
func (s sparseSquares) system() squaresSystem {
	portable := func(native, other func() num.Array) num.Array {
		return num.Portable("argmin.LeastSquares", func(struct{}) num.Array { return native() }, func(struct{}) num.Array { return other() }, struct{}{})
	}
	return squaresSystem{
		condense: s.condense,
		times:    func(model []num.Array, v num.Array) num.Array { return s.times(false, model[0], v) },
		newton: func(it Iterate, model []num.Array, d num.Array) num.Array {
			return portable(func() num.Array {
				return s.factor(it, model, d.Const(sparseDamping(d.DType())), d).P
			}, func() num.Array {
				p, _ := s.products(it, model, d.Const(longest(d.DType())), d)
				return p
			})
		},
		within: func(it Iterate, model []num.Array, scale, diagonal, radius num.Array) num.Array {
			scaled := []num.Array{model[0].Mul(scale.Take(num.New(s.plan.Pattern.Ind32(), s.plan.Pattern.NNZ()), 0)), model[1]}
			it.Grad = it.Grad.Mul(scale)
			one := num.OnesLike(scale)
			return portable(func() num.Array {
				factor := func(it Iterate, model []num.Array, lambda, _ num.Array) dampedSystem {
					return s.factor(it, model, radius.Const(1), diagonal.Add(lambda).Sqrt())
				}
				h := damped{factor: factor}.region(it, scaled, radius.Const(0), radius, one, one, sparseDamping(one.DType())).P
				return h.Mul(num.Minimum(radius.Div(positive(num.Norm(h))), num.Const(1)))
			}, func() num.Array {
				apply := func(v num.Array) num.Array {
					return s.times(true, scaled[0], s.times(false, scaled[0], v)).Add(diagonal.Mul(v))
				}
				h, _ := squaresCG(apply, it, radius, one, 0)
				return h
			})
		},
	}
}
