package root

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Anderson is Anderson mixing: it combines the last points such that F of the combination is
// as small as possible if F is linear, and adds a multiple of F to it. It accelerates fixed-point
// iterations x ← g(x), as F(x) = g(x) - x. An iteration costs one evaluation, or a few if a step is
// cut, and O(M²n) operations.
//
// SciPyStatus is as for [Broyden1].
//
// Anderson, "Iterative procedures for nonlinear integral equations", 1965; Eyert, "A
// comparative study on methods for convergence acceleration of iterative vector
// sequences", 1996, from which w₀ is.
type Anderson struct {
	Stops
	Alpha float64 `opt:"alpha,zero"` // the first Jacobian is -I/Alpha; default ½max(|x0|, 1)/|F(x0)|
	M     int     `opt:"M"`          // number of past steps that are combined, at least 1; default 5
	W0    float64 `opt:"w0"`         // regularization: squares of the changes of F are multiplied by 1 + W0²; default 0.01
}

// Name returns "anderson".
func (Anderson) Name() string { return "anderson" }

func (m Anderson) root(r *run) outcome {
	a := &andersonMixing{given: m.Alpha, m: max(option.Or(m.M, 5), 1), w0: option.Or(m.W0, 0.01)}
	return inexactNewton(r, m.Name(), m.Stops, a)
}

// andersonMixing is the Jacobian of [Anderson].
type andersonMixing struct {
	given, alpha float64 // α of the options, and α
	w0           float64
	m            int
	s, y         [][]float64 // the last steps, and the changes of F over them
}

func (a *andersonMixing) start(x, f []float64) {
	a.alpha, a.s, a.y = firstScale(a.given, x, f), nil, nil
}

// patience has no end: short steps are combined as well as long ones.
func (a *andersonMixing) patience() int { return math.MaxInt }

// solve sets dx to αF - Σ wₖ (sₖ + αyₖ). The weights w minimize |F - Σ wₖyₖ|², with the squares
// |yₖ|² times 1 + w₀².
func (a *andersonMixing) solve(f, dx []float64, _ float64) {
	for i, v := range f {
		dx[i] = a.alpha * v
	}
	k := len(a.s)
	if k == 0 {
		return
	}
	yy, yf := mat.NewSymDense(k, nil), mat.NewVecDense(k, nil)
	for i := range k {
		yf.SetVec(i, vec.Dot(a.y[i], f))
		for j := i; j < k; j++ {
			v := vec.Dot(a.y[i], a.y[j])
			if i == j {
				v *= 1 + a.w0*a.w0
			}
			yy.SetSym(i, j, v)
		}
	}
	var c mat.Cholesky
	var w mat.VecDense
	if !c.Factorize(yy) || c.SolveVecTo(&w, yf) != nil {
		a.s, a.y = nil, nil
		return
	}
	for k, s := range a.s {
		for i := range dx {
			dx[i] -= w.AtVec(k) * (s[i] + a.alpha*a.y[k][i])
		}
	}
}

func (a *andersonMixing) update(_, _, s, y []float64) {
	a.s, a.y = append(a.s, append([]float64{}, s...)), append(a.y, append([]float64{}, y...))
	if len(a.s) > a.m {
		a.s, a.y = a.s[1:], a.y[1:]
	}
}

// LinearMixing takes steps of Alpha times F. It is only for problems that are known to converge
// so, such as some self-consistent fields. An iteration costs one evaluation, or a few if a step is
// cut, and O(n) operations.
//
// SciPyStatus is as for [Broyden1].
type LinearMixing struct {
	Stops
	Alpha float64 `opt:"alpha,zero"` // length of the steps relative to F; default ½max(|x0|, 1)/|F(x0)|
}

// Name returns "linearmixing".
func (LinearMixing) Name() string { return "linearmixing" }

func (m LinearMixing) root(r *run) outcome {
	return inexactNewton(r, m.Name(), m.Stops, &fixedMixing{broyden{given: m.Alpha}})
}

// fixedMixing is the first Jacobian without updates.
type fixedMixing struct{ broyden }

func (*fixedMixing) update(_, _, _, _ []float64) {}

// patience is 0: nothing is learnt from a short step.
func (*fixedMixing) patience() int { return 0 }

// ExcitingMixing is mixing with a factor for each variable, which grows by Alpha while F keeps
// its sign there and is Alpha again after a change of sign. It is for equations that each depend
// mostly on one unknown. An iteration costs one evaluation, or a few if a step is cut, and O(n)
// operations.
//
// SciPyStatus is as for [Broyden1].
type ExcitingMixing struct {
	Stops
	Alpha    float64 `opt:"alpha,zero"` // the first factor, and the amount by which factors grow; default ½max(|x0|, 1)/|F(x0)|
	AlphaMax float64 `opt:"alphamax"`   // the largest factor; default 1
}

// Name returns "excitingmixing".
func (ExcitingMixing) Name() string { return "excitingmixing" }

func (m ExcitingMixing) root(r *run) outcome {
	return inexactNewton(r, m.Name(), m.Stops, &excitingMixing{given: m.Alpha, limit: option.Or(m.AlphaMax, 1)})
}

// excitingMixing is the Jacobian of [ExcitingMixing], -diag(1/beta).
type excitingMixing struct {
	given, alpha, limit float64   // α of the options, α, and AlphaMax
	beta                []float64 // the factors
	last                []float64 // F at the last point
}

func (e *excitingMixing) start(x, f []float64) {
	e.alpha = firstScale(e.given, x, f)
	e.beta, e.last = make([]float64, len(x)), append([]float64{}, f...)
	for i := range e.beta {
		e.beta[i] = e.alpha
	}
}

func (*excitingMixing) patience() int { return 0 }

func (e *excitingMixing) solve(f, dx []float64, _ float64) {
	for i, v := range f {
		dx[i] = e.beta[i] * v
	}
}

func (e *excitingMixing) update(_, f, _, _ []float64) {
	for i, v := range f {
		if v*e.last[i] > 0 {
			e.beta[i] += e.alpha
		} else {
			e.beta[i] = e.alpha
		}
		e.beta[i] = min(max(e.beta[i], 0), e.limit)
	}
	copy(e.last, f)
}
