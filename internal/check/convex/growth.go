package convex

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Growth has, for each kind of problem (its name up to the first number), the seconds of each solver by the number of nonzeros, and the
// exponent of the power of that number which fits the larger half of the solved ones best.
func (r *Record) Growth(problems []*Problem, solvers, levels []string) string {
	var b strings.Builder
	var kinds []string
	of := map[string][]*Problem{}
	for _, p := range problems {
		kind, _, _ := strings.Cut(p.Name, "-")
		if p.Expect != Solved {
			kind += ", " + string(p.Expect)
		}
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
		of[kind] = append(of[kind], p)
	}
	for _, level := range levels {
		for _, kind := range kinds {
			all := of[kind]
			slices.SortStableFunc(all, func(a, c *Problem) int { return a.Nonzeros() - c.Nonzeros() })
			fmt.Fprintf(&b, "%s, %s: seconds by nonzeros\n%-20s", kind, level, "")
			for _, p := range all {
				fmt.Fprintf(&b, " %9d", p.Nonzeros())
			}
			fmt.Fprintf(&b, "  exponent\n")
			for _, s := range solvers {
				fmt.Fprintf(&b, "%-20s", s)
				var x, y []float64
				for _, p := range all {
					f, ok := r.Get(p.Name, s, level)
					switch {
					case !ok:
						fmt.Fprintf(&b, " %9s", "")
					case !f.Solved:
						fmt.Fprintf(&b, " %9s", "—")
					default:
						fmt.Fprintf(&b, " %9.4f", f.Seconds)
						x, y = append(x, math.Log(float64(p.Nonzeros()))), append(y, math.Log(f.Seconds))
					}
				}
				half := max(0, min(len(x)/2, len(x)-2))
				fmt.Fprintf(&b, "  %8.2f\n", slope(x[half:], y[half:]))
			}
		}
	}
	return b.String()
}

// slope is the slope of the line of least squares, NaN if there is none.
func slope(x, y []float64) float64 {
	mx, my := 0.0, 0.0
	for i := range x {
		mx, my = mx+x[i]/float64(len(x)), my+y[i]/float64(len(x))
	}
	sxy, sxx := 0.0, 0.0
	for i := range x {
		sxy, sxx = sxy+(x[i]-mx)*(y[i]-my), sxx+(x[i]-mx)*(x[i]-mx)
	}
	return sxy / sxx
}
