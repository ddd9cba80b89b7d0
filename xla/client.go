//go:build cgo

package xla

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"sync"

	"github.com/gomlx/go-xla/pkg/pjrt"
	"github.com/gomlx/go-xla/pkg/types/dtypes"

	"github.com/argmin-go/argmin/internal/ir"
	"github.com/argmin-go/argmin/internal/stablehlo"
)

// client is a backend: the devices of one plugin.
type client struct {
	opt     Options
	pj      *pjrt.Client
	devices []*pjrt.Device
}

// Errors of the runtime carry a stack of this process, which helps nobody.
var codeText = regexp.MustCompile(`PJRT error \(code=\d+\): `)

func message(err error) string { return codeText.ReplaceAllString(err.Error(), "") }

func exhausted(err error) bool {
	return strings.Contains(err.Error(), "RESOURCE_EXHAUSTED") || strings.Contains(err.Error(), "(code=8)") || strings.Contains(err.Error(), "Out of memory")
}

func open(opt Options) (ir.Backend, error) {
	path := opt.Plugin
	if path == "" {
		info, err := find(opt.Platform)
		if err != nil {
			return nil, err
		}
		path = info
	}
	p, err := openPlugin(path)
	if err != nil {
		return nil, err
	}
	create := pjrt.NamedValuesMap{}
	if opt.Devices > 0 && isCPU(path) {
		create["cpu_device_count"] = int64(opt.Devices)
	}
	var pj *pjrt.Client
	pjrt.SuppressAbseilLoggingHack(func() { pj, err = p.NewClient(create) })
	if err != nil {
		return nil, fmt.Errorf("xla: plugin %s makes no client: %s", path, message(err))
	}
	if got := strings.ToLower(pj.Platform()); opt.Platform != "" && !samePlatform(opt.Platform, got) {
		return nil, fmt.Errorf("xla: plugin %s is for platform %q, want %q", path, got, opt.Platform)
	}
	c := &client{opt: opt, pj: pj, devices: pj.AddressableDevices()}
	if opt.Devices > len(c.devices) {
		return nil, fmt.Errorf("xla: plugin %s has %d devices, want %d", path, len(c.devices), opt.Devices)
	}
	if opt.Devices > 0 {
		c.devices = c.devices[:opt.Devices]
	}
	return c, nil
}

func samePlatform(want, got string) bool {
	return want == got || want == "cpu" && got == "host" || (want == "cuda" || want == "gpu") && (got == "cuda" || got == "gpu")
}

var dtypeOf = map[ir.DType]dtypes.DType{ir.Bool: dtypes.Bool, ir.Int32: dtypes.Int32, ir.Int64: dtypes.Int64,
	ir.Uint32: dtypes.Uint32, ir.Float32: dtypes.Float32, ir.Float64: dtypes.Float64}

// array is an array on the client's devices: one buffer, or one for each of them.
type array struct {
	c    *client
	t    ir.Type
	bufs []*pjrt.Buffer
	mu   sync.RWMutex // held for writing while its storage is given away
	gone bool
}

var errDonated = errors.New("the array's storage was given to the step that followed it, so its numbers are gone; use what that step returned")

func (a *array) Fetch(dst ir.Buf) error {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if a.gone {
		return ir.Errorf(ir.BackendError, "xla", "%v", errDonated)
	}
	if dst.N == 0 {
		return nil
	}
	if err := a.bufs[0].ToHost(dst.Bytes(a.t.DType.Size())); err != nil {
		return ir.Errorf(ir.BackendError, "xla", "fetching an array of shape %s: %s", ir.ShapeString(a.t.Shape), message(err))
	}
	return nil
}

// upload gives the array on the client's first device, where it stays.
func (c *client) upload(d *ir.Data) (*array, error) {
	if a, ok := d.Remote().(*array); ok && a.c == c {
		a.mu.RLock()
		gone := a.gone
		a.mu.RUnlock()
		if !gone {
			return a, nil
		}
	}
	b := d.Buf()
	bytes := b.Bytes(d.Type.DType.Size())
	if len(bytes) == 0 {
		bytes = []byte{0} // an empty array has an address too
	}
	var buf *pjrt.Buffer
	err := c.retry(func() (err error) {
		buf, err = c.pj.BufferFromHost().FromRawData(bytes, dtypeOf[d.Type.DType], d.Type.Shape).ToDevice(c.devices[0]).Done()
		return err
	})
	runtime.KeepAlive(d)
	if err != nil {
		return nil, c.fail(err, "moving an array of %s, %d bytes, to the device", d.Type, len(bytes))
	}
	a := &array{c: c, t: d.Type, bufs: []*pjrt.Buffer{buf}}
	d.Attach(a)
	return a, nil
}

// retry runs f again after a collection of garbage, whose arrays hold storage of the
// device that the collector does not see, if memory ran out.
func (c *client) retry(f func() error) error {
	err := f()
	if err != nil && exhausted(err) {
		runtime.GC()
		runtime.GC() // the first one queues the finalizers
		err = f()
	}
	return err
}

func (c *client) fail(err error, format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	if exhausted(err) {
		return &ir.Error{Kind: ir.BackendError, Op: "xla", Msg: what + ": the device is out of memory: " + message(err), Err: ErrOutOfMemory}
	}
	return ir.Errorf(ir.BackendError, "xla", "%s: %s", what, message(err))
}

// executable is a compiled program.
type executable struct {
	mod  stablehlo.Module
	exec *pjrt.LoadedExecutable
}

type planKey struct {
	c      *client
	donate string
}

func (c *client) compile(p *ir.Program, opt ir.RunOptions) (*executable, error) {
	v, err := p.Plan(planKey{c, fmt.Sprint(opt.Donate)}, func() (any, error) {
		mod, err := stablehlo.Print(p, stablehlo.Options{Name: p.Name, Inputs: opt.Names, Donate: opt.Donate})
		if err != nil {
			return nil, err
		}
		exec, _, err := c.compileText(mod.Text, 1, false)
		if err != nil {
			return nil, c.fail(err, "compiling %s", p.Name)
		}
		return &executable{mod, exec}, nil
	})
	if err != nil {
		return nil, err
	}
	return v.(*executable), nil
}

// Run implements [ir.Backend]. A program that has begun runs to its end, whatever
// becomes of ctx.
func (c *client) Run(ctx context.Context, p *ir.Program, in []*ir.Data, opt ir.RunOptions) ([]*ir.Data, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	opt.Donate = distinct(opt.Donate, in)
	e, err := c.compile(p, opt)
	if err != nil {
		return nil, err
	}
	if len(p.Out)+len(e.mod.Checks) == 0 {
		return nil, nil // nothing can be seen of such a program
	}
	donated := make([]bool, len(in))
	for _, i := range opt.Donate {
		if i >= 0 {
			donated[i] = true
		}
	}
	bufs := make([]*pjrt.Buffer, len(in))
	arrays := make([]*array, len(in))
	for i, d := range in {
		if arrays[i], err = c.upload(d); err != nil {
			return nil, err
		}
		bufs[i] = arrays[i].bufs[0]
	}
	for i, a := range arrays {
		if donated[i] {
			a.mu.Lock()
			defer a.mu.Unlock()
		} else {
			a.mu.RLock()
			defer a.mu.RUnlock()
		}
		if a.gone {
			return nil, ir.Errorf(ir.BackendError, "xla", "%v", errDonated)
		}
	}
	var out []*pjrt.Buffer
	err = c.retry(func() (err error) {
		out, err = e.exec.Execute(bufs...).SetDonate(donated).Done()
		return err
	})
	if err != nil {
		return nil, c.fail(err, "running %s", p.Name)
	}
	for i, a := range arrays {
		if donated[i] {
			a.gone = true
		}
	}
	n := len(p.Out)
	res := make([]*ir.Data, n)
	for i, t := range p.OutTypes() {
		res[i] = ir.NewRemote(t, &array{c: c, t: t, bufs: out[i : i+1]})
	}
	return res, e.failed(out[n:])
}

// failed reads which check of the program failed, if there are any.
func (e *executable) failed(state []*pjrt.Buffer) error {
	if len(e.mod.Checks) == 0 {
		return nil
	}
	code, err := pjrt.BufferToScalar[int32](state[0])
	if err == nil && code == 0 {
		return nil
	}
	var measure float32
	if err == nil {
		measure, err = pjrt.BufferToScalar[float32](state[1])
	}
	if err != nil {
		return ir.Errorf(ir.BackendError, "xla", "reading the checks of a program: %s", message(err))
	}
	return ir.Errorf(ir.NumericError, "check", "%s: %.3g", e.mod.Checks[code-1], measure)
}

// distinct leaves out inputs that are given away but stand in two places.
func distinct(donate []int, in []*ir.Data) []int {
	var out []int
	for k, i := range donate {
		if i < 0 {
			continue
		}
		for j, d := range in {
			if j != i && (d == in[i] || d.Remote() != nil && d.Remote() == in[i].Remote()) {
				if out == nil {
					out = append([]int(nil), donate...)
				}
				out[k] = -1
			}
		}
	}
	if out == nil {
		return donate
	}
	return out
}
