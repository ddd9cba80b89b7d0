package convex

type solver interface{}

func newSolver(p *Program) solver { return nil }
