package num

import (
	"slices"
	"strings"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// Einsum sums products of elements of arrays by Einstein's convention, in NumPy's
// notation: letters name axes, those missing on the right of "->" are summed over,
// a letter twice in one operand takes its diagonal, and "..." stands for axes that
// broadcast. Without "->" the result has the letters that occur once, in
// alphabetical order. Several operands are contracted in pairs, the ones first
// that give the smallest result.
func Einsum(spec string, xs ...Array) Array {
	const op = "num.Einsum"
	fail := func(format string, args ...any) {
		e := ir.Errorf(ir.ShapeError, op, format, args...)
		shapes := make([]string, len(xs))
		for i, x := range xs {
			shapes[i] = ir.ShapeString(x.Shape())
		}
		e.Msg = spec + " of shapes " + strings.Join(shapes, ", ") + ": " + e.Msg
		ir.Throw(e)
	}
	in, out, explicit := strings.Cut(strings.ReplaceAll(spec, " ", ""), "->")
	names := strings.Split(in, ",")
	if len(names) != len(xs) {
		fail("%d operands are named, %d given", len(names), len(xs))
	}
	rank := 0 // of the ellipsis
	parse := func(s string, n int) []rune {
		head, tail, found := strings.Cut(s, "...")
		k := n - len(head) - len(tail)
		if k < 0 || !found && k != 0 {
			fail("%q names %d axes of %d", s, len(head)+len(tail), n)
		}
		labels := []rune(head)
		for i := k - 1; i >= 0; i-- {
			labels = append(labels, dots+rune(i))
		}
		rank = max(rank, k)
		labels = append(labels, []rune(tail)...)
		for _, l := range labels {
			if l < dots && (l < 'A' || l > 'z' || l > 'Z' && l < 'a') {
				fail("%q is not a letter", l)
			}
		}
		return labels
	}
	size, count := map[rune]int{}, map[rune]int{}
	terms := make([]term, len(xs))
	for i, x := range xs {
		if x.DType() != xs[0].DType() {
			fail("operands are %s and %s; convert one with AsType", xs[0].DType(), x.DType())
		}
		terms[i] = term{x, parse(names[i], x.Rank())}
		for k, l := range terms[i].labels {
			n := x.Shape()[k]
			if old, ok := size[l]; ok && old != n && (l < dots || old != 1 && n != 1) {
				fail("axis %s has sizes %d and %d", label(l), old, n)
			}
			if l < dots || n != 1 || size[l] == 0 {
				size[l] = n
			}
			count[l]++
		}
	}
	var want []rune
	if explicit {
		head, tail, found := strings.Cut(out, "...")
		n := len(head) + len(tail)
		if found {
			n += rank
		}
		want = parse(out, n)
	} else {
		for l := range count {
			if l < dots && count[l] == 1 {
				want = append(want, l)
			}
		}
		slices.Sort(want)
		for i := range rank {
			want = slices.Insert(want, i, dots+rune(rank-1-i))
		}
	}
	for i, l := range want {
		if count[l] == 0 {
			fail("the result's axis %s is in no operand", label(l))
		}
		if slices.Contains(want[:i], l) {
			fail("the result has axis %s twice", label(l))
		}
	}
	for i := range terms {
		terms[i] = terms[i].diagonals().squeeze(size)
	}
	needed := func(l rune, a, b int) bool {
		if slices.Contains(want, l) {
			return true
		}
		for i, t := range terms {
			if i != a && i != b && slices.Contains(t.labels, l) {
				return true
			}
		}
		return false
	}
	for i := range terms {
		terms[i] = terms[i].sum(func(l rune) bool { return needed(l, i, i) })
	}
	for len(terms) > 1 {
		bi, bj, best := 0, 1, 0.0
		for i := range terms {
			for j := i + 1; j < len(terms); j++ {
				cost := 1.0
				for _, l := range union(terms[i].labels, terms[j].labels) {
					if needed(l, i, j) {
						cost *= float64(size[l])
					}
				}
				cost -= float64(terms[i].x.Size() + terms[j].x.Size())
				if i == 0 && j == 1 || cost < best {
					bi, bj, best = i, j, cost
				}
			}
		}
		joined := contract(terms[bi], terms[bj], func(l rune) bool { return needed(l, bi, bj) })
		terms = append(slices.Delete(slices.Delete(terms, bj, bj+1), bi, bi+1), joined)
	}
	t := terms[0]
	// Axes of an ellipsis that have size 1 everywhere were left out.
	shape := make([]int, len(want))
	var perm []int
	for i, l := range want {
		shape[i] = size[l]
		if k := slices.Index(t.labels, l); k >= 0 {
			perm = append(perm, k)
		}
	}
	return t.x.transposed(perm).Reshape(shape...)
}

// term is an operand of a sum with a label for each axis. Labels are letters; the
// axes that an ellipsis stands for have labels from dots on, counted from the last.
type term struct {
	x      Array
	labels []rune
}

const dots rune = 1 << 20

func label(l rune) string {
	if l >= dots {
		return "of ..."
	}
	return string(l)
}

func union(a, b []rune) []rune {
	out := slices.Clone(a)
	for _, l := range b {
		if !slices.Contains(a, l) {
			out = append(out, l)
		}
	}
	return out
}

// transposed is T for any number of axes, where T() of none reverses.
func (a Array) transposed(perm []int) Array {
	if len(perm) == 0 {
		return a
	}
	return a.T(perm...)
}

// diagonals joins the axes that have the same label.
func (t term) diagonals() term {
	for i := 0; i < len(t.labels); i++ {
		j := slices.Index(t.labels[i+1:], t.labels[i])
		if j < 0 {
			continue
		}
		j += i + 1
		var perm []int
		for k := range t.labels {
			if k != i && k != j {
				perm = append(perm, k)
			}
		}
		l := t.labels[i]
		t.x = Diag(t.x.T(append(perm, i, j)...))
		t.labels = append(slices.Delete(slices.Delete(slices.Clone(t.labels), j, j+1), i, i+1), l)
		i--
	}
	return t
}

// squeeze drops axes of size 1 that broadcast.
func (t term) squeeze(size map[rune]int) term {
	var labels []rune
	var shape []int
	for i, l := range t.labels {
		if n := t.x.Shape()[i]; l < dots || n != 1 {
			labels, shape = append(labels, l), append(shape, n)
		}
	}
	return term{t.x.Reshape(shape...), labels}
}

// sum sums the axes that are not needed.
func (t term) sum(needed func(rune) bool) term {
	var axes []int
	var labels []rune
	for i, l := range t.labels {
		if needed(l) {
			labels = append(labels, l)
		} else {
			axes = append(axes, i)
		}
	}
	if len(axes) > 0 {
		t.x = t.x.Sum(axes...)
	}
	return term{t.x, labels}
}

// contract multiplies two terms and sums what is not needed any more.
func contract(a, b term, needed func(rune) bool) term {
	if !a.x.DType().IsFloat() {
		return multiply(a, b).sum(needed)
	}
	var c, ba [2][]int
	var labels, free []rune
	for i, l := range a.labels {
		j := slices.Index(b.labels, l)
		switch {
		case j < 0:
			free = append(free, l)
		case needed(l):
			ba[0], ba[1], labels = append(ba[0], i), append(ba[1], j), append(labels, l)
		default:
			c[0], c[1] = append(c[0], i), append(c[1], j)
		}
	}
	for _, l := range b.labels {
		if !slices.Contains(a.labels, l) {
			free = append(free, l)
		}
	}
	return term{DotGeneral(a.x, b.x, c, ba), append(labels, free...)}.sum(needed)
}

// multiply brings two terms to all their labels and multiplies element by element.
func multiply(a, b term) term {
	all := union(a.labels, b.labels)
	spread := func(t term) Array {
		shape := make([]int, len(all))
		var perm []int
		for i, l := range all {
			shape[i] = 1
			if k := slices.Index(t.labels, l); k >= 0 {
				perm, shape[i] = append(perm, k), t.x.Shape()[k]
			}
		}
		return t.x.transposed(perm).Reshape(shape...)
	}
	return term{spread(a).Mul(spread(b)), all}
}
