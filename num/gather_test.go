package num_test

import (
	"errors"
	"testing"

	"github.com/argmin-go/argmin/num"
)

func TestTakeAndPut(t *testing.T) {
	x := num.New([]float64{1, 2, 3, 4, 5, 6}, 3, 2)
	idx := num.New([]int64{2, 0, -1, 2}, 2, 2)
	near(t, "Take", x.Take(idx, 0), num.New([]float64{5, 6, 1, 2, 5, 6, 5, 6}, 2, 2, 2), 0)
	along := num.New([]int32{1, 0, 0, 1, -1, -1}, 3, 2)
	near(t, "TakeAlong", x.TakeAlong(along, 1), num.New([]float64{2, 1, 3, 4, 6, 6}, 3, 2), 0)
	near(t, "TakeAlong axis 0", x.TakeAlong(num.New([]int32{2, 1}, 1, 2), 0), num.New([]float64{5, 4}, 1, 2), 0)
	near(t, "Put", x.Put(num.New([]int32{1, 1}), num.New([]float64{7, 8}, 2, 1), 0), num.New([]float64{1, 2, 8, 8, 5, 6}, 3, 2), 0)
	near(t, "PutAdd", x.PutAdd(num.New([]int32{1, 1}), num.New([]float64{7, 8}, 2, 1), 0), num.New([]float64{1, 2, 18, 19, 5, 6}, 3, 2), 0)
	f := func(x A) A { return x.Take(idx, 0).Sin().Mul(x.TakeAlong(along, 1).Sum()).Reshape(-1) }
	near(t, "modes", num.JacobianFwd(f)(x), num.JacobianRev(f)(x), 1e-14)
	near(t, "adds up", num.Grad(func(x A) A { return x.Take(num.New([]int32{0, 0, 0}), 0).Sum() })(num.Vector(1, 2)), num.Vector(3, 0), 0)
	_, err := num.Try(func() A { return x.Take(num.Vector(1), 0) })
	if !errors.Is(err, num.ErrDType) {
		t.Errorf("indices that are not integers: %v", err)
	}
	_, err = num.Try(func() A { return x.TakeAlong(num.New([]int32{1}), 0) })
	if !errors.Is(err, num.ErrShape) {
		t.Errorf("indices of another rank: %v", err)
	}
}

func TestDynamicSlices(t *testing.T) {
	x := num.Arange(num.Float64, 0, 12).Reshape(3, 4)
	at := func(i, j float64) []A { return []A{num.Full(num.Int32, i), num.Full(num.Int32, j)} }
	near(t, "slice", x.DynamicSlice(at(1, 2), 2, 2), num.New([]float64{6, 7, 10, 11}, 2, 2), 0)
	near(t, "clamped", x.DynamicSlice(at(9, -5), 2, 2), num.New([]float64{4, 5, 8, 9}, 2, 2), 0)
	near(t, "update", x.DynamicUpdateSlice(num.Zeros(1, 4), at(1, 0)).Sum(), num.Scalar(66-22), 0)
	// A loop that writes rows: what a history of a solver does.
	rows := func(x A) A {
		return num.ForLoop(0, 5, func(i, h A) A {
			return h.DynamicUpdateSlice(x.Sin().Mul(i.AsType(num.Float64)).Reshape(1, 2), []A{i.Rem(num.Full(num.Int32, 3)), num.Full(num.Int32, 0)})
		}, num.Zeros(3, 2))
	}
	v := num.Vector(0.5, 2)
	s := v.Sin()
	near(t, "history", rows(v), num.Stack(s.Scale(3), s.Scale(4), s.Scale(2)), 1e-15)
	f := func(x A) A { return rows(x).Reshape(-1) }
	near(t, "modes", num.JacobianFwd(f)(v), num.JacobianRev(f)(v), 1e-15)
	near(t, "Vmap", num.Vmap(rows)(num.Stack(v, v.Neg())), num.Stack(rows(v), rows(v.Neg())), 1e-15)
}
