// Package door is how other languages come in. A [Problem] is given by names: its kind, its options as JSON, its
// numbers as arrays, its functions as functions of vectors. [Solve] hands it to the package that solves such problems.
// Nothing is solved here.
package door

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/argmin-go/argmin/internal/suggest"
	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/num"
)

// Function is a function of a problem. It sets all of out, whose lengths the caller knows, to what it is at in; both are
// the caller's again afterwards. [minimize.ErrStop] ends a search without an error, any other error with it.
type Function func(in, out [][]float64) error

// Problem is a problem as another language gives it.
type Problem struct {
	Kind      string               // one of [Kinds]
	Options   []byte               // a JSON object; numbers that JSON lacks are the strings "NaN", "Infinity" and "-Infinity"
	Arrays    map[string]num.Array // by the kind's names, such as "x0"
	Functions map[string]Function  // by the kind's names, such as "fun"
}

// Result is the result of a problem.
type Result struct {
	Info   map[string]any       // what is not an array of floating-point numbers: flags, counts, messages, by SciPy's names
	Arrays map[string]num.Array // by SciPy's names, such as "x" and "fun"
}

// kinds are the kinds of problems; a kind is a function of a file of this package, and a line here.
var kinds = map[string]func(context.Context, *request) (Result, error){
	"minimize":        solveMinimize,
	"root":            solveRoot,
	"least_squares":   solveLeastSquares,
	"curve_fit":       solveCurveFit,
	"minimize_scalar": solveMinimizeScalar,
	"root_scalar":     solveRootScalar,
	"bracket":         solveBracket,
	"quadratic":       solveQuadratic,
	"quadratic_vjp":   pullQuadratic,
	"conic":           solveConic,
	"conic_vjp":       pullConic,
	"isotonic":        solveIsotonic,
	"linear":          solveLinear,
	"program":         solveProgram,
	"programs":        describePrograms,
	"methods":         describeMethods,
}

// Kinds are the names of the kinds of problems, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// Solve solves p. A name that the kind does not know is an error, and so is what the package of the kind finds wrong;
// a search that does not converge is none. With an error of a function the result is the best point so far, where the kind has one.
func Solve(ctx context.Context, p Problem) (Result, error) {
	solve, ok := kinds[p.Kind]
	if !ok {
		return Result{}, fmt.Errorf("there is no kind of problem %q%s; the kinds are %s", p.Kind, suggest.Nearest(p.Kind, Kinds()), strings.Join(Kinds(), ", "))
	}
	var r Result
	var err error
	q := &request{Problem: p, seen: map[string]bool{}}
	if e := minimize.Guard(func() {
		if err = q.readPrograms(ctx); err == nil {
			r, err = solve(ctx, q)
		}
	}); e != nil {
		err = fmt.Errorf("%s: %w", p.Kind, errors.Unwrap(e)) // a panic of package num, about an array
	}
	return r, err
}

// request is a problem while a kind reads it.
type request struct {
	Problem
	seen map[string]bool // the names of arrays and functions that the kind has asked for
}

// options decodes the options into a struct by the names of its json tags. Unknown ones are errors.
func (r *request) options(to any) error {
	if len(r.Options) == 0 {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(string(r.Options)))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return fmt.Errorf("options of %s: %s", r.Kind, strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

// vector is the array of a name as a vector of its elements, nil if it is not given.
func (r *request) vector(name string) []float64 {
	r.seen[name] = true
	a, ok := r.Arrays[name]
	if !ok {
		return nil
	}
	return a.AsType(num.Float64).Float64s()
}

// function is the function of a name, nil if it is not given.
func (r *request) function(name string) Function {
	r.seen[name] = true
	return r.Functions[name]
}

// unknown is an error if there is an array or function that the kind has not asked for.
func (r *request) unknown() error {
	for _, name := range slices.Sorted(maps.Keys(r.Arrays)) {
		if !r.seen[name] {
			return fmt.Errorf("%s has no array %q%s", r.Kind, name, suggest.Nearest(name, slices.Sorted(maps.Keys(r.seen))))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Functions)) {
		if !r.seen[name] {
			return fmt.Errorf("%s has no function %q%s", r.Kind, name, suggest.Nearest(name, slices.Sorted(maps.Keys(r.seen))))
		}
	}
	return nil
}

// call calls f within a search, which it ends if f fails.
func (f Function) call(in, out [][]float64) {
	if err := f(in, out); err != nil {
		minimize.Abort(err)
	}
}

// Float is a number of the options, which may also be "NaN", "Infinity" or "-Infinity".
type Float float64

// UnmarshalJSON decodes a number or one of the strings.
func (f *Float) UnmarshalJSON(b []byte) error {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	x, ok := number(v).(float64)
	if !ok {
		return fmt.Errorf("%s is no number", b)
	}
	*f = Float(x)
	return nil
}

// number is v with the strings for numbers that JSON lacks replaced, also within lists and objects.
func number(v any) any {
	switch v := v.(type) {
	case string:
		switch v {
		case "NaN":
			return math.NaN()
		case "Infinity":
			return math.Inf(1)
		case "-Infinity":
			return math.Inf(-1)
		}
	case []any:
		for i := range v {
			v[i] = number(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = number(v[k])
		}
	}
	return v
}

// vectors adds the vectors that are not empty to the arrays of a result, in one axis.
func (r *Result) vectors(named map[string][]float64) {
	for name, v := range named {
		if len(v) > 0 {
			r.Arrays[name] = num.New(v, len(v))
		}
	}
}
