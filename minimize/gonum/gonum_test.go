package gonum_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
	"gonum.org/v1/gonum/optimize/functions"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/gonum"
	"github.com/argmin-go/argmin/minimize/named"
)

// The problem is gonum's, the method one of SciPy's.
func ExampleProblem() {
	rosen := functions.ExtendedRosenbrock{}
	p := optimize.Problem{Func: rosen.Func, Grad: rosen.Grad}
	r, err := minimize.Minimize(context.Background(), gonum.Problem(p), []float64{-1.2, 1, -1.2, 1}, minimize.Options{Method: minimize.BFGS{}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.4f, status %v\n", r.Status, r.X, gonum.Status(r))
	// Output:
	// converged: [1.0000 1.0000 1.0000 1.0000], status Success
}

func TestNamed(t *testing.T) {
	target := mat.NewDense(2, 2, []float64{1, 2, 3, 4})
	wide := mat.NewDense(2, 3, []float64{0, 0, 9, 0, 0, 9}).Slice(0, 2, 0, 2).(*mat.Dense)
	p := gonum.NamedProblem(func(x map[string]*mat.Dense) (float64, map[string]*mat.Dense) {
		var d mat.Dense
		d.Sub(x["w"], target)
		f := mat.Norm(&d, 2)
		d.Scale(2, &d)
		return f * f, map[string]*mat.Dense{"w": &d}
	})
	r, err := named.Minimize(context.Background(), p, gonum.Tensors(map[string]*mat.Dense{"w": wide}), named.Options{})
	if err != nil || !r.Success {
		t.Fatal(r, err)
	}
	x, err := gonum.Dense(r.X)
	if err != nil || !mat.EqualApprox(x["w"], target, 1e-6) {
		t.Errorf("%v, %v", x, err)
	}
	for _, bad := range []named.Tensors{{"w": named.New(make([]float64, 8), 2, 2, 2)}, {"w": named.New([]float32{1})},
		{"w": named.New([]float64{})}} {
		if _, err := gonum.Dense(bad); err == nil || !strings.Contains(err.Error(), `tensor "w"`) {
			t.Error(err)
		}
	}
	if _, err := named.Minimize(context.Background(), p, named.Tensors{"w": named.New(make([]float64, 8), 2, 2, 2)},
		named.Options{}); err == nil || !strings.Contains(err.Error(), "at most two axes") {
		t.Error(err)
	}
}
