package prim

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A rule type, such as sinFn, has only methods that somebody asks for: a misspelt optional one
// would be ignored without a word.
func TestRulesOfElementwiseFunctions(t *testing.T) {
	known := []string{
		"name", "block", "hlo", // must be there
		"diff", "jvp", "linear", "transpose", // the derivative
		"dtypes", "out", // the dtypes of operands and result
		"expand", "scalar", "domain", "flat", // optional
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			m, ok := d.(*ast.FuncDecl)
			if !ok || m.Recv == nil {
				continue
			}
			rule, ok := m.Recv.List[0].Type.(*ast.Ident)
			if !ok || !strings.HasSuffix(rule.Name, "Fn") {
				continue
			}
			seen[m.Name.Name] = true
			if !slices.Contains(known, m.Name.Name) {
				t.Errorf("%s: %s.%s is not a rule that is asked for; the rules are %v", file, rule.Name, m.Name.Name, known)
			}
		}
	}
	for _, name := range known {
		if !seen[name] {
			t.Errorf("no function has the rule %s: is it still asked for?", name)
		}
	}
}
