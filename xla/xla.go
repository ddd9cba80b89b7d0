package xla

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// ErrOutOfMemory is wrapped by the error of a program for which the device has no
// memory.
var ErrOutOfMemory = errors.New("out of device memory")

// Options choose a plugin and its devices. The zero value is the best plugin that
// is found, with all its devices.
type Options struct {
	Platform string // "cpu", "cuda" or "tpu"; empty for any
	Plugin   string // path of the plugin; empty for the first that is found
	Devices  int    // how many devices to use; on a CPU, how many to split it into; 0 for all there are
	CacheDir string // a folder that keeps compiled programs for the next process; empty for none
}

func init() {
	ir.RegisterBackend("xla", func(variant string) (ir.Backend, error) {
		switch variant {
		case "", "cpu", "cuda", "tpu":
			return open(Options{Platform: variant})
		}
		return nil, fmt.Errorf("xla: there is no platform %q, only cpu, cuda and tpu", variant)
	})
}

// Register makes a backend with the given options known by a name, for
// [num.SetBackend] and [num.WithBackend].
func Register(name string, opt Options) {
	ir.RegisterBackend(name, func(variant string) (ir.Backend, error) {
		if variant != "" {
			return nil, fmt.Errorf("xla: backend %s has no variant %q", name, variant)
		}
		return open(opt)
	})
}

// Device is one that programs can run on.
type Device struct {
	ID   int    // the plugin's number for it
	Kind string // what it is, in the plugin's words
}

// Devices are the devices of a backend that this package registered, such as "xla:cpu".
func Devices(backend string) ([]Device, error) {
	b, err := ir.OpenBackend(backend)
	if err != nil {
		return nil, err
	}
	d := devicesOf(b)
	if d == nil {
		return nil, fmt.Errorf("xla: backend %q is not one of XLA", backend)
	}
	return d, nil
}

// Export gives the first program that call would run with its context, as StableHLO
// text that any PJRT runtime, or JAX, can run:
//
//	text, err := xla.Export(func(ctx context.Context) error {
//		_, err := solver.RunContext(ctx, w0, data)
//		return err
//	})
//
// The arguments that call gives are the program's inputs, in the order of their
// leaves; arrays that the function captures are constants. If the program contains
// checks, such as the check of the linear system behind an implicit derivative, two
// results follow its own: the number of the first one that failed, from 1, or 0, and
// what it measured. No plugin is needed.
func Export(call func(ctx context.Context) error) (string, error) {
	e := &exporter{}
	err := call(ir.WithBackend(context.Background(), e))
	switch {
	case e.err != nil:
		return "", e.err
	case e.text == "" && err != nil:
		return "", err
	case e.text == "":
		return "", errors.New("xla.Export: the function ran no program with the context it was given")
	}
	return e.text, nil
}

// exporter is a backend that only writes programs.
type exporter struct {
	text string
	err  error
}

var errExported = errors.New("xla: the program was written, not run")

func (e *exporter) Run(_ context.Context, p *ir.Program, in []*ir.Data, opt ir.RunOptions) ([]*ir.Data, error) {
	if e.text == "" && e.err == nil {
		shardings := make([]*ir.Sharding, len(in))
		for i, d := range in {
			shardings[i] = d.Sharding
		}
		m, err := stablehlo.Print(p, stablehlo.Options{Name: p.Name, Inputs: opt.Names, Captured: in[:opt.Captured], Shardings: shardings})
		e.text, e.err = m.Text, err
	}
	return nil, errExported
}

// isCPU guesses from a plugin's name whether it divides the CPU into devices.
func isCPU(path string) bool { return strings.Contains(filepath.Base(path), "cpu") }
