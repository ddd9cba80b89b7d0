package sparse_test

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// bratu is Δu + λ exp(u) on a square of n×n points, with u = 0 around it.
func bratu(n int) func(u num.Array) num.Array {
	h := 1 / float64(n+1)
	return func(u num.Array) num.Array {
		p := u.Reshape(n, n).Pad([]int{1, 1}, []int{1, 1})
		at := func(i, j int) num.Array { return p.Index(num.Span(i, i+n), num.Span(j, j+n)) }
		sum := at(0, 1).Add(at(2, 1)).Add(at(1, 0)).Add(at(1, 2))
		lap := sum.Sub(at(1, 1).Mul(num.Const(4)))
		return lap.Div(num.Const(h * h)).Add(at(1, 1).Exp().Mul(num.Const(5))).Reshape(n * n)
	}
}

// before and after are the neighbors of each element, 0 at the ends.
func before(x num.Array) num.Array { return x.Range(0, x.Size()-1).Pad([]int{1}, []int{0}) }
func after(x num.Array) num.Array  { return x.Range(1, x.Size()).Pad([]int{0}, []int{1}) }

func constant(rows int, x ...float64) num.Array { return num.New(x, rows, len(x)/rows) }

type jacobianCase struct {
	name string
	n    int
	f    func(x num.Array) num.Array
	nnz  int // of the pattern
}

// jacobianCases are functions of vectors with the number of entries of their Jacobian that may not be zero.
func jacobianCases() []jacobianCase {
	return []jacobianCase{
		{"diagonal", 6, func(x num.Array) num.Array { return x.Sin().Mul(x) }, 6},
		{"bratu", 16, bratu(4), 64},
		{"full", 4, func(x num.Array) num.Array { return x.CumSum(0).Flip(0).CumSum(0) }, 16},
		{"running sum", 5, func(x num.Array) num.Array { return x.Square().CumSum(0) }, 15},
		{"one row", 7, func(x num.Array) num.Array { return x.Square().Sum().Reshape(1) }, 7},
		{"one column", 1, func(x num.Array) num.Array { return num.Vector(1, 2, 3).Mul(x.BroadcastTo(3)) }, 3},
		{"arrow", 9, func(x num.Array) num.Array {
			return num.Concat(0, x.Square().Sum().Reshape(1), x.Range(1, 9).Mul(x.At(0)))
		}, 9 + 16},
		{"no dependence", 3, func(x num.Array) num.Array { return num.Vector(1, 2) }, 0},
		{"no results", 3, func(x num.Array) num.Array { return x.Range(1, 1) }, 0},
		{"integers", 4, func(x num.Array) num.Array { return x.Floor().AsType(num.Int32).AsType(num.Float64).Add(x) }, 4},
		{"sign and stop", 4, func(x num.Array) num.Array { return x.Sign().Add(x.StopGradient()).Mul(num.Const(2)) }, 0},
		// Each element takes its own branch: all of them count (SparseDiffTools).
		{"branches", 10, func(x num.Array) num.Array {
			d := after(x).Sub(before(x))
			e := num.Where(d.Le(num.Const(0)), after(x).Mul(num.Const(2)).Sub(before(x)), d)
			return num.Maximum(d, num.Const(0)).Add(e)
		}, 18},
		// A condition has no derivative, nor have branches without variables (SparseConnectivityTracer).
		{"constant branches", 2, func(x num.Array) num.Array {
			return num.Where(x.At(0).Gt(num.Const(0)), num.Scalar(1), num.Scalar(0)).Mul(x.At(1)).Reshape(1)
		}, 1},
		{"nested branches", 4, func(x num.Array) num.Array {
			return num.Cond(x.At(0).Gt(num.Const(0)),
				func(x num.Array) num.Array {
					return num.Cond(x.At(1).Gt(num.Const(0)), func(x num.Array) num.Array { return x.At(2) }, func(x num.Array) num.Array { return x.At(3) }, x)
				},
				func(x num.Array) num.Array { return x.At(2).Square() }, x).Reshape(1)
		}, 2},
		{"a known branch", 4, func(x num.Array) num.Array {
			return num.Cond(num.Scalar(1).Gt(num.Const(0)), func(x num.Array) num.Array { return x.At(2) }, func(x num.Array) num.Array { return x.At(3) }, x).Reshape(1)
		}, 1},
		// Zeros of a matrix that is known (SparseConnectivityTracer).
		{"matrix with zeros", 3, func(x num.Array) num.Array { return constant(3, 1, 1, 0, 0, 1, 0, 0, 0, 2).MatMul(x) }, 4},
		{"mask", 4, func(x num.Array) num.Array { return x.Mul(num.Vector(1, 0, 1, 0)) }, 2},
		{"unknown matrix", 6, func(x num.Array) num.Array { return x.Range(0, 4).Reshape(2, 2).MatMul(x.Range(4, 6)) }, 8},
		// Rows and columns at the end without entries (SNOW).
		{"empty ends", 5, func(x num.Array) num.Array { return num.Concat(0, x.Range(0, 2).Square(), num.Zeros(2)) }, 2},
		// Zeros that are joined with variables (CasADi).
		{"zeros added", 6, func(x num.Array) num.Array { return x.Reshape(2, 3).T().Flip(0).Reshape(6).Add(num.Zeros(6)) }, 6},
		{"many times one", 12, func(x num.Array) num.Array {
			return num.Vmap(func(x num.Array) num.Array { return x.Square() })(x.Reshape(6, 2)).Index(num.From(0), num.I(0))
		}, 6},
		// Not square, by rows (SparseDiffTools).
		{"tall", 2, func(x num.Array) num.Array {
			return num.Stack(x.At(0).Sub(num.Const(1)), x.At(1).Sub(x.At(0).Square()), x.At(1).Add(num.Const(1)))
		}, 4},
		// The other side of a selection is not finite.
		{"where with NaN", 4, func(x num.Array) num.Array {
			return num.Where(x.Gt(num.Const(10)), x.Sub(num.Const(10)).Sqrt(), x.Square())
		}, 4},
		{"known indices", 5, func(x num.Array) num.Array { return x.Take(num.New([]int32{4, 0, 4}, 3), 0).Square() }, 3},
		{"indices of variables", 5, func(x num.Array) num.Array { return x.Take(x.Argsort(0).Range(0, 2), 0) }, 10},
		{"sorted", 4, func(x num.Array) num.Array { return x.Sort(0) }, 16},
		{"segments", 6, func(x num.Array) num.Array {
			return num.SegmentSum(x.Square(), num.New([]int32{0, 1, 0, 2, 2, 9}, 6), 4)
		}, 5},
		{"counted loop", 6, func(x num.Array) num.Array {
			return num.ForLoop(0, 6, func(i, y num.Array) num.Array {
				v := x.DynamicSlice([]num.Array{i}, 1)
				return y.DynamicUpdateSlice(v.Square(), []num.Array{i})
			}, num.Zeros(6))
		}, 6},
		{"recurrence", 5, func(x num.Array) num.Array {
			_, y := num.Scan(func(c, v num.Array) (num.Array, num.Array) { c = c.Sin().Add(v); return c, c }, num.Scalar(0), x)
			return y
		}, 15},
		{"independent steps", 5, func(x num.Array) num.Array { return num.Map(func(v num.Array) num.Array { return v.Sin() }, x) }, 5},
		{"open loop", 4, func(x num.Array) num.Array {
			type carry struct{ X, Y num.Array }
			return num.WhileMax(20, func(c carry) num.Array { return c.X.Max().Lt(num.Const(100)) },
				func(c carry) carry { return carry{c.X.Mul(num.Const(3)), after(c.Y)} }, carry{x.Square().Add(num.Const(1)), x}).X
		}, 4},
		{"members that end apart", 3, func(x num.Array) num.Array {
			return num.Vmap(func(x num.Array) num.Array {
				return num.WhileMax(50, func(y num.Array) num.Array { return y.Lt(num.Const(20)) }, func(y num.Array) num.Array { return y.Mul(num.Const(2)) }, x.Square().Add(num.Const(1)))
			})(x)
		}, 3},
		{"norms of rows", 6, func(x num.Array) num.Array { return num.Norm(x.Reshape(3, 2), 1) }, 6},
		{"largest of rows", 6, func(x num.Array) num.Array { return x.Reshape(3, 2).Max(1) }, 6},
		{"batch of systems", 12, func(x num.Array) num.Array {
			a := x.Range(0, 8).Reshape(2, 2, 2).Add(num.Eye(2).Mul(num.Const(5)))
			return num.Solve(a, x.Range(8, 12).Reshape(2, 2, 1)).Reshape(4)
		}, 4 * 6},
		{"own rule", 6, num.CustomVJP(func(x num.Array) num.Array { return x.Square() }, func(x num.Array) (num.Array, num.Array) { return x.Square(), x },
			func(x, ct num.Array) num.Array { return x.Mul(ct).Mul(num.Const(2)) }), 6},
		{"roots of members", 4, func(a num.Array) num.Array {
			return num.CustomRoot(func(x, a num.Array) num.Array { return x.Mul(x).Sub(a.Square()).Sub(num.Const(1)) },
				func(a num.Array) num.Array { return a.Square().Add(num.Const(1)).Sqrt() }, num.DenseSolver)(a)
		}, 4},
		{"convolution", 6, func(x num.Array) num.Array {
			return num.Convolve(x, num.Vector(1, 0, -0.5), num.ConvolveSame)
		}, 10},
		{"checkpoint", 5, num.Checkpoint(func(x num.Array) num.Array { return after(x).Sin() }), 4},
	}
}

func point(n int, seed uint64) num.Array {
	rng := rand.New(rand.NewPCG(seed, 5))
	x := make([]float64, n)
	for i := range x {
		x[i] = 4*rng.Float64() - 2
	}
	return num.New(x, n)
}

func near(t *testing.T, what string, got, want num.Array, tol float64) {
	t.Helper()
	g, w := got.Float64s(), want.Float64s()
	if len(g) != len(w) {
		t.Fatalf("%s: shape %v, want %v", what, got.Shape(), want.Shape())
	}
	for i := range w {
		if !(math.Abs(g[i]-w[i]) <= tol*(1+math.Abs(w[i]))) && !(math.IsNaN(g[i]) && math.IsNaN(w[i])) {
			t.Fatalf("%s: element %d is %v, want %v", what, i, g[i], w[i])
		}
	}
}

func TestJacobian(t *testing.T) {
	for _, c := range jacobianCases() {
		t.Run(c.name, func(t *testing.T) {
			x := point(c.n, 1)
			for _, mode := range []sparse.Mode{sparse.Auto, sparse.Forward, sparse.Reverse} {
				jac := sparse.ValueAndJacobian(c.f, sparse.DerivativeOptions{Mode: mode})
				for seed := range uint64(3) {
					x = point(c.n, seed)
					y, j := jac(x)
					if j.NNZ() != c.nnz {
						t.Fatalf("%d entries, want %d: %v", j.NNZ(), c.nnz, j)
					}
					near(t, "value", y, c.f(x), 1e-12)
					if c.name == "where with NaN" && mode == sparse.Reverse { // as for num.JacobianRev
						continue
					}
					near(t, "Jacobian", j.Dense(), num.JacobianFwd(c.f)(x), 1e-9)
				}
			}
			// The pattern that was found is right where it is given.
			j := sparse.Jacobian(c.f, sparse.DerivativeOptions{})(x)
			given := sparse.Jacobian(c.f, sparse.DerivativeOptions{Pattern: j.Pattern()})
			near(t, "given pattern", given(x).Values, j.Values, 1e-12)
		})
	}
}

type hessianCase struct {
	name string
	n    int
	f    func(x num.Array) num.Array
	nnz  int
}

func hessianCases() []hessianCase {
	return []hessianCase{
		{"linear", 5, func(x num.Array) num.Array { return x.Dot(num.Arange(num.Float64, 0, 5)) }, 0},
		{"sum of two", 2, func(x num.Array) num.Array { return x.At(0).Add(x.At(1)) }, 0},
		{"separable", 5, func(x num.Array) num.Array { return x.Exp().Sum() }, 5},
		{"square of a sum", 4, func(x num.Array) num.Array { return x.Sum().Square() }, 16},
		{"Rosenbrock", 8, rosenbrock, 8 + 14},
		{"product of two", 4, func(x num.Array) num.Array { return x.At(1).Mul(x.At(2)) }, 2},
		{"quotient", 3, func(x num.Array) num.Array { return x.At(0).Div(x.At(2)) }, 3},
		{"hub", 7, func(x num.Array) num.Array { return x.Range(1, 7).Square().Sum().Mul(x.At(0)) }, 6 + 12},
		{"across", 10, func(x num.Array) num.Array { return x.Mul(x.Flip(0)).Mul(num.Arange(num.Float64, 0, 10)).Sum() }, 10},
		{"kinks", 5, func(x num.Array) num.Array { return x.Abs().Sum().Add(x.ReLU().Sum()).Add(x.Max()) }, 0},
		{"norm", 3, func(x num.Array) num.Array { return num.Norm(x) }, 9},
		{"powers", 4, func(x num.Array) num.Array { return x.Pow(num.Vector(0, 1, 2, 3)).Sum() }, 2},
		// A quadratic form of a matrix with zeros (ModelPredictiveControl).
		{"quadratic form", 4, func(x num.Array) num.Array {
			q := constant(4, 2, 1, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0)
			return x.Dot(q.MatMul(x))
		}, 5},
		{"minimal surface", 16, func(x num.Array) num.Array { return surface(x, 4) }, 0},
		{"product of all", 4, func(x num.Array) num.Array { return x.Prod() }, 12},
		{"loop", 5, func(x num.Array) num.Array {
			c, _ := num.Scan(func(c, v num.Array) (num.Array, num.Array) { return c.Add(v.Sin()), c }, num.Scalar(0), x)
			return c
		}, 5},
		{"branch", 4, func(x num.Array) num.Array {
			return num.Cond(x.At(0).Gt(num.Const(0)), func(x num.Array) num.Array { return x.At(0).Mul(x.At(1)) },
				func(x num.Array) num.Array { return x.At(2).Square() }, x)
		}, 3},
	}
}

func rosenbrock(x num.Array) num.Array {
	n := x.Size()
	a, b := x.Range(0, n-1), x.Range(1, n)
	return b.Sub(a.Square()).Square().Mul(num.Const(100)).Add(num.Const(1).Sub(a).Square()).Sum()
}

// surface is the area of a surface over a square of n×n inner points, 0 around it.
func surface(x num.Array, n int) num.Array {
	p := x.Reshape(n, n).Pad([]int{1, 1}, []int{1, 1})
	at := func(i, j int) num.Array { return p.Index(num.Span(i, i+n+1), num.Span(j, j+n+1)) }
	d, e := at(1, 1).Sub(at(0, 0)), at(0, 1).Sub(at(1, 0))
	return d.Square().Add(e.Square()).Mul(num.Const(0.5)).Add(num.Const(1)).Sqrt().Sum()
}

func TestHessian(t *testing.T) {
	for _, c := range hessianCases() {
		t.Run(c.name, func(t *testing.T) {
			hess := sparse.GradAndHessian(c.f, sparse.DerivativeOptions{})
			for seed := range uint64(3) {
				x := point(c.n, seed).Abs().Add(num.Const(0.1))
				g, h := hess(x)
				near(t, "gradient", g, num.Grad(c.f)(x), 1e-12)
				near(t, "Hessian", h.Dense(), num.Hessian(c.f)(x), 1e-9)
				near(t, "transpose", h.T().Dense(), h.Dense(), 0)
				if c.nnz > 0 && h.NNZ() != c.nnz || c.name == "linear" && h.NNZ() > 0 {
					t.Errorf("%d entries, want %d: %v", h.NNZ(), c.nnz, h)
				}
			}
		})
	}
}

func TestDerivativesOfJacobians(t *testing.T) {
	f := func(x num.Array) num.Array { return after(x).Sin().Mul(x) }
	jac := sparse.Jacobian(f, sparse.DerivativeOptions{})
	x := point(6, 1)
	// Of a function of all entries.
	sum := func(x num.Array) num.Array { return jac(x).Values.Square().Sum() }
	dense := func(x num.Array) num.Array { return num.JacobianFwd(f)(x).Square().Sum() }
	near(t, "gradient", num.Grad(sum)(x), num.Grad(dense)(x), 1e-12)
	near(t, "Hessian", num.Hessian(sum)(x), num.Hessian(dense)(x), 1e-12)
	// In a batch, with one pattern.
	xs := num.Stack(x, point(6, 2), point(6, 3))
	all := num.Vmap(jac)(xs)
	for i := range 3 {
		near(t, "member", all.Values.At(i), jac(xs.At(i)).Values, 1e-14)
	}
	near(t, "batch of gradients", num.Vmap(num.Grad(sum))(xs).At(2), num.Grad(dense)(xs.At(2)), 1e-12)
	// Compiled, with an array from the trace around it.
	scaled, err := num.Jit(func(a num.Array) num.Array {
		return sparse.Jacobian(func(x num.Array) num.Array { return f(x).Mul(a.At(0)) }, sparse.DerivativeOptions{})(a).Values
	}).Call(x)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "captured", scaled, jac(x).Values.Mul(x.At(0)), 1e-14)
}

func TestJacobianOfTrees(t *testing.T) {
	type in struct{ A, B num.Array }
	type out struct{ S, D num.Array }
	f := func(p in) out { return out{p.A.Mul(p.B.At(0)), p.B.Square()} }
	y, j := sparse.ValueAndJacobian(f, sparse.DerivativeOptions{})(in{point(3, 1), point(2, 2)})
	if y.S.Size() != 3 || j.NNZ() != 3+3+2 {
		t.Errorf("value %v, Jacobian %v", y, j)
	}
	if h := sparse.Hessian(func(p in) num.Array { return p.A.Sum().Mul(p.B.At(0)) }, sparse.DerivativeOptions{})(in{point(3, 1), point(2, 2)}); h.NNZ() != 6 {
		t.Errorf("Hessian %v", h)
	}
}

// A function is called once for each shape.
func TestJacobianTracesOnce(t *testing.T) {
	calls := 0
	f := func(x num.Array) num.Array {
		calls++
		return num.Concat(0, x.Square().Sum().Reshape(1), x.Mul(x.At(0)))
	}
	jac := sparse.Jacobian(f, sparse.DerivativeOptions{})
	for seed := range uint64(5) {
		jac(point(9, seed))
	}
	if calls != 1 {
		t.Errorf("%d calls for one shape", calls)
	}
	jac(point(5, 1))
	if calls != 2 {
		t.Errorf("%d calls for two shapes", calls)
	}
	calls = 0
	hess := sparse.Hessian(func(x num.Array) num.Array { return f(x).Sin().Sum() }, sparse.DerivativeOptions{})
	for seed := range uint64(5) {
		hess(point(3, seed))
	}
	if calls != 1 {
		t.Errorf("%d calls for a Hessian", calls)
	}
}

func TestBadPatterns(t *testing.T) {
	f := func(x num.Array) num.Array { return after(x).Square().Add(before(x)) }
	x := point(30, 1)
	right := sparse.Jacobian(f, sparse.DerivativeOptions{})(x).Pattern()
	row, col, _ := sparse.New(right, num.Zeros(right.NNZ())).COO()
	without := func(k int) sparse.Pattern {
		r, c := append(append([]int{}, row[:k]...), row[k+1:]...), append(append([]int{}, col[:k]...), col[k+1:]...)
		return sparse.FromCOO(30, 30, r, c, num.Zeros(len(r))).Pattern()
	}
	for _, k := range []int{0, 1, 20, len(row) - 1} {
		want := "the pattern has no entry at row " + strconv.Itoa(row[k]) + " and column " + strconv.Itoa(col[k])
		for _, mode := range []sparse.Mode{sparse.Auto, sparse.Reverse} {
			got := message(t, func() { sparse.Jacobian(f, sparse.DerivativeOptions{Mode: mode, Pattern: without(k)})(x) })
			if !strings.Contains(got, want) {
				t.Errorf("error %q, want %q", got, want)
			}
		}
		// Also where the numbers are not there yet.
		_, err := num.Jit(sparse.Jacobian(f, sparse.DerivativeOptions{Pattern: without(k)})).Call(x)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	got := message(t, func() {
		sparse.Jacobian(f, sparse.DerivativeOptions{Pattern: sparse.NewPattern(30, 29, make([]int, 31), nil)})(x)
	})
	if want := "the pattern is 30×29, want 30×30"; !strings.Contains(got, want) {
		t.Errorf("error %q, want %q", got, want)
	}
	// A Hessian may be given by one triangle.
	lower := sparse.FromCOO(8, 8, []int{0, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7}, []int{0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6}, num.Zeros(15)).Pattern()
	h := sparse.Hessian(rosenbrock, sparse.DerivativeOptions{Pattern: lower})(point(8, 1))
	near(t, "Hessian", h.Dense(), num.Hessian(rosenbrock)(point(8, 1)), 1e-12)
	got = message(t, func() {
		sparse.Hessian(func(x num.Array) num.Array { return rosenbrock(x).Add(x.At(0).Mul(x.At(7))) }, sparse.DerivativeOptions{Pattern: lower})(point(8, 1))
	})
	if want := "the pattern has no entry at row 0 and column 7"; !strings.Contains(got, want) {
		t.Errorf("error %q, want %q", got, want)
	}
}

// In functions that run later: the steps of a loop, a branch, and their derivatives.
func TestJacobianInLoops(t *testing.T) {
	f := func(x num.Array) num.Array { return after(x).Sin().Mul(x) }
	jac := sparse.Jacobian(f, sparse.DerivativeOptions{})
	steps := func(jac func(x num.Array) num.Array) func(x num.Array) num.Array {
		return func(x num.Array) num.Array {
			x = num.ForLoop(0, 3, func(_, x num.Array) num.Array { return x.Sub(jac(x).MatMul(x).Scale(0.1)) }, x)
			return num.Cond(x.At(0).Gt(num.Const(-10)), func(x num.Array) num.Array { return jac(x).Sum(0) }, func(x num.Array) num.Array { return x }, x)
		}
	}
	got := steps(func(x num.Array) num.Array { return jac(x).Dense() })
	want := steps(num.JacobianFwd(f))
	x := point(5, 1)
	near(t, "value", got(x), want(x), 1e-12)
	near(t, "derivative", num.JacobianFwd(got)(x), num.JacobianFwd(want)(x), 1e-10)
	near(t, "derivative backwards", num.JacobianRev(got)(x), num.JacobianRev(want)(x), 1e-10)
	// The sparse derivative of a function that has one inside.
	near(t, "sparse derivative", sparse.Jacobian(got, sparse.DerivativeOptions{})(x).Dense(), num.JacobianFwd(want)(x), 1e-10)
}

func TestJacobianDTypes(t *testing.T) {
	x := point(6, 1).AsType(num.Float32)
	for _, mode := range []sparse.Mode{sparse.Auto, sparse.Forward, sparse.Reverse} {
		single := sparse.Jacobian(func(x num.Array) num.Array { return after(x).Square() }, sparse.DerivativeOptions{Mode: mode})(x)
		if single.DType() != num.Float32 || single.NNZ() != 5 {
			t.Errorf("%v", single)
		}
		wider := sparse.Jacobian(func(x num.Array) num.Array {
			y := after(x).AsType(num.Float64).Square()
			return num.Concat(0, y, y.Sum().Reshape(1))
		}, sparse.DerivativeOptions{Mode: mode})(x)
		if wider.DType() != num.Float64 || wider.NNZ() != 10 {
			t.Errorf("%v", wider)
		}
	}
	if got := message(t, func() {
		sparse.Jacobian(func(x num.Array) num.Array { return x.Argsort(0) }, sparse.DerivativeOptions{})(x)
	}); !strings.Contains(got, "floating-point") {
		t.Errorf("error %q", got)
	}
	if got := message(t, func() {
		sparse.Hessian(func(x num.Array) num.Array { return x }, sparse.DerivativeOptions{})(x)
	}); !strings.Contains(got, "want a floating-point scalar") {
		t.Errorf("error %q", got)
	}
	// A derivative that is full and large is refused, not stored.
	if got := message(t, func() {
		sparse.Jacobian(func(x num.Array) num.Array { return x.Div(x.Sum()) }, sparse.DerivativeOptions{})(num.Zeros(50_000))
	}); !strings.Contains(got, "sparse.Jacobian: the pattern of the derivative is too large") {
		t.Errorf("error %q", got)
	}
}
