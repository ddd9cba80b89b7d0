// Package named minimizes functions of tensors with names, such as the parameters of a model, by
// the methods of package minimize:
//
//	r, err := named.Minimize(ctx, named.Problem{FuncGrad: loss}, named.Tensors{"w": w, "b": b},
//		named.Options{Lower: named.Tensors{"b": named.Scalar(0.0)}})
//
// The tensors are laid end to end in one vector, in the order of their names, on which the method
// works. The answer has the names, shapes and types of the start. Functions see tensors of float64
// as parts of that vector, without a copy.
package named

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/internal/suggest"
	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/status"
)

// Problem is the function to minimize, Func or FuncGrad, with the derivatives that are available.
// Functions of the problem and of constraints must neither keep nor change x.
type Problem struct {
	Func func(x Tensors) float64 // the value at x
	// FuncGrad is the value and the gradient, which has x's names and shapes. It is used instead
	// of Func and Grad by methods that use gradients.
	FuncGrad func(x Tensors) (float64, Tensors)
	Grad     func(x Tensors) Tensors // the gradient at x, with Func; nil: finite differences
	// HessP is the product of the Hessian at x with p, for methods that use such products.
	HessP func(x, p Tensors) Tensors
	// Hess is the Hessian in blocks, for methods that use it: Hess(x)[a][b] is the second
	// derivative with respect to tensors a and b, with a's shape followed by b's. A missing
	// block is the transpose of Hess(x)[b][a], or zero if that is missing too.
	Hess func(x Tensors) map[string]Tensors
}

// Constraint is a condition on the solution: Lower ≤ Func(x) ≤ Upper, elementwise. A linear
// constraint has A instead of Func.
type Constraint struct {
	Func func(x Tensors) Tensor // the value at x, of the same shape at each x
	// Jac is the derivative of Func with respect to every tensor, with the shape of Func's
	// value followed by the tensor's; nil: finite differences.
	Jac func(x Tensors) Tensors
	// A has the coefficients of a linear constraint: the value is Σ A[name]·x[name] over the
	// names in A. Each has the shape of the value followed by the tensor's.
	A     Tensors
	Lower Tensor // lower limits, broadcast to the value's shape; the zero value is -Inf
	Upper Tensor // upper limits, broadcast to the value's shape; the zero value is +Inf
}

// Options are the options of a search by names; the zero value is useful.
type Options struct {
	Method      minimize.Method    // default BFGS{}; within bounds LBFGSB{}, with constraints SLSQP{}
	Lower       Tensors            // lower bounds, broadcast to the tensors' shapes; -Inf for missing names. x0 is moved into the bounds
	Upper       Tensors            // upper bounds, likewise; +Inf for names that are missing
	Constraints []Constraint       // all of them hold at a solution
	Fixed       []string           // names of tensors that keep their value, which must be within the bounds
	Scale       map[string]float64 // typical sizes of tensors, by which the search divides them; default 1
	Tol         float64            // sets the method's own tolerances that are 0; default 1e-4 if a tensor is float32, otherwise none
	// Callback is called after every iteration. [minimize.ErrStop] from it stops the search
	// without an error, any other error stops it with that error.
	Callback func(Result) error

	// Differences specify how missing derivatives are found. If a tensor is float32 the
	// default is three points with a relative step of 0.005.
	finite.Differences
	trace.Monitor // who sees the iterations, and the checkpoint
}

// Result is the result of a search. Its tensors have the shapes and types of x0, and share no
// numbers with it.
type Result struct {
	minimize.Result         // the result on the vector; see Layout
	X               Tensors // the best point found: all tensors, also the fixed ones
	Jac             Tensors // the gradient at X of methods that use it; without fixed tensors
	Layout          Layout  // where the tensors lie in the vector; without fixed tensors
}

// Minimize minimizes p from x0 by a method of package minimize. [minimize.Minimize]
// describes how a search ends. In addition it is an error if a function changes a fixed
// tensor.
//
// If a tensor is float32 the objective has seven digits, so that finite differences have by
// default three points and steps of ∛ε = 0.005, and Options.Tol is 1e-4.
func Minimize(ctx context.Context, p Problem, x0 Tensors, opt Options) (Result, error) {
	s, err := newSearch(p, x0, opt)
	if err != nil {
		err = fmt.Errorf("named: %w", err)
		return Result{Result: minimize.Result{Fun: math.NaN(), Status: status.Failed, SciPyStatus: -1, Message: err.Error()}}, err
	}
	r, err := minimize.Minimize(ctx, s.problem(), s.x0, s.options())
	if e := s.unchanged(); e != nil { // the values are of other functions
		r.Success, r.Status, r.Message = false, status.Failed, e.Error()
		err = errors.Join(err, e)
	}
	return s.result(r), err
}

// unchanged reports a fixed tensor whose bits differ from the start.
func (s *search) unchanged() error {
	for _, name := range sortedNames(s.fixed) {
		if !s.fixed[name].same(s.kept[name]) {
			return fmt.Errorf("named: a function changed the fixed tensor %q", name)
		}
	}
	return nil
}

// search is a problem on the vector of the tensors that are not fixed.
type search struct {
	p      Problem
	opt    Options
	layout Layout
	fixed  Tensors // the fixed tensors that functions see
	kept   Tensors // copies of them that functions do not see
	x0     []float64
	scale  []float64 // nil: all 1
	single bool      // a tensor is float32
	bounds *minimize.Bounds
	cons   []minimize.Constraint
}

func newSearch(p Problem, x0 Tensors, opt Options) (*search, error) {
	if p.Func == nil && p.FuncGrad == nil {
		return nil, errors.New("the problem has neither Func nor FuncGrad")
	}
	all, err := NewLayout(x0)
	if err != nil {
		return nil, fmt.Errorf("x0: %w", err)
	}
	s := &search{p: p, opt: opt, fixed: Tensors{}, kept: Tensors{}}
	free := Tensors{}
	for name, t := range x0 {
		if slices.Contains(opt.Fixed, name) {
			s.fixed[name], s.kept[name] = t.clone(), t.clone()
		} else {
			free[name] = t
			s.single = s.single || t.Float32 != nil
		}
	}
	for _, name := range opt.Fixed {
		if err := all.known("Fixed", name); err != nil {
			return nil, err
		}
	}
	if s.layout, err = NewLayout(free); err != nil {
		return nil, err
	}
	if s.layout.Size() == 0 {
		return nil, errors.New("x0 has no elements that are not fixed")
	}
	s.x0 = make([]float64, s.layout.Size())
	if err := s.layout.Ravel(s.x0, free); err != nil {
		return nil, err
	}
	for _, name := range s.layout.names {
		lo, hi := s.layout.Range(name)
		for i, v := range s.x0[lo:hi] {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("x0: element %d of tensor %q is %g", i, name, v)
			}
		}
	}
	if err := s.setScale(all); err != nil {
		return nil, err
	}
	if err := s.setBounds(all); err != nil {
		return nil, err
	}
	for i := range s.x0 {
		if s.scale != nil {
			s.x0[i] /= s.scale[i]
		}
		if b := s.bounds; b != nil {
			s.x0[i] = min(max(s.x0[i], b.Lower[i]), b.Upper[i])
		}
	}
	for k, c := range opt.Constraints {
		m, err := s.constraint(c)
		if err != nil {
			return nil, fmt.Errorf("constraint %d: %w", k, err)
		}
		s.cons = append(s.cons, m)
	}
	return s, nil
}

// known reports an error unless the layout has the name.
func (l Layout) known(what, name string) error {
	if _, ok := slices.BinarySearch(l.names, name); !ok {
		return fmt.Errorf("%s names %q, which is not in x0%s", what, name, suggest.Nearest(name, l.names))
	}
	return nil
}

func (s *search) setScale(all Layout) error {
	for _, name := range sortedNames(s.opt.Scale) {
		if err := all.known("Scale", name); err != nil {
			return err
		}
		v := s.opt.Scale[name]
		if !(v > 0) || math.IsInf(v, 0) {
			return fmt.Errorf("scale of %q is %g, want a positive number", name, v)
		}
		if s.scale == nil {
			s.scale = make([]float64, s.layout.Size())
			for i := range s.scale {
				s.scale[i] = 1
			}
		}
		lo, hi := s.layout.Range(name)
		for i := lo; i < hi; i++ {
			s.scale[i] = v
		}
	}
	return nil
}

func (s *search) setBounds(all Layout) error {
	if len(s.opt.Lower)+len(s.opt.Upper) == 0 {
		return nil
	}
	n := s.layout.Size()
	s.bounds = &minimize.Bounds{Lower: infinite(n, -1), Upper: infinite(n, 1)}
	set := func(what string, given Tensors, to []float64) error {
		for _, name := range sortedNames(given) {
			if err := all.known(what, name); err != nil {
				return err
			}
			t := given[name]
			if err := t.check(); err != nil {
				return fmt.Errorf("%s of %q %w", what, name, err)
			}
			if x, ok := s.fixed[name]; ok {
				limit := make([]float64, x.Size())
				if err := t.broadcast(limit, x.Shape); err != nil {
					return fmt.Errorf("%s of %q %w", what, name, err)
				}
				for k, v := range limit {
					if x := x.at(k); what == "Lower" && !(v <= x) || what == "Upper" && !(v >= x) {
						return fmt.Errorf("%s of %q: element %d is fixed at %g, the bound is %g", what, name, k, x, v)
					}
				}
				continue
			}
			i, _ := slices.BinarySearch(s.layout.names, name)
			lo, hi := s.layout.first[i], s.layout.first[i+1]
			if err := t.broadcast(to[lo:hi], s.layout.like[i].Shape); err != nil {
				return fmt.Errorf("%s of %q %w", what, name, err)
			}
			for k := lo; k < hi && s.scale != nil; k++ {
				to[k] /= s.scale[k]
			}
		}
		return nil
	}
	if err := set("Lower", s.opt.Lower, s.bounds.Lower); err != nil {
		return err
	}
	if err := set("Upper", s.opt.Upper, s.bounds.Upper); err != nil {
		return err
	}
	for _, name := range s.layout.names {
		lo, hi := s.layout.Range(name)
		for i := lo; i < hi; i++ {
			l, u := s.original(i, s.bounds.Lower[i]), s.original(i, s.bounds.Upper[i])
			switch {
			case math.IsNaN(l) || math.IsNaN(u):
				return fmt.Errorf("element %d of %q has the bounds %g and %g; use an infinite one for no bound", i-lo, name, l, u)
			case l > u:
				return fmt.Errorf("element %d of %q has the lower bound %g above the upper bound %g", i-lo, name, l, u)
			case math.IsInf(l, 1) || math.IsInf(u, -1):
				return fmt.Errorf("element %d of %q has the bounds %g and %g, which no number is between", i-lo, name, l, u)
			}
		}
	}
	return nil
}

func (s *search) original(i int, v float64) float64 {
	if s.scale != nil {
		return v * s.scale[i]
	}
	return v
}

func infinite(n, sign int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = math.Inf(sign)
	}
	return v
}

func sortedNames[T any](m map[string]T) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// tensors are the arguments of functions for a vector.
func (s *search) tensors(v []float64) Tensors {
	if s.scale != nil {
		v = slices.Clone(v)
		for i := range v {
			v[i] *= s.scale[i]
		}
	}
	x := make(Tensors, len(s.layout.names)+len(s.fixed))
	s.layout.unravel(v, x)
	for name, t := range s.fixed {
		x[name] = t
	}
	return x
}

// gathered sets g to a gradient or another linear function's tensors.
func (s *search) gathered(what string, g []float64, t Tensors) {
	if len(s.fixed) > 0 { // fixed tensors may have some too
		kept := make(Tensors, len(t))
		for name, v := range t {
			if _, ok := s.fixed[name]; !ok {
				kept[name] = v
			}
		}
		t = kept
	}
	if err := s.layout.Ravel(g, t); err != nil {
		minimize.Abort(fmt.Errorf("named: the %s %w", what, err))
	}
	if s.scale != nil {
		for i := range g {
			g[i] *= s.scale[i]
		}
	}
}

func (s *search) problem() minimize.Problem {
	var q minimize.Problem
	if f := s.p.Func; f != nil {
		q.Func = func(x []float64) float64 { return f(s.tensors(x)) }
	}
	if f := s.p.FuncGrad; f != nil {
		q.FuncGrad = func(x, g []float64) float64 {
			v, t := f(s.tensors(x))
			s.gathered("gradient", g, t)
			return v
		}
	}
	if f := s.p.Grad; f != nil {
		q.Grad = func(x, g []float64) { s.gathered("gradient", g, f(s.tensors(x))) }
	}
	if f := s.p.HessP; f != nil {
		q.HessP = func(x, p, hp []float64) { s.gathered("product with the Hessian", hp, f(s.tensors(x), s.tensors(p))) }
	}
	if f := s.p.Hess; f != nil {
		q.Hess = func(x []float64, h *mat.SymDense) {
			if err := s.hessian(h, f(s.tensors(x))); err != nil {
				minimize.Abort(fmt.Errorf("named: the Hessian %w", err))
			}
		}
	}
	return q
}

// hessian sets h to the Hessian given in blocks.
func (s *search) hessian(h *mat.SymDense, blocks map[string]Tensors) error {
	n := s.layout.Size()
	full := mat.NewDense(n, n, nil)
	for _, name := range sortedNames(blocks) {
		if _, ok := s.fixed[name]; ok {
			continue
		}
		i, ok := slices.BinarySearch(s.layout.names, name)
		if !ok {
			return fmt.Errorf("names %q, which is not in x0%s", name, suggest.Nearest(name, s.layout.names))
		}
		lo, hi := s.layout.first[i], s.layout.first[i+1]
		if lo == hi {
			continue
		}
		rows := full.Slice(lo, hi, 0, n).(*mat.Dense)
		if err := s.rows(rows, s.layout.like[i].Shape, blocks[name]); err != nil {
			return fmt.Errorf("of %q: %w", name, err)
		}
		if s.scale != nil {
			rows.Scale(s.scale[lo], rows) // one scale per tensor
		}
	}
	for a, nameA := range s.layout.names {
		for b, nameB := range s.layout.names[a:] {
			b += a
			_, there := blocks[nameA][nameB]
			_, back := blocks[nameB][nameA]
			for i := s.layout.first[a]; i < s.layout.first[a+1]; i++ {
				for j := max(i, s.layout.first[b]); j < s.layout.first[b+1]; j++ {
					v := full.At(i, j) + full.At(j, i)
					if there && back {
						v /= 2
					}
					h.SetSym(i, j, v)
				}
			}
		}
	}
	return nil
}

func (s *search) options() minimize.Options {
	o := minimize.Options{Method: s.opt.Method, Bounds: s.bounds, Constraints: s.cons, Tol: s.opt.Tol,
		Differences: s.opt.Differences, Monitor: s.opt.Monitor}
	if s.single {
		if o.Scheme == "" {
			o.Scheme = "3-point"
		}
		if o.RelStep == nil && o.AbsStep == nil && o.FuncError == 0 {
			o.FuncError = 0x1p-23 // ε of float32
		}
		if o.Tol == 0 {
			o.Tol = 1e-4
		}
	}
	if f := s.opt.Callback; f != nil {
		o.Callback = func(r minimize.Result) error { return f(s.result(r)) }
	}
	return o
}

func (s *search) result(r minimize.Result) Result {
	res := Result{Result: r, Layout: s.layout}
	if r.X == nil {
		return res
	}
	res.X = s.tensors(r.X)
	for name, t := range s.kept { // the caller may change the answer
		res.X[name] = t.clone()
	}
	if r.Jac != nil {
		g := slices.Clone(r.Jac)
		if s.scale != nil {
			for i := range g {
				g[i] /= s.scale[i]
			}
		}
		res.Jac = s.layout.Unravel(g)
	}
	return res
}
