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
type at[P, A any] struct {
	X, V num.Array
	Like P
	Data A
}

// host calls traced programs at points of slices.
type host[P, A any] struct {
	ctx     context.Context
	like    P
	data    A
	d       num.DType
	unravel func(num.Array) P
}

// newHost is the host of one run, and the raveled init.
func newHost[P, A any](ctx context.Context, init P, data A) (h *host[P, A], x0 []float64, err error) {
	if ctx == nil {
		return nil, nil, errors.New("traced: the context is nil")
	}
	h = &host[P, A]{ctx: ctx, like: init, data: data}
	_, err = num.Try(func() struct{} {
		flat, unravel := num.Ravel(init)
		h.unravel, h.d, x0 = unravel, flat.DType(), flat.Float64s()
		return struct{}{}
	})
	return h, x0, wrapped(err)
}

// called is a program at x with the vector v. An error ends the search.
func called[P, A, T any](h *host[P, A], j *num.Jitted[at[P, A], T], x, v []float64) T {
	r, err := j.CallContext(h.ctx, at[P, A]{h.array(x), h.array(v), h.like, h.data})
	if err != nil {
		minimize.Abort(wrapped(err))
	}
	return r
}

func evaluated[P, A, T any](h *host[P, A], j *num.Jitted[at[P, A], T], x []float64) T {
	return called(h, j, x, nil)
}

// array is a copy of x in the dtype of the parameters.
func (h *host[P, A]) array(x []float64) num.Array {
	a := num.New(append([]float64{}, x...), len(x))
	if h.d != num.Float64 {
		a = a.AsType(h.d)
	}
	return a
}

// ran is the answer of run, with the shapes and types of like. It has no derivative.
func ran[P, A, T any](run func(init P, data A) (T, error), like T, init P, data A) T {
	type args struct {
		Init P
		Data A
	}
	return num.Callback(func(in args) (T, error) { return run(in.Init, in.Data) }, like,
		args{tree.Map(num.Array.StopGradient, init), tree.Map(num.Array.StopGradient, data)})
}

// found is the end of a run.
type found[P any] struct {
	X     P
	State argmin.State
}

// differentiable is where run ends, as a root of zero.
func differentiable[P, A any](zero func(P, A) P, run func(init P, data A) (P, argmin.State, error), init P, data A,
	linear num.LinearSolver) (P, argmin.State) {
	r := ran(func(init P, data A) (found[P], error) {
		x, state, err := run(init, data)
		return found[P]{x, state}, err
	}, found[P]{init, likeState()}, init, data)
	return num.CustomRoot(zero, func(A) P { return r.X }, linear)(data), r.State
}

// likeState is a state's shapes and types.
func likeState() argmin.State { return stateOf(status.Running, 0, 0, 0, 0) }

// failed is the state of a search that did not begin.
func failed() argmin.State { return stateOf(status.Failed, 0, 0, math.NaN(), math.NaN()) }

// stateOf is the end of a search as a state of the root package.
func stateOf(code status.Code, nit, nfev int, value, residual float64) argmin.State {
	count := func(n int) num.Array { return num.Int(n) }
	return argmin.State{NIter: count(nit), Error: num.Scalar(residual), Value: num.Scalar(value), Code: count(int(code)), NFev: count(nfev)}
}
