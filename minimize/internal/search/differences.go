package search

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// differencing is how derivatives are found by finite differences.
type differencing struct {
	three    bool      // three points instead of two
	rel, abs []float64 // the steps of the options, relative and absolute: one or one for each variable; nil: the default
	err      float64   // the relative error of values, at least the machine precision
	workers  int       // functions may be called from up to this many goroutines at a time
	sizes    []float64 // the sizes of the variables from the options; nil: unknown
	relative bool      // variables that have no size from the options have the size |x|, else max(1, |x|)
}

// newDifferencing checks how the derivatives with respect to n variables are to be found.
func newDifferencing(o finite.Differences, n int) (differencing, error) {
	d := differencing{three: o.Scheme == "3-point", rel: o.RelStep, abs: o.AbsStep, err: max(o.FuncError, vec.Eps), workers: o.Workers}
	switch {
	case o.Scheme != "" && o.Scheme != "2-point" && o.Scheme != "3-point" && o.Scheme != "cs":
		return d, fmt.Errorf("minimize: Differences.Scheme is %q, want 2-point, 3-point or cs", o.Scheme)
	case o.RelStep != nil && o.AbsStep != nil:
		return d, errors.New("minimize: RelStep and AbsStep are both given")
	case !(o.FuncError >= 0 && o.FuncError < 1):
		return d, fmt.Errorf("minimize: FuncError is %g, want a number from 0 to 1, the relative error of the values", o.FuncError)
	case o.Workers < 0:
		return d, fmt.Errorf("minimize: Workers is %d, want at least 0", o.Workers)
	}
	for _, s := range []struct {
		name string
		v    []float64
	}{{"RelStep", o.RelStep}, {"AbsStep", o.AbsStep}} {
		if s.v != nil && len(s.v) != 1 && len(s.v) != n {
			return d, fmt.Errorf("minimize: %s has length %d, want 1 or that of x0, %d", s.name, len(s.v), n)
		}
		for i, v := range s.v {
			if !(v > 0) || math.IsInf(v, 0) {
				return d, fmt.Errorf("minimize: %s[%d] is %g, want a positive number", s.name, i, v)
			}
		}
	}
	return d, nil
}

// Settings is all that a search depends on of the options of differences.
func Settings(o finite.Differences) string {
	return fmt.Sprintf("%s %v %v %v", o.Scheme, o.RelStep, o.AbsStep, o.FuncError)
}

// given reports whether the options have the steps.
func (d *differencing) given() bool { return d.rel != nil || d.abs != nil }

// points is the number of evaluations for one column.
func (d *differencing) points() int {
	if d.three {
		return 2
	}
	return 1
}

// unit is the default step of a variable of size 1.
func (d *differencing) unit() float64 {
	err := max(d.err, vec.Eps)
	if d.three {
		return math.Cbrt(err)
	}
	return math.Sqrt(err)
}

// length is the length of the step of variable i at x, which the bounds may change.
func (d *differencing) length(i int, x float64) float64 {
	of := func(v []float64) float64 {
		if len(v) == 1 {
			return v[0]
		}
		return v[i]
	}
	if d.abs != nil {
		return of(d.abs)
	}
	size := math.Abs(x)
	if d.rel != nil {
		if h := of(d.rel) * size; x+h != x {
			return h
		}
	}
	switch {
	case d.sizes != nil:
		size = max(size, d.sizes[i])
	case !d.relative:
		size = max(size, 1)
	}
	if h := d.unit() * size; x+h != x {
		return h
	}
	return d.unit() * max(1, size)
}

// step is the steps from a variable at which a column is evaluated, and whether they lie on one
// side of it (three points only).
type step struct {
	h1, h2   float64
	oneSided bool
}

// within is the step of length h from x within the bounds.
func (d *differencing) within(h, x, lo, hi float64) step {
	if !d.three {
		if x < 0 {
			h = -h
		}
		if x+h > hi || x+h < lo { // turn round, or go to the farther bound
			if math.Abs(h) <= math.Max(hi-x, x-lo) {
				h = -h
			} else if hi-x >= x-lo {
				h = hi - x
			} else {
				h = lo - x
			}
		}
		return step{h1: (x + h) - x}
	}
	if x-h >= lo && x+h <= hi {
		return step{h1: (x + h) - x, h2: (x - h) - x}
	}
	if hi-x < x-lo {
		h = -h
	}
	h = math.Copysign(math.Min(math.Abs(h), math.Max(hi-x, x-lo)/2), h)
	return step{h1: (x + h) - x, h2: (x + 2*h) - x, oneSided: true}
}

// slope is the derivative from the values y, y1 and y2 at x and the steps from it; y2 counts only
// where there are three points.
func (d *differencing) slope(s step, y, y1, y2 float64) float64 {
	switch {
	case s.h1 == 0: // fixed
		return 0
	case !d.three:
		return (y1 - y) / s.h1
	case s.oneSided: // the parabola through three points
		return (y1-y)*s.h2/(s.h1*(s.h2-s.h1)) - (y2-y)*s.h1/(s.h2*(s.h2-s.h1))
	}
	return (y1 - y2) / (s.h1 - s.h2)
}

// derivative is a Jacobian by differences at x, where the function is y.
type derivative struct {
	*differencing
	f            func(x, y []float64) // sets its second argument
	x, y         []float64
	lower, upper []float64 // may be nil
	// groups are sets of variables that no value depends on two of, and sparsity lists the variables of
	// each value; both nil for each variable on its own (Curtis, Powell & Reid, "On the estimation of
	// sparse Jacobian matrices", 1974).
	groups   [][]int
	sparsity [][]int
	// The elements: column i is dense[i*m:(i+1)*m], or the derivative of value r with respect to
	// variable sparsity[r][k] is sparse[r][k].
	dense  []float64
	sparse [][]float64

	steps []step
}

// limits are the bounds of a variable.
func (j *derivative) limits(i int) (lo, hi float64) {
	if j.lower == nil {
		return math.Inf(-1), math.Inf(1)
	}
	return j.lower[i], j.upper[i]
}

// prepare sets the steps to those of the default length.
func (j *derivative) prepare() {
	j.steps = make([]step, len(j.x))
	for i, x := range j.x {
		lo, hi := j.limits(i)
		j.steps[i] = j.within(j.length(i, x), x, lo, hi)
	}
	if j.groups == nil {
		j.groups = singles(len(j.x))
	}
}

// columns sets the elements of the wanted columns, of all if wanted is nil. Those that are wanted again
// stay as they are if a value is not finite.
//
// Three points are the central difference, or near a bound the parabola on one side (Nocedal &
// Wright, "Numerical Optimization", section 8.1).
func (j *derivative) columns(wanted []bool) {
	m := len(j.y)
	use := func(i int) bool { return wanted == nil || wanted[i] }
	var todo []int
	for g, vars := range j.groups {
		if slices.ContainsFunc(vars, use) {
			todo = append(todo, g)
		}
	}
	groupOf := make([]int, len(j.x))
	for g, vars := range j.groups {
		for _, i := range vars {
			groupOf[i] = g
		}
	}
	if wanted == nil {
		clear(j.dense)
	}
	j.each(len(todo), j.x, m, func(w *diffWorker, k int) {
		g := todo[k]
		for p := range j.points() {
			for _, i := range j.groups[g] {
				w.x[i] = j.x[i] + [2]float64{j.steps[i].h1, j.steps[i].h2}[p]
			}
			j.f(w.x, w.y[p*m:(p+1)*m])
		}
		for _, i := range j.groups[g] {
			w.x[i] = j.x[i]
		}
		if wanted != nil && !vec.AllFinite(w.y) {
			return
		}
		j.elements(g, groupOf, use, func(r, i int) float64 {
			return j.slope(j.steps[i], j.y[r], w.y[r], w.y[(j.points()-1)*m+r])
		})
	})
}

// calls is the number of evaluations for the wanted columns.
func (j *derivative) calls(wanted []bool) (calls int) {
	for _, vars := range j.groups {
		if wanted == nil || slices.ContainsFunc(vars, func(i int) bool { return wanted[i] }) {
			calls += j.points()
		}
	}
	return calls
}

// elements sets those elements of the columns of group g that are in use.
func (j *derivative) elements(g int, groupOf []int, use func(i int) bool, at func(r, i int) float64) {
	if j.sparsity == nil {
		for _, i := range j.groups[g] {
			for r := range j.y {
				j.dense[i*len(j.y)+r] = at(r, i)
			}
		}
		return
	}
	for r, vars := range j.sparsity {
		for k, i := range vars {
			if groupOf[i] != g || !use(i) {
				continue
			}
			if j.sparse != nil {
				j.sparse[r][k] = at(r, i)
			} else {
				j.dense[i*len(j.y)+r] = at(r, i)
			}
		}
	}
}

// visit calls do for all elements.
func (j *derivative) visit(do func(r, i int, v float64)) {
	if j.sparse != nil {
		for r, vars := range j.sparsity {
			for k, i := range vars {
				do(r, i, j.sparse[r][k])
			}
		}
		return
	}
	m := len(j.y)
	for k, v := range j.dense {
		do(k%m, k/m, v)
	}
}

// diffWorker is what one goroutine works with.
type diffWorker struct{ x, y []float64 }

// each calls do for 0 … n-1, from up to d.workers goroutines. A panic in one of them is a panic
// here.
func (d *differencing) each(n int, x []float64, m int, do func(w *diffWorker, k int)) {
	worker := func() *diffWorker { return &diffWorker{slices.Clone(x), make([]float64, m*d.points())} }
	if d.workers <= 1 || n <= 1 {
		w := worker()
		for k := range n {
			do(w, k)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	panics := make(chan error, min(d.workers, n))
	for range min(d.workers, n) {
		wg.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					next.Store(int64(n))
					panics <- Recovered(v) // with the stack of here
				}
			}()
			w := worker()
			for k := next.Add(1) - 1; k < int64(n); k = next.Add(1) - 1 {
				do(w, int(k))
			}
		})
	}
	wg.Wait()
	select {
	case err := <-panics:
		panic(stopped{err})
	default:
	}
}

// singles puts every variable in a separate group.
func singles(n int) [][]int {
	all, g := make([]int, n), make([][]int, n)
	for i := range all {
		all[i] = i
		g[i] = all[i : i+1]
	}
	return g
}

// columnGroups are sets of variables of which no value depends on two, made greedily
// in the order of the variables (Curtis, Powell & Reid, 1974).
func columnGroups(n int, sparsity [][]int) [][]int {
	rows := make([][]int, n) // the values that depend on a variable
	for r, vars := range sparsity {
		for _, i := range vars {
			rows[i] = append(rows[i], r)
		}
	}
	var groups [][]int
	var taken []map[int]bool // the values that depend on a variable of each group
	for i := range n {
		k := slices.IndexFunc(taken, func(taken map[int]bool) bool {
			return !slices.ContainsFunc(rows[i], func(r int) bool { return taken[r] })
		})
		if k < 0 {
			k = len(groups)
			groups, taken = append(groups, nil), append(taken, map[int]bool{})
		}
		groups[k] = append(groups[k], i)
		for _, r := range rows[i] {
			taken[k][r] = true
		}
	}
	return groups
}

// CheckSparsity reports what is wrong with a list of the variables of m values.
func CheckSparsity(what string, sparsity [][]int, m, n int) error {
	if sparsity == nil {
		return nil
	}
	if len(sparsity) != m {
		return fmt.Errorf("minimize: %s has Sparsity for %d values, want %d", what, len(sparsity), m)
	}
	for r, vars := range sparsity {
		for _, i := range vars {
			if i < 0 || i >= n {
				return fmt.Errorf("minimize: %s: Sparsity[%d] names variable %d of %d", what, r, i, n)
			}
		}
	}
	return nil
}
