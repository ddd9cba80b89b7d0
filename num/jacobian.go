package num

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/batch"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

// JacobianFwd is the derivative of an array-valued function, column by column in
// forward mode: every leaf has the shape of the result followed by its own.
func JacobianFwd[T any](f func(T) Array) func(T) T {
	g := jacobian("num.JacobianFwd", f, columns)
	return func(x T) T { return g(x)[0] }
}

// JacobianRev is the derivative of an array-valued function, row by row in
// reverse mode: every leaf has the shape of the result followed by its own.
func JacobianRev[T any](f func(T) Array) func(T) T {
	g := jacobian("num.JacobianRev", f, rows)
	return func(x T) T { return g(x)[0] }
}

// JacobianFwdTree is [JacobianFwd] of a function whose result is a tree: one
// derivative for each leaf of the result, in the order of tree.Leaves.
func JacobianFwdTree[T, U any](f func(T) U) func(T) []T {
	return jacobian("num.JacobianFwdTree", f, columns)
}

// JacobianRevTree is [JacobianRev] of a function whose result is a tree: one
// derivative for each leaf of the result, in the order of tree.Leaves.
func JacobianRevTree[T, U any](f func(T) U) func(T) []T {
	return jacobian("num.JacobianRevTree", f, rows)
}

// Hessian is the matrix of second derivatives of a scalar function of one array:
// its shape is the shape of x twice.
func Hessian(f func(Array) Array) func(Array) Array { return JacobianFwd(Grad(f)) }

// HessianTree is the second derivatives of a scalar function of a tree, in blocks: leaf j of tree i
// of the result has the derivatives with respect to leaves i and j, the shape of leaf i followed by
// the one of leaf j. Leaves are in the order of tree.Leaves. [Ravel] makes one matrix of all.
func HessianTree[T any](f func(T) Array) func(T) []T { return JacobianFwdTree(Grad(f)) }

// jacobian stages mode, which gives the derivative of every output with respect
// to every argument, output by output.
func jacobian[T, U any](what string, f func(T) U, mode func(p *ir.Program, in values, nc int) values) func(T) []T {
	return func(x T) []T {
		xs, def := flatten(what, x)
		for i, v := range xs {
			if !v.DType.IsFloat() {
				ir.Throw(ir.Errorf(ir.DTypeError, what, "argument%s is %s, want floating point", def.Paths()[i], v.DType))
			}
		}
		t := trace(what, f, def, ir.TypesOf(xs))
		for i, y := range t.prog.OutTypes() {
			if !y.DType.IsFloat() {
				ir.Throw(ir.Errorf(ir.DTypeError, what, "the function's result%s is %s, want floating point", t.out.Paths()[i], y.DType))
			}
		}
		nc, n := len(t.captured), len(xs)
		out := t.stage(what, xs, func(in values) values { return mode(t.prog, in, nc) })
		jac := make([]T, len(t.prog.Out))
		for i := range jac {
			jac[i] = unflatten[T](def, out[i*n:(i+1)*n])
		}
		return jac
	}
}

// basis is the unit tensors of a type, stacked.
func basis(t ir.Type) *ir.Value {
	n := t.Size()
	return prim.Reshape(Eye(n).AsType(t.DType).v, append([]int{n}, t.Shape...))
}

// over maps f, which may capture values, over the first axis of x.
func over(what string, x *ir.Value, f func(x *ir.Value) values) (values, []int) {
	p, captured := ad.Trace(what, []ir.Type{x.WithShape(x.Shape[1:])}, func(z values) values { return f(z[0]) })
	bd := make([]int, len(captured)+1)
	for j := range captured {
		bd[j] = -1
	}
	return batch.Interpret(p, slices.Concat(captured, values{x}), bd, x.Shape[0])
}

func columns(p *ir.Program, in values, nc int) values {
	n, types := len(in)-nc, p.OutTypes()
	res := make(values, n*len(types))
	for i, v := range in[nc:] {
		y, bd := over(p.Name, basis(v.Type), func(z *ir.Value) values {
			tan := make(values, len(in))
			tan[nc+i] = z
			_, dy := ad.JVP(p, in, tan)
			return ad.Zeros(dy, types)
		})
		for o, t := range types {
			shape := slices.Concat(t.Shape, v.Shape)
			res[o*n+i] = prim.Reshape(prim.MoveTo(y[o], bd[o], t.Rank(), v.Size()), shape)
		}
	}
	return res
}

func rows(p *ir.Program, in values, nc int) values {
	active := make([]bool, len(in))
	for i := nc; i < len(in); i++ {
		active[i] = true
	}
	_, lin := ad.Linearize(p, in, active)
	types, xt := p.OutTypes(), ir.TypesOf(in[nc:])
	var res values
	for o, t := range types {
		cx, bd := over(p.Name, basis(t), func(z *ir.Value) values {
			ct := make(values, len(types))
			ct[o] = z
			return ad.Zeros(lin.Transpose(ct, len(in))[nc:], xt)
		})
		for i, v := range cx {
			res = append(res, prim.Reshape(prim.MoveTo(v, bd[i], 0, t.Size()), slices.Concat(t.Shape, xt[i].Shape)))
		}
	}
	return res
}
