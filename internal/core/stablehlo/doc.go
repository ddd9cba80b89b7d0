// Package stablehlo writes programs as StableHLO text, the language of machine
// learning compilers: every PJRT runtime, and so XLA on processors, GPUs and TPUs,
// compiles it (the specification is at openxla.org/stablehlo/spec).
//
// [Print] writes a program as a module with one function. It goes through the
// equations, and each primitive writes itself with the methods of a [Builder], see
// the StableHLO methods of package prim: often one operation, sometimes a composition
// of other primitives. The text is deterministic, so that it can be the key of a
// compilation cache; its names come from the primitives, and every operation carries
// the user's source line, which the runtime's errors and profiles show.
package stablehlo
