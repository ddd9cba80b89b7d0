package deps

import (
	"slices"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/sparse"
)

// Template is what the outputs of a program depend on, for use with other sets again and again: it
// costs its number of entries, however many operations the program has.
type Template struct {
	vectors []vector // the active inputs
	rows    [][]Set  // per output; nil for none
	t       *Table   // of the elements of the active inputs
}

// vector is the elements of one input among those of all active ones.
type vector struct{ input, first, n int }

// Template interprets a program by itself. known are the numbers of inputs, nil where they are not known.
// What depends on the active ones of them only is of interest; nil stands for all that are not known.
func (t *Table) Template(p *ir.Program, active []bool, known []*ir.Data) *Template {
	m := &Template{}
	in := make([]Array, len(p.In))
	n := 0
	for i, v := range p.In {
		in[i].Known = known[i]
		if p.Types[v].DType.IsFloat() && (active == nil && known[i] == nil || active != nil && active[i]) {
			size := p.Types[v].Size()
			m.vectors = append(m.vectors, vector{i, n, size})
			in[i].Known, in[i].Sets = nil, variables(n, size)
			n += size
		}
	}
	m.t = NewTable(n, max(t.room, 0))
	m.t.steps = t.steps
	for _, a := range m.t.Interpret(p, in) {
		m.rows = append(m.rows, a.Sets)
	}
	t.steps = m.t.steps
	if m.t.Exhausted() {
		t.room = -1
	}
	return m
}

// variables are the sets of n inputs from the given one on.
func variables(from, n int) []Set {
	s := make([]Set, n)
	for i := range s {
		s[i] = Set(from + i + 1)
	}
	return s
}

// Apply gives the sets of the program's outputs from those of its inputs, one list for each.
func (m *Template) Apply(t *Table, in [][]Set) [][]Set {
	flat := make([]Set, m.t.n)
	for _, v := range m.vectors {
		copy(flat[v.first:], in[v.input])
	}
	memo := map[Set]Set{}
	var buf []Set
	res := make([][]Set, len(m.rows))
	for j, row := range m.rows {
		if row == nil {
			continue
		}
		res[j] = make([]Set, len(row))
		for i, s := range row {
			if s < m.t.all && s > 0 {
				res[j][i] = flat[s-1]
				continue
			}
			u, ok := memo[s]
			if !ok {
				buf = buf[:0]
				for _, v := range m.t.Elements(s) {
					buf = append(buf, flat[v])
				}
				u = t.Join(buf)
				memo[s] = u
			}
			res[j][i] = u
		}
	}
	return res
}

// Transposed is the dependencies the other way: what each element of the active inputs is used for, as
// the union of the sets of the outputs' elements that depend on it.
func (m *Template) Transposed(t *Table, out [][]Set) [][]Set {
	users := make([][]Set, m.t.n)
	for j, row := range m.rows {
		for i, s := range row {
			if out[j] == nil || out[j][i] == 0 {
				continue
			}
			for _, v := range m.t.Elements(s) {
				users[v] = append(users[v], out[j][i])
			}
		}
	}
	res := make([][]Set, len(m.vectors))
	for i, v := range m.vectors {
		res[i] = make([]Set, v.n)
		for k, u := range users[v.first : v.first+v.n] {
			res[i][k] = t.Join(u)
		}
	}
	return res
}

// Pattern is which elements of the floating-point outputs of a program, laid end to end, depend on
// which elements of its inputs marked active, laid end to end. known are numbers of the others, nil
// where they are not known. It is nil if there are more than room entries, or they could not be
// distinguished with so much room: it is then best taken as full.
func Pattern(p *ir.Program, active []bool, known []*ir.Data, room int) (pattern *sparse.Pattern) {
	ir.Unstaged(func() { pattern = patternOf(p, active, known, room) })
	return pattern
}

func patternOf(p *ir.Program, active []bool, known []*ir.Data, room int) *sparse.Pattern {
	n := 0
	in := make([]Array, len(p.In))
	for i, v := range p.In {
		switch {
		case active[i] && p.Types[v].DType.IsFloat():
			in[i].Sets = variables(n, p.Types[v].Size())
			n += p.Types[v].Size()
		case !active[i]:
			in[i].Known = known[i]
		}
	}
	t := NewTable(n, room)
	out := t.Interpret(p, in)
	if t.Exhausted() {
		return nil
	}
	var rows []Set
	for _, a := range out {
		switch {
		case !a.DType.IsFloat():
		case a.Sets != nil:
			rows = append(rows, a.Sets...)
		default:
			rows = append(rows, make([]Set, a.Size())...)
		}
	}
	nnz := 0
	for _, s := range rows {
		nnz += t.Size(s)
	}
	if nnz > room {
		return nil
	}
	pat := &sparse.Pattern{Rows: len(rows), Cols: n, Ptr: make([]int, 1, len(rows)+1), Ind: make([]int, 0, nnz)}
	for _, s := range rows {
		for _, j := range t.Elements(s) {
			pat.Ind = append(pat.Ind, int(j))
		}
		pat.Ptr = append(pat.Ptr, len(pat.Ind))
	}
	return pat
}

// Either is the results of one of several programs, nobody knows which.
func (t *Table) Either(results ...[]Array) []Array {
	y := slices.Clone(results[0])
	for i := range y {
		y[i].Known = nil
		for _, r := range results[1:] {
			y[i].Sets = t.Each(y[i].Sets, r[i].Sets)
		}
	}
	return y
}
