package minimize_test

import (
	"context"
	"fmt"
	"math"
	"math/cmplx"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/check/testproblems"
	"github.com/argmin-go/argmin/minimize"
)

// descended is where a descent with exact derivatives comes to from x, which nothing of the searches has to do with: Newton's
// method, with the Hessian's eigenvalues made positive and damped until the value falls.
func descended(p *testproblems.Problem, x []float64) ([]float64, float64) {
	n := len(x)
	x = slices.Clone(x)
	f := p.Value(x)
	g, h, d := make([]float64, n), mat.NewSymDense(n, nil), make([]float64, n)
	damp := 1e-12
	for range 500 {
		p.Gradient(x, g)
		p.Hessian(x, h)
		for i := range d {
			if d[i] = 1 / math.Sqrt(math.Abs(h.At(i, i))); math.IsInf(d[i], 0) || math.IsNaN(d[i]) {
				d[i] = 1
			}
		}
		s := mat.NewSymDense(n, nil)
		for i := range n {
			for j := i; j < n; j++ {
				s.SetSym(i, j, h.At(i, j)*d[i]*d[j])
			}
		}
		var eig mat.EigenSym
		if !finite(s) || !eig.Factorize(s, true) {
			return x, f
		}
		var v mat.Dense
		eig.VectorsTo(&v)
		values := eig.Values(nil)
		better := false
		for ; damp < 1e12 && !better; damp *= 4 {
			y := slices.Clone(x)
			for k, w := range values {
				c := 0.0
				for i := range n {
					c += v.At(i, k) * g[i] * d[i]
				}
				w = max(math.Abs(w), 1e-15) + damp
				for i := range n {
					y[i] -= d[i] * v.At(i, k) * c / w
				}
			}
			if fy := p.Value(y); fy < f {
				better = true
				damp /= 64
				x, f = y, fy
			}
		}
		damp = max(damp, 1e-16)
		if !better {
			return x, f
		}
	}
	return x, f
}

// newtonFall is by how much the value falls by the Newton step, with the Hessian's eigenvalues made positive.
func newtonFall(p *testproblems.Problem, x []float64) float64 {
	n := len(x)
	g, h := make([]float64, n), mat.NewSymDense(n, nil)
	p.Gradient(x, g)
	p.Hessian(x, h)
	d := make([]float64, n)
	for i := range d {
		d[i] = 1 / math.Sqrt(max(math.Abs(h.At(i, i)), 1e-300))
	}
	for i := range n {
		g[i] *= d[i]
		for j := i; j < n; j++ {
			h.SetSym(i, j, h.At(i, j)*d[i]*d[j])
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(h, true) {
		return math.Inf(1)
	}
	var v mat.Dense
	eig.VectorsTo(&v)
	fall := 0.0
	for k, w := range eig.Values(nil) {
		c := mat.Dot(v.ColView(k), mat.NewVecDense(n, g))
		fall += c * c / (2 * max(math.Abs(w), 1e-15))
	}
	return fall
}

func finite(s *mat.SymDense) bool {
	for _, v := range s.RawSymmetric().Data {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// functions are functions of kinds on which searches end where there is no minimum.
func functions() []*testproblems.Problem {
	var all []*testproblems.Problem
	add := func(name string, f func(x []complex128) complex128, x0 ...float64) {
		all = append(all, &testproblems.Problem{Name: name, X0: x0, F: f})
	}
	sq := func(z complex128) complex128 { return z * z }
	add("product", func(x []complex128) complex128 {
		return sq(x[0]*x[1]*x[2]*x[3]-1) + sq(x[0]-2) + sq(x[1]-1) + sq(x[2]+x[3]-3)
	}, 2, 3, 2, 1)
	add("ratio", func(x []complex128) complex128 { return sq(x[0]-1) + 1e12*sq(x[1]-1e-6*x[0]) }, 3, -2)
	add("curved ratio", func(x []complex128) complex128 { return sq(1-x[0]) + 1e8*sq(x[1]-x[0]*x[0]) }, -1.2, 1)
	add("stiff exponential", func(x []complex128) complex128 {
		return cmplx.Exp(20*(x[0]-x[1])) + cmplx.Exp(-20*(x[0]-x[1])) + sq(x[0]-3) + sq(x[1]-1)
	}, 1, 2)
	add("exponentials", func(x []complex128) complex128 {
		return cmplx.Exp(x[0]+3*x[1]) + cmplx.Exp(x[0]-3*x[1]) + cmplx.Exp(-x[0])
	}, 2, 1)
	add("logistic plateau", func(x []complex128) complex128 {
		return 1/(1+cmplx.Exp(-(x[0]*x[0]+x[1]*x[1]-4))) + 0.01*sq(x[0]-1)*sq(x[1])
	}, 4, 3)
	add("bell", func(x []complex128) complex128 { return 1 - cmplx.Exp(-sq(x[0]-1)-2*sq(x[1]+1)) }, 2, 1)
	add("rational", func(x []complex128) complex128 { return sq(x[0]-1)/(1+sq(x[0])) + sq(x[1]-2)/(1+sq(x[1])) }, 4, -3)
	add("large sum", func(x []complex128) complex128 { return 1e8 + sq(x[0]-1) + 100*sq(x[1]-x[0]*x[0]) }, -1.2, 1)
	add("small curvature", func(x []complex128) complex128 { return 1 + 1e-10*(sq(x[0]-1)+sq(x[1]-x[0])) }, 5, 3)
	add("periodic", func(x []complex128) complex128 {
		return 2 - cmplx.Cos(x[0]) - cmplx.Cos(3*x[1]) + 0.01*(sq(x[0])+sq(x[1]))
	}, 2, 1.5)
	add("ripples", func(x []complex128) complex128 {
		return sq(x[0]) + sq(x[1]) + 0.1*cmplx.Sin(10*x[0])*cmplx.Sin(10*x[1])
	}, 3, 2)
	add("quartic", func(x []complex128) complex128 { return sq(sq(x[0]-x[1])) + sq(sq(x[1]-2*x[2])) + sq(x[0]-1) }, 3, -1, 2)
	add("high power", func(x []complex128) complex128 { return sq(sq(sq(x[0]-1))) + sq(x[0]*x[1]-1) }, 3, 2)
	add("logarithms", func(x []complex128) complex128 {
		return sq(cmplx.Log(x[0]*x[0]/4)) + sq(cmplx.Log(x[0]*x[0]*x[1]*x[1])) + 1
	}, 5, 3)
	add("inverse", func(x []complex128) complex128 { return 1/(x[0]*x[0]*x[1]*x[1]) + x[0]*x[0] + 1e-3*x[1]*x[1] }, 2, 3)
	add("valley of degree 6", func(x []complex128) complex128 { return sq(x[0]*x[0]*x[0]-x[1]) + 1e-3*sq(x[0]-2) }, -2, 1)
	add("eigenvalue", func(x []complex128) complex128 {
		return sq(2*x[0]+x[1]-x[3]*x[0]) + sq(x[0]+3*x[1]+x[2]-x[3]*x[1]) + sq(x[1]+4*x[2]-x[3]*x[2]) + sq(x[0]*x[0]+x[1]*x[1]+x[2]*x[2]-1)
	}, 1, 1, 1, 1)
	add("matrix product", func(x []complex128) complex128 {
		return sq(x[0]*x[2]+x[1]*x[3]-1) + sq(x[0]*x[4]+x[1]*x[5]-2) + sq(x[0]*x[0]-x[2]) + sq(x[3]-x[4]) + 1e-4*sq(x[5])
	}, 1, 2, -1, 1, 0.5, 2)
	add("composition", func(x []complex128) complex128 {
		return sq(x[0]*x[0]*x[1]*x[1]*x[2]*x[2]-4) + 0.1*(sq(x[0]-x[1])+sq(x[1]-x[2]-1))
	}, 2, 1, 3)
	for _, n := range []int{3, 5, 10} {
		x0 := slices.Repeat([]float64{0.5}, n)
		add(fmt.Sprintf("almost linear %d", n), func(x []complex128) complex128 {
			sum, product := complex128(0), complex128(1)
			for _, v := range x {
				sum, product = sum+v, product*v
			}
			f := sq(product - 1)
			for _, v := range x[:len(x)-1] {
				f += sq(v + sum - complex(float64(len(x)+1), 0))
			}
			return f
		}, x0...)
	}
	return all
}

// knownFar are false successes of methods that see only values, in the long form of the test, with the reason.
var knownFar = map[string]string{
	"COBYLA/05-beale from 100":            "a valley along which the value tends to a limit",
	"COBYLA/08-bard from 1000":            "the same",
	"Nelder-Mead/08-bard from 100":        "the same",
	"Powell/08-bard from 100":             "the same",
	"COBYLA/12-box from 1000":             "an exponential that has underflown but for one term",
	"COBYLA/product from 100":             "differences over a ten-thousandth of the way come by chance to a better point",
	"COBYLA/ratio from 100":               "curvatures that differ by 1e12: differences of values do not show the smaller one",
	"COBYLA/rational from 1000":           "the start is where the function is constant: the steps of differences are a part of the way from there",
	"COBYLA/ripples from 1000":            "the same",
	"COBYLA/valley of degree 6 from 1000": "curvatures that differ by 1e9",
	"COBYQA/10-meyer from 10":             "curvatures that differ by 1e10",
	"COBYQA/23-penalty-one-4 from 1000":   "curvatures that differ by 1e9",
	"Nelder-Mead/eigenvalue from 1000":    "differences over a ten-thousandth of the way come by chance to a better point",
	"Powell/01-rosenbrock from 1000":      "steps of differences that are a part of the way from the start",
	"Powell/10-meyer from 100":            "curvatures that differ by 1e10",
	"Powell/10-meyer from 1000":           "the same",
	"Powell/20-watson6 from 1000":         "curvatures that differ by 1e6",
	"Powell/20-watson9 from 1000":         "the same",
	"Powell/20-watson12 from 1000":        "the same",
	"Powell/composition from 100":         "differences over a ten-thousandth of the way come by chance to a better point",
	"SLSQP/high power from 1000":          "a minimum at which all derivatives up to the seventh vanish",
}

// TestNoFalseSuccessFromFar starts all methods ten, a hundred and a thousand times as far away as usual, where values are so large that
// whatever is left is a small part of them: a success is where a descent with exact derivatives finds nothing that is
// much lower, or only beside the point.
func TestNoFalseSuccessFromFar(t *testing.T) {
	most, fars := 6, []float64{100}
	if whole() {
		most, fars = 12, []float64{1, 10, 100, 1000}
	}
	runs, successes := 0, map[string]int{}
	for k, p := range append(functions(), testproblems.MGH()...) {
		if len(p.X0) > most || testing.Short() && k%3 > 0 {
			continue
		}
		for _, far := range fars {
			x0 := slices.Clone(p.X0)
			for i := range x0 {
				if x0[i] == 0 && far > 1 {
					x0[i] = 1
				}
				x0[i] *= far
			}
			first := p.Value(x0)
			if math.IsNaN(first) || math.IsInf(first, 0) {
				continue
			}
			runs++
			u := units{p, slices.Repeat([]float64{1}, len(p.X0)), 1}
			for _, name := range minimize.Methods() {
				m, err := minimize.MethodByName(name, nil)
				if err != nil {
					t.Fatal(err)
				}
				r, err := minimize.Minimize(context.Background(), u.problem(true), x0, minimize.Options{Method: m})
				if err != nil {
					t.Fatalf("%s/%s from %g: %v", name, p.Name, far, err)
				}
				if !r.Success {
					continue
				}
				successes[name]++
				x, f := descended(p, r.X)
				key := fmt.Sprintf("%s/%s from %g", name, p.Name, far)
				if !farRight(p, r, x, f, math.Abs(first-f), m.Capability().DerivativeFree) && knownFar[key] == "" {
					t.Errorf("%s: success at %.6g, from where a descent comes to %.6g, after %d evaluations: %s %.3g, %.3g", key, r.Fun, f, r.NFev, r.Message, r.X, x)
				}
			}
		}
	}
	t.Logf("successes of %d: %v", runs, successes)
}

// farRight reports whether r is a minimum as far as can be expected, where a descent comes to x and the value f.
func farRight(p *testproblems.Problem, r minimize.Result, x []float64, f, fallen float64, derivativeFree bool) bool {
	relative, part, near := 1e-3, 1e-5, 1e-2
	if derivativeFree {
		relative, part, near = 2e-2, 1e-3, 3e-2
	}
	if r.Fun-f <= relative*math.Abs(f)+part*min(1, fallen) || newtonFall(p, r.X) <= relative*math.Abs(r.Fun) { // a saddle, perhaps
		return true
	}
	apart := 0.0
	for i := range x {
		apart = max(apart, math.Abs(x[i]-r.X[i])/max(math.Abs(x[i]), math.Abs(r.X[i])))
	}
	return apart <= near
}
