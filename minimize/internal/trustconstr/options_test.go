package trustconstr_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/check/testproblems"
	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/finite"
)

func TestTrustConstrOptions(t *testing.T) {
	run := func(m minimize.TrustConstr, opt minimize.Options) minimize.Result {
		t.Helper()
		opt.Method = m
		return trustConstr(t, trustRosen, trustStart, opt)
	}
	free, boxed := minimize.Options{}, minimize.Options{Bounds: trustBounds}
	if loose, strict := run(minimize.TrustConstr{GTol: 1e-2}, free),
		run(minimize.TrustConstr{GTol: 1e-12}, free); !(loose.Optimality < 1e-2) || !(strict.Optimality < 1e-12) || loose.NIter >= strict.NIter {
		t.Errorf("GTol: %g after %d, %g after %d", loose.Optimality, loose.NIter, strict.Optimality, strict.NIter)
	}
	if r := run(minimize.TrustConstr{GTol: -1, XTol: 1e-3}, free); r.SciPyStatus == 1 || r.SciPyStatus == 2 && !(r.TrustRadius < 1e-3) {
		t.Errorf("GTol of zero: status %d, radius %g", r.SciPyStatus, r.TrustRadius)
	}
	if r := run(minimize.TrustConstr{BarrierTol: 1e-3}, boxed); !r.Success || !(r.Barrier < 1e-3) || r.Barrier < 1e-8 {
		t.Errorf("BarrierTol: %v, %g", r.Status, r.Barrier)
	}
	if a, b := run(minimize.TrustConstr{InitialBarrierParameter: 1e-4, InitialBarrierTolerance: 1e-4}, boxed),
		run(minimize.TrustConstr{}, boxed); !a.Success || a.Barrier == b.Barrier {
		t.Errorf("InitialBarrierParameter: %v, the parameter falls from there to %g as from 0.1", a.Status, a.Barrier)
	}
	tol := free
	tol.Tol = 1e-3
	if r := run(minimize.TrustConstr{}, tol); !r.Success || r.Optimality < 1e-8 || r.Optimality >= 1e-3 {
		t.Errorf("Tol: %g", r.Optimality)
	}
	for _, radius := range []float64{1e-3, 0.5} {
		first := math.NaN()
		opt := minimize.Options{Method: minimize.TrustConstr{InitialTrRadius: radius}, Callback: func(r minimize.Result) error {
			if r.NIter == 1 {
				first = math.Hypot(r.X[0]-trustStart[0], r.X[1]-trustStart[1])
			}
			return nil
		}}
		trustConstr(t, trustRosen, trustStart, opt)
		if !(first <= radius*(1+1e-12)) {
			t.Errorf("InitialTrRadius: a first step of length %g, want at most %g", first, radius)
		}
	}
	disk := minimize.Options{Constraints: []minimize.Constraint{trustDisk(1, 1)}}
	want := run(minimize.TrustConstr{}, disk)
	for _, m := range []minimize.TrustConstr{
		{InitialConstrPenalty: 100}, {FactorizationMethod: "SVDFactorization"}, {FactorizationMethod: "QRFactorization"},
		{QuasiNewton: minimize.QuasiNewton{HessianUpdate: "SR1"}}, {QuasiNewton: minimize.QuasiNewton{ExceptionStrategy: "damp_update"}},
		{QuasiNewton: minimize.QuasiNewton{InitScale: 1}}, {QuasiNewton: minimize.QuasiNewton{MinCurvature: 0.1}},
		{QuasiNewton: minimize.QuasiNewton{HessianUpdate: "SR1", MinDenominator: 1e-3}},
	} {
		if r := run(m, disk); !r.Success || r.SciPyStatus != 1 || math.Abs(r.Fun-want.Fun) > 1e-10 {
			t.Errorf("%+v: %v, status %d, value %g, want %g", m, r.Status, r.SciPyStatus, r.Fun, want.Fun)
		}
	}
	m, err := minimize.MethodByName("trust-constr", map[string]any{
		"gtol": 1e-6, "xtol": 1e-7, "barrier_tol": 1e-5, "initial_constr_penalty": 2, "initial_tr_radius": 0.5, "initial_barrier_parameter": 0.2,
		"initial_barrier_tolerance": 0.3, "factorization_method": "SVDFactorization", "maxiter": 77, "hessian_update": "SR1", "min_denominator": 1e-7,
	})
	if want := (minimize.TrustConstr{
		GTol: 1e-6, XTol: 1e-7, BarrierTol: 1e-5, InitialConstrPenalty: 2, InitialTrRadius: 0.5, InitialBarrierParameter: 0.2,
		InitialBarrierTolerance: 0.3, FactorizationMethod: "SVDFactorization", MaxIter: 77,
		QuasiNewton: minimize.QuasiNewton{HessianUpdate: "SR1", MinDenominator: 1e-7},
	}); err != nil || m != minimize.Method(want) {
		t.Errorf("%+v, %v", m, err)
	}
	for part, m := range map[string]minimize.TrustConstr{
		"sparse": {FactorizationMethod: "AugmentedSystem"}, "want QRFactorization": {FactorizationMethod: "LU"},
		"HessianUpdate": {QuasiNewton: minimize.QuasiNewton{HessianUpdate: "DFP"}}, "InitialTrRadius": {InitialTrRadius: -1},
		"BarrierTol": {BarrierTol: math.NaN()}, "InitialConstrPenalty": {InitialConstrPenalty: trustInf},
	} {
		if _, err := minimize.Minimize(context.Background(), trustRosen, trustStart,
			minimize.Options{Method: m}); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%+v: error %v", m, err)
		}
	}
}

// TestTrustConstrKeepFeasible checks that the objective is not evaluated where a
// constraint to be kept does not hold, and the same minimum.
func TestTrustConstrKeepFeasible(t *testing.T) {
	kept := 0
	for _, p := range testproblems.Constrained() {
		q, opt := p.Minimize()
		want := trustConstr(t, q, p.X0, opt)
		for i := range opt.Constraints {
			opt.Constraints[i].KeepFeasible = true
		}
		f, c := q.Func, make([]float64, len(p.CLower))
		outside := 0
		q.Func = func(x []float64) float64 {
			p.Constraints(x, c)
			for i, v := range c {
				if p.CLower[i] < p.CUpper[i] && (v < p.CLower[i]-1e-13 || v > p.CUpper[i]+1e-13) {
					outside++
				}
			}
			return f(x)
		}
		opt.Method = minimize.TrustConstr{}
		r, err := minimize.Minimize(context.Background(), q, p.X0, opt)
		if err != nil {
			if p.Constraints(p.X0, c); !strings.Contains(err.Error(), "KeepFeasible") ||
				slices.IndexFunc(c, func(v float64) bool { return v <= 0 }) < 0 {
				t.Errorf("%s: %v", p.Name, err)
			}
			continue
		}
		if outside > 0 {
			t.Errorf("%s: evaluated %d times where a constraint does not hold", p.Name, outside)
		}
		kept++
		if p.Name == "HS71" { // starts on the boundary, along which it would have to go; SciPy's does not get away either
			if r.Success || r.MaxCV < 1 || r.SciPyStatus != 4 {
				t.Errorf("HS71: %v, status %d, violation %g", r.Status, r.SciPyStatus, r.MaxCV)
			}
			continue
		}
		if !r.Success || r.Fun > want.Fun+1e-6*(1+math.Abs(want.Fun)) {
			t.Errorf("%s: %v, value %g, %g without keeping", p.Name, r.Status, r.Fun, want.Fun)
		}
	}
	if kept < 30 {
		t.Errorf("%d problems", kept)
	}
	// Where the objective is defined on the disk only.
	disk := trustDisk(-trustInf, 1)
	disk.KeepFeasible = true
	q := minimize.Problem{Func: func(x []float64) float64 {
		return -x[0] - 0.1*math.Sqrt(1-x[0]*x[0]-x[1]*x[1])
	}}
	q.Grad = func(x, g []float64) {
		s := 0.1 / math.Sqrt(1-x[0]*x[0]-x[1]*x[1])
		g[0], g[1] = -1+s*x[0], s*x[1]
	}
	r := trustConstr(t, q, []float64{-0.5, 0.5}, minimize.Options{Constraints: []minimize.Constraint{disk}})
	if x := 10 / math.Sqrt(101); !r.Success || math.Abs(r.X[0]-x) > 1e-7 || math.Abs(r.X[1]) > 1e-7 {
		t.Errorf("%v at %v, want (%g, 0)", r.Status, r.X, x)
	}
}

// TestTrustConstrDerivatives has the same minimum from all kinds of derivatives.
func TestTrustConstrDerivatives(t *testing.T) {
	hess := func(x []float64, h *mat.SymDense) {
		h.SetSym(0, 0, 1200*x[0]*x[0]-400*x[1]+2)
		h.SetSym(0, 1, -400*x[0])
		h.SetSym(1, 1, 200)
	}
	hessp := func(x, p, hp []float64) {
		h := mat.NewSymDense(2, nil)
		hess(x, h)
		mat.NewVecDense(2, hp).MulVec(h, mat.NewVecDense(2, p))
	}
	complexF := func(z []complex128) complex128 {
		a, b := z[1]-z[0]*z[0], 1-z[0]
		return 100*a*a + b*b
	}
	both := func(x, g []float64) float64 { trustRosenG(x, g); return trustRosenF(x) }
	disk := trustDisk(-trustInf, 1)
	curved := disk
	curved.Hess = func(x, v []float64, h *mat.SymDense) { h.Zero(); h.SetSym(0, 0, 2*v[0]); h.SetSym(1, 1, 2*v[0]) }
	rough := disk
	rough.Jac = nil
	want := []float64{0.78641515, 0.61769831} // of SciPy's SLSQP, to 8 digits
	for name, c := range map[string]struct {
		p      minimize.Problem
		c      minimize.Constraint
		diff   string
		within float64
		fast   bool // Newton's
	}{
		"all":                    {minimize.Problem{Func: trustRosenF, Grad: trustRosenG, Hess: hess}, curved, "", 1e-7, true},
		"products":               {minimize.Problem{Func: trustRosenF, Grad: trustRosenG, HessP: hessp}, curved, "", 1e-7, true},
		"FuncGrad":               {minimize.Problem{FuncGrad: both, Hess: hess}, curved, "", 1e-7, true},
		"products, no curvature": {minimize.Problem{Func: trustRosenF, Grad: trustRosenG, HessP: hessp}, disk, "", 1e-7, false},
		"curvature of one":       {trustRosen, curved, "", 1e-7, false},
		"first":                  {trustRosen, disk, "", 1e-7, false},
		"differences":            {minimize.Problem{Func: trustRosenF}, rough, "", 1e-6, false},
		"central differences":    {minimize.Problem{Func: trustRosenF}, rough, "3-point", 1e-7, false},
		"complex steps":          {minimize.Problem{Func: trustRosenF, Complex: complexF}, disk, "cs", 1e-7, false},
	} {
		r := trustConstr(t, c.p, []float64{0.1, 0.1}, minimize.Options{Constraints: []minimize.Constraint{c.c},
			Differences: finite.Differences{Scheme: c.diff}})
		if !r.Success {
			t.Errorf("%s: %v: %s", name, r.Status, r.Message)
		}
		for i, v := range want {
			if math.Abs(r.X[i]-v) > c.within {
				t.Errorf("%s: %.9g, want %v", name, r.X, want)
				break
			}
		}
		if c.fast && r.NIter > 25 {
			t.Errorf("%s: %d iterations", name, r.NIter)
		}
		if c.p.Hess == nil && c.p.HessP == nil && r.NHev != 0 || c.p.Hess != nil && r.NHev == 0 {
			t.Errorf("%s: %d Hessians", name, r.NHev)
		}
	}
}

// TestTrustConstrBoundsAtStart starts on bounds, at and near minima there.
func TestTrustConstrBoundsAtStart(t *testing.T) {
	p := minimize.Problem{
		Func: func(x []float64) float64 { return x[0]*x[0] - 1e-3*math.Log(x[0]) + (x[1]-3)*(x[1]-3) }, // no number at x₀ = 0
		Grad: func(x, g []float64) { g[0], g[1] = 2*x[0]-1e-3/x[0], 2*(x[1]-3) },
	}
	r := trustConstr(t, p, []float64{0, 2},
		minimize.Options{Bounds: &minimize.Bounds{Lower: []float64{0, -trustInf}, Upper: []float64{trustInf, 2}}})
	if !r.Success || math.Abs(r.X[0]-math.Sqrt(5e-4)) > 1e-7 || math.Abs(r.X[1]-2) > 1e-8 {
		t.Errorf("%v at %v", r.Status, r.X)
	}
	if b := r.BoundMultipliers; math.Abs(b[0]) > 1e-6 || math.Abs(b[1]+2) > 1e-6 {
		t.Errorf("multipliers %v, want 0, -2", b)
	}
	// A variable that is fixed stays exactly where it is; its multiplier is the gradient.
	r = trustConstr(t, trustRosen, []float64{-1.2, 1},
		minimize.Options{Bounds: &minimize.Bounds{Lower: []float64{-2, 0.1}, Upper: []float64{2, 0.1}},
			Constraints: []minimize.Constraint{trustRows([]float64{-trustInf}, []float64{0.3}, 1, 1)}})
	g := make([]float64, 2)
	trustRosenG(r.X, g)
	if b := g[1] - r.Multipliers[0]; !r.Success || r.X[1] != 0.1 || math.Abs(r.BoundMultipliers[1]-b) > 1e-7 {
		t.Errorf("%v at %v, multipliers %v and %v, want %g", r.Status, r.X, r.Multipliers, r.BoundMultipliers, b)
	}
}

// TestTrustConstrFarLimits has limits that are numbers for none: they must not cost more.
func TestTrustConstrFarLimits(t *testing.T) {
	for _, p := range testproblems.Constrained() {
		q, opt := p.Minimize()
		want := trustConstr(t, q, p.X0, opt)
		for _, far := range []float64{1e12, 1e30} {
			for i := range opt.Constraints {
				c := &opt.Constraints[i]
				c.Upper = slices.Clone(c.Upper)
				for k, v := range p.CUpper {
					if math.IsInf(v, 1) {
						c.Upper[k] = far
					}
				}
			}
			if r := trustConstr(t, q, p.X0, opt); !r.Success || math.Abs(r.Fun-want.Fun) > 1e-6*(1+math.Abs(want.Fun)) || r.NFev > 2*want.NFev {
				t.Errorf("%s to %g: %v, value %g in %d evaluations, want %g in %d", p.Name, far, r.Status, r.Fun, r.NFev, want.Fun, want.NFev)
			}
		}
	}
}

// TestTrustConstrQuadratic compares quadratic programs of random numbers with their
// conditions, among them one with many more inequalities than variables.
func TestTrustConstrQuadratic(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		n, eq, in int
		bounds    bool
	}{{30, 10, 0, false}, {40, 10, 20, true}, {8, 0, 200, false}, {8, 2, 100, true}, {150, 0, 0, true}} {
		n, m := c.n, c.eq+c.in
		p := minimize.Problem{
			Func: func(x []float64) float64 {
				s := 0.0
				for i, v := range x {
					s += float64(i%7+1) * (v - 1) * (v - 1) / 2
				}
				return s
			},
			Grad: func(x, g []float64) {
				for i, v := range x {
					g[i] = float64(i%7+1) * (v - 1)
				}
			},
			HessP: func(x, p, hp []float64) {
				for i, v := range p {
					hp[i] = float64(i%7+1) * v
				}
			},
		}
		var opt minimize.Options
		var con minimize.Constraint
		if m > 0 {
			a := mat.NewDense(m, n, nil)
			lower, upper := make([]float64, m), make([]float64, m)
			for i := range m {
				for l := range n {
					a.Set(i, l, rng.NormFloat64())
				}
				lower[i], upper[i] = -trustInf, 0.5+rng.Float64()
				if i < c.eq { // through (0.05, 0.05, …), which the others allow
					upper[i] = 0.05 * mat.Sum(a.RowView(i))
					lower[i] = upper[i]
				}
			}
			con = minimize.Constraint{A: a, Lower: lower, Upper: upper}
			opt.Constraints = []minimize.Constraint{con}
		}
		if c.bounds {
			b := &minimize.Bounds{Lower: make([]float64, n), Upper: make([]float64, n)}
			for i := range n {
				b.Lower[i], b.Upper[i] = -0.4, 0.3+rng.Float64()
			}
			opt.Bounds = b
		}
		r := trustConstr(t, p, make([]float64, n), opt)
		if !r.Success || r.SciPyStatus != 1 {
			t.Fatalf("%+v: %v, status %d", c, r.Status, r.SciPyStatus)
		}
		// Convex: the conditions are enough.
		g := make([]float64, n)
		p.Grad(r.X, g)
		active := 0
		for k, lambda := range r.Multipliers {
			row, ax := con.A.RawRowView(k), 0.0
			for i, v := range row {
				g[i] -= lambda * v
				ax += v * r.X[i]
			}
			d := con.Upper[k] - ax
			if k < c.eq && math.Abs(d) > 1e-8 || k >= c.eq && (lambda > 1e-6 || d < -1e-8 || math.Abs(lambda*d) > 2e-8) {
				t.Errorf("%+v: row %d: multiplier %g, distance %g", c, k, lambda, d)
			}
			if lambda < -1e-3 {
				active++
			}
		}
		for i, lambda := range r.BoundMultipliers {
			g[i] -= lambda
			if lo, hi := r.X[i]-opt.Bounds.Lower[i], opt.Bounds.Upper[i]-r.X[i]; lo < 0 || hi < 0 || lambda > 1e-6 &&
				lambda*lo > 2e-8 || lambda < -1e-6 && -lambda*hi > 2e-8 {
				t.Errorf("%+v: variable %d: multiplier %g, distances %g and %g", c, i, lambda, lo, hi)
			}
			if math.Abs(lambda) > 1e-3 {
				active++
			}
		}
		for i, v := range g {
			if math.Abs(v) > 2e-8 {
				t.Errorf("%+v: gradient of the Lagrangian %g at %d", c, v, i)
			}
		}
		if c.in > 0 && active < 3 {
			t.Errorf("%+v: %d inequalities active", c, active)
		}
	}
}

// TestTrustConstrKeptStarts has starts where constraints that must hold do with equality, do not hold, and leave no
// interior: the first are moved, without an evaluation where one does not hold, the others are refused.
func TestTrustConstrKeptStarts(t *testing.T) {
	sum := minimize.Constraint{A: mat.NewDense(1, 2, []float64{1, 1}), Lower: []float64{0}, Upper: []float64{1}, KeepFeasible: true}
	disk := trustDisk(-trustInf, 1)
	disk.KeepFeasible = true
	never := sum
	never.A, never.Lower, never.Upper = mat.NewDense(2, 2, []float64{1, 1, 1, 1}), []float64{0, -trustInf}, []float64{trustInf, 0}
	box := &minimize.Bounds{Lower: []float64{0, 0}, Upper: []float64{1, 1}}
	f := minimize.Problem{Func: func(x []float64) float64 {
		if x[0]+x[1] > 1+1e-7 && x[0]*x[0]+x[1]*x[1] > 1+1e-7 { // but for the steps of differences
			t.Errorf("evaluated at %v", x)
		}
		return -x[0] - 2*x[1]
	}}
	for _, c := range []struct {
		name    string
		kept    minimize.Constraint
		x0      []float64
		refused string
	}{
		{"corner", sum, []float64{1, 0}, ""}, {"edge", sum, []float64{.5, .5}, ""}, {"origin", sum, []float64{0, 0}, ""},
		{"arc", disk, []float64{.6, .8}, ""}, {"end of the arc", disk, []float64{1, 0}, ""},
		{"violated", sum, []float64{1, .5}, "x0 violates a constraint with KeepFeasible by 0.5"},
		{"no interior", never, []float64{.5, -.5}, "hold strictly"},
	} {
		opt := minimize.Options{Method: minimize.TrustConstr{}, Bounds: box, Constraints: []minimize.Constraint{c.kept}}
		if c.name == "no interior" {
			opt.Bounds = nil
		}
		r, err := minimize.Minimize(context.Background(), f, c.x0, opt)
		switch want := map[bool]float64{true: -2, false: -math.Sqrt(5)}[c.kept.A != nil]; {
		case c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)):
			t.Errorf("%s: %v", c.name, err)
		case c.refused == "" && (err != nil || !r.Success || math.Abs(r.Fun-want) > 1e-6):
			t.Errorf("%s: %v at %v (%s), %v", c.name, r.Fun, r.X, r.Message, err)
		}
	}
}
