package minimize

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/argmin-go/argmin/internal/suggest"
)

// Method is one of this package's methods, such as [BFGS], with its options, or a
// [Custom] one.
type Method interface {
	// Name is SciPy's name, such as "L-BFGS-B".
	Name() string
	// minimize searches from r.x0. It may return at any time; evaluations that must
	// not be made (the context ended, the callback said stop) end it by a panic that
	// [Minimize] recovers.
	minimize(r *run) outcome
}

// Capability is what a method takes, and what it must have. Methods without it take
// neither bounds nor constraints and do without derivatives.
type Capability struct {
	Bounds, Constraints bool
	Hess                bool // uses products of the Hessian: must have Problem.Hess or HessP, or a gradient and Options.FiniteDiff
	FullHess            bool // uses the whole Hessian: must have the same
	DerivativeFree      bool // uses the values alone
	Dense               bool // keeps a matrix of n² numbers at least, as methods that use the whole Hessian do
}

// outcome is how a method ended.
type outcome struct {
	x       []float64
	f       float64
	jac     []float64 // may be nil
	reason  Reason
	status  int // SciPy's
	message string
	// tol is the largest violation of constraints with which the method takes a point
	// for feasible; 0 means feasible.
	tol  float64
	fill func(*Result) // sets the fields of its own; may be nil
}

// methods are all registered methods with their default options, each by its own file.
var methods []Method

func registerMethod(m Method) { methods = append(methods, m) }

// Methods are the names of all methods, in SciPy's spelling, sorted.
func Methods() []string { return sortedNames(methods) }

// MethodByName is the method with SciPy's name, whatever its case, with options by
// SciPy's names, such as {"gtol": 1e-8, "maxiter": 50}. Numbers may be of any type.
// A name that there is not is an error that suggests the nearest.
func MethodByName(name string, options map[string]any) (Method, error) {
	return methodByName("method", "", name, methods, Methods(), options)
}

// sortedNames are [methodNames] in the order of the alphabet.
func sortedNames[M interface{ Name() string }](all []M) []string {
	names := methodNames(all)
	slices.Sort(names)
	return names
}

// methodNames are the names of methods of one kind, as they are registered.
func methodNames[M interface{ Name() string }](all []M) []string {
	var names []string
	for _, m := range all {
		names = append(names, m.Name())
	}
	return names
}

// methodByName finds a method of one kind and sets its options. The kind, what it is for
// and the names are words of the error.
func methodByName[M interface{ Name() string }](kind, purpose, name string, all []M, names []string, options map[string]any) (m M, err error) {
	for _, m := range all {
		if strings.EqualFold(m.Name(), name) {
			v, err := withOptions(m.Name(), m, options)
			if err != nil {
				return m, err
			}
			return v.(M), nil
		}
	}
	return m, fmt.Errorf("minimize: there is no %s %q%s%s; the methods are %s", kind, name, purpose, suggest.Nearest(name, names), strings.Join(names, ", "))
}

// elsewhere are SciPy's options of methods that are fields of Options here.
var elsewhere = map[string]string{"disp": "Progress", "verbose": "Progress", "iprint": "Progress", "return_all": "Trace", "workers": "Workers", "eps": "RelStep", "finite_diff_rel_step": "RelStep", "bounds": "Bounds", "constraints": "Constraints", "callback": "Callback", "tol": "Tol"}

// withOptions is a struct with its fields of the tags opt:"name" set. A zero sets -1,
// which fields take for zero itself, as their zero is the default; but after the name
// ",zero" says that zero is just that, and ",negative" that SciPy has negative numbers for
// the default.
func withOptions(name string, defaults any, options map[string]any) (any, error) {
	v := reflect.New(reflect.TypeOf(defaults)).Elem()
	v.Set(reflect.ValueOf(defaults))
	var known []string
	fields, rules := map[string]reflect.Value{}, map[string]string{}
	for _, f := range reflect.VisibleFields(v.Type()) {
		if tag := f.Tag.Get("opt"); tag != "" {
			name, rule, _ := strings.Cut(tag, ",")
			known = append(known, name)
			fields[name], rules[name] = v.FieldByIndex(f.Index), rule
		}
	}
	keys := make([]string, 0, len(options))
	for k := range options {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		f, ok := fields[k]
		if !ok {
			if _, ok := defaults.(Method); ok && elsewhere[k] != "" {
				return nil, fmt.Errorf("minimize: method %s has no option %q, for which there is the field %s of Options; its own are %s", name, k, elsewhere[k], strings.Join(known, ", "))
			}
			return nil, fmt.Errorf("minimize: method %s has no option %q%s; its options are %s", name, k, suggest.Nearest(k, known), strings.Join(known, ", "))
		}
		x := reflect.ValueOf(options[k])
		switch {
		case !x.IsValid():
			continue // nil: the default
		case x.Type().AssignableTo(f.Type()):
		case f.Type() == reflect.TypeFor[*float64]() && (x.CanInt() || x.CanFloat()):
			p := x.Convert(f.Type().Elem()).Float()
			f.Set(reflect.ValueOf(&p))
			continue
		case f.Type() == reflect.TypeFor[*bool]() && x.Kind() == reflect.Bool:
			f.Set(reflect.ValueOf(new(x.Bool())))
			continue
		case f.Kind() == reflect.Float64 && (x.CanInt() || x.CanFloat()):
		case f.Kind() == reflect.Int && x.CanInt():
		case f.Kind() == reflect.Int && x.CanFloat() && x.Float() == float64(int(x.Float())):
		default:
			return nil, fmt.Errorf("minimize: option %s of method %s is a %s, want %s", k, name, x.Type(), f.Type())
		}
		if f.Kind() == reflect.Float64 || f.Kind() == reflect.Int {
			switch {
			case rules[k] == "negative" && (x.CanInt() && x.Int() < 0 || x.CanFloat() && x.Float() < 0):
				continue
			case rules[k] != "zero" && x.IsZero():
				x = reflect.ValueOf(-1)
			}
		}
		f.Set(x.Convert(f.Type()))
	}
	return v.Interface(), nil
}
