package trustlp

import (
	"math"

	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Tolerances, our choices: the parts of columns outside of the span of others up to which they count as
// dependent, of columns with their right-hand sides and of gradients of length 1; and the slope of a column of
// length 1 up to which it does not enter.
const (
	dependentColumn   = 1e-12
	dependentGradient = 1e-10
	flat              = 1e-12
)

// nnls is the algorithm NNLS of Lawson and Hanson (chapter 23) for the dual of a least
// distance problem: u ≥ 0 that minimizes the length of E u - f, with the columns (aᵢ, hᵢ)
// of E and f = (0, …, 0, 1). The passive columns are kept in a QR decomposition made by
// Gram–Schmidt, twice.
type nnls struct {
	k    int       // length of a column
	set  []int     // the passive columns
	u    []float64 // their coefficients
	res  []float64 // E u - f
	phi  float64   // the square of its length
	q    []float64 // the orthonormal columns
	r    []float64 // r[j*(k+1):], the coefficients of the passive column j in them
	c, t []float64
	shut []bool // columns that depend on the passive ones
	dep  []bool // passive gradients that depend on those before
}

func (s *nnls) init(k, m int) {
	s.k = k
	s.set, s.u = make([]int, 0, k+1), make([]float64, k+1)
	s.res, s.c, s.t = make([]float64, k), make([]float64, k), make([]float64, k+1)
	s.q, s.r = make([]float64, k*(k+1)), make([]float64, (k+1)*(k+1))
	s.shut, s.dep = make([]bool, m), make([]bool, k+1)
}

func (s *nnls) clear() { s.set = s.set[:0] }

func (s *nnls) column(rows []row, h []float64, i int) {
	copy(s.c, rows[i].a)
	s.c[s.k-1] = h[i]
}

// append makes column i passive. It reports false when it depends on the others.
func (s *nnls) append(rows []row, h []float64, i int) bool {
	j := len(s.set)
	if j == s.k {
		return false
	}
	s.column(rows, h, i)
	coef := s.r[j*(s.k+1):]
	clear(coef[:j])
	size := vec.Norm2(s.c)
	for range 2 {
		for l := range j {
			q := s.q[l*s.k : (l+1)*s.k]
			v := vec.Dot(q, s.c)
			coef[l] += v
			for e := range q {
				s.c[e] -= v * q[e]
			}
		}
	}
	left := vec.Norm2(s.c)
	if left <= dependentColumn*size {
		return false
	}
	coef[j] = left
	for e, v := range s.c {
		s.q[j*s.k+e] = v / left
	}
	s.set = append(s.set, i)
	return true
}

// least sets t to the coefficients without their signs.
func (s *nnls) least() {
	p := len(s.set)
	for j := p - 1; j >= 0; j-- {
		v := s.q[j*s.k+s.k-1] // the product of f and a column of Q
		for l := j + 1; l < p; l++ {
			v -= s.r[l*(s.k+1)+j] * s.t[l]
		}
		s.t[j] = v / s.r[j*(s.k+1)+j]
	}
}

// solve returns the square of the length of the residual.
func (s *nnls) solve(rows []row, h []float64) float64 {
	s.set = s.set[:0]
	clear(s.shut)
	for range 3 * (len(rows) + s.k) {
		s.residual(rows, h)
		best, at := flat, -1
		for i := range rows {
			if s.shut[i] || s.has(i) {
				continue
			}
			w := -(vec.Dot(rows[i].a, s.res[:s.k-1]) + h[i]*s.res[s.k-1]) / math.Hypot(1, h[i])
			if w > best {
				best, at = w, i
			}
		}
		if at < 0 {
			break
		}
		if !s.append(rows, h, at) {
			s.shut[at] = true
			continue
		}
		s.u[len(s.set)-1] = 0
		if s.least(); s.t[len(s.set)-1] <= 0 { // rounding
			s.set = s.set[:len(s.set)-1]
			s.shut[at] = true
			continue
		}
		for !s.inside() {
			s.leave(rows, h)
			s.least()
		}
		copy(s.u, s.t[:len(s.set)])
		clear(s.shut)
	}
	return s.phi
}

func (s *nnls) has(i int) bool {
	for _, k := range s.set {
		if k == i {
			return true
		}
	}
	return false
}

// inside reports whether all coefficients in t are positive.
func (s *nnls) inside() bool {
	for _, v := range s.t[:len(s.set)] {
		if v <= 0 {
			return false
		}
	}
	return true
}

// leave moves u towards t until a coefficient is zero, and takes those out.
func (s *nnls) leave(rows []row, h []float64) {
	step, at := 1.0, -1
	for j := range s.set {
		if s.t[j] <= 0 {
			if a := s.u[j] / (s.u[j] - s.t[j]); a < step || at < 0 {
				step, at = a, j
			}
		}
	}
	for j := range s.set {
		s.u[j] += step * (s.t[j] - s.u[j])
	}
	s.u[at] = 0
	old := s.set
	s.set = s.set[:0]
	for j, i := range old {
		if u := s.u[j]; u > 0 && s.append(rows, h, i) {
			s.u[len(s.set)-1] = u
		}
	}
}

func (s *nnls) residual(rows []row, h []float64) {
	clear(s.res)
	for j, i := range s.set {
		for e, v := range rows[i].a {
			s.res[e] += s.u[j] * v
		}
		s.res[s.k-1] += s.u[j] * h[i]
	}
	s.res[s.k-1]--
	s.phi = vec.Dot(s.res, s.res)
}

// orthogonal sets p to the part of g orthogonal to the gradients of the passive rows.
// The other part is a sum of those gradients; until is how often it can be taken from
// the multipliers before one is zero, for a projection that was made in units of 1.
func (s *nnls) orthogonal(rows []row, g, p []float64) (until float64) {
	n, count := s.k-1, 0
	copy(p, g)
	for j, i := range s.set {
		c, coef := s.c[:n], s.r[j*(s.k+1):]
		copy(c, rows[i].a)
		clear(coef[:count])
		for range 2 {
			for l := range count {
				q := s.q[l*n : (l+1)*n]
				v := vec.Dot(q, c)
				coef[l] += v
				for e := range q {
					c[e] -= v * q[e]
				}
			}
		}
		left := vec.Norm2(c)
		if s.dep[j] = left <= dependentGradient || count == n; s.dep[j] {
			continue
		}
		coef[count] = left
		q := s.q[count*n : (count+1)*n]
		for e, v := range c {
			q[e] = v / left
		}
		count++
	}
	for l := range count {
		s.t[l] = 0
	}
	for range 2 {
		for l := range count {
			q := s.q[l*n : (l+1)*n]
			v := vec.Dot(q, p)
			s.t[l] += v
			for e := range q {
				p[e] -= v * q[e]
			}
		}
	}
	until = math.Inf(1)
	for j, l := len(s.set)-1, count-1; j >= 0; j-- {
		if s.dep[j] {
			continue
		}
		coef := s.r[j*(s.k+1):]
		v := s.t[l] / coef[l]
		for e := range l {
			s.t[e] -= v * coef[e]
		}
		l--
		if v < 0 {
			until = min(until, s.u[j]/s.phi/-v)
		}
	}
	return until
}
