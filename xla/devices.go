//go:build cgo

package xla

import "github.com/argmin-go/argmin/internal/core/ir"

func devicesOf(b ir.Backend) []Device {
	c, ok := b.(*client)
	if !ok {
		return nil
	}
	out := make([]Device, len(c.devices))
	for i := range c.devices {
		out[i] = Device{ID: i, Kind: c.pj.Platform()}
	}
	return out
}
