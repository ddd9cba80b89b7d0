package num

import (
	"github.com/argmin-go/argmin/internal/core/ir"
)

// Polyval is the polynomial p[0]·xⁿ⁻¹ + … + p[n-1] at x, for a vector p, by Horner's rule.
func Polyval(p, x Array) Array {
	const op = "num.Polyval"
	p, x = meet(op, p, x)
	if p.Rank() != 1 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "coefficients have shape %s, want a vector", ir.ShapeString(p.Shape())))
	}
	y, _ := Scan(func(y, c Array) (Array, struct{}) { return y.Mul(x).Add(c), struct{}{} }, ZerosLike(x), p)
	return y
}

// ConvolveMode selects which part of a convolution [Convolve] gives.
type ConvolveMode uint8

// The parts of the convolution of n and m numbers.
const (
	ConvolveFull  ConvolveMode = iota // all n+m-1 sums
	ConvolveSame                      // the max(n, m) in the middle
	ConvolveValid                     // those without numbers from outside, max(n, m) - min(n, m) + 1
)

// Convolve is the convolution Σⱼ a[j]·b[i-j] of two vectors. See [Conv] for batches with channels,
// where the kernel is not reversed.
func Convolve(a, b Array, mode ConvolveMode) Array {
	const op = "num.Convolve"
	a, b = meet(op, a, b)
	if a.Rank() != 1 || b.Rank() != 1 || a.Size() == 0 || b.Size() == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "shapes are %s and %s, want two vectors that are not empty", ir.ShapeString(a.Shape()), ir.ShapeString(b.Shape())))
	}
	if a.Size() < b.Size() {
		a, b = b, a
	}
	m := b.Size() - 1
	pad := [2]int{m, m}
	switch mode {
	case ConvolveFull:
	case ConvolveSame:
		pad = [2]int{m - m/2, m / 2}
	case ConvolveValid:
		pad = [2]int{}
	default:
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "mode is %d, want one of ConvolveFull, ConvolveSame and ConvolveValid", mode))
	}
	return Conv(a.Reshape(1, 1, -1), b.Flip().Reshape(1, 1, -1), ConvOptions{Pad: [][2]int{pad}}).Reshape(-1)
}

// Vdot is the sum of products of all elements of two arrays of one shape.
func Vdot(a, b Array) Array { return a.Reshape(-1).Dot(b.Reshape(-1)) }

// Inner is the sums of products over the last axes of a and b: element (i…, j…) of the result is of
// a[i…] and b[j…].
func Inner(a, b Array) Array {
	if a.Rank() == 0 || b.Rank() == 0 {
		return a.Mul(b)
	}
	return Tensordot(a, b, []int{-1}, []int{-1})
}

// Cross is the cross product of vectors of three numbers along the last axes, which broadcast.
func Cross(a, b Array) Array {
	const op = "num.Cross"
	for _, x := range []Array{a, b} {
		if x.Rank() == 0 || x.Shape()[x.Rank()-1] != 3 {
			ir.Throw(ir.Errorf(ir.ShapeError, op, "shapes are %s and %s, want 3 numbers along the last axes", ir.ShapeString(a.Shape()), ir.ShapeString(b.Shape())))
		}
	}
	// a × b is made of a rotated by one place and b by two, minus the reverse.
	return a.Roll(-1, -1).Mul(b.Roll(-2, -1)).Sub(a.Roll(-2, -1).Mul(b.Roll(-1, -1)))
}
