// Package kernel holds the numerical routines under the CPU executor: dense
// products, factorizations, special functions, random bits, sorting,
// transposition and convolution. Every routine works on plain slices in
// row-major order and knows nothing of arrays, programs or derivatives, so that it
// can be read, tested and measured by itself. Start at [Gemm], the product of
// matrices, or at [Parallel], which shares work between cores.
//
// Three rules hold for the whole package.
//
//   - Same input, same bits. No result depends on the number of cores, on how
//     work is split between them, or on where a slice lies in memory.
//   - NaN and infinity travel as in IEEE 754: a zero factor doesn't hide
//     them. A factorization of a matrix with a NaN gives NaN; none hangs.
//   - Lengths are the caller's promise. A slice that is too short is a bug of
//     the caller and panics with an index out of range; empty is always legal.
//
// Routines allocate nothing once warm, except the handful of words that
// starting goroutines costs, which only happens above [ParallelWork]
// operations.
package kernel

// Float is the element type of the real routines.
type Float interface{ ~float32 | ~float64 }
