package convex

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"
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
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	start := cpuSeconds()
	defer func() {
		if fault := recover(); fault != nil {
			a = Answer{Claim: Failed, Message: fmt.Sprintf("panic: %v\n%s", fault, debug.Stack())}
		}
		a.Seconds = cpuSeconds() - start
	}()
	return f.Run(ctx, p, accuracy)
}
