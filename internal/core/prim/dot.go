package prim

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// DotOp is the general product of a left and a right operand: it sums over pairs of
// contracted axes and runs along pairs of batch axes. Axes in neither are free. The
// output's axes are the batch axes in their order, the free ones of the left operand,
// and the free ones of the right.
type DotOp struct {
	LC, RC []int // contracted axes: LC[i] of the left goes with RC[i] of the right
	LB, RB []int // batch axes, likewise
}

func (DotOp) Work() ir.Work { return ir.Costly }
func (DotOp) Name() string  { return "dot_general" }
func (d DotOp) Params() string {
	return ints(d.LC) + ints(d.RC) + ints(d.LB) + ints(d.RB)
}

func free(rank int, a, b []int) []int {
	var f []int
	for i := range rank {
		if !slices.Contains(a, i) && !slices.Contains(b, i) {
			f = append(f, i)
		}
	}
	return f
}

func dimsOf(shape, axes []int) []int {
	out := make([]int, len(axes))
	for i, a := range axes {
		out[i] = shape[a]
	}
	return out
}

func (d DotOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 2 {
		return nil, ir.Errorf(ir.ArgumentError, "dot_general", "%d operands, want 2", len(in))
	}
	if in[0].DType != in[1].DType || !in[0].DType.IsFloat() {
		return nil, ir.Errorf(ir.DTypeError, "dot_general", "operands are %s, want one floating-point type", ir.TypeList(in))
	}
	for _, p := range [2][2][]int{{d.LC, d.RC}, {d.LB, d.RB}} {
		if len(p[0]) != len(p[1]) {
			return nil, ir.Errorf(ir.ArgumentError, "dot_general", "axes %v and %v are not pairs", p[0], p[1])
		}
		for i := range p[0] {
			l, r := p[0][i], p[1][i]
			if l < 0 || l >= in[0].Rank() || r < 0 || r >= in[1].Rank() || in[0].Shape[l] != in[1].Shape[r] {
				return nil, ir.Errorf(ir.ShapeError, "dot_general",
					"axis %d of the left operand does not match axis %d of the right: %s", l, r, ir.TypeList(in))
			}
		}
	}
	shape := dimsOf(in[0].Shape, d.LB)
	shape = append(shape, dimsOf(in[0].Shape, free(in[0].Rank(), d.LC, d.LB))...)
	shape = append(shape, dimsOf(in[1].Shape, free(in[1].Rank(), d.RC, d.RB))...)
	return []ir.Type{in[0].WithShape(shape)}, nil
}

func (d DotOp) JVP(x, y, dx values) values {
	var a, b *value
	if dx[0] != nil {
		a = ir.Apply1(d, dx[0], x[1])
	}
	if dx[1] != nil {
		b = ir.Apply1(d, x[0], dx[1])
	}
	return values{sum(a, b)}
}

// The cotangent has axes (batch, left free, right free). Contracting it with the
// other operand over that operand's free axes leaves the batch, the wanted free
// and the contracted axes (the latter in the order of the other operand), which
// are then permuted into place. With the other operand on the left they are
// (batch, contracted, free), which may be their place already.
func (d DotOp) Transpose(x, ct values, in []ir.Type) values {
	nb := len(d.LB)
	lf, rf := free(in[0].Rank(), d.LC, d.LB), free(in[1].Rank(), d.RC, d.RB)
	back := func(other *value, ctAxes, otherFree, otherB, otherC, myB, myF, myC []int, rank int) *value {
		order := AllAxes(len(otherC))
		slices.SortFunc(order, func(i, j int) int { return otherC[i] - otherC[j] })
		contracted := make([]int, len(order))
		for i, o := range order {
			contracted[i] = myC[o]
		}
		src := slices.Concat(myB, myF, contracted)
		if !slices.IsSorted(src) && slices.IsSorted(slices.Concat(myB, contracted, myF)) {
			return DotGeneral(other, ct[0], otherFree, ctAxes, otherB, span(0, nb))
		}
		perm := make([]int, rank)
		for i, a := range src {
			perm[a] = i
		}
		return Transpose(DotGeneral(ct[0], other, ctAxes, otherFree, span(0, nb), otherB), perm)
	}
	if x[0] == nil {
		return values{back(x[1], span(nb+len(lf), len(rf)), rf, d.RB, d.RC, d.LB, lf, d.LC, in[0].Rank()), nil}
	}
	return values{nil, back(x[0], span(nb, len(lf)), lf, d.LB, d.LC, d.RB, rf, d.RC, in[1].Rank())}
}

func (d DotOp) Batch(x values, bd []int, n int) (values, []int) {
	up := func(axes []int, b int) []int {
		out := slices.Clone(axes)
		for i := range out {
			if b >= 0 && out[i] >= b {
				out[i]++
			}
		}
		return out
	}
	q := DotOp{up(d.LC, bd[0]), up(d.RC, bd[1]), up(d.LB, bd[0]), up(d.RB, bd[1])}
	if bd[0] >= 0 && bd[1] >= 0 {
		q.LB = append([]int{bd[0]}, q.LB...)
		q.RB = append([]int{bd[1]}, q.RB...)
		return ir.Apply(q, x...), []int{0}
	}
	// The batch is one more free axis.
	y := ir.Apply(q, x...)
	lf := free(x[0].Rank(), q.LC, q.LB)
	if bd[0] >= 0 {
		return y, []int{len(q.LB) + slices.Index(lf, bd[0])}
	}
	return y, []int{len(q.LB) + len(lf) + slices.Index(free(x[1].Rank(), q.RC, q.RB), bd[1])}
}

// Depend implements [deps.Depender]. Zeros of an operand that is known leave elements of the other out.
func (d DotOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	l := newDotSide(x[0], d.LB, d.LC)
	r := newDotSide(x[1], d.RB, d.RC)
	left, right := l.times(t, r), r.times(t, l)
	sets := make([]deps.Set, 0, out[0].Size())
	m, n := len(l.free), len(r.free)
	for b := range l.batch {
		for i := range m {
			for j := range n {
				var s deps.Set
				if left != nil {
					s = left[(b*m+i)*n+j]
				}
				if right != nil {
					s = t.Union(s, right[(b*n+j)*m+i])
				}
				sets = append(sets, s)
			}
		}
	}
	return [][]deps.Set{sets}
}

// dotSide is an operand of a product, with the places of its elements along batch, free and contracted axes.
type dotSide struct {
	x                       deps.Array
	batch, free, contracted []int
}

func newDotSide(x deps.Array, b, c []int) dotSide {
	return dotSide{x, deps.Offsets(x.Shape, b), deps.Offsets(x.Shape, free(x.Rank(), b, c)), deps.Offsets(x.Shape, c)}
}

// times is what elements (batch, own free, other's free) of the product depend on by this operand.
func (l dotSide) times(t *deps.Table, r dotSide) []deps.Set {
	if l.x.Sets == nil {
		return nil
	}
	zero := r.x.Zero()
	m, n := len(l.free), len(r.free)
	sets := make([]deps.Set, len(l.batch)*m*n)
	some := make([]deps.Set, 0, len(l.contracted))
	used := make([]int, 0, len(l.contracted)) // the contracted elements that meet no zero
	whole := make([]deps.Set, m)              // the join of all
	for b := range l.batch {
		for i, at := range l.free {
			some = some[:0]
			for _, c := range l.contracted {
				some = append(some, l.x.Sets[l.batch[b]+at+c])
			}
			whole[i] = t.Join(some)
		}
		for j, rj := range r.free {
			used = used[:0]
			for k, rk := range r.contracted {
				if zero == nil || !zero(r.batch[b]+rj+rk) {
					used = append(used, k)
				}
			}
			for i, at := range l.free {
				place := (b*m+i)*n + j
				if len(used) == len(l.contracted) {
					sets[place] = whole[i]
					continue
				}
				some = some[:0]
				for _, k := range used {
					some = append(some, l.x.Sets[l.batch[b]+at+l.contracted[k]])
				}
				sets[place] = t.Join(some)
			}
		}
	}
	return sets
}

func (d DotOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	if in[0].DType == ir.Float64 {
		return dotKernel[float64](d, in), nil
	}
	return dotKernel[float32](d, in), nil
}

// StableHLO asks for the full precision of the operands, which is not the default on
// accelerators.
func (d DotOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	dims := "dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = " + stablehlo.Ints(d.LB) +
		", rhs_batching_dimensions = " + stablehlo.Ints(d.RB) +
		", lhs_contracting_dimensions = " + stablehlo.Ints(d.LC) + ", rhs_contracting_dimensions = " + stablehlo.Ints(d.RC) + ">"
	return b.Op("stablehlo.dot_general", dims+", "+fullPrecision, x, out[0])
}

var _ = register(DotOp{LC: []int{1}, RC: []int{0}})

const fullPrecision = "precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]"

// dotLayout reports whether an operand with such batch, free and contracted axes has the contracted ones first, and how to permute it
// (nil: as it is).
func dotLayout(b, f, c []int) (cFirst bool, perm []int) {
	p := append(append(slices.Clone(b), f...), c...)
	if slices.IsSorted(p) {
		return false, nil
	}
	q := append(append(slices.Clone(b), c...), f...)
	if slices.IsSorted(q) {
		return true, nil
	}
	return false, p
}

// Terms implements [ir.Product]: it has the order of the kernels for few terms.
func (d DotOp) Terms(in []ir.Type) (terms [][][2]int, pairs bool) {
	lf, rf := free(in[0].Rank(), d.LC, d.LB), free(in[1].Rank(), d.RC, d.RB)
	m, n, k := ir.SizeOf(dimsOf(in[0].Shape, lf)), ir.SizeOf(dimsOf(in[1].Shape, rf)), ir.SizeOf(dimsOf(in[0].Shape, d.LC))
	ta, _ := dotLayout(nil, lf, d.LC)
	bc, _ := dotLayout(nil, rf, d.RC)
	if len(d.LB) > 0 || k >= 8 || m > 1 && n > 1 && ta {
		return nil, false
	}
	a, b := deps.Offsets(in[0].Shape, append(lf, d.LC...)), deps.Offsets(in[1].Shape, append(rf, d.RC...))
	for i := range m {
		for j := range n {
			t := make([][2]int, k)
			for p := range t {
				t[p] = [2]int{a[i*k+p], b[j*k+p]}
			}
			terms = append(terms, t)
		}
	}
	return terms, m*n > 1 && (n == 1 && ta || m == 1 && bc)
}

// dotKernel permutes operands to (batch, free, contracted) or (batch,
// contracted, free), whichever they are already, and multiplies matrices.
func dotKernel[T ir.Float](d DotOp, in []ir.Type) ir.Kernel {
	lf, rf := free(in[0].Rank(), d.LC, d.LB), free(in[1].Rank(), d.RC, d.RB)
	nb := ir.SizeOf(dimsOf(in[0].Shape, d.LB))
	m, n, k := ir.SizeOf(dimsOf(in[0].Shape, lf)), ir.SizeOf(dimsOf(in[1].Shape, rf)), ir.SizeOf(dimsOf(in[0].Shape, d.LC))
	ta, pa := dotLayout(d.LB, lf, d.LC)
	bc, pb := dotLayout(d.RB, rf, d.RC)
	tb := !bc
	sa, sb := slices.Clone(in[0].Shape), slices.Clone(in[1].Shape)
	lda, ldb := k, n
	if ta {
		lda = m
	}
	if tb {
		ldb = k
	}
	return func(f *ir.Frame, iv, ov []int32) {
		a, b, c := ir.As[T](f.Bufs[iv[0]]), ir.As[T](f.Bufs[iv[1]]), ir.As[T](f.Bufs[ov[0]])
		if len(c) == 0 {
			return
		}
		if pa != nil {
			t := make([]T, len(a))
			kernel.Permute(t, a, sa, pa)
			a = t
		}
		if pb != nil {
			t := make([]T, len(b))
			kernel.Permute(t, b, sb, pb)
			b = t
		}
		for i := range nb {
			a, b, c := a[i*m*k:(i+1)*m*k], b[i*k*n:(i+1)*k*n], c[i*m*n:(i+1)*m*n]
			switch {
			case k == 0:
				clear(c)
			case m == 1 && n == 1:
				c[0] = kernel.Dot(a, b)
			case n == 1:
				if ta {
					kernel.Gemv(true, k, m, 1, a, m, b, 0, c)
				} else {
					kernel.Gemv(false, m, k, 1, a, k, b, 0, c)
				}
			case m == 1:
				if tb {
					kernel.Gemv(false, n, k, 1, b, k, a, 0, c)
				} else {
					kernel.Gemv(true, k, n, 1, b, n, a, 0, c)
				}
			default:
				kernel.Gemm(ta, tb, m, n, k, 1, a, lda, b, ldb, 0, c, n)
			}
		}
	}
}

// DotGeneral is the general product: it sums over pairs of contracted axes and runs
// along pairs of batch axes; see [DotOp].
func DotGeneral(x, y *value, lc, rc, lb, rb []int) *value {
	return ir.Apply1(DotOp{lc, rc, lb, rb}, x, y)
}
