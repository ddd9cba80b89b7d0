package minimize

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// NelderMead is the simplex method of Nelder and Mead, which needs only values. It copes well with
// noise and kinks, and is for few variables: of more than about ten it may crawl, or stop where
// there is no minimum; Adaptive helps then.
//
// The first simplex consists of the start and, for every variable, the start with that variable
// larger by 5%, or 0.00025 where it is zero. Within bounds a vertex above the upper bound is
// reflected to below it, and all vertices and trial points are clipped, so that no point outside is
// evaluated. If clipping has pressed the simplex flat against a bound, or to within XAtol of it,
// and the search would end there, the best vertex is put on the bound if that is better, and a step
// of XAtol off the bound is tried: if it descends the search continues from there with a new
// simplex.
//
// It stops when every vertex is within XAtol of the best in every variable and every value within
// FAtol (status 0), or within 1/500 of the first simplex if that is so small already, or when rounding keeps the simplex
// from becoming smaller; after MaxFev evaluations (1), and after MaxIter iterations (2). NaN counts as
// +Inf. If only one of the two limits is set there is no other; if none is, both are 200n. The
// result has Simplex and SimplexFun, the best vertex first. Where the simplex has collapsed, so that its values differ by far
// less than the slopes there would make them, the search begins again with a new one.
//
// An iteration takes one or two evaluations, n more where the simplex shrinks, and about n²
// operations.
//
// Nelder & Mead, "A simplex method for function minimization", Computer J. 7 (1965), in the form
// of Lagarias, Reeds, Wright & Wright, "Convergence properties of the Nelder–Mead simplex method
// in low dimensions", SIAM J. Optim. 9 (1998), section 2; Gao & Han, "Implementing the
// Nelder–Mead simplex algorithm with adaptive parameters", Comput. Optim. Appl. 51 (2012), equation
// 4.1.
type NelderMead struct {
	XAtol          float64     `opt:"xatol"`           // largest distance of a vertex from the best at the end, in any variable; default 1e-4
	FAtol          float64     `opt:"fatol"`           // largest distance of a value from the best at the end; default 1e-4
	MaxIter        int         `opt:"maxiter"`         // most iterations; default 200n or no limit
	MaxFev         int         `opt:"maxfev"`          // most evaluations; default 200n or no limit
	Adaptive       bool        `opt:"adaptive"`        // coefficients that depend on the number of variables, for many of them
	InitialSimplex [][]float64 `opt:"initial_simplex"` // n+1 vertices, used instead of the start
}

func (NelderMead) Name() string { return "Nelder-Mead" }

func (NelderMead) Capability() Capability {
	return Capability{Bounds: true, DerivativeFree: true, Dense: true}
}

func (m NelderMead) minimize(r *search.Run) search.Outcome {
	maxIter, maxFev := searchLimits(m.MaxIter, m.MaxFev, 200*r.N())
	xatol, fatol := r.Tolerance(m.XAtol, 1e-4), r.ValueTolerance(m.FAtol, 1e-4)
	s := newNelderMeadSimplex(r, m.Adaptive, maxFev)
	end := func(reason status.Code, scipy int, message string) search.Outcome {
		s.sort()
		simplex := make([][]float64, len(s.x))
		for i, v := range s.x {
			simplex[i] = slices.Clone(v)
		}
		return search.Outcome{X: s.x[0], Fun: s.f[0], Status: reason, SciPyStatus: scipy, Message: message, Simplex: simplex, SimplexFun: s.f}
	}
	m.first(s)
	ok := s.evaluate(0)
	s.sort()
	if spread := s.spread(); ok && spread > 0 && spread <= fatol && s.small(xatol) {
		// The first simplex is within the tolerances, which have nothing to do with the units of the
		// problem. The part is the default tolerance over the length of the first edge at x = 1.
		const part = 1e-4 / 0.05
		xatol, fatol = part*s.size(), part*spread
	}
	for ok {
		if flat, wild := s.spread() <= fatol, math.IsInf(s.f[0], 1); (flat || wild) && s.small(xatol) {
			if wild {
				return end(status.NonFinite, 3, "The values at all vertices are infinite or NaN.")
			}
			var again bool
			if again, ok = s.lifted(max(xatol, vec.Eps)); !again && ok {
				return end(status.Converged, 0, search.MsgSuccess)
			}
			continue
		}
		if math.IsInf(s.f[0], -1) {
			return end(status.Unbounded, 3, "The value is -Inf.")
		}
		if r.NIter >= maxIter {
			return end(status.IterationLimit, 2, search.MsgMaxIter)
		}
		if ok = s.step(); ok {
			r.Iterated(s.x[0], s.f[0], nil)
		}
		if s.still {
			return end(status.Converged, 0, "The simplex is as small as rounding allows.")
		}
	}
	return end(status.EvaluationLimit, 1, search.MsgMaxFev)
}

// searchLimits are the limits on iterations and evaluations: d for both where both are 0, none
// for one that is 0, and 0 for a negative one.
func searchLimits(maxIter, maxFev, d int) (int, int) {
	if maxIter == 0 && maxFev == 0 {
		return d, d
	}
	limit := func(v int) int {
		if v == 0 {
			return math.MaxInt
		}
		return max(v, 0)
	}
	return limit(maxIter), limit(maxFev)
}

// checkRow refuses row i of a method's option unless it has n finite numbers.
func checkRow(method, option, row string, i int, v []float64, n int) {
	if len(v) != n {
		search.Refuse("%s: %s %d of %s has length %d, want %d", method, row, i, option, len(v), n)
	}
	for j, e := range v {
		if !vec.IsFinite(e) {
			search.Refuse("%s: %s[%d][%d] is %g, want a finite number", method, option, i, j, e)
		}
	}
}

// first sets the vertices of the first simplex.
func (m NelderMead) first(s *nelderMeadSimplex) {
	n := s.r.N()
	if m.InitialSimplex == nil {
		s.around(s.r.X0, 0)
		return
	}
	if len(m.InitialSimplex) != n+1 {
		search.Refuse("Nelder-Mead: InitialSimplex has %d vertices, want %d", len(m.InitialSimplex), n+1)
	}
	same := true
	for i, v := range m.InitialSimplex {
		checkRow("Nelder-Mead", "InitialSimplex", "vertex", i, v, n)
		same = same && slices.Equal(v, m.InitialSimplex[0])
		copy(s.x[i], v)
	}
	if same {
		search.Refuse("Nelder-Mead: the vertices of InitialSimplex are all the same, want n+1 different ones")
	}
	for _, v := range s.x {
		s.inward(v)
		s.clip(v)
	}
}

// nelderMeadSimplex is a simplex of n+1 vertices.
type nelderMeadSimplex struct {
	r      *search.Run
	maxFev int
	x      [][]float64 // the vertices, the best first
	f      []float64   // the values there

	still bool // the simplex has shrunk, and by rounding no vertex has moved

	center, reflected, other []float64 // the center of all but the worst, and trial points
	rho, chi, psi, sigma     float64   // reflection, expansion, contraction, shrinkage
}

func newNelderMeadSimplex(r *search.Run, adaptive bool, maxFev int) *nelderMeadSimplex {
	n := r.N()
	s := &nelderMeadSimplex{r: r, maxFev: maxFev, x: make([][]float64, n+1), f: make([]float64, n+1), rho: 1, chi: 2, psi: 0.5, sigma: 0.5}
	mem := make(vec.Slab, (n+4)*n)
	for i := range s.x {
		s.x[i], s.f[i] = mem.Take(n), math.Inf(1)
	}
	s.center, s.reflected, s.other = mem.Take(n), mem.Take(n), mem.Take(n)
	if adaptive {
		d := float64(n)
		s.chi, s.psi = 1+2/d, 0.75-1/(2*d)
		s.sigma = 1 - 1/max(d, 2) // for one variable it would be zero
	}
	return s
}

// around sets the vertices to x and points near it, at steps of 5% but no less than least.
func (s *nelderMeadSimplex) around(x []float64, least float64) {
	at := slices.Clone(x)
	for i, v := range s.x {
		copy(v, at)
		if i == 0 {
			continue
		}
		k := i - 1
		if v[k] *= 1.05; math.Abs(v[k]-at[k]) < least {
			v[k] = at[k] + least
		}
		if v[k] == 0 { // this and the 5% are SciPy's
			v[k] = 0.00025
		}
		s.inward(v)
		s.clip(v)
		if v[k] == at[k] { // on the lower bound, and negative
			v[k] = 0.95 * at[k]
			s.clip(v)
		}
		if d := math.Abs(v[k] - at[k]); d < least { // a bound is near: as far to the other side
			far := v[k]
			v[k] = at[k] - math.Copysign(max(least, math.Abs(0.05*at[k])), far-at[k])
			s.clip(v)
			if math.Abs(v[k]-at[k]) < d {
				v[k] = far
			}
		}
	}
}

// inward reflects what is above an upper bound.
func (s *nelderMeadSimplex) inward(x []float64) {
	for i, u := range s.r.Upper {
		if x[i] > u {
			x[i] = 2*u - x[i]
		}
	}
}

func (s *nelderMeadSimplex) clip(x []float64) {
	for i, l := range s.r.Lower {
		x[i] = min(max(x[i], l), s.r.Upper[i])
	}
}

// at is the value at x; ok reports whether it could be evaluated.
func (s *nelderMeadSimplex) at(x []float64) (f float64, ok bool) {
	if s.r.NFev >= s.maxFev {
		return 0, false
	}
	if f = s.r.Value(x); math.IsNaN(f) {
		f = math.Inf(1)
	}
	return f, true
}

// evaluate sets the values of the vertices but for the first skip.
func (s *nelderMeadSimplex) evaluate(skip int) (ok bool) {
	for i := skip; i < len(s.x); i++ {
		if s.f[i], ok = s.at(s.x[i]); !ok {
			for ; i < len(s.x); i++ {
				s.f[i] = math.Inf(1)
			}
			return false
		}
	}
	return true
}

// sort orders the vertices by value, stably. Mostly only the last is out of order.
func (s *nelderMeadSimplex) sort() {
	for i := 1; i < len(s.f); i++ {
		x, f := s.x[i], s.f[i]
		if f >= s.f[i-1] {
			continue
		}
		j := i
		for ; j > 0 && f < s.f[j-1]; j-- {
			s.x[j], s.f[j] = s.x[j-1], s.f[j-1]
		}
		s.x[j], s.f[j] = x, f
	}
}

// spread is the largest distance of a value from the best.
func (s *nelderMeadSimplex) spread() float64 { return s.f[len(s.f)-1] - s.f[0] }

// small reports whether no vertex is farther than tol from the best in any variable.
func (s *nelderMeadSimplex) small(tol float64) bool { return s.size() <= tol }

// size is the largest distance of a vertex from the best in any variable; NaN for vertices that are not finite.
func (s *nelderMeadSimplex) size() (size float64) {
	for _, v := range s.x[1:] {
		for i, e := range v {
			size = max(size, math.Abs(e-s.x[0][i]))
		}
	}
	return size
}

// lifted looks where the simplex has been pressed flat against bounds, or to within tol of
// them: the best vertex is put on a bound if that is better, and where the function descends
// off one there is a new simplex.
func (s *nelderMeadSimplex) lifted(tol float64) (again, ok bool) {
	for i, l := range s.r.Lower {
		u := s.r.Upper[i]
		b := s.x[0][i]
		h := max(tol, 4*vec.Eps*math.Abs(b))
		if l == u || b-l > h && u-b > h {
			continue
		}
		bound, off := l, l+h
		if b-l > h {
			bound, off = u, u-h
		}
		for _, v := range [2]float64{bound, off} {
			if copy(s.other, s.x[0]); v == b {
				continue
			}
			s.other[i] = v
			s.clip(s.other)
			f, ok := s.at(s.other)
			if !ok {
				return false, false
			}
			if !(f < s.f[0]) {
				continue
			}
			s.f[0] = f
			if v == bound {
				copy(s.x[0], s.other)
				return true, true
			}
			s.around(s.other, 0.05)
			ok = s.evaluate(1)
			s.sort()
			return true, ok
		}
	}
	return false, true
}

// step makes one iteration. It reports false when no evaluations are left; the simplex then has
// the values found so far.
func (s *nelderMeadSimplex) step() bool {
	n := len(s.f) - 1
	worst := s.x[n]
	center := s.center
	copy(center, s.x[0])
	for _, v := range s.x[1:n] {
		v = v[:len(center)]
		for i := range center {
			center[i] += v[i]
		}
	}
	for i := range center {
		center[i] /= float64(n)
	}
	// point sets x to center + t (center - worst).
	point := func(x []float64, t float64) {
		for i, c := range s.center {
			x[i] = (1+t)*c - t*worst[i]
		}
		s.clip(x)
	}
	replace := func(x *[]float64, f float64) bool {
		s.x[n], *x = *x, worst
		s.f[n] = f
		s.sort()
		return true
	}
	point(s.reflected, s.rho)
	fr, ok := s.at(s.reflected)
	if !ok {
		return false
	}
	switch {
	case fr < s.f[0]:
		point(s.other, s.rho*s.chi)
		if fe, ok := s.at(s.other); ok && fe < fr {
			return replace(&s.other, fe)
		}
		return replace(&s.reflected, fr)
	case fr < s.f[n-1]:
		return replace(&s.reflected, fr)
	case fr < s.f[n]:
		point(s.other, s.psi*s.rho)
		fc, ok := s.at(s.other)
		if !ok {
			return false
		}
		if fc <= fr {
			return replace(&s.other, fc)
		}
	default:
		point(s.other, -s.psi)
		fc, ok := s.at(s.other)
		if !ok {
			return false
		}
		if fc < s.f[n] {
			return replace(&s.other, fc)
		}
	}
	s.still = true
	for j, v := range s.x[1:] {
		for i, e := range v {
			s.other[i] = s.x[0][i] + s.sigma*(e-s.x[0][i])
		}
		s.clip(s.other)
		s.still = s.still && slices.Equal(s.other, v)
		f, ok := s.at(s.other)
		if !ok {
			return false
		}
		s.x[j+1], s.other = s.other, v
		s.f[j+1] = f
	}
	s.sort()
	return true
}
