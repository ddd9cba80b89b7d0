package convex

// Claim is what a solver says of a problem.
type Claim string

// The claims.
const (
	Solved     Claim = "solved"
	Infeasible Claim = "infeasible"
	Unbounded  Claim = "unbounded"
	Failed     Claim = "failed"
)
