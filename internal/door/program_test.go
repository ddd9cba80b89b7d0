package door

import (
	"context"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
)

func TestProgramKind(t *testing.T) {
	const double = `{"in": [0], "eqns": [{"op": "mul", "in": [0, ["f64", 2]], "out": [1]}], "out": [1]}`
	solve := func(options string, arrays map[string]num.Array) (Result, error) {
		return Solve(context.Background(), Problem{Kind: "program", Options: []byte(options), Arrays: arrays})
	}
	r, err := solve(double, map[string]num.Array{"0": num.Vector(1, 2)})
	if err != nil || r.Arrays["0"].Float64s()[1] != 4 {
		t.Error(r, err)
	}
	if _, err := solve(double, map[string]num.Array{"x": num.Vector(1, 2)}); err == nil || !strings.Contains(err.Error(), `no array "0"`) {
		t.Error(err)
	}
	if _, err := solve(`{"in": [0]`, nil); err == nil || !strings.HasPrefix(err.Error(), "program: ") {
		t.Error(err)
	}
	r, err = Solve(context.Background(), Problem{Kind: "programs"})
	if err != nil || r.Info["codes"].([]string)[1] != "converged" {
		t.Error(r, err)
	}
}

// A function of any kind may be a program, with data of its own.
func TestFunctionAsProgram(t *testing.T) {
	const options = `{"method": "BFGS", "programs": {"fun_grad": {"in": [0, 1], "eqns": [
		{"op": "sub", "in": [0, 1], "out": [2]}, {"op": "square", "in": [2], "out": [3]}, {"op": "reduce_sum", "in": [3], "out": [4], "params": {"axes": [0]}},
		{"op": "mul", "in": [2, ["f64", 2]], "out": [5]}], "out": [4, 5]}}}`
	solve := func(options string, arrays map[string]num.Array) (Result, error) {
		return Solve(context.Background(), Problem{Kind: "minimize", Options: []byte(options), Arrays: arrays})
	}
	r, err := solve(options, map[string]num.Array{"x0": num.Zeros(2), "fun_grad.0": num.Vector(3, 4)})
	if err != nil || r.Info["success"] != true || r.Arrays["x"].Float64s()[1] != 4 {
		t.Error(r, err)
	}
	for text, want := range map[string]string{
		strings.Replace(options, "fun_grad", "fun_grat", 1):  `minimize has no function "fun_grat"`,
		strings.Replace(options, "[4, 5]}", "[4]}", 1):       "the program of fun_grad gives 1 vectors, want 2",
		strings.Replace(options, "[4, 5]}", "[4, 4]}", 1):    "the program of fun_grad gives 1 numbers, want 2",
		strings.Replace(options, `"square"`, `"squared"`, 1): `the operation "squared", which does not exist`,
		`{"method": "BFGS", "programs": 3}`:                  "options of minimize: programs: ",
		strings.Replace(options, `"method"`, `"metod"`, 1):   `unknown field "metod"`,
	} {
		arrays := map[string]num.Array{"x0": num.Zeros(2), "fun_grad.0": num.Vector(3, 4)}
		if strings.Contains(want, "fun_grat") || strings.Contains(want, "programs: ") || strings.Contains(want, "metod") {
			delete(arrays, "fun_grad.0")
		}
		if _, err := solve(text, arrays); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
