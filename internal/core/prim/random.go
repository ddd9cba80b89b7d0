package prim

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/kernel"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// RandomBitsOp makes random uint32 words by the counter-based generator
// Threefry-2x32 (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as
// 1, 2, 3", 2011). Its operands are a key, two uint32 words, and the counter of the
// first word, a uint32 scalar. Each counter gives two words: with Pairs they are
// the last axis of the result, of size 2, otherwise it has their exclusive or.
type RandomBitsOp struct {
	noDerivative
	Shape []int
	Pairs bool
}

func (RandomBitsOp) Name() string     { return "random_bits" }
func (r RandomBitsOp) Params() string { return fmt.Sprintf("%v pairs=%t", r.Shape, r.Pairs) }
func (r RandomBitsOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != 2 || in[0].DType != ir.Uint32 || !slices.Equal(in[0].Shape, []int{2}) || in[1].DType != ir.Uint32 || in[1].Rank() != 0 {
		return nil, ir.Errorf(ir.ShapeError, "random_bits", "the key and counter are %s, want uint32 of shape [2] and a scalar", ir.TypeList(in))
	}
	if r.Pairs && (len(r.Shape) == 0 || r.Shape[len(r.Shape)-1] != 2) {
		return nil, ir.Errorf(ir.ShapeError, "random_bits", "shape %s of pairs must end in 2", ir.ShapeString(r.Shape))
	}
	return []ir.Type{{DType: ir.Uint32, Shape: r.Shape}}, nil
}
func (r RandomBitsOp) Batch(x values, bd []int, n int) (values, []int) { return Lanes(r, x, bd, n) }
func (r RandomBitsOp) Kernel(_ ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return func(f *ir.Frame, iv, ov []int32) {
		key := [2]uint32(ir.As[uint32](f.Bufs[iv[0]]))
		from := uint64(ir.As[uint32](f.Bufs[iv[1]])[0])
		y := ir.As[uint32](f.Bufs[ov[0]])
		switch {
		case r.Pairs:
			kernel.Parallel(len(y)/2, kernel.Grain/8, func(lo, hi int) {
				for i := lo; i < hi; i++ {
					c := from + uint64(i)
					y[2*i], y[2*i+1] = kernel.Threefry2x32(key[0], key[1], uint32(c>>32), uint32(c))
				}
			})
		case from == 0:
			kernel.ThreefryFill(key, y)
		default:
			for i := range y {
				c := from + uint64(i)
				a, b := kernel.Threefry2x32(key[0], key[1], uint32(c>>32), uint32(c))
				y[i] = a ^ b
			}
		}
	}, nil
}

func (r RandomBitsOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	shape := r.Shape
	if r.Pairs {
		shape = shape[:len(shape)-1]
	}
	count := b.Reshape(b.Iota(ir.T(ir.Uint32, ir.SizeOf(shape)), 0), shape...)
	return expand(b, append(x, count), func(z values) values { return values{r.threefry(z[0], z[1], z[2])} })
}

var _ = register(RandomBitsOp{})

// threefry is [kernel.Threefry2x32] of the key at the counters from + i.
func (r RandomBitsOp) threefry(key, from, i *value) *value {
	word := func(k int) *value {
		return Broadcast(Reshape(Slice(key, []int{k}, []int{k + 1}, []int{1}), nil), i.Shape, nil)
	}
	num := func(n uint32) *value { return like(i, float64(n)) }
	k0, k1 := word(0), word(1)
	k2 := Xor(num(0x1BD11BDA), Xor(k0, k1))
	lo := Add(Broadcast(from, i.Shape, nil), i)
	hi := Select(Lt(lo, i), num(1), num(0)) // the carry into the high word
	x, y := Add(hi, k0), Add(lo, k1)
	keys := [3]*value{k0, k1, k2}
	for group := range 5 {
		rotations := [4]uint32{13, 15, 26, 6}
		if group%2 == 1 {
			rotations = [4]uint32{17, 29, 16, 24}
		}
		for _, n := range rotations {
			x = Add(x, y)
			y = Xor(Or(ShiftLeft(y, num(n)), ShiftRight(y, num(32-n))), x)
		}
		x = Add(x, keys[(group+1)%3])
		y = Add(Add(y, keys[(group+2)%3]), num(uint32(group+1)))
	}
	if !r.Pairs {
		return Xor(x, y)
	}
	one := append(slices.Clone(x.Shape), 1)
	return Concat(x.Rank(), Reshape(x, one), Reshape(y, one))
}

func (r RandomBitsOp) lockstep(x values, bd []int, n int) (values, []int) {
	shape := r.Shape
	if r.Pairs {
		shape = shape[:len(shape)-1]
	}
	count := make([]uint32, ir.SizeOf(shape))
	for i := range count {
		count[i] = uint32(i)
	}
	i := ir.Const(ir.NewData(ir.Type{DType: ir.Uint32, Shape: shape}, ir.Of(count)))
	p := ad.Closed("random_bits", typesOfMembers(x, bd), func(z values) values { return values{r.threefry(z[0], z[1], i)} })
	return batch.Interpret(p, x, bd, n)
}

// RandomBits are random uint32 words, made of a key and a counter; see [RandomBitsOp].
func RandomBits(key, from *value, pairs bool, shape ...int) *value {
	return ir.Apply1(RandomBitsOp{Shape: shape, Pairs: pairs}, key, from)
}
