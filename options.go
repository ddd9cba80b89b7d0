package argmin

import (
	"log/slog"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
)

// Options are the settings that all solvers share. The zero value is useful: a field that is
// zero has its default (see Options in the documentation of the package).
type Options struct {
	MaxIter int              // most iterations; default 500, if the method has no other, and no limit in RunIterator
	Tol     float64          // stop when the error (see State) is at most this; default 1e-6, if the method has no other
	Unroll  bool             // differentiate Argmin through the iterations instead of implicitly
	Linear  num.LinearSolver // solves the linear system of the implicit derivative; default num.DenseSolver
	History bool             // keep the value and error of every iteration in Result.History; MaxIter is then at most 2²⁶
	Logger  *slog.Logger     // gets one record per iteration
	NoJit   bool             // trace the functions again in every call, to see the current values of Go variables
}

// with fills in the defaults.
func (o Options) with(d definition) Options {
	o.MaxIter = min(option.Or(o.MaxIter, option.Or(d.maxIter, 500)), 1<<31-2) // counted in int32
	o.Tol = option.Or(o.Tol, option.Or(d.tol, 1e-6))
	return o
}
