package convex

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/argmin-go/argmin/internal/cputime"
)

// Solver solves convex programs.
type Solver interface {
	Name() string // by which a user selects it
	// Solve solves a problem to residuals of at most accuracy, within limit of CPU time. It stops when the context ends.
	Solve(ctx context.Context, p *Problem, accuracy float64, limit time.Duration) Answer
}

// Func is a solver made of a function, whose time is measured.
type Func struct {
	Label string
	Run   func(ctx context.Context, p *Problem, accuracy float64) Answer
}

// Name is the label.
func (f Func) Name() string { return f.Label }

// Solve runs the function. Its seconds are of CPU of the whole program, where the system counts them, so nothing else may run.
func (f Func) Solve(ctx context.Context, p *Problem, accuracy float64, limit time.Duration) (a Answer) {
	start := cputime.Now()
	ctx, stop := withCPULimit(ctx, start+limit)
	defer stop()
	defer func() {
		if fault := recover(); fault != nil {
			a = Answer{Claim: Failed, Message: fmt.Sprintf("panic: %v\n%s", fault, debug.Stack())}
		}
		a.Seconds = (cputime.Now() - start).Seconds()
	}()
	return f.Run(ctx, p, accuracy)
}

// withCPULimit is a context that ends when the program has used so much CPU time.
func withCPULimit(ctx context.Context, end time.Duration) (context.Context, context.CancelFunc) {
	ctx, stop := context.WithCancel(ctx)
	go func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for cputime.Now() < end {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
		stop()
	}()
	return ctx, stop
}
