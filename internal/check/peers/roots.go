package peers

import (
	"context"
	"fmt"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/check/testproblems"
	"github.com/argmin-go/argmin/num"
)

// rootCases are 10⁵ roots in brackets and their gradient, against jaxopt's and optimistix's vmapped bisection; and Broyden's tridiagonal
// system of many sizes, against SciPy's hybr or krylov, jaxopt's Broyden and optimistix's Newton.
func rootCases() []benchCase {
	all := []benchCase{
		{name: "roots/bisection/run", repeat: 9, prepare: brackets(argmin.Bisection{}, func(s bracketSolver, z, th arr) func(arr) arr {
			return func(th arr) arr { return s.Argmin(z, th) }
		})},
		{name: "roots/chandrupatla/run", repeat: 9, prepare: brackets(argmin.Chandrupatla{}, func(s bracketSolver, z, th arr) func(arr) arr {
			return func(th arr) arr { return s.Argmin(z, th) }
		})},
		{name: "roots/chandrupatla/gradient", repeat: 9, prepare: brackets(argmin.Chandrupatla{}, func(s bracketSolver, z, th arr) func(arr) arr {
			return num.Grad(func(th arr) arr { return s.Argmin(z, th).Sum() })
		})},
		{name: "roots/optimistix/run", repeat: 9, prepare: brackets(argmin.Bisection{}, func(s bracketSolver, z, th arr) func(arr) arr {
			return func(th arr) arr { return s.Argmin(z, th) }
		})},
		{name: "roots/optimistix/gradient", repeat: 9, prepare: brackets(argmin.Bisection{}, func(s bracketSolver, z, th arr) func(arr) arr {
			return num.Grad(func(th arr) arr { return s.Argmin(z, th).Sum() })
		})},
		{name: "roots/bisection/vmap", repeat: 3, prepare: brackets(argmin.Bisection{}, func(s bracketSolver, z, th arr) func(arr) arr {
			return num.Vmap(func(th arr) arr { return s.Argmin(num.Scalar(0), th) })
		})},
		{name: "roots/chandrupatla/vmap", repeat: 3, prepare: brackets(argmin.Chandrupatla{}, func(s bracketSolver, z, th arr) func(arr) arr {
			return num.Vmap(func(th arr) arr { return s.Argmin(num.Scalar(0), th) })
		})},
	}
	for _, n := range []int{100, 1000, 10_000, 100_000, 1_000_000} {
		for name, m := range map[string]argmin.RootMethod{"scipy": nil, "broyden": argmin.Broyden{}, "optimistix": nil} {
			all = append(all, benchCase{name: fmt.Sprintf("roots/tridiagonal/%d/%s", n, name), repeat: 3, prepare: tridiagonal(n, m)})
		}
	}
	return all
}

type bracketSolver = *argmin.Solver[arr, arr]

// brackets are the roots of x³ + x = θ.
func brackets(m argmin.BracketMethod, make func(s bracketSolver, z, th arr) func(arr) arr) func(dir string) func(context.Context) (arr, error) {
	return func(string) func(context.Context) (arr, error) {
		const n = 100_000
		s := argmin.Bracketed(func(x, th arr) arr { return x.Square().Mul(x).Add(x).Sub(th) }, func(arr) (arr, arr) {
			return num.Scalar(0), num.Scalar(10)
		}, m, argmin.Options{Tol: 1e-12})
		th := num.Linspace(1, 9, n)
		f := num.Jit(make(s, num.Zeros(n), th))
		return func(ctx context.Context) (arr, error) { return fetched(f.CallContext(ctx, th)) }
	}
}

// tridiagonal is Broyden's system.
func tridiagonal(n int, m argmin.RootMethod) func(dir string) func(context.Context) (arr, error) {
	return func(string) func(context.Context) (arr, error) {
		s := argmin.Root(func(x arr, _ struct{}) arr { return testproblems.BroydenTridiagonal(x) }, m, argmin.Options{Tol: 1e-8})
		x0 := num.Full(num.Float64, -1, n)
		return func(ctx context.Context) (arr, error) {
			r, err := s.RunContext(ctx, x0, struct{}{})
			if err == nil {
				err = r.Err()
			}
			return fetched(r.Params, err)
		}
	}
}
