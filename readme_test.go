package argmin_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadme compiles and runs the README's first Go block, and compares what it prints
// with the block that follows.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```\\s*```\n(.*?)```").FindSubmatch(readme)
	if blocks == nil {
		t.Fatal("README.md has no Go block with its output")
	}
	file := filepath.Join(t.TempDir(), "main.go")
	program := "package main\n\nimport (\n\t\"fmt\"\n\n\t\"github.com/argmin-go/argmin\"\n\t\"github.com/argmin-go/argmin/num\"\n)\n\nfunc main() {\n" +
		string(blocks[1]) + "}\n"
	if err := os.WriteFile(file, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	var problems strings.Builder
	run := exec.Command("go", "run", file)
	run.Stderr = &problems
	if got, err := run.Output(); err != nil || string(got) != string(blocks[2]) {
		t.Errorf("%v\n%s\nprinted:\n%s\nwant:\n%s", err, problems.String(), got, blocks[2])
	}
}
