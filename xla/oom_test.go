//go:build cgo

package xla_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/xla"
)

func TestOutOfMemory(t *testing.T) {
	ctx := on(t)
	f := num.Jit(func(x A) [2]A {
		big := x.Reshape(1).BroadcastTo(1<<21, 1<<21) // 32 TiB
		return [2]A{big, big.Sum()}
	})
	_, err := f.CallContext(ctx, num.Scalar(1))
	if !errors.Is(err, xla.ErrOutOfMemory) || !errors.Is(err, num.ErrBackend) || !strings.Contains(err.Error(), "out of memory") {
		t.Errorf("got %v", err)
	}
	if y, err := num.Jit(func(x A) A { return x }).CallContext(ctx, num.Scalar(2)); err != nil || y.Item() != 2 {
		t.Errorf("afterwards: %v %v", y, err)
	}
}
