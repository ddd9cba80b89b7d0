package argmin

import (
	"math"

	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/internal/conic"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
	matrices "github.com/argmin-go/argmin/sparse"
	"github.com/argmin-go/argmin/tree"
)

// ConicMethod is a method for [Conic]: [HomogeneousEmbedding] or a [Custom] one.
type ConicMethod interface{ conic() definition }

// ConePoint is a point of a [ConeProgram] with its slacks and multipliers. The zero Array stands for zeros, so ConePoint{} is a start.
//
// A b that goes to b + db changes the least value by -y·db to first order.
type ConePoint struct {
	X num.Array `tree:"omitzero"` // the variables, [n]
	S num.Array `tree:"omitzero"` // slacks s = b - Ax, in the cones, [m]
	Y num.Array `tree:"omitzero"` // multipliers, in the dual cones, [m]: at inequalities ≥ 0, at equations of any sign
}

// ConicTerms describes a [Conic] program to its methods.
type ConicTerms struct {
	Program conic.Program                             // with matrices as methods take them
	Convex  num.Array                                 // whether Q is positive semidefinite, bool
	Parts   func(point num.Array) (x, s, y num.Array) // takes a raveled ConePoint apart
	Join    func(x, s, y num.Array) num.Array         // puts one together
}

// Conic solves convex cone programs
//
//	min ½ xᵀQx + cᵀx over x and s with Ax + s = b, s in K
//
// whose data program makes of data: see [ConeProgram] and package cone. It starts from ConePoint{}, or from the solution
// of a program that differs a little. A nil method means [HomogeneousEmbedding].
//
// The condition of optimality is
//
//	Qx + c + Aᵀy = 0,  Ax + s = b,  s = Π(s - y)
//
// for the projection Π onto the cones; the solution, its slacks and its multipliers can be differentiated with respect to all of
// the program (Busseti, Moursi & Boyd, "Solution refinement at regular points of conic problems", 2019). Where s - y is at a kink of Π, as
// a slack and its multiplier that are both 0, the solution has derivatives only to each side, and the derivative is that of a
// generalized Jacobian; where there are several solutions, it leaves the answer where it is in the directions that the
// condition does not see.
//
// The status is Infeasible where y proves that there is no feasible point: y is in the dual cones, Aᵀy = 0 and bᵀy = -1 up to the tolerance. X
// and S are then NaN. It is Unbounded where x proves that values fall without end: Qx = 0, s = -Ax is in the cones and
// cᵀx = -1. Y is then NaN. A Q that is not symmetric is an error, one that is not positive semidefinite the status NotConvex.
func Conic[D any](program func(data D) ConeProgram, m ConicMethod, opt Options) *Solver[ConePoint, D] {
	if m == nil {
		m = HomogeneousEmbedding{}
	}
	data := func(d D) ConeProgram { return program(d).checked() }
	mu := 0.0
	if b, ok := m.(interface{ smoothing() float64 }); ok && !option.Nil(m) {
		mu = b.smoothing()
	}
	k := kind[ConePoint, D]{
		name: "Conic", partial: true, constrained: true,
		valueAndGrad: func(s ConePoint, d D) (num.Array, ConePoint) {
			p, slopes := data(d), tree.ZerosLike(s)
			var v num.Array
			v, slopes.X = quadraticAt(p.Q, p.C, s.X)
			return v, slopes
		},
		complete:  func(s ConePoint, d D) ConePoint { return data(d).complete(s) },
		condition: func(s, g ConePoint, d D) ConePoint { return data(d).condition(s, g, mu) },
		bind: func(p *Problem, b binding[ConePoint, D]) {
			q := data(b.data)
			n, m := q.C.Size(), q.B.Size()
			program, convex := q.arrays()
			p.Conic = &ConicTerms{
				Program: program, Convex: convex,
				Parts: func(v num.Array) (x, s, y num.Array) {
					return v.Range(0, n), v.Range(n, n+m), v.Range(n+m, n+2*m)
				},
				Join: func(x, s, y num.Array) num.Array { return num.Concat(0, x, s, y) },
			}
		},
	}
	k.refuseNil("program", program == nil)
	if opt.Linear == nil {
		opt.Linear = coneLinear
	}
	return newSolver(k, defined(m, ConicMethod.conic), opt)
}

// coneLinear is the linear solver for derivatives: the default one, but by a dense matrix up to more unknowns, as near the edge of the cones the matrix has
// no good condition. With 476 unknowns and dense matrices iterations took three to four times as long.
func coneLinear(matvec func(num.Array) num.Array, b num.Array) num.Array {
	const mostDense = 1024
	if b.Size() <= mostDense {
		return num.DenseSolver(matvec, b)
	}
	return num.CustomLinearSolve(matvec, b, nil, false)
}

// checked is the program, if its parts fit together.
func (p ConeProgram) checked() ConeProgram {
	if p.C == (num.Array{}) || p.C.Rank() != 1 || !p.C.DType().IsFloat() {
		throwf("Conic", "ConeProgram.C must be a vector of a floating-point type, one entry per variable")
	}
	d, n := p.C.DType(), p.C.Size()
	if p.B == (num.Array{}) {
		p.B = num.Full(d, 0, 0)
	}
	m := 0
	for i, c := range p.Cones {
		if what := wrongCone(c); what != "" {
			throwf("Conic", "ConeProgram.Cones[%d]: %s", i, what)
		}
		m += c.Dim
	}
	if p.B.Rank() != 1 || p.B.Size() != m {
		ir.Throw(ir.Errorf(ir.ShapeError, "argmin.Conic", "ConeProgram.B has shape %s, want [%d]: the cones have %d rows together", ir.ShapeString(p.B.Shape()), m, m))
	}
	if p.B.DType() != d {
		ir.Throw(ir.Errorf(ir.DTypeError, "argmin.Conic", "ConeProgram.B is %s, want %s as C", p.B.DType(), d))
	}
	p.A, p.Q = p.checkedMatrix("A", p.A, m), p.checkedMatrix("Q", p.Q, n)
	if p.A == nil && m > 0 {
		throwf("Conic", "ConeProgram.A is not set, but the cones have %d rows", m)
	}
	return p
}

// wrongCone is why a cone is none.
func wrongCone(c cone.Cone) string {
	switch {
	case c.Kind < cone.KindZero || c.Kind > cone.KindPower:
		return "there is no such cone; make one by a function of package cone"
	case c.Dim < 0 || c.Kind == cone.KindSecondOrder && c.Dim < 1:
		return c.String() + ", want at least 1"
	case c.Kind == cone.KindPSD && (c.Order < 0 || c.Dim != c.Order*(c.Order+1)/2),
		(c.Kind == cone.KindExponential || c.Kind == cone.KindPower) && c.Dim != 3:
		return c.String() + " has another number of rows; make it by a function of package cone"
	case c.Kind == cone.KindPower && !(c.Alpha > 0 && c.Alpha < 1):
		return c.String() + ", want one between 0 and 1"
	}
	return ""
}

// checkedMatrix is a matrix of the right size and dtype, nil for none.
func (p ConeProgram) checkedMatrix(name string, a Matrix, rows int) Matrix {
	n, d := p.C.Size(), p.C.DType()
	var dims []int
	dtype := d
	switch a := a.(type) {
	case nil:
		return nil
	case num.Array:
		if a == (num.Array{}) {
			return nil
		}
		dims, dtype = a.Shape(), a.DType()
	case matrices.Matrix:
		m, n := a.Dims()
		dims, dtype = []int{m, n}, a.DType()
	case LinearMap:
		if a == nil {
			return nil
		}
	}
	if dims == nil {
		y := a.MatMul(num.Full(d, 0, n))
		dims, dtype = append(y.Shape(), n), y.DType()
	}
	if len(dims) != 2 || dims[0] != rows || dims[1] != n {
		ir.Throw(ir.Errorf(ir.ShapeError, "argmin.Conic", "ConeProgram.%s has shape %s, want [%d %d]", name, ir.ShapeString(dims), rows, n))
	}
	if dtype != d {
		ir.Throw(ir.Errorf(ir.DTypeError, "argmin.Conic", "ConeProgram.%s is %s, want %s as C", name, dtype, d))
	}
	return a
}

// complete is a start with all of its parts.
func (p ConeProgram) complete(s ConePoint) ConePoint {
	fill := func(name string, x num.Array, n int) num.Array {
		switch {
		case x == (num.Array{}):
			return num.Full(p.C.DType(), 0, n)
		case x.Rank() != 1 || x.Size() != n || x.DType() != p.C.DType():
			ir.Throw(ir.Errorf(ir.ShapeError, "argmin.Conic", "ConePoint.%s is %s, want %s [%d]", name, typeOf(x), p.C.DType(), n))
		}
		return x
	}
	return ConePoint{fill("X", s.X, p.C.Size()), fill("S", s.S, p.B.Size()), fill("Y", s.Y, p.B.Size())}
}

// condition is what is zero at a solution, each part where its unknown is, for a program with the weight mu of barriers.
func (p ConeProgram) condition(s, g ConePoint, mu float64) ConePoint {
	if p.B.Size() == 0 {
		return ConePoint{X: g.X, S: s.S, Y: s.Y}
	}
	ax, pull := num.VJP(p.A.MatMul, s.X)
	var off num.Array
	ir.OneLine(func() {
		if mu > 0 {
			off = conic.Complement(p.Cones, s.S, s.Y, num.Const(mu))
		} else {
			off = s.S.Sub(projection.Cones(s.S.Sub(s.Y), p.Cones))
		}
	})
	return ConePoint{X: g.X.Add(pull(s.Y)), S: off, Y: ax.Add(s.S).Sub(p.B)}
}

// arrays is the program with matrices as package conic takes them, and whether it is convex.
func (p ConeProgram) arrays() (conic.Program, num.Array) {
	n := p.C.Size()
	q, ok := convex(p.written(p.Q, n), n)
	return conic.Program{Q: q, C: p.C, A: p.written(p.A, n), B: p.B, Cones: p.Cones}, ok
}

// convex is Q, if it is symmetric, and whether it is positive semidefinite, both up to the root of the rounding of its largest entry. A
// matrix that is not finite passes: the run ends at once by its numbers.
func convex(q conic.Matrix, n int) (conic.Matrix, num.Array) {
	var system kkt.System
	var values, across num.Array
	var pattern *sparse.Shared
	switch q := q.(type) {
	case conic.Dense:
		system, values, across = kkt.Dense{N: n}, q.A, q.A.T()
	case conic.Sparse:
		h := matrices.New(matrices.NewPattern(n, n, q.Pattern.Ptr, q.Pattern.Ind), q.Values)
		h = h.Add(h.T().Scale(0)) // with both triangles in its pattern
		pattern = shared(h)
		s, err := kkt.NewSparse(pattern, shared(matrices.FromCOO(0, n, nil, nil, q.Values.Range(0, 0))))
		if err != nil {
			throwf("Conic", "%v", err)
		}
		system, values, across = s, h.Values, h.T().Values
	default:
		return nil, num.Full(num.Bool, 1)
	}
	off, most := largest(values.Sub(across)), largest(values)
	allowed := most.Scale(math.Sqrt(values.DType().Eps()))
	lost := values.IsFinite().All().Not()
	definite := system.Definite(kkt.Matrices{H: values}, num.Full(values.DType(), 1, n).Mul(num.Where(allowed.Gt(num.Const(0)), allowed, num.Const(1))))
	values = checkSymmetric("argmin.Conic: ConeProgram.Q", values, off, most)
	if pattern != nil {
		return conic.Sparse{Pattern: pattern, Values: values}, definite.Or(lost)
	}
	return conic.Dense{A: values}, definite.Or(lost)
}

// written is a matrix of n columns by its entries, nil for none.
func (p ConeProgram) written(a Matrix, n int) conic.Matrix {
	d := p.C.DType()
	switch a := a.(type) {
	case nil:
		return nil
	case num.Array:
		return conic.Dense{A: a}
	case LinearMap:
		if n <= alwaysDense {
			return conic.Dense{A: denseOf(a, n, d)}
		}
	}
	s := sparseOf(a, n, d)
	return conic.Sparse{Pattern: shared(s), Values: s.Values}
}
