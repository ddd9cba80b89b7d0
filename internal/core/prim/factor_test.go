package prim_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

func normal(rng *rand.Rand, d ir.DType, m, n int) *ir.Value {
	b := ir.NewBuf(d, m*n)
	for i := range b.N {
		b.Set(d, i, rng.NormFloat64())
	}
	return ir.Const(ir.NewData(ir.T(d, m, n), b))
}

// far is the largest distance between two arrays.
func far(a, b *ir.Value) float64 {
	d := 0.0
	for i := range a.Size() {
		e := math.Abs(a.Data().Buf().At(a.DType, i) - b.Data().Buf().At(b.DType, i))
		if !(e <= d) {
			d = e
		}
	}
	return d
}

// scaleColumns is a diag(s).
func scaleColumns(a, s *ir.Value) *ir.Value { return prim.Mul(a, prim.ByColumn(s, a.Shape[0])) }

// The factorizations written as loops of other primitives satisfy their equations
// to rounding, also for singular, graded and repeated matrices.
func TestFactorLoops(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, d := range []ir.DType{ir.Float64, ir.Float32} {
		for _, n := range []int{1, 2, 3, 4, 7, 16, 31} {
			tol := 20 * float64(n) * d.Eps()
			a := normal(rng, d, n, n)
			id := prim.Eye(d, n, n)
			rank1 := prim.MatMul(normal(rng, d, n, 1), normal(rng, d, 1, n))
			for name, a := range map[string]*ir.Value{"random": a, "rank 1": rank1, "zero": ir.Full(a.Type, 0), "identity": id} {
				lu := prim.LULoop(a)
				l, u := prim.Add(prim.Tril(lu[0], -1), id), prim.Triu(lu[0], 0)
				if e := far(prim.MatMul(l, u), prim.PermuteRows(a, lu[1])); !(e <= tol) {
					t.Errorf("lu of %s %v %d: off by %g", name, d, n, e)
				}
				sym := prim.Add(a, prim.MatT(a))
				wv := prim.JacobiEigh(sym)
				w, v := wv[0], wv[1]
				if e := far(prim.MatMul(scaleColumns(v, w), prim.MatT(v)), sym); !(e <= 4*tol) {
					t.Errorf("eigh of %s %v %d: off by %g", name, d, n, e)
				}
				if e := far(prim.MatMul(prim.MatT(v), v), id); !(e <= tol) {
					t.Errorf("eigh of %s %v %d: vectors off by %g", name, d, n, e)
				}
			}
			for _, m := range []int{n, n + 3, max(1, n-2)} {
				for _, full := range []bool{false, true} {
					for _, a := range []*ir.Value{normal(rng, d, m, n), prim.MatMul(normal(rng, d, m, 1), normal(rng, d, 1, n))} {
						qr := prim.HouseholderQR(a, full)
						q, r := qr[0], qr[1]
						k := q.Shape[1]
						if e := far(prim.MatMul(q, r), a); !(e <= tol) {
							t.Errorf("qr %v %d×%d full=%t: off by %g", d, m, n, full, e)
						}
						if e := far(prim.MatMul(prim.MatT(q), q), prim.Eye(d, k, k)); !(e <= tol) {
							t.Errorf("qr %v %d×%d full=%t: Q off by %g", d, m, n, full, e)
						}
						y := prim.JacobiSVD(a, full)
						u, s, vt := y[0], y[1], y[2]
						k = s.Shape[0]
						us := scaleColumns(prim.Slice(u, []int{0, 0}, []int{m, k}, []int{1, 1}), s)
						if e := far(prim.MatMul(us, prim.Slab(vt, 0, k)), a); !(e <= 4*tol) {
							t.Errorf("svd %v %d×%d full=%t: off by %g", d, m, n, full, e)
						}
						for _, q := range []*ir.Value{u, prim.MatT(vt)} {
							if e := far(prim.MatMul(prim.MatT(q), q), prim.Eye(d, q.Shape[1], q.Shape[1])); !(e <= tol) {
								t.Errorf("svd %v %d×%d full=%t: vectors off by %g", d, m, n, full, e)
							}
						}
					}
				}
			}
		}
	}
}

// Small singular values keep their digits, which the eigenvalues of AᵀA lose.
func TestJacobiSVDIsAccurate(t *testing.T) {
	a := ir.Const(ir.NewData(ir.T(ir.Float64, 2, 2), ir.Of([]float64{1e10, 0, 1e10, 1e-5})))
	s := prim.JacobiSVD(a, false)[1]
	// The product of the values is the determinant, 1e5, and the first is √2·1e10.
	if got, want := s.Data().Buf().At(ir.Float64, 1), 1e5/(math.Sqrt2*1e10); math.Abs(got/want-1) > 1e-12 {
		t.Errorf("the small singular value is %g, want %g", got, want)
	}
}
