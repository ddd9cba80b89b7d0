package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// ConvOptions configures [Conv]. A slice has one entry per spatial axis; nil stands
// for ones, or for no padding.
type ConvOptions struct {
	Strides []int    // steps of the window
	Pad     [][2]int // zeros before and after each spatial axis
	Same    bool     // instead of Pad: as many zeros as make the output ⌈input/stride⌉ long
	// LHSDilation spaces the input out: n puts n-1 zeros between neighbours (a
	// transposed convolution). RHSDilation does the same to the kernel.
	LHSDilation, RHSDilation []int
	Groups                   int // independent groups of features; default 1
}

// Conv is the convolution of machine learning (the kernel is not flipped) of x, of shape
// [batch, features, spatial…], with w, of shape [output features, features/Groups,
// spatial…]; the result is [batch, output features, spatial…].
func Conv(x, w Array, opt ConvOptions) Array {
	const op = "num.Conv"
	r := x.Rank() - 2
	if r < 0 || w.Rank() != x.Rank() {
		ir.Throw(ir.Errorf(ir.ShapeError, op,
			"shapes %s and %s, want [batch, features, spatial…] and [output features, features, spatial…]",
			ir.ShapeString(x.Shape()), ir.ShapeString(w.Shape())))
	}
	ones := func(name string, s []int) []int {
		if s == nil {
			return slices.Repeat([]int{1}, r)
		}
		if len(s) != r {
			ir.Throw(ir.Errorf(ir.ArgumentError, op, "%s has %d entries for %d spatial axes", name, len(s), r))
		}
		for _, n := range s {
			if n < 1 {
				ir.Throw(ir.Errorf(ir.ArgumentError, op, "%s is %v, want 1 or more for each axis", name, s))
			}
		}
		return slices.Clone(s)
	}
	c := prim.ConvOp{Strides: ones("Strides", opt.Strides), LHSDilation: ones("LHSDilation", opt.LHSDilation),
		RHSDilation: ones("RHSDilation", opt.RHSDilation), PadLo: make([]int, r), PadHi: make([]int, r)}
	if opt.Pad != nil && (opt.Same || len(opt.Pad) != r) {
		ir.Throw(ir.Errorf(ir.ArgumentError, op,
			"Pad has %d entries for %d spatial axes and Same is %t; want one entry per axis, or Same", len(opt.Pad), r, opt.Same))
	}
	for i := range r {
		switch {
		case opt.Same:
			n := (x.Shape()[2+i]-1)*c.LHSDilation[i] + 1
			k := (w.Shape()[2+i]-1)*c.RHSDilation[i] + 1
			total := max(0, ((n+c.Strides[i]-1)/c.Strides[i]-1)*c.Strides[i]+k-n)
			c.PadLo[i], c.PadHi[i] = total/2, total-total/2
		case opt.Pad != nil:
			c.PadLo[i], c.PadHi[i] = opt.Pad[i][0], opt.Pad[i][1]
		}
	}
	if opt.Groups < 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "Groups is %d, want 1 or more, or 0 for the default 1", opt.Groups))
	}
	g := max(opt.Groups, 1)
	if g == 1 {
		return apply(c, x.value(), w.value())
	}
	if x.Shape()[1] != g*w.Shape()[1] || w.Shape()[0]%g != 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "shapes %s and %s cannot be divided into %d groups",
			ir.ShapeString(x.Shape()), ir.ShapeString(w.Shape()), g))
	}
	parts := make([]Array, g)
	ci, co := w.Shape()[1], w.Shape()[0]/g
	for i := range g {
		parts[i] = apply(c, x.Index(All, Span(i*ci, (i+1)*ci)).v, w.Index(Span(i*co, (i+1)*co)).v)
	}
	return Concat(1, parts...)
}
