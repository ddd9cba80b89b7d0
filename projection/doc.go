// Package projection has Euclidean projections onto sets: the nearest point of the set,
//
//	P(x) = argmin ½ |y - x|² subject to y in the set,
//
// and some projections in the Kullback–Leibler divergence. Each is a plain function
// of arrays that traces, batches under [num.Vmap], and has exact derivatives in both
// modes with respect to all of its array arguments: the point and the description of
// the set. Where the projection has a kink the derivative is an
// element of the generalized Jacobian (Clarke, 1983) or the mean of the two sides.
//
// Functions of a type parameter T take any tree of arrays and treat it as one long
// vector; its leaves must be floating-point arrays of one dtype. The others take
// float64 or float32 arrays of the shapes they name. Sizes of sets, of the type
// parameter S, may be Go numbers or 0-d arrays ([Scalar]).
//
// # Edges
//
// A NaN in x gives NaN: in its own place for sets that are products of intervals,
// everywhere for the others. So does an empty set: a negative radius, an upper bound
// below its lower bound, equations or marginals that contradict one another. An infinite
// entry is allowed where the projection has a limit for it, such as in bounds, and gives
// NaN elsewhere. Loops are bounded; an iteration that does not end within its bound gives
// NaN, never a point that is outside of the set by more than rounding. A wrong shape or
// dtype panics with a [*num.Error], as operations of package num do.
package projection
