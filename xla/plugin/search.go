// Package plugin finds and installs PJRT plugins: shared libraries through which
// package xla reaches the devices of a machine.
package plugin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Info is a plugin that was found.
type Info struct {
	Platform string // "cpu", "cuda", "tpu", or "" if its name does not show it
	Path     string // of the shared library
	Source   string // where it was found, in words
}

// NotFoundError reports that there is no plugin for a platform, and where it was
// sought.
type NotFoundError struct {
	Platform string   // "" for any
	Looked   []string // the places that were searched
}

func (e *NotFoundError) Error() string {
	what := "no PJRT plugin"
	if e.Platform != "" {
		what += " for " + e.Platform
	}
	how := "go run github.com/argmin-go/argmin/xla/cmd/plugin -install cpu"
	switch e.Platform {
	case "cuda":
		how = `pip install "jax[cuda13]"`
	case "tpu":
		how = "pip install libtpu"
	}
	return fmt.Sprintf("%s was found; install one with: %s; looked in:\n\t%s", what, how, strings.Join(e.Looked, "\n\t"))
}

// The environment variables that are read.
const (
	EnvPath  = "PJRT_PLUGIN_LIBRARY_PATH" // a list of plugins, or folders that hold some
	EnvCache = "ARGMIN_CACHE"             // argmin's cache folder
)

// known are the places of plugins inside a Python package folder.
var known = []struct{ pattern, wheel string }{
	{"jax_plugins/xla_cuda*/xla_cuda_plugin.so", "jax-cuda-pjrt"},
	{"libtpu/libtpu.so", "libtpu"},
	{"lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so", "lammps-jax-pjrt-cpu"},
	{"xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so", "xla-cpu-pjrt"},
}

// Search looks in all places, the most explicit first, and reports what it found and
// where it looked: the variable PJRT_PLUGIN_LIBRARY_PATH, argmin's cache folder, the
// packages of the Python on the path, and the folders of go-xla's installer.
func Search() (found []Info, looked []string) {
	see := func(source string, paths ...string) {
		for _, p := range paths {
			found = append(found, Info{platformOf(p), p, source})
		}
	}
	if list := os.Getenv(EnvPath); list != "" {
		for _, p := range filepath.SplitList(list) {
			looked = append(looked, p+" ("+EnvPath+")")
			if st, err := os.Stat(p); err == nil && st.IsDir() {
				see(EnvPath, glob(p, "*pjrt*.so", "*_plugin.so", "libtpu.so")...)
			} else if err == nil {
				see(EnvPath, p)
			}
		}
	} else {
		looked = append(looked, "the variable "+EnvPath+", which is not set")
	}
	if dir, err := cacheDir(); err == nil {
		looked = append(looked, dir+" (argmin's cache)")
		see("argmin's cache", glob(dir, "*/*.so")...)
	}
	dirs, err := pythonFolders()
	if err != nil {
		looked = append(looked, "the packages of Python: "+err.Error())
	}
	for _, dir := range dirs {
		looked = append(looked, dir+" (Python)")
		for _, k := range known {
			see("Python package "+k.wheel, glob(dir, k.pattern)...)
		}
	}
	home, _ := os.UserHomeDir()
	for _, dir := range []string{filepath.Join(home, ".local/lib/go-xla"), "/usr/local/lib/go-xla"} {
		looked = append(looked, dir+" (go-xla)")
		see("go-xla", glob(dir, "*pjrt*.so")...)
	}
	return found, looked
}

func glob(dir string, patterns ...string) []string {
	var out []string
	for _, p := range patterns {
		m, _ := filepath.Glob(filepath.Join(dir, p)) // the patterns are well formed
		for _, path := range m {
			if !slices.Contains(out, path) {
				out = append(out, path)
			}
		}
	}
	return out
}

// platformOf guesses the platform from the last two parts of a path.
func platformOf(path string) string {
	name := strings.ToLower(filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path)))
	for _, p := range []struct{ word, platform string }{{"cuda", "cuda"}, {"gpu", "cuda"}, {"tpu", "tpu"}, {"cpu", "cpu"}} {
		if strings.Contains(name, p.word) {
			return p.platform
		}
	}
	return ""
}

// Find gives the first plugin for a platform; for "", the first for an accelerator
// that this machine seems to have, else the first of any. Without one the error is a
// [*NotFoundError].
func Find(platform string) (Info, error) {
	found, looked := Search()
	order := []string{platform}
	if platform == "" {
		order = nil
		if _, err := os.Stat("/dev/nvidiactl"); err == nil {
			order = append(order, "cuda")
		}
		if len(glob("/dev", "accel*")) > 0 {
			order = append(order, "tpu")
		}
		order = append(order, "cpu", "")
	}
	for _, p := range order {
		for _, f := range found {
			if f.Platform == p || f.Source == EnvPath && f.Platform == "" {
				return f, nil
			}
		}
	}
	return Info{}, &NotFoundError{platform, looked}
}

// cacheDir is the folder in which plugins are installed.
func cacheDir() (string, error) {
	dir := os.Getenv(EnvCache)
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(base, "argmin")
	}
	return filepath.Join(dir, "pjrt"), nil
}

// ErrNoPython is wrapped by the errors of what needs Python where there is none.
var ErrNoPython = errors.New("there is no Python on the path")

func python() (string, error) {
	for _, name := range []string{"python3", "python"} {
		if p, err := exec.LookPath(name); err == nil {
			return p, nil
		}
	}
	return "", ErrNoPython
}

// pythonFolders are the folders in which the Python on the path looks for packages.
func pythonFolders() ([]string, error) {
	py, err := python()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, py, "-c", "import sys; print('\\n'.join(p for p in sys.path if p.endswith('-packages')))").Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", py, err)
	}
	return strings.Fields(string(out)), nil
}
