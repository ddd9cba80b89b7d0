package convex

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// How tightly the parts of a printed expression hang together.
const (
	precSum = iota
	precProduct
	precAtom
)

// String is the expression as one writes it.
func (x Expr) String() string {
	n := x.node()
	if n.err != nil {
		return "(" + n.err.Error() + ")"
	}
	return print(n)
}

func print(n *node) string { s, _ := show(n); return s }

// inside is an expression as a part of one that hangs together as tightly as prec.
func inside(n *node, prec int) string {
	s, p := show(n)
	if p < prec {
		return "(" + s + ")"
	}
	return s
}

func show(n *node) (string, int) {
	if n.leaf != nil {
		return showLeaf(n)
	}
	switch f := n.atom.(type) {
	case sumOf:
		return showSum(n), precSum
	case negation:
		return "−" + inside(n.args[0], precProduct), precProduct
	case elementwiseProduct, matrixProduct:
		return showProduct(n), precProduct
	case reciprocal:
		return "1/" + inside(n.args[0], precAtom), precProduct
	case move:
		if f.what == "broadcast" {
			return show(n.args[0])
		}
		if f.show != nil {
			return f.show(inside(n.args[0], precAtom)), precAtom
		}
	case reduction:
		return showSumOf(f, n)
	case norm1:
		return "‖" + print(n.args[0]) + "‖₁", precAtom
	case norm2:
		return "‖" + print(n.args[0]) + "‖₂", precAtom
	case normInf:
		return "‖" + print(n.args[0]) + "‖∞", precAtom
	case nuclearNorm:
		return "‖" + print(n.args[0]) + "‖_*", precAtom
	case inverse:
		return "1/" + inside(n.args[0], precAtom), precProduct
	}
	var args []string
	for _, a := range n.args {
		args = append(args, print(a))
	}
	switch f := n.atom.(type) {
	case power:
		args = append(args, number(f.p))
	case huber:
		args = append(args, number(f.m))
	case normP:
		args = append(args, number(f.p))
	case sumLargest:
		args = append(args, strconv.Itoa(f.k))
	}
	return n.atom.name() + "(" + strings.Join(args, ", ") + ")", precAtom
}

func showLeaf(n *node) (string, int) {
	l := n.leaf
	switch {
	case l.name != "":
		return l.name, precAtom
	case l.mat == nil && len(n.shape) == 0:
		return number(l.value.Item()), precAtom
	case l.mat == nil && len(n.shape) == 1 && n.shape[0] <= 4:
		var list []string
		for _, v := range l.value.Float64s() {
			list = append(list, number(v))
		}
		return "(" + strings.Join(list, ", ") + ")", precAtom
	}
	// An array without a name is printed by its shape, or by its element if all are equal.
	if l.mat == nil {
		all := l.value.Float64s()
		same := true
		for _, v := range all {
			same = same && v == all[0]
		}
		if same && len(all) > 0 {
			return number(all[0]), precAtom
		}
		if isIdentity(n.shape, all) {
			return "I", precAtom
		}
	}
	return "const" + ir.ShapeString(n.shape), precAtom
}

func isIdentity(shape []int, all []float64) bool {
	if len(shape) != 2 || shape[0] != shape[1] {
		return false
	}
	for i, v := range all {
		if want := i%(shape[0]+1) == 0; want != (v == 1) || !want && v != 0 {
			return false
		}
	}
	return true
}

func number(x float64) string {
	return strings.Replace(strconv.FormatFloat(x, 'g', 6, 64), "-", "−", 1)
}

func showSum(n *node) string {
	var s strings.Builder
	var add func(n *node, minus bool)
	add = func(n *node, minus bool) {
		n = unbroadcast(n)
		switch n.atom.(type) {
		case sumOf:
			if !minus {
				add(n.args[0], false)
				add(n.args[1], false)
				return
			}
		case negation:
			if !minus {
				add(n.args[0], true)
				return
			}
		}
		prec := precSum
		if minus {
			prec = precProduct
		}
		term := inside(n, prec)
		switch {
		case !minus && strings.HasPrefix(term, "−") && s.Len() > 0:
			term, minus = strings.TrimPrefix(term, "−"), true
		}
		switch {
		case s.Len() > 0 && minus:
			s.WriteString(" − ")
		case s.Len() > 0:
			s.WriteString(" + ")
		case minus:
			s.WriteString("−")
		}
		s.WriteString(term)
	}
	add(n, false)
	return s.String()
}

// showProduct puts factors side by side: elementwise products of arrays have a sign between them.
func showProduct(n *node) string {
	a, b := unbroadcast(n.args[0]), unbroadcast(n.args[1])
	if _, matrix := n.atom.(matrixProduct); matrix {
		left := inside(a, precProduct)
		if _, product := a.atom.(matrixProduct); len(a.shape) == 1 && !(product && len(unbroadcast(a.args[0]).shape) == 1) {
			left = inside(a, precAtom) + "ᵀ"
		}
		return left + " " + inside(b, precAtom)
	}
	if a.hasVar && !b.hasVar {
		a, b = b, a
	}
	if r, ok := b.atom.(reciprocal); ok {
		return inside(a, precProduct) + "/" + inside(r.of(b), precAtom)
	}
	if r, ok := a.atom.(reciprocal); ok {
		return inside(b, precProduct) + "/" + inside(r.of(a), precAtom)
	}
	sep := " "
	if size(a.shape) > 1 && size(b.shape) > 1 {
		sep = " ∘ "
	}
	return inside(a, precProduct) + sep + inside(b, precAtom)
}

func (reciprocal) of(n *node) *node { return n.args[0] }

func showSumOf(f reduction, n *node) (string, int) {
	x := n.args[0]
	if f.shown && x.atom != nil { // the trace of a matrix, whose diagonal x is
		return f.what + "(" + print(x.args[0]) + ")", precAtom
	}
	if len(f.axes) > 0 {
		return fmt.Sprintf("%s(%s, axis %s)", f.what, print(x), strings.Trim(fmt.Sprint(f.axes), "[]")), precAtom
	}
	if x.leaf != nil && len(x.shape) == 1 && x.leaf.name != "" {
		return "1ᵀ" + x.leaf.name, precProduct
	}
	if _, product := x.atom.(elementwiseProduct); product && len(x.shape) == 1 {
		if a, b := x.args[0], x.args[1]; unbroadcast(a) == a && unbroadcast(b) == b {
			return inside(a, precAtom) + "ᵀ " + inside(b, precAtom), precProduct
		}
	}
	return f.what + "(" + print(x) + ")", precAtom
}
