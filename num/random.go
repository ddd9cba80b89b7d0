package num

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// Random numbers come from a key, a uint32 array of shape [2]: the same key gives
// the same numbers, eager or traced, alone or in a batch of keys under [Vmap], on
// any executor. Use a key once; [Split] makes new ones of it. The generator and
// the numbers are those of jax.random with its default implementation
// (threefry2x32, partitionable).

// NewKey makes a key of a seed.
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

// Split makes n keys of one, the rows of the result.
func Split(key Array, n int) Array { return wrap(bits("num.Split", key, nil, true, []int{n})) }

// FoldIn makes a key of a key and a number, such as the index of an iteration.
func FoldIn(key, data Array) Array {
	const op = "num.FoldIn"
	if !data.value().DType.IsInt() || data.Rank() != 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "data is %v, want an integer scalar", data.v.Type))
	}
	return wrap(prim.Reshape(bits(op, key, data.AsType(Uint32).v, true, []int{1}), []int{2}))
}

// Bits are random uint32 words.
func Bits(key Array, shape ...int) Array { return wrap(bits("num.Bits", key, nil, false, shape)) }

func floatOnly(op string, d DType) {
	if !d.IsFloat() {
		ir.Throw(ir.Errorf(ir.DTypeError, op, "dtype is %s, want float64 or float32", d))
	}
}

// unit are numbers in [0, 1): multiples of 2⁻⁵², or of 2⁻²³ for float32.
func unit(op string, key Array, d DType, shape []int) Array {
	floatOnly(op, d)
	if d == Float32 {
		return ShiftRight(wrap(bits(op, key, nil, false, shape)), Full(Uint32, 9)).AsType(d).Scale(0x1p-23)
	}
	w := wrap(bits(op, key, nil, true, shape))
	hi, lo := w.Index(Ellipsis, I(0)), w.Index(Ellipsis, I(1))
	return hi.AsType(d).Scale(0x1p20).Add(ShiftRight(lo, Full(Uint32, 12)).AsType(d)).Scale(0x1p-52)
}

func uniform(op string, key Array, d DType, lo, hi float64, shape []int) Array {
	u := unit(op, key, d, shape).Scale(hi - lo).AddScalar(lo)
	return Max(u, u.of(lo))
}

// Uniform are numbers in [0, 1).
func Uniform(key Array, d DType, shape ...int) Array { return unit("num.Uniform", key, d, shape) }

// Normal are standard normal numbers.
func Normal(key Array, d DType, shape ...int) Array {
	const op = "num.Normal"
	floatOnly(op, d)
	lo := math.Nextafter(-1, 0)
	if d == Float32 {
		lo = float64(math.Nextafter32(-1, 0))
	}
	return Erfinv(uniform(op, key, d, lo, 1, shape)).Scale(math.Sqrt2)
}

// Exponential are numbers with the density exp(-x).
func Exponential(key Array, d DType, shape ...int) Array {
	return Log1p(unit("num.Exponential", key, d, shape).Neg()).Neg()
}

// Gumbel are numbers with the distribution function exp(-exp(-x)).
func Gumbel(key Array, d DType, shape ...int) Array {
	tiny := 0x1p-1022
	if d == Float32 {
		tiny = 0x1p-126
	}
	return Log(Log(uniform("num.Gumbel", key, d, tiny, 1, shape)).Neg()).Neg()
}

// Bernoulli are bools, true with probability p.
func Bernoulli(key Array, p float64, shape ...int) Array {
	u := unit("num.Bernoulli", key, Float64, shape)
	return u.Lt(u.of(p))
}

// RandInt are int32 numbers in [lo, hi).
func RandInt(key Array, lo, hi int, shape ...int) Array {
	const op = "num.RandInt"
	if hi <= lo || lo < math.MinInt32 || hi-1 > math.MaxInt32 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "[%d, %d) is empty or does not fit int32", lo, hi))
	}
	n := int64(hi) - int64(lo) // may not fit an int of 32 bits
	if n > math.MaxUint32 {
		return wrap(bits(op, key, nil, false, shape)).AsType(Int32)
	}
	keys := Split(key, 2)
	span := Full(Uint32, float64(n))
	mult := (1 << 16) % n
	mult = int64(uint32(mult*mult) % uint32(n))
	high := Rem(wrap(bits(op, keys.At(0), nil, false, shape)), span)
	low := Rem(wrap(bits(op, keys.At(1), nil, false, shape)), span)
	off := Rem(high.Mul(Full(Uint32, float64(mult))).Add(low), span)
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
		x = Take(x, Argsort(wrap(bits("num.Permutation", keys.At(1), nil, false, []int{n})), 0), 0)
	}
	return x
}

// Categorical are int32 indices along the last axis of logits, each drawn with
// the probability that [Softmax] gives it (Gumbel's trick).
func Categorical(key, logits Array) Array {
	if logits.Rank() == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, "num.Categorical", "logits are a scalar, want an axis of categories"))
	}
	return ArgMax(logits.Add(Gumbel(key, logits.DType(), logits.Shape()...)), -1)
}
