package special

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// A row is one point of one function; see testdata/table.py.
type row struct {
	Func, DType, Why string
	X                [][]string
	Y                []*string
	Jac              [][]*string
	Hess             [][][]*string
	Tol              float64
}

// A function takes vectors of the numbers of a row, one for each argument, and gives a result of any shape.
type function func(x []num.Array) num.Array

// tables are the functions under test, by the name of their package (num's without) and their own.
var tables = []map[string]function{elementwise, advanced}

func functions(t *testing.T) map[string]function {
	t.Helper()
	all := map[string]function{}
	for _, table := range tables {
		for name, f := range table {
			if all[name] != nil {
				t.Fatalf("%s is in two tables", name)
			}
			all[name] = f
		}
	}
	return all
}

// points are the rows of all tables, by function.
func points(t *testing.T) map[string][]row {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tables: %v", err)
	}
	all := map[string][]row{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var rows []row
		if err := json.Unmarshal(text, &rows); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, r := range rows {
			all[r.Func] = append(all[r.Func], r)
		}
	}
	return all
}

// TestSpecialPoints compares values, first derivatives in both modes and second derivatives with the tables.
func TestSpecialPoints(t *testing.T) {
	rows := points(t)
	for name := range rows {
		if functions(t)[name] == nil {
			t.Errorf("the tables have rows of %s, which is no function of the test", name)
		}
	}
	fs := functions(t)
	for _, name := range slices.Sorted(maps.Keys(fs)) {
		t.Run(name, func(t *testing.T) {
			if len(rows[name]) == 0 {
				t.Fatal("no rows in testdata")
			}
			for _, r := range rows[name] {
				if err := r.check(fs[name]); err != nil {
					t.Errorf("%s(%v) %s: %v%s", r.Func, r.X, r.DType, err, r.because())
				}
			}
		})
	}
}

func (r row) because() string {
	if r.Why == "" {
		return ""
	}
	return " (" + r.Why + ")"
}

func (r row) dtype() num.DType {
	if r.DType == "f32" {
		return num.Float32
	}
	return num.Float64
}

// parse reads a number; what is too large for float64 is infinite.
func parse(s string) float64 {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(x, 0) {
		panic(err)
	}
	return x
}

// arguments are the vectors of the row's numbers.
func (r row) arguments() []num.Array {
	x := make([]num.Array, len(r.X))
	for i, a := range r.X {
		v := make([]float64, len(a))
		for j, s := range a {
			v[j] = parse(s)
		}
		x[i] = num.Vector(v...).AsType(r.dtype())
	}
	return x
}

// check compares f at the row's point, one argument's derivatives after the other: a tangent of 0 for
// another argument would meet infinite derivatives, and make them NaN.
func (r row) check(f function) error {
	x := r.arguments()
	var all []error
	_, err := num.Try(func() error {
		compare := func(what string, got num.Array, want []*string, order int) {
			all = append(all, r.compare(what, got.Float64s(), want, order))
		}
		compare("value", f(x), r.Y, 0)
		first := 0
		for k := range x {
			fk := at(f, x, k)
			n := x[k].Size()
			want := columns(r.Jac, first, n)
			compare(fmt.Sprintf("derivative %d, forward", k), num.JacobianFwd(fk)(x[k]), want, 1)
			compare(fmt.Sprintf("derivative %d, reverse", k), num.JacobianRev(fk)(x[k]), want, 1)
			second := 0
			for l := range x {
				if r.Hess == nil {
					break
				}
				m := x[l].Size()
				var want []*string
				for _, h := range r.Hess {
					want = append(want, columns(h[first:first+n], second, m)...)
				}
				second += m
				z := slices.Clone(x)
				for mode, outer := range map[string]func(func(num.Array) num.Array) func(num.Array) num.Array{
					"forward of reverse": num.JacobianFwd[num.Array], "reverse of forward": num.JacobianRev[num.Array],
				} {
					inner := num.JacobianRev[num.Array]
					if mode == "reverse of forward" {
						inner = num.JacobianFwd[num.Array]
					}
					h := outer(func(v num.Array) num.Array {
						if k == l {
							return inner(fk)(v)
						}
						z := slices.Clone(z)
						z[l] = v
						return inner(at(f, z, k))(z[k])
					})
					compare(fmt.Sprintf("second derivative %d %d, %s", k, l, mode), h(x[l]), want, 2)
				}
			}
			first += n
		}
		return nil
	})
	return errors.Join(append(all, err)...)
}

// at is f as a function of argument k, as a vector.
func at(f function, x []num.Array, k int) func(num.Array) num.Array {
	return func(v num.Array) num.Array {
		z := slices.Clone(x)
		z[k] = v
		return f(z).Reshape(-1)
	}
}

// columns are columns first … first+n-1 of the rows, one row after another.
func columns(rows [][]*string, first, n int) []*string {
	var out []*string
	for _, r := range rows {
		out = append(out, r[first:first+n]...)
	}
	return out
}

// compare compares numbers relative to their size, of a vector to the size of its largest element. Each
// derivative adds some operations, and so some rounding.
func (r row) compare(what string, got []float64, want []*string, order int) error {
	if len(got) != len(want) {
		return fmt.Errorf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	tol, tiny := 1e-14, 4*math.SmallestNonzeroFloat64
	if r.DType == "f32" {
		tol, tiny = 1e-6, 4*math.SmallestNonzeroFloat32
	}
	if r.Tol > 0 {
		tol *= r.Tol
	}
	tol *= math.Pow(4, float64(order))
	round := func(s *string) float64 {
		if r.DType == "f32" {
			return float64(float32(parse(*s)))
		}
		return parse(*s)
	}
	size := 0.0
	for _, s := range want {
		if s != nil && !math.IsInf(round(s), 0) {
			size = max(size, math.Abs(round(s)))
		}
	}
	for i, s := range want {
		if s == nil {
			continue
		}
		w := round(s)
		if math.IsNaN(w) != math.IsNaN(got[i]) || got[i] != w && !(math.Abs(got[i]-w) <= tol*size+tiny) && !math.IsNaN(w) {
			return fmt.Errorf("%s[%d]: got %v, want %v", what, i, got[i], w)
		}
	}
	return nil
}
