package door

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/num"
)

// differences are the options of finite differences that several kinds have.
type differences struct {
	Scheme    string  `json:"scheme"`
	Workers   int     `json:"workers"`
	FuncError float64 `json:"func_error"`
}

func (d differences) of(r *request) finite.Differences {
	return finite.Differences{Scheme: d.Scheme, Workers: d.Workers, FuncError: d.FuncError,
		RelStep: r.vector("rel_step"), AbsStep: r.vector("abs_step")}
}

// minimizeOptions are the options of the kind "minimize".
type minimizeOptions struct {
	methodOptions
	NoVerification bool `json:"no_verification"`
	Constraints    []struct {
		KeepFeasible bool `json:"keep_feasible"`
	} `json:"constraints"` // one for each constraint
	differences
}

// solveMinimize is minimize.Minimize. Arrays: x0, lower, upper, scale, rel_step, abs_step, and A, lower and upper of each
// constraint, as in "constraints.0.A". Functions, with the lengths of their arguments and values for n variables and m values of a
// constraint: fun (n → 1), grad (n → n), fun_grad (n → 1, n), hess (n → n²), hessp (n, n → n), complex (real and
// imaginary parts, n, n → 1, 1, for complex steps), constraints.0.fun (n → m), .jac (n → m·n),
// .hess (n, m → n²), and callback (x, fun, gradient or nothing, [nit, nfev, njev, nhev, maxcv] →).
func solveMinimize(ctx context.Context, r *request) (Result, error) {
	var o minimizeOptions
	if err := r.options(&o); err != nil {
		return Result{}, err
	}
	m, err := method(o.methodOptions, minimize.MethodByName)
	if err != nil {
		return Result{}, err
	}
	opt := minimize.Options{Method: m, Scale: r.vector("scale"), NoVerification: o.NoVerification, Tol: float64(o.Tol), Differences: o.of(r)}
	opt.Checkpoint = o.Checkpoint
	x0 := r.vector("x0")
	if lower, upper := r.vector("lower"), r.vector("upper"); lower != nil || upper != nil {
		opt.Bounds = &minimize.Bounds{Lower: lower, Upper: upper}
	}
	for k, c := range o.Constraints {
		q, err := r.constraint(fmt.Sprintf("constraints.%d.", k), len(x0))
		if err != nil {
			return Result{}, err
		}
		q.KeepFeasible = c.KeepFeasible
		opt.Constraints = append(opt.Constraints, q)
	}
	if f := r.function("callback"); f != nil {
		opt.Callback = func(m minimize.Result) error {
			counts := []float64{float64(m.NIter), float64(m.NFev), float64(m.NJev), float64(m.NHev), m.MaxCV}
			return f([][]float64{m.X, {m.Fun}, m.Jac, counts}, nil)
		}
	}
	p := r.objective()
	if err := r.unknown(); err != nil {
		return Result{}, err
	}
	q, err := minimize.Minimize(ctx, p, x0, opt)
	return minimized(q, opt), err
}

// objective is the problem of the functions.
func (r *request) objective() (p minimize.Problem) {
	if f := r.function("fun"); f != nil {
		p.Func = func(x []float64) float64 {
			return f.number(x, nil)
		}
	}
	if f := r.function("fun_grad"); f != nil {
		p.FuncGrad = func(x, g []float64) float64 {
			return f.number(x, g)
		}
	}
	if f := r.function("grad"); f != nil {
		p.Grad = func(x, g []float64) { f.call([][]float64{x}, [][]float64{g}) }
	}
	if f := r.function("hess"); f != nil {
		p.Hess = func(x []float64, h *mat.SymDense) { f.symmetric([][]float64{x}, h) }
	}
	if f := r.function("hessp"); f != nil {
		p.HessP = func(x, p, hp []float64) { f.call([][]float64{x, p}, [][]float64{hp}) }
	}
	if f := r.function("complex"); f != nil {
		p.Complex = func(z []complex128) complex128 { return f.complex(z, 1)[0] }
	}
	return p
}

// lists are those of the vectors of a call. Calls take them from idleLists, as a search makes many and short ones.
type lists struct {
	in    [1][]float64
	out   [2][]float64
	value [1]float64
}

var idleLists = sync.Pool{New: func() any { return new(lists) }}

// number is the number that f sets at x; f sets g too, unless it is nil.
func (f Function) number(x, g []float64) float64 {
	l := idleLists.Get().(*lists)
	l.in[0], l.out[0], l.out[1] = x, l.value[:], g
	out := l.out[:1]
	if g != nil {
		out = l.out[:]
	}
	f.call(l.in[:], out)
	v := l.value[0]
	l.in[0], l.out[1] = nil, nil
	idleLists.Put(l)
	return v
}

// complex are the m values at complex arguments of a function that takes real and imaginary parts apart, and sets them apart.
func (f Function) complex(z []complex128, m int) []complex128 {
	re, im := make([]float64, len(z)), make([]float64, len(z))
	for i, v := range z {
		re[i], im[i] = real(v), imag(v)
	}
	toRe, toIm := make([]float64, m), make([]float64, m)
	f.call([][]float64{re, im}, [][]float64{toRe, toIm})
	values := make([]complex128, m)
	for i := range values {
		values[i] = complex(toRe[i], toIm[i])
	}
	return values
}

// symmetric sets h to the symmetric part of the matrix that f sets.
func (f Function) symmetric(in [][]float64, h *mat.SymDense) {
	n := h.SymmetricDim()
	full := make([]float64, n*n)
	f.call(in, [][]float64{full})
	for i := range n {
		for j := i; j < n; j++ {
			h.SetSym(i, j, (full[i*n+j]+full[j*n+i])/2)
		}
	}
}

// constraint is the constraint whose names begin so.
func (r *request) constraint(prefix string, n int) (c minimize.Constraint, err error) {
	c.Lower, c.Upper = r.vector(prefix+"lower"), r.vector(prefix+"upper")
	if a := r.vector(prefix + "A"); a != nil {
		if n == 0 || len(a)%n != 0 || len(a) == 0 {
			return c, fmt.Errorf("%sA has %d elements, want rows of %d", prefix, len(a), n)
		}
		c.A = mat.NewDense(len(a)/n, n, a)
	}
	if f := r.function(prefix + "fun"); f != nil {
		c.Func = func(x, v []float64) { f.call([][]float64{x}, [][]float64{v}) }
	}
	if f := r.function(prefix + "jac"); f != nil {
		c.Jac = func(x []float64, j *mat.Dense) { f.matrix([][]float64{x}, j) }
	}
	if f := r.function(prefix + "hess"); f != nil {
		c.Hess = func(x, v []float64, h *mat.SymDense) { f.symmetric([][]float64{x, v}, h) }
	}
	return c, nil
}

// matrix sets all of j, which f sets row by row.
func (f Function) matrix(in [][]float64, j *mat.Dense) {
	m, n := j.Dims()
	raw := j.RawMatrix()
	if raw.Stride == n {
		f.call(in, [][]float64{raw.Data[:m*n]})
		return
	}
	full := make([]float64, m*n)
	f.call(in, [][]float64{full})
	j.Copy(mat.NewDense(m, n, full))
}

// lagrangian are the methods that give multipliers, and how far they are from explaining the gradient.
var lagrangian = []string{"trust-constr", "SLSQP", "COBYLA", "COBYQA"}

// minimized is the result of a search of package minimize, by SciPy's names.
func minimized(m minimize.Result, opt minimize.Options) Result {
	r := Result{
		Info: map[string]any{
			"success": m.Success, "status": m.SciPyStatus, "reason": m.Status.String(), "message": m.Message,
			"nit": m.NIter, "nfev": m.NFev, "njev": m.NJev, "nhev": m.NHev, "nreplay": m.NReplay,
		},
		Arrays: map[string]num.Array{"fun": num.Scalar(m.Fun)},
	}
	name := ""
	if opt.Method != nil {
		name = opt.Method.Name()
	}
	if opt.Bounds != nil || len(opt.Constraints) > 0 {
		r.Arrays["maxcv"] = num.Scalar(m.MaxCV)
	}
	if name == "trust-constr" {
		r.Arrays["tr_radius"], r.Arrays["barrier_parameter"] = num.Scalar(m.TrustRadius), num.Scalar(m.Barrier)
	}
	if name == "" || slices.Contains(lagrangian, name) {
		r.Arrays["optimality"] = num.Scalar(m.Optimality)
		r.vectors(map[string][]float64{"multipliers": m.Multipliers, "bound_multipliers": m.BoundMultipliers})
	}
	r.vectors(map[string][]float64{"x": m.X, "jac": m.Jac, "simplex_fun": m.SimplexFun})
	r.matrices(map[string][][]float64{"simplex": m.Simplex, "direc": m.Directions})
	for name, h := range map[string]*mat.SymDense{"hess": m.Hess, "hess_inv": m.HessInv} {
		if h != nil {
			n := h.SymmetricDim()
			r.Arrays[name] = num.New(mat.DenseCopyOf(h).RawMatrix().Data, n, n)
		}
	}
	return r
}

// matrices adds the matrices that are not empty to the arrays of a result.
func (r *Result) matrices(named map[string][][]float64) {
	for name, rows := range named {
		if len(rows) == 0 {
			continue
		}
		var all []float64
		for _, row := range rows {
			all = append(all, row...)
		}
		r.Arrays[name] = num.New(all, len(rows), len(rows[0]))
	}
}
