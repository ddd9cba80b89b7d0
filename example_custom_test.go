package argmin_test

import (
	"cmp"
	"fmt"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

// BarzilaiBorwein follows the negative gradient, by steps whose size comes from how the last
// one changed the gradient (Barzilai & Borwein, "Two-point step size gradient methods", 1988).
type BarzilaiBorwein struct {
	FirstStep float64 // size of the first step; default 1e-3
}

type barzilaiBorweinState struct {
	Size num.Array // of the next step
}

func (m BarzilaiBorwein) rule(p *argmin.Problem) argmin.Rule[barzilaiBorweinState] {
	return argmin.Rule[barzilaiBorweinState]{
		Init: func(it argmin.Iterate) barzilaiBorweinState {
			return barzilaiBorweinState{Size: it.X.Const(cmp.Or(m.FirstStep, 1e-3))}
		},
		Update: func(it argmin.Iterate, st barzilaiBorweinState) (argmin.Iterate, barzilaiBorweinState) {
			next := p.At(it, it.X.Sub(it.Grad.Mul(st.Size)))
			s, y := next.X.Sub(it.X), next.Grad.Sub(it.Grad)
			// Without positive curvature along the step, its size is kept.
			bent := s.Dot(y).Gt(num.Const(0))
			size := s.Dot(s).Div(num.Where(bent, s.Dot(y), num.Const(1)))
			return next, barzilaiBorweinState{Size: num.Where(bent, size, st.Size)}
		},
	}
}

// A method of your own: the type above has its options, the second its state between two
// iterations, and the rule makes both of a problem.
func ExampleCustom() {
	curvature := num.Vector(1, 10, 100)
	quadratic := func(x, target num.Array) num.Array {
		return curvature.Mul(x.Sub(target).Square()).Sum().Scale(0.5)
	}
	method := argmin.Custom[barzilaiBorweinState]{Name: "BarzilaiBorwein", Rule: BarzilaiBorwein{}.rule}
	solver := argmin.Minimize(quadratic, method, argmin.Options{})
	solution := func(target num.Array) num.Array { return solver.Argmin(num.Zeros(3), target) }
	fmt.Printf("x = %.3f\n", solution(num.Vector(1, 2, 3)).Float64s())
	fmt.Printf("dx/dtarget = %.3f\n", num.Diag(num.JacobianRev(solution)(num.Vector(1, 2, 3))).Float64s())
	// Output:
	// x = [1.000 2.000 3.000]
	// dx/dtarget = [1.000 1.000 1.000]
}
