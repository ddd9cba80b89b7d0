package prim

import (
	"fmt"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// MatrixFunctionOp is a function of square matrices, f(A), or its derivative of order k: the
// operands are A and k directions E₁ … E_k, and the result is, for A = V diag(w) V⁻¹ and
// Ẽ = V⁻¹ E V,
//
//	V R V⁻¹ with R[i₀, i_k] = Σ f[w[i₀], …, w[i_k]] Ẽ₁[i₀, i₁] ⋯ Ẽ_k[i_k-1, i_k],
//
// where the sum is over i₁ … i_k-1 and f[…] is a divided difference (Daleckii & Krein, 1965;
// Higham, "Functions of Matrices", 2008, section 3.2). It needs no derivative of V, so it
// is right at equal eigenvalues, too. It is also the last block of the first row of f of the matrix
// with A in the diagonal blocks and E₁ … E_k above them. Derivatives of it have the same form: the direction
// dA goes in at every place, and the result is linear in each E.
type MatrixFunctionOp struct {
	Func  MatrixFunction
	Order int
}

// A MatrixFunction computes the results of [MatrixFunctionOp]. It is a pointer, which identifies it.
type MatrixFunction interface {
	Name() string
	// Part is the part of A that the function depends on, linearly.
	Part(a *value) *value
	// At is the result for matrices a and the directions e, with equal batch axes.
	At(a *value, e values) *value
}

func (o MatrixFunctionOp) Name() string   { return o.Func.Name() }
func (o MatrixFunctionOp) Params() string { return fmt.Sprintf("%p %d", o.Func, o.Order) }

// Describe implements [ir.Describer].
func (o MatrixFunctionOp) Describe() (string, []string) { return ir.IntParam("order", o.Order), nil }

func (o MatrixFunctionOp) Infer(in []ir.Type) ([]ir.Type, error) {
	if len(in) != o.Order+1 {
		return nil, ir.Errorf(ir.ArgumentError, o.Name(), "%d operands, want %d", len(in), o.Order+1)
	}
	if _, _, _, err := checkMatrix(o.Name(), in[0], true); err != nil {
		return nil, err
	}
	for _, t := range in[1:] {
		if !t.Equal(in[0]) {
			return nil, ir.Errorf(ir.ShapeError, o.Name(), "operands %s do not fit", ir.TypeList(in))
		}
	}
	return in[:1:1], nil
}

func (o MatrixFunctionOp) JVP(x, y, dx values) values {
	var total *value
	for p := range dx {
		switch {
		case dx[p] == nil:
		case p > 0: // linear in the directions
			e := slices.Clone(x)
			e[p] = dx[p]
			total = sum(total, ir.Apply1(o, e...))
		default:
			next, da := MatrixFunctionOp{o.Func, o.Order + 1}, o.Func.Part(dx[0])
			for at := 1; at <= len(x); at++ {
				total = sum(total, ir.Apply1(next, slices.Insert(slices.Clone(x), at, da)...))
			}
		}
	}
	return values{total}
}

// The chain E₁ … E_k closes to a circle with the cotangent; read from E_p on backwards it is
// the one of the transposed matrices.
func (o MatrixFunctionOp) Transpose(x, ct values, in []ir.Type) values {
	out := make(values, len(x))
	for p := 1; p < len(x); p++ {
		if x[p] != nil {
			continue
		}
		z := values{MatT(x[0])}
		for q := p - 1; q >= 1; q-- {
			z = append(z, MatT(x[q]))
		}
		z = append(z, ct[0])
		for q := len(x) - 1; q > p; q-- {
			z = append(z, MatT(x[q]))
		}
		out[p] = ir.Apply1(o, z...)
	}
	return out
}

func (o MatrixFunctionOp) Batch(x values, bd []int, n int) (values, []int) {
	return batchLead(o, x, bd, n)
}

func (o MatrixFunctionOp) program(in []ir.Type) *ir.Program {
	return ad.Closed(o.Name(), in, func(x values) values {
		if x[0].Size() == 0 {
			return values{x[0]}
		}
		return values{o.Func.At(o.Func.Part(x[0]), x[1:])}
	})
}

// Depend implements [deps.Depender]: matrices of a batch do not depend on each other.
func (MatrixFunctionOp) Depend(t *deps.Table, x []deps.Array, out []ir.Type) [][]deps.Set {
	return t.PerMember(x, out, 2)
}

func (o MatrixFunctionOp) Kernel(c ir.Compiler, in, out []ir.Type) (ir.Kernel, error) {
	return callKernel(c, o.program(in))
}

func (o MatrixFunctionOp) StableHLO(b *stablehlo.Builder, x []stablehlo.Value, out []ir.Type) []stablehlo.Value {
	types := make([]ir.Type, len(x))
	for i, v := range x {
		types[i] = v.Type
	}
	return b.Program(o.program(types), x)
}

var (
	_ = register(MatrixFunctionOp{Func: Expm})
	_ = register(MatrixFunctionOp{Func: &Spectral{Scalar: scalarExp}})
)
