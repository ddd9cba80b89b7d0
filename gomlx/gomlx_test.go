package gomlx_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/backends"
	"github.com/gomlx/gomlx/backends/simplego"
	. "github.com/gomlx/gomlx/pkg/core/graph"

	"github.com/argmin-go/argmin/gomlx"
	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/named"
)

// rosen is Rosenbrock's function of two tensors, end to end. GoMLX's Go backend has no
// gradient of slices, so that matrices pick the elements.
func rosen(x map[string]*Node) *Node {
	g := x["a"].Graph()
	first := func(rows, cols, diagonal int) *Node { // ones on a diagonal
		m := make([][]float64, rows)
		for i := range m {
			m[i] = make([]float64, cols)
			if k := i - diagonal; k >= 0 && k < cols {
				m[i][k] = 1
			}
		}
		return ConvertDType(Const(g, m), x["a"].DType())
	}
	a, b := Reshape(x["a"], 4), Reshape(x["b"], 1)
	head, tail := a, Add(Dot(first(4, 4, -1), a), Dot(first(4, 1, 3), b))
	return Add(MulScalar(ReduceAllSum(Square(Sub(tail, Square(head)))), 100), ReduceAllSum(Square(OneMinus(head))))
}

func backend(t testing.TB) backends.Backend {
	b, err := simplego.New("")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func start[T float32 | float64]() named.Tensors {
	return named.Tensors{"a": named.New([]T{1.3, 0.7, 0.8, 1.9}, 2, 2), "b": named.Scalar(T(1.2))}
}

func TestProblem(t *testing.T) {
	for name, c := range map[string]struct {
		x0  named.Tensors
		tol float64
	}{"float64": {start[float64](), 1e-5}, "float32": {start[float32](), 5e-3}} {
		t.Run(name, func(t *testing.T) {
			p, err := gomlx.Problem(backend(t), rosen, c.x0)
			if err != nil {
				t.Fatal(err)
			}
			if v, want := p.FuncGrad(c.x0); v != p.Func(c.x0) || len(want) != 2 {
				t.Errorf("%v, %v", v, want)
			}
			r, err := named.Minimize(context.Background(), p, c.x0, named.Options{})
			if err != nil || !r.Success {
				t.Fatal(r, err)
			}
			for i := range 2 {
				if v := r.X["a"].At(i, i); math.Abs(v-1) > c.tol {
					t.Errorf("%v", r.X)
				}
			}
		})
	}
}

func TestErrors(t *testing.T) {
	b := backend(t)
	for what, f := range map[string]func(x map[string]*Node) *Node{
		"want one number": func(x map[string]*Node) *Node { return x["a"] },
		"[2 2]":           func(x map[string]*Node) *Node { return ReduceAllSum(Add(x["a"], Reshape(x["a"], 4))) },
	} {
		_, err := gomlx.Problem(b, f, start[float64]())
		if err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%v, want %s", err, what)
		}
	}
	if _, err := gomlx.Problem(nil, rosen, start[float64]()); err == nil {
		t.Error("no error without a backend")
	}
}

func ExampleProblem() {
	b, err := simplego.New("")
	if err != nil {
		fmt.Println(err)
		return
	}
	x0 := start[float64]()
	p, err := gomlx.Problem(b, rosen, x0)
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := named.Minimize(context.Background(), p, x0, named.Options{Method: minimize.BFGS{}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: a = %.4f, b = %.4f\n", r.Status, r.X["a"].Float64, r.X["b"].Float64)
	// Output: converged: a = [1.0000 1.0000 1.0000 1.0000], b = [1.0000]
}
