//go:build cgo

package xla

import (
	"context"
	"fmt"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"github.com/gomlx/go-xla/pkg/pjrt"
	"github.com/gomlx/go-xla/pkg/types/dtypes"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
	"github.com/argmin-go/argmin/xla/plugin"
)

// client is a backend: the devices of one plugin.
type client struct {
	opt      Options
	pj       *pjrt.Client
	devices  []*pjrt.Device
	platform string
	cpu      bool
}

// Errors of the runtime carry a stack of this process, which helps nobody.
var codeText = regexp.MustCompile(`PJRT error \(code=\d+\): `)

func message(err error) string { return codeText.ReplaceAllString(err.Error(), "") }

func exhausted(err error) bool {
	return strings.Contains(err.Error(), "RESOURCE_EXHAUSTED") || strings.Contains(err.Error(), "(code=8)") ||
		strings.Contains(err.Error(), "Out of memory")
}

func open(opt Options) (ir.Backend, error) {
	path := opt.Plugin
	if path == "" {
		info, err := plugin.Find(opt.Platform)
		if err != nil {
			return nil, err
		}
		path = info.Path
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
		return nil, fmt.Errorf("xla: plugin %s cannot create a client: %s", path, message(err))
	}
	platform := strings.ToLower(pj.Platform())
	c := &client{opt: opt, pj: pj, devices: pj.AddressableDevices(), platform: platform, cpu: platform == "cpu" || platform == "host"}
	if opt.Platform != "" && !samePlatform(opt.Platform, platform) {
		return nil, fmt.Errorf("xla: plugin %s is for platform %q, want %q", path, platform, opt.Platform)
	}
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

// supported reports an element type that a platform does not have.
func supported(platform string, p *ir.Program) error {
	if platform != "tpu" {
		return nil
	}
	for _, t := range p.Types {
		if t.DType == ir.Float64 {
			return ir.Errorf(ir.DTypeError, "xla",
				"the program %s computes in %s, which platform %s does not have; convert its inputs to float32 (num.Array.AsType)",
				p.Name, t.DType, platform)
		}
	}
	return nil
}

var dtypeOf = map[ir.DType]dtypes.DType{ir.Bool: dtypes.Bool, ir.Int32: dtypes.Int32, ir.Int64: dtypes.Int64,
	ir.Uint32: dtypes.Uint32, ir.Float32: dtypes.Float32, ir.Float64: dtypes.Float64}

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
	c    *client
	what string
}

// deviceCount is 0 for a program that is not on a mesh.
func deviceCount(m stablehlo.Module) int {
	if m.Mesh == nil {
		return 0
	}
	return m.Mesh.Size()
}

// Run implements [ir.Backend]. A program that has begun runs to its end, whatever
// becomes of ctx.
func (c *client) Run(ctx context.Context, p *ir.Program, in []*ir.Data, opt ir.RunOptions) ([]*ir.Data, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	opt.Donate = distinct(opt.Donate, in)
	e, err := c.compile(p, in, opt)
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
	arrays := make([]*array, len(in))
	for i, d := range in {
		if arrays[i], err = c.upload(d, e.place(d.Sharding, d.Type)); err != nil {
			return nil, err
		}
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
			return nil, errDonated
		}
	}
	devices := max(1, e.mod.Mesh.Size())
	bufs, give := make([]*pjrt.Buffer, 0, devices*len(in)), make([]bool, 0, devices*len(in))
	for k := range devices {
		for i, a := range arrays {
			bufs, give = append(bufs, a.bufs[k]), append(give, donated[i])
		}
	}
	var out []*pjrt.Buffer
	err = c.retry(func() (err error) {
		out, err = e.exec.Execute(bufs...).SetDonate(give).Done()
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
	each := len(out) / devices
	res := make([]*ir.Data, n)
	for i, t := range p.OutTypes() {
		var place *ir.Sharding
		if e.mod.Mesh != nil {
			place = e.place(e.mod.Shardings[i], t)
		}
		a := &array{c: c, t: t, place: place}
		for k := range devices {
			a.bufs = append(a.bufs, out[k*each+i])
		}
		res[i] = ir.NewRemote(t, a)
		if place != nil && !whole(place) {
			res[i].Sharding = place
		}
	}
	return res, e.failed(out[n:each])
}

// place is how an array lies on the program's mesh, nil for one device.
func (e *executable) place(s *ir.Sharding, t ir.Type) *ir.Sharding {
	switch {
	case e.mod.Mesh == nil:
		return nil
	case s == nil:
		return &ir.Sharding{Mesh: e.mod.Mesh, Axes: make([]string, t.Rank())}
	}
	return s
}

func (c *client) compile(p *ir.Program, in []*ir.Data, opt ir.RunOptions) (*executable, error) {
	var what []byte
	for _, i := range opt.Donate {
		what = strconv.AppendInt(what, int64(i), 36)
		what = append(what, ' ')
	}
	shardings := make([]*ir.Sharding, len(in))
	for i, d := range in {
		if s := d.Sharding; s != nil {
			shardings[i] = s
			what = fmt.Appendf(what, "%d: %v %v;", i, s.Mesh, s)
		}
	}
	v, err := p.Plan(planKey{c, string(what)}, func() (any, error) {
		if err := supported(c.platform, p); err != nil {
			return nil, err
		}
		mod, err := stablehlo.Print(p, stablehlo.Options{Name: p.Name, Inputs: opt.Names, Donate: opt.Donate, Shardings: shardings})
		if err != nil {
			return nil, err
		}
		if devices := deviceCount(mod); devices > len(c.devices) {
			return nil, ir.Errorf(ir.BackendError, "xla", "the mesh %v has %d devices, the backend %d", mod.Mesh, devices, len(c.devices))
		}
		exec, _, err := c.compileText(mod.Text, deviceCount(mod), false)
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
	return ir.CheckError(e.mod.Checks[code-1], float64(measure))
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
