// Package trace has the options by which a search is watched and resumed, and the record
// that it makes of its iterations.
//
// [Monitor] is embedded in the options of every search of minimize and the packages below
// it, so that it reads the same everywhere: in a literal
//
//	minimize.Options{Method: minimize.BFGS{}, Monitor: trace.Monitor{Progress: os.Stderr}}
//
// and after it, as fields of the options:
//
//	opt.Checkpoint = "run.ckpt"
package trace

import (
	"io"
	"log/slog"
)

// Monitor specifies who sees the iterations of a search, and where it is kept. The zero
// value shows and keeps nothing.
type Monitor struct {
	// Trace, if not nil, is overwritten with a point for every iteration.
	Trace *Trace
	// Logger, if not nil, gets a record for every iteration.
	Logger *slog.Logger
	// Progress, if not nil, is for people: on a terminal, such as os.Stderr, it shows a line
	// with the value, the norm of the gradient and the evaluations per second, rewritten at
	// most ten times per second; any other writer gets a record of slog every second.
	Progress io.Writer
	// Checkpoint, if not empty, is the name of a file that keeps what the functions
	// answered. The same call with the same file resumes a search that was killed, to the
	// same iterates; a file of another search is an error, and the file of a finished one
	// gives its result at once. The file grows with every evaluation, by the numbers of its
	// answer. Functions must depend on x only: the first values and derivatives of each are
	// evaluated again to see that they are the same. Delete the file to start from scratch.
	Checkpoint string
}

// Trace is a record of a search, with a point for every iteration.
type Trace struct {
	Points []Point // in the order of the iterations
}

// Point is the state of a search at the end of an iteration.
type Point struct {
	NIter    int     // iterations so far
	NFev     int     // evaluations of the function so far
	Fun      float64 // the value; for least squares the cost, for equations the Euclidean norm of the values
	GradNorm float64 // the largest element of the gradient in absolute value; NaN for methods without a gradient and for equations
	Step     float64 // the Euclidean length of the iteration's step; NaN for the first iteration
	MaxCV    float64 // the largest violation of a bound or constraint; 0 if there are none
}
