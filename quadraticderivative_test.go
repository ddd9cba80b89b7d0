package argmin_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// denseQP has the arrays of a dense program.
type denseQP struct{ Q, C, A, B, G, H num.Array }

func (d denseQP) program() argmin.QP {
	return argmin.QP{Q: d.Q.Add(d.Q.T()).Scale(0.5), C: d.C, A: d.A, B: d.B, G: d.G, H: d.H}
}

func denseQPs(rng *rand.Rand, many, n, p, m int) denseQP {
	var all []denseQP
	for range many {
		q := randomQP(rng, n, p, m)
		all = append(all, denseQP{q.Q.(num.Array), q.C, q.A.(num.Array), q.B, q.G.(num.Array), q.H})
	}
	pick := func(f func(d denseQP) num.Array) num.Array {
		var list []num.Array
		for _, d := range all {
			list = append(list, f(d))
		}
		return num.Stack(list...)
	}
	return denseQP{pick(func(d denseQP) num.Array { return d.Q }), pick(func(d denseQP) num.Array { return d.C }), pick(func(d denseQP) num.Array { return d.A }),
		pick(func(d denseQP) num.Array { return d.B }), pick(func(d denseQP) num.Array { return d.G }), pick(func(d denseQP) num.Array { return d.H })}
}

func allOf(p argmin.QPPoint) num.Array { return num.Concat(0, p.X, p.Equal, p.Between) }

// Derivatives of answers within a loose tolerance are those of the solution, also where a limit is so weakly active that the answer does not show which
// side it is on, in both modes and of every member of a batch.
func TestQuadraticDerivativesOfLooseAnswers(t *testing.T) {
	const many = 100
	d := denseQPs(rand.New(rand.NewPCG(21, 22)), many, 12, 4, 12)
	solver := func(tol float64) *argmin.Solver[argmin.QPPoint, denseQP] {
		return argmin.Quadratic(denseQP.program, nil, argmin.Options{Tol: tol})
	}
	loose, tight := solver(1e-4), solver(1e-10)
	rng := rand.New(rand.NewPCG(23, 24))
	flat, params := num.Ravel(d)
	by := make([]float64, flat.Size())
	for i := range by {
		by[i] = rng.NormFloat64()
	}
	direction := num.New(by, len(by))
	type pair struct{ D, By denseQP }
	forward := num.Vmap(func(p pair) num.Array {
		_, v := num.JVP(func(d denseQP) num.Array { return allOf(loose.Argmin(argmin.QPPoint{}, d)) }, p.D, p.By)
		return v
	})
	reverse := num.Vmap(func(p pair) num.Array {
		weights := num.Arange(num.Float64, 1, 29).Sin()
		g, _ := num.Ravel(num.Grad(func(d denseQP) num.Array { return allOf(loose.Argmin(argmin.QPPoint{}, d)).Dot(weights) })(p.D))
		v, _ := num.Ravel(p.By)
		return g.Dot(v)
	})
	at := num.Jit(num.Vmap(func(d denseQP) num.Array { return allOf(tight.Argmin(argmin.QPPoint{}, d)) }))
	const h = 1e-6
	up, err := at.Call(params(flat.Add(direction.Scale(h))))
	if err != nil {
		t.Fatal(err)
	}
	down, err := at.Call(params(flat.Add(direction.Scale(-h))))
	if err != nil {
		t.Fatal(err)
	}
	want := up.Sub(down).Scale(0.5 / h)
	got, err := num.Jit(forward).Call(pair{d, params(direction)})
	if err != nil {
		t.Fatal(err)
	}
	back, err := num.Jit(reverse).Call(pair{d, params(direction)})
	if err != nil {
		t.Fatal(err)
	}
	for i := range many {
		size := 1 + want.At(i).Abs().Max().Item()
		if off := got.At(i).Sub(want.At(i)).Abs().Max().Item() / size; !(off <= 1e-6) {
			t.Errorf("member %d: off by %g", i, off)
		}
		if off := math.Abs(back.At(i).Item()-got.At(i).Dot(num.Arange(num.Float64, 1, 29).Sin()).Item()) / size; !(off <= 1e-9) {
			t.Errorf("member %d: the modes differ by %g", i, off)
		}
	}
}

// The derivative of the derivative is the one of differences, for dense and for sparse programs.
func TestQuadraticSecondDerivatives(t *testing.T) {
	for _, n := range []int{6, 130} {
		rng := rand.New(rand.NewPCG(25, uint64(n)))
		q := randomQP(rng, n, 2, 5)
		if n > 100 {
			q.Q, q.A, q.G = sparse.FromDense(num.FromDiag(num.Diag(q.Q.(num.Array)))), sparse.FromDense(q.A.(num.Array)), sparse.FromDense(q.G.(num.Array))
		}
		s := argmin.Quadratic(func(a num.Array) argmin.QP {
			p := q
			p.C = q.C.Add(a.Sin())
			if m, ok := q.Q.(num.Array); ok {
				p.Q = m.Mul(a.Square().AddScalar(1))
			} else {
				m := q.Q.(sparse.Matrix)
				p.Q = m.WithValues(m.Values.Mul(a.Square().AddScalar(1)))
			}
			return p
		}, nil, argmin.Options{})
		f := func(a num.Array) num.Array { return s.Argmin(argmin.QPPoint{}, a).X.Square().Sum() }
		slope := num.Grad(f)
		const h = 1e-4
		want := slope(num.Scalar(0.3 + h)).Sub(slope(num.Scalar(0.3 - h))).Scale(0.5 / h).Item()
		if got := num.Grad(slope)(num.Scalar(0.3)).Item(); math.Abs(got-want) > 1e-5*(1+math.Abs(want)) {
			t.Errorf("n = %d: %g, differences say %g", n, got, want)
		}
	}
}

// Equations that are there twice change nothing, and the derivative of what they do not determine is an error.
func TestQuadraticDerivativesOfSingularSystems(t *testing.T) {
	q := randomQP(rand.New(rand.NewPCG(27, 28)), 6, 2, 4)
	twice := q
	twice.A, twice.B = num.Concat(0, q.A.(num.Array), q.A.(num.Array)), num.Concat(0, q.B, q.B)
	slope := func(q argmin.QP, of func(p argmin.QPPoint) num.Array) (num.Array, error) {
		s := argmin.Quadratic(func(c num.Array) argmin.QP { p := q; p.C = c; return p }, nil, argmin.Options{})
		return num.Jit(num.Grad(func(c num.Array) num.Array { return of(s.Argmin(argmin.QPPoint{}, c)) })).Call(q.C)
	}
	norm := func(p argmin.QPPoint) num.Array { return p.X.Square().Sum() }
	want, err := slope(q, norm)
	if err != nil {
		t.Fatal(err)
	}
	got, err := slope(twice, norm)
	if err != nil || got.Sub(want).Abs().Max().Item() > 1e-8*want.Abs().Max().Item() {
		t.Errorf("with equations twice %v, %v, want %v", got, err, want)
	}
	// The answer of a linear program that is flat along an edge is one of many.
	flat := argmin.QP{C: num.Vector(1., 1), G: num.New([]float64{1, 1}, 1, 2), Low: num.Vector(1.), Lower: num.Scalar(0.)}
	if g, err := slope(flat, func(p argmin.QPPoint) num.Array { return p.X.At(0) }); !errors.Is(err, num.ErrNumeric) {
		t.Errorf("on an edge: %v, %v", g, err)
	}
}

// chain is a program of n variables with a tridiagonal Q, n/2 equations and n inequalities, each between variables that are near each other.
func chain(n int) argmin.QP {
	rng := rand.New(rand.NewPCG(1, 2))
	near := func(m, k int) sparse.Matrix {
		var row, col []int
		var values []float64
		for i := range m {
			for j := range k {
				row, col, values = append(row, i), append(col, (i*n/m+3*j)%n), append(values, rng.NormFloat64())
			}
		}
		return sparse.FromCOO(m, n, row, col, num.New(values, len(values)))
	}
	off := num.Full(num.Float64, -1, n-1)
	return argmin.QP{Q: sparse.Diags(n, n, []int{-1, 0, 1}, off, num.Full(num.Float64, 2.1, n), off), C: num.Arange(num.Float64, 0, n).Scale(0.7).Sin(),
		A: near(n/2, 3), B: num.Zeros(n / 2), G: near(n, 2), H: num.Full(num.Float64, 0.1, n), Lower: num.Scalar(-1.), Upper: num.Scalar(1.)}
}

// The gradient of a sparse program with respect to all of its numbers needs memory that is linear in them. With ARGMIN_WHOLE=1 up to 10⁵ variables.
func TestQuadraticSparseGradientIsLinear(t *testing.T) {
	sizes := []int{1000, 10_000}
	if whole() {
		sizes = []int{10_000, 100_000}
	}
	var each []float64
	for _, n := range sizes {
		q := chain(n)
		s := argmin.Quadratic(func(q argmin.QP) argmin.QP { return q }, nil, argmin.Options{})
		grad := num.Jit(num.Grad(func(q argmin.QP) num.Array { return allOf(s.Argmin(argmin.QPPoint{}, q)).Sum() }))
		var g argmin.QP
		m, err := measure(func() (st argmin.State, err error) { g, err = grad.Call(q); return st, err })
		if err != nil {
			t.Fatal(err)
		}
		each = append(each, m.memory/float64(n))
		t.Logf("%d variables: %v, %.1f kB each", n, m.time, m.memory/float64(n)/1e3)
		// Along one number of each matrix it is the difference of two solves.
		sum := num.Jit(func(q argmin.QP) num.Array { return allOf(s.Argmin(argmin.QPPoint{}, q)).Sum() })
		if n > 10_000 {
			continue
		}
		const h = 1e-6
		g0 := q.G.(sparse.Matrix)
		bump := func(h float64) float64 {
			p := q
			by := make([]float64, g0.NNZ())
			by[n/3] = h
			p.G = g0.WithValues(g0.Values.Add(num.New(by, len(by))))
			v, err := sum.Call(p)
			if err != nil {
				t.Fatal(err)
			}
			return v.Item()
		}
		want := (bump(h) - bump(-h)) / (2 * h)
		if got := g.G.(sparse.Matrix).Values.At(n / 3).Item(); math.Abs(got-want) > 1e-5*(1+math.Abs(want)) {
			t.Errorf("n = %d: derivative %g, differences say %g", n, got, want)
		}
	}
	if most := 8 * float64(sizes[1]) / 2; each[1] > most { // half of one number for each pair of variables
		t.Errorf("%s: memory grows faster than the program", fmt.Sprint(each))
	}
}
