// Package special has the test that compares every function of num, projection, prox and
// loss with high-precision references at special points: zeros, ties, poles, infinities, and
// numbers of extreme sizes. The values are made by the programs in testdata; table.py there
// says how to add a function.
package special
