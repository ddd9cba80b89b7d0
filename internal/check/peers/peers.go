// Package peers compares solvers with those of JAX and jaxopt on the same machine, the
// same data and in the same run; it is what the commands bench/peers and xla/bench do.
package peers

import (
	"bytes"
	"context"
	_ "embed"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unsafe"

	"github.com/argmin-go/argmin/internal/check/venv"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

//go:embed peer.py
var script []byte

// The peers' versions.
var requirements = []string{"jax==0.10.2", "jaxopt==0.8.5", "optimistix==0.1.0", "scipy==1.17.*",
	"qpax==0.1.4", "osqp==1.1.3", "piqp==0.7.0", "clarabel==0.11.1", "highspy==1.16.0", "proxsuite==0.8.0"}

type arr = num.Array

// Main is the command. It prints a line for each case: the ratio of the times, ours to
// theirs, of the first call (tracing and compiling) and of a warm one, how far apart the
// answers are, and for derivatives how far each is from a central difference.
func Main(backend string) {
	log.SetFlags(0)
	python := flag.String("python", "", "a Python with jax and jaxopt; empty: make a virtual environment")
	flag.StringVar(&backend, "backend", backend, "the backend to measure")
	rounds := flag.Int("rounds", 3, "how often to measure both; the ratios are medians")
	only := flag.String("cases", "^(tiny|rosen10|logistic|ridge256)$", "a regular expression of names of cases")
	flag.Parse()
	match, err := regexp.Compile(*only)
	if err == nil {
		err = run(*python, backend, *rounds, match)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func run(python, backend string, rounds int, match *regexp.Regexp) error {
	dir, err := os.MkdirTemp("", "argmin-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if python == "" {
		if python, err = venv.Python("peers", "jax, jaxopt, optimistix, scipy, qpax, osqp, piqp, clarabel, highspy, proxsuite", requirements...); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "peer.py"), script, 0o644); err != nil {
		return err
	}
	ctx := num.WithBackend(context.Background(), backend)
	// Loading a plugin is not part of any program's first call.
	if _, err := num.Jit(func(x arr) arr { return x.Neg() }).CallContext(ctx, num.Scalar(1)); err != nil {
		return err
	}
	for _, c := range cases() {
		if !match.MatchString(c.name) {
			continue
		}
		if err := c.compare(ctx, python, dir, rounds); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

// compare measures one case on both sides in turn.
func (c benchCase) compare(ctx context.Context, python, dir string, rounds int) error {
	var first, warm []float64
	away, ours, theirs, end := 0.0, 0.0, 0.0, ""
	var mine, their []float64 // the last answers
	for range rounds {
		call := c.prepare(dir) // prepared again: the first call traces and compiles
		p, err := peer(ctx, python, dir, c.name)
		if err != nil {
			return err
		}
		t, answer, err := measure(func() (arr, error) { return call(ctx) }, c.repeat)
		if err != nil {
			return err
		}
		log.Printf("argmin %-22s first %9.4f s  warm %12.1f µs", c.name, t.first, t.warm*1e6)
		first, warm = append(first, t.first/p.first), append(warm, t.warm/p.warm)
		want, err := os.ReadFile(filepath.Join(dir, c.name+".answer"))
		if err != nil && !p.missing {
			return err
		}
		if c.exact != nil {
			end = fmt.Sprintf("%v after %v", status.Code(answer.At(1).Item()), answer.At(2))
			answer = answer.At(0)
		}
		if p.missing {
			away, theirs = math.NaN(), math.NaN()
		} else {
			away = max(away, apart(answer, want))
		}
		mine, their = answer.Float64s(), floats(want)
		if c.exact != nil {
			exact := c.exact(dir)
			ours = max(ours, math.Abs(answer.Item()/exact-1))
			if !p.missing {
				theirs = max(theirs, math.Abs(floats(want)[0]/exact-1))
			}
		}
	}
	fmt.Printf("ratio %s first=%.3f warm=%.3f apart=%.1e", c.name, median(first), median(warm), away)
	if c.exact != nil {
		fmt.Printf(" off=%.1e theirs-off=%.1e (%s)", ours, theirs, end)
	}
	if c.judge != nil {
		judge := c.judge(dir)
		fmt.Printf(" ours: %s", judge(mine))
		if len(their) == len(mine) {
			fmt.Printf("; theirs: %s", judge(their))
		}
	}
	fmt.Println()
	return nil
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

// peerLimit is how long the other side of a case may take.
const peerLimit = 10 * time.Minute

// peer runs the other side of a case, in a separate process.
func peer(ctx context.Context, python, dir, name string) (timing, error) {
	limited, stop := context.WithTimeout(ctx, peerLimit)
	defer stop()
	cmd := exec.CommandContext(limited, python, filepath.Join(dir, "peer.py"), dir, name)
	cmd.Stderr = os.Stderr
	if strings.HasPrefix(name, "qp10000/") { // where the threads of JAX 0.10 wait for each other in a batch of factorizations
		cmd.Env = append(os.Environ(), "NPROC=1")
	}
	out, err := cmd.Output()
	if ctx.Err() == nil && limited.Err() != nil {
		log.Printf("jax    %-22s has no answer after %v", name, peerLimit)
		return timing{first: math.NaN(), warm: math.NaN(), missing: true}, nil
	}
	if err != nil {
		return timing{}, fmt.Errorf("the peer: %w", err)
	}
	var t timing
	var got string
	if _, err := fmt.Sscan(string(out), &got, &t.first, &t.warm); err != nil || got != name {
		log.Printf("jax    %-22s %s", name, bytes.TrimSpace(out))
		return timing{first: math.NaN(), warm: math.NaN(), missing: true}, nil
	}
	log.Printf("jax    %-22s first %9.4f s  warm %12.1f µs", name, t.first, t.warm*1e6)
	return t, nil
}

// timing is seconds of the first call and the median of the others.
type timing struct {
	first, warm float64
	missing     bool // the peer does not have the case, or cannot run it
}

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
	w, d := floats(want), 0.0
	for i, v := range a.Float64s() {
		d = max(d, math.Abs(v-w[i]))
	}
	return d
}

func floats(b []byte) []float64 {
	return unsafe.Slice((*float64)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/8)
}

func write(dir, name string, x []float64, shape ...int) arr {
	raw := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*8)
	if err := os.WriteFile(filepath.Join(dir, name+".bin"), raw, 0o644); err != nil {
		log.Fatal(err)
	}
	return num.New(x, shape...)
}
