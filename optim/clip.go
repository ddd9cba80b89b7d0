package optim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/arg"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// Clip moves every element of updates into [-bound, bound].
func Clip(bound Number) Transform {
	s := newSpec("Clip")
	n := s.number("bound", bound, must, limit)
	return s.stateless(func(st *step) []array {
		b := st.at(n)
		return st.each(func(_ int, g array) array {
			hi := b.like(g)
			return num.Minimum(num.Maximum(g, hi.Neg()), hi)
		})
	})
}

// shrink is min(1, bound/n) for a norm n, 1 where n is zero.
func shrink(n, bound array) array {
	over := n.Ge(bound).And(n.Gt(num.Const(0)))
	// NaN compares with nothing; it must not pass.
	over = over.Or(n.Ne(n))
	return num.Where(over, bound.Div(arg.Safe(over, n)), num.Const(1))
}

// ClipByGlobalNorm scales all updates down to the Euclidean norm bound of all of them
// together where it is larger (Pascanu, Mikolov & Bengio, "On the difficulty of
// training recurrent neural networks", 2013).
func ClipByGlobalNorm(bound Number) Transform {
	s := newSpec("ClipByGlobalNorm")
	n := s.number("bound", bound, must, limit)
	return s.stateless(func(st *step) []array {
		total := norm(st.Updates...)
		f := shrink(total, st.at(n).of(total.DType()))
		return st.each(func(_ int, g array) array { return g.Mul(f.AsType(g.DType())) })
	})
}

// ClipByBlockRMS scales every leaf down to the root mean square bound where it is
// larger.
func ClipByBlockRMS(bound Number) Transform {
	s := newSpec("ClipByBlockRMS")
	return s.blockRMS(s.number("bound", bound, must, limit))
}

func (s *spec) blockRMS(n number) Transform {
	return s.stateless(func(st *step) []array {
		b := st.at(n)
		return st.each(func(_ int, g array) array { return g.Mul(shrink(rms(g), b.like(g))) })
	})
}

// NormalizeByUpdateNorm scales updates to the norm length, up to eps: length · u/(|u| + eps)
// with the norm of all of them together. The defaults are 1 and 1e-6.
func NormalizeByUpdateNorm(length, eps Number) Transform {
	s := newSpec("NormalizeByUpdateNorm")
	l, e := s.number("length", length, 1, positive), s.number("eps", eps, 1e-6, positive)
	return s.stateless(func(st *step) []array {
		total := norm(st.Updates...)
		d := total.DType()
		f := st.at(l).of(d).Div(total.Add(st.at(e).of(d)))
		return st.each(func(_ int, g array) array { return g.Mul(f.AsType(g.DType())) })
	})
}

// AdaptiveClipOptions configures [AdaptiveGradClip].
type AdaptiveClipOptions struct {
	Clipping Number // largest ratio of norms
	Eps      Number // least norm of a parameter; default 1e-3
	// Axes are the axes over which the norms of a leaf sum. By default they are, for leaves
	// with at most one axis (axes of size 1 not counted), all axes; for leaves with two or
	// three axes, such as weights [in, out], the first; and for leaves with more axes, such
	// as kernels of num.Conv, all but the first.
	Axes []int
}

// AdaptiveGradClip scales the gradient of each unit (a slice of a leaf, such as a
// column of weights) down to the norm Clipping · max(|unit|, Eps) where it is larger
// (Brock, De, Smith & Simonyan, "High-performance large-scale image recognition
// without normalization", 2021).
func AdaptiveGradClip(o AdaptiveClipOptions) Transform {
	s := newSpec("AdaptiveGradClip")
	clip, eps := s.number("Clipping", o.Clipping, must, limit), s.number("Eps", o.Eps, 1e-3, nonNegative)
	axes := slices.Clone(o.Axes)
	return s.stateless(func(st *step) []array {
		c, e := st.at(clip), st.at(eps)
		return st.each(func(i int, g array) array {
			over := unitAxes(s.op, g.Shape(), axes)
			bound := c.like(g).Mul(num.Maximum(unitNorm(st.Params.Leaves[i], over), e.like(g)))
			return g.Mul(shrink(unitNorm(g, over), bound))
		})
	})
}

func unitAxes(op string, shape, axes []int) []int {
	rank, wide := len(shape), 0
	for _, n := range shape {
		if n != 1 {
			wide++
		}
	}
	switch {
	case axes != nil:
		for _, a := range axes {
			if a < 0 || a >= rank {
				throw(op, "Axes has %d, want an axis of a leaf of shape %s", a, ir.ShapeString(shape))
			}
		}
		return axes
	case wide <= 1:
		return axesFrom(0, rank)
	case rank <= 3:
		return []int{0}
	}
	return axesFrom(1, rank)
}

// unitNorm is the Euclidean norm along axes, which stay with size 1.
func unitNorm(x array, axes []int) array {
	if len(axes) == 0 {
		return x.Abs()
	}
	m := x.Const(1)
	if x.Size() > 0 {
		m = stop(x.Abs().Max())
		m = arg.Safe(m.IsFinite().And(m.Gt(num.Const(0))), m)
	}
	return keep(root(x.Div(m).Square().Sum(axes...)), x.Rank(), axes).Mul(m)
}
