package kernel_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/argmin-go/argmin/internal/core/kernel"
	"pgregory.net/rapid"
)

// naiveConv is the definition, with its dilations and paddings spelled out.
func naiveConv(lhs []float64, ls []int, rhs []float64, rs []int, c kernel.ConvDims) ([]float64, []int) {
	os := c.OutShape(ls, rs)
	out := make([]float64, size(os))
	lst, rst := strides(ls), strides(rs)
	bg, fg := max(c.BatchGroups, 1), max(c.FeatureGroups, 1)
	each(os, func(at int, o []int) {
		group := o[1] / (rs[0] / (bg * fg))
		each(rs[1:], func(_ int, k []int) {
			image, feature := o[0], group*rs[1]+k[0]
			if bg > 1 {
				image, feature = group*os[0]+o[0], k[0]
			}
			from := image*lst[0] + feature*lst[1]
			for d, p := range o[2:] {
				x := p*c.Strides[d] + k[1+d]*c.RHSDilation[d] - c.PadLo[d]
				if x < 0 || x%c.LHSDilation[d] != 0 || x/c.LHSDilation[d] >= ls[2+d] {
					return
				}
				from += x / c.LHSDilation[d] * lst[2+d]
			}
			out[at] += lhs[from] * rhs[o[1]*rst[0]+offset(k, rst[1:])]
		})
	})
	return out, os
}

func TestConv(t *testing.T) {
	r := newRand()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(what string, lo, hi int) int { return rapid.IntRange(lo, hi).Draw(t, what) }
		var c kernel.ConvDims
		groups, batch, features := 1, draw("batch", 0, 3), draw("features", 0, 3)
		outs := draw("outs", 0, 3)
		switch draw("groups", 0, 2) {
		case 1:
			groups = draw("feature groups", 1, 3)
			c.FeatureGroups = groups
		case 2:
			groups = draw("batch groups", 1, 3)
			c.BatchGroups = groups
		}
		ls, rs := []int{batch * max(c.BatchGroups, 1), features * max(c.FeatureGroups, 1)}, []int{outs * groups, features}
		for range draw("rank", 0, 3) {
			ls, rs = append(ls, draw("in", 0, 7)), append(rs, draw("taps", 1, 3))
			c.Strides = append(c.Strides, draw("stride", 1, 3))
			c.PadLo = append(c.PadLo, draw("lo", -2, 3))
			c.PadHi = append(c.PadHi, draw("hi", -2, 3))
			c.LHSDilation = append(c.LHSDilation, draw("lhs dilation", 1, 3))
			c.RHSDilation = append(c.RHSDilation, draw("rhs dilation", 1, 3))
		}
		lhs, rhs := fill[float64](r, size(ls)), fill[float64](r, size(rs))
		want, shape := naiveConv(lhs, ls, rhs, rs, c)
		out := fill[float64](r, size(shape))
		kernel.Conv(out, lhs, ls, rhs, rs, c)
		for i := range want {
			if !(math.Abs(out[i]-want[i]) <= 1e-13*(1+math.Abs(want[i]))) {
				t.Fatalf("lhs %v rhs %v %+v: element %d of %v is %v, want %v", ls, rs, c, i, shape, out[i], want[i])
			}
		}
	})
}

// TestConvTiles: lines longer than a tile, many lines, and a plain 1x1 kernel.
func TestConvTiles(t *testing.T) {
	r := newRand()
	for _, c := range []struct{ ls, rs []int }{
		{[]int{1, 2, 5000}, []int{3, 2, 4}},
		{[]int{2, 3, 90, 70}, []int{4, 3, 3, 3}},
		{[]int{2, 3, 60, 70}, []int{4, 3, 1, 1}},
		{[]int{1, 40, 3, 3000}, []int{5, 40, 2, 3}},
	} {
		n := len(c.ls) - 2
		one := []int{1, 1}[:n]
		dims := kernel.ConvDims{Strides: one, PadLo: []int{0, 0}[:n], LHSDilation: one, RHSDilation: one}
		lhs, rhs := fill[float64](r, size(c.ls)), fill[float64](r, size(c.rs))
		want, shape := naiveConv(lhs, c.ls, rhs, c.rs, dims)
		out := make([]float64, size(shape))
		kernel.Conv(out, lhs, c.ls, rhs, c.rs, kernel.ConvDims{})
		near(t, fmt.Sprint(c.ls, c.rs), out, want, 1e-13)
		l32, r32, o32 := make([]float32, len(lhs)), make([]float32, len(rhs)), make([]float32, len(out))
		for i, v := range lhs {
			l32[i] = float32(v)
		}
		for i, v := range rhs {
			r32[i] = float32(v)
		}
		kernel.Conv(o32, l32, c.ls, r32, c.rs, kernel.ConvDims{})
		near(t, fmt.Sprint("f32 ", c.ls, c.rs), o32, want, 1e-5)
	}
}

func BenchmarkConv(b *testing.B) {
	r := newRand()
	for _, c := range []struct{ ls, rs []int }{
		{[]int{1, 1, 10}, []int{1, 1, 3}},
		{[]int{8, 16, 28, 28}, []int{32, 16, 3, 3}},
	} {
		b.Run(fmt.Sprint(c.ls, c.rs), func(b *testing.B) {
			var dims kernel.ConvDims
			lhs, rhs, out := fill[float32](r, size(c.ls)), fill[float32](r, size(c.rs)), make([]float32, size(dims.OutShape(c.ls, c.rs)))
			b.ReportAllocs()
			for b.Loop() {
				kernel.Conv(out, lhs, c.ls, rhs, c.rs, dims)
			}
			gflops(b, 2*float64(len(out)*size(c.rs[1:])))
		})
	}
}
