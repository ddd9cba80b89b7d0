// Package ad differentiates programs.
//
// Every primitive has one derivative rule, its JVP: from the operands, the results
// and the tangents of the operands it gives the tangents of the results. Forward mode
// ([JVP]) interprets a program on dual numbers, that is, on values with tangents.
//
// Reverse mode has no separate rules. [Linearize] runs the same interpretation, but
// the tangents are variables of an inner builder. Because tangents depend on tangents
// linearly, and everything else is evaluated outside, what is recorded in the inner
// builder is a linear program. Its transpose is the reverse mode derivative:
// [Backward] walks the linear equations from last to first and turns the cotangents
// of results into cotangents of operands, with the transpose rule that a primitive
// has if it is linear in an operand. For f(x) = x sin x the linear program is
//
//	dx => a = dx (sin x);  b = dx (cos x);  c = b x;  dy = a + c
//
// with sin x, cos x and x as known residuals. Backwards, dy gives the cotangents of a
// and c, c gives the cotangent of b, and a and b add up to the cotangent of dx. Forward and
// reverse mode cannot disagree, since both come from the one rule (Frostig, Johnson,
// Maclaurin and Radul, "Decomposing reverse-mode automatic differentiation", 2021).
//
// A nil tangent or cotangent stands for zero, so that no work is done for what is not
// differentiated.
package ad
