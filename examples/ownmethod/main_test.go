package main

import (
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

func near(t *testing.T, what string, got, want num.Array, tol float64) {
	t.Helper()
	if e := got.Sub(want).Abs().Max().Item(); !(e <= tol) {
		t.Errorf("%s = %v, want %v: off by %.1e", what, got, want, e)
	}
}

// Without a penalty the weights are the published ones of these data (Wikipedia, "Logistic
// regression"): the method converges on a problem that is worse conditioned, too.
func TestPublishedWeights(t *testing.T) {
	rprop := argmin.Custom[rpropState]{Name: "Rprop", Rule: Rprop{}.rule}
	result, err := solverOf(rprop).Run(num.Zeros(2), num.Scalar(0))
	if err != nil || result.State.Status() != status.Converged {
		t.Fatalf("%v, %v", result.State.Status(), err)
	}
	near(t, "weights", result.Params, num.Vector(-4.0777, 1.5046), 1e-4)
}

// Rprop and LBFGS agree in weights and derivatives, one by one and in a batch, and the
// derivatives agree with central differences.
func TestSameAsLBFGS(t *testing.T) {
	rprop := argmin.Custom[rpropState]{Name: "Rprop", Rule: Rprop{}.rule}
	path := func(m argmin.SmoothMethod) func(num.Array) num.Array {
		s := solverOf(m)
		return func(l2 num.Array) num.Array { return s.Argmin(num.Zeros(2), l2) }
	}
	own, ref := path(rprop), path(argmin.LBFGS{})
	strengths := num.Vector(0.01, 0.1, 1)
	batch, slopes := num.Vmap(own)(strengths), num.Vmap(num.JacobianRev(own))(strengths)
	for i := range strengths.Size() {
		l2 := strengths.At(i)
		near(t, "weights", own(l2), ref(l2), 1e-7)
		near(t, "weights in a batch", batch.At(i), ref(l2), 1e-7)
		slope := num.JacobianRev(own)(l2)
		near(t, "derivative", slope, num.JacobianRev(ref)(l2), 1e-5)
		near(t, "derivative in a batch", slopes.At(i), slope, 1e-8)
		h := 1e-5
		central := ref(l2.AddScalar(h)).Sub(ref(l2.AddScalar(-h))).Scale(0.5 / h)
		near(t, "derivative by differences", slope, central, 1e-3)
	}
}

// The state takes the dtype of the parameters.
func TestSinglePrecision(t *testing.T) {
	target := num.New([]float32{1, -20})
	square := func(x, target num.Array) num.Array { return x.Sub(target).Square().Sum() }
	rprop := argmin.Custom[rpropState]{Name: "Rprop", Rule: Rprop{}.rule}
	result, err := argmin.Minimize(square, rprop, argmin.Options{Tol: 1e-4}).Run(target.Scale(0), target)
	if err != nil || result.Err() != nil {
		t.Fatal(err, result.Err())
	}
	near(t, "x", result.Params, target, 1e-4)
}
