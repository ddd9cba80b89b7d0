package cbf

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/cone"
)

// Standard is a problem in the form of argmin.ConeProgram: minimize Cᵀv + Constant over v with A v + s = B, s in the product of Cones.
type Standard struct {
	C        []float64   // [n]
	Constant float64     // of the objective
	A        Triplets    // [m, n]
	B        []float64   // [m]
	Cones    []cone.Cone // with m rows together
}

// Standard brings the problem to the form of argmin.ConeProgram. Its variables v are x, and then each matrix X as the columns of its lower
// triangle, with the entries off the diagonal times √2. A maximum becomes the minimum of the negated objective; that some variables are
// whole numbers is left out.
//
// Errors: what [Write] refuses, and cones that package cone has not: powers of more than two numbers or of more than three elements, and
// geometric means of more than two numbers.
func (p *Problem) Standard() (Standard, error) {
	if err := p.check(); err != nil {
		return Standard{}, fmt.Errorf("cbf: %w", err)
	}
	f := &form{n: p.N()}
	f.start = make([]int, len(p.PSDVars))
	for k, size := range p.PSDVars {
		f.start[k] = f.n
		if f.n += size * (size + 1) / 2; f.n > maxCount || f.n < 0 {
			return Standard{}, fmt.Errorf("cbf: the matrices have more than %d entries", maxCount)
		}
	}
	f.C = make([]float64, f.n)
	sign := 1.0
	if p.Maximize {
		sign = -1
	}
	f.Constant = sign * p.Constant
	for k, j := range p.C.Ind {
		f.C[j] = sign * p.C.Values[k]
	}
	for _, e := range p.ObjF {
		at, weight := f.place(e, p.PSDVars[e.Var])
		f.C[at] = sign * weight * e.Value
	}
	x := make([]affine, p.N())
	for j := range x {
		x[j] = variable(j)
	}
	rows := make([]affine, p.M())
	for k, i := range p.A.Row {
		rows[i].terms = append(rows[i].terms, term{p.A.Col[k], p.A.Values[k]})
	}
	for _, e := range p.F {
		at, weight := f.place(e, p.PSDVars[e.Var])
		rows[e.Con].terms = append(rows[e.Con].terms, term{at, weight * e.Value})
	}
	for k, i := range p.B.Ind {
		rows[i].constant = p.B.Values[k]
	}
	for _, product := range []struct {
		cones []Cone
		u     []affine
	}{{p.Cons, rows}, {p.Vars, x}} {
		at := 0
		for _, c := range product.cones {
			if err := f.add(c, product.u[at:at+c.Dim]); err != nil {
				return Standard{}, fmt.Errorf("cbf: %w", err)
			}
			at += c.Dim
		}
	}
	f.matrices(p)
	return f.Standard, nil
}

// form is the standard form while it is made.
type form struct {
	Standard
	n     int
	start []int // of each matrix X among the variables
}

// affine is a combination of variables and a constant.
type affine struct {
	terms    []term
	constant float64
}

type term struct {
	at    int
	value float64
}

func variable(j int) affine { return affine{terms: []term{{j, 1}}} }

// sum is a·u + b·v.
func sum(a float64, u affine, b float64, v affine) affine {
	to := affine{constant: a*u.constant + b*v.constant}
	for _, t := range u.terms {
		to.terms = append(to.terms, term{t.at, a * t.value})
	}
	for _, t := range v.terms {
		to.terms = append(to.terms, term{t.at, b * t.value})
	}
	return to
}

func (u affine) times(a float64) affine { return sum(a, u, 0, affine{}) }

// triangle is the place of row i ≥ column j among the columns of the lower triangle of a matrix of that size.
func triangle(i, j, size int) int { return j*size - j*(j-1)/2 + i - j }

// place is the variable that is an entry of X, times √2 off the diagonal, and what a coefficient of the entry, which stands for two
// off the diagonal, is to be multiplied with.
func (f *form) place(e Entry, size int) (at int, weight float64) {
	weight = 1
	if e.Row != e.Col {
		weight = math.Sqrt2
	}
	return f.start[e.Var] + triangle(e.Row, e.Col, size), weight
}

// put adds rows whose slacks are u, in one cone.
func (f *form) put(c cone.Cone, u ...affine) {
	for _, e := range u {
		i := len(f.B)
		f.B = append(f.B, e.constant)
		at := map[int]int{} // variables with their places, as a combination may have one twice
		for _, t := range e.terms {
			if k, ok := at[t.at]; ok {
				f.A.Values[k] -= t.value
				continue
			}
			at[t.at] = len(f.A.Values)
			f.A.Row, f.A.Col, f.A.Values = append(f.A.Row, i), append(f.A.Col, t.at), append(f.A.Values, -t.value)
		}
	}
	f.Cones = append(f.Cones, c)
}

// add adds u in a cone of the format's.
func (f *form) add(c Cone, u []affine) error {
	if c.Dim == 0 {
		return nil
	}
	switch c.Kind {
	case Free:
	case NonNegative:
		f.put(cone.NonNegative(c.Dim), u...)
	case NonPositive:
		negative := make([]affine, c.Dim)
		for i, e := range u {
			negative[i] = e.times(-1)
		}
		f.put(cone.NonNegative(c.Dim), negative...)
	case Zero:
		f.put(cone.Zero(c.Dim), u...)
	case Quadratic:
		f.put(cone.SecondOrder(c.Dim), u...)
	case RotatedQuadratic: // 2 u₀u₁ = ((u₀+u₁)² - (u₀-u₁)²)/2
		const half = math.Sqrt2 / 2
		f.put(cone.SecondOrder(c.Dim), append([]affine{sum(half, u[0], half, u[1]), sum(half, u[0], -half, u[1])}, u[2:]...)...)
	case Exponential:
		f.put(cone.Exponential(), u[2], u[1], u[0])
	case DualExponential: // u₀ ≥ y exp((u₂-u₁)/y) for y = -u₂
		f.put(cone.Exponential(), sum(1, u[2], -1, u[1]), u[2].times(-1), u[0])
	case Power, DualPower:
		if len(c.Alpha) != 2 || c.Dim != 3 {
			return fmt.Errorf("a cone %s of dimension %d with %d powers; package cone has only such of dimension 3 with 2", c.Kind, c.Dim, len(c.Alpha))
		}
		alpha := c.Alpha[0] / (c.Alpha[0] + c.Alpha[1])
		a, b := u[0], u[1]
		if c.Kind == DualPower {
			a, b = a.times(1/alpha), b.times(1/(1-alpha))
		}
		f.put(cone.Power(alpha), a, b, u[2])
	case SemidefiniteVector:
		f.put(cone.PSD(order(c.Dim)), u...)
	case GeometricMeanAbs:
		switch c.Dim {
		case 2:
			f.put(cone.SecondOrder(2), u...)
		case 3:
			f.put(cone.Power(0.5), u...)
		default:
			return fmt.Errorf("a cone %s of dimension %d; package cone has only such of dimension 2 and 3", c.Kind, c.Dim)
		}
	case DualGeometricMeanAbs:
		// The dual of √(u₀u₁) ≥ |u₂| is that of a power cone: √(2u₀·2u₁) ≥ |u₂|.
		switch c.Dim {
		case 2:
			f.put(cone.SecondOrder(2), u...)
		case 3:
			f.put(cone.Power(0.5), u[0].times(2), u[1].times(2), u[2])
		default:
			return fmt.Errorf("a cone %s of dimension %d; package cone has only such of dimension 2 and 3", c.Kind, c.Dim)
		}
	}
	return nil
}

// order is the n of n(n+1)/2.
func order(dim int) int { return int(math.Sqrt(2 * float64(dim))) }

// matrices adds the positive semidefinite matrices.
func (f *form) matrices(p *Problem) {
	for k, size := range p.PSDVars {
		u := make([]affine, size*(size+1)/2)
		for i := range u {
			u[i] = variable(f.start[k] + i)
		}
		f.put(cone.PSD(size), u...)
	}
	all := make([][]affine, len(p.PSDCons))
	for k, size := range p.PSDCons {
		all[k] = make([]affine, size*(size+1)/2)
	}
	scaled := func(e Entry) (*affine, float64) {
		u := &all[e.Con][triangle(e.Row, e.Col, p.PSDCons[e.Con])]
		if e.Row != e.Col {
			return u, e.Value * math.Sqrt2
		}
		return u, e.Value
	}
	for _, e := range p.H {
		u, v := scaled(e)
		u.terms = append(u.terms, term{e.Var, v})
	}
	for _, e := range p.D {
		u, v := scaled(e)
		u.constant = v
	}
	for k, size := range p.PSDCons {
		f.put(cone.PSD(size), all[k]...)
	}
}
