package num_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// naiveEinsum sums over all labels, element by element.
func naiveEinsum(spec string, xs ...A) A {
	in, out, _ := strings.Cut(spec, "->")
	names := strings.Split(in, ",")
	size := map[byte]int{}
	var labels []byte
	for i, s := range names {
		for k := range len(s) {
			if _, ok := size[s[k]]; !ok {
				labels = append(labels, s[k])
			}
			size[s[k]] = xs[i].Shape()[k]
		}
	}
	shape := make([]int, len(out))
	total := 1
	for i := range len(out) {
		shape[i] = size[out[i]]
		total *= shape[i]
	}
	y := make([]float64, total)
	at := map[byte]int{}
	offset := func(s string) int {
		o := 0
		for k := range len(s) {
			o = o*size[s[k]] + at[s[k]]
		}
		return o
	}
	data := make([][]float64, len(xs))
	for i, x := range xs {
		data[i] = x.Float64s()
	}
	var rec func(k int)
	rec = func(k int) {
		if k == len(labels) {
			p := 1.0
			for i, s := range names {
				p *= data[i][offset(s)]
			}
			y[offset(out)] += p
			return
		}
		for i := range size[labels[k]] {
			at[labels[k]] = i
			rec(k + 1)
		}
	}
	rec(0)
	return num.New(y, shape...)
}

func TestEinsum(t *testing.T) {
	size := map[rune]int{'a': 2, 'b': 3, 'c': 4, 'd': 2, 'e': 1}
	for i, spec := range []string{
		"a->", "a->a", "ab->ba", "ab->a", "aa->a", "aa->", "aba->b", "aba->ab", "ab,bc->ac", "ab,ab->", "ab,ab->ab", "a,b->ab", "a,b->ba",
		"abc,bc->a", "abc,bcd->ad", "abc,abd->acd", "ab,bc,cd->ad", "ab,bc,cd,da->", "abc,a,b,c->", "aab,bc->ac", "ae,eb->ab", "abc,cb->ba", "ab,c->abc", "ab,bd,ad->b",
	} {
		in, _, _ := strings.Cut(spec, "->")
		var xs []A
		for k, s := range strings.Split(in, ",") {
			var shape []int
			for _, l := range s {
				shape = append(shape, size[l])
			}
			xs = append(xs, randn(uint64(10*i+k), shape...))
		}
		near(t, spec, num.Einsum(spec, xs...), naiveEinsum(spec, xs...), 1e-13)
	}
	x, y := randn(1, 2, 3, 4), randn(2, 1, 4, 5)
	near(t, "...", num.Einsum("...ij,...jk->...ik", x, y), x.MatMul(y), 1e-14)
	near(t, "... implicit", num.Einsum("...ij,...jk", x, y), x.MatMul(y), 1e-14)
	near(t, "implicit", num.Einsum("ba", randn(3, 2, 3)), randn(3, 2, 3).T(), 0)
	near(t, "trace", num.Einsum("ii", spd(1, 3)), num.Trace(spd(1, 3)), 1e-15)
	near(t, "sum over ...", num.Einsum("...i->i", x), x.Sum(0, 1), 1e-14)
	near(t, "int", num.Einsum("ij,j->i", num.New([]int32{1, 2, 3, 4}, 2, 2), num.New([]int32{5, 6})), num.Vector(17, 39), 0)
	g := num.Grad(func(w A) A { return num.Einsum("ab,bc,ca->", x.At(0).T(), w, num.Ones(2, 4)) })
	near(t, "gradient", g(num.Ones(3, 2)), num.Einsum("ab,ca->bc", x.At(0).T(), num.Ones(2, 4)), 1e-13)
	for want, f := range map[string]func() A{
		"axis b has sizes 3 and 4":      func() A { return num.Einsum("ab,bc->ac", randn(1, 2, 3), randn(1, 4, 2)) },
		"1 operands are named, 2 given": func() A { return num.Einsum("ab->a", x, y) },
		"axis z is in no operand":       func() A { return num.Einsum("a->z", num.Vector(1)) },
		"the result has axis a twice":   func() A { return num.Einsum("a->aa", num.Vector(1)) },
		`"ab" names 2 axes of 3`:        func() A { return num.Einsum("ab->a", x) },
		"is not a letter":               func() A { return num.Einsum("a1->a", randn(1, 2, 2)) },
	} {
		if _, err := num.Try(f); !errors.Is(err, num.ErrShape) || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
