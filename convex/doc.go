// Package convex writes convex optimization problems down as mathematics, and solves them.
//
// A model is made of variables, parameters, constants and functions of them whose convexity is known. It is checked
// against the rules of disciplined convex programming (Grant, Boyd & Ye, "Disciplined convex programming", 2006), compiled once to a quadratic program
// or a cone program, and solved for any values of its parameters:
//
//	x := convex.Variable("x", 2)
//	lambda := convex.Parameter("λ").NonNegative()
//	fit := convex.SumSquares(convex.MatMul(a, x).Sub(b))
//	model := convex.Minimize(fit.Add(lambda.Mul(convex.Norm1(x)))).SubjectTo(convex.Ge(x, 0))
//	program, err := model.Compile(convex.Options{})
//	solution, err := program.Solve(ctx, convex.Values{"λ": num.Scalar(0.1)})
//
// [Program.Argmin] is the solution as a function of the parameters that is traced like any function of package num:
// num.Vmap solves for a batch of values, num.Grad differentiates.
//
// # Expressions
//
// An [Expr] is an array like those of package num: a scalar, vector, matrix, or one of more axes. Where an operand is of type any it
// may be an Expr, a Go number, a num.Array, or a sparse.Matrix. Operands broadcast, as long as one of them has the shape of the
// result. A mistake does not panic: the expression that has it keeps the error, with the line of the program, and
// [Model.Compile] returns it.
//
// # Rules
//
// An expression is accepted if its curvature follows from its parts: f(g(x)) is convex where f is convex, and g is affine, or g is convex and f
// nondecreasing in it, or g is concave and f nonincreasing. One minimizes what is convex, maximizes what is concave, and
// constrains convex ≤ concave and affine = affine. Parameters count as constants with the sign that they are declared with.
//
// So that a model is compiled once for all values of its parameters, the coefficients of the variables must be affine in
// the parameters: a product may have parameters in one factor only, unless no variable is in either (disciplined parametrized
// programming; Agrawal et al., "Differentiable convex optimization layers", 2019). Expressions of parameters alone are not
// restricted, as they are computed by num.
package convex
