package sparse

import "math"

// Condition estimates the condition number of the scaled matrix in the 1-norm: a small
// relative error of the matrix or the right side becomes one of up to this many times its size in
// the solution. The estimate is nearly always within a factor of 3 below it; it is infinite if
// a column counts as zero. It costs some four solves (N. Higham, "FORTRAN codes for
// estimating the one-norm of a real or complex matrix", ACM TOMS 14, 1988).
func (f *LDL) Condition() float64 {
	n := f.sym.n
	if n == 0 {
		return 0
	}
	if f.zero > 0 {
		return math.Inf(1)
	}
	w := f.sym.workspace()
	defer f.sym.spaces.Put(w)
	sums := make([]float64, n)
	f.sym.each(func(k, i, j int) {
		v := math.Abs(f.values[k])
		sums[j] += v
		if i != j {
			sums[i] += v
		}
	})
	solve := func(x []float64) { f.direct(x, w) }
	return maxAbs(sums) * inverseNorm(n, solve, solve)
}

// inverseNorm estimates the 1-norm of the inverse of a matrix of order n from solutions with it,
// and with its transpose, in place.
func inverseNorm(n int, solve, transposed func(x []float64)) float64 {
	x, z := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = 1 / float64(n)
	}
	largest, last := 0., -1
	for range 5 {
		solve(x)
		norm := sumAbs(x)
		if !(norm > largest) {
			break
		}
		largest = norm
		for i, v := range x {
			z[i] = math.Copysign(1, v)
		}
		transposed(z)
		at := 0
		for i, v := range z {
			if math.Abs(v) > math.Abs(z[at]) {
				at = i
			}
		}
		if at == last {
			break
		}
		last = at
		clear(x)
		x[at] = 1
	}
	// A vector of alternating signs finds what the search above is blind for.
	for i := range x {
		x[i] = 1 + float64(i)/float64(max(n-1, 1))
		if i%2 == 1 {
			x[i] = -x[i]
		}
	}
	solve(x)
	return max(largest, 2*sumAbs(x)/float64(3*n))
}

// sumAbs is the sum of absolute values.
func sumAbs(x []float64) float64 {
	sum := 0.
	for _, v := range x {
		sum += math.Abs(v)
	}
	return sum
}
