// Package isotonic has isotonic regression, the fit of numbers by increasing ones, and the
// soft sorts and ranks that are made of it.
//
// Functions work along the last axis of arrays of any rank, of float64 or float32:
// each row is a separate problem. They trace, batch under [num.Vmap], and have exact
// derivatives in both modes and of any order with respect to all array arguments.
// Where a solution has a kink, because a block of equal values is about to split or two
// blocks are about to merge, the derivative is the larger block's.
//
// A regression of any n numbers takes n log n operations in about log² n steps. The classic
// algorithm, pool adjacent violators, takes only n operations, but one after the other, which
// suits neither batches nor accelerators.
//
// # Edges
//
// A NaN makes its row NaN. In an increasing regression an element of -Inf makes all before
// it -Inf, and an element of +Inf makes all after it +Inf; both in the wrong order give
// NaN. A wrong shape or dtype panics with a [*num.Error], as
// operations of package num do.
package isotonic
