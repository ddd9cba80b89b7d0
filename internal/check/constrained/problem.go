// Package constrained has what bench/constrained compares constrained solvers by: the problems of sif2jax as functions of num, a check
// of any solver's answer from outside, and the record of the runs.
package constrained

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/argmin-go/argmin/internal/check/parity"
	"github.com/argmin-go/argmin/num"
)

// Problem is min f(x) with equations c(x) = 0, then inequalities c(x) ≥ 0, and bounds.
type Problem struct {
	Name         string          `json:"name"`
	Error        string          `json:"error"` // why the problem cannot be loaded
	N            int             `json:"n"`
	X0           []parity.Number `json:"x0"`
	Lower        []parity.Number `json:"lower"`
	Upper        []parity.Number `json:"upper"`
	Equations    int             `json:"equations"`
	Inequalities int             `json:"inequalities"`
	F            Program         `json:"f"` // [1]
	C            Program         `json:"c"` // [m]
	Direction    []parity.Number `json:"direction"`
	Check        []Check         `json:"check"`

	value, gradient, constraints, jacobian *num.Jitted[num.Array, num.Array]
	hessian                                *num.Jitted[lagrangian, num.Array]
}

// Check is what JAX computes at a point, with derivatives along Problem.Direction.
type Check struct {
	X  []parity.Number `json:"x"`
	F  []parity.Number `json:"f"`
	C  []parity.Number `json:"c"`
	DF []parity.Number `json:"df"`
	DC []parity.Number `json:"dc"`
}

type lagrangian struct{ X, Weight, Y num.Array }

// Read reads the problems of a file that problems.py wrote, one per line.
func Read(r io.Reader) ([]*Problem, error) {
	var all []*Problem
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		p := new(Problem)
		if err := json.Unmarshal(line, p); err != nil {
			return nil, err
		}
		p.prepare()
		all = append(all, p)
	}
}

func (p *Problem) prepare() {
	p.value, p.constraints = num.Jit(p.F.Apply), num.Jit(p.C.Apply)
	f := func(x num.Array) num.Array { return p.F.Apply(x).Sum() }
	p.gradient = num.Jit(num.Grad(f))
	p.jacobian = num.Jit(num.JacobianRev(p.C.Apply))
	if p.M() > p.N {
		p.jacobian = num.Jit(num.JacobianFwd(p.C.Apply))
	}
	p.hessian = num.Jit(func(at lagrangian) num.Array {
		return num.Hessian(func(x num.Array) num.Array { return f(x).Mul(at.Weight).Add(p.C.Apply(x).Dot(at.Y)) })(at.X)
	})
}

// M is how many constraints there are.
func (p *Problem) M() int { return p.Equations + p.Inequalities }

// Verify compares with JAX's numbers. Where JAX's derivative is NaN, as behind some choices between formulas, it says nothing.
func (p *Problem) Verify() error {
	for i, c := range p.Check {
		x := floats(c.X)
		along := func(j []float64, m int) []float64 {
			to := make([]float64, m)
			for i := range to {
				for k, d := range p.Direction {
					to[i] += j[i*p.N+k] * float64(d)
				}
			}
			return to
		}
		for _, pair := range []struct {
			what      string
			got, want []float64
		}{
			{"f", p.Value(x), floats(c.F)}, {"c", p.Constraints(x), floats(c.C)},
			{"f'", along(p.Gradient(x), 1), floats(c.DF)}, {"c'", along(p.Jacobian(x), p.M()), floats(c.DC)},
		} {
			if len(pair.got) != len(pair.want) {
				return fmt.Errorf("%s has %d values, JAX's has %d", pair.what, len(pair.got), len(pair.want))
			}
			size := 1.0
			for _, v := range pair.want {
				size = max(size, math.Abs(v))
			}
			for k, v := range pair.got {
				w := pair.want[k]
				same := math.Abs(v-w) <= 1e-8*size || v == w || math.IsNaN(v) && math.IsNaN(w)
				if !same && !(strings.HasSuffix(pair.what, "'") && math.IsNaN(w)) {
					return fmt.Errorf("%s[%d] at point %d is %v, JAX's is %v", pair.what, k, i, v, w)
				}
			}
		}
	}
	return nil
}

func floats(v []parity.Number) []float64 {
	to := make([]float64, len(v))
	for i, e := range v {
		to[i] = float64(e)
	}
	return to
}

// called is the value of a function of a problem that Verify has evaluated before.
func called[T any](f *num.Jitted[T, num.Array], x T) []float64 {
	y, err := f.Call(x)
	if err != nil {
		panic(err)
	}
	return y.Float64s()
}

// Value is f, a slice of one number.
func (p *Problem) Value(x []float64) []float64 { return called(p.value, num.Vector(x...)) }

// Gradient is the gradient of f.
func (p *Problem) Gradient(x []float64) []float64 { return called(p.gradient, num.Vector(x...)) }

// Constraints is c.
func (p *Problem) Constraints(x []float64) []float64 {
	return called(p.constraints, num.Vector(x...))
}

// Jacobian is the Jacobian of c, row by row.
func (p *Problem) Jacobian(x []float64) []float64 { return called(p.jacobian, num.Vector(x...)) }

// Hessian is the Hessian of weight·f + yᵀc, row by row.
func (p *Problem) Hessian(x []float64, weight float64, y []float64) []float64 {
	return called(p.hessian, lagrangian{num.Vector(x...), num.Scalar(weight), num.Vector(y...)})
}
