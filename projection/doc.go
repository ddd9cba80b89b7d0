// Package projection has Euclidean projections onto sets,
//
//	P(x) = argmin ½ |y - x|² subject to y in the set,
//
// and some projections in the Kullback–Leibler divergence. Each is a plain function
// of arrays that traces, batches under [num.Vmap], and has exact derivatives of both
// modes with respect to everything that it takes as arrays: the point and the
// description of the set. Where the projection has a kink the derivative is an
// element of the generalized Jacobian (Clarke, 1983) or the mean of the two sides.
//
// Functions of a type parameter T take any tree of arrays and treat it as one long
// vector; its leaves must be floating-point arrays of one dtype. The others take
// float64 or float32 arrays of the shapes they name. Sizes of sets, of the type
// parameter S, may be Go numbers or arrays without axes ([Scalar]).
//
// # Edges
//
// A NaN in x gives NaN: in its own place for sets that are products of intervals,
// everywhere for the others. So does a set that turns out to be empty when the
// numbers are known: a negative radius, an upper bound below its lower one,
// equations or marginals that contradict one another. An infinite entry counts
// where the projection has a limit for it, such as bounds, and gives NaN elsewhere.
// Loops are bounded; an iteration that does not end within its bound gives NaN,
// never a point that is outside of the set by more than rounding. A wrong shape or
// dtype panics with a [*num.Error], as operations of package num do.
package projection
