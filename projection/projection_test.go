package projection_test

import (
	"math"
	"math/rand/v2"

	cones "github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/num"
	p "github.com/argmin-go/argmin/projection"
)

type A = num.Array

// An entry of the table is a projection with sets to try it on.
type entry struct {
	name string // of the exported function, with a variant after a slash
	// args makes a set: arrays that the projection is differentiated in, after x.
	shape []int
	args  func(r *rand.Rand) []A
	f     func(in []A) A
	// violation is how far y is from the set, and 0 inside.
	violation func(y []float64, args [][]float64) float64

	kind kind
}

type kind int

const (
	convex    kind = iota
	cone           // and convex
	nonconvex      // a nearest point, of perhaps many
	entropic       // of exp(x), in the Kullback–Leibler divergence
)

// weights are positive numbers that sum to total.
func weights(r *rand.Rand, total float64, n int) A {
	d, sum := make([]float64, n), 0.0
	for i := range d {
		d[i] = 0.2 + r.Float64()
		sum += d[i]
	}
	for i := range d {
		d[i] *= total / sum
	}
	return num.Vector(d...)
}

// level is b with the sum of a.
func level(a, b A) A { return b.Mul(a.Sum().Div(b.Sum())) }

func none(*rand.Rand) []A { return nil }

func scaled(x float64) func(*rand.Rand) []A {
	return func(r *rand.Rand) []A { return []A{num.Scalar(x * (1 + 0.1*r.Float64()))} }
}

func sum(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}

func dot(x, y []float64) (s float64) {
	for i := range x {
		s += x[i] * y[i]
	}
	return s
}

func norm2(x []float64) (s float64) {
	for _, v := range x {
		s = math.Hypot(s, v)
	}
	return s
}

func norm1(x []float64) (s float64) {
	for _, v := range x {
		s += math.Abs(v)
	}
	return s
}

// worst is the largest, and at least 0; NaN wins.
func worst(x ...float64) (m float64) {
	for _, v := range x {
		m = max(m, v)
	}
	return m
}

func negatives(x []float64) (m float64) {
	for _, v := range x {
		m = max(m, -v)
	}
	return m
}

// gap is |A y - b|, or the excess of A y over b.
func gap(a, b, y []float64, twoSided bool) (m float64) {
	n := len(y)
	for i := range b {
		g := dot(a[i*n:(i+1)*n], y) - b[i]
		if twoSided {
			g = math.Abs(g)
		}
		m = max(m, g)
	}
	return m
}

func simplexGap(y []float64, a [][]float64) float64 {
	return worst(negatives(y), math.Abs(sum(y)-a[0][0]))
}

func transportGap(y []float64, a, b []float64) float64 {
	m := negatives(y)
	for i := range a {
		m = max(m, math.Abs(sum(y[i*len(b):(i+1)*len(b)])-a[i]))
	}
	for j := range b {
		s := 0.0
		for i := range a {
			s += y[i*len(b)+j]
		}
		m = max(m, math.Abs(s-b[j]))
	}
	return m
}

func birkhoffGap(y []float64, _ [][]float64) float64 {
	n := int(math.Sqrt(float64(len(y))))
	ones := num.Ones(n).Float64s()
	return transportGap(y, ones, ones)
}

// pair is a tree, to be projected as one vector.
type pair struct {
	U A
	V []A
}

func split(x A) pair { return pair{x.Range(0, 2).Reshape(1, 2), []A{x.At(2), x.Range(3, x.Size())}} }

func join(y pair) A {
	flat, _ := num.Ravel(y)
	return flat
}

func table() []entry {
	marginals := func(n, m int) func(*rand.Rand) []A {
		return func(r *rand.Rand) []A { return []A{weights(r, 1.5, n), weights(r, 1.5, m)} }
	}
	ball := func(name string, shape int, radius float64, f func(in []A) A, size func([]float64) float64) entry {
		return entry{name: name, shape: []int{shape}, args: scaled(radius), f: f,
			violation: func(y []float64, a [][]float64) float64 { return worst(size(y) - a[0][0]) }}
	}
	sphere := func(name string, f func(in []A) A, size func([]float64) float64) entry {
		return entry{name: name, shape: []int{6}, args: scaled(1.5), f: f, kind: nonconvex,
			violation: func(y []float64, a [][]float64) float64 { return math.Abs(size(y) - a[0][0]) }}
	}
	inf := func(y []float64) float64 { return worst(worst(y...), negatives(y)) }
	return []entry{
		{name: "NonNegative", shape: []int{6}, args: none, f: func(in []A) A { return join(p.NonNegative(split(in[0]))) },
			violation: func(y []float64, _ [][]float64) float64 { return negatives(y) }},
		{name: "Box", shape: []int{6},
			args: func(r *rand.Rand) []A {
				l := arrays.Normal(r, 1, 6)
				return []A{l, l.Add(arrays.Normal(r, 1, 6).Abs())}
			},
			f: func(in []A) A { return p.Box(in[0], in[1], in[2]) },
			violation: func(y []float64, a [][]float64) (m float64) {
				for i, v := range y {
					m = worst(m, a[0][i]-v, v-a[1][i])
				}
				return m
			}},
		{name: "Simplex", shape: []int{7}, args: scaled(1.3), f: func(in []A) A { return p.Simplex(in[0], in[1]) }, violation: simplexGap},
		{name: "SparseSimplex", shape: []int{7}, args: scaled(1.3), kind: nonconvex,
			f: func(in []A) A { return p.SparseSimplex(in[0], 3, in[1]) },
			violation: func(y []float64, a [][]float64) float64 {
				k := 0
				for _, v := range y {
					if v != 0 {
						k++
					}
				}
				return worst(simplexGap(y, a), float64(k-3))
			}},
		{name: "KLSimplex", shape: []int{5}, args: scaled(1.3), kind: entropic, f: func(in []A) A { return p.KLSimplex(in[0], in[1]) }, violation: simplexGap},
		ball("L1Ball", 6, 1.5, func(in []A) A { return p.L1Ball(in[0], in[1]) }, norm1),
		ball("L2Ball", 6, 1.5, func(in []A) A { return p.L2Ball(in[0], in[1]) }, norm2),
		ball("LInfBall", 6, 0.7, func(in []A) A { return p.LInfBall(in[0], in[1]) }, inf),
		ball("L1Ball/tree", 6, 1.5, func(in []A) A { return join(p.L1Ball(split(in[0]), in[1])) }, norm1),
		ball("L2Ball/tree", 6, 1.5, func(in []A) A { return join(p.L2Ball(split(in[0]), in[1])) }, norm2),
		ball("LInfBall/tree", 6, 0.7, func(in []A) A { return join(p.LInfBall(split(in[0]), in[1])) }, inf),
		sphere("L1Sphere", func(in []A) A { return p.L1Sphere(in[0], in[1]) }, norm1),
		sphere("L2Sphere", func(in []A) A { return p.L2Sphere(in[0], in[1]) }, norm2),
		{name: "Hyperplane", shape: []int{6}, args: func(r *rand.Rand) []A { return []A{arrays.Normal(r, 1, 6), num.Scalar(0.4)} },
			f:         func(in []A) A { return join(p.Hyperplane(split(in[0]), split(in[1]), in[2])) },
			violation: func(y []float64, a [][]float64) float64 { return gap(a[0], a[1], y, true) }},
		{name: "Halfspace", shape: []int{6}, args: func(r *rand.Rand) []A { return []A{arrays.Normal(r, 1, 6), num.Scalar(-0.4)} },
			f:         func(in []A) A { return p.Halfspace(in[0], in[1], in[2]) },
			violation: func(y []float64, a [][]float64) float64 { return gap(a[0], a[1], y, false) }},
		{name: "AffineSet", shape: []int{6}, args: func(r *rand.Rand) []A { return []A{arrays.Normal(r, 1, 3, 6), arrays.Normal(r, 1, 3)} },
			f:         func(in []A) A { return p.AffineSet(in[0], in[1], in[2]) },
			violation: func(y []float64, a [][]float64) float64 { return gap(a[0], a[1], y, true) }},
		{name: "Polyhedron", shape: []int{6},
			args: func(r *rand.Rand) []A {
				inside := arrays.Normal(r, 1, 6) // a point that makes the set not empty
				a, g := arrays.Normal(r, 1, 2, 6), arrays.Normal(r, 1, 9, 6)
				return []A{a, a.MatMul(inside), g, g.MatMul(inside).Add(arrays.Normal(r, 0.3, 9).Abs())}
			},
			f: func(in []A) A { return p.Polyhedron(in[0], in[1], in[2], in[3], in[4]) },
			violation: func(y []float64, a [][]float64) float64 {
				return worst(gap(a[0], a[1], y, true), gap(a[2], a[3], y, false))
			}},
		{name: "BoxSection", shape: []int{7},
			args: func(r *rand.Rand) []A {
				l, w := arrays.Normal(r, 1, 7), arrays.Normal(r, 1, 7)
				u := l.Add(arrays.Normal(r, 1, 7).Abs())
				return []A{l, u, w, l.Add(u).Scale(0.5).Dot(w)}
			},
			f: func(in []A) A { return p.BoxSection(in[0], in[1], in[2], in[3], in[4]) },
			violation: func(y []float64, a [][]float64) (m float64) {
				for i, v := range y {
					m = worst(m, a[0][i]-v, v-a[1][i])
				}
				return worst(m, math.Abs(dot(a[2], y)-a[3][0]))
			}},
		{name: "Transport", shape: []int{3, 4}, args: marginals(3, 4), f: func(in []A) A { return p.Transport(in[0], in[1], level(in[1], in[2])) },
			violation: func(y []float64, a [][]float64) float64 { return transportGap(y, a[0], a[1]) }},
		{name: "KLTransport", shape: []int{3, 4}, args: marginals(3, 4), kind: entropic, f: func(in []A) A { return p.KLTransport(in[0], in[1], level(in[1], in[2])) },
			violation: func(y []float64, a [][]float64) float64 { return transportGap(y, a[0], a[1]) }},
		{name: "Birkhoff", shape: []int{4, 4}, args: none, f: func(in []A) A { return p.Birkhoff(in[0]) }, violation: birkhoffGap},
		{name: "KLBirkhoff", shape: []int{4, 4}, args: none, kind: entropic, f: func(in []A) A { return p.KLBirkhoff(in[0]) }, violation: birkhoffGap},
		{name: "SecondOrderCone", shape: []int{5}, args: none, kind: cone, f: func(in []A) A { return p.SecondOrderCone(in[0]) },
			violation: func(y []float64, _ [][]float64) float64 { return worst(norm2(y[1:]) - y[0]) }},
		{name: "PSDCone", shape: []int{4, 4}, args: none, kind: cone, f: func(in []A) A { return p.PSDCone(in[0]) },
			violation: func(y []float64, _ [][]float64) float64 {
				m := num.New(y, 4, 4)
				w, _ := num.Eigh(m)
				return worst(-w.Min().Item(), m.Sub(m.T()).Abs().Max().Item())
			}},
		{name: "ExponentialCone", shape: []int{3}, args: none, kind: cone, f: func(in []A) A { return p.ExponentialCone(in[0]) }, violation: exponentialGap},
		{name: "Cones", shape: []int{9}, args: none, kind: cone, f: func(in []A) A {
			return p.Cones(in[0], []cones.Cone{cones.SecondOrder(3), cones.Zero(1), cones.NonNegative(1), cones.SecondOrder(3), cones.NonNegative(1)})
		}, violation: func(y []float64, _ [][]float64) float64 {
			return worst(norm2(y[1:3])-y[0], math.Abs(y[3]), -y[4], norm2(y[6:8])-y[5], -y[8])
		}},
		{name: "PowerCone", shape: []int{3}, args: func(r *rand.Rand) []A { return []A{num.Scalar(0.1 + 0.8*r.Float64())} }, kind: cone,
			f: func(in []A) A { return p.PowerCone(in[0], in[1]) },
			violation: func(y []float64, a [][]float64) float64 {
				return worst(negatives(y[:2]), math.Abs(y[2])-math.Pow(max(y[0], 0), a[0][0])*math.Pow(max(y[1], 0), 1-a[0][0]))
			}},
	}
}

// sample is a point of standard deviation scale and a set.
func (e entry) sample(seed uint64, scale float64) []A {
	r := rand.New(rand.NewPCG(seed, 7))
	args := e.args(r)
	return append([]A{arrays.Normal(r, scale, e.shape...)}, args...)
}

func (e entry) gap(y A, in []A) float64 {
	var args [][]float64
	for _, a := range in[1:] {
		args = append(args, a.Float64s())
	}
	return e.violation(y.Float64s(), args)
}
