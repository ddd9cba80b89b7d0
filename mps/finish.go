package mps

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

var inf = math.Inf(1)

// addBound sets a bound.
func (r *reader) addBound(rec record) *Error {
	if use, fault := r.chosen(rec.set, r.opt.Bounds); !use {
		return fault
	}
	b, kind := &r.bounds[rec.col], &r.p.Kinds[rec.col]
	b.any = true
	lower := func(v float64) { b.lower, b.hasLower = v, true }
	upper := func(v float64) { b.upper, b.hasUpper = v, true }
	switch rec.bound {
	case "LI", "UI", "BV":
		*kind = Integer
	case "SC", "SI":
		*kind = SemiContinuous
		if rec.bound == "SI" || b.markers {
			*kind = SemiInteger
		}
		if rec.value < 0 {
			return r.Errorf(rec.name.Column, "the upper bound of column %q, which may be 0 or within its bounds, is %v, want a positive one", rec.name, rec.value)
		}
	}
	wrong := inf // a value that no number satisfies
	switch rec.bound {
	case "LO", "LI":
		lower(rec.value)
	case "UP", "UI", "SC", "SI":
		upper(rec.value)
		wrong = -inf
	case "FX":
		lower(rec.value)
		upper(rec.value)
		if rec.value < 0 {
			wrong = rec.value // -inf
		}
	case "FR":
		lower(-inf)
		upper(inf)
	case "MI":
		lower(-inf)
	case "PL":
		upper(inf)
	case "BV":
		lower(0)
		upper(1)
	}
	if math.IsInf(rec.value, 0) && rec.value == wrong {
		return r.Errorf(rec.name.Column, "bound %s of column %q is %v, which no number satisfies", rec.bound, rec.name, rec.value)
	}
	return nil
}

// limits are a column's bounds.
func (b bound) limits() (lower, upper float64) {
	upper = inf
	if b.markers && !b.any {
		upper = 1
	}
	if b.hasUpper {
		upper = b.upper
	}
	switch {
	case b.hasLower:
		lower = b.lower
	case upper < 0:
		lower = -inf
	}
	return lower, upper
}

// side gives a row's limits.
func (r *reader) side(i int) (lower, upper float64) {
	rhs, width := r.rhs[i], math.Abs(r.ranges[i])
	if math.Abs(rhs) >= infinite {
		return -inf, inf
	}
	if width >= infinite {
		width = inf
	}
	ranged := r.rngLine[i] > 0
	switch {
	case r.kinds[i] == 'L' && ranged:
		return rhs - width, rhs
	case r.kinds[i] == 'L':
		return -inf, rhs
	case r.kinds[i] == 'G' && ranged:
		return rhs, rhs + width
	case r.kinds[i] == 'G':
		return rhs, inf
	case r.ranges[i] < 0:
		return rhs - width, rhs
	}
	return rhs, rhs + width
}

// finish makes the problem of what was read.
func (r *reader) finish() (*Problem, error) {
	p := r.p
	if r.seen["COLUMNS"] == 0 {
		return nil, r.Errorf(1, "ENDATA without a section COLUMNS before it")
	}
	if r.opt.Objective != "" && p.Objective != r.opt.Objective {
		return nil, r.Errorf(1, "no N row %q, which is to be the objective", r.opt.Objective)
	}
	for set, want := range map[string]string{"RHS": r.opt.RHS, "RANGES": r.opt.Ranges, "BOUNDS": r.opt.Bounds} {
		if want != "" && r.sets[set] != want {
			return nil, r.Errorf(1, "no set %q in section %s", want, set)
		}
	}
	m, n := len(p.RowNames), len(p.ColNames)
	p.A.Rows, p.A.Cols = m, n
	p.A.Ptr = append(p.A.Ptr, len(p.A.Ind))
	if r.opt.AddUp {
		p.A.dropZeros()
	}
	p.RowLower, p.RowUpper = make([]float64, m), make([]float64, m)
	for i := range m {
		p.RowLower[i], p.RowUpper[i] = r.side(i)
	}
	p.Lower, p.Upper = make([]float64, n), make([]float64, n)
	for j, b := range r.bounds {
		p.Lower[j], p.Upper[j] = b.limits()
		sortColumn(p.A.Column(j))
	}
	if !slices.ContainsFunc(p.Kinds, func(k Kind) bool { return k != Continuous }) {
		p.Kinds = nil
	}
	var fault *Error
	if p.Q, fault = r.quadratic(n); fault != nil {
		return nil, fault
	}
	return p, nil
}

// dropZeros leaves out entries that are zero.
func (a *Matrix) dropZeros() {
	to := 0
	for j := range a.Cols {
		lo, hi := a.Ptr[j], a.Ptr[j+1]
		a.Ptr[j] = to
		for k := lo; k < hi; k++ {
			if a.Values[k] != 0 {
				a.Ind[to], a.Values[to] = a.Ind[k], a.Values[k]
				to++
			}
		}
	}
	a.Ptr[a.Cols], a.Ind, a.Values = to, a.Ind[:to], a.Values[:to]
}

// sortColumn puts the entries of a column in the order of their rows.
func sortColumn(ind []int, values []float64) {
	if slices.IsSorted(ind) {
		return
	}
	order := make([]int, len(ind))
	for k := range order {
		order[k] = k
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(ind[a], ind[b]) })
	i, v := slices.Clone(ind), slices.Clone(values)
	for to, from := range order {
		ind[to], values[to] = i[from], v[from]
	}
}

// quadratic makes Q of its entries.
func (r *reader) quadratic(n int) (Matrix, *Error) {
	all := r.q
	if !r.qFull {
		for _, e := range r.q {
			if e.row != e.col {
				all = append(all, entry{e.col, e.row, e.value, e.line})
			}
		}
	}
	a := Matrix{Rows: n, Cols: n, Ptr: make([]int, n+1)}
	// Sorted by rows, then by columns, by counting.
	all = counted(all, n, func(e entry) int { return e.row })
	all = counted(all, n, func(e entry) int { return e.col })
	if r.opt.AddUp {
		all = merged(all)
	}
	for k, e := range all {
		if k > 0 && all[k-1].row == e.row && all[k-1].col == e.col {
			hint := ""
			if !r.qFull && e.row != e.col {
				hint = "; this section lists one triangle of Q, and QMATRIX both"
			}
			return a, &Error{Line: max(e.line, all[k-1].line), Message: fmt.Sprintf("%s a second time, after line %d%s", r.pair(e), min(e.line, all[k-1].line), hint)}
		}
		if e.value != 0 {
			a.Ind, a.Values = append(a.Ind, e.row), append(a.Values, e.value)
			a.Ptr[e.col+1]++
		}
	}
	for j := range n {
		a.Ptr[j+1] += a.Ptr[j]
	}
	if !r.qFull {
		return a, nil
	}
	// The transposed entries in the same order must be the same.
	turned := counted(counted(all, n, func(e entry) int { return e.col }), n, func(e entry) int { return e.row })
	for k, e := range all {
		if t := turned[k]; t.row != e.col || t.col != e.row || t.value != e.value {
			if t.row < e.col || t.row == e.col && t.col < e.row {
				e = t // its counterpart would stand before e
			}
			return a, &Error{Line: e.line, Message: r.pair(e) + " without an equal one on the other side of the diagonal: QMATRIX lists both, QUADOBJ one"}
		}
	}
	return a, nil
}

// merged adds up sorted entries at the same places.
func merged(all []entry) []entry {
	to := all[:0]
	for _, e := range all {
		if last := len(to) - 1; last >= 0 && to[last].row == e.row && to[last].col == e.col {
			to[last].value += e.value
			continue
		}
		to = append(to, e)
	}
	return to
}

func (r *reader) pair(e entry) string {
	return fmt.Sprintf("the entry of Q in row %q, column %q", r.p.ColNames[e.row], r.p.ColNames[e.col])
}

// counted sorts by a key below n, and keeps the order of equal ones.
func counted(all []entry, n int, key func(entry) int) []entry {
	start := make([]int, n+1)
	for _, e := range all {
		start[key(e)+1]++
	}
	for j := range n {
		start[j+1] += start[j]
	}
	to := make([]entry, len(all))
	for _, e := range all {
		k := key(e)
		to[start[k]] = e
		start[k]++
	}
	return to
}
