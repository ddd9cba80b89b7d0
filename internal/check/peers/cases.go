package peers

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

type benchCase struct {
	name    string
	repeat  int                                                 // warm calls
	prepare func(dir string) func(context.Context) (arr, error) // writes the data
	exact   func(dir string) float64                            // what the answer is to be; nil: no more than the peer's
	judge   func(dir string) func(answer []float64) string      // says how good an answer is; nil: nothing
}

// cases are all cases; peer.py has the same names.
func cases() []benchCase {
	all := []benchCase{
		{name: "tiny", repeat: 2000, prepare: tiny},
		{name: "rosen10", repeat: 300, prepare: rosen10},
		{name: "rosen1e6/evaluation", repeat: 10, prepare: rosen1e6Evaluation},
		{name: "rosen1e6/solve", repeat: 1, prepare: rosen1e6Solve},
		{name: "logistic", repeat: 15, prepare: logistic},
		{name: "ridge256", repeat: 30, prepare: ridge256},
		{name: "lasso64", repeat: 5, prepare: lasso64},
		{name: "fits1000/jaxopt", repeat: 5, prepare: fits1000},
		{name: "fits1000/scipy", repeat: 1, prepare: fits1000},
		{name: "fits1000/optimistix", repeat: 5, prepare: fits1000},
		{name: "constrained1000", repeat: 1, prepare: constrained1000(argmin.SQP{})},
		{name: "rosen1000/lbfgs", repeat: 3, prepare: rosen1000(argmin.LBFGS{})},
		{name: "rosen1000/bfgs", repeat: 3, prepare: rosen1000(argmin.BFGS{})},
		{name: "scalars10000/bfgs", repeat: 3, prepare: scalars10000},
	}
	return slices.Concat(all, hyperCases(), svmCases(), scipyCases(), rootCases(), qpCases(), sparseCases())
}

// source makes data, the same in every round.
type source struct {
	dir string
	rng *rand.Rand
}

func newSource(dir string) source { return source{dir, rand.New(rand.NewPCG(1, 2))} }

// normal is normal numbers, written to the folder.
func (s source) normal(name string, scale float64, shape ...int) arr {
	n := 1
	for _, d := range shape {
		n *= d
	}
	x := make([]float64, n)
	for i := range x {
		x[i] = scale * s.rng.NormFloat64()
	}
	return write(s.dir, name, x, shape...)
}

// fetched is an answer as it is on the host, whatever the backend.
func fetched(x arr, err error) (arr, error) {
	if err != nil {
		return x, err
	}
	return num.New(x.Float64s(), x.Shape()...), nil
}

func tiny(dir string) func(context.Context) (arr, error) {
	x := newSource(dir).normal("tiny", 1, 10)
	plus := num.Jit(func(x arr) arr { return x.Add(num.Scalar(1)) })
	return func(ctx context.Context) (arr, error) { return fetched(plus.CallContext(ctx, x)) }
}

func rosen(x arr, _ struct{}) arr {
	n := x.Size()
	a, b := x.Range(0, n-1), x.Range(1, n)
	return b.Sub(a.Square()).Square().Scale(100).Add(a.AddScalar(-1).Square()).Sum()
}

func rosen10(string) func(context.Context) (arr, error) {
	s := argmin.Minimize(rosen, argmin.LBFGS{}, argmin.Options{Tol: 1e-6})
	return func(ctx context.Context) (arr, error) {
		r, err := s.RunContext(ctx, num.Full(num.Float64, -1.2, 10), struct{}{})
		return fetched(r.Params, err)
	}
}

func rosen1e6Evaluation(dir string) func(context.Context) (arr, error) {
	x := newSource(dir).normal("rosen1e6", 1, 1_000_000)
	f := num.Jit(func(x arr) arr {
		_, g := num.ValueAndGrad(func(x arr) arr { return rosen(x, struct{}{}) })(x)
		return g
	})
	return func(ctx context.Context) (arr, error) { return fetched(f.CallContext(ctx, x)) }
}

// rosen1e6Solve makes 50 iterations; the answer is whether the value fell below a tenth.
func rosen1e6Solve(dir string) func(context.Context) (arr, error) {
	x := newSource(dir).normal("rosen1e6", 1, 1_000_000)
	s := argmin.Minimize(rosen, argmin.LBFGS{}, argmin.Options{Tol: 1e-6, MaxIter: 50})
	first := rosen(x, struct{}{}).Item()
	return func(ctx context.Context) (arr, error) {
		r, err := s.RunContext(ctx, x, struct{}{})
		if err != nil {
			return arr{}, err
		}
		if r.State.Value.Item() < first/10 {
			return num.Scalar(1), nil
		}
		return num.Scalar(0), nil
	}
}

type table struct{ X, Y, L2 arr }

func logistic(dir string) func(context.Context) (arr, error) {
	s := newSource(dir)
	x, w := s.normal("logistic_x", 1, 20000, 200), s.normal("logistic_w", 0.2, 200)
	y := x.MatMul(w).Add(s.normal("logistic_noise", 1, 20000)).Float64s()
	for i, v := range y {
		y[i] = math.Copysign(1, v)
	}
	d := table{x, write(dir, "logistic_y", y, 20000), num.Scalar(1e-3)}
	solver := argmin.Minimize(func(w arr, d table) arr {
		return d.X.MatMul(w).Mul(d.Y).Neg().Softplus().Mean().Add(d.L2.Mul(w.Square().Sum()).Scale(0.5))
	}, argmin.LBFGS{}, argmin.Options{Tol: 1e-6})
	return func(ctx context.Context) (arr, error) {
		r, err := solver.RunContext(ctx, num.Zeros(200), d)
		return fetched(r.Params, err)
	}
}

func ridge256(dir string) func(context.Context) (arr, error) {
	s := newSource(dir)
	a, b := s.normal("ridge_x", 1, 100, 10), s.normal("ridge_y", 1, 100)
	strengths := logspace(dir, "ridge_l2", 1e-4, 1e2, 256)
	ridge := argmin.Minimize(func(w arr, l2 arr) arr {
		return a.MatMul(w).Sub(b).Square().Mean().Add(l2.Mul(w.Square().Sum())).Scale(0.5)
	}, argmin.LBFGS{}, argmin.Options{Tol: 1e-8})
	many := num.Jit(num.Vmap(func(l2 arr) arr { return ridge.Argmin(num.Zeros(10), l2) }))
	return func(ctx context.Context) (arr, error) { return fetched(many.CallContext(ctx, strengths)) }
}

// lasso64 is a path of lasso solutions, all strengths at once.
func lasso64(dir string) func(context.Context) (arr, error) {
	s := newSource(dir)
	a, b := s.normal("lasso_x", 1, 200, 50), s.normal("lasso_y", 1, 200)
	strengths := logspace(dir, "lasso_l1", 1e-3, 0.3, 64)
	lasso := argmin.Composite(func(w arr, _ arr) arr {
		return a.MatMul(w).Sub(b).Square().Mean().Scale(0.5)
	}, func(w arr, l1 arr, step arr) arr {
		return w.Sign().Mul(num.Maximum(w.Abs().Sub(l1.Mul(step)), num.Scalar(0)))
	}, argmin.ProximalGradient{}, argmin.Options{Tol: 1e-8, MaxIter: 5000})
	many := num.Jit(num.Vmap(func(l1 arr) arr { return lasso.Argmin(num.Zeros(50), l1) }))
	return func(ctx context.Context) (arr, error) { return fetched(many.CallContext(ctx, strengths)) }
}

// logspace is n numbers from lo to hi, evenly spaced in their logarithms.
func logspace(dir, name string, lo, hi float64, n int) arr {
	x := make([]float64, n)
	for i := range x {
		x[i] = lo * math.Pow(hi/lo, float64(i)/float64(n-1))
	}
	return write(dir, name, x, n)
}

// constrained1000 are a thousand nearest points, in a norm of powers two and four, of the part of a simplex within a ball.
func constrained1000(m argmin.ConstrainedMethod) func(dir string) func(context.Context) (arr, error) {
	return func(dir string) func(context.Context) (arr, error) {
		const many, n = 1000, 5
		targets := newSource(dir).normal("constrained_targets", 0.5, many, n)
		solver := argmin.Constrained(func(x, t arr) arr {
			d := x.Sub(t).Square()
			return d.Sum().Add(d.Square().Sum().Scale(0.1))
		}, argmin.Constraints[arr, arr]{
			Equal:   func(x, _ arr) any { return x.Sum().AddScalar(-1) },
			Between: func(x, _ arr) any { return x.Dot(x) },
			Limits:  func(arr) (lo, hi any) { return num.Scalar(math.Inf(-1)), num.Scalar(0.5) },
			Bounds:  func(arr) (lo, hi arr) { return num.Scalar(0), num.Scalar(math.Inf(1)) },
		}, m, argmin.Options{})
		start := argmin.KKT[arr]{X: num.Full(num.Float64, 0.2, n)}
		all := num.Jit(num.Vmap(func(t arr) arr { return solver.Argmin(start, t).X }))
		return func(ctx context.Context) (arr, error) { return fetched(all.CallContext(ctx, targets)) }
	}
}

// fits1000 are a thousand fits of an exponential to 20 points with noise.
func fits1000(dir string) func(context.Context) (arr, error) {
	const many, points = 1000, 20
	s := newSource(dir)
	x := num.Linspace(0, 4, points)
	p := s.normal("fits_p", 0.2, many, 2).Add(num.Vector(2, 1))
	curve := func(p arr) arr { return p.At(1).Mul(x).Neg().Exp().Mul(p.At(0)) }
	y := write(dir, "fits_y", num.Vmap(curve)(p).Add(s.normal("fits_noise", 0.02, many, points)).Float64s(), many, points)
	solver := argmin.LeastSquares(func(p, y arr) arr { return curve(p).Sub(y) }, argmin.LevenbergMarquardt{Linear: argmin.DampedCholesky{}}, argmin.Options{})
	all := num.Jit(num.Vmap(func(y arr) arr { return solver.Argmin(num.Ones(2), y) }))
	return func(ctx context.Context) (arr, error) { return fetched(all.CallContext(ctx, y)) }
}

// rosen1000 are a thousand solves of Rosenbrock's function of ten variables from different starts.
func rosen1000(m argmin.SmoothMethod) func(dir string) func(context.Context) (arr, error) {
	return func(dir string) func(context.Context) (arr, error) {
		starts := newSource(dir).normal("rosen1000", 0.3, 1000, 10)
		solver := argmin.Minimize(rosen, m, argmin.Options{Tol: 1e-6})
		all := num.Jit(num.Vmap(func(x arr) arr { return solver.Argmin(x.AddScalar(-1.2), struct{}{}) }))
		return func(ctx context.Context) (arr, error) { return fetched(all.CallContext(ctx, starts)) }
	}
}

// scalars10000 are ten thousand minima of functions of one variable.
func scalars10000(dir string) func(context.Context) (arr, error) {
	a := newSource(dir).normal("scalars", 1, 10_000)
	solver := argmin.Minimize(func(x, a arr) arr { return x.Cosh().Sub(a.Mul(x)) }, argmin.BFGS{}, argmin.Options{Tol: 1e-8})
	all := num.Jit(num.Vmap(func(a arr) arr { return solver.Argmin(num.Scalar(0), a) }))
	return func(ctx context.Context) (arr, error) { return fetched(all.CallContext(ctx, a)) }
}
