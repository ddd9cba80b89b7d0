// Package search is the driver of all searches of minimize: it evaluates the functions of a problem
// for a method, counts, keeps checkpoints, shows progress, and makes a result of however the search
// ends.
//
// A front door (minimize, root, leastsq, scalar) makes an [Evaluator], for a minimum with a [Run]
// around it, for systems and least squares with a [System], and calls the method within [Do].
//
// # What a method may rely on
//
// A method of minimize gets a Run, evaluates through it, and returns an [Outcome]. It reads
//
//	X0, Lower, Upper, Constraints        the start, within the bounds; nil bounds and constraints are none
//	Problem                              only to see which derivatives there are: nil functions are missing
//	NIter, NFev, NJev                    how much has been done, for its limits
//	Best, BestF                          the best point seen
//
// and calls
//
//	Value, Gradient, Hessian, Product    evaluations at a point; the last point is kept, so that the value and
//	                                     the gradient there are found once
//	Constraints.Values, .Jacobian, .Hessian  the same for constraints
//	NoteFeasible                         offers a point with its value as the best one
//	Iterated                             once at the end of each iteration: counts, monitor, callback
//	Tolerance, Iterations                its options, with their defaults
//	Refuse                               ends a search whose options are wrong
//
// and may set StopStatus and StopMessage, for callbacks that stop the search. Everything else is
// for the front door. The calls end the search by a panic when the context has ended, a callback
// stops it or a function fails: a method needs no test for these, and must not recover (but see
// [AskedToStop]). All calls are made from the goroutine that the method was called on. Slices that a
// method passes are copied. A search depends on nothing but what the functions return, so that a
// journal of these resumes it bit by bit.
//
// Read run.go, best.go and hessian.go for what a Run does, constraints.go and system.go for
// functions of many values, differences.go for finite differences, scale.go, startunits.go and
// valueunit.go for the sizes of values and variables, slopes.go for what is kept of gradients, outcome.go and stop.go for how
// searches end; evaluator.go, journal.go and monitor.go are what all kinds of searches share.
package search
