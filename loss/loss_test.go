package loss_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/argmin-go/argmin/loss"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
)

type A = num.Array

var scores = []float64{-30, -2, -1, -0.3, 0, 0.4, 1, 1.6, 40}

func apart(a, b A) float64 { return a.Sub(b).Abs().Max().Item() }

// elementwise are the losses of a label or target and a prediction, with their formulas.
var elementwise = map[string]struct {
	f    func(target, x A) A
	want func(target, x float64) float64
}{
	"Logistic":   {loss.Logistic, func(y, x float64) float64 { return math.Log1p(math.Exp(-(2*y - 1) * x)) }},
	"Hinge":      {loss.Hinge, func(y, x float64) float64 { return math.Max(0, 1-(2*y-1)*x) }},
	"Perceptron": {loss.Perceptron, func(y, x float64) float64 { return math.Max(0, -(2*y-1)*x) }},
	"Sparsemax": {loss.Sparsemax, func(y, x float64) float64 { // max over p of p·s - Ω(p), Ω = -p(1-p)
		s := -(2*y - 1) * x
		p := math.Min(math.Max((s+1)/2, 0), 1)
		return p*s + p*(1-p)
	}},
	"Squared": {loss.Squared, func(y, x float64) float64 { return (y - x) * (y - x) / 2 }},
	"Huber": {func(y, x A) A { return loss.Huber(y, x, 0.7) }, func(y, x float64) float64 {
		e := math.Abs(y - x)
		if e <= 0.7 {
			return e * e / 2
		}
		return 0.7 * (e - 0.35)
	}},
	"HuberOne": {func(y, x A) A { return loss.Huber(y, x, 1) }, func(y, x float64) float64 {
		return math.Max(0, math.Min(math.Abs(y-x), 1)) * (math.Abs(y-x) - math.Min(math.Abs(y-x), 1)/2)
	}},
	"HuberZero": {func(y, x A) A { return loss.Huber(y, x, 0) }, func(y, x float64) float64 { return 0 }},
	"Poisson":   {loss.Poisson, func(y, x float64) float64 { return math.Exp(x) - y*x }},
}

func TestElementwise(t *testing.T) {
	x := num.New(scores)
	for name, c := range elementwise {
		for _, label := range []float64{0, 1} {
			y := num.Full(num.Int32, label)
			if name == "Squared" || name == "Huber" || name == "HuberOne" || name == "HuberZero" {
				y = num.Scalar(label)
			}
			got := c.f(y, x).Float64s()
			for i, v := range scores {
				want := c.want(label, v)
				if math.IsInf(want, 0) {
					continue
				}
				if !(math.Abs(got[i]-want) <= 1e-12*(1+math.Abs(want))) {
					t.Errorf("%s(%g, %g) = %v, want %v", name, label, v, got[i], want)
				}
			}
			g := num.Grad(func(x A) A { return c.f(y, x).Sum() })(x).Float64s()
			for i, v := range scores {
				h := 1e-6
				fd := (c.want(label, v+h) - c.want(label, v-h)) / (2 * h)
				kink := math.Abs(math.Abs(v)-1) < 1e-9 || v == 0
				if !kink && math.Abs(v) < 20 && math.Abs(g[i]-fd) > 1e-8 {
					t.Errorf("derivative of %s(%g, ·) at %g is %v, want %v", name, label, v, g[i], fd)
				}
				if math.IsNaN(g[i]) || math.IsInf(g[i], 0) {
					t.Errorf("derivative of %s at %g is %v", name, v, g[i])
				}
			}
			if name != "Poisson" {
				single := c.f(y.AsType(num.Float32), x.AsType(num.Float32))
				if single.DType() != num.Float32 || apart(single.AsType(num.Float64), c.f(y, x)) > 1e-4 {
					t.Errorf("%s in float32: %v", name, single)
				}
			}
		}
	}
}

func TestSparseSigmoid(t *testing.T) {
	x := num.New(scores)
	if e := apart(num.Grad(func(x A) A { return loss.SparsePlus(x).Sum() })(x), loss.SparseSigmoid(x)); e > 0 {
		t.Errorf("the derivative of SparsePlus is off by %g", e)
	}
}

// The gradients are what the losses are known by: a prediction less the indicator.
func TestMulticlass(t *testing.T) {
	s := num.New([]float64{0.3, -1, 2, 5, 5.2, -3, 0, 0.1, 0.2, -700, 0, 700}, 4, 3)
	label := num.Vector(2, 1, 0, 2).AsType(num.Int32)
	hot := num.New([]float64{0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1}, 4, 3)
	argmax := func(s A) A {
		return num.Arange(num.Int32, 0, 3).Eq(s.ArgMax(-1).AsType(num.Int32).ExpandDims(-1)).AsType(num.Float64)
	}
	for name, c := range map[string]struct {
		f       func(label, s A) A
		predict func(s A) A
		own     func(s A) A // the loss, from the formula
	}{
		"logistic":   {loss.MulticlassLogistic, func(s A) A { return s.Softmax(-1) }, func(s A) A { return s.LogSumExp(-1).Sub(s.Mul(hot).Sum(-1)) }},
		"perceptron": {loss.MulticlassPerceptron, argmax, func(s A) A { return s.Max(-1).Sub(s.Mul(hot).Sum(-1)) }},
		"hinge":      {loss.MulticlassHinge, func(s A) A { return argmax(s.Sub(hot)) }, func(s A) A { return s.Sub(hot).AddScalar(1).Max(-1).Sub(s.Mul(hot).Sum(-1)) }},
		"sparsemax": {loss.MulticlassSparsemax, num.Vmap(func(s A) A { return projection.Simplex(s, 1) }), func(s A) A {
			p := num.Vmap(func(s A) A { return projection.Simplex(s, 1) })(s)
			return p.Mul(s).Sum(-1).Sub(p.Square().Sum(-1).Scale(0.5)).AddScalar(0.5).Sub(s.Mul(hot).Sum(-1))
		}},
	} {
		if e := apart(c.f(label, s), c.own(s)); !(e <= 1e-12) {
			t.Errorf("%s: %v, want %v", name, c.f(label, s), c.own(s))
		}
		if e := apart(num.Grad(func(s A) A { return c.f(label, s).Sum() })(s), c.predict(s).Sub(hot)); !(e <= 1e-12) {
			t.Errorf("%s: the gradient is off by %g", name, e)
		}
		batched := num.Vmap(func(i [2]A) A { return c.f(i[0], i[1]) })([2]A{label, s})
		if e := apart(batched, c.f(label, s)); e != 0 {
			t.Errorf("%s: a batch is off by %g", name, e)
		}
	}
	fy := loss.FenchelYoung(func(s A) A { return s.LogSumExp(-1) })
	if e := apart(fy(hot.At(0), s.At(0)), loss.MulticlassLogistic(label, s).At(0)); e > 1e-14 {
		t.Errorf("Fenchel–Young of log-sum-exp is not the logistic loss: %g", e)
	}
}

func TestBadInput(t *testing.T) {
	for name, f := range map[string]func() A{
		"label of another shape":     func() A { return loss.MulticlassLogistic(num.Full(num.Int32, 0, 2), num.Zeros(3, 2)) },
		"label that is not an index": func() A { return loss.MulticlassHinge(num.Zeros(3), num.Zeros(3, 2)) },
		"scores without classes":     func() A { return loss.MulticlassSparsemax(num.Full(num.Int32, 0), num.Scalar(1)) },
		"integer scores":             func() A { return loss.MulticlassLogistic(num.Full(num.Int32, 0), num.Full(num.Int32, 0, 2)) },
	} {
		var e *num.Error
		if _, err := num.Try(f); !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func ExampleLogistic() {
	label, logit := num.Vector(1, 0), num.Vector(0, 2)
	fmt.Println(loss.Logistic(label, logit))
	// Output: [0.693147 2.12693]
}

// A label that is no class gives NaN, and so does its gradient: not the loss of another class.
func TestLabelOutOfRange(t *testing.T) {
	s := num.New([]float64{0.3, -1, 2, 0.3, -1, 2, 0.3, -1, 2}, 3, 3)
	for name, f := range map[string]func(label, s A) A{"logistic": loss.MulticlassLogistic, "hinge": loss.MulticlassHinge,
		"perceptron": loss.MulticlassPerceptron, "sparsemax": loss.MulticlassSparsemax} {
		for _, d := range []num.DType{num.Int32, num.Int64} {
			label := num.Vector(3, -1, 2).AsType(d)
			y := f(label, s).Float64s()
			if y[0] == y[0] || y[1] == y[1] || y[2] != y[2] {
				t.Errorf("%s: losses of the labels 3, -1 and 2 are %v", name, y)
			}
			g := num.Grad(func(s A) A { return f(label, s).Sum() })(s).Sum(-1).Float64s()
			if g[0] == g[0] || g[1] == g[1] || g[2] != g[2] {
				t.Errorf("%s: gradients of the labels 3, -1 and 2 sum to %v", name, g)
			}
		}
	}
}
