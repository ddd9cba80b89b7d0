package door

import (
	"context"
	"reflect"
	"strings"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/leastsq"
	"github.com/argmin-go/argmin/minimize/root"
	"github.com/argmin-go/argmin/minimize/scalar"
)

// describeMethods is the kind "methods", which solves nothing: its info has for each kind with methods the names of these, and
// for each the names of its options, and for "minimize" what the method is for.
func describeMethods(_ context.Context, r *request) (Result, error) {
	if err := r.unknown(); err != nil {
		return Result{}, err
	}
	return Result{Info: map[string]any{
		"minimize":        described(minimize.Methods(), minimize.MethodByName),
		"root":            described(root.Methods(), root.MethodByName),
		"least_squares":   described(leastsq.Methods(), leastsq.MethodByName),
		"minimize_scalar": described(scalar.Methods(), scalar.MethodByName),
		"root_scalar":     described(scalar.RootMethods(), scalar.RootMethodByName),
		"quadratic":       configurations(quadraticMethods),
		"conic":           configurations(conicMethods),
	}}, nil
}

// described are the options of methods, the names of the tags by which MethodByName sets them, and what they can do.
func described[M any](names []string, byName func(string, map[string]any) (M, error)) map[string]any {
	all := map[string]any{}
	for _, name := range names {
		m, err := byName(name, nil)
		if err != nil {
			continue // a name of the list is known
		}
		options := []string{}
		for _, f := range reflect.VisibleFields(reflect.TypeOf(m)) {
			if tag, _, _ := strings.Cut(f.Tag.Get("opt"), ","); tag != "" {
				options = append(options, tag)
			}
		}
		d := map[string]any{"options": options}
		if m, ok := any(m).(minimize.Method); ok {
			c := m.Capability()
			d["bounds"], d["constraints"], d["values_only"] = c.Bounds, c.Constraints, c.DerivativeFree
			d["hess"] = c.Hess || c.FullHess
		}
		all[name] = d
	}
	return all
}
