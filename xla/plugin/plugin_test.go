package plugin

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// touch makes empty files and the folders they are in.
func touch(t *testing.T, paths ...string) {
	t.Helper()
	for _, p := range paths {
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSearch(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", filepath.Join(dir, "home"))
	t.Setenv("PATH", "") // no Python
	t.Setenv(EnvCache, filepath.Join(dir, "cache"))
	file, folder, none := filepath.Join(dir, "a.so"), filepath.Join(dir, "plugins"), filepath.Join(dir, "none")
	cuda := filepath.Join(folder, "pjrt_c_api_cuda_plugin.so")
	cached := filepath.Join(dir, "cache/pjrt/x-1/my_cpu_plugin.so")
	old := filepath.Join(dir, "home/.local/lib/go-xla/pjrt_c_api_cpu_v1_plugin.so")
	touch(t, file, cuda, filepath.Join(folder, "other.so"), cached, old)
	t.Setenv(EnvPath, strings.Join([]string{file, folder, none}, string(os.PathListSeparator)))
	found, looked := Search()
	var paths []string
	for _, f := range found {
		paths = append(paths, f.Path)
	}
	if want := []string{file, cuda, cached, old}; !slices.Equal(paths, want) {
		t.Errorf("found %v, want %v", paths, want)
	}
	if !slices.ContainsFunc(looked, func(s string) bool { return strings.HasPrefix(s, none) }) {
		t.Errorf("a path that does not exist is not among %v", looked)
	}
	for _, f := range found[1:] {
		if want := map[string]string{cuda: "cuda", cached: "cpu", old: "cpu"}[f.Path]; f.Platform != want {
			t.Errorf("%s is for %q, want %q", f.Path, f.Platform, want)
		}
	}
	if f, err := Find("tpu"); err != nil || f.Path != file {
		t.Errorf("a plugin given by its path is for any platform: %v %v", f, err)
	}
}

func TestNotFound(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("PATH", "")
	t.Setenv(EnvCache, dir)
	t.Setenv(EnvPath, "")
	_, err := Find("cuda")
	var nf *NotFoundError
	if !errors.As(err, &nf) || !strings.Contains(err.Error(), "for cuda") ||
		!strings.Contains(err.Error(), "jax[cuda13]") || !strings.Contains(err.Error(), EnvPath) {
		t.Errorf("got %v", err)
	}
}

// fake is a wheel with the given files, and a download of it.
func fake(t *testing.T, files ...string) (wheel, func(context.Context, wheel, string, io.Writer) error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, "plugin")
	}
	z.Close()
	sum := sha256.Sum256(b.Bytes())
	return wheel{"fake", "1", hex.EncodeToString(sum[:]), "a/b.so"}, func(_ context.Context, _ wheel, dir string, _ io.Writer) error {
		return os.WriteFile(filepath.Join(dir, "fake-1.whl"), b.Bytes(), 0o644)
	}
}

func TestInstall(t *testing.T) {
	t.Setenv(EnvCache, t.TempDir())
	w, get := fake(t, "a/b.so", "a/c.so")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			info, err := install(context.Background(), "cpu", w, nil, get)
			if err != nil {
				t.Error(err)
				return
			}
			if b, err := os.ReadFile(info.Path); err != nil || string(b) != "plugin" {
				t.Errorf("%q %v", b, err)
			}
		})
	}
	wg.Wait()
	again := func(context.Context, wheel, string, io.Writer) error { return errors.New("downloaded again") }
	if _, err := install(context.Background(), "cpu", w, nil, again); err != nil {
		t.Error(err)
	}
	left, _ := filepath.Glob(filepath.Join(os.Getenv(EnvCache), "pjrt", "download-*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestInstallErrors(t *testing.T) {
	t.Setenv(EnvCache, t.TempDir())
	w, get := fake(t, "a/c.so")
	if _, err := install(context.Background(), "cpu", w, nil, get); err == nil || !strings.Contains(err.Error(), "holds no a/b.so") {
		t.Errorf("a wheel without the plugin: %v", err)
	}
	w.sha256 = strings.Repeat("0", 64)
	if _, err := install(context.Background(), "cpu", w, nil, get); err == nil || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("a wheel that was changed: %v", err)
	}
	t.Setenv("PATH", "")
	if err := download(context.Background(), w, t.TempDir(), io.Discard); !errors.Is(err, ErrNoPython) {
		t.Errorf("without Python: %v", err)
	}
	if _, err := Install(context.Background(), "abacus", nil); err == nil || !strings.Contains(err.Error(), "abacus") {
		t.Errorf("an unknown platform: %v", err)
	}
}
