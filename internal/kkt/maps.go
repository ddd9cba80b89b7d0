package kkt

import "github.com/argmin-go/argmin/num"

// Maps has H and J as functions, and never an entry of theirs. Matrices are the scales of what goes in and comes out: T of x, H of Hx, and J of
// Jx. Magnitudes of rows and columns are estimated by products with random signs (Diamond & Boyd, "Stochastic matrix-free
// equilibration", J. Optim. Theory Appl. 172, 2017).
type Maps struct {
	N, M  int
	H     func(x array) array // nil for zero
	J, JT func(x array) array
}

// Of are the matrices as they are.
func (s Maps) Of(d num.DType) Matrices {
	return Matrices{H: num.Full(d, 1, s.N), J: num.Full(d, 1, s.M), T: num.Full(d, 1, s.N)}
}

// Size implements [Products].
func (s Maps) Size() (n, m int) { return s.N, s.M }

// HTimes implements [Products].
func (s Maps) HTimes(k Matrices, x array) array {
	if s.H == nil {
		return x.Scale(0)
	}
	return s.H(x.Mul(k.T)).Mul(k.H)
}

// JTimes implements [Products].
func (s Maps) JTimes(k Matrices, x array) array { return s.J(x.Mul(k.T)).Mul(k.J) }

// TransposeTimes implements [Products].
func (s Maps) TransposeTimes(k Matrices, y array) array { return s.JT(y.Mul(k.J)).Mul(k.T) }

// probes is how many random products estimate magnitudes, which then are within a third, mostly.
const probes = 8

// Largest implements [Products]: it is the root of the sum of squares, which is at least as large.
func (s Maps) Largest(k Matrices) (cols, rows, h array) {
	d := k.H.DType()
	size := func(seed uint64, n int, times func(array) array) array {
		signs := num.Where(num.Bernoulli(num.NewKey(seed), 0.5, probes, n), num.Full(d, 1), num.Full(d, -1))
		return num.Vmap(times)(signs).Square().Mean(0).Sqrt()
	}
	h = num.Full(d, 0, s.N)
	if s.H != nil {
		h = size(1, s.N, func(x array) array { return s.HTimes(k, x) })
	}
	if s.M == 0 {
		return h, num.Full(d, 0, 0), h
	}
	cols = num.Maximum(h, size(2, s.M, func(y array) array { return s.TransposeTimes(k, y) }))
	return cols, size(3, s.N, func(x array) array { return s.JTimes(k, x) }), h
}

// Sums implements [Products]. They would need the entries: the matrices count as scaled.
func (s Maps) Sums(k Matrices) (cols, rows array) {
	d := k.H.DType()
	return num.Full(d, 1, s.N), num.Full(d, 1, s.M)
}

// Scaled implements [Products].
func (s Maps) Scaled(k Matrices, d, e array) Matrices {
	return Matrices{H: k.H.Mul(d), J: k.J.Mul(e), T: k.T.Mul(d)}
}
