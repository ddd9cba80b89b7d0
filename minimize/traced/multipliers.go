package traced

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/minimize"
	"github.com/argmin-go/argmin/num"
)

// multipliers are the multipliers of all constraints at a solution, and which constraints depend
// on others there.
type multipliers struct {
	lambda, dependent num.Array
	rest              rest // whether the solution is one
}

// multipliers are the multipliers of the constraints at a solution x. They minimize the squared
// gradient of the Lagrangian over the active constraints and the variables that are not at a bound
// (Nocedal & Wright, "Numerical Optimization", 2nd ed., equation 18.21). An inequality whose
// multiplier has the wrong sign is not active.
func (s *solve[P, D]) multipliers(x []float64, opt minimize.Options) []float64 {
	if len(opt.Constraints) == 0 {
		return nil
	}
	c := opt.Constraints[0]
	m, n := len(c.Lower), len(x)
	g, lambda := make([]float64, n), make([]float64, m)
	copy(g, evaluated(s.host, s.prog.vg, x).Grad.Float64s())
	jac := mat.NewDense(m, n, nil)
	c.Jac(x, jac)
	values := make([]float64, m)
	c.Func(x, values)

	at := func(v, limit float64) bool { return apart(v, limit) <= near }
	var free, active []int
	for i, v := range x {
		if opt.Bounds == nil || !at(v, opt.Bounds.Lower[i]) && !at(v, opt.Bounds.Upper[i]) {
			free = append(free, i)
		}
	}
	for r, v := range values {
		if at(v, c.Lower[r]) || at(v, c.Upper[r]) {
			active = append(active, r)
		}
	}
	for len(active) > 0 && len(free) > 0 {
		a, b := mat.NewDense(len(free), len(active), nil), mat.NewVecDense(len(free), nil)
		for k, i := range free {
			b.SetVec(k, -g[i])
			for l, r := range active {
				a.Set(k, l, jac.At(r, i))
			}
		}
		var svd mat.SVD
		if !svd.Factorize(a, mat.SVDThin) {
			return lambda
		}
		rank := 0
		singular := svd.Values(nil)
		for _, v := range singular {
			if v > dependence*singular[0] {
				rank++
			}
		}
		if rank == 0 {
			return lambda
		}
		var y mat.VecDense
		svd.SolveVecTo(&y, b, rank)
		worst, out := 0.0, -1
		for l, r := range active {
			// At the upper limit it is at least zero, at the lower at most.
			wrong := 0.0
			switch {
			case c.Lower[r] == c.Upper[r]:
			case at(values[r], c.Upper[r]):
				wrong = -y.AtVec(l)
			default:
				wrong = y.AtVec(l)
			}
			if wrong > worst {
				worst, out = wrong, l
			}
		}
		if out < 0 {
			for l, r := range active {
				lambda[r] = y.AtVec(l)
			}
			return lambda
		}
		active = append(active[:out], active[out+1:]...)
	}
	return lambda
}

const (
	// near is the largest relative distance from its limit of a value that counts as at the
	// limit: ten times the default FTol of SLSQP.
	near = 1e-5
	// dependence is the relative size below which a singular value or the rest of a gradient
	// counts as rounding: some thousand times the machine precision.
	dependence = 1e-12
)

func apart(v, limit float64) float64 {
	if math.IsInf(limit, 0) {
		return math.Inf(1)
	}
	return math.Abs(v-limit) / (1 + math.Abs(limit))
}

// dependent reports which constraints at their limits have a gradient that is a combination of
// the gradients of others, at x and also near it. Then they follow from the others (Janin,
// "Directional derivative of the marginal function in nonlinear programming", 1984), the
// multipliers are not unique, and the system of the derivative is singular with them. Where this
// holds only at x they do not follow, and the system stays singular.
func (s *solve[P, D]) dependent(x, lambda []float64, opt minimize.Options) []bool {
	if len(opt.Constraints) == 0 {
		return nil
	}
	c := opt.Constraints[0]
	m, n := len(c.Lower), len(x)
	values, distance := make([]float64, m), make([]float64, m)
	c.Func(x, values)
	var rows []int
	for r, v := range values {
		if distance[r] = min(apart(v, c.Lower[r]), apart(v, c.Upper[r])); distance[r] <= near {
			rows = append(rows, r)
		}
	}
	// First those that surely bind: equations, then inequalities with a multiplier.
	rank := func(r int) int {
		switch {
		case c.Lower[r] == c.Upper[r]:
			return 0
		case lambda[r] != 0:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(rows, func(a, b int) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(distance[a], distance[b]))
	})
	jac := mat.NewDense(m, n, nil)
	c.Jac(x, jac)
	d := combinations(jac, rows)
	if !slices.Contains(d, true) {
		return d
	}
	nearby := slices.Clone(x)
	for i, v := range x {
		nearby[i] += 1e-3 * (1 + math.Abs(v)) * math.Cos(float64(i+1)) // in no special direction
	}
	c.Jac(nearby, jac)
	for r, there := range combinations(jac, rows) {
		d[r] = d[r] && there
	}
	return d
}

// combinations reports which of the given rows, in their order, are combinations of earlier ones to
// rounding, by Gram–Schmidt orthogonalization, done twice. A row of zeros is not.
func combinations(a *mat.Dense, rows []int) []bool {
	m, _ := a.Dims()
	is := make([]bool, m)
	var basis [][]float64
	for _, r := range rows {
		v := mat.Row(nil, r, a)
		size := floats.Norm(v, 2)
		if !(size > 0) {
			continue
		}
		for range 2 {
			for _, q := range basis {
				floats.AddScaled(v, -floats.Dot(q, v), q)
			}
		}
		rest := floats.Norm(v, 2)
		if is[r] = rest <= dependence*size; !is[r] {
			floats.Scale(1/rest, v)
			basis = append(basis, v)
		}
	}
	return is
}
