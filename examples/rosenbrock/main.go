// Rosenbrock minimizes Rosenbrock's function of parameters by name, "a" of shape 2×2
// and a number "b" laid end to end, with the same method from three front ends: slices,
// arrays of num, whose derivatives are automatic, and gonum's matrices. (GoMLX's is in
// the module gomlx.) It draws how the search went.
//
//	go run ./examples/rosenbrock
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/gonum"
	"github.com/argmin-go/argmin/minimize/named"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/minimize/traced"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/plot"
)

var ctx = context.Background()

func main() {
	log.SetFlags(0)
	out := flag.String("o", "rosenbrock.png", "where to draw the searches; empty for nowhere")
	flag.Parse()
	for _, f := range []func(minimize.Options) error{slices, arrays, matrices} {
		if err := f(minimize.Options{Method: minimize.BFGS{}, Monitor: trace.Monitor{Progress: os.Stderr}}); err != nil {
			log.Fatal(err)
		}
	}
	if *out != "" {
		if err := draw(*out); err != nil {
			log.Fatal(err)
		}
		fmt.Println("drawn to", *out)
	}
}

// valueAndGrad is the function of the elements v, end to end; it sets g.
func valueAndGrad(v, g []float64) float64 {
	f := 0.0
	for i := range len(v) - 1 {
		r, s := v[i+1]-v[i]*v[i], 1-v[i]
		f += 100*r*r + s*s
		g[i] -= 400*v[i]*r + 2*s
		g[i+1] += 200 * r
	}
	return f
}

// slices: tensors of []float64, with the gradient.
func slices(opt minimize.Options) error {
	loss := func(x named.Tensors) (float64, named.Tensors) {
		g := make([]float64, 5)
		f := valueAndGrad(append(x["a"].Float64[:4:4], x["b"].Float64...), g)
		return f, named.Tensors{"a": named.New(g[:4], 2, 2), "b": named.Scalar(g[4])}
	}
	x0 := named.Tensors{"a": named.New([]float64{1.3, 0.7, 0.8, 1.9}, 2, 2), "b": named.Scalar(1.2)}
	r, err := named.Minimize(ctx, named.Problem{FuncGrad: loss}, x0, named.Options{Method: opt.Method, Monitor: opt.Monitor})
	fmt.Printf("slices:   %v after %d evaluations, a = %.4f, b = %.4f\n", r.Status, r.NFev, r.X["a"].Float64, r.X["b"].Float64)
	return err
}

// arrays: any tree of num's arrays, without a gradient.
func arrays(opt minimize.Options) error {
	loss := func(x map[string]num.Array, _ struct{}) num.Array {
		v := num.Concat(0, x["a"].Reshape(4), x["b"].Reshape(1))
		head, tail := v.Range(0, 4), v.Range(1, 5)
		return tail.Sub(head.Square()).Square().Sum().Scale(100).Add(head.Neg().AddScalar(1).Square().Sum())
	}
	x0 := map[string]num.Array{"a": num.New([]float64{1.3, 0.7, 0.8, 1.9}, 2, 2), "b": num.Scalar(1.2)}
	solver := traced.Minimize(loss, traced.Options[map[string]num.Array, struct{}]{Method: opt.Method, Monitor: opt.Monitor})
	r, err := solver.RunContext(ctx, x0, struct{}{})
	fmt.Printf("num:      %v after %d evaluations, a = %.4f, b = %.4f\n", r.Status, r.NFev, r.Params["a"].Float64s(), r.Params["b"].Float64s())
	return err
}

// matrices: gonum's.
func matrices(opt minimize.Options) error {
	loss := func(x map[string]*mat.Dense) (float64, map[string]*mat.Dense) {
		g := make([]float64, 5)
		f := valueAndGrad(append(x["a"].RawMatrix().Data[:4:4], x["b"].At(0, 0)), g)
		return f, map[string]*mat.Dense{"a": mat.NewDense(2, 2, g[:4]), "b": mat.NewDense(1, 1, g[4:])}
	}
	x0 := gonum.Tensors(map[string]*mat.Dense{"a": mat.NewDense(2, 2, []float64{1.3, 0.7, 0.8, 1.9}), "b": mat.NewDense(1, 1, []float64{1.2})})
	r, err := named.Minimize(ctx, gonum.NamedProblem(loss), x0, named.Options{Method: opt.Method, Monitor: opt.Monitor})
	fmt.Printf("gonum:    %v after %d evaluations, a = %.4f, b = %.4f\n", r.Status, r.NFev, r.X["a"].Float64, r.X["b"].Float64)
	return err
}

// draw shows how four methods go.
func draw(file string) error {
	p := minimize.Problem{FuncGrad: func(x, g []float64) float64 { clear(g); return valueAndGrad(x, g) }}
	var series []plot.Series
	for _, m := range []minimize.Method{minimize.BFGS{}, minimize.LBFGSB{}, minimize.CG{}, minimize.NelderMead{}} {
		var record trace.Trace
		if _, err := minimize.Minimize(ctx, p, []float64{1.3, 0.7, 0.8, 1.9, 1.2},
			minimize.Options{Method: m, Monitor: trace.Monitor{Trace: &record}}); err != nil {
			return err
		}
		series = append(series, plot.Series{Name: m.Name(), Trace: &record})
	}
	return plot.Traces(file, series...)
}
