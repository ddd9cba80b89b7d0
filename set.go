package argmin

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optimality"
)

// SetMethod is a method for [OnSet]: [ProjectedGradient], [MirrorDescent], [FrankWolfe] or
// a [Custom] one.
type SetMethod interface{ onSet() definition }

// Set is a closed convex set of parameters, which may depend on data, given by what the
// method needs of it.
type Set[P, D any] struct {
	// Project is the nearest point of the set, such as a function of package projection.
	// ProjectedGradient needs it. The others use it for the condition of optimality:
	// MirrorDescent if it is there, FrankWolfe for the implicit derivative only.
	Project func(x P, data D) P
	// Oracle is a point s of the set with the least <g, s>, such as a function of package
	// oracle. FrankWolfe needs it.
	Oracle func(g P, data D) P
	// Mirror is the minimum of size·<g, y> + D(y, x) over the y of the set, where D is a
	// Bregman divergence: optimality.Entropic on probability simplices, or what
	// optimality.Bregman makes. MirrorDescent needs it.
	Mirror func(x, g P, size num.Array, data D) P
}

// checked is the set whose functions' results are checked.
func (s Set[P, D]) checked() Set[P, D] {
	const op, of = "OnSet", "the parameters"
	if project := s.Project; project != nil {
		s.Project = func(x P, data D) P {
			return checkLike(op, "the result of Set.Project", project(x, data), of, x)
		}
	}
	if oracle := s.Oracle; oracle != nil {
		s.Oracle = func(g P, data D) P {
			return checkLike(op, "the result of Set.Oracle", oracle(g, data), of, g)
		}
	}
	if mirror := s.Mirror; mirror != nil {
		s.Mirror = func(x, g P, size num.Array, data D) P {
			return checkLike(op, "the result of Set.Mirror", mirror(x, g, size, data), of, x)
		}
	}
	return s
}

// OnSet solves
//
//	min f(x, data) over x in a convex set
//
// for a smooth f. A nil method means [ProjectedGradient], or, without Project,
// [MirrorDescent] or [FrankWolfe]. The condition of optimality is x = Project(x - ∇f(x)),
// or, without Project, x = Mirror(x, ∇f(x), 1).
func OnSet[P, D any](f func(x P, data D) num.Array, set Set[P, D], m SetMethod, opt Options) *Solver[P, D] {
	if m == nil {
		switch {
		case set.Project == nil && set.Mirror != nil:
			m = MirrorDescent{}
		case set.Project == nil && set.Oracle != nil:
			m = FrankWolfe{}
		default:
			m = ProjectedGradient{}
		}
	}
	k := objective("OnSet", f)
	k.constrained = true
	set = set.checked()
	if set.Project == nil && set.Mirror == nil {
		k.underivable = "the condition of optimality, and with it the implicit derivative, needs Set.Project or Set.Mirror"
	}
	k.condition = func(x, g P, data D) P {
		grad := func(P, D) P { return g }
		switch {
		case set.Project != nil:
			return optimality.ProjectedGradient(grad, set.Project)(x, data)
		case set.Mirror != nil:
			return optimality.MirrorDescent(grad, set.Mirror)(x, data)
		}
		throwf("OnSet", "%s", k.underivable)
		return x
	}
	k.bind = func(p *Problem, b binding[P, D]) {
		if set.Project != nil {
			p.Project = func(x num.Array) num.Array { return b.ravel(set.Project(b.params(x), b.data)) }
		}
		if set.Oracle != nil {
			p.Oracle = func(g num.Array) num.Array { return b.ravel(set.Oracle(b.params(g), b.data)) }
		}
		if set.Mirror != nil {
			p.Mirror = func(x, g, size num.Array) num.Array {
				return b.ravel(set.Mirror(b.params(x), b.params(g), size, b.data))
			}
		}
	}
	return newSolver(k, defined(m, SetMethod.onSet), opt)
}
