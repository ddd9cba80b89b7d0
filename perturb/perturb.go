package perturb

import (
	"fmt"
	"math"
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

type array = num.Array

var stop = num.Array.StopGradient

// Baseline is a control variate: a number that is subtracted from f(x + σ Z) in derivatives.
// It does not change their expectation, since the expectation of ∇log p(Z) is zero, and
// removes most of their variance where f is far from zero.
type Baseline int

// The baselines.
const (
	None   Baseline = iota
	Center          // f(x), for one more evaluation
	Others          // the mean over all other samples; there must be two or more
)

// Options configures how a function is perturbed; the zero value is useful.
type Options struct {
	Samples  int      // evaluations of the function, at least 1; default 1000
	Sigma    float64  // scale of the noise, above 0; default 0.1
	Noise    Noise    // distribution of the noise; default [Gumbel], if it has no Sample
	Baseline Baseline // what is subtracted from the function in derivatives; default None
}

// filled is o with defaults for what is zero. Zero itself is not a number of samples or a
// scale, so that a negative number does not ask for it, but is an error.
func (o Options) filled(op string) Options {
	if o.Noise.Sample == nil {
		o.Noise = Gumbel
	}
	switch {
	case o.Samples < 0:
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "Samples is %d, want 1 or more", o.Samples))
	case !(o.Sigma >= 0) || math.IsInf(o.Sigma, 0):
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "Sigma is %g, want a positive number", o.Sigma))
	case o.Noise.LogDensity == nil:
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "Noise has no LogDensity"))
	case o.Baseline < None || o.Baseline > Others:
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "Baseline is %d, want None, Center or Others", o.Baseline))
	case o.Baseline == Others && o.Samples == 1:
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "Baseline is Others with %d sample, want 2 or more", o.Samples))
	}
	o.Samples, o.Sigma = option.Or(o.Samples, 1000), option.Or(o.Sigma, 0.1)
	return o
}

// Fun smooths a function by noise: it is the mean f_σ(x) = E f(x + σ Z), a function of x and
// of a key, for any f from a tree to a tree of floating-point arrays. All leaves of x get
// noise; they must have one floating-point dtype.
//
// The derivative in x never differentiates f, which need not have a derivative. Arrays that
// f captures are differentiated through f as usual. It takes opt.Samples evaluations of f,
// as one batch ([num.Vmap]), and the memory for all of them.
func Fun[T, U any](f func(T) U, opt Options) func(x T, key num.Array) U {
	const op = "perturb.Fun"
	opt = opt.filled(op)
	return func(x T, key num.Array) U {
		v, back := ravel(op, x)
		return expectation(op, f, opt, v, back, draw(op, opt, v, key))
	}
}

// Argmax smooths a maximizer: it is [Fun] for a function whose value y, a tree like x,
// maximizes <y, x> over some set: a one-hot vector for the largest element, a permutation for a ranking, the edges
// of a path. The result is in the convex hull of the set. It does not
// change if x and Sigma are multiplied by the same number: for a scale that is an
// array divide x by it.
func Argmax[T any](argmax func(x T) T, opt Options) func(x T, key num.Array) T {
	const op = "perturb.Argmax"
	opt = opt.filled(op)
	return func(x T, key num.Array) T {
		v, back := ravel(op, x)
		y := expectation(op, argmax, opt, v, back, draw(op, opt, v, key))
		sameTree(op, x, y)
		return y
	}
}

// Max smooths a maximum: it is the mean E max <y, x + σ Z>, a scalar, from the function that
// gives the maximizer y; see [Argmax].
//
// The gradient is Argmax with the same options and key, to the last digit, and the
// Hessian is the derivative of Argmax, which is symmetric except for the noise. Derivatives with
// respect to arrays that argmax captures are an error.
func Max[T any](argmax func(x T) T, opt Options) func(x T, key num.Array) num.Array {
	const op = "perturb.Max"
	opt = opt.filled(op)
	return func(x T, key num.Array) num.Array {
		v, back := ravel(op, x)
		z := draw(op, opt, v, key)
		value := func(v array) array {
			u := v.Add(z.Scale(opt.Sigma))
			y := num.Vmap(func(u array) array { return flat(op, back(u), argmax(back(u))) })(u)
			return u.Mul(y).Sum(1).Mean()
		}
		// The maximum is convex in x, and the maximizer is its gradient (Danskin).
		rule := func(v, dv array) (array, array) {
			y := expectation(op, argmax, opt, v, back, z)
			return value(v), flat(op, back(v), y).Dot(dv)
		}
		return num.CustomJVP(value, rule)(v)
	}
}

// ravel is x as a vector.
func ravel[T any](op string, x T) (array, func(array) T) {
	leaves, paths := tree.Leaves(x), tree.Paths(x)
	if len(leaves) == 0 {
		ir.Throw(ir.Errorf(ir.ArgumentError, op, "x has no arrays"))
	}
	for i, a := range leaves {
		if d := a.DType(); !d.IsFloat() || d != leaves[0].DType() {
			ir.Throw(ir.Errorf(ir.DTypeError, op, "x%s is %s, want one floating-point type for all leaves", paths[i], d))
		}
	}
	return num.Ravel(x)
}

// draw is a row of noise for each sample.
func draw(op string, opt Options, v, key array) array {
	z := opt.Noise.Sample(key, v.DType(), opt.Samples, v.Size())
	if z.DType() != v.DType() || !slices.Equal(z.Shape(), []int{opt.Samples, v.Size()}) {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "Noise.Sample gives %s of shape %s, want %s of shape %s",
			z.DType(), ir.ShapeString(z.Shape()), v.DType(), ir.ShapeString([]int{opt.Samples, v.Size()})))
	}
	return z
}

func sameTree[T any](op string, x, y T) {
	xs, ys, paths := tree.Leaves(x), tree.Leaves(y), tree.Paths(x)
	if !slices.Equal(paths, tree.Paths(y)) {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "argmax gives a tree with %v, want one like x, with %v", tree.Paths(y), paths))
	}
	for i := range xs {
		if !slices.Equal(xs[i].Shape(), ys[i].Shape()) || xs[i].DType() != ys[i].DType() {
			ir.Throw(ir.Errorf(ir.ShapeError, op, "argmax gives%s %s of shape %s, want %s of shape %s as x has",
				name(paths[i]), ys[i].DType(), ir.ShapeString(ys[i].Shape()), xs[i].DType(), ir.ShapeString(xs[i].Shape())))
		}
	}
}

func name(path string) string {
	if path == "" {
		return ""
	}
	return fmt.Sprintf(" for %s", path)
}

// flat is y, a tree like x, as a vector.
func flat[T any](op string, x, y T) array {
	sameTree(op, x, y)
	v, _ := num.Ravel(y)
	return v
}

// expectation is the mean of f over samples back(v + σ z). Its value is a plain mean. For its
// derivative the noise is taken to move against v, so that v + σ z stays, and every
// sample has the weight p(z)/p(z where it was drawn): all derivatives of the expectation
// follow from the derivatives of the weight (Foerster et al., "DiCE: the infinitely differentiable
// Monte Carlo estimator", 2018).
func expectation[T, U any](op string, f func(T) U, opt Options, v array, back func(array) T, z array) U {
	at := stop(v)
	moved := num.Where(at.IsFinite(), v.Sub(at), num.Const(0)) // is 0
	logp := opt.Noise.LogDensity(z.Sub(moved.Scale(1 / opt.Sigma)))
	if !slices.Equal(logp.Shape(), z.Shape()) {
		ir.Throw(ir.Errorf(ir.ShapeError, op, "Noise.LogDensity gives shape %s for noise of shape %s, want one number for each",
			ir.ShapeString(logp.Shape()), ir.ShapeString(z.Shape())))
	}
	ratio := logp.Sum(1)
	ratio = ratio.Sub(stop(ratio)).Expm1() // is 0
	ys := num.Vmap(func(u array) U { return f(back(u)) })(at.Add(z.Scale(opt.Sigma)))
	var center []array
	if opt.Baseline == Center {
		center = tree.Leaves(f(back(at)))
	}
	i := 0
	return tree.Map(func(y array) array {
		if !y.DType().IsFloat() {
			ir.Throw(ir.Errorf(ir.DTypeError, op, "the function gives %s, want a floating-point type; convert with AsType", y.DType()))
		}
		mean, d := y.Mean(0), y
		switch opt.Baseline {
		case Center:
			d = y.Sub(center[i])
		case Others:
			n := float64(opt.Samples)
			d = y.Sub(mean).Scale(n / (n - 1))
		}
		i++
		d = num.Where(d.IsFinite(), d, num.Const(0))
		w := ratio.AsType(d.DType()).Reshape(append([]int{opt.Samples}, slices.Repeat([]int{1}, d.Rank()-1)...)...)
		return mean.Add(d.Mul(w).Mean(0))
	}, ys)
}
