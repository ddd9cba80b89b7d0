package testproblems

import (
	"math"

	"github.com/argmin-go/argmin/num"
)

type array = num.Array

// formulas are a problem's functions of the entries of x, in traced arrays.
type formulas struct {
	f func(x []array) array
	c func(x []array) []array // nil: none
}

// Traced is the function and the constraints, in the order of CLower, as functions of num: c is nil without constraints, and f is nil if the
// problem is not in the table of traced ones, which are those of Hock & Schittkowski and SciPy's.
func (p *Problem) Traced() (f, c func(x num.Array) num.Array) {
	t, ok := traced[p.Name]
	if !ok {
		return nil, nil
	}
	f = func(x num.Array) num.Array { return t.f(x.Unstack()) }
	if t.c != nil {
		c = func(x num.Array) num.Array { return num.Stack(t.c(x.Unstack())...) }
	}
	return f, c
}

// tracedPower is xⁿ for n ≥ 1.
func tracedPower(x array, n int) array {
	p := x
	for range n - 1 {
		p = p.Mul(x)
	}
	return p
}

func tracedRosen(x []array) array {
	s := x[0].Const(0)
	for i := range x[1:] {
		s = s.Add(x[i+1].Sub(x[i].Square()).Square().Scale(100)).Add(x[i].Neg().AddScalar(1).Square())
	}
	return s
}

// tracedEquations are the constraints of HS78 and HS80.
func tracedEquations(x []array) []array {
	s := x[0].Const(-10)
	for _, v := range x {
		s = s.Add(v.Square())
	}
	return []array{s, x[1].Mul(x[2]).Sub(x[3].Mul(x[4]).Scale(5)), tracedPower(x[0], 3).Add(tracedPower(x[1], 3)).AddScalar(1)}
}

// traced are the problems by their names.
var traced = map[string]formulas{
	"rosen5-inactive": {tracedRosen, nil},
	"rosen5-active":   {tracedRosen, nil},
	"rosen10-lower":   {tracedRosen, nil},
	"rosen2-fixed":    {tracedRosen, nil},
	"HS1":             {tracedRosen, nil},
	"HS2":             {tracedRosen, nil},
	"tutorial-rosen": {tracedRosen, func(x []array) []array {
		return []array{
			x[0].Neg().Sub(x[1].Scale(2)).AddScalar(1),
			x[0].Square().Neg().Sub(x[1]).AddScalar(1),
			x[0].Square().Neg().Add(x[1]).AddScalar(1),
			x[0].Scale(2).Add(x[1]).AddScalar(-1),
		}
	}},
	"HS3": {func(x []array) array {
		return x[1].Add(x[1].Sub(x[0]).Scale(1e-5).Mul(x[1].Sub(x[0])))
	}, nil},
	"HS4": {func(x []array) array {
		return tracedPower(x[0].AddScalar(1), 3).Scale(1.0 / 3).Add(x[1])
	}, nil},
	"HS5": {func(x []array) array {
		return x[0].Add(x[1]).Sin().Add(x[0].Sub(x[1]).Square()).Sub(x[0].Scale(1.5)).Add(x[1].Scale(2.5)).AddScalar(1)
	}, nil},
	"HS38": {func(x []array) array {
		a := x[1].Sub(x[0].Square())
		b := x[3].Sub(x[2].Square())
		return a.Scale(100).Mul(a).Add(x[0].Neg().AddScalar(1).Square()).Add(b.Scale(90).Mul(b)).Add(x[2].Neg().AddScalar(1).Square()).Add(x[1].AddScalar(-1).Square().Add(x[3].AddScalar(-1).Square()).Scale(10.1)).Add(x[1].AddScalar(-1).Scale(19.8).Mul(x[3].AddScalar(-1)))
	}, nil},
	"HS45": {func(x []array) array {
		return x[0].Mul(x[1]).Mul(x[2]).Mul(x[3]).Mul(x[4]).Scale(1.0 / 120).Neg().AddScalar(2)
	}, nil},
	"tutorial-slsqp": {func(x []array) array {
		return x[0].AddScalar(-1).Square().Add(x[1].AddScalar(-2.5).Square())
	}, func(x []array) []array {
		return []array{
			x[0].Sub(x[1].Scale(2)).AddScalar(2),
			x[0].Neg().Sub(x[1].Scale(2)).AddScalar(6),
			x[0].Neg().Add(x[1].Scale(2)).AddScalar(2),
		}
	}},
	"HS6": {func(x []array) array {
		return x[0].Neg().AddScalar(1).Square()
	}, func(x []array) []array {
		return []array{
			x[1].Sub(x[0].Square()).Scale(10),
		}
	}},
	"HS7": {func(x []array) array {
		return x[0].Square().AddScalar(1).Log().Sub(x[1])
	}, func(x []array) []array {
		return []array{
			x[0].Square().AddScalar(1).Square().Add(x[1].Square()).AddScalar(-4),
		}
	}},
	"HS8": {func(x []array) array {
		return x[0].Const(-1)
	}, func(x []array) []array {
		return []array{
			x[0].Square().Add(x[1].Square()).AddScalar(-25),
			x[0].Mul(x[1]).AddScalar(-9),
		}
	}},
	"HS9": {func(x []array) array {
		return x[0].Scale(math.Pi).Scale(1.0 / 12).Sin().Mul(x[1].Scale(math.Pi).Scale(1.0 / 16).Cos())
	}, func(x []array) []array {
		return []array{
			x[0].Scale(4).Sub(x[1].Scale(3)),
		}
	}},
	"HS10": {func(x []array) array {
		return x[0].Sub(x[1])
	}, func(x []array) []array {
		return []array{
			x[0].Scale(-3).Mul(x[0]).Add(x[0].Scale(2).Mul(x[1])).Sub(x[1].Square()).AddScalar(1),
		}
	}},
	"HS11": {func(x []array) array {
		return x[0].AddScalar(-5).Square().Add(x[1].Square()).AddScalar(-25)
	}, func(x []array) []array {
		return []array{
			x[1].Sub(x[0].Square()),
		}
	}},
	"HS12": {func(x []array) array {
		return x[0].Square().Scale(1.0 / 2).Add(x[1].Square()).Sub(x[0].Mul(x[1])).Sub(x[0].Scale(7)).Sub(x[1].Scale(7))
	}, func(x []array) []array {
		return []array{
			x[0].Scale(4).Mul(x[0]).Neg().AddScalar(25).Sub(x[1].Square()),
		}
	}},
	"HS14": {func(x []array) array {
		return x[0].AddScalar(-2).Square().Add(x[1].AddScalar(-1).Square())
	}, func(x []array) []array {
		return []array{
			x[0].Sub(x[1].Scale(2)).AddScalar(1),
			x[0].Square().Scale(1.0 / 4).Neg().AddScalar(1).Sub(x[1].Square()),
		}
	}},
	"HS15": {func(x []array) array {
		return x[1].Sub(x[0].Square()).Square().Scale(100).Add(x[0].Neg().AddScalar(1).Square())
	}, func(x []array) []array {
		return []array{
			x[0].Mul(x[1]).AddScalar(-1),
			x[0].Add(x[1].Square()),
		}
	}},
	"HS16": {func(x []array) array {
		return x[1].Sub(x[0].Square()).Square().Scale(100).Add(x[0].Neg().AddScalar(1).Square())
	}, func(x []array) []array {
		return []array{
			x[0].Add(x[1].Square()),
			x[0].Square().Add(x[1]),
		}
	}},
	"HS18": {func(x []array) array {
		return x[0].Scale(0.01).Mul(x[0]).Add(x[1].Square())
	}, func(x []array) []array {
		return []array{
			x[0].Mul(x[1]).AddScalar(-25),
			x[0].Square().Add(x[1].Square()).AddScalar(-25),
		}
	}},
	"HS21": {func(x []array) array {
		return x[0].Scale(0.01).Mul(x[0]).Add(x[1].Square()).AddScalar(-100)
	}, func(x []array) []array {
		return []array{
			x[0].Scale(10).Sub(x[1]).AddScalar(-10),
		}
	}},
	"HS22": {func(x []array) array {
		return x[0].AddScalar(-2).Square().Add(x[1].AddScalar(-1).Square())
	}, func(x []array) []array {
		return []array{
			x[0].Neg().Sub(x[1]).AddScalar(2),
			x[0].Neg().Mul(x[0]).Add(x[1]),
		}
	}},
	"HS24": {func(x []array) array {
		return x[0].AddScalar(-3).Square().AddScalar(-9).Mul(tracedPower(x[1], 3)).Scale(1.0 / (27 * root3))
	}, func(x []array) []array {
		return []array{
			x[0].Scale(1.0 / (root3)).Sub(x[1]),
			x[0].Add(x[1].Scale(root3)),
			x[0].Neg().Sub(x[1].Scale(root3)).AddScalar(6),
		}
	}},
	"HS26": {func(x []array) array {
		return x[0].Sub(x[1]).Square().Add(tracedPower(x[1].Sub(x[2]), 4))
	}, func(x []array) []array {
		return []array{
			x[1].Square().AddScalar(1).Mul(x[0]).Add(tracedPower(x[2], 4)).AddScalar(-3),
		}
	}},
	"HS27": {func(x []array) array {
		return x[0].AddScalar(-1).Square().Scale(0.01).Add(x[1].Sub(x[0].Square()).Square())
	}, func(x []array) []array {
		return []array{
			x[0].Add(x[2].Square()).AddScalar(1),
		}
	}},
	"HS28": {func(x []array) array {
		return x[0].Add(x[1]).Square().Add(x[1].Add(x[2]).Square())
	}, func(x []array) []array {
		return []array{
			x[0].Add(x[1].Scale(2)).Add(x[2].Scale(3)).AddScalar(-1),
		}
	}},
	"HS29": {func(x []array) array {
		return x[0].Neg().Mul(x[1]).Mul(x[2])
	}, func(x []array) []array {
		return []array{
			x[0].Neg().Mul(x[0]).Sub(x[1].Scale(2).Mul(x[1])).Sub(x[2].Scale(4).Mul(x[2])).AddScalar(48),
		}
	}},
	"HS30": {func(x []array) array {
		return x[0].Square().Add(x[1].Square()).Add(x[2].Square())
	}, func(x []array) []array {
		return []array{
			x[0].Square().Add(x[1].Square()).AddScalar(-1),
		}
	}},
	"HS31": {func(x []array) array {
		return x[0].Scale(9).Mul(x[0]).Add(x[1].Square()).Add(x[2].Scale(9).Mul(x[2]))
	}, func(x []array) []array {
		return []array{
			x[0].Mul(x[1]).AddScalar(-1),
		}
	}},
	"HS32": {func(x []array) array {
		return x[0].Add(x[1].Scale(3)).Add(x[2]).Square().Add(x[0].Sub(x[1]).Square().Scale(4))
	}, func(x []array) []array {
		return []array{
			x[0].Neg().AddScalar(1).Sub(x[1]).Sub(x[2]),
			x[1].Scale(6).Add(x[2].Scale(4)).Sub(tracedPower(x[0], 3)).AddScalar(-3),
		}
	}},
	"HS34": {func(x []array) array {
		return x[0].Neg()
	}, func(x []array) []array {
		return []array{
			x[1].Sub(x[0].Exp()),
			x[2].Sub(x[1].Exp()),
		}
	}},
	"HS35": {func(x []array) array {
		return x[0].Scale(8).Neg().AddScalar(9).Sub(x[1].Scale(6)).Sub(x[2].Scale(4)).Add(x[0].Scale(2).Mul(x[0])).Add(x[1].Scale(2).Mul(x[1])).Add(x[2].Square()).Add(x[0].Scale(2).Mul(x[1])).Add(x[0].Scale(2).Mul(x[2]))
	}, func(x []array) []array {
		return []array{
			x[0].Neg().AddScalar(3).Sub(x[1]).Sub(x[2].Scale(2)),
		}
	}},
	"HS36": {func(x []array) array {
		return x[0].Neg().Mul(x[1]).Mul(x[2])
	}, func(x []array) []array {
		return []array{
			x[0].Neg().AddScalar(72).Sub(x[1].Scale(2)).Sub(x[2].Scale(2)),
		}
	}},
	"HS37": {func(x []array) array {
		return x[0].Neg().Mul(x[1]).Mul(x[2])
	}, func(x []array) []array {
		return []array{
			x[0].Neg().AddScalar(72).Sub(x[1].Scale(2)).Sub(x[2].Scale(2)),
			x[0].Add(x[1].Scale(2)).Add(x[2].Scale(2)),
		}
	}},
	"HS39": {func(x []array) array {
		return x[0].Neg()
	}, func(x []array) []array {
		return []array{
			x[1].Sub(tracedPower(x[0], 3)).Sub(x[2].Square()),
			x[0].Square().Sub(x[1]).Sub(x[3].Square()),
		}
	}},
	"HS40": {func(x []array) array {
		return x[0].Neg().Mul(x[1]).Mul(x[2]).Mul(x[3])
	}, func(x []array) []array {
		return []array{
			tracedPower(x[0], 3).Add(x[1].Square()).AddScalar(-1),
			x[0].Square().Mul(x[3]).Sub(x[2]),
			x[3].Square().Sub(x[1]),
		}
	}},
	"HS42": {func(x []array) array {
		return x[0].AddScalar(-1).Square().Add(x[1].AddScalar(-2).Square()).Add(x[2].AddScalar(-3).Square()).Add(x[3].AddScalar(-4).Square())
	}, func(x []array) []array {
		return []array{
			x[0].AddScalar(-2),
			x[2].Square().Add(x[3].Square()).AddScalar(-2),
		}
	}},
	"HS43": {func(x []array) array {
		return x[0].Square().Add(x[1].Square()).Add(x[2].Scale(2).Mul(x[2])).Add(x[3].Square()).Sub(x[0].Scale(5)).Sub(x[1].Scale(5)).Sub(x[2].Scale(21)).Add(x[3].Scale(7))
	}, func(x []array) []array {
		return []array{
			x[0].Square().Neg().AddScalar(8).Sub(x[1].Square()).Sub(x[2].Square()).Sub(x[3].Square()).Sub(x[0]).Add(x[1]).Sub(x[2]).Add(x[3]),
			x[0].Square().Neg().AddScalar(10).Sub(x[1].Scale(2).Mul(x[1])).Sub(x[2].Square()).Sub(x[3].Scale(2).Mul(x[3])).Add(x[0]).Add(x[3]),
			x[0].Scale(2).Mul(x[0]).Neg().AddScalar(5).Sub(x[1].Square()).Sub(x[2].Square()).Sub(x[0].Scale(2)).Add(x[1]).Add(x[3]),
		}
	}},
	"HS46": {func(x []array) array {
		return x[0].Sub(x[1]).Square().Add(x[2].AddScalar(-1).Square()).Add(tracedPower(x[3].AddScalar(-1), 4)).Add(tracedPower(x[4].AddScalar(-1), 6))
	}, func(x []array) []array {
		return []array{
			x[0].Square().Mul(x[3]).Add(x[3].Sub(x[4]).Sin()).AddScalar(-1),
			x[1].Add(tracedPower(x[2], 4).Mul(x[3]).Mul(x[3])).AddScalar(-2),
		}
	}},
	"HS48": {func(x []array) array {
		return x[0].AddScalar(-1).Square().Add(x[1].Sub(x[2]).Square()).Add(x[3].Sub(x[4]).Square())
	}, func(x []array) []array {
		return []array{
			x[0].Add(x[1]).Add(x[2]).Add(x[3]).Add(x[4]).AddScalar(-5),
			x[2].Sub(x[3].Add(x[4]).Scale(2)).AddScalar(3),
		}
	}},
	"HS50": {func(x []array) array {
		return x[0].Sub(x[1]).Square().Add(x[1].Sub(x[2]).Square()).Add(tracedPower(x[2].Sub(x[3]), 4)).Add(x[3].Sub(x[4]).Square())
	}, func(x []array) []array {
		return []array{
			x[0].Add(x[1].Scale(2)).Add(x[2].Scale(3)).AddScalar(-6),
			x[1].Add(x[2].Scale(2)).Add(x[3].Scale(3)).AddScalar(-6),
			x[2].Add(x[3].Scale(2)).Add(x[4].Scale(3)).AddScalar(-6),
		}
	}},
	"HS51": {func(x []array) array {
		return x[0].Sub(x[1]).Square().Add(x[1].Add(x[2]).AddScalar(-2).Square()).Add(x[3].AddScalar(-1).Square()).Add(x[4].AddScalar(-1).Square())
	}, func(x []array) []array {
		return []array{
			x[0].Add(x[1].Scale(3)).AddScalar(-4),
			x[2].Add(x[3]).Sub(x[4].Scale(2)),
			x[1].Sub(x[4]),
		}
	}},
	"HS52": {func(x []array) array {
		return x[0].Scale(4).Sub(x[1]).Square().Add(x[1].Add(x[2]).AddScalar(-2).Square()).Add(x[3].AddScalar(-1).Square()).Add(x[4].AddScalar(-1).Square())
	}, func(x []array) []array {
		return []array{
			x[0].Add(x[1].Scale(3)),
			x[2].Add(x[3]).Sub(x[4].Scale(2)),
			x[1].Sub(x[4]),
		}
	}},
	"HS53": {func(x []array) array {
		return x[0].Sub(x[1]).Square().Add(x[1].Add(x[2]).AddScalar(-2).Square()).Add(x[3].AddScalar(-1).Square()).Add(x[4].AddScalar(-1).Square())
	}, func(x []array) []array {
		return []array{
			x[0].Add(x[1].Scale(3)),
			x[2].Add(x[3]).Sub(x[4].Scale(2)),
			x[1].Sub(x[4]),
		}
	}},
	"HS60": {func(x []array) array {
		return x[0].AddScalar(-1).Square().Add(x[0].Sub(x[1]).Square()).Add(tracedPower(x[1].Sub(x[2]), 4))
	}, func(x []array) []array {
		return []array{
			x[0].Mul(x[1].Square().AddScalar(1)).Add(tracedPower(x[2], 4)).AddScalar(-4).AddScalar(-(3 * math.Sqrt2)),
		}
	}},
	"HS63": {func(x []array) array {
		return x[0].Square().Neg().AddScalar(1000).Sub(x[1].Scale(2).Mul(x[1])).Sub(x[2].Square()).Sub(x[0].Mul(x[1])).Sub(x[0].Mul(x[2]))
	}, func(x []array) []array {
		return []array{
			x[0].Scale(8).Add(x[1].Scale(14)).Add(x[2].Scale(7)).AddScalar(-56),
			x[0].Square().Add(x[1].Square()).Add(x[2].Square()).AddScalar(-25),
		}
	}},
	"HS65": {func(x []array) array {
		return x[0].Sub(x[1]).Square().Add(x[0].Add(x[1]).AddScalar(-10).Square().Scale(1.0 / 9)).Add(x[2].AddScalar(-5).Square())
	}, func(x []array) []array {
		return []array{
			x[0].Square().Neg().AddScalar(48).Sub(x[1].Square()).Sub(x[2].Square()),
		}
	}},
	"HS66": {func(x []array) array {
		return x[2].Scale(0.2).Sub(x[0].Scale(0.8))
	}, func(x []array) []array {
		return []array{
			x[1].Sub(x[0].Exp()),
			x[2].Sub(x[1].Exp()),
		}
	}},
	"HS71": {func(x []array) array {
		return x[0].Mul(x[3]).Mul(x[0].Add(x[1]).Add(x[2])).Add(x[2])
	}, func(x []array) []array {
		return []array{
			x[0].Square().Add(x[1].Square()).Add(x[2].Square()).Add(x[3].Square()).AddScalar(-40),
			x[0].Mul(x[1]).Mul(x[2]).Mul(x[3]).AddScalar(-25),
		}
	}},
	"HS76": {func(x []array) array {
		return x[0].Square().Add(x[1].Square().Scale(1.0 / 2)).Add(x[2].Square()).Add(x[3].Square().Scale(1.0 / 2)).Sub(x[0].Mul(x[2])).Add(x[2].Mul(x[3])).Sub(x[0]).Sub(x[1].Scale(3)).Add(x[2]).Sub(x[3])
	}, func(x []array) []array {
		return []array{
			x[0].Neg().AddScalar(5).Sub(x[1].Scale(2)).Sub(x[2]).Sub(x[3]),
			x[0].Scale(3).Neg().AddScalar(4).Sub(x[1]).Sub(x[2].Scale(2)).Add(x[3]),
			x[1].Add(x[2].Scale(4)).AddScalar(-1.5),
		}
	}},
	"HS77": {func(x []array) array {
		return x[0].AddScalar(-1).Square().Add(x[0].Sub(x[1]).Square()).Add(x[2].AddScalar(-1).Square()).Add(tracedPower(x[3].AddScalar(-1), 4)).Add(tracedPower(x[4].AddScalar(-1), 6))
	}, func(x []array) []array {
		return []array{
			x[0].Square().Mul(x[3]).Add(x[3].Sub(x[4]).Sin()).AddScalar(-(2 * math.Sqrt2)),
			x[1].Add(tracedPower(x[2], 4).Mul(x[3]).Mul(x[3])).AddScalar(-8).AddScalar(-math.Sqrt2),
		}
	}},
	"HS78": {func(x []array) array {
		return x[0].Mul(x[1]).Mul(x[2]).Mul(x[3]).Mul(x[4])
	}, tracedEquations},
	"HS79": {func(x []array) array {
		return x[0].AddScalar(-1).Square().Add(x[0].Sub(x[1]).Square()).Add(x[1].Sub(x[2]).Square()).Add(tracedPower(x[2].Sub(x[3]), 4)).Add(tracedPower(x[3].Sub(x[4]), 4))
	}, func(x []array) []array {
		return []array{
			x[0].Add(x[1].Square()).Add(tracedPower(x[2], 3)).AddScalar(-2).AddScalar(-(3 * math.Sqrt2)),
			x[1].Sub(x[2].Square()).Add(x[3]).AddScalar(2).AddScalar(-(2 * math.Sqrt2)),
			x[0].Mul(x[4]).AddScalar(-2),
		}
	}},
	"HS80": {func(x []array) array {
		return x[0].Mul(x[1]).Mul(x[2]).Mul(x[3]).Mul(x[4]).Exp()
	}, tracedEquations},
	"HS100": {func(x []array) array {
		return x[0].AddScalar(-10).Square().Add(x[1].AddScalar(-12).Square().Scale(5)).Add(tracedPower(x[2], 4)).Add(x[3].AddScalar(-11).Square().Scale(3)).Add(tracedPower(x[4], 6).Scale(10)).Add(x[5].Scale(7).Mul(x[5])).Add(tracedPower(x[6], 4)).Sub(x[5].Scale(4).Mul(x[6])).Sub(x[5].Scale(10)).Sub(x[6].Scale(8))
	}, func(x []array) []array {
		return []array{
			x[0].Scale(2).Mul(x[0]).Neg().AddScalar(127).Sub(tracedPower(x[1], 4).Scale(3)).Sub(x[2]).Sub(x[3].Scale(4).Mul(x[3])).Sub(x[4].Scale(5)),
			x[0].Scale(7).Neg().AddScalar(282).Sub(x[1].Scale(3)).Sub(x[2].Scale(10).Mul(x[2])).Sub(x[3]).Add(x[4]),
			x[0].Scale(23).Neg().AddScalar(196).Sub(x[1].Square()).Sub(x[5].Scale(6).Mul(x[5])).Add(x[6].Scale(8)),
			x[0].Scale(-4).Mul(x[0]).Sub(x[1].Square()).Add(x[0].Scale(3).Mul(x[1])).Sub(x[2].Scale(2).Mul(x[2])).Sub(x[5].Scale(5)).Add(x[6].Scale(11)),
		}
	}},
	"HS113": {func(x []array) array {
		return x[0].Square().Add(x[1].Square()).Add(x[0].Mul(x[1])).Sub(x[0].Scale(14)).Sub(x[1].Scale(16)).Add(x[2].AddScalar(-10).Square()).Add(x[3].AddScalar(-5).Square().Scale(4)).Add(x[4].AddScalar(-3).Square()).Add(x[5].AddScalar(-1).Square().Scale(2)).Add(x[6].Scale(5).Mul(x[6])).Add(x[7].AddScalar(-11).Square().Scale(7)).Add(x[8].AddScalar(-10).Square().Scale(2)).Add(x[9].AddScalar(-7).Square()).AddScalar(45)
	}, func(x []array) []array {
		return []array{
			x[0].Scale(4).Neg().AddScalar(105).Sub(x[1].Scale(5)).Add(x[6].Scale(3)).Sub(x[7].Scale(9)),
			x[0].Scale(-10).Add(x[1].Scale(8)).Add(x[6].Scale(17)).Sub(x[7].Scale(2)),
			x[0].Scale(8).Sub(x[1].Scale(2)).Sub(x[8].Scale(5)).Add(x[9].Scale(2)).AddScalar(12),
			x[0].AddScalar(-2).Square().Scale(-3).Sub(x[1].AddScalar(-3).Square().Scale(4)).Sub(x[2].Scale(2).Mul(x[2])).Add(x[3].Scale(7)).AddScalar(120),
			x[0].Scale(-5).Mul(x[0]).Sub(x[1].Scale(8)).Sub(x[2].AddScalar(-6).Square()).Add(x[3].Scale(2)).AddScalar(40),
			x[0].AddScalar(-8).Square().Neg().Scale(1.0 / 2).Sub(x[1].AddScalar(-4).Square().Scale(2)).Sub(x[4].Scale(3).Mul(x[4])).Add(x[5]).AddScalar(30),
			x[0].Neg().Mul(x[0]).Sub(x[1].AddScalar(-2).Square().Scale(2)).Add(x[0].Scale(2).Mul(x[1])).Sub(x[4].Scale(14)).Add(x[5].Scale(6)),
			x[0].Scale(3).Sub(x[1].Scale(6)).Sub(x[8].AddScalar(-8).Square().Scale(12)).Add(x[9].Scale(7)),
		}
	}},
}
