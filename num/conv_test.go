package num_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// naiveConv is the definition for one spatial axis.
func naiveConv(x, w A, stride, lo, hi, ldil, rdil int) A {
	n, ci, l := x.Shape()[0], x.Shape()[1], x.Shape()[2]
	co, k := w.Shape()[0], w.Shape()[2]
	length := (l-1)*ldil + 1 + lo + hi
	out := (length-(k-1)*rdil-1)/stride + 1
	xs, ws := x.Float64s(), w.Float64s()
	y := make([]float64, n*co*out)
	for b := range n {
		for o := range co {
			for p := range out {
				for c := range ci {
					for q := range k {
						at := p*stride + q*rdil - lo
						if at >= 0 && at%ldil == 0 && at/ldil < l {
							y[(b*co+o)*out+p] += xs[(b*ci+c)*l+at/ldil] * ws[(o*ci+c)*k+q]
						}
					}
				}
			}
		}
	}
	return num.New(y, n, co, out)
}

func TestConv(t *testing.T) {
	x := num.Arange(num.Float64, 0, 42).Sin().Reshape(2, 3, 7)
	w := num.Arange(num.Float64, 0, 36).Cos().Reshape(4, 3, 3)
	for _, o := range []num.ConvOptions{
		{}, {Strides: []int{2}}, {Pad: [][2]int{{2, 1}}}, {LHSDilation: []int{2}, RHSDilation: []int{2}}, {Same: true, Strides: []int{3}},
	} {
		s, l, r, lo, hi := 1, 1, 1, 0, 0
		if o.Strides != nil {
			s = o.Strides[0]
		}
		if o.LHSDilation != nil {
			l, r = 2, 2
		}
		if o.Pad != nil {
			lo, hi = o.Pad[0][0], o.Pad[0][1]
		}
		if o.Same {
			lo, hi = 1, 1
		}
		near(t, fmt.Sprint(o), num.Conv(x, w, o), naiveConv(x, w, s, lo, hi, l, r), 1e-14)
	}
	grouped := num.Conv(num.Concat(1, x, x), num.Concat(0, w, w.Neg()), num.ConvOptions{Groups: 2})
	plain := num.Conv(x, w, num.ConvOptions{})
	near(t, "groups", grouped, num.Concat(1, plain, plain.Neg()), 1e-14)
	loss := func(w A) A { return num.Conv(x, w, num.ConvOptions{Same: true}).Square().Sum() }
	g := num.Grad(loss)(w)
	const h = 1e-6
	e := num.Zeros(4, 3, 3).Set(num.Scalar(h), num.I(2), num.I(1), num.I(0))
	near(t, "finite difference", g.At(2, 1, 0), loss(w.Add(e)).Sub(loss(w.Sub(e))).Scale(1/(2*h)), 1e-7)
	near(t, "HVP symmetric", num.HVP(loss, w, x.Reshape(-1).Range(0, 36).Reshape(4, 3, 3)).Mul(w).Sum(),
		num.HVP(loss, w, w).Mul(x.Reshape(-1).Range(0, 36).Reshape(4, 3, 3)).Sum(), 1e-12)
	_, err := num.Try(func() A { return num.Conv(x, num.Zeros(4, 2, 3), num.ConvOptions{}) })
	if !errors.Is(err, num.ErrShape) || !strings.Contains(err.Error(), "[4 2 3]") {
		t.Errorf("features do not fit: %v", err)
	}
}
