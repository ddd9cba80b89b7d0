package qp

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

// balanced is the scaling for a method whose steps are as long as the norms of the matrices allow: [equilibrate], and then by the square roots of the sums of
// columns and rows, after which the norm of J is at most 1 (Pock & Chambolle, "Diagonal preconditioning for first order primal-dual
// algorithms in convex optimization", ICCV 2011), as PDLP.
func balanced(p Problem) scaling {
	s := equilibrate(p)
	k := p.Products.Scaled(p.K, s.d, s.e)
	part := func(sum array) array {
		ok := positive(sum).And(sum.IsFinite())
		return num.Const(1).Div(num.Where(ok, sum, num.Const(1)).Sqrt())
	}
	cols, rows := p.Products.Sums(k)
	u, v := part(cols), part(rows)
	return p.scaled(p.Products.Scaled(k, u, v), s.d.Mul(u), s.e.Mul(v))
}

// powers is how many products estimate a norm at most, and sure how little it changes at the end. What is missing is found on the way.
const (
	powers = 100
	sure   = 1e-3
)

// norms estimates the norms of J and of H; that of J is 1 where it is zero.
func (m PDHG) norms() (j, h array) {
	_, rows := m.Products.Size()
	d := m.c.DType()
	j, h = num.Full(d, 1), num.Full(d, 0)
	if rows > 0 {
		square := m.norm(func(x array) array { return m.Products.TransposeTimes(m.k, m.Products.JTimes(m.k, x)) })
		j = num.Where(positive(square), square.Sqrt(), num.Const(1))
	}
	if !m.Linear {
		h = m.norm(m.bent)
	}
	return j, h
}

// norm estimates the norm of a symmetric matrix by the power method.
func (m PDHG) norm(times func(array) array) array {
	type power struct{ X, Norm, Before, Count array }
	d := m.c.DType()
	x := m.random(m.n)
	p := power{x, num.Full(d, 0), num.Full(d, math.Inf(-1)), num.Int(0)}
	p = num.While(func(p power) array {
		return p.Norm.Sub(p.Before).Gt(p.Norm.Scale(sure)).And(p.Count.Lt(num.Int(powers)))
	}, func(p power) power {
		y := times(p.X)
		size := num.Norm(y)
		return power{y.Div(num.Where(positive(size), size, num.Const(1))), size, p.Norm, p.Count.AddScalar(1)}
	}, p)
	return p.Norm
}

// random is a vector of length 1, the same in every run.
func (m PDHG) random(n int) array {
	x := num.Normal(num.NewKey(1), m.c.DType(), n)
	return x.Div(num.Norm(x))
}

// curvatures is after how many directions without a negative curvature H counts as convex.
const curvatures = 100

// Convex implements [Iterative]. It makes steps of conjugate gradients with H, whose directions have a negative curvature as soon as the Lanczos method
// would find a negative eigenvalue: in a hundred steps, those that are not much closer to zero than the others.
func (m PDHG) Convex() array {
	if m.Linear {
		return num.Full(num.Bool, 1)
	}
	type search struct{ R, P, Size, Count, Fine array }
	shift := num.Maximum(m.curve.Scale(math.Cbrt(m.c.DType().Eps())), num.Const(1e-30))
	r := m.random(m.n)
	eps := m.c.DType().Eps()
	s := search{r, r, r.Dot(r), num.Int(0), num.Full(num.Bool, 1)}
	s = num.While(func(s search) array {
		return s.Fine.And(s.Size.Gt(num.Const(eps * eps))).And(s.Count.Lt(num.Int(curvatures)))
	}, func(s search) search {
		q := m.bent(s.P).Add(s.P.Mul(shift))
		bend := s.P.Dot(q)
		fine := bend.Ge(num.Const(0))
		r := s.R.Sub(q.Mul(s.Size.Div(num.Where(positive(bend), bend, num.Const(1)))))
		size := r.Dot(r)
		return search{r, r.Add(s.P.Mul(size.Div(s.Size))), size, s.Count.AddScalar(1), fine}
	}, s)
	return s.Fine.Or(m.curve.IsFinite().Not())
}
