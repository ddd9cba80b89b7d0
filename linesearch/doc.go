// Package linesearch finds a step along a descent direction, or along a curve. The
// searches are written with num arrays: they trace, batch under num.Vmap and
// differentiate in both modes.
//
// Near a minimum rounding hides the decrease of the value. Every search therefore also
// accepts a point whose slope passes the approximate Wolfe condition and whose value is
// the value at the start up to rounding (Hager & Zhang, "A new conjugate gradient method
// with guaranteed descent and an efficient line search", 2005). The allowance for rounding
// is 64 ε relative to the value in [Backtracking] and [Zoom], and the paper's
// [HagerZhangOptions.Epsilon] in [HagerZhang]. Trial values that are NaN or infinite
// shorten the step.
//
// In the options structs a number that is 0 means its documented default, and a negative
// number asks for 0 itself.
package linesearch
