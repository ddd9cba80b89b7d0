//go:build cgo

package xla

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/num"
)

// counter counts the programs that are run.
type counter struct {
	ir.Backend
	runs int
}

func (c *counter) Run(ctx context.Context, p *ir.Program, in []*ir.Data, opt ir.RunOptions) ([]*ir.Data, error) {
	c.runs++
	return c.Backend.Run(ctx, p, in, opt)
}

// A solve is one dispatch, a step one for each update.
func TestDispatches(t *testing.T) {
	c := &counter{Backend: backend(t)}
	ctx := ir.WithBackend(context.Background(), c)
	f := func(x num.Array, a num.Array) num.Array { return x.Sub(a).Square().Mul(num.Vector(1, 30)).Sum() }
	s := argmin.Minimize(f, argmin.LBFGS{}, argmin.Options{})
	r, err := s.RunContext(ctx, num.Zeros(2), num.Ones(2))
	if err != nil || c.runs != 1 {
		t.Fatalf("%v, a run took %d dispatches", err, c.runs)
	}
	iterations := int(r.State.NIter.Item())
	if iterations < 2 {
		t.Fatalf("%d iterations", iterations)
	}
	c.runs = 0
	for _, err := range s.Steps(ctx, num.Zeros(2), num.Ones(2)) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if c.runs != iterations+1 {
		t.Errorf("%d updates and the start took %d dispatches", iterations, c.runs)
	}
}

// What is on the device stays there: neither arguments nor results are moved again.
func TestArraysStay(t *testing.T) {
	b := backend(t)
	ctx := ir.WithBackend(context.Background(), b)
	double := num.Jit(func(x num.Array) num.Array { return x.Add(x) })
	d := ir.NewData(ir.T(ir.Float64, 2), ir.Of([]float64{1, 2}))
	if _, err := b.(*client).upload(d, nil); err != nil {
		t.Fatal(err)
	}
	first := d.Remote()
	if a, err := b.(*client).upload(d, nil); err != nil || ir.Remote(a) != first {
		t.Errorf("%v, an argument was moved twice", err)
	}
	y, err := double.CallContext(ctx, num.Vector(1, 2))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if y, err = double.CallContext(ctx, y); err != nil {
			t.Fatal(err)
		}
	}
	if got := y.Float64s(); got[0] != 16 || got[1] != 32 {
		t.Errorf("got %v", got)
	}
}

func TestOpenErrors(t *testing.T) {
	backend(t)
	dir := t.TempDir()
	text := filepath.Join(dir, "cpu.so")
	if err := os.WriteFile(text, []byte("not a library"), 0o644); err != nil {
		t.Fatal(err)
	}
	libm := "libm.so.6" // a library, but no plugin
	for _, p := range []string{"/lib/x86_64-linux-gnu/libm.so.6", "/lib64/libm.so.6", "/usr/lib/libm.so.6"} {
		if _, err := os.Stat(p); err == nil {
			libm = p
		}
	}
	for want, opt := range map[string]Options{
		"no such file":                      {Plugin: filepath.Join(dir, "none.so")},
		"is a folder":                       {Plugin: dir},
		"not a PJRT plugin that can be":     {Plugin: text},
		"exports no function GetPjrtApi":    {Plugin: libm},
		`is for platform "cpu", want "tpu"`: {Platform: "tpu", Plugin: cpuPlugin(t)},
	} {
		if strings.Contains(want, "exports") && !filepath.IsAbs(libm) {
			continue // this system has its libraries elsewhere
		}
		if _, err := open(opt); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: got %v, want %q", opt, err, want)
		}
	}
	t.Setenv("PJRT_PLUGIN_LIBRARY_PATH", "")
	t.Setenv("PATH", "")
	t.Setenv("HOME", dir)
	t.Setenv("ARGMIN_CACHE", dir)
	if _, err := open(Options{Platform: "cuda"}); err == nil || !strings.Contains(err.Error(), "looked in") {
		t.Errorf("without a plugin: %v", err)
	}
}

// TPUs have no numbers of 64 bits.
func TestUnsupportedDType(t *testing.T) {
	p := closed("double", []*ir.Value{ir.Full(ir.T(ir.Float64, 3), 1)}, func(x []*ir.Value) []*ir.Value { return x })
	err := supported("tpu", p)
	if err == nil || !strings.Contains(err.Error(), "float64") || !strings.Contains(err.Error(), "tpu") {
		t.Errorf("got %v", err)
	}
	if err := supported("cpu", p); err != nil {
		t.Error(err)
	}
}
