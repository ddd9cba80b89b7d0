//go:build !cgo

package xla

import (
	"errors"

	"github.com/argmin-go/argmin/internal/core/ir"
)

func open(Options) (ir.Backend, error) {
	return nil, errors.New("xla: this program was built without cgo, which XLA needs: build it with CGO_ENABLED=1 and a C compiler")
}

func devicesOf(ir.Backend) []Device { return nil }
