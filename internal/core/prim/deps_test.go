package prim_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/deps"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim/samples"
)

// jacobian is the derivative of a program as a dense matrix, column by column, with respect to its
// floating-point inputs; nil if it has none.
func jacobian(p *ir.Program, x []*ir.Value) (jac [][]float64) {
	defer func() {
		if recover() != nil {
			jac = nil
		}
	}()
	for i, v := range x {
		if !v.DType.IsFloat() {
			continue
		}
		for k := range v.Size() {
			unit := ir.NewBuf(v.DType, v.Size())
			unit.Set(v.DType, k, 1)
			dx := make([]*ir.Value, len(x))
			dx[i] = ir.Const(ir.NewData(v.Type, unit))
			y, dy := ad.JVP(p, x, dx)
			var column []float64
			for j, d := range ad.Zeros(dy, ir.TypesOf(y)) {
				if y[j].DType.IsFloat() {
					column = append(column, numbers(d)...)
				}
			}
			jac = append(jac, column)
		}
	}
	return jac
}

// loose are the primitives whose derivative has zeros that depend on the numbers of their operands, or
// that depend on more in principle than the samples show; all others have the pattern exactly.
var loose = map[string]string{
	"select": "the predicate chooses", "max": "the larger one counts", "min": "the smaller one counts",
	"reduce_max": "the largest one counts", "reduce_min": "the smallest one counts",
	"cummax": "the largest one counts", "cummin": "the smallest one counts",
	"gather": "indices", "scatter": "indices", "scatter_add": "indices", "dynamic_slice": "a start", "dynamic_update_slice": "a start",
	"cholesky": "triangular factors", "lu": "triangular factors and pivots", "ldl": "triangular factors and pivots", "qr": "triangular factors",
	"eigh": "reads one triangle", "triangular_solve": "reads one triangle",
	"sparse_solve": "the inverse may have zeros", "sparse_least_squares": "the inverse may have zeros", "cofactors": "cofactors may be 0", "cofactors_along": "cofactors may be 0", "rem": "the quotient may be 0",
	"switch": "one branch is taken", "while": "the number of steps", "lanes": "the number of steps",
}

// The pattern covers every derivative that is not zero, with indices known and not known, in batches, too, and
// is exact where zeros do not depend on numbers.
func TestDependencies(t *testing.T) {
	for name, ss := range samples.All() {
		for k, s := range ss {
			t.Run(fmt.Sprintf("%s/%d", name, k), func(t *testing.T) {
				rng := rand.New(rand.NewPCG(uint64(k), 11))
				if s.Build != nil {
					s.Op = s.Build(ir.Float64)
				}
				draw := func() []*ir.Value { return s.Draw(rng, ir.Float64, s.Lo, s.Hi) }
				x := draw()
				p := ad.Closed(name, ir.TypesOf(x), func(x []*ir.Value) []*ir.Value { return ir.Apply(s.Op, x...) })
				checkDependencies(t, name, p, x, draw)
				q, xq := batched(p, x, draw)
				checkDependencies(t, name, q, xq, func() []*ir.Value { _, x := batched(p, draw(), draw); return x })
			})
		}
	}
}

func checkDependencies(t *testing.T, name string, p *ir.Program, x []*ir.Value, draw func() []*ir.Value) {
	t.Helper()
	jac := jacobian(p, x)
	if jac == nil {
		return
	}
	active := make([]bool, len(x))
	numbers := make([]*ir.Data, len(x))
	for i, v := range x {
		active[i] = v.DType.IsFloat()
		if !active[i] {
			numbers[i] = v.Data()
		}
	}
	nonzero := func(jac [][]float64, i, j int) bool { return jac[j][i] != 0 }
	for _, known := range [][]*ir.Data{numbers, make([]*ir.Data, len(x))} {
		pat := deps.Pattern(p, active, known, deps.DefaultRoom)
		if err := pat.Check(); err != nil {
			t.Fatal(err)
		}
		if pat.Cols != len(jac) || len(jac) > 0 && pat.Rows != len(jac[0]) {
			t.Fatalf("the pattern is %d×%d, want %d×%d", pat.Rows, pat.Cols, len(jac[0]), len(jac))
		}
		for i := range pat.Rows {
			for j := range pat.Cols {
				if nonzero(jac, i, j) && !slices.Contains(pat.Row(i), j) {
					t.Errorf("result %d depends on %d with derivative %v, which is not in the pattern", i, j, jac[j][i])
				}
			}
		}
		if _, ok := loose[name]; ok {
			continue
		}
		// Other numbers, so that none is zero by chance.
		others := [][][]float64{jac}
		for range 3 {
			others = append(others, jacobian(p, draw()))
		}
		for i := range pat.Rows {
			for _, j := range pat.Row(i) {
				if !slices.ContainsFunc(others, func(jac [][]float64) bool { return jac != nil && (nonzero(jac, i, j) || math.IsNaN(jac[j][i])) }) {
					t.Errorf("result %d does not depend on %d, which is in the pattern", i, j)
				}
			}
		}
	}
}

// Every primitive with a derivative has a rule: none is taken to use everything for everything.
func TestDependenciesHaveRules(t *testing.T) {
	for name, ss := range samples.All() {
		op := ss[0].Op
		if ss[0].Build != nil {
			op = ss[0].Build(ir.Float64)
		}
		switch op.(type) {
		case deps.Mover, deps.Depender, deps.Whole, ir.Elementwise:
		default:
			t.Logf("%s depends on everything", name)
			if name != "callback" && name != "observe" {
				t.Errorf("%s has no rule for its dependencies", name)
			}
		}
	}
}
