package door

import (
	"context"

	"github.com/argmin-go/argmin/minimize/scalar"
	"github.com/argmin-go/argmin/num"
)

// one is the function of a name as a function of one number, nil if it is not given.
func (r *request) one(name string) func(float64) float64 {
	f := r.function(name)
	if f == nil {
		return nil
	}
	return func(x float64) float64 {
		y := []float64{0}
		f.call([][]float64{{x}}, [][]float64{y})
		return y[0]
	}
}

// solveMinimizeScalar is scalar.Minimize. Arrays: bracket, bounds. Functions: fun (1 → 1).
func solveMinimizeScalar(ctx context.Context, r *request) (Result, error) {
	var o methodOptions
	if err := r.options(&o); err != nil {
		return Result{}, err
	}
	m, err := method(o, scalar.MethodByName)
	if err != nil {
		return Result{}, err
	}
	opt := scalar.Options{Method: m, Bracket: r.vector("bracket"), Bounds: r.vector("bounds"), Tol: float64(o.Tol)}
	f := r.one("fun")
	if err := r.unknown(); err != nil {
		return Result{}, err
	}
	q, err := scalar.Minimize(ctx, f, opt)
	return Result{
		Info: map[string]any{"success": q.Success, "status": q.SciPyStatus, "reason": q.Status.String(), "message": q.Message,
			"nit": q.NIter, "nfev": q.NFev},
		Arrays: map[string]num.Array{"x": num.Scalar(q.X), "fun": num.Scalar(q.Fun)},
	}, err
}

// solveRootScalar is scalar.Root. Arrays: bracket, x0, x1 (numbers). Functions: fun, fprime, fprime2 (1 → 1).
func solveRootScalar(ctx context.Context, r *request) (Result, error) {
	var o methodOptions
	if err := r.options(&o); err != nil {
		return Result{}, err
	}
	m, err := method(o, scalar.RootMethodByName)
	if err != nil {
		return Result{}, err
	}
	point := func(name string) *float64 {
		if v := r.vector(name); len(v) > 0 {
			return &v[0]
		}
		return nil
	}
	opt := scalar.RootOptions{Method: m, Bracket: r.vector("bracket"), X0: point("x0"), X1: point("x1"),
		FPrime: r.one("fprime"), FPrime2: r.one("fprime2")}
	f := r.one("fun")
	if err := r.unknown(); err != nil {
		return Result{}, err
	}
	q, err := scalar.Root(ctx, f, opt)
	return Result{
		Info: map[string]any{"success": q.Success, "reason": q.Status.String(), "message": q.Message,
			"nit": q.NIter, "nfev": q.NFev},
		Arrays: map[string]num.Array{"x": num.Scalar(q.X)},
	}, err
}

// solveBracket is scalar.Bracket. Arrays: xa, xb (numbers). Functions: fun (1 → 1).
func solveBracket(ctx context.Context, r *request) (Result, error) {
	var o struct {
		GrowLimit float64 `json:"grow_limit"`
		MaxIter   int     `json:"maxiter"`
	}
	if err := r.options(&o); err != nil {
		return Result{}, err
	}
	at := func(name string, d float64) float64 {
		if v := r.vector(name); len(v) > 0 {
			return v[0]
		}
		return d
	}
	xa, xb, f := at("xa", 0), at("xb", 1), r.one("fun")
	if err := r.unknown(); err != nil {
		return Result{}, err
	}
	b, err := scalar.Bracket(ctx, f, xa, xb, scalar.BracketOptions{GrowLimit: o.GrowLimit, MaxIter: o.MaxIter})
	res := Result{Info: map[string]any{"nfev": b.NFev}, Arrays: map[string]num.Array{}}
	for name, v := range map[string]float64{"xa": b.XA, "xb": b.XB, "xc": b.XC, "fa": b.FA, "fb": b.FB, "fc": b.FC} {
		res.Arrays[name] = num.Scalar(v)
	}
	return res, err
}
