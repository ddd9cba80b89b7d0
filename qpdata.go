package argmin

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/internal/core/ir"
	core "github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

// This file checks the data of a [QP] and makes of its matrices, whatever they are, what methods work with.

// checked is the program with all of its limits, as vectors; what is wrong with its shapes is an error that names the field.
func (q QP) checked() QP {
	if q.C == (num.Array{}) {
		throwf("Quadratic", "QP.C is the zero Array; for an objective without a linear part give n zeros, which say how many variables there are")
	}
	if d := q.C.DType(); !d.IsFloat() {
		ir.Throw(ir.Errorf(ir.DTypeError, "argmin.Quadratic", "QP.C is %s, want a floating-point type", d))
	}
	if q.C.Rank() != 1 {
		throwShape("QP.C has shape %s, want [n]", q.C)
	}
	n, d := q.C.Size(), q.C.DType()
	if q.Constant == (num.Array{}) {
		q.Constant = num.Full(d, 0)
	} else if q.Constant.Rank() != 0 || q.Constant.DType() != d {
		throwf("Quadratic", "QP.Constant is %s of shape %s, want a scalar of type %s", q.Constant.DType(), ir.ShapeString(q.Constant.Shape()), d)
	}
	rows := func(name string, m Matrix) (Matrix, int) {
		if m == nil {
			return nil, 0
		}
		if a, ok := m.(num.Array); ok && a == (num.Array{}) {
			return nil, 0
		}
		if f, ok := m.(LinearMap); ok && f == nil {
			return nil, 0
		}
		return m, rowsOf(name, m, n, d)
	}
	var nq, p, k int
	q.Q, nq = rows("QP.Q", q.Q)
	q.A, p = rows("QP.A", q.A)
	q.G, k = rows("QP.G", q.G)
	if q.Q != nil && nq != n {
		throwf("Quadratic", "QP.Q has %d rows, want %d, as many as QP.C has elements", nq, n)
	}
	limit := func(name string, v num.Array, n int, none float64, of string) num.Array {
		if v == (num.Array{}) {
			return num.Full(d, none, n)
		}
		if v.Rank() == 0 && v.DType() == d {
			return v.BroadcastTo(n)
		}
		if v.Rank() == 1 && v.Size() != n && of != "" {
			throwf("Quadratic", "%s has %d elements, want %d, as many as %s", name, v.Size(), n, of)
		}
		return checkVector(name, v, n, d)
	}
	if q.A != nil && q.B == (num.Array{}) {
		throwf("Quadratic", "QP.B is the zero Array, and QP.A has %d rows", p)
	}
	q.B = limit("QP.B", q.B, p, 0, "QP.A has rows")
	q.Low, q.H = limit("QP.Low", q.Low, k, math.Inf(-1), "QP.G has rows"), limit("QP.H", q.H, k, math.Inf(1), "QP.G has rows")
	q.Lower, q.Upper = limit("QP.Lower", q.Lower, n, math.Inf(-1), "QP.C has elements"), limit("QP.Upper", q.Upper, n, math.Inf(1), "QP.C has elements")
	return q
}

func throwShape(format string, x num.Array) {
	ir.Throw(ir.Errorf(ir.ShapeError, "argmin.Quadratic", format, ir.ShapeString(x.Shape())))
}

// checkVector is a vector of n elements of type d.
func checkVector(name string, v num.Array, n int, d num.DType) num.Array {
	if v.DType() != d {
		ir.Throw(ir.Errorf(ir.DTypeError, "argmin.Quadratic", "%s is %s and QP.C is %s; convert one with AsType", name, v.DType(), d))
	}
	if v.Rank() != 1 || v.Size() != n {
		throwShape(fmt.Sprintf("%s has shape %%s, want [%d]", name, n), v)
	}
	return v
}

// rowsOf is the number of rows of a matrix with n columns.
func rowsOf(name string, m Matrix, n int, d num.DType) int {
	switch m := m.(type) {
	case num.Array:
		if s := m.Shape(); len(s) != 2 || s[1] != n {
			throwShape(fmt.Sprintf("%s has shape %%s, want [rows, %d]: a column for each element of QP.C", name, n), m)
		}
		if m.DType() != d {
			ir.Throw(ir.Errorf(ir.DTypeError, "argmin.Quadratic", "%s is %s and QP.C is %s; convert one with AsType", name, m.DType(), d))
		}
		return m.Shape()[0]
	case sparse.Matrix:
		rows, cols := m.Dims()
		if cols != n {
			throwf("Quadratic", "%s is %d×%d, want %d columns: one for each element of QP.C", name, rows, cols, n)
		}
		if m.DType() != d {
			ir.Throw(ir.Errorf(ir.DTypeError, "argmin.Quadratic", "%s is %s and QP.C is %s; convert one with AsType", name, m.DType(), d))
		}
		return rows
	}
	y := m.MatMul(num.Full(d, 0, n))
	if y.Rank() != 1 || y.DType() != d {
		throwf("Quadratic", "%s has a product of shape %s and type %s with a vector of %d elements, want a vector of type %s", name,
			ir.ShapeString(y.Shape()), y.DType(), n, d)
	}
	return y.Size()
}

// alwaysDense is the number of variables and rows up to which matrices are taken with all of their entries.
const alwaysDense = 100

// terms are the matrices and limits as methods see them. Methods that are free of matrices have products with them, which may be those of functions.
func (q QP) terms(free bool) *QuadraticTerms {
	n, d := q.C.Size(), q.C.DType()
	rows := q.B.Size() + q.H.Size()
	t := &QuadraticTerms{C: q.C, Constant: q.Constant, Lo: num.Concat(0, q.Lower, q.B, q.Low), Hi: num.Concat(0, q.Upper, q.B, q.H), linear: q.Q == nil}
	dense, function := true, false
	for _, m := range []Matrix{q.Q, q.A, q.G} {
		switch m.(type) {
		case nil, num.Array:
		case sparse.Matrix:
			dense = false
		default:
			dense, function = false, true
		}
	}
	few := n+rows <= alwaysDense
	switch {
	case free && function:
		s := q.maps()
		t.Products, t.K, t.C = s, s.Of(d), q.checkedMap()
	case few || dense && (q.Q != nil || !free): // a Q of zeros takes no memory where products are all there is to do
		h := num.Full(d, 0, n, n)
		if q.Q != nil {
			h = denseOf(q.Q, n, d)
		}
		parts := []num.Array{num.Full(d, 0, 0, n)}
		for _, m := range []Matrix{q.A, q.G} {
			if m != nil {
				parts = append(parts, denseOf(m, n, d))
			}
		}
		s := kkt.Dense{N: n, M: rows}
		t.Products, t.System, t.K = s, s, kkt.Matrices{H: symmetricOf(h), J: num.Concat(0, parts...)}
	case free:
		h, j := q.sparse()
		s := kkt.NewRows(shared(h), shared(j))
		t.Products, t.K = s, s.Of(h.Values, j.Values)
	default:
		h, j := q.sparse()
		s, err := kkt.NewSparse(shared(h), shared(j))
		if err != nil {
			throwf("Quadratic", "%v", err)
		}
		t.Products, t.System, t.K = s, s, kkt.Matrices{H: h.Values, J: j.Values}
	}
	if free {
		t.System = kkt.NewFree(t.Products, t.K)
	}
	return t
}

// sparse are Q and the rows as sparse matrices.
func (q QP) sparse() (h, j sparse.Matrix) {
	n, d := q.C.Size(), q.C.DType()
	none := func(rows int) sparse.Matrix { return sparse.FromCOO(rows, n, nil, nil, num.Full(d, 0, 0)) }
	h = none(n)
	if q.Q != nil {
		h = symmetricSparse(sparseOf(q.Q, n, d))
	}
	parts := []sparse.Matrix{none(0)}
	for _, m := range []Matrix{q.A, q.G} {
		if m != nil {
			parts = append(parts, sparseOf(m, n, d))
		}
	}
	return h, sparse.VStack(parts...)
}

// maps are Q and the rows as functions.
func (q QP) maps() kkt.Maps {
	n, d := q.C.Size(), q.C.DType()
	rows := func(x num.Array) num.Array {
		return num.Concat(0, q.times(q.A, x), q.times(q.G, x))
	}
	_, back := num.VJP(rows, num.Full(d, 0, n))
	s := kkt.Maps{N: n, M: q.B.Size() + q.H.Size(), J: rows, JT: back}
	if q.Q != nil {
		s.H = q.Q.MatMul
	}
	return s
}

// checkedMap is C, where two products tell that Q is symmetric.
func (q QP) checkedMap() num.Array {
	if q.Q == nil {
		return q.C
	}
	n, d := q.C.Size(), q.C.DType()
	u, v := num.Normal(num.NewKey(1), d, n), num.Normal(num.NewKey(2), d, n)
	qu, qv := q.Q.MatMul(u), q.Q.MatMul(v)
	return checkSymmetric(nameOfQ, q.C, v.Dot(qu).Sub(u.Dot(qv)).Abs(), num.Norm(qu).Mul(num.Norm(v)))
}

// denseOf is a matrix with all of its entries.
func denseOf(m Matrix, n int, d num.DType) num.Array {
	switch m := m.(type) {
	case num.Array:
		return m
	case sparse.Matrix:
		return m.Dense()
	}
	return num.Vmap(m.MatMul)(num.Eye(n).AsType(d)).T()
}

// sparseOf is a matrix with the entries that can be other than zero.
func sparseOf(m Matrix, n int, d num.DType) sparse.Matrix {
	switch m := m.(type) {
	case sparse.Matrix:
		return m
	case num.Array:
		rows := m.Shape()[0]
		ptr, ind := make([]int, rows+1), make([]int, 0, rows*n)
		for i := range rows {
			for j := range n {
				ind = append(ind, j)
			}
			ptr[i+1] = len(ind)
		}
		return sparse.FromDenseAt(sparse.NewPattern(rows, n, ptr, ind), m)
	}
	return sparse.Jacobian(m.MatMul, sparse.DerivativeOptions{})(num.Full(d, 0, n))
}

// shared is a pattern as routines on slices have it.
func shared(m sparse.Matrix) *core.Shared {
	rows, cols := m.Dims()
	p := m.Pattern()
	s, err := core.Share(&core.Pattern{Rows: rows, Cols: cols, Ptr: p.Ptr(), Ind: p.Ind()})
	if err != nil {
		throwf("Quadratic", "%v", err)
	}
	return s
}

const nameOfQ = "argmin.Quadratic: QP.Q"

// checkSymmetric passes the values x of the named matrix through where off, the largest difference across the diagonal, is rounding of the largest one.
// Numbers that are not finite pass: the run ends at once by them.
func checkSymmetric(name string, x, off, most num.Array) num.Array {
	allowed := most.Scale(math.Sqrt(x.DType().Eps()))
	return num.Check(x, off.Le(allowed).Or(x.IsFinite().All().Not()), off,
		name+" is not symmetric (give both triangles); values across the diagonal differ by")
}

// quadraticAt is ½ xᵀQx + cᵀx with its gradient; Q may be nil.
func quadraticAt(q Matrix, c, x num.Array) (v, g num.Array) {
	g = c
	if q != nil {
		g = g.Add(q.MatMul(x))
	}
	return g.Add(c).Dot(x).Scale(0.5), g
}

func symmetricSparse(h sparse.Matrix) sparse.Matrix {
	if h.NNZ() == 0 {
		return h
	}
	t := h.T()
	mean := h.Add(t).Scale(0.5)
	return mean.WithValues(checkSymmetric(nameOfQ, mean.Values, largest(h.Sub(t).Values), largest(h.Values)))
}

// symmetricOf is h, checked to be symmetric up to rounding.
func symmetricOf(h num.Array) num.Array {
	h = checkSymmetric(nameOfQ, h, largest(h.Sub(h.T())), largest(h))
	return h.Add(h.T()).Scale(0.5)
}
