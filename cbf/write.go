package cbf

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
)

// Write writes a problem such that Read gives the same one back, numbers to the last bit, its entries sorted.
//
// Errors: cones that there are not, numbers that are not finite, and places that are not there or where there are two numbers.
func Write(w io.Writer, p *Problem) error {
	if err := p.check(); err != nil {
		return fmt.Errorf("cbf: %w", err)
	}
	out := &writer{out: bufio.NewWriter(w)}
	out.problem(p)
	return out.out.Flush()
}

// check is an error if the problem's slices do not fit together.
func (p *Problem) check() error {
	for _, cones := range [][]Cone{p.Vars, p.Cons} {
		n := 0
		for _, c := range cones {
			if err := c.check(); err != nil {
				return err
			}
			if n += c.Dim; n > maxCount {
				return fmt.Errorf("the cones have more than %d dimensions", maxCount)
			}
		}
	}
	for _, sizes := range [][]int{p.PSDVars, p.PSDCons} {
		for _, s := range sizes {
			if s < 1 || s > maxOrder {
				return fmt.Errorf("a positive semidefinite matrix of size %d, want one from 1 to %d", s, maxOrder)
			}
		}
	}
	if p.Version < 0 || p.Version > 4 {
		return fmt.Errorf("version %d of the format, want 0 to 4", p.Version)
	}
	n, m := p.N(), p.M()
	for k, j := range p.Integers {
		if j < 0 || j >= n || k > 0 && j <= p.Integers[k-1] {
			return fmt.Errorf("field Integers has %d at place %d, want increasing numbers of the %d variables", j, k, n)
		}
	}
	return errors.Join(finite("Constant", p.Constant), p.C.check("C", n), p.B.check("B", m), p.A.check(m, n),
		places("ObjF", p.ObjF, 1, len(p.PSDVars), nil, p.PSDVars), places("F", p.F, m, len(p.PSDVars), nil, p.PSDVars),
		places("H", p.H, len(p.PSDCons), n, p.PSDCons, nil), places("D", p.D, len(p.PSDCons), 1, p.PSDCons, nil))
}

func finite(what string, v float64) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("%s has %v, want finite numbers", what, v)
	}
	return nil
}

func (v Vector) check(what string, n int) error {
	if len(v.Ind) != len(v.Values) {
		return fmt.Errorf("%s has %d places and %d values", what, len(v.Ind), len(v.Values))
	}
	for k, i := range v.Ind {
		if i < 0 || i >= n || k > 0 && i <= v.Ind[k-1] {
			return fmt.Errorf("%s has a value at %d, want increasing places below %d", what, i, n)
		}
		if err := finite(what, v.Values[k]); err != nil {
			return err
		}
	}
	return nil
}

func (a Triplets) check(m, n int) error {
	if len(a.Row) != len(a.Values) || len(a.Col) != len(a.Values) {
		return fmt.Errorf("matrix A has %d rows, %d columns and %d values", len(a.Row), len(a.Col), len(a.Values))
	}
	seen := make(map[[2]int]bool, len(a.Row))
	for k, i := range a.Row {
		at := [2]int{i, a.Col[k]}
		if i < 0 || i >= m || at[1] < 0 || at[1] >= n || seen[at] {
			return fmt.Errorf("matrix A has a value at row %d, column %d, want places of a matrix [%d, %d], each once", i, at[1], m, n)
		}
		seen[at] = true
		if err := finite("A", a.Values[k]); err != nil {
			return err
		}
	}
	return nil
}

func places(what string, all []Entry, cons, vars int, byCon, byVar []int) error {
	type place struct{ con, v, row, col int }
	seen := make(map[place]bool, len(all))
	for _, e := range all {
		at := place{e.Con, e.Var, e.Row, e.Col}
		ok := e.Con >= 0 && e.Con < cons && e.Var >= 0 && e.Var < vars && e.Col >= 0 && e.Row >= e.Col && !seen[at]
		if ok && byCon != nil {
			ok = e.Row < byCon[e.Con]
		} else if ok {
			ok = e.Row < byVar[e.Var]
		}
		if !ok {
			return fmt.Errorf("%s has %+v, want places in the lower triangles of the matrices, each once", what, e)
		}
		seen[at] = true
		if err := finite(what, e.Value); err != nil {
			return err
		}
	}
	return nil
}

type writer struct{ out *bufio.Writer }

// line writes a line of texts and numbers; a bufio.Writer keeps the first error.
func (w *writer) line(words ...any) {
	for i, v := range words {
		if i > 0 {
			w.out.WriteByte(' ')
		}
		switch v := v.(type) {
		case int:
			w.out.Write(strconv.AppendInt(w.out.AvailableBuffer(), int64(v), 10))
		case float64:
			w.out.Write(strconv.AppendFloat(w.out.AvailableBuffer(), v, 'g', -1, 64))
		case string:
			w.out.WriteString(v)
		}
	}
	w.out.WriteByte('\n')
}

// list writes a keyword, how many lines follow, and those.
func (w *writer) list(keyword string, n int, line func(k int)) {
	if n == 0 {
		return
	}
	w.line("\n" + keyword)
	w.line(n)
	for k := range n {
		line(k)
	}
}

func (w *writer) problem(p *Problem) {
	version := 1
	for _, c := range append(slices.Clone(p.Vars), p.Cons...) {
		version = max(version, c.version())
	}
	if p.Version > 0 {
		version = p.Version
	}
	w.line("VER")
	w.line(version)
	w.line("\nOBJSENSE")
	w.line(map[bool]string{false: "MIN", true: "MAX"}[p.Maximize])
	power, dual := w.powers(p, Power, "POWCONES"), w.powers(p, DualPower, "POW*CONES")
	cones := func(keyword string, all []Cone) {
		if len(all) == 0 {
			return
		}
		w.line("\n" + keyword)
		w.line(total(all), len(all))
		for _, c := range all {
			name := string(c.Kind)
			if c.Alpha != nil {
				table := power
				if c.Kind == DualPower {
					table = dual
				}
				name = "@" + strconv.Itoa(table.number[key(c.Alpha)]) + ":" + name
			}
			w.line(name, c.Dim)
		}
	}
	w.list("PSDVAR", len(p.PSDVars), func(k int) { w.line(p.PSDVars[k]) })
	cones("VAR", p.Vars)
	w.list("INT", len(p.Integers), func(k int) { w.line(p.Integers[k]) })
	w.list("PSDCON", len(p.PSDCons), func(k int) { w.line(p.PSDCons[k]) })
	cones("CON", p.Cons)
	data := p.data()
	for _, key := range dataKeys {
		if key == "OBJBCOORD" {
			if p.Constant != 0 {
				w.line("\nOBJBCOORD")
				w.line(p.Constant)
			}
			continue
		}
		w.coordinates(key, data[key])
	}
}

// powerTable has lists of powers, each once, and their numbers.
type powerTable struct {
	lists  [][]float64
	number map[string]int
}

func key(alpha []float64) string { return fmt.Sprintf("%x", alpha) }

// powers writes the lists of powers of a kind of cones.
func (w *writer) powers(p *Problem, kind Kind, keyword string) powerTable {
	t := powerTable{number: map[string]int{}}
	sum := 0
	for _, c := range append(slices.Clone(p.Vars), p.Cons...) {
		if _, ok := t.number[key(c.Alpha)]; c.Kind == kind && !ok {
			t.number[key(c.Alpha)] = len(t.lists)
			t.lists = append(t.lists, c.Alpha)
			sum += len(c.Alpha)
		}
	}
	if len(t.lists) == 0 {
		return t
	}
	w.line("\n" + keyword)
	w.line(len(t.lists), sum)
	for _, alpha := range t.lists {
		w.line(len(alpha))
		for _, a := range alpha {
			w.line(a)
		}
	}
	return t
}
