package leastsq

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/internal/suggest"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// loss is a loss C²ρ((r/C)²) of residuals r, with its derivatives by z = r².
type loss struct {
	rho          func(z, rho, d1, d2 []float64)
	c2           float64 // C², the square of FScale
	z, r, d1, d2 []float64
}

// losses are the named losses: ρ, ρ′ and ρ″ at z. The linear one has no function.
var losses = map[string]func(z float64) (rho, d1, d2 float64){
	"linear": nil,
	"huber": func(z float64) (float64, float64, float64) {
		if z <= 1 {
			return z, 1, 0
		}
		s := math.Sqrt(z)
		return 2*s - 1, 1 / s, -1 / (2 * z * s)
	},
	"soft_l1": func(z float64) (float64, float64, float64) {
		t := 1 + z
		s := math.Sqrt(t)
		return 2 * z / (1 + s), 1 / s, -1 / (2 * t * s)
	},
	"cauchy": func(z float64) (float64, float64, float64) {
		t := 1 + z
		return math.Log1p(z), 1 / t, -1 / (t * t)
	},
	"arctan": func(z float64) (float64, float64, float64) {
		t := 1 + z*z
		return math.Atan(z), 1 / t, -2 * z / (t * t)
	},
}

// Losses returns the names that [Options].Loss may have, sorted.
func Losses() []string {
	var names []string
	for k := range losses {
		names = append(names, k)
	}
	slices.Sort(names)
	return names
}

// newLoss is the loss of m residuals; nil is the linear one.
func newLoss(name string, custom func(z, rho, d1, d2 []float64), scale float64, m int) (*loss, error) {
	if !(scale >= 0) || math.IsInf(scale, 0) {
		return nil, fmt.Errorf("leastsq: FScale is %g, want a positive number, or 0 for 1", scale)
	}
	scale = option.Or(scale, 1)
	l := &loss{rho: custom, c2: scale * scale}
	if custom != nil {
		if name != "" {
			return nil, fmt.Errorf("leastsq: both Loss %q and LossFunc are given", name)
		}
	} else {
		f, ok := losses[name]
		switch {
		case name != "" && !ok:
			return nil, fmt.Errorf("leastsq: there is no loss %q%s; the losses are %s", name, suggest.Nearest(name, Losses()),
				strings.Join(Losses(), ", "))
		case f == nil:
			return nil, nil
		}
		l.rho = func(z, rho, d1, d2 []float64) {
			for i, z := range z {
				rho[i], d1[i], d2[i] = f(z)
			}
		}
	}
	mem := make(vec.Slab, 4*m)
	l.z, l.r, l.d1, l.d2 = mem.Take(m), mem.Take(m), mem.Take(m), mem.Take(m)
	return l, nil
}

// cost is half the sum of the losses of the residuals.
func (l *loss) cost(fun []float64) float64 {
	if l == nil {
		return vec.Dot(fun, fun) / 2
	}
	for i, v := range fun {
		l.z[i] = v * v / l.c2
	}
	l.rho(l.z, l.r, l.d1, l.d2)
	s := 0.0
	for _, v := range l.r {
		s += v
	}
	return l.c2 * s / 2
}

// scale sets f to residuals, and changes their Jacobian, such that Jᵀf is the gradient
// of the cost and JᵀJ approximates its Hessian (Triggs, McLauchlan, Hartley &
// Fitzgibbon, "Bundle adjustment - a modern synthesis", 1999, section 4.3).
func (l *loss) scale(fun, f []float64, j jacobian) {
	copy(f, fun)
	if l == nil {
		return
	}
	rows, _ := l.weights(fun)
	for i, s := range rows {
		f[i] *= l.d1[i] / s
	}
	j.scaleRows(rows)
}

// weights are the factors by which scale multiplies the rows of the Jacobian at residuals fun, and the
// weights of the residuals in the gradient of the cost, √ρ′. They are valid until the next call of a method.
func (l *loss) weights(fun []float64) (rows, residuals []float64) {
	l.cost(fun) // for the derivatives
	for i, v := range fun {
		l.z[i] = math.Sqrt(max(l.d1[i]+2*l.d2[i]/l.c2*v*v, vec.Eps))
		l.r[i] = math.Sqrt(max(l.d1[i], 0))
	}
	return l.z, l.r
}
