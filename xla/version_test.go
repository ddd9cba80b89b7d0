//go:build cgo

package xla

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A plugin of another version of the API is refused before anything of it is called.
func TestPluginVersion(t *testing.T) {
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("there is no C compiler to make a plugin with")
	}
	dir := t.TempDir()
	src, lib := filepath.Join(dir, "plugin.c"), filepath.Join(dir, "plugin.so")
	code := `#include <stddef.h>
static struct { size_t size; void *ext; struct { size_t size; void *ext; int major, minor; } v; void *fn[130]; } api = {sizeof api, 0, {sizeof api.v, 0, 0, 7}};
void *GetPjrtApi(void) { return &api; }
`
	if err := os.WriteFile(src, []byte(code), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(cc, "-shared", "-fPIC", "-o", lib, src).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	if _, err := open(Options{Plugin: lib}); err == nil ||
		!strings.Contains(err.Error(), "has version 0.7 of the PJRT API, want 0.66 or later") {
		t.Errorf("got %v", err)
	}
}
