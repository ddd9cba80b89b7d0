package verify

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// most is the largest number of variables for which the Hessian is found: it takes as many gradients, or
// half its square of values; our choice.
const most = 64

// second sets fall and step. It reports false if they are not found.
func (p *point) second() bool {
	n := len(p.free)
	switch {
	case n == 0:
		p.fall = 0
		return true
	case p.secant():
		return true
	case p.jac != nil && p.r.DerivativeFree():
		return false // it would take n times n values of all constraints
	case n > most || p.r.DerivativeFree() && n > most/2:
		return p.conjugate()
	}
	return p.newton()
}

// newton does it by the Hessian of the Lagrangian, and sets curvature and axes.
func (p *point) newton() bool {
	h := p.hessian()
	n := len(p.free) // which better derivatives may have changed
	if h == nil || n == 0 {
		if n == 0 {
			p.fall = 0
		}
		return n == 0
	}
	p.curvature = make([]float64, p.r.N())
	g := make([]float64, n)
	d := make([]float64, n) // units in which the diagonal is 1
	for k, i := range p.free {
		p.curvature[i] = math.Abs(h.At(k, k))
		d[k] = 1 / math.Sqrt(max(p.curvature[i], math.SmallestNonzeroFloat64))
		if p.curvature[i] == 0 || math.IsInf(d[k], 0) {
			d[k] = p.size[i]
		}
	}
	for k, i := range p.free {
		g[k] = p.res[i] * d[k]
		for l := k; l < n; l++ {
			h.SetSym(k, l, h.At(k, l)*d[k]*d[l])
		}
	}
	h, g, z := p.reduced(h, g, d)
	if h == nil { // the constraints leave no direction
		p.fall = 0
		return true
	}
	var eig mat.EigenSym
	if !eig.Factorize(h, true) {
		return false
	}
	var v mat.Dense
	eig.VectorsTo(&v)
	p.fall = 0
	lines := 0
	values := eig.Values(nil)
	largest := max(math.Abs(values[0]), math.Abs(values[len(values)-1]))
	step := mat.NewVecDense(len(g), nil)
	for k, w := range values {
		c := mat.Dot(v.ColView(k), mat.NewVecDense(len(g), g))
		// A curvature within the rounding of the others is not known; at least it is not larger.
		if w = max(math.Abs(w), 1e-14*largest); p.coarse && w < seen*largest || p.noise > uneven && w < p.noise*largest {
			if w = min(w, unseen*largest); lines < mostLines && c*c/(2*w) > noticed*math.Abs(p.f) {
				lines++
				c, w = p.line(p.along(v.ColView(k), z, d), c, w)
			}
		}
		p.fall += c * c / (2 * w)
		step.AddScaledVec(step, -c/w, v.ColView(k))
	}
	p.noted(&v, values, d)
	p.newtonStep = p.along(step, z, d)
	p.measured(p.newtonStep)
	p.fall = min(p.fall, math.MaxFloat64)
	if values[0] < -curved*largest {
		p.down, p.downCurve = p.along(v.ColView(0), z, d), values[0]
	}
	return !math.IsNaN(p.fall)
}

// Of differences of values, whose steps are a part of the variables' sizes, curvatures below seen, relative to the largest, are mostly their error, and
// of those of gradients the ones below their asymmetry.
// They may be as small as unseen. Both are our choice.
const seen, unseen = 1e-4, 1e-8

// mostLines is for how many directions values are found; our choice.
const mostLines = 8

// line is the slope and the curvature along v by values, or slope c and curvature w where these show none. They do where the curvatures over
// a distance and over a quarter of it are the same, and the minimum by them is within it: a bent valley has the higher curvature the
// farther one looks. The first distance is that of the minimum for slope c and curvature w,
// at most a tenth of the sizes of the variables, the others are shorter.
func (p *point) line(v []float64, c, w float64) (slope, curvature float64) {
	const alike, shown = 2, 1e3 // choices: the ratio of curvatures that are the same, and by how much they change the value, in units of its rounding
	rounding := p.r.FuncError() * math.Abs(p.f)
	measured := func(t float64) (slope, curvature float64) {
		above, f := p.at(v, t)
		below, g := p.at(v, -t)
		for i, e := range v {
			if e != 0 && above[i]-p.x[i] != p.x[i]-below[i] && p.r.Lower != nil && (above[i] == p.r.Upper[i] || below[i] == p.r.Upper[i] || above[i] == p.r.Lower[i] || below[i] == p.r.Lower[i]) {
				return math.NaN(), math.NaN() // bounds are in the way
			}
		}
		if change := f - p.f + (g - p.f); change > shown*rounding {
			return (f - g) / (2 * t), change / (t * t)
		}
		return math.NaN(), math.NaN()
	}
	length := 0.0
	for i, e := range v {
		length = max(length, math.Abs(e)/p.size[i])
	}
	t := min(math.Abs(c)/w, 0.1/length)
	far, bent := measured(t)
	for range 6 {
		near, bend := measured(t / 4)
		if math.IsNaN(bend) && !math.IsNaN(bent) {
			break
		}
		if bent <= alike*bend && bend <= alike*bent {
			s, b := max(math.Abs(far), math.Abs(near)), min(bend, bent)
			if s <= b*t {
				return math.Copysign(s, far), b
			}
			break
		}
		t, far, bent = t/4, near, bend
	}
	return c, w
}

// curved is the least negative curvature, relative to the largest of others in units in which those of the
// variables are 1, that is more than the errors of differences; our choice.
const curved = 1e-3

// along is the step s of the free variables, in units d and with the basis z, as a step of all.
func (p *point) along(s mat.Vector, z mat.Matrix, d []float64) []float64 {
	if z != nil {
		full := new(mat.VecDense)
		full.MulVec(z, s)
		s = full
	}
	out := make([]float64, p.r.N())
	for k, i := range p.free {
		out[i] = s.AtVec(k) * d[k]
	}
	return out
}

// at is the point x + t v, within the bounds, and the value there.
func (p *point) at(v []float64, t float64) (x []float64, f float64) {
	x = slices.Clone(p.x)
	for i, e := range v {
		x[i] += t * e
		if p.r.Lower != nil {
			x[i] = min(max(x[i], p.r.Lower[i]), p.r.Upper[i])
		}
	}
	return x, p.r.Value(x)
}

// lower is a point lower than x: by the Newton step, or by a part of it, or along a direction of negative
// curvature as far as the model promises a thousandth of the value; nil if there is none.
func (p *point) lower() []float64 {
	if p.lowest != nil {
		return p.lowest
	}
	if p.jac != nil {
		return nil
	}
	try := func(v []float64, steps ...float64) []float64 {
		for _, t := range steps {
			if x, f := p.at(v, t); f < p.f-noticed*math.Abs(p.f) {
				return x
			}
		}
		return nil
	}
	if p.down != nil {
		t := math.Sqrt(2e-3 * max(math.Abs(p.f), p.fall) / -p.downCurve)
		if x := try(p.down, t, -t); x != nil {
			return x
		}
	}
	if p.newtonStep == nil {
		return nil
	}
	if x := try(p.newtonStep, 1, 0.25); x != nil {
		return x
	}
	// In units in which the curvatures are 1 the largest eigenvalue of H is at most n: this step lowers the
	// model by half of what the gradient promises.
	down := make([]float64, len(p.x))
	for _, i := range p.free {
		if c := p.curvature[i]; c > 0 {
			down[i] = -p.res[i] / c
		}
	}
	return try(down, 1/float64(len(p.free)))
}

// reduced is the Hessian and the gradient in a basis of the directions that change no active
// constraint, and that basis, nil for all directions; d are the units of the variables.
func (p *point) reduced(h *mat.SymDense, g, d []float64) (*mat.SymDense, []float64, mat.Matrix) {
	if p.jac == nil {
		return h, g, nil
	}
	n := len(g)
	m, _ := p.jac.Dims()
	a := mat.NewDense(n, m, nil)
	for k, i := range p.free {
		for l := range m {
			a.Set(k, l, p.jac.At(l, i)*d[k])
		}
	}
	for l := range m {
		if s := mat.Norm(a.ColView(l), 2); s > 0 {
			for k := range n {
				a.Set(k, l, a.At(k, l)/s)
			}
		}
	}
	var svd mat.SVD
	if !svd.Factorize(a, mat.SVDFull) {
		return h, g, nil
	}
	rank := 0
	for _, s := range svd.Values(nil) {
		if s > 1e-10 {
			rank++
		}
	}
	if rank == n {
		return nil, nil, nil
	}
	var u mat.Dense
	svd.UTo(&u)
	z := u.Slice(0, n, rank, n)
	var hz, zhz mat.Dense
	hz.Mul(h, z)
	zhz.Mul(z.T(), &hz)
	out := mat.NewSymDense(n-rank, nil)
	for i := range n - rank {
		for j := i; j < n-rank; j++ {
			out.SetSym(i, j, (zhz.At(i, j)+zhz.At(j, i))/2)
		}
	}
	var zg mat.VecDense
	zg.MulVec(z.T(), mat.NewVecDense(n, g))
	return out, zg.RawVector().Data, z
}

// hessian is the Hessian of the Lagrangian for the free variables: the function's where it is given and
// nothing else is curved, or by differences of gradients; nil if it is not finite.
func (p *point) hessian() *mat.SymDense {
	n := len(p.free)
	out := mat.NewSymDense(n, nil)
	if p.jac == nil && p.r.Differenced() {
		if p.steps == nil {
			if !p.central() {
				return nil
			}
			copy(p.res, p.g)
			p.hold()
			return p.hessian()
		}
		p.crossed(out)
	} else if p.jac == nil && (p.r.Problem.Hess != nil || p.r.Problem.HessP != nil) {
		full := mat.NewSymDense(p.r.N(), nil)
		p.r.Hessian(p.x, full)
		for k, i := range p.free {
			for l := k; l < n; l++ {
				out.SetSym(k, l, full.At(i, p.free[l]))
			}
		}
	} else {
		full := p.columns(1)
		if full == nil {
			return nil
		}
		if p.noise = p.asymmetry(full); p.noise > uneven {
			// Third derivatives, or a wall, within the steps: shorter ones see less of them.
			if short := p.columns(shorter); short != nil {
				if noise := p.asymmetry(short); noise < p.noise {
					full, p.noise = short, noise
				}
			}
		}
		for k := range n {
			for l := k; l < n; l++ {
				out.SetSym(k, l, (full.At(k, l)+full.At(l, k))/2)
			}
		}
	}
	for k := range n {
		for l := k; l < n; l++ {
			if !vec.IsFinite(out.At(k, l)) {
				return nil
			}
		}
	}
	return out
}

// A Hessian by differences that is less symmetric than uneven shows curvatures no smaller than its asymmetry, and is tried with steps that are shorter. Our
// choices: usual differences are symmetric to 1e-5, and the shorter steps leave seven digits to gradients. Elements below rounded, relative to the largest in
// units of the variables' sizes, do not count.
const uneven, shorter, rounded = 1e-3, 1e-3, 1e-6

// columns are the columns of the Hessian of the Lagrangian by differences with steps that are usual ones times part; nil if they are not finite.
func (p *point) columns(part float64) *mat.Dense {
	n := len(p.free)
	full := mat.NewDense(n, n, nil)
	for k, i := range p.free {
		if !p.column(full, k, i, part) {
			return nil
		}
	}
	return full
}

// asymmetry is by how much a Hessian by differences is not symmetric, relative to the curvatures of the two variables.
func (p *point) asymmetry(h *mat.Dense) float64 {
	largest, out := 0.0, 0.0
	size := func(k int) float64 { return p.size[p.free[k]] }
	n := len(p.free)
	for k := range n {
		largest = max(largest, math.Abs(h.At(k, k))*size(k)*size(k))
	}
	for k := range n {
		for l := range k {
			d := math.Abs(h.At(k, l) - h.At(l, k))
			if own := math.Sqrt(math.Abs(h.At(k, k)) * math.Abs(h.At(l, l))); d*size(k)*size(l) > rounded*largest && own > 0 {
				out = max(out, d/own)
			}
		}
	}
	return min(out, 1)
}

// column sets column k of h, that of variable i, to differences of the Lagrangian's gradient. The step
// is a small part of the variable's size, times part, and longer where that changes the gradient by no more than
// rounding.
func (p *point) column(h *mat.Dense, k, i int, part float64) bool {
	step := part * math.Cbrt(p.r.FuncError())
	if p.r.Differenced() {
		step = math.Sqrt(math.Sqrt(p.r.FuncError())) // gradients have half of the digits
	}
	wide := math.Abs(p.f / p.g[i])
	g := make([]float64, len(p.x))
	for try, size := range []float64{p.size[i], wide} {
		t := step * size
		if !vec.IsFinite(t) || t == 0 {
			continue
		}
		if p.r.Lower != nil {
			if p.x[i]+t > p.r.Upper[i] {
				t = -t
			}
			if p.x[i]+t < p.r.Lower[i] {
				return false
			}
		}
		x := append([]float64(nil), p.x...)
		x[i] += t
		t = x[i] - p.x[i]
		if t == 0 {
			continue
		}
		p.lagrangian(x, g)
		if !vec.AllFinite(g) {
			return false
		}
		seen, far := false, false
		for l, j := range p.free {
			d := g[j] - p.res[j]
			h.Set(l, k, d/t)
			seen = seen || math.Abs(d) > 1e-9*math.Abs(p.g[j])
			far = far || j == i && math.Abs(d*t) > math.Abs(p.f)
		}
		if try > 0 && far { // where the value has changed by more than itself nothing is seen of the curvature here
			for l := range p.free {
				h.Set(l, k, 0)
			}
			return true
		}
		if seen {
			return true
		}
	}
	return true
}

// lagrangian sets g to the gradient of the Lagrangian at x, with the multipliers of the point.
func (p *point) lagrangian(x, g []float64) {
	p.r.Gradient(x, g)
	if p.jac == nil {
		return
	}
	k := p.r.Constraints
	full := mat.NewDense(k.Rows(), len(x), nil)
	k.Jacobian(x, full)
	for l, i := range p.rows {
		vec.Axpy(-p.lambda[l], full.RawRowView(i), g)
	}
}

// units are units for a search that goes on: axes in which the curvature is 1 when the value is; within
// bounds, which need the variables as they are, only those of the variables; and their sizes where the
// curvature is not known.
func (p *point) units() *search.Units {
	if p.lowest != nil {
		return search.NewUnits(p.size, max(math.Abs(p.lowestF), math.Abs(p.f-p.lowestF)))
	}
	value := math.Abs(p.f)
	if !math.IsNaN(p.fall) {
		value = max(value, min(p.fall, p.slope))
	} else {
		value = max(value, p.slope)
	}
	if !(value > 0) || math.IsInf(value, 0) {
		value = 1
	}
	base := 0.0
	if p.fall <= tolerances.value*value && p.fall > 10*p.r.FuncError()*value {
		// All that can still change is a small part of the value, which no relative tolerance sees: it is left out.
		value = p.fall
		base = p.f - value
	}
	if p.axes != nil && p.r.Lower == nil && p.jac == nil {
		t := mat.DenseCopyOf(p.axes)
		t.Scale(math.Sqrt(value), t)
		if u := search.NewAxes(p.x, t, value); u != nil {
			return u.From(base)
		}
	}
	unit := append([]float64(nil), p.size...)
	if p.curvature != nil {
		for _, i := range p.free {
			if u := math.Sqrt(value / p.curvature[i]); u > 0 && !math.IsInf(u, 0) {
				unit[i] = u
			}
		}
	}
	return search.NewUnits(unit, value).From(base)
}

// noted keeps the axes of the curvature: eigenvectors v of the Hessian in units d of the variables, of
// lengths that make their curvatures 1.
func (p *point) noted(v *mat.Dense, values, d []float64) {
	n := len(d)
	if n < p.r.N() || p.r.Lower != nil || p.jac != nil {
		return
	}
	largest := max(math.Abs(values[0]), math.Abs(values[n-1]))
	p.axes = mat.NewDense(n, n, nil)
	for k, w := range values {
		w = math.Sqrt(max(math.Abs(w), flattest*largest))
		for i := range n {
			p.axes.Set(i, k, d[i]*v.At(i, k)/w)
		}
	}
}

// flattest is the least curvature that an axis is made for, relative to the largest: differences of
// gradients show no less.
const flattest = 1e-9
