package sparse_test

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/check/arrays"
	"github.com/argmin-go/argmin/sparse"
)

func TestGonum(t *testing.T) {
	a := random(rand.New(rand.NewPCG(19, 20)), 5, 4, 0.4)
	m := a.Gonum()
	var product mat.Dense
	product.Mul(m.T(), m)
	if off := arrays.Off(sparse.FromGonum(&product).Dense(), a.Gram().Dense()); !(off < 1e-14) {
		t.Errorf("the product is off by %g", off)
	}
	if b := sparse.FromGonum(m); b.Pattern() != a.Pattern() || arrays.Off(b.Values, a.Values) != 0 {
		t.Errorf("there and back it is %v", b)
	}
	band := mat.NewBandDense(4, 4, 1, 0, []float64{0, 1, 2, 3, 4, 5, 6, 7})
	if b := sparse.FromGonum(band); b.NNZ() != 7 || b.At(3, 2).Item() != 6 {
		t.Errorf("a band matrix is %v", b)
	}
}
