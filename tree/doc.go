// Package tree does arithmetic on trees: Go values whose leaves are num.Arrays
// (structs, maps, slices, fixed arrays, pointers, nested). Fields that are not
// arrays are static and are kept from the first operand. A field of type num.Array with the tag `tree:"omitzero"` is
// absent where it is the zero Array.
//
// Operands of one operation must have the same structure. If they do not, or if a
// value is not a tree, the functions panic with a *num.Error that names the path,
// such as .Layers[2].W. Use [num.Try] to have it returned.
package tree
