package kernel

import (
	"math"
	"testing"
	"unsafe"
)

// special are numbers that comparisons, signs and extremes treat in their own ways.
var specialNumbers = []float64{0, math.Copysign(0, -1), 1, -1, 1.5, -2.25, math.Inf(1), math.Inf(-1), math.NaN(), 5e-324, -5e-324, math.MaxFloat64}

func sameBits(x, y float64) bool {
	return math.Float64bits(x) == math.Float64bits(y) || math.IsNaN(x) && math.IsNaN(y)
}

// The processor's routines give the bits of operations on single numbers, for all pairs of special numbers, also over an operand.
func TestWideBits(t *testing.T) {
	n := len(specialNumbers) * len(specialNumbers) / 8 * 8
	x, y := make([]float64, n), make([]float64, n)
	p := make([]bool, n)
	for i := range x {
		x[i], y[i] = specialNumbers[i%len(specialNumbers)], specialNumbers[i/len(specialNumbers)]
		p[i] = i%3 == 0
	}
	number := map[string]struct {
		f    Wide
		want func(x, y float64) float64
	}{
		"add":  {AddF64, func(x, y float64) float64 { return x + y }},
		"sub":  {SubF64, func(x, y float64) float64 { return x - y }},
		"mul":  {MulF64, func(x, y float64) float64 { return x * y }},
		"div":  {DivF64, func(x, y float64) float64 { return x / y }},
		"max":  {MaxF64, func(x, y float64) float64 { return max(x, y) }},
		"min":  {MinF64, func(x, y float64) float64 { return min(x, y) }},
		"sqrt": {SqrtF64, func(x, _ float64) float64 { return math.Sqrt(x) }},
		"neg":  {NegF64, func(x, _ float64) float64 { return -x }},
		"abs":  {AbsF64, func(x, _ float64) float64 { return math.Abs(x) }},
		"sign": {SignF64, func(x, _ float64) float64 {
			switch {
			case x > 0:
				return 1
			case x < 0:
				return -1
			}
			return x
		}},
	}
	for name, c := range number {
		if c.f == nil {
			t.Skip("this processor has no such routines")
		}
		for _, over := range []int{0, 1, 2} {
			a, b, o := append([]float64(nil), x...), append([]float64(nil), y...), make([]float64, n)
			switch over {
			case 1:
				o = a
			case 2:
				o = b
			}
			c.f(unsafe.Pointer(&o[0]), unsafe.Pointer(&a[0]), unsafe.Pointer(&b[0]), nil, n)
			for i, v := range o {
				if want := c.want(x[i], y[i]); !sameBits(v, want) {
					t.Errorf("%s(%v, %v) is %v, want %v", name, x[i], y[i], v, want)
				}
			}
		}
	}
	truth := map[string]struct {
		f    Wide
		want func(x, y float64) bool
	}{
		"lt":     {LtF64, func(x, y float64) bool { return x < y }},
		"le":     {LeF64, func(x, y float64) bool { return x <= y }},
		"eq":     {EqF64, func(x, y float64) bool { return x == y }},
		"finite": {FiniteF64, func(x, _ float64) bool { return x-x == 0 }},
	}
	for name, c := range truth {
		o := make([]bool, n)
		c.f(unsafe.Pointer(&o[0]), unsafe.Pointer(&x[0]), unsafe.Pointer(&y[0]), nil, n)
		for i, v := range o {
			if want := c.want(x[i], y[i]); v != want {
				t.Errorf("%s(%v, %v) is %v, want %v", name, x[i], y[i], v, want)
			}
		}
	}
	o := make([]float64, n)
	Select64(unsafe.Pointer(&o[0]), unsafe.Pointer(&p[0]), unsafe.Pointer(&x[0]), unsafe.Pointer(&y[0]), n)
	for i, v := range o {
		want := y[i]
		if p[i] {
			want = x[i]
		}
		if !sameBits(v, want) {
			t.Errorf("select(%v, %v, %v) is %v", p[i], x[i], y[i], v)
		}
	}
}

// The same for bools and int32.
func TestWideBoolsAndIntegers(t *testing.T) {
	if AndBool == nil {
		t.Skip("this processor has no such routines")
	}
	const n = 64
	var x, y, p, o [n]bool
	var a, b, c [n]int32
	for i := range n {
		x[i], y[i], p[i] = i%2 == 0, i%3 == 0, i%5 < 2
		a[i], b[i] = int32(i*i)-7<<28, int32(i%4)*int32(i*i)-7<<28
	}
	at := func(v *[n]bool) unsafe.Pointer { return unsafe.Pointer(v) }
	int32At := func(v *[n]int32) unsafe.Pointer { return unsafe.Pointer(v) }
	check := func(name string, want func(i int) bool) {
		for i, v := range o {
			if v != want(i) {
				t.Errorf("%s: element %d is %v", name, i, v)
			}
		}
	}
	AndBool(at(&o), at(&x), at(&y), nil, n)
	check("and", func(i int) bool { return x[i] && y[i] })
	OrBool(at(&o), at(&x), at(&y), nil, n)
	check("or", func(i int) bool { return x[i] || y[i] })
	EqBool(at(&o), at(&x), at(&y), nil, n)
	check("eq", func(i int) bool { return x[i] == y[i] })
	NotBool(at(&o), at(&x), nil, nil, n)
	check("not", func(i int) bool { return !x[i] })
	SelectBool(at(&o), at(&p), at(&x), at(&y), n)
	check("select", func(i int) bool { return p[i] && x[i] || !p[i] && y[i] })
	EqInt32(at(&o), int32At(&a), int32At(&b), nil, n)
	check("eq of int32", func(i int) bool { return a[i] == b[i] })
	numbers := func(name string, want func(i int) int32) {
		for i, v := range c {
			if v != want(i) {
				t.Errorf("%s: element %d is %v, want %v", name, i, v, want(i))
			}
		}
	}
	AddInt32(int32At(&c), int32At(&a), int32At(&b), nil, n)
	numbers("add", func(i int) int32 { return a[i] + b[i] })
	Select32(int32At(&c), at(&p), int32At(&a), int32At(&b), n)
	numbers("select", func(i int) int32 {
		if p[i] {
			return a[i]
		}
		return b[i]
	})
	BoolToInt32(int32At(&c), at(&p), nil, nil, n)
	numbers("convert", func(i int) int32 {
		if p[i] {
			return 1
		}
		return 0
	})
}
