package layers

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	root   = "../../.."
	module = "github.com/argmin-go/argmin"
)

// imports are the packages of this repository that each of its packages imports, tests apart,
// by their folders; the root package is "argmin (root)".
func imports(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	name := func(folder string) string {
		if folder == "." || folder == "" {
			return "argmin (root)"
		}
		return folder
	}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && file != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "shared") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		from := name(filepath.ToSlash(folder))
		all[from] = slices.Grow(all[from], 1) // also where nothing is imported
		for _, i := range f.Imports {
			p := strings.Trim(i.Path.Value, `"`)
			if p == module || strings.HasPrefix(p, module+"/") {
				all[from] = append(all[from], name(strings.TrimPrefix(strings.TrimPrefix(p, module), "/")))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// layer is the line of a package in the map: its own, or the one of the nearest folder above
// it.
func layer(lines map[string]int, folder string) (int, bool) {
	for p := folder; p != "." && p != "/"; p = path.Dir(p) {
		if n, ok := lines[p]; ok {
			return n, true
		}
	}
	return 0, false
}

func TestImportsRunOneWay(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "## The map of the house")
	table, _, _ := strings.Cut(rest, "\n## ")
	lines := map[string]int{}
	quoted := regexp.MustCompile("`([^`]+)`")
	n := 0
	for _, row := range strings.Split(table, "\n") {
		if !strings.HasPrefix(row, "| `") {
			continue
		}
		n++
		cell, _, _ := strings.Cut(strings.TrimPrefix(row, "|"), "|")
		for _, q := range quoted.FindAllStringSubmatch(cell, -1) {
			p := q[1]
			if p == "argmin" {
				p = "argmin (root)"
			}
			lines[p] = n
		}
	}
	all := imports(t)
	if n < 20 || len(all) < 50 {
		t.Fatalf("the map has %d lines and the repository %d packages: the test reads the wrong files", n, len(all))
	}
	for _, p := range slices.Sorted(maps.Keys(all)) {
		own, ok := layer(lines, p)
		if !ok {
			t.Errorf("%s is not in the map of CONTRIBUTING.md", p)
			continue
		}
		for _, q := range all[p] {
			if its, ok := layer(lines, q); ok && its > own {
				t.Errorf("%s imports %s, which stands below it in the map", p, q)
			}
		}
	}
	for p := range lines {
		if p == "argmin (root)" {
			continue
		}
		if _, err := os.Stat(filepath.Join(root, p)); err != nil {
			t.Errorf("the map names %s, which does not exist", p)
		}
	}
}
