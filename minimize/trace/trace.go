// Package trace has the record that a search makes of its iterations: set the field Trace of
// the options of a search to see how it went.
package trace

// Trace is a record of a search: a point for every iteration.
type Trace struct{ Points []Point }

// Point is the end of an iteration.
type Point struct {
	NIter, NFev int     // iterations and evaluations of the function so far
	Fun         float64 // the value; for least squares the cost, for equations the norm of the values
	GradNorm    float64 // largest element of the gradient; NaN for methods without one and for equations
	Step        float64 // Euclidean length of the iteration's step; NaN for the first
	MaxCV       float64 // largest violation of the constraints
}
