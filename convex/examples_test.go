package convex_test

import (
	"math"

	. "github.com/argmin-go/argmin/convex"
	"github.com/argmin-go/argmin/num"
)

// residual is A x − b, of the arrays of these names.
func (d arrays) residual(x Expr, b any) Expr { return d.constant("A").MatMul(x).Sub(b) }

// examples are models as CVXPY's users write them: of the constants and the parameters in examples.json.
var examples = map[string]func(d arrays, p map[string]Expr) *Model{
	"factors": func(d arrays, p map[string]Expr) *Model {
		w, z := Variable("w", 7), Variable("z", 2)
		risk := SumSquares(z).Add(SumSquares(d.constant("d").Mul(w)))
		return Maximize(d.constant("mu").Dot(w).Sub(p["gamma"].NonNegative().Mul(risk))).SubjectTo(
			Eq(z, d.constant("F").T().MatMul(w)), Eq(Sum(w), 1), Le(Norm1(w), 1.8))
	},
	"tradingcosts": func(d arrays, p map[string]Expr) *Model {
		w := Variable("w", 5)
		cost := Sum(Power(Abs(w.Sub(d.constant("w0"))), 1.5))
		return Maximize(d.constant("mu").Dot(w).Sub(p["gamma"].NonNegative().Mul(QuadForm(w, d["S"]))).Sub(Mul(0.3, cost))).SubjectTo(
			Eq(Sum(w), 1), Ge(w, 0))
	},
	"cvar": func(d arrays, p map[string]Expr) *Model {
		w := Variable("w", 4)
		return Minimize(CVaR(d.constant("R").Neg().MatMul(w), 0.83)).SubjectTo(Eq(Sum(w), 1), Ge(w, 0), Ge(d.constant("mu").Dot(w), p["target"]))
	},
	"riskparity": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 5)
		return Minimize(QuadForm(x, d["S"]).Div(2).Sub(p["b"].NonNegative().Dot(Log(x))))
	},
	"worstcovariance": func(d arrays, p map[string]Expr) *Model {
		s, delta, w := Variable("S", 4, 4).PSD(), Variable("Δ", 4, 4).Symmetric(), d.constant("w")
		return Maximize(w.MatMul(s).MatMul(w)).SubjectTo(Eq(s, d.constant("D").Add(delta)), Eq(delta.Diag(), 0), Le(Abs(delta), p["c"]))
	},
	"inpainting": func(d arrays, p map[string]Expr) *Model {
		x, mask := Variable("X", 4, 5), d.constant("mask")
		return Minimize(TotalVariation(x)).SubjectTo(Eq(mask.Mul(x), mask.Mul(p["Y"])))
	},
	"quantiles": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 2, 3)
		fit, loss := d.constant("A").MatMul(x), Constant("0", 0.0)
		col := func(k int) Expr { return fit.Index(num.All, num.I(k)) }
		for k, tau := range []float64{0.2, 0.5, 0.8} {
			res := d.constant("b").Sub(col(k))
			loss = loss.Add(Sum(Mul(0.5, Abs(res)).Add(Mul(tau-0.5, res))))
		}
		least := p["width"].Neg()
		return Minimize(loss).SubjectTo(Ge(col(1).Sub(col(0)), least), Ge(col(2).Sub(col(1)), least))
	},
	"utilities": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 5)
		return Maximize(d.constant("c").Dot(Power(x, 0.3)).Add(Sum(Sqrt(x)))).SubjectTo(Le(d.constant("p").Dot(x), p["budget"]))
	},
	"divergence": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 3)
		return Minimize(Sum(KLDiv(d.constant("b"), d.constant("A").MatMul(x))).Add(p["lam"].Mul(Sum(x)))).SubjectTo(Ge(x, 0))
	},
	"projection": func(d arrays, p map[string]Expr) *Model {
		q := Variable("p", 6)
		return Minimize(Sum(RelEntr(q, d.constant("q")))).SubjectTo(Eq(d.constant("A").MatMul(q), p["b"]), Eq(Sum(q), 1))
	},
	"booleansquares": func(d arrays, p map[string]Expr) *Model {
		x, big := Variable("x", 4, 1), Variable("X", 4, 4).Symmetric()
		lifted := Concat(0, Concat(1, big, x), Concat(1, x.T(), Constant("1", num.Ones(1, 1))))
		return Minimize(Trace(d.constant("AA").MatMul(big)).Sub(Mul(2, d.constant("Ab").MatMul(x.Reshape(4))))).SubjectTo(
			PSD(lifted), Eq(big.Diag(), p["t"]))
	},
	"lyapunov": func(d arrays, p map[string]Expr) *Model {
		q, a, eye := Variable("P", 3, 3).Symmetric(), d.constant("A"), Constant("I", num.Eye(3))
		return Minimize(Trace(q)).SubjectTo(PSD(q.Sub(eye)), PSD(Add(p["eps"].Mul(eye), a.T().MatMul(q), q.MatMul(a)).Neg()))
	},
	"lowrank": func(d arrays, p map[string]Expr) *Model {
		x := Variable("X", 4, 3)
		return Minimize(SumSquares(x.Sub(d.constant("Y"))).Div(2).Add(p["lam"].NonNegative().Mul(NuclearNorm(x))))
	},
	"largest": func(d arrays, p map[string]Expr) *Model {
		return Minimize(SumLargest(Abs(d.residual(Variable("x", 3), p["b"])), 4))
	},
	"fractional": func(d arrays, p map[string]Expr) *Model {
		x, y := Variable("x", 2), Variable("y", 4)
		return Minimize(MatrixFrac(d.residual(x, d.constant("b")), y.Diag().Add(num.Eye(4))).Add(Mul(0.1, SumSquares(x)))).SubjectTo(
			Ge(y, 0), Le(Sum(y), p["p"]))
	},
	"perspective": func(d arrays, p map[string]Expr) *Model {
		x, t := Variable("x", 2), Variable("t")
		return Minimize(Add(QuadOverLin(d.residual(x, d.constant("b")), t), p["lam"].Mul(t), SumSquares(x))).SubjectTo(Ge(t, 0.3))
	},
	"smoother": func(d arrays, p map[string]Expr) *Model {
		x, w, v := Variable("x", 7, 2), Variable("w", 6, 2), Variable("v", 6, 1)
		var con []Constraint
		for t := range 6 {
			con = append(con, Eq(x.At(t+1), d.constant("A").MatMul(x.At(t)).Add(w.At(t))))
		}
		for t := range 6 {
			con = append(con, Eq(d["y"].At(t), d.constant("C").MatMul(x.At(t)).Add(v.At(t))))
		}
		return Minimize(SumSquares(w).Add(p["tau"].NonNegative().Mul(Sum(Huber(v, 0.5))))).SubjectTo(con...)
	},
	"sparselogistic": func(d arrays, p map[string]Expr) *Model {
		w, b := Variable("w", 4), Variable("b")
		loss := Sum(Logistic(d.constant("y").Mul(d.constant("X").MatMul(w).Add(b)).Neg()))
		return Minimize(Add(loss, p["lam"].NonNegative().Mul(Norm1(w)), Mul(0.05, SumSquares(w))))
	},
	"elasticnet": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 5)
		return Minimize(Add(SumSquares(d.residual(x, d.constant("b"))), p["l1"].NonNegative().Mul(Norm1(x)), p["l2"].NonNegative().Mul(SumSquares(x))))
	},
	"flows": func(d arrays, p map[string]Expr) *Model {
		f := Variable("f", 8)
		return Minimize(d.constant("c").Dot(f).Add(Mul(0.3, SumSquares(f)))).SubjectTo(Eq(d.constant("inc").MatMul(f), d.constant("s")), Ge(f, 0), Le(f, p["cap"]))
	},
	"svmdual": func(d arrays, p map[string]Expr) *Model {
		a := Variable("a", 8)
		return Maximize(Sum(a).Sub(QuadForm(a, d.constant("Q")).Div(2))).SubjectTo(Ge(a, 0), Le(a, p["C"]), Eq(d.constant("y").Dot(a), 0))
	},
	"earthmover": func(d arrays, p map[string]Expr) *Model {
		plan := Variable("P", 3, 4)
		return Minimize(Sum(p["C"].Mul(plan))).SubjectTo(Eq(Sum(plan, 1), d.constant("a")), Eq(Sum(plan, 0), d.constant("b")), Ge(plan, 0))
	},
	"chebyshevfit": func(d arrays, p map[string]Expr) *Model {
		return Minimize(NormInf(d.residual(Variable("x", 3), p["b"])))
	},
	"polyhedra": func(d arrays, p map[string]Expr) *Model {
		x, y := Variable("x", 3), Variable("y", 3)
		return Minimize(Norm2(x.Sub(y))).SubjectTo(Le(d.constant("A").MatMul(x), p["b"]), Le(d.constant("C").MatMul(y), d.constant("d")))
	},
	"deadzone": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 3)
		return Minimize(Sum(Pos(Abs(d.residual(x, d.constant("b"))).Sub(p["eps"]))).Add(Mul(0.1, SumSquares(x))))
	},
	"logbarrier": func(d arrays, p map[string]Expr) *Model {
		return Minimize(Sum(Log(Constant("1", 1.0).Sub(Square(d.residual(Variable("x", 3), p["b"]))))).Neg())
	},
	"adesign": func(d arrays, p map[string]Expr) *Model {
		l, v := Variable("λ", 7), d.constant("V")
		return Minimize(TraceInv(v.T().MatMul(l.Diag()).MatMul(v).Add(p["eps"].Mul(num.Eye(3))))).SubjectTo(Ge(l, 0), Eq(Sum(l), 1))
	},
	"edesign": func(d arrays, p map[string]Expr) *Model {
		l, v := Variable("λ", 7), d.constant("V")
		return Maximize(LambdaMin(v.T().MatMul(l.Diag()).MatMul(v))).SubjectTo(Ge(l, 0), Le(l, p["cap"]), Eq(Sum(l), 1))
	},
	"spectralnorm": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 2)
		return Minimize(SigmaMax(d.pencil(x)).Add(p["lam"].NonNegative().Mul(SumSquares(x))))
	},
	"eigenvalues": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 2)
		m := d.pencil(x)
		return Minimize(Add(LambdaSumLargest(m, 2), p["lam"].NonNegative().Mul(SumSquares(x)), Mul(-0.2, LambdaSumSmallest(m, 2))))
	},
	"inscribed": func(d arrays, p map[string]Expr) *Model {
		b, c := Variable("B", 2, 2).PSD(), Variable("d", 2)
		norms := Rows(d.constant("A"), func(a Expr) Expr { return Norm2(b.MatMul(a)).Add(a.Dot(c)) })
		return Maximize(LogDet(b)).SubjectTo(Le(norms, p["b"]))
	},
	"fermat": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 2)
		return Minimize(p["w"].NonNegative().Dot(Rows(d.constant("P"), func(q Expr) Expr { return Norm2(x.Sub(q)) })))
	},
	"nonnegativesquares": func(d arrays, p map[string]Expr) *Model {
		return Minimize(SumSquares(d.residual(Variable("x", 5).NonNegative(), p["b"])))
	},
	"sqrtlasso": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 4)
		return Minimize(Norm2(d.residual(x, d.constant("b"))).Add(p["lam"].NonNegative().Mul(Norm1(x))))
	},
	"grouplasso": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 4, 2)
		return Minimize(SumSquares(d.residual(x, d.constant("B"))).Add(p["lam"].NonNegative().Mul(MixedNorm(x, 2, 1))))
	},
	"trend": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 12)
		return Minimize(SumSquares(d.constant("y").Sub(x)).Div(2).Add(p["lam"].NonNegative().Mul(Norm1(Diff(Diff(x))))))
	},
	"isotonic": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 9)
		return Minimize(SumSquares(p["y"].Sub(x))).SubjectTo(Ge(Diff(x), 0))
	},
	"convexfit": func(d arrays, p map[string]Expr) *Model {
		f, g, u := Variable("f", 7), Variable("g", 7), d["u"].Float64s()
		var con []Constraint
		for i := range 7 {
			for j := range 7 {
				if i != j {
					con = append(con, Ge(f.At(j), f.At(i).Add(g.At(i).Mul(u[j]-u[i]))))
				}
			}
		}
		return Minimize(SumSquares(f.Sub(p["y"])).Add(Mul(0.01, SumSquares(g)))).SubjectTo(con...)
	},
	"capacity": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 4).NonNegative()
		return Maximize(p["c"].Dot(x).Add(Entropy(d.constant("P").MatMul(x)))).SubjectTo(Eq(Sum(x), 1))
	},
	"advertising": func(d arrays, p map[string]Expr) *Model {
		n := Variable("D", 4, 5)
		revenue := Minimum(d.constant("R").Mul(Sum(d.constant("P").Mul(n), 1)), p["B"])
		return Maximize(Sum(revenue).Sub(Mul(0.05, SumSquares(n)))).SubjectTo(Ge(n, 0), Le(Sum(n, 0), d.constant("T")), Ge(Sum(n, 1), 0.35))
	},
	"products": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 4)
		ax := d.constant("A").MatMul(x)
		return Minimize(InvProd(x).Add(Sum(ax).Div(5))).SubjectTo(Le(ax, p["b"]))
	},
	"harmonic": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 4)
		return Maximize(HarmonicMean(x).Add(Mul(0.5, GeoMean(x)))).SubjectTo(Le(d.constant("A").MatMul(x), p["b"]))
	},
	"deviation": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 3)
		res := d.residual(x, d.constant("b"))
		return Minimize(Add(Std(res), p["lam"].NonNegative().Mul(SumSquares(x)), Square(Sum(res))))
	},
	"poisson": func(d arrays, p map[string]Expr) *Model {
		w := Variable("w", 3)
		rate := d.constant("X").MatMul(w)
		return Minimize(Sum(Exp(rate)).Sub(d.constant("y").Dot(rate)).Add(p["lam"].NonNegative().Mul(Norm2(w))))
	},
	"softmax": func(d arrays, p map[string]Expr) *Model {
		w := Variable("W", 3, 3)
		s := d.constant("X").MatMul(w)
		return Minimize(Sum(Rows(s, LogSumExp)).Sub(Sum(d.constant("Y").Mul(s))).Add(p["lam"].NonNegative().Mul(SumSquares(w))))
	},
	"threehalves": func(d arrays, p map[string]Expr) *Model {
		return Minimize(Norm(d.residual(Variable("x", 3), p["b"]), 1.5))
	},
	"quadratics": func(d arrays, p map[string]Expr) *Model {
		x, c := Variable("x", 4), d.constant("c")
		return Minimize(QuadForm(x, d["P"]).Add(c.Dot(x))).SubjectTo(Le(QuadForm(x.Sub(c), d["Q"]), p["r"]))
	},
	"fuel": func(d arrays, p map[string]Expr) *Model {
		x, u := Variable("x", 9, 2), Variable("u", 8)
		con := []Constraint{Eq(x.At(0), 0), Eq(x.At(8), p["end"])}
		for t := range 8 {
			con = append(con, Eq(x.At(t+1), d.constant("A").MatMul(x.At(t)).Add(d.constant("b").Mul(u.At(t)))))
		}
		return Minimize(Sum(Maximum(Abs(u), Mul(2, Abs(u)).Sub(1))).Add(Mul(0.01, SumSquares(u)))).SubjectTo(con...)
	},
	"filter": func(d arrays, p map[string]Expr) *Model {
		h := Variable("h", 5)
		return Minimize(Max(Abs(d.constant("M").MatMul(h).Sub(p["scale"].Mul(d["d"])))).Add(Mul(0.05, SumSquares(h))))
	},
	"smallest": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 4)
		return Maximize(Add(SumSmallest(d.constant("A").MatMul(x).Add(p["b"]), 3), Min(x), Mul(-0.2, SumSquares(x)))).SubjectTo(Le(Sum(x), 2))
	},
	"kronecker": func(d arrays, p map[string]Expr) *Model {
		x := Variable("X", 2, 2)
		return Minimize(Norm2(Kron(d["A"], x).Sub(d.constant("B"))).Add(p["lam"].NonNegative().Mul(Norm1(x))))
	},
	"workload": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 3)
		return Minimize(Range(d.constant("A").MatMul(x)).Add(p["lam"].NonNegative().Mul(SumSquares(x.Sub(1)))))
	},
	"deconvolution": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 8)
		blurred := Linear("conv", func(x num.Array) num.Array { return num.Convolve(d["h"], x, num.ConvolveFull) }, x)
		return Minimize(SumSquares(blurred.Sub(d.constant("y"))).Add(p["lam"].NonNegative().Mul(Norm1(x))))
	},
	"inventory": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 6)
		stock := CumSum(x.Sub(d.constant("d")))
		return Minimize(Add(Sum(Power(Pos(stock), 2.5)), Mul(3, Sum(NegPart(stock))), SumSquares(x))).SubjectTo(Ge(x, 0), Le(x, p["cap"]))
	},
	"reciprocals": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 4)
		return Minimize(d.constant("c").Dot(Power(x, -0.5)).Add(Sum(InvPos(Sqrt(x))))).SubjectTo(Le(Sum(x), p["b"]))
	},
	"barycenter": func(d arrays, p map[string]Expr) *Model {
		x, u, v, c := Variable("x", 4), Variable("U", 4, 4), Variable("V", 4, 4), d.constant("C")
		cost := Add(Sum(c.Mul(u)), Sum(c.Mul(v)), p["eps"].NonNegative().Mul(Entropy(u).Add(Entropy(v))).Neg())
		return Minimize(cost).SubjectTo(Eq(Sum(u, 0), d.constant("p")), Eq(Sum(v, 0), d.constant("q")), Eq(Sum(u, 1), x), Eq(Sum(v, 1), x))
	},
	"compositions": func(d arrays, p map[string]Expr) *Model {
		x := Variable("x", 3)
		ax := d.constant("A").MatMul(x)
		far := Square(Pos(Norm2(ax.Sub(d.constant("b"))).Sub(0.4)))
		mixed := Norm2(Stack(Pos(x.At(0)), Square(x.At(1)), Exp(x.At(2))))
		return Minimize(Add(far, Exp(Norm1(x)), Max(Exp(ax)), mixed, Sqrt(Log(x.At(0).Add(5))).Neg(), Log(Sqrt(x.At(1).Add(3))).Neg(),
			p["lam"].NonNegative().Mul(XExp(Abs(x.At(2))))))
	},
	"circuits": func(d arrays, p map[string]Expr) *Model {
		u := Variable("u", 3)
		h, w, b := u.At(0), u.At(1), u.At(2)
		surface := LogSumExp(Stack(h.Add(w).Add(math.Ln2), h.Add(b).Add(math.Ln2)))
		con := []Constraint{Le(surface, p["wall"]), Le(w.Add(b), math.Log(1.5))}
		con = append(con, Between(-math.Ln2, h.Sub(w), math.Ln2)...)
		con = append(con, Between(-math.Ln2, b.Sub(w), math.Ln2)...)
		return Maximize(Sum(u)).SubjectTo(con...)
	},
	"covarianceball": func(d arrays, p map[string]Expr) *Model {
		x := Variable("X", 3, 3).PSD()
		return Maximize(LogDet(x).Sub(Trace(d.constant("S").MatMul(x)))).SubjectTo(Le(Norm1(x), 6), Le(LambdaMax(x), p["t"]))
	},
	"toeplitz": func(d arrays, p map[string]Expr) *Model {
		x := Variable("X", 4, 4).Symmetric()
		return Minimize(Norm2(x.Sub(d.constant("A")))).SubjectTo(Eq(x.Diag(), 1), PSD(x.Sub(p["low"].Mul(num.Eye(4)))))
	},
	"sensors": func(d arrays, p map[string]Expr) *Model {
		z := Variable("Z", 3, 3).PSD()
		off := Rows(d.constant("anchors"), func(a Expr) Expr {
			v := Concat(0, a.Neg(), Constant("1", num.Ones(1)))
			return v.MatMul(z).MatMul(v)
		})
		return Minimize(Norm1(off.Sub(p["d"])).Add(Mul(0.1, Trace(z)))).SubjectTo(Eq(z.At(2, 2), 1))
	},
}

// pencil is A₀ + x₀A₁ + x₁A₂.
func (d arrays) pencil(x Expr) Expr {
	a := d["A"]
	return Constant("A₀", a.At(0)).Add(x.At(0).Mul(a.At(1))).Add(x.At(1).Mul(a.At(2)))
}
