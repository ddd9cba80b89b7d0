package sparse

import "math"

// equilibrate scales the values by powers of 2 until the largest entry of every row has a size
// about 1 (D. Ruiz, "A scaling algorithm to equilibrate both rows and columns norms in
// matrices", report RAL-TR-2001-034): each is divided by the root of its largest, again and
// again.
func (f *LDL) equilibrate(w *workspace) {
	for i := range f.scale {
		f.scale[i] = 1
	}
	if f.opt.Unscaled {
		return
	}
	n := f.sym.n
	w.solve = grown(w.solve, 2*n)
	by, largest := w.solve[:n], w.solve[n:2*n]
	for i := range by {
		by[i] = 1
	}
	for range scalings {
		f.rescale(by, largest)
		done := true
		for i, v := range largest {
			if by[i] = towardsOne(v); by[i] != 1 {
				f.scale[i] *= by[i]
				done = false
			}
		}
		if done {
			return
		}
	}
	f.rescale(by, largest)
}

// scalings is how often the entries are gone through: each time the distance of the largest
// one's logarithm from 0 is halved, and it begins at 1,000 at most.
const scalings = 10

// rescale multiplies rows and columns by numbers, and finds the largest entry of each then.
func (f *LDL) rescale(by, largest []float64) {
	p, upper := f.sym.pattern, f.sym.upper
	clear(largest)
	for i := range p.Rows {
		m, own := largest[i], by[i]
		for k := p.Ptr[i]; k < p.Ptr[i+1]; k++ {
			j := p.Ind[k]
			if j > i && !upper {
				break
			}
			v := f.values[k] * own * by[j] // not the product of the scales: it may overflow
			f.values[k] = v
			v = math.Abs(v)
			m = max(m, v)
			if v > largest[j] {
				largest[j] = v
			}
		}
		largest[i] = max(m, largest[i])
	}
}

// towardsOne is a power of 2 that halves the logarithm of v.
func towardsOne(v float64) float64 {
	if v > 0.5 && v < 2 || v == 0 {
		return 1
	}
	_, e := math.Frexp(v)
	return math.Ldexp(1, -e/2)
}
