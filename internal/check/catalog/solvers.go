package catalog

import (
	"math"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optim"
	"github.com/argmin-go/argmin/optimality"
	"github.com/argmin-go/argmin/oracle"
	"github.com/argmin-go/argmin/tree"
)

// Entries is the table: every method of every kind of problem, on problems of that kind.
func Entries() []Entry {
	var all []Entry
	add := func(name string, t Traits, s solver, problems ...*Problem) {
		for _, p := range problems {
			all = append(all, entry(name, p, t, s))
		}
	}
	everything := []*Problem{Ridge, Logistic, Wall, Rosenbrock}
	convex := []*Problem{Ridge, Logistic}
	sets := []*Problem{Simplex, Probability, Boxed, Ball}
	slow := Traits{MaxIter: 5000}

	add("GradientDescent", slow, smooth(argmin.GradientDescent{NoAcceleration: true}), Ridge, Logistic, Wall)
	add("GradientDescentFixed", slow, smooth(argmin.GradientDescent{NoAcceleration: true, StepSize: 0.05}), convex...)
	add("GradientDescentAccelerated", slow, smooth(argmin.GradientDescent{}), everything...)
	add("BFGS", Traits{}, smooth(argmin.BFGS{}), everything...)
	add("LBFGS", Traits{}, smooth(argmin.LBFGS{}), everything...)
	for f := argmin.PolakRibiere; f <= argmin.HagerZhang; f++ {
		add("NonlinearCG"+f.String(), Traits{MaxIter: 5000, Unrolling: 2e-5}, nonlinearCG(f), Ridge, Logistic, Rosenbrock)
		add("NonlinearCG"+f.String(), Traits{NoUnroll: true}, nonlinearCG(f), Wall) // to three digits only
	}
	add("Newton", Traits{Stable: true}, smooth(argmin.Newton{}), everything...)
	add("NewtonCG", Traits{Stable: true}, smooth(argmin.NewtonCG{}), everything...)
	add("TrustRegion", Traits{Stable: true}, smooth(argmin.TrustRegion{}), everything...)
	add("NelderMead", Traits{MaxIter: 5000, Tol: 1e-9, Accuracy: 1e-4, NoUnroll: true, OwnError: true}, smooth(argmin.NelderMead{}), everything...)
	add("CustomHeavyBall", slow, smooth(heavyBall(0.02, 0.8)), convex...)
	add("AndersonGD", Traits{}, anderson(smooth(argmin.GradientDescent{NoAcceleration: true, StepSize: 0.05})), convex...)

	add("LBFGSB", Traits{}, bounded(argmin.LBFGSB{}, false), Boxed)
	add("LBFGSBFree", Traits{}, bounded(argmin.LBFGSB{}, true), everything...)
	add("ProjectedGradientBounded", slow, bounded(argmin.ProjectedGradient{}, false), Boxed)

	squares := Traits{OwnError: true, Stable: true, Tol: 1e-12}
	add("LevenbergMarquardt", squares, leastSquares(argmin.LevenbergMarquardt{}), Parabola, Rosenbrock)
	add("LevenbergMarquardtCholesky", squares, leastSquares(argmin.LevenbergMarquardt{Linear: argmin.DampedCholesky{}}), Parabola)
	add("LevenbergMarquardtSparse", squares, leastSquares(argmin.LevenbergMarquardt{Linear: argmin.DampedSparse{}}), Parabola, Rosenbrock)
	add("LevenbergMarquardtGeodesic", squares, leastSquares(argmin.LevenbergMarquardt{Geodesic: true}), Rosenbrock)

	add("GaussNewton", squares, leastSquares(argmin.GaussNewton{}), RidgeSquares)
	add("Dogleg", squares, leastSquares(argmin.Dogleg{}), Parabola)
	reflective := Traits{OwnError: true, NoUnroll: true, Tol: 1e-12}
	add("TrustRegionReflective", reflective, boundedLeastSquares(argmin.TrustRegionReflective{}, false), Boxed)
	add("TrustRegionReflectiveFree", reflective, boundedLeastSquares(argmin.TrustRegionReflective{}, true), Rosenbrock)

	add("PolyakSGD", Traits{Sampling: true}, stochastic(argmin.PolyakSGD{}), Cosine)
	armijo := Traits{Sampling: true, MaxIter: 5000, Tol: 1e-6, Tol32: 2e-3, Accuracy: 1e-5, Unrolling: 1e-4}
	add("ArmijoSGD", armijo, stochastic(argmin.ArmijoSGD{C1: 0.5}), convex...)
	decay := optim.ExponentialDecay(optim.ExponentialOptions{Init: 0.1, Steps: 100, Rate: 0.8})
	adam := optim.Adam(optim.AdamOptions{LearningRate: decay})
	add("OptimAdam", Traits{Sampling: true, MaxIter: 20000, Tol: 1e-9}, stochastic(argmin.Optim{Transform: adam}), Logistic)
	momentum := optim.SGD(optim.SGDOptions{LearningRate: 0.05, Momentum: 0.5, Nesterov: true})
	add("OptimMomentum", Traits{Sampling: true, MaxIter: 5000}, stochastic(argmin.Optim{Transform: momentum}), convex...)
	sgd := optim.SGD(optim.SGDOptions{LearningRate: 0.05})
	add("AndersonSGD", Traits{Sampling: true, MaxIter: 5000, Unrolling: 1e-4}, anderson(stochastic(argmin.Optim{Transform: sgd})), convex...)

	plain := argmin.ProximalGradient{NoAcceleration: true, StepSize: 0.05}
	add("ProximalGradient", slow, composite(argmin.ProximalGradient{}), Lasso)
	add("ProximalGradientPlain", slow, composite(argmin.ProximalGradient{NoAcceleration: true}), Lasso)
	add("ProximalGradientFixed", slow, composite(argmin.ProximalGradient{StepSize: 0.05}), Lasso)
	add("AndersonProximal", slow, anderson(composite(plain)), Lasso)
	add("BlockCoordinateDescent", slow, separable(argmin.BlockCoordinateDescent{}), Lasso)
	add("ProximalGradientSeparable", slow, separable(argmin.ProximalGradient{}), Lasso)
	add("ADMM", Traits{MaxIter: 200}, split(argmin.ADMM{}), Fused)

	interior := Traits{NoUnroll: true, OwnError: true, Sampling: true, Slow: true}
	add("InteriorPoint", interior, constrained(argmin.InteriorPoint{}), Simplex, Ball, Boxed, Probability, Ridge, Wall, Rosenbrock)
	multipliers := Traits{NoUnroll: true, OwnError: true, Slow: true}
	add("AugmentedLagrangian", multipliers, constrained(argmin.AugmentedLagrangian{}), Simplex, Ball, Boxed, Ridge, Wall)
	add("SQP", multipliers, constrained(argmin.SQP{}), Simplex, Ball, Boxed, Wall, Rosenbrock)
	add("SQPExact", multipliers, constrained(argmin.SQP{Exact: true}), Ball, Boxed)

	programs := Traits{NoUnroll: true, OwnError: true, Slow: true}
	add("ProximalInteriorPoint", programs, quadratic(argmin.ProximalInteriorPoint{}), Ridge, Simplex, Boxed)
	splitting := Traits{NoUnroll: true, OwnError: true, Slow: true, MaxIter: 20000, Tol: 1e-9, Accuracy: 1e-7}
	add("OSQP", splitting, quadratic(argmin.OSQP{}), Ridge, Simplex, Boxed)
	add("DualActiveSet", programs, quadratic(argmin.DualActiveSet{}), Ridge, Simplex, Boxed)
	add("EqualityConstrainedQP", programs, quadratic(argmin.EqualityConstrainedQP{}), Ridge)
	add("EqualityConstrainedQPMatrixFree", programs, quadratic(argmin.EqualityConstrainedQP{MatrixFree: true}), Ridge)
	add("BoxCDQP", splitting, quadratic(argmin.BoxCDQP{}), Ridge, Boxed)
	splitting.Tol = 1e-11
	add("PDHG", splitting, quadratic(argmin.PDHG{}), Ridge, Simplex, Boxed)
	add("HomogeneousEmbedding", programs, conic(argmin.HomogeneousEmbedding{}), withoutConstant(Ball), withoutConstant(Simplex), withoutConstant(Boxed))

	mirror := Traits{MaxIter: 5000, NoStart: true}
	add("ProjectedGradient", slow, onSet(argmin.ProjectedGradient{}, projected[array], projected[parts]), sets...)
	add("AndersonProjected", slow, anderson(onSet(argmin.ProjectedGradient{NoAcceleration: true, StepSize: 0.05}, projected[array], projected[parts])), sets...)
	add("MirrorDescent", mirror, onSet(argmin.MirrorDescent{NoAcceleration: true}, entropic, nil), Probability)
	add("MirrorDescentAccelerated", mirror, onSet(argmin.MirrorDescent{}, entropicProjected, nil), Probability)
	add("MirrorDescentProjected", slow, onSet(argmin.MirrorDescent{}, euclidean[array], euclidean[parts]), Simplex, Ball)
	frankWolfe := Traits{MaxIter: 5000, Tol: 1e-13, Accuracy: 1e-6, Tol32: 1e-6, OwnError: true, NoStart: true}
	add("FrankWolfe", frankWolfe, onSet(argmin.FrankWolfe{}, ball[array], ball[parts]), Ball)

	add("FixedPointIteration", Traits{}, fixedPoint(argmin.FixedPointIteration{}), Cosine)
	add("AndersonAcceleration", Traits{}, fixedPoint(argmin.AndersonAcceleration{}), Cosine)

	equations := []*Problem{Cosine, Valley}
	add("NewtonRoot", Traits{Stable: true}, root(argmin.Newton{}), equations...)
	add("NewtonKrylov", Traits{NoUnroll: true}, root(argmin.NewtonKrylov{}), equations...)
	add("Hybrid", Traits{NoUnroll: true}, root(argmin.Hybrid{}), Valley)
	add("Broyden", Traits{NoUnroll: true}, root(argmin.Broyden{}), Valley)
	add("BroydenScaled", Traits{NoUnroll: true}, root(argmin.Broyden{Scaled: true}), Cosine)
	inside := Traits{NoUnroll: true, OwnError: true}
	add("Chandrupatla", inside, bracketed(argmin.Chandrupatla{}), Cosine)
	add("Bisection", inside, bracketed(argmin.Bisection{}), Cosine)
	return all
}

// solver makes one solver on parameters of both types; tree may be nil.
type solver struct {
	kind, method string
	flat         func(kit[array], Options) Instance
	tree         func(kit[parts], Options) Instance
}

func smooth(m argmin.SmoothMethod) solver {
	return solver{"smooth", methodName(m), smoothOn[array](m), smoothOn[parts](m)}
}

func smoothOn[P any](m argmin.SmoothMethod) func(kit[P], Options) Instance {
	return func(k kit[P], o Options) Instance { return k.instance(argmin.Minimize(k.objective, m, o.shared()), o) }
}

func nonlinearCG(f argmin.CGFormula) solver {
	method := func(o Options) argmin.SmoothMethod {
		m := argmin.NonlinearCG{Formula: f}
		if f == argmin.HagerZhang && !o.Unroll { // whose secant steps have no useful derivative near a minimum
			m.LineSearch = linesearch.HagerZhang(linesearch.HagerZhangOptions{})
		}
		return m
	}
	return solver{"smooth", "NonlinearCG",
		func(k kit[array], o Options) Instance { return smoothOn[array](method(o))(k, o) },
		func(k kit[parts], o Options) Instance { return smoothOn[parts](method(o))(k, o) },
	}
}

// heavyBall is a method as a user writes it: Polyak's gradient descent with momentum.
func heavyBall(step, share float64) argmin.Custom[array] {
	return argmin.Custom[array]{Name: "HeavyBall", Rule: func(p *argmin.Problem) argmin.Rule[array] {
		return argmin.Rule[array]{
			Init: func(it argmin.Iterate) array { return it.X.Scale(0) },
			Update: func(it argmin.Iterate, last array) (argmin.Iterate, array) {
				move := last.Scale(share).Sub(it.Grad.Scale(step))
				return p.At(it, it.X.Add(move)), move
			},
		}
	}}
}

// anderson accelerates the iterations of another solver.
func anderson(s solver) solver {
	s.method = "AndersonWrapper"
	flat, asTree := s.flat, s.tree
	s.flat = func(k kit[array], o Options) Instance { return wrapped[array](flat(k, o)) }
	s.tree = func(k kit[parts], o Options) Instance { return wrapped[parts](asTree(k, o)) }
	return s
}

func wrapped[P any](i Instance) Instance {
	s := i.(instance[P])
	s.Solver = argmin.AndersonWrapper(s.Solver, argmin.AndersonAcceleration{})
	return s
}

// bounded has the problem's bounds, or bounds that are out of reach.
func bounded(m argmin.BoundedMethod, free bool) solver {
	return solver{"bounded", methodName(m), boundedOn[array](m, free), boundedOn[parts](m, free)}
}

func boundedOn[P any](m argmin.BoundedMethod, free bool) func(kit[P], Options) Instance {
	return func(k kit[P], o Options) Instance {
		return k.instance(argmin.Bounded(k.objective, boundsOf(k, free), m, o.shared()), o)
	}
}

func boundsOf[P any](k kit[P], free bool) func(th array) (P, P) {
	return func(th array) (P, P) {
		if free {
			wide := num.Full(th.DType(), 1e6, len(k.p.Start))
			return k.make(wide.Neg()), k.make(wide)
		}
		return k.make(th.At(0).Neg().BroadcastTo(cols)), k.make(th.At(1).BroadcastTo(cols))
	}
}

func boundedLeastSquares(m argmin.BoundedLeastSquaresMethod, free bool) solver {
	return solver{"boundedLeastSquares", methodName(m), boundedLeastSquaresOn[array](m, free), boundedLeastSquaresOn[parts](m, free)}
}

func boundedLeastSquaresOn[P any](m argmin.BoundedLeastSquaresMethod, free bool) func(kit[P], Options) Instance {
	return func(k kit[P], o Options) Instance {
		return k.instance(argmin.BoundedLeastSquares(k.residuals, boundsOf(k, free), m, o.shared()), o)
	}
}

func leastSquares(m argmin.LeastSquaresMethod) solver {
	return solver{"leastSquares", methodName(m), leastSquaresOn[array](m), leastSquaresOn[parts](m)}
}

func leastSquaresOn[P any](m argmin.LeastSquaresMethod) func(kit[P], Options) Instance {
	return func(k kit[P], o Options) Instance {
		return k.instance(argmin.LeastSquares(k.residuals, m, o.shared()), o)
	}
}

func stochastic(m argmin.StochasticMethod) solver {
	return solver{"stochastic", methodName(m), stochasticOn[array](m), stochasticOn[parts](m)}
}

func stochasticOn[P any](m argmin.StochasticMethod) func(kit[P], Options) Instance {
	return func(k kit[P], o Options) Instance {
		return k.instance(argmin.Stochastic(k.objective, m, o.shared()), o)
	}
}

func composite(m argmin.CompositeMethod) solver {
	return solver{"composite", methodName(m), compositeOn[array](m), compositeOn[parts](m)}
}

func compositeOn[P any](m argmin.CompositeMethod) func(kit[P], Options) Instance {
	return func(k kit[P], o Options) Instance {
		return k.instance(argmin.Composite(k.objective, k.prox, m, o.shared()), o)
	}
}

func separable(m argmin.SeparableMethod) solver {
	return solver{kind: "separable", method: methodName(m), flat: func(k kit[array], o Options) Instance {
		f := argmin.LinearModel[array]{
			Matrix: func(th array) array { a, _ := design(th.DType()); return a },
			Outer: func(z, th array) array {
				k.seen(z)
				_, y := design(th.DType())
				return z.Sub(y).Square().Sum().Scale(0.5)
			},
			Curvature: func(th array) array { return th.Const(1) },
		}
		return k.instance(argmin.Separable(f, k.p.Prox, m, o.shared()), o)
	}}
}

func split(m argmin.SplitMethod) solver {
	return solver{"split", methodName(m), splitOn[array](m), splitOn[parts](m)}
}

func splitOn[P any](m argmin.SplitMethod) func(kit[P], Options) Instance {
	return func(k kit[P], o Options) Instance {
		differences := func(x P, _ array) []array {
			f := k.flat(x)
			return []array{f.Range(1, cols).Sub(f.Range(0, cols-1))}
		}
		prox := func(z []array, th, step array) []array { return []array{Lasso.Prox(z[0], th, step)} }
		x0 := k.start(o)
		z0 := differences(x0, array{})
		type point = argmin.SplitPoint[P, []array]
		return instance[point]{
			argmin.Split(k.objective, differences, prox, m, o.shared()),
			point{X: x0, Z: z0, Y: tree.ZerosLike(z0)},
			func(s point) array { return k.flat(s.X) }, new(point),
		}
	}
}

// constrained has the set of a problem as constraints.
func constrained(m argmin.ConstrainedMethod) solver {
	return solver{"constrained", methodName(m), constrainedOn[array](m), constrainedOn[parts](m)}
}

func constrainedOn[P any](m argmin.ConstrainedMethod) func(kit[P], Options) Instance {
	return func(k kit[P], o Options) Instance {
		c := constraintsOf(k)
		type point = argmin.KKT[P]
		return instance[point]{argmin.Constrained(k.objective, c, m, o.shared()), point{X: k.start(o)},
			func(s point) array { return k.flat(s.X) }, new(point)}
	}
}

func constraintsOf[P any](k kit[P]) argmin.Constraints[P, array] {
	var c argmin.Constraints[P, array]
	none := func(th array) array { return th.Const(math.Inf(1)).BroadcastTo(len(k.p.Start)) }
	switch k.p {
	case Simplex, Probability:
		c.Equal = func(x P, th array) any {
			if k.p == Probability {
				return k.flat(x).Sum().AddScalar(-1)
			}
			return k.flat(x).Sum().Sub(th.At(0))
		}
		c.Bounds = func(th array) (P, P) { return k.make(none(th).Const(0).BroadcastTo(cols)), k.make(none(th)) }
	case Boxed:
		c.Bounds = func(th array) (P, P) {
			return k.make(th.At(0).Neg().BroadcastTo(cols)), k.make(th.At(1).BroadcastTo(cols))
		}
	case Ball:
		c.Between = func(x P, _ array) any { return k.flat(x).Square().Sum() }
		c.Limits = func(th array) (any, any) { return th.Const(math.Inf(-1)), th.At(0).Square() }
	}
	return c
}

// quadratic has the set of a problem as affine constraints.
func quadratic(m argmin.QuadraticMethod) solver {
	return solver{"quadratic", methodName(m), quadraticOn[array](m), quadraticOn[parts](m)}
}

func quadraticOn[P any](m argmin.QuadraticMethod) func(kit[P], Options) Instance {
	return func(k kit[P], o Options) Instance {
		x := k.start(o)
		start, params := num.Ravel(x)
		program := argmin.QPOf(k.objective, constraintsOf(k), x)
		return instance[argmin.QPPoint]{argmin.Quadratic(program, m, o.shared()), argmin.QPPoint{X: start},
			func(s argmin.QPPoint) array { return k.flat(params(s.X)) }, new(argmin.QPPoint)}
	}
}

// conic has the set of a problem as cones.
func conic(m argmin.ConicMethod) solver {
	return solver{kind: "conic", method: methodName(m), flat: func(k kit[array], o Options) Instance {
		program := func(th array) argmin.ConeProgram {
			a, y := design(th.DType())
			eye, zero := num.Eye(cols).AsType(th.DType()), num.Full(th.DType(), 0, cols)
			p := argmin.ConeProgram{Q: a.T().MatMul(a), C: y.MatMul(a).Neg()}
			switch k.p.Name {
			case Ball.Name:
				p.A, p.B = num.Concat(0, zero.Reshape(1, cols), eye.Neg()), num.Concat(0, th, zero)
				p.Cones = []cone.Cone{cone.SecondOrder(1 + cols)}
			case Simplex.Name:
				p.A, p.B = num.Concat(0, zero.AddScalar(1).Reshape(1, cols), eye.Neg()), num.Concat(0, th, zero)
				p.Cones = []cone.Cone{cone.Zero(1), cone.NonNegative(cols)}
			case Boxed.Name:
				p.A, p.B = num.Concat(0, eye.Neg(), eye), num.Concat(0, zero.Add(th.At(0)), zero.Add(th.At(1)))
				p.Cones = []cone.Cone{cone.NonNegative(2 * cols)}
			}
			return p
		}
		s := argmin.Conic(program, m, o.shared())
		rows := cone.Rows(program(num.Full(o.DType, 1, len(k.p.Theta))).Cones)
		none := num.Full(o.DType, 0, rows)
		return instance[argmin.ConePoint]{s, argmin.ConePoint{X: k.start(o), S: none, Y: none},
			func(s argmin.ConePoint) array { return s.X }, new(argmin.ConePoint)}
	}}
}

func onSet(m argmin.SetMethod, flat func(kit[array]) argmin.Set[array, array], asTree func(kit[parts]) argmin.Set[parts, array]) solver {
	s := solver{kind: "onSet", method: methodName(m), flat: setOn(m, flat)}
	if asTree != nil {
		s.tree = setOn(m, asTree)
	}
	return s
}

func setOn[P any](m argmin.SetMethod, set func(kit[P]) argmin.Set[P, array]) func(kit[P], Options) Instance {
	return func(k kit[P], o Options) Instance {
		return k.instance(argmin.OnSet(k.objective, set(k), m, o.shared()), o)
	}
}

func projected[P any](k kit[P]) argmin.Set[P, array] { return argmin.Set[P, array]{Project: k.project} }

func entropic(kit[array]) argmin.Set[array, array] {
	return argmin.Set[array, array]{Mirror: optimality.Entropic[array, array]}
}

func entropicProjected(k kit[array]) argmin.Set[array, array] {
	return argmin.Set[array, array]{Mirror: optimality.Entropic[array, array], Project: k.project}
}

// euclidean has the Euclidean geometry: a mirror step is a projected one.
func euclidean[P any](k kit[P]) argmin.Set[P, array] {
	return argmin.Set[P, array]{Mirror: optimality.Bregman(func(x P) P { return x }, k.project)}
}

func ball[P any](k kit[P]) argmin.Set[P, array] {
	return argmin.Set[P, array]{Oracle: func(g P, th array) P { return oracle.L2Ball(g, th.At(0)) }, Project: k.project}
}

func fixedPoint(m argmin.FixedPointMethod) solver {
	return solver{"fixedPoint", methodName(m), fixedPointOn[array](m), fixedPointOn[parts](m)}
}

func fixedPointOn[P any](m argmin.FixedPointMethod) func(kit[P], Options) Instance {
	return func(k kit[P], o Options) Instance {
		cosines := func(x P, th array) P { k.seen(k.flat(x)); return k.make(k.flat(x).Mul(th).Cos()) }
		return k.instance(argmin.FixedPoint(cosines, m, o.shared()), o)
	}
}

func root(m argmin.RootMethod) solver {
	return solver{"root", methodName(m), rootOn[array](m), rootOn[parts](m)}
}

func rootOn[P any](m argmin.RootMethod) func(kit[P], Options) Instance {
	return func(k kit[P], o Options) Instance {
		f := func(x P, th array) P { k.seen(k.flat(x)); return k.make(k.p.Equations(k.flat(x), th)) }
		return k.instance(argmin.Root(f, m, o.shared()), o)
	}
}

func bracketed(m argmin.BracketMethod) solver {
	return solver{"bracketed", methodName(m), bracketedOn[array](m), bracketedOn[parts](m)}
}

func bracketedOn[P any](m argmin.BracketMethod) func(kit[P], Options) Instance {
	return func(k kit[P], o Options) Instance {
		f := func(x P, th array) P { k.seen(k.flat(x)); return k.make(k.p.Equations(k.flat(x), th)) }
		bracket := func(th array) (P, P) {
			zero := num.Full(th.DType(), 0, len(k.p.Start))
			return k.make(zero), k.make(zero.AddScalar(2))
		}
		return k.instance(argmin.Bracketed(f, bracket, m, o.shared()), o)
	}
}
