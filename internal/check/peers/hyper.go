package peers

import (
	"context"
	"fmt"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// hyperStrength is the regularization whose derivative the hyper-gradients are.
const hyperStrength = 0.1

// hyperData is a regression whose Hessian is a diagonal, of numbers from about 0.02 to 50, and
// a matrix of rank one.
type hyperData struct {
	Diagonal, Center, U, Target arr
}

func newHyper(dir string, n int) hyperData {
	s := newSource(dir)
	name := fmt.Sprintf("hyper%d_", n)
	log := s.normal(name+"log", 0.8, n)
	return hyperData{log.Exp(), s.normal(name+"center", 1, n), s.normal(name+"u", 1, n), s.normal(name+"target", 1, n)}
}

func (h hyperData) objective(w, l2 arr) arr {
	inner := w.Dot(h.U).Square().Scale(1 / float64(w.Size()))
	return w.Sub(h.Center).Square().Mul(h.Diagonal).Sum().Add(inner).Add(w.Square().Sum().Mul(l2)).Scale(0.5)
}

// solve solves a system with the Hessian, by the formula of Sherman and Morrison.
func (h hyperData) solve(l2 arr, b arr) arr {
	inv := h.Diagonal.Add(l2)
	x, y := b.Div(inv), h.U.Div(inv)
	return x.Sub(y.Mul(h.U.Dot(x).Div(h.U.Dot(y).AddScalar(float64(b.Size())))))
}

func (h hyperData) solution(l2 arr) arr { return h.solve(l2, h.Diagonal.Mul(h.Center)) }

// loss is what the strength is tuned for.
func (h hyperData) loss(w arr) arr { return w.Sub(h.Target).Square().Mean().Scale(0.5) }

// exactHyper is the derivative of the loss by the closed form.
func exactHyper(n int) func(string) float64 {
	return func(dir string) float64 {
		h, l2 := newHyper(dir, n), num.Scalar(hyperStrength)
		w := h.solution(l2)
		return w.Sub(h.Target).Dot(h.solve(l2, w)).Item() / -float64(n)
	}
}

// hyperCases are derivatives of a loss of a solution with respect to the strength: of a solution found
// by L-BFGS, and of one that is known, which is the linear system of the derivative by itself. All
// options are the defaults.
func hyperCases() []benchCase {
	var all []benchCase
	for _, n := range []int{1e3, 1e4, 1e5, 1e6} {
		repeat := 9
		if n > 1e5 {
			repeat = 3
		}
		all = append(all,
			benchCase{name: fmt.Sprintf("hyper/%d/lbfgs", n), repeat: repeat, prepare: func(dir string) func(context.Context) (arr, error) {
				h := newHyper(dir, n)
				s := argmin.Minimize(h.objective, argmin.LBFGS{}, argmin.Options{})
				return hyperCall(h, func(l2 arr) (arr, ending) {
					w, st := s.ArgminState(num.Zeros(n), l2)
					return w, ending{st.Code, st.NIter}
				})
			}, exact: exactHyper(n)},
			benchCase{name: fmt.Sprintf("hyper/%d/known", n), repeat: repeat, prepare: func(dir string) func(context.Context) (arr, error) {
				h := newHyper(dir, n)
				grad := func(w, l2 arr) arr { return num.Grad(func(w arr) arr { return h.objective(w, l2) })(w) }
				known := num.CustomRoot(grad, h.solution, nil)
				return hyperCall(h, func(l2 arr) (arr, ending) { return known(l2), ending{num.Int(status.Converged), num.Int(0)} })
			}, exact: exactHyper(n)},
		)
	}
	return all
}

// ending is what a case reports of how a solution was found.
type ending struct{ Code, NIter arr }

func hyperCall(h hyperData, solve func(l2 arr) (arr, ending)) func(context.Context) (arr, error) {
	call := num.Jit(func(l2 arr) arr {
		_, st, g := num.ValueAndGradAux(func(l2 arr) (arr, ending) {
			w, st := solve(l2)
			return h.loss(w), st
		})(l2)
		return num.Stack(g, st.Code.AsType(num.Float64), st.NIter.AsType(num.Float64))
	})
	return func(ctx context.Context) (arr, error) {
		return fetched(call.CallContext(ctx, num.Scalar(hyperStrength)))
	}
}
