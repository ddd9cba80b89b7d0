package convex

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// builder turns a model into a program: it gives scalars of the program to variables, and cone constraints to functions.
type builder struct {
	nVars   int
	vars    []placed // the user's variables, in their order
	params  []placed // the user's parameters
	nPars   int
	derived []derived
	memo    map[*node]coef
	forms   map[*node]coef // canonical forms of the user's variables and parameters
	blocks  []block
	squares []product // of the objective's quadratic part
	// constants are the terms of the objective without variables.
	constants []monomial
}

// placed is a variable or parameter and where its scalars are.
type placed struct {
	n      *node
	start  int
	coords coef // the elements as functions of the scalars, whose columns or parameters count from start
	// first is, for each scalar, the place of an element that is equal to it.
	first []int32
}

// derived are parameters that are computed from others.
type derived struct {
	start, size int
	f           func(known num.Array, env map[*node]num.Array) num.Array
}

// block is an affine expression that must be in cones.
type block struct {
	kind  cone.Kind
	rows  coef // a vector
	cones []cone.Cone
}

func newBuilder() *builder {
	return &builder{memo: map[*node]coef{}, forms: map[*node]coef{}}
}

// variable has new variables.
func (b *builder) variable(shape ...int) coef {
	v := coef{shape: shape, plain: true}
	for i := range size(shape) {
		v.entries = append(v.entries, entry{i, int32(b.nVars + i), none, 1})
	}
	b.nVars += size(shape)
	return v
}

// symmetric has new variables for one triangle of a symmetric matrix.
func (b *builder) symmetric(n int) coef {
	return b.variable(n*(n+1)/2).gather(mirrored(n), n, n)
}

// mirrored are the places of the elements of a symmetric matrix in the columns of its lower triangle.
func mirrored(n int) []int32 {
	from := make([]int32, n*n)
	for i := range n {
		for j := range n {
			from[i*n+j] = trianglePlace(n, max(i, j), min(i, j))
		}
	}
	return from
}

func (b *builder) in(kind cone.Kind, rows coef, cones ...cone.Cone) {
	b.blocks = append(b.blocks, block{kind, rows.flat(), cones})
}

// zero demands c = 0.
func (b *builder) zero(c coef) { b.in(cone.KindZero, c, cone.Zero(c.size())) }

// nonNegative demands c ≥ 0.
func (b *builder) nonNegative(c coef) { b.in(cone.KindNonNegative, c, cone.NonNegative(c.size())) }

// secondOrder demands t ≥ |x|.
func (b *builder) secondOrder(t, x coef) {
	b.in(cone.KindSecondOrder, concat(t.flat(), x.flat()), cone.SecondOrder(1+x.size()))
}

// secondOrders demands t ≥ |(x₁, x₂, …)| for each element.
func (b *builder) secondOrders(t coef, xs ...coef) {
	b.in(cone.KindSecondOrder, interleaved(append([]coef{t}, xs...)...), repeated(cone.SecondOrder(1+len(xs)), t.size())...)
}

// rotated demands x y ≥ z² and x, y ≥ 0 for each element.
func (b *builder) rotated(x, y, z coef) { b.secondOrders(x.add(y), x.sub(y), z.scale(2)) }

// exponential demands y exp(x/y) ≤ z for each element.
func (b *builder) exponential(x, y, z coef) {
	b.in(cone.KindExponential, interleaved(x, y, z), repeated(cone.Exponential(), x.size())...)
}

// power demands x^α y^(1-α) ≥ |z| for each element.
func (b *builder) power(alpha float64, x, y, z coef) {
	b.in(cone.KindPower, interleaved(x, y, z), repeated(cone.Power(alpha), x.size())...)
}

// psd demands that a square matrix, or its symmetric part, is positive semidefinite.
func (b *builder) psd(x coef) {
	if x.size() == 1 {
		b.nonNegative(x)
		return
	}
	b.in(cone.KindPSD, x.triangle(), cone.PSD(x.shape[0]))
}

func repeated(c cone.Cone, n int) []cone.Cone { return slices.Repeat([]cone.Cone{c}, n) }

// plain is c without parameters among its coefficients: if there are some, new variables that equal c.
func (b *builder) plain(c coef) coef {
	if !c.parametric() {
		return c
	}
	t := b.variable(c.shape...)
	b.zero(t.sub(c))
	return t
}

func (c coef) parametric() bool {
	return slices.ContainsFunc(c.entries, func(e entry) bool { return e.par != none })
}

// known is the array of a coef without variables and parameters.
func (c coef) known() num.Array {
	a := make([]float64, c.size())
	for _, e := range c.entries {
		a[e.row] += e.val
	}
	return num.New(a, len(a)).Reshape(c.shape...)
}

// given is the array of a coef without variables, from all parameters that are known so far.
func (c coef) given(pars num.Array) num.Array {
	return newAffineMap(c.size(), pars.Size(), c.merged().entries).values(pars).Reshape(c.shape...)
}

// derive has new parameters that are computed from others.
func (b *builder) derive(f func(known num.Array, env map[*node]num.Array) num.Array, shape ...int) coef {
	d := derived{b.nPars, size(shape), f}
	b.derived = append(b.derived, d)
	b.nPars += d.size
	return parameters(d.start, shape)
}

func parameters(start int, shape []int) coef {
	c := coef{shape: shape, plain: true}
	for i := range size(shape) {
		c.entries = append(c.entries, entry{i, none, int32(start + i), 1})
	}
	return c
}

// product multiplies what has no variables element by element: the result is new parameters where parameters meet.
func (b *builder) product(c, d coef) coef {
	if !c.parametric() || !d.parametric() {
		return c.times(d)
	}
	return b.derive(func(known num.Array, _ map[*node]num.Array) num.Array { return c.given(known).Mul(d.given(known)) }, c.shape...)
}

// root is F with FᵀF = P, or -P.
func (b *builder) root(p coef, negative bool) coef {
	if negative {
		p = p.scale(-1)
	}
	if !p.parametric() {
		return constantCoef(rootOf(p.known()))
	}
	return b.derive(func(known num.Array, _ map[*node]num.Array) num.Array { return num.Sqrtm(p.given(known)) }, p.shape...)
}

// canon is the canonical form of an expression: for a convex one, of its epigraph variable.
func (b *builder) canon(n *node) coef {
	if c, ok := b.memo[n]; ok {
		return c
	}
	c := b.canonNew(n)
	c.shape = n.shape
	b.memo[n] = c
	return c
}

func (b *builder) canonNew(n *node) coef {
	if n.leaf != nil {
		return b.leafCoef(n)
	}
	f, affine := n.atom.(linear)
	switch {
	case n.derived:
		return b.derive(func(_ num.Array, env map[*node]num.Array) num.Array { return evaluate(n, env) }, n.shape...)
	case !n.hasVar && !affine:
		return b.constant(n)
	case affine && isSum(n):
		return b.canonSum(n)
	}
	args := make([]coef, len(n.args))
	for i, a := range n.args {
		args[i] = b.canon(a)
	}
	if affine {
		return f.linear(args, n.shape)
	}
	return n.atom.(nonlinear).graph(b, args, n.shape)
}

func (b *builder) constant(n *node) coef {
	c := constantCoef(evaluate(n, nil))
	for _, e := range c.entries {
		if math.IsNaN(e.val) || math.IsInf(e.val, 0) {
			ir.Throw(ir.Errorf(ir.ArgumentError, "convex.Compile", "%s is a constant with the value %g at element %d", describe(n), e.val, e.row))
		}
	}
	return c
}

func isSum(n *node) bool { _, ok := n.atom.(sumOf); return ok }

// canonSum adds up all terms of nested sums at once: sums made in a loop are nested deeply.
func (b *builder) canonSum(n *node) coef {
	var terms []coef
	for stack := []*node{n}; len(stack) > 0; {
		t := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if _, done := b.memo[t]; !done && isSum(t) && !t.derived {
			stack = append(stack, t.args[1], t.args[0])
			continue
		}
		terms = append(terms, b.canon(t))
	}
	return terms[0].add(terms[1:]...).merged()
}

func (b *builder) leafCoef(n *node) coef {
	if c, ok := b.forms[n]; ok {
		return c
	}
	var c coef
	switch n.leaf.kind {
	case constant:
		if n.leaf.mat != nil {
			return matrixCoef(*n.leaf.mat)
		}
		return constantCoef(n.leaf.value)
	case parameter:
		c = parameters(b.nPars, n.shape)
		b.params = append(b.params, placed{n: n, start: b.nPars, coords: c})
		b.nPars += size(n.shape)
	default:
		c = b.newVariable(n)
	}
	b.forms[n] = c
	b.unique(n)
	return c
}

// newVariable gives scalars to one of the user's variables, and demands what is declared of it.
func (b *builder) newVariable(n *node) coef {
	start := b.nVars
	var c coef
	var first []int32
	switch l := n.leaf; {
	case l.diagonal:
		k := n.shape[0]
		from := slices.Repeat([]int32{none}, k*k)
		for i := range k {
			from[i*(k+1)] = int32(i)
			first = append(first, int32(i*(k+1)))
		}
		c = b.variable(k).gather(from, n.shape...)
	case l.symmetric:
		k := n.shape[0]
		c = b.symmetric(k)
		for j := range k {
			for i := j; i < k; i++ {
				first = append(first, int32(i*k+j))
			}
		}
	default:
		c = b.variable(n.shape...)
		for i := range c.size() {
			first = append(first, int32(i))
		}
	}
	b.vars = append(b.vars, placed{n, start, c, first})
	if n.sign != SignUnknown {
		scalars := c.gather(first, len(first))
		if n.sign == SignNonPositive {
			scalars = scalars.scale(-1)
		}
		b.nonNegative(scalars)
	}
	if n.leaf.psd {
		b.psd(c)
	}
	return c
}

// unique refuses two variables or parameters of one name.
func (b *builder) unique(n *node) {
	count := 0
	for _, p := range slices.Concat(b.vars, b.params) {
		if p.n.leaf.name == n.leaf.name {
			count++
		}
	}
	if count > 1 {
		ir.Throw(ir.Errorf(ir.ArgumentError, "convex.Compile", "two variables or parameters have the name %q, by which their values are found", n.leaf.name))
	}
}
