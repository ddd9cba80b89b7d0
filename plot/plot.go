// Package plot draws how searches went and how methods compare, as PNG, SVG, PDF or
// another format by the ending of the file's name.
package plot

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/argmin-go/argmin/minimize/trace"
)

// Series is a search and its name in the legend.
type Series struct {
	Name  string       // in the legend
	Trace *trace.Trace // what the search recorded
}

// Traces draws the progress of searches over evaluations of the function: how far the value
// is above the least value of all searches, the largest element of the gradient, and the
// length of the steps, on logarithmic scales. The ending of the file's name selects the
// format.
func Traces(file string, series ...Series) error {
	least := math.Inf(1)
	for _, s := range series {
		if s.Trace == nil {
			return fmt.Errorf("plot: series %q has no Trace", s.Name)
		}
		for _, p := range s.Trace.Points {
			least = min(least, p.Fun)
		}
	}
	panels := []struct {
		title string
		value func(trace.Point) float64
	}{
		{"value above the least", func(p trace.Point) float64 { return p.Fun - least }},
		{"largest element of the gradient", func(p trace.Point) float64 { return p.GradNorm }},
		{"length of the step", func(p trace.Point) float64 { return p.Step }},
	}
	var plots []*plot.Plot
	for _, panel := range panels {
		p := plot.New()
		p.Title.Text, p.X.Label.Text, p.X.Tick.Marker = panel.title, "evaluations", counts{}
		p.Add(plotter.NewGrid())
		lines := 0
		for i, s := range series {
			var pts plotter.XYs
			for _, t := range s.Trace.Points {
				if v := panel.value(t); v > 0 && !math.IsInf(v, 0) {
					pts = append(pts, plotter.XY{X: float64(t.NFev), Y: v})
				}
			}
			if len(pts) == 0 {
				continue
			}
			if err := add(p, i, s.Name, pts, false); err != nil {
				return err
			}
			lines++
		}
		if lines == 0 {
			continue // such as the gradient of methods that use none
		}
		logarithmic(&p.Y)
		plots = append(plots, p)
	}
	if len(plots) == 0 {
		return errors.New("plot: the traces are empty")
	}
	for _, p := range plots[1:] {
		p.Legend = plot.NewLegend()
	}
	return save(file, plots, 4.2*vg.Inch, 3.6*vg.Inch)
}

// Profile draws the performance profile of solvers: for every factor τ the share of
// problems that each solver solves at a cost of at most τ times the least cost of any solver
// (Dolan & Moré, "Benchmarking optimization software with performance profiles", 2002). cost
// has a row for each problem with a number for each solver, such as evaluations or seconds;
// NaN or +Inf where the solver failed. A cost that is not positive is an error.
func Profile(file, title string, solvers []string, cost [][]float64) error {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, "cost relative to the best, τ", "share of problems solved"
	p.Add(plotter.NewGrid())
	ratios := make([][]float64, len(solvers))
	last := 2.0
	for k, row := range cost {
		if len(row) != len(solvers) {
			return fmt.Errorf("plot: problem %d has %d costs, want one for each of %d solvers", k, len(row), len(solvers))
		}
		best := math.Inf(1)
		for i, c := range row {
			if c <= 0 {
				return fmt.Errorf("plot: problem %d: cost %d, of %q, is %g, want a positive number, or NaN where it is not solved", k, i, solvers[i], c)
			}
			if !math.IsNaN(c) {
				best = min(best, c)
			}
		}
		for i, c := range row {
			if r := c / best; c > 0 && !math.IsInf(c, 0) {
				ratios[i] = append(ratios[i], r)
				last = max(last, r)
			}
		}
	}
	if len(cost) == 0 {
		return errors.New("plot: cost has no rows, want one for each problem")
	}
	for i, r := range ratios {
		slices.Sort(r)
		pts := plotter.XYs{{X: 1, Y: 0}}
		for k, v := range r {
			pts = append(pts, plotter.XY{X: v, Y: float64(k+1) / float64(len(cost))})
		}
		pts = append(pts, plotter.XY{X: last * 1.05, Y: float64(len(r)) / float64(len(cost))})
		if err := add(p, i, solvers[i], pts, true); err != nil {
			return err
		}
	}
	logarithmic(&p.X)
	// Space for the legend to the right of the lines.
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 1, math.Pow(last*1.05, 1.35), 0, 1.02
	p.Legend.Top, p.Legend.XOffs, p.Legend.YOffs = false, vg.Points(-12), vg.Points(8)
	return save(file, []*plot.Plot{p}, 7*vg.Inch, 4.6*vg.Inch)
}

func add(p *plot.Plot, i int, name string, pts plotter.XYs, steps bool) error {
	line, err := plotter.NewLine(pts)
	if err != nil {
		return err
	}
	line.Color, line.Width = plotutil.Color(i), vg.Points(1.6)
	if i >= 7 { // the colours repeat
		line.Dashes = plotutil.Dashes(i / 7)
	}
	if steps {
		line.StepStyle = plotter.PostStep
	}
	p.Add(line)
	p.Legend.Add(name, line)
	p.Legend.Top = true
	return nil
}

// logarithmic makes an axis logarithmic, with ticks at few enough powers of ten.
func logarithmic(a *plot.Axis) {
	if a.Min == a.Max {
		a.Min, a.Max = a.Min/2, a.Max*2
	}
	a.Scale, a.Tick.Marker = plot.LogScale{}, powers{}
}

// counts are the usual ticks, labelled with whole numbers.
type counts struct{}

func (counts) Ticks(lo, hi float64) []plot.Tick {
	ticks := plot.DefaultTicks{}.Ticks(lo, hi)
	for i, t := range ticks {
		if t.Label != "" {
			ticks[i].Label = fmt.Sprintf("%.4g", t.Value)
		}
	}
	return ticks
}

// powers are ticks at powers of ten, or for a narrow axis at simple numbers.
type powers struct{}

func (powers) Ticks(lo, hi float64) []plot.Tick {
	from, to := math.Floor(math.Log10(lo)), math.Ceil(math.Log10(hi))
	var ticks []plot.Tick
	if to-from <= 2 {
		for e := from; e <= to; e++ {
			for m := 1.0; m < 10; m++ {
				label := ""
				if m == 1 || m == 2 || m == 5 {
					label = fmt.Sprintf("%.3g", m*math.Pow(10, e))
				}
				if v := m * math.Pow(10, e); v >= lo && v <= hi {
					ticks = append(ticks, plot.Tick{Value: v, Label: label})
				}
			}
		}
		return ticks
	}
	every := math.Ceil((to - from) / 8)
	for e := from; e <= to; e++ {
		label := ""
		if math.Mod(e, every) == 0 {
			label = fmt.Sprintf("1e%g", e)
		}
		ticks = append(ticks, plot.Tick{Value: math.Pow(10, e), Label: label})
	}
	return ticks
}

// save draws plots side by side, each of the given size.
func save(file string, plots []*plot.Plot, w, h vg.Length) error {
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), ".")
	if format == "" {
		return fmt.Errorf("plot: the file name %q has no ending that selects the format, such as .png or .svg", file)
	}
	w *= vg.Length(len(plots))
	c, err := draw.NewFormattedCanvas(w, h, format)
	if err != nil {
		return fmt.Errorf("plot: %w", err)
	}
	dc := draw.New(c)
	dc.FillPolygon(color.White, []vg.Point{{}, {X: w}, {X: w, Y: h}, {Y: h}})
	tiles := draw.Tiles{Rows: 1, Cols: len(plots), PadX: vg.Centimeter, PadTop: 8, PadBottom: 5, PadLeft: 5, PadRight: 12}
	for i, part := range plot.Align([][]*plot.Plot{plots}, tiles, dc)[0] {
		plots[i].Draw(part)
	}
	f, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("plot: %w", err)
	}
	_, err = c.WriteTo(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("plot: %w", err)
	}
	return nil
}
