//go:build cgo

package xla

/*
#cgo linux LDFLAGS: -ldl
#include "shim.h"
#include <stdlib.h>
*/
import "C"

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unsafe"

	"github.com/gomlx/go-xla/pkg/pjrt"
	"google.golang.org/protobuf/encoding/protowire"
)

// The version of the PJRT C API that this package is written for. Within a major
// version plugins only add functions at the end of the table.
const apiMajor, apiMinor = 0, 66

var (
	pluginMu sync.Mutex
	plugins  = map[string]*pjrt.Plugin{} // by path: a plugin can be initialized once
)

// openPlugin loads the plugin at path.
func openPlugin(path string) (*pjrt.Plugin, error) {
	pluginMu.Lock()
	defer pluginMu.Unlock()
	if p, ok := plugins[path]; ok {
		return p, nil
	}
	if st, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("xla: plugin: %w", err)
	} else if st.IsDir() {
		return nil, fmt.Errorf("xla: plugin %s is a folder, want the shared library in it", path)
	}
	cpath := C.CString(path)
	defer C.free(unsafe.Pointer(cpath))
	var what *C.char
	api := C.argmin_open(cpath, &what)
	if api == nil {
		return nil, fmt.Errorf("xla: %s is not a PJRT plugin that can be loaded: %s", path, C.GoString(what))
	}
	if major, minor := int(api.version.major), int(api.version.minor); major != apiMajor || minor < apiMinor {
		return nil, fmt.Errorf("xla: plugin %s has version %d.%d of the PJRT API, want %d.%d or later of major version %d",
			path, major, minor, apiMajor, apiMinor, apiMajor)
	}
	if err := pjrt.RegisterPreloadedPlugin(path, uintptr(unsafe.Pointer(api))); err != nil {
		return nil, fmt.Errorf("xla: plugin %s: %s", path, message(err))
	}
	p, err := pjrt.GetPlugin(path)
	if err != nil {
		return nil, fmt.Errorf("xla: plugin %s: %s", path, message(err))
	}
	plugins[path] = p
	return p, nil
}

var compileMu sync.Mutex

// compileText compiles a program, or loads it from the folder dir, where compiled
// programs are kept by a hash of their text, the plugin and the devices. With hlo it
// also gives what XLA made of it, an HloModuleProto.
func (c *client) compileText(text string, devices int, hlo bool) (exec *pjrt.LoadedExecutable, module []byte, err error) {
	config := c.pj.Compile().WithStableHLO([]byte(text))
	if devices > 0 { // also a mesh of one
		config = config.WithShardy(devices)
	}
	options := compileOptions(c.pj.Platform())
	var file string
	var have []byte
	if c.opt.CacheDir != "" {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d\n%q\n%s", c.pj.Platform(), c.pj.PlatformVersion(), devices, options, text))
		file = filepath.Join(c.opt.CacheDir, hex.EncodeToString(sum[:])+".pjrt")
		have, _ = os.ReadFile(file)
	}
	compileMu.Lock()
	defer compileMu.Unlock()
	kept := C.CBytes(have)
	defer C.free(kept)
	var given *C.char
	if len(have) > 0 {
		given = (*C.char)(kept)
	}
	more := C.CBytes(options)
	defer C.free(more)
	C.argmin_next_compile(given, C.size_t(len(have)), (*C.char)(more), C.size_t(len(options)), flag(file != ""), flag(hlo))
	exec, err = config.Done()
	var bytes, mod *C.char
	var nb, nm C.size_t
	loaded := C.argmin_last_compile(&bytes, &nb, &mod, &nm)
	if err != nil {
		return nil, nil, err
	}
	if mod != nil {
		module = C.GoBytes(unsafe.Pointer(mod), C.int(nm))
	}
	if bytes != nil && loaded == 0 {
		// A cache that cannot be written costs only time.
		_ = writeFile(file, C.GoBytes(unsafe.Pointer(bytes), C.int(nb)))
	}
	return exec, module, nil
}

// compileOptions are the settings of a platform's compiler, as a part of a CompileOptionsProto: that the
// larger and the smaller of NaN and a number is NaN. By default XLA's CPU compiler takes the
// number, and then the largest of some NaNs is -Inf and passes for a small residual.
func compileOptions(platform string) []byte {
	var key string
	switch strings.ToLower(platform) {
	case "cpu":
		key = "xla_cpu_enable_fast_min_max"
	case "cuda", "rocm", "gpu":
		key = "xla_gpu_enable_fast_min_max"
	default:
		return nil
	}
	field := func(b []byte, n protowire.Number, v []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(b, n, protowire.BytesType), v)
	}
	off := protowire.AppendVarint(protowire.AppendTag(nil, 2, protowire.VarintType), 0) // OptionOverrideProto.bool_field
	entry := field(field(nil, 1, []byte(key)), 2, off)
	return field(nil, 7, entry) // CompileOptionsProto.env_option_overrides, a map
}

func flag(b bool) C.int {
	if b {
		return 1
	}
	return 0
}

// writeFile writes a file that others may be reading or writing.
func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "compiled-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
