package kernel

// Dot returns the sum of x[i]*y[i] over i < len(x), added in the order of
// [Sum].
func Dot[T Float](x, y []T) T {
	if len(x) < ParallelWork {
		return dotTree(x, y)
	}
	return dotParallel(x, y)
}

func dotParallel[T Float](x, y []T) T {
	parts := make([]T, (len(x)+sumGrain-1)/sumGrain)
	Parallel(len(parts), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			a, b := i*sumGrain, min((i+1)*sumGrain, len(x))
			parts[i] = dotTree(x[a:b], y[a:b])
		}
	})
	return foldPairs(parts)
}

func dotTree[T Float](x, y []T) T {
	if len(x) <= sumBlock {
		return dotRun(x, y)
	}
	h := splitBlocks(len(x))
	return dotTree(x[:h], y[:h]) + dotTree(x[h:], y[h:])
}

func dotRun[T Float](x, y []T) T {
	var s0, s1, s2, s3, s4, s5, s6, s7 T
	y = y[:len(x)]
	for len(x) >= 8 && len(y) >= 8 {
		s0 += x[0] * y[0]
		s1 += x[1] * y[1]
		s2 += x[2] * y[2]
		s3 += x[3] * y[3]
		s4 += x[4] * y[4]
		s5 += x[5] * y[5]
		s6 += x[6] * y[6]
		s7 += x[7] * y[7]
		x, y = x[8:], y[8:]
	}
	s := ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))
	for i, v := range x {
		s += v * y[i]
	}
	return s
}

// Axpy adds alpha*x to y, over len(x) elements.
func Axpy[T Float](alpha T, x, y []T) {
	if len(x) >= ParallelWork {
		axpyParallel(alpha, x, y)
		return
	}
	axpyRun(alpha, x, y)
}

func axpyParallel[T Float](alpha T, x, y []T) {
	y = y[:len(x)]
	Parallel(len(x), ParallelWork/4, func(lo, hi int) {
		axpyRun(alpha, x[lo:hi], y[lo:hi])
	})
}

func axpyRun[T Float](alpha T, x, y []T) {
	y = y[:len(x)]
	for len(x) >= 4 && len(y) >= 4 {
		y[0] += alpha * x[0]
		y[1] += alpha * x[1]
		y[2] += alpha * x[2]
		y[3] += alpha * x[3]
		x, y = x[4:], y[4:]
	}
	for i, v := range x {
		y[i] += alpha * v
	}
}

// Scal multiplies x by alpha in place. An alpha of 0 doesn't clear NaN.
func Scal[T Float](alpha T, x []T) {
	if len(x) >= 2*ParallelWork {
		scalParallel(alpha, x)
		return
	}
	scalRun(alpha, x)
}

func scalParallel[T Float](alpha T, x []T) {
	Parallel(len(x), ParallelWork/4, func(lo, hi int) { scalRun(alpha, x[lo:hi]) })
}

func scalRun[T Float](alpha T, x []T) {
	for i := range x {
		x[i] *= alpha
	}
}

// scaleOut sets y to beta*y, where a beta of 0 overwrites whatever is there.
func scaleOut[T Float](beta T, y []T) {
	switch beta {
	case 0:
		clear(y)
	case 1:
	default:
		scalRun(beta, y)
	}
}
