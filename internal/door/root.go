package door

import (
	"context"
	"reflect"
	"sync"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/root"
	"github.com/argmin-go/argmin/num"
)

// methodOptions are the options by which several kinds choose a method.
type methodOptions struct {
	Method        string         `json:"method"`
	MethodOptions map[string]any `json:"method_options"`
	Tol           Float          `json:"tol"`
	Checkpoint    string         `json:"checkpoint"`
}

// plainMethods are methods with their default options by methodKey. Searches do not change methods.
var plainMethods sync.Map

type methodKey struct {
	kind reflect.Type // of methods
	name string
}

// method is the method of a kind that is asked for, or its zero value, the default.
func method[M any](o methodOptions, byName func(string, map[string]any) (M, error)) (m M, err error) {
	if o.Method == "" {
		return m, nil
	}
	if len(o.MethodOptions) == 0 { // most searches: not found by reflection each time
		key := methodKey{reflect.TypeFor[M](), o.Method}
		if known, ok := plainMethods.Load(key); ok {
			return known.(M), nil
		}
		if m, err = byName(o.Method, nil); err == nil {
			plainMethods.Store(key, m)
		}
		return m, err
	}
	return byName(o.Method, number(o.MethodOptions).(map[string]any))
}

// solveRoot is root.Find. Arrays: x0, rel_step, abs_step, and a sparse Jacobian's rows as in [request.sparsity]. Functions: fun (n → n),
// jac (n → n²), complex (n, n → n, n), callback (x, F(x), [nit, nfev, njev] →).
func solveRoot(ctx context.Context, r *request) (Result, error) {
	var o struct {
		methodOptions
		differences
	}
	if err := r.options(&o); err != nil {
		return Result{}, err
	}
	m, err := method(o.methodOptions, root.MethodByName)
	if err != nil {
		return Result{}, err
	}
	opt := root.Options{Method: m, Tol: float64(o.Tol), Differences: o.of(r)}
	opt.Checkpoint = o.Checkpoint
	if f := r.function("callback"); f != nil {
		opt.Callback = func(q root.Result) error {
			return f([][]float64{q.X, q.Fun, {float64(q.NIter), float64(q.NFev), float64(q.NJev)}}, nil)
		}
	}
	x0 := r.vector("x0")
	var p root.Problem
	if p.Sparsity, err = r.sparsity(); err != nil {
		return Result{}, err
	}
	if f := r.function("fun"); f != nil {
		p.Func = func(x, v []float64) { f.call([][]float64{x}, [][]float64{v}) }
	}
	if f := r.function("jac"); f != nil {
		p.Jac = func(x []float64, j *mat.Dense) { f.matrix([][]float64{x}, j) }
	}
	if f := r.function("complex"); f != nil {
		p.Complex = func(z, v []complex128) { copy(v, f.complex(z, len(v))) }
	}
	if err := r.unknown(); err != nil {
		return Result{}, err
	}
	q, err := root.Find(ctx, p, x0, opt)
	res := Result{
		Info: map[string]any{"success": q.Success, "status": q.SciPyStatus, "reason": q.Status.String(), "message": q.Message,
			"nit": q.NIter, "nfev": q.NFev, "njev": q.NJev, "nreplay": q.NReplay},
		Arrays: map[string]num.Array{},
	}
	res.vectors(map[string][]float64{"x": q.X, "fun": q.Fun})
	if q.Jac != nil {
		m, n := q.Jac.Dims()
		res.Arrays["jac"] = num.New(mat.DenseCopyOf(q.Jac).RawMatrix().Data, m, n)
	}
	return res, err
}
