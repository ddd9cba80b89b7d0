package catalog

import (
	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optim"
	"github.com/argmin-go/argmin/optimality"
	"github.com/argmin-go/argmin/oracle"
	"github.com/argmin-go/argmin/tree"
)

// Entries is the table.
func Entries() []Entry {
	var all []Entry
	add := func(solver string, t Traits, flat func(kit[array], Options) Instance, tree func(kit[parts], Options) Instance, problems ...*Problem) {
		for _, p := range problems {
			all = append(all, entry(solver, p, t, flat, tree))
		}
	}
	smooth := []*Problem{Ridge, Logistic, Wall, Rosenbrock}
	convex := []*Problem{Ridge, Logistic}
	sets := []*Problem{Simplex, Probability, Boxed, Ball}
	slow := Traits{MaxIter: 5000}

	add("GradientDescent", slow, gradientDescent[array], gradientDescent[parts], Ridge, Logistic, Wall)
	add("GradientDescentFixed", slow, gradientDescentFixed[array], gradientDescentFixed[parts], convex...)
	add("GradientDescentAccelerated", slow, gradientDescentAccelerated[array], gradientDescentAccelerated[parts], smooth...)
	add("BFGS", Traits{}, bfgs[array], bfgs[parts], smooth...)
	add("LBFGS", Traits{}, lbfgs[array], lbfgs[parts], smooth...)
	for f := argmin.PolakRibiere; f <= argmin.HagerZhang; f++ {
		add("NonlinearCG"+f.String(), Traits{MaxIter: 5000, Unrolling: 2e-5}, nonlinearCG[array](f), nonlinearCG[parts](f), Ridge, Logistic, Rosenbrock)
		add("NonlinearCG"+f.String(), Traits{NoUnroll: true}, nonlinearCG[array](f), nonlinearCG[parts](f), Wall) // to three digits only
	}
	add("Newton", Traits{Stable: true}, newton[array], newton[parts], smooth...)
	add("NewtonCG", Traits{Stable: true}, newtonCG[array], newtonCG[parts], smooth...)
	add("TrustRegion", Traits{Stable: true}, trustRegion[array], trustRegion[parts], smooth...)
	add("NelderMead", Traits{MaxIter: 5000, Tol: 1e-9, Accuracy: 1e-4, NoUnroll: true, OwnError: true}, nelderMead[array], nelderMead[parts], smooth...)
	add("LBFGSB", Traits{}, lbfgsb[array], lbfgsb[parts], Boxed)
	add("LBFGSBFree", Traits{}, lbfgsbFree[array], lbfgsbFree[parts], smooth...)
	add("PolyakSGD", Traits{Sampling: true}, polyak[array], polyak[parts], Cosine)
	add("ArmijoSGD", Traits{Sampling: true, MaxIter: 5000, Tol: 1e-6, Tol32: 2e-3, Accuracy: 1e-5, Unrolling: 1e-4}, armijo[array], armijo[parts], convex...)
	add("OptimAdam", Traits{Sampling: true, MaxIter: 20000, Tol: 1e-9}, adam[array], adam[parts], Logistic)
	add("OptimMomentum", Traits{Sampling: true, MaxIter: 5000}, momentum[array], momentum[parts], convex...)
	add("AndersonGD", Traits{}, andersonGD[array], andersonGD[parts], convex...)

	add("ProximalGradient", slow, proximal[array], proximal[parts], Lasso)
	add("ProximalGradientPlain", slow, proximalPlain[array], proximalPlain[parts], Lasso)
	add("ProximalGradientFixed", slow, proximalFixed[array], proximalFixed[parts], Lasso)
	add("AndersonProximal", slow, andersonProximal[array], andersonProximal[parts], Lasso)
	add("ProjectedGradient", slow, projected[array], projected[parts], sets...)
	add("MirrorDescent", Traits{MaxIter: 5000, NoStart: true}, mirrorDescent, nil, Probability)
	add("MirrorDescentAccelerated", Traits{MaxIter: 5000, NoStart: true}, mirrorDescentAccelerated, nil, Probability)
	add("MirrorDescentProjected", slow, mirrorDescentProjected[array], mirrorDescentProjected[parts], Simplex, Ball)
	add("FrankWolfe", Traits{MaxIter: 5000, Tol: 1e-13, Accuracy: 1e-6, Tol32: 1e-6, OwnError: true, NoStart: true}, frankWolfe[array], frankWolfe[parts], Ball)
	add("BlockCoordinateDescent", slow, blockCoordinateDescent, nil, Lasso)
	add("ADMM", Traits{MaxIter: 200}, admm[array], admm[parts], Fused)

	add("FixedPointIteration", Traits{}, fixedPoint[array], fixedPoint[parts], Cosine)
	add("AndersonAcceleration", Traits{}, anderson[array], anderson[parts], Cosine)
	return all
}

func gradientDescent[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.GradientDescent(k.objective, argmin.GradientDescentOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func gradientDescentFixed[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.GradientDescent(k.objective, argmin.GradientDescentOptions{StepSize: 0.05, MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func gradientDescentAccelerated[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.GradientDescent(k.objective, argmin.GradientDescentOptions{Accelerate: true, MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func bfgs[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.BFGS(k.objective, argmin.BFGSOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func lbfgs[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.LBFGS(k.objective, argmin.LBFGSOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func nonlinearCG[P any](f argmin.CGFormula) func(kit[P], Options) Instance {
	return func(k kit[P], o Options) Instance {
		opt := argmin.NonlinearCGOptions{Formula: f, MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}
		if f == argmin.HagerZhang && !o.Unroll { // whose secant steps have no useful derivative near a minimum
			opt.LineSearch = linesearch.HagerZhang(linesearch.HagerZhangOptions{})
		}
		return k.instance(argmin.NonlinearCG(k.objective, opt), o)
	}
}

func newton[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.Newton(k.objective, argmin.NewtonOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func newtonCG[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.NewtonCG(k.objective, argmin.NewtonCGOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func trustRegion[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.TrustRegion(k.objective, argmin.TrustRegionOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func nelderMead[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.NelderMead(k.objective, argmin.NelderMeadOptions{MaxIter: o.MaxIter, Tol: o.Tol, NoJit: o.NoJit}), o)
}

func lbfgsb[P any](k kit[P], o Options) Instance {
	bounds := func(th array) (P, P) {
		return k.make(th.At(0).Neg().BroadcastTo(cols)), k.make(th.At(1).BroadcastTo(cols))
	}
	return k.instance(argmin.LBFGSB(k.objective, bounds, argmin.LBFGSBOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func lbfgsbFree[P any](k kit[P], o Options) Instance {
	bounds := func(th array) (P, P) {
		wide := num.Full(th.DType(), 1e6, len(k.p.Start))
		return k.make(wide.Neg()), k.make(wide)
	}
	return k.instance(argmin.LBFGSB(k.objective, bounds, argmin.LBFGSBOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func polyak[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.PolyakSGD(k.objective, argmin.PolyakSGDOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func armijo[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.ArmijoSGD(k.objective, argmin.ArmijoSGDOptions{C1: 0.5, MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func adam[P any](k kit[P], o Options) Instance {
	t := optim.Adam(optim.AdamOptions{LearningRate: optim.ExponentialDecay(optim.ExponentialOptions{Init: 0.1, Steps: 100, Rate: 0.8})})
	return k.instance(argmin.Optim(k.objective, t, argmin.OptimOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func momentum[P any](k kit[P], o Options) Instance {
	t := optim.SGD(optim.SGDOptions{LearningRate: 0.05, Momentum: 0.5, Nesterov: true})
	return k.instance(argmin.Optim(k.objective, t, argmin.OptimOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func andersonGD[P any](k kit[P], o Options) Instance {
	inner := argmin.GradientDescent(k.objective, argmin.GradientDescentOptions{StepSize: 0.05, MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit})
	return k.instance(argmin.Anderson(inner, argmin.AndersonOptions{}), o)
}

func proximal[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.ProximalGradient(k.objective, k.prox, argmin.ProximalGradientOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func proximalPlain[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.ProximalGradient(k.objective, k.prox, argmin.ProximalGradientOptions{NoAcceleration: true, MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func proximalFixed[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.ProximalGradient(k.objective, k.prox, argmin.ProximalGradientOptions{StepSize: 0.05, MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func andersonProximal[P any](k kit[P], o Options) Instance {
	inner := argmin.ProximalGradient(k.objective, k.prox, argmin.ProximalGradientOptions{StepSize: 0.05, NoAcceleration: true, MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit})
	return k.instance(argmin.Anderson(inner, argmin.AndersonOptions{}), o)
}

func projected[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.ProjectedGradient(k.objective, k.project, argmin.ProximalGradientOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func mirrorDescent(k kit[array], o Options) Instance {
	return k.instance(argmin.MirrorDescent(k.objective, optimality.Entropic[array, array], argmin.MirrorDescentOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func mirrorDescentAccelerated(k kit[array], o Options) Instance {
	s := argmin.MirrorDescent(k.objective, optimality.Entropic[array, array], argmin.MirrorDescentOptions{Accelerate: true, MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit})
	return k.instance(s.WithOptimality(func(x, g, th array) array { return x.Sub(k.project(x.Sub(g), th)) }), o)
}

// mirrorDescentProjected has the Euclidean geometry.
func mirrorDescentProjected[P any](k kit[P], o Options) Instance {
	step := optimality.Bregman(func(x P) P { return x }, k.project)
	return k.instance(argmin.MirrorDescent(k.objective, step, argmin.MirrorDescentOptions{Accelerate: true, MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func frankWolfe[P any](k kit[P], o Options) Instance {
	ball := func(g P, th array) P { return oracle.L2Ball(g, th.At(0)) }
	return k.instance(argmin.FrankWolfe(k.objective, ball, k.project, argmin.FrankWolfeOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func blockCoordinateDescent(k kit[array], o Options) Instance {
	f := argmin.Composite[array]{
		Matrix: func(th array) array { a, _ := design(th.DType()); return a },
		Outer: func(z, th array) array {
			_, y := design(th.DType())
			return z.Sub(y).Square().Sum().Scale(0.5)
		},
		Curvature: func(th array) array { return num.Full(th.DType(), 1) },
	}
	return k.instance(argmin.BlockCoordinateDescent(f, k.p.Prox, argmin.BlockCoordinateDescentOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func admm[P any](k kit[P], o Options) Instance {
	differences := func(x P, _ array) []array {
		f := k.flat(x)
		return []array{f.Range(1, cols).Sub(f.Range(0, cols-1))}
	}
	prox := func(z []array, th, step array) []array { return []array{Lasso.Prox(z[0], th, step)} }
	s := argmin.ADMM(k.objective, differences, prox, argmin.ADMMOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit})
	x0 := k.start(o)
	z0 := differences(x0, array{})
	start := argmin.Split[P, []array]{X: x0, Z: z0, Y: tree.ZerosLike(z0)}
	return instance[argmin.Split[P, []array]]{s, start, func(s argmin.Split[P, []array]) array { return k.flat(s.X) }, new(argmin.Split[P, []array])}
}

// cosines is the map of the problem Cosine.
func cosines[P any](k kit[P]) func(P, array) P {
	return func(x P, th array) P { return k.make(k.flat(x).Mul(th).Cos()) }
}

func fixedPoint[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.FixedPointIteration(cosines(k), argmin.FixedPointOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}

func anderson[P any](k kit[P], o Options) Instance {
	return k.instance(argmin.AndersonAcceleration(cosines(k), argmin.AndersonOptions{MaxIter: o.MaxIter, Tol: o.Tol, Unroll: o.Unroll, NoJit: o.NoJit}), o)
}
