package trustconstr

import (
	"math"
	"testing"
)

// TestQuasiNewton compares with SciPy 1.17.1's BFGS and SR1 objects after initialize(2,
// "hess") and two calls of update.
func TestQuasiNewton(t *testing.T) {
	skip, damp, sr1 := QuasiNewton{}, QuasiNewton{ExceptionStrategy: "damp_update"}, QuasiNewton{HessianUpdate: "SR1"}
	for _, c := range []struct {
		how         QuasiNewton
		y           []float64
		first, then []float64 // B₀₀, B₀₁, B₁₁
	}{
		{skip, []float64{2, 1}, []float64{2, 0, 2}, []float64{4, 2, 2}},
		{skip, []float64{-2, 1}, []float64{10. / 3, 0, 10. / 3}, []float64{4.266666666666667, 2.5333333333333337, 3.066666666666667}},
		{skip, []float64{0, 0}, nil, []float64{4.4, 2.8000000000000003, 3.6000000000000005}},
		{skip, []float64{1e-12, 1}, []float64{0.39999999999919994, -0.7999999999964, 3.5999999999928}, []float64{3.695238095238377, 1.3904761904767526, 0.7809523809535056}},
		{damp, []float64{2, 1}, []float64{2, 0, 2}, []float64{4, 2, 2}},
		{damp, []float64{-2, 1}, []float64{0.7128027681660893, -1.033448673587083, 4.615916955017302}, []float64{3.7915556439318623, 1.5831112878637228, 1.1662225757274465}},
		{sr1, []float64{2, 1}, []float64{2, 0, 2}, []float64{2, 0, 2}},
		{sr1, []float64{-2, 1}, []float64{-1.686274509803922, -0.627450980392157, 3.2549019607843137}, []float64{5.2785714285714285, 4.557142857142857, 7.114285714285714}},
		{sr1, []float64{0, 0}, nil, []float64{3.6, 1.2000000000000002, 0.39999999999999947}},
		{sr1, []float64{1e-12, 1}, []float64{2.5002224223906613e-24, 1.999955756560757e-12, 1.999999999996}, []float64{4.49999999999625, 2.9999999999924998, 3.999999999985}},
	} {
		k := c.how.start(2)
		check := func(when string, want []float64) {
			for i, v := range want {
				if got := k.b.At(i/2, (i+1)/2); math.Abs(got-v) > 1e-9 {
					t.Errorf("%+v, %v, %s: B is %v, want %v", c.how, c.y, when, k.b.RawSymmetric().Data, want)
					return
				}
			}
		}
		k.update([]float64{1, 0.5}, c.y)
		check("first", c.first)
		k.update([]float64{1, -0.5}, []float64{3, 1})
		check("then", c.then)
	}
}

func TestQuasiNewtonOptions(t *testing.T) {
	k := QuasiNewton{InitScale: 3}.start(2)
	if k.update([]float64{1, 0}, []float64{-1, 0}); k.b.At(0, 0) != 3 || k.b.At(1, 1) != 3 || k.b.At(0, 1) != 0 {
		t.Errorf("InitScale 3 and an update skipped: %v", k.b.RawSymmetric().Data)
	}
	k = QuasiNewton{InitScale: 1, MinCurvature: 0.5}.start(1)
	k.update([]float64{1}, []float64{0.4})
	if k.b.At(0, 0) != 1 {
		t.Errorf("curvature below MinCurvature: %g", k.b.At(0, 0))
	}
	k.update([]float64{1}, []float64{0.6})
	if v := k.b.At(0, 0); math.Abs(v-0.6) > 1e-15 {
		t.Errorf("curvature above MinCurvature: %g", v)
	}
	k = QuasiNewton{HessianUpdate: "SR1", InitScale: 1, MinDenominator: 0.9}.start(2)
	k.update([]float64{1, 0}, []float64{2, 1}) // (y - Bs)ᵀs = 1 of √2
	if k.b.At(0, 0) != 1 {
		t.Errorf("denominator below MinDenominator: %v", k.b.RawSymmetric().Data)
	}
	k = QuasiNewton{}.start(1)
	k.update([]float64{1}, []float64{0}) // of a linear function
	if k.b.At(0, 0) != 0 {
		t.Errorf("no curvature: %g", k.b.At(0, 0))
	}
	k.update([]float64{1}, []float64{math.NaN()})
	k.update([]float64{0}, []float64{1})
	if k.b.At(0, 0) != 0 {
		t.Errorf("after updates that say nothing: %g", k.b.At(0, 0))
	}
	for _, q := range []QuasiNewton{
		{HessianUpdate: "DFP"}, {ExceptionStrategy: "wait"}, {MinCurvature: 1}, {MinCurvature: math.NaN()},
		{MinDenominator: 2}, {InitScale: -1}, {InitScale: math.Inf(1)},
	} {
		if q.check() == nil {
			t.Errorf("%+v is taken", q)
		}
	}
}

// TestSkippedUpdates has a step along which the function is linear, in steep and flat variables: the first scale of B
// is far too large for it, and after two updates that are skipped B falls along the step.
func TestSkippedUpdates(t *testing.T) {
	k := QuasiNewton{}.start(2)
	k.update([]float64{1, 0}, []float64{1e5, 0})
	for i := range 20 {
		k.update([]float64{0, 1}, []float64{0, -0.1 * float64(i%2)})
		if b := k.b.At(1, 1); i < 2 && b != 1e5 {
			t.Errorf("B is %g after %d updates", b, i+1)
		}
	}
	if b := k.b.At(1, 1); b > 1 || k.b.At(0, 0) != 1e5 {
		t.Errorf("B is %v", k.b.RawSymmetric().Data)
	}
}
