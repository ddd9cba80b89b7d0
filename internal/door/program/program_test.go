package program

import (
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
)

func run(t *testing.T, text string, x ...num.Array) ([]num.Array, error) {
	t.Helper()
	p, err := Read([]byte(text))
	if err != nil {
		return nil, err
	}
	return num.Jit(p.Call).Call(x)
}

func TestProgram(t *testing.T) {
	y, err := run(t, `{"in": [0, 1], "eqns": [
		{"op": "mul", "in": [0, ["f64", 2]], "out": [2], "types": ["f64[3]"]},
		{"op": "dot_general", "in": [2, 1], "out": [3], "types": ["f64[]"], "params": {"contract": [[0], [0]]}}], "out": [3, ["i64", 9007199254740993], ["f64", "-Infinity"]]}`,
		num.Vector(1, 2, 3), num.Vector(1, 1, 1))
	if err != nil || y[0].Item() != 12 || num.ToSlice[int64](y[1])[0] != 9007199254740993 || !math.IsInf(y[2].Item(), -1) {
		t.Error(y, err)
	}
}

// A body may use the variables around it.
func TestInnerProgramUsesOuterVariables(t *testing.T) {
	y, err := run(t, `{"in": [0, 1], "eqns": [{"op": "scan", "in": [["f64", 0], 0], "out": [2], "params": {"num_carry": 1, "length": 3,
		"body": {"in": [3, 4], "eqns": [{"op": "mul", "in": [4, 1], "out": [5]}, {"op": "add", "in": [3, 5], "out": [6]}], "out": [6]}}}], "out": [2]}`,
		num.Vector(1, 2, 3), num.Scalar(10))
	if err != nil || y[0].Item() != 60 {
		t.Error(y, err)
	}
}

// The answer and, by vjp, its derivative: x = a for the sum of (x - a)².
const nearest = `{"op": "solver", "in": [0, 1], "out": [2, 3], "params": {"kind": "minimize", "method": "BFGS", "options": {"tol": 1e-9}, "n": 1,
	"program": {"in": [4, 5], "eqns": [{"op": "sub", "in": [4, 5], "out": [6]}, {"op": "square", "in": [6], "out": [7]},
		{"op": "reduce_sum", "in": [7], "out": [8], "params": {"axes": [0]}}], "out": [8]}}}`

func TestArgmin(t *testing.T) {
	x, err := run(t, `{"in": [0, 1], "eqns": [`+nearest+`], "out": [2, 3]}`, num.Zeros(2), num.Vector(3, 4))
	if err != nil || x[0].Float64s()[1] != 4 || x[1].Size() != len(StateNames) || x[1].Float64s()[3] != 1 {
		t.Fatal(x, err)
	}
	y, err := run(t, `{"in": [10, 11, 12], "eqns": [{"op": "vjp", "in": [10, 11, 12], "out": [13, 14, 15], "params": {"wrt": [0, 1], "outs": [0],
		"program": {"in": [0, 1], "eqns": [`+nearest+`], "out": [2, 3]}}}], "out": [13, 14, 15]}`, num.Zeros(2), num.Vector(3, 4), num.Vector(1, 2))
	if err != nil || y[1].Float64s()[0] != 0 || y[2].Float64s()[1] != 2 {
		t.Error(y, err)
	}
}

func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		`{"in": [0], "eqns": [{"op": "transposed", "in": [0], "out": [1]}], "out": [1]}`:                                        `equation 0 has the operation "transposed", which does not exist (did you mean "transpose"?)`,
		`{"in": [0], "eqns": [{"op": "sin", "in": [5], "out": [1]}], "out": [1]}`:                                               `equation 0, sin, uses variable 5 before it is set`,
		`{"in": [0], "eqns": [], "out": [1]}`:                                                                                   `the result uses variable 1 before it is set`,
		`{"in": [0], "eqns": [{"op": "sin", "in": [0], "out": [1], "types": ["f64[2]"]}], "out": [1]}`:                          `sin of f64[3] is f64[3] here, and f64[2] where the program was traced`,
		`{"in": [0], "eqns": [{"op": "sin", "in": [0], "out": [1, 2]}], "out": [1]}`:                                            `sin gave 1 results, want 2`,
		`{"in": [0], "eqns": [{"op": "add", "in": [0], "out": [1]}], "out": [1]}`:                                               `add has 1 operands, want 2`,
		`{"in": [0, 1], "eqns": [], "out": []}`:                                                                                 `a program got 1 arrays, want 2`,
		`{"in": [0], "eqns": [{"op": "sin", "in": [["f16", 1]], "out": [1]}], "out": [1]}`:                                      `a literal has the type "f16", want f64`,
		`{"in": [0], "eqns": [{"op": "solver", "in": [0], "out": [1, 2], "params": {"kind": "minimise", "n": 1}}], "out": [1]}`: `there is no kind of problem "minimise" (did you mean "minimize"?)`,
		strings.ReplaceAll(`{"in": [0], "eqns": [{"op": "solver", "in": [0], "out": [1, 2], "params": {"kind": "minimize", "method": "LBFSG", "n": 1,
			"program": {"in": [3], "eqns": [], "out": [3]}}}], "out": [1]}`, "\n", ""): `there is no method "LBFSG" for problems of the kind minimize (did you mean "LBFGS"?)`,
	} {
		if _, err := run(t, text, num.Vector(1, 2, 3)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n%v, want %s", text, err, want)
		}
	}
}

// Every method has its options under the names of its fields.
func TestMethods(t *testing.T) {
	all := Methods()
	if got := strings.Join(all["minimize"]["LBFGS"], " "); !strings.HasPrefix(got, "memory line_search no_scaling") {
		t.Error(got)
	}
	for kind := range kinds {
		if len(all[kind]) == 0 {
			t.Errorf("kind %s has no methods", kind)
		}
	}
	for name, want := range map[string]string{"MaxIter": "max_iter", "C1": "c1", "StepSize": "step_size", "NoAcceleration": "no_acceleration"} {
		if got := snake(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}
