package verify

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/lsq"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// point is what is known of the end of a search.
type point struct {
	r             *search.Run
	o             search.Outcome
	x             []float64
	f, first      float64 // the values here and at the start
	startFeasible bool
	unsized       []bool     // variables whose size is a guess
	size, room    []float64  // of each variable: its size, and how far it can go downhill, at most its size
	jac           *mat.Dense // the rows of active constraints; nil: there are none
	rows          []int      // which rows they are
	c             []float64  // the values of all constraints
	lambda        []float64  // their multipliers
	g, res        []float64  // the gradient, of the function and of the Lagrangian; 0 in res for variables that bounds hold
	free          []int      // the variables that no bound holds
	slope, terms  float64    // Σ |resᵢ| roomᵢ, and the same of the terms of res
	indulgent     float64    // a factor of tolerances; see Outcome
	optimality    float64    // the largest element of res
	worst         int        // the variable that contributes most to slope
	curvature     []float64  // the diagonal of H; nil: not known
	axes          *mat.Dense // columns in whose directions H is the identity; nil: not known
	fall, step    float64    // by Newton's method, and the largest change of a variable relative to its size; NaN: not known
	local         float64    // the same relative to the size that the variable has here; see localSize
	newtonStep    []float64  // nil: not known
	down          []float64  // a direction of negative curvature; nil: none is known
	downCurve     float64    // the curvature there

	edge  bool // derivatives are not finite: the point is judged by values beside it, see poll
	alive bool // some of these are finite

	unmoved bool          // there are variables that rounding has moved from 0
	coarse  bool          // small curvatures are not known; see newton
	noise   float64       // of the Hessian by differences of gradients; see asymmetry
	model   *search.Model // what the derivatives are of; nil: of the functions
	trusted bool          // the derivatives are those of a model, and small even so; see modelled
	lowest  []float64     // a lower point far away; nil: none is known
	lowestF float64       // the value there

	steps, ahead, diagonal []float64 // by central: steps of differences, values there, and the diagonal of the Hessian; nil: not known
}

// look finds the derivatives at the end of a search. It is nil if there is nothing to judge: the search
// was stopped for a reason that no test can mend, or the point is not feasible.
//
// With probe the sizes of variables that only rounding has moved are found, which takes evaluations.
func look(r *search.Run, o search.Outcome, probe bool) *point {
	switch o.Status {
	case status.Converged, status.LineSearchFailed, status.IterationLimit, status.EvaluationLimit:
	default:
		return nil
	}
	if o.Asked || !vec.IsFinite(o.Fun) || !vec.AllFinite(o.X) || r.Lower != nil && slices.Equal(r.Lower, r.Upper) {
		return nil
	}
	if r.Lower != nil && search.BoundViolation(o.X, r.Lower, r.Upper) > search.Feasible {
		return nil
	}
	if r.DerivativeFree() {
		r.Known(o.X, o.Fun)
		if p := modelled(r, o); p != nil {
			return p
		}
	}
	p := newPoint(r, o)
	// With constraints two points are enough: only their Jacobian, which has no more digits, is looked at too.
	byValues := r.DerivativeFree() && r.Constraints == nil
	if o.Jac != nil && !r.DerivativeFree() {
		copy(p.g, o.Jac)
	} else if !byValues {
		r.Gradient(o.X, p.g)
	}
	p.sizes()
	p.findUnmoved(probe)
	if byValues && !p.central() || !vec.AllFinite(p.g) || p.insensitive() && !p.central() || !vec.AllFinite(p.g) {
		p.poll()
		return p
	}
	if !p.multipliers(o) {
		return nil
	}
	p.measure()
	return p
}

// newPoint is the end of a search, of which no derivative is known yet.
func newPoint(r *search.Run, o search.Outcome) *point {
	n := r.N()
	p := &point{r: r, o: o, indulgent: 1, x: o.X, f: o.Fun, fall: math.NaN(), unsized: make([]bool, n), size: make([]float64, n), room: make([]float64, n),
		g: make([]float64, n), res: make([]float64, n)}
	p.first, p.startFeasible = r.Start()
	return p
}

// active is how near to its limit a constraint or bound is active, relative to the size of its terms;
// our choice. Methods without derivatives end less near.
func (p *point) active() float64 {
	if p.r.DerivativeFree() {
		return 1e-3
	}
	return 1e-5
}

// multipliers sets jac, lambda and res: the multipliers of the constraints that are active make the
// gradient of the Lagrangian as small as their signs allow, in units of the variables. It reports
// false if a constraint does not hold or its derivative is not finite.
func (p *point) multipliers(o search.Outcome) bool {
	copy(p.res, p.g)
	k := p.r.Constraints
	if k == nil {
		p.hold()
		return true
	}
	m, n := k.Rows(), p.r.N()
	c, full := make([]float64, m), mat.NewDense(m, n, nil)
	k.Values(p.x, c)
	p.c = c
	if search.BoundViolation(c, k.Lower, k.Upper) > max(o.Tol, search.Feasible) {
		return false
	}
	if p.model != nil {
		full.Copy(p.model.Constraints)
	} else {
		k.Jacobian(p.x, full)
	}
	type row struct {
		i    int
		sign float64 // of the multiplier; 0: free
	}
	var rows []row
	for i := range m {
		scale := math.Abs(c[i])
		for j, v := range full.RawRowView(i) {
			if !vec.IsFinite(v) {
				return false
			}
			scale += math.Abs(v) * p.size[j]
		}
		near := p.active() * scale
		switch lo, hi := c[i]-k.Lower[i] <= near, k.Upper[i]-c[i] <= near; {
		case lo && hi:
			rows = append(rows, row{i, 0})
		case lo:
			rows = append(rows, row{i, 1})
		case hi:
			rows = append(rows, row{i, -1})
		}
	}
	// Columns of the nonnegative least squares: the active rows with their signs, twice where both are
	// allowed, and the active bounds.
	var columns [][]float64
	var what []row
	add := func(r row, sign float64) {
		col := make([]float64, n)
		for j := range col {
			col[j] = sign * full.At(r.i, j) * p.size[j]
		}
		if s := vec.Norm2(col); s > 0 {
			vec.Scale(1/s, col)
			columns, what = append(columns, col), append(what, row{r.i, sign / s})
		}
	}
	for _, r := range rows {
		if r.sign >= 0 {
			add(r, 1)
		}
		if r.sign <= 0 {
			add(r, -1)
		}
	}
	bounds := len(columns)
	for j := range n {
		lo, hi := p.atBounds(j)
		for _, sign := range []float64{1, -1} {
			if sign > 0 && lo || sign < 0 && hi {
				col := make([]float64, n)
				col[j] = sign
				columns = append(columns, col)
			}
		}
	}
	p.jac, p.lambda = mat.NewDense(max(len(rows), 1), n, nil), make([]float64, max(len(rows), 1))
	for l, r := range rows {
		p.jac.SetRow(l, full.RawRowView(r.i))
		p.rows = append(p.rows, r.i)
	}
	if len(columns) > 0 {
		b, size := make([]float64, n), 0.0
		for j, v := range p.g {
			b[j] = v * p.size[j]
			size = max(size, math.Abs(b[j]))
		}
		if size > 0 {
			vec.Scale(1/size, b)
		}
		y := make([]float64, len(columns))
		flatten := make([]float64, 0, n*len(columns))
		for _, col := range columns {
			flatten = append(flatten, col...)
		}
		new(lsq.Solver).NNLS(flatten, n, b, y)
		for l, v := range y[:bounds] {
			v *= what[l].sign * size
			for k, r := range rows {
				if r.i == what[l].i {
					p.lambda[k] += v
				}
			}
		}
	}
	for l, v := range p.lambda {
		vec.Axpy(-v, p.jac.RawRowView(l), p.res)
	}
	if len(rows) == 0 {
		p.jac, p.lambda = nil, nil
	}
	p.hold()
	return true
}

// atBounds reports whether variable j is at its lower and its upper bound.
func (p *point) atBounds(j int) (lower, upper bool) {
	if p.r.Lower == nil {
		return false, false
	}
	near := p.active() * p.size[j]
	return p.x[j]-p.r.Lower[j] <= near, p.r.Upper[j]-p.x[j] <= near
}

// hold sets room and free.
func (p *point) hold() {
	p.free = p.free[:0]
	for j, v := range p.res {
		p.room[j] = p.roomAt(j, p.x[j], v)
		lo, hi := p.atBounds(j)
		if lo && v > 0 || hi && v < 0 || p.r.Lower != nil && p.r.Lower[j] == p.r.Upper[j] {
			continue
		}
		p.free = append(p.free, j)
	}
}

// roomAt is how far variable j can go downhill from x with the slope v: its size, or up to the bound that is nearer.
func (p *point) roomAt(j int, x, v float64) float64 {
	room := p.size[j]
	if (p.unsized[j] || p.r.X0[j] == 0 && !p.r.DerivativeFree()) && p.r.Scale == nil && v != 0 && p.jac == nil {
		// How far it has come says little of its size: a start at 0 has none. The value would be gone after this.
		room = max(room, math.Abs(p.f/v))
	}
	switch {
	case p.r.Lower == nil:
	case v > 0:
		room = min(room, max(x-p.r.Lower[j], 0))
	default:
		room = min(room, max(p.r.Upper[j]-x, 0))
	}
	return room
}

// measure sets what the tests at first order look at.
func (p *point) measure() {
	most := 0.0
	for j, v := range p.res {
		d := math.Abs(v) * p.room[j]
		p.slope += d
		if d > most {
			most, p.worst = d, j
		}
		terms := math.Abs(p.g[j])
		for l, u := range p.lambda {
			terms += math.Abs(u * p.jac.At(l, j))
		}
		p.terms += terms * p.size[j]
	}
	for _, j := range p.free {
		p.optimality = max(p.optimality, math.Abs(p.res[j]))
	}
}

// above reports whether the value is above that at a feasible start.
func (p *point) above() bool { return p.startFeasible && p.f > p.first+noticed*math.Abs(p.f) }

// stands reports whether the point stands the tests.
func (p *point) stands() bool { return p.minimum() && !p.contradicted() }

// minimum reports whether it stands those of derivatives.
func (p *point) minimum() bool {
	tol, value, fallen := p.tolerances(), math.Abs(p.f), p.fallen()
	switch {
	case p.above():
		return false
	case p.edge:
		return p.alive && (p.lowest == nil || tol.value >= 1)
	case p.trusted:
		return true
	case p.slope == 0 || tol.value >= 1:
		return true
	case p.collapsed():
		return p.second() && (p.step <= tol.near/1e3 || p.fall <= tolerances.value*value && p.step <= tol.near)
	case p.slope <= p.allowed() && p.jac != nil || p.slope <= p.unexcused():
		return true
	case p.slope <= p.allowed():
		return p.close()
	case p.jac != nil && p.slope <= parallel*p.r.Loose()*p.terms:
		return true
	case p.jac != nil && p.slope <= doubtful*p.r.Loose()*p.terms:
		return p.r.DerivativeFree() || !p.falls(p.indulgent*p.r.Loose()*p.allowed())
	}
	if p.diagonal != nil && p.jac == nil && len(p.free) > fewValues {
		// Where the variables were independent this would be the fall: a thousandth of what is allowed.
		fall := 0.0
		for _, i := range p.free {
			fall += p.res[i] * p.res[i] / (2 * math.Abs(p.diagonal[i]))
		}
		if fall <= tol.value*value/1e3 && fall <= moved*fallen/1e3 || fall > value/10 && fall <= tol.move*fallen/1e3 {
			return true
		}
	}
	return p.second() && p.small(p.fall, p.step, p.local)
}

// localSize is the size of a variable where the search has ended, which says more than how far it has come if it began far away.
// A variable whose minimum is at 0 has none there, so that it is the mean of both, of orders of magnitude.
func (p *point) localSize(i int) float64 {
	size := p.size[i]
	if p.r.X0[i] == 0 && p.r.Scale == nil { // how far it has come from there does not show when it has come back
		size = max(size, p.r.Reach(i))
	}
	return math.Sqrt(size * max(min(math.Abs(p.x[i]), size), smallest*size))
}

// measured sets step and local to the lengths of a step.
func (p *point) measured(step []float64) {
	p.step, p.local = 0, 0
	for i, s := range step {
		p.step, p.local = max(p.step, math.Abs(s)/p.size[i]), max(p.local, math.Abs(s)/p.localSize(i))
	}
}

// close reports whether the point is near a minimum, where slopes are small only beside what the value has fallen by since the
// start: of a polynomial or an exponential that began far away, that is no measure of what is left.
func (p *point) close() bool {
	if p.diagonal != nil {
		p.refine()
		for _, i := range p.free { // variable by variable, at least
			if !(math.Abs(p.res[i]) <= p.near()*p.localSize(i)*math.Abs(p.diagonal[i])) {
				return false
			}
		}
		if len(p.free) > most/2 {
			return true // the rest would take too many values
		}
		p.coarse = true
	}
	return p.second() && p.small(p.fall, p.step, p.local)
}

// near is the largest local for a value that is no measure of itself.
func (p *point) near() float64 {
	if near := p.tolerances().near; !p.r.DerivativeFree() {
		if p.r.Differenced() { // gradients have half of the digits
			near *= differenced
		}
		return near
	}
	return valueNear * p.r.Loose() * p.indulgent
}

// differenced is the factor of near where gradients are differences of values; our choice.
const differenced = 10

// contradicted reports whether a value that was found for the differences is lower by more than these promise, and keeps the point.
func (p *point) contradicted() bool {
	if !p.r.DerivativeFree() || p.r.Constraints != nil || p.jac != nil || p.edge || p.lowest != nil {
		return false
	}
	promised := p.slope
	if !math.IsNaN(p.fall) {
		promised = min(promised, p.fall)
	}
	if !(p.f-p.r.BestF > 2*promised+valueRest*math.Abs(p.f)) {
		return false
	}
	p.lowest, p.lowestF = slices.Clone(p.r.Best), p.r.BestF
	return true
}

// small reports whether the fall by Newton's method is within the tolerances, for its step.
func (p *point) small(fall, step, local float64) bool {
	tol, value, fallen := p.tolerances(), math.Abs(p.f), p.fallen()
	switch {
	case fall <= 10*p.r.FuncError()*value || step <= tol.near/1e3:
		return true
	case p.r.DerivativeFree() && fall <= valueRest*value && fall <= valueRestMove*fallen && step <= tol.near:
		return true
	case fall <= tol.value*value && (fall <= moved*fallen || step <= tol.near):
		return true
	}
	// Where the value would fall to a small part of itself, or is next to nothing beside what it has fallen by, it is no measure, but what has been done is.
	return (fall > value/10 || value <= nothing*fallen) && fall <= tol.move*fallen && local <= p.near()
}

// nothing is how small a value is, relative to what it has fallen by, that is no measure of itself; our choice: what is left of a sum of squares whose terms
// have lost twelve digits.
const nothing = 1e-24

// tolerances are the tolerances at second order for this search.
func (p *point) tolerances() secondOrder {
	tol := tolerances
	if p.r.DerivativeFree() {
		tol = valueTolerances
	}
	return tol.times(p.r.Loose() * p.indulgent)
}

// nearly reports whether the point stands the tests with some indulgence.
func (p *point) nearly() bool {
	p.indulgent = indulgence
	return p.stands()
}

// fallen is by how much the value has changed since the start.
func (p *point) fallen() float64 {
	if d := math.Abs(p.first - p.f); vec.IsFinite(d) && (d <= farthest*math.Abs(p.f) || p.f == 0) {
		return d
	}
	return math.Abs(p.f)
}
