package nullspace

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// sample is a random Jacobian; the rows from rank on, of A, are sums of others.
func sample(rng *rand.Rand, n, eq, in, bounds, rank int, slack func() float64) *Jacobian {
	var at []int
	var sign []float64
	for range bounds {
		at, sign = append(at, rng.IntN(n)), append(sign, float64(1-2*rng.IntN(2)))
	}
	j := NewJacobian(n, eq, in, at, sign)
	for i := range eq + in {
		for l := range n {
			vec.Row(j.A, i)[l] = rng.NormFloat64()
			if i >= rank {
				vec.Row(j.A, i)[l] = vec.Row(j.A, i%rank)[l] + 2*vec.Row(j.A, (i+1)%rank)[l]
			}
		}
	}
	for i := range j.Slack {
		j.Slack[i] = slack()
	}
	return j
}

// full is all of a Jacobian.
func full(j *Jacobian) *mat.Dense {
	a := mat.NewDense(j.Rows(), j.Cols(), nil)
	n := j.A.Cols
	for i := range j.A.Rows {
		for l, v := range vec.Row(j.A, i) {
			a.Set(i, l, v)
		}
	}
	for b, i := range j.Var {
		a.Set(j.A.Rows+b, i, j.Sign[b])
	}
	for i, s := range j.Slack {
		a.Set(j.Eq+i, n+i, s)
	}
	return a
}

func normals(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x
}

func TestMul(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	j := sample(rng, 4, 2, 3, 3, 9, rng.Float64)
	a := full(j)
	w, y := normals(rng, j.Cols()), normals(rng, j.Rows())
	got, want := make([]float64, j.Rows()), mat.NewVecDense(j.Rows(), nil)
	j.Mul(w, got)
	want.MulVec(a, mat.NewVecDense(len(w), w))
	for i, v := range got {
		if math.Abs(v-want.AtVec(i)) > 1e-14 {
			t.Errorf("Mul: %g, want %g", v, want.AtVec(i))
		}
	}
	got, want = make([]float64, j.Cols()), mat.NewVecDense(j.Cols(), nil)
	j.MulTrans(y, got)
	want.MulVec(a.T(), mat.NewVecDense(len(y), y))
	for i, v := range got {
		if math.Abs(v-want.AtVec(i)) > 1e-14 {
			t.Errorf("MulTrans: %g, want %g", v, want.AtVec(i))
		}
	}
	for i := range y {
		for l := range w {
			a.Set(i, l, math.Abs(a.At(i, l)*y[i]))
		}
	}
	size := 0.0
	for l := range 4 {
		size = max(size, mat.Sum(a.ColView(l)))
	}
	if s := j.Size(y); math.Abs(s-size) > 1e-14*size {
		t.Errorf("Size: %g, want %g", s, size)
	}
}

// TestProjection compares with the pseudoinverse of the whole Jacobian.
func TestProjection(t *testing.T) {
	for _, c := range []struct {
		n, eq, in, bounds, rank int
	}{
		{3, 0, 0, 0, 9}, {5, 2, 0, 0, 9}, {1, 1, 0, 0, 9}, {4, 0, 3, 0, 9}, {4, 0, 0, 6, 9}, {6, 2, 3, 5, 9},
		{3, 1, 20, 0, 99}, {3, 1, 20, 4, 99}, {4, 4, 0, 0, 2}, {5, 4, 0, 3, 2}, {3, 5, 0, 0, 3}, {6, 4, 3, 5, 3}, {3, 3, 30, 4, 2},
	} {
		for _, svd := range []bool{false, true} {
			t.Run(fmt.Sprint(c, svd), func(t *testing.T) {
				rng := rand.New(rand.NewPCG(7, uint64(c.n)))
				j := sample(rng, c.n, c.eq, c.in, c.bounds, c.rank, func() float64 { return 0.01 + 3*rng.Float64() })
				p := NewProjection(j)
				p.SVD = svd
				for range 2 { // the second time with other numbers in the same memory
					for i := range j.Slack {
						j.Slack[i] *= 1.5
					}
					p.Factor()
					compare(t, rng, j, p)
				}
			})
		}
	}
}

func compare(t *testing.T, rng *rand.Rand, j *Jacobian, p *Projection) {
	t.Helper()
	m, n := j.Rows(), j.Cols()
	r, w, y := normals(rng, n), make([]float64, n), make([]float64, m)
	if m == 0 {
		p.Solve(r, nil, w, y)
		for i := range r {
			if w[i] != r[i] {
				t.Errorf("projection %v of %v", w, r)
			}
		}
		return
	}
	// J = U Σ Vᵀ; the projection is I - V Vᵀ, the shortest least-squares solution V Σ⁻¹ Uᵀ q.
	var svd mat.SVD
	svd.Factorize(full(j), mat.SVDThin)
	var u, v mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	s := svd.Values(nil)
	rank := 0
	for rank < len(s) && s[rank] > 1e-12*s[0] {
		rank++
	}
	p.Solve(r, nil, w, y)
	want := append([]float64{}, r...)
	for l := range rank {
		d := 0.0
		for i := range n {
			d += v.At(i, l) * r[i]
		}
		for i := range n {
			want[i] -= d * v.At(i, l)
		}
	}
	near := func(what string, got, want []float64, tol float64) {
		t.Helper()
		for i, g := range got {
			if !(math.Abs(g-want[i]) <= tol*(1+vec.Norm2(want))) {
				t.Errorf("%s: %v, want %v", what, got, want)
				return
			}
		}
	}
	near("projection", w, want, 1e-12)
	jw, zeros := make([]float64, m), make([]float64, m)
	j.Mul(w, jw)
	near("J w", jw, zeros, 1e-14)
	sum := make([]float64, n)
	j.MulTrans(y, sum)
	for i := range sum {
		sum[i] += w[i]
	}
	near("w + Jᵀy", sum, r, 1e-11)

	q := make([]float64, m)
	if rank < m { // consistent ones
		j.Mul(normals(rng, n), q)
	} else {
		copy(q, normals(rng, m))
	}
	p.Solve(nil, q, w, y)
	clear(want)
	for l := range rank {
		d := 0.0
		for i := range m {
			d += u.At(i, l) * q[i]
		}
		for i := range n {
			want[i] += d / s[l] * v.At(i, l)
		}
	}
	near("shortest solution", w, want, 1e-10)
}

// TestTinySlacks projects where slacks are as small as at the end of an interior-point
// method, by numbers that are known: of g + Jᵀy for y chosen.
func TestTinySlacks(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	j := sample(rng, 3, 0, 1, 2, 9, func() float64 { return 1e-9 * (1 + rng.Float64()) })
	j.Var[0], j.Var[1] = 0, 1
	p := NewProjection(j)
	p.Factor()
	want := []float64{110, 55, 80}
	r, w, y := make([]float64, j.Cols()), make([]float64, j.Cols()), make([]float64, 3)
	j.MulTrans(want, r)
	p.Solve(r, nil, w, y)
	for i, v := range want {
		if math.Abs(y[i]-v) > 1e-10 {
			t.Errorf("multipliers %v, want %v", y, want)
		}
	}
}

func TestRound(t *testing.T) {
	j := NewJacobian(1, 0, 1, nil, nil)
	j.A.Data[0], j.Slack[0] = 1, 1e12
	p := NewProjection(j)
	p.Factor()
	for v, want := range map[float64]float64{1e-3: 0, -1e-3: 0, 1: 1, -1: -1} {
		c := []float64{v}
		if p.Round(c, 1); c[0] != want {
			t.Errorf("%g is rounded to %g", v, c[0])
		}
	}
}

func TestInterval(t *testing.T) {
	r := Region{Radius: 5, Low: -1, N: 2}
	for _, c := range []struct {
		d, p     []float64
		from, to float64
		ok       bool
	}{
		{[]float64{0, 0}, []float64{3, 4}, -1, 1, true},
		{[]float64{3, 0}, []float64{0, 1}, -4, 4, true},
		{[]float64{0, 6}, []float64{1, 0}, 0, 0, false},
		{[]float64{0, 6}, []float64{0, -1}, 1, 11, true},
		{[]float64{0, 0, 0}, []float64{0, 0, -1}, -5, 1, true},
		{[]float64{0, 0, 0}, []float64{0, 0, 2}, -0.5, 2.5, true},
		{[]float64{0, 0, -2}, []float64{1, 0, 0}, 0, 0, false},
		{[]float64{0, 0, -2}, []float64{0, 0, 1}, 1, 7, true},
		{[]float64{1, 1}, []float64{0, 0}, 0, 0, false},
	} {
		from, to, ok := r.Interval(c.d, c.p)
		if ok != c.ok || ok && (math.Abs(from-c.from) > 1e-15 || math.Abs(to-c.to) > 1e-14) {
			t.Errorf("%v + t %v: [%g, %g] %v, want [%g, %g] %v", c.d, c.p, from, to, ok, c.from, c.to, c.ok)
		}
	}
}

// TestNormal expects the solution where it is near, otherwise a step within that is no
// worse than the Cauchy point cut and than the solution's direction cut.
func TestNormal(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for k := range 40 {
		j := sample(rng, 5, 2, 2, 2, []int{9, 1}[k%2], func() float64 { return 0.1 + rng.Float64() })
		p := NewProjection(j)
		p.Factor()
		s := NewNormal(p)
		c := normals(rng, j.Rows())
		if k%2 == 1 {
			j.Mul(normals(rng, j.Cols()), c)
		}
		v := make([]float64, j.Cols())
		s.Step(c, Region{Radius: math.Inf(1), Low: math.Inf(-1), N: 5}, v)
		if res := s.residual(v, c); res > 1e-12 {
			t.Errorf("residual %g of the whole step", res)
		}
		length := vec.Norm2(v)
		region := Region{Radius: 0.6 * length, Low: -0.3, N: 5}
		newton := append([]float64{}, v...)
		s.Step(c, region, v)
		if vec.Norm2(v) > region.Radius*(1+1e-14) || !region.inBox(v) && !region.nearBox(v) {
			t.Errorf("step %v outside", v)
		}
		got := s.residual(v, c)
		zero, g, jg, cut := make([]float64, len(v)), make([]float64, len(v)), make([]float64, len(c)), make([]float64, len(v))
		j.MulTrans(c, g)
		j.Mul(g, jg)
		for i := range g {
			g[i] *= -vec.Dot(c, jg) / vec.Dot(jg, jg)
		}
		for _, d := range [][]float64{g, newton} {
			_, to, _ := region.Interval(zero, d)
			s.along(zero, d, min(to, 1), cut)
			if other := s.residual(cut, c); got > other*(1+1e-13) {
				t.Errorf("residual %g, %g along a straight line", got, other)
			}
		}
	}
	j := NewJacobian(2, 1, 0, nil, nil) // A = 0: nothing can be done
	p := NewProjection(j)
	p.Factor()
	v := []float64{1, 1}
	NewNormal(p).Step([]float64{1}, Region{Radius: 1, Low: -1, N: 2}, v)
	if v[0] != 0 || v[1] != 0 {
		t.Errorf("step %v where the Jacobian is zero", v)
	}
}

// nearBox is inBox but for rounding.
func (r Region) nearBox(d []float64) bool {
	r.Low *= 1 + 1e-14
	return r.inBox(d)
}

// TestTangential solves quadratic programs with equations, whose solutions are known
// from the system of their conditions.
func TestTangential(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	const n, eq = 6, 2
	for range 20 {
		j := sample(rng, n, eq, 0, 0, 9, nil)
		p := NewProjection(j)
		p.Factor()
		b := mat.NewDense(n, n, normals(rng, n*n))
		var h mat.Dense
		h.Mul(b.T(), b)
		for i := range n {
			h.Set(i, i, h.At(i, i)+1)
		}
		g := normals(rng, n)
		kkt, rhs := mat.NewDense(n+eq, n+eq, nil), mat.NewVecDense(n+eq, nil)
		for i := range n {
			rhs.SetVec(i, -1e-3*g[i])
			for l := range n {
				kkt.Set(i, l, h.At(i, l))
			}
			for l := range eq {
				kkt.Set(i, n+l, vec.Row(j.A, l)[i])
				kkt.Set(n+l, i, vec.Row(j.A, l)[i])
			}
		}
		var want mat.VecDense
		if err := want.SolveVec(kkt, rhs); err != nil {
			t.Fatal(err)
		}
		for i := range g {
			g[i] *= 1e-3 // so that conjugate gradients go on to a small residual
		}
		product := func(d, hd []float64) { mat.NewVecDense(n, hd).MulVec(&h, mat.NewVecDense(n, d)) }
		v := make([]float64, n)
		work := append([]float64{}, g...)
		NewTangential(p).Step(product, work, Region{Radius: 10, Low: -1, N: n}, v)
		size := 0.0
		for i := range v {
			size = max(size, math.Abs(want.AtVec(i)))
		}
		for i, x := range v {
			if math.Abs(x-want.AtVec(i)) > 1e-2*size {
				t.Errorf("step %v, want %v", v, want.RawVector().Data)
				break
			}
		}
		// With little room the step ends on the ball; so too where the curvature is
		// negative.
		for _, sign := range []float64{1, -1} {
			clear(v)
			copy(work, g)
			region := Region{Radius: 0.1 * size, Low: -1, N: n}
			NewTangential(p).Step(func(d, hd []float64) {
				product(d, hd)
				for i := range hd {
					hd[i] *= sign
				}
			}, work, region, v)
			if math.Abs(vec.Norm2(v)-region.Radius) > 1e-12*region.Radius {
				t.Errorf("length %g, want %g", vec.Norm2(v), region.Radius)
			}
			jv := make([]float64, eq)
			j.Mul(v, jv)
			if vec.Norm2(jv) > 1e-13*vec.Norm2(v) {
				t.Errorf("J v = %v", jv)
			}
			if d := vec.Dot(g, v); !(d < 0) {
				t.Errorf("slope %g", d)
			}
		}
	}
}

// TestLimits expects steps that keep the limits of slacks.
func TestLimits(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 11))
	hit := 0
	for range 50 {
		j := sample(rng, 4, 1, 3, 2, 9, func() float64 { return 0.1 + rng.Float64() })
		p := NewProjection(j)
		p.Factor()
		g, v := normals(rng, j.Cols()), make([]float64, j.Cols())
		for i := range g {
			g[i] *= 3
		}
		region := Region{Radius: 100, Low: -0.5, N: 4}
		NewTangential(p).Step(func(d, hd []float64) { copy(hd, d) }, g, region, v)
		if !region.nearBox(v) {
			t.Errorf("step %v", v)
		}
		for _, d := range v[4:] {
			if math.Abs(d-region.Low) < 1e-12 {
				hit++
				break
			}
		}
	}
	if hit < 5 {
		t.Errorf("the limits were met %d times", hit)
	}
}
