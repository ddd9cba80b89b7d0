package prim

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// CumOp is the running sum, product, maximum or minimum along Axis, from the first
// element, or with Reverse from the last.
type CumOp struct {
	Join    Join
	Axis    int
	Reverse bool
}

func (c CumOp) Name() string   { return "cum" + c.Join.String() }
func (c CumOp) Params() string { return fmt.Sprintf("%d reverse=%t", c.Axis, c.Reverse) }
func (c CumOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 1 || c.Axis < 0 || c.Axis >= in[0].Rank() || in[0].DType == ir.Bool {
		return nil, ir.Errorf(ir.ShapeError, c.Name(), "axis %d does not fit %s", c.Axis, ir.TypeList(in))
	}
	return in, nil
}

// The tangent of a running product or extremum y is a linear recurrence,
// dy[i] = a[i] dy[i-1] + b[i] dx[i]: for the product a = x[i] and b = y[i-1], for
// an extremum b is one where x[i] is a new one, otherwise a is.
func (c CumOp) JVP(x, y, dx values) values {
	if c.Join == JoinSum {
		return ir.Apply(c, dx...)
	}
	first := 1.0
	front := func(v *value) *value { return MoveTo(v, c.Axis, 0, 0) }
	xs, ys := front(x[0]), front(y[0])
	n := xs.Shape[0]
	if n == 0 {
		return values{like(y[0], 0)}
	}
	before := shift(ys, first, c.Reverse)
	a, b := xs, before
	if c.Join != JoinProd {
		one, zero := like(xs, 1), like(xs, 0)
		fresh := Ne(ys, before)
		b = Select(fresh, one, zero)
		// The first element is always new, whatever stands before it.
		edge, rest := like(slab(xs, 0, 1), 1), slab(b, 1, n)
		if c.Reverse {
			edge, rest = like(slab(xs, 0, 1), 1), slab(b, 0, n-1)
			b = Concat(0, rest, edge)
		} else {
			b = Concat(0, edge, rest)
		}
		a = Sub(one, b)
	}
	row := xs.WithShape(xs.Shape[1:])
	body := ad.Closed(c.Name(), []ir.Type{row, row, row, row}, func(z values) values {
		d := Add(Mul(z[1], z[0]), Mul(z[2], z[3]))
		return values{d, d}
	})
	dy := ir.Apply(ScanOp{Body: body, NCarry: 1, Len: n, Reverse: c.Reverse, Linear: true}, ir.Full(row, 0), a, b, front(dx[0]))[1]
	return values{MoveTo(dy, 0, c.Axis, 0)}
}

var (
	_ = register(CumOp{Join: JoinSum})
	_ = register(CumOp{Join: JoinProd})
	_ = register(CumOp{Join: JoinMax})
	_ = register(CumOp{Join: JoinMin})
)

// slab is the part lo … hi-1 of the first axis.
func slab(v *value, lo, hi int) *value {
	l, h, s := make([]int, v.Rank()), slices.Clone(v.Shape), make([]int, v.Rank())
	for i := range s {
		s[i] = 1
	}
	l[0], h[0] = lo, hi
	return Slice(v, l, h, s)
}

// shift is v moved on by one along the first axis, with a number where nothing was.
func shift(v *value, first float64, reverse bool) *value {
	n := v.Shape[0]
	edge := like(slab(v, 0, 1), first)
	if reverse {
		return Concat(0, slab(v, 1, n), edge)
	}
	return Concat(0, edge, slab(v, 0, n-1))
}

func (c CumOp) Transpose(x, ct values, in []ir.Type) values {
	if c.Join != JoinSum {
		return nonlinear{}.Transpose(x, ct, in)
	}
	return ir.Apply(CumOp{JoinSum, c.Axis, !c.Reverse}, ct...)
}

func (c CumOp) Batch(x values, bd []int, n int) (values, []int) {
	return ir.Apply(CumOp{c.Join, c.Axis + 1, c.Reverse}, MoveTo(x[0], bd[0], 0, n)), []int{0}
}

// Depend implements [deps.Depender].
func (c CumOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return [][]deps.Set{t.Running(x[0], c.Axis, c.Reverse)}
}

func (c CumOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	switch in[0].DType {
	case ir.Float64:
		return cumKernel[float64](c, in[0]), nil
	case ir.Float32:
		return cumKernel[float32](c, in[0]), nil
	case ir.Int64:
		return cumKernel[int64](c, in[0]), nil
	case ir.Int32:
		return cumKernel[int32](c, in[0]), nil
	}
	return cumKernel[uint32](c, in[0]), nil
}

// StableHLO joins ever longer runs: log₂ n steps (Hillis & Steele, "Data parallel
// algorithms", 1986).
func (c CumOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	n := x[0].Shape[c.Axis]
	return expand(b, x, func(z values) values {
		v := MoveTo(z[0], c.Axis, 0, 0)
		for k := 1; k < n; k *= 2 {
			early, late := slab(v, 0, n-k), slab(v, k, n)
			var joined *value
			switch c.Join {
			case JoinSum:
				joined = Add(early, late)
			case JoinProd:
				joined = Mul(early, late)
			case JoinMax:
				joined = Max(early, late)
			default:
				joined = Min(early, late)
			}
			if c.Reverse {
				v = Concat(0, joined, slab(v, n-k, n))
			} else {
				v = Concat(0, slab(v, 0, k), joined)
			}
		}
		return values{MoveTo(v, 0, c.Axis, 0)}
	})
}

func cumKernel[T ir.Number](c CumOp, t ir.Type) ir.Kernel {
	var join func(a, b T) T
	switch c.Join {
	case JoinSum:
		join = func(a, b T) T { return a + b }
	case JoinProd:
		join = func(a, b T) T { return a * b }
	case JoinMax:
		join = func(a, b T) T { return max(a, b) }
	default:
		join = func(a, b T) T { return min(a, b) }
	}
	w := newWalk(c.Axis, 0, t, ir.T(ir.Int32))
	return func(f *ir.Frame, iv, ov []int32) {
		x, y := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[ov[0]])
		for p := range w.p {
			for k := range w.d {
				back := -w.q
				if c.Reverse {
					k, back = w.d-1-k, w.q
				}
				at := (p*w.d + k) * w.q
				for i := at; i < at+w.q; i++ {
					if k == 0 && !c.Reverse || k == w.d-1 && c.Reverse {
						y[i] = x[i]
					} else {
						y[i] = join(y[i+back], x[i])
					}
				}
			}
		}
	}
}

// Cum is the running sum, product, maximum or minimum along an axis, from the first
// element or, with reverse, from the last.
func Cum(j Join, x *value, axis int, reverse bool) *value {
	return ir.Apply1(CumOp{j, axis, reverse}, x)
}
