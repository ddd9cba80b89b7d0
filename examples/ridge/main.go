// Command ridge solves a ridge regression on Longley's data and differentiates
// its answer with respect to the strength of the regularization: implicitly, by
// unrolling the solver, and by the closed form. It draws the regularization path
// with its derivative to ridge.png.
//
// The data are the US employment figures of J. W. Longley, "An appraisal of least
// squares programs for the electronic computer from the point of view of the
// user", JASA 62 (1967), in the public domain as distributed by NIST's
// Statistical Reference Datasets. Columns are standardized here.
package main

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"flag"
	"fmt"
	"image/color"
	"log"
	"math"
	"os"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
)

//go:embed longley.csv
var longley []byte

type data struct{ X, Y, L2 num.Array }

func ridge(w num.Array, d data) num.Array {
	r := d.X.MatMul(w).Sub(d.Y)
	return r.Square().Mean().Add(d.L2.Mul(w.Square().Sum())).Scale(0.5)
}

func main() {
	log.SetFlags(0)
	out := flag.String("plot", "ridge.png", "file for the picture; empty for none")
	flag.Parse()
	names, x, y := load()
	l2, w0 := num.Scalar(0.01), num.Zeros(len(names))
	method, opt := argmin.LBFGS{Memory: 20}, argmin.Options{Tol: 1e-13, MaxIter: 5000}
	solver := argmin.Minimize(ridge, method, opt)
	result, err := solver.Run(w0, data{x, y, l2})
	if err != nil {
		log.Fatal(err)
	}
	if err := result.Err(); err != nil {
		log.Fatal(err)
	}
	path := func(s *argmin.Solver[num.Array, data]) func(num.Array) num.Array {
		return func(l2 num.Array) num.Array { return s.Argmin(w0, data{x, y, l2}) }
	}
	jac := num.JacobianRev(path(solver))(l2)
	opt.Unroll = true
	unrolled := num.JacobianFwd(path(argmin.Minimize(ridge, method, opt)))(l2)

	// Closed form: (XᵀX/n + λI) w = Xᵀy/n, and its derivative in λ.
	n := float64(x.Shape()[0])
	h := x.T().MatMul(x).Scale(1 / n).Add(num.Eye(len(names)).Mul(l2))
	exact := num.Solve(h, x.T().MatMul(y).Scale(1/n))
	exactJac := num.Solve(h, exact.Neg())

	fmt.Printf("%s after %v iterations, gradient norm %.1e\n\n", result.State.Status(), result.State.NIter, result.State.Error.Item())
	fmt.Printf("%-12s %12s %12s   %12s %12s %12s\n", "", "w", "closed form", "dw/dλ", "unrolled", "closed form")
	for i, name := range names {
		fmt.Printf("%-12s %12.8f %12.8f   %12.8f %12.8f %12.8f\n", name, result.Params.At(i).Item(), exact.At(i).Item(),
			jac.At(i).Item(), unrolled.At(i).Item(), exactJac.At(i).Item())
	}
	if *out != "" {
		if err := draws(*out, names, path(solver)); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("\nregularization path drawn to %s\n", *out)
	}
	diff := func(a num.Array) float64 { return a.Sub(exactJac).Abs().Max().Item() }
	fmt.Printf("max |J_unrolled - J_exact| = %.3g\n", diff(unrolled))
	fmt.Printf("max |J - J_exact| = %.3g\n", diff(jac))
}

// load reads the table and standardizes its columns: the response first, then
// the regressors.
func load() (names []string, x, y num.Array) {
	rows, err := csv.NewReader(bytes.NewReader(longley)).ReadAll()
	if err != nil {
		log.Fatal(err)
	}
	head, rows := rows[0], rows[1:]
	var cols []float64
	for _, row := range rows {
		for _, s := range row {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil {
				log.Fatal(err)
			}
			cols = append(cols, v)
		}
	}
	t := num.New(cols, len(rows), len(head))
	t = t.Sub(t.Mean(0))
	t = t.Div(t.Square().Mean(0).Sqrt()).T()
	return head[1:], t.Range(1, len(head)).T(), t.At(0)
}

// draws plots the path over a grid of strengths and its derivative, both
// computed as one batch.
func draws(file string, names []string, path func(num.Array) num.Array) error {
	grid := make([]float64, 61)
	for i := range grid {
		grid[i] = math.Pow(10, -3+4*float64(i)/60)
	}
	l2s := num.New(grid)
	w := num.Vmap(path)(l2s)
	dw := num.Vmap(num.JacobianRev(path))(l2s)

	panels := [2]*plot.Plot{plot.New(), plot.New()}
	for k, values := range []num.Array{w, dw.Mul(l2s.Reshape(-1, 1))} {
		p := panels[k]
		p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
		p.X.Label.Text = "strength λ"
		p.Add(plotter.NewGrid())
		for j, name := range names {
			pts := make(plotter.XYs, len(grid))
			col := values.T().At(j).Float64s()
			for i := range pts {
				pts[i].X, pts[i].Y = grid[i], col[i]
			}
			line, err := plotter.NewLine(pts)
			if err != nil {
				return err
			}
			line.Color, line.Width = plotutil.Color(j), vg.Points(1.6)
			p.Add(line)
			if k == 0 {
				p.Legend.Add(name, line)
			}
		}
	}
	panels[0].Title.Text, panels[0].Y.Label.Text = "Longley: regularization path", "standardized weight w"
	panels[1].Title.Text, panels[1].Y.Label.Text = "its implicit derivative", "dw / d log λ"
	panels[0].Legend.Top = true

	img := vgimg.New(10*vg.Inch, 4*vg.Inch)
	dc := draw.New(img)
	dc.FillPolygon(color.White, []vg.Point{{}, {X: 10 * vg.Inch}, {X: 10 * vg.Inch, Y: 4 * vg.Inch}, {Y: 4 * vg.Inch}})
	tiles := draw.Tiles{Rows: 1, Cols: 2, PadX: vg.Centimeter, PadTop: 5, PadBottom: 5, PadLeft: 5, PadRight: 5}
	for k, c := range plot.Align([][]*plot.Plot{panels[:]}, tiles, dc)[0] {
		panels[k].Draw(c)
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if _, err := (vgimg.PngCanvas{Canvas: img}).WriteTo(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
