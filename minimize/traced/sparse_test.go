package traced_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/leastsq"
	. "github.com/argmin-go/argmin/minimize/traced"
	"github.com/argmin-go/argmin/num"
)

// chained are residuals of which each has two parameters.
func chained(x, y A) A {
	n := x.Size()
	return num.Concat(0, x.Add(x.Square().Mul(x).Scale(0.1)).Sub(y), x.Range(1, n).Sub(x.Range(0, n-1)).Scale(3))
}

// A large sparse Jacobian is given to the methods by its entries: TRF keeps it so, LM spreads it, and the answer is one, with its derivative.
func TestSparseLeastSquares(t *testing.T) {
	const n = 600
	y := num.Arange(num.Float64, 0, n).Scale(0.03).Sin().Scale(2)
	r, err := LeastSquares(chained, LeastSquaresOptions[A, A]{GTol: 1e-10, FTol: 1e-14, XTol: 1e-14}).Run(num.Zeros(n), y)
	if err != nil || !r.Success || r.Jac != nil || len(r.JacSparse) != 2*n-1 {
		t.Fatalf("%v, %v; %d sparse rows", r.Result.Message, err, len(r.JacSparse))
	}
	g := num.Grad(func(x A) A { return chained(x, y).Square().Sum() })(r.Params)
	if e := g.Abs().Max().Item(); e > 1e-6 {
		t.Errorf("a gradient of %g is left", e)
	}
	const few = 210
	y = y.Range(0, few)
	start := num.Zeros(few)
	opt := LeastSquaresOptions[A, A]{GTol: 1e-10, FTol: 1e-14, XTol: 1e-14}
	s := LeastSquares(chained, opt)
	fit := func(k A) A { return s.Argmin(start, y.Mul(k)).Square().Sum() }
	const h = 1e-4
	got, want := num.Grad(fit)(num.Scalar(1)).Item(), (fit(num.Scalar(1+h)).Item()-fit(num.Scalar(1-h)).Item())/(2*h)
	if math.Abs(got-want) > 1e-5*math.Abs(want) {
		t.Errorf("derivative %v, differences give %v", got, want)
	}
	for what, m := range map[string]leastsq.Method{"dogbox": leastsq.Dogbox{}, "lm": leastsq.LM{}} {
		opt.Method = m
		r, err := LeastSquares(chained, opt).Run(start, y)
		if d := r.Params.Sub(s.Argmin(start, y)).Abs().Max().Item(); err != nil || d > 1e-6 {
			t.Errorf("%s: %v, %g apart", what, err, d)
		}
	}
}

// A large sparse Hessian takes few products for methods that need all of it.
func TestSparseHessian(t *testing.T) {
	const n = 300
	y := num.Arange(num.Float64, 0, n).Scale(0.03).Sin().Scale(2)
	sum := func(x, y A) A { return chained(x, y).Square().Sum() }
	full := func(x, y A) A { return sum(x, y).Add(x.Sum().Square().Scale(0.01)) }
	for what, f := range map[string]func(x, y A) A{"sparse": sum, "full": full} {
		want, err := Minimize(f, Options[A, A]{Method: minimize.BFGS{GTol: 1e-9}}).Run(num.Zeros(n), y)
		r, err2 := Minimize(f, Options[A, A]{Method: minimize.TrustExact{GTol: 1e-9}}).Run(num.Zeros(n), y)
		if err != nil || err2 != nil || !r.Success || r.Params.Sub(want.Params).Abs().Max().Item() > 1e-6 {
			t.Errorf("%s: %v, %v, %v", what, r.Message, err, err2)
		}
	}
}
