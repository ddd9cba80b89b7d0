package door

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// squaresProgram is the program of |x - c|² and its gradient.
const squaresProgram = `{"in": [0, 1], "eqns": [{"op": "sub", "in": [0, 1], "out": [2]}, {"op": "square", "in": [2], "out": [3]},
	{"op": "reduce_sum", "in": [3], "out": [4], "params": {"axes": [0]}}, {"op": "mul", "in": [2, ["f64", 2]], "out": [5]}], "out": `

func TestFunctionsThatArePrograms(t *testing.T) {
	solve := func(options string, constant num.Array) (Result, error) {
		return Solve(context.Background(), Problem{Kind: "minimize", Options: []byte(options),
			Arrays: map[string]num.Array{"x0": vec(3, -2), "programs.fun_grad.0": constant}})
	}
	r, err := solve(`{"programs": {"fun_grad": `+squaresProgram+`[4, 5]}}}`, vec(5, 7))
	if err != nil || r.Info["success"] != true || math.Abs(r.Arrays["x"].Float64s()[1]-7) > 1e-6 {
		t.Error(r, err)
	}
	for _, c := range []struct {
		options  string
		constant num.Array
		want     string
	}{
		{`{"programs": {"fun_grad": ` + squaresProgram + `[4]}}}`, vec(5, 7), "a program gives 1 arrays, want 2"},
		{`{"programs": {"fun_grad": ` + squaresProgram + `[4, 4]}}}`, vec(5, 7), "result 1 of a program is float64 of shape [], want 2 numbers of type float64"},
		{`{"programs": {"fun_grad": ` + squaresProgram + `[4, 5]}}}`, vec(5, 7, 8), "shape"},
		{`{"programs": {"fun_grad": {"in": [0], "eqns": [{"op": "sine", "in": [0], "out": [1]}], "out": [1]}}}`, vec(5, 7), `program of "fun_grad": `},
		{`{"programs": {"fungrad": ` + squaresProgram + `[4, 5]}}}`, vec(5, 7), `no array "programs.fun_grad.0"`},
	} {
		if r, err := solve(c.options, c.constant); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v, want %q", c.options, r.Info, err, c.want)
		}
	}
}
