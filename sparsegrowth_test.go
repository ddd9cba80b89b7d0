package argmin_test

import (
	"fmt"
	"image/color"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	runtimemetrics "runtime/metrics"
	"testing"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

// neighbours is a least-squares problem of n parameters with ten residuals for each: one of its own, and nine of it and the next one.
func neighbours(n int) func(x, y A) []A {
	return func(x, y A) []A {
		next := x.Range(1, n).Sub(x.Range(0, n-1))
		all := []A{x.Add(x.Square().Scale(0.1)).Sub(y)}
		for k := 2.; k <= 10; k++ {
			all = append(all, next.Scale(k/10).Add(next.Scale(k).Sin().Scale(0.01)))
		}
		return all
	}
}

// measured is how long a run took, and how much more memory objects had at most.
type measured struct {
	n      int
	time   time.Duration
	memory float64
	state  argmin.State
}

// measure watches the heap during a run.
func measure(run func() (argmin.State, error)) (m measured, err error) {
	defer debug.SetGCPercent(debug.SetGCPercent(10)) // so that the heap has little that nothing refers to
	heap := func() float64 {
		s := []runtimemetrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		runtimemetrics.Read(s)
		return float64(s[0].Value.Uint64())
	}
	runtime.GC()
	base, most, done := heap(), make(chan float64), make(chan struct{})
	go func() {
		peak := 0.
		for {
			select {
			case <-done:
				most <- peak
				return
			case <-time.After(2 * time.Millisecond):
				peak = max(peak, heap())
			}
		}
	}()
	begin := time.Now()
	m.state, err = run()
	m.time = time.Since(begin)
	close(done)
	m.memory = <-most - base
	return m, err
}

// Time and memory go with the entries of matrices: ten times as many variables need about ten times of both. With ARGMIN_WHOLE=1 up to
// 10⁵ variables are measured, and ARGMIN_PICTURE names the file of the picture in docs/sparsity.md.
func TestSparseGrowth(t *testing.T) {
	sizes := []int{300, 1000, 3000}
	if whole() {
		sizes = []int{1000, 3000, 10_000, 30_000, 100_000}
	}
	problems := []struct {
		name string
		run  func(n int) (variables int, run func() (argmin.State, error))
	}{
		{"least squares, 10 residuals for a variable", func(n int) (int, func() (argmin.State, error)) {
			return n, func() (argmin.State, error) {
				y := num.Arange(num.Float64, 0, n).Scale(2e-3).Sin()
				r, err := argmin.LeastSquares(neighbours(n), nil, argmin.Options{}).Run(num.Zeros(n), y)
				return r.State, err
			}
		}},
		{"optimal control by the interior point method", func(n int) (int, func() (argmin.State, error)) {
			solver, x0 := pendulum(n/3 - 1)
			return x0.Size(), func() (argmin.State, error) {
				r, err := solver.Run(argmin.KKT[A]{X: x0}, num.Scalar(1))
				return r.State, err
			}
		}},
		{"Bratu's equation by Newton's method", func(n int) (int, func() (argmin.State, error)) {
			side := int(math.Sqrt(float64(n)))
			f, _ := bratu(side)
			return side * side, func() (argmin.State, error) {
				r, err := argmin.Root(f, nil, argmin.Options{Tol: 1e-9}).Run(num.Zeros(side*side), num.Scalar(1))
				return r.State, err
			}
		}},
	}
	names, all := []string{}, [][]measured{}
	for _, p := range problems {
		var rows []measured
		for _, n := range sizes {
			variables, run := p.run(n)
			m, err := measure(run)
			m.n = variables
			if err != nil || m.state.Status().String() != "converged" {
				t.Fatalf("%s, %d variables: %v, %v", p.name, variables, m.state, err)
			}
			t.Logf("%s, %d variables: %v, %.0f MB, %.1f kB per variable; %v", p.name, variables, m.time.Round(time.Millisecond), m.memory/1e6,
				m.memory/1e3/float64(variables), m.state)
			rows = append(rows, m)
		}
		names, all = append(names, p.name), append(all, rows)
		// A matrix of n×n numbers alone takes 8n² bytes.
		a, b := rows[len(rows)-3], rows[len(rows)-1]
		if b.memory > 4*float64(b.n)*float64(b.n) {
			t.Errorf("%s: %.0f bytes for %d variables", p.name, b.memory, b.n)
		}
		// Ten times as many variables need ten times as much memory, and for the fill of a grid somewhat more.
		if whole() && b.memory/float64(b.n) > 2*a.memory/float64(a.n) {
			t.Errorf("%s: %.0f bytes for each of %d variables, and %.0f for each of %d", p.name, b.memory/float64(b.n), b.n, a.memory/float64(a.n), a.n)
		}
	}
	if file := os.Getenv("ARGMIN_PICTURE"); file != "" {
		if err := drawGrowth(file, names, all); err != nil {
			t.Fatal(err)
		}
	}
}

// drawGrowth draws time and memory over the number of variables, and what is linear in it.
func drawGrowth(file string, names []string, all [][]measured) error {
	panels := []struct {
		title, axis string
		value       func(m measured) float64
	}{
		{"time of a run, with tracing and analysis", "seconds", func(m measured) float64 { return m.time.Seconds() }},
		{"memory at most", "megabytes", func(m measured) float64 { return m.memory / 1e6 }},
	}
	const w, h = 11 * vg.Inch, 4.4 * vg.Inch
	img := vgimg.New(w, h)
	dc := vgdraw.New(img)
	dc.FillPolygon(color.White, []vg.Point{{}, {X: w}, {X: w, Y: h}, {Y: h}})
	var plots []*plot.Plot
	for _, panel := range panels {
		p := plot.New()
		p.Title.Text, p.X.Label.Text, p.Y.Label.Text = panel.title, "variables", panel.axis
		p.X.Scale, p.Y.Scale, p.X.Tick.Marker, p.Y.Tick.Marker = plot.LogScale{}, plot.LogScale{}, plot.LogTicks{Prec: -1}, plot.LogTicks{Prec: -1}
		p.Add(plotter.NewGrid())
		for i, rows := range all {
			var pts, linear plotter.XYs
			last := rows[len(rows)-1]
			for _, m := range rows {
				pts = append(pts, plotter.XY{X: float64(m.n), Y: panel.value(m)})
				linear = append(linear, plotter.XY{X: float64(m.n), Y: panel.value(last) * float64(m.n) / float64(last.n)})
			}
			line, points, err := plotter.NewLinePoints(pts)
			if err != nil {
				return err
			}
			ideal, err := plotter.NewLine(linear)
			if err != nil {
				return err
			}
			line.Color, points.Color, ideal.Color = plotutil.Color(i), plotutil.Color(i), plotutil.Color(i)
			line.Width, points.Shape, ideal.Dashes = vg.Points(1.6), vgdraw.CircleGlyph{}, []vg.Length{vg.Points(2), vg.Points(3)}
			p.Add(line, points, ideal)
			p.Legend.Add(names[i], line, points)
			if i == len(all)-1 {
				p.Legend.Add("linear", ideal)
			}
		}
		p.Legend.Top, p.Legend.Left = true, true
		p.Y.Max *= 20 // room for the legend
		plots = append(plots, p)
	}
	tiles := vgdraw.Tiles{Rows: 1, Cols: 2, PadX: vg.Centimeter, PadTop: 8, PadBottom: 5, PadLeft: 5, PadRight: 12}
	for i, part := range plot.Align([][]*plot.Plot{plots}, tiles, dc)[0] {
		plots[i].Draw(part)
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if _, err := (vgimg.PngCanvas{Canvas: img}).WriteTo(f); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return f.Close()
}
