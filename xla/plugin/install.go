package plugin

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// wheel is a Python package that holds a plugin.
type wheel struct {
	project, version, sha256 string
	file                     string // the plugin inside it
}

// wheels are those that can be installed, by platform and machine.
var wheels = map[string]wheel{
	"cpu linux/amd64": {"lammps-jax-pjrt-cpu", "0.11.2", "1319390d948b39f69f7dade496b7c385149d9ca6097a6b62114da113216d9ad1",
		"lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so"},
}

// Install puts the plugin for a platform into argmin's cache folder, from a pinned
// Python package whose SHA-256 is checked, and gives it; if it is there it is given
// at once. It takes Python with pip, which downloads from the index that it is
// configured for. progress gets lines of text and may be nil. Only the CPU's is
// offered: plugins of accelerators come with their libraries, by pip.
func Install(ctx context.Context, platform string, progress io.Writer) (Info, error) {
	w, ok := wheels[platform+" "+runtime.GOOS+"/"+runtime.GOARCH]
	if !ok {
		return Info{}, fmt.Errorf("plugin: there is no package to install for %q on %s/%s", platform, runtime.GOOS, runtime.GOARCH)
	}
	return install(ctx, platform, w, progress, download)
}

func install(ctx context.Context, platform string, w wheel, progress io.Writer,
	download func(ctx context.Context, w wheel, dir string, progress io.Writer) error) (Info, error) {
	if progress == nil {
		progress = io.Discard
	}
	cache, err := cacheDir()
	if err != nil {
		return Info{}, fmt.Errorf("plugin: %w", err)
	}
	dir := filepath.Join(cache, w.project+"-"+w.version)
	info := Info{platform, filepath.Join(dir, filepath.Base(w.file)), "argmin's cache"}
	if _, err := os.Stat(info.Path); err == nil {
		return info, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Info{}, fmt.Errorf("plugin: %w", err)
	}
	tmp, err := os.MkdirTemp(cache, "download-")
	if err != nil {
		return Info{}, fmt.Errorf("plugin: %w", err)
	}
	defer os.RemoveAll(tmp)
	fmt.Fprintf(progress, "downloading %s %s\n", w.project, w.version)
	if err := download(ctx, w, tmp, progress); err != nil {
		return Info{}, fmt.Errorf("plugin: downloading %s %s: %w", w.project, w.version, err)
	}
	path, err := unpack(w, tmp)
	if err != nil {
		return Info{}, fmt.Errorf("plugin: %s %s: %w", w.project, w.version, err)
	}
	// Renamed at once: another process sees the whole file or none.
	if err := os.Rename(path, info.Path); err != nil {
		return Info{}, fmt.Errorf("plugin: %w", err)
	}
	fmt.Fprintf(progress, "installed %s\n", info.Path)
	return info, nil
}

// download lets pip fetch a wheel into dir.
func download(ctx context.Context, w wheel, dir string, progress io.Writer) error {
	py, err := python()
	if err != nil {
		return err
	}
	list := filepath.Join(dir, "requirements.txt")
	if err := os.WriteFile(list, fmt.Appendf(nil, "%s==%s --hash=sha256:%s\n", w.project, w.version, w.sha256), 0o644); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, py, "-m", "pip", "--disable-pip-version-check", "download", "--no-deps",
		"--only-binary=:all:", "--require-hashes", "-r", list, "-d", dir)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = progress, io.MultiWriter(&out, progress)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(out.String()))
	}
	return nil
}

// unpack checks the one wheel in dir and takes the plugin out of it.
func unpack(w wheel, dir string) (path string, err error) {
	files := glob(dir, "*.whl")
	if len(files) != 1 {
		return "", fmt.Errorf("%d wheels were downloaded, want 1", len(files))
	}
	f, err := os.Open(files[0])
	if err != nil {
		return "", err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	f.Close()
	if err != nil {
		return "", err
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != w.sha256 {
		return "", fmt.Errorf("its SHA-256 is %s, want %s", got, w.sha256)
	}
	z, err := zip.OpenReader(files[0])
	if err != nil {
		return "", err
	}
	defer z.Close()
	in, err := z.Open(w.file)
	if err != nil {
		return "", fmt.Errorf("the wheel holds no %s: %w", w.file, err)
	}
	defer in.Close()
	path = filepath.Join(dir, "plugin")
	out, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o755)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(out, in)
	if e := out.Close(); err == nil {
		err = e
	}
	return path, err
}
