package ir

import (
	"runtime"
	"testing"
)

// Errors name the user's line, also where closures of the library were inlined into the
// user's functions.
func TestUsersFrames(t *testing.T) {
	for _, c := range []struct {
		function, file string
		library        bool
	}{
		{modulePath + "/num.Array.Add", root + "num/arith.go", true},
		{"main.main.Grad[...].func1", root + "num/grad.go", true},
		{"main.main", "/home/user/main.go", false},
		{"main.main", root + "examples/ridge/main.go", false},
		{"main.run", root + "bench/peers/main.go", false},
		{"main.run", root + "xla/cmd/plugin/main.go", false},
		{modulePath + "_test.TestReadme", root + "readme_test.go", false},
		{"runtime.goexit", "/usr/lib/go/src/runtime/asm.s", true},
	} {
		if got := inLibrary(runtime.Frame{Function: c.function, File: c.file}); got != c.library {
			t.Errorf("%s in %s: %v, want %v", c.function, c.file, got, c.library)
		}
	}
}

// What a part of the library's records has one line, also in a function that is traced within it; the user's functions have their own.
func TestOneLine(t *testing.T) {
	var part, inner, after *Site
	OneLine(func() {
		part = line()
		NewBuilder("a loop").Stage(Often, func() { inner = line() })
		Unstaged(func() { after = line() })
	})
	if inner != part {
		t.Error("a function that is traced within the part has another line")
	}
	if after == part || line() == part {
		t.Error("a function of the user's has the line of the part, or what comes after it")
	}
}
