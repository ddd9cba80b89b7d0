package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/treedef"
)

// linearized is a function at a point: its value, and its derivative there as a
// linear program with residuals.
type linearized struct {
	f       traced
	nc      int // captured values, which have no tangents here
	x, y    values
	xdef    *treedef.Def
	derived ad.Linear
}

func linearize[T, U any](what string, f func(T) U, x T) linearized {
	xs, def := flatten(what, x)
	l := linearized{f: trace(what, f, def, ir.TypesOf(xs)), x: xs, xdef: def}
	l.nc = len(l.f.captured)
	active := make([]bool, l.nc+len(xs))
	for i := range xs {
		active[l.nc+i] = true
	}
	ny := len(l.f.prog.Out)
	out := l.f.stage(what, xs, func(in values) values {
		y, lin := ad.Linearize(l.f.prog, in, active)
		l.derived = *lin
		return slices.Concat(y, lin.Res)
	})
	l.y, l.derived.Res = out[:ny], out[ny:]
	return l
}

// at is the derivative with its residuals replaced by values of another trace.
func (l linearized) at(res values) *ad.Linear {
	return &ad.Linear{Prog: l.derived.Prog, Res: res, In: l.derived.In, Out: l.derived.Out}
}

// Linearize is f(x) and its derivative there as a function of tangents. f is
// evaluated once, however often that function is called.
func Linearize[T, U any](f func(T) U, x T) (U, func(T) U) {
	const what = "num.Linearize"
	l := linearize(what, f, x)
	nres, ny := len(l.derived.Res), len(l.y)
	return unflatten[U](l.f.out, l.y), func(dx T) U {
		ds, ddef := flatten(what, dx)
		sameTree(what, "the argument", "the tangent", l.xdef, ddef, l.x, ds)
		dy := stage(what, slices.Concat(l.derived.Res, ds), func(z values) values {
			dy := l.at(z[:nres]).Apply(slices.Concat(make(values, l.nc), z[nres:]), ny)
			return ad.Zeros(dy, ir.TypesOf(l.y))
		})
		return unflatten[U](l.f.out, dy)
	}
}

// VJP is f(x) and the function from cotangents of the result to cotangents of x, the
// transposed Jacobian times a vector (reverse mode). f is evaluated once, however often
// that function is called.
func VJP[T, U any](f func(T) U, x T) (U, func(U) T) {
	const what = "num.VJP"
	l := linearize(what, f, x)
	nres, nx := len(l.derived.Res), len(l.x)
	return unflatten[U](l.f.out, l.y), func(ct U) T {
		cts, cdef := flatten(what, ct)
		sameTree(what, "the result", "the cotangent", l.f.out, cdef, l.y, cts)
		cx := stage(what, slices.Concat(l.derived.Res, cts), func(z values) values {
			cx := l.at(z[:nres]).Transpose(z[nres:], l.nc+nx)[l.nc:]
			return ad.Zeros(cx, ir.TypesOf(l.x))
		})
		return unflatten[T](l.xdef, cx)
	}
}
