// Package batch vectorizes programs: from a program for one member it makes a program
// for a batch of them.
//
// It interprets the program on values with a batch axis: the axis along which the
// members of the batch are stacked, or -1 for a value that all members share. The
// batching rule of each primitive specifies how to apply it to such operands at once: an
// elementwise primitive runs on the larger arrays, a product gets one more batch
// axis, a transposition moves one more axis. Equations without batched operands are
// evaluated once for all members. No loop over the members is made, except by
// primitives whose members may take different paths, such as loops.
package batch
