package cobyla

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/trustlp"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// model has the linear models of a simplex.
type model struct {
	n      int
	s, inv *mat.Dense // the vertices less the pole, one per row; the inverse
	w      []float64  // the columns of the inverse, one after the other: normals of the faces
	far    []float64  // the distance of a vertex from the face opposite to it
	long   []float64  // its distance from the pole

	g    []float64 // the gradient of the objective
	gc   []float64 // the gradients of the constraints, one after the other
	a, b []float64 // the inequalities a d ≥ b of the linear program: bounds, then constraints
	hard int       // how many of them are bounds
	lp   *trustlp.Solver
	d    []float64 // the step
	side []float64 // another step, or zeros
	full []float64 // a point of all variables
}

func (k *model) init(s *state, values int) {
	n := s.n
	k.n, k.full = n, make([]float64, s.r.N())
	if n == 0 {
		return
	}
	k.s, k.inv = mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
	if s.r.Lower != nil {
		k.hard = 2 * n
	}
	m := k.hard + len(s.rows)
	mem := make(vec.Slab, n*n+5*n+values*n+m*n+m)
	k.w, k.far, k.long, k.g, k.d, k.side = mem.Take(n*n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n), mem.Take(n)
	k.gc, k.a, k.b = mem.Take(values*n), mem.Take(m*n), mem.Take(m)
	for i := range k.hard / 2 {
		k.a[2*i*n+i], k.a[(2*i+1)*n+i] = 1, -1
	}
	k.lp = trustlp.New(n, m)
}

// fit makes the models. It reports false when the simplex is flat.
func (k *model) fit(s *state) bool {
	pole := &s.vertices[0]
	for j := range k.n {
		row := k.s.RawRowView(j)
		for i, v := range s.vertices[j+1].x {
			row[i] = v - pole.x[i]
		}
		k.long[j] = vec.Norm2(row)
	}
	if err := k.inv.Inverse(k.s); err != nil {
		if _, ok := err.(mat.Condition); !ok || math.IsInf(float64(err.(mat.Condition)), 1) {
			return false
		}
	}
	clear(k.g)
	clear(k.gc)
	for j := range k.n {
		w, v := k.w[j*k.n:(j+1)*k.n], &s.vertices[j+1]
		mat.Col(w, j, k.inv)
		k.far[j] = 1 / vec.Norm2(w)
		add := func(g []float64, d float64) {
			for i, e := range w {
				g[i] += d * e
			}
		}
		add(k.g, v.f-pole.f)
		for i, c := range v.c {
			add(k.gc[i*k.n:(i+1)*k.n], c-pole.c[i])
		}
	}
	return !vec.HasNaN(k.g) && !vec.HasNaN(k.gc)
}

// step sets d to the step, and returns its length, the fall of the objective that the
// models predict, and the fall of the largest violation.
func (k *model) step(s *state) (length, fall, gain float64) {
	pole := &s.vertices[0]
	k.about(s, pole)
	k.lp.Solve(k.g, k.a, k.b, k.hard, s.delta, k.d)
	return vec.Norm2(k.d), -vec.Dot(k.g, k.d), pole.cv - k.violation(s, k.d)
}

// shortest sets d to the shortest step from v to the least violation of the models.
func (k *model) shortest(s *state, v *vertex) {
	k.about(s, v)
	clear(k.side)
	k.lp.Solve(k.side, k.a, k.b, k.hard, s.delta, k.d)
}

// about sets the inequalities for steps from v.
func (k *model) about(s *state, v *vertex) {
	for i := range k.hard / 2 {
		lo, hi := s.limits(i)
		k.b[2*i], k.b[2*i+1] = min(lo-v.x[i], 0), min(v.x[i]-hi, 0)
	}
	for i, w := range s.rows {
		a := k.a[(k.hard+i)*k.n : (k.hard+i+1)*k.n]
		for e, g := range k.gc[w.value*k.n : (w.value+1)*k.n] {
			a[e] = w.sign * g
		}
		k.b[k.hard+i] = w.sign * (w.limit - v.c[w.value])
	}
}

// violation is the largest of the models at d from the pole.
func (k *model) violation(s *state, d []float64) float64 {
	cv := 0.0
	for i := range s.rows {
		cv = max(cv, k.b[k.hard+i]-vec.Dot(k.a[(k.hard+i)*k.n:(k.hard+i+1)*k.n], d))
	}
	return cv
}

// merit is the merit function of the models at d from the pole, up to a constant.
func (k *model) merit(s *state, d []float64) float64 {
	return vec.Dot(k.g, d) + s.mu*k.violation(s, d)
}

// worstVertex is the vertex to move for a good simplex: the one farthest from the pole if one is too far,
// or else the one nearest to its opposite face; 0 if the simplex is good.
func (k *model) worstVertex(s *state) int {
	far, near := 0, 0
	for j := range k.n {
		if k.long[j] > beta*s.delta && (far == 0 || k.long[j] > k.long[far-1]) {
			far = j + 1
		}
		if k.far[j] < alpha*s.delta && (near == 0 || k.far[j] < k.far[near-1]) {
			near = j + 1
		}
	}
	if far > 0 {
		return far
	}
	return near
}

// leaving is the vertex that the end of the step replaces, the pole only if the end is
// better, or -1 for none: the one for which the change of the volume, weighted with the
// distance from where the pole will be, is largest (Powell, "UOBYQA", 2002).
func (k *model) leaving(s *state, better bool) int {
	most, at := 1.0, -1
	radius := max(s.delta/10, s.rho)
	score := func(j int, grow, length float64) {
		length = max(1, length/radius)
		if v := math.Abs(grow) * length * length * length; v > most {
			most, at = v, j
		}
	}
	left := 1.0 // the linear function that is 1 at the pole and 0 at the others
	if better {
		most = 0
	}
	for j := range k.n {
		grow, length := vec.Dot(k.w[j*k.n:(j+1)*k.n], k.d), k.long[j]
		left -= grow
		if better {
			length = 0
			for i, v := range k.s.RawRowView(j) {
				length = math.Hypot(length, v-k.d[i])
			}
		}
		score(j+1, grow, length)
	}
	if better {
		score(0, left, vec.Norm2(k.d))
	}
	return at
}
