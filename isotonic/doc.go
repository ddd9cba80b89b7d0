// Package isotonic has isotonic regression, and the soft sorts and ranks that are made of it.
//
// Functions work along the last axis of arrays of any rank, of float64 or float32:
// each row is a problem of its own. They trace, batch under [num.Vmap], and have exact
// derivatives of both modes and any order with respect to all arrays that they take.
// Where a solution has a kink, because a block of equal values is about to fall apart
// or two are about to meet, the derivative is that of the larger block.
//
// A regression of n numbers takes n log n operations in about log² n steps, however
// the numbers lie. The classic algorithm, pool adjacent violators, takes only n
// operations, but one after the other, which suits neither batches nor accelerators.
//
// # Edges
//
// A NaN makes its row NaN. In a regression an element whose value alone is -Inf makes
// all before it -Inf, if values increase, one of +Inf all after it; both at once, in
// the wrong order, give NaN. A wrong shape or dtype panics with a [*num.Error], as
// operations of package num do.
package isotonic
