package kernel

// maxRank is the number of dimensions copied without allocating.
const maxRank = 12

// axis is one dimension of a strided copy: its extent, and how far one step
// moves in the destination and in the source.
type axis struct{ n, d, s int }

// Strided is a place in a slice and how far each dimension steps from there.
// Steps may be zero (the source of a copy only) or negative.
type Strided[T any] struct {
	Data    []T
	Offset  int
	Strides []int
}

// CopyStrided copies an array of the given shape from src to dst, which must
// not overlap. Slices, reversals, broadcasts, transposes, padding and
// concatenation are all such copies. Large ones are shared between cores.
func CopyStrided[T any](dst, src Strided[T], shape []int) {
	copyStrided(dst.Data, src.Data, dst.Offset, src.Offset, dst.Strides, src.Strides, shape)
}

// copyStrided takes its slices apart, which keeps strides off the heap.
func copyStrided[T any](dst, src []T, d, s int, dStrides, sStrides, shape []int) {
	var room [maxRank]axis
	axes, ok := mergeAxes(room[:0], dStrides, sStrides, shape)
	if !ok {
		return
	}
	total := 1
	for _, a := range axes {
		total *= a.n
	}
	if total >= ParallelWork/2 && len(axes) > 0 {
		copyParallel(dst, src, d, s, append([]axis(nil), axes...), total)
		return
	}
	copyAxes(dst, src, d, s, axes)
}

// Permute copies src, of shape srcShape, into dst with its dimensions
// reordered: dimension i of dst is dimension perm[i] of src. Both are
// contiguous.
func Permute[T any](dst, src []T, srcShape, perm []int) {
	var a, b, c [maxRank]int
	strides := appendStrides(a[:0], srcShape)
	from, shape := b[:0], c[:0]
	for _, p := range perm {
		from, shape = append(from, strides[p]), append(shape, srcShape[p])
	}
	to := appendStrides(strides[:0], shape)
	copyStrided(dst, src, 0, 0, to, from, shape)
}

// BroadcastTo fills the contiguous dst, of shape dstShape, from src, where a
// step along dimension i of dst moves srcStrides[i] elements in src: 0 where
// src is repeated.
func BroadcastTo[T any](dst, src []T, srcStrides, dstShape []int) {
	var a [maxRank]int
	to := appendStrides(a[:0], dstShape)
	copyStrided(dst, src, 0, 0, to, srcStrides, dstShape)
}

// appendStrides appends the strides of a contiguous array to s.
func appendStrides(s, shape []int) []int {
	for range shape {
		s = append(s, 0)
	}
	step := 1
	for i := len(shape) - 1; i >= 0; i-- {
		s[len(s)-len(shape)+i] = step
		step *= shape[i]
	}
	return s
}

// mergeAxes appends the dimensions of a copy to axes, leaving out dimensions of
// extent 1 and merging neighbours that step as one. It reports whether there is
// anything to copy.
func mergeAxes(axes []axis, d, s, shape []int) ([]axis, bool) {
	for i, n := range shape {
		if n == 0 {
			return nil, false
		}
		if n == 1 {
			continue
		}
		if k := len(axes) - 1; k >= 0 && axes[k].d == n*d[i] && axes[k].s == n*s[i] {
			axes[k] = axis{axes[k].n * n, d[i], s[i]}
			continue
		}
		axes = append(axes, axis{n, d[i], s[i]})
	}
	return axes, true
}

// copyParallel cuts the longest dimension.
func copyParallel[T any](dst, src []T, d, s int, axes []axis, total int) {
	cut := 0
	for i, a := range axes {
		if a.n > axes[cut].n {
			cut = i
		}
	}
	whole := axes[cut]
	grain := grainFor(2*total/whole.n, copyTile)
	Parallel(whole.n, grain, func(lo, hi int) {
		part := append([]axis(nil), axes...)
		part[cut].n = hi - lo
		copyAxes(dst, src, d+lo*whole.d, s+lo*whole.s, part)
	})
}

// copyAxes copies the dimensions from the outside in.
func copyAxes[T any](dst, src []T, d, s int, axes []axis) {
	switch len(axes) {
	case 0:
		dst[d] = src[s]
	case 1:
		copyLine(dst, src, d, s, axes[0])
	case 2:
		copyPlane(dst, src, d, s, axes[0], axes[1])
	default:
		// When the source runs along another dimension than the last, that one
		// goes innermost but one.
		if in, at := axes[len(axes)-1], len(axes)-2; in.s != 1 && in.s != 0 {
			for i, a := range axes[:at] {
				if a.s == 1 {
					axes[i], axes[at] = axes[at], axes[i]
				}
			}
		}
		copyOuter(dst, src, d, s, axes)
	}
}

func copyOuter[T any](dst, src []T, d, s int, axes []axis) {
	if len(axes) == 2 {
		copyPlane(dst, src, d, s, axes[0], axes[1])
		return
	}
	for range axes[0].n {
		copyOuter(dst, src, d, s, axes[1:])
		d += axes[0].d
		s += axes[0].s
	}
}

// copyTile is the edge of the square tiles in which a plane is transposed, so
// that the lines of both sides stay in the first-level cache.
const copyTile = 16

func copyPlane[T any](dst, src []T, d, s int, out, in axis) {
	if in.s == 1 || in.s == 0 || out.s != 1 || in.n <= copyTile {
		for range out.n {
			copyLine(dst, src, d, s, in)
			d += out.d
			s += out.s
		}
		return
	}
	for i := 0; i < out.n; i += copyTile {
		rows := min(copyTile, out.n-i)
		for j := 0; j < in.n; j += copyTile {
			tile := axis{min(copyTile, in.n-j), in.d, in.s}
			for r := i; r < i+rows; r++ {
				copyLine(dst, src, d+r*out.d+j*in.d, s+r*out.s+j*in.s, tile)
			}
		}
	}
}

func copyLine[T any](dst, src []T, d, s int, a axis) {
	switch {
	case a.d == 1 && a.s == 1:
		copy(dst[d:d+a.n], src[s:s+a.n])
	case a.d == 1 && a.s == 0:
		v := src[s]
		line := dst[d : d+a.n]
		for i := range line {
			line[i] = v
		}
	case a.d == 1:
		line := dst[d : d+a.n]
		for i := range line {
			line[i] = src[s]
			s += a.s
		}
	default:
		for range a.n {
			dst[d] = src[s]
			d += a.d
			s += a.s
		}
	}
}
