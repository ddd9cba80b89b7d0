package main

import (
	"fmt"
	"image/color"
	"math"
	"os"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/argmin-go/argmin/internal/check/convex"
)

// drawGrowth draws the times of random problems that have solutions over their nonzeros, in a panel for each family.
func drawGrowth(o options, problems []*convex.Problem, record *convex.Record) error {
	var solvable []*convex.Problem
	for _, p := range problems {
		if p.Expect == convex.Solved {
			solvable = append(solvable, p)
		}
	}
	level := o.levels[len(o.levels)-1]
	const columns, side = 4, 3 * vg.Inch
	var plots []*plot.Plot
	for _, g := range record.Growing(solvable, o.solvers, level) {
		p := plot.New()
		p.Title.Text, p.X.Label.Text, p.Y.Label.Text = g.Kind, "nonzeros", "seconds of CPU"
		p.X.Scale, p.Y.Scale, p.X.Tick.Marker, p.Y.Tick.Marker = plot.LogScale{}, plot.LogScale{}, plot.LogTicks{Prec: -1}, plot.LogTicks{Prec: -1}
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 80, 2e6, 1e-3, 100
		p.Add(plotter.NewGrid())
		for i, s := range o.solvers {
			var pts plotter.XYs
			for k, v := range g.Seconds[i] {
				if v > 0 {
					pts = append(pts, plotter.XY{X: float64(g.Problems[k].Nonzeros()), Y: v})
				}
			}
			if len(pts) == 0 {
				continue
			}
			line, points, err := plotter.NewLinePoints(pts)
			if err != nil {
				return err
			}
			line.Color, points.Color, points.Shape, line.Width = plotutil.Color(i), plotutil.Color(i), vgdraw.CircleGlyph{}, vg.Points(1.6)
			p.Add(line, points)
			name := s
			if e := g.Exponent(i); !math.IsNaN(e) {
				name = fmt.Sprintf("%s, n^%.1f", s, e)
			}
			p.Legend.Add(name, line, points)
		}
		p.Legend.Top, p.Legend.Left, p.Legend.YOffs = true, true, vg.Points(4)
		plots = append(plots, p)
	}
	if len(plots) == 0 {
		return fmt.Errorf("nothing to draw: no random problem with a solution")
	}
	rows := (len(plots) + columns - 1) / columns
	w, h := columns*side, vg.Length(rows)*side
	img := vgimg.New(w, h)
	dc := vgdraw.New(img)
	dc.FillPolygon(color.White, []vg.Point{{}, {X: w}, {X: w, Y: h}, {Y: h}})
	grid := make([][]*plot.Plot, rows)
	for i := range grid {
		grid[i] = make([]*plot.Plot, columns)
		copy(grid[i], plots[i*columns:min(len(plots), (i+1)*columns)])
	}
	tiles := vgdraw.Tiles{Rows: rows, Cols: columns, PadX: 12, PadY: 14, PadTop: 8, PadBottom: 5, PadLeft: 5, PadRight: 12}
	for i, line := range plot.Align(grid, tiles, dc) {
		for j, part := range line {
			if grid[i][j] != nil {
				grid[i][j].Draw(part)
			}
		}
	}
	f, err := os.Create(o.growth)
	if err != nil {
		return err
	}
	if _, err := (vgimg.PngCanvas{Canvas: img}).WriteTo(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
