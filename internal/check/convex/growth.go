package convex

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Growing are the times of the solvers on one kind of random problems: all of one family and variant.
type Growing struct {
	Kind     string
	Problems []*Problem  // by nonzeros
	Seconds  [][]float64 // of each solver, on each problem; NaN where it is not solved, 0 where it was not run
	Worst    []float64   // the largest residual, or error of a proof, of each solver on what it solved
}

// Growing groups the problems by kind: by their names up to the first number, and by variants.
func (r *Record) Growing(problems []*Problem, solvers []string, level string) []Growing {
	var all []Growing
	for _, p := range problems {
		kind, _, _ := strings.Cut(p.Name, "-")
		if p.Expect != Solved {
			kind += ", " + string(p.Expect)
		}
		i := slices.IndexFunc(all, func(g Growing) bool { return g.Kind == kind })
		if i < 0 {
			i, all = len(all), append(all, Growing{Kind: kind})
		}
		all[i].Problems = append(all[i].Problems, p)
	}
	for i := range all {
		g := &all[i]
		slices.SortStableFunc(g.Problems, func(a, c *Problem) int { return a.Nonzeros() - c.Nonzeros() })
		for _, s := range solvers {
			seconds, worst := make([]float64, len(g.Problems)), 0.0
			for k, p := range g.Problems {
				f, ok := r.Get(p.Name, s, level)
				switch {
				case !ok:
				case !f.Solved:
					seconds[k] = math.NaN()
				case p.Expect == Solved:
					seconds[k], worst = f.Seconds, max(worst, f.Residuals.Worst())
				default:
					seconds[k], worst = f.Seconds, max(worst, f.Proof)
				}
			}
			g.Seconds, g.Worst = append(g.Seconds, seconds), append(g.Worst, worst)
		}
	}
	return all
}

// Growth has, for each kind of problem, the seconds of each solver by the number of nonzeros, the exponent of the power of that number which fits
// the larger half of the solved ones best, the largest error, and how many times as long as each other solver the first one takes.
func (r *Record) Growth(problems []*Problem, solvers, levels []string) string {
	var b strings.Builder
	for _, level := range levels {
		for _, g := range r.Growing(problems, solvers, level) {
			fmt.Fprintf(&b, "%s, %s: seconds by nonzeros\n%-20s", g.Kind, level, "")
			for _, p := range g.Problems {
				fmt.Fprintf(&b, " %9d", p.Nonzeros())
			}
			fmt.Fprintf(&b, "  exponent  worst\n")
			for i, s := range solvers {
				fmt.Fprintf(&b, "%-20s", s)
				g.cells(&b, func(k int) float64 { return g.Seconds[i][k] })
				fmt.Fprintf(&b, "  %8.2f %6.0e\n", g.Exponent(i), g.Worst[i])
			}
			for i, s := range solvers[1:] {
				fmt.Fprintf(&b, "%-20s", solvers[0]+"/"+s)
				g.cells(&b, func(k int) float64 {
					if g.Seconds[i+1][k] == 0 {
						return 0
					}
					return g.Seconds[0][k] / g.Seconds[i+1][k]
				})
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}

// cells writes a number for each problem, a dash for NaN and nothing for 0.
func (g Growing) cells(b *strings.Builder, value func(k int) float64) {
	for k := range g.Problems {
		switch v := value(k); {
		case math.IsNaN(v):
			fmt.Fprintf(b, " %9s", "—")
		case v == 0:
			fmt.Fprintf(b, " %9s", "")
		default:
			fmt.Fprintf(b, " %9.4g", v)
		}
	}
}

// Exponent is how the seconds of a solver grow with the nonzeros, on the larger half of what it solved.
func (g Growing) Exponent(solver int) float64 {
	var x, y []float64
	for k, v := range g.Seconds[solver] {
		if v > 0 {
			x, y = append(x, math.Log(float64(g.Problems[k].Nonzeros()))), append(y, math.Log(v))
		}
	}
	half := max(0, min(len(x)/2, len(x)-2))
	return slope(x[half:], y[half:])
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
