// Package status names the ways in which a solver can stop. The solvers of package
// argmin and of package minimize and its subpackages all report one of its codes.
package status

import "fmt"

// Code is the reason why a solver stopped. Only [Converged] is a success.
type Code int

// The codes.
const (
	Running          Code = iota // has not stopped; what callbacks see during a run
	Converged                    // the stopping test holds
	IterationLimit               // the limit on iterations was reached first
	EvaluationLimit              // the limit on evaluations was reached first
	LineSearchFailed             // no step along the search direction improves the point
	NonFinite                    // a value or derivative became NaN or infinite
	Unbounded                    // the values fall without end: there seems to be no minimum
	Infeasible                   // no point was found that satisfies the constraints
	Stopped                      // a callback asked to stop
	Cancelled                    // the context ended
	Failed                       // any other reason; the message has it
	Stalled                      // nothing changes any more, and the point is not seen to be a solution
	Stationary                   // no small step brings equations nearer to being met: their sum of squares is stationary, and not zero
	NotConvex                    // the method is for convex problems, and this is none
)

var names = [...]string{"running", "converged", "iteration limit", "evaluation limit", "line search failed",
	"not finite", "unbounded", "infeasible", "stopped", "cancelled", "failed", "stalled", "stationary",
	"not convex"}

// String is the code in words, such as "iteration limit".
func (c Code) String() string {
	if c >= 0 && int(c) < len(names) {
		return names[c]
	}
	return fmt.Sprintf("status.Code(%d)", int(c))
}
