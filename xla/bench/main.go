//go:build cgo

// Bench compares solvers on XLA with JAX and jaxopt on the same machine, the same
// data and in the same run. For each case it prints the ratio of the times, ours to
// theirs, of the first call (tracing and compiling) and of a warm one, and how far
// apart the answers are:
//
//	go run ./xla/bench            makes a virtual environment for the peers first
//	go run ./xla/bench -python P  uses the Python P, which has jax and jaxopt
package main

import (
	"bufio"
	"context"
	_ "embed"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
	"unsafe"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	_ "github.com/argmin-go/argmin/xla"
)

//go:embed peer.py
var peer []byte

// The peers' versions.
var requirements = []string{"jax==0.10.2", "jaxopt==0.8.5"}

type arr = num.Array

func main() {
	log.SetFlags(0)
	python := flag.String("python", "", "a Python with jax and jaxopt; empty: make a virtual environment")
	backend := flag.String("backend", "xla", "the backend to measure: xla, xla:cpu, xla:cuda, or cpu")
	rounds := flag.Int("rounds", 3, "how often to measure both; the ratios are medians")
	flag.Parse()
	if err := run(*python, *backend, *rounds); err != nil {
		log.Fatal(err)
	}
}

func run(python, backend string, rounds int) error {
	dir, err := os.MkdirTemp("", "argmin-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if python == "" {
		if python, err = environment(); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "peer.py"), peer, 0o644); err != nil {
		return err
	}
	ctx := num.WithBackend(context.Background(), backend)
	// Loading the plugin is not part of any program's first call.
	if _, err := num.Jit(func(x arr) arr { return x.Neg() }).CallContext(ctx, num.Scalar(1)); err != nil {
		return err
	}
	var names []string
	first, warm, distance := map[string][]float64{}, map[string][]float64{}, map[string]float64{}
	for range rounds {
		ours := cases(dir)
		theirs, err := peers(python, dir)
		if err != nil {
			return err
		}
		names = names[:0]
		for _, c := range ours {
			t, answer, err := measure(func() (arr, error) { return c.call(ctx) }, c.repeat)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			log.Printf("argmin %-9s first %8.3f s  warm %10.1f µs", c.name, t.first, t.warm*1e6)
			want, err := os.ReadFile(filepath.Join(dir, c.name+".answer"))
			if err != nil {
				return err
			}
			p := theirs[c.name]
			names = append(names, c.name)
			first[c.name] = append(first[c.name], t.first/p.first)
			warm[c.name] = append(warm[c.name], t.warm/p.warm)
			distance[c.name] = max(distance[c.name], apart(answer, want))
		}
	}
	for _, name := range names {
		fmt.Printf("ratio %s first=%.3f warm=%.3f apart=%.1e\n", name, median(first[name]), median(warm[name]), distance[name])
	}
	return nil
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

// peers runs the other side.
func peers(python, dir string) (map[string]timing, error) {
	cmd := exec.Command(python, filepath.Join(dir, "peer.py"), dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	times := map[string]timing{}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var name string
		var t timing
		if _, err := fmt.Sscan(lines.Text(), &name, &t.first, &t.warm); err == nil {
			times[name] = t
			log.Printf("jax    %-9s first %8.3f s  warm %10.1f µs", name, t.first, t.warm*1e6)
		}
	}
	if err := cmd.Wait(); err != nil {
		return nil, fmt.Errorf("the peers: %w", err)
	}
	return times, nil
}

// environment is a virtual environment with the peers, made once.
func environment() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "argmin", "peers")
	python := filepath.Join(dir, "bin", "python")
	if exec.Command(python, "-c", "import jax, jaxopt").Run() == nil {
		return python, nil
	}
	log.Printf("installing %v", requirements)
	for _, c := range []*exec.Cmd{exec.Command("python3", "-m", "venv", dir), exec.Command(python, append([]string{"-m", "pip", "install", "-q"}, requirements...)...)} {
		c.Stderr = os.Stderr
		if err := c.Run(); err != nil {
			return "", fmt.Errorf("the peers cannot be installed: %v: %w", c.Args, err)
		}
	}
	return python, nil
}

type timing struct{ first, warm float64 }

func measure(call func() (arr, error), repeat int) (t timing, answer arr, err error) {
	start := time.Now()
	if answer, err = call(); err != nil {
		return t, answer, err
	}
	t.first = time.Since(start).Seconds()
	times := make([]float64, repeat)
	for i := range times {
		start := time.Now()
		if answer, err = call(); err != nil {
			return t, answer, err
		}
		times[i] = time.Since(start).Seconds()
	}
	t.warm = median(times)
	return t, answer, nil
}

// apart is the largest distance of two answers.
func apart(a arr, want []byte) float64 {
	w := unsafe.Slice((*float64)(unsafe.Pointer(unsafe.SliceData(want))), len(want)/8)
	d := 0.0
	for i, v := range a.Float64s() {
		d = max(d, math.Abs(v-w[i]))
	}
	return d
}

type benchCase struct {
	name   string
	repeat int
	call   func(ctx context.Context) (arr, error)
}

// cases are the problems, whose data they write to dir.
func cases(dir string) []benchCase {
	rng := rand.New(rand.NewPCG(1, 2))
	normal := func(name string, scale float64, shape ...int) arr {
		n := 1
		for _, d := range shape {
			n *= d
		}
		x := make([]float64, n)
		for i := range x {
			x[i] = scale * rng.NormFloat64()
		}
		return write(dir, name, x, shape...)
	}
	tiny := normal("tiny", 1, 10)
	plus := num.Jit(func(x arr) arr { return x.Add(num.Scalar(1)) })
	rosen := func(x arr, _ struct{}) arr {
		a, b := x.Index(num.Span(0, 9)), x.Index(num.Span(1, 10))
		return b.Sub(a.Square()).Square().Scale(100).Add(a.Sub(num.Scalar(1)).Square()).Sum()
	}
	rosen10 := argmin.LBFGS(rosen, argmin.LBFGSOptions{Tol: 1e-6})

	type table struct{ X, Y, L2 arr }
	x := normal("logistic_x", 1, 20000, 200)
	w := normal("logistic_w", 0.2, 200)
	y := x.MatMul(w).Add(normal("logistic_noise", 1, 20000)).Float64s()
	for i, v := range y {
		y[i] = math.Copysign(1, v)
	}
	labels := write(dir, "logistic_y", y, 20000)
	logistic := argmin.LBFGS(func(w arr, d table) arr {
		return num.Softplus(d.X.MatMul(w).Mul(d.Y).Neg()).Mean().Add(d.L2.Mul(w.Square().Sum()).Scale(0.5))
	}, argmin.LBFGSOptions{Tol: 1e-6})
	logisticData := table{x, labels, num.Scalar(1e-3)}

	a, b := normal("ridge_x", 1, 100, 10), normal("ridge_y", 1, 100)
	l2 := make([]float64, 256)
	for i := range l2 {
		l2[i] = math.Pow(10, -4+6*float64(i)/255)
	}
	strengths := write(dir, "ridge_l2", l2, 256)
	ridge := argmin.LBFGS(func(w arr, l2 arr) arr {
		return a.MatMul(w).Sub(b).Square().Mean().Add(l2.Mul(w.Square().Sum())).Scale(0.5)
	}, argmin.LBFGSOptions{Tol: 1e-8})
	many := num.Jit(num.Vmap(func(l2 arr) arr { return ridge.Argmin(num.Zeros(10), l2) }))

	fetch := func(x arr, err error) (arr, error) {
		if err != nil {
			return x, err
		}
		return num.New(x.Float64s(), x.Shape()...), nil
	}
	return []benchCase{
		{"tiny", 2000, func(ctx context.Context) (arr, error) { return fetch(plus.CallContext(ctx, tiny)) }},
		{"rosen10", 300, func(ctx context.Context) (arr, error) {
			r, err := rosen10.RunContext(ctx, num.Full(num.Float64, -1.2, 10), struct{}{})
			return fetch(r.Params, err)
		}},
		{"logistic", 15, func(ctx context.Context) (arr, error) {
			r, err := logistic.RunContext(ctx, num.Zeros(200), logisticData)
			return fetch(r.Params, err)
		}},
		{"ridge256", 30, func(ctx context.Context) (arr, error) { return fetch(many.CallContext(ctx, strengths)) }},
	}
}

func write(dir, name string, x []float64, shape ...int) arr {
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*8)
	if err := os.WriteFile(filepath.Join(dir, name+".bin"), bytes, 0o644); err != nil {
		log.Fatal(err)
	}
	return num.New(x, shape...)
}
