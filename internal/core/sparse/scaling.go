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
	w.solve = grown(w.solve, f.sym.n)
	for range scalings {
		if f.rescale(w.solve) {
			return
		}
	}
}

// scalings is how often the entries are gone through: each time the distance of the largest
// one's logarithm from 0 is halved, and it begins at 1,000 at most.
const scalings = 10

// rescale divides rows and columns by the roots of their largest entries, for which it takes
// memory, and reports whether they were about 1 before.
func (f *LDL) rescale(largest []float64) (done bool) {
	p, upper := f.sym.pattern, f.sym.upper
	clear(largest)
	for i := range p.Rows {
		m := largest[i]
		for k := p.Ptr[i]; k < p.Ptr[i+1]; k++ {
			j := p.Ind[k]
			if j > i && !upper {
				break
			}
			v := math.Abs(f.values[k])
			m = max(m, v)
			if v > largest[j] {
				largest[j] = v
			}
		}
		largest[i] = max(m, largest[i])
	}
	done = true
	for i, v := range largest {
		largest[i] = towardsOne(v)
		if largest[i] != 1 {
			f.scale[i] *= largest[i]
			done = false
		}
	}
	for i := 0; i < p.Rows && !done; i++ {
		for k := p.Ptr[i]; k < p.Ptr[i+1]; k++ {
			f.values[k] = f.values[k] * largest[i] * largest[p.Ind[k]] // not the product of the scales: it may overflow
		}
	}
	return done
}

// towardsOne is a power of 2 that halves the logarithm of v.
func towardsOne(v float64) float64 {
	if v > 0.5 && v < 2 || v == 0 {
		return 1
	}
	_, e := math.Frexp(v)
	return math.Ldexp(1, -e/2)
}
