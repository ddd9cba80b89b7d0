package ir

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Backend runs whole programs. It keeps what it makes of a program with
// [Program.Plan]. Its methods may be called by many goroutines.
type Backend interface {
	// Run computes the outputs of p. When a check in the program fails they are
	// returned with the error.
	Run(ctx context.Context, p *Program, in []*Data, opt RunOptions) ([]*Data, error)
}

// RunOptions are what a backend may use to run a program better.
type RunOptions struct {
	Names    []string // of the inputs
	Captured int      // how many of the first inputs are the same in every run
	Donate   []int    // for every output an input that nobody reads again, whose storage it may take, or -1; nil for none
}

// Default is a backend that also runs single primitives on concrete arrays, which
// is what [Apply] does outside of a trace.
type Default interface {
	Backend
	Apply(op Op, in []*Data, out []Type) ([]*Data, error)
}

var (
	standard  Default
	backendMu sync.Mutex
	openers   = map[string]func(variant string) (Backend, error){}
	opened    = map[string]Backend{}
)

// RegisterDefault makes a backend known by a name, and the one that [Apply] uses. The
// package of the executor calls it when it is initialized, and nobody else.
func RegisterDefault(name string, b Default) {
	standard = b
	RegisterBackend(name, func(variant string) (Backend, error) {
		if variant != "" {
			return nil, Errorf(ArgumentError, "backend", "%s has no variant %q", name, variant)
		}
		return b, nil
	})
}

// RegisterBackend makes a backend known by a name. open is called when it is first
// asked for, as name or name:variant.
func RegisterBackend(name string, open func(variant string) (Backend, error)) {
	backendMu.Lock()
	defer backendMu.Unlock()
	openers[name] = open
}

// OpenBackend gives the backend with this name, made once for each.
func OpenBackend(name string) (Backend, error) {
	backendMu.Lock()
	defer backendMu.Unlock()
	if b, ok := opened[name]; ok {
		return b, nil
	}
	base, variant, _ := strings.Cut(name, ":")
	open, ok := openers[base]
	if !ok {
		return nil, Errorf(BackendError, "backend",
			"%q is not registered, only %s; importing the package of a backend registers it", name, strings.Join(backendNames(), ", "))
	}
	b, err := open(variant)
	if err != nil {
		return nil, fmt.Errorf("backend %q: %w", name, err)
	}
	opened[name] = b
	return b, nil
}

func backendNames() []string {
	return slices.Sorted(maps.Keys(openers))
}

// Backends are the names of the registered backends.
func Backends() []string {
	backendMu.Lock()
	defer backendMu.Unlock()
	return backendNames()
}

// Remote is an array's storage on a device.
type Remote interface {
	// Fetch copies the numbers to dst.
	Fetch(dst Buf) error
}

// NewRemote is an array on a device, whose numbers are fetched when they are read.
func NewRemote(t Type, r Remote) *Data {
	d := &Data{Type: t, lazy: true}
	d.remote.Store(&r)
	return d
}

// Remote is the array's storage on a device, or nil.
func (d *Data) Remote() Remote {
	if r := d.remote.Load(); r != nil {
		return *r
	}
	return nil
}

// Attach remembers a copy of the array on a device.
func (d *Data) Attach(r Remote) { d.remote.Store(&r) }

type contextKey struct{}

// WithBackend is ctx for calls that run on b.
func WithBackend(ctx context.Context, b Backend) context.Context {
	return context.WithValue(ctx, contextKey{}, func() (Backend, error) { return b, nil })
}

// WithBackendName is ctx for calls that run on the backend with this name.
func WithBackendName(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, contextKey{}, func() (Backend, error) { return OpenBackend(name) })
}

// BackendOf is the backend that ctx asks for; nil for none.
func BackendOf(ctx context.Context) (Backend, error) {
	if f, ok := ctx.Value(contextKey{}).(func() (Backend, error)); ok {
		return f()
	}
	return nil, nil
}
