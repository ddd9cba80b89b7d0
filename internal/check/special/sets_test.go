package special

import (
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/projection"
	"github.com/argmin-go/argmin/prox"
)

type array = num.Array

// sized makes a function of a vector and a number.
func sized(f func(x, size array) array) function {
	return func(x []array) array { return f(x[0], x[1].Reshape()) }
}

// penalized makes a function of a vector and a strength from an operator, with a step of 1.
func penalized(f func(x, strength, step array) array) function {
	return func(x []array) array { return f(x[0], x[1].Reshape(), x[0].Const(1)) }
}

// sets are the functions of testdata/sets.py.
var sets = map[string]function{
	"projection.L2Ball":   sized(projection.L2Ball[array, array]),
	"projection.L2Sphere": sized(projection.L2Sphere[array, array]),
	"projection.L1Ball":   sized(projection.L1Ball[array, array]),
	"projection.L1Sphere": sized(projection.L1Sphere[array, array]),
	"projection.LInfBall": sized(projection.LInfBall[array, array]),
	"projection.Simplex":  sized(projection.Simplex[array]),
	"projection.SparseSimplex": sized(func(x, s array) array {
		return projection.SparseSimplex(x, 2, s)
	}),
	"projection.KLSimplex":   sized(projection.KLSimplex[array]),
	"projection.NonNegative": one(projection.NonNegative[array]),
	"projection.Box":         func(x []array) array { return projection.Box(x[0], x[1], x[2]) },
	"projection.Hyperplane":  func(x []array) array { return projection.Hyperplane(x[0], x[1], x[2].Reshape()) },
	"projection.Halfspace":   func(x []array) array { return projection.Halfspace(x[0], x[1], x[2].Reshape()) },
	"projection.AffineSet": func(x []array) array {
		return projection.AffineSet(x[0], num.Full(x[0].DType(), 1, 1, 3), x[1])
	},
	"projection.BoxSection": sized(func(x, c array) array { // a box that is never reached
		wide := num.Full(x.DType(), 1e300, 3)
		if x.DType() == num.Float32 {
			wide = num.Full(x.DType(), 1e38, 3)
		}
		return projection.BoxSection(x, wide.Neg(), wide, num.Full(x.DType(), 1, 3), c)
	}),
	"projection.Polyhedron": one(func(x array) array { // the box of -1 and 1
		eye := num.Eye(3).AsType(x.DType())
		none := num.Full(x.DType(), 0, 0, 3)
		return projection.Polyhedron(x, none, num.Full(x.DType(), 0, 0), num.Concat(0, eye, eye.Neg()), num.Full(x.DType(), 1, 6))
	}),
	"projection.Birkhoff":   square(projection.Birkhoff),
	"projection.KLBirkhoff": square(projection.KLBirkhoff),
	"projection.Transport": square(func(x array) array {
		ones := num.Full(x.DType(), 1, 2)
		return projection.Transport(x, ones, ones)
	}),
	"projection.KLTransport": square(func(x array) array {
		ones := num.Full(x.DType(), 1, 2)
		return projection.KLTransport(x, ones, ones)
	}),
	"projection.SecondOrderCone": one(projection.SecondOrderCone),
	"projection.PSDCone":         square(projection.PSDCone),
	"projection.ExponentialCone": one(projection.ExponentialCone),
	"projection.PowerCone":       sized(projection.PowerCone[array]),

	"prox.None":             one(prox.None[array]),
	"prox.Lasso":            penalized(prox.Lasso[array, array]),
	"prox.WeightedLasso":    func(x []array) array { return prox.WeightedLasso(x[0], x[1], x[0].Const(1)) },
	"prox.NonNegativeLasso": penalized(prox.NonNegativeLasso[array, array]),
	"prox.Ridge":            penalized(prox.Ridge[array, array]),
	"prox.NonNegativeRidge": penalized(prox.NonNegativeRidge[array, array]),
	"prox.ElasticNet": func(x []array) array {
		return prox.ElasticNet(x[0], x[1].Reshape(), x[2].Reshape(), x[0].Const(1))
	},
	"prox.NonNegativeElasticNet": func(x []array) array {
		return prox.NonNegativeElasticNet(x[0], x[1].Reshape(), x[2].Reshape(), x[0].Const(1))
	},
	"prox.GroupLasso": penalized(prox.GroupLasso[array, array]),
	"prox.RowLasso":   penalized(prox.RowLasso[array]),
	"prox.Max":        penalized(prox.Max[array, array]),
	"prox.Log":        penalized(prox.Log[array, array]),
	"prox.Huber": func(x []array) array {
		return prox.Huber(x[0], x[1].Reshape(), x[2].Reshape(), x[0].Const(1))
	},
	"prox.Nuclear": func(x []array) array {
		return prox.Nuclear(x[0].Reshape(2, 2), x[1].Reshape(), x[0].Const(1))
	},
	"prox.TotalVariation": penalized(prox.TotalVariation[array]),
	"prox.FromProjection": one(func(x array) array {
		return prox.FromProjection(func(x array, _ struct{}) array { return projection.NonNegative(x) })(x, struct{}{}, x.Const(1))
	}),
	"prox.Conjugate": sized(func(x, s array) array { // of s·|x|₁: the projection onto [-s, s]
		return prox.Conjugate(func(x, s, step array) array { return prox.Lasso(x, s, step) })(x, s, x.Const(1))
	}),
}
