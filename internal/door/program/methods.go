package program

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	argmin "github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/suggest"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/linsolve"
	"github.com/argmin-go/argmin/num"
)

// The methods of each kind of problem with their default options. A method is a line here.
var methods = map[string]map[string]any{
	"minimize": {
		"LBFGS": argmin.LBFGS{}, "BFGS": argmin.BFGS{}, "NonlinearCG": argmin.NonlinearCG{}, "GradientDescent": argmin.GradientDescent{},
		"Newton": argmin.Newton{}, "NewtonCG": argmin.NewtonCG{}, "TrustRegion": argmin.TrustRegion{}, "NelderMead": argmin.NelderMead{},
	},
	"bounded":               {"LBFGSB": argmin.LBFGSB{}, "ProjectedGradient": argmin.ProjectedGradient{}},
	"least_squares":         {"LevenbergMarquardt": argmin.LevenbergMarquardt{}, "GaussNewton": argmin.GaussNewton{}, "Dogleg": argmin.Dogleg{}},
	"bounded_least_squares": {"TrustRegionReflective": argmin.TrustRegionReflective{}},
	"root":                  {"Newton": argmin.Newton{}, "NewtonKrylov": argmin.NewtonKrylov{}, "Broyden": argmin.Broyden{}, "Hybrid": argmin.Hybrid{}},
	"fixed_point":           {"AndersonAcceleration": argmin.AndersonAcceleration{}, "FixedPointIteration": argmin.FixedPointIteration{}},
}

// lineSearches and linearSolvers are the choices of options of these types, by name.
var (
	lineSearches = map[string]func() linesearch.Search{
		"zoom":         func() linesearch.Search { return linesearch.Zoom(linesearch.ZoomOptions{}) },
		"backtracking": func() linesearch.Search { return linesearch.Backtracking(linesearch.BacktrackingOptions{}) },
		"hager-zhang":  func() linesearch.Search { return linesearch.HagerZhang(linesearch.HagerZhangOptions{}) },
	}
	linearSolvers = map[string]func() num.LinearSolver{
		"cg":       func() num.LinearSolver { return linsolve.CG(linsolve.Options{}) },
		"minres":   func() num.LinearSolver { return linsolve.MINRES(linsolve.Options{}) },
		"gmres":    func() num.LinearSolver { return linsolve.GMRES(linsolve.GMRESOptions{}) },
		"bicgstab": func() num.LinearSolver { return linsolve.BiCGSTAB(linsolve.Options{}) },
		"cholesky": func() num.LinearSolver { return linsolve.Cholesky(linsolve.Options{}) },
		"lu":       func() num.LinearSolver { return linsolve.LU(linsolve.Options{}) },
	}
)

// Methods are the names of the methods of each kind of problem, with the options that they have.
func Methods() map[string]map[string][]string {
	all := map[string]map[string][]string{}
	for kind, ms := range methods {
		all[kind] = map[string][]string{}
		for name, m := range ms {
			all[kind][name] = optionNames(reflect.TypeOf(m))
		}
	}
	return all
}

// Options are the names of the options that all methods have.
func Options() []string { return optionNames(reflect.TypeFor[argmin.Options]()) }

// method is the method of a name for a kind of problem, and the options for all methods, from options of both. The zero
// method is the kind's default.
func method[M any](kind, name string, options map[string]any) (m M, opt argmin.Options) {
	known := reflect.TypeFor[argmin.Options]()
	target := reflect.New(known).Elem()
	var own reflect.Value
	names := optionNames(known)
	if name != "" {
		defaults, ok := methods[kind][name]
		if !ok {
			all := slices.Sorted(maps.Keys(methods[kind]))
			throw("there is no method %q for problems of the kind %s%s; the methods are %s", name, kind, suggest.Nearest(name, all), strings.Join(all, ", "))
		}
		own = reflect.New(reflect.TypeOf(defaults)).Elem()
		names = append(names, optionNames(own.Type())...)
	}
	for _, key := range slices.Sorted(maps.Keys(options)) {
		f := field(target, key)
		if own.IsValid() && field(own, key).IsValid() {
			f = field(own, key)
		}
		if !f.IsValid() {
			throw("%s has no option %q%s; the options are %s", orDefault(name, "the default method"), key, suggest.Nearest(key, names), strings.Join(names, ", "))
		}
		if err := set(f, options[key]); err != nil {
			throw("option %s: %v", key, err)
		}
	}
	opt = target.Interface().(argmin.Options)
	if own.IsValid() {
		m = own.Interface().(M)
	}
	return m, opt
}

func orDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// optionNames are the names of the fields that options can set, as Python writes them.
func optionNames(t reflect.Type) (names []string) {
	for _, f := range reflect.VisibleFields(t) {
		if f.IsExported() && settable(f.Type) {
			names = append(names, snake(f.Name))
		}
	}
	return names
}

func settable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Float64, reflect.Int, reflect.Bool:
		return true
	}
	return t == reflect.TypeFor[linesearch.Search]() || t == reflect.TypeFor[num.LinearSolver]()
}

// field is the field of a name as Python writes it, and invalid if there is none.
func field(v reflect.Value, name string) reflect.Value {
	for _, f := range reflect.VisibleFields(v.Type()) {
		if f.IsExported() && settable(f.Type) && snake(f.Name) == name {
			return v.FieldByIndex(f.Index)
		}
	}
	return reflect.Value{}
}

// snake is MaxIter as max_iter, and C1 as c1.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && 'A' <= r && r <= 'Z' && !('A' <= name[i-1] && name[i-1] <= 'Z') {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

// set sets an option. 0 is itself, and not the default, which argmin writes as a negative number; nil is the default.
func set(f reflect.Value, x any) error {
	switch x := x.(type) {
	case nil:
		return nil
	case bool:
		if f.Kind() == reflect.Bool {
			f.SetBool(x)
			return nil
		}
	case float64:
		if x == 0 {
			x = -1
		}
		switch {
		case f.Kind() == reflect.Float64:
			f.SetFloat(x)
			return nil
		case f.Type() != reflect.TypeFor[argmin.CGFormula]() && f.Kind() == reflect.Int && x == float64(int(x)):
			f.SetInt(int64(x))
			return nil
		}
	case string:
		return setName(f, x)
	}
	return fmt.Errorf("it is %v, want a %s", x, f.Type())
}

// setName sets an option that is a choice between names.
func setName(f reflect.Value, name string) error {
	var known []string
	switch f.Type() {
	case reflect.TypeFor[linesearch.Search]():
		if s, ok := lineSearches[name]; ok {
			f.Set(reflect.ValueOf(s()))
			return nil
		}
		known = slices.Sorted(maps.Keys(lineSearches))
	case reflect.TypeFor[num.LinearSolver]():
		if s, ok := linearSolvers[name]; ok {
			f.Set(reflect.ValueOf(s()))
			return nil
		}
		known = slices.Sorted(maps.Keys(linearSolvers))
	case reflect.TypeFor[argmin.CGFormula]():
		for c := argmin.PolakRibiere; c <= argmin.HagerZhang; c++ {
			if c.String() == name {
				f.SetInt(int64(c))
				return nil
			}
			known = append(known, c.String())
		}
	}
	if known == nil {
		return fmt.Errorf("it is %q, want a %s", name, f.Type())
	}
	return fmt.Errorf("there is no %q%s; the choices are %s", name, suggest.Nearest(name, known), strings.Join(known, ", "))
}
