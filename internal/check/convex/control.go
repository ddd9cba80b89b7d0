package convex

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/mps"
)

// horizon is how many steps control has.
const horizon = 10

// control is a constrained linear-quadratic optimal control problem with n states and n/2 inputs: minimize Σ xₜᵀQxₜ + uₜᵀRuₜ + x_TᵀQ_Tx_T with
// xₜ₊₁ = Axₜ + Buₜ from a given x₀, within boxes; Q_T belongs to the problem without an end and without boxes.
func control(r *rand.Rand, n int) *Problem {
	inputs := max(1, n/2)
	a := dynamics(r, n)
	b := mat.NewDense(n, inputs, vector(n*inputs, normal(r)))
	q := mat.NewDiagDense(n, vector(n, func(int) float64 {
		if r.Float64() < 0.7 {
			return 10 * r.Float64()
		}
		return 0
	}))
	const weight = 0.1 // R = 0.1 I
	end := riccati(a, b, q, weight)
	xmax := vector(n, func(int) float64 { return 1 + r.Float64() })
	umax := vector(inputs, func(int) float64 { return 0.1 * r.Float64() })
	x0 := vector(n, func(i int) float64 { return (r.Float64() - 0.5) * xmax[i] })

	// The variables are x₀ … x_T, u₀ … u_{T-1}.
	states := (horizon + 1) * n
	all := states + horizon*inputs
	h, c := build(all, all), build(states+all, all)
	step, input := compressed(a), compressed(b)
	for t := range horizon {
		for i := range n {
			h.add(t*n+i, t*n+i, 2*q.At(i, i))
		}
		c.put((t+1)*n, t*n, step, 1)
		c.put((t+1)*n, states+t*inputs, input, 1)
	}
	h.put(horizon*n, horizon*n, compressed(end), 2)
	h.diagonal(states, states, horizon*inputs, 2*weight)
	c.diagonal(0, 0, states, -1)
	c.diagonal(states, 0, all, 1)
	p := &Problem{P: h.matrix(), A: c.matrix(), Q: constant(all, 0)}
	first := vector(n, func(i int) float64 { return -x0[i] })
	p.U = joined(first, constant(horizon*n, 0))
	for range horizon + 1 {
		p.U = append(p.U, xmax...)
	}
	for range horizon {
		p.U = append(p.U, umax...)
	}
	p.L = joined(p.U[:states], negated(p.U[states:]))
	return p
}

// dynamics is I + Δ with elements of Δ of variance 0.01, scaled so that its eigenvalues are less than 1 in size.
func dynamics(r *rand.Rand, n int) *mat.Dense {
	a := mat.NewDense(n, n, vector(n*n, func(int) float64 { return 0.1 * r.NormFloat64() }))
	for i := range n {
		a.Set(i, i, a.At(i, i)+1)
	}
	var e mat.Eigen
	if !e.Factorize(a, mat.EigenNone) {
		panic("convex: the eigenvalues of a random matrix were not found")
	}
	radius := 0.0
	for _, v := range e.Values(nil) {
		radius = max(radius, math.Hypot(real(v), imag(v)))
	}
	if radius >= 1 {
		a.Scale(1/(radius+0.01), a)
	}
	return a
}

// riccati solves X = AᵀXA - AᵀXB(weight I + BᵀXB)⁻¹BᵀXA + Q by doubling: Chu, Fan, Lin & Wang, "Structure-preserving algorithms for
// periodic discrete-time algebraic Riccati equations", 2004. It converges quadratically.
func riccati(a0, b *mat.Dense, q mat.Matrix, weight float64) *mat.Dense {
	n, _ := a0.Dims()
	a, g, h := mat.DenseCopyOf(a0), new(mat.Dense), mat.DenseCopyOf(q)
	g.Mul(b, b.T())
	g.Scale(1/weight, g)
	for range 60 {
		// W = (I + G H)⁻¹ [A, G]
		var gh, lhs, w, wa, wg mat.Dense
		gh.Mul(g, h)
		for i := range n {
			gh.Set(i, i, gh.At(i, i)+1)
		}
		lhs.Augment(a, g)
		if err := w.Solve(&gh, &lhs); err != nil {
			if _, near := err.(mat.Condition); !near {
				panic(err)
			}
		}
		wa.CloneFrom(w.Slice(0, n, 0, n))
		wg.CloneFrom(w.Slice(0, n, n, 2*n))
		var nextA, ag, agat, ha, aha mat.Dense
		nextA.Mul(a, &wa)
		ag.Mul(a, &wg)
		agat.Mul(&ag, a.T())
		ha.Mul(h, &wa)
		aha.Mul(a.T(), &ha)
		g.Add(g, &agat)
		h.Add(h, &aha)
		a.CloneFrom(&nextA)
		symmetrize(g)
		symmetrize(h)
		if mat.Norm(&aha, 1) <= 1e-14*mat.Norm(h, 1) {
			break
		}
	}
	return h
}

func symmetrize(a *mat.Dense) {
	n, _ := a.Dims()
	for i := range n {
		for j := range i {
			v := (a.At(i, j) + a.At(j, i)) / 2
			a.Set(i, j, v)
			a.Set(j, i, v)
		}
	}
}

// compressed is a dense matrix without its zeros.
func compressed(a *mat.Dense) mps.Matrix {
	rows, cols := a.Dims()
	b := build(rows, cols)
	for j := range cols {
		for i := range rows {
			b.add(i, j, a.At(i, j))
		}
	}
	return b.matrix()
}
