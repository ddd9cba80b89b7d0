// Package option has the rule by which numbers in options structs are read.
package option

// Or returns v, or the default def if v is 0. Because 0 in an options struct means that
// nothing was set, a negative v asks for 0 itself. NaN is returned as it is.
func Or[T int | float64](v, def T) T {
	if v == 0 {
		return def
	}
	return max(v, 0)
}
