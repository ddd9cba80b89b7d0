package door

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unicode"

	"github.com/argmin-go/argmin/internal/suggest"
)

// configured is a method M, as the interface I, whose fields are those of the options.
func configured[M, I any](o convexOptions) (i I, err error) {
	var m M
	v := reflect.ValueOf(&m).Elem()
	for _, name := range sortedKeys(o.MethodOptions) {
		at := fieldOf(v.Type(), name)
		if at < 0 {
			names := fieldNames(v.Type())
			return i, fmt.Errorf("has no option %q%s; its options are %s", name, suggest.Nearest(name, names), strings.Join(names, ", "))
		}
		if err := json.Unmarshal(o.MethodOptions[name], v.Field(at).Addr().Interface()); err != nil {
			return i, fmt.Errorf("has an option %s of the type %s, not %s", name, v.Field(at).Type(), o.MethodOptions[name])
		}
	}
	return any(m).(I), nil
}

// fieldOf is the index of the field that an option sets, or -1.
func fieldOf(t reflect.Type, option string) int {
	for i, name := range fieldNames(t) {
		if name == option {
			return i
		}
	}
	return -1
}

// fieldNames are the names of a struct's fields as options have them: NoPolish as no_polish.
func fieldNames(t reflect.Type) []string {
	names := []string{}
	for _, f := range reflect.VisibleFields(t) {
		var b strings.Builder
		for i, r := range f.Name {
			if unicode.IsUpper(r) && i > 0 {
				b.WriteByte('_')
			}
			b.WriteRune(unicode.ToLower(r))
		}
		names = append(names, b.String())
	}
	return names
}

// configurations are the options of methods that configured makes, for the kind "methods".
func configurations[M any](methods map[string]func(convexOptions) (M, error)) map[string]any {
	all := map[string]any{}
	for name, f := range methods {
		if m, err := f(convexOptions{}); err == nil {
			all[name] = map[string]any{"options": fieldNames(reflect.TypeOf(m))}
		}
	}
	return all
}
