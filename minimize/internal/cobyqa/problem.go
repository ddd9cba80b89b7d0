package cobyqa

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/status"
)

// problem is the problem in the variables that are not fixed, perhaps scaled.
type problem struct {
	r            *search.Run
	free         []int     // the variables that are not fixed
	x            []float64 // a point in all variables
	center, unit []float64 // x = center + unit z
	x0, lo, hi   []float64 // the start and the bounds, in z
	moved        bool      // the search began away from the start, at a bound
	rows         []row     // the constraints with a limit
	all          []float64 // all constraints

	maxFev, maxIter int
	target, feas    float64 // FTarget and FeasibilityTol

	good         bool    // some value was finite
	worst, least float64 // the range of these values

	ended bool
	out   search.Outcome // why the search ended

	found   []float64 // the best point, in all variables
	foundF  float64
	foundCV float64
}

// row is a constraint lower ≤ c(x) ≤ upper.
type row struct {
	index        int // among all constraints
	lower, upper float64
	gradient     []float64 // of a linear one, else nil
}

// newProblem makes the problem for a search with the first radius delta, with variables in units; nil: as
// they are.
func newProblem(r *search.Run, m Options, units []float64, delta float64) *problem {
	n := r.N()
	p := &problem{r: r, x: slices.Clone(r.X0), target: math.Inf(-1), feas: option.Or(m.FeasibilityTol, 1e-8),
		maxFev: int(option.Or(float64(m.MaxFev), float64(500*n))), maxIter: int(option.Or(float64(m.MaxIter), float64(1000*n)))}
	if m.FTarget != nil {
		p.target = r.InUnits(*m.FTarget)
	}
	finite := r.Lower != nil
	for i := range n {
		if r.Lower == nil || r.Lower[i] < r.Upper[i] {
			p.free = append(p.free, i)
			finite = finite && !math.IsInf(r.Upper[i]-r.Lower[i], 0)
		}
	}
	for _, i := range p.free {
		x, lo, hi := r.X0[i], math.Inf(-1), math.Inf(1)
		center, unit := 0.0, 1.0
		if units != nil {
			unit = units[i]
		}
		if r.Lower != nil {
			lo, hi = r.Lower[i], r.Upper[i]
			switch {
			case m.Scale && finite:
				center, unit = (lo+hi)/2, (hi-lo)/2
			case hi-lo < 2*tightBounds*delta*unit:
				center, unit = (lo+hi)/2, (hi-lo)/(2*delta)
			}
		}
		p.center, p.unit = append(p.center, center), append(p.unit, unit)
		p.x0, p.lo, p.hi = append(p.x0, (x-center)/unit), append(p.lo, (lo-center)/unit), append(p.hi, (hi-center)/unit)
	}
	p.constraints()
	return p
}

// constraints sets rows.
func (p *problem) constraints() {
	k := p.r.Constraints
	if k == nil {
		return
	}
	p.all = make([]float64, k.Rows())
	var a []*mat.Dense // of every row, and the row in it
	var in []int
	for _, c := range k.List {
		for i := range c.Lower {
			a, in = append(a, c.A), append(in, i)
		}
	}
	for i := range k.Rows() {
		if math.IsInf(k.Lower[i], -1) && math.IsInf(k.Upper[i], 1) {
			continue
		}
		row := row{index: i, lower: k.Lower[i], upper: k.Upper[i]}
		if a[i] != nil {
			row.gradient = make([]float64, len(p.free))
			for j, v := range p.free {
				row.gradient[j] = a[i].At(in[i], v) * p.unit[j]
			}
		}
		p.rows = append(p.rows, row)
	}
}

// start moves x0 to a bound or away from it, so that the first points fit (Powell, "The BOBYQA
// algorithm", 2009, section 2), and returns it.
func (p *problem) start(delta float64) []float64 {
	for i, x := range p.x0 {
		lo, hi := p.lo[i], p.hi[i]
		switch {
		case x <= lo+delta/2:
			x = lo
		case x < lo+delta:
			x = min(lo+delta, hi)
		case x >= hi-delta/2:
			x = hi
		case x > hi-delta:
			x = max(hi-delta, lo)
		}
		p.moved = p.moved || x != p.x0[i]
		p.x0[i] = x
	}
	return p.x0
}

// evaluate returns the function at z, and sets c to the constraints. A value that is not finite is
// replaced by one above all others, so that the models point away from there. It reports false if
// the search has ended.
func (p *problem) evaluate(z, c []float64) (f float64, ok bool) {
	for j, i := range p.free {
		p.x[i] = p.center[j] + p.unit[j]*z[j]
		switch {
		case p.r.Lower == nil:
		case z[j] <= p.lo[j]: // exactly at the bound
			p.x[i] = p.r.Lower[i]
		case z[j] >= p.hi[j]:
			p.x[i] = p.r.Upper[i]
		default:
			p.x[i] = min(max(p.x[i], p.r.Lower[i]), p.r.Upper[i])
		}
	}
	if p.r.NFev >= p.maxFev && !p.ended {
		p.end(status.EvaluationLimit, 5, msgMaxFev)
	}
	if p.ended {
		return 0, false
	}
	f = p.r.Value(p.x)
	cv := 0.0
	if p.r.Constraints != nil {
		p.r.Constraints.Values(p.x, p.all)
		cv = search.BoundViolation(p.all, p.r.Constraints.Lower, p.r.Constraints.Upper)
		p.r.NoteFeasible(p.x, f)
	}
	p.note(f, cv)
	for i := range c {
		c[i] = p.all[p.rows[i].index]
	}
	return p.moderate(f, c), !p.ended
}

// note keeps the point if it is the best.
func (p *problem) note(f, cv float64) {
	a, b := max(cv-p.feas, 0), max(p.foundCV-p.feas, 0)
	if p.found == nil || math.IsNaN(p.foundF) || a < b || a == b && f < p.foundF {
		p.found, p.foundF, p.foundCV = append(p.found[:0], p.x...), f, cv
	}
	if cv <= p.feas && f <= p.target {
		p.end(status.Converged, 1, msgTarget)
		p.out.Asked = true
	} else if cv <= p.feas && f < lowest {
		p.end(status.Unbounded, -3, msgUnbounded)
	}
}

// moderate is f, or a value above all others where f or a constraint is not finite or too
// large for a model.
func (p *problem) moderate(f float64, c []float64) float64 {
	bad := !(math.Abs(f) < huge)
	for i, v := range c {
		if !(math.Abs(v) < huge) {
			bad = true
			c[i] = 0
		}
	}
	switch {
	case bad && !p.good:
		return huge
	case bad:
		return p.worst + max(p.worst-p.least, math.Abs(p.worst)/10, 1e-3)
	case !p.good:
		p.good, p.worst, p.least = true, f, f
	}
	p.worst, p.least = max(p.worst, f), min(p.least, f)
	return f
}

// violated is the Euclidean norm of the violations of the constraints c.
func (p *problem) violated(c []float64) float64 {
	s := 0.0
	for i, v := range c {
		d := max(p.rows[i].lower-v, v-p.rows[i].upper, 0)
		s += d * d
	}
	return math.Sqrt(s)
}

// end ends the search, if it has not ended before.
func (p *problem) end(reason status.Code, status int, message string) {
	if !p.ended {
		p.ended = true
		p.out = search.Outcome{Status: reason, SciPyStatus: status, Message: message}
	}
}

// outcome is how the search ended: at the best point found.
func (p *problem) outcome() search.Outcome {
	o := p.out
	o.X, o.Fun, o.Tol = p.found, p.foundF, p.feas
	if o.X == nil {
		o.X, o.Fun = p.r.X0, math.NaN()
	}
	if o.Status == status.Converged && p.foundCV > p.feas {
		o.Status = status.Infeasible
		o.Message = fmt.Sprintf("%s, but the constraints are violated by %.3g there", o.Message, p.foundCV)
	}
	return o
}
