// Package deps finds which elements of a program's inputs each element of its outputs depends
// on, in the sense of derivatives: the sparsity pattern of the Jacobian, at every point at once.
//
// It is one more interpretation of a program, next to derivatives and batches: what it keeps for an
// array is a set of inputs for each of its elements. Sets are numbers into a [Table], in which each
// set is stored once, so that an array of sets is an array of int32 of the same shape. An operation
// that only moves elements, such as a slice, a transpose or a gather, therefore needs no rule: it
// runs on the numbers of the sets. An operation on each element joins the sets of its operands. All
// others say by a method [Depender].Depend what their results depend on; one without such a
// method is taken to use every element of its operands for every element of its results.
//
// What is computed from constants is computed here, too: indices, masks, and matrices whose zeros
// make a dependency vanish.
//
// The result is conservative: it has every dependency that exists at some point, and those that
// cancel, as in x - x. It is Gilbert's and Griewank's index-set propagation (Griewank & Walther,
// "Evaluating derivatives", 2nd ed., 2008, section 7.1).
package deps
