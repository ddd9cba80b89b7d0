package convex

// product is a term of a quadratic objective: val·param[par]·variable[i]·variable[j].
type product struct {
	i, j, par int32
	val       float64
}

// objective is the canonical form of a scalar that is minimized: its linear part is returned, and its quadratic part added to
// b.squares. What is a weighted sum of squares of affine expressions needs no cones.
func (b *builder) objective(n *node, maximize bool) coef {
	sign := 1.0
	if maximize {
		sign = -1
	}
	o := objective{b: b}
	o.add(n, fullCoef(sign, n.shape...))
	return o.lin.merged()
}

type objective struct {
	b   *builder
	lin coef // a scalar
}

// add adds Σ wᵢ nᵢ for weights w without variables.
func (o *objective) add(n *node, w coef) {
	if n.curv.IsAffine() || n.derived {
		o.linear(w, o.b.canon(n))
		return
	}
	switch f := n.atom.(type) {
	case sumOf:
		o.add(n.args[0], w)
		o.add(n.args[1], w)
	case negation:
		o.add(n.args[0], w.scale(-1))
	case move:
		o.add(n.args[0], w.back(f.from, n.args[0].shape))
	case reduction:
		if len(f.axes) > 0 {
			o.linear(w, o.b.canon(n))
			return
		}
		o.add(n.args[0], w.spread(n.args[0].shape...))
	case elementwiseProduct:
		factor, rest := n.args[0], n.args[1]
		if factor.hasVar {
			factor, rest = rest, factor
		}
		o.add(rest, w.times(o.b.canon(factor)))
	default:
		if !n.args[0].curv.IsAffine() || !o.square(n, w) {
			o.linear(w, o.b.canon(n))
		}
	}
}

// square adds a function of an affine expression that is quadratic, if it is one.
func (o *objective) square(n *node, w coef) bool {
	x := o.b.canon(n.args[0])
	switch f := n.atom.(type) {
	case square:
		o.squares(w, x)
	case sumSquares:
		o.squares(w.spread(x.shape...), x)
	case quadOverLin:
		y := n.args[1]
		if y.hasVar {
			return false
		}
		inverse := o.b.canon(&node{atom: reciprocal{}, args: n.args[1:], shape: []int{}, hasPar: y.hasPar, derived: y.hasPar})
		o.squares(o.b.product(w, inverse).spread(x.shape...), x)
	case huber:
		s, rest := f.split(o.b, x)
		o.squares(w, s)
		o.linear(w.scale(2*f.m), rest)
	case quadForm:
		o.form(w, x, o.b.canon(n.args[1]))
	default:
		return false
	}
	return true
}

// linear adds Σ wᵢ xᵢ.
func (o *objective) linear(w, x coef) { o.lin = o.lin.add(w.times(x).total()) }

// mostPairs is how many products of two variables a square may have on average without a variable of its own: a choice, with which
// differences of neighbors keep their banded matrix, and columns of data do not make a dense one.
const mostPairs = 9

// squares adds Σ wᵢ xᵢ².
func (o *objective) squares(w, x coef) {
	x = o.simple(w, x.merged(), func(r rows, n int) bool {
		pairs := 0
		for i := range n {
			k := len(r.of(i))
			pairs += k * k
		}
		return pairs <= mostPairs*n
	})
	weights, terms := w.rows(), x.rows()
	for i := range x.size() {
		for _, a := range terms.of(i) {
			for _, c := range terms.of(i) {
				for _, e := range weights.of(i) {
					o.pair(e, a, c)
				}
			}
		}
	}
}

// form adds w xᵀPx.
func (o *objective) form(w, x, p coef) {
	scaled := coef{shape: p.shape}
	if w.parametric() && p.parametric() {
		scaled, w = o.b.product(w.spread(p.shape...), p), coef{}
	}
	for _, b := range w.entries {
		for _, a := range p.entries {
			scaled.entries = append(scaled.entries, join(a, b, a.row))
		}
	}
	n := x.size()
	x = o.simple(scaled, x.merged(), func(r rows, n int) bool { return len(r.entries) <= n })
	terms := x.rows()
	for _, e := range scaled.entries {
		for _, a := range terms.of(e.row / n) {
			for _, c := range terms.of(e.row % n) {
				o.pair(e, a, c)
			}
		}
	}
}

// simple is x, or new variables that are equal to it where products of its coefficients and the weights would not be affine in the
// parameters, or would be too many.
func (o *objective) simple(w, x coef, few func(r rows, n int) bool) coef {
	varied := false
	for _, e := range x.entries {
		varied = varied || e.col != none && e.par != none
	}
	if varied || w.parametric() && x.parametric() || !few(x.rows(), x.size()) {
		t := o.b.variable(x.shape...)
		o.b.zero(t.sub(x))
		return t
	}
	return x
}

// monomial is a product of parameters: none stands for 1.
type monomial struct {
	pars [3]int32
	val  float64
}

// pair adds the product of a weight and two entries.
func (o *objective) pair(w, a, c entry) {
	switch {
	case a.col != none && c.col != none:
		o.b.squares = append(o.b.squares, product{a.col, c.col, w.par, 2 * w.val * a.val * c.val})
	case a.col != none || c.col != none:
		e := join(join(a, c, 0), w, 0)
		o.lin.entries = append(o.lin.entries, e)
	default:
		o.b.constants = append(o.b.constants, monomial{[3]int32{w.par, a.par, c.par}, w.val * a.val * c.val})
	}
}

// back is the transpose of gather.
func (c coef) back(from []int32, shape []int) coef {
	b := coef{shape: shape}
	for _, e := range c.entries {
		if from[e.row] != none {
			e.row = int(from[e.row])
			b.entries = append(b.entries, e)
		}
	}
	return b.merged()
}
