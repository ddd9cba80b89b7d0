package kkt

import (
	"github.com/argmin-go/argmin/internal/core/krylov"
	"github.com/argmin-go/argmin/num"
)

// Free is the system of matrices that are nothing but products, such as [Maps]: it has the memory of some vectors, and is solved by conjugate gradients. Of
// functions it does not scale rows and columns, since it does not know them; only one number may multiply all of H.
type Free struct {
	Products
	given array // the H of the Matrices of which size is
	size  array // about its largest eigenvalue
}

// known reports whether there are entries.
func (f Free) known() bool {
	_, functions := f.Products.(Maps)
	return !functions
}

// largest is about the largest eigenvalue of H.
func (f Free) largest(k Matrices) array {
	return num.Norm(f.power(func(x array) array { return f.HTimes(k, x) }, k.H.DType()))
}

// products is how many products the power method takes for an eigenvalue, of which it finds a digit or two: a choice.
const products = 20

// NewFree is the system of products with the matrices k.
func NewFree(p Products, k Matrices) Free {
	f := Free{Products: p, given: k.H}
	f.size = f.largest(k)
	return f
}

// some is a vector that has a part in every direction, mostly, of length 1.
func some(n int, d num.DType) array {
	v := num.Arange(d, 1, n+1).Square().Sin()
	return v.Div(num.Norm(v))
}

// power is the product of h with a vector of length 1 that is nearly its largest eigenvector.
func (f Free) power(h func(array) array, d num.DType) array {
	n, _ := f.Size()
	return num.ForLoop(0, products, func(_, v array) array {
		size := num.Norm(v)
		return h(v.Div(num.Where(size.Gt(num.Const(0)), size, num.Const(1))))
	}, h(some(n, d)))
}

// curvature is about the largest eigenvalue of H.
func (f Free) curvature(k Matrices) array {
	if k.H.Size() == 0 {
		return f.size
	}
	most := f.given.Abs().Max()
	return f.size.Mul(k.H.Abs().Max().Div(num.Where(most.Gt(num.Const(0)), most, num.Const(1))))
}

// Largest implements [Products]: rows and columns of functions count as well scaled, and of H the largest eigenvalue is given.
func (f Free) Largest(k Matrices) (cols, rows, h array) {
	if f.known() {
		return f.Products.Largest(k)
	}
	n, m := f.Size()
	d := k.H.DType()
	return num.Full(d, 1, n), num.Full(d, 1, m), f.curvature(k).BroadcastTo(n)
}

// Scaled implements [Products]: functions are not scaled, as Largest has it.
func (f Free) Scaled(k Matrices, d, e array) Matrices {
	if f.known() {
		return f.Products.Scaled(k, d, e)
	}
	return k
}

// Factor implements [System].
func (f Free) Factor(k Matrices, a, w array) Factors {
	fs := Factors{a, w, k.H, k.J}
	if k.T != (array{}) {
		fs = append(fs, k.T)
	}
	return fs
}

// Solve implements [System].
func (f Free) Solve(fs Factors, bx, by array) (x, y array) {
	return f.SolveFrom(fs, bx.Scale(0), bx, by, 1e3*bx.DType().Eps())
}

// SolveFrom is Solve from a first x, until the residual is the part tol of what it was there.
func (f Free) SolveFrom(fs Factors, x, bx, by array, tol float64) (nx, ny array) {
	a, w, k := fs[0], fs[1], Matrices{H: fs[2], J: fs[3]}
	if len(fs) > 4 {
		k.T = fs[4]
	}
	s := func(x array) array {
		return f.HTimes(k, x).Add(a.Mul(x)).Add(f.TransposeTimes(k, w.Mul(f.JTimes(k, x))))
	}
	r := bx.Add(f.TransposeTimes(k, w.Mul(by))).Sub(s(x))
	x = x.Add(solved(s, r, tol, krylov.CG[array]))
	return x, f.JTimes(k, x).Sub(by).Mul(w)
}

// LeastResidual solves a u = b for a symmetric map by MINRES; where nothing solves it, it is a u of least residual.
func LeastResidual(a func(u array) array, b array) array {
	return solved(a, b, 1e-12, func(s krylov.System[array]) array { return krylov.MINRES(s, b.DType().Eps()) })
}

// solved is about the x with a x = b, to the relative residual tol or as close as the method comes.
func solved(a func(array) array, b array, tol float64, method func(krylov.System[array]) array) array {
	s := krylov.System[array]{Language: krylov.Language[array]{
		While: func(more func([]array) array, step func([]array) []array, init []array) []array {
			return num.While(more, step, init)
		}, Where: num.Where,
	}, Map: a, B: b, MaxIter: max(100, 10*b.Size())}
	x := krylov.Scaled(s, func(s krylov.System[array]) array {
		s.Limit = krylov.Norm(s.B).Scale(tol)
		return method(s)
	})
	return num.Where(x.IsFinite().All(), x, num.Const(0))
}

// Definite implements [System]: it reports whether H + diag(a) has no negative eigenvalue that some products find. A larger number of them could find one.
func (f Free) Definite(k Matrices, a array) array {
	top := f.curvature(k)
	if f.known() {
		top = f.largest(k)
	}
	top = top.Scale(1.1)
	v := f.power(func(x array) array { return x.Mul(top).Sub(f.HTimes(k, x)) }, a.DType())
	vv := v.Dot(v)
	bend := v.Dot(f.HTimes(k, v).Add(a.Mul(v)))
	return bend.Ge(num.Const(0)).Or(vv.Gt(num.Const(0)).Not())
}

// Steepest implements [System]: about the root of rounding, which conjugate gradients keep.
func (f Free) Steepest() float64 { return 1e8 }
