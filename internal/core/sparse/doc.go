// Package sparse has the routines of sparse matrices on slices: patterns, orderings,
// factorizations. It knows no arrays and no programs.
//
// [Order] finds an order of elimination with little fill. [Analyze] and [Symbolic.Factorize] factor
// symmetric matrices, definite or not, [AnalyzeLU] and [LUSymbolic.Factorize] any square
// ones, [AnalyzeLeastSquares] and [LeastSquares.Factorize] solve least-squares problems. The first
// of each pair depends only on the pattern: keep it, and share it between goroutines. All
// numbers are float64.
package sparse
