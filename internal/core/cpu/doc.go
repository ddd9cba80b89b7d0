// Package cpu executes programs in Go.
//
// A program becomes a [Plan] once, and is then run as often as needed: a list of
// prepared routines (kernels) and a static layout of the memory between them, so that
// a run allocates nothing but its results. Planning goes in this order:
//
//   - build.go orders the equations into nodes. Equal equations are computed once;
//     results that are parts of other arrays (views) or repeat one element (splats)
//     are not stored; elementwise equations on arrays of one size, and the sums over
//     their results, are fused into groups.
//   - plan.go decides where each value lives: in the caller's buffers, in an arena
//     whose pieces are used again after their last use, or over an operand that nobody
//     reads again, as the carries of loops are where that is safe.
//   - planfused.go lays out a fused group, whose values between the steps stay in
//     registers of one chunk each.
//   - fused.go runs a group chunk by chunk, in the first-level cache, on several cores
//     if it is large, with the same bits on any number of them.
//
// The executor knows no primitive: it asks interfaces of package ir whether one is
// elementwise, a view, a repetition, a sum or runs in place.
package cpu
