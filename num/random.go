package num

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Random numbers come from a key, a uint32 array of shape [2]: the same key gives
// the same numbers, eager or traced, alone or in a batch of keys under [Vmap], on
// any executor. Use a key once; [Split] makes new ones from it. The generator and
// the numbers equal those of jax.random with its default implementation
// (threefry2x32, partitionable).

// NewKey makes a key from a seed.
func NewKey(seed uint64) Array { return New([]uint32{uint32(seed >> 32), uint32(seed)}) }

func bits(op string, key Array, from *ir.Value, pairs bool, shape []int) *ir.Value {
	if t := key.value().Type; t.DType != Uint32 || t.Rank() != 1 || t.Shape[0] != 2 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "the key is %v, want uint32 of shape [2], made by num.NewKey or num.Split", t))
	}
	for _, n := range shape {
		if n < 0 {
			ir.Throw(ir.Errorf(ir.ShapeError, op, "shape %s has a negative size", ir.ShapeString(shape)))
		}
	}
	if pairs {
		shape = append(append([]int{}, shape...), 2)
	}
	if from == nil {
		from = ir.Scalar(Uint32, 0)
	}
	return prim.RandomBits(key.v, from, pairs, shape...)
}

// Split makes n keys from one: the rows of the result, a uint32 array of shape [n 2].
func Split(key Array, n int) Array { return wrap(bits("num.Split", key, nil, true, []int{n})) }

// FoldIn makes a key from a key and an integer scalar, such as the index of an iteration.
func FoldIn(key, data Array) Array {
	const op = "num.FoldIn"
	if !data.value().DType.IsInt() || data.Rank() != 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "data is %v, want an integer scalar", data.v.Type))
	}
	return wrap(prim.Reshape(bits(op, key, data.AsType(Uint32).v, true, []int{1}), []int{2}))
}

// Bits is an array of random uint32 words.
func Bits(key Array, shape ...int) Array { return wrap(bits("num.Bits", key, nil, false, shape)) }

func floatOnly(op string, d DType) {
	if !d.IsFloat() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "dtype is %s, want float64 or float32", d))
	}
}

// unit draws numbers in [0, 1): multiples of 2⁻⁵², or of 2⁻²³ for float32.
func unit(op string, key Array, d DType, shape []int) Array {
	floatOnly(op, d)
	if d == Float32 {
		return wrap(bits(op, key, nil, false, shape)).ShiftRight(Full(Uint32, 9)).AsType(d).Scale(0x1p-23)
	}
	w := wrap(bits(op, key, nil, true, shape))
	hi, lo := w.Index(Ellipsis, I(0)), w.Index(Ellipsis, I(1))
	return hi.AsType(d).Scale(0x1p20).Add(lo.ShiftRight(Full(Uint32, 12)).AsType(d)).Scale(0x1p-52)
}

func uniform(op string, key Array, d DType, lo, hi float64, shape []int) Array {
	u := unit(op, key, d, shape).Scale(hi - lo).AddScalar(lo)
	return Maximum(u, u.Const(lo))
}

// Uniform is an array of numbers that are uniformly distributed in [0, 1).
func Uniform(key Array, d DType, shape ...int) Array { return unit("num.Uniform", key, d, shape) }

// Normal is an array of standard normal numbers, with mean 0 and variance 1.
func Normal(key Array, d DType, shape ...int) Array {
	const op = "num.Normal"
	floatOnly(op, d)
	lo := math.Nextafter(-1, 0)
	if d == Float32 {
		lo = float64(math.Nextafter32(-1, 0))
	}
	return uniform(op, key, d, lo, 1, shape).Erfinv().Scale(math.Sqrt2)
}

// Exponential is an array of numbers with the density exp(-x) on x ≥ 0.
func Exponential(key Array, d DType, shape ...int) Array {
	return unit("num.Exponential", key, d, shape).Neg().Log1p().Neg()
}

// Gumbel is an array of numbers with the distribution function exp(-exp(-x)).
func Gumbel(key Array, d DType, shape ...int) Array {
	return uniform("num.Gumbel", key, d, d.Tiny(), 1, shape).Log().Neg().Log().Neg()
}

// Bernoulli is an array of bool, true with probability p.
func Bernoulli(key Array, p float64, shape ...int) Array {
	const op = "num.Bernoulli"
	if !(p >= 0 && p <= 1) {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "p is %g, want a probability in [0, 1]", p))
	}
	u := unit(op, key, Float64, shape)
	return u.Lt(u.Const(p))
}

// RandInt is an array of int32 numbers in [lo, hi), all equally likely.
func RandInt(key Array, lo, hi int, shape ...int) Array {
	const op = "num.RandInt"
	if hi <= lo || lo < math.MinInt32 || hi-1 > math.MaxInt32 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "[%d, %d) is empty or does not fit int32", lo, hi))
	}
	n := int64(hi) - int64(lo) // which int does not hold where it has 32 bits
	if n > math.MaxUint32 {
		return wrap(bits(op, key, nil, false, shape)).AsType(Int32)
	}
	keys := Split(key, 2)
	span := Full(Uint32, float64(n))
	mult := (1 << 16) % n
	mult = int64(uint32(mult*mult) % uint32(n))
	high := wrap(bits(op, keys.At(0), nil, false, shape)).Rem(span)
	low := wrap(bits(op, keys.At(1), nil, false, shape)).Rem(span)
	off := high.Mul(Full(Uint32, float64(mult))).Add(low).Rem(span)
	return off.AsType(Int32).Add(Full(Int32, float64(lo)))
}

// Permutation is the numbers 0 … n-1, int32, in a random order.
func Permutation(key Array, n int) Array {
	x := Arange(Int32, 0, n)
	// Sorting by 32 random bits leaves ties in order; some rounds make that improbable.
	rounds := int(math.Ceil(3 * math.Log(math.Max(1, float64(n))) / math.Log(math.MaxUint32)))
	for range rounds {
		keys := Split(key, 2)
		key = keys.At(0)
		x = x.Take(wrap(bits("num.Permutation", keys.At(1), nil, false, []int{n})).Argsort(0), 0)
	}
	return x
}

// Categorical draws int32 indices along the last axis of logits, each with the probability
// that [Array.Softmax] gives it (by Gumbel's trick).
func Categorical(key, logits Array) Array {
	if logits.Rank() == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.Categorical", "logits are a scalar, want an axis of categories"))
	}
	return logits.Add(Gumbel(key, logits.DType(), logits.Shape()...)).ArgMax(-1)
}
