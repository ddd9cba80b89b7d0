package optim_test

import (
	_ "embed"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optim"
	"github.com/argmin-go/argmin/tree"
)

type A = num.Array

type params struct {
	A, B A
	W    A
}

// waves are the parameters (k = 0) and gradients of testdata/reference.py.
func waves(k int, d num.DType) params {
	wave := func(n int, s float64) A {
		x := make([]float64, n)
		for i := range x {
			x[i] = math.Sin(1+0.7*float64(i)+s+1.3*float64(k)) * float64(1+i%3)
		}
		return num.New(x).AsType(d)
	}
	return params{wave(3, 0), wave(1, 0.5).Reshape(), wave(6, 0.9).Reshape(2, 3)}
}

func onlyW(path string, _ []int) bool { return path == ".W" }

func label(path string, _ []int) string {
	if path == ".B" {
		return "y"
	}
	return "x"
}

type N = optim.Number

// table is all transformations; the learning rate may be traced.
func table(rate N) map[string]optim.Transform {
	sgd := func() optim.Transform { return optim.SGD(optim.SGDOptions{LearningRate: rate}) }
	adam := optim.AdamOptions{LearningRate: rate}
	decayed := optim.AdamOptions{LearningRate: rate, WeightDecay: 0.2}
	scheduled := func(s optim.Schedule) optim.Transform { return optim.SGD(optim.SGDOptions{LearningRate: s}) }
	return map[string]optim.Transform{
		"SGD":               sgd(),
		"SGDMomentum":       optim.SGD(optim.SGDOptions{LearningRate: rate, Momentum: 0.8}),
		"SGDNesterov":       optim.SGD(optim.SGDOptions{LearningRate: rate, Momentum: 0.8, Nesterov: true}),
		"SignSGD":           optim.SignSGD(rate),
		"Adam":              optim.Adam(adam),
		"AdamOptions":       optim.Adam(optim.AdamOptions{LearningRate: rate, B1: 0.7, B2: 0.8, Eps: 1e-3, EpsRoot: 1e-2}),
		"AdamW":             optim.AdamW(decayed),
		"AdamWMasked":       optim.AdamW(optim.AdamOptions{LearningRate: rate, WeightDecay: 0.2, Mask: onlyW}),
		"NAdam":             optim.NAdam(adam),
		"NAdamW":            optim.NAdamW(decayed),
		"AMSGrad":           optim.AMSGrad(adam),
		"AdaMax":            optim.AdaMax(adam),
		"AdaBelief":         optim.AdaBelief(adam),
		"Yogi":              optim.Yogi(adam),
		"RAdam":             optim.RAdam(adam),
		"RAdamEarly":        optim.RAdam(optim.AdamOptions{LearningRate: rate, B2: 0.9}),
		"Lion":              optim.Lion(adam),
		"LAMB":              optim.LAMB(optim.AdamOptions{LearningRate: rate, WeightDecay: 0.1}),
		"LARS":              optim.LARS(optim.LARSOptions{LearningRate: rate, WeightDecay: 0.1}),
		"Adagrad":           optim.Adagrad(optim.AdagradOptions{LearningRate: rate}),
		"RMSProp":           optim.RMSProp(optim.RMSPropOptions{LearningRate: rate}),
		"RMSPropCentered":   optim.RMSProp(optim.RMSPropOptions{LearningRate: rate, Centered: true, Momentum: 0.9, Nesterov: true}),
		"Adadelta":          optim.Adadelta(optim.AdadeltaOptions{LearningRate: rate, WeightDecay: 0.1}),
		"Clip":              optim.Chain(optim.Clip(0.5), sgd()),
		"ClipByGlobalNorm":  optim.Chain(optim.ClipByGlobalNorm(1), sgd()),
		"ClipByBlockRMS":    optim.Chain(optim.ClipByBlockRMS(0.5), sgd()),
		"AdaptiveGradClip":  optim.Chain(optim.AdaptiveGradClip(optim.AdaptiveClipOptions{Clipping: 0.1}), sgd()),
		"EMA":               optim.Chain(optim.EMA(0.9, true), sgd()),
		"EMAPlain":          optim.Chain(optim.EMA(0.9, false), sgd()),
		"Centralize":        optim.Chain(optim.Centralize(), sgd()),
		"Masked":            optim.Chain(optim.Masked(optim.Scale(3), onlyW), sgd()),
		"ScaleByTrustRatio": optim.Chain(optim.ScaleByTrustRatio(optim.TrustRatioOptions{}), sgd()),
		"ScaleByParamRMS":   optim.Chain(optim.ScaleByParamRMS(nil), sgd()),
		"Cosine":            scheduled(optim.Cosine(optim.CosineOptions{Init: rate, Steps: 5, Alpha: 0.1})),
		"Linear":            scheduled(optim.Linear(rate, 0.01, 4)),
		"ExponentialDecay":  scheduled(optim.ExponentialDecay(optim.ExponentialOptions{Init: rate, Steps: 2, Rate: 0.5})),
		"WarmupCosine":      scheduled(optim.WarmupCosine(optim.WarmupCosineOptions{Peak: rate, Warmup: 2, Steps: 6, End: 0.01})),
		"PiecewiseConstant": scheduled(optim.PiecewiseConstant(rate, map[int]N{2: 0.5, 4: 0.1})),
		"MultiSteps":        optim.MultiSteps(optim.Adam(adam), optim.MultiStepsOptions{Every: 2}),
		"ApplyIfFinite":     optim.ApplyIfFinite(optim.Adam(adam), 3),
		"Adafactor":         optim.Adafactor(optim.AdafactorOptions{LearningRate: rate, MinSize: 2}),
		"AdafactorPlain":    optim.Adafactor(optim.AdafactorOptions{LearningRate: rate, NoParamScale: true, Momentum: 0.9, WeightDecay: 0.01}),
		"ScheduleFreeSGD":   optim.ScheduleFreeSGD(optim.ScheduleFreeOptions{LearningRate: rate}),
		"ScheduleFreeAdamW": optim.ScheduleFreeAdamW(optim.AdamOptions{LearningRate: rate, WeightDecay: 0.2}),
		"MultiTransform":    optim.MultiTransform(map[string]optim.Transform{"x": optim.Adam(adam), "y": optim.SGD(optim.SGDOptions{LearningRate: 0.5})}, label),
	}
}

// own are transformations that the reference has no numbers for.
func own(rate N) map[string]optim.Transform {
	return map[string]optim.Transform{
		"NoisySGD":  optim.NoisySGD(rate, optim.NoiseOptions{}),
		"PolyakSGD": optim.PolyakSGD(rate, nil, nil),
		"ParamsEMA": optim.Chain(optim.SGD(optim.SGDOptions{LearningRate: rate}), optim.ParamsEMA(0.9)),
		"Muon": optim.MultiTransform(map[string]optim.Transform{"m": optim.Muon(optim.MuonOptions{LearningRate: rate, Nesterov: true}), "v": optim.Adam(optim.AdamOptions{LearningRate: rate})},
			func(_ string, shape []int) string {
				if len(shape) == 2 {
					return "m"
				}
				return "v"
			}),
	}
}

func all(rate N) map[string]optim.Transform {
	m := table(rate)
	for k, v := range own(rate) {
		m[k] = v
	}
	return m
}

// run makes updates with the waves for gradients.
func run(t optim.Transform, p params, n int) params {
	s := optim.Init(t, p)
	for k := 1; k <= n; k++ {
		var u params
		u, s = optim.Update(t, waves(k, p.A.DType()), s, p, num.Full(p.A.DType(), 1))
		p = optim.Apply(p, u)
	}
	return p
}

func flat(p params) []float64 {
	v, _ := num.Ravel(p)
	return v.Float64s()
}

//go:embed testdata/reference.txt
var reference string

func TestReference(t *testing.T) {
	transforms := table(0.1)
	seen := 0
	for line := range strings.Lines(reference) {
		words := strings.Fields(line)
		tr, ok := transforms[words[0]]
		if !ok {
			t.Errorf("%s is not in the table", words[0])
			continue
		}
		seen++
		tol := 1e-12
		switch words[0] {
		case "Linear", "ExponentialDecay", "WarmupCosine", "MultiSteps", "Adafactor", "AdafactorPlain":
			tol = 1e-8 // optax has fractions and powers of steps in float32
		}
		got := flat(run(tr, waves(0, num.Float64), 6))
		for i, w := range words[1:] {
			want, err := strconv.ParseFloat(w, 64)
			if err != nil {
				t.Fatal(err)
			}
			if !(math.Abs(got[i]-want) <= tol*(1+math.Abs(want))) {
				t.Errorf("%s: element %d is %v, want %v", words[0], i, got[i], want)
				break
			}
		}
	}
	if seen != len(transforms) {
		t.Errorf("the reference has %d of %d transformations", seen, len(transforms))
	}
}

// The same in a batch, under Jit and Scan, in float32, and differentiated by the rate.
func TestTransformations(t *testing.T) {
	for name, tr := range all(0.1) {
		p := waves(0, num.Float64)
		want := flat(run(tr, p, 3))
		jit, err := num.Jit(func(p params) params { return run(tr, p, 3) }).Call(p)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		two := tree.Map(func(x A) A { return num.Stack(x, x.Scale(0.5)) }, p)
		batch := num.Vmap(func(p params) params { return run(tr, p, 3) })(two)
		type carry struct {
			P params
			S optim.State
		}
		scanned, _ := num.Scan(func(c carry, g params) (carry, A) {
			u, s := optim.Update(tr, g, c.S, c.P, num.Scalar(1))
			return carry{optim.Apply(c.P, u), s}, num.Scalar(0)
		}, carry{p, optim.Init(tr, p)}, params{
			num.Stack(waves(1, num.Float64).A, waves(2, num.Float64).A, waves(3, num.Float64).A),
			num.Stack(waves(1, num.Float64).B, waves(2, num.Float64).B, waves(3, num.Float64).B),
			num.Stack(waves(1, num.Float64).W, waves(2, num.Float64).W, waves(3, num.Float64).W),
		})
		single := run(tr, waves(0, num.Float32), 3)
		if single.W.DType() != num.Float32 {
			t.Errorf("%s: float32 became %v", name, single.W.DType())
		}
		first := tree.Map(func(x A) A { return x.At(0) }, batch)
		second := flat(run(tr, tree.Map(func(x A) A { return x.Scale(0.5) }, p), 3))
		for i, w := range want {
			for what, v := range map[string]float64{"jit": flat(jit)[i], "batch": flat(first)[i], "scan": flat(scanned.P)[i]} {
				if math.Abs(v-w) > 1e-12 {
					t.Errorf("%s: %s gives %v, want %v", name, what, v, w)
				}
			}
			if v := flat(tree.Map(func(x A) A { return x.At(1) }, batch))[i]; math.Abs(v-second[i]) > 1e-12 {
				t.Errorf("%s: the second of a batch is %v, want %v", name, v, second[i])
			}
			if v := flat(single)[i]; math.Abs(v-w) > 1e-4 && name != "NoisySGD" {
				t.Errorf("%s: float32 gives %v, want %v", name, v, w)
			}
		}
		if name == "SGD" || name == "Adam" || name == "LAMB" || name == "RMSPropCentered" || name == "Cosine" {
			f := func(rate A) A {
				p := run(all(rate)[name], waves(0, num.Float64), 5)
				return tree.Dot(p, p)
			}
			g := num.Grad(f)(num.Scalar(0.1)).Item()
			fd := (f(num.Scalar(0.1+1e-6)).Item() - f(num.Scalar(0.1-1e-6)).Item()) / 2e-6
			if math.Abs(g-fd) > 1e-6*(1+math.Abs(fd)) {
				t.Errorf("%s: hyper-gradient %v, want %v", name, g, fd)
			}
		}
	}
}

// Every method that ends in a rate goes down a quadratic.
func TestConverges(t *testing.T) {
	for name, tr := range all(0.05) {
		if name == "LARS" || name == "Lion" || name == "Adadelta" || strings.Contains(name, "AdamW") || name == "NAdamW" ||
			strings.HasPrefix(name, "Sign") {
			continue // their steps are too small here, or end at another point
		}
		p := waves(0, num.Float64)
		f := func(p params) A { return tree.Dot(p, p).Scale(0.5) }
		start := f(p).Item()
		s := optim.Init(tr, p)
		for range 150 {
			v, g := num.ValueAndGrad(f)(p)
			var u params
			u, s = optim.Update(tr, g, s, p, v)
			p = optim.Apply(p, u)
		}
		if v := f(p).Item(); !(v < start) {
			t.Errorf("%s: from %v to %v", name, start, v)
		}
	}
}

// What a schedule-free training gives is the average, nearer to the minimum.
func TestScheduleFree(t *testing.T) {
	tr := optim.ScheduleFreeSGD(optim.ScheduleFreeOptions{LearningRate: 0.5})
	f := func(x A) A { return x.Square().Mul(num.Vector(1, 0.1)).Sum() }
	x := num.Vector(2, -3)
	s := optim.Init(tr, x)
	for range 500 {
		var u A
		u, s = optim.Update(tr, num.Grad(f)(x), s, x)
		x = optim.Apply(x, u)
	}
	if v := f(optim.EvalParams(s, x)).Item(); !(v < 1e-3) {
		t.Errorf("the value at the average is %v", v)
	}
}

func TestEmptyTrees(t *testing.T) {
	type bare struct{ X []A }
	for name, tr := range map[string]optim.Transform{"Adam": optim.Adam(optim.AdamOptions{LearningRate: 0.1}),
		"Chain": optim.Chain(optim.ClipByGlobalNorm(1), optim.SGD(optim.SGDOptions{LearningRate: 0.1}))} {
		u, _ := optim.Update(tr, bare{}, optim.Init(tr, bare{}), bare{})
		if len(u.X) != 0 {
			t.Errorf("%s: an empty tree gives %v", name, u)
		}
		e, _ := optim.Update(tr, num.Zeros(0), optim.Init(tr, num.Zeros(0)), num.Zeros(0))
		if e.Size() != 0 {
			t.Errorf("%s: an empty leaf gives %v", name, e)
		}
	}
	// A NaN is skipped, and the next update is as if it had not been.
	tr := optim.ApplyIfFinite(optim.Adam(optim.AdamOptions{LearningRate: 0.1}), 3)
	p, s := num.Vector(1, 2), optim.State{}
	s = optim.Init(tr, p)
	u, s := optim.Update(tr, num.Vector(math.NaN(), 1), s, p)
	if u.Abs().Max().Item() != 0 {
		t.Errorf("an update of NaN: %v", u)
	}
	u, _ = optim.Update(tr, num.Vector(1, 1), s, p)
	if math.Abs(u.At(0).Item()+0.1) > 1e-6 {
		t.Errorf("after a NaN: %v", u)
	}
}

func TestBadInput(t *testing.T) {
	for want, f := range map[string]func(){
		"LearningRate": func() { optim.Adam(optim.AdamOptions{}) },
		"B1":           func() { optim.Adam(optim.AdamOptions{LearningRate: 0.1, B1: 1.5}) },
		"Momentum":     func() { optim.SGD(optim.SGDOptions{LearningRate: 0.1, Momentum: -1}) },
		"Nesterov":     func() { optim.SGD(optim.SGDOptions{LearningRate: 0.1, Nesterov: true}) },
		"string":       func() { optim.SGD(optim.SGDOptions{LearningRate: "fast"}) },
		"WeightDecay":  func() { optim.Adam(optim.AdamOptions{LearningRate: 0.1, WeightDecay: 1}) },
		"value":        polyakWithout,
		"matrix":       func() { run(optim.Muon(optim.MuonOptions{LearningRate: 1}), waves(0, num.Float64), 1) },
	} {
		_, err := num.Try(func() int { f(); return 0 })
		var e *num.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func polyakWithout() {
	tr := optim.PolyakSGD(nil, nil, nil)
	optim.Update(tr, num.Ones(2), optim.Init(tr, num.Ones(2)), num.Ones(2))
}

func ExampleAdam() {
	t := optim.Chain(optim.ClipByGlobalNorm(1), optim.Adam(optim.AdamOptions{LearningRate: 0.1}))
	w := num.Vector(3, -2)
	state := optim.Init(t, w)
	for range 200 {
		grads := num.Grad(func(w A) A { return w.Sub(num.Vector(1, 1)).Square().Sum() })(w)
		var updates A
		updates, state = optim.Update(t, grads, state, w)
		w = optim.Apply(w, updates)
	}
	fmt.Printf("%.3f\n", w.Float64s())
	// Output: [1.000 1.000]
}

// A negative plain option asks for zero, where zero means the default.
func TestZeroOptions(t *testing.T) {
	g := num.New([]float64{3, 4, 0, 0}, 2, 2)
	muon := func(steps int) A {
		tr := optim.Muon(optim.MuonOptions{LearningRate: 1, Momentum: 0, Steps: steps})
		u, _ := optim.Update(tr, g, optim.Init(tr, g), g)
		return u
	}
	// Without steps the gradient is only divided by its norm, 5.
	if e := muon(-1).Add(g.Scale(0.2)).Abs().Max().Item(); e > 1e-8 {
		t.Errorf("Muon without steps gives %v", muon(-1))
	}
	if e := muon(0).Sub(muon(5)).Abs().Max().Item(); e != 0 {
		t.Errorf("Muon's default is not 5 steps: %v, %v", muon(0), muon(5))
	}
	rows := func(size int) int {
		tr := optim.Adafactor(optim.AdafactorOptions{MinSize: size})
		return optim.Init(tr, g).Find("row")[0].Size()
	}
	if rows(-1) != 2 || rows(0) != 1 || rows(2) != 2 || rows(3) != 1 {
		t.Errorf("averages of rows: %d, %d, %d, %d", rows(-1), rows(0), rows(2), rows(3))
	}
	for _, o := range []optim.OneCycleOptions{{Peak: 1, Steps: 10, Rise: -1}, {Peak: 1, Steps: 10, Fall: -1}} {
		if _, err := num.Try(func() int { optim.LinearOneCycle(o); return 0 }); !errors.Is(err, num.ErrArgument) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}
