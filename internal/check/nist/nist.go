// Package nist has the Statistical Reference Datasets of NIST for nonlinear regression: data, two starts, and
// parameters with standard deviations that are certified to eleven digits
// (https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml). The files in data are as NIST has
// published them, in the public domain.
package nist

import (
	"embed"
	"fmt"
	"math"
	"path"
	"strconv"
	"strings"

	"github.com/argmin-go/argmin/num"
)

//go:embed data/*.dat
var files embed.FS

// Set is a data set.
type Set struct {
	Name       string
	Starts     [2][]float64
	Params, SD []float64   // certified parameters and their standard deviations
	RSS        float64     // certified residual sum of squares
	X          [][]float64 // one row for each observation
	Y          []float64
	// Model is for complex numbers, so that a step into the imaginary direction gives derivatives to rounding.
	Model func(b []complex128, x []float64) complex128
	// Curve is the model at all observations at once: x has one vector for each column of X.
	Curve func(b []num.Array, x []num.Array) num.Array
}

// Sets are all 27, in the order of their names.
func Sets() ([]*Set, error) {
	list, err := files.ReadDir("data")
	if err != nil {
		return nil, err
	}
	if len(list) != 27 {
		return nil, fmt.Errorf("%d files of NIST, want 27", len(list))
	}
	var sets []*Set
	for _, f := range list {
		s, err := parse(f.Name())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name(), err)
		}
		sets = append(sets, s)
	}
	return sets, nil
}

// Columns are the columns of X.
func (s *Set) Columns() []num.Array {
	columns := make([]num.Array, len(s.X[0]))
	for k := range columns {
		c := make([]float64, len(s.X))
		for i, row := range s.X {
			c[i] = row[k]
		}
		columns[k] = num.New(c)
	}
	return columns
}

func parse(file string) (*Set, error) {
	text, err := files.ReadFile(path.Join("data", file))
	if err != nil {
		return nil, err
	}
	s := &Set{Name: strings.TrimSuffix(file, ".dat")}
	if s.Model, s.Curve = models[s.Name], curves[s.Name]; s.Model == nil || s.Curve == nil {
		return nil, fmt.Errorf("no model")
	}
	observations, residualSD := 0, 0.0
	for i, line := range strings.Split(string(text), "\n") {
		w := strings.Fields(line)
		last := func() (v float64) {
			v, err = strconv.ParseFloat(w[len(w)-1], 64)
			return v
		}
		switch {
		case len(w) == 0:
		case i >= 60:
			row := make([]float64, len(w))
			for k, v := range w {
				if row[k], err = strconv.ParseFloat(v, 64); err != nil {
					return nil, err
				}
			}
			s.Y, s.X = append(s.Y, row[0]), append(s.X, row[1:])
		case len(w) == 6 && w[1] == "=" && w[0][0] == 'b':
			var v [4]float64
			for k := range v {
				if v[k], err = strconv.ParseFloat(w[k+2], 64); err != nil {
					return nil, err
				}
			}
			s.Starts[0], s.Starts[1] = append(s.Starts[0], v[0]), append(s.Starts[1], v[1])
			s.Params, s.SD = append(s.Params, v[2]), append(s.SD, v[3])
		case strings.HasPrefix(line, "Residual Sum of Squares:"):
			s.RSS = last()
		case strings.HasPrefix(line, "Residual Standard Deviation:"):
			residualSD = last()
		case strings.HasPrefix(line, "Number of Observations:"):
			observations = int(last())
		}
		if err != nil {
			return nil, err
		}
	}
	// (The degrees of freedom in the file of Rat43 are misprinted.)
	if rss := residualSD * residualSD * float64(len(s.Y)-len(s.Params)); len(s.Y) != observations || math.Abs(rss/s.RSS-1) > 1e-9 {
		return nil, fmt.Errorf("%d observations of %d, %d parameters, residual sum of squares %g or %g", len(s.Y),
			observations, len(s.Params), rss, s.RSS)
	}
	if s.Name == "Nelson" { // a model of log y
		for i, y := range s.Y {
			s.Y[i] = math.Log(y)
		}
	}
	return s, nil
}
