package convex

// Ours are argmin's solvers.
func Ours() []Solver { return nil }
