// Package registry finds the methods for a kind of problems by SciPy's names, and sets their options by
// SciPy's names, which are the tags opt:"name" of their fields. [Of] is a list of methods with such names;
// [Settings] and [Check] look into the options of any method.
package registry

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/internal/suggest"
)

// Of has the methods of one kind with their default options.
type Of[M interface{ Name() string }] struct {
	What    string // what the methods are in errors, such as "scalar method"
	Purpose string // for what in errors, such as " for roots"
	All     []M    // the methods
	// Elsewhere maps SciPy's options of methods that are here fields of the kind's Options to the
	// names of these fields.
	Elsewhere map[string]string
}

// Names are the names of the methods, in order.
func (r Of[M]) Names() []string {
	names := make([]string, len(r.All))
	for i, m := range r.All {
		names[i] = m.Name()
	}
	return names
}

// ByName is the method with a name, in upper or lower case, with options by SciPy's names. The error for
// an unknown name lists names.
func (r Of[M]) ByName(name string, names []string, options map[string]any) (m M, err error) {
	for _, m := range r.All {
		if strings.EqualFold(m.Name(), name) {
			v, err := withOptions(m.Name(), m, options, r.Elsewhere)
			if err != nil {
				return m, err
			}
			return v.(M), nil
		}
	}
	return m, fmt.Errorf("minimize: there is no %s %q%s%s; the methods are %s", r.What, name, r.Purpose, suggest.Nearest(name, names), strings.Join(names, ", "))
}

// withOptions is a struct with the fields of the tags opt:"name" set. A zero sets -1, which asks for 0
// itself, as a field that is 0 means the default (package option). After the name, ",zero" means that 0
// sets 0, ",negative" that SciPy takes negative numbers for the default, and ",not" that a Boolean field is
// the opposite of SciPy's option.
func withOptions(name string, defaults any, options map[string]any, elsewhere map[string]string) (any, error) {
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
			if elsewhere[k] != "" {
				return nil, fmt.Errorf("minimize: method %s has no option %q, for which there is the field %s of Options; its own are %s", name, k, elsewhere[k], strings.Join(known, ", "))
			}
			return nil, fmt.Errorf("minimize: method %s has no option %q%s; its options are %s", name, k, suggest.Nearest(k, known), strings.Join(known, ", "))
		}
		x := reflect.ValueOf(options[k])
		if !x.IsValid() {
			continue // nil: the default
		}
		if !set(f, x, rules[k]) {
			return nil, fmt.Errorf("minimize: option %s of method %s is a %s, want %s", k, name, x.Type(), f.Type())
		}
	}
	return v.Interface(), nil
}

// set sets a field to an option by the rule of its tag. It reports false if the option is of a type that
// the field cannot have.
func set(f, x reflect.Value, rule string) bool {
	number := x.CanInt() || x.CanFloat()
	switch {
	case f.Type() == reflect.TypeFor[*float64]() && number:
		p := x.Convert(f.Type().Elem()).Float()
		f.Set(reflect.ValueOf(&p))
		return true
	case f.Kind() == reflect.Bool && x.Kind() == reflect.Bool && rule == "not":
		f.SetBool(!x.Bool())
		return true
	case x.Type().AssignableTo(f.Type()):
	case f.Kind() == reflect.Slice && x.Kind() == reflect.Slice:
		return setSlice(f, x)
	case f.Type() == reflect.TypeFor[*mat.SymDense]() && x.Kind() == reflect.Slice:
		return setSymmetric(f, x)
	case f.Kind() == reflect.Float64 && number:
	case f.Kind() == reflect.Int && x.CanInt():
	case f.Kind() == reflect.Int && x.CanFloat() && x.Float() == float64(int(x.Float())):
	default:
		return false
	}
	if f.Kind() == reflect.Float64 || f.Kind() == reflect.Int {
		switch {
		case rule == "negative" && (x.CanInt() && x.Int() < 0 || x.CanFloat() && x.Float() < 0):
			return true
		case rule != "zero" && x.IsZero():
			x = reflect.ValueOf(-1)
		}
	}
	f.Set(x.Convert(f.Type()))
	return true
}

// setSlice sets a field to a list of numbers, or of lists of them, of any types, as a JSON decoder makes them.
func setSlice(f, x reflect.Value) bool {
	made := reflect.MakeSlice(f.Type(), x.Len(), x.Len())
	for i := range x.Len() {
		v := x.Index(i)
		if v.Kind() == reflect.Interface {
			v = v.Elem()
		}
		if !v.IsValid() || !set(made.Index(i), v, "zero") {
			return false
		}
	}
	f.Set(made)
	return true
}

// setSymmetric sets a field to the symmetric part of the matrix with these rows.
func setSymmetric(f, x reflect.Value) bool {
	var rows [][]float64
	if !setSlice(reflect.ValueOf(&rows).Elem(), x) {
		return false
	}
	n := len(rows)
	if slices.ContainsFunc(rows, func(row []float64) bool { return len(row) != n }) || n == 0 {
		return false
	}
	m := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			m.SetSym(i, j, (rows[i][j]+rows[j][i])/2)
		}
	}
	f.Set(reflect.ValueOf(m))
	return true
}

// Settings are the options of a method in words, for fingerprints of checkpoints. Functions are left out,
// and limits, so that a search that has reached its limit can be resumed with a larger one.
func Settings(m any) string {
	v, s := reflect.Indirect(reflect.ValueOf(m)), ""
	for i := range v.NumField() {
		f := v.Field(i)
		if f.Kind() == reflect.Pointer && !f.IsNil() {
			f = f.Elem()
		}
		if f.Kind() != reflect.Func && !slices.Contains([]string{"maxiter", "maxfev", "maxfun"}, v.Type().Field(i).Tag.Get("opt")) {
			s += fmt.Sprintf("%v;", f)
		}
	}
	return s
}

// Check reports a method that is a nil pointer, or an option that is NaN.
func Check[M interface{ Name() string }](m M) error {
	if option.Nil(m) {
		return fmt.Errorf("minimize: the method is a nil %T", m)
	}
	if name := option.NaN(m); name != "" {
		return fmt.Errorf("minimize: %s of method %s is NaN", name, m.Name())
	}
	return nil
}
