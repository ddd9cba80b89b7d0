package door

import (
	"context"
	"fmt"
	"strconv"

	"github.com/argmin-go/argmin/internal/door/program"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// solveProgram runs a program (package program), which is the options. Arrays: its arguments, named by their places,
// "0", "1" and so on; so are the results. A program is compiled at its first run.
func solveProgram(ctx context.Context, r *request) (Result, error) {
	f, err := programs.of(string(r.Options), func() (*compiled, error) {
		p, err := program.Read(r.Options)
		if err != nil {
			return nil, err
		}
		return num.Jit(p.Call), nil
	})
	if err != nil {
		return Result{}, err
	}
	if len(r.Functions) > 0 {
		return Result{}, fmt.Errorf("program has no functions")
	}
	x := make([]num.Array, len(r.Arrays))
	for i := range x {
		a, ok := r.Arrays[strconv.Itoa(i)]
		if !ok {
			return Result{}, fmt.Errorf("program has no array %q, and there are %d, want them to be named by their places", strconv.Itoa(i), len(x))
		}
		x[i] = a
	}
	y, err := f.CallContext(ctx, x)
	if err != nil {
		return Result{}, err
	}
	out := Result{Arrays: make(map[string]num.Array, len(y))}
	for i, a := range y {
		out.Arrays[strconv.Itoa(i)] = a
	}
	return out, nil
}

// describePrograms says what programs can have: operations, methods with their options, and the ways in which a solve can end.
func describePrograms(context.Context, *request) (Result, error) {
	var codes []string
	for c := status.Running; c <= status.NotConvex; c++ {
		codes = append(codes, c.String())
	}
	return Result{Info: map[string]any{"operations": program.Operations(), "methods": program.Methods(), "options": program.Options(),
		"state": program.StateNames, "codes": codes}}, nil
}

// compiled is a program with the plans for its arguments.
type compiled = num.Jitted[[]num.Array, []num.Array]

// programs has room for what a session works with: a program with its gradient, its solves and their derivatives are a few each.
var programs = newCache[*compiled](256)
