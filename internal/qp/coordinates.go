package qp

import (
	"math"

	"github.com/argmin-go/argmin/internal/core/sparse"
	"github.com/argmin-go/argmin/internal/kkt"
	"github.com/argmin-go/argmin/num"
)

// Coordinates is coordinate descent for programs without rows: each variable in turn goes to its best value between its bounds, the others fixed.
//
// A sparse H has its variables in groups of which none has an entry in a row of another one: those of a group move at once, which is what one after the
// other would do.
type Coordinates struct {
	Method
	NoPolish bool
	lower    array // bounds in scaled units, infinite where there is none
	upper    array
	groups   []group // nil for a dense H
	perm     array   // the variables by groups, int32
	back     array   // the place of each variable in perm, int32
}

// group is some variables with their rows of H.
type group struct {
	at      array // the variables, int32, [k]
	values  array // the entries of their rows
	col     array // the place of each entry's variable in Coordinates.perm, int32
	row     array // and which row of the group it is in, int32
	diag    array // the diagonal of H there, [k]
	c       array // [k]
	low, up array // [k]
}

// CoordinatesState is what the method keeps between two sweeps, in scaled units.
type CoordinatesState struct {
	X, T, DX array
	Errors   Errors
	Error    array
	Data     array
}

// NewCoordinates is the method on a program without rows whose system has the entries of H.
func NewCoordinates(p Problem, o Options) Coordinates {
	m := Coordinates{Method: New(p, o)}
	m.lower = num.Where(positive(m.hasL.Add(m.eq)), m.lo, num.Const(-inf)).Range(0, m.n)
	m.upper = num.Where(positive(m.hasU.Add(m.eq)), num.Where(positive(m.eq), m.lo, m.hi), num.Const(inf)).Range(0, m.n)
	if s, ok := p.System.(kkt.Sparse); ok {
		m.group(s.Hessian())
	}
	return m
}

// Groups is how many groups there are whose variables move at once; 0 for a dense H.
func Groups(h *sparse.Shared) int { return len(grouped(h)) }

// grouped has the variables in groups: each goes to the first one without a neighbor.
func grouped(h *sparse.Shared) [][]int {
	var groups [][]int
	color, seen := make([]int, h.Rows), []int{}
	for i := range h.Rows {
		for _, j := range h.Row(i) {
			if j < i {
				seen[color[j]] = i + 1
			}
		}
		c := 0
		for c < len(seen) && seen[c] == i+1 {
			c++
		}
		if c == len(seen) {
			seen, groups = append(seen, 0), append(groups, nil)
		}
		color[i], groups[c] = c, append(groups[c], i)
	}
	return groups
}

func (m *Coordinates) group(h *sparse.Shared) {
	groups := grouped(h)
	var perm []int32
	place := make([]int32, h.Rows)
	for _, g := range groups {
		for _, i := range g {
			place[i] = int32(len(perm))
			perm = append(perm, int32(i))
		}
	}
	ints := func(v []int32) array { return num.New(v, len(v)) }
	m.perm, m.back = ints(perm), ints(place)
	for _, g := range groups {
		var at, from, col, row, diag, diagRow []int32
		for r, i := range g {
			at = append(at, int32(i))
			for k := h.Ptr[i]; k < h.Ptr[i+1]; k++ {
				from, col, row = append(from, int32(k)), append(col, place[h.Ind[k]]), append(row, int32(r))
				if h.Ind[k] == i {
					diag, diagRow = append(diag, int32(k)), append(diagRow, int32(r))
				}
			}
		}
		v := group{at: ints(at), values: m.k.H.Take(ints(from), 0), col: ints(col), row: ints(row)}
		v.diag = num.SegmentSum(m.k.H.Take(ints(diag), 0), ints(diagRow), len(g))
		v.c, v.low, v.up = m.c.Take(v.at, 0), m.lower.Take(v.at, 0), m.upper.Take(v.at, 0)
		m.groups = append(m.groups, v)
	}
}

// best are the best values of variables with the slopes g and the curvatures q. Without curvature that is a bound, or, without one, a step further down.
func best(x, g, q, low, up array) array {
	bent := positive(q)
	to := x.Sub(g.Div(num.Where(bent, q, num.Const(1))))
	end := num.Where(positive(g), low, num.Where(g.Lt(num.Const(0)), up, x))
	end = num.Where(end.IsFinite(), end, x.Sub(g.Sign()))
	return num.Maximum(low, num.Minimum(up, num.Where(bent, to, end)))
}

// sweep moves every variable once.
func (m Coordinates) sweep(x array) array {
	if m.groups != nil {
		parts := make([]array, len(m.groups))
		for i, g := range m.groups {
			parts[i] = x.Take(g.at, 0)
		}
		for i, g := range m.groups {
			slope := num.SegmentSum(g.values.Mul(num.Concat(0, parts...).Take(g.col, 0)), g.row, g.c.Size()).Add(g.c)
			parts[i] = best(parts[i], slope, g.diag, g.low, g.up)
		}
		return num.Concat(0, parts...).Take(m.back, 0)
	}
	diag := num.Diag(m.k.H)
	return num.ForLoop(0, m.n, func(i, x array) array {
		of := func(v array) array { return v.DynamicSlice([]array{i}, 1) }
		row := m.k.H.DynamicSlice([]array{i, num.Int(0)}, 1, m.n)
		slope := row.MatMul(x).Add(of(m.c))
		return x.DynamicUpdateSlice(best(of(x), slope, of(diag), of(m.lower), of(m.upper)), []array{i})
	}, x)
}

// Begin implements [Iterative].
func (m Coordinates) Begin(p Point) CoordinatesState {
	x := num.Maximum(m.lower, num.Minimum(m.upper, p.X.Div(m.d)))
	return m.multiplied(CoordinatesState{X: x, DX: x.Scale(0), Data: m.data()})
}

// multiplied is the state with the multipliers of the bounds at which it is, and its errors.
func (m Coordinates) multiplied(st CoordinatesState) CoordinatesState {
	slope := m.System.HTimes(m.k, st.X).Add(m.c)
	zero := num.Const(0)
	low, up := st.X.Le(m.lower).And(positive(slope)), st.X.Ge(m.upper).And(slope.Lt(zero))
	st.T = num.Where(low.Or(up).Or(positive(m.head(m.eq))), slope.Neg(), zero)
	return m.assess(st)
}

func (m Coordinates) at(st CoordinatesState) Point { return m.Method.Point(State{X: st.X, T: st.T}) }

func (m Coordinates) assess(st CoordinatesState) CoordinatesState {
	st.Errors = m.errorsAt(m.at(st))
	st.Error = m.worst(st.Errors)
	return st
}

// For implements [Iterative].
func (m Coordinates) For(st CoordinatesState, p Point) array {
	return m.known(st.Data, st.Errors, m.at(st), p)
}

// Report implements [Iterative].
func (m Coordinates) Report(st CoordinatesState) (Point, Errors, array) {
	return m.proved(m.Judge(st), m.at(st), st.DX, st.T), st.Errors, st.Error
}

// Step implements [Iterative]: one sweep.
func (m Coordinates) Step(st CoordinatesState) (next CoordinatesState, length, evaluations array) {
	x := m.sweep(st.X)
	st.DX, st.X = x.Sub(st.X), x
	st = m.multiplied(st)
	if !m.NoPolish {
		st = num.Cond(st.Error.Le(num.Const(m.Tol)), m.ended, func(st CoordinatesState) CoordinatesState { return st }, st)
	}
	return st, st.Error.Const(0), num.Int(1)
}

// ended is the state with its active bounds solved for.
func (m Coordinates) ended(st CoordinatesState) CoordinatesState {
	d := m.c.DType()
	low, up := flag(st.T.Lt(num.Const(0)), d).Mul(m.hasL), flag(positive(st.T), d).Mul(m.hasU)
	st.X, st.T = m.polished(st.X, st.T, low, up, st.Error)
	return m.assess(st)
}

// Judge implements [Iterative].
func (m Coordinates) Judge(st CoordinatesState) Outcome {
	o := Outcome{Done: st.Error.Le(num.Const(m.Tol)), Infeasible: no(), Stuck: no()}
	size := largest(st.DX)
	unit := st.DX.Div(num.Where(positive(size), size, num.Const(math.Inf(1)))) // of a direction, only where it goes counts
	_, o.Unbounded = m.certificates(unit, num.Concat(0, unit, m.System.JTimes(m.k, unit)), m.System.HTimes(m.k, unit), st.T.Scale(0))
	o.Unbounded = o.Unbounded.And(o.Done.Not())
	return o
}

func no() array { return num.Full(num.Bool, 0) }
