package minimize

import (
	"container/heap"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// limitedModel is the matrix B = θI - W M Wᵀ of [LBFGSB], with W = (Y θS) and M the
// inverse of
//
//	-D  Lᵀ
//	 L  θSᵀS
//
// where D and L are the diagonal of SᵀY and what is below it (Byrd et al., equations 3.2
// to 3.4).
type limitedModel struct {
	r       *run
	n, m, k int         // k pairs of at most m
	s, y    [][]float64 // the steps and the changes of the gradient, the oldest first
	ss, sy  []float64   // their products, m×m
	theta   float64
	factors blas64.General // of the matrix above, 2k×2k
	pivots  []int
	small   blas64.General // of the subspace
	smallP  []int

	p, c, v, wt, mv []float64 // of length 2m
	alpha           []float64
	order           breakpoints
	red             []float64
	free            []int
}

func newLimitedModel(r *run, n, m int) *limitedModel {
	q := &limitedModel{r: r, n: n, m: m, theta: 1, ss: make([]float64, m*m), sy: make([]float64, m*m), alpha: make([]float64, m)}
	if r.lower != nil {
		b := make([]float64, 5*2*m)
		part := func(i int) []float64 { return b[i*2*m : (i+1)*2*m] }
		q.p, q.c, q.v, q.wt, q.mv = part(0), part(1), part(2), part(3), part(4)
		q.factors, q.small = blas64.General{Data: make([]float64, 4*m*m)}, blas64.General{Data: make([]float64, 4*m*m)}
		q.pivots, q.smallP = make([]int, 2*m), make([]int, 2*m)
		q.red, q.free = make([]float64, n), make([]int, 0, n)
		q.order.at = make([]float64, n)
	}
	return q
}

func (q *limitedModel) reset() { q.k, q.theta = 0, 1 }

// add takes the step from (x, g) to (next, nextG); the names are swapped, as the caller
// has done. descent is minus the slope along it.
func (q *limitedModel) add(next, x, nextG, g []float64, descent float64) {
	if q.k < q.m && len(q.s) == q.k {
		q.s, q.y = append(q.s, make([]float64, q.n)), append(q.y, make([]float64, q.n))
	}
	at := min(q.k, q.m-1)
	if q.k == q.m { // the oldest goes, its memory is used again
		rotate(q.s)
		rotate(q.y)
	}
	s, y := q.s[at], q.y[at]
	var sy, yy float64
	for i, v := range next {
		s[i], y[i] = v-x[i], nextG[i]-g[i]
		sy += s[i] * y[i]
		yy += y[i] * y[i]
	}
	if !(sy > eps*descent) {
		if q.k == q.m { // the slot holds no pair now
			q.k--
			q.shift()
			q.factor()
		}
		return
	}
	if q.k == q.m {
		q.shift()
	} else {
		q.k++
	}
	q.theta = yy / sy
	for i := range q.k {
		q.ss[at*q.m+i], q.sy[at*q.m+i] = dot(s, q.s[i]), dot(s, q.y[i])
		q.ss[i*q.m+at], q.sy[i*q.m+at] = q.ss[at*q.m+i], dot(q.s[i], y)
	}
	q.factor()
}

// shift drops the products of the oldest pair.
func (q *limitedModel) shift() {
	for i := 1; i < q.m; i++ {
		copy(q.ss[(i-1)*q.m:(i-1)*q.m+q.m-1], q.ss[i*q.m+1:(i+1)*q.m])
		copy(q.sy[(i-1)*q.m:(i-1)*q.m+q.m-1], q.sy[i*q.m+1:(i+1)*q.m])
	}
}

// factor makes M ready. A singular one drops all pairs.
func (q *limitedModel) factor() {
	if q.r.lower == nil || q.k == 0 {
		return
	}
	k := q.k
	a := &q.factors
	a.Rows, a.Cols, a.Stride = 2*k, 2*k, 2*k
	a.Data = a.Data[:4*k*k]
	for i := range k {
		for j := range k {
			a.Data[i*2*k+j] = 0
			l := 0.0
			if i > j {
				l = q.sy[i*q.m+j]
			}
			a.Data[(k+i)*2*k+j], a.Data[j*2*k+k+i] = l, l
			a.Data[(k+i)*2*k+k+j] = q.theta * q.ss[i*q.m+j]
		}
		a.Data[i*2*k+i] = -q.sy[i*q.m+i]
	}
	if !lapack64.Getrf(*a, q.pivots[:2*k]) {
		q.reset()
	}
}

// times sets hv to the inverse of B times v, by the two loops (Nocedal, "Updating
// quasi-Newton matrices with limited storage", 1980).
func (q *limitedModel) times(v, hv []float64) {
	copy(hv, v)
	for i := q.k - 1; i >= 0; i-- {
		q.alpha[i] = dot(q.s[i], hv) / q.sy[i*q.m+i]
		blas64.Axpy(-q.alpha[i], vec(q.y[i]), vec(hv))
	}
	blas64.Scal(1/q.theta, vec(hv))
	for i := range q.k {
		b := dot(q.y[i], hv) / q.sy[i*q.m+i]
		blas64.Axpy(q.alpha[i]-b, vec(q.s[i]), vec(hv))
	}
}

// row sets w to the row of W of a variable.
func (q *limitedModel) row(i int, w []float64) {
	for j := range q.k {
		w[j], w[q.k+j] = q.y[j][i], q.theta*q.s[j][i]
	}
}

// applyM sets mv to M v.
func (q *limitedModel) applyM(v, mv []float64) {
	copy(mv, v)
	if q.k > 0 {
		lapack64.Getrs(blas.NoTrans, q.factors, blas64.General{Rows: 2 * q.k, Cols: 1, Stride: 1, Data: mv[:2*q.k]}, q.pivots[:2*q.k])
	}
}

// direction sets target to the minimizer of the model within the bounds, nearly.
func (q *limitedModel) direction(x, g, target []float64) {
	if q.r.lower == nil {
		q.times(g, target)
		for i, v := range x {
			target[i] = v - target[i]
		}
		return
	}
	q.cauchy(x, g, target)
	if q.k > 0 {
		q.subspace(x, g, target)
	}
}

// breakpoints are variables in the order in which the projected gradient path comes to
// their bounds.
type breakpoints struct {
	at  []float64
	idx []int
}

func (b *breakpoints) Len() int           { return len(b.idx) }
func (b *breakpoints) Less(i, j int) bool { return b.at[b.idx[i]] < b.at[b.idx[j]] }
func (b *breakpoints) Swap(i, j int)      { b.idx[i], b.idx[j] = b.idx[j], b.idx[i] }
func (b *breakpoints) Push(x any)         { b.idx = append(b.idx, x.(int)) }
func (b *breakpoints) Pop() any {
	v := b.idx[len(b.idx)-1]
	b.idx = b.idx[:len(b.idx)-1]
	return v
}

// cauchy sets xc to the first minimizer of the model along the projected gradient, and
// c to Wᵀ(xc - x) (algorithm CP).
func (q *limitedModel) cauchy(x, g, xc []float64) {
	lower, upper := q.r.lower, q.r.upper
	k2 := 2 * q.k
	p, c, mv, wt := q.p[:k2], q.c[:k2], q.mv[:k2], q.wt[:k2]
	clear(p)
	clear(c)
	copy(xc, x)
	q.order.idx = q.order.idx[:0]
	dd := 0.0
	moves := func(i int) float64 { // the direction, without what is at its bound
		if q.order.at[i] == 0 {
			return 0
		}
		return -g[i]
	}
	for i, v := range g {
		t := math.Inf(1)
		switch {
		case v < 0:
			t = (x[i] - upper[i]) / v
		case v > 0:
			t = (x[i] - lower[i]) / v
		default:
			t = 0
		}
		t = max(t, 0)
		q.order.at[i] = t
		if t > 0 {
			dd += v * v
			if !math.IsInf(t, 1) {
				q.order.idx = append(q.order.idx, i)
			}
		}
	}
	for j := range q.k {
		var py, ps float64
		for i := range x {
			d := moves(i)
			py += q.y[j][i] * d
			ps += q.s[j][i] * d
		}
		p[j], p[q.k+j] = py, q.theta*ps
	}
	slope := -dd
	q.applyM(p, mv)
	curve := -q.theta*slope - dot(p, mv)
	first := curve
	if slope == 0 {
		return
	}
	least := -slope / curve
	heap.Init(&q.order)
	t := 0.0
	for q.order.Len() > 0 {
		b := q.order.idx[0]
		until := q.order.at[b]
		dt := until - t
		if least < dt {
			break
		}
		heap.Pop(&q.order)
		xc[b] = lower[b]
		if g[b] < 0 {
			xc[b] = upper[b]
		}
		z := xc[b] - x[b]
		for i, v := range p {
			c[i] += dt * v
		}
		gb := g[b]
		dd -= gb * gb
		if q.k > 0 {
			q.row(b, wt)
			q.applyM(c, mv)
			wc := dot(wt, mv)
			q.applyM(p, mv)
			wp := dot(wt, mv)
			q.applyM(wt, mv)
			ww := dot(wt, mv)
			slope += dt*curve + gb*gb + q.theta*gb*z - gb*wc
			curve += -q.theta*gb*gb - 2*gb*wp - gb*gb*ww
			for i, v := range wt {
				p[i] += gb * v
			}
		} else {
			slope += dt*curve + gb*gb + q.theta*gb*z
			curve -= q.theta * gb * gb
		}
		curve = max(curve, eps*first)
		t = until
		least = -slope / curve
		if q.order.Len() == 0 && dd <= 0 {
			least = 0
		}
	}
	least = max(least, 0)
	t += least
	for i, v := range g {
		if at := q.order.at[i]; at > 0 && (at > t || at == t && xc[i] == x[i]) {
			xc[i] = min(max(x[i]-t*v, lower[i]), upper[i])
		}
	}
	for i, v := range p {
		c[i] += least * v
	}
}

// subspace moves xc to the minimizer over the variables that are free there, by the
// direct primal method (section 5.1), projected on the bounds where that descends, else
// cut at the first of them.
func (q *limitedModel) subspace(x, g, xc []float64) {
	lower, upper := q.r.lower, q.r.upper
	k, k2 := q.k, 2*q.k
	q.free = q.free[:0]
	for i, v := range xc {
		if v > lower[i] && v < upper[i] {
			q.free = append(q.free, i)
		}
	}
	if len(q.free) == 0 {
		return
	}
	c, mv, wt, v := q.c[:k2], q.mv[:k2], q.wt[:k2], q.v[:k2]
	q.applyM(c, mv)
	clear(v)
	for l, i := range q.free {
		red := g[i] + q.theta*(xc[i]-x[i])
		for j := range k {
			red -= q.y[j][i]*mv[j] + q.theta*q.s[j][i]*mv[k+j]
		}
		q.red[l] = red
		for j := range k {
			v[j] += q.y[j][i] * red
			v[k+j] += q.theta * q.s[j][i] * red
		}
	}
	// (I - M WᵀZZᵀW/θ) v' = M WᵀZ r.
	a := &q.small
	a.Rows, a.Cols, a.Stride, a.Data = k2, k2, k2, a.Data[:k2*k2]
	clear(a.Data)
	for _, i := range q.free {
		q.row(i, wt)
		for r, e := range wt {
			for s := r; s < k2; s++ {
				a.Data[s*k2+r] += e * wt[s] / q.theta
			}
		}
	}
	for r := range k2 {
		for s := r + 1; s < k2; s++ {
			a.Data[r*k2+s] = a.Data[s*k2+r]
		}
	}
	lapack64.Getrs(blas.NoTrans, q.factors, *a, q.pivots[:k2])
	for i := range a.Data {
		a.Data[i] = -a.Data[i]
	}
	for i := range k2 {
		a.Data[i*k2+i]++
	}
	q.applyM(v, mv)
	if !lapack64.Getrf(*a, q.smallP[:k2]) {
		return
	}
	lapack64.Getrs(blas.NoTrans, *a, blas64.General{Rows: k2, Cols: 1, Stride: 1, Data: mv}, q.smallP[:k2])
	longest, slope := 1.0, 0.0
	for l, i := range q.free {
		d := -q.red[l] / q.theta
		for j := range k {
			d -= (q.y[j][i]*mv[j] + q.theta*q.s[j][i]*mv[k+j]) / (q.theta * q.theta)
		}
		q.red[l] = d
		if math.IsNaN(d) {
			return
		}
		switch {
		case d > 0:
			longest = min(longest, (upper[i]-xc[i])/d)
		case d < 0:
			longest = min(longest, (lower[i]-xc[i])/d)
		}
	}
	l := 0
	for i := range x { // the slope to the projected point
		to := xc[i]
		if l < len(q.free) && q.free[l] == i {
			to = min(max(to+q.red[l], lower[i]), upper[i])
			l++
		}
		slope += (to - x[i]) * g[i]
	}
	for l, i := range q.free {
		if slope < 0 {
			xc[i] = min(max(xc[i]+q.red[l], lower[i]), upper[i])
		} else {
			xc[i] = min(max(xc[i]+longest*q.red[l], lower[i]), upper[i])
		}
	}
}
