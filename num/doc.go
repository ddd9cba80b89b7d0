// Package num is n-dimensional arrays with NumPy's operations and JAX's
// transformations.
//
// Functions of arrays are plain Go functions. A transformation takes one and returns
// another: its gradient ([Grad]), its product with a vector in either direction
// ([JVP], [VJP], [Linearize]), its Jacobian ([JacobianFwd], [JacobianRev]) or
// [Hessian], the same function on a batch ([Vmap]), prepared for repeated calls
// ([Jit]). They nest in any order to any depth, and their arguments may be any tree
// whose leaves are arrays: structs, maps, slices, pointers.
//
// Inside a transformation arrays are traced: their shapes are known, their numbers
// are not. Decisions on numbers are made with [Where], [Cond], [Switch] and the
// loops [While], [WhileMax], [Scan] and [ForLoop]; Go's own if and for run while
// tracing. What the function of a branch or a loop does to arrays that it captures is part of
// the branch or the loop, like what it does to its argument. Derivatives can be given by hand ([CustomJVP], [CustomVJP]), follow from
// a condition that the result satisfies ([CustomRoot], [CustomFixedPoint],
// [CustomLinearSolve]), or stop ([Array.StopGradient]). [Callback] brings in plain Go
// code. [ProgramOf] shows what tracing made of a function; docs/inside.md follows one
// function through all transformations.
//
// Elements are float64, float32, int64, int32, uint32 or bool. Operations broadcast
// by NumPy's rules but never convert: [Array.AsType] does. Arrays are immutable and
// everything is safe for use by many goroutines.
//
// # Methods and functions
//
// What works on one array is a method: arithmetic, comparisons and logic with a second
// operand, functions of every element, reductions, shapes, indexing, sorting, products
// and transposes, as in x.Sub(y).Square().Sum(). Functions are what makes arrays
// ([New], [Zeros], [Arange]), what treats several arrays as equals ([Where], [Maximum],
// [Concat], [Stack], [Atan2], [Outer], [Einsum]), linear algebra ([Solve], [Cholesky],
// [Norm], [Trace]), random numbers ([Normal]), the placement on devices ([Shard]), and
// transformations. [Maximum] is the larger of two arrays and [Array.Max] the largest
// element of one.
//
// Names are NumPy's, SciPy's and jax.numpy's, in Go's spelling: [Array.NanSum],
// [Array.Quantile], [Searchsorted], [Interp], [LogAddExp], [Xlogy], [GammaInc], [BetaInc],
// [SegmentSum], [AssociativeScan], [LstSq], [Pinv]. Where Go needs another name or form, it is
// this: keepdims is [KeepDims], ddof is [Array.VarDDof], the order of a norm is a kind of
// [MatrixNorm] or the p of [VectorNorm], arange with a step is [ArangeStep], the random gamma and
// beta are [RandGamma] and [RandBeta], cho_factor and cho_solve are [Cholesky] and
// [SolveCholesky], argnums is [GradFirst] and [GradSecond], and a.at[idx].multiply(y) is
// [Array.PutMul]. An axis is always given; there is no complex type.
//
// The number in a formula is a [Const], which takes the dtype of the array that it meets;
// [Array.Scale], [Array.AddScalar] and [Array.Clip] take plain numbers.
//
// # Random numbers
//
// Random numbers come from a key, made by [NewKey]: the same key gives the same numbers,
// in or outside of a transformation, on any executor. Use a key once; [Split] makes new
// ones from it.
//
// # Errors
//
// An operation on arrays that do not fit panics with an [*Error], which names the
// operation, the shapes, and the line of the program that asked for it. [Try]
// turns such a panic into an error, and so do the entry points that return one,
// such as [Jitted.Call] and the solvers. [Error.Unwrap] and errors.Is with
// [ErrShape], [ErrDType], [ErrArgument], [ErrNumeric], [ErrUser] and the others
// distinguish the kinds.
package num
