package num_test

import (
	"math"
	"testing"

	"github.com/argmin-go/argmin/num"
)

func TestStableFunctions(t *testing.T) {
	big := num.Vector(1000, 1001, 999)
	lse := 1001 + math.Log(1+math.Exp(-1)+math.Exp(-2))
	near(t, "LogSumExp", big.LogSumExp(), num.Scalar(lse), 1e-15)
	inf := num.Vector(math.Inf(-1), math.Inf(-1))
	if got := inf.LogSumExp().Item(); !math.IsInf(got, -1) {
		t.Errorf("LogSumExp of nothing is %v", got)
	}
	near(t, "gradient", num.Grad(func(x A) A { return x.LogSumExp() })(big), big.Softmax(), 1e-15)
	near(t, "LogSoftmax", num.Vector(0, -2000).LogSoftmax(), num.Vector(0, -2000), 0)
	masked := num.Vector(1, math.Inf(-1), 2)
	near(t, "masked", num.Grad(func(x A) A { return x.LogSumExp() })(masked).At(1), num.Scalar(0), 0)
	near(t, "Softplus", num.Vector(-800, 0, 800).Softplus(), num.Vector(0, math.Ln2, 800), 1e-15)
	near(t, "LogExpit", num.Vector(-800, 0).LogExpit(), num.Vector(-800, -math.Ln2), 1e-15)
	near(t, "LogNdtr slope far out", num.Grad(num.Array.LogNdtr)(num.Scalar(-50)), num.Scalar(50.01998403190564), 1e-12)
	near(t, "Var", num.Vector(1, 2, 3, 4).Var(), num.Scalar(1.25), 1e-15)
	m := num.New([]float64{1, 2, 3, 5}, 2, 2)
	near(t, "Std of rows", m.Std(1), num.Vector(0.5, 1), 1e-15)
	near(t, "Lgamma'", num.Grad(num.Array.Lgamma)(num.Scalar(1)), num.Scalar(-0.57721566490153286), 1e-14)
	near(t, "Lgamma'''", num.Grad(num.Grad(num.Grad(num.Array.Lgamma)))(num.Scalar(1)), num.Scalar(-2*1.2020569031595942), 1e-13)
}
