package kernel

// ConvDims describes how the window of a convolution moves. Each slice has one entry
// per spatial dimension; a nil one stands for ones, or for zeros in the
// padding. Group counts of 0 stand for 1, and at most one is above 1.
type ConvDims struct {
	Strides      []int // steps of the window
	PadLo, PadHi []int // zeros before and after the input; negative ones crop
	LHSDilation  []int // spacing of the input, with zeros between
	RHSDilation  []int // spacing of the kernel
	// FeatureGroups cuts the input and output features in as many independent
	// convolutions.
	FeatureGroups int
	// BatchGroups cuts the batch and the output features likewise: group i of
	// the output features sees only group i of the batch.
	BatchGroups int
}

// OutShape returns the shape of the result for an input of shape lhs [batch,
// features, spatial...] and a kernel of shape rhs [output features, features of
// a group, spatial...].
func (c ConvDims) OutShape(lhs, rhs []int) []int {
	out := []int{lhs[0] / max(c.BatchGroups, 1), rhs[0]}
	for d := range lhs[2:] {
		out = append(out, c.window(d, lhs[2+d], rhs[2+d]).out)
	}
	return out
}

// window is the movement along one spatial dimension.
type window struct {
	in, taps, out            int
	stride, lo, dilIn, dilRH int
}

func (c ConvDims) window(d, in, taps int) window {
	at := func(s []int, otherwise int) int {
		if s == nil {
			return otherwise
		}
		return s[d]
	}
	w := window{in: in, taps: taps, stride: at(c.Strides, 1), lo: at(c.PadLo, 0), dilIn: at(c.LHSDilation, 1), dilRH: at(c.RHSDilation, 1)}
	room := dilated(in, w.dilIn) + w.lo + at(c.PadHi, 0) - dilated(taps, w.dilRH)
	if room >= 0 {
		w.out = room/w.stride + 1
	}
	return w
}

// dilated is the extent of n elements spaced by d.
func dilated(n, d int) int {
	if n == 0 {
		return 0
	}
	return (n-1)*d + 1
}

// source returns which input element tap k meets at output o, or -1 for a zero.
func (w window) source(k, o int) int {
	p := o*w.stride + k*w.dilRH - w.lo
	if p < 0 || p%w.dilIn != 0 || p/w.dilIn >= w.in {
		return -1
	}
	return p / w.dilIn
}

// plain reports whether the window sees the input element by element.
func (w window) plain() bool {
	return w.taps == 1 && w.stride == 1 && w.lo == 0 && w.dilIn == 1 && w.out == w.in
}

// Conv computes the convolution (without flipping the kernel) of lhs, of shape
// [batch, features, spatial...], with rhs, of shape [output features, features
// of a group, spatial...], into out, whose shape [batch, output features,
// spatial...] is [ConvDims.OutShape].
//
// A column for each output position holds the input elements the window sees
// there; the product of the kernel, as a matrix, with these columns is the
// result (K. Chellapilla, S. Puri and P. Simard, "High performance
// convolutional neural networks for document processing", IWFHR 2006). Columns
// are made some hundreds at a time, and shared between cores. There are at most
// twelve spatial dimensions.
func Conv[T Float](out, lhs []T, lhsShape []int, rhs []T, rhsShape []int, dims ConvDims) {
	c := conv[T]{out: out, lhs: lhs, rhs: rhs, positions: 1, taps: 1, image: 1, plain: true}
	for d := range lhsShape[2:] {
		w := dims.window(d, lhsShape[2+d], rhsShape[2+d])
		c.room[d] = w
		c.rank++
		c.positions *= w.out
		c.taps *= w.taps
		c.image *= w.in
		c.plain = c.plain && w.plain()
	}
	if c.rank == 0 {
		c.room[0] = window{in: 1, taps: 1, out: 1, stride: 1, dilIn: 1, dilRH: 1}
		c.rank = 1
	}
	bg, fg := max(dims.BatchGroups, 1), max(dims.FeatureGroups, 1)
	c.batchGroups, c.groups = bg, bg*fg
	c.batch, c.features, c.outFeatures = lhsShape[0]/bg, lhsShape[1], rhsShape[0]
	c.depth = rhsShape[1] * c.taps
	if c.batch == 0 || c.outFeatures == 0 || c.positions == 0 {
		return
	}
	if c.depth == 0 {
		clear(out[:c.batch*c.outFeatures*c.positions])
		return
	}
	s := getScratch()
	defer s.put()
	c.tabulate(s)
	c.cut()
	tasks := c.batch * c.groups * c.tiles
	work := 2 * c.outFeatures / c.groups * c.depth * c.positions / c.tiles
	if float64(work)*float64(tasks) < ParallelWork || tasks == 1 {
		c.run(0, tasks)
		return
	}
	c.parallel(tasks, grainFor(work, 1))
}

// conv holds one call of Conv.
type conv[T Float] struct {
	out, lhs, rhs []T
	room          [maxRank]window // an array, to stay off the heap
	rank          int

	batch                 int // of the output
	features, outFeatures int
	groups, batchGroups   int
	positions             int // spatial size of the output
	image                 int // spatial size of the input
	taps                  int // spatial size of the kernel
	depth                 int // terms of one output element
	plain                 bool

	table []int // of dimension d, tap k and output o: offset in the image, or -1

	// Output positions are cut in tiles of rows lines of the last dimension, or
	// of span positions of one line.
	rows, span, tiles int
}

// dims is the movement along each spatial dimension.
func (c *conv[T]) dims() []window { return c.room[:c.rank] }

// tabulate fills the table: the dimensions one after the other.
func (c *conv[T]) tabulate(s *scratch) {
	n := 0
	for _, w := range c.dims() {
		n += w.taps * w.out
	}
	c.table = view[int](s, n)
	at, step := 0, c.image
	for _, w := range c.dims() {
		step /= max(w.in, 1)
		for k := range w.taps {
			for o := range w.out {
				c.table[at] = w.source(k, o)
				if c.table[at] > 0 {
					c.table[at] *= step
				}
				at++
			}
		}
	}
}

// cut sizes the tiles for columns of about half a million elements.
func (c *conv[T]) cut() {
	target := min(max((1<<19)/c.depth, 64), 2048)
	line := c.dims()[len(c.dims())-1].out
	lines := c.positions / line
	if line >= target {
		c.rows, c.span = 1, target
		c.tiles = lines * ((line + target - 1) / target)
		return
	}
	c.rows, c.span = target/line, line
	c.tiles = (lines + c.rows - 1) / c.rows
}

func (c *conv[T]) parallel(tasks, grain int) {
	own := *c
	Parallel(tasks, grain, own.run)
}

// run does tasks lo to hi; a task is one tile of one group of one image.
func (c *conv[T]) run(lo, hi int) {
	s := getScratch()
	defer s.put()
	outs, depth := c.outFeatures/c.groups, c.rhsFeatures()
	line := c.dims()[len(c.dims())-1].out
	for t := lo; t < hi; t++ {
		tile, group, n := t%c.tiles, t/c.tiles%c.groups, t/c.tiles/c.groups
		// Of the two kinds of groups at most one is there.
		image, feature := n, group*depth
		if c.batchGroups > 1 {
			image, feature = group*c.batch+n, 0
		}
		src := c.lhs[(image*c.features+feature)*c.image:][:depth*c.image]

		first, p0, p1 := tile*c.rows, 0, line
		rows := min(c.rows, c.positions/line-first)
		if c.span < line {
			per := (line + c.span - 1) / c.span
			first, rows = tile/per, 1
			p0 = tile % per * c.span
			p1 = min(p0+c.span, line)
		}
		start, cols := first*line+p0, rows*(p1-p0)

		columns, ld := src, c.image
		if c.plain {
			columns = src[start:]
		} else {
			columns, ld = view[T](s, c.depth*cols), cols
			c.columns(columns, src, first, rows, p0, p1)
		}
		dst := c.out[(n*c.outFeatures+group*outs)*c.positions+start:]
		Gemm(false, false, outs, cols, c.depth, 1, c.rhs[group*outs*c.depth:], c.depth, columns, ld, 0, dst, c.positions)
	}
}

// rhsFeatures is the number of input features of one group.
func (c *conv[T]) rhsFeatures() int { return c.depth / c.taps }

// columns fills dst, one row for each feature and tap, with what the window
// sees from positions p0 to p1 of the given lines.
func (c *conv[T]) columns(dst, src []T, first, rows, p0, p1 int) {
	var tap [maxRank]int
	last := len(c.dims()) - 1
	for range c.rhsFeatures() {
		for k := range c.taps {
			for d, r := last, k; d >= 0; d-- {
				tap[d] = r % c.dims()[d].taps
				r /= c.dims()[d].taps
			}
			for line := first; line < first+rows; line++ {
				row := dst[:p1-p0]
				dst = dst[p1-p0:]
				base, table := c.line(tap[:last+1], line)
				if base < 0 {
					clear(row)
					continue
				}
				gather(row, src[base:], table[p0:p1])
			}
		}
		src = src[c.image:]
	}
}

// line returns where in the image an output line begins under a tap, or -1 if
// it lies outside, and the table of the last dimension.
func (c *conv[T]) line(tap []int, line int) (base int, table []int) {
	at := len(c.table)
	for d := len(c.dims()) - 1; d >= 0; d-- {
		w := &c.room[d]
		at -= w.taps * w.out
		row := c.table[at+tap[d]*w.out:][:w.out]
		if d == len(c.dims())-1 {
			table = row
			continue
		}
		o := row[line%w.out]
		if o < 0 {
			return -1, nil
		}
		base += o
		line /= w.out
	}
	return base, table
}

// gather sets dst[i] to src[at[i]], or to 0 where at[i] is negative.
func gather[T Float](dst, src []T, at []int) {
	at = at[:len(dst)]
	for i, j := range at {
		if j < 0 {
			dst[i] = 0
			continue
		}
		dst[i] = src[j]
	}
}
