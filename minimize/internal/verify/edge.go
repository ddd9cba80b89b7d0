package verify

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// Beside an edge of where the function is finite there are no derivatives by differences. A minimum may be there all
// the same, as with a value of infinity instead of a constraint. It is judged by values at a short distance around it,
// along the axes and in random directions: some must be finite, and none lower by what slopes may promise. Constants are our
// choice.
var distances = []float64{1e-3, 1e-5, 1e-7} // relative to the sizes; the next one where no value is finite

// bisections is how often an angle is halved; our choice.
const bisections = 16

// around is how many random directions there are, for n variables.
func around(n int) int { return min(max(2*n, 16), 100) }

// poll looks around the point. It sets edge and alive, and lowest if a value is lower.
func (p *point) poll() {
	p.edge = true
	for _, t := range distances {
		if p.pollAt(t); p.alive {
			p.farther()
			return
		}
	}
}

// farther goes on from lowest in its direction as long as the value falls. It forgets lowest if all this is within the
// tolerances.
func (p *point) farther() {
	if p.lowest == nil {
		return
	}
	step := vec.Minus(p.lowest, p.x)
	for range longest {
		vec.Scale(2, step)
		x, f := p.at(step, 1)
		if !(f < p.lowestF) || !p.holds(x) {
			break
		}
		p.lowest, p.lowestF = x, f
	}
	tol, fallen := p.tolerances(), p.fallen()
	if p.f-p.lowestF <= min(max(tol.value*math.Abs(p.f), tol.move*fallen), moved*fallen) {
		p.lowest = nil
	}
}

// pollAt does it at one distance.
func (p *point) pollAt(t float64) {
	n := len(p.x)
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	inward := make([]float64, n)
	var steps [][]float64 // with a finite value, and what the value changed by
	var changes []float64
	for k := range n + around(n) {
		if k < n && p.r.Lower != nil && p.r.Lower[k] == p.r.Upper[k] {
			continue
		}
		step := make([]float64, n)
		for i := range step {
			if k == i {
				step[i] = 1
			} else if k >= n {
				step[i] = rng.NormFloat64()
			}
		}
		vec.Scale(1/vec.Norm2(step), step)
		for range 2 {
			if f, ok := p.beside(step, t); ok {
				steps, changes = append(steps, slices.Clone(step)), append(changes, f-p.f)
				vec.Axpy(1, step, inward)
			}
			vec.Scale(-1, step)
		}
	}
	if p.alive = len(steps) > 0; !p.alive {
		return
	}
	if down := downhill(steps, changes); down != nil {
		p.alongEdge(down, inward, t)
	}
}

// beside is the value after a step of length t, relative to the sizes; ok reports whether it is finite and the constraints hold. It is kept if it is lower.
func (p *point) beside(step []float64, t float64) (f float64, ok bool) {
	x := slices.Clone(p.x)
	for i, d := range step {
		x[i] += t * d * p.size[i]
		if p.r.Lower != nil {
			x[i] = min(max(x[i], p.r.Lower[i]), p.r.Upper[i])
		}
	}
	if slices.Equal(x, p.x) {
		return 0, false
	}
	if f = p.r.Value(x); !vec.IsFinite(f) || !p.holds(x) {
		return f, false
	}
	if f < p.f-max(t*p.allowed(), 10*p.r.FuncError()*math.Abs(p.f)) && (p.lowest == nil || f < p.lowestF) {
		p.lowest, p.lowestF = x, f
	}
	return f, true
}

// downhill is the direction in which a linear function falls most that has changes of values after steps, nearly; nil: it is not known.
func downhill(steps [][]float64, changes []float64) []float64 {
	m, n := len(steps), len(steps[0])
	a, down := mat.NewDense(m, n, nil), make([]float64, n)
	for i, s := range steps {
		a.SetRow(i, s)
	}
	err := mat.NewVecDense(n, down).SolveVec(a, mat.NewVecDense(m, changes))
	size := vec.Norm2(down)
	if m < n || err != nil || !(size > 0) {
		return nil
	}
	vec.Scale(-1/size, down)
	return down
}

// alongEdge looks for a lower value where the way downhill leads out, in the plane of that direction and one that leads
// inward: the edge crosses it in two directions, which are found by bisection.
func (p *point) alongEdge(down, inward []float64, t float64) {
	if _, ok := p.beside(down, t); ok {
		return
	}
	vec.Scale(1/vec.Norm2(inward), inward)
	if _, ok := p.beside(inward, t); !ok {
		return
	}
	across := slices.Clone(down)
	vec.Axpy(-vec.Dot(down, inward), inward, across)
	size := vec.Norm2(across)
	if !(size > 0) {
		return
	}
	for _, sign := range []float64{1, -1} {
		side := slices.Clone(across)
		vec.Scale(sign/size, side)
		in, out := inward, side
		if _, ok := p.beside(side, t); ok {
			in, out = side, down
		}
		for range bisections {
			middle := slices.Clone(in)
			vec.Axpy(1, out, middle)
			vec.Scale(1/vec.Norm2(middle), middle)
			if _, ok := p.beside(middle, t); ok {
				in = middle
			} else {
				out = middle
			}
		}
	}
}

// holds reports whether the constraints do at x.
func (p *point) holds(x []float64) bool {
	k := p.r.Constraints
	if k == nil {
		return true
	}
	c := make([]float64, k.Rows())
	k.Values(x, c)
	return search.BoundViolation(c, k.Lower, k.Upper) <= max(p.o.Tol, search.Feasible)
}
