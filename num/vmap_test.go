package num_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
)

func TestVmap(t *testing.T) {
	xs := num.New([]float64{1, 2, 3, 4, 5, 6}, 2, 3)
	g := num.Vmap(num.Grad(rosen))(xs)
	near(t, "Vmap(Grad)", g, num.Stack(num.Grad(rosen)(xs.At(0)), num.Grad(rosen)(xs.At(1))), 1e-14)
	s := func(xs A) A { return num.Vmap(rosen)(xs).Sum() }
	near(t, "Grad(Vmap)", num.Grad(s)(xs), g, 1e-14)
	// Captured values are shared and differentiated.
	w := num.Vector(1, 2, 3)
	outer := func(w A) A { return num.Vmap(func(x A) A { return x.Dot(w) })(xs).Square().Sum() }
	want := xs.T().MatMul(xs.MatMul(w)).Scale(2)
	near(t, "captured", num.Grad(outer)(w), want, 1e-14)
}

type layer struct{ W, B A }

func TestVmapAxes(t *testing.T) {
	f := func(l layer) layer { return layer{l.W.MatMul(l.B), l.B.Sum()} }
	w := num.New([]float64{1, 2, 3, 4}, 2, 2)
	b := num.New([]float64{1, 2, 3, 4, 5, 6}, 2, 3) // a batch of 3 along the second axis
	y := num.VmapAxes(f, num.Axes{".W": num.Shared, ".B": 1}, num.Axes{".W": -1})(layer{w, b})
	near(t, "W", y.W, w.MatMul(b), 1e-15)
	near(t, "B", y.B, b.Sum(0), 1e-15)
	nested := num.Vmap(func(x A) A { return num.Vmap(func(y A) A { return y.Mul(x).Sum() })(b.T()) })(num.New([]float64{1, 0, 0, 1}, 2, 2))
	near(t, "nested", nested, b, 1e-15)
	_, err := num.Try(func() layer { return num.Vmap(f)(layer{num.Zeros(2, 2, 2), num.Zeros(3, 2)}) })
	if !errors.Is(err, num.ErrShape) || !strings.Contains(err.Error(), ".B") {
		t.Errorf("batches of different sizes: %v", err)
	}
	_, err = num.Try(func() layer { return num.VmapAxes(f, num.Axes{".Q": 0}, nil)(layer{w, b}) })
	if !errors.Is(err, num.ErrArgument) || !strings.Contains(err.Error(), ".Q") {
		t.Errorf("axis of a leaf that is not there: %v", err)
	}
}
