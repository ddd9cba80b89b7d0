// Package docs finds exported names without a comment, and signatures that
// show a name which readers of the documentation cannot look up.
package docs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// Packages lists the folders below root, which may be root itself, that hold a public
// package: Go files that are not tests, of a package other than main, outside of internal,
// testdata and hidden folders.
func Packages(root string) ([]string, error) {
	var dirs []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); path != root && (name == "internal" || name == "testdata" || strings.HasPrefix(name, ".") ||
			strings.HasPrefix(name, "_")) {
			return fs.SkipDir
		}
		files, err := parse(token.NewFileSet(), path)
		if err != nil {
			return err
		}
		if len(files) > 0 && files[0].Name.Name != "main" {
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			dirs = append(dirs, filepath.ToSlash(rel))
		}
		return nil
	})
	return dirs, err
}

// parse reads the Go files in a folder that are not tests.
func parse(fset *token.FileSet, dir string) ([]*ast.File, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, filepath.Join(dir, e.Name()), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// Compare compares a table of tests, by the names of its entries, with the exported functions
// of the package in a folder. It reports the functions that have no entry, and the entries of
// functions that do not exist. An entry is named after its function, or function/case.
func Compare(dir string, entries []string) (missing, unknown []string, err error) {
	files, err := parse(token.NewFileSet(), dir)
	if err != nil {
		return nil, nil, err
	}
	exists := map[string]bool{}
	for _, f := range files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.IsExported() {
				exists[fn.Name.Name] = true
			}
		}
	}
	tested := map[string]bool{}
	for _, e := range entries {
		name, _, _ := strings.Cut(e, "/")
		if tested[name] = true; !exists[name] {
			unknown = append(unknown, name)
		}
	}
	for name := range exists {
		if !tested[name] {
			missing = append(missing, name)
		}
	}
	return missing, unknown, nil
}

// checker collects what is wrong with one package.
type checker struct {
	fset    *token.FileSet
	aliases map[string]bool // unexported type aliases
	methods map[string]bool // of exported interfaces, with a comment there
	found   []string
}

// Check parses the package in a folder and reports, as "file.go:12: name: what is wrong",
//   - a package without a package comment,
//   - an exported function, method of an exported type, type, constant or variable
//     without a comment, or, if it is not in a group, with one that does not name it in its
//     first sentence; a method needs none that an interface of the package describes,
//   - an exported field or method of an exported struct or interface without a comment
//     before it or at the end of its line; the embedded ones need none,
//   - an exported signature or field with an unexported alias of a type.
func Check(dir string) ([]string, error) {
	c := &checker{fset: token.NewFileSet(), aliases: map[string]bool{}, methods: map[string]bool{}}
	files, err := parse(c.fset, dir)
	if err != nil {
		return nil, err
	}
	documented := false
	for _, f := range files {
		documented = documented || f.Doc != nil
		for _, d := range f.Decls {
			c.collect(d)
		}
	}
	if !documented && len(files) > 0 {
		c.fault(files[0], files[0].Name.Name, "the package has no comment")
	}
	for _, f := range files {
		for _, d := range f.Decls {
			c.decl(d)
		}
	}
	slices.Sort(c.found)
	return slices.Compact(c.found), nil
}

func (c *checker) fault(at ast.Node, name, what string) {
	p := c.fset.Position(at.Pos())
	c.found = append(c.found, fmt.Sprintf("%s:%d: %s: %s", filepath.Base(p.Filename), p.Line, name, what))
}

// collect remembers the unexported aliases and the methods that interfaces describe.
func (c *checker) collect(d ast.Decl) {
	g, ok := d.(*ast.GenDecl)
	if !ok {
		return
	}
	for _, s := range g.Specs {
		if t, ok := s.(*ast.TypeSpec); ok && t.Assign.IsValid() && !t.Name.IsExported() {
			c.aliases[t.Name.Name] = true
		} else if ok && t.Name.IsExported() {
			c.describe(t)
		}
	}
}

// describe remembers the methods of an interface that have a comment there.
func (c *checker) describe(t *ast.TypeSpec) {
	i, ok := t.Type.(*ast.InterfaceType)
	if !ok {
		return
	}
	for _, m := range i.Methods.List {
		for _, n := range m.Names {
			c.methods[n.Name] = m.Doc != nil || m.Comment != nil
		}
	}
}

func (c *checker) decl(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if !d.Name.IsExported() {
			return
		}
		name := d.Name.Name
		if d.Recv != nil {
			r := receiver(d.Recv.List[0].Type)
			if !ast.IsExported(r) {
				return
			}
			name = r + "." + name
		}
		if described := d.Recv != nil && c.methods[d.Name.Name]; !standard(d) && !described || d.Doc != nil {
			c.comment(d, name, d.Name.Name, d.Doc)
		}
		c.signature(d.Type, name)
	case *ast.GenDecl:
		for _, s := range d.Specs {
			c.spec(d, s)
		}
	}
}

// standard reports whether a method is one whose name explains what it does, by the
// conventions of Go.
func standard(d *ast.FuncDecl) bool {
	return d.Recv != nil && (d.Name.Name == "String" || d.Name.Name == "Error" || d.Name.Name == "Unwrap")
}

func (c *checker) spec(g *ast.GenDecl, s ast.Spec) {
	group := g.Lparen.IsValid()
	switch s := s.(type) {
	case *ast.TypeSpec:
		if !s.Name.IsExported() {
			return
		}
		doc := s.Doc
		if !group {
			doc = g.Doc
		}
		c.comment(s, s.Name.Name, s.Name.Name, doc)
		c.typ(s)
	case *ast.ValueSpec:
		for _, n := range s.Names {
			if !n.IsExported() {
				continue
			}
			if group {
				if s.Doc == nil && s.Comment == nil && g.Doc == nil {
					c.fault(n, n.Name, "has no comment, nor has its group")
				}
				continue
			}
			c.comment(n, n.Name, n.Name, g.Doc)
		}
	}
}

// typ checks the parts of an exported type.
func (c *checker) typ(s *ast.TypeSpec) {
	switch t := s.Type.(type) {
	case *ast.StructType:
		c.fields(t, s.Name.Name)
	case *ast.InterfaceType:
		for _, m := range t.Methods.List {
			for _, n := range m.Names {
				if n.IsExported() && m.Doc == nil && m.Comment == nil {
					c.fault(n, s.Name.Name+"."+n.Name, "has no comment")
				}
			}
			if f, ok := m.Type.(*ast.FuncType); ok && len(m.Names) > 0 && m.Names[0].IsExported() {
				c.signature(f, s.Name.Name+"."+m.Names[0].Name)
			}
		}
	case *ast.FuncType:
		c.signature(t, s.Name.Name)
	}
}

func (c *checker) fields(t *ast.StructType, of string) {
	for _, f := range t.Fields.List {
		for _, n := range f.Names {
			if !n.IsExported() {
				continue
			}
			if f.Doc == nil && f.Comment == nil {
				c.fault(n, of+"."+n.Name, "has no comment")
			}
			c.uses(f.Type, of+"."+n.Name)
			if inner, ok := f.Type.(*ast.StructType); ok {
				c.fields(inner, of+"."+n.Name)
			}
		}
	}
}

// comment checks that there is one and that its first sentence has the name.
func (c *checker) comment(at ast.Node, name, word string, doc *ast.CommentGroup) {
	if doc == nil {
		c.fault(at, name, "has no comment")
		return
	}
	first, _, _ := strings.Cut(strings.ReplaceAll(doc.Text(), "\n", " "), ". ")
	words := strings.FieldsFunc(first, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' })
	if !slices.Contains(words, word) {
		c.fault(at, name, fmt.Sprintf("the first sentence of its comment does not name it: %q", first))
	}
}

func (c *checker) signature(f *ast.FuncType, name string) {
	for _, list := range []*ast.FieldList{f.Params, f.Results, f.TypeParams} {
		if list == nil {
			continue
		}
		for _, p := range list.List {
			c.uses(p.Type, name)
		}
	}
}

// uses finds unexported aliases in a type.
func (c *checker) uses(t ast.Expr, name string) {
	ast.Inspect(t, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			return false
		case *ast.Ident:
			if c.aliases[n.Name] {
				c.fault(n, name, fmt.Sprintf("shows the unexported alias %s", n.Name))
			}
		}
		return true
	})
}

// receiver is the name of a method's type.
func receiver(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.IndexListExpr:
		return receiver(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}
