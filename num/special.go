package num

import (
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Erf is the error function 2/√π ∫₀ᵃ exp(-t²) dt: ±1 at ±Inf.
func (a Array) Erf() Array { return wrap(prim.Erf(a.value())) }

// Erfc is 1 - erf(a) without cancellation: 2 at -Inf and 0 at +Inf.
func (a Array) Erfc() Array { return wrap(prim.Erfc(a.value())) }

// Erfinv is the inverse of [Array.Erf]: ±Inf at ±1 and NaN outside of [-1, 1].
func (a Array) Erfinv() Array { return wrap(prim.Erfinv(a.value())) }

// Lgamma is log |Γ(a)|: +Inf at 0, -1, -2, …, where its derivative is NaN, and at ±Inf.
func (a Array) Lgamma() Array { return wrap(prim.Lgamma(a.value())) }

// Digamma is the derivative of log Γ(a): NaN at 0, -1, -2, ….
func (a Array) Digamma() Array { return wrap(prim.Digamma(a.value())) }

// Polygamma is the derivative of order n ≥ 0 of [Array.Digamma], element by element:
// infinite or NaN at 0, -1, -2, ….
func (a Array) Polygamma(n int) Array {
	switch {
	case n < 0:
		ir.Throw(ir.Errorf(ir.ArgumentError, "num.Polygamma", "order is %d, want 0 or more", n))
	case n == 0:
		return a.Digamma()
	}
	return wrap(prim.Polygamma(n, a.value()))
}

// Expit is the logistic function 1/(1 + e⁻ᵃ): 0 at -Inf and 1 at +Inf.
func (a Array) Expit() Array { return wrap(prim.Logistic(a.value())) }

// Logit is log(a / (1-a)), the inverse of [Array.Expit]: -Inf at 0, +Inf at 1 and NaN outside of [0, 1].
func (a Array) Logit() Array { return wrap(prim.Logit(a.value())) }

// Softplus is log(1 + eᵃ) without overflow: 0 at -Inf.
func (a Array) Softplus() Array { return wrap(prim.Softplus(a.value())) }

// LogExpit is the logarithm of [Array.Expit] without underflow.
func (a Array) LogExpit() Array { return a.Neg().Softplus().Neg() }

// LogNdtr is the logarithm of the standard normal distribution function, accurate also
// far in its lower tail.
func (a Array) LogNdtr() Array { return wrap(prim.LogNdtr(a.value())) }
