// Package gomlx minimizes functions of GoMLX graphs with the methods of package
// minimize, over named tensors:
//
//	p, err := gomlx.Problem(backend, func(x map[string]*graph.Node) *graph.Node { … }, x0)
//	r, err := named.Minimize(ctx, p, x0, named.Options{})
//
// The gradient is GoMLX's. The package is a separate module, so that only its users depend on
// GoMLX.
package gomlx

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/gomlx/gomlx/backends"
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/named"
)

// Problem is the problem of minimizing f, a function that builds the graph of one number from nodes
// with the names, shapes and types of x0. The graph is built and compiled here, once, so that its
// faults are an error of Problem.
func Problem(backend backends.Backend, f func(x map[string]*graph.Node) *graph.Node, x0 named.Tensors) (p named.Problem, err error) {
	if backend == nil {
		return p, errors.New("gomlx: the backend is nil")
	}
	names := slices.Sorted(maps.Keys(x0))
	nodes := func(params []*graph.Node) map[string]*graph.Node {
		x := make(map[string]*graph.Node, len(names))
		for i, name := range names {
			x[name] = params[i]
		}
		return x
	}
	value, err := graph.NewExec(backend, func(params []*graph.Node) *graph.Node { return f(nodes(params)) })
	if err != nil {
		return p, fmt.Errorf("gomlx: %w", err)
	}
	both, err := graph.NewExec(backend, func(params []*graph.Node) []*graph.Node {
		v := f(nodes(params))
		if v.Shape().Size() != 1 {
			panic(fmt.Errorf("the function's value has shape %s, want one number", v.Shape()))
		}
		return append([]*graph.Node{v}, graph.Gradient(v, params...)...)
	})
	if err != nil {
		return p, fmt.Errorf("gomlx: %w", err)
	}
	if err := both.PreCompile(arguments(names, x0)...); err != nil {
		return p, fmt.Errorf("gomlx: %w", err)
	}
	call := func(exec *graph.Exec, x named.Tensors) []named.Tensor {
		out, err := exec.Exec(arguments(names, x)...)
		if err != nil {
			minimize.Abort(fmt.Errorf("gomlx: %w", err))
		}
		answers := make([]named.Tensor, len(out))
		for i, t := range out {
			if answers[i], err = tensor(t); err != nil {
				minimize.Abort(fmt.Errorf("gomlx: %w", err))
			}
			t.MustFinalizeAll()
		}
		return answers
	}
	p.Func = func(x named.Tensors) float64 { return number(call(value, x)[0]) }
	p.FuncGrad = func(x named.Tensors) (float64, named.Tensors) {
		out := call(both, x)
		g := make(named.Tensors, len(names))
		for i, name := range names {
			g[name] = out[i+1]
		}
		return number(out[0]), g
	}
	return p, nil
}

func arguments(names []string, x named.Tensors) []any {
	args := make([]any, len(names))
	for i, name := range names {
		t := x[name]
		if t.Float32 != nil {
			args[i] = tensors.FromFlatDataAndDimensions(t.Float32, t.Shape...)
		} else {
			args[i] = tensors.FromFlatDataAndDimensions(t.Float64, t.Shape...)
		}
	}
	return args
}

func tensor(t *tensors.Tensor) (named.Tensor, error) {
	shape := slices.Clone(t.Shape().Dimensions)
	if shape == nil {
		shape = []int{}
	}
	if v, err := tensors.CopyFlatData[float64](t); err == nil {
		return named.New(v, shape...), nil
	}
	v, err := tensors.CopyFlatData[float32](t)
	return named.New(v, shape...), err
}

func number(t named.Tensor) float64 {
	if t.Float32 != nil {
		return float64(t.Float32[0])
	}
	return t.Float64[0]
}
