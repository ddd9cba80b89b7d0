package num_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What docs/inside.md shows is in the examples of this package: each block of Go up to the
// instructions, and each output, in the same order.
func TestInsidePage(t *testing.T) {
	const file, page = "inside_example_test.go", "../docs/inside.md"
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	story, _, found := strings.Cut(string(text), "\n## How to add a primitive\n")
	if !found {
		t.Fatalf("%s has no section on adding a primitive", page)
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	examples := doc.Examples(f)
	slices.SortFunc(examples, func(a, b *doc.Example) int { return a.Order - b.Order })
	block := regexp.MustCompile("(?s)```(go|text)\n(.*?)\n```\n")
	code, shown := unindented(string(src)), 0
	for _, m := range block.FindAllStringSubmatch(story, -1) {
		switch {
		case m[1] == "go":
			if !strings.Contains(code, unindented(m[2])+"\n") {
				t.Errorf("%s has code that is not in %s:\n%s", page, file, m[2])
			}
		case shown == len(examples):
			t.Fatalf("%s has more outputs than there are examples; the last is\n%s", page, m[2])
		default:
			e := examples[shown]
			shown++
			if want := strings.TrimSpace(e.Output); m[2] != want {
				t.Errorf("%s shows for Example%s\n%s\nwant\n%s", page, e.Name, m[2], want)
			}
			if first := firstLine(src, f, e); !strings.Contains(story[:strings.Index(story, m[0])], first) {
				t.Errorf("%s shows the output of Example%s without its code %q before it", page, e.Name, first)
			}
		}
	}
	if shown != len(examples) {
		t.Errorf("%s shows %d of %d examples", page, shown, len(examples))
	}
}

// unindented is code without its leading tabs.
func unindented(s string) string {
	return regexp.MustCompile(`(?m)^\t+`).ReplaceAllString(s, "")
}

// firstLine is the first line of an example's body.
func firstLine(src []byte, f *ast.File, e *doc.Example) string {
	body := string(src[e.Code.Pos()-f.FileStart:])
	line, _, _ := strings.Cut(strings.TrimLeft(body, "{\n\t"), "\n")
	return line
}
