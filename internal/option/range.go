package option

import (
	"fmt"
	"math"
)

// Range is a number of an options struct, and the interval in which it must be unless it is 0,
// which stands for its default.
type Range struct {
	name       string
	value      float64
	low, high  float64
	open, wide bool // whether low does not belong to the interval; whether there is no high
	below      bool // whether high does not belong to it
}

// Positive is for numbers above 0.
func Positive(name string, v float64) Range {
	return Range{name: name, value: v, open: true, wide: true}
}

// AtLeast is for numbers of low or more.
func AtLeast(name string, v, low float64) Range {
	return Range{name: name, value: v, low: low, wide: true}
}

// Between is for numbers above low and below high.
func Between(name string, v, low, high float64) Range {
	return Range{name: name, value: v, low: low, high: high, open: true, below: true}
}

// Share is for numbers from 0, which a negative one asks for, to below 1.
func Share(name string, v float64) Range {
	return Range{name: name, value: max(v, 0), high: 1, below: true}
}

// AtMost is the range up to high, which belongs to it.
func (r Range) AtMost(high float64) Range {
	r.high, r.wide = high, false
	return r
}

// Wrong says what is wrong with the number, as a field of the named struct; "" if nothing is.
func (r Range) Wrong(of string) string {
	v := r.value
	ok := (v > r.low || v == r.low && !r.open) && (r.wide || v < r.high || v == r.high && !r.below)
	if v == 0 || ok {
		return ""
	}
	if of != "" {
		of += "."
	}
	if v == math.Trunc(v) && math.Abs(v) < 1e15 { // integers as such
		return fmt.Sprintf("%s%s is %.0f, want %s", of, r.name, v, r.want())
	}
	return fmt.Sprintf("%s%s is %v, want %s", of, r.name, v, r.want())
}

func (r Range) want() string {
	switch {
	case math.IsNaN(r.value):
		return "a number"
	case r.wide && r.open && r.low == 0:
		return "a positive number"
	case r.wide && r.open:
		return fmt.Sprintf("more than %v", r.low)
	case r.wide:
		return fmt.Sprintf("at least %v", r.low)
	case r.open && r.below:
		return fmt.Sprintf("a number between %v and %v", r.low, r.high)
	case r.below:
		return fmt.Sprintf("at least %v and less than %v", r.low, r.high)
	}
	return fmt.Sprintf("a number from %v to %v", r.low, r.high)
}
