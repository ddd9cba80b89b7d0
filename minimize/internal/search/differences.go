package search

import (
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
	three   bool      // three points instead of two
	rel     float64   // step relative to max(1, |x|); default √ε, or ∛ε for three points
	workers int       // functions may be called from up to this many goroutines at a time
	rels    []float64 // rel of each variable; nil: the same for all
}

// of is d with the step for variable i.
func (d differencing) of(i int) differencing {
	if d.rels != nil {
		d.rel = d.rels[i]
	}
	return d
}

// newDifferencing checks how the derivatives with respect to n variables are to be found.
func newDifferencing(o finite.Differences, n int) (differencing, error) {
	d := differencing{three: o.Scheme == "3-point", workers: o.Workers}
	switch {
	case o.Scheme != "" && o.Scheme != "2-point" && o.Scheme != "3-point" && o.Scheme != "cs":
		return d, fmt.Errorf("minimize: Differences.Scheme is %q, want 2-point, 3-point or cs", o.Scheme)
	case o.RelStep != nil && len(o.RelStep) != 1 && len(o.RelStep) != n:
		return d, fmt.Errorf("minimize: RelStep has length %d, want 1 or that of x0, %d", len(o.RelStep), n)
	case o.Workers < 0:
		return d, fmt.Errorf("minimize: Workers is %d, want at least 0", o.Workers)
	}
	for i, v := range o.RelStep {
		if !(v > 0) || math.IsInf(v, 0) {
			return d, fmt.Errorf("minimize: RelStep[%d] is %g, want a positive number", i, v)
		}
	}
	if len(o.RelStep) == 1 {
		d.rel = o.RelStep[0]
	} else {
		d.rels = o.RelStep
	}
	return d, nil
}

// points is the number of evaluations for one column.
func (d differencing) points() int {
	if d.three {
		return 2
	}
	return 1
}

// stencil is the steps from x[i] at which a column is evaluated, and whether they lie
// on one side of it (three points only).
func (d differencing) stencil(x, lo, hi float64) (h1, h2 float64, oneSided bool) {
	h := d.rel
	if h == 0 {
		if h = math.Sqrt(vec.Eps); d.three {
			h = math.Cbrt(vec.Eps)
		}
	}
	h *= math.Max(1, math.Abs(x))
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
		return (x + h) - x, 0, false
	}
	if x-h >= lo && x+h <= hi {
		return (x + h) - x, (x - h) - x, false
	}
	if hi-x < x-lo {
		h = -h
	}
	h = math.Copysign(math.Min(math.Abs(h), math.Max(hi-x, x-lo)/2), h)
	return (x + h) - x, (x + 2*h) - x, true
}

// slope is the derivative from the values y, y1 and y2 at x and a stencil's steps from it;
// y2 counts only where there are three points.
func (d differencing) slope(h1, h2 float64, oneSided bool, y, y1, y2 float64) float64 {
	switch {
	case h1 == 0: // fixed
		return 0
	case !d.three:
		return (y1 - y) / h1
	case oneSided: // the parabola through three points
		return (y1-y)*h2/(h1*(h2-h1)) - (y2-y)*h1/(h2*(h2-h1))
	}
	return (y1 - y2) / (h1 - h2)
}

// jacobian sets the rows-of-columns matrix j (column k of the derivative is
// j[k*m:(k+1)*m]) to the derivative of f, which sets its second argument of length m,
// at x where it is y. lower and upper may be nil. groups are sets of variables that
// no value depends on two of, nil for each on its own; sparsity then lists the
// variables of each value. It returns the number of calls.
//
// Steps are relative to x; three points are the central difference, or near a bound
// the parabola on one side (Nocedal & Wright, "Numerical Optimization", section 8.1;
// for groups Curtis, Powell & Reid, "On the estimation of sparse Jacobian matrices",
// 1974).
func (d differencing) jacobian(f func(x, y []float64), x, y, lower, upper, j []float64, groups [][]int, sparsity [][]int) int {
	m, n := len(y), len(x)
	if groups == nil {
		groups = singles(n)
	} else {
		clear(j)
	}
	limits := func(i int) (lo, hi float64) {
		if lower == nil {
			return math.Inf(-1), math.Inf(1)
		}
		return lower[i], upper[i]
	}
	inGroup := func(worker *diffWorker, g []int) {
		for k := range d.points() {
			for _, i := range g {
				lo, hi := limits(i)
				h1, h2, _ := d.of(i).stencil(x[i], lo, hi)
				worker.x[i] = x[i] + [2]float64{h1, h2}[k]
			}
			f(worker.x, worker.y[k*m:(k+1)*m])
		}
		for _, i := range g {
			worker.x[i] = x[i]
		}
		at := func(r, i int) float64 {
			lo, hi := limits(i)
			h1, h2, oneSided := d.of(i).stencil(x[i], lo, hi)
			return d.slope(h1, h2, oneSided, y[r], worker.y[r], worker.y[(d.points()-1)*m+r])
		}
		if sparsity == nil {
			for _, i := range g {
				for r := range m {
					j[i*m+r] = at(r, i)
				}
			}
			return
		}
		for r, vars := range sparsity {
			for _, i := range vars {
				if slices.Contains(g, i) {
					j[i*m+r] = at(r, i)
				}
			}
		}
	}
	d.each(len(groups), x, m, func(w *diffWorker, k int) { inGroup(w, groups[k]) })
	return len(groups) * d.points()
}

// diffWorker is what one goroutine works with.
type diffWorker struct{ x, y []float64 }

// each calls do for 0 … n-1, from up to d.workers goroutines. A panic in one of them is a panic
// here.
func (d differencing) each(n int, x []float64, m int, do func(w *diffWorker, k int)) {
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
