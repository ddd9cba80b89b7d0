package convex

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// Program is a model that was compiled to a quadratic program, or a cone program, whose numbers are affine functions of the
// parameters. It is safe for use by many goroutines.
type Program struct {
	model        *Model
	vars, params []placed
	derived      []derived
	n, m         int // variables and rows
	q, a         matrixMap
	c, b         affineMap
	constants    []monomial // of the objective
	cones        []cone.Cone
	quadratic    bool // all cones are of equations and inequalities
	duals        []span
	opt          Options
	solver       solver
}

// span is where the rows of a constraint are.
type span struct{ start, size int }

// Options are the settings of [Model.Compile]. The zero value is good for most models.
type Options struct {
	argmin.Options

	Quadratic argmin.QuadraticMethod // solves models that are quadratic programs; default argmin.ProximalInteriorPoint
	Conic     argmin.ConicMethod     // solves all others; default argmin.HomogeneousEmbedding
}

// Compile verifies a model and lays it out: which scalar of the program each variable is, which rows each constraint has, and how
// their numbers depend on the parameters. That is done once; [Program.Solve] and [Program.Argmin] only compute numbers. The cost is
// about linear in the number of coefficients.
func (m *Model) Compile(opt Options) (*Program, error) {
	err := m.Check()
	if _, rule := err.(*RuleError); rule { // which has the line of its part
		return nil, err
	}
	return num.Try(func() *Program {
		if err != nil {
			ir.Throw(err)
		}
		return m.compile(opt)
	})
}

func (m *Model) compile(opt Options) *Program {
	b := newBuilder()
	list := leaves(m.nodes()...)
	if !slices.ContainsFunc(list, func(n *node) bool { return n.leaf.kind == variable }) {
		ir.Throw(ir.Errorf(ir.ArgumentError, "convex.Compile", "the model has no variables"))
	}
	for _, l := range list {
		b.canon(l)
	}
	lin := b.objective(m.objective.n, m.maximize)
	var blocks []int // of the constraints
	for _, c := range m.constraints {
		blocks = append(blocks, b.constrain(c.c))
	}
	p := &Program{model: m, vars: b.vars, params: b.params, derived: b.derived, n: b.nVars, opt: opt}
	starts := p.layRows(b)
	for _, k := range blocks {
		p.duals = append(p.duals, span{starts[k], b.blocks[k].rows.size()})
	}
	p.layObjective(b, lin)
	p.solver = newSolver(p)
	return p
}

// constrain demands a constraint, and returns the number of its block.
func (b *builder) constrain(c *constraint) int {
	slack := b.canon(c.slack.n)
	k := len(b.blocks)
	switch c.relation {
	case equal:
		b.zero(slack)
	case inSecondOrder:
		b.in(cone.KindSecondOrder, slack, cone.SecondOrder(slack.size()))
	case inPSD:
		b.psd(slack)
	default:
		b.nonNegative(slack)
	}
	return k
}

// layRows orders the blocks by kind of cone, and makes A and b of the condition that A x + s = b for s in the cones. It returns
// the first row of each block.
func (p *Program) layRows(b *builder) []int {
	order := make([]int, len(b.blocks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(b.blocks[i].kind, b.blocks[j].kind) })
	starts := make([]int, len(b.blocks))
	var matrix []product
	var right []entry
	p.quadratic = true
	for _, k := range order {
		bl := b.blocks[k]
		starts[k] = p.m
		for _, e := range bl.rows.entries {
			e.row += p.m
			if e.col == none {
				right = append(right, e)
				continue
			}
			matrix = append(matrix, product{int32(e.row), e.col, e.par, -e.val})
		}
		p.m += bl.rows.size()
		p.addCones(bl)
	}
	p.a = newMatrixMap(p.m, p.n, b.nPars, matrix)
	p.b = newAffineMap(p.m, b.nPars, right)
	return starts
}

// addCones adds the cones of a block; all equations are one cone, and so are all inequalities.
func (p *Program) addCones(bl block) {
	last := len(p.cones) - 1
	switch bl.kind {
	case cone.KindZero, cone.KindNonNegative:
		if last >= 0 && p.cones[last].Kind == bl.kind {
			p.cones[last].Dim += bl.rows.size()
			return
		}
	default:
		p.quadratic = false
	}
	p.cones = append(p.cones, bl.cones...)
}

// layObjective makes Q and c.
func (p *Program) layObjective(b *builder, lin coef) {
	var linear []entry
	for _, e := range lin.entries {
		if e.col == none {
			b.constants = append(b.constants, monomial{[3]int32{e.par, none, none}, e.val})
			continue
		}
		linear = append(linear, entry{int(e.col), none, e.par, e.val})
	}
	p.c = newAffineMap(p.n, b.nPars, linear)
	p.q, p.constants = newMatrixMap(p.n, p.n, b.nPars, b.squares), b.constants
}

// Quadratic reports whether the model is a quadratic program, which all constraints make linear; others are cone programs.
func (p *Program) Quadratic() bool { return p.quadratic }

// Parameters are the names of the model's parameters with their shapes.
func (p *Program) Parameters() map[string][]int {
	shapes := map[string][]int{}
	for _, q := range p.params {
		shapes[q.n.leaf.name] = slices.Clone(q.n.shape)
	}
	return shapes
}

// Dims is how many variables and rows the program has, with those that its functions need.
func (p *Program) Dims() (variables, rows int) { return p.n, p.m }

// String says what the model became, such as "quadratic program of 12 variables: 12 inequalities".
func (p *Program) String() string {
	kind := "cone program"
	if p.quadratic {
		kind = "quadratic program"
	}
	var parts []string
	count := map[cone.Cone]int{}
	for _, c := range p.cones {
		count[c]++
	}
	for i, c := range p.cones {
		switch {
		case i > 0 && c == p.cones[i-1]:
		case c.Kind == cone.KindZero:
			parts = append(parts, fmt.Sprintf("%d equations", c.Dim))
		case c.Kind == cone.KindNonNegative:
			parts = append(parts, fmt.Sprintf("%d inequalities", c.Dim))
		default:
			parts = append(parts, fmt.Sprintf("%d × %v", count[c], c))
		}
		count[c] = 0
	}
	if parts == nil {
		parts = []string{"no constraints"}
	}
	return fmt.Sprintf("%s of %d variables: %s", kind, p.n, strings.Join(slices.DeleteFunc(parts, func(s string) bool { return strings.HasPrefix(s, "0 ") }), ", "))
}

// parameters are all parameters end to end, those that are derived too.
func (p *Program) parameters(values Values) num.Array {
	p.checkNames(values)
	env := map[*node]num.Array{}
	list := []num.Array{}
	for _, q := range p.params {
		a, ok := values[q.n.leaf.name]
		if !ok {
			ir.Throw(ir.Errorf(ir.ArgumentError, "convex.Program", "there is no value for the parameter %q", q.n.leaf.name))
		}
		env[q.n] = declared(q.n, fitting("convex.Program", q.n, a))
		list = append(list, env[q.n].Reshape(-1))
	}
	known := joined(list)
	for _, d := range p.derived {
		list = append(list, d.f(known, env).Reshape(-1))
		known = joined(list)
	}
	return known
}

func joined(list []num.Array) num.Array {
	if len(list) == 0 {
		return num.Zeros(0)
	}
	return num.Concat(0, list...)
}

// ConeProgram is the compiled model for values of its parameters, which may be traced.
func (p *Program) ConeProgram(values Values) argmin.ConeProgram {
	pars := p.parameters(values)
	c := argmin.ConeProgram{C: p.c.values(pars), A: p.a.matrix(pars), B: p.b.values(pars), Cones: slices.Clone(p.cones)}
	if p.q.pattern.NNZ() > 0 {
		c.Q = p.q.matrix(pars)
	}
	return c
}

// QP is the compiled model for values of its parameters, which may be traced. It panics if the model is not [Program.Quadratic].
func (p *Program) QP(values Values) argmin.QP {
	if !p.quadratic {
		ir.Throw(ir.Errorf(ir.ArgumentError, "convex.Program.QP", "the model has cones besides equations and inequalities, such as the %v",
			p.cones[len(p.cones)-1]))
	}
	c := p.ConeProgram(values)
	q, equations := argmin.QP{Q: c.Q, C: c.C}, p.equations()
	a := p.a.matrix(p.parameters(values))
	if equations > 0 {
		q.A, q.B = a.RowRange(0, equations), c.B.Range(0, equations)
	}
	if equations < p.m {
		q.G, q.H = a.RowRange(equations, p.m), c.B.Range(equations, p.m)
	}
	return q
}

// equations is the number of rows that are equations.
func (p *Program) equations() int {
	if len(p.cones) > 0 && p.cones[0].Kind == cone.KindZero {
		return p.cones[0].Dim
	}
	return 0
}

// lagrangian is the compiled objective, plus the multipliers times what the rows have over their right side.
func (p *Program) lagrangian(values Values, x, y num.Array) num.Array {
	pars := p.parameters(values)
	return p.compiled(pars, x).Add(p.a.matrix(pars).MatMul(x).Sub(p.b.values(pars)).Dot(y))
}

// compiled is the compiled objective, which is minimized, with its constants.
func (p *Program) compiled(pars, x num.Array) num.Array {
	v := p.c.values(pars).Dot(x).Add(p.constant(pars))
	if p.q.pattern.NNZ() > 0 {
		v = v.Add(p.q.matrix(pars).MatMul(x).Dot(x).Scale(0.5))
	}
	return v
}

// constant is the part of the objective without variables.
func (p *Program) constant(pars num.Array) num.Array {
	withOne := num.Concat(0, pars, num.Ones(1)) // the last is 1
	factors := make([][]int32, 3)
	values := []float64{}
	for _, m := range p.constants {
		values = append(values, m.val)
		for k, i := range m.pars {
			if i == none {
				i = int32(pars.Size())
			}
			factors[k] = append(factors[k], i)
		}
	}
	product := num.New(values, len(values))
	for _, f := range factors {
		product = product.Mul(taken(withOne, f))
	}
	return product.Sum()
}
