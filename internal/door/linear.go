package door

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/argmin-go/argmin/internal/suggest"
	"github.com/argmin-go/argmin/linsolve"
	"github.com/argmin-go/argmin/num"
)

// linearOptions are the options of the kind "linear".
type linearOptions struct {
	Method  string  `json:"method"` // one of linearMethods
	Tol     float64 `json:"tol"`
	MaxIter int     `json:"maxiter"`
	Ridge   float64 `json:"ridge"`
	Restart int     `json:"restart"` // of GMRES
}

// linearMethods are the methods of package linsolve by name.
var linearMethods = map[string]func(linearOptions, linsolve.Options) num.LinearSolver{
	"CG":       func(_ linearOptions, o linsolve.Options) num.LinearSolver { return linsolve.CG(o) },
	"MINRES":   func(_ linearOptions, o linsolve.Options) num.LinearSolver { return linsolve.MINRES(o) },
	"BiCGSTAB": func(_ linearOptions, o linsolve.Options) num.LinearSolver { return linsolve.BiCGSTAB(o) },
	"NormalCG": func(_ linearOptions, o linsolve.Options) num.LinearSolver { return linsolve.NormalCG(o) },
	"GMRES": func(l linearOptions, o linsolve.Options) num.LinearSolver {
		return linsolve.GMRES(linsolve.GMRESOptions{Options: o, Restart: l.Restart})
	},
}

// solveLinear solves A x = b by products with A. Arrays: b. Functions: matvec (n → n), and for NormalCG rmatvec (n → n), the product with
// the transpose. A system that is not solved to the tolerance is an error.
func solveLinear(_ context.Context, r *request) (Result, error) {
	var o linearOptions
	if err := r.options(&o); err != nil {
		return Result{}, err
	}
	b, product, transposed := r.vector("b"), r.function("matvec"), r.function("rmatvec")
	if err := r.unknown(); err != nil {
		return Result{}, err
	}
	method, ok := linearMethods[o.Method]
	names := slices.Sorted(maps.Keys(linearMethods))
	switch {
	case !ok:
		return Result{}, fmt.Errorf("linear has no method %q%s; the methods are %s", o.Method, suggest.Nearest(o.Method, names), strings.Join(names, ", "))
	case product == nil:
		return Result{}, fmt.Errorf("linear needs the function matvec")
	case o.Method == "NormalCG" && transposed == nil:
		return Result{}, fmt.Errorf("NormalCG needs the function rmatvec, the product with the transpose")
	}
	calls := 0
	host := func(f Function) func(num.Array) num.Array {
		return func(x num.Array) num.Array {
			return num.Callback(func(v num.Array) (num.Array, error) {
				calls++
				out := make([]float64, len(b))
				err := f([][]float64{v.Float64s()}, [][]float64{out})
				return num.New(out, len(out)), err
			}, x, x)
		}
	}
	matvec := host(product)
	if transposed != nil {
		back := host(transposed)
		forward := host(product)
		matvec = num.CustomVJP(forward, func(x num.Array) (num.Array, struct{}) { return forward(x), struct{}{} },
			func(_ struct{}, ct num.Array) num.Array { return back(ct) })
	}
	solver := method(o, linsolve.Options{Tol: o.Tol, MaxIter: o.MaxIter, Ridge: o.Ridge})
	x, err := num.Jit(func(b num.Array) num.Array { return solver(matvec, b) }).Call(num.New(b, len(b)))
	if err != nil {
		return Result{}, err
	}
	return Result{Info: map[string]any{"calls": calls}, Arrays: map[string]num.Array{"x": x}}, nil
}
