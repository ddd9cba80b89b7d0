package minimize

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// TrustExact is the trust-region Newton method that solves its subproblems nearly exactly, also where
// the Hessian is indefinite or singular. It needs the Hessian, and mostly takes the fewest iterations
// of all methods.
//
// It stops when the Euclidean norm of the gradient is below GTol (status 0), after MaxIter
// iterations (1), when the model predicts no decrease or no step, however short, lowers the value
// (2), and when there are NaNs (3). A step costs a few factorizations, of n³/3 operations
// each.
//
// Moré & Sorensen, "Computing a trust region step", SIAM J. Sci. Stat. Comput. 4 (1983); Conn, Gould &
// Toint, "Trust-region methods", 2000, section 7.3, with its parameters κ_easy = 0.1 and κ_hard = 0.2.
type TrustExact struct {
	InitialTrustRadius float64 `opt:"initial_trust_radius"` // first trust radius; default 1
	MaxTrustRadius     float64 `opt:"max_trust_radius"`     // largest trust radius; default 1000
	Eta                float64 `opt:"eta"`                  // least ratio of actual to predicted decrease of an accepted step; default 0.15
	GTol               float64 `opt:"gtol"`                 // largest Euclidean norm of the gradient at the end; default 1e-4
	MaxIter            int     `opt:"maxiter"`              // most iterations; default 200n
	SubproblemMaxIter  int     `opt:"subproblem_maxiter"`   // most factorizations for a step; default 25n
}

func (TrustExact) Name() string { return "trust-exact" }

func (TrustExact) Capability() Capability { return Capability{FullHess: true} }

func (m TrustExact) minimize(r *search.Run) search.Outcome {
	s := &exactStep{n: r.N(), limit: m.SubproblemMaxIter, shiftedCholesky: newShiftedCholesky(r.N()),
		w: make([]float64, r.N()), z: make([]float64, r.N())}
	if s.limit <= 0 {
		s.limit = 25 * s.n
	}
	return trustRegion{option.Or(m.InitialTrustRadius, 1), option.Or(m.MaxTrustRadius, 1000), option.Or(m.Eta, 0.15),
		r.ValueTolerance(m.GTol, 1e-4), r.Iterations(m.MaxIter), s.solve}.minimize(r, m.Name())
}

// exactStep solves (B + λI) p = -g with λ ≥ 0, B + λI positive semidefinite and λ = 0
// or |p| = radius.
type exactStep struct {
	n, limit int
	*shiftedCholesky
	w, z []float64
}

const exactEasy, exactHard = 0.1, 0.2 // Conn, Gould & Toint's κ_easy and κ_hard

func (s *exactStep) solve(q *trustModel, radius float64) bool {
	b := q.hessian()
	lo, hi := s.limits(b, q.gnorm, radius)
	lambda := 0.0
	if lo > 0 {
		lambda = s.between(lo, hi)
	}
	factored := false
	for range s.limit {
		if !factored && !s.factor(b, lambda) {
			lo = max(lo, s.beyond(lambda))
			lambda = s.between(lo, hi)
			continue
		}
		factored = false
		for i, v := range q.g {
			q.p[i] = -v
		}
		s.shiftedCholesky.solve(q.p)
		length := vec.Norm2(q.p)
		if lambda == 0 && length <= radius {
			return false
		}
		if math.Abs(length-radius) <= exactEasy*radius {
			return true
		}
		copy(s.w, q.p)
		blas64.Trsv(blas.Trans, s.u, vec.Of(s.w))
		wnorm := vec.Norm2(s.w)
		newton := lambda + length/wnorm*(length/wnorm)*(length-radius)/radius
		if length > radius {
			lo, lambda = lambda, newton
			continue
		}
		hi = min(hi, lambda)
		// The hard case: p is short, and a direction z in which the model is flat, or
		// falls, leads to the boundary.
		flat := s.flattest(lambda, b)
		t := toBoundary(q.p, s.z, radius)
		if along := -toBoundary(q.p, negated(s.z), radius); math.Abs(along) < math.Abs(t) {
			t = along
		}
		if t*t*flat <= exactHard*(s.energy(q.p, lambda, b)+lambda*radius*radius) {
			for i, v := range s.z {
				q.p[i] += t * v
			}
			return true
		}
		lo = max(lo, lambda-flat)
		if newton > lo && s.factor(b, newton) {
			lambda, factored = newton, true
			continue
		}
		lo = max(lo, newton)
		lambda = s.between(lo, hi)
	}
	// Within the radius at least.
	if length := vec.Norm2(q.p); length > radius {
		for i := range q.p {
			q.p[i] *= radius / length
		}
	}
	return true
}

func negated(z []float64) []float64 {
	for i := range z {
		z[i] = -z[i]
	}
	return z
}

// limits are the limits of λ by the norms of B and Gershgorin's circles.
func (s *exactStep) limits(b *mat.SymDense, gnorm, radius float64) (lo, hi float64) {
	least, low, high, frobenius := math.Inf(1), math.Inf(1), math.Inf(-1), 0.0
	raw := b.RawSymmetric()
	clear(s.w)
	for i := range s.n {
		row := raw.Data[i*raw.Stride : i*raw.Stride+s.n]
		frobenius += row[i] * row[i]
		for j, v := range row[i+1:] {
			frobenius += 2 * v * v
			s.w[i] += math.Abs(v)
			s.w[i+1+j] += math.Abs(v)
		}
	}
	for i, off := range s.w {
		d := raw.Data[i*raw.Stride+i]
		least, low, high = min(least, d), min(low, d-off), max(high, d+off)
	}
	frobenius = math.Sqrt(frobenius)
	lo = max(0, -least, gnorm/radius-min(high, frobenius))
	hi = max(0, gnorm/radius+min(-low, frobenius))
	return lo, hi
}

// between is a λ within an interval that is neither too near the lower end nor too far; 0.01 is
// Conn, Gould & Toint's θ.
func (s *exactStep) between(lo, hi float64) float64 {
	return max(math.Sqrt(max(lo*hi, 0)), lo+0.01*(hi-lo))
}

// beyond is a bound below -λ₁(B) and above λ, at which B + λI, in shifted, has no
// factors: with δ added to the first diagonal element that is not positive, it is
// singular, vᵀ(B + λI + δeeᵀ)v = 0 for a v whose last element is 1 (Conn, Gould & Toint,
// section 7.3.5).
func (s *exactStep) beyond(lambda float64) float64 {
	l := make([][]float64, 0, s.n)
	for k := range s.n {
		row := make([]float64, k+1)
		d := s.shifted.Data[k*s.n+k]
		for j := range k {
			v := s.shifted.Data[j*s.n+k]
			for i := range j {
				v -= row[i] * l[j][i]
			}
			row[j] = v / l[j][j]
			d -= row[j] * row[j]
		}
		if d > 0 {
			row[k] = math.Sqrt(d)
			l = append(l, row)
			continue
		}
		size := 1.0
		v := row[:k]
		for i := k - 1; i >= 0; i-- { // Lᵀ v = -row
			v[i] = -v[i]
			for j := i + 1; j < k; j++ {
				v[i] -= l[j][i] * v[j]
			}
			v[i] /= l[i][i]
			size += v[i] * v[i]
		}
		return lambda - d/size
	}
	return lambda // in all but rounding it has factors
}

// flattest sets z to a unit vector in which B + λI, factored, is nearly
// flattest, and answers zᵀ(B + λI)z: Uz ∝ w, where Uᵀw has elements ±1 that make w
// large (Cline, Moler, Stewart & Wilkinson, "An estimate for the condition number of a
// matrix", 1979).
func (s *exactStep) flattest(lambda float64, b *mat.SymDense) float64 {
	for i := range s.z {
		sum := 0.0
		for j := range i {
			sum += s.u.Data[j*s.u.Stride+i] * s.z[j]
		}
		s.z[i] = (math.Copysign(1, -sum) - sum) / s.u.Data[i*s.u.Stride+i]
	}
	blas64.Trsv(blas.NoTrans, s.u, vec.Of(s.z))
	l := vec.Norm2(s.z)
	for i := range s.z {
		s.z[i] /= l
	}
	return s.energy(s.z, lambda, b)
}

// energy is vᵀ(B + λI)v.
func (s *exactStep) energy(v []float64, lambda float64, b *mat.SymDense) float64 {
	x := mat.NewVecDense(len(v), v)
	return mat.Inner(x, b, x) + lambda*vec.Dot(v, v)
}
