// Package ir holds the traced program and the values that flow through a trace: it
// is the heart of argmin, and the place to begin reading.
//
// A function that the user wrote in Go, on arrays, is run once on placeholders. What
// it does to them is written down as a list of equations, for example
//
//	{ a:f64[3] =>
//	  b:f64[3] = sin a
//	  c:f64[] = reduce_sum{[0]} b
//	  => c }
//
// and this list, a [Program], is what everything else works on: it can be run,
// differentiated, batched, compiled and printed ([Program.String] prints as above).
// A program is typed, immutable and in single-assignment form.
//
// How it comes about: a [Value] is an array, either concrete, holding its numbers,
// or traced, a variable of a [Builder]. [Apply] applies a primitive (an [Op], such
// as sin) to values. If all of them are concrete the primitive runs at once;
// otherwise it is recorded in the innermost builder among them, and operands that
// come from outside that builder become its captured inputs. A traced value carries
// its builder, so goroutines do not interfere. Only a function that runs later, such as a
// branch, takes more while it is traced than its own values: see [Builder.Stage].
//
// A primitive is one Go type with all of its rules: the types of its results, its
// derivative, its transpose, its batching and its routine. Transformations are
// interpretations: [Interpret] goes through a program equation by equation with
// operands of some kind (values, values with tangents, values with a batch axis) and
// asks a rule of the primitive for the results. The rules call Apply again, so the
// result of a transformation is recorded like any other function, and
// transformations compose.
//
// The packages above read from here upwards: stablehlo writes programs as text,
// ground has the five primitives that transformations need, ad differentiates, batch
// vectorizes, prim has the primitives, and cpu runs programs in Go.
package ir
