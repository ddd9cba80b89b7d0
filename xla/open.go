//go:build cgo

package xla

/*
#cgo linux LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdlib.h>

typedef struct {
	size_t struct_size;
	void *extension;
	struct { size_t struct_size; void *extension; int major, minor; } version;
} pjrt_api_head;

// argmin_open gives the table of functions of the plugin at path, or NULL and what is wrong.
static pjrt_api_head *argmin_open(const char *path, const char **what) {
	void *handle = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
	if (!handle) {
		*what = dlerror();
		return NULL;
	}
	pjrt_api_head *(*get)(void) = (pjrt_api_head *(*)(void))dlsym(handle, "GetPjrtApi");
	if (!get) {
		*what = "it exports no function GetPjrtApi";
		dlclose(handle);
		return NULL;
	}
	pjrt_api_head *api = get();
	if (!api) {
		*what = "its GetPjrtApi gives nothing";
	}
	return api;
}
*/
import "C"

import (
	"fmt"
	"os"
	"sync"
	"unsafe"

	"github.com/gomlx/go-xla/pkg/pjrt"
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
		return nil, fmt.Errorf("xla: plugin %s has version %d.%d of the PJRT API, want %d.%d or later of major version %d", path, major, minor, apiMajor, apiMinor, apiMajor)
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
