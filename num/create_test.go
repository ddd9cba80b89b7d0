package num_test

import (
	"errors"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// A constant takes the dtype of what it meets, on either side and in every operation that
// takes several arrays.
func TestConst(t *testing.T) {
	for _, d := range []num.DType{num.Float64, num.Float32, num.Int32, num.Int64} {
		x := num.Full(d, 3, 2)
		for name, y := range map[string]num.Array{
			"Add":           x.Add(num.Const(2)),
			"on the left":   num.Const(2).Mul(x),
			"Maximum":       num.Maximum(x, num.Const(5)),
			"Where":         num.Where(x.Gt(num.Const(2)), x, num.Const(7)),
			"Where, first":  num.Where(num.Const(7).Gt(x), num.Const(1), x),
			"Rem":           x.Rem(num.Const(2)),
			"Set":           x.Set(num.Const(9), num.I(0)),
			"Put":           x.Put(num.New([]int32{1}), num.Const(9), 0),
			"Stack":         num.Stack(num.Const(1), x.At(0)),
			"DynamicSlice":  x.DynamicSlice([]num.Array{num.Const(1)}, 1),
			"Array's Const": x.Const(4),
			"of two":        x.Mul(num.Const(2).Add(num.Const(3))),
		} {
			if y.DType() != d {
				t.Errorf("%v, %s: the result is %v", d, name, y.DType())
			}
		}
	}
	near(t, "values", num.Full(num.Float32, 3, 2).Sub(num.Const(0.5)).AsType(num.Float64), num.Vector(2.5, 2.5), 0)
	if d := num.Const(1).Add(num.Const(2)).DType(); d != num.Float64 {
		t.Errorf("two constants make %v", d)
	}
	if d := num.Int(3).DType(); d != num.Int32 {
		t.Errorf("Int makes %v", d)
	}
	for _, f := range []func() num.Array{
		func() num.Array { return num.Full(num.Int32, 1).Add(num.Const(0.5)) },
		func() num.Array { return num.Full(num.Uint32, 1).Add(num.Const(-1)) },
		func() num.Array { return num.Full(num.Float32, 1).Add(num.Const(1).Exp()) },
	} {
		if _, err := num.Try(f); !errors.Is(err, num.ErrDType) {
			t.Errorf("no error about dtypes: %v", err)
		}
	}
	// The same inside a transformation.
	g := num.Grad(func(x num.Array) num.Array { return num.Where(x.Gt(num.Const(0)), x, num.Const(0)).Sum() })
	near(t, "gradient", g(num.New([]float32{-1, 2})).AsType(num.Float64), num.Vector(0, 1), 0)
}

// What is made of constants only is a constant too: a choice among them, concrete or traced,
// takes the dtype of what it meets.
func TestConstFromConstants(t *testing.T) {
	x := num.New([]float32{-1, 2})
	sign := func(x num.Array) num.Array {
		return x.Mul(num.Where(x.Gt(num.Const(0)), num.Const(1.5), num.Const(-0.5).Sub(num.Const(1))))
	}
	if y := sign(x); y.DType() != num.Float32 {
		t.Errorf("the result is %v", y.DType())
	}
	y, err := num.Jit(sign).Call(x)
	if err != nil || y.DType() != num.Float32 {
		t.Errorf("traced, the result is %v, %v", y.DType(), err)
	}
	near(t, "values", y.AsType(num.Float64), num.Vector(1.5, 3), 0)
	if _, err := num.Try(func() num.Array {
		return num.New([]int32{1, 2}).Add(num.Where(x.Gt(num.Const(0)), num.Const(1), num.Const(2)))
	}); !errors.Is(err, num.ErrDType) {
		t.Errorf("no error about dtypes: %v", err)
	}
	// A comparison of constants is a bool, and a function of one is float64.
	if d := num.Const(1).Lt(num.Const(2)).DType(); d != num.Bool {
		t.Errorf("a comparison is %v", d)
	}
}
