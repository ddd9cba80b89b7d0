package peers

import (
	"context"
	"fmt"
	"math"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

// qpData are the matrices and vectors of quadratic programs min ½ xᵀQx + cᵀx with Ax = b, Gx ≤ h; of a batch, with a first axis for the members.
type qpData struct{ Q, C, A, B, G, H arr }

// qpSize is how many programs there are, and how many variables, equations and inequalities each has.
type qpSize struct{ many, n, p, m int }

var (
	qp256   = qpSize{256, 20, 10, 20}
	qp10000 = qpSize{10_000, 5, 2, 5}
)

// newQPs makes programs with a feasible point.
func newQPs(dir string, z qpSize) qpData {
	s, name := newSource(dir), fmt.Sprintf("qp%d_", z.many)
	times := num.Vmap(func(p [2]arr) arr { return p[0].MatMul(p[1]) })
	gram := num.Vmap(func(f arr) arr { return f.T().MatMul(f).Scale(1 / float64(z.n)).Add(num.Eye(z.n).Scale(0.1)) })
	f, x := s.normal(name+"f", 1, z.many, z.n, z.n), s.normal(name+"x", 1, z.many, z.n)
	d := qpData{C: s.normal(name+"c", 1, z.many, z.n), A: s.normal(name+"A", 1, z.many, z.p, z.n), G: s.normal(name+"G", 1, z.many, z.m, z.n)}
	room := s.normal(name+"room", 1, z.many, z.m).Abs()
	d.Q = write(dir, name+"Q", gram(f).Float64s(), z.many, z.n, z.n)
	d.B = write(dir, name+"b", times([2]arr{d.A, x}).Float64s(), z.many, z.p)
	d.H = write(dir, name+"h", times([2]arr{d.G, x}).Add(room).Float64s(), z.many, z.m)
	return d
}

func qpSolver(tol float64) *argmin.Solver[argmin.QPPoint, qpData] {
	return argmin.Quadratic(func(d qpData) argmin.QP { return argmin.QP{Q: d.Q, C: d.C, A: d.A, B: d.B, G: d.G, H: d.H} }, nil, argmin.Options{Tol: tol})
}

// qpAnswer is the solution with its multipliers, end to end.
func qpAnswer(s *argmin.Solver[argmin.QPPoint, qpData], d qpData) arr {
	p := s.Argmin(argmin.QPPoint{}, d)
	return num.Concat(0, p.X, p.Equal, p.Between)
}

// weights are those of the sum of an answer whose gradient is taken.
func weights(n int) arr { return num.Arange(num.Float64, 1, n+1).Sin() }

// qpLoss is a sum of the elements of the solution, or with the multipliers.
func qpLoss(answer arr, n int, multipliers bool) arr {
	if multipliers {
		y := answer.Range(n, answer.Size())
		return y.Dot(weights(y.Size()))
	}
	return answer.Range(0, n).Dot(weights(n))
}

func qpCases() []benchCase {
	var all []benchCase
	judge := qpDifferences(qp256)
	for _, peer := range []string{"osqp", "jaxopt", "qpax"} {
		all = append(all, benchCase{name: "qp256/" + peer, repeat: 9, prepare: qpSolve(qp256), judge: qpResiduals(qp256)})
		all = append(all, benchCase{name: "qp256/" + peer + "/gradient", repeat: 9, prepare: qpGradient(qp256, false), judge: judge(false)})
		if peer != "qpax" { // it has derivatives of the solution only
			all = append(all, benchCase{name: "qp256/" + peer + "/multipliers", repeat: 9, prepare: qpGradient(qp256, true), judge: judge(true)})
		}
	}
	all = append(all,
		benchCase{name: "qp10000/qpax", repeat: 5, prepare: qpSolve(qp10000), judge: qpResiduals(qp10000)},
		benchCase{name: "qp10000/qpax/gradient", repeat: 5, prepare: qpGradient(qp10000, false)})
	for _, n := range []int{2, 5, 10, 20, 50} {
		one := qpSize{1, n, n / 2, n}
		for _, peer := range []string{"osqp", "piqp", "proxqp", "qpax", "qpth"} {
			all = append(all, benchCase{name: fmt.Sprintf("qp1/%d/%s", n, peer), repeat: 200, prepare: qpOne(one), judge: qpResiduals(one)})
		}
	}
	return all
}

// qpOne solves one program by itself, with all that this takes each time.
func qpOne(z qpSize) func(dir string) func(context.Context) (arr, error) {
	return func(dir string) func(context.Context) (arr, error) {
		d, s := newQPs(dir, z), qpSolver(1e-6)
		d = tree.Map(func(a arr) arr { return a.At(0) }, d)
		return func(ctx context.Context) (arr, error) {
			r, err := s.RunContext(ctx, argmin.QPPoint{}, d)
			if err == nil {
				err = r.Err()
			}
			p := r.Params
			return num.Concat(0, p.X, p.Equal, p.Between), err
		}
	}
}

func qpSolve(z qpSize) func(dir string) func(context.Context) (arr, error) {
	return func(dir string) func(context.Context) (arr, error) {
		d, s := newQPs(dir, z), qpSolver(1e-6)
		all := num.Jit(num.Vmap(func(d qpData) arr { return qpAnswer(s, d) }))
		return func(ctx context.Context) (arr, error) { return fetched(all.CallContext(ctx, d)) }
	}
}

// qpGradient is the gradient of a loss with respect to all of the data, end to end for each member.
func qpGradient(z qpSize, multipliers bool) func(dir string) func(context.Context) (arr, error) {
	return func(dir string) func(context.Context) (arr, error) {
		d, s := newQPs(dir, z), qpSolver(1e-6)
		all := num.Jit(num.Vmap(func(d qpData) arr {
			g, _ := num.Ravel(num.Grad(func(d qpData) arr { return qpLoss(qpAnswer(s, d), z.n, multipliers) })(d))
			return g
		}))
		return func(ctx context.Context) (arr, error) { return fetched(all.CallContext(ctx, d)) }
	}
}

// qpDirections are changes of a program, each of one of its six parts: of every element of the vectors, and of the matrices twenty of random signs,
// symmetric ones of Q.
func qpDirections(z qpSize) []qpData {
	s := newSource("")
	zero := qpData{num.Zeros(z.n, z.n), num.Zeros(z.n), num.Zeros(z.p, z.n), num.Zeros(z.p), num.Zeros(z.m, z.n), num.Zeros(z.m)}
	var all []qpData
	add := func(change func(d *qpData)) { d := zero; change(&d); all = append(all, d) }
	unit := func(n, i int) arr { x := make([]float64, n); x[i] = 1; return num.Vector(x...) }
	for i := range z.n {
		add(func(d *qpData) { d.C = unit(z.n, i) })
	}
	for i := range z.p {
		add(func(d *qpData) { d.B = unit(z.p, i) })
	}
	for i := range z.m {
		add(func(d *qpData) { d.H = unit(z.m, i) })
	}
	signs := func(shape ...int) arr {
		x := make([]float64, shape[0]*shape[1])
		for i := range x {
			x[i] = math.Copysign(1, s.rng.NormFloat64())
		}
		return num.New(x, shape...)
	}
	for range 20 {
		q := signs(z.n, z.n)
		add(func(d *qpData) { d.Q = q.Add(q.T()).Scale(0.5) })
		add(func(d *qpData) { d.A = signs(z.p, z.n) })
		add(func(d *qpData) { d.G = signs(z.m, z.n) })
	}
	return all
}

// qpSlopes are the derivatives of the answers along [qpDirections] by central differences of converged solves, one batch of them for each direction.
func qpSlopes(dir string, z qpSize) (directions []arr, slopes []arr, err error) {
	const h = 1e-5
	type step struct{ Data, By qpData }
	d, s := newQPs(dir, z), qpSolver(1e-10)
	moved := num.Jit(num.VmapAxes(func(t step) arr {
		data, params := num.Ravel(t.Data)
		by, _ := num.Ravel(t.By)
		at := func(h float64) arr { return qpAnswer(s, params(data.Add(by.Scale(h)))) }
		return at(h).Sub(at(-h)).Scale(0.5 / h)
	}, num.Axes{".By": num.Shared}, nil))
	for _, by := range qpDirections(z) {
		v, err := moved.Call(step{d, by})
		if err != nil {
			return nil, nil, err
		}
		flat, _ := num.Ravel(by)
		directions, slopes = append(directions, flat), append(slopes, v)
	}
	return directions, slopes, nil
}

// qpDifferences gives a function that counts gradients whose derivatives along [qpDirections] are not those differences. These are computed once, also for several of
// the cases.
func qpDifferences(z qpSize) func(multipliers bool) func(dir string) func(gradients []float64) string {
	var directions, slopes []arr
	var err error
	return func(multipliers bool) func(dir string) func(gradients []float64) string {
		return func(dir string) func(gradients []float64) string {
			if directions == nil {
				directions, slopes, err = qpSlopes(dir, z)
			}
			if err != nil {
				return func([]float64) string { return err.Error() }
			}
			losses := num.Vmap(func(y arr) arr { return qpLoss(y, z.n, multipliers) })
			return func(gradients []float64) string {
				g := num.New(gradients, z.many, directions[0].Size())
				var worst float64
				var wrong, far int // by more than 1e-6 and 1e-2, relative to those that are more than 1
				for k, by := range directions {
					want, got := losses(slopes[k]).Float64s(), g.MatMul(by).Float64s()
					for i, w := range want {
						off := math.Abs(got[i]-w) / max(1, math.Abs(w))
						if !(off <= 1e-6) {
							wrong, worst = wrong+1, max(worst, off)
						}
						if !(off <= 1e-2) {
							far++
						}
					}
				}
				return fmt.Sprintf("%d of %d off by more than 1e-6, %d by more than 1e-2, the worst by %.1e", wrong, len(slopes)*z.many, far, worst)
			}
		}
	}
}
