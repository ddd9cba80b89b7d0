package argmin_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sources has what the sources of the package declare.
type sources struct {
	kinds    []string            // functions that make a solver: Minimize, Bounded, …
	methods  map[string][]string // exported types, with their methods in rules
	examples map[string]bool     // examples without the prefix
}

// rules are the methods by which a type of options is a method for a kind of problem, and the
// function that makes the solvers of that kind.
var rules = map[string]string{
	"smooth": "Minimize", "bounded": "Bounded", "composite": "Composite", "separable": "Separable",
	"onSet": "OnSet", "split": "Split", "fixedPoint": "FixedPoint", "stochastic": "Stochastic", "constrained": "Constrained", "quadratic": "Quadratic", "root": "Root",
	"bracketed": "Bracketed", "conic": "Conic", "leastSquares": "LeastSquares", "boundedLeastSquares": "BoundedLeastSquares",
}

func readSources(t *testing.T) sources {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	s := sources{methods: map[string][]string{}, examples: map[string]bool{}}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			switch test := strings.HasSuffix(name, "_test.go"); {
			case !ok:
			case test:
				if example, ok := strings.CutPrefix(f.Name.Name, "Example"); ok && f.Recv == nil {
					s.examples[example] = true
				}
			case f.Recv == nil:
				if f.Name.IsExported() && makesSolver(f) {
					s.kinds = append(s.kinds, f.Name.Name)
				}
			case rules[f.Name.Name] != "":
				if name := typeName(f.Recv.List[0].Type); ast.IsExported(name) {
					s.methods[name] = append(s.methods[name], f.Name.Name)
				}
			}
		}
	}
	if len(s.kinds) < 9 || len(s.methods) < 20 {
		t.Fatalf("only the kinds %v and %d methods were found: the test looks for the wrong thing", s.kinds, len(s.methods))
	}
	return s
}

// makesSolver reports whether a function returns a *Solver.
func makesSolver(f *ast.FuncDecl) bool {
	if f.Type.Results == nil || len(f.Type.Results.List) != 1 {
		return false
	}
	p, ok := f.Type.Results.List[0].Type.(*ast.StarExpr)
	return ok && typeName(p.X) == "Solver"
}

// typeName is the name of a type without its pointer and its type arguments.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.IndexListExpr:
		return typeName(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// Every kind of problem and every method has an example that runs.
func TestDocumentedByExamples(t *testing.T) {
	s := readSources(t)
	for _, kind := range s.kinds {
		if kind != "AndersonWrapper" && kind != "WithAux" && !slices.Contains(slices.Collect(maps.Values(rules)), kind) {
			t.Errorf("%s makes solvers of a kind that the list rules does not have", kind)
		}
	}
	for _, name := range append(slices.Sorted(maps.Keys(s.methods)), s.kinds...) {
		if !s.examples[name] {
			t.Errorf("there is no Example%s", name)
		}
	}
}

// The table of docs/choosing.md has every method under every kind of problem that it solves,
// and nothing else.
func TestChoosingHasEveryMethod(t *testing.T) {
	page, err := os.ReadFile("docs/choosing.md")
	if err != nil {
		t.Fatal(err)
	}
	s := readSources(t)
	want := map[string]bool{}
	for method, kinds := range s.methods {
		if method == "Custom" { // a paragraph, as it is for every kind
			continue
		}
		for _, kind := range kinds {
			want[rules[kind]+" "+method] = true
		}
	}
	have := map[string]bool{}
	kind := ""
	heading, row := regexp.MustCompile("^## `(\\w+)`"), regexp.MustCompile("^\\| `(\\w+)`")
	for line := range strings.Lines(string(page)) {
		if m := heading.FindStringSubmatch(line); m != nil {
			kind = m[1]
		} else if m := row.FindStringSubmatch(line); m != nil {
			have[kind+" "+m[1]] = true
		}
	}
	for name := range want {
		if !have[name] {
			t.Errorf("docs/choosing.md has no row for %s", name)
		}
	}
	for name := range have {
		if !want[name] {
			t.Errorf("docs/choosing.md has a row for %s, which does not exist", name)
		}
	}
}

// The package's own comment names every kind and every method.
func TestChoosingInTheDocumentation(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	s, doc := readSources(t), file.Doc.Text()
	for _, name := range append(slices.Sorted(maps.Keys(s.methods)), s.kinds...) {
		if !regexp.MustCompile(`\b` + name + `\b`).MatchString(doc) {
			t.Errorf("doc.go does not mention %s", name)
		}
	}
}

// The method that CONTRIBUTING.md shows is the one of ExampleCustom.
func TestContributingShowsTheExample(t *testing.T) {
	source, err := os.ReadFile("example_custom_test.go")
	if err != nil {
		t.Fatal(err)
	}
	text := string(source)
	begin, end := strings.Index(text, "// BarzilaiBorwein follows"), strings.Index(text, "// A method of your own")
	if begin < 0 || end < begin {
		t.Fatal("example_custom_test.go does not have the method")
	}
	contributing, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(contributing), "```go\n"+strings.TrimSpace(text[begin:end])+"\n```") {
		t.Error("CONTRIBUTING.md does not quote the method of example_custom_test.go")
	}
}
