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
	e := equation{spec: spec, xs: xs, size: map[rune]int{}, count: map[rune]int{}}
	in, out, explicit := strings.Cut(strings.ReplaceAll(spec, " ", ""), "->")
	e.operands(strings.Split(in, ","))
	if explicit {
		e.result(out)
	} else {
		e.implicitResult()
	}
	return e.evaluate()
}

// equation is the sum that an [Einsum] spells out.
type equation struct {
	spec  string
	xs    []Array
	terms []term
	want  []rune       // the labels of the result
	size  map[rune]int // of the axes with a label
	count map[rune]int // how often a label occurs among the operands
	rank  int          // of the ellipsis
}

// term is an operand of a sum with a label for each axis. Labels are letters; the
// axes that an ellipsis stands for have labels from dots on, counted from the last.
type term struct {
	x      Array
	labels []rune
}

const dots rune = 1 << 20

// fail throws an error that shows the equation and the shapes.
func (e *equation) fail(format string, args ...any) {
	err := ir.Errorf(ir.ShapeError, "num.Einsum", format, args...)
	shapes := make([]string, len(e.xs))
	for i, x := range e.xs {
		shapes[i] = ir.ShapeString(x.Shape())
	}
	err.Msg = e.spec + " of shapes " + strings.Join(shapes, ", ") + ": " + err.Msg
	ir.Throw(err)
}

// parse gives the labels of an operand, or of the result, with n axes.
func (e *equation) parse(s string, n int) []rune {
	head, tail, found := strings.Cut(s, "...")
	k := n - len(head) - len(tail)
	if k < 0 || !found && k != 0 {
		e.fail("%q names %d axes of %d", s, len(head)+len(tail), n)
	}
	labels := []rune(head)
	for i := k - 1; i >= 0; i-- {
		labels = append(labels, dots+rune(i))
	}
	e.rank = max(e.rank, k)
	labels = append(labels, []rune(tail)...)
	for _, l := range labels {
		if l < dots && (l < 'A' || l > 'z' || l > 'Z' && l < 'a') {
			e.fail("%q is not a letter", l)
		}
	}
	return labels
}

// operands labels the axes of the operands and collects their sizes.
func (e *equation) operands(names []string) {
	if len(names) != len(e.xs) {
		e.fail("%d operands are named, %d given", len(names), len(e.xs))
	}
	e.terms = make([]term, len(e.xs))
	for i, x := range e.xs {
		if x.DType() != e.xs[0].DType() {
			e.fail("operands are %s and %s; convert one with AsType", e.xs[0].DType(), x.DType())
		}
		e.terms[i] = term{x, e.parse(names[i], x.Rank())}
		for k, l := range e.terms[i].labels {
			n := x.Shape()[k]
			if old, ok := e.size[l]; ok && old != n && (l < dots || old != 1 && n != 1) {
				e.fail("axis %s has sizes %d and %d", label(l), old, n)
			}
			if l < dots || n != 1 || e.size[l] == 0 {
				e.size[l] = n
			}
			e.count[l]++
		}
	}
}

// result labels the axes of the result as they are written to the right of "->".
func (e *equation) result(out string) {
	head, tail, found := strings.Cut(out, "...")
	n := len(head) + len(tail)
	if found {
		n += e.rank
	}
	e.want = e.parse(out, n)
	for i, l := range e.want {
		if e.count[l] == 0 {
			e.fail("the result's axis %s is in no operand", label(l))
		}
		if slices.Contains(e.want[:i], l) {
			e.fail("the result has axis %s twice", label(l))
		}
	}
}

// implicitResult has the axes of the ellipsis, then the letters that occur once.
func (e *equation) implicitResult() {
	for l := range e.count {
		if l < dots && e.count[l] == 1 {
			e.want = append(e.want, l)
		}
	}
	slices.Sort(e.want)
	for i := range e.rank {
		e.want = slices.Insert(e.want, i, dots+rune(e.rank-1-i))
	}
}

// needed reports whether the result, or a term other than a and b, has the label.
func (e *equation) needed(l rune, a, b int) bool {
	if slices.Contains(e.want, l) {
		return true
	}
	for i, t := range e.terms {
		if i != a && i != b && slices.Contains(t.labels, l) {
			return true
		}
	}
	return false
}

// cheapest is the pair of terms whose product is the smallest, compared with what it
// replaces.
func (e *equation) cheapest() (bi, bj int) {
	best := 0.0
	for i := range e.terms {
		for j := i + 1; j < len(e.terms); j++ {
			cost := 1.0
			for _, l := range union(e.terms[i].labels, e.terms[j].labels) {
				if e.needed(l, i, j) {
					cost *= float64(e.size[l])
				}
			}
			cost -= float64(e.terms[i].x.Size() + e.terms[j].x.Size())
			if i == 0 && j == 1 || cost < best {
				bi, bj, best = i, j, cost
			}
		}
	}
	return bi, bj
}

// evaluate contracts the terms in pairs until one is left.
func (e *equation) evaluate() Array {
	for i := range e.terms {
		e.terms[i] = e.terms[i].diagonals().squeeze()
	}
	for i := range e.terms {
		e.terms[i] = e.terms[i].sum(func(l rune) bool { return e.needed(l, i, i) })
	}
	for len(e.terms) > 1 {
		i, j := e.cheapest()
		joined := contract(e.terms[i], e.terms[j], func(l rune) bool { return e.needed(l, i, j) })
		e.terms = append(slices.Delete(slices.Delete(e.terms, j, j+1), i, i+1), joined)
	}
	t := e.terms[0]
	// Axes of an ellipsis that have size 1 everywhere were left out.
	shape := make([]int, len(e.want))
	var perm []int
	for i, l := range e.want {
		shape[i] = e.size[l]
		if k := slices.Index(t.labels, l); k >= 0 {
			perm = append(perm, k)
		}
	}
	return t.x.transposed(perm).Reshape(shape...)
}

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
func (t term) squeeze() term {
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
