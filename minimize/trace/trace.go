// Package trace has the record that a search makes of its iterations.
package trace

// Trace is how a search went: a point for every iteration.
type Trace struct{ Points []Point }

// Point is the end of an iteration.
type Point struct {
	NIter, NFev int     // iterations and evaluations of the function until then
	Fun         float64 // the value; of least squares the cost, of equations the norm of the values
	GradNorm    float64 // largest element of the gradient; NaN of methods without one and of equations
	Step        float64 // Euclidean length of the iteration's step; NaN for the first
	MaxCV       float64 // largest violation of the constraints
}
