// Package option has the rule by which numbers in options structs are read, and what makes such
// a struct unusable whatever it is for.
package option

import (
	"math"
	"reflect"
	"sync"
)

// Or returns v, or the default def if v is 0. Because 0 in an options struct means that
// nothing was set, a negative v asks for 0 itself. NaN is returned as it is.
func Or[T int | float64](v, def T) T {
	if v == 0 {
		return def
	}
	return max(v, 0)
}

// Nil reports whether m, such as a method given as an interface, is a nil pointer.
func Nil(m any) bool {
	v := reflect.ValueOf(m)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

// NaN returns the name of the first field of the struct m, or of the one that m points to, that
// is NaN; "" if there is none.
func NaN(m any) string {
	v := reflect.Indirect(reflect.ValueOf(m))
	if v.Kind() != reflect.Struct {
		return ""
	}
	for _, f := range floats(v.Type()) {
		if math.IsNaN(v.FieldByIndex(f.Index).Float()) {
			return f.Name
		}
	}
	return ""
}

var known sync.Map // what floats returns, by type: searches ask again and again

// floats are the fields of a struct that are floating-point numbers.
func floats(t reflect.Type) []reflect.StructField {
	if v, ok := known.Load(t); ok {
		return v.([]reflect.StructField)
	}
	var fields []reflect.StructField
	for _, f := range reflect.VisibleFields(t) {
		if k := f.Type.Kind(); k == reflect.Float64 || k == reflect.Float32 {
			fields = append(fields, f)
		}
	}
	known.Store(t, fields)
	return fields
}
