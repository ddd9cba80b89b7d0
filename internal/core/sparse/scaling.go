package sparse

import "math"

// equilibrate finds scales by powers of 2 with which the largest entry of every row of the
// matrix has a size about 1 (D. Ruiz, "A scaling algorithm to equilibrate both rows and
// columns norms in matrices", report RAL-TR-2001-034): each is divided by the root of its
// largest, again and again.
func (f *LDL) equilibrate(w *workspace) {
	s := f.sym
	for i := range f.scale {
		f.scale[i] = 1
	}
	if f.opt.Unscaled {
		return
	}
	w.solve = grown(w.solve, s.n)
	largest := w.solve
	for range scalings {
		clear(largest)
		f.eachScaled(func(i, j int32, v float64) {
			v = math.Abs(v)
			largest[i], largest[j] = max(largest[i], v), max(largest[j], v)
		})
		done := true
		for i, v := range largest {
			if v > 0.5 && v < 2 || v == 0 {
				continue
			}
			_, e := math.Frexp(v)
			if step := -e / 2; step != 0 {
				f.scale[i], done = math.Ldexp(f.scale[i], step), false
			}
		}
		if done {
			return
		}
	}
}

// scalings is how often the entries are gone through: each time the distance of the largest
// one's logarithm from 0 is halved, and it begins at 1,000 at most.
const scalings = 10

// eachScaled calls g for every entry: the positions of its row and column, and its value
// times the scales.
func (f *LDL) eachScaled(g func(i, j int32, v float64)) {
	s := f.sym
	for x := range s.nodes() {
		first, own, rows := s.first[x], s.first[x+1]-s.first[x], s.nodeRows(x)
		for e := s.entryPtr[x]; e < s.entryPtr[x+1]; e++ {
			i, j := first+s.entry[e].row, s.entry[e].col
			if j < own {
				j += first
			} else {
				j = rows[j-own]
			}
			g(i, j, f.values[s.source[e]]*f.scale[i]*f.scale[j])
		}
	}
}
