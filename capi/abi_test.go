package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/internal/door"
)

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// abi lists what argmin.h declares, one declaration or constant in a line.
func abi(header string) (list []string) {
	header = regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(header, "")
	list = append(list, regexp.MustCompile(`ARGMIN_VERSION \d+`).FindString(header))
	for _, m := range regexp.MustCompile(`ARGMIN_\w+ = \d+`).FindAllString(header, -1) {
		list = append(list, m)
	}
	for _, m := range regexp.MustCompile(`(?m)^(?:typedef )?[\w ]+[ *]\(?\*?argmin_\w+\)?\([^;]*;`).FindAllString(header, -1) {
		list = append(list, strings.Join(strings.Fields(m), " "))
	}
	return list
}

// What programs were compiled with stays: lines may be added to abi.txt. A line that changes needs a new ARGMIN_VERSION.
func TestInterfaceIsStable(t *testing.T) {
	if got, want := strings.Join(abi(read(t, "argmin.h")), "\n")+"\n", read(t, "testdata/abi.txt"); got != want {
		t.Errorf("argmin.h declares\n%s\nwant\n%s", got, want)
	}
}

// Every function of the header is exported, none else is, and the program that tests everything calls it.
func TestEveryFunctionIsThere(t *testing.T) {
	declared := map[string]bool{}
	storm := read(t, "testdata/storm.c")
	for _, line := range abi(read(t, "argmin.h")) {
		name := regexp.MustCompile(`^[^(]*\b(argmin_\w+)\(`).FindStringSubmatch(line)
		if name == nil {
			continue
		}
		declared[name[1]] = true
		if !strings.Contains(storm, name[1]+"(") {
			t.Errorf("storm.c does not call %s", name[1])
		}
	}
	exported := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^//export (\w+)`).FindAllStringSubmatch(read(t, "main.go"), -1) {
		exported[m[1]] = true
		if !declared[m[1]] {
			t.Errorf("%s is exported, but not in argmin.h", m[1])
		}
	}
	for name := range declared {
		if !exported[name] {
			t.Errorf("%s is in argmin.h, but not exported", name)
		}
	}
}

// docs/c.md has the example as it is tested, and the name of every kind, option, array and function of package door.
func TestDocumentation(t *testing.T) {
	text := read(t, "../docs/c.md")
	if !strings.Contains(text, "```c\n"+read(t, "testdata/rosenbrock.c")+"```\n") {
		t.Error("the example of docs/c.md is not testdata/rosenbrock.c")
	}
	known := map[string]bool{}
	for _, kind := range door.Kinds() {
		known[kind] = true
	}
	sources, err := filepath.Glob("../internal/door/*.go")
	if err != nil || len(sources) == 0 {
		t.Fatal(sources, err)
	}
	names := regexp.MustCompile("json:\"(\\w+)|\\b(?:r\\.(?:vector|function|one|array)|point|at)\\((?:prefix\\+)?\"(\\w+)\"")
	for _, path := range sources {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, m := range names.FindAllStringSubmatch(read(t, path), -1) {
			known[m[1]+m[2]] = true
		}
	}
	if len(known) < 50 {
		t.Errorf("only %d names found", len(known))
	}
	for name := range known {
		if !regexp.MustCompile("`(constraints\\.k\\.)?" + name + "`").MatchString(text) {
			t.Errorf("docs/c.md lacks `%s`", name)
		}
	}
}
