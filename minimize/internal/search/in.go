package search

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// In runs a method on the problem in other units from x, and gives its outcome in the problem's own. It
// counts, limits and shows what is done as one search.
func (r *Run) In(u *Units, x []float64, method func(*Run) Outcome) Outcome {
	return u.outcome(method(u.run(r, x)))
}

// run is the search from x in units u. Its functions are those of r, which counts them and finds
// their derivatives.
func (u *Units) run(r *Run, x []float64) *Run {
	in := NewRun(NewEvaluator(r.ctx), Problem{}, u.in(x), r.scheme, r.tol)
	in.units, in.differenced, in.derivativeFree = u, r.Differenced(), r.derivativeFree
	in.outer = r
	in.PlainValues()
	in.NIter = r.NIter
	count := func() { in.NFev, in.NJev, in.NHev = r.NFev, r.NJev, r.NHev }
	count()
	point := func(y []float64) []float64 {
		x := u.out(y)
		if r.Lower != nil { // units are limited, and so may not reach a bound exactly
			for i, v := range x {
				x[i] = min(max(v, r.Lower[i]), r.Upper[i])
			}
		}
		return x
	}
	in.Problem.Func = func(y []float64) float64 {
		v := u.inValue(r.Value(point(y)))
		count()
		return v
	}
	in.Problem.Grad = func(y, g []float64) {
		r.Gradient(point(y), g)
		for i, v := range u.slope(g) {
			g[i] = v / u.value
		}
		count()
	}
	if r.Problem.Hess != nil {
		in.Problem.Hess = func(y []float64, h *mat.SymDense) {
			r.Hessian(point(y), h)
			u.curvature(h, 1/u.value)
			count()
		}
	}
	if r.Problem.HessP != nil {
		in.Problem.HessP = func(y, p, hp []float64) {
			r.Product(point(y), u.step(p), hp)
			for i, v := range u.slope(hp) {
				hp[i] = v / u.value
			}
			count()
		}
	}
	if r.Lower != nil {
		in.Lower, in.Upper = u.in(r.Lower), u.in(r.Upper)
	}
	if r.Constraints != nil {
		in.Constraints = u.constraints(r, in, point)
	}
	in.Callback = func(y []float64, v float64, g []float64, _ float64) error {
		r.StopStatus, r.StopMessage = in.StopStatus, in.StopMessage
		r.Iterated(point(y), u.outValue(v), u.valued(u.gradient(g)))
		return nil
	}
	return in
}

// constraints are those of r with respect to y. Their values keep their units, in which the
// tolerances of feasibility are.
func (u *Units) constraints(r, in *Run, point func([]float64) []float64) *Constraints {
	list := slices.Clone(r.Constraints.List)
	for i := range list {
		c, part := &list[i], r.Constraints.parts[i]
		if hess := c.Hess; hess != nil {
			c.Hess = func(y, v []float64, h *mat.SymDense) {
				r.Constraints.Hessian(i, point(y), v, h)
				u.curvature(h, 1)
			}
		}
		if c.A != nil {
			if u.center != nil {
				b := make([]float64, len(c.Lower))
				mat.NewVecDense(len(b), b).MulVec(c.A, mat.NewVecDense(len(u.center), u.center))
				c.Lower, c.Upper = slices.Clone(c.Lower), slices.Clone(c.Upper)
				for k, v := range b {
					c.Lower[k], c.Upper[k] = c.Lower[k]-v, c.Upper[k]-v
				}
			}
			c.A = u.columns(c.A)
			continue
		}
		c.Func = func(y, v []float64) { part.Values(point(y), v) }
		c.Jac = func(y []float64, j *mat.Dense) {
			part.Jacobian(point(y), j)
			j.Copy(u.columns(j))
		}
		if u.diag == nil {
			c.Sparsity = nil
		}
	}
	k, err := NewConstraints(in, list)
	if err != nil {
		Refuse("%w", err) // they were right before
	}
	return k
}

// valued multiplies by the unit of the value.
func (u *Units) valued(g []float64) []float64 {
	for i := range g {
		g[i] *= u.value
	}
	return g
}

// outcome is an outcome in the problem's own units. A trust radius stays in those of the search.
func (u *Units) outcome(o Outcome) Outcome {
	o.X, o.Fun, o.Jac = u.out(o.X), u.outValue(o.Fun), u.valued(u.gradient(o.Jac))
	o.BoundMultipliers = u.valued(u.gradient(o.BoundMultipliers))
	o.Multipliers, o.SimplexFun = u.valued(slices.Clone(o.Multipliers)), slices.Clone(o.SimplexFun)
	for i, f := range o.SimplexFun {
		o.SimplexFun[i] = u.outValue(f)
	}
	o.Barrier, o.Optimality = o.Barrier*u.value, 0
	if o.Hess != nil {
		h := mat.NewSymDense(len(o.X), nil)
		h.CopySym(o.Hess)
		if u.diag == nil {
			congruent(h, u.inv.T(), u.value)
		} else {
			NewUnits(u.gradient(slices.Repeat([]float64{1}, len(o.X))), 1).curvature(h, u.value)
		}
		o.Hess = h
	}
	if o.HessInv != nil {
		h := mat.NewSymDense(len(o.X), nil)
		h.CopySym(o.HessInv)
		if u.diag == nil {
			congruent(h, u.full, 1/u.value)
		} else {
			u.curvature(h, 1/u.value)
		}
		o.HessInv = h
	}
	if p := o.HessInvP; p != nil {
		o.HessInvP = func(v, to []float64) {
			p(u.slope(v), to)
			for i, e := range u.step(to) {
				to[i] = e / u.value
			}
		}
	}
	o.Model = u.model(o.Model)
	o.Simplex, o.Directions = mapped(o.Simplex, u.out), mapped(o.Directions, u.step)
	return o
}

// model is a model in the problem's own units; nil if these are not those of single variables.
func (u *Units) model(m *Model) *Model {
	if m == nil || u.diag == nil {
		return nil
	}
	out := &Model{Slope: u.valued(u.gradient(m.Slope)), Width: u.step(m.Width)}
	if m.Constraints != nil {
		rows, n := m.Constraints.Dims()
		out.Constraints = mat.NewDense(rows, n, nil)
		for i := range rows {
			out.Constraints.SetRow(i, u.gradient(m.Constraints.RawRowView(i)))
		}
	}
	if m.Curvature != nil {
		out.Curvature = u.valued(u.gradient(u.gradient(m.Curvature)))
		out.Hess = mat.NewSymDense(len(u.diag), nil)
		for i := range u.diag {
			for j := i; j < len(u.diag); j++ {
				out.Hess.SetSym(i, j, m.Hess.At(i, j)*u.value/(u.diag[i]*u.diag[j]))
			}
		}
	}
	return out
}

// mapped is f of every element; nil if p is.
func mapped(p [][]float64, f func([]float64) []float64) [][]float64 {
	out := slices.Clone(p)
	for i, x := range out {
		out[i] = f(x)
	}
	return out
}
