// Package num is argmin's array language: n-dimensional arrays, NumPy's
// operations on them, and transformations of the functions written with them:
// derivatives ([Grad], [JVP], [VJP], [JacobianRev], [Hessian]…), batching
// ([Vmap]), compilation ([Jit]) and loops ([While]).
//
// Functions take and return trees: any Go value whose leaves are Arrays
// (structs, maps, slices, pointers), or an Array itself. Transformations nest in
// any order, and arrays captured by a closure are differentiated and batched like
// arguments.
//
// Operations on arrays that do not fit panic with an [*Error], which names the
// operation, the shapes and the caller's line. [Try], [Jitted.Call] and the
// solvers of package argmin return it as an error instead.
package num
