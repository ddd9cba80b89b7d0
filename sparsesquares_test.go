package argmin_test

import (
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// whole reports whether tests run at the sizes of docs/sparsity.md, for which they need minutes.
func whole() bool { return os.Getenv("ARGMIN_WHOLE") == "1" }

// indices is an array of numbers of rows.
func indices(i []int32) A { return num.New(i, len(i)) }

// poses is a graph of poses in the plane: a robot walks on a grid, turns now and then, measures each step with noise, and where
// it comes back to a place it measures its pose then relative to the earlier one. The parameters are the poses [n, 3] (east, north,
// heading), truth where it was, start what its steps add up to.
type poses struct {
	residuals    func(x, scale A) A
	start, truth A
	edges        int
}

func poseGraph(n int) poses {
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	type pose struct{ x, y, h float64 }
	apart := func(a, b pose) pose { // of b as seen from a
		c, s := math.Cos(a.h), math.Sin(a.h)
		return pose{c*(b.x-a.x) + s*(b.y-a.y), c*(b.y-a.y) - s*(b.x-a.x), math.Remainder(b.h-a.h, 2*math.Pi)}
	}
	moved := func(a, d pose) pose {
		c, s := math.Cos(a.h), math.Sin(a.h)
		return pose{a.x + c*d.x - s*d.y, a.y + s*d.x + c*d.y, a.h + d.h}
	}
	measured := func(d pose) pose {
		return pose{d.x + 0.02*rng.NormFloat64(), d.y + 0.02*rng.NormFloat64(), d.h + 0.002*rng.NormFloat64()}
	}
	truth, start := make([]pose, n), make([]pose, n)
	side := math.Sqrt(float64(n)) / 4 // so that a place is visited four times
	var from, to []int32
	var seen []float64
	edge := func(i, j int, d pose) {
		from, to, seen = append(from, int32(i)), append(to, int32(j)), append(seen, d.x, d.y, d.h)
	}
	last := map[[2]int]int{} // when a place was visited
	for i := 1; i < n; i++ {
		turn := 0.0
		if ahead := moved(truth[i-1], pose{1, 0, 0}); rng.IntN(5) == 0 || math.Max(math.Abs(ahead.x), math.Abs(ahead.y)) > side {
			turn = math.Pi / 2 * float64(2*rng.IntN(2)-1)
		}
		truth[i] = moved(truth[i-1], pose{1, 0, turn})
		d := measured(apart(truth[i-1], truth[i]))
		start[i] = moved(start[i-1], d)
		edge(i-1, i, d)
		place := [2]int{int(math.Round(truth[i].x)), int(math.Round(truth[i].y))}
		if j, ok := last[place]; ok && j < i-10 {
			edge(j, i, measured(apart(truth[j], truth[i])))
		}
		last[place] = i
	}
	a, b, want := indices(from), indices(to), num.New(seen, len(from), 3)
	weight := num.Vector(1/0.02, 1/0.02, 1/0.002)
	residuals := func(x, scale A) A {
		p, q := x.Take(a, 0), x.Take(b, 0)
		d := q.Sub(p)
		column := func(x A, k int) A { return x.Index(num.All, num.I(k)) }
		h := column(p, 2)
		c, s := h.Cos(), h.Sin()
		off := num.Stack(
			column(d, 0).Mul(c).Add(column(d, 1).Mul(s)).Sub(column(want, 0).Mul(scale)),
			column(d, 1).Mul(c).Sub(column(d, 0).Mul(s)).Sub(column(want, 1).Mul(scale)),
			turned(column(d, 2).Sub(column(want, 2))),
		).T().Mul(weight)
		first := x.Index(num.I(0)).Scale(1e3) // the first pose is known
		return num.Concat(0, off.Reshape(off.Size()), first)
	}
	flat := func(p []pose) A {
		var v []float64
		for _, p := range p {
			v = append(v, p.x, p.y, p.h)
		}
		return num.New(v, n, 3)
	}
	return poses{residuals, flat(start), flat(truth), len(from)}
}

// turned is an angle less whole turns.
func turned(a A) A { return num.Atan2(a.Sin(), a.Cos()) }

func rms(a, b A) float64 { return math.Sqrt(a.Sub(b).Square().Mean().Item()) }

func TestPoseGraph(t *testing.T) {
	n := 200
	if whole() {
		n = 3334
	}
	g := poseGraph(n)
	solver := argmin.LeastSquares(g.residuals, nil, argmin.Options{})
	begin := time.Now()
	r, err := solver.Run(g.start, num.Scalar(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d variables, %d edges: %v in %v; poses off by %.3g, at the start %.3g", g.start.Size(), g.edges, r.State, time.Since(begin),
		rms(r.Params, g.truth), rms(g.start, g.truth))
	if r.State.Status() != status.Converged || rms(r.Params, g.truth) > 0.5*rms(g.start, g.truth) {
		t.Error("not solved")
	}
}

// bundle is a bundle adjustment: cameras around a cloud of points see those that are near, and pixels have noise. Each camera has a
// rotation (three numbers, the axis times the angle), a position, a focal length and two coefficients of radial distortion; the parameters are
// [cameras, 9] and [points, 3].
type bundle struct{ Cameras, Points A }

func adjustment(cameras, points, views int) (residuals func(b bundle, _ A) A, start bundle) {
	rng := rand.New(rand.NewPCG(7, uint64(points)))
	var camera, point []float64
	for i := range cameras {
		angle := 2 * math.Pi * float64(i) / float64(cameras)
		// At distance 10 from the middle, looking there.
		camera = append(camera, 0.02*rng.NormFloat64(), -angle, 0.02*rng.NormFloat64(), 0.1*rng.NormFloat64(), 0.1*rng.NormFloat64(), -10, 800, -0.05, 0.01)
	}
	for range points {
		angle := 2 * math.Pi * rng.Float64()
		point = append(point, 3*math.Sin(angle), 2*rng.NormFloat64(), 3*math.Cos(angle))
	}
	var who, what []int32
	for j := range points {
		first := rng.IntN(cameras)
		for k := range views {
			who, what = append(who, int32((first+k)%cameras)), append(what, int32(j))
		}
	}
	of, at := indices(who), indices(what)
	truth := bundle{num.New(camera, cameras, 9), num.New(point, points, 3)}
	column := func(x A, k int) A { return x.Index(num.All, num.I(k)) }
	project := func(b bundle) A {
		c, p := b.Cameras.Take(of, 0), b.Points.Take(at, 0)
		turn := c.Index(num.All, num.To(3))
		angle := turn.Square().Sum(1).Sqrt().ExpandDims(1)
		axis := turn.Div(angle)
		cross := func(a, b A) A {
			x, y, z := column(a, 0), column(a, 1), column(a, 2)
			u, v, w := column(b, 0), column(b, 1), column(b, 2)
			return num.Stack(y.Mul(w).Sub(z.Mul(v)), z.Mul(u).Sub(x.Mul(w)), x.Mul(v).Sub(y.Mul(u))).T()
		}
		along := axis.Mul(p).Sum(1).ExpandDims(1)
		seen := p.Mul(angle.Cos()).Add(cross(axis, p).Mul(angle.Sin())).Add(axis.Mul(along).Mul(angle.Cos().Neg().AddScalar(1)))
		seen = seen.Add(c.Index(num.All, num.Span(3, 6)))
		flat := seen.Index(num.All, num.To(2)).Div(column(seen, 2).Neg().ExpandDims(1))
		far := flat.Square().Sum(1)
		distortion := column(c, 7).Mul(far).Add(column(c, 8).Mul(far.Square())).AddScalar(1)
		return flat.Mul(column(c, 6).Mul(distortion).ExpandDims(1))
	}
	noise := func(scale float64, like A) A {
		v := make([]float64, like.Size())
		for i := range v {
			v[i] = scale * rng.NormFloat64()
		}
		return num.New(v, like.Shape()...)
	}
	pixels := project(truth)
	pixels = pixels.Add(noise(0.5, pixels))
	off := num.Vector(0.01, 0.01, 0.01, 0.1, 0.1, 0.1, 10, 0.01, 0.01)
	start = bundle{truth.Cameras.Add(noise(1, truth.Cameras).Mul(off)), truth.Points.Add(noise(0.1, truth.Points))}
	return func(b bundle, _ A) A { return project(b).Sub(pixels) }, start
}

// A bundle adjustment has seven directions that nothing determines: where the scene is, how it is turned, and its size.
func TestBundleAdjustment(t *testing.T) {
	cameras, points, views := 12, 80, 5
	if whole() {
		cameras, points = 100, 3033
	}
	f, start := adjustment(cameras, points, views)
	for name, m := range map[string]argmin.LeastSquaresMethod{"LevenbergMarquardt": nil, "Dogleg": argmin.Dogleg{}} {
		begin := time.Now()
		r, err := argmin.LeastSquares(f, m, argmin.Options{MaxIter: 100}).Run(start, num.Scalar(0))
		if err != nil {
			t.Fatal(name, err)
		}
		// The mean square of what is left, of pixels with a deviation of one half.
		left := 2 * r.State.Value.Item() / float64(2*views*points-9*cameras-3*points+7)
		t.Logf("%s, %d variables, %d residuals: %v in %v; mean square left %.3g", name, 9*cameras+3*points, 2*views*points, r.State, time.Since(begin), left)
		if r.State.Status() != status.Converged || math.Abs(left-0.25) > 0.05 {
			t.Errorf("%s: not solved", name)
		}
	}
}
