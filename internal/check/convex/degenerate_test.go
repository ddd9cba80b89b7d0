package convex

import (
	"slices"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/mps"
)

type rows = [][]float64

// degenerate are small programs in which something is redundant, empty, fixed, free, or of another size than usual.
func degenerate() []*Problem {
	none := mps.Matrix{}
	eye := func(d ...float64) mps.Matrix {
		b := build(len(d), len(d))
		for i, v := range d {
			b.add(i, i, v)
		}
		return b.matrix()
	}
	v := func(x ...float64) []float64 { return x }
	flat := dense(2, v(1, 1), v(1, 1))
	return []*Problem{
		boxed("one variable, free", Solved, eye(1), v(-3), nil, nil, nil, nil, nil),
		boxed("one variable, at a bound", Solved, eye(1), v(-3), nil, nil, nil, v(-1), v(1)),
		boxed("one variable, one-sided", Solved, none, v(2), nil, nil, nil, v(0), nil),
		boxed("one variable, no cost", Solved, none, v(0), nil, nil, nil, nil, nil),
		boxed("one variable, fixed", Solved, none, v(2), nil, nil, nil, v(3), v(3)),
		boxed("one variable, one row", Solved, none, v(2), rows{v(1)}, v(2), v(5), nil, nil),
		boxed("one variable, one equation", Solved, eye(2), v(-1), rows{v(2)}, v(5), v(5), nil, nil),
		boxed("all fixed", Solved, eye(1, 1), v(-1, -2), nil, nil, nil, v(1, 0), v(1, 0)),
		boxed("one fixed, by a bound and a row", Solved, eye(1, 1), v(-1, -2), rows{v(1, 0)}, v(0.5), v(0.5), v(0.5, -9), v(0.5, 9)),
		boxed("an equation twice", Solved, eye(1, 1), v(-1, -1), rows{v(1, 1), v(1, 1)}, v(1, 1), v(1, 1), nil, nil),
		boxed("an equation and multiples", Solved, eye(1, 1), v(-1, -1), rows{v(1, 1), v(-3, -3), v(1e3, 1e3)}, v(1, -3, 1e3), v(1, -3, 1e3), nil, nil),
		boxed("as many equations as variables, and one more", Solved, eye(1, 1), v(-1, -1), rows{v(1, 1), v(1, -1), v(2, 0)}, v(1, 0, 1), v(1, 0, 1), nil, nil),
		boxed("a row twice", Solved, eye(1, 1), v(-3, -1), rows{v(1, 2), v(1, 2), v(2, 4)}, v(-inf, -inf, -inf), v(2, 2, 4), v(0, 0), nil),
		boxed("rows of zeros", Solved, eye(1, 1), v(-2, -1), rows{v(0, 0), v(0, 0), v(0, 0)}, v(0, -1, -inf), v(0, 1, 0), nil, nil),
		boxed("an equation of zeros", Solved, eye(1, 1), v(-2, -1), rows{v(0, 0)}, v(0), v(0), nil, nil),
		boxed("rows without limits", Solved, eye(1, 1), v(-2, -1), rows{v(1, 1), v(1, -1)}, v(-inf, -inf), v(inf, inf), nil, nil),
		boxed("limits that are not reached", Solved, eye(1, 1), v(-2, -1), rows{v(1, 1)}, v(-1e6), v(1e6), v(-1e6, -inf), v(inf, 1e6)),
		boxed("limits of 1e20", Solved, eye(1, 1), v(-2, -1), rows{v(1, 1)}, v(-1e20), v(1e30), v(-1e20, -1e20), v(1e20, 1e20)),
		boxed("a variable in nothing", Solved, eye(1, 0), v(-2, 0), nil, nil, nil, nil, nil),
		boxed("a variable in nothing, bounded", Solved, eye(1, 0), v(-2, 0), nil, nil, nil, v(-9, 1), v(9, 4)),
		boxed("a singular Q", Solved, flat, v(-2, -2), nil, nil, nil, nil, nil),
		boxed("a singular Q with an equation", Solved, flat, v(-2, -2), rows{v(1, -1)}, v(3), v(3), nil, nil),
		boxed("a singular Q with bounds", Solved, flat, v(-2, -2), nil, nil, nil, v(0, 0), v(9, 9)),
		boxed("a Q of zeros", Solved, eye(0, 0), v(-1, -2), nil, nil, nil, v(0, 0), v(1, 1)),
		boxed("no objective", Solved, none, v(0, 0), rows{v(1, 1)}, v(1), v(1), nil, nil),
		boxed("no objective, within limits", Solved, none, v(0, 0), rows{v(1, 1), v(1, -1)}, v(1, -inf), v(3, 0), v(0, 0), nil),
		boxed("a whole face of solutions", Solved, none, v(1, 1), rows{v(1, 1)}, v(1), v(inf), v(0, 0), nil),
		boxed("a vertex of many rows", Solved, none, v(-1, -1), rows{v(1, 0), v(0, 1), v(1, 1), v(2, 1), v(1, 2)}, v(-inf, -inf, -inf, -inf, -inf), v(1, 1, 2, 3, 3), nil, nil),
		boxed("one point", Solved, none, v(1, 2), rows{v(1, 1), v(1, -1)}, v(2, -inf), v(inf, 0), v(-inf, -inf), v(1, 1)),
		boxed("one point, curved", Solved, eye(1, 1), v(1, 2), rows{v(1, 1)}, v(2), v(inf), v(0, 0), v(1, 1)),
		boxed("x of 1e8", Solved, eye(1e-8, 1e-8), v(-1, -1), nil, nil, nil, nil, nil),
		boxed("x of 1e8, with an equation", Solved, eye(1e-8, 1e-8), v(-1, -1), rows{v(1, 2)}, v(1e8), v(1e8), nil, nil),
		boxed("x of 1e8, with rows", Solved, eye(1e-8, 1e-8), v(-1, -2), rows{v(1, 2)}, v(-inf), v(1e8), v(0, 0), nil),
		boxed("x of 1e8, linear", Solved, none, v(-1, -1), rows{v(1, 1)}, v(-inf), v(1e8), v(0, 0), nil),
		boxed("x of 1e-8", Solved, eye(1e8, 1e8), v(-1, -1), rows{v(1, 2)}, v(1e-8), v(1e-8), nil, nil),
		boxed("costs of 1e8", Solved, none, v(-1e8, -1e8), rows{v(1, 1)}, v(-inf), v(1), v(0, 0), nil),
		boxed("costs of 1e8, curved", Solved, eye(1e8, 1e8), v(-1e8, -1e8), nil, nil, nil, v(-9, -9), v(9, 9)),
		boxed("costs of 1e-8", Solved, none, v(-1e-8, -1e-8), rows{v(1, 1)}, v(-inf), v(1), v(0, 0), nil),
		boxed("rows of 1e8", Solved, none, v(-1, -1), rows{v(1e8, 1e8)}, v(-inf), v(1e8), v(0, 0), nil),
		boxed("rows of 1e-8", Solved, none, v(-1, -1), rows{v(1e-8, 1e-8)}, v(-inf), v(1e-8), v(0, 0), v(3, 3)),
		boxed("columns of 1e4 and 1e-4", Solved, eye(1e8, 1e-8), v(-1e4, -1e-4), rows{v(1e4, 1e-4)}, v(1), v(1), nil, nil),
		boxed("columns of 1e4 and 1e-4, bounds", Solved, eye(1e8, 1e-8), v(-1e4, -1e-4), nil, nil, nil, v(-inf, 0), v(inf, 1e5)),
	}
}

// unsolvable are programs without a solution. In a weakly infeasible one no point satisfies the rows, but some come as close as one likes.
func unsolvable() []*Problem {
	none := mps.Matrix{}
	v := func(x ...float64) []float64 { return x }
	eye, flat := dense(2, v(1, 0), v(0, 1)), dense(2, v(1, -1), v(-1, 1))
	return []*Problem{
		boxed("equations that contradict", Infeasible, eye, v(1, 1), rows{v(1, 1), v(1, 1)}, v(1, 2), v(1, 2), nil, nil),
		boxed("equations that contradict, one of three", Infeasible, eye, v(1, 1), rows{v(1, 1), v(1, -1), v(3, 1)}, v(1, 0, 3), v(1, 0, 3), nil, nil),
		boxed("equations that contradict by little", Infeasible, eye, v(1, 1), rows{v(1, 1), v(1, 1)}, v(1, 1.001), v(1, 1.001), nil, nil),
		boxed("an equation of zeros", Infeasible, eye, v(1, 1), rows{v(0, 0), v(1, 1)}, v(1, 1), v(1, 1), nil, nil),
		boxed("a row of zeros below 1", Infeasible, eye, v(1, 1), rows{v(0, 0)}, v(1), v(inf), v(-3, -3), nil),
		boxed("a row against bounds", Infeasible, eye, v(-1, -1), rows{v(1, 1)}, v(3), v(inf), v(0, 0), v(1, 1)),
		boxed("a row against bounds, linear", Infeasible, none, v(-1, -1), rows{v(1, 1)}, v(3), v(inf), v(0, 0), v(1, 1)),
		boxed("rows that contradict", Infeasible, none, v(0, 0), rows{v(1, 2), v(1, 2)}, v(2, -inf), v(inf, 1), nil, nil),
		boxed("rows that contradict, curved", Infeasible, flat, v(1, 0), rows{v(1, 2), v(2, 4)}, v(2, -inf), v(inf, 3.9), nil, nil),
		boxed("an equation against bounds", Infeasible, eye, v(1, 1), rows{v(1, 1)}, v(-1), v(-1), v(0, 0), nil),
		boxed("infeasible in units of 1e6", Infeasible, eye, v(1, 1), rows{v(1, 1)}, v(-1e6), v(-1e6), v(0, 0), nil),
		boxed("infeasible in rows of 1e-6", Infeasible, eye, v(1, 1), rows{v(1e-6, 1e-6)}, v(-1), v(-1), v(0, 0), nil),
		boxed("both", Infeasible, none, v(-1, -1), rows{v(1, -1), v(1, -1)}, v(0, 1), v(0, 1), nil, nil),
		boxed("both, with bounds", Infeasible, none, v(-1, -1, -1), rows{v(1, -1, 0)}, v(1), v(inf), v(0, 0, 0), v(0.5, inf, inf)),
		boxed("a slope without limits", Unbounded, none, v(1, 1), nil, nil, nil, nil, nil),
		boxed("a slope without curvature", Unbounded, dense(2, v(1, 0), v(0, 0)), v(1, 1), nil, nil, nil, nil, nil),
		boxed("a slope along which Q is flat", Unbounded, flat, v(1, 1), nil, nil, nil, nil, nil),
		boxed("a slope, of small cost", Unbounded, flat, v(1e-3, 1e-3), nil, nil, nil, nil, nil),
		boxed("a slope within bounds", Unbounded, none, v(1, -1), nil, nil, nil, v(0, 0), v(3, inf)),
		boxed("a slope within bounds, curved", Unbounded, flat, v(-1, -1), nil, nil, nil, v(0, 0), nil),
		boxed("a slope along an equation", Unbounded, none, v(1, 0), rows{v(1, 1)}, v(1), v(1), nil, nil),
		boxed("a slope along an equation, curved", Unbounded, flat, v(1, 1), rows{v(1, -1)}, v(1), v(1), nil, nil),
		boxed("a slope along rows", Unbounded, none, v(-1, -1), rows{v(1, -1), v(1, -2)}, v(-1, -inf), v(1, 3), v(0, 0), nil),
		boxed("a slope along rows, one-sided", Unbounded, none, v(-1, -3), rows{v(1, -1)}, v(-inf), v(1), v(0, 0), nil),
		boxed("a slope of 1e6", Unbounded, none, v(-1e6, -1e6), rows{v(1, -1)}, v(-1), v(1), v(0, 0), nil),
		boxed("a slope of 1e-4", Unbounded, none, v(-1e-4, -1e-4), rows{v(1, -1)}, v(-1), v(1), v(0, 0), nil),
	}
}

// Methods end degenerate programs with the answer, or say that they have none: dense, sparse, and by functions.
func TestMethodsOnDegeneratePrograms(t *testing.T) { walk(t, degenerate()) }

// What methods say of programs without a solution is proved.
func TestMethodsOnUnsolvablePrograms(t *testing.T) { walk(t, unsolvable()) }

// honest are the ends without an answer, by methods and the beginnings of names: steps of the first order do not get there, or not within their number.
var honest = map[string][]string{
	"PDHG":              {"x of 1e8, with an equation"},
	"OSQP":              {"a slope of 1e-4, padded"},
	"OSQP, matrix-free": {"a slope of 1e-4, padded", "rows of 1e8, padded", "both, with bounds"},
}

// either reports whether a claim is one that a problem allows: of one that is infeasible and unbounded both are true.
func either(p *Problem, c Claim) bool {
	return c == p.Expect || c == Unbounded && strings.HasPrefix(p.Name, "both")
}

func walk(t *testing.T, problems []*Problem) {
	const tol = 1e-6
	for _, m := range methods() {
		asked, good := 0, 0
		for _, small := range problems {
			for _, form := range forms {
				p := small
				if form != "arrays" {
					p = p.padded(120)
				}
				if m.dense && form != "arrays" || !m.takes(p) {
					continue
				}
				a := m.solve(p, form, argmin.Options{Tol: tol})
				asked++
				switch may := func(name string) bool { return strings.HasPrefix(p.Name, name) }; {
				case either(p, a.Claim):
					good++
				case a.Claim != Failed || !slices.ContainsFunc(honest[m.name], may):
					t.Errorf("%s, %s, %s: %s", m.name, p.Name, form, a.Message)
				}
				if f := p.faults(a, tol, 1); f != "" {
					t.Errorf("%s, %s, %s: %s: %s", m.name, p.Name, form, a.Message, f)
				}
			}
		}
		t.Logf("%s: %d of %d", m.name, good, asked)
	}
}
