package named_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/argmin-go/argmin/minimize"
	. "github.com/argmin-go/argmin/minimize/named"
	"github.com/argmin-go/argmin/status"
)

// rosen is Rosenbrock's function of a tensor "a" of shape [2 2] and a scalar "b", laid
// end to end.
func rosen(x Tensors) (float64, Tensors) {
	a, b := x["a"], x["b"]
	v := append(floats(a), floats(b)...)
	g := make([]float64, 5)
	f := 0.0
	for i := range 4 {
		r, s := v[i+1]-v[i]*v[i], 1-v[i]
		f += 100*r*r + s*s
		g[i] -= 400*v[i]*r + 2*s
		g[i+1] += 200 * r
	}
	return f, Tensors{"a": New(g[:4], 2, 2), "b": Scalar(g[4])}
}

func floats(t Tensor) []float64 {
	v := make([]float64, t.Size())
	for i := range v {
		if t.Float32 != nil {
			v[i] = float64(t.Float32[i])
		} else {
			v[i] = t.Float64[i]
		}
	}
	return v
}

func start() Tensors {
	return Tensors{"a": New([]float64{1.3, 0.7, 0.8, 1.9}, 2, 2), "b": Scalar(1.2)}
}

func near(t *testing.T, got Tensor, want ...float64) {
	t.Helper()
	for i, v := range floats(got) {
		if math.Abs(v-want[i]) > 1e-4 {
			t.Errorf("%v, want %v", got, want)
			return
		}
	}
}

func TestMinimize(t *testing.T) {
	x0 := start()
	r, err := Minimize(context.Background(), Problem{FuncGrad: rosen}, x0, Options{})
	if err != nil || !r.Success {
		t.Fatal(r, err)
	}
	near(t, r.X["a"], 1, 1, 1, 1)
	near(t, r.X["b"], 1)
	if !slices.Equal(r.X["a"].Shape, []int{2, 2}) || len(r.X["b"].Shape) != 0 || r.X["b"].Float64 == nil {
		t.Errorf("%v", r.X)
	}
	if lo, hi := r.Layout.Range("b"); lo != 4 || hi != 5 || r.Result.X[4] != r.X["b"].At() {
		t.Errorf("%d, %d", lo, hi)
	}
	if x0["a"].Float64[0] != 1.3 {
		t.Error("x0 is changed")
	}
	flat, err := minimize.Minimize(context.Background(), minimize.Problem{FuncGrad: func(x, g []float64) float64 {
		f, grad := rosen(Tensors{"a": New(x[:4], 2, 2), "b": Scalar(x[4])})
		copy(g, grad["a"].Float64)
		g[4] = grad["b"].Float64[0]
		return f
	}}, []float64{1.3, 0.7, 0.8, 1.9, 1.2}, minimize.Options{})
	if err != nil || !slices.Equal(flat.X, r.Result.X) || flat.NFev != r.NFev {
		t.Errorf("the search on the vector differs: %v, %v", flat, r.Result)
	}
}

func TestFloat32(t *testing.T) {
	x0 := Tensors{"a": New([]float32{1.3, 0.7, 0.8, 1.9}, 2, 2), "b": Scalar(1.2)}
	for _, p := range []Problem{{FuncGrad: rosen}, {Func: func(x Tensors) float64 {
		f, _ := rosen(x)
		return float64(float32(f))
	}}} {
		r, err := Minimize(context.Background(), p, x0, Options{})
		if err != nil || r.X["a"].Float32 == nil || r.X["b"].Float64 == nil {
			t.Fatal(r, err)
		}
		if f, _ := rosen(r.X); f > 1e-3 {
			t.Errorf("%v: %g at %v", r.Status, f, r.X)
		}
	}
}

func TestFixedTensors(t *testing.T) {
	for _, scale := range []map[string]float64{nil, {"a": 10, "b": 0.1}} {
		r, err := Minimize(context.Background(), Problem{FuncGrad: rosen}, start(), Options{Fixed: []string{"b"}, Scale: scale})
		if err != nil || !r.Success || r.X["b"].At() != 1.2 || len(r.Jac) != 1 || r.Layout.Size() != 4 {
			t.Fatal(r, err)
		}
		_, g := rosen(r.X)
		for i, v := range g["a"].Float64 {
			if math.Abs(v) > 1e-3 || math.Abs(v-r.Jac["a"].Float64[i]) > 1e-9 {
				t.Errorf("the gradient is %v, reported as %v", g["a"], r.Jac["a"])
			}
		}
	}
}

// TestFixedChanged: a function that writes into a fixed tensor changes neither x0 nor
// the answer, and is an error.
func TestFixedChanged(t *testing.T) {
	type problem struct {
		p   Problem
		opt Options
	}
	for name, spoil := range map[string]func(func(Tensors)) problem{
		"FuncGrad": func(write func(Tensors)) problem {
			return problem{Problem{FuncGrad: func(x Tensors) (float64, Tensors) {
				defer write(x)
				return rosen(x)
			}}, Options{}}
		},
		"constraint": func(write func(Tensors)) problem {
			return problem{Problem{FuncGrad: rosen}, Options{Constraints: []Constraint{{Upper: Scalar(9.0), Func: func(x Tensors) Tensor {
				defer write(x)
				return Scalar(x["a"].At(0, 0))
			}}}}}
		},
	} {
		for what, write := range map[string]func(Tensors){
			"elements": func(x Tensors) { x["b"].Float64[0] += 1e-9 },
			"sign":     func(x Tensors) { x["c"].Float32[1] = float32(math.Copysign(0, -1)) },
			"shape":    func(x Tensors) { x["c"].Shape[0] = 1 },
		} {
			t.Run(name+"/"+what, func(t *testing.T) {
				x0 := func() Tensors {
					return Tensors{"a": start()["a"], "b": start()["b"], "c": New([]float32{3, 0})}
				}
				given := x0()
				c := spoil(write)
				c.opt.Fixed = []string{"b", "c"}
				r, err := Minimize(context.Background(), c.p, given, c.opt)
				if err == nil || !strings.Contains(err.Error(), "named: a function changed the fixed tensor ") || r.Success ||
					r.Status != status.Failed {
					t.Errorf("%v, %v", err, r.Status)
				}
				for _, got := range []Tensors{given, {"a": given["a"], "b": r.X["b"], "c": r.X["c"]}} {
					if want := x0(); fmt.Sprint(got) != fmt.Sprint(want) {
						t.Errorf("%v, want %v", got, want)
					}
				}
			})
		}
	}
	// The answers are the caller's.
	x0 := start()
	r, err := Minimize(context.Background(), Problem{FuncGrad: rosen}, x0, Options{Fixed: []string{"b"}, Callback: func(r Result) error {
		r.X["b"].Float64[0] = 7
		return nil
	}})
	if err != nil || !r.Success || r.X["b"].At() != 1.2 {
		t.Error(r, err)
	}
	r.X["b"].Float64[0] = 7
	if x0["b"].At() != 1.2 {
		t.Error("x0 is changed with the answer")
	}
}

// TestFixedOrder: several fixed tensors move a limit to the same bits each time.
func TestFixedOrder(t *testing.T) {
	x0, a, fixed := Tensors{"w": Scalar(0.0)}, Tensors{"w": Scalar(1.0)}, []string(nil)
	for i := range 12 {
		name := fmt.Sprint("fixed", i)
		x0[name], a[name], fixed = Scalar(math.Pow(-7, float64(i))), Scalar(1/3.0), append(fixed, name)
	}
	p := Problem{FuncGrad: func(x Tensors) (float64, Tensors) {
		w := x["w"].At()
		return w * w, Tensors{"w": Scalar(2 * w)}
	}}
	answers := map[float64]bool{}
	for range 40 {
		r, err := Minimize(context.Background(), p, x0, Options{Fixed: fixed, Constraints: []Constraint{{A: a, Lower: Scalar(0.1)}}})
		if err != nil || !r.Success {
			t.Fatal(r, err)
		}
		answers[r.X["w"].At()] = true
	}
	if len(answers) != 1 {
		t.Errorf("%d answers of one call", len(answers))
	}
}

func TestScaledTensors(t *testing.T) {
	r, err := Minimize(context.Background(), Problem{FuncGrad: rosen}, start(), Options{Scale: map[string]float64{"a": 0.5}})
	if err != nil || !r.Success {
		t.Fatal(r, err)
	}
	near(t, r.X["a"], 1, 1, 1, 1)
}

// TestInvalidTensors: tensors that are not what they should be are an error with the reason.
// rosenHess is the Hessian of rosen, without the block of "b" and "a".
func rosenHess(x Tensors) map[string]Tensors {
	v := append(floats(x["a"]), floats(x["b"])...)
	h := make([]float64, 25)
	for i := range 4 {
		h[6*i] += 1200*v[i]*v[i] - 400*v[i+1] + 2
		h[6*i+6] += 200
		h[5*i+i+1], h[5*i+5+i] = -400*v[i], -400*v[i]
	}
	var aa, ab []float64
	for i := range 4 {
		aa = append(aa, h[5*i:5*i+4]...)
		ab = append(ab, h[5*i+4])
	}
	return map[string]Tensors{"a": {"a": New(aa, 2, 2, 2, 2), "b": New(ab, 2, 2)}, "b": {"b": Scalar(h[24])}}
}

func TestHessianInBlocks(t *testing.T) {
	p := Problem{FuncGrad: rosen, Hess: rosenHess}
	for _, m := range []minimize.Method{minimize.TrustExact{}, minimize.Dogleg{}, minimize.TrustNCG{}, minimize.NewtonCG{}} {
		r, err := Minimize(context.Background(), p, start(), Options{Method: m, Scale: map[string]float64{"a": 2, "b": 0.5}})
		if err != nil || !r.Success {
			t.Fatalf("%s: %s, %v", m.Name(), r.Message, err)
		}
		near(t, r.X["a"], 1, 1, 1, 1)
		// The Hessian with "b" fixed is a block.
		r, err = Minimize(context.Background(), p, Tensors{"a": start()["a"], "b": Scalar(1.0)}, Options{Method: m, Fixed: []string{"b"}})
		if err != nil || !r.Success {
			t.Fatalf("%s: %s, %v", m.Name(), r.Message, err)
		}
		near(t, r.X["a"], 1, 1, 1, 1)
	}
	for want, hess := range map[string]func(Tensors) map[string]Tensors{
		`the Hessian of "a": tensor "b" has shape [4], want [2 2]`: func(x Tensors) map[string]Tensors {
			h := rosenHess(x)
			h["a"]["b"] = New(floats(h["a"]["b"]))
			return h
		},
		`the Hessian names "c", which is not in x0`: func(x Tensors) map[string]Tensors {
			return map[string]Tensors{"c": {}}
		},
	} {
		_, err := Minimize(context.Background(), Problem{FuncGrad: rosen, Hess: hess}, start(), Options{Method: minimize.TrustExact{}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestInvalidTensors(t *testing.T) {
	ones := func(shape ...int) Tensor {
		return New(slices.Repeat([]float64{1}, Tensor{Shape: shape}.Size()), append([]int{}, shape...)...)
	}
	gives := func(g Tensors) Problem {
		return Problem{FuncGrad: func(x Tensors) (float64, Tensors) { return 1, g }}
	}
	calls, shapes := 0, 0
	odd := errors.New("odd")
	for _, c := range []struct {
		name string
		p    Problem
		x0   Tensors
		opt  Options
		want string
	}{
		{"no function", Problem{}, start(), Options{}, "the problem has neither Func nor FuncGrad"},
		{"nothing", Problem{FuncGrad: rosen}, nil, Options{}, "x0 has no elements"},
		{"all fixed", Problem{FuncGrad: rosen}, start(), Options{Fixed: []string{"a", "b"}}, "x0 has no elements that are not fixed"},
		{"shape of x0", Problem{FuncGrad: rosen}, Tensors{"a": {Shape: []int{2, 3}, Float64: make([]float64, 4)}}, Options{}, `x0: tensor "a" has shape [2 3] and 4 elements, want 6`},
		{"NaN", Problem{FuncGrad: rosen}, Tensors{"a": ones(2, 2), "b": Scalar(math.NaN())}, Options{}, `x0: element 0 of tensor "b" is NaN`},
		{"missing name", gives(Tensors{"a": ones(2, 2)}), start(), Options{}, `the gradient has no tensor "b"`},
		{"extra name", gives(Tensors{"a": ones(2, 2), "b": ones(), "bb": ones()}), start(), Options{}, `the gradient has a tensor "bb" that is not in x0 (did you mean "b"?)`},
		{"wrong shape", gives(Tensors{"a": ones(4), "b": ones()}), start(), Options{}, `the gradient tensor "a" has shape [4], want [2 2]`},
		{"wrong length", gives(Tensors{"a": {Shape: []int{2, 2}, Float64: make([]float64, 3)}, "b": ones()}), start(), Options{}, `the gradient tensor "a" has shape [2 2] and 3 elements, want 4`},
		{"shape that changes", Problem{FuncGrad: func(x Tensors) (float64, Tensors) {
			f, g := rosen(x)
			if calls++; calls == 3 {
				g["b"] = ones(1)
			}
			return f, g
		}}, start(), Options{}, `the gradient tensor "b" has shape [1], want []`},
		{"bound of nothing", Problem{FuncGrad: rosen}, start(), Options{Lower: Tensors{"c": ones()}}, `Lower names "c", which is not in x0`},
		{"shape of a bound", Problem{FuncGrad: rosen}, start(), Options{Upper: Tensors{"a": ones(3)}}, `Upper of "a" has shape [3], which cannot be broadcast to [2 2]`},
		{"order of bounds", Problem{FuncGrad: rosen}, start(), Options{Lower: Tensors{"a": Scalar(2.0)}, Upper: Tensors{"a": New([]float64{3, 1})}, Scale: map[string]float64{"a": 2}}, `element 1 of "a" has the lower bound 2 above the upper bound 1`},
		{"fixed nothing", Problem{FuncGrad: rosen}, start(), Options{Fixed: []string{"bee"}}, `Fixed names "bee", which is not in x0`},
		{"scale", Problem{FuncGrad: rosen}, start(), Options{Scale: map[string]float64{"b": 0}}, `scale of "b" is 0, want a positive number`},
		{"constraint", Problem{FuncGrad: rosen}, start(), Options{Constraints: []Constraint{{}}}, "constraint 0: neither A nor Func is given"},
		{"A", Problem{FuncGrad: rosen}, start(), Options{Constraints: []Constraint{{A: Tensors{"a": ones(3, 2)}}}}, `constraint 0: matrix A of "a" has shape [3 2]`},
		{"limits", Problem{FuncGrad: rosen}, start(), Options{Constraints: []Constraint{{A: Tensors{"b": ones(3)}, Lower: ones(2)}}}, "constraint 0: Lower has shape [2], which cannot be broadcast to [3]"},
		{"NaN bound", Problem{FuncGrad: rosen}, start(), Options{Lower: Tensors{"b": Scalar(math.NaN())}}, `element 0 of "b" has the bounds NaN and +Inf; use an infinite one for no bound`},
		{"infinite bound", Problem{FuncGrad: rosen}, start(), Options{Lower: Tensors{"b": Scalar(math.Inf(1))}}, `element 0 of "b" has the bounds +Inf and +Inf, which no number is between`},
		{"NaN scale", Problem{FuncGrad: rosen}, start(), Options{Scale: map[string]float64{"b": math.NaN()}}, `scale of "b" is NaN, want a positive number`},
		{"fixed outside", Problem{FuncGrad: rosen}, start(), Options{Fixed: []string{"b"}, Upper: Tensors{"b": Scalar(0.5)}}, `Upper of "b": element 0 is fixed at 1.2, the bound is 0.5`},
		{"panic of a constraint", Problem{FuncGrad: rosen}, start(), Options{Constraints: []Constraint{{Func: func(Tensors) Tensor { panic(odd) }}}}, "constraint 0: minimize: panic in a function of the problem: odd"},
		{"abort of a constraint", Problem{FuncGrad: rosen}, start(), Options{Constraints: []Constraint{{Func: func(Tensors) Tensor { minimize.Abort(odd); return Tensor{} }}}}, "constraint 0: minimize: odd"},
		{"constraint of nothing", Problem{FuncGrad: rosen}, start(), Options{Constraints: []Constraint{{Func: func(Tensors) Tensor { return New([]float64{}, 0) }}}}, "constraint 0: the value has shape [0], want at least one element"},
		{"A of nothing", Problem{FuncGrad: rosen}, start(), Options{Constraints: []Constraint{{A: Tensors{"b": New([]float64{}, 0)}}}}, "constraint 0: the value has shape [0], want at least one element"},
		{"NaN limit", Problem{FuncGrad: rosen}, start(), Options{Constraints: []Constraint{{A: Tensors{"b": ones()}, Lower: Scalar(math.NaN())}}}, "constraint 0: value 0: the bounds are NaN and +Inf"},
		{"constraint that changes", Problem{FuncGrad: rosen}, start(), Options{Constraints: []Constraint{{Func: func(x Tensors) Tensor {
			if shapes++; shapes == 3 {
				return ones(2)
			}
			return x["a"]
		}, Upper: Scalar(9.0)}}}, "the value of a constraint has shape [2], it had [2 2] at x0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Minimize(context.Background(), c.p, c.x0, c.opt)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func TestCallback(t *testing.T) {
	n := 0
	r, err := Minimize(context.Background(), Problem{FuncGrad: rosen}, start(), Options{Callback: func(r Result) error {
		if f, _ := rosen(r.X); f != r.Fun {
			t.Errorf("the value at %v is %g, reported is %g", r.X, f, r.Fun)
		}
		if n++; n == 3 {
			return minimize.ErrStop
		}
		return nil
	}})
	if err != nil || r.Status != status.Stopped || n != 3 {
		t.Error(r, err)
	}
	odd := errors.New("odd")
	if _, err := Minimize(context.Background(), Problem{Func: func(Tensors) float64 { minimize.Abort(odd); return 0 }},
		start(), Options{}); !errors.Is(err, odd) {
		t.Error(err)
	}
}

// TestLayoutRoundTrip: tensors survive being laid end to end.
func TestLayoutRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := Tensors{}
		for range rapid.IntRange(0, 4).Draw(t, "tensors") {
			shape := rapid.SliceOfN(rapid.IntRange(0, 3), 0, 3).Draw(t, "shape")
			v := make([]float64, Tensor{Shape: shape}.Size())
			for i := range v {
				v[i] = float64(rapid.Int16().Draw(t, "v"))
			}
			one := New(v, append([]int{}, shape...)...)
			if rapid.Bool().Draw(t, "single") {
				w := make([]float32, len(v))
				for i := range v {
					w[i] = float32(v[i])
				}
				one = New(w, append([]int{}, shape...)...)
			}
			x[rapid.StringN(0, 3, -1).Draw(t, "name")] = one
		}
		l, err := NewLayout(x)
		if err != nil {
			t.Fatal(err)
		}
		v := make([]float64, l.Size())
		if err := l.Ravel(v, x); err != nil {
			t.Fatal(err)
		}
		y := l.Unravel(v)
		if len(y) != len(x) {
			t.Errorf("%v, want %v", y, x)
		}
		for name, want := range x {
			if got := y[name]; got.String() != want.String() || (got.Float32 == nil) != (want.Float32 == nil) {
				t.Errorf("%q: %v, want %v", name, got, want)
			}
		}
	})
}

// Bounds have the names of the tensors, and are broadcast to their shapes.
func ExampleMinimize() {
	entropy := func(x Tensors) (float64, Tensors) {
		f, g := 0.0, make([]float64, 3)
		for i, v := range x["w"].Float64 {
			f += v * math.Log(v)
			g[i] = math.Log(v) + 1
		}
		return f, Tensors{"w": New(g)}
	}
	r, err := Minimize(context.Background(), Problem{FuncGrad: entropy}, Tensors{"w": New([]float64{0.7, 0.2, 0.3})},
		Options{
			Method: minimize.LBFGSB{},
			Lower:  Tensors{"w": Scalar(0.1)}, // for every element
			Upper:  Tensors{"w": New([]float64{0.3, 1, 1})},
		})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.3f\n", r.Status, r.X["w"].Float64)
	// Output: converged: [0.300 0.368 0.368]
}

// TestStartOutside: a start is moved into the bounds before constraints see it.
func TestStartOutside(t *testing.T) {
	for _, scale := range []map[string]float64{nil, {"b": 4}} {
		r, err := Minimize(context.Background(), Problem{FuncGrad: rosen}, start(), Options{
			Upper: Tensors{"b": Scalar(0.5)}, Scale: scale,
			Constraints: []Constraint{{Lower: Scalar(0.0), Func: func(x Tensors) Tensor {
				if v := x["b"].At(); v > 0.5 {
					t.Errorf("evaluated at %g", v)
				}
				return x["b"]
			}}},
		})
		if err != nil || !r.Success {
			t.Error(r, err)
		}
		near(t, r.X["b"], 0.5)
	}
}

func TestLayoutOfOtherLengths(t *testing.T) {
	var zero Layout
	if zero.Size() != 0 || len(zero.Names()) != 0 || len(zero.Unravel(nil)) != 0 || zero.Ravel(nil, nil) != nil {
		t.Error("the zero Layout is not empty")
	}
	l, err := NewLayout(Tensors{"w": New([]float64{1, 2})})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Ravel(make([]float64, 3), Tensors{"w": New([]float64{1, 2})}); err == nil {
		t.Error("a vector that is too long: no error")
	}
	defer func() {
		if r := recover(); !strings.Contains(fmt.Sprint(r), "length 1, want 2") {
			t.Errorf("a vector that is too short: %v", r)
		}
	}()
	l.Unravel([]float64{1})
}
