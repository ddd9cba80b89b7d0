// Package linesearch finds a step along a descent direction. The searches are
// written with num arrays: they trace, batch under num.Vmap and differentiate in
// both modes.
//
// Near a minimum rounding hides the decrease of the value. Every search therefore
// also accepts a point whose value is that of the start within a few ulps and
// whose slope passes the approximate Wolfe condition (Hager & Zhang, "A new
// conjugate gradient method with guaranteed descent and an efficient line
// search", 2005). Trial values that are NaN or infinite shorten the step.
package linesearch
