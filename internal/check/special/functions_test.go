package special

import (
	"maps"

	"github.com/argmin-go/argmin/num"
)

func init() {
	tables = append(tables, advanced)
	maps.Copy(exempt, map[string]string{
		"arrays are made": `ArangeStep FullLike Geomspace Logspace Meshgrid OnesLike Tri TrilIndices TriuIndices ZerosLike`,
		"elements move":   `BlockDiag HStack KeepDims MoveAxis PadMode Select SplitAt SwapAxes TakeFill Toeplitz Unstack VStack`,
		"bool or integers": `AllClose ArrayEqual Bincount CountNonzero Digitize Histogram IsClose IsInf IsNaN Lexsort MatrixRank OneHot
			Searchsorted`,
		"distributions": `Ball Cauchy Choice Dirichlet Laplace Logistic MultivariateNormal Orthogonal Poisson Rademacher RandBeta RandGamma
			RandGammaGrad TruncatedNormal UniformIn`,
		"functions of functions": `AssociativeScan HessianTree Map`,
		"num's own tests compare them with NumPy, and their derivatives with differences": `Average CondNumber Convolve Corrcoef Cov Cross
			Diff EigvalsH Gradient Inner Interp LstSq MatrixNorm MatrixPower Median MultiDot NanMax NanMean NanMin NanSum NanToNum
			Percentile Pinv Polyval Ptp PutMax PutMin PutMul Quantile SegmentMax SegmentMin SegmentProd SegmentSum SolveSylvester StdDDof
			Svdvals Trapezoid Vander VarDDof Vdot VectorNorm`,
	})
}

func three(f func(a, b, c num.Array) num.Array) function {
	return func(x []num.Array) num.Array { return f(x[0], x[1], x[2]) }
}

// advanced are the functions of testdata/functions.py.
var advanced = map[string]function{
	"Beta": two(num.Beta), "BetaInc": three(num.BetaInc), "Betaln": two(num.Betaln), "Clip/3": three(num.Clip),
	"CopySign": two(num.CopySign), "ELU": one(func(x num.Array) num.Array { return x.ELU(2) }), "Entr": one(num.Array.Entr),
	"Erfcx": one(num.Array.Erfcx), "Exp1": one(num.Array.Exp1), "Exp2": one(num.Array.Exp2), "Expi": one(num.Array.Expi),
	"FloorDivide": two(num.FloorDivide), "GELU": one(num.Array.GELU), "Gamma": one(num.Array.Gamma), "GammaInc": two(num.GammaInc),
	"GammaIncC": two(num.GammaIncC), "Heaviside": one(func(x num.Array) num.Array { return x.Heaviside(0.5) }),
	"Hypot": two(num.Hypot), "I0": one(num.Array.I0), "I0e": one(num.Array.I0e), "I1": one(num.Array.I1), "I1e": one(num.Array.I1e),
	"KLDiv": two(num.KLDiv), "LeakyReLU": one(func(x num.Array) num.Array { return x.LeakyReLU(0.25) }),
	"Log10": one(num.Array.Log10), "Log1mExp": one(num.Array.Log1mExp), "Log2": one(num.Array.Log2), "LogAddExp": two(num.LogAddExp),
	"Mod": two(num.Array.Mod), "Multigammaln": one(func(x num.Array) num.Array { return x.Multigammaln(3) }),
	"Ndtr": one(num.Array.Ndtr), "Ndtri": one(num.Array.Ndtri), "ReLU": one(num.Array.ReLU), "RelEntr": two(num.RelEntr),
	"Rsqrt": one(num.Array.Rsqrt), "SiLU": one(num.Array.SiLU), "Sinc": one(num.Array.Sinc), "Trunc": one(num.Array.Trunc),
	"Xlog1py": two(num.Xlog1py), "Xlogy": two(num.Xlogy), "Zeta": two(num.Zeta),
}
