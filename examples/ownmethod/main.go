// Command ownmethod shows how to write a method of your own. Rprop, which the library does not
// have, fits a logistic regression; argmin differentiates its answer and solves a batch of
// problems, although the method itself does nothing for either.
package main

import (
	"cmp"
	"fmt"
	"log"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/loss"
	"github.com/argmin-go/argmin/num"
)

// Rprop gives each parameter a step size, which grows while the partial derivative keeps its
// sign and shrinks when the sign changes: then the last step went past the minimum. It is
// Rprop- of Igel & Hüsken, "Empirical evaluation of the improved Rprop learning algorithms"
// (2003), without bounds on the step sizes. A method is a struct of its options.
type Rprop struct {
	FirstStep    float64 // default 0.1
	Grow, Shrink float64 // factors of the step sizes; default 1.2 and 0.5
}

// rpropState is what the method keeps from one iteration to the next.
type rpropState struct{ Size, Grad num.Array }

// rule makes the method for one problem, whose parameters are one vector here. Init and Update
// are traced: they run once, on arrays without numbers, so num.Where makes the decisions.
func (m Rprop) rule(p *argmin.Problem) argmin.Rule[rpropState] {
	return argmin.Rule[rpropState]{
		Init: func(it argmin.Iterate) rpropState {
			size := it.X.Const(cmp.Or(m.FirstStep, 0.1)).BroadcastTo(it.X.Shape()...)
			return rpropState{Size: size, Grad: size.Scale(0)} // no sign changes in the first iteration
		},
		Update: func(it argmin.Iterate, st rpropState) (argmin.Iterate, rpropState) {
			same := it.Grad.Sign().Mul(st.Grad.Sign()) // 1 for the same sign, -1 for the other
			size := st.Size
			size = num.Where(same.Gt(num.Const(0)), size.Scale(cmp.Or(m.Grow, 1.2)), size)
			size = num.Where(same.Lt(num.Const(0)), size.Scale(cmp.Or(m.Shrink, 0.5)), size)
			next := p.At(it, it.X.Sub(it.Grad.Sign().Mul(size))) // the value and gradient there
			return next, rpropState{Size: size, Grad: it.Grad}
		},
	}
}

// Hours that 20 students studied, after a column of ones, and whether they passed.
var (
	hours = num.Vector(0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5,
		2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5)
	x = num.Stack(num.Ones(20), hours).T()
	y = num.Vector(0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1)
)

// objective is the mean logistic loss of weights w with an L2 penalty of strength l2.
func objective(w, l2 num.Array) num.Array {
	return loss.Logistic(y, x.MatMul(w)).Mean().Add(l2.Mul(w.Square().Sum()).Scale(0.5))
}

// solverOf makes a solver of the regression by any method.
func solverOf(method argmin.SmoothMethod) *argmin.Solver[num.Array, num.Array] {
	return argmin.Minimize(objective, method, argmin.Options{Tol: 1e-10, MaxIter: 5000})
}

func main() {
	log.SetFlags(0)
	l2, strengths := num.Scalar(0.1), num.Vector(0.01, 0.1, 1)
	rprop := argmin.Custom[rpropState]{Name: "Rprop", Rule: Rprop{}.rule}
	for _, method := range []argmin.SmoothMethod{rprop, argmin.LBFGS{}} {
		solver := solverOf(method)
		result, err := solver.Run(num.Zeros(2), l2)
		if err != nil {
			log.Fatal(err) // it could not run; whether it converged is in the status
		}
		// Argmin is the answer as a function of the data. The derivative follows from the
		// gradient being zero at the answer, whatever the iterations were. (Option Unroll, which
		// differentiates the iterations, is of no use for Rprop: the derivative of a sign is 0.)
		solution := func(l2 num.Array) num.Array { return solver.Argmin(num.Zeros(2), l2) }
		derivative := num.JacobianRev(solution)
		fmt.Printf("%T: %v after %v iterations\n", method, result.State.Status(), result.State.NIter)
		fmt.Printf("  w = %.6f, dw/dλ = %.6f\n", result.Params.Float64s(), derivative(l2).Float64s())
		fmt.Printf("  for λ = %v: w = %v\n", strengths, num.Vmap(solution)(strengths))
		fmt.Printf("  dw/dλ = %v\n", num.Vmap(derivative)(strengths))
	}
}
