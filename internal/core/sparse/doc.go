// Package sparse has the routines of sparse matrices on slices: patterns, orderings,
// factorizations. It knows no arrays and no programs.
package sparse
