// Package ir is the heart of argmin: the traced program and the values that
// flow through a trace.
//
// A [Value] is an array: either concrete, holding its numbers, or traced, a
// variable of a [Builder]. [Apply] applies a primitive (an [Op]) to values. If
// all of them are concrete the primitive runs at once; otherwise it is recorded
// in the innermost builder among them, and operands that come from outside that
// builder become its captured inputs. A traced value carries its builder, so
// there is no global trace stack and goroutines never meet.
//
// A finished builder is a [Program]: typed, immutable, in single-assignment
// form. Transformations (packages ad and batch) interpret a program equation by
// equation, calling the rules of each primitive, which call [Apply] again.
package ir
