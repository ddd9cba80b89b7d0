package docs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../../.."

// unfinished lists packages that do not pass yet. Take a package out once it does: the test
// fails when one that passes is still listed.
var unfinished []string

func TestEveryPublicPackage(t *testing.T) {
	dirs, err := Packages(root)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(dirs, "num") || !slices.Contains(dirs, ".") || !slices.Contains(dirs, "minimize/named") {
		t.Fatalf("packages %v", dirs)
	}
	for _, dir := range unfinished {
		if !slices.Contains(dirs, dir) {
			t.Errorf("the list of unfinished packages has %s, which does not exist", dir)
		}
	}
	for _, dir := range dirs {
		t.Run(dir, func(t *testing.T) {
			faults, err := Check(filepath.Join(root, dir))
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(unfinished, dir) {
				if len(faults) == 0 {
					t.Error("has no faults any more: take it out of the list of unfinished packages")
				}
				return
			}
			if len(faults) > 0 {
				t.Errorf("%d faults:\n%s", len(faults), strings.Join(faults, "\n"))
			}
		})
	}
}

// The checker sees what it is made for.
func TestCheckerFindsFaults(t *testing.T) {
	dir := t.TempDir()
	src := `package p

type alias = int

// Good is good.
func Good() {}
func Bare() {}

// Stale is old.
func Renamed(x alias) {}

// T is a type.
type T struct {
	A int // first
	B, C int
	d int
	E struct {
		F int
	} // nested
}

func (T) M() {}
func (T) N() {}
func (T) String() string { return "" }
func (t) M() {}

type t struct{ X int }

// I is an interface.
type I interface {
	// N is fine.
	N()
	O()
}

const (
	K = 1
	L = 2 // two
)

// Numbers.
const (
	P = 1
)

var V int
`
	if err := os.WriteFile(filepath.Join(dir, "p.go"), []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	faults, err := Check(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range faults {
		name, what, _ := strings.Cut(strings.SplitN(f, ": ", 2)[1], ": ")
		got = append(got, name+" "+strings.Fields(what)[0])
	}
	slices.Sort(got)
	want := []string{"Bare has", "I.O has", "K has", "Renamed shows", "Renamed the", "T.B has", "T.C has", "T.E.F has",
		"T.M has", "V has", "p the"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// A table is compared with the exported functions, not with methods and unexported ones.
func TestCompare(t *testing.T) {
	dir := t.TempDir()
	src := "package p\n\nfunc A() {}\nfunc B() {}\nfunc c() {}\n\ntype T int\n\nfunc (T) M() {}\n"
	if err := os.WriteFile(filepath.Join(dir, "p.go"), []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	missing, unknown, err := Compare(dir, []string{"A/one", "A/two", "D"})
	if err != nil || !slices.Equal(missing, []string{"B"}) || !slices.Equal(unknown, []string{"D"}) {
		t.Errorf("missing %v, unknown %v, %v; want B and D", missing, unknown, err)
	}
}
