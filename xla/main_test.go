//go:build cgo

package xla

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/xla/plugin"
)

// noPlugin is the reason why there is no plugin to test with.
var noPlugin error

// The tests install the CPU's plugin where there is none. With ARGMIN_REQUIRE_XLA
// set they fail instead of being skipped where that is not possible.
func TestMain(m *testing.M) {
	if _, err := plugin.Find("cpu"); err != nil {
		_, noPlugin = plugin.Install(context.Background(), "cpu", os.Stderr)
	}
	if noPlugin == nil {
		_, noPlugin = ir.OpenBackend("xla:cpu")
	}
	if noPlugin != nil {
		fmt.Fprintln(os.Stderr, "tests on XLA are skipped:", noPlugin)
		if os.Getenv("ARGMIN_REQUIRE_XLA") != "" {
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func backend(t testing.TB) ir.Backend {
	t.Helper()
	if noPlugin != nil {
		t.Skip(noPlugin)
	}
	b, err := ir.OpenBackend("xla:cpu")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func cpuPlugin(t testing.TB) string {
	t.Helper()
	info, err := plugin.Find("cpu")
	if err != nil {
		t.Skip(err)
	}
	return info.Path
}
