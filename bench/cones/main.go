// Cones compares [argmin.Conic] with Clarabel, diffcp and CVXPYlayers on random cone programs: solutions, derivatives, and the time for one
// program and for a batch.
//
//	go run ./bench/cones
//	go run ./bench/cones -batch 64 -families 'lp|exponential' -python PYTHON
//
// The derivative is that of the sum of the variables in A, b and c. Differences are the largest ones of all programs that the solver claims and that have a reference,
// relative to 1 or the largest entry. References are solutions to 25 digits, by Newton's method on the conditions of optimality as smooth equations from
// Clarabel's answers; their derivatives are compared with central differences of such solutions along a random direction, in the last column. All solvers are asked
// for 1e-10. "diffcp there" is its derivative at the references, where errors of its solver play no part.
// Times are medians of CPU time of warm calls, in milliseconds for one program: alone, and in a batch, which peers work through in a loop; of the sparse program, the
// second call and the first.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"regexp"
	"slices"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/internal/check/conic"
	"github.com/argmin-go/argmin/internal/check/venv"
	"github.com/argmin-go/argmin/internal/cputime"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
	"github.com/argmin-go/argmin/tree"
)

// family is programs with the same cones, in the order of SCS.
type family struct {
	name  string
	n     int
	cones []cone.Cone
}

func families() []family {
	many := func(c cone.Cone, k int, first ...cone.Cone) []cone.Cone {
		return append(first, slices.Repeat([]cone.Cone{c}, k)...)
	}
	return []family{
		{"lp", 15, []cone.Cone{cone.Zero(5), cone.NonNegative(30)}},
		{"second-order", 15, many(cone.SecondOrder(5), 4, cone.Zero(2), cone.NonNegative(10))},
		{"semidefinite", 15, many(cone.PSD(6), 1, cone.Zero(2), cone.NonNegative(5))},
		{"exponential", 15, many(cone.Exponential(), 6, cone.Zero(2), cone.NonNegative(5))},
	}
}

func main() {
	log.SetFlags(0)
	batch := flag.Int("batch", 256, "programs of each family")
	match := flag.String("families", ".", "a regular expression that names of families match: lp, second-order, semidefinite, exponential")
	python := flag.String("python", "", "a Python with the peers; without one a virtual environment is made")
	large := flag.Int("large", 10000, "variables of a sparse program with second-order cones; 0 for none")
	flag.Parse()
	if err := run(*batch, *match, *python, *large); err != nil {
		log.Fatal(err)
	}
}

func run(batch int, match, python string, large int) error {
	which, err := regexp.Compile(match)
	if err != nil {
		return err
	}
	if python == "" {
		python, err = venv.Python("cones", "clarabel, diffcp, cvxpylayers.jax, mpmath", "numpy==2.*", "scipy==1.17.*", "clarabel==0.11.1", "diffcp==1.1.9", "cvxpy==1.9.3",
			"cvxpylayers==1.2.0", "jax==0.10.2", "mpmath==1.*")
		if err != nil {
			return err
		}
	}
	p, err := start(python)
	if err != nil {
		return err
	}
	defer p.Close()
	fmt.Printf("%s\n\n%-14s %-12s %9s %9s %9s %9s %11s %11s %11s\n", p.Hello, "family", "solver", "solved", "alone", "batch", "gradient", "x", "gradient", "differences")
	for _, f := range families() {
		if which.MatchString(f.name) {
			if err := compare(p, f, batch); err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
		}
	}
	if large > 0 {
		return compareLarge(p, large)
	}
	return nil
}

// answer is what a solver has found for all programs of a family, and the milliseconds for each.
type answer struct {
	solved                 []bool
	x, slopes              [][]float64
	alone, batch, gradient float64
	differences            float64 // how far slopes are from central differences of solutions along one direction; NaN if that is not known
}

func compare(p *peers, f family, batch int) error {
	ours, programs, err := solve(f, batch)
	if err != nil {
		return err
	}
	reference, err := p.solve("reference", f.cones, programs)
	if err != nil {
		return fmt.Errorf("reference: %w", err)
	}
	print(f.name, "reference", reference, reference)
	print(f.name, "ours", ours, reference)
	for _, name := range []string{"clarabel", "diffcp", "diffcp there", "cvxpylayers"} {
		a, err := p.solve(name, f.cones, programs)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		print(f.name, name, a, reference)
	}
	return nil
}

func print(family, name string, a, ref answer) {
	solved := 0
	for _, ok := range a.solved {
		if ok {
			solved++
		}
	}
	fmt.Printf("%-14s %-12s %9d %s %s %s %s %s %s\n", family, name, solved, number(a.alone, "%9.3f"), number(a.batch, "%9.3f"), number(a.gradient, "%9.3f"),
		number(difference(a, ref, a.x, ref.x), "%11.1e"), number(difference(a, ref, a.slopes, ref.slopes), "%11.1e"), number(a.differences, "%11.1e"))
}

// number is empty for what there is not.
func number(v float64, format string) string {
	s := fmt.Sprintf(format, v)
	if math.IsNaN(v) {
		return fmt.Sprintf("%*s", len(fmt.Sprintf(format, 0.)), "")
	}
	return s
}

// difference is the largest one of the programs that both have solved, NaN if there is nothing to compare.
func difference(a, ref answer, got, want [][]float64) float64 {
	if got == nil || want == nil {
		return math.NaN()
	}
	most := 0.
	for i, v := range got {
		if !a.solved[i] || !ref.solved[i] {
			continue
		}
		size, off := 1., 0.
		for k, w := range want[i] {
			size = max(size, math.Abs(w))
			off = max(off, math.Abs(v[k]-w))
		}
		most = max(most, off/size)
	}
	return most
}

// milliseconds is the median CPU time of some calls.
func milliseconds(calls int, f func() error) (float64, error) {
	var times []float64
	for range calls {
		begin := cputime.Now()
		if err := f(); err != nil {
			return 0, err
		}
		times = append(times, 1000*(cputime.Now()-begin).Seconds())
	}
	slices.Sort(times)
	return times[len(times)/2], nil
}

// solve solves programs of a family.
func solve(f family, batch int) (answer, []program, error) {
	a := answer{differences: math.NaN()}
	solver := argmin.Conic(func(d conic.Data) argmin.ConeProgram {
		return argmin.ConeProgram{C: d.C, A: d.A, B: d.B, Cones: f.cones}
	}, nil, argmin.Options{Tol: 1e-10})
	var list []conic.Data
	var programs []program
	for seed := range batch {
		d := conic.Random(int64(seed), f.n, 0, f.cones, true)
		list, programs = append(list, d), append(programs, denseProgram(d))
	}
	_, err := solver.Run(argmin.ConePoint{}, list[0]) // compiles
	if err != nil {
		return a, nil, err
	}
	a.alone, err = milliseconds(5, func() error {
		for _, d := range list[:min(20, batch)] {
			if _, err := solver.Run(argmin.ConePoint{}, d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return a, nil, err
	}
	a.alone /= float64(min(20, batch))

	type found struct{ X, Code num.Array }
	find := num.Jit(num.Vmap(func(d conic.Data) found {
		p, state := solver.ArgminState(argmin.ConePoint{}, d)
		return found{p.X, state.Code}
	}))
	slope := num.Jit(num.Vmap(num.Grad(func(d conic.Data) num.Array { return solver.Argmin(argmin.ConePoint{}, d).X.Sum() })))
	all := tree.MapAll(func(v ...num.Array) num.Array { return num.Stack(v...) }, list...)
	var at found
	var slopes conic.Data
	if a.batch, err = milliseconds(5, func() (err error) { at, err = find.Call(all); return err }); err != nil {
		return a, nil, err
	}
	if a.gradient, err = milliseconds(5, func() (err error) { slopes, err = slope.Call(all); return err }); err != nil {
		return a, nil, err
	}
	a.batch, a.gradient = a.batch/float64(batch), a.gradient/float64(batch)
	for i := range batch {
		a.solved = append(a.solved, status.Code(at.Code.At(i).Item()) == status.Converged)
		a.x = append(a.x, at.X.At(i).Float64s())
		a.slopes = append(a.slopes, slices.Concat(slopes.A.At(i).Float64s(), slopes.B.At(i).Float64s(), slopes.C.At(i).Float64s()))
	}
	return a, programs, nil
}

// compareLarge solves one sparse program, by Clarabel too.
func compareLarge(p *peers, n int) error {
	cones := []cone.Cone{cone.Zero(n / 10), cone.NonNegative(n)}
	for range n / 20 {
		cones = append(cones, cone.SecondOrder(8))
	}
	d := conic.RandomSparse(1, n, 3, 1, cones)
	solver := argmin.Conic(func(d conic.SparseData) argmin.ConeProgram {
		return argmin.ConeProgram{Q: d.Q, C: d.C, A: d.A, B: d.B, Cones: cones}
	}, nil, argmin.Options{})
	var r argmin.Result[argmin.ConePoint]
	ours := answer{differences: math.NaN()}
	var err error
	// The first call counts too: it finds the order of elimination, which the second one knows.
	if ours.batch, err = milliseconds(1, func() (err error) { r, err = solver.Run(argmin.ConePoint{}, d); return err }); err != nil {
		return err
	}
	if ours.alone, err = milliseconds(1, func() (err error) { r, err = solver.Run(argmin.ConePoint{}, d); return err }); err != nil {
		return err
	}
	ours.gradient = math.NaN()
	ours.solved, ours.x = []bool{r.Success()}, [][]float64{r.Params.X.Float64s()}
	name := fmt.Sprintf("sparse %d", n)
	print(name, "ours", ours, ours)
	a, err := p.solve("clarabel", cones, []program{sparseProgram(d)})
	if err != nil {
		return err
	}
	print(name, "clarabel", a, ours)
	return nil
}
