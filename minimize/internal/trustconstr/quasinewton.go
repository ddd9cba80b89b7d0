package trustconstr

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/vec"
)

// QuasiNewton are the options of minimize.QuasiNewton.
//
// Nocedal & Wright, "Numerical Optimization", 2nd ed. 2006: BFGS is equation 6.19, damped as in procedure
// 18.2, SR1 equation 6.24 with the test 6.26, the first scale equation 6.20.
type QuasiNewton struct {
	HessianUpdate     string  // "BFGS", the default, or "SR1"
	ExceptionStrategy string  // of BFGS where the curvature is below MinCurvature: "skip_update", the default, or "damp_update"
	MinCurvature      float64 // least sᵀy relative to sᵀBs; default 1e-8, and to damp 0.2
	MinDenominator    float64 // of SR1, least |(y - Bs)ᵀs| relative to |y - Bs||s|; default 1e-8
	InitScale         float64 // B is first InitScale times the identity; default the identity, scaled by the first change
}

// leastCurvature is the least sᵀy of damped updates relative to sᵀBs (Nocedal & Wright, procedure 18.2), and
// mostSkipped how many updates in a row are not made before they are damped: our choice.
const (
	leastCurvature = 0.2
	mostSkipped    = 3
)

// check reports what is wrong with the options.
func (q QuasiNewton) check() error {
	switch {
	case q.HessianUpdate != "" && q.HessianUpdate != "BFGS" && q.HessianUpdate != "SR1":
		return fmt.Errorf("HessianUpdate is %q, want BFGS or SR1", q.HessianUpdate)
	case q.ExceptionStrategy != "" && q.ExceptionStrategy != "skip_update" && q.ExceptionStrategy != "damp_update":
		return fmt.Errorf("ExceptionStrategy is %q, want skip_update or damp_update", q.ExceptionStrategy)
	case math.IsNaN(q.InitScale) || math.IsInf(q.InitScale, 0) || q.InitScale < 0:
		return fmt.Errorf("InitScale is %g, want a positive number, or 0 for one found", q.InitScale)
	case math.IsNaN(q.MinCurvature) || q.MinCurvature >= 1:
		return fmt.Errorf("MinCurvature is %g, want less than 1", q.MinCurvature)
	case math.IsNaN(q.MinDenominator) || q.MinDenominator >= 1:
		return fmt.Errorf("MinDenominator is %g, want less than 1", q.MinDenominator)
	}
	return nil
}

// quasiHessian is an approximation of a Hessian.
type quasiHessian struct {
	QuasiNewton
	b       *mat.SymDense
	scaled  bool // no longer the identity
	skipped int  // updates skipped in a row
	bs, res []float64
}

// start is the first approximation of order n.
func (q QuasiNewton) start(n int) *quasiHessian {
	k := &quasiHessian{QuasiNewton: q, b: mat.NewSymDense(n, nil), bs: make([]float64, n), res: make([]float64, n)}
	k.begin()
	return k
}

// begin sets the first approximation, also later to start again.
func (k *quasiHessian) begin() {
	k.scaled = k.InitScale != 0
	if k.scaled {
		k.identity(k.InitScale)
	} else {
		k.identity(1)
	}
}

// identity sets the approximation to scale times the identity.
func (k *quasiHessian) identity(scale float64) {
	k.b.Zero()
	for i := range k.bs {
		k.b.SetSym(i, i, scale)
	}
}

// update takes a step s and the change y of the gradient along it.
func (k *quasiHessian) update(s, y []float64) {
	sy, yy := vec.Dot(s, y), vec.Dot(y, y)
	if vec.Dot(s, s) == 0 || math.IsNaN(sy) || math.IsInf(yy, 0) {
		return
	}
	if yy == 0 && !k.scaled { // linear so far
		k.b.Zero()
		return
	}
	if yy == 0 && (k.HessianUpdate == "SR1" || k.ExceptionStrategy == "damp_update") { // as in SciPy
		return
	}
	if !k.scaled {
		scale := 1.0
		if a := yy / math.Abs(sy); a > 0 && !math.IsInf(a, 0) {
			scale = a
		}
		k.identity(scale)
		k.scaled = true
	}
	b := k.b.RawSymmetric()
	blas64.Symv(1, b, vec.Of(s), 0, vec.Of(k.bs))
	if k.HessianUpdate == "SR1" {
		for i, v := range y {
			k.res[i] = v - k.bs[i]
		}
		d := vec.Dot(k.res, s)
		if math.Abs(d) > option.Or(k.MinDenominator, 1e-8)*vec.Norm2(k.res)*vec.Norm2(s) {
			blas64.Syr(1/d, vec.Of(k.res), b)
		}
		return
	}
	sbs := vec.Dot(s, k.bs)
	if !(sbs > 0) { // only rounding can cause it: start again
		k.begin()
		return
	}
	damping := option.Or(k.MinCurvature, leastCurvature)
	if k.ExceptionStrategy != "damp_update" {
		if sy > option.Or(k.MinCurvature, 1e-8)*sbs {
			k.skipped = 0
		} else if k.skipped++; k.skipped < mostSkipped {
			return
		}
		damping = 0
		if k.skipped >= mostSkipped { // along functions that are linear or concave B would stay as large as it was
			damping = leastCurvature
		}
	}
	if sy < damping*sbs {
		t := (1 - damping) * sbs / (sbs - sy)
		for i, v := range y {
			k.res[i] = t*v + (1-t)*k.bs[i]
		}
		y, sy = k.res, vec.Dot(s, k.res)
	}
	blas64.Syr(-1/sbs, vec.Of(k.bs), b)
	blas64.Syr(1/sy, vec.Of(y), b)
}
