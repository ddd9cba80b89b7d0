//go:build cgo

package xla

import (
	"runtime"
	"slices"
	"sync"
	"unsafe"

	"github.com/gomlx/go-xla/pkg/pjrt"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// array is an array on the client's devices: one buffer on the first of them, or,
// on a mesh, one on each.
type array struct {
	c     *client
	t     ir.Type
	place *ir.Sharding // nil for one device
	bufs  []*pjrt.Buffer
	mu    sync.RWMutex // held for writing while the storage is given away
	gone  bool
}

var errDonated = ir.Errorf(ir.BackendError, "xla",
	"the array's storage was given to the step that followed it, so its numbers are gone; use what that step returned")

// Fetch implements [ir.Remote].
func (a *array) Fetch(dst ir.Buf) error {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if a.gone {
		return errDonated
	}
	if dst.N == 0 {
		return nil
	}
	size := a.t.DType.Size()
	fetch := func(b *pjrt.Buffer, to []byte) error {
		if a.c.cpu { // its memory is ours: no transfer to wait for
			if from, err := b.UnsafePointer(); err == nil {
				copy(to, unsafe.Slice((*byte)(from), len(to)))
				runtime.KeepAlive(b)
				return nil
			}
		}
		if err := b.ToHost(to); err != nil {
			return ir.Errorf(ir.BackendError, "xla", "fetching an array of shape %s: %s", ir.ShapeString(a.t.Shape), message(err))
		}
		return nil
	}
	if a.place == nil || whole(a.place) {
		return fetch(a.bufs[0], dst.Bytes(size))
	}
	part := a.place.Part(a.t)
	buf := make([]byte, ir.SizeOf(part)*size)
	for k, b := range a.bufs {
		if err := fetch(b, buf); err != nil {
			return err
		}
		rows(a.t.Shape, part, a.place.Start(a.t, k), size, func(in, box []byte) { copy(in, box) }, dst.Bytes(size), buf)
	}
	return nil
}

func whole(s *ir.Sharding) bool {
	return !slices.ContainsFunc(s.Axes, func(a string) bool { return a != "" })
}

// rows calls f with every run of a box within an array that is contiguous in both.
func rows(shape, part, start []int, size int, f func(in, box []byte), in, box []byte) {
	strides := ir.Strides(shape)
	last := len(shape) - 1
	run := part[last] * size
	for k := range ir.SizeOf(part) / part[last] {
		off, rest := start[last], k
		for i := last - 1; i >= 0; i-- {
			off += (start[i] + rest%part[i]) * strides[i]
			rest /= part[i]
		}
		f(in[off*size:off*size+run], box[k*run:(k+1)*run])
	}
}

// upload gives the array on the devices, where it stays: on the first one, or as
// place specifies.
func (c *client) upload(d *ir.Data, place *ir.Sharding) (*array, error) {
	if a, ok := d.Remote().(*array); ok && a.c == c && a.place.Equal(place) {
		a.mu.RLock()
		gone := a.gone
		a.mu.RUnlock()
		if !gone {
			return a, nil
		}
	}
	all := d.Buf()
	size := d.Type.DType.Size()
	a := &array{c: c, t: d.Type, place: place}
	devices, shape := c.devices[:1], d.Type.Shape
	if place != nil {
		devices, shape = c.devices[:place.Mesh.Size()], place.Part(d.Type)
	}
	bytes := all.Bytes(size)
	cut := place != nil && !whole(place) && len(bytes) > 0
	if len(bytes) == 0 {
		bytes = []byte{0} // an empty array has an address too
	}
	for k, device := range devices {
		part := bytes
		if cut {
			part = make([]byte, ir.SizeOf(shape)*size)
			rows(d.Type.Shape, shape, place.Start(d.Type, k), size, func(in, box []byte) { copy(box, in) }, bytes, part)
		}
		err := c.retry(func() error {
			b, err := c.pj.BufferFromHost().FromRawData(part, dtypeOf[d.Type.DType], shape).ToDevice(device).Done()
			if err == nil {
				a.bufs = append(a.bufs, b)
			}
			return err
		})
		runtime.KeepAlive(d)
		if err != nil {
			return nil, c.fail(err, "moving an array of %s, %d bytes, to the device", d.Type, len(part))
		}
	}
	d.Attach(a)
	return a, nil
}
