package num

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// OnesLike is an array of ones with a's shape and dtype.
func OnesLike(a Array) Array { return FullLike(a, 1) }

// ZerosLike is an array of zeros with a's shape and dtype.
func ZerosLike(a Array) Array { return FullLike(a, 0) }

// FullLike is an array whose elements all equal x, with a's shape and dtype.
func FullLike(a Array, x float64) Array {
	checkFits("num.FullLike", x, a.DType())
	return Full(a.DType(), x, a.Shape()...)
}

// ArangeStep is the float64 vector of lo, lo+step, lo+2·step, … before hi; its length is
// ⌈(hi-lo)/step⌉. See [Arange] for integers and [Linspace] for a given length.
func ArangeStep(lo, hi, step float64) Array {
	const op = "num.ArangeStep"
	count := math.Ceil((hi - lo) / step)
	if step == 0 || !(math.Abs(count) < math.MaxInt32) {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "from %g to %g by %g, want finite numbers and a step that is not 0", lo, hi, step))
	}
	x := make([]float64, max(0, int(count)))
	for i := range x {
		x[i] = lo + float64(i)*step
	}
	return New(x)
}

// Logspace is a float64 vector of n powers of base, whose exponents are equally spaced from lo to
// hi, both included.
func Logspace(lo, hi float64, n int, base float64) Array {
	checkShape("num.Logspace", []int{n})
	x := Linspace(lo, hi, n).Float64s()
	for i, e := range x {
		x[i] = math.Pow(base, e)
	}
	return New(x)
}

// Geomspace is a float64 vector of n numbers from lo to hi, both included, each a fixed multiple
// of the one before. lo and hi must have the same sign and not be 0.
func Geomspace(lo, hi float64, n int) Array {
	const op = "num.Geomspace"
	checkShape(op, []int{n})
	if !(lo*hi > 0) && !(math.Signbit(lo) == math.Signbit(hi) && lo != 0 && hi != 0) || math.IsInf(lo, 0) || math.IsInf(hi, 0) {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "from %g to %g, want finite numbers of the same sign that are not 0", lo, hi))
	}
	x := make([]float64, n)
	for i := range x {
		switch i {
		case 0:
			x[i] = lo
		case n - 1:
			x[i] = hi
		default:
			t := float64(i) / float64(n-1)
			x[i] = math.Copysign(math.Pow(math.Abs(lo), 1-t)*math.Pow(math.Abs(hi), t), lo)
		}
	}
	return New(x)
}

// Meshgrid is the coordinates of the points of a grid: array i has the elements of the vector xs[i]
// along axis i and repeats them along the others. This is NumPy's indexing="ij"; for two vectors
// its default is the transposes.
func Meshgrid(xs ...Array) []Array {
	shape := make([]int, len(xs))
	for i, x := range xs {
		if x.Rank() != 1 {
			ir.Throw(ir.Errorf(ir.ShapeError, "num.Meshgrid", "array %d has shape %s, want a vector", i, ir.ShapeString(x.Shape())))
		}
		shape[i] = x.Size()
	}
	ys := make([]Array, len(xs))
	for i, x := range xs {
		one := slices.Repeat([]int{1}, len(xs))
		one[i] = shape[i]
		ys[i] = x.Reshape(one...).BroadcastTo(shape...)
	}
	return ys
}

// Tri is the n×m float64 matrix with ones on and below diagonal k and zeros above it.
func Tri(n, m, k int) Array { return Tril(Ones(n, m), k) }

// TrilIndices is the rows and columns, int32, of the elements on and below diagonal k of an n×m
// matrix, row by row.
func TrilIndices(n, m, k int) (rows, cols Array) {
	return indicesWhere("num.TrilIndices", n, m, func(i, j int) bool { return j-i <= k })
}

// TriuIndices is the rows and columns, int32, of the elements on and above diagonal k of an n×m
// matrix, row by row.
func TriuIndices(n, m, k int) (rows, cols Array) {
	return indicesWhere("num.TriuIndices", n, m, func(i, j int) bool { return j-i >= k })
}

func indicesWhere(op string, n, m int, in func(i, j int) bool) (rows, cols Array) {
	checkShape(op, []int{n, m})
	r, c := []int32{}, []int32{}
	for i := range n {
		for j := range m {
			if in(i, j) {
				r, c = append(r, int32(i)), append(c, int32(j))
			}
		}
	}
	return New(r), New(c)
}

// Vander is the Vandermonde matrix of a vector: column j has the powers n-1-j of its elements, or
// j if increasing.
func Vander(x Array, n int, increasing bool) Array {
	const op = "num.Vander"
	checkShape(op, []int{n})
	if x.Rank() != 1 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "shape is %s, want a vector", ir.ShapeString(x.Shape())))
	}
	if n == 0 {
		return Full(x.DType(), 0, x.Size(), 0)
	}
	columns := []Array{OnesLike(x)}
	for len(columns) < n {
		columns = append(columns, columns[len(columns)-1].Mul(x))
	}
	if !increasing {
		slices.Reverse(columns)
	}
	return Stack(columns...).T()
}

// BlockDiag is the matrix with the given matrices along its diagonal and zeros elsewhere.
func BlockDiag(xs ...Array) Array {
	const op = "num.BlockDiag"
	if len(xs) == 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "there are no matrices"))
	}
	n := 0
	for i, x := range xs {
		if x.Rank() != 2 {
			ir.Throw(ir.Errorf(ir.ShapeError, op, "array %d has shape %s, want a matrix", i, ir.ShapeString(x.Shape())))
		}
		n += x.Shape()[1]
	}
	rows, at := make([]Array, len(xs)), 0
	for i, x := range xs {
		m := x.Shape()[1]
		rows[i] = x.Pad([]int{0, at}, []int{0, n - at - m})
		at += m
	}
	return Concat(0, rows...)
}

// Toeplitz is the matrix with constant diagonals, whose first column is the vector c and first row r;
// the first element of r is not read. See SciPy's toeplitz: a symmetric one is Toeplitz(c, c).
func Toeplitz(c, r Array) Array {
	const op = "num.Toeplitz"
	c, r = meet(op, c, r)
	if c.Rank() != 1 || r.Rank() != 1 || c.Size() == 0 || r.Size() == 0 {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "shapes are %s and %s, want two vectors that are not empty", ir.ShapeString(c.Shape()), ir.ShapeString(r.Shape())))
	}
	m, n := c.Size(), r.Size()
	all := Concat(0, c.Flip(), r.Range(1, n)) // element (i, j) is number m-1 - i + j
	idx := make([]int32, 0, m*n)
	for i := range m {
		for j := range n {
			idx = append(idx, int32(m-1-i+j))
		}
	}
	return all.Take(New(idx, m, n), 0)
}
