package kernel

// sumBlock is the length summed with eight running accumulators; longer
// slices are cut in blocks whose sums are added pairwise. It is also the unit
// by which long sums are shared between cores.
const sumBlock = 512

// sumGrain is the length one core sums at a time: sumBlock times a power of
// two, so that the partial sums are nodes of the tree that one core would
// build only.
const sumGrain = sumBlock << 9

// Sum returns the sum of x. The rounding error is bounded by about
// (64 + log2(n/512)) eps times the sum of |x|: blocks of 512 run in eight
// accumulators and are added as a balanced tree (N. Higham, Accuracy and
// Stability of Numerical Algorithms, 2nd ed., section 4.2). The sum of nothing
// is 0.
func Sum[T Float](x []T) T {
	if len(x) < 2*ParallelWork {
		return sumTree(x)
	}
	return sumParallel(x)
}

func sumParallel[T Float](x []T) T {
	parts := make([]T, (len(x)+sumGrain-1)/sumGrain)
	Parallel(len(parts), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			parts[i] = sumTree(x[i*sumGrain : min((i+1)*sumGrain, len(x))])
		}
	})
	return foldPairs(parts)
}

// sumTree adds the blocks of x as a left-complete binary tree.
func sumTree[T Float](x []T) T {
	if len(x) <= sumBlock {
		return sumRun(x)
	}
	h := splitBlocks(len(x))
	return sumTree(x[:h]) + sumTree(x[h:])
}

// splitBlocks returns the largest sumBlock times a power of two below n.
func splitBlocks(n int) int {
	h := sumBlock
	for 2*h < n {
		h *= 2
	}
	return h
}

// foldPairs adds the elements of p as a left-complete binary tree, in place.
func foldPairs[T Float](p []T) T {
	if len(p) == 0 {
		return 0
	}
	for n := len(p); n > 1; n = (n + 1) / 2 {
		for i := 0; i < n/2; i++ {
			p[i] = p[2*i] + p[2*i+1]
		}
		if n%2 == 1 {
			p[n/2] = p[n-1]
		}
	}
	return p[0]
}

func sumRun[T Float](x []T) T {
	var s0, s1, s2, s3, s4, s5, s6, s7 T
	for len(x) >= 8 {
		s0 += x[0]
		s1 += x[1]
		s2 += x[2]
		s3 += x[3]
		s4 += x[4]
		s5 += x[5]
		s6 += x[6]
		s7 += x[7]
		x = x[8:]
	}
	s := ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))
	for _, v := range x {
		s += v
	}
	return s
}
