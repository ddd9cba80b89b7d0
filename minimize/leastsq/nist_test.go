package leastsq

import (
	"fmt"
	"math"
	"math/cmplx"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// nistSet is a data set of NIST's Statistical Reference Datasets for nonlinear
// regression (https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml), of which
// testdata/nist has the files as NIST has published them. They are in the public domain.
type nistSet struct {
	name       string
	starts     [2][]float64
	params, sd []float64 // certified, to 11 digits
	rss        float64
	x          [][]float64
	y          []float64
	model      func(b []complex128, x []float64) complex128
}

// nistLoad reads all sets, by name.
func nistLoad(t testing.TB) map[string]*nistSet {
	t.Helper()
	files, err := filepath.Glob("testdata/nist/*.dat")
	if err != nil || len(files) != 27 {
		t.Fatalf("%d files of NIST, want 27 (%v)", len(files), err)
	}
	sets := map[string]*nistSet{}
	for _, f := range files {
		s, err := nistParse(f)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		sets[s.name] = s
	}
	return sets
}

func nistParse(file string) (*nistSet, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	s := &nistSet{name: strings.TrimSuffix(filepath.Base(file), ".dat")}
	if s.model = nistModels[s.name]; s.model == nil {
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
			s.y, s.x = append(s.y, row[0]), append(s.x, row[1:])
		case len(w) == 6 && w[1] == "=" && w[0][0] == 'b':
			var v [4]float64
			for k := range v {
				if v[k], err = strconv.ParseFloat(w[k+2], 64); err != nil {
					return nil, err
				}
			}
			s.starts[0], s.starts[1] = append(s.starts[0], v[0]), append(s.starts[1], v[1])
			s.params, s.sd = append(s.params, v[2]), append(s.sd, v[3])
		case strings.HasPrefix(line, "Residual Sum of Squares:"):
			s.rss = last()
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
	if rss := residualSD * residualSD * float64(len(s.y)-len(s.params)); len(s.y) != observations || math.Abs(rss/s.rss-1) > 1e-9 {
		return nil, fmt.Errorf("%d observations of %d, %d parameters, residual sum of squares %g or %g", len(s.y),
			observations, len(s.params), rss, s.rss)
	}
	if s.name == "Nelson" { // a model of log y
		for i, y := range s.y {
			s.y[i] = math.Log(y)
		}
	}
	return s, nil
}

// problem has the Jacobian by complex steps, exact to rounding.
func (s *nistSet) problem() Problem {
	at := func(b []float64) []complex128 {
		z := make([]complex128, len(b))
		for i, v := range b {
			z[i] = complex(v, 0)
		}
		return z
	}
	return Problem{
		M: len(s.y),
		Residuals: func(b, r []float64) {
			z := at(b)
			for i, x := range s.x {
				r[i] = real(s.model(z, x)) - s.y[i]
			}
		},
		Jac: func(b []float64, j *mat.Dense) {
			const h = 1e-30
			for k, v := range b {
				z := at(b)
				z[k] = complex(v, h)
				for i, x := range s.x {
					j.Set(i, k, imag(s.model(z, x))/h)
				}
			}
		},
	}
}

// nistPow is NaN for a negative base.
func nistPow(a, e complex128) complex128 {
	if real(a) < 0 {
		return cmplx.NaN()
	}
	return cmplx.Pow(a, e)
}

// nistAtan is the arctangent of a number with a tiny imaginary part, which cmplx.Atan
// rounds away.
func nistAtan(a complex128) complex128 {
	return complex(math.Atan(real(a)), imag(a)/(1+real(a)*real(a)))
}

func nistSquare(a complex128) complex128 { return a * a }

// nistModels are the models; x has one element, for Nelson two.
var nistModels = func() map[string]func(b []complex128, x []float64) complex128 {
	type model = func(b []complex128, x []float64) complex128
	exp := cmplx.Exp
	of := func(f func(b []complex128, x complex128) complex128) model {
		return func(b []complex128, x []float64) complex128 { return f(b, complex(x[0], 0)) }
	}
	saturating := of(func(b []complex128, x complex128) complex128 { return b[0] * (1 - exp(-b[1]*x)) })
	chwirut := of(func(b []complex128, x complex128) complex128 { return exp(-b[0]*x) / (b[1] + b[2]*x) })
	lanczos := of(func(b []complex128, x complex128) complex128 {
		return b[0]*exp(-b[1]*x) + b[2]*exp(-b[3]*x) + b[4]*exp(-b[5]*x)
	})
	gauss := of(func(b []complex128, x complex128) complex128 {
		return b[0]*exp(-b[1]*x) + b[2]*exp(-nistSquare((x-b[3])/b[4])) + b[5]*exp(-nistSquare((x-b[6])/b[7]))
	})
	cubic := of(func(b []complex128, x complex128) complex128 {
		return (b[0] + x*(b[1]+x*(b[2]+x*b[3]))) / (1 + x*(b[4]+x*(b[5]+x*b[6])))
	})
	return map[string]model{
		"Misra1a": saturating,
		"BoxBOD":  saturating,
		"Misra1b": of(func(b []complex128, x complex128) complex128 { return b[0] * (1 - 1/nistSquare(1+b[1]*x/2)) }),
		"Misra1c": of(func(b []complex128, x complex128) complex128 { return b[0] * (1 - nistPow(1+2*b[1]*x, -.5)) }),
		"Misra1d": of(func(b []complex128, x complex128) complex128 { return b[0] * b[1] * x / (1 + b[1]*x) }),
		"DanWood": of(func(b []complex128, x complex128) complex128 { return b[0] * nistPow(x, b[1]) }),
		"ENSO": of(func(b []complex128, x complex128) complex128 {
			w := 2 * math.Pi * x
			return b[0] + b[1]*cmplx.Cos(w/12) + b[2]*cmplx.Sin(w/12) +
				b[4]*cmplx.Cos(w/b[3]) + b[5]*cmplx.Sin(w/b[3]) + b[7]*cmplx.Cos(w/b[6]) + b[8]*cmplx.Sin(w/b[6])
		}),
		"Eckerle4": of(func(b []complex128, x complex128) complex128 {
			return b[0] / b[1] * exp(-.5*nistSquare((x-b[2])/b[1]))
		}),
		"Chwirut1": chwirut, "Chwirut2": chwirut,
		"Lanczos1": lanczos, "Lanczos2": lanczos, "Lanczos3": lanczos,
		"Gauss1": gauss, "Gauss2": gauss, "Gauss3": gauss,
		"Hahn1": cubic, "Thurber": cubic,
		"Kirby2": of(func(b []complex128, x complex128) complex128 {
			return (b[0] + x*(b[1]+x*b[2])) / (1 + x*(b[3]+x*b[4]))
		}),
		"MGH09": of(func(b []complex128, x complex128) complex128 { return b[0] * x * (x + b[1]) / (x*(x+b[2]) + b[3]) }),
		"MGH10": of(func(b []complex128, x complex128) complex128 { return b[0] * exp(b[1]/(x+b[2])) }),
		"MGH17": of(func(b []complex128, x complex128) complex128 { return b[0] + b[1]*exp(-x*b[3]) + b[2]*exp(-x*b[4]) }),
		"Nelson": func(b []complex128, x []float64) complex128 {
			return b[0] - b[1]*complex(x[0], 0)*exp(-b[2]*complex(x[1], 0))
		},
		"Rat42": of(func(b []complex128, x complex128) complex128 { return b[0] / (1 + exp(b[1]-b[2]*x)) }),
		"Rat43": of(func(b []complex128, x complex128) complex128 { return b[0] / nistPow(1+exp(b[1]-b[2]*x), 1/b[3]) }),
		"Roszman1": of(func(b []complex128, x complex128) complex128 {
			return b[0] - b[1]*x - nistAtan(b[2]/(x-b[3]))/math.Pi
		}),
		"Bennett5": of(func(b []complex128, x complex128) complex128 { return b[0] * nistPow(b[1]+x, -1/b[2]) }),
	}
}()
