package special

import (
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// A fit of a square root from the identity, where all eigenvalues are equal: with exact derivatives it
// converges, and through eigenvectors it says that there are none, instead of "converged" at the start.
func TestFitFromTheIdentity(t *testing.T) {
	target := num.New([]float64{1, .5, .5, 1}, 2, 2)
	fit := func(root func(a array) array) argmin.Result[array] {
		s := argmin.Minimize(func(a array, _ struct{}) array { return root(a).Sub(target).Square().Sum() }, argmin.LBFGS{}, argmin.Options{})
		r, err := s.Run(num.Eye(2), struct{}{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := fit(num.Sqrtm)
	if e := apart(r.Params, num.New([]float64{1.25, 1, 1, 1.25}, 2, 2), 1); r.State.Status() != status.Converged || e > 1e-6 {
		t.Errorf("Sqrtm: %v at %v", r.State.Status(), r.Params)
	}
	r = fit(func(a array) array { w, v := num.Eigh(a); return v.Mul(w.Sqrt()).MatMul(v.T()) })
	if r.State.Status() == status.Converged {
		t.Errorf("through eigenvectors: %v at %v", r.State.Status(), r.Params)
	}
}

// The square of a norm has no second derivative at 0 as it is written; an implicit derivative that needs
// it is an error, and with a sum of squares it is right.
func TestImplicitDerivativeThroughNormAtZero(t *testing.T) {
	slope := func(square func(w array) array) (array, error) {
		s := argmin.Minimize(func(w, d array) array {
			return w.Sub(d).Square().Sum().Scale(0.5).Add(square(w).Scale(1.5))
		}, argmin.LBFGS{}, argmin.Options{})
		return num.Try(func() array {
			return num.JacobianFwd(func(d array) array { return s.Argmin(num.Zeros(2), d) })(num.Zeros(2))
		})
	}
	if j, err := slope(func(w array) array { return w.Square().Sum() }); err != nil || apart(j, num.Eye(2), 0.25) > 1e-9 {
		t.Errorf("sum of squares: %v, %v", j, err)
	}
	if j, err := slope(func(w array) array { return num.Norm(w).Square() }); err == nil {
		t.Errorf("square of the norm: %v without an error", j)
	}
}
