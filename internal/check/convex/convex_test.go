package convex

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/mps"
)

// small is min (x-1)² + y² - 3 with x + y ≥ 2 and bounds x ≤ 5, y ≥ 0: at (1.5, 0.5).
func small() *Problem {
	return &Problem{Name: "small", P: mps.Matrix{Rows: 2, Cols: 2, Ptr: []int{0, 1, 2}, Ind: []int{0, 1}, Values: []float64{2, 2}}, Q: []float64{-2, 0}, R: -2,
		A: mps.Matrix{Rows: 3, Cols: 2, Ptr: []int{0, 2, 4}, Ind: []int{0, 1, 0, 2}, Values: []float64{1, 1, 1, 1}},
		L: []float64{2, -inf, 0}, U: []float64{inf, 5, inf}, Optimum: -2.5}
}

func TestResiduals(t *testing.T) {
	p := small()
	if n, m := p.Size(); n != 2 || m != 3 || !p.Boxed() || p.Nonzeros() != 6 {
		t.Error(n, m, p.Boxed(), p.Nonzeros())
	}
	for _, c := range []struct {
		x, y []float64
		want Residuals
	}{
		{[]float64{1.5, 0.5}, []float64{-1, 0, 0}, Residuals{0, 0, 0, -2.5}},
		// A multiplier of a sign without a limit counts as 0.
		{[]float64{1.5, 0.5}, []float64{1, -7, 3}, Residuals{0, 1, 2, -2.5}},
		{[]float64{6, -1}, []float64{-1, 0, 0}, Residuals{1, 9, 74 - 12 - 2, 23}},
		{[]float64{1}, []float64{-1, 0, 0}, None},
	} {
		got := p.Residuals(c.x, c.y)
		if got != c.want && !(math.IsNaN(got.Worst()) && math.IsNaN(c.want.Worst())) {
			t.Errorf("at %v, %v: %+v, want %+v", c.x, c.y, got, c.want)
		}
	}
	if r := p.Residuals([]float64{math.NaN(), 0}, []float64{0, 0, 0}); !math.IsNaN(r.Worst()) {
		t.Errorf("%+v at NaN", r)
	}
}

func TestProofs(t *testing.T) {
	p := small()
	p.U = []float64{inf, 1, 0.5} // x + y ≥ 2 cannot be
	p.L[2] = -inf
	if f := p.Farkas([]float64{-1, 1, 1}); f != 0 {
		t.Errorf("Farkas %v of a proof", f)
	}
	if f := p.Farkas([]float64{-1, 0, 0}); f != 0 {
		t.Errorf("Farkas %v of a proof that lacks the multipliers of bounds", f)
	}
	for _, y := range [][]float64{{1, 1, 1}, {0, 0, 0}, {-1}, {math.NaN(), 0, 0}} {
		if f := p.Farkas(y); !math.IsInf(f, 1) {
			t.Errorf("Farkas %v of %v, which proves nothing", f, y)
		}
	}
	p.U = []float64{inf, 1, inf} // y is free above: its part of Aᵀy stays
	if f := p.Farkas([]float64{-1, 1, 0}); f != 1 {
		t.Errorf("Farkas %v, want 1", f)
	}
	p = small()
	if f := p.Ray([]float64{-1, 0}); !math.IsInf(f, 1) {
		t.Errorf("Ray %v where values grow", f)
	}
	p.P = mps.Matrix{Rows: 2, Cols: 2}
	if f := p.Ray([]float64{1, 0}); f != 0.5 {
		t.Errorf("Ray %v beyond an upper bound, want 0.5", f)
	}
	p.U[1] = inf
	if f := p.Ray([]float64{1, 0}); f != 0 {
		t.Errorf("Ray %v of a proof", f)
	}
	if f := p.Ray([]float64{1, -0.5}); f != 0.25 {
		t.Errorf("Ray %v below a lower bound, want 0.25", f)
	}
}

func TestJudge(t *testing.T) {
	p := small()
	right := Answer{Claim: Solved, X: []float64{1.5, 0.5}, Y: []float64{-1, 0, 0}, Seconds: 1}
	late, wrong, off, other := right, right, right, right
	late.Seconds = 11
	wrong.Claim = Infeasible
	off.X = []float64{1.5, 0.5 + 1e-5}
	other.Claim = Failed
	for i, c := range []struct {
		a     Answer
		level int
		want  bool
	}{{right, 2, true}, {late, 0, false}, {wrong, 0, false}, {off, 0, true}, {off, 1, false}, {other, 0, false}, {Answer{Claim: Solved}, 0, false}} {
		if f := p.Judge("s", Levels[c.level], 10, c.a); f.Solved != c.want {
			t.Errorf("answer %d: %v", i, f)
		}
	}
	p.Expect = Infeasible
	if f := p.Judge("s", Levels[0], 10, right); f.Solved {
		t.Errorf("%v of an infeasible problem", f)
	}
}

func TestRecord(t *testing.T) {
	a, b := small(), small()
	b.Name, b.Optimum = "other", 7
	r := &Record{}
	for _, p := range []*Problem{a, b} {
		r.Put(p.Judge("one", Levels[0], 10, Answer{Claim: Solved, X: []float64{1.5, 0.5}, Y: []float64{-1, 0, 0}, Seconds: 3, Message: `says "done", 1`}))
	}
	r.Put(a.Judge("two", Levels[0], 10, Answer{Claim: Infeasible, Y: []float64{-1, 0, 0}, Seconds: 1}))
	r.Put(b.Judge("two", Levels[0], 10, Answer{Claim: Failed, Seconds: 10, Message: "timeout"}))
	file := filepath.Join(t.TempDir(), "runs.csv")
	if back, err := ReadRecord(file); err != nil || len(back.Figures) != 0 {
		t.Error(back, err)
	}
	if err := r.Write(file); err != nil {
		t.Fatal(err)
	}
	back, err := ReadRecord(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range r.Figures {
		if back.Figures[i].String() != f.String() {
			t.Errorf("%v\nbecame\n%v", f, back.Figures[i])
		}
	}
	all := []*Problem{a, b}
	one, two := back.Summarize(all, "one", Levels[0], 10), back.Summarize(all, "two", Levels[0], 10)
	if one.Solved != 2 || math.Abs(one.Mean-3) > 1e-12 || len(one.Failed) != 0 || len(one.Far) != 1 || !strings.HasPrefix(one.Far[0], "other") {
		t.Errorf("%+v", one)
	}
	if two.Solved != 0 || math.Abs(two.Mean-10) > 1e-12 || len(two.Failed) != 2 || len(two.Wrong) != 1 || !strings.HasPrefix(two.Wrong[0], "small (infeasible") {
		t.Errorf("%+v", two)
	}
	// What takes longer than the limit is not solved.
	if s := back.Summarize(all, "one", Levels[0], 2); s.Solved != 0 || math.Abs(s.Mean-2) > 1e-12 {
		t.Errorf("%+v", s)
	}
	if s := back.Summarize(all, "none", Levels[0], 2); s.Missing != 2 {
		t.Errorf("%+v", s)
	}
	if table := Table([]Summary{one, two}); !strings.Contains(table, "2/2 · 3.000 s") || !strings.Contains(table, "0/2 · 10.000 s") {
		t.Error(table)
	}
	if err := os.WriteFile(file, []byte("a,b\n1,2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadRecord(file); err == nil || !strings.Contains(err.Error(), "has columns [a b], want [problem solver") {
		t.Error(err)
	}
}

// The table of the published runs follows from their figures.
func TestSummaryOfPublishedRuns(t *testing.T) {
	dir := os.Getenv("ARGMIN_CONVEX_DATA")
	if dir == "" {
		t.Skip("ARGMIN_CONVEX_DATA is not set")
	}
	dir = filepath.Join(dir, "maros-meszaros")
	problems, err := MarosMeszaros(dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := ReadRecord(filepath.Join(dir, "peers.csv"))
	if err != nil {
		t.Fatal(err)
	}
	far := 0
	for solver, want := range map[string][3]int{"clarabel": {118, 113, 88}, "piqp": {127, 120, 92}, "osqp": {89, 71, 52}, "proxqp": {77, 73, 59}, "highs": {45, 27, 0}} {
		for i, level := range Levels {
			s := r.Summarize(problems, solver, level, 10)
			t.Logf("%s %s: %d of %d, %.2f s, far %v", solver, level.Name, s.Solved, s.Count, s.Mean, s.Far)
			far += len(s.Far)
			if s.Solved != want[i] || s.Missing > 0 {
				t.Errorf("%s solves %d at %s, want %d", solver, s.Solved, level.Name, want[i])
			}
		}
	}
	if far < 16 {
		t.Errorf("%d values are far from the best known ones, want the 16 of LISWET and YAO at least", far)
	}
}

// equations solves problems without inequalities, to try what takes solvers.
func equations(_ context.Context, p *Problem, _ float64) Answer {
	n, m := p.Size()
	if !slices.Equal(p.L, p.U) {
		return Answer{Claim: Failed, Message: "has inequalities"}
	}
	k, rhs := mat.NewDense(n+m, n+m, nil), mat.NewVecDense(n+m, append(negated(p.Q), p.L...))
	for j := range n {
		ind, values := p.P.Column(j)
		for e, i := range ind {
			k.Set(i, j, values[e])
		}
		ind, values = p.A.Column(j)
		for e, i := range ind {
			k.Set(n+i, j, values[e])
			k.Set(j, n+i, values[e])
		}
	}
	var v mat.VecDense
	if err := v.SolveVec(k, rhs); err != nil {
		return Answer{Claim: Failed, Message: err.Error()}
	}
	return Answer{Claim: Solved, X: v.RawVector().Data[:n], Y: v.RawVector().Data[n:]}
}

func TestFuncSolver(t *testing.T) {
	var s Solver = Func{"equations", equations}
	ctx := context.Background()
	for _, size := range []int{100, 1000, 3000} {
		p := Families[1].Make(size, 1, Solved)
		if f := p.Judge(s.Name(), Levels[2], 60, s.Solve(ctx, p, 1e-9, time.Minute)); !f.Solved {
			t.Error(f)
		}
	}
	if f := small().Judge(s.Name(), Levels[0], 60, s.Solve(ctx, small(), 1e-3, time.Minute)); f.Solved || f.Claim != Failed {
		t.Error(f)
	}
	endless := Func{"endless", func(ctx context.Context, _ *Problem, _ float64) Answer {
		for ctx.Err() == nil {
		}
		return Answer{Claim: Failed, Message: ctx.Err().Error()}
	}}
	if a := endless.Solve(ctx, small(), 1, 20*time.Millisecond); a.Message != context.Canceled.Error() || a.Seconds < 0.02 {
		t.Error(a)
	}
	broken := Func{"broken", func(context.Context, *Problem, float64) Answer { panic("lost") }}
	if a := broken.Solve(ctx, small(), 1, time.Minute); a.Claim != Failed || !strings.HasPrefix(a.Message, "panic: lost") {
		t.Error(a)
	}
}

func TestFamilies(t *testing.T) {
	for _, f := range Families {
		for _, size := range []int{100, 1000, 20_000} {
			p := f.Make(size, 7, Solved)
			n, m := p.Size()
			if p.A.Rows != m || p.A.Cols != n || p.P.Rows != n || p.P.Cols != n || len(p.U) != m {
				t.Fatalf("%s: sizes do not fit", p.Name)
			}
			if k := float64(p.Nonzeros()); k < 0.45*float64(size) || k > 1.4*float64(size) && size > 1000 {
				t.Errorf("%s has %v nonzeros", p.Name, k)
			}
			if again, other := f.Make(size, 7, Solved), f.Make(size, 8, Solved); !reflect.DeepEqual(p.A, again.A) || !slices.Equal(p.Q, again.Q) ||
				!slices.Equal(p.U, again.U) || reflect.DeepEqual(p.A, other.A) {
				t.Errorf("%s is not the same for the same seed only", p.Name)
			}
			for i := range p.L {
				if !(p.L[i] <= p.U[i]) {
					t.Fatalf("%s: limits %v, %v", p.Name, p.L[i], p.U[i])
				}
			}
			if q := f.Make(size, 7, Infeasible); q.Expect != Infeasible || !strings.HasSuffix(q.Name, "-infeasible") {
				t.Errorf("%s: %v", q.Name, q.Expect)
			}
			proof := p.contradict(rand.New(rand.NewPCG(1, 2)))
			if v := p.Farkas(proof); v > 1e-12 {
				t.Errorf("%s is made infeasible with a proof of %v", p.Name, v)
			}
			q := f.Make(size, 7, Unbounded)
			ray := make([]float64, len(q.Q))
			ray[len(ray)-2], ray[len(ray)-1] = 1, 1
			if v := q.Ray(ray); v != 0 {
				t.Errorf("%s is made unbounded with a proof of %v", q.Name, v)
			}
		}
	}
}

// The terminal cost of control solves the Riccati equation.
func TestRiccati(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const n, k, weight = 12, 5, 0.1
	a, b := dynamics(r, n), mat.NewDense(n, k, vector(n*k, normal(r)))
	q := mat.NewDiagDense(n, constant(n, 2))
	x := riccati(a, b, q, weight)
	var xa, xb, bxb, bxa, gain, rest, got mat.Dense
	xa.Mul(x, a)
	xb.Mul(x, b)
	bxb.Mul(b.T(), &xb)
	for i := range k {
		bxb.Set(i, i, bxb.At(i, i)+weight)
	}
	bxa.Mul(b.T(), &xa)
	if err := gain.Solve(&bxb, &bxa); err != nil {
		t.Fatal(err)
	}
	rest.Mul(bxa.T(), &gain)
	got.Mul(a.T(), &xa)
	got.Sub(&got, &rest)
	got.Add(&got, q)
	if !mat.EqualApprox(&got, x, 1e-10*mat.Norm(x, 1)) {
		t.Errorf("the equation gives\n%v\nfor\n%v", mat.Formatted(&got), mat.Formatted(x))
	}
}
