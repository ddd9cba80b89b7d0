package traced

import (
	"context"
	"errors"
	"math"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
	"github.com/argmin-go/argmin/tree"
)

// at is a raveled point of parameters like Like; V is a vector that goes with it.
type at[P, D any] struct {
	X, V num.Array
	Like P
	Data D
}

// host calls traced programs at points of slices.
type host[P, D any] struct {
	ctx     context.Context
	like    P
	data    D
	d       num.DType
	unravel func(num.Array) P
}

// newHost is the host of one run, and the raveled init.
func newHost[P, D any](ctx context.Context, init P, data D) (h *host[P, D], x0 []float64, err error) {
	if ctx == nil {
		return nil, nil, errors.New("traced: the context is nil")
	}
	h = &host[P, D]{ctx: ctx, like: init, data: data}
	_, err = num.Try(func() struct{} {
		flat, unravel := num.Ravel(init)
		h.unravel, h.d, x0 = unravel, flat.DType(), flat.Float64s()
		return struct{}{}
	})
	return h, x0, wrapped(err)
}

// called is a program at x with the vector v. An error ends the search.
func called[P, D, T any](h *host[P, D], j *num.Jitted[at[P, D], T], x, v []float64) T {
	r, err := j.CallContext(h.ctx, at[P, D]{h.array(x), h.array(v), h.like, h.data})
	if err != nil {
		minimize.Abort(wrapped(err))
	}
	return r
}

func evaluated[P, D, T any](h *host[P, D], j *num.Jitted[at[P, D], T], x []float64) T {
	return called(h, j, x, nil)
}

// array is a copy of x in the dtype of the parameters.
func (h *host[P, D]) array(x []float64) num.Array {
	a := num.New(append([]float64{}, x...), len(x))
	if h.d != num.Float64 {
		a = a.AsType(h.d)
	}
	return a
}

// ran is the answer of run, with the shapes and types of like. It has no derivative.
func ran[P, D, T any](run func(init P, data D) (T, error), like T, init P, data D) T {
	type args struct {
		Init P
		Data D
	}
	return num.Callback(func(in args) (T, error) { return run(in.Init, in.Data) }, like,
		args{tree.Map(num.Array.StopGradient, init), tree.Map(num.Array.StopGradient, data)})
}

// found is the end of a run.
type found[P any] struct {
	X     P
	State argmin.State
}

// differentiable is where run ends, as a root of zero, if its rest is small; what is the error if not.
func differentiable[P, D any](zero func(P, D) P, what string, run func(init P, data D) (P, argmin.State, rest, error), init P, data D,
	linear num.LinearSolver) (P, argmin.State) {
	type answer struct {
		found[P]
		Rest rest
	}
	r := ran(func(init P, data D) (answer, error) {
		x, state, rest, err := run(init, data)
		return answer{found[P]{x, state}, rest}, err
	}, answer{found[P]{init, likeState()}, restOf(false, 0)}, init, data)
	judged := func(x P, data D) P { return checked(r.Rest, what, zero(x, data)) }
	return num.CustomRoot(judged, func(D) P { return r.X }, linear)(data), r.State
}

// likeState is a state's shapes and types.
func likeState() argmin.State { return stateOf(status.Running, 0, 0, 0, 0, 0) }

// failed is the state of a search that did not begin.
func failed() argmin.State { return stateOf(status.Failed, 0, 0, 0, math.NaN(), math.NaN()) }

// stateOf is the end of a search as a state of the root package.
func stateOf(code status.Code, nit, nfev, njev int, value, residual float64) argmin.State {
	count := func(n int) num.Array { return num.Int(n) }
	return argmin.State{NIter: count(nit), Error: num.Scalar(residual), Value: num.Scalar(value), Code: count(int(code)), NFev: count(nfev), NJev: count(njev),
		StepSize: num.Scalar(0), NFailed: count(0)}
}
