package root

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/status"
)

// A stopping test of a method says that its steps or its values are small, against a tolerance that may
// have nothing to do with the units of the problem, or against a start that may be anywhere. Whether the
// point is a root is asked here, once for all methods: each value must be small compared with how much
// it changes when the unknowns change by their size. Where it is not the method goes on.

// rootTol is how small a value must be compared with its change over the size of the unknowns. The
// default tolerances of the methods, up to 6e-6 for values and unknowns of size 1, are within; values
// at false successes, found in public reports of bugs, are above 1e-2. Double roots are found to 2e-4.
const rootTol = 1e-4

// visited is the last points at which a method asked for values, and the last ones that it moved to.
type visited struct {
	x, f [][]float64
	next int

	moved [][]float64
	count int
}

// mostVisited and mostMoved are how many points are remembered: a choice, and the last two iterates.
const mostVisited, mostMoved = 8, 2

// move remembers a point that the method moved to.
func (v *visited) move(x []float64) {
	if len(v.moved) < mostMoved {
		v.moved = append(v.moved, make([]float64, len(x)))
	}
	copy(v.moved[v.count%mostMoved], x)
	v.count++
}

// add remembers a point.
func (v *visited) add(x, f []float64) {
	if len(v.x) < mostVisited {
		v.x, v.f = append(v.x, make([]float64, len(x))), append(v.f, make([]float64, len(f)))
	}
	copy(v.x[v.next], x)
	copy(v.f[v.next], f)
	v.next = (v.next + 1) % mostVisited
}

// isRoot reports whether the values f at x are small. It evaluates F once more if what has been evaluated does
// not show that they are.
func (r *run) isRoot(x, f []float64) bool {
	if !vec.AllFinite(f) {
		return false
	}
	if r.smallAt(x, f) || r.zeroAt(x, f) {
		return true
	}
	if r.probed == nil || !same(r.probed, x) {
		r.probed = append(r.probed[:0], x...)
		r.probe(x)
		return r.smallAt(x, f)
	}
	return false
}

// coarse has differences take values for exact to float32 only, if the steps of the last ones changed no value although
// longer ones do. It reports whether to go on with that.
func (r *run) coarse() bool {
	if r.p.Jac != nil || r.sys.Complex != nil || r.sys.Confirmed(r.sys.Unchanged()) || !r.Coarser(0x1p-23) {
		return false
	}
	r.sys.Forget()
	return true
}

// zeroMessage is the message of a search that ended by zeroAt.
const zeroMessage = "F is zero to rounding."

// zeroAt reports whether the values f at x are zero to the rounding of the values at the start, each compared with its own, and
// are not large by themselves. Near a double root at 0 values are never small compared with their changes.
func (r *run) zeroAt(x, f []float64) bool {
	const large = 1e-5 // just above the default tolerances for values of size 1
	if !(vec.Norm2(f) <= large) {
		return false
	}
	for i, v := range f {
		if math.Abs(v) > r.FuncError()*r.started[i] {
			return false
		}
	}
	return true
}

// begun remembers the values at the start. Those that are 0 there count as the least of the others.
func (r *run) begun(f []float64) {
	r.startNorm, r.started = vec.Norm2(f), make([]float64, len(f))
	least := math.Inf(1)
	for i, v := range f {
		if r.started[i] = math.Abs(v); v != 0 {
			least = min(least, r.started[i])
		}
	}
	for i, v := range r.started {
		if v == 0 && !math.IsInf(least, 1) {
			r.started[i] = least
		}
	}
}

// probe evaluates F where every unknown differs by √ε of its size.
func (r *run) probe(x []float64) {
	near, values := append([]float64{}, x...), make([]float64, len(x))
	for i, s := range r.sizesAt(x) {
		h := math.Sqrt(r.FuncError()) * s
		if i%2 == 1 { // changes should not cancel, as they may where all are the same
			h /= 2
		}
		near[i] += h
	}
	r.values(near, values)
}

// sizesAt is the sizes of the unknowns at x: |x|, or for an unknown near 0 a part of the way from the last
// iterates, or 0, not known, if it has not moved.
func (r *run) sizesAt(x []float64) []float64 {
	const near, part = 1e-6, 1e-3 // choices
	sizes := make([]float64, len(x))
	for i, v := range x {
		way := 0.0
		for _, y := range r.visited.moved {
			way = max(way, math.Abs(y[i]-v))
		}
		if sizes[i] = math.Abs(v); sizes[i] < near*way {
			sizes[i] = part * way
		}
	}
	return sizes
}

// smallAt reports whether all values are small compared with their changes, see changes, or zero to the rounding of
// the values at the start and of 1: the size of an unknown whose value at the root is 0 may not be known.
func (r *run) smallAt(x, f []float64) bool {
	tol := max(rootTol, 100*r.FuncError()) // a choice
	rounding := 8 * r.FuncError()          // that of some operations
	changes := r.changes(x, f)
	r.notSmall = r.notSmall[:0]
	for i, v := range f {
		if v != 0 && !(math.Abs(v) <= tol*changes[i]) && !(math.Abs(v) <= rounding*min(r.started[i], 1)) {
			r.notSmall = append(r.notSmall, i)
		}
	}
	return len(r.notSmall) == 0
}

// largestOf is the largest of the values that smallAt last found not to be small.
func (r *run) largestOf(f []float64) (largest float64) {
	for _, i := range r.notSmall {
		largest = max(largest, math.Abs(f[i]))
	}
	return largest
}

// changes is by how much each value changes when the unknowns change by their size: the largest of the
// differences to points visited near x, in proportion, and of the elements of the last Jacobian that was
// evaluated near x.
func (r *run) changes(x, f []float64) []float64 {
	const shortest, longest = 1e-9, 1 // distances of points, relative to the sizes, that are near but not the same
	sizes, changes := r.sizesAt(x), make([]float64, len(f))
	distance := func(y []float64) (d float64) {
		for i, v := range y {
			if v != x[i] {
				d = max(d, math.Abs(v-x[i])/sizes[i])
			}
		}
		return d
	}
	for k, y := range r.visited.x {
		d := distance(y)
		if !(d >= shortest && d <= longest) {
			continue
		}
		for i, v := range r.visited.f[k] {
			if c := math.Abs(v-f[i]) / d; c > changes[i] && !math.IsInf(c, 0) {
				changes[i] = c
			}
		}
	}
	if at := r.sys.JacobianAt(); at != nil && distance(at) <= longest {
		for i, s := range sizes {
			for k, v := range r.sys.Column(i) {
				if c := math.Abs(v * s); c > changes[k] && !math.IsInf(c, 0) {
					changes[k] = c
				}
			}
		}
	}
	return changes
}

// noRoot is the outcome of a search whose stopping test holds where no root is.
func (r *run) noRoot(x, f []float64, code int) outcome {
	worst, largest := 0, 0.0
	for i, c := range r.changes(x, f) {
		if q := math.Abs(f[i]) / c; f[i] != 0 && (math.IsNaN(q) || q > largest) {
			worst, largest = i, q
		}
	}
	return outcome{x, f, status.Failed, code, fmt.Sprintf("The search cannot go on at a point that is no root: |F| is %.3g, it was %.3g at x0, "+
		"and F[%d] = %.3g is not small compared with its changes near by. |F| may have a minimum there; try another start.",
		vec.Norm2(f), r.startNorm, worst, f[worst])}
}

func same(a, b []float64) bool {
	for i, v := range a {
		if v != b[i] {
			return false
		}
	}
	return true
}
