package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// build builds the library, with flags, and a program of testdata on it, and returns the program's path.
func build(t *testing.T, program string, goFlags, cFlags []string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the programs use POSIX threads")
	}
	cc := "cc"
	if v := os.Getenv("CC"); v != "" {
		cc = v
	}
	dir := t.TempDir()
	run := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
	}
	library := filepath.Join(dir, "libargmin.so")
	run("go", append(append([]string{"build", "-buildmode=c-shared", "-o", library}, goFlags...), ".")...)
	path := filepath.Join(dir, "program")
	run(cc, append([]string{"-Wall", "-Werror", "-I.", "-o", path, filepath.Join("testdata", program), library, "-Wl,-rpath," + dir, "-lpthread", "-lm"}, cFlags...)...)
	return path
}

func TestProgramOfC(t *testing.T) {
	out, err := exec.Command(build(t, "rosenbrock.c", nil, nil)).CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "x = 1.000000 1.000000\n") {
		t.Errorf("%v: %s", err, out)
	}
}

// Sixteen threads at once, right and wrong calls, under the address sanitizer of C and of Go's memory as C sees it.
func TestStorm(t *testing.T) {
	solves, goFlags, cFlags := "1000", []string(nil), []string(nil)
	if runtime.GOOS == "linux" {
		goFlags, cFlags = []string{"-asan"}, []string{"-fsanitize=address", "-g"}
	}
	if testing.Short() {
		solves = "50"
	}
	out, err := exec.Command(build(t, "storm.c", goFlags, cFlags), solves).CombinedOutput()
	if err != nil || string(out) != "ok\n" {
		t.Errorf("%v: %s", err, out)
	}
}
