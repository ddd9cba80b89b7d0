package num_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// Arrays print as slices of numbers do: integers by all digits, long axes with an ellipsis, and
// each element with the verb of fmt.
func TestFormat(t *testing.T) {
	ints := num.New([]int64{123456789, -1, math.MaxInt64})
	x := num.Vector(1, -2.5, math.Pi, math.NaN())
	for _, c := range []struct{ got, want string }{
		{ints.String(), "[123456789 -1 9223372036854775807]"},
		{fmt.Sprint(num.Full(num.Int32, math.MaxInt32)), "2147483647"},
		{fmt.Sprint(num.New([]uint32{4294967295})), "[4294967295]"},
		{fmt.Sprintf("%d", ints), "[123456789 -1 9223372036854775807]"},
		{fmt.Sprintf("%.1f", ints), "[123456789.0 -1.0 9223372036854775808.0]"},
		{fmt.Sprint(x), "[1 -2.5 3.14159 NaN]"},
		{fmt.Sprintf("%s", x), "[1 -2.5 3.14159 NaN]"},
		{fmt.Sprintf("%.3f", x), "[1.000 -2.500 3.142 NaN]"},
		{fmt.Sprintf("%8.2e|", x.Range(1, 3)), "[-2.50e+00 3.14e+00]|"},
		{fmt.Sprintf("%g", x), "[1 -2.5 3.141592653589793 NaN]"},
		{fmt.Sprintf("%+v", x.Range(0, 2)), "[1 -2.5]"},
		{fmt.Sprintf("%.2f", num.Scalar(2)), "2.00"},
		{fmt.Sprintf("%v %t", num.New([]bool{true, false}), num.New([]bool{true, false})), "[true false] [true false]"},
		{num.Arange(num.Int32, 0, 1000).String()[:12], "[0 1 2 3 4 5"},
		{num.Arange(num.Int32, 0, 1001).String(), "[0 1 2 ... 998 999 1000]"},
		{fmt.Sprintf("%.1f", num.Zeros(2, 501)), "[[0.0 0.0 0.0 ... 0.0 0.0 0.0] [0.0 0.0 0.0 ... 0.0 0.0 0.0]]"},
		{fmt.Sprintf("%v %.3f", num.Array{}, num.Array{}), "<no array> <no array>"},
		{fmt.Sprintf("%v", num.Zeros(0, 3)), "[]"},
		{fmt.Sprintf("%v", struct{ X A }{num.Scalar(1)}), "{1}"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
	if n := len(num.Zeros(1000, 1000).String()); n > 200 {
		t.Errorf("a large array prints %d bytes", n)
	}
	num.Grad(func(x A) A {
		if s := fmt.Sprintf("%.3f", x); !strings.Contains(s, "traced") {
			t.Errorf("a traced array prints %s", s)
		}
		return x
	})(num.Scalar(1))
}
