package argmin

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// Fit is the statistics of fitted parameters, by the linear approximation of the model at the fit. It is a tree of arrays: [Statistics]
// may be called inside of other functions, which num.Grad differentiates and num.Vmap batches.
//
// Vectors and matrices have the parameters in the order of num.Ravel.
type Fit[P any] struct {
	Params P // the parameters
	// StdErr has their standard errors: NaN for what the residuals do not determine, 0 for what a bound holds.
	StdErr      P
	Covariance  num.Array // of the parameters, (JᵀJ)⁻¹ times Sigma², [n, n]
	Correlation num.Array // of the parameters, [n, n]
	// Sigma is the standard deviation of a residual, √(ChiSquare/DegreesOfFreedom), or 1 where it is known: see FitOptions.
	Sigma            num.Array
	ChiSquare        num.Array // Σ r², with a loss twice the value
	DegreesOfFreedom num.Array // residuals less parameters that are free, int32
	Rank             num.Array // of the Jacobian of the free parameters, int32
	// Condition is the condition number of the Jacobian with columns of length 1: rounding changes the standard errors by its
	// product with ε.
	Condition    num.Array
	Held         num.Array // which parameters a bound holds, bool, [n]
	Undetermined num.Array // which of the others the residuals do not determine, bool, [n]
	// Cosine is the error of LeastSquares at Params, without units: above 1e-3 they are not a minimum.
	Cosine num.Array

	Residuals int  // number of residuals
	Known     bool // the standard deviation of residuals is known
}

// FitOptions are the options of [Statistics].
type FitOptions struct {
	// AbsoluteSigma: residuals are in units of their known standard deviations, which is not estimated from their size; SciPy's
	// absolute_sigma. It is always so with a prior.
	AbsoluteSigma bool
}

// notMinimum is the cosine from which parameters are no minimum: that of minimize/leastsq, where right answers are known to reach 2e-4 and
// false ones 9e-4.
const notMinimum = 1e-3

// Statistics is the statistics of parameters that a solver of [LeastSquares] or [BoundedLeastSquares] has found for data, as
// SciPy's curve_fit and R's summary of nls have them:
//
//	r, err := solver.Run(start, data)
//	fit := argmin.Statistics(solver, r.Params, data, argmin.FitOptions{})
//	fmt.Println(fit, fit.Err())
//
// The covariance comes from the singular values of the Jacobian, so that it is as accurate as the Jacobian for parameters of any
// units. Parameters at an active bound count as known; those that the residuals do not determine, to rounding, have NaN. Derivatives
// with respect to parameters and data are exact.
//
// It costs one linearization, with n products at once, its QR decomposition, 4mn², and singular values, about 20n³.
func Statistics[P, D any](s *Solver[P, D], params P, data D, opt FitOptions) Fit[P] {
	const op = "Statistics"
	switch {
	case s == nil:
		throwf(op, "the solver is nil")
	case s.kind.squares == nil:
		s.mustCheck()
		throwf(op, "the solver is from %s, want one from LeastSquares or BoundedLeastSquares", s.kind.name)
	}
	s.mustCheck()
	checkParams(op, params)
	x, unravel := num.Ravel(params)
	p := &Problem{Options: s.opt, start: x}
	b := binding[P, D]{data, unravel}
	if s.kind.bind != nil {
		s.kind.bind(p, b)
	}
	s.kind.bindResidual(p, b)
	f := fitter{p: p, it: beginning(x), known: opt.AbsoluteSigma || s.kind.squares.prior != nil}
	f.linearize()
	covariance, sd := f.covariance()
	some := num.Where(sd.Gt(num.Const(0)), sd, num.Const(1))
	return Fit[P]{
		Params: params, StdErr: unravel(sd), Covariance: covariance, Correlation: covariance.Div(num.Outer(some, some)),
		Sigma: f.fit.Sigma, ChiSquare: f.fit.ChiSquare, DegreesOfFreedom: f.fit.DegreesOfFreedom, Rank: f.fit.Rank,
		Condition: f.fit.Condition, Held: f.fit.Held, Undetermined: f.fit.Undetermined, Cosine: f.fit.Cosine,
		Residuals: p.Residual.M, Known: f.known,
	}
}

// fitter computes statistics on raveled parameters.
type fitter struct {
	p     *Problem
	it    Iterate
	known bool      // the standard deviation of residuals is 1
	j     num.Array // Jacobian of the free parameters, 0 in columns of others
	norms num.Array
	fit   Fit[any]
}

// linearize finds the Jacobian, and which parameters are free.
func (f *fitter) linearize() {
	l := f.p.Residual.Expand(f.it.X)
	f.j = l.Dense()
	f.it.Value, f.it.Grad = l.Value, l.R.MatMul(f.j)
	f.norms = num.Norm(f.j, 0)
	f.fit.Cosine = f.p.squaresError(f.it, f.it.Grad, f.norms, roundedStalled)
	f.fit.Held = num.Full(num.Bool, 0, f.it.X.Size())
	if f.p.infeasible != nil {
		there := f.p.room(f.it).Eq(num.Const(0)).And(f.it.Grad.Ne(num.Const(0)))
		f.fit.Held = there.Or(f.p.Lower.Eq(f.p.Upper))
	}
	f.j = num.Where(f.fit.Held, num.Const(0), f.j)
	f.norms = num.Where(f.fit.Held, num.Const(0), f.norms)
}

// covariance is the covariance of the parameters and their standard deviations.
func (f *fitter) covariance() (covariance, sd num.Array) {
	m, n := f.p.Residual.M, f.p.Residual.N
	d := f.it.X.DType()
	scale := positive(f.norms).StopGradient()
	unit := f.j.Div(scale)
	// Of the matrix without derivatives: singular values and what they do not determine.
	_, s, vt := num.SVD(rectangle(unit.StopGradient()))
	held := f.fit.Held.AsType(num.Int32).Sum()
	zero := s.Le(s.Max().Scale(d.Eps() * float64(max(m, n))))
	f.fit.Rank = zero.Not().AsType(num.Int32).Sum()
	least := num.Where(zero, num.Const(math.Inf(1)), s).Min()
	free := num.Int(n).Sub(held)
	f.fit.Condition = num.Where(f.fit.Rank.Lt(free), num.Const(math.Inf(1)), s.Max().Div(positive(least)))
	// A parameter is determined if no direction that residuals do not see moves it: √ε is what is left of one that does not.
	seen := num.Where(zero.ExpandDims(1), num.Const(0), vt).Square().Sum(0)
	f.fit.Undetermined = seen.Lt(num.Const(1 - math.Sqrt(d.Eps()))).And(f.fit.Held.Not())

	f.fit.DegreesOfFreedom = num.Int(m).Sub(free)
	f.fit.ChiSquare = f.it.Value.Scale(2)
	f.fit.Sigma = num.Full(d, 1)
	if !f.known {
		some := f.fit.DegreesOfFreedom.Gt(num.Const(0))
		v := f.fit.ChiSquare.Div(num.Where(some, f.fit.DegreesOfFreedom, num.Int(1)).AsType(d))
		v = num.Where(v.Gt(num.Const(0)), v, num.Const(0))
		root := num.Where(v.Gt(num.Const(0)), num.Where(v.Gt(num.Const(0)), v, num.Const(1)).Sqrt(), num.Const(0))
		f.fit.Sigma = num.Where(some, root, num.Const(math.NaN()))
	}
	covariance = inverseGram(unit, 3).Div(num.Outer(scale, scale)).Mul(f.fit.Sigma.Square())
	nan := f.fit.Undetermined
	covariance = num.Where(nan.ExpandDims(0).Or(nan.ExpandDims(1)), num.Const(math.NaN()), covariance)
	v := num.Diag(covariance)
	on := v.Gt(num.Const(0))
	sd = num.Where(on, num.Where(on, v, num.Const(1)).Sqrt(), v)
	return covariance, sd
}

// rectangle is a matrix with the same singular values and right vectors, of as few rows as columns, or zeros below if it has fewer.
func rectangle(a num.Array) num.Array {
	m, n := a.Shape()[0], a.Shape()[1]
	if m > n {
		_, r := num.QR(a)
		return r
	}
	return a.Pad([]int{0, 0}, []int{n - m, 0})
}

// inverseGram is (AᵀA)⁺, from the singular values of A. Its derivative is that of matrices of the same rank (Golub & Pereyra, "The
// differentiation of pseudo-inverses", 1973), to as many orders as levels.
func inverseGram(a num.Array, levels int) num.Array {
	value := func(a num.Array) num.Array {
		m, n := a.Shape()[0], a.Shape()[1]
		_, s, vt := num.SVD(rectangle(a))
		zero := s.Le(s.Max().Scale(a.DType().Eps() * float64(max(m, n))))
		w := num.Where(zero.ExpandDims(1), num.Const(0), vt.Div(num.Where(zero, num.Const(1), s).ExpandDims(1)))
		return w.T().MatMul(w)
	}
	if levels == 0 {
		return value(a)
	}
	return num.CustomJVP(value, func(a, da num.Array) (num.Array, num.Array) {
		c := inverseGram(a, levels-1)
		half := a.T().MatMul(da)
		dm := half.Add(half.T())
		outside := num.Eye(a.Shape()[1]).AsType(a.DType()).Sub(a.T().MatMul(a.MatMul(c)))
		turn := outside.MatMul(dm).MatMul(c.MatMul(c))
		return c, turn.Add(turn.T()).Sub(c.MatMul(dm).MatMul(c))
	})(a)
}

// Err is nil if the statistics can be trusted. Otherwise it names what is wrong: parameters that the residuals do not
// determine, no degrees of freedom, or parameters that are not a minimum.
func (f Fit[P]) Err() error {
	names := names(f.Params)
	var of []string
	for i, u := range f.Undetermined.Float64s() {
		if u != 0 {
			of = append(of, names[i])
		}
	}
	switch {
	case !(f.Cosine.Item() <= notMinimum):
		return fmt.Errorf("argmin.Fit: the parameters are not a minimum: the largest cosine of the residuals with a column of their Jacobian is %.2g", f.Cosine.Item())
	case len(of) > 0:
		return fmt.Errorf("argmin.Fit: the residuals do not determine %s: their Jacobian has rank %v for %d parameters that are free; "+
			"fix some of them, or add a prior (WithPrior)", strings.Join(of, ", "), f.Rank, len(names)-count(f.Held))
	case math.IsNaN(f.Sigma.Item()):
		return fmt.Errorf("argmin.Fit: there are %d residuals for %d free parameters, so that the standard deviation of residuals is not known; "+
			"if it is, set FitOptions.AbsoluteSigma", f.Residuals, len(names)-count(f.Held))
	}
	return nil
}

func count(a num.Array) (n int) {
	for _, v := range a.Float64s() {
		if v != 0 {
			n++
		}
	}
	return n
}

// names are the names of the entries of parameters, such as .A[2]; a vector that is all of them has [2].
func names[P any](params P) (all []string) {
	paths := tree.Paths(params)
	for i, x := range tree.Leaves(params) {
		if x.Rank() == 0 {
			all = append(all, paths[i])
			continue
		}
		for k := range x.Size() {
			index := make([]string, x.Rank())
			for r := x.Rank() - 1; r >= 0; r-- {
				index[r] = fmt.Sprint(k % x.Shape()[r])
				k /= x.Shape()[r]
			}
			all = append(all, paths[i]+"["+strings.Join(index, ", ")+"]")
		}
	}
	return all
}

// String is the fit as a table, with a line for each parameter.
func (f Fit[P]) String() string {
	if f.Cosine == (num.Array{}) || f.Cosine.Traced() || f.Cosine.Rank() > 0 {
		return fmt.Sprintf("parameters %v, standard errors %v", f.Params, f.StdErr)
	}
	x, _ := num.Ravel(f.Params)
	sd, _ := num.Ravel(f.StdErr)
	held := f.Held.Float64s()
	all := names(f.Params)
	width := 0
	for _, n := range all {
		width = max(width, len([]rune(n)))
	}
	var b strings.Builder
	for i, v := range x.Float64s() {
		note := ""
		switch {
		case held[i] != 0:
			note = "  held by its bounds"
		case f.Undetermined.Float64s()[i] != 0:
			note = "  not determined"
		}
		line := fmt.Sprintf("%-*s  %12.6g ± %-10.3g%s", width, all[i], v, sd.Float64s()[i], note)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	fmt.Fprintf(&b, "σ %.4g, χ² %.6g, %v degrees of freedom", f.Sigma.Item(), f.ChiSquare.Item(), f.DegreesOfFreedom)
	return b.String()
}

// quantile is Student's t at which a two-sided interval has a level, for the degrees of freedom of the fit; normal where the standard
// deviation is known.
func (f Fit[P]) quantile(op string, level float64) num.Array {
	if !(level > 0 && level < 1) {
		throwf(op, "level is %v, want a number between 0 and 1", level)
	}
	x, _ := num.Ravel(f.Params)
	n, up := x.Size(), (1+level)/2
	// One for each number of parameters that bounds may hold.
	table := make([]float64, n+1)
	for held := range table {
		freedom := f.Residuals - n + held
		switch {
		case f.Known:
			table[held] = distuv.UnitNormal.Quantile(up)
		case freedom > 0:
			table[held] = distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(freedom)}.Quantile(up)
		default:
			table[held] = math.NaN()
		}
	}
	return num.New(table).AsType(x.DType()).Take(f.Held.AsType(num.Int32).Sum(), 0)
}

// Interval is the confidence interval of each parameter by itself: it has the true one with probability level, such as 0.95, if
// the model is linear enough there. It uses Student's t, or the normal distribution where the standard deviation of residuals is known.
func (f Fit[P]) Interval(level float64) (low, high P) {
	wide := tree.Scale(f.quantile("Fit.Interval", level), f.StdErr)
	return tree.Sub(f.Params, wide), tree.Add(f.Params, wide)
}

// Band is a curve, or anything else that follows from parameters, with its confidence band: at each point, the true curve is within
// half of value with probability level, if the model is linear enough there (Seber & Wild, "Nonlinear Regression", 1989, section 5.1). With
// prediction it is the band of a new observation, which has in addition the variance Sigma². Parameters that are not determined make half NaN.
// It costs n products with the derivative of the curve.
func Band[P, R any](f Fit[P], curve func(P) R, level float64, prediction bool) (value, half R) {
	x, unravel := num.Ravel(f.Params)
	value, along := num.Linearize(func(x num.Array) R { return curve(unravel(x)) }, x)
	j := num.Vmap(along)(num.Eye(x.Size()).AsType(x.DType())) // leaves of [n, …]
	t := f.quantile("Band", level)
	half = tree.Map(func(d num.Array) num.Array {
		flat := d.Reshape(x.Size(), d.Size()/max(x.Size(), 1))
		v := flat.Mul(f.Covariance.MatMul(flat)).Sum(0)
		if prediction {
			v = v.Add(f.Sigma.Square())
		}
		on := v.Gt(num.Const(0))
		v = num.Where(on, num.Where(on, v, num.Const(1)).Sqrt(), v)
		return v.Mul(t).Reshape(d.Shape()[1:]...)
	}, j)
	return value, half
}
